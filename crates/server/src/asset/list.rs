//! The list of the register: a sheet whose rows are saved one by one (rows.rs), and a plain table without JavaScript.

use super::filter::{Filter, PER_PAGE, View};
use super::grid::{self, Column, Line};
use super::pages::{Choice, choices, must_somewhere};
use super::store;
use super::views::columns::chosen;
use super::views::filters::{self, SavedFilter};
use crate::criteria;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::work::Rx;
use crate::people;
use askama::Template;
use axum::extract::Query;
use meguri_domain::asset::AssetState;
use meguri_domain::people::Act;

/// More departments than this are chosen from a list instead of chips.
const MOST_CHIPS: usize = 12;

#[derive(Template)]
#[template(path = "asset/list.html")]
struct List {
    shell: Shell,
    filter: Filter,
    found: Found,
    may_edit: bool,
    /// An own key for the form that keeps a filter.
    second: String,
}

/// What the database said.
struct Found {
    columns: Vec<Column>,
    lines: Vec<Line>,
    total: i64,
    departments: Vec<Choice>,
    saved: Vec<SavedFilter>,
    scale: i64,
}

/// What a chip does when it is pressed: its words, its address, whether it is on.
struct Chip {
    words: String,
    address: String,
    on: bool,
}

impl List {
    fn is_ledger(&self) -> bool {
        self.filter.view() == View::Ledger
    }
    fn total(&self) -> i64 {
        self.found.total
    }
    fn as_chips(&self) -> bool {
        self.found.departments.len() <= MOST_CHIPS
    }
    fn first(&self) -> i64 {
        (self.filter.page() - 1) * PER_PAGE + 1
    }
    fn last(&self) -> i64 {
        self.first() + i64::try_from(self.found.lines.len()).unwrap_or(0) - 1
    }
    fn before(&self) -> Option<String> {
        (self.filter.page() > 1).then(|| self.filter.with(&[("page", &(self.filter.page() - 1).to_string())]))
    }
    fn after(&self) -> Option<String> {
        (self.last() < self.total())
            .then(|| self.filter.with(&[("page", &(self.filter.page() + 1).to_string())]))
    }
    /// The plain list of this view.
    fn plain(&self) -> String {
        Filter { view: self.filter.view().code().to_owned(), ..Filter::default() }.with(&[])
    }
    fn department_chips(&self) -> Vec<Chip> {
        let all = self.chip("department", "", self.shell.l.t("すべての部門", "All departments"));
        let each = self.found.departments.iter().map(|each| self.chip("department", &each.id, &each.name));
        std::iter::once(all).chain(each).collect()
    }
    /// Chips that are taken back by pressing them again.
    fn chips(&self) -> Vec<Chip> {
        let l = self.shell.l;
        let level = |level: i64| {
            let words = [l.t("重要度 ", "Importance "), &level.to_string()].concat();
            self.chip("importance", &level.to_string(), &words)
        };
        let mut chips: Vec<Chip> = (1..=self.found.scale).rev().map(level).collect();
        let words: &[(&str, &str, &str, &str)] = if self.is_ledger() {
            &[
                ("entrusted", "yes", "受託のみ", "Entrusted only"),
                ("entrusted", "lacking", "受託で未記入あり", "Entrusted, incomplete"),
            ]
        } else {
            &[
                ("personal", "yes", "個人情報あり", "Personal data"),
                ("personal", "no", "個人情報なし", "No personal data"),
            ]
        };
        let states = [
            ("state", "retired", "廃止したもの", "Retired"),
            ("state", "all", "廃止も含める", "Include retired"),
        ];
        let more =
            words.iter().chain(&states).map(|(name, value, ja, en)| self.chip(name, value, l.t(ja, en)));
        chips.extend(more);
        chips
    }
    fn chip(&self, name: &str, value: &str, words: &str) -> Chip {
        let filter = &self.filter;
        let now = match name {
            "department" => filter.department.as_str(),
            "importance" => filter.importance.as_str(),
            "personal" => filter.personal.as_str(),
            "entrusted" => filter.entrusted.as_str(),
            _ => filter.state.as_str(),
        };
        let on = value == now;
        let address = filter.with(&[(name, if on { "" } else { value })]);
        Chip { words: words.to_owned(), address, on }
    }
}

/// GET /assets
pub async fn list(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let filter = filter.bounded();
    let found = ctx.read(|rx| find(rx, &ctx, &filter)).await?;
    let shell = match filter.view() {
        View::Register => Shell::new(&ctx, "情報資産台帳", "Asset register", ctx.this_month()),
        View::Ledger => Shell::new(&ctx, "個人情報管理台帳", "Ledger of personal data", ctx.this_month()),
    };
    let may_edit = ctx.actor.may_somewhere(Act::EditRegister);
    page(&List { shell, filter, found, may_edit, second: ctx.app.chance.id() })
}

fn find(rx: &Rx<'_>, ctx: &Ctx, filter: &Filter) -> Done<Found> {
    let scope = rx.scope(Act::SeeRegister);
    let names = people::store::names(rx, rx.today())?;
    let columns = chosen(rx, filter.view())?;
    let skip = (filter.page() - 1) * PER_PAGE;
    let (assets, total) = store::page(rx, &scope, filter, PER_PAGE, skip)?;
    let line = |(number, asset): (i64, meguri_domain::asset::Asset)| Line {
        number,
        open: asset.state == AssetState::InUse && rx.actor().may(Act::EditRegister, &asset.department_id),
        retired: asset.state == AssetState::Retired,
        lacks: grid::lacking(&asset, ctx.l).filter(|_| filter.view() == View::Ledger),
        cells: grid::cells(
            &asset,
            names.get(&asset.department_id).map_or("", String::as_str),
            &columns,
            ctx.l,
        ),
        version: asset.version,
        id: asset.id.to_string(),
    };
    Ok(Found {
        lines: (skip + 1..).zip(assets).map(line).collect(),
        total,
        departments: choices(rx, Act::SeeRegister)?,
        saved: filters::all(rx, filter.view())?,
        scale: criteria::acts::method(rx)?.scale,
        columns,
    })
}
