//! What was sent with a form of the settings: its values as typed, and the sentence of its refusal.

use crate::house::fault::{Done, Stop};
use crate::house::web::{Answer, Ctx, page};
use askama::Template;
use axum::http::StatusCode;
use meguri_domain::people::Act;
use meguri_domain::{Date, Refusal, Word};
use std::collections::BTreeMap;

/// The fields of a form by name.
pub type Typed = BTreeMap<String, String>;

/// A form that was refused, so that its page can be shown again; empty on a first visit.
#[derive(Default)]
pub struct Sent {
    form: &'static str,
    field: Option<&'static str>,
    sentence: String,
    typed: Typed,
}

impl Sent {
    /// What stands in a field: what was typed into this form, else the usual value.
    pub fn value(&self, form: &str, name: &str, usual: &str) -> String {
        let typed = (self.form == form).then(|| self.typed.get(name)).flatten();
        typed.map_or(usual, String::as_str).to_owned()
    }
    /// The sentence that belongs at a field.
    pub fn error(&self, form: &str, name: &str) -> &str {
        if self.form == form && self.field == Some(name) { &self.sentence } else { "" }
    }
    /// The sentence that belongs to the form as a whole.
    pub fn refusal(&self, form: &str) -> &str {
        if self.form == form && self.field.is_none() { &self.sentence } else { "" }
    }
}

/// A refusal that belongs on the form's own page; all others pass on to the door.
pub fn back(ctx: &Ctx, stop: Stop, (form, typed): (&'static str, Typed)) -> Done<Sent> {
    match stop {
        Stop::Refusal(Refusal::NotFound | Refusal::NotAllowed | Refusal::Stale { .. })
        | Stop::Conflict(_)
        | Stop::Turned(_)
        | Stop::Fault(_) => Err(stop),
        Stop::Refusal(refusal) => {
            Ok(Sent { form, field: refusal.field(), sentence: ctx.l.refusal(&refusal), typed })
        }
    }
}

/// The page of a refused form.
pub fn refused(template: &impl Template) -> Answer {
    let mut response = page(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// A field's text; empty when the form lacks it.
pub fn text<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map_or("", |value| value.trim())
}

/// A day that must be given.
pub fn day(typed: &Typed, field: &'static str, word: Word) -> Result<Date, Refusal> {
    day_or(typed, field, word)?.ok_or(Refusal::Missing { field, word })
}

/// A day that may be left out.
pub fn day_or(typed: &Typed, field: &'static str, word: Word) -> Result<Option<Date>, Refusal> {
    let text = text(typed, field);
    if text.is_empty() {
        return Ok(None);
    }
    let hint = ("2026-12-25のように、年月日で入力してください。", "Write a day such as 2026-12-25.");
    text.parse().map(Some).map_err(|_| Refusal::Unfit { field, word, hint })
}

/// A page of the settings, as its tab shows it.
pub struct Tab {
    pub href: &'static str,
    pub word: &'static str,
    pub current: bool,
}

/// The tabs of the settings.
pub fn tabs(ctx: &Ctx, current: &str) -> Vec<Tab> {
    let l = ctx.l;
    let all = [
        ("/settings/people", l.t("人", "People"), true),
        ("/settings/departments", l.t("部門", "Departments"), true),
        ("/settings/calendar", l.t("締切と休日", "Deadlines and holidays"), true),
        ("/settings/organisation", l.t("組織", "Organisation"), true),
        ("/criteria", l.t("リスク基準", "Risk criteria"), ctx.actor.may_somewhere(Act::SeeRisk)),
        ("/settings/about", l.t("このシステム", "About"), true),
    ];
    all.into_iter()
        .filter(|(.., shown)| *shown)
        .map(|(href, word, _)| Tab { href, word, current: href == current })
        .collect()
}
