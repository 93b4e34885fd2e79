//! The rows in which a person says that the headings stand: where recognition took the wrong one, or left a sheet out.

use super::applied;
use super::draft::{Draft, Sheet};
use super::mapping::Typed;
use super::reading::{self, Ask, Reading, Unread};
use super::upload::remembered;
use crate::house::fault::{Done, Fault};
use crate::house::web::Ctx;
use crate::house::words::fold;
use crate::house::work::{Rx, Tx};
use meguri_domain::{Refusal, Word};
use meguri_sheet::{Headings, Layout};
use std::collections::BTreeMap;
use std::time::Instant;

/// The word of the field.
pub const WORD: Word = ("見出しの行", "Row of the headings");

/// Headings that somebody chose before, in any file.
pub fn known(rx: &Rx<'_>) -> Result<Headings, Fault> {
    Ok(Headings { known: applied::headings(rx)?.into_iter().collect(), ..Headings::default() })
}

/// The sheets for which another row was typed than the one that was read, with that row.
pub fn asked(typed: &Typed<'_>, draft: &Draft) -> Result<BTreeMap<String, u32>, Refusal> {
    let mut asked = BTreeMap::new();
    for (at, layout) in draft.found.layouts.iter().enumerate() {
        let row = row(typed.value(&format!("header-{at}")))?;
        if let Some(row) = row.filter(|row| *row != layout.header_rows.0) {
            asked.insert(layout.sheet.clone(), row);
        }
    }
    for (at, left) in draft.found.left_out.iter().enumerate() {
        if let Some(row) = row(typed.value(&format!("left-{at}")))? {
            asked.insert(left.sheet.clone(), row);
        }
    }
    Ok(asked)
}

fn row(text: &str) -> Result<Option<u32>, Refusal> {
    let text = fold(text);
    if text.is_empty() {
        return Ok(None);
    }
    let hint =
        ("Excelの左端に出る行番号を入力してください。", "Enter the row number that Excel shows at the left.");
    match text.parse() {
        Ok(row) if row > 0 => Ok(Some(row)),
        _ => Err(Refusal::Unfit { field: "header", word: WORD, hint }),
    }
}

/// Reads a draft anew with the headings in these rows. The columns that were chosen for its other tables stay.
pub async fn reread(
    ctx: &Ctx,
    draft: &mut Draft,
    ask: Ask<'_>,
    asked: BTreeMap<String, u32>,
    (layouts, sheets): (Vec<Layout>, Vec<Sheet>),
) -> Done<()> {
    for (layout, sheet) in layouts.iter().zip(&sheets) {
        // What was chosen by hand before and is given up now is not to be found again.
        if sheet.header && asked.contains_key(&layout.sheet) {
            draft.forget.push(layout.fingerprint());
        }
    }
    draft.headers.extend(asked);
    let mut said = ctx.read(|rx| Ok(known(rx)?)).await?;
    said.known.retain(|known| !draft.forget.contains(known));
    said.rows.clone_from(&draft.headers);
    let place = tokio::task::block_in_place(|| ctx.app.workers.place());
    let place = place.map_err(|failed| Unread::Failed(failed).refusal())?;
    let begun = Instant::now();
    let read = |layouts| {
        let ask = Ask { headings: Some(&said), layouts, spent: begun.elapsed(), ..ask };
        tokio::task::block_in_place(|| reading::read(&place, &ask))
    };
    let mut found = match read(None) {
        Ok(Reading { found, .. }) | Err(Unread::NoRegister(found)) => found,
        Err(why) => return Err(why.refusal().into()),
    };
    if let Some((sheet, row)) =
        draft.headers.iter().find(|(sheet, _)| found.layouts.iter().all(|layout| layout.sheet != **sheet))
    {
        return Err(none_there(sheet, *row).into());
    }
    let (mut fresh, mut told) = ctx.read(|rx| remembered(rx, &found)).await?;
    let mut seen: Vec<String> = Vec::new();
    for (layout, sheet) in fresh.iter_mut().zip(&mut told) {
        let same = |each: &&Layout| each.sheet == layout.sheet && each.header_rows == layout.header_rows;
        if let Some(at) = layouts.iter().position(|each| same(&each)) {
            (*layout, *sheet) = (layouts[at].clone(), sheets[at].clone());
        } else if !seen.contains(&layout.sheet) && draft.headers.contains_key(&layout.sheet) {
            *sheet = Sheet { header: true, skip: false, ..sheet.clone() };
        }
        seen.push(layout.sheet.clone());
    }
    let rows = read(Some(&fresh)).map_err(|why| why.refusal())?.rows;
    found.layouts = fresh;
    draft.take(found, told, rows);
    Ok(())
}

fn none_there(sheet: &str, row: u32) -> Refusal {
    Refusal::Said {
        ja: format!(
            "シート「{sheet}」の{row}行目には見出しがありません。「情報資産名称」などの見出しがある行の番号を入力してください。"
        ),
        en: format!(
            "Row {row} of sheet “{sheet}” holds no headings. Enter the number of the row with headings such as 情報資産名称."
        ),
    }
}

/// Forgets the headings that were given up, as part of the unit of work that takes the file in.
pub fn forget(tx: &Tx<'_>, draft: &Draft) -> Done<()> {
    for fingerprint in &draft.forget {
        let before =
            applied::mapping(tx, fingerprint)?.and_then(|body| super::mapping::Mapping::decode(&body));
        if let Some(mapping) = before {
            applied::keep_mapping(tx, fingerprint, &mapping.found_by_itself().encode())?;
        }
    }
    Ok(())
}
