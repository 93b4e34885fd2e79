//! What stands behind the doors: two departments with one of everything, each at the step at which most of
//! its acts make sense.

use crate::support::{House, day};
use crate::tamper::lived::decide;
use meguri::asset::acts as assets;
use meguri::asset::undo::{self, File};
use meguri::house::fault::Done;
use meguri::house::work::Tx;
use meguri::inspection::acts::{self as inspections, Attachment, Subject};
use meguri::{
    closing, correction, criteria, erasure, inspection, inventory, objective, pattern, people, risk,
    statement, treatment,
};
use meguri_domain::Month;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::control::{ControlDraft, ControlGroup};
use meguri_domain::erasure::{Asked, Ground};
use meguri_domain::evidence::EvidenceKind;
use meguri_domain::ids::{CheckItemId, DepartmentId, ImportId, ObjectiveId, ThreatId};
use meguri_domain::inspection::{AnswerDraft, Inspection, Mark, Rhythm};
use meguri_domain::objective::{Objective, ObjectiveState, Progress, Review, ReviewDraft};
use meguri_domain::outside::{Named, Tongue};
use meguri_domain::people::Act;
use meguri_domain::risk::Judgement;
use meguri_domain::statement::Statement;
use meguri_domain::treatment::{Destination, PlanDraft, Policy};
use std::collections::BTreeMap;

/// A file of risks that waits. Its line is left out, so that taking it in changes nothing.
const RISKS: &str =
    "情報資産名称,脅威,脅威の起こりやすさ,脆弱性のつけ込みやすさ\r\nない資産,書類の放置による盗み見,3,3\r\n";

/// The things of a department by their words; `asset.version` is the version of `asset`.
#[derive(Default)]
pub struct Things {
    words: BTreeMap<String, String>,
    register: Vec<u8>,
}

impl Things {
    fn put(&mut self, word: &str, id: impl ToString, version: i64) {
        self.words.insert(word.to_owned(), id.to_string());
        self.words.insert(format!("{word}.version"), version.to_string());
    }

    /// A text in which `{asset}` and the like are filled in.
    pub fn fill(&self, text: &str) -> String {
        let filled = self
            .words
            .iter()
            .fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value));
        assert!(!filled.contains('{'), "{filled} names a thing that is not prepared");
        filled
    }

    pub fn file(&self, name: &str) -> &[u8] {
        if name == "register.csv" { &self.register } else { b"kept in the cabinet" }
    }
}

/// Furnishes 営業部 and 人事部.
pub fn prepare(house: &House) -> (Things, Things) {
    let criteria = house
        .act("渡辺", |tx| criteria::acts::draft(tx, "次の版", meguri_domain::criteria::Method::ipa_3_1()))
        .unwrap();
    house.act("渡辺", |tx| inventory::acts::open(tx, 2026, day("2026-06-30"))).unwrap();
    let mut both = [("営業部", "佐藤", "田中"), ("人事部", "鈴木", "高橋")].map(|(name, member, head)| {
        let department = house.department(name);
        let mut things = Things::default();
        things.put("department", &department, 1);
        things.put("accounts", house.department("経理部"), 1);
        things.put("criteria", &criteria.id, criteria.version);
        company(house, &mut things);
        patterns(house, &mut things, name, member);
        register(house, &mut things, name, member);
        schedule(house, &mut things, department.clone(), member);
        (department, member, head, things)
    });
    for (month, today) in [("2026-04", "2026-05-08"), ("2026-05", "2026-06-01"), ("2026-06", "2026-06-02")] {
        house.move_to(today);
        for (department, member, head, things) in &mut both {
            let month = Month::parse(month).unwrap();
            sheet(house, things, department, (member, head), month).unwrap();
            review(house, things, (member, head), month).unwrap();
        }
    }
    house.move_to("2026-06-02");
    let person = house.person("中村");
    let secret = house.act("加藤", |tx| people::acts::invite(tx, Some(&person))).unwrap();
    for (department, member, _, things) in &mut both {
        things.put("secret", &secret, 1);
        asked(house, things);
        let closing = house
            .act("渡辺", |tx| closing::acts::close(tx, department, Month::parse("2026-04").unwrap()))
            .unwrap();
        things.put("closing", closing.id, closing.version);
        let filter = format!("?department={department}");
        let made = house
            .as_(member)
            .post("/assets/exports", &[("layout", "ipa"), ("format", "csv"), ("filter", &filter)]);
        things.put("export", made.is(303).location.rsplit('/').next().unwrap(), 1);
        drafts(house, things, member, department);
        let page = house.as_(member).post("/assets/filters", &[("name", "書類だけ"), ("query", "?q=書類")]);
        let list = house.as_(member).get(&page.location);
        let after = list.body.split("action=\"/assets/filters/").nth(1).unwrap();
        things.words.insert("filter".into(), after.split('/').next().unwrap().to_owned());
    }
    let statement = declared(house);
    for (.., things) in &mut both {
        outside(house, things, &statement);
    }
    let [own, other] = both.map(|(_, _, _, things)| things);
    (own, other)
}

/// A file of assets and one of risks wait to be taken in.
fn drafts(house: &House, things: &mut Things, member: &str, department: &DepartmentId) {
    let page = house.as_(member).post_multipart(
        "/assets/import",
        &[("department", department.as_str())],
        &[("file", "register.csv", "text/csv", &things.register)],
    );
    page.is(303);
    things.words.insert(
        "draft".into(),
        page.location.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned(),
    );
    let page = house.as_(member).post_multipart(
        "/risks/import",
        &[("department", department.as_str())],
        &[("file", "risks.csv", "text/csv", RISKS.as_bytes())],
    );
    page.is(303);
    let id = page.location.rsplit('/').next().unwrap().to_owned();
    house.as_(member).post(&format!("/risks/import/{id}/rows"), &[("leave", "0")]).is(303);
    things.words.insert("risks_draft".into(), id);
}

/// A control of the company's own stands beside Annex A, and the statement of applicability waits for approval.
fn declared(house: &House) -> Statement {
    let draft = ControlDraft {
        group: Some(ControlGroup::People),
        title_ja: "退職時の聞き取り".into(),
        title_en: String::new(),
        note: "退職の前に、持ち出しがないかを聞く".into(),
    };
    house.act("渡辺", |tx| statement::acts::add_control(tx, "X.1", draft)).unwrap();
    house.act("渡辺", statement::acts::take_proposals).unwrap();
    decide(house);
    house.act("渡辺", statement::acts::submit).unwrap()
}

/// The statement waits, a head is signed, somebody outside is written to, and the mail waits.
fn outside(house: &House, things: &mut Things, statement: &Statement) {
    things.put("statement", &statement.id, statement.version);
    let seen = house.as_("山本").get(&things.fill("/statement/versions/{statement}"));
    things.words.insert("statement.plan".into(), seen.value("plan"));
    let email = things.fill("aoki-{department}@outside.example");
    let named = Named { name: "青木監査法人".into(), email: email.clone(), tongue: Tongue::Ja };
    let address = house.act("渡辺", |tx| meguri::record::outside::acts::name(tx, named)).unwrap();
    meguri::record::heads::sign_now(&house.app).unwrap();
    meguri::house::round::go(&house.app, &meguri::record::outside::jobs::ROUND).unwrap();
    let head = house.read_as_system(meguri::record::heads::newest).unwrap().unwrap();
    let mails = house.read_as_system(meguri::house::mail::outbox::newest).unwrap();
    let mail = mails.iter().find(|mail| mail.recipient == email).unwrap();
    things.put("address", &address.id, address.version);
    things.put("head", head.size, 1);
    things.put("mail", &mail.id, 1);
}

/// The secretariat asked for the texts of the asset to be erased.
fn asked(house: &House, things: &mut Things) {
    let object = things.fill("asset/{asset}");
    let asked = Asked { object, ground: Ground::Request, reason: "受付番号7の請求".into() };
    let erasure = house.act("渡辺", |tx| erasure::acts::ask(tx, asked)).unwrap();
    things.put("erasure", erasure.id, erasure.version);
}

/// An audit of both departments whose package is made, to which the external auditor is invited.
pub fn audit(house: &House, (own, other): (&mut Things, &mut Things)) {
    let office = house.as_("渡辺");
    let months = [("from_month", "2026-04"), ("to_month", "2026-06"), ("until_on", "2026-06-30")];
    let fields = [&[("name", "更新審査"), ("stage", "renewal")][..], &months].concat();
    let at = office.post("/audits", &fields).is(303).location.clone();
    let auditor = [("name", "小林"), ("email", "kobayashi@mihon.example")];
    office.post(&[&at, "/auditors"].concat(), &auditor).is(303);
    office.post(&[&at, "/package"].concat(), &[]).is(303);
    while office.get(&at).is(200).body.contains("<progress") {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    for things in [own, other] {
        things.put("audit", at.rsplit('/').next().unwrap(), 1);
    }
}

fn company(house: &House, things: &mut Things) {
    let person = house.person("中村");
    let (posting, holiday) = house
        .read("加藤", |rx| {
            Ok((
                people::store::postings_of(rx, &person)?.remove(0),
                meguri::calendar::store::holidays(rx)?.remove(60),
            ))
        })
        .unwrap();
    things.put("person", &person, 1);
    things.put("posting", posting.id, 1);
    things.put("holiday", holiday.id, 1);
}

/// An asset that is confirmed and judged, its assessment, and a plan row that waits for approval.
fn register(house: &House, things: &mut Things, name: &str, member: &str) {
    let department = house.department(name);
    let draft = AssetDraft {
        name: "顧客名簿".into(),
        medium: "社外サーバー".into(),
        personal: true,
        confidentiality: 3,
        integrity: 2,
        availability: 2,
        ..AssetDraft::default()
    };
    let asset: Asset = house.act(member, |tx| assets::register(tx, &department, draft)).unwrap();
    let asset = import(house, things, member, asset);
    things.register = format!(
        "情報資産名称,管理部署,媒体・保存先,機密性（3-2-1）,完全性,可用性\n見積書控え,{name},書類,2,2,1\n"
    )
    .into_bytes();
    let stock = house
        .read("渡辺", |rx| {
            let inventory = inventory::store::current(rx)?.unwrap();
            Ok(inventory::store::sheet_of(rx, &rx.scope(Act::SeeRegister), &inventory.id, &department)?
                .unwrap())
        })
        .unwrap();
    things.put("asset", &asset.id, asset.version);
    things.put("stock", &stock.id, stock.version);
    let order = Judgement { threat: 3, vulnerability: 3, note: "まだない".into(), answerable: true };
    let threat = ThreatId::new("T054").unwrap();
    let risk = house.act(member, |tx| risk::acts::judge(tx, &asset.id, &threat, &order)).unwrap();
    let assessment = house
        .read("渡辺", |rx| {
            Ok(risk::store::assessment_of(rx, &rx.scope(Act::SeeRisk), &department, 2026)?.unwrap())
        })
        .unwrap();
    things.put("risk", &risk.id, risk.version);
    things.put("assessment", &assessment.id, assessment.version);
    let plan = PlanDraft {
        policy: Policy::Reduce,
        controls: Vec::new(),
        task: "公開範囲を確かめる".into(),
        owner: "部門長".into(),
        resources: String::new(),
        due_on: Some(day("2026-12-25")),
        second_threat: 1,
        second_vulnerability: 2,
        destination: Destination::Task,
    };
    let row = house.act(member, |tx| treatment::acts::write(tx, &risk.id, 0, plan)).unwrap();
    things.put("row", &row.id, row.version);
}

/// A pattern of two assets, a third that could join, and two others that could become one.
fn patterns(house: &House, things: &mut Things, name: &str, member: &str) {
    let department = house.department(name);
    let mut registered = |word: &str, medium: &str| {
        let draft = AssetDraft {
            name: word.into(),
            medium: medium.into(),
            confidentiality: 1,
            integrity: 1,
            availability: 1,
            ..AssetDraft::default()
        };
        let asset = house.act(member, |tx| assets::register(tx, &department, draft)).unwrap();
        things.put(word, &asset.id, asset.version);
        asset.id
    };
    let threat = ThreatId::new("T001").unwrap();
    let order = Judgement { threat: 1, vulnerability: 1, note: String::new(), answerable: false };
    let members = ["first_sheet", "second_sheet"].map(|word| registered(word, "書類"));
    let others = [("third_sheet", "書類"), ("twin", "可搬媒体"), ("second_twin", "可搬媒体")];
    let others = others.map(|(word, medium)| registered(word, medium));
    for id in members.iter().chain(&others) {
        house.act(member, |tx| risk::acts::judge(tx, id, &threat, &order)).unwrap();
    }
    let pattern = house.act(member, |tx| pattern::acts::form(tx, "書類の控え", &members)).unwrap();
    things.put("pattern", &pattern.id, pattern.version);
}

/// A workbook that changed the asset, and may be undone.
fn import(house: &House, things: &mut Things, member: &str, asset: Asset) -> Asset {
    let draft = AssetDraft { retention: "7年".into(), ..asset.draft() };
    let (department, id) = (asset.department_id.clone(), asset.id.clone());
    let row = assets::Planned { department, draft, onto: Some(Box::new(asset)) };
    let file = File { name: "register.xlsx".into(), sha256: "0".repeat(64) };
    let import = |tx: &Tx<'_>| undo::apply(tx, tx.id(ImportId::new), &file, vec![row.clone()], &|_| {});
    let (import, _) = house.act(member, import).unwrap();
    things.put("imported", &import.id, import.version);
    house.read(member, |rx| meguri::asset::store::find(rx, &rx.scope(Act::SeeRegister), &id)).unwrap()
}

/// What comes back every month: an item and an objective.
fn schedule(house: &House, things: &mut Things, department: DepartmentId, member: &str) {
    let item = CheckItemId::new("CHK-O01").unwrap();
    let april = Month::parse("2026-04").unwrap();
    let assignment =
        house.act("渡辺", |tx| inspections::assign(tx, &item, &department, Rhythm::Monthly, april)).unwrap();
    things.put("assignment", &assignment.id, assignment.version);
    let objective = Objective {
        id: house.act(member, |tx| Ok(tx.id(ObjectiveId::new))).unwrap(),
        version: 1,
        department_id: department,
        plan_row_id: None,
        title: "受渡しを改める".into(),
        measure: "件数".into(),
        target: "0件".into(),
        method: String::new(),
        owner: "部門長".into(),
        from_month: april,
        to_month: Month::parse("2027-03").unwrap(),
        state: ObjectiveState::Active,
    };
    let objective = house.act(member, |tx| objective::acts::set(tx, objective)).unwrap();
    things.put("objective", &objective.id, objective.version);
}

/// April is checked, May is handed in with a × and its evidence, June is complete and not handed in.
fn sheet(
    house: &House,
    things: &mut Things,
    department: &DepartmentId,
    (member, head): (&str, &str),
    month: Month,
) -> Done<()> {
    let mark = if month.month() == 5 { Mark::Bad } else { Mark::Good };
    let bad = mark == Mark::Bad;
    let text = |text: &str| if bad { text.to_owned() } else { String::new() };
    let draft = AnswerDraft {
        item_id: CheckItemId::new("CHK-O01").unwrap(),
        mark,
        note: text("追記が遅れた"),
        cause: text("担当が決まっていない"),
        fix: text("担当を決める"),
        owner: text("部門長"),
        due_on: bad.then(|| day("2026-06-30")),
    };
    let sheet = house.act(member, |tx| inspections::save_sheet(tx, department, month, 0, &[draft], ""))?;
    let answer = house.read(member, |rx| {
        Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?.remove(0))
    })?;
    if month.month() == 6 {
        let (subject, label) = (Subject::Answer(answer.id), "台帳.txt".to_owned());
        let mut file = inspection::files::Incoming::begin(&house.app.files, &house.app.chance)?;
        file.take(b"kept in the cabinet")?;
        let file = Some(file.keep(&house.app.files, &label)?);
        let attachment = Attachment { subject, kind: EvidenceKind::File, label, file };
        let evidence = house.act(member, |tx| inspections::attach(tx, attachment))?;
        things.put("evidence", evidence.id, evidence.version);
        things.put("draft_sheet", &sheet.id, sheet.version);
        return Ok(());
    }
    let sheet: Inspection = house.act(member, |tx| inspections::submit(tx, &sheet.id, sheet.version))?;
    if month.month() == 4 {
        let sheet = house.act(head, |tx| inspections::confirm(tx, &sheet.id, sheet.version))?;
        house.act("渡辺", |tx| inspections::check(tx, &sheet.id, sheet.version))?;
        return Ok(());
    }
    let correction = house.read(member, |rx| {
        Ok(correction::store::of_answer(rx, &rx.scope(Act::SeeMonth), &answer.id)?.unwrap())
    })?;
    things.put("correction", correction.id, correction.version);
    things.put("sheet", &sheet.id, sheet.version);
    Ok(())
}

/// The reviews walk beside the sheets; that of May has passed its head.
fn review(house: &House, things: &mut Things, (member, head): (&str, &str), month: Month) -> Done<()> {
    let id = ObjectiveId::new(things.fill("{objective}")).unwrap();
    let draft = ReviewDraft {
        discussed: "話し合った".into(),
        decided: "決めた".into(),
        next: String::new(),
        figure: "1件".into(),
        progress: Progress::OnTrack,
        late_reason: String::new(),
    };
    let review: Review = house.act(member, |tx| objective::acts::write_review(tx, &id, month, 0, draft))?;
    if month.month() == 6 {
        things.put("draft_review", &review.id, review.version);
        return Ok(());
    }
    let review = house.act(member, |tx| objective::acts::submit_review(tx, &review.id, review.version))?;
    let review = house.act(head, |tx| objective::acts::confirm_review(tx, &review.id, review.version))?;
    if month.month() == 5 {
        things.put("review", &review.id, review.version);
        return Ok(());
    }
    house.act("渡辺", |tx| objective::acts::check_review(tx, &review.id, review.version))?;
    Ok(())
}
