//! The people, days and small things that the tests speak of. Rules are told as rows: a case, what the
//! rule said, and what it should say; a success is told by its event, a refusal by a short tag.
#![allow(dead_code, reason = "every test file uses its own part of this room")]

use meguri_domain::approval::{Approval, Flow, Signed};
use meguri_domain::asset::{Asset, AssetDraft, Medium};
use meguri_domain::calendar::{Calendar, Date, Month};
use meguri_domain::catalogue::Contents;
use meguri_domain::change::{Change, Event, Sealer};
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::inspection::{Answer, AnswerDraft, Assignment, CheckItem, Inspection, Mark};
use meguri_domain::inspection::{Rhythm, SafetyMeasure};
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet, Outcome};
use meguri_domain::objective::{Objective, ObjectiveState, Review};
use meguri_domain::people::{Actor, Department, Person, Posting, Role};
use meguri_domain::refusal::Refusal;
use meguri_domain::risk::{Assessment, Grounds, Judgement, New, Risk, Threat};
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow, Policy};

/// Any id from its text.
pub fn id<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).expect("an id is any text")
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

pub fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// The national holidays that the tests meet, April to fiscal start, 5th and 10th business day.
pub fn calendar() -> Calendar {
    let holidays = ["2026-04-29", "2026-05-04", "2026-05-05", "2026-05-06", "2026-11-03", "2026-11-23"];
    Calendar::new(holidays.map(day), Vec::new(), 4)
}

/// Seals without a log and gives state and event out.
pub fn told<T>(change: Change<T>) -> (T, Event) {
    struct Hand(Option<Event>);
    impl<T> Sealer<T> for Hand {
        type Fault = std::convert::Infallible;
        fn seal(&mut self, _after: &T, event: &Event) -> Result<(), Self::Fault> {
            self.0 = Some(event.clone());
            Ok(())
        }
    }
    let mut hand = Hand(None);
    let Ok(after) = change.seal(&mut hand);
    (after, hand.0.expect("sealed"))
}

/// The state behind a change that must have been allowed.
pub fn done<T>(change: Result<Change<T>, Refusal>) -> T {
    told(change.expect("allowed")).0
}

/// What a rule said: the kind of its event, or the tag of its refusal.
pub fn said<T>(change: Result<Change<T>, Refusal>) -> String {
    match change {
        Ok(change) => told(change).1.kind.to_owned(),
        Err(refusal) => tag(&refusal),
    }
}

/// The same for a rule that changes nothing.
pub fn answered<T>(result: Result<T, Refusal>) -> String {
    result.map_or_else(|refusal| tag(&refusal), |_| "fine".to_owned())
}

pub fn tag(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAllowed => "not allowed".into(),
        Refusal::NotFound => "not found".into(),
        Refusal::Stale { current } => format!("stale, now {current}"),
        Refusal::OwnRecord => "own record".into(),
        Refusal::WrongState { state } => format!("is {}", state.1),
        Refusal::Missing { field, .. } => format!("missing {field}"),
        Refusal::Unfit { field, .. } => format!("unfit {field}"),
        Refusal::TooLong { field, .. } => format!("too long {field}"),
        Refusal::Incomplete { left } => format!("{left} left"),
        Refusal::Already { .. } => "already".into(),
        Refusal::MonthClosed => "month closed".into(),
        Refusal::StillWaiting { left } => format!("{left} waiting"),
        Refusal::CriteriaNotApproved => "criteria not approved".into(),
        Refusal::Erased { mark } => format!("erased {mark}"),
        Refusal::Because(_) | Refusal::Said { .. } => "because".into(),
    }
}

/// Holds every row to its word and names those that differ.
#[track_caller]
pub fn rows<const N: usize>(rows: [(&str, String, &str); N]) {
    let wrong: Vec<_> = rows.iter().filter(|(_, said, expected)| said != expected).collect();
    assert!(wrong.is_empty(), "case, said, expected: {wrong:#?}");
}

pub fn person(name: &str) -> Person {
    Person {
        id: id(name),
        version: 1,
        name: name.into(),
        email: format!("{name}@example.com"),
        password: String::new(),
        active: true,
    }
}

pub fn posting(name: &str, role: Role, department: Option<&str>) -> Posting {
    Posting {
        id: id(&format!("{name}-{}", role.code().replace('_', "-"))),
        version: 1,
        person_id: id(name),
        department_id: department.map(id),
        role,
        from_on: day("2020-04-01"),
        to_on: None,
    }
}

/// A person who serves in these roles; departmental ones in `sales`.
pub fn serving(name: &str, roles: &[Role]) -> Actor {
    let postings: Vec<_> =
        roles.iter().map(|role| posting(name, *role, role.is_departmental().then_some("sales"))).collect();
    Actor::new(&person(name), &postings, day("2026-04-01"))
}

pub fn member() -> Actor {
    serving("member", &[Role::Member])
}
pub fn head() -> Actor {
    serving("head", &[Role::Head])
}
pub fn deputy() -> Actor {
    serving("deputy", &[Role::Deputy])
}
pub fn secretariat() -> Actor {
    serving("secretariat", &[Role::Secretariat])
}
pub fn executive() -> Actor {
    serving("executive", &[Role::Executive])
}
pub fn auditor() -> Actor {
    serving("auditor", &[Role::Auditor])
}
pub fn administrator() -> Actor {
    serving("administrator", &[Role::Administrator])
}
/// A member of another department.
pub fn stranger() -> Actor {
    Actor::new(
        &person("stranger"),
        &[posting("stranger", Role::Member, Some("hr")), posting("stranger", Role::Head, Some("hr"))],
        day("2026-04-01"),
    )
}
/// 兼務: writes for his department and checks for the secretariat, though never the same record.
pub fn both() -> Actor {
    serving("both", &[Role::Member, Role::Head, Role::Secretariat])
}

pub fn signed(name: &str, on: &str) -> Signed {
    Signed { by: id(name), name: name.into(), on: day(on), deputy: false }
}

pub fn approval(revision: i64) -> Approval {
    Approval { signed: signed("head", "2026-06-10"), revision }
}

/// A record that member, head and secretariat have had in their hands, on one day.
pub fn checked_flow(on: &str) -> Flow {
    let on = day(on);
    confirmed_flow(on).check(&secretariat(), on).expect("another hand")
}

pub fn confirmed_flow(on: Date) -> Flow {
    submitted_flow(on).confirm(&head(), on, false).expect("submitted")
}

pub fn submitted_flow(on: Date) -> Flow {
    let written = Flow::begin().write(&member(), on);
    written.and_then(|flow| flow.submit(&member(), on)).expect("open")
}

pub fn department(name: &str, opens_on: &str, closes_on: Option<&str>) -> Department {
    Department {
        id: id(name),
        version: 1,
        code: name.to_uppercase(),
        parent_id: None,
        opens_on: day(opens_on),
        closes_on: closes_on.map(day),
        successor_id: None,
    }
}

pub fn asset_draft() -> AssetDraft {
    AssetDraft {
        category: "営業".into(),
        name: "顧客名簿".into(),
        medium: "社内サーバ".into(),
        personal: true,
        confidentiality: 2,
        integrity: 2,
        availability: 1,
        ..AssetDraft::default()
    }
}

pub fn asset() -> Asset {
    done(Asset::register(id("asset"), id("sales"), asset_draft(), &Method::ipa_3_1(), &member()))
}

pub fn draft_criteria() -> Criteria {
    let drafted = signed("secretariat", "2026-04-01");
    done(Criteria::draft(id("criteria"), 1, "IPA 3.1", Method::ipa_3_1().into(), drafted))
}

pub fn criteria() -> Criteria {
    done(draft_criteria().approve(&executive(), day("2026-04-02")))
}

pub fn inventory() -> Inventory {
    Inventory {
        id: id("inventory"),
        version: 1,
        fiscal_year: 2026,
        opened_on: day("2026-04-01"),
        due_on: day("2026-05-29"),
    }
}

pub fn inventory_sheet() -> InventorySheet {
    told(InventorySheet::begin(id("inventory-sheet"), &inventory(), id("sales"))).0
}

pub fn assessment() -> Assessment {
    done(Assessment::begin(id("assessment"), id("sales"), 2026, &criteria()))
}

pub fn confirmation(outcome: Outcome) -> Confirmation {
    Confirmation {
        id: id("confirmation"),
        version: 1,
        inventory_id: id("inventory"),
        department_id: id("sales"),
        asset_id: id("asset"),
        outcome,
        asset_revision: 1,
        confirmed_on: day("2026-04-20"),
        contents: None,
    }
}

/// Threat and vulnerability; the asset of these tests has importance 3.
pub fn judgement(threat: i64, vulnerability: i64) -> Judgement {
    Judgement { threat, vulnerability, note: String::new(), answerable: true }
}

pub fn new_risk<'a>(asset: &'a Asset, criteria: &'a Criteria) -> New<'a> {
    New {
        id: id("risk"),
        asset,
        threat_id: id("T001"),
        criteria,
        fiscal_year: 2026,
        grounds: Grounds::Judged,
    }
}

/// A threat to electronic data, named as it is called.
pub fn threat(name: &str, controls: &[&str]) -> Threat {
    Threat::of(
        id(name),
        Contents {
            name_ja: name.into(),
            name_en: name.into(),
            medium: Medium::Data,
            stage: "利用・加工".into(),
            cia: "C".into(),
            vulnerability_ja: String::new(),
            vulnerability_en: String::new(),
            controls: controls.iter().map(|each| id(each)).collect(),
            policy_ja: String::new(),
        },
    )
}

/// A risk of value 9, above the acceptance line.
pub fn risk() -> Risk {
    let (asset, criteria) = (asset(), criteria());
    done(Risk::judge(None, new_risk(&asset, &criteria), &judgement(3, 3), &member()))
}

pub fn plan_draft(destination: Destination) -> PlanDraft {
    PlanDraft {
        policy: Policy::Reduce,
        controls: vec![id("8.13")],
        task: "バックアップを週次で確認する".into(),
        owner: "営業部長".into(),
        resources: String::new(),
        due_on: Some(day("2026-09-30")),
        second_threat: 2,
        second_vulnerability: 2,
        destination,
    }
}

pub fn plan_row(destination: Destination) -> PlanRow {
    let method = Method::ipa_3_1();
    done(PlanRow::write(None, id("row"), &risk(), plan_draft(destination), &method, &member()))
}

pub fn approved_row(destination: Destination) -> PlanRow {
    done(plan_row(destination).approve(1, &risk(), &head(), day("2026-06-10")))
}

pub fn objective(from: &str, to: &str) -> Objective {
    Objective {
        id: id("objective"),
        version: 1,
        department_id: id("sales"),
        plan_row_id: None,
        title: "誤送信をなくす".into(),
        measure: "誤送信の件数".into(),
        target: "0件".into(),
        method: "宛先の二重確認".into(),
        owner: "営業部長".into(),
        from_month: month(from),
        to_month: month(to),
        state: ObjectiveState::Active,
    }
}

pub fn review(of: &str) -> Review {
    Review::begin(id("review"), &objective("2026-04", "2027-03"), month(of))
}

pub fn check_item() -> CheckItem {
    CheckItem {
        id: id("item"),
        version: 1,
        text_ja: "施錠を確認した".into(),
        text_en: "Locks are checked".into(),
        measure: SafetyMeasure::Physical,
        controls: Vec::new(),
        evidence_hint: String::new(),
        plan_row_id: None,
    }
}

pub fn assignment(item: &str, rhythm: Rhythm, from: &str, to: Option<&str>) -> Assignment {
    Assignment {
        id: id(&format!("{item}-from-{from}")),
        version: 1,
        item_id: id(item),
        department_id: id("sales"),
        rhythm,
        from_month: month(from),
        to_month: to.map(month),
    }
}

pub fn inspection(of: &str) -> Inspection {
    Inspection::begin(id("inspection"), id("sales"), month(of))
}

pub fn answer_draft(mark: Mark) -> AnswerDraft {
    AnswerDraft {
        item_id: id("item"),
        mark,
        note: "鍵のかけ忘れが1件あった".into(),
        cause: "当番が決まっていなかった".into(),
        fix: "当番表を作る".into(),
        owner: "営業部長".into(),
        due_on: Some(day("2026-06-30")),
    }
}

pub fn answer(of: &str, mark: Mark) -> Answer {
    done(Answer::give(None, id("answer"), &inspection(of), answer_draft(mark)))
}
