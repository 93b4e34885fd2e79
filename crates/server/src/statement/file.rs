//! The statement as a file: in the columns that people know, as a workbook or as CSV.

use super::acts;
use super::comparison::{WORKING, seen};
use super::views::{self, Reading};
use crate::asset::exporting::fault;
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, download};
use crate::house::work::Rx;
use crate::{people, say};
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::applicability::{Declared, EXCLUSION, INCLUSION, RULE};
use meguri_domain::people::Act;
use meguri_domain::statement::Statement;
use meguri_sheet::{Table, Title, write_table, write_table_csv};
use serde::Deserialize;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TEXT: &str = "text/csv; charset=utf-8";

#[derive(Deserialize, Default)]
pub struct Asked {
    /// The number of a version, or the lines of today.
    #[serde(default)]
    of: String,
    #[serde(default)]
    format: String,
}

/// GET /statement/file
pub async fn file(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let (name, table) = ctx.read(|rx| table(&ctx, rx, &asked.of)).await?;
    if asked.format == "csv" {
        return download(&format!("{name}.csv"), TEXT, write_table_csv(&table).map_err(fault)?);
    }
    download(&format!("{name}.xlsx"), WORKBOOK, write_table(&table).map_err(fault)?)
}

fn table(ctx: &Ctx, rx: &Rx<'_>, of: &str) -> Done<(String, Table)> {
    let l = ctx.l;
    let versions = seen(rx)?;
    let version = versions.into_iter().find(|each| each.number.to_string() == of);
    let lines = match &version {
        Some(version) => version.lines.clone(),
        None if of == WORKING && ctx.actor.may_everywhere(Act::SeeStatement) => acts::working(rx)?.declared,
        None => return Err(Refusal::NotFound.into()),
    };
    let day = version
        .as_ref()
        .map_or(rx.today(), |each| each.approved.as_ref().map_or(each.submitted.on, |signed| signed.on));
    let names = people::store::names(rx, day)?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let called = version.as_ref().map_or_else(|| l.t("案", "draft").to_owned(), |each| views::title(l, each));
    let heading = l.t("適用宣言書", "Statement of applicability");
    let widths = [("番号", "No.", 9), ("管理策", "Control", 34), ("適用", "Applied", 10)];
    let columns = widths.map(|(ja, en, width)| (l.t(ja, en).to_owned(), width)).into_iter().chain([
        (l.w(INCLUSION).to_owned(), 40),
        (l.w(EXCLUSION).to_owned(), 32),
        (l.t("実施状況", "Implementation").to_owned(), 14),
        (l.w(RULE).to_owned(), 30),
    ]);
    let title = Title { heading: heading.to_owned(), organisation: ctx.app.organisation(), created_on: day };
    let table = Table {
        title,
        above: vec![above(ctx, version.as_ref(), &called)],
        columns: columns.collect(),
        rows: lines.iter().map(|line| row(&reading, line)).collect(),
        frozen: 2,
    };
    Ok((format!("{heading}_{called}"), table))
}

fn row(reading: &Reading<'_>, line: &Declared) -> Vec<String> {
    let number = std::iter::once(line.control_id.to_string());
    number.chain(reading.fields(line).map(|(_, text)| text)).collect()
}

/// Which version it is, and who signed it.
fn above(ctx: &Ctx, version: Option<&Statement>, called: &str) -> String {
    let l = ctx.l;
    let Some(version) = version else {
        let day = l.day(&ctx.today());
        return say!(l, "案（{day}現在）", "Draft as of {day}");
    };
    let drafted = views::signature(l, &version.submitted);
    match &version.approved {
        Some(signed) => {
            let approved = views::signature(l, signed);
            say!(
                l,
                "{called}　作成：{drafted}　承認：{approved}",
                "{called}, drafted: {drafted}, approved: {approved}"
            )
        }
        None => say!(l, "{called}　作成：{drafted}　未承認", "{called}, drafted: {drafted}, not approved"),
    }
}
