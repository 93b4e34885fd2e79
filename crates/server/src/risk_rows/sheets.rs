//! The columns of a file of risks as a person chooses them, and the memory of them.

use super::draft::Draft;
use super::pages::{address, open_draft};
use crate::asset::mapping::Typed;
use crate::asset::pages::choices;
use crate::asset::reading::{self, Ask, Places, RiskAsk, Risks};
use crate::asset::spool::Spool;
use crate::asset::{applied, draft_store};
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, go};
use crate::house::work::Rx;
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::people::Act;
use meguri_sheet::{RiskField, RiskTable};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which the columns of a table are remembered.
pub fn key(table: &RiskTable) -> String {
    ["risk:", &table.fingerprint()].concat()
}

/// The fingerprints of all tables that were taken in, the latest first.
pub fn known(rx: &Rx<'_>) -> Done<BTreeSet<String>> {
    let names = applied::headings_of(rx, "risk:")?;
    Ok(names.iter().filter_map(|name| name.strip_prefix("risk:")).map(ToOwned::to_owned).collect())
}

/// The tables with the columns that they had the last time, and whether any had.
pub fn remembered(rx: &Rx<'_>, tables: &mut [RiskTable]) -> Done<bool> {
    let mut any = false;
    for table in tables {
        let Some(body) = applied::mapping(rx, &key(table))? else { continue };
        let Ok(chosen) = serde_json::from_str::<BTreeMap<u16, RiskField>>(&body) else { continue };
        for column in &mut table.columns {
            let field = chosen.get(&column.index).copied();
            any = any || field != column.field;
            column.field = field;
        }
    }
    Ok(any)
}

/// POST /risks/import/{id}/mapping
pub async fn map(ctx: Ctx, Path(id): Path<String>, Form(typed): Form<Vec<(String, String)>>) -> Answer {
    let typed = Typed(&typed);
    let (mut draft, file, departments) = ctx
        .read(|rx| {
            let (_, draft) = open_draft(rx, &id)?;
            let file = draft_store::file(rx, &id, &ctx.app.files)?;
            Ok((draft, file, choices(rx, Act::AssessRisk)?))
        })
        .await?;
    let before = (draft.read_tables(), draft.headers.clone());
    let named = departments.into_iter().find(|each| each.id == typed.value("department"));
    draft.department = named.map(|each| each.id).unwrap_or_default();
    draft.owner = typed.value("owner").trim().chars().take(200).collect();
    draft.due_on = typed.value("due_on").trim().chars().take(20).collect();
    chosen(&mut draft, &typed)?;
    let headers_changed = draft.headers != before.1;
    if headers_changed {
        // Only the sheets of which something else was said are found anew; the others keep the columns that were chosen.
        let found =
            read(&ctx, &file, RiskAsk { headers: draft.headers.clone(), ..RiskAsk::default() })?.tables;
        let stands = |table: &RiskTable| {
            let same = |old: &&RiskTable| old.sheet == table.sheet && old.header_rows == table.header_rows;
            draft.tables.iter().find(same).cloned()
        };
        draft.tables = found.into_iter().map(|table| stands(&table).unwrap_or(table)).collect();
    }
    if headers_changed || draft.read_tables() != before.0 {
        let ask = RiskAsk { tables: Some(draft.read_tables()), ..RiskAsk::default() };
        draft.take(read(&ctx, &file, ask)?.rows);
    }
    draft.remembered = false;
    ctx.write(|tx| {
        open_draft(tx, &id)?;
        draft_store::rewrite(tx, &id, draft.encode()?)?;
        Ok(())
    })
    .await?;
    // Under other headings the columns are other ones: they are looked at first.
    go([address(&id).as_str(), if headers_changed { "?step=columns" } else { "" }].concat())
}

fn read(ctx: &Ctx, file: &Spool, ask: RiskAsk) -> Result<Risks, Refusal> {
    let places = Places::default();
    let read = || reading::read_risks_in_turn(&ctx.app.workers, &Ask::of(file, &places), ask);
    tokio::task::block_in_place(read).map_err(|why| why.refusal())
}

/// Takes the columns that were chosen. One field is read from one column of a sheet.
fn chosen(draft: &mut Draft, typed: &Typed<'_>) -> Done<()> {
    for (at, sheet) in draft.sheets.clone().into_iter().enumerate() {
        let row = typed.value(&format!("header-{at}")).trim().to_owned();
        match row.parse::<u32>() {
            Ok(row) if row > 0 => {
                draft.headers.insert(sheet.clone(), row);
            }
            _ if row.is_empty() => {
                draft.headers.remove(&sheet);
            }
            _ => return Err(no_row().into()),
        }
        if typed.value(&format!("skip-{at}")).is_empty() {
            draft.skipped.remove(&sheet);
        } else {
            draft.skipped.insert(sheet);
        }
    }
    for (at, table) in draft.tables.iter_mut().enumerate() {
        let mut taken: Vec<RiskField> = Vec::new();
        for column in &mut table.columns {
            let name = format!("column-{at}-{}", column.index);
            if !typed.names(&name) {
                continue;
            }
            column.field = RiskField::from_code(typed.value(&name));
            if let Some(field) = column.field {
                if taken.contains(&field) {
                    return Err(doubled(field).into());
                }
                taken.push(field);
            }
        }
    }
    Ok(())
}

fn no_row() -> Refusal {
    Refusal::Because((
        "見出しの行は、Excelの行番号（1、2、3…）で入力してください。",
        "Write the row of the headings as Excel numbers it: 1, 2, 3 …",
    ))
}

fn doubled(field: RiskField) -> Refusal {
    Refusal::Said {
        ja: format!("「{}」が2つの列に選ばれています。どちらか一方の列だけにしてください。", field.ja()),
        en: format!("“{}” is chosen for two columns. Choose it for one of them only.", field.en()),
    }
}
