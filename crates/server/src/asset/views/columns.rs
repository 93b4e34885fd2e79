//! Which columns a person sees, in which order and how wide. Works as a page of its own and in the side panel.

use super::store;
use crate::asset::filter::{Filter, View};
use crate::asset::grid::{self, Column, WIDTHS};
use crate::asset::pages::must_somewhere;
use crate::house::door::fields;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::work::Rx;
use askama::Template;
use axum::extract::{Query, RawForm};
use meguri_domain::people::Act;
use meguri_sheet::Field;
use serde::Deserialize;

/// The columns in which the person sees a view.
pub fn chosen(rx: &Rx<'_>, view: View) -> Done<Vec<Column>> {
    let kept = store::columns(rx, view)?;
    Ok(kept.map_or_else(|| grid::columns(view), |text| grid::read(&text)))
}

#[derive(Template)]
#[template(path = "asset/views/columns.html")]
struct Page {
    shell: Shell,
    view: View,
    shown: Vec<Column>,
    hidden: Vec<Column>,
    back: String,
    widths: [(u8, &'static str, &'static str); 4],
}

#[derive(Deserialize)]
pub struct ViewQuery {
    #[serde(default)]
    view: String,
}

/// GET /assets/columns
pub async fn show(ctx: Ctx, Query(query): Query<ViewQuery>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let view = View::of(&query.view);
    let shown = ctx.read(|rx| chosen(rx, view)).await?;
    let is_hidden = |field: &Field| !shown.iter().any(|each| each.field == *field);
    let hidden = Field::ALL.into_iter().filter(is_hidden).map(Column::new).collect();
    let shell = Shell::new(&ctx, "表示する列", "Columns", ctx.this_month());
    page(&Page { shell, view, shown, hidden, back: list(view), widths: WIDTHS })
}

/// POST /assets/columns
pub async fn keep(ctx: Ctx, RawForm(bytes): RawForm) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let order = Order::of(fields(&bytes));
    let view = order.view;
    ctx.write(|tx| {
        if order.resets {
            store::forget_columns(tx, view)?;
        } else {
            store::keep_columns(tx, view, grid::written(&order.columns))?;
        }
        Ok(())
    })
    .await?;
    let address = ["/assets/columns", list(view).trim_start_matches("/assets")].concat();
    if order.moves {
        return go(address);
    }
    let said = if order.resets {
        ctx.l.t("列を標準に戻しました。", "The columns are the usual ones again.")
    } else {
        ctx.l.t("表示する列を保存しました。", "The columns were saved.")
    };
    go_saying(address, said)
}

fn list(view: View) -> String {
    let query = Filter { view: view.code().to_owned(), ..Filter::default() }.with(&[]);
    ["/assets", &query].concat()
}

/// The form, read in its order: `show=name&width.name=3&show=…`, and perhaps one column that moves.
struct Order {
    view: View,
    columns: Vec<Column>,
    resets: bool,
    moves: bool,
}

impl Order {
    fn of(fields: Vec<(String, String)>) -> Self {
        let first =
            |name: &str| fields.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str());
        let width = |code: &str| first(&["width.", code].concat()).unwrap_or_default().to_owned();
        let shown = fields.iter().filter(|(name, _)| name == "show").map(|(_, code)| code.as_str());
        let texts: Vec<String> = shown.map(|code| [code, ":", &width(code)].concat()).collect();
        let mut columns = grid::read(&texts.join(","));
        let place = |code: &str| columns.iter().position(|each| each.code() == code);
        let swap = match (first("up").and_then(place), first("down").and_then(place)) {
            (Some(at), _) => Some((at.saturating_sub(1), at)),
            (None, Some(at)) => Some((at, at + 1)),
            (None, None) => None,
        };
        if let Some((from, to)) = swap.filter(|(_, to)| *to < columns.len()) {
            columns.swap(from, to);
        }
        let view = View::of(first("view").unwrap_or_default());
        Self { view, columns, resets: first("reset").is_some(), moves: swap.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(form: &str) -> Order {
        Order::of(fields(form.as_bytes()))
    }

    #[test]
    fn a_column_moves_by_one_place_and_stops_at_the_ends() {
        let form = "view=ledger&show=name&show=medium&width.medium=4&show=note";
        let codes = |more: &str| {
            let order = order(&[form, more].concat());
            order.columns.iter().map(|each| each.code()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(codes(""), "name medium note");
        assert_eq!(codes("&up=medium"), "medium name note");
        assert_eq!(codes("&down=medium"), "name note medium");
        assert_eq!(codes("&up=name"), "name medium note");
        assert_eq!(codes("&down=note"), "name medium note");
        assert_eq!(codes("&down=no_such"), "name medium note");
        let read = order(form);
        assert_eq!(
            (read.view, read.columns[1].width, read.moves, read.resets),
            (View::Ledger, 4, false, false)
        );
        assert!(order("reset=1").resets);
    }
}
