//! Every no as a page: what happened, why, what to do; what was typed stays on it.

use super::door::Typed;
use super::fault::{Conflict, Fault, Stop};
use super::layout::Shell;
use super::web::Guest;
use super::words::Lang;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use meguri_domain::Refusal;

/// The page of a refusal.
#[derive(Template)]
#[template(path = "house/refused.html")]
struct Refused {
    shell: Shell,
    what: String,
    why: String,
    /// What was typed, to be sent again or copied.
    typed: Vec<(String, String)>,
    /// Both values, where somebody else saved first.
    both: Vec<Both>,
    version: i64,
    back: String,
    again: bool,
}

struct Both {
    word: &'static str,
    mine: String,
    theirs: String,
}

/// The status of a stop. What must not be known to exist is not found.
pub fn status(stop: &Stop) -> StatusCode {
    match stop {
        Stop::Conflict(_) => StatusCode::CONFLICT,
        Stop::Refusal(refusal) => match refusal {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::NotAllowed => StatusCode::FORBIDDEN,
            Refusal::Stale { .. } | Refusal::WrongState { .. } | Refusal::MonthClosed => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Stop::Fault(Fault::Busy(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Stop::Fault(Fault::Full(_)) => StatusCode::INSUFFICIENT_STORAGE,
        Stop::Fault(Fault::Broken(_) | Fault::Double(_)) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Turns a stop into its page. Faults are logged here, once.
pub fn show(guest: &Guest, stop: &Stop, typed: &Typed) -> Response {
    let l = guest.l;
    if let Stop::Fault(fault) = stop {
        tracing::error!(cause = %fault, "a request failed");
    }
    let (what, why) = words(l, stop);
    let shell = Shell::bare(&guest.app, l, guest.theme, &what, "/");
    let conflict = if let Stop::Conflict(conflict) = stop { conflict.clone() } else { Conflict::default() };
    let mine = |name: &str| {
        typed.0.iter().find(|(each, _)| each == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    let differing = conflict.fields.iter().filter(|(name, _, theirs)| mine(name) != *theirs);
    let both = differing
        .map(|(name, word, theirs)| Both { word: l.w(*word), mine: mine(name), theirs: theirs.clone() })
        .collect();
    let kept = typed.0.iter().filter(|(name, _)| name != "req" && name != "version" && name != "password");
    let back = guest.address.split('?').next().unwrap_or("/").to_owned();
    let again = matches!(stop, Stop::Fault(_)) && !typed.0.is_empty();
    let page = Refused {
        shell,
        what,
        why,
        typed: kept.cloned().collect(),
        both,
        version: conflict.version,
        back,
        again,
    };
    let html = page.render().unwrap_or_else(|_| stop.to_string());
    (status(stop), Html(html)).into_response()
}

/// What happened, and why with what to do.
fn words(l: Lang, stop: &Stop) -> (String, String) {
    match stop {
        Stop::Refusal(Refusal::NotFound) => (l.t("見つかりませんでした", "Not found").into(), l.refusal(&Refusal::NotFound)),
        Stop::Refusal(Refusal::NotAllowed) => (l.t("この操作はできません", "You cannot do this").into(), l.refusal(&Refusal::NotAllowed)),
        Stop::Refusal(refusal) => (l.t("保存していません", "Nothing was saved").into(), l.refusal(refusal)),
        Stop::Conflict(_) => {
            let why = l.refusal(&Refusal::Stale { current: 0 });
            (l.t("ほかの人が先に更新しています", "Somebody else saved first").into(), why)
        }
        Stop::Fault(Fault::Busy(_)) => (
            l.t("ただいま混み合っています", "The system is busy").into(),
            l.t(
                "データベースから応答がありません。保存はされていません。少し待ってから、もう一度送信してください。続くときはシステム管理者に連絡してください。",
                "The database does not answer. Nothing was saved. Wait a little and send again; if it goes on, tell the administrator.",
            )
            .into(),
        ),
        Stop::Fault(Fault::Full(_)) => (
            l.t("保存する場所がありません", "There is no room to save").into(),
            l.t(
                "サーバーの空き容量がなくなりました。保存はされていません。システム管理者に連絡してください。閲覧はこのまま続けられます。",
                "The server's disk is full. Nothing was saved. Tell the administrator; reading still works.",
            )
            .into(),
        ),
        Stop::Fault(Fault::Broken(_) | Fault::Double(_)) => (
            l.t("エラーが起きました", "Something went wrong").into(),
            l.t(
                "システム側の問題で処理を終えられませんでした。保存はされていません。もう一度試しても同じときは、システム管理者に連絡してください。",
                "We failed to finish this. Nothing was saved. If it happens again, tell the administrator.",
            )
            .into(),
        ),
    }
}
