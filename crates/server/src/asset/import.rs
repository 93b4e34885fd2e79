//! Pages of the import: the file, the columns, the rows, what was done.

use super::draft::Draft;
use super::matching::Register;
use super::pages::{Choice, choices, must_somewhere, unfit};
use super::preview::{self, Judge, Judged, Tally};
use super::reading::{Places, Unread};
use super::show::{Columns, Rows, Sheet, Upload, View};
use super::{acts, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, page};
use crate::house::work::Rx;
use crate::{criteria, people};
use axum::extract::multipart::Field as Part;
use axum::extract::{Form, Multipart, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::people::Act;
use meguri_sheet::{Field, Layout, Limits};
use serde::Deserialize;

/// GET /assets/import
pub async fn upload(ctx: Ctx) -> Answer {
    page(&upload_page(&ctx, String::new(), None).await?)
}

/// POST /assets/import
pub async fn read(ctx: Ctx, parts: Multipart) -> Answer {
    must_somewhere(&ctx, Act::EditRegister)?;
    let sent = Sent::take(parts).await?;
    let (places, names) = ctx.read(|rx| Ok((places(rx)?, choices(rx, Act::EditRegister)?))).await?;
    let department =
        names.into_iter().find(|each| each.id == sent.department).map(|each| each.name).unwrap_or_default();
    if sent.bytes.is_empty() {
        return unfit(page(&upload_page(&ctx, sent.department, Some(Trouble::NoFile)).await?));
    }
    match tokio::task::block_in_place(|| Draft::begin(&ctx.app.workers, &sent.bytes, department, &places)) {
        Ok(draft) => {
            let id = ctx.app.chance.id();
            let body = draft.encode()?;
            ctx.write(|tx| Ok(store::keep_draft(tx, &id, &sent.name, body)?)).await?;
            go(["/assets/import/", &id].concat())
        }
        Err(unread) => unfit(page(&upload_page(&ctx, sent.department, Some(Trouble::Unread(unread))).await?)),
    }
}

/// Why an upload led nowhere.
pub enum Trouble {
    NoFile,
    Unread(Unread),
}

async fn upload_page(ctx: &Ctx, department: String, trouble: Option<Trouble>) -> Done<Upload> {
    must_somewhere(ctx, Act::EditRegister)?;
    let departments = ctx.read(|rx| choices(rx, Act::EditRegister)).await?;
    let shell = Shell::new(ctx, "Excelから取り込む", "Import from Excel", ctx.this_month());
    Ok(Upload::new(shell, departments, department, trouble))
}

/// What was sent: a file and the department of rows that name none.
#[derive(Default)]
struct Sent {
    name: String,
    bytes: Vec<u8>,
    department: String,
}

impl Sent {
    async fn take(mut parts: Multipart) -> Done<Self> {
        let mut sent = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken_off())? {
            match part.name() {
                Some("file") => {
                    sent.name = part.file_name().unwrap_or("").chars().take(200).collect();
                    sent.bytes = bytes(part, most()).await?;
                }
                Some("department") => {
                    sent.department = String::from_utf8(bytes(part, 100).await?).unwrap_or_default();
                }
                _ => {}
            }
        }
        Ok(sent)
    }
}

/// One byte more than the limit, so that the guard of files sees the excess.
fn most() -> usize {
    usize::try_from(Limits::default().file_bytes).unwrap_or(usize::MAX).saturating_add(1)
}

/// The bytes of a part; what lies beyond `most` is received, so that the answer arrives, and thrown away.
async fn bytes(mut part: Part<'_>, most: usize) -> Done<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| broken_off())? {
        let room = most.saturating_sub(bytes.len()).min(chunk.len());
        bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
    }
    Ok(bytes)
}

fn broken_off() -> Refusal {
    Refusal::Because((
        "ファイルを最後まで受け取れませんでした。大きすぎるか、通信が途切れています。ファイルを確かめて、もう一度選んでください。",
        "The file did not arrive in full: it is too large, or the connection broke. Check the file and choose it again.",
    ))
}

#[derive(Deserialize)]
pub struct Looking {
    /// `columns` to look at the columns again.
    #[serde(default)]
    step: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

/// GET /assets/import/{id}
pub async fn show(ctx: Ctx, Path(id): Path<String>, Query(looking): Query<Looking>) -> Answer {
    let (file, draft, rows, departments, media) = ctx
        .read(|rx| {
            let (file, body) = store::draft(rx, &id)?;
            let draft = Draft::decode(&body)?;
            let rows = look(rx, &draft)?;
            Ok((
                file,
                draft,
                rows,
                choices(rx, Act::EditRegister)?,
                store::media(rx, &rx.scope(Act::SeeRegister))?,
            ))
        })
        .await?;
    let shell = Shell::new(&ctx, "Excelから取り込む", "Import from Excel", ctx.this_month());
    let tally = Tally::of(&rows);
    let view = if let Some(summary) = draft.done {
        View::Done(summary)
    } else if looking.step == "columns" || draft.asks_for_columns() {
        View::Columns(Columns::of(&draft, shell.l))
    } else {
        View::Rows(Rows::of(&rows, &tally, &looking.show, &looking.page, shell.l))
    };
    page(&Sheet { shell, id, file, tally, view, departments, media })
}

/// What the rows of a draft would do, as the actor may do it now.
fn look(rx: &Rx<'_>, draft: &Draft) -> Done<Vec<Judged>> {
    let places = places(rx)?;
    let method = criteria::acts::method(rx)?;
    let media = store::media(rx, &rx.scope(Act::SeeRegister))?;
    let judge = Judge {
        places: &places,
        media,
        method: &method,
        department: &draft.department,
        medium: &draft.medium,
    };
    let mut rows = preview::judge(draft.rows(), &judge);
    let mut register = Register::default();
    for department in preview::departments(&rows) {
        register.hold(store::in_use(rx, &rx.scope(Act::EditRegister), &department)?);
    }
    preview::meet(&mut rows, register);
    Ok(rows)
}

/// The departments into which the actor may import today.
fn places(rx: &Rx<'_>) -> Done<Places> {
    let names = people::store::names(rx, rx.today())?;
    let mut places = Places::default();
    for each in people::store::departments_in(rx, &rx.scope(Act::EditRegister))?
        .iter()
        .filter(|each| each.is_open(rx.today()))
    {
        places.add(&each.id, names.get(&each.id).map_or(each.code.as_str(), String::as_str), &each.code);
    }
    Ok(places)
}

/// POST /assets/import/{id}/mapping
pub async fn map(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let (mut draft, places, choices) =
        ctx.read(|rx| Ok((open_draft(rx, &id)?, places(rx)?, choices(rx, Act::EditRegister)?))).await?;
    let value =
        |name: &str| typed.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str());
    let named = choices.into_iter().find(|each| each.id == value("department"));
    draft.department = named.map(|each: Choice| each.name).unwrap_or_default();
    draft.medium = value("medium").trim().chars().take(200).collect();
    let layouts = draft
        .found
        .layouts
        .iter()
        .enumerate()
        .map(|(at, layout)| chosen(at, layout, &typed))
        .collect::<Done<_>>()?;
    // Nobody waits with a pen in his hand while a file is read: this is no unit of work.
    tokio::task::block_in_place(|| draft.map(&ctx.app.workers, layouts, &places))?;
    ctx.write(|tx| {
        open_draft(tx, &id)?;
        Ok(store::rewrite_draft(tx, &id, draft.encode()?)?)
    })
    .await?;
    go(["/assets/import/", &id].concat())
}

/// A layout with the columns that a person chose. One field is read from one column.
fn chosen(at: usize, layout: &Layout, typed: &[(String, String)]) -> Done<Layout> {
    let mut fresh = layout.clone();
    let mut taken: Vec<Field> = Vec::new();
    for column in &layout.columns {
        let name = format!("column-{at}-{}", column.index);
        let Some((_, code)) = typed.iter().find(|(each, _)| *each == name) else { continue };
        let field = Field::from_code(code);
        if field == column.field {
            taken.extend(field);
            continue;
        }
        if let Some(before) = column.field.filter(|before| fresh.column_of(*before) == Some(column.index)) {
            fresh = fresh.without(before);
        }
        if let Some(field) = field {
            if taken.contains(&field) {
                return Err(doubled(field).into());
            }
            taken.push(field);
            fresh = fresh.with(field, column.index);
        }
    }
    Ok(fresh)
}

fn doubled(field: Field) -> Refusal {
    Refusal::Said {
        ja: format!("「{}」が2つの列に選ばれています。どちらか一方の列だけにしてください。", field.ja()),
        en: format!("“{}” is chosen for two columns. Choose it for one of them only.", field.en()),
    }
}

/// POST /assets/import/{id}/rows
pub async fn mend(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let value =
        |name: &str| typed.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str());
    let index = |name: &str| value(name).parse::<usize>().ok();
    let wrong = ctx
        .write(|tx| {
            let mut draft = open_draft(tx, &id)?;
            for (name, text) in &typed {
                if let Some((row, field)) = cell(name) {
                    draft.mend(row, field, text);
                }
            }
            if value("leave") == "wrong" {
                let rows = look(tx, &draft)?;
                for (row, judged) in draft.rows.iter_mut().zip(&rows) {
                    row.out = row.out || judged.standing == preview::Standing::Wrong;
                }
            }
            for (name, out) in [("leave", true), ("take", false)] {
                if let Some(row) = index(name).and_then(|index| draft.rows.get_mut(index)) {
                    row.out = out;
                }
            }
            store::rewrite_draft(tx, &id, draft.encode()?)?;
            Ok(Tally::of(&look(tx, &draft)?).wrong)
        })
        .await?;
    let show = if wrong == 0 && value("show") == "wrong" { "" } else { value("show") };
    let page = value("page").parse::<usize>().unwrap_or(1);
    go(format!("/assets/import/{id}?show={}&page={page}", crate::house::web::percent(show)))
}

/// `cell-12-name` is the name in row 12.
fn cell(name: &str) -> Option<(usize, Field)> {
    let (row, field) = name.strip_prefix("cell-")?.split_once('-')?;
    Some((row.parse().ok()?, Field::from_code(field)?))
}

/// POST /assets/import/{id}/confirmation
pub async fn confirm(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.write(|tx| {
        let mut draft = open_draft(tx, &id)?;
        let rows = look(tx, &draft)?;
        let tally = Tally::of(&rows);
        if tally.wrong > 0 {
            return Err(unmended(tally.wrong).into());
        }
        let ready: Vec<acts::ImportRow> = rows.into_iter().filter_map(|row| row.ready).collect();
        draft.finish(acts::import(tx, &ready)?);
        Ok(store::rewrite_draft(tx, &id, draft.encode()?)?)
    })
    .await?;
    go(["/assets/import/", &id].concat())
}

fn unmended(wrong: usize) -> Refusal {
    Refusal::Said {
        ja: format!(
            "直すところがある行が{wrong}行残っているため、取り込んでいません。直すか、除いてから、もう一度取り込んでください。"
        ),
        en: format!(
            "Nothing was imported: {wrong} rows still need mending. Mend them or leave them out, then import."
        ),
    }
}

/// A draft that still waits; one that was confirmed is not confirmed again.
fn open_draft(rx: &Rx<'_>, id: &str) -> Done<Draft> {
    let draft = Draft::decode(&store::draft(rx, id)?.1)?;
    if draft.done.is_some() {
        return Err(Refusal::WrongState { state: ("取込済み", "Imported") }.into());
    }
    Ok(draft)
}
