//! Pages of the secretariat: the check items, and who owes which in what rhythm from when.

use super::{schedule, store};
use crate::house::door::fields;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::{Lang, fold};
use crate::house::work::Rx;
use crate::people;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Form, Path, Query};
use meguri_domain::ids::{AssignmentId, CheckItemId, DepartmentId};
use meguri_domain::inspection::{Assignment, CheckItem, Rhythm, SafetyMeasure};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal, Word};
use serde::Deserialize;

/// The catalogue of items.
#[derive(Template)]
#[template(path = "inspection/items.html")]
struct ItemsPage {
    shell: Shell,
    lead: String,
    chips: Vec<(&'static str, &'static str, usize)>,
    only: String,
    q: String,
    lines: Vec<Line>,
    departments: Vec<(String, String)>,
    rhythms: Vec<(&'static str, &'static str)>,
    measures: Vec<(&'static str, &'static str)>,
    this_month: Month,
}

struct Line {
    id: String,
    text: String,
    hint: String,
    measure: &'static str,
    born: Option<String>,
    /// How many departments owe it now, and in which rhythms.
    owing: usize,
    rhythms: String,
}

#[derive(Deserialize)]
pub struct ItemsQuery {
    /// A safety measure, `none` for items that nobody owes, `own` for those that are not from the catalogue.
    #[serde(default)]
    only: String,
    #[serde(default)]
    q: String,
}

/// GET /items
pub async fn items(ctx: Ctx, Query(query): Query<ItemsQuery>) -> Answer {
    ctx.actor.must_everywhere(Act::EditSchedule)?;
    let template = ctx.read(|rx| listed(&ctx, rx, query)).await?;
    page(&template)
}

fn listed(ctx: &Ctx, rx: &Rx<'_>, query: ItemsQuery) -> Done<ItemsPage> {
    let l = ctx.l;
    let this_month = ctx.this_month();
    let all = store::items(rx)?;
    let owed = store::assignments(rx, &rx.scope(Act::SeeMonth))?;
    let owed: Vec<&Assignment> =
        owed.iter().filter(|each| each.to_month.is_none_or(|last| this_month <= last)).collect();
    let lines: Vec<Line> = all.iter().map(|item| line(l, item, &owed)).collect();
    let own = |line: &&Line| !line.id.starts_with("CHK-");
    let count = |measure: SafetyMeasure| all.iter().filter(|item| item.measure == measure).count();
    let mut chips = vec![("", l.t("すべて", "All"), all.len())];
    chips.extend(SafetyMeasure::ALL.iter().map(|each| (each.code(), l.w(each.word()), count(*each))));
    chips.push(("owed", l.t("割当あり", "Assigned"), lines.iter().filter(|line| line.owing > 0).count()));
    chips.push(("own", l.t("自社の項目", "Our own"), lines.iter().filter(own).count()));
    let assigned = lines.iter().filter(|line| line.owing > 0).count();
    let lead = match l {
        Lang::Ja => format!(
            "{}項目のうち{assigned}項目を部門に割り当てています。割り当てた月から、部門の点検票に表示されます。",
            all.len()
        ),
        Lang::En => format!(
            "{assigned} of {} items are assigned. They appear on the departments' sheets from their first month on.",
            all.len()
        ),
    };
    let wanted = fold(&query.q);
    let fits = |line: &Line, item: &CheckItem| {
        let by_kind = match query.only.as_str() {
            "" => true,
            "owed" => line.owing > 0,
            "own" => own(&line),
            measure => item.measure.code() == measure,
        };
        by_kind
            && (wanted.is_empty()
                || fold(&[&item.text_ja, " ", &item.text_en, " ", item.id.as_str()].concat())
                    .contains(&wanted))
    };
    let lines =
        lines.into_iter().zip(&all).filter(|(line, item)| fits(line, item)).map(|(line, _)| line).collect();
    Ok(ItemsPage {
        shell: Shell::new(ctx, "点検項目", "Check items", this_month),
        lead,
        chips,
        only: query.only,
        q: query.q,
        lines,
        departments: departments(rx)?,
        rhythms: rhythms(l),
        measures: SafetyMeasure::ALL.iter().map(|each| (each.code(), l.w(each.word()))).collect(),
        this_month,
    })
}

fn line(l: Lang, item: &CheckItem, owed: &[&Assignment]) -> Line {
    let own = owed.iter().filter(|each| each.item_id == item.id);
    let found = |rhythm: &&Rhythm| owed.iter().any(|each| each.item_id == item.id && each.rhythm == **rhythm);
    let rhythms: Vec<&str> = Rhythm::ALL.iter().filter(found).map(|each| l.w(each.word())).collect();
    Line {
        id: item.id.to_string(),
        text: l.t(&item.text_ja, &item.text_en).to_owned(),
        hint: item.evidence_hint.clone(),
        measure: l.w(item.measure.word()),
        born: item.plan_row_id.as_ref().map(ToString::to_string),
        owing: own.count(),
        rhythms: rhythms.join(l.t("・", ", ")),
    }
}

fn rhythms(l: Lang) -> Vec<(&'static str, &'static str)> {
    Rhythm::ALL.iter().map(|each| (each.code(), l.w(each.word()))).collect()
}

/// The departments that are open today, by code.
fn departments(rx: &Rx<'_>) -> Done<Vec<(String, String)>> {
    let names = people::store::names(rx, rx.today())?;
    let all = people::store::departments(rx)?.into_iter().filter(|each| each.is_open(rx.today()));
    Ok(all.map(|each| (each.id.to_string(), names.get(&each.id).cloned().unwrap_or(each.code))).collect())
}

/// One item with who owes it.
#[derive(Template)]
#[template(path = "inspection/assignments.html")]
struct ItemPage {
    shell: Shell,
    id: String,
    text: String,
    measure: &'static str,
    controls: String,
    hint: String,
    born: Option<String>,
    lines: Vec<AssignmentLine>,
    departments: Vec<(String, String)>,
    rhythms: Vec<(&'static str, &'static str)>,
    this_month: Month,
    previous: Month,
}

struct AssignmentLine {
    id: String,
    department: String,
    rhythm: &'static str,
    code: &'static str,
    from: String,
    to: Option<String>,
    goes_on: bool,
    req: String,
}

/// GET /items/{id}
pub async fn item(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::EditSchedule)?;
    let id = CheckItemId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| one(&ctx, rx, &id)).await?;
    page(&template)
}

fn one(ctx: &Ctx, rx: &Rx<'_>, id: &CheckItemId) -> Done<ItemPage> {
    let l = ctx.l;
    let item = store::item(rx, id)?;
    let names = people::store::names(rx, rx.today())?;
    let this_month = ctx.this_month();
    let own =
        store::assignments(rx, &rx.scope(Act::SeeMonth))?.into_iter().filter(|each| each.item_id == *id);
    let line = |each: Assignment| AssignmentLine {
        department: names.get(&each.department_id).cloned().unwrap_or_default(),
        rhythm: l.w(each.rhythm.word()),
        code: each.rhythm.code(),
        from: l.month(&each.from_month),
        to: each.to_month.as_ref().map(|last| l.month(last)),
        goes_on: each.to_month.is_none(),
        id: each.id.to_string(),
        req: ctx.app.chance.id(),
    };
    let mut lines: Vec<AssignmentLine> = own.map(line).collect();
    lines.sort_by(|a, b| (!a.goes_on, &a.department).cmp(&(!b.goes_on, &b.department)));
    Ok(ItemPage {
        shell: Shell::new(ctx, "点検項目", "Check item", this_month),
        id: item.id.to_string(),
        text: l.t(&item.text_ja, &item.text_en).to_owned(),
        measure: l.w(item.measure.word()),
        controls: item.controls.iter().map(ToString::to_string).collect::<Vec<_>>().join(l.t("、", ", ")),
        hint: item.evidence_hint,
        born: item.plan_row_id.map(|row| row.to_string()),
        lines,
        departments: departments(rx)?,
        rhythms: rhythms(l),
        this_month,
        previous: this_month.plus(-1),
    })
}

#[derive(Deserialize)]
pub struct ItemForm {
    #[serde(default)]
    text_ja: String,
    #[serde(default)]
    text_en: String,
    #[serde(default)]
    measure: String,
    #[serde(default)]
    evidence_hint: String,
}

/// POST /items: an item of the organisation's own.
pub async fn add(ctx: Ctx, Form(form): Form<ItemForm>) -> Answer {
    let word = ("安全管理措置", "Safety measure");
    let measure =
        SafetyMeasure::from_code(&form.measure).ok_or(Refusal::Missing { field: "measure", word })?;
    let item = ctx
        .write(|tx| schedule::add_item(tx, &form.text_ja, &form.text_en, measure, &form.evidence_hint))
        .await?;
    let said = ctx.l.t(
        "点検項目を追加しました。部門に割り当ててください。",
        "The item was added. Now assign it to departments.",
    );
    go_saying(format!("/items/{}", item.id), said)
}

/// POST /items/assignments: items (several `item`), a department or all of them, a rhythm, a first month.
pub async fn assign(ctx: Ctx, body: Bytes) -> Answer {
    let typed = fields(&body);
    let all = |name: &str| {
        typed.iter().filter(|(each, _)| each == name).map(|(_, value)| value.clone()).collect::<Vec<String>>()
    };
    let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
    let items: Vec<CheckItemId> = all("item").into_iter().filter_map(CheckItemId::new).collect();
    if items.is_empty() {
        return Err(Refusal::Missing { field: "item", word: ("点検項目", "Check items") }.into());
    }
    let rhythm = rhythm(&one("rhythm"))?;
    let from = month(&one("from"), "from", ("開始月", "First month"))?;
    let chosen: Vec<DepartmentId> =
        all("department").into_iter().filter(|id| id != "all").filter_map(DepartmentId::new).collect();
    let everybody = all("department").iter().any(|id| id == "all");
    let began = ctx.write(|tx| {
        tx.actor().must_everywhere(Act::EditSchedule)?;
        let departments = if everybody {
            departments(tx)?.into_iter().filter_map(|(id, _)| DepartmentId::new(id)).collect()
        } else {
            chosen
        };
        if departments.is_empty() {
            return Err(Refusal::Missing { field: "department", word: ("部門", "Department") }.into());
        }
        schedule::assign_all(tx, &items, &departments, rhythm, from)
    });
    let began = began.await?;
    let address = if one("next") == "item" {
        items.first().map_or_else(|| "/items".into(), |id| format!("/items/{id}"))
    } else {
        "/items?only=owed".into()
    };
    let said = match (ctx.l, began) {
        (Lang::Ja, 0) => "選んだ部門には、すでにすべて割り当ててあります。".to_owned(),
        (Lang::En, 0) => "The chosen departments owe all of these already.".to_owned(),
        (Lang::Ja, began) => {
            format!("{began}件を割り当てました。{}分の点検票から表示します。", ctx.l.month(&from))
        }
        (Lang::En, began) => {
            format!("{began} assigned. They appear on the sheets from {} on.", ctx.l.month(&from))
        }
    };
    go_saying(address, &said)
}

#[derive(Deserialize)]
pub struct ChangeForm {
    #[serde(default)]
    rhythm: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    last: String,
}

/// POST /assignments/{id}/rhythm
pub async fn change_rhythm(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ChangeForm>) -> Answer {
    let id = AssignmentId::new(id).ok_or(Refusal::NotFound)?;
    let rhythm = rhythm(&form.rhythm)?;
    let from = month(&form.from, "from", ("開始月", "First month"))?;
    let new = ctx.write(|tx| schedule::change_rhythm(tx, &id, rhythm, from)).await?;
    let said = ctx.l.t(
        "周期を変えました。前の月までの記録はそのままです。",
        "The rhythm was changed. Earlier months stay as they are.",
    );
    go_saying(format!("/items/{}", new.item_id), said)
}

/// POST /assignments/{id}/end
pub async fn end(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ChangeForm>) -> Answer {
    let id = AssignmentId::new(id).ok_or(Refusal::NotFound)?;
    let last = month(&form.last, "last", ("最後の月", "Last month"))?;
    let ended = ctx.write(|tx| schedule::end_assignment(tx, &id, last)).await?;
    let said = ctx
        .l
        .t("割当を終えました。これまでの記録は残ります。", "The assignment has ended. Its records stay.");
    go_saying(format!("/items/{}", ended.item_id), said)
}

fn rhythm(text: &str) -> Result<Rhythm, Stop> {
    Ok(Rhythm::from_code(text).ok_or(Refusal::Missing { field: "rhythm", word: ("周期", "Rhythm") })?)
}

fn month(text: &str, field: &'static str, word: Word) -> Result<Month, Stop> {
    let hint = ("「2026-11」の形で入力してください。", "Write a month like 2026-11.");
    Ok(Month::parse(text.trim()).ok_or(Refusal::Unfit { field, word, hint })?)
}
