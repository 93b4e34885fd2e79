//! The pages of a merger and of a split: what goes is shown before anything moves.

use super::acts::{self, Parcel};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{asset, people};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::IntoResponse;
use meguri_domain::asset::Asset;
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::{Date, Refusal};
use std::collections::HashSet;

/// The most assets that one form may name.
const MOST: usize = 20_000;

/// What both pages ask: into which department, and from which day on.
struct Asked {
    into: String,
    from_on: String,
    /// The departments to choose from, by id and name.
    choices: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "handover/merger.html")]
struct Merger {
    shell: Shell,
    id: String,
    name: String,
    asked: Asked,
    preview: Option<Preview>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "handover/split.html")]
struct Split {
    shell: Shell,
    id: String,
    name: String,
    asked: Asked,
    assets: Vec<Choice>,
    preview: Option<Preview>,
    problem: Option<String>,
}

struct Choice {
    id: String,
    name: String,
    category: String,
    checked: bool,
}

/// What moves, in words.
struct Preview {
    into: String,
    sentence: String,
    lines: Vec<(&'static str, usize)>,
}

type Pairs = Vec<(String, String)>;

fn first<'a>(form: &'a Pairs, name: &str) -> &'a str {
    form.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.trim())
}

/// What was asked, read; a field that cannot be read is refused in words.
fn order(form: &Pairs) -> Result<(DepartmentId, Date), Refusal> {
    let into = DepartmentId::new(first(form, "into"));
    let into = into.ok_or(Refusal::Missing { field: "into", word: ("引継ぎ先", "Successor") })?;
    let word = ("引継ぎの日", "Day of the handover");
    let hint = ("2026-10-01のように、年月日で入力してください。", "Write a day such as 2026-10-01.");
    let day = first(form, "from_on").parse().map_err(|_| Refusal::Unfit { field: "from_on", word, hint })?;
    Ok((into, day))
}

fn department(id: String) -> Result<DepartmentId, Stop> {
    DepartmentId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))
}

fn asked(ctx: &Ctx, rx: &Rx<'_>, from: &DepartmentId, form: &Pairs) -> Done<Asked> {
    let names = people::store::names(rx, rx.today())?;
    let open = people::store::departments(rx)?;
    let open = open.into_iter().filter(|each| each.id != *from && each.is_open(rx.today()));
    let choices = open.map(|each| {
        let name = names.get(&each.id).map_or("", String::as_str);
        (each.id.to_string(), [each.code.as_str(), " ", name].concat())
    });
    let day = first(form, "from_on");
    Ok(Asked {
        into: first(form, "into").to_owned(),
        from_on: if day.is_empty() { ctx.today().to_string() } else { day.to_owned() },
        choices: choices.collect(),
    })
}

fn named(rx: &Rx<'_>, id: &DepartmentId) -> Done<String> {
    Ok(people::store::names(rx, rx.today())?.remove(id).unwrap_or_default())
}

impl Preview {
    fn of(l: Lang, rx: &Rx<'_>, parcel: &Parcel, whole: bool) -> Done<Self> {
        let into = named(rx, &parcel.into.id)?;
        let (assets, goals, items) = (parcel.assets.len(), parcel.objectives.len(), parcel.items.len());
        let day = l.long_day(&parcel.first);
        let sentence = match (l, whole) {
            (Lang::Ja, true) => format!(
                "{day}から、資産{assets}件、目標{goals}件、点検項目{items}件が「{into}」に移ります。前の月までの記録と義務は、元の部門に残ります。"
            ),
            (Lang::Ja, false) => format!(
                "{day}から、資産{assets}件、目標{goals}件が「{into}」に移り、点検項目{items}件は両方の部門で続きます。前の月までの記録と義務は、元の部門に残ります。"
            ),
            (Lang::En, true) => format!(
                "From {day}, {assets} assets, {goals} objectives and {items} check items move to “{into}”. Records and duties of earlier months stay where they are."
            ),
            (Lang::En, false) => format!(
                "From {day}, {assets} assets and {goals} objectives move to “{into}”; {items} check items go on in both. Records and duties of earlier months stay where they are."
            ),
        };
        let lines = vec![
            (l.t("情報資産", "Assets"), assets),
            (l.t("リスクの判定", "Judgements"), parcel.risks.len()),
            (l.t("対応計画の行", "Plan rows"), parcel.rows.len()),
            (l.t("目標", "Objectives"), goals),
            (l.t("点検項目", "Check items"), items),
            (l.t("是正処置", "Corrections"), parcel.corrections.len()),
            (l.t("今年の棚卸の確認", "Confirmations of this inventory"), parcel.confirmations.len()),
        ];
        Ok(Self { into, sentence, lines })
    }
}

/// GET /settings/departments/{id}/merger
pub async fn merger(ctx: Ctx, Path(id): Path<String>, Query(form): Query<Pairs>) -> Answer {
    let id = department(id)?;
    ctx.actor.must_everywhere(Act::EditPeople)?;
    merging(&ctx, &id, &form, None).await
}

async fn merging(ctx: &Ctx, id: &DepartmentId, form: &Pairs, refused: Option<Stop>) -> Answer {
    let shown = ctx.read(|rx| {
        let from = people::store::department(rx, &rx.scope(Act::Reorganise), id)?;
        let gathered = match (&refused, first(form, "into").is_empty()) {
            (Some(_), _) | (None, true) => None,
            (None, false) => {
                let gathered = order(form).map_err(Stop::from);
                Some(gathered.and_then(|(into, day)| acts::gather(rx, id, &into, day, None)))
            }
        };
        let (parcel, refused) = told(gathered, refused)?;
        let name = named(rx, &from.id)?;
        let mut shell = Shell::new(ctx, "部門の統合", "Merge departments", ctx.this_month());
        shell.title = [name.as_str(), ctx.l.t("の統合", ": merger")].concat();
        let template = Merger {
            shell,
            id: id.to_string(),
            name,
            asked: asked(ctx, rx, id, form)?,
            preview: parcel.map(|parcel| Preview::of(ctx.l, rx, &parcel, true)).transpose()?,
            problem: refused.as_ref().map(|refusal| ctx.l.refusal(refusal)),
        };
        Ok((template, refused))
    });
    let (template, refusal) = shown.await?;
    answer(&template, refusal)
}

/// Parts a gathering into what goes and the sentence of a refusal; what may not be known passes on to the door.
fn told(gathered: Option<Done<Parcel>>, refused: Option<Stop>) -> Done<(Option<Parcel>, Option<Refusal>)> {
    let stop = match gathered {
        Some(Ok(parcel)) => return Ok((Some(parcel), None)),
        Some(Err(stop)) => Some(stop),
        None => refused,
    };
    match stop {
        None => Ok((None, None)),
        Some(Stop::Refusal(refusal)) if !matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) => {
            Ok((None, Some(refusal)))
        }
        Some(stop) => Err(stop),
    }
}

fn answer(template: &impl Template, refusal: Option<Refusal>) -> Answer {
    let mut response = page(template)?;
    if let Some(refusal) = refusal {
        *response.status_mut() = refused::status(&Stop::Refusal(refusal));
    }
    Ok(response.into_response())
}

/// POST /settings/departments/{id}/merger
pub async fn merge(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Pairs>) -> Answer {
    let id = department(id)?;
    ctx.actor.must_everywhere(Act::EditPeople)?;
    let done = ctx.write(|tx| {
        let (into, day) = order(&form)?;
        acts::merge(tx, &id, &into, day)
    });
    match done.await {
        Ok(parcel) => {
            let count = parcel.assets.len();
            let said = match ctx.l {
                Lang::Ja => format!(
                    "部門を統合しました。資産{count}件が移りました。続けて、人の役割を登録してください。"
                ),
                Lang::En => format!("Merged; {count} assets moved. Now give people their posts."),
            };
            go_saying(format!("/settings/departments/{}", parcel.into.id), &said)
        }
        Err(stop) => merging(&ctx, &id, &form, Some(stop)).await,
    }
}

/// GET /settings/departments/{id}/split
pub async fn parting(ctx: Ctx, Path(id): Path<String>, Query(form): Query<Pairs>) -> Answer {
    let id = department(id)?;
    splitting(&ctx, &id, &form, None).await
}

async fn splitting(ctx: &Ctx, id: &DepartmentId, form: &Pairs, refused: Option<Stop>) -> Answer {
    // Who chooses assets reads their names, so it takes the eyes of the register besides.
    ctx.actor.must_everywhere(Act::EditRegister)?;
    let assets = chosen(form);
    let shown = ctx.read(|rx| {
        let from = people::store::department(rx, &rx.scope(Act::Reorganise), id)?;
        let gathered = match (&refused, first(form, "into").is_empty()) {
            (Some(_), _) | (None, true) => None,
            (None, false) => {
                let gathered = order(form).map_err(Stop::from);
                Some(gathered.and_then(|(into, day)| acts::gather(rx, id, &into, day, Some(&assets))))
            }
        };
        let (parcel, refused) = told(gathered, refused)?;
        let ticked: HashSet<&AssetId> = assets.iter().collect();
        let choice = |each: Asset| Choice {
            checked: ticked.contains(&each.id),
            id: each.id.to_string(),
            name: each.name,
            category: each.category,
        };
        let name = named(rx, &from.id)?;
        let mut shell = Shell::new(ctx, "部門の分割", "Split a department", ctx.this_month());
        shell.title = [name.as_str(), ctx.l.t("の分割", ": split")].concat();
        let mut held = asset::store::in_use(rx, &rx.scope(Act::SeeRegister), id)?;
        held.sort_by(|one, other| (&one.category, &one.name).cmp(&(&other.category, &other.name)));
        let template = Split {
            shell,
            id: id.to_string(),
            name,
            asked: asked(ctx, rx, id, form)?,
            assets: held.into_iter().map(choice).collect(),
            preview: parcel.map(|parcel| Preview::of(ctx.l, rx, &parcel, false)).transpose()?,
            problem: refused.as_ref().map(|refusal| ctx.l.refusal(refusal)),
        };
        Ok((template, refused))
    });
    let (template, refusal) = shown.await?;
    answer(&template, refusal)
}

fn chosen(form: &Pairs) -> Vec<AssetId> {
    let ids = form.iter().filter(|(name, _)| name == "asset").take(MOST);
    ids.filter_map(|(_, value)| AssetId::new(value.as_str())).collect()
}

/// POST /settings/departments/{id}/split: shows what goes; with `agreed` it goes.
pub async fn split(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Pairs>) -> Answer {
    let id = department(id)?;
    if first(&form, "agreed").is_empty() {
        let unnamed = first(&form, "into").is_empty();
        let refused = unnamed
            .then_some(Stop::Refusal(Refusal::Missing {
                field: "into", word: ("引継ぎ先", "Successor")
            }));
        return splitting(&ctx, &id, &form, refused).await;
    }
    let assets = chosen(&form);
    let done = ctx.write(|tx| {
        tx.actor().must_everywhere(Act::EditRegister)?;
        let (into, day) = order(&form)?;
        acts::split(tx, &id, &into, day, &assets)
    });
    match done.await {
        Ok(parcel) => {
            let count = parcel.assets.len();
            let said = match ctx.l {
                Lang::Ja => format!("資産{count}件を引き継ぎました。"),
                Lang::En => format!("{count} assets were handed over."),
            };
            go_saying(format!("/settings/departments/{}", parcel.into.id), &said)
        }
        Err(stop) => splitting(&ctx, &id, &form, Some(stop)).await,
    }
}
