//! Pages of an import between the file and its confirmation: the columns, the rows, and what was done at last.

use super::draft::{Draft, NEW, Stage};
use super::lines::Rows;
use super::mapping::Typed;
use super::matching::Register;
use super::pages::choices;
use super::preview::{self, Judge, Judged, Standing, Tally};
use super::reading::{self, Ask};
use super::scale::{self, Question};
use super::show::{Columns, Finished, Sheet, View};
use super::upload::{broken_off, places};
use super::{applied, draft_store, headers, store};
use crate::criteria;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, page, percent};
use crate::house::words::Lang;
use crate::house::work::Rx;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderValue, header};
use meguri_domain::Refusal;
use meguri_domain::ids::ImportId;
use meguri_domain::import::ImportKind;
use meguri_domain::people::Act;
use meguri_sheet::{Field, Found, Scale};
use serde::Deserialize;

/// Which part of an import is looked at.
#[derive(Deserialize)]
pub struct Looking {
    /// `columns` to look at the columns again.
    #[serde(default)]
    pub step: String,
    /// Which rows.
    #[serde(default)]
    pub show: String,
    #[serde(default)]
    pub page: String,
}

/// GET /assets/import/{id}
pub async fn show(ctx: Ctx, Path(id): Path<String>, Query(looking): Query<Looking>) -> Answer {
    // Looked up before the draft: whoever is not running any more has written down what he did.
    let errand = ctx.app.errands.find(&id);
    let (file, tally, view, departments, media) = ctx
        .read(|rx| {
            if let Some(finished) = finished(rx, &id)? {
                let name = finished.import.file_name.clone();
                return Ok((name, Tally::default(), View::Done(finished), Vec::new(), Vec::new()));
            }
            let (file, body) = draft_store::draft(rx, ImportKind::Assets, &id)?;
            let draft = Draft::decode(&body)?;
            let departments = choices(rx, Act::EditRegister)?;
            let media = store::media(rx, &rx.scope(Act::SeeRegister))?;
            let running = errand.filter(|errand| !errand.is_refused()).map(|errand| errand.reached());
            let (tally, view) = view(rx, draft, running, (&looking, ctx.l))?;
            Ok((file, tally, view, departments, media))
        })
        .await?;
    let shell = Shell::new(&ctx, "Excelから取り込む", "Import from Excel", ctx.this_month());
    let refusal = ctx.app.errands.refusal(&id).map(|refusal| ctx.l.refusal(&refusal));
    let again = matches!(view, View::Running { .. });
    let mut answer = page(&Sheet { shell, id, file, tally, view, departments, media, refusal })?;
    if again {
        answer.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    Ok(answer)
}

/// What a draft shows: that it is worked on, what is wrong with the file, its columns, or its rows.
fn view(
    rx: &Rx<'_>,
    draft: Draft,
    running: Option<(usize, usize)>,
    (looking, l): (&Looking, Lang),
) -> Done<(Tally, View)> {
    let none = Tally::default();
    Ok(match (&draft.stage, running) {
        (Stage::Unread { .. }, _) => (none, View::Unread(draft.stage)),
        (stage, Some(reached)) => {
            let (reading, size_bytes) = (*stage == Stage::Reading, draft.size_bytes);
            (none, View::Running { reached, reading, size_bytes })
        }
        (Stage::Reading, None) => (none, View::Unread(broken_off())),
        (Stage::Read, None) if looking.step == "columns" || draft.asks_for_columns() => {
            (none, View::Columns(Columns::of(&draft, l)))
        }
        (Stage::Read, None) if draft.scale.is_none() => (none, View::Scale(Question::of(&draft, l))),
        (Stage::Read, None) => {
            let rows = look(rx, &draft)?;
            let tally = Tally::of(&rows);
            let before = applied::of_file(rx, ImportKind::Assets, &draft.sha256)?;
            let rows = Rows::of(&rows, tally, (&looking.show, &looking.page), l);
            let (wipe, remembered, older) = (draft.wipe, draft.remembered(), draft.is_older_scale());
            (tally, View::Rows(Rows { wipe, before, remembered, older, ..rows }))
        }
    })
}

/// What an import did, once it was applied.
fn finished(rx: &Rx<'_>, id: &str) -> Done<Option<Finished>> {
    let Some(id) = ImportId::new(id) else { return Ok(None) };
    let import = match applied::find(rx, ImportKind::Assets, &id) {
        Ok(import) => import,
        Err(Stop::Refusal(Refusal::NotFound)) => return Ok(None),
        Err(stop) => return Err(stop),
    };
    let touched = applied::touched(rx, &id)?;
    let undoable = touched.as_ref().is_some_and(|touched| !touched.is_empty());
    let mut left = Vec::new();
    if import.remaining > 0 {
        for each in touched.into_iter().flatten().take(50) {
            match store::find(rx, &rx.scope(Act::SeeRegister), &each.asset) {
                Ok(asset) => left.push(asset),
                Err(Stop::Refusal(_)) => {}
                Err(stop) => return Err(stop),
            }
        }
    }
    Ok(Some(Finished { import, undoable, left }))
}

/// What the rows of a draft would do, as the actor may do it now.
pub(super) fn look(rx: &Rx<'_>, draft: &Draft) -> Done<Vec<Judged>> {
    let places = places(rx, Act::EditRegister)?;
    let method = criteria::acts::method(rx)?;
    let media = store::media(rx, &rx.scope(Act::SeeRegister))?;
    let judge = Judge {
        places: &places,
        media,
        method: &method,
        medium: &draft.medium,
        scale: draft.scale.unwrap_or_default(),
        empty_cells_wipe: draft.wipe,
    };
    let mut rows = preview::judge(draft.rows(), &judge);
    let mut register = Register::default();
    for department in preview::departments(&rows) {
        register.hold(store::in_use(rx, &rx.scope(Act::EditRegister), &department)?);
    }
    preview::meet(&mut rows, register, &judge);
    Ok(rows)
}

/// POST /assets/import/{id}/mapping
pub async fn map(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let typed = Typed(&typed);
    let (mut draft, file, places, departments) = ctx
        .read(|rx| {
            let draft = open_draft(rx, &id)?;
            let file = draft_store::file(rx, &id, &ctx.app.files)?;
            Ok((draft, file, places(rx, Act::EditRegister)?, choices(rx, Act::EditRegister)?))
        })
        .await?;
    let (layouts, sheets) = typed.chosen(&draft, &departments)?;
    let named = departments.into_iter().find(|each| each.id == typed.value("department"));
    draft.department = named.map(|each| each.name).unwrap_or_default();
    draft.medium = typed.value("medium").trim().chars().take(200).collect();
    let asked = headers::asked(&typed, &draft)?;
    draft.mapped = asked.is_empty();
    if !asked.is_empty() {
        headers::reread(&ctx, &mut draft, Ask::of(&file, &places), asked, (layouts, sheets)).await?;
    } else if layouts == draft.found.layouts {
        draft.sheets = sheets;
    } else {
        // Nobody waits with a pen in his hand while a file is read: this is no unit of work.
        let ask = Ask { layouts: Some(&layouts), ..Ask::of(&file, &places) };
        let read = tokio::task::block_in_place(|| reading::read_in_turn(&ctx.app.workers, &ask));
        let rows = read.map_err(|why| why.refusal())?.rows;
        let left_out = std::mem::take(&mut draft.found.left_out);
        draft.take(Found { layouts, left_out }, sheets, rows);
    }
    if typed.names("scale") {
        draft.say_scale(Scale::from_code(typed.value("scale")));
    }
    ctx.write(|tx| {
        open_draft(tx, &id)?;
        scale::settle_now(tx, &mut draft)?;
        draft_store::rewrite(tx, &id, draft.encode()?)?;
        Ok(())
    })
    .await?;
    // Under other headings the columns are other ones: they are looked at first.
    go([address(&id).as_str(), if draft.mapped { "" } else { "?step=columns" }].concat())
}

/// POST /assets/import/{id}/rows
pub async fn mend(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let form = Typed(&typed);
    let tally = ctx
        .write(|tx| {
            let mut draft = open_draft(tx, &id)?;
            for (name, text) in &typed {
                if let Some((row, field)) = cell(name) {
                    draft.mend(row, field, text);
                } else if let Some(row) = name.strip_prefix("onto-").and_then(|row| row.parse().ok()) {
                    draft.answer(row, text);
                }
            }
            match form.value("wipe") {
                "" => {}
                answer => draft.wipe = answer == "yes",
            }
            at_once(tx, &mut draft, &form)?;
            for (name, out) in [("leave", true), ("take", false)] {
                let index = form.value(name).parse::<usize>().ok();
                if let Some(row) = index.and_then(|index| draft.rows.get_mut(index)) {
                    row.out = out;
                }
            }
            draft_store::rewrite(tx, &id, draft.encode()?)?;
            Ok(Tally::of(&look(tx, &draft)?))
        })
        .await?;
    let gone = |show: &str| (show == "wrong" && tally.wrong == 0) || (show == "asked" && tally.asked == 0);
    let show = if gone(form.value("show")) { "" } else { form.value("show") };
    let page = form.value("page").parse::<usize>().unwrap_or(1);
    go(format!("/assets/import/{id}?show={}&page={page}", percent(show)))
}

/// What is said of many rows at once: leave out the wrong ones, answer all that are asked, fill in the scores.
fn at_once(rx: &Rx<'_>, draft: &mut Draft, form: &Typed<'_>) -> Done<()> {
    let (leave, answers, fill) = (form.value("leave") == "wrong", form.value("answers"), form.value("fill"));
    if !leave && answers.is_empty() && fill.is_empty() {
        return Ok(());
    }
    for (at, judged) in look(rx, draft)?.iter().enumerate() {
        match (&judged.standing, answers) {
            (Standing::Wrong, _) if leave => draft.leave(at),
            (Standing::Asked, "first") => {
                let first = judged.asked.first().map_or(NEW, |first| first.id.as_str()).to_owned();
                draft.answer(at, &first);
            }
            (Standing::Asked, NEW) => draft.answer(at, NEW),
            _ => {}
        }
        if fill.is_empty() || judged.standing != Standing::Wrong {
            continue;
        }
        for field in Field::SCORES {
            let score = form.value(&format!("fill-{}", field.code()));
            // A digit of the register is another one on the older scale; a word is the same on both.
            let word = Scale::OneToThree.score(score).and_then(Scale::word);
            if let (Some(word), true) = (word, judged.row.text(field).trim().is_empty()) {
                draft.mend(at, field, if draft.is_older_scale() { word } else { score });
            }
        }
    }
    Ok(())
}

/// `cell-12-name` is the name in row 12.
fn cell(name: &str) -> Option<(usize, Field)> {
    let (row, field) = name.strip_prefix("cell-")?.split_once('-')?;
    Some((row.parse().ok()?, Field::from_code(field)?))
}

pub(super) fn address(id: &str) -> String {
    ["/assets/import/", id].concat()
}

/// A draft that waits for its confirmation; one that was applied is not there any more.
pub(super) fn open_draft(rx: &Rx<'_>, id: &str) -> Done<Draft> {
    match draft_store::draft(rx, ImportKind::Assets, id) {
        Ok((_, body)) => Ok(Draft::decode(&body)?.must_be_read()?),
        Err(Stop::Refusal(Refusal::NotFound)) if finished(rx, id)?.is_some() => {
            Err(Refusal::WrongState { state: ("取込済み", "Imported") }.into())
        }
        Err(stop) => Err(stop),
    }
}
