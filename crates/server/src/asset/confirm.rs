//! The last step of an import: its rows are taken in, all of them or the good ones; and its undoing.

use super::acts::Planned;
use super::draft::Draft;
use super::import::{address, look, open_draft};
use super::mapping::Mapping;
use super::preview::Tally;
use super::scale::CANNOT_TELL;
use super::undo::{self, File};
use super::{applied, draft_store, headers};
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, go, go_saying};
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::ids::ImportId;
use meguri_domain::import::ImportKind;
use serde::Deserialize;

/// More rows than this are taken in after the answer; the page shows how far it is.
const LARGE_ROWS: usize = 1_000;

#[derive(Deserialize)]
pub struct Confirmation {
    /// `good` to leave out the rows that wait for a person.
    #[serde(default)]
    take: String,
}

/// POST /assets/import/{id}/confirmation
pub async fn confirm(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Confirmation>) -> Answer {
    let good_only = form.take == "good";
    let rows = ctx.read(|rx| Ok(open_draft(rx, &id)?.rows.len())).await?;
    if rows <= LARGE_ROWS {
        carry_out(&ctx, &id, good_only, &|_, _| {}).await?;
    } else {
        let errand = ctx.app.errands.begin(&id)?;
        let (ctx, id) = (ctx.behind(), id.clone());
        tokio::spawn(async move {
            let done = carry_out(&ctx, &id, good_only, &|done, all| errand.reach(done, all)).await;
            let refused = Ctx::told(done);
            ctx.app.errands.end(&id, refused);
        });
    }
    go(address(&id))
}

async fn carry_out(ctx: &Ctx, id: &str, good_only: bool, told: &(dyn Fn(usize, usize) + Sync)) -> Done<()> {
    ctx.write(|tx| {
        let draft: Draft = open_draft(tx, id)?;
        let (name, _) = draft_store::draft(tx, ImportKind::Assets, id)?;
        if draft.scale.is_none() {
            return Err(Refusal::Because(CANNOT_TELL).into());
        }
        let rows = look(tx, &draft)?;
        let tally = Tally::of(&rows);
        if tally.open() > 0 && !good_only {
            return Err(unmended(tally).into());
        }
        super::origin::keep(tx, &name, &draft.origins(), &rows)?;
        let ready: Vec<Planned> = rows.into_iter().filter_map(|row| row.ready).collect();
        let all = ready.len();
        let file = File { name, sha256: draft.sha256.clone() };
        let id = ImportId::new(id).ok_or(Refusal::NotFound)?;
        undo::apply(tx, id.clone(), &file, ready, &|done| told(done, all))?;
        headers::forget(tx, &draft)?;
        for (layout, sheet) in draft.found.layouts.iter().zip(&draft.sheets) {
            let mapping = Mapping::of(layout, sheet, draft.scale.filter(|_| draft.scale_said));
            applied::keep_mapping(tx, &layout.fingerprint(), &mapping.encode())?;
        }
        Ok(draft_store::discard(tx, id.as_str())?)
    })
    .await
}

fn unmended(Tally { wrong, asked, .. }: Tally) -> Refusal {
    if wrong == 0 {
        return Refusal::Said {
            ja: format!(
                "どの情報資産か確かめる行が{asked}行残っているため、取り込んでいません。選ぶか、除いてから、もう一度取り込んでください。"
            ),
            en: format!(
                "Nothing was imported: {asked} rows still ask which asset they mean. Choose for each or leave it out, then import."
            ),
        };
    }
    Refusal::Said {
        ja: format!(
            "直すところがある行が{wrong}行残っているため、取り込んでいません。直すか、除いてから、もう一度取り込んでください。"
        ),
        en: format!(
            "Nothing was imported: {wrong} rows still need mending. Mend them or leave them out, then import."
        ),
    }
}

#[derive(Deserialize)]
pub struct Undoing {
    version: i64,
}

/// POST /assets/import/{id}/undo
pub async fn take_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Undoing>) -> Answer {
    let id = ImportId::new(id).ok_or(Refusal::NotFound)?;
    let undone = ctx.write(|tx| undo::undo(tx, &id, form.version)).await?;
    let (back, left) = (undone.back, undone.left);
    let said = match left {
        0 => crate::say!(
            ctx.l,
            "取込を取り消しました。{back}件を元に戻しました。",
            "The import was undone: {back} rows went back."
        ),
        _ => crate::say!(
            ctx.l,
            "{back}件を元に戻しました。{left}件は、取り込んだあとに変更されているため、そのまま残しました。",
            "{back} rows went back. {left} were changed after the import and stay as they are."
        ),
    };
    go_saying(address(id.as_str()), &said)
}
