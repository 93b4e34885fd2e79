//! Pages of exports: which layout, what was taken out, the file itself.

use super::draft::is_ledger;
use super::exporting::{self, Order};
use super::filter::Filter;
use super::pages::must_somewhere;
use super::{export_store as store, origin};
use crate::house::body::of_file;
use crate::house::fault::Fault;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, download, go, page, percent};
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::export::{Export, ExportFormat, ExportLayout};
use meguri_domain::ids::ExportId;
use meguri_domain::people::Act;
use meguri_domain::{Refusal, Word};
use meguri_sheet::{Title, write_assets};
use serde::Deserialize;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TEXT: &str = "text/csv; charset=utf-8";

#[derive(Template)]
#[template(path = "asset/export_menu.html")]
struct Menu {
    shell: Shell,
    /// The query of the list.
    filter: String,
    narrow: bool,
    rows: i64,
    personal: i64,
    layouts: Vec<(ExportLayout, Word)>,
    chosen: ExportLayout,
}

/// GET /assets/export
pub async fn menu(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let filter = filter.bounded();
    if filter.format == "form" {
        return empty_form(&ctx);
    }
    let (origin, (rows, personal)) =
        ctx.read(|rx| Ok((origin::of(rx, &filter)?, exporting::counts(rx, &filter)?))).await?;
    let of_ledger = origin.as_ref().is_some_and(is_ledger);
    let risks = ctx.actor.may_somewhere(Act::SeeRisk) && ctx.actor.may_somewhere(Act::SeePlan);
    let offered = |layout: &ExportLayout| match layout {
        ExportLayout::Ipa => true,
        ExportLayout::Origin if of_ledger => personal > 0,
        ExportLayout::Origin => origin.is_some(),
        ExportLayout::Ledger => personal > 0,
        ExportLayout::Application => personal > 0 && risks,
        // On a page of its own, with the other way.
        ExportLayout::Risks => false,
    };
    let layouts: Vec<_> =
        ExportLayout::ALL.iter().copied().filter(offered).map(|each| (each, hint(each, of_ledger))).collect();
    // Who comes from the ledger wants the ledger.
    let ledger = filter.view == "ledger" && personal > 0;
    let chosen = if ledger { ExportLayout::Ledger } else { ExportLayout::Ipa };
    let shell = Shell::new(&ctx, "台帳を書き出す", "Export the register", ctx.this_month());
    page(&Menu {
        shell,
        narrow: filter.is_narrow(),
        filter: filter.with(&[]),
        rows,
        personal,
        layouts,
        chosen,
    })
}

/// What a layout is good for. The layout in which a department brought its rows may be that of its ledger.
fn hint(layout: ExportLayout, of_ledger: bool) -> Word {
    match layout {
        ExportLayout::Ipa => (
            "いつもの台帳です。直して取り込むと、変わったところだけが反映されます。",
            "The usual register. Import it again and only what changed is taken over.",
        ),
        ExportLayout::Ledger => (
            "個人情報を含む行だけを、取扱いの列とともに書き出します。",
            "Only rows with personal data, with the columns of how it is handled.",
        ),
        ExportLayout::Origin if of_ledger => (
            "この部門が最後に取り込んだ個人情報管理台帳の表題・見出し・列の順で、個人情報を含む行だけを書き出します。",
            "With the titles, headings and columns of the ledger this department imported last; only rows with personal data.",
        ),
        ExportLayout::Origin => (
            "この部門が最後に取り込んだシートの表題・見出し・列の順で書き出します。",
            "With the titles, headings and columns of the sheet this department imported last.",
        ),
        ExportLayout::Risks => (
            "今年度の評価と対応計画です。直して取り込むと、変わったところだけが反映されます。",
            "This year's judgements and plan. Import it again and only what changed is taken over.",
        ),
        ExportLayout::Application => (
            "台帳の先頭20行と、その行のリスクと対応だけを2枚のシートにします。個人情報の台帳1ページ分です。",
            "The first 20 rows of the ledger and the risks of just these rows, on two sheets.",
        ),
    }
}

/// The layout without rows, to fill in.
fn empty_form(ctx: &Ctx) -> Answer {
    let bytes =
        write_assets(&title(ctx, ExportLayout::Ipa), std::iter::empty(), &[]).map_err(exporting::fault)?;
    download("情報資産管理台帳_ひな形.xlsx", WORKBOOK, bytes)
}

fn title(ctx: &Ctx, layout: ExportLayout) -> Title {
    let heading = match layout {
        ExportLayout::Ipa | ExportLayout::Origin => "情報資産管理台帳",
        ExportLayout::Ledger | ExportLayout::Application => "個人情報管理台帳",
        ExportLayout::Risks => "リスク一覧",
    };
    Title { heading: heading.into(), organisation: ctx.app.organisation(), created_on: ctx.today() }
}

/// What the menu sends.
#[derive(Deserialize)]
pub struct ExportForm {
    #[serde(default)]
    layout: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    filter: String,
    /// Of risks: the department, empty for all.
    #[serde(default)]
    department: String,
}

/// POST /assets/exports
pub async fn make(ctx: Ctx, Form(form): Form<ExportForm>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let layout = ExportLayout::from_code(&form.layout).ok_or_else(|| unfit("layout", ("様式", "Layout")))?;
    let format = ExportFormat::from_code(&form.format).ok_or_else(|| unfit("format", ("形式", "Format")))?;
    let filter = match layout {
        ExportLayout::Risks if !form.department.is_empty() => {
            ["?department=", &percent(&form.department)].concat()
        }
        _ => form.filter,
    };
    let order = Order { layout, format, filter };
    let export = ctx.write(|tx| exporting::make(tx, &order)).await?;
    go(["/assets/exports/", export.id.as_str()].concat())
}

fn unfit(field: &'static str, word: Word) -> Refusal {
    let hint = ("画面の選択肢から選んでください。", "Choose one of those on the page.");
    Refusal::Unfit { field, word, hint }
}

#[derive(Template)]
#[template(path = "asset/export_ready.html")]
struct Ready {
    shell: Shell,
    export: Export,
    name: String,
    open: bool,
}

impl Ready {
    fn is_risks(&self) -> bool {
        self.export.layout == ExportLayout::Risks
    }
}

/// GET /assets/exports/{id}
pub async fn ready(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let (export, now) = find(&ctx, &id).await?;
    let shell = match export.layout {
        ExportLayout::Risks => Shell::new(&ctx, "リスクを書き出す", "Export the risks", ctx.this_month()),
        ExportLayout::Ipa | ExportLayout::Ledger | ExportLayout::Origin | ExportLayout::Application => {
            Shell::new(&ctx, "台帳を書き出す", "Export the register", ctx.this_month())
        }
    };
    page(&Ready { shell, name: file_name(&ctx, &export), open: export.is_open(now), export })
}

/// GET /assets/exports/{id}/file
pub async fn file(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let (export, now) = find(&ctx, &id).await?;
    if !export.is_open(now) {
        return Err(closed().into());
    }
    let Ok(_place) = ctx.app.exports.clone().try_acquire_owned() else {
        return Err(Fault::Busy("other exports are being written".into()).into());
    };
    let title = title(&ctx, export.layout);
    let folder = ctx.app.files.as_path();
    let file = ctx.read(|rx| exporting::write(rx, &export, &title, folder)).await?;
    let kind = match export.format {
        ExportFormat::Workbook => WORKBOOK,
        ExportFormat::Text => TEXT,
    };
    download(&file_name(&ctx, &export), kind, of_file(file).map_err(Fault::broken)?)
}

async fn find(ctx: &Ctx, id: &str) -> crate::house::fault::Done<(Export, i64)> {
    must_somewhere(ctx, Act::SeeRegister)?;
    let id = ExportId::new(id).ok_or(Refusal::NotFound)?;
    ctx.read(|rx| Ok((store::export(rx, &id)?, rx.who.now_ms))).await
}

fn closed() -> Refusal {
    Refusal::Because((
        "この書き出しは、作ってから1時間を過ぎたため受け取れません。もう一度書き出してください。",
        "This export can no longer be fetched, because an hour has passed. Export again.",
    ))
}

fn file_name(ctx: &Ctx, export: &Export) -> String {
    let name = match export.layout {
        ExportLayout::Ipa | ExportLayout::Origin => "情報資産管理台帳",
        ExportLayout::Ledger => "個人情報管理台帳",
        ExportLayout::Risks => "リスク一覧",
        ExportLayout::Application => "個人情報管理台帳とリスク分析_1ページ目",
    };
    format!("{name}_{}.{}", ctx.today().strftime("%Y%m%d"), export.format.code())
}
