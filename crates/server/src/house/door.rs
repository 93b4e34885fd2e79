//! The door: every request passes here. It knows who comes, hands a POST's key on, replays an act that
//! was done already, keeps what was typed when the session has ended, and turns every stop into words.

use super::db::Value;
use super::fault::{Done, Stop, Turned};
use super::kept::cell;
use super::web::{Answer, App, Ctx, Guest, Keyed, go, unpercent};
use super::words::Lang;
use super::work::Who;
use super::{refused, way};
use crate::people;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use meguri_domain::Refusal;
use meguri_domain::people::Actor;
use meguri_record::Hash;
use std::sync::{Arc, OnceLock};
use tower_http::csrf::ProtectionError;

/// The name of the session cookie; the prefix binds it to this host, over TLS or on this machine.
pub const COOKIE: &str = "__Host-meguri";
/// The acts that take no idempotency key, and why each may be sent twice.
pub const KEYLESS: &[&str] = &[
    "/sign-in",         // Nobody is known yet; a second session harms nobody.
    "/sign-out",        // What has ended cannot end again, and nobody may be kept from leaving.
    "/set-up/{secret}", // The link itself works once.
    "/language",        // A choice kept in the browser.
    "/theme",           // The same.
];
/// A form may be this long.
const MOST_FORM: usize = 2 * 1024 * 1024;

/// What a person typed, kept for refusals: name and value in order.
#[derive(Clone, Default)]
pub struct Typed(pub Vec<(String, String)>);

/// What the door has learned of a request, for the page of a refusal.
#[derive(Clone, Default)]
pub struct Known {
    pub typed: Typed,
    pub ctx: Option<Ctx>,
}

/// The outermost layer of every address but the static files: every no becomes a page here.
pub async fn frame(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let guest = Guest {
        l: language(headers),
        theme: theme(headers),
        address: request.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string),
        came_from: way::came_from(headers, request.uri()),
        acts: request.method() == Method::POST,
        app,
    };
    let swap = headers.contains_key("x-swap");
    request.extensions_mut().insert(guest.clone());
    let mut response = next.run(request).await;
    let known = response.extensions_mut().remove::<Known>().unwrap_or_default();
    if let Some(stop) = response.extensions_mut().remove::<Carried>() {
        response = refused::show(&guest, &stop.0, &known);
    } else if let Some(turned) = unwritten(&response) {
        let allow = response.headers().get(header::ALLOW).cloned();
        response = refused::show(&guest, &turned.into(), &known);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if swap {
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("x-swap"));
    }
    protect(response.headers_mut());
    response
}

/// A refusal of the framework, which has no page yet.
fn unwritten(response: &Response) -> Option<Turned> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    // What the framework says of itself is plain text or nothing.
    let own = kind.is_some_and(|kind| !kind.starts_with("text/plain"));
    match response.status() {
        status if own || !status.is_client_error() => None,
        StatusCode::METHOD_NOT_ALLOWED => Some(Turned::Method),
        status => Some(Turned::Unreadable(status)),
    }
}

/// The answer to an act that a page of another site sent.
pub fn foreign(_: ProtectionError) -> Response {
    tracing::warn!(
        "an act from another origin was turned away; a proxy must hand Host and Origin on unchanged"
    );
    Stop::from(Turned::Foreign).into_response()
}

/// Who comes, with which key, and whether he may come in at all.
pub async fn door(guest: Guest, request: Request, next: Next) -> Response {
    let mut known = Known::default();
    let answer = pass(&guest, request, next, &mut known).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    response.extensions_mut().insert(known);
    response
}

async fn pass(guest: &Guest, request: Request, next: Next, known: &mut Known) -> Answer {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or("").to_owned();
    let cookie = cookie(request.headers(), COOKIE);
    let flash = cookie_text(request.headers(), "flash");
    let (mut request, body) = if guest.acts && is_form(request.headers()) {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MOST_FORM).await.map_err(|_| too_long())?;
        known.typed = Typed(fields(&bytes));
        let body = OnceLock::from(Hash::of(&bytes).to_string());
        (Request::from_parts(parts, Body::from(bytes)), body)
    } else {
        (request, OnceLock::new())
    };
    if guest.address.contains("%00") || known.typed.0.iter().any(|(_, value)| value.contains('\0')) {
        return Err(unwritable());
    }
    let enter = |guest: &Guest| people::session::enter(&guest.app, cookie.as_deref());
    let Some((actor, session)) = tokio::task::block_in_place(|| enter(guest))? else {
        if people::is_public(&path) {
            return Ok(next.run(request).await);
        }
        return people::session::ask(guest, &known.typed, cookie.as_deref());
    };
    let ctx = Ctx {
        app: guest.app.clone(),
        actor: actor.clone(),
        l: guest.l,
        theme: guest.theme,
        path,
        address: guest.address.clone(),
        flash,
        session,
        request: None,
    };
    known.ctx = Some(ctx.clone());
    let keyed = key(guest, &known.typed, &query)?.map(|key| Keyed { key, body: Arc::new(body) });
    if let Some(keyed) = &keyed
        && let Some(answer) = replay(guest, &actor, keyed)?
    {
        return Ok(answer);
    }
    let had_flash = ctx.flash.is_some();
    request.extensions_mut().insert(Ctx { request: keyed.clone(), ..ctx });
    let mut response = next.run(request).await;
    if let Some(keyed) = &keyed {
        response = remember(guest, &actor, keyed, response)?;
    }
    if had_flash && !guest.acts {
        let gone = HeaderValue::from_static("flash=; Path=/; Max-Age=0");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

/// The idempotency key of an act, from its form or its address. An act without one is not carried out.
fn key(guest: &Guest, typed: &Typed, query: &str) -> Result<Option<String>, Stop> {
    let own = |fields: &[(String, String)]| {
        fields.iter().find(|(name, _)| name == "req").map(|(_, value)| value.clone())
    };
    let key = own(&typed.0).or_else(|| own(&fields(query.as_bytes())));
    let keyless = || {
        let line = way::line(way::path_of(&guest.address));
        line.is_some_and(|(pattern, _)| KEYLESS.contains(&pattern))
    };
    match key {
        _ if !guest.acts => Ok(None),
        Some(key) if (8..=64).contains(&key.len()) => Ok(Some(key)),
        _ if keyless() => Ok(None),
        _ => Err(Turned::Unkeyed.into()),
    }
}

/// The answer to an act that was carried out already under the same key. What nobody has read yet is not compared: its
/// handler reads it, and runs into the key.
fn replay(guest: &Guest, actor: &Actor, keyed: &Keyed) -> Done<Option<Response>> {
    let Some(body) = keyed.body.get() else { return Ok(None) };
    let who = Who::new(actor.clone(), &guest.app.clock);
    let text = crate::open!("SELECT person_id, body_hash, led_to FROM request WHERE id = $1");
    let found = tokio::task::block_in_place(|| {
        guest.app.db.read(who, |rx| Ok(rx.open_rows(text, &[Value::Text(keyed.key.clone())])?))
    })?;
    let Some(row) = found.first() else { return Ok(None) };
    let (person, before, answer): (String, String, String) = (cell(row, 0)?, cell(row, 1)?, cell(row, 2)?);
    if person != actor.person.as_str() || before != *body {
        return Err(Refusal::Because((
            "この画面からはすでに別の内容が送信されています。画面を読み込み直してから、もう一度入力してください。",
            "Something else was already sent from this page. Reload it and enter again.",
        ))
        .into());
    }
    let place = if answer.is_empty() { "/" } else { answer.as_str() };
    go(place).map(Some)
}

/// Keeps where an act led, so that its repetition leads there too. A repetition that ran into its own
/// first run, and was refused by it, is answered as that one.
fn remember(guest: &Guest, actor: &Actor, keyed: &Keyed, response: Response) -> Answer {
    if response.status().is_client_error()
        && let Some(answer) = replay(guest, actor, keyed)?
    {
        return Ok(answer);
    }
    let place =
        response.headers().get(header::LOCATION).and_then(|place| place.to_str().ok()).map(ToOwned::to_owned);
    if let Some(place) = place {
        let who = Who::new(actor.clone(), &guest.app.clock);
        let text = crate::plain!("UPDATE request SET led_to = $2 WHERE id = $1");
        let values = [Value::Text(keyed.key.clone()), Value::Text(place)];
        let noted = tokio::task::block_in_place(|| {
            guest.app.db.write(who, &guest.app.chance, |tx| Ok(tx.run(text, &values)?))
        });
        if let Err(stop) = noted {
            // The act itself is done; only its repetition would lead to the first page instead.
            tracing::warn!(cause = %stop, "where an act led was not noted");
        }
    }
    Ok(response)
}

/// A stop on its way from a handler to the door.
#[derive(Clone)]
struct Carried(std::sync::Arc<Stop>);

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let mut response = refused::status(&self).into_response();
        response.extensions_mut().insert(Carried(std::sync::Arc::new(self)));
        response
    }
}

/// The fields of a form or a query, in order. What is no UTF-8 is read with replacement characters.
pub fn fields(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let read = |text: &str| unpercent(&text.replace('+', " ")).unwrap_or_default();
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (read(name), read(value)))
        .collect()
}

/// A cookie's value.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(each, _)| *each == name).map(|(_, value)| value.to_owned())
}

fn cookie_text(headers: &HeaderMap, name: &str) -> Option<String> {
    cookie(headers, name).and_then(|value| unpercent(&value)).filter(|text| !text.is_empty())
}

fn language(headers: &HeaderMap) -> Lang {
    let chosen = cookie(headers, "lang").and_then(|code| Lang::from_code(&code));
    let asked = || {
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .map_or(Lang::Ja, Lang::accepted)
    };
    chosen.unwrap_or_else(asked)
}

fn theme(headers: &HeaderMap) -> &'static str {
    match cookie(headers, "theme").as_deref() {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "auto",
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The one character that no database keeps in a text.
fn unwritable() -> Stop {
    Refusal::Because((
        "使えない文字（制御文字NUL）が含まれています。貼り付けた部分を入力し直してください。",
        "What was entered holds a character that cannot be kept (NUL). Type the pasted part again.",
    ))
    .into()
}

fn too_long() -> Stop {
    Refusal::Because((
        "入力が長すぎて受け取れませんでした。文章を短くするか、ファイルとして添付してください。",
        "What was entered is too long to take. Shorten it, or attach it as a file.",
    ))
    .into()
}

/// Headers of every answer: nothing from outside, no framing, no guessing of types, nothing kept by proxies.
fn protect(headers: &mut HeaderMap) {
    let all = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in all {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry("cross-origin-opener-policy").or_insert(HeaderValue::from_static("same-origin"));
}

/// The page for an address that does not exist.
pub async fn lost() -> Stop {
    Refusal::NotFound.into()
}
