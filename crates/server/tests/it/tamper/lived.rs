//! A house that has lived a month by acts, until every kept table holds a row.

use crate::support::{House, day};
use meguri::asset::acts::Planned;
use meguri::asset::exporting::Order;
use meguri::asset::undo::{self, File};
use meguri::inspection::acts::{Attachment, Subject};
use meguri::{
    asset, closing, erasure, inspection, inventory, measure, objective, pattern, risk, statement, treatment,
};
use meguri_domain::Month;
use meguri_domain::applicability::{Decision, Declared, Implementation, Inclusion, LineDraft};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::audit::{Audit, AuditState, Package, Stage};
use meguri_domain::effect::Numbers;
use meguri_domain::erasure::{Asked, Ground};
use meguri_domain::evidence::EvidenceKind;
use meguri_domain::export::{ExportFormat, ExportLayout, Origin};
use meguri_domain::ids::{AuditId, CheckItemId, ControlId, HandingOutId, ImportId, OriginId, PackageId};
use meguri_domain::inspection::{AnswerDraft, Mark, Rhythm};
use meguri_domain::measure::{InPlace, MeasureDraft};
use meguri_domain::objective::{Progress, ReviewDraft};
use meguri_domain::outside::{HandingOut, Named, Printed, Tongue};
use meguri_domain::people::Act;
use meguri_domain::risk::Judgement;
use meguri_domain::treatment::{Destination, PlanDraft, Policy};
use meguri_record::Hash;
use std::path::PathBuf;

/// April 2026 in 営業部: inventory, assessment, plan, sheet with a ×, review; 人事部 closes its empty month.
pub fn live(house: &House) {
    begin(house);
    // The key was known to others, so the log is closed, and the rest stands in another one.
    meguri::record::answer::answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap();
    end(house);
}

/// The same within one log.
pub fn live_in_one_log(house: &House) {
    begin(house);
    end(house);
}

fn begin(house: &House) {
    let sales = house.department("営業部");
    house.act("渡辺", |tx| inventory::acts::open(tx, 2026, day("2026-04-30"))).unwrap();
    let asset = house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft())).unwrap();
    let asset = import(house, asset);
    house.act("佐藤", |tx| inventory::acts::confirm(tx, &asset.id)).unwrap();
    asked(house, &asset);
    measured(house);
    plan(house, &asset);
    month(house);
    taken(house);
    declared(house);
    laid_out(house);
    outside(house);
}

fn end(house: &House) {
    house.move_to("2026-05-11");
    let april = Month::new(2026, 4).unwrap();
    house.act("渡辺", |tx| closing::acts::close(tx, &house.department("人事部"), april)).unwrap();
}

/// Somebody asks for the texts of the list to be erased; nobody has decided.
fn asked(house: &House, asset: &Asset) {
    let object = format!("asset/{}", asset.id);
    let asked = Asked { object, ground: Ground::Unneeded, reason: "保存期限が過ぎたため".into() };
    house.act("渡辺", |tx| erasure::acts::ask(tx, asked)).unwrap();
}

/// Somebody outside is named, and a head was handed out.
fn outside(house: &House) {
    let named =
        Named { name: "青木監査法人".into(), email: "aoki@outside.example".into(), tongue: Tongue::Ja };
    house.act("渡辺", |tx| meguri::record::outside::acts::name(tx, named)).unwrap();
    house
        .act("渡辺", |tx| {
            let printed = Printed { log_id: "l".into(), size: 7, root: "00".into(), signed_on: tx.today() };
            let (id, given) = (tx.id(HandingOutId::new), ("青木監査法人", tx.today()));
            tx.save(HandingOut::record(id, printed, given, tx.actor(), tx.today())?)
        })
        .unwrap();
}

/// Every control is decided on, and the statement is submitted.
fn declared(house: &House) {
    house.act("渡辺", statement::acts::take_proposals).unwrap();
    decide(house);
    house.act("渡辺", statement::acts::submit).unwrap();
}

/// What nobody has decided yet is applied because the business needs it; what is applied is done.
pub fn decide(house: &House) {
    let working = house.read("渡辺", statement::acts::working).unwrap();
    let order = |each: &Declared| {
        let draft = LineDraft {
            decision: Some(Decision::Applied),
            inclusions: vec![if each.used() > 0 { Inclusion::Risk } else { Inclusion::Business }],
            implementation: Some(Implementation::Done),
            rule: "情報セキュリティ管理規程".into(),
            ..LineDraft::default()
        };
        let control = each.control_id.clone();
        statement::acts::Order { version: working.version(&control), control, draft }
    };
    let orders = working.declared.iter().filter(|each| each.gap().is_some()).map(order).collect();
    house.act("渡辺", |tx| statement::acts::write(tx, orders, &mut Vec::new())).unwrap();
}

/// An audit is planned, and a package was made for it.
fn laid_out(house: &House) {
    let april = Month::new(2026, 4).unwrap();
    house
        .act("渡辺", |tx| {
            let audit = Audit {
                id: tx.id(AuditId::new),
                version: 1,
                name: "日本審査機構 初回審査".into(),
                stage: Stage::Initial,
                departments: Vec::new(),
                from_month: april,
                to_month: april,
                until_on: day("2026-09-30"),
                auditors: Vec::new(),
                state: AuditState::Open,
            };
            let audit = meguri::audit::acts::plan(tx, audit)?;
            let package = Package {
                id: tx.id(PackageId::new),
                version: 1,
                audit_id: Some(audit.id.clone()),
                person_id: tx.actor().person.clone(),
                head_size: 9,
                entry_count: 4,
                record_count: 3,
                file_count: 0,
                sha256: "0".repeat(64),
                size_bytes: 7,
                verdict: "UNWITNESSED size=9".into(),
                made_at: tx.who.now_ms,
                taken: 0,
                taken_at: 0,
            };
            tx.save(Package::make(package, &audit, tx.actor(), tx.today())?)
        })
        .unwrap();
}

/// A workbook says that the list is kept for seven years.
fn import(house: &House, asset: Asset) -> Asset {
    let draft = AssetDraft { retention: "7年".into(), ..asset.draft() };
    let (department, id) = (asset.department_id.clone(), asset.id.clone());
    let row = Planned { department, draft, onto: Some(Box::new(asset)) };
    let file = File { name: "台帳.xlsx".into(), sha256: "0".repeat(64) };
    house.act("佐藤", |tx| undo::apply(tx, tx.id(ImportId::new), &file, vec![row], &|_| {})).unwrap();
    house.read("佐藤", |rx| asset::store::find(rx, &rx.scope(Act::SeeRegister), &id)).unwrap()
}

pub fn draft() -> AssetDraft {
    AssetDraft {
        category: "営業".into(),
        name: "顧客名簿".into(),
        users: "営業部員".into(),
        risk_owner: "営業部長".into(),
        medium: "社内サーバ".into(),
        personal: true,
        confidentiality: 3,
        integrity: 2,
        availability: 2,
        retention: "5年".into(),
        registered_on: Some(day("2026-04-01")),
        ..AssetDraft::default()
    }
}

/// Two lists that are handled alike make a pattern.
pub fn alike(house: &House) {
    let sales = house.department("営業部");
    let list = |name: &str| {
        let draft = AssetDraft { name: name.into(), ..draft() };
        house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft)).unwrap().id
    };
    let lists = [list("来店者名簿"), list("問合せ者名簿")];
    house.act("佐藤", |tx| pattern::acts::form(tx, "名簿", &lists)).unwrap();
}

/// The register went out as a file once, and a layout was kept.
fn taken(house: &House) {
    let order = Order { layout: ExportLayout::Ledger, format: ExportFormat::Text, filter: String::new() };
    house.act("佐藤", |tx| asset::exporting::make(tx, &order)).unwrap();
    let department_id = house.department("営業部");
    house
        .act("佐藤", |tx| {
            let (id, file_name) = (tx.id(OriginId::new), "台帳.xlsx".into());
            let origin = Origin { id, version: 1, department_id, file_name, layout: "{}".into() };
            tx.save(Origin::keep(None, origin, tx.actor())?)
        })
        .unwrap();
}

/// One control was answered, and the department named a risk that no list has.
fn measured(house: &House) {
    let sales = house.department("営業部");
    let draft = MeasureDraft {
        control_id: ControlId::new("7.7").unwrap(),
        in_place: InPlace::Partly,
        note: "席を離れるときだけ".into(),
    };
    house.act("佐藤", |tx| measure::acts::answer(tx, &sales, &[(0, draft)])).unwrap();
}

/// Two risks above the line, approved; one answer becomes an objective, one a check item.
fn plan(house: &House, asset: &Asset) {
    let order = Judgement { threat: 3, vulnerability: 3, note: "鍵なし".into(), answerable: true };
    let threats = house.read_as_system(|rx| Ok(risk::store::threats(rx)?)).unwrap();
    let control = threats[0].controls[0].clone();
    let numbers = Numbers { effort: 5, main_steps: 2, other_steps: 1, threat_steps: 1 };
    house.act("渡辺", |tx| meguri::effect::acts::set(tx, &control, 0, Some(numbers))).unwrap();
    for (threat, destination) in threats.iter().zip([Destination::Objective, Destination::CheckItem]) {
        let risk = house.act("佐藤", |tx| risk::acts::judge(tx, &asset.id, &threat.id, &order)).unwrap();
        let draft = PlanDraft {
            policy: Policy::Reduce,
            controls: Vec::new(),
            task: "施錠できる棚へ移す".into(),
            owner: "営業部長".into(),
            resources: String::new(),
            due_on: Some(day("2026-12-31")),
            second_threat: 1,
            second_vulnerability: 1,
            destination,
        };
        let row = house.act("佐藤", |tx| treatment::acts::write(tx, &risk.id, 0, draft)).unwrap();
        house.act("田中", |tx| treatment::acts::approve(tx, &row.id, row.version)).unwrap();
    }
}

/// A sheet with ○ and ×, a place as evidence, and the review of the objective.
fn month(house: &House) {
    let (sales, april) = (house.department("営業部"), Month::new(2026, 4).unwrap());
    let items = house.read_as_system(|rx| Ok(inspection::store::items(rx)?)).unwrap();
    // An item of the plan is assigned by its approval already.
    let item = items.iter().find(|item| item.plan_row_id.is_none()).unwrap();
    house.act("渡辺", |tx| inspection::acts::assign(tx, &item.id, &sales, Rhythm::Monthly, april)).unwrap();
    let due =
        house.read("佐藤", |rx| inspection::store::due(rx, &rx.scope(Act::SeeMonth), &sales, april)).unwrap();
    let answers: Vec<AnswerDraft> =
        due.iter().enumerate().map(|(nth, item)| answer(&item.id, nth == 0)).collect();
    let sheet =
        house.act("佐藤", |tx| inspection::acts::save_sheet(tx, &sales, april, 0, &answers, "")).unwrap();
    let given = house
        .read("佐藤", |rx| Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?))
        .unwrap();
    let attachment = Attachment {
        subject: Subject::Answer(given[0].id.clone()),
        kind: EvidenceKind::Place,
        label: "営業部 キャビネット3".into(),
        file: None,
    };
    house.act("佐藤", |tx| inspection::acts::attach(tx, attachment)).unwrap();
    house.act("佐藤", |tx| inspection::acts::submit(tx, &sheet.id, sheet.version)).unwrap();
    let objective = house
        .read("佐藤", |rx| Ok(objective::store::objectives(rx, &rx.scope(Act::SeeMonth))?.remove(0)))
        .unwrap();
    let review = ReviewDraft {
        discussed: "棚を比べた".into(),
        decided: "5月に注文する".into(),
        next: "見積もり".into(),
        figure: "0台".into(),
        progress: Progress::OnTrack,
        late_reason: String::new(),
    };
    house.act("佐藤", |tx| objective::acts::write_review(tx, &objective.id, april, 0, review)).unwrap();
}

/// Three photographs as evidence of May, and where they lie.
pub fn photographs(house: &House) -> Vec<PathBuf> {
    let (sales, may) = (house.department("営業部"), Month::new(2026, 5).unwrap());
    let due =
        house.read("佐藤", |rx| inspection::store::due(rx, &rx.scope(Act::SeeMonth), &sales, may)).unwrap();
    let answers: Vec<AnswerDraft> = due.iter().map(|item| answer(&item.id, false)).collect();
    let sheet =
        house.act("佐藤", |tx| inspection::acts::save_sheet(tx, &sales, may, 0, &answers, "")).unwrap();
    let given = house
        .read("佐藤", |rx| Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?))
        .unwrap();
    let photograph = |nth: u8| {
        let bytes = [b"\x89PNG\r\n\x1a\n".as_slice(), &[nth; 500]].concat();
        let hash = Hash::of(&bytes);
        let place = inspection::files::place(&house.app.files, &hash.to_string());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, &bytes).unwrap();
        let attachment = Attachment {
            subject: Subject::Answer(given[0].id.clone()),
            kind: EvidenceKind::File,
            label: format!("書庫{nth}.png"),
            file: Some((hash, bytes.len() as u64)),
        };
        house.act("佐藤", |tx| inspection::acts::attach(tx, attachment)).unwrap();
        place
    };
    (1..=3).map(photograph).collect()
}

fn answer(item: &CheckItemId, bad: bool) -> AnswerDraft {
    let said = |text: &str| if bad { text.to_owned() } else { String::new() };
    AnswerDraft {
        item_id: item.clone(),
        mark: if bad { Mark::Bad } else { Mark::Good },
        note: said("扉が開いていた"),
        cause: said("鍵の不足"),
        fix: said("鍵を増やす"),
        owner: said("営業部長"),
        due_on: bad.then(|| day("2026-05-31")),
    }
}
