//! Pages of risks in and out of files: both acts on one page, the lines of a file before they are taken in, and what was done.

use super::draft::{Draft, OUT};
use super::lines::{Columns, Rows};
use super::preview::{self, Standing};
use super::{draft, sheets};
use crate::asset::import::Looking;
use crate::asset::mapping::Typed;
use crate::asset::pages::{Choice, choices};
use crate::asset::preview::Tally;
use crate::asset::reading::{self, Ask, Places, RiskAsk};
use crate::asset::sent::Sent;
use crate::asset::{applied, draft_store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, page, percent};
use crate::house::work::Rx;
use askama::Template;
use axum::extract::{Form, Multipart, Path, Query};
use axum::http::StatusCode;
use meguri_domain::Refusal;
use meguri_domain::ids::ImportId;
use meguri_domain::import::{Import, ImportKind};
use meguri_domain::people::Act;
use meguri_sheet::RiskField;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "risk_rows/files.html")]
struct Files {
    shell: Shell,
    /// Where risks may be taken out of, and taken in to.
    seen: Vec<Choice>,
    judged: Vec<Choice>,
    department: String,
    trouble: Option<String>,
    recent: Vec<Import>,
    /// An own key for the second form of the page.
    second: String,
}

#[derive(Deserialize, Default)]
pub struct Begin {
    #[serde(default)]
    department: String,
}

/// GET /risks/import
pub async fn files(ctx: Ctx, Query(begin): Query<Begin>) -> Answer {
    page(&files_page(&ctx, begin.department, None).await?)
}

async fn files_page(ctx: &Ctx, department: String, trouble: Option<String>) -> Done<Files> {
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let may_export = ctx.actor.may_somewhere(Act::SeePlan) && ctx.actor.may_somewhere(Act::SeeRegister);
    let (seen, judged, recent) = ctx
        .read(|rx| {
            let seen = if may_export { choices(rx, Act::SeeRisk)? } else { Vec::new() };
            Ok((seen, choices(rx, Act::AssessRisk)?, applied::recent(rx, ImportKind::Risks)?))
        })
        .await?;
    let shell = Shell::new(ctx, "リスクの書出しと取込", "Risks to and from files", ctx.this_month());
    let second = ctx.app.chance.id();
    Ok(Files { shell, seen, judged, department, trouble, recent, second })
}

/// POST /risks/import
pub async fn read(ctx: Ctx, parts: Multipart) -> Answer {
    if !ctx.actor.may_somewhere(Act::AssessRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let sent = Sent::take(parts, &ctx.app.files).await?;
    if sent.file.size_bytes() == 0 && sent.name.is_empty() {
        let none = ctx.l.t(
            "ファイルが選ばれていません。リスクの一覧を選んでください。",
            "No file was chosen. Choose a register of risks.",
        );
        return unfit(page(&files_page(&ctx, sent.department, Some(none.into())).await?));
    }
    ctx.came(&[&sent.name, &sent.file.sha256().to_string(), &sent.department]);
    let places = Places::default();
    let ask = Ask { name: &sent.name, ..Ask::of(&sent.file, &places) };
    let known = ctx.read(sheets::known).await?;
    let first = RiskAsk { known, ..RiskAsk::default() };
    let read = tokio::task::block_in_place(|| reading::read_risks_in_turn(&ctx.app.workers, &ask, first));
    let mut read = match read {
        Ok(read) => read,
        Err(why) => {
            let said = ctx.l.refusal(&why.refusal());
            return unfit(page(&files_page(&ctx, sent.department, Some(said)).await?));
        }
    };
    let id = ctx.app.chance.id();
    let mut draft = Draft {
        sha256: sent.file.sha256().to_string(),
        department: sent.department,
        sheets: read.sheets,
        ..Draft::default()
    };
    let recalled = ctx.read(|rx| sheets::remembered(rx, &mut read.tables)).await?;
    if recalled {
        let ask_again = RiskAsk { tables: Some(read.tables.clone()), ..RiskAsk::default() };
        let again =
            tokio::task::block_in_place(|| reading::read_risks_in_turn(&ctx.app.workers, &ask, ask_again));
        read.rows = again.map_err(|why| why.refusal())?.rows;
    }
    (draft.remembered, draft.tables) = (recalled, read.tables);
    draft.take(read.rows);
    let body = draft.encode()?;
    ctx.write(|tx| {
        draft_store::keep(tx, ImportKind::Risks, (&id, &sent.name), body)?;
        Ok(draft_store::keep_file(tx, &id, &sent.file)?)
    })
    .await?;
    go(address(&id))
}

fn unfit(answer: Answer) -> Answer {
    let mut response = answer?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

pub fn address(id: &str) -> String {
    ["/risks/import/", id].concat()
}

/// The name of the file of a draft that waits, and the draft.
pub fn open_draft(rx: &Rx<'_>, id: &str) -> Done<(String, Draft)> {
    match draft_store::draft(rx, ImportKind::Risks, id) {
        Ok((name, body)) => Ok((name, Draft::decode(&body)?)),
        Err(Stop::Refusal(Refusal::NotFound)) if finished(rx, id)?.is_some() => {
            Err(Refusal::WrongState { state: ("取込済み", "Imported") }.into())
        }
        Err(stop) => Err(stop),
    }
}

fn finished(rx: &Rx<'_>, id: &str) -> Done<Option<Import>> {
    let Some(id) = ImportId::new(id) else { return Ok(None) };
    match applied::find(rx, ImportKind::Risks, &id) {
        Ok(import) => Ok(Some(import)),
        Err(Stop::Refusal(Refusal::NotFound)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// What the page of an import shows.
enum View {
    Columns(Columns),
    Rows(Rows),
    Done(Import),
}

#[derive(Template)]
#[template(path = "risk_rows/import.html")]
struct Page {
    shell: Shell,
    id: String,
    file: String,
    tally: Tally,
    departments: Vec<Choice>,
    view: View,
}

impl Page {
    /// The steps, and which one this is.
    fn steps(&self) -> [(&'static str, bool); 4] {
        let l = self.shell.l;
        [
            (l.t("ファイル", "File"), false),
            (l.t("列の対応", "Columns"), matches!(self.view, View::Columns(_))),
            (l.t("確認", "Check"), matches!(self.view, View::Rows(_))),
            (l.t("完了", "Done"), matches!(self.view, View::Done(_))),
        ]
    }
    fn chips(&self) -> [(&'static str, &'static str, usize); 7] {
        let (l, tally) = (self.shell.l, self.tally);
        [
            ("", l.t("すべて", "All"), tally.all()),
            ("wrong", l.t("要修正", "To mend"), tally.wrong),
            ("asked", l.t("要確認", "To answer"), tally.asked),
            ("new", l.t("新規", "New"), tally.new),
            ("changed", l.t("変更", "Changed"), tally.changed),
            ("same", l.t("変更なし", "Unchanged"), tally.same),
            ("out", l.t("除外", "Left out"), tally.out),
        ]
    }
}

/// GET /risks/import/{id}
pub async fn show(ctx: Ctx, Path(id): Path<String>, Query(looking): Query<Looking>) -> Answer {
    let l = ctx.l;
    let (file, tally, view, departments) = ctx
        .read(|rx| {
            if let Some(import) = finished(rx, &id)? {
                return Ok((import.file_name.clone(), Tally::default(), View::Done(import), Vec::new()));
            }
            let (file, draft) = open_draft(rx, &id)?;
            let departments = choices(rx, Act::AssessRisk)?;
            if looking.step == "columns" || draft.rows.is_empty() || !draft.lacks().is_empty() {
                return Ok((file, Tally::default(), View::Columns(Columns::of(&draft, l)), departments));
            }
            let (ground, lines) = preview::look(rx, &draft)?;
            let tally = preview::tally(&lines);
            let before = applied::of_file(rx, ImportKind::Risks, &draft.sha256)?;
            let seen = preview::seen(&lines);
            let rows = Rows::of(&draft, (&ground, &lines), (&looking.show, &looking.page), l);
            Ok((file, tally, View::Rows(Rows { before, seen, ..rows }), departments))
        })
        .await?;
    let shell = Shell::new(&ctx, "リスクの取込", "Import of risks", ctx.this_month());
    page(&Page { shell, id, file, tally, departments, view })
}

/// POST /risks/import/{id}/rows
pub async fn mend(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let form = Typed(&typed);
    let tally = ctx
        .write(|tx| {
            let (_, mut draft) = open_draft(tx, &id)?;
            for (name, text) in &typed {
                if let Some((at, field)) = cell(name) {
                    draft.mend(at, field, text);
                } else if let Some(at) = name.strip_prefix("threat-").and_then(|at| at.parse().ok()) {
                    draft.answer(at, text);
                }
            }
            at_once(tx, &mut draft, &form)?;
            for (name, out) in [("leave", true), ("take", false)] {
                let at = form.value(name).parse::<usize>().ok();
                if let Some(row) = at.and_then(|at| draft.rows.get_mut(at)) {
                    row.out = out;
                }
            }
            draft_store::rewrite(tx, &id, draft.encode()?)?;
            let (_, lines) = preview::look(tx, &draft)?;
            Ok(preview::tally(&lines))
        })
        .await?;
    let gone = |show: &str| (show == "wrong" && tally.wrong == 0) || (show == "asked" && tally.asked == 0);
    let show = if gone(form.value("show")) { "" } else { form.value("show") };
    let page = form.value("page").parse::<usize>().unwrap_or(1);
    go(format!("{}?show={}&page={page}", address(&id), percent(show)))
}

/// What is said of many lines at once: all that are asked are risks of the department's own, or what waits is left out.
fn at_once(rx: &Rx<'_>, draft: &mut Draft, form: &Typed<'_>) -> Done<()> {
    let (own, leave) = (form.value("answers") == "free", form.value("leave") == "open");
    if !own && !leave {
        return Ok(());
    }
    let (_, lines) = preview::look(rx, draft)?;
    for (at, line) in lines.iter().enumerate() {
        match line.standing {
            Standing::Asked if own => draft.answer(at, draft::FREE),
            Standing::Wrong | Standing::Asked if leave => draft.answer(at, OUT),
            _ => {}
        }
    }
    Ok(())
}

/// `cell-12-asset` is the asset in line 12.
fn cell(name: &str) -> Option<(usize, RiskField)> {
    let (at, field) = name.strip_prefix("cell-")?.split_once('-')?;
    Some((at.parse().ok()?, RiskField::from_code(field)?))
}
