//! Organisations of several sizes that have lived from April to November 2026 by the same acts as the pages.

use crate::place::Place;
use meguri::asset::acts::ImportRow;
use meguri::house::clock::{Chance, Clock};
use meguri::house::fault::{Done, Fault};
use meguri::house::web::App;
use meguri::house::work::{Tx, Who};
use meguri::people::{acts, session, store};
use meguri::{asset, calendar, closing, criteria, inspection, inventory};
use meguri_domain::asset::AssetDraft;
use meguri_domain::ids::{CheckItemId, DepartmentId, PersonId};
use meguri_domain::inspection::{AnswerDraft, Mark, Rhythm};
use meguri_domain::people::{Act, Role};
use meguri_domain::{Date, Month};
use std::time::Instant;

pub struct Size {
    pub name: &'static str,
    departments: usize,
    assets: usize,
}

/// Ten times what anybody keeps: built only when it is asked for.
pub const MILLION: &str = "1,000,000 assets";

pub const SIZES: [Size; 4] = [
    Size { name: "5 departments", departments: 5, assets: 500 },
    Size { name: "300 departments", departments: 300, assets: 9_000 },
    Size { name: "50,000 assets", departments: 300, assets: 50_000 },
    Size { name: MILLION, departments: 300, assets: 1_000_000 },
];

/// Items that every department owes every month.
const ITEMS: usize = 12;

pub struct Organisation {
    pub app: App,
    pub departments: Vec<DepartmentId>,
    pub items: Vec<CheckItemId>,
    pub member: PersonId,
    pub secretariat: PersonId,
    /// What it is, in words.
    pub said: String,
    pub place: Place,
}

/// Persons who write, confirm and check in every department, so that a month is three units of work.
struct Hands {
    writer: PersonId,
    head: PersonId,
    secretariat: PersonId,
    executive: PersonId,
    member: PersonId,
}

impl Organisation {
    pub fn live(place: Place, size: &Size) -> Done<Self> {
        let start = Instant::now();
        let (app, departments, hands) = begun(&place, size.departments)?;
        let rows = register(&departments, size.assets);
        for rows in rows.chunks(50_000) {
            act(&app, &hands.secretariat, |tx| asset::acts::import(tx, rows))?;
        }
        let items = act(&app, &hands.secretariat, |tx| assign(tx, &departments))?;
        act(&app, &hands.secretariat, |tx| inventory::acts::open(tx, 2026, day(2026, 12, 25)))?;
        for month in 4..=10 {
            live_a_month(&app, &hands, &departments, &items, month)?;
        }
        app.clock.move_to(day(2026, 11, 16));
        let months = Month::of(day(2026, 4, 1)).through(Month::of(day(2026, 9, 1)));
        for month in months {
            act(&app, &hands.secretariat, |tx| closing::acts::close_all(tx, &departments, month))?;
        }
        place.settle()?;
        let said = format!(
            "{} departments, {} assets, {ITEMS} items, 7 months lived, 6 closed; built in {:.0} s",
            size.departments,
            size.assets,
            start.elapsed().as_secs_f64()
        );
        let Hands { member, secretariat, .. } = hands;
        Ok(Self { app, departments, items, member, secretariat, said, place })
    }

    /// One that has departments and criteria, and nothing else yet.
    pub fn bare(place: Place, count: usize) -> Done<Self> {
        let (app, departments, hands) = begun(&place, count)?;
        let Hands { member, secretariat, .. } = hands;
        let said = format!("{count} departments");
        Ok(Self { app, departments, items: Vec::new(), member, secretariat, said, place })
    }
}

fn begun(place: &Place, count: usize) -> Done<(App, Vec<DepartmentId>, Hands)> {
    let chance = Chance::seeded(2026);
    place.db.migrate(&chance)?;
    let clock = Clock::standing(day(2026, 4, 1));
    let app = App::new(place.db.clone(), clock, chance, place.folder.join("files"));
    let system = session::house(&app);
    let (departments, hands) = app.db.write(system, &app.chance, |tx| found(tx, count))?;
    calendar::refresh(&app)?;
    act(&app, &hands.executive, |tx| {
        let edition =
            criteria::store::all(tx)?.into_iter().next().ok_or_else(|| Fault::broken("no criteria"))?;
        criteria::acts::approve(tx, &edition.id)
    })?;
    Ok((app, departments, hands))
}

fn found(tx: &Tx<'_>, count: usize) -> Done<(Vec<DepartmentId>, Hands)> {
    let founding = acts::Founding {
        organisation: "株式会社見本",
        fiscal_start: 4,
        name: "加藤",
        email: "kato@mihon.example",
        password: String::new(),
    };
    acts::found(tx, &founding)?;
    let open = |nth: usize| {
        let (code, name) = (format!("D{nth:03}"), format!("第{nth}部"));
        Ok(acts::open_department(tx, &code, &name, None, tx.today())?.id)
    };
    let departments: Vec<DepartmentId> = (1..=count).map(open).collect::<Done<_>>()?;
    let post = |name: &str, role: Role, departments: &[Option<&DepartmentId>]| -> Done<PersonId> {
        let person = acts::enrol(tx, name, &format!("{name}@mihon.example"))?.id;
        for department in departments {
            acts::post(tx, &person, role, *department, tx.today(), None)?;
        }
        Ok(person)
    };
    let all: Vec<Option<&DepartmentId>> = departments.iter().map(Some).collect();
    let hands = Hands {
        writer: post("writer", Role::Member, &all)?,
        head: post("head", Role::Head, &all)?,
        secretariat: post("secretariat", Role::Secretariat, &[None])?,
        executive: post("executive", Role::Executive, &[None])?,
        member: post("member", Role::Member, all.get(..1).unwrap_or_default())?,
    };
    Ok((departments, hands))
}

/// Rows dealt out to the departments in turn, with words that repeat as in real registers.
fn register(departments: &[DepartmentId], count: usize) -> Vec<ImportRow> {
    let kinds = ["顧客名簿", "契約書", "見積書", "従業員名簿", "設計書", "議事録", "サーバ設定", "監査調書"];
    let media = ["紙", "社内サーバ", "クラウド", "PC", "USBメモリ"];
    let row = |(nth, department): (usize, &DepartmentId)| {
        let pick = |of: &[&'static str]| of.get(nth % of.len()).copied().unwrap_or_default();
        let score = |shift: usize| i64::try_from((nth / 7 + shift) % 3).unwrap_or(0) + 1;
        let draft = AssetDraft {
            category: "業務".into(),
            name: format!("{} {nth}", pick(&kinds)),
            users: "部内".into(),
            risk_owner: "部門長".into(),
            medium: pick(&media).into(),
            personal: nth % 4 == 0,
            confidentiality: score(0),
            integrity: score(1),
            availability: score(2),
            retention: "5年".into(),
            ..AssetDraft::default()
        };
        ImportRow { department: department.clone(), draft }
    };
    (0..count).zip(departments.iter().cycle()).map(row).collect()
}

fn assign(tx: &Tx<'_>, departments: &[DepartmentId]) -> Done<Vec<CheckItemId>> {
    let items = inspection::store::items(tx)?.into_iter().take(ITEMS).map(|item| item.id);
    let items: Vec<CheckItemId> = items.collect();
    for department in departments {
        for item in &items {
            inspection::acts::assign(tx, item, department, Rhythm::Monthly, Month::of(tx.today()))?;
        }
    }
    Ok(items)
}

/// Every sheet written, submitted, confirmed and checked; the last month waits for the secretariat.
fn live_a_month(
    app: &App,
    hands: &Hands,
    departments: &[DepartmentId],
    items: &[CheckItemId],
    month: i8,
) -> Done<()> {
    app.clock.move_to(day(2026, month + 1, 4));
    let month = Month::of(day(2026, month, 1));
    act(app, &hands.writer, |tx| {
        for department in departments {
            let answers: Vec<AnswerDraft> = items.iter().map(|item| answer(item, Mark::Good)).collect();
            let sheet = inspection::acts::save_sheet(tx, department, month, 0, &answers, "")?;
            inspection::acts::submit(tx, &sheet.id, sheet.version)?;
        }
        Ok(())
    })?;
    let sheets = |tx: &Tx<'_>| inspection::store::sheets_of_month(tx, &tx.scope(Act::SeeMonth), month);
    act(app, &hands.head, |tx| {
        for sheet in sheets(tx)? {
            inspection::acts::confirm(tx, &sheet.id, sheet.version)?;
        }
        Ok(())
    })?;
    if month == Month::of(day(2026, 10, 1)) {
        return Ok(());
    }
    act(app, &hands.secretariat, |tx| {
        for sheet in sheets(tx)? {
            inspection::acts::check(tx, &sheet.id, sheet.version)?;
        }
        Ok(())
    })
}

pub fn answer(item: &CheckItemId, mark: Mark) -> AnswerDraft {
    let empty = String::new;
    AnswerDraft {
        item_id: item.clone(),
        mark,
        note: empty(),
        cause: empty(),
        fix: empty(),
        owner: empty(),
        due_on: None,
    }
}

/// One act of a person.
pub fn act<T>(app: &App, person: &PersonId, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
    let actor = app.db.read(session::house(app), |rx| Ok(store::actor(rx, person, rx.today())?))?;
    let actor = actor.ok_or_else(|| Fault::broken("nobody"))?;
    app.db.write(Who::new(actor, &app.clock), &app.chance, act)
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}
