//! The first step of an import: a file arrives and is read, at once or, when it is large, behind a page that waits.

use super::applied;
use super::draft::{Draft, Sheet, Stage};
use super::draft_store as store;
use super::import::address;
use super::mapping::Mapping;
use super::pages::{choices, must_somewhere, unfit};
use super::reading::{self, Ask, Places, Reading, Unread};
use super::sent::{Sent, most};
use super::show::Upload;
use super::{headers, scale};
use crate::house::errand::Errand;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::work::Rx;
use crate::house::worker::Place;
use crate::people;
use axum::extract::{Multipart, Path};
use meguri_domain::import::ImportKind;
use meguri_domain::people::Act;
use meguri_sheet::{Found, Layout};
use std::sync::Arc;
use std::time::Instant;

/// A file above this size is read after the answer, as is one that has to wait for a worker; the page shows how far
/// it is.
const LARGE_BYTES: usize = 300 * 1024;

/// GET /assets/import
pub async fn upload(ctx: Ctx) -> Answer {
    page(&upload_page(&ctx, String::new(), None).await?)
}

async fn upload_page(ctx: &Ctx, department: String, trouble: Option<Stage>) -> Done<Upload> {
    must_somewhere(ctx, Act::EditRegister)?;
    let (departments, recent) = ctx
        .read(|rx| Ok((choices(rx, Act::EditRegister)?, applied::recent(rx, ImportKind::Assets)?)))
        .await?;
    let shell = Shell::new(ctx, "Excelから取り込む", "Import from Excel", ctx.this_month());
    Ok(Upload { shell, departments, department, trouble, recent })
}

/// POST /assets/import
pub async fn read(ctx: Ctx, parts: Multipart) -> Answer {
    must_somewhere(&ctx, Act::EditRegister)?;
    let sent = Sent::take(parts, &ctx.app.files).await?;
    // A form without a file sends one without a name; a file that is empty is refused as such.
    if sent.file.size_bytes() == 0 && sent.name.is_empty() {
        let none = Stage::Unread {
            ja: "ファイルが選ばれていません。Excelの台帳を選んでください。".into(),
            en: "No file was chosen. Choose the register as an Excel file.".into(),
            notes: Vec::new(),
        };
        return unfit(page(&upload_page(&ctx, sent.department, Some(none)).await?));
    }
    ctx.came(&[&sent.name, &sent.file.sha256().to_string(), &sent.department]);
    let id = ctx.app.chance.id();
    let names = ctx.read(|rx| choices(rx, Act::EditRegister)).await?;
    let named = names.into_iter().find(|each| each.id == sent.department).map(|each| each.name);
    let (sha256, size_bytes) = (sent.file.sha256().to_string(), sent.file.size_bytes());
    let mut draft = Draft::begin(sha256, size_bytes, named.unwrap_or_default());
    // What is beyond the limit is refused before anything is read.
    let is_large = (LARGE_BYTES..most()).contains(&size_bytes);
    let place = if is_large { None } else { ctx.app.workers.free_place() };
    let later = place.is_none();
    if let Some(place) = place {
        draft = read_file(&ctx, draft, &sent, (&place, None)).await?;
        if let Stage::Unread { .. } = draft.stage {
            return unfit(page(&upload_page(&ctx, sent.department, Some(draft.stage)).await?));
        }
    }
    let body = draft.encode()?;
    // What a stranger sent is kept only once a worker has read it.
    ctx.write(|tx| {
        store::keep(tx, ImportKind::Assets, (&id, &sent.name), body)?;
        if !later {
            store::keep_file(tx, &id, &sent.file)?;
        }
        Ok(())
    })
    .await?;
    if later {
        let errand = ctx.app.errands.begin(&id)?;
        tokio::spawn(read_later(ctx.behind(), id.clone(), draft, sent, errand));
    }
    go(address(&id))
}

async fn read_later(ctx: Ctx, id: String, draft: Draft, sent: Sent, errand: Arc<Errand>) {
    let work = async {
        let draft = match tokio::task::block_in_place(|| ctx.app.workers.place()) {
            Ok(place) => read_file(&ctx, draft, &sent, (&place, Some(&errand))).await?,
            Err(failed) => Draft { stage: Stage::unread(&Unread::Failed(failed)), ..draft },
        };
        let body = draft.encode()?;
        // Whoever called it off has thrown the draft away; then nothing is written.
        let is_read = !matches!(draft.stage, Stage::Unread { .. });
        ctx.write(|tx| {
            if store::rewrite(tx, &id, body)? && is_read {
                store::keep_file(tx, &id, &sent.file)?;
            }
            Ok(())
        })
        .await
    };
    let refused = Ctx::told(work.await);
    ctx.app.errands.end(&id, refused);
}

/// Reads a file with the columns that its layouts had the last time.
async fn read_file(
    ctx: &Ctx,
    mut draft: Draft,
    sent: &Sent,
    (place, errand): (&Place, Option<&Errand>),
) -> Done<Draft> {
    let (places, headings) = ctx.read(|rx| Ok((places(rx, Act::EditRegister)?, headers::known(rx)?))).await?;
    let off = || errand.is_some_and(Errand::is_off);
    let begun = Instant::now();
    let read = |layouts| {
        let ask = Ask {
            layouts,
            headings: Some(&headings),
            name: &sent.name,
            spent: begun.elapsed(),
            off: &off,
            ..Ask::of(&sent.file, &places)
        };
        tokio::task::block_in_place(|| reading::read(place, &ask))
    };
    let Reading { mut found, mut rows, .. } = match read(None) {
        Ok(read) => read,
        // Its sheets are there: a person may say where the headings stand.
        Err(Unread::NoRegister(found)) => {
            draft.take(found, Vec::new(), Vec::new());
            return Ok(draft);
        }
        Err(why) => return Ok(Draft { stage: Stage::unread(&why), ..draft }),
    };
    if off() {
        return Ok(draft);
    }
    let (layouts, sheets) = ctx.read(|rx| remembered(rx, &found)).await?;
    if layouts != found.layouts {
        // A file that gives no rows under the old mapping, or not in the time that is left, is read as it was found.
        if let Ok(mapped) = read(Some(&layouts)) {
            found.layouts = layouts;
            rows = mapped.rows;
        }
    }
    draft.take(found, sheets, rows);
    ctx.read(|rx| scale::settle_now(rx, &mut draft)).await?;
    Ok(draft)
}

/// The layouts of a file with the columns that they had the last time.
pub(super) fn remembered(rx: &Rx<'_>, found: &Found) -> Done<(Vec<Layout>, Vec<Sheet>)> {
    let mut layouts = Vec::new();
    let mut sheets = Vec::new();
    for layout in &found.layouts {
        let before = applied::mapping(rx, &layout.fingerprint())?.and_then(|body| Mapping::decode(&body));
        layouts.push(before.as_ref().map_or_else(|| layout.clone(), |mapping| mapping.onto(layout)));
        sheets.push(before.as_ref().map(Mapping::sheet).unwrap_or_default());
    }
    Ok((layouts, sheets))
}

/// A file that was being read when the program ended.
pub(super) fn broken_off() -> Stage {
    Stage::Unread {
        ja: "読み取りが途中で止まりました。もう一度、ファイルを選んでください。".into(),
        en: "Reading stopped before its end. Choose the file again.".into(),
        notes: Vec::new(),
    }
}

/// The departments of which the actor may import today what an act writes.
pub fn places(rx: &Rx<'_>, act: Act) -> Done<Places> {
    let names = people::store::names(rx, rx.today())?;
    let mut places = Places::none_yet(rx.actor().may_everywhere(act));
    for each in
        people::store::departments_in(rx, &rx.scope(act))?.iter().filter(|each| each.is_open(rx.today()))
    {
        places.add(&each.id, names.get(&each.id).map_or(each.code.as_str(), String::as_str), &each.code);
    }
    Ok(places)
}

/// POST /assets/import/{id}/cancellation
pub async fn cancel(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.write(|tx| {
        store::draft(tx, ImportKind::Assets, &id)?;
        Ok(store::discard(tx, &id)?)
    })
    .await?;
    if let Some(errand) = ctx.app.errands.find(&id) {
        errand.call_off();
    }
    let said = ctx.l.t(
        "取込をやめました。台帳は何も変わっていません。",
        "The import was cancelled. Nothing in the register has changed.",
    );
    go_saying("/assets/import", said)
}
