//! The register as a file: the layout that departments know, or plain text.

use super::filter::Filter;
use super::pages::must_somewhere;
use super::store;
use crate::house::fault::Fault;
use crate::house::web::{Answer, Ctx, download};
use crate::people;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::people::Act;
use meguri_sheet::{AssetRow, Field, MEDIA, Title, write_assets, write_csv};

/// As many rows as an import would take back.
const MOST_ROWS: i64 = 19_000;
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// GET /assets/export
pub async fn export(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let filter = filter.bounded();
    let form = filter.format == "form";
    let rows: Vec<AssetRow> = ctx
        .read(|rx| {
            let scope = rx.scope(Act::SeeRegister);
            if form {
                return Ok(Vec::new());
            }
            if store::count(rx, &scope, &filter)? > MOST_ROWS {
                return Err(too_many().into());
            }
            let names = people::store::names(rx, rx.today())?;
            let assets = store::list(rx, &scope, &filter, MOST_ROWS, 0)?;
            Ok(assets
                .iter()
                .map(|asset| row(asset, names.get(&asset.department_id).cloned().unwrap_or_default()))
                .collect())
        })
        .await?;
    let today = ctx.today();
    let name = if form {
        "情報資産管理台帳_ひな形".to_owned()
    } else {
        format!("情報資産管理台帳_{}", today.strftime("%Y%m%d"))
    };
    if filter.format == "csv" {
        let bytes = write_csv(rows.iter()).map_err(Fault::broken)?;
        return download(&[&name, ".csv"].concat(), "text/csv; charset=utf-8", bytes);
    }
    let title =
        Title {
            heading: "情報資産管理台帳".into(), organisation: ctx.app.organisation(), created_on: today
        };
    let mut own: Vec<String> =
        rows.iter().map(|row| row.medium.clone()).filter(|word| !MEDIA.contains(&word.as_str())).collect();
    own.sort();
    own.dedup();
    let bytes =
        tokio::task::block_in_place(|| write_assets(&title, rows.iter(), &own)).map_err(Fault::broken)?;
    download(&[&name, ".xlsx"].concat(), WORKBOOK, bytes)
}

/// An asset as a row of a file.
pub fn row(asset: &Asset, department: String) -> AssetRow {
    let score = |number: i64| u8::try_from(number).unwrap_or(0);
    AssetRow {
        category: asset.category.clone(),
        name: asset.name.clone(),
        note: asset.note.clone(),
        users: asset.users.clone(),
        risk_owner: asset.risk_owner.clone(),
        department,
        medium: asset.medium.clone(),
        personal: asset.personal,
        sensitive: asset.sensitive,
        my_number: asset.my_number,
        confidentiality: score(asset.confidentiality),
        integrity: score(asset.integrity),
        availability: score(asset.availability),
        stated_importance: Some(score(asset.importance)),
        retention: asset.retention.clone(),
        registered_on: asset.registered_on,
        handling: Field::HANDLING
            .into_iter()
            .map(|field| (field, asset.handling.get(field.code())))
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    }
}

fn too_many() -> Refusal {
    Refusal::Because((
        "行が多すぎて1つのファイルに書き出せません（上限は19,000行）。部門などで絞り込んでから、もう一度書き出してください。",
        "There are too many rows for one file (the limit is 19,000). Filter by department, for example, then export again.",
    ))
}
