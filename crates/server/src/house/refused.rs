//! Every no as a page: what happened, why, what to do; what was typed stays on it.

use super::door::Known;
use super::fault::{Fault, Stop, Turned};
use super::layout::Shell;
use super::way;
use super::web::{Ctx, Guest};
use super::words::Lang;
use crate::labels::Labels;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use meguri_domain::Refusal;

/// The page of a refusal for somebody who is signed in.
#[derive(Template)]
#[template(path = "house/refused.html")]
struct Framed {
    shell: Shell,
    no: No,
}

/// The same for somebody whom nobody knows.
#[derive(Template)]
#[template(path = "house/refused_bare.html")]
struct Bare {
    shell: Shell,
    no: No,
}

/// What both pages say.
struct No {
    what: String,
    why: String,
    /// What was typed under the words of its form, to be read and copied.
    typed: Vec<(String, String)>,
    /// The same as it was sent, to be sent again.
    sent: Vec<(String, String)>,
    /// Both values, where somebody else saved first.
    both: Vec<Both>,
    /// The version that stands now, where both values are shown.
    version: i64,
    /// Where the form was sent.
    action: String,
    /// The page on which it stood.
    back: Option<String>,
    /// The one thing to do next, where there is one: address and word.
    next: Option<(String, &'static str)>,
    /// Whether sending the same once more may help.
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
        Stop::Turned(turned) => match turned {
            Turned::Unkeyed | Turned::DeadLink => StatusCode::UNPROCESSABLE_ENTITY,
            Turned::Foreign => StatusCode::FORBIDDEN,
            Turned::Method => StatusCode::METHOD_NOT_ALLOWED,
            Turned::Unreadable(status) => *status,
        },
        Stop::Refusal(refusal) => match refusal {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::NotAllowed => StatusCode::FORBIDDEN,
            Refusal::Erased { .. } => StatusCode::GONE,
            Refusal::Stale { .. } | Refusal::WrongState { .. } | Refusal::MonthClosed => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Stop::Fault(Fault::Busy(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Stop::Fault(Fault::Full(_)) => StatusCode::INSUFFICIENT_STORAGE,
        Stop::Fault(Fault::Broken(_) | Fault::Double(_)) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Turns a stop into its page. Faults are logged here, once.
pub fn show(guest: &Guest, stop: &Stop, known: &Known) -> Response {
    if let Stop::Fault(fault) = stop {
        tracing::error!(cause = %fault, "a request failed");
    }
    // A database that does not answer is not asked for the words of ids.
    let asked = known.ctx.as_ref().filter(|_| !matches!(stop, Stop::Fault(_)));
    let asked = asked.map(|ctx| (&ctx.app, &ctx.actor));
    let labels = Labels::of(guest.l, way::path_of(&guest.address), &known.typed.0, asked);
    let no = no(guest, stop, known, &labels);
    let back = no.back.clone().unwrap_or_else(|| "/".into());
    let html = if let Some(ctx) = &known.ctx {
        // The frame is that of the page to which one may go back: an act has none of its own.
        let here = Ctx { path: way::path_of(&back).to_owned(), address: back, flash: None, ..ctx.clone() };
        let mut shell = Shell::new(&here, "", "", ctx.this_month());
        shell.title.clone_from(&no.what);
        Framed { shell, no }.render()
    } else {
        Bare { shell: Shell::bare(&guest.app, guest.l, guest.theme, &no.what, "/"), no }.render()
    };
    (status(stop), Html(html.unwrap_or_else(|_| stop.to_string()))).into_response()
}

fn no(guest: &Guest, stop: &Stop, known: &Known, labels: &Labels) -> No {
    let l = guest.l;
    let path = way::path_of(&guest.address);
    let both = both(l, stop, known, labels);
    let version = if let Stop::Conflict(conflict) = stop { conflict.version } else { 0 };
    let changed = both.is_empty() && matches!(stop, Stop::Conflict(_) | Stop::Refusal(Refusal::Stale { .. }));
    let (what, mut why) = if changed { changed_words(l, path) } else { words(l, stop) };
    // The page of a link that was used up holds a password and nothing to keep.
    let dead = matches!(stop, Stop::Turned(Turned::DeadLink));
    let typed = if dead { Vec::new() } else { labels.read(&known.typed.0) };
    if !typed.is_empty() && matches!(stop, Stop::Refusal(Refusal::NotFound | Refusal::NotAllowed)) {
        why.push_str(l.t("入力した内容は保存していません。", " What you entered was not saved."));
    }
    let back = back(guest, stop);
    let next = if dead {
        Some(("/sign-in".to_owned(), l.t("サインイン", "Sign in")))
    } else if changed {
        way::thing(path)
            .or_else(|| back.clone())
            .map(|page| (page, l.t("いまの内容を見る", "See what stands now")))
    } else {
        None
    };
    let again = matches!(stop, Stop::Fault(_) | Stop::Turned(Turned::Unkeyed)) && !typed.is_empty();
    let sent = known.typed.0.iter().filter(|(name, _)| name != "req" && name != "password");
    let sent = if both.is_empty() && !again { Vec::new() } else { sent.cloned().collect() };
    No { what, why, typed, sent, both, version, action: path.to_owned(), back, next, again }
}

fn both(l: Lang, stop: &Stop, known: &Known, labels: &Labels) -> Vec<Both> {
    let Stop::Conflict(conflict) = stop else { return Vec::new() };
    let typed = &known.typed.0;
    let mine =
        |name: &str| typed.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str());
    let differing = conflict.fields.iter().filter(|(name, _, theirs)| mine(name) != theirs);
    let read = |(name, word, theirs): &(&'static str, meguri_domain::Word, String)| Both {
        word: l.w(*word),
        mine: labels.value(name, mine(name)),
        theirs: labels.value(name, theirs),
    };
    differing.map(read).collect()
}

/// Where one may go back. From an address that must not be looked at, the page above it is no help either.
fn back(guest: &Guest, stop: &Stop) -> Option<String> {
    let path = way::path_of(&guest.address);
    let came = guest.came_from.clone().filter(|from| guest.acts || way::path_of(from) != path);
    let forbidden = matches!(stop, Stop::Refusal(Refusal::NotAllowed)) && !guest.acts;
    let dead = matches!(stop, Stop::Turned(Turned::DeadLink));
    came.or_else(|| way::parent(path, guest.acts))
        .filter(|_| !dead && (!forbidden || guest.came_from.is_some()))
}

/// Somebody changed a record while a person looked at it, and there are no two values to compare.
fn changed_words(l: Lang, path: &str) -> (String, String) {
    let (ja, en) = match path.rsplit('/').next().unwrap_or_default() {
        "check" | "checks" => ("チェックしてください", "check it"),
        "confirmation" | "confirmations" => ("確認してください", "confirm it"),
        "approval" => ("承認してください", "approve it"),
        "acceptance" => ("受理してください", "accept it"),
        "return" => ("差し戻してください", "send it back"),
        "submission" => ("提出してください", "submit it"),
        "completion" => ("完了にしてください", "mark it as done"),
        "verification" => ("効果を確認してください", "verify it"),
        "retirement" => ("廃止してください", "retire it"),
        "closing" => ("締めてください", "close it"),
        "reopening" => ("締めを解いてください", "reopen it"),
        _ => ("もう一度送信してください", "send it again"),
    };
    let why = match l {
        Lang::Ja => format!("この記録は、開いたあとに変わりました。内容を見直してから、{ja}。"),
        Lang::En => format!("This record changed after you opened it. Look at it again, then {en}."),
    };
    (l.t("保存していません", "Nothing was saved").into(), why)
}

/// What happened, and why with what to do. No sentence is said twice.
fn words(l: Lang, stop: &Stop) -> (String, String) {
    let pair = |what: (&'static str, &'static str), why: (&'static str, &'static str)| {
        (l.w(what).to_owned(), l.w(why).to_owned())
    };
    match stop {
        Stop::Refusal(Refusal::NotFound) => pair(
            ("この画面を見られません", "You cannot see this page"),
            (
                "役割が変わったか、アドレスが古くなっています。一覧から選び直してください。",
                "Your role has changed or the address is old. Choose again from the list.",
            ),
        ),
        Stop::Refusal(Refusal::NotAllowed) => pair(
            ("この操作はできません", "You cannot do this"),
            (
                "あなたの役割では許可されていません。必要なときは、事務局かシステム管理者に連絡してください。",
                "Your role does not allow it. If you need it, ask the secretariat or the administrator.",
            ),
        ),
        Stop::Refusal(refusal @ Refusal::Erased { .. }) => (l.t("消去済みです", "It was erased").into(), l.refusal(refusal)),
        Stop::Refusal(refusal) => (l.t("保存していません", "Nothing was saved").into(), l.refusal(refusal)),
        Stop::Conflict(_) => pair(
            ("ほかの人が先に更新しています", "Somebody else saved first"),
            (
                "あなたの入力はまだ保存していません。両方の内容を見比べて、残すほうを選んでください。",
                "What you entered is not saved yet. Compare both versions and choose the one to keep.",
            ),
        ),
        Stop::Turned(turned) => turned_words(l, *turned),
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

fn turned_words(l: Lang, turned: Turned) -> (String, String) {
    let (what, why) = match turned {
        Turned::Unkeyed => (
            ("保存していません", "Nothing was saved"),
            (
                "送信された内容に、二重送信を防ぐ番号がありませんでした。画面を読み込み直してから、もう一度送ってください。",
                "What was sent lacks the number that guards against sending twice. Reload the page and send it again.",
            ),
        ),
        Turned::Foreign => (
            ("受け付けていません", "This was not accepted"),
            (
                "別のサイトの画面から送信されました。安全のため、何も保存していません。Meguriの画面を開き直してから、操作してください。",
                "It was sent from a page of another site. To be safe, nothing was saved. Open the page in Meguri and act there.",
            ),
        ),
        Turned::DeadLink => (
            ("このリンクは使えません", "This link cannot be used"),
            (
                "使用済みか、期限が切れています。パスワードを設定済みのときは、サインインしてください。まだのときは、システム管理者に新しいリンクを頼んでください。",
                "It was used before or has expired. If your password is set, sign in; if not, ask the administrator for a new link.",
            ),
        ),
        Turned::Method => (
            ("このアドレスは開けません", "This address cannot be opened"),
            (
                "操作を送るためのアドレスで、見る画面がありません。元の画面から操作し直してください。",
                "It takes an act and has no page to look at. Act again from the page you came from.",
            ),
        ),
        Turned::Unreadable(_) => (
            ("保存していません", "Nothing was saved"),
            (
                "送信された内容を読めませんでした。元の画面を読み込み直してから、もう一度送ってください。",
                "What was sent could not be read. Reload the page you came from and send it again.",
            ),
        ),
    };
    (l.w(what).to_owned(), l.w(why).to_owned())
}
