//! Filters with names: what stands in the address of the list, kept under a word of the person's own.

use super::store;
use crate::asset::filter::{Filter, View};
use crate::asset::pages::must_somewhere;
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, go_saying};
use crate::house::work::Rx;
use crate::say;
use axum::extract::{Form, Path, Query};
use axum::http::Uri;
use meguri_domain::people::Act;
use meguri_domain::{Refusal, Word};
use serde::Deserialize;

/// A person keeps so many for a view.
const MOST: usize = 30;
/// A name is a chip, not a sentence.
const MOST_NAME: usize = 40;
const NAME: Word = ("名前", "Name");

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    pub id: String,
    pub name: String,
    /// The query of the address, with its question mark.
    pub query: String,
}

/// The person's filters of a view, by name.
pub fn all(rx: &Rx<'_>, view: View) -> Done<Vec<SavedFilter>> {
    Ok(store::filters(rx, view)?)
}

#[derive(Deserialize)]
pub struct FilterForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
}

/// POST /assets/filters
pub async fn keep(ctx: Ctx, Form(form): Form<FilterForm>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let filter = read(&form.query);
    let (view, query) = (filter.view(), filter.with(&[]));
    let name: String = form.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Refusal::Missing { field: "name", word: NAME }.into());
    }
    if name.chars().count() > MOST_NAME {
        return Err(Refusal::TooLong { field: "name", word: NAME, most: MOST_NAME }.into());
    }
    ctx.write(|tx| {
        let held = store::filters(tx, view)?;
        if held.len() >= MOST && !held.iter().any(|each| each.name == name) {
            return Err(too_many().into());
        }
        Ok(store::keep_filter(tx, ctx.app.chance.id(), view, &name, &query)?)
    })
    .await?;
    let said = say!(ctx.l, "条件を「{name}」として保存しました。", "The filter was saved as “{name}”.");
    go_saying(["/assets", &query].concat(), &said)
}

/// POST /assets/filters/{id}/withdrawal
pub async fn drop(ctx: Ctx, Path(id): Path<String>) -> Answer {
    must_somewhere(&ctx, Act::SeeRegister)?;
    let view = ctx
        .write(|tx| match store::drop_filter(tx, &id)? {
            Some(view) => Ok(view),
            None => Err(Refusal::NotFound.into()),
        })
        .await?;
    let query = Filter { view: view.code().to_owned(), ..Filter::default() }.with(&[]);
    go_saying(
        ["/assets", &query].concat(),
        ctx.l.t("保存した条件を削除しました。", "The saved filter was deleted."),
    )
}

/// What a query asks for; what it does not know is dropped, so that nothing but a filter is kept.
fn read(query: &str) -> Filter {
    let address = ["/assets?", query.trim_start_matches('?')].concat();
    let uri: Option<Uri> = address.parse().ok();
    let filter = uri.and_then(|uri| Query::<Filter>::try_from_uri(&uri).ok());
    filter.map(|Query(filter)| filter).unwrap_or_default().bounded()
}

fn too_many() -> Refusal {
    Refusal::Because((
        "保存した条件が30件あります。使わないものを削除してから、もう一度保存してください。",
        "There are 30 saved filters. Delete one that you do not use, then save again.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_filter_is_kept_of_a_query() {
        let kept = |query: &str| read(query).with(&[]);
        assert_eq!(kept("?view=ledger&entrusted=yes&evil=1"), "?view=ledger&entrusted=yes");
        assert_eq!(kept("q=%E5%90%8D%E7%B0%BF&page=3"), "?q=%E5%90%8D%E7%B0%BF");
        assert_eq!(kept("//evil.example/ \u{7}"), "");
        assert_eq!(kept(""), "");
    }
}
