//! The settings of departments: the tree by code, opening, renaming, closing with a successor.

use super::acts;
use super::sent::{Sent, Tab, Typed, back, day, refused, tabs, text};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::{acts as people, store};
use askama::Template;
use axum::extract::{Form, Path};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::{Act, Department, Role};
use meguri_domain::{Date, Refusal};
use std::collections::HashMap;

/// The tree of departments.
#[derive(Template)]
#[template(path = "settings/departments.html")]
struct Departments {
    shell: Shell,
    tabs: Vec<Tab>,
    lead: String,
    rows: Vec<Row>,
    open: Vec<(String, String)>,
    today: String,
    may_edit: bool,
    sent: Sent,
}

struct Row {
    id: String,
    code: String,
    name: String,
    /// How deep it lies in the tree; full-width blanks show it.
    indent: String,
    head: String,
    members: usize,
    opens_on: String,
    closes_on: String,
    open: bool,
    badge: (&'static str, &'static str, &'static str),
}

/// GET /settings/departments
pub async fn index(ctx: Ctx) -> Answer {
    page(&list(&ctx, Sent::default()).await?)
}

/// POST /settings/departments
pub async fn open(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditPeople)?;
            let parent = chosen(&form, "parent_id")?;
            if let Some(parent) = &parent {
                store::department(tx, &tx.scope(Act::EditPeople), parent)?;
            }
            let opens_on = day(&form, "opens_on", ("開設日", "First day"))?;
            people::open_department(tx, text(&form, "code"), text(&form, "name"), parent.as_ref(), opens_on)
        })
        .await;
    match done {
        Ok(_) => go_saying(
            "/settings/departments",
            ctx.l.t(
                "部門を開設しました。続けて、部門長と担当者を登録してください。",
                "The department is open. Now post its head and members.",
            ),
        ),
        Err(stop) => refused(&list(&ctx, back(&ctx, stop, ("open", form))?).await?),
    }
}

async fn list(ctx: &Ctx, sent: Sent) -> Done<Departments> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    ctx.read(|rx| {
        let today = rx.today();
        let names = store::names(rx, today)?;
        let departments = store::departments(rx)?;
        let rows = rows(ctx.l, rx, &departments, &names)?;
        let open = departments.iter().filter(|each| each.closes_on.is_none());
        Ok(Departments {
            shell: Shell::new(ctx, "設定", "Settings", ctx.this_month()),
            tabs: tabs(ctx, "/settings/departments"),
            lead: lead(ctx.l, &rows),
            rows,
            open: open.map(|each| labelled(each, &names)).collect(),
            today: today.to_string(),
            may_edit: ctx.actor.may_everywhere(Act::EditPeople),
            sent,
        })
    })
    .await
}

fn rows(
    l: Lang,
    rx: &Rx<'_>,
    departments: &[Department],
    names: &HashMap<DepartmentId, String>,
) -> Done<Vec<Row>> {
    let today = rx.today();
    let persons = store::persons(rx)?.into_iter().filter(|each| each.active);
    let persons: HashMap<_, _> = persons.map(|each| (each.id, each.name)).collect();
    let mut postings = store::postings(rx)?;
    postings.retain(|each| each.is_in_force(today));
    let serving = |department: &DepartmentId, role: Role| {
        let held = postings
            .iter()
            .filter(|each| each.role == role && each.department_id.as_ref() == Some(department));
        held.filter_map(|each| persons.get(&each.person_id).map(String::as_str)).collect::<Vec<_>>()
    };
    let row = |(depth, each): (usize, &Department)| Row {
        id: each.id.to_string(),
        code: each.code.clone(),
        name: names.get(&each.id).cloned().unwrap_or_default(),
        indent: "　".repeat(depth),
        head: serving(&each.id, Role::Head).join(l.t("、", ", ")),
        members: serving(&each.id, Role::Member).len(),
        opens_on: l.day(&each.opens_on),
        closes_on: l.day_or(&each.closes_on),
        open: each.is_open(today),
        badge: badge(l, each, today),
    };
    Ok(tree(departments).into_iter().map(row).collect())
}

fn lead(l: Lang, rows: &[Row]) -> String {
    let open = rows.iter().filter(|each| each.open).count();
    let headless = rows.iter().filter(|each| each.open && each.head.is_empty()).count();
    let counted = l.count(open, "部門", "department", "departments");
    match (headless, l) {
        (0, Lang::Ja) => format!("{counted}が開いています。"),
        (0, Lang::En) => format!("{counted} open."),
        (_, Lang::Ja) => format!("{counted}が開いています。部門長がいない部門が{headless}あります。"),
        (_, Lang::En) => format!("{counted} open; {headless} without a head."),
    }
}

fn labelled(department: &Department, names: &HashMap<DepartmentId, String>) -> (String, String) {
    let name = names.get(&department.id).map_or("", String::as_str);
    (department.id.to_string(), [department.code.as_str(), " ", name].concat())
}

fn badge(l: Lang, department: &Department, today: Date) -> (&'static str, &'static str, &'static str) {
    match (department.is_open(today), department.opens_on > today) {
        (true, _) => ("good", "○", l.t("開設中", "Open")),
        (false, true) => ("quiet", "・", l.t("開設予定", "To be opened")),
        (false, false) => ("quiet", "─", l.t("廃止", "Closed")),
    }
}

/// The departments with their depth, children below their parent, each level by code.
fn tree(departments: &[Department]) -> Vec<(usize, &Department)> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, &Department)> =
        departments.iter().rev().filter(|each| each.parent_id.is_none()).map(|each| (0, each)).collect();
    while let Some((depth, department)) = open.pop() {
        found.push((depth, department));
        let children =
            departments.iter().rev().filter(|each| each.parent_id.as_ref() == Some(&department.id));
        open.extend(children.map(|each| ((depth + 1).min(8), each)));
        if found.len() > departments.len() {
            break;
        }
    }
    found
}

/// One department.
#[derive(Template)]
#[template(path = "settings/department.html")]
struct DepartmentPage {
    shell: Shell,
    id: String,
    code: String,
    name: String,
    badge: (&'static str, &'static str, &'static str),
    facts: Vec<(&'static str, String)>,
    names: Vec<(String, String)>,
    people: Vec<(String, String, &'static str, String)>,
    successors: Vec<(String, String)>,
    today: String,
    may_edit: bool,
    may_close: bool,
    may_split: bool,
    sent: Sent,
}

/// GET /settings/departments/{id}
pub async fn department(ctx: Ctx, Path(id): Path<String>) -> Answer {
    page(&one(&ctx, &department_id(id)?, Sent::default()).await?)
}

async fn one(ctx: &Ctx, id: &DepartmentId, sent: Sent) -> Done<DepartmentPage> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    ctx.read(|rx| filled(ctx, rx, id, sent)).await
}

fn filled(ctx: &Ctx, rx: &Rx<'_>, id: &DepartmentId, sent: Sent) -> Done<DepartmentPage> {
    let l = ctx.l;
    let today = rx.today();
    let department = store::department(rx, &rx.scope(Act::SeePeople), id)?;
    let names = store::names(rx, today)?;
    let name_of = |id: &Option<DepartmentId>| {
        id.as_ref().and_then(|id| names.get(id)).cloned().unwrap_or_else(|| "—".into())
    };
    let persons: HashMap<_, _> = store::persons(rx)?.into_iter().map(|each| (each.id, each.name)).collect();
    let mut postings = store::postings(rx)?;
    postings.retain(|each| each.department_id.as_ref() == Some(id) && each.is_in_force(today));
    postings.sort_by_key(|each| Role::ALL.iter().position(|role| *role == each.role));
    let people = postings.iter().map(|each| {
        let name = persons.get(&each.person_id).cloned().unwrap_or_default();
        (
            each.person_id.to_string(),
            name,
            l.w(each.role.word()),
            [&l.day(&each.from_on), "〜", &each.to_on.map_or_else(String::new, |end| l.day(&end))].concat(),
        )
    });
    let others =
        store::departments(rx)?.into_iter().filter(|each| each.id != *id && each.closes_on.is_none());
    let may_edit = ctx.actor.may_everywhere(Act::EditPeople);
    let name = names.get(id).cloned().unwrap_or_default();
    let mut shell = Shell::new(ctx, "設定", "Settings", ctx.this_month());
    shell.title.clone_from(&name);
    Ok(DepartmentPage {
        id: id.to_string(),
        badge: badge(l, &department, today),
        facts: vec![
            (l.t("部門コード", "Code"), department.code.clone()),
            (l.t("上位の部門", "Above it"), name_of(&department.parent_id)),
            (l.t("開設日", "First day"), l.day(&department.opens_on)),
            (l.t("廃止日", "Last day"), l.day_or(&department.closes_on)),
            (l.t("引継ぎ先", "Successor"), name_of(&department.successor_id)),
        ],
        names: store::names_of(rx, id)?.into_iter().map(|each| (l.day(&each.from_on), each.name)).collect(),
        people: people.collect(),
        successors: others.map(|each| labelled(&each, &names)).collect(),
        today: today.to_string(),
        may_edit,
        may_close: may_edit && department.closes_on.is_none(),
        may_split: department.is_open(today)
            && ctx.actor.may_everywhere(Act::Reorganise)
            && ctx.actor.may_everywhere(Act::EditRegister),
        code: department.code,
        name,
        shell,
        sent,
    })
}

/// POST /settings/departments/{id}/names
pub async fn rename(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Typed>) -> Answer {
    let id = department_id(id)?;
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditPeople)?;
            store::department(tx, &tx.scope(Act::EditPeople), &id)?;
            people::rename(tx, &id, text(&form, "name"), day(&form, "from_on", ("変更日", "From"))?)
        })
        .await;
    match done {
        Ok(_) => go_saying(
            address(&id),
            ctx.l.t(
                "部門名を変更しました。それより前の記録は、元の名前のままです。",
                "Renamed. Records before that day keep the old name.",
            ),
        ),
        Err(stop) => refused(&one(&ctx, &id, back(&ctx, stop, ("rename", form))?).await?),
    }
}

/// POST /settings/departments/{id}/closing
pub async fn closing(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Typed>) -> Answer {
    let id = department_id(id)?;
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditPeople)?;
            let last = day(&form, "closes_on", ("廃止日", "Last day"))?;
            acts::close(tx, &id, last, chosen(&form, "successor_id")?.as_ref())
        })
        .await;
    match done {
        Ok(()) => go_saying(address(&id), ctx.l.t("部門の廃止を登録しました。", "The closing is saved.")),
        Err(stop) => refused(&one(&ctx, &id, back(&ctx, stop, ("close", form))?).await?),
    }
}

fn chosen(form: &Typed, name: &str) -> Result<Option<DepartmentId>, Refusal> {
    let text = text(form, name);
    if text.is_empty() {
        return Ok(None);
    }
    DepartmentId::new(text).map(Some).ok_or(Refusal::NotFound)
}

fn address(id: &DepartmentId) -> String {
    ["/settings/departments/", id.as_str()].concat()
}

fn department_id(id: String) -> Result<DepartmentId, Stop> {
    DepartmentId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))
}
