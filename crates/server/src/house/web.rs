//! A request as the slices see it: who asks, in which language, and the doors to the database.

use super::clock::{Chance, Clock};
use super::db::Db;
use super::errand::Errands;
use super::fault::{Done, Stop};
use super::keys::Keys;
use super::mail::Mailing;
use super::outward::Outward;
use super::words::Lang;
use super::work::{Rx, Tx, Who};
use super::worker::Workers;
use crate::backup::Plan;
use askama::Template;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use meguri_domain::people::Actor;
use meguri_domain::{Date, Month, Refusal};
use meguri_record::Hash;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock};
use tokio::sync::Semaphore;

/// As many exports are written at once. Each holds one of the readers of the database.
const MOST_EXPORTS: usize = 2;

/// What every request shares.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub chance: Chance,
    /// Folder of evidence files.
    pub files: Arc<PathBuf>,
    /// What must stay secret and apart from the database.
    pub keys: Arc<Keys>,
    /// Where heads of the record log go.
    pub outward: Arc<Outward>,
    /// By which server mails are sent.
    pub mail: Arc<Mailing>,
    pub demo: bool,
    /// Where backups go.
    pub backups: Arc<Plan>,
    /// Who reads strangers' files.
    pub workers: Workers,
    /// What goes on behind answered requests.
    pub errands: Arc<Errands>,
    /// Who may write a file to be fetched: few at a time, because each lies on the disk while it is sent.
    pub exports: Arc<Semaphore>,
    /// Name of the organisation and first month of its fiscal year, as settings say.
    pub about: Arc<RwLock<(String, i8)>>,
}

impl App {
    pub fn new(db: Db, clock: Clock, chance: Chance, files: PathBuf) -> Self {
        let about = Arc::new(RwLock::new((String::new(), 4)));
        let exports = Arc::new(Semaphore::new(MOST_EXPORTS));
        let (workers, errands) = (Workers::of_this_program(), Arc::default());
        let (keys, files) = (Arc::new(Keys::beside(&files)), Arc::new(files));
        let db = db.with_keys(&keys);
        Self {
            db,
            clock,
            chance,
            files,
            keys,
            outward: Arc::default(),
            mail: Arc::default(),
            demo: false,
            backups: Arc::default(),
            workers,
            errands,
            exports,
            about,
        }
    }
    pub fn organisation(&self) -> String {
        self.about.read().map(|about| about.0.clone()).unwrap_or_default()
    }
    pub fn calendar_start(&self) -> i8 {
        self.about.read().map_or(4, |about| about.1)
    }
    pub fn set_about(&self, name: String, fiscal_start: i8) {
        if let Ok(mut about) = self.about.write() {
            *about = (name, fiscal_start);
        }
    }
}

/// What a handler gives: a page, a redirect, or a stop that the door turns into words.
pub type Answer = Result<Response, Stop>;

/// A request that is carried out once: its key, and the hash of its body as soon as somebody has read it.
#[derive(Clone)]
pub struct Keyed {
    pub key: String,
    pub body: Arc<OnceLock<String>>,
}

impl Keyed {
    fn pair(&self) -> (String, String) {
        (self.key.clone(), self.body.get().cloned().unwrap_or_default())
    }
}

/// A signed-in request.
#[derive(Clone)]
pub struct Ctx {
    pub app: App,
    pub actor: Actor,
    pub l: Lang,
    pub theme: &'static str,
    /// Path without the query.
    pub path: String,
    /// Path with the query.
    pub address: String,
    /// What has just happened, once.
    pub flash: Option<String>,
    /// Hash of the session.
    pub session: String,
    /// Idempotency key of a POST and what came with it.
    pub request: Option<Keyed>,
}

impl Ctx {
    pub fn today(&self) -> Date {
        self.app.clock.today()
    }
    pub fn this_month(&self) -> Month {
        Month::of(self.today())
    }
    /// The person as a unit of work knows them, now.
    pub fn who(&self) -> Who {
        let who = Who::new(self.actor.clone(), &self.app.clock);
        Who { session: self.session.clone(), request: self.request.as_ref().map(Keyed::pair), ..who }
    }
    /// Says what came in a body that the door did not read, such as a file: under one key only one thing can be sent.
    pub fn came(&self, parts: &[&str]) {
        if let Some(keyed) = &self.request {
            let _ = keyed.body.set(Hash::of(parts.join("\0").as_bytes()).to_string());
        }
    }
    /// The same person for work that goes on behind the answer: it has no request of its own.
    #[must_use]
    pub fn behind(&self) -> Self {
        Self { request: None, ..self.clone() }
    }
    /// What the person is told of such work; a fault of ours is logged here, because nobody waits for it.
    pub fn told(done: Done<()>) -> Option<Refusal> {
        match done {
            Ok(()) => None,
            Err(Stop::Refusal(refusal)) => Some(refusal),
            Err(stop) => {
                tracing::error!(cause = %stop, "work behind a request failed");
                Some(Refusal::Because((
                    "こちらの不具合で、処理を終えられませんでした。何も変わっていません。もう一度実行してください。",
                    "Something went wrong on our side. Nothing has changed. Please try again.",
                )))
            }
        }
    }
    /// One look at one snapshot.
    #[expect(
        clippy::unused_async,
        reason = "a unit of work is awaited, so that it may move off this thread one day"
    )]
    pub async fn read<T>(&self, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        tokio::task::block_in_place(|| self.app.db.read(self.who(), look))
    }
    /// One act, sealed and committed.
    #[expect(
        clippy::unused_async,
        reason = "a unit of work is awaited, so that it may move off this thread one day"
    )]
    pub async fn write<T>(&self, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        tokio::task::block_in_place(|| self.app.db.write(self.who(), &self.app.chance, act))
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        // The door lets nobody through without one, except to the public addresses, which ask for a Guest.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())
    }
}

/// A request of somebody who may not be signed in.
#[derive(Clone)]
pub struct Guest {
    pub app: App,
    pub l: Lang,
    pub theme: &'static str,
    pub address: String,
    /// The page of ours from which the request was sent.
    pub came_from: Option<String>,
    /// Whether the request acts.
    pub acts: bool,
}

impl FromRequestParts<App> for Guest {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

/// A filled template as a page.
pub fn page(template: &impl Template) -> Answer {
    match template.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => Err(Stop::Fault(super::fault::Fault::broken(error))),
    }
}

/// A redirect after an act.
pub fn go(address: impl AsRef<str>) -> Answer {
    let place = HeaderValue::from_str(address.as_ref()).map_err(|_| Stop::Refusal(Refusal::NotFound))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}

/// A redirect after an act, with a sentence about it on the next page.
pub fn go_saying(address: impl AsRef<str>, sentence: &str) -> Answer {
    let mut response = go(address)?;
    let cookie = ["flash=", &percent(sentence), "; Path=/; HttpOnly; SameSite=Lax; Max-Age=30"].concat();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// A file to keep, never shown in place (TRUST.md threat 13): fixed type, quoted name in both spellings.
pub fn download(name: &str, kind: &'static str, bytes: impl Into<Body>) -> Answer {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent(name));
    let place = HeaderValue::from_str(&value).map_err(super::fault::Fault::broken)?;
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, place),
        (header::CONTENT_SECURITY_POLICY, sandbox),
    ];
    Ok((headers, bytes.into()).into_response())
}

/// Text as it may stand in a header or an address.
pub fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
            out.push(hex(byte >> 4));
            out.push(hex(byte & 15));
        }
    }
    out
}

/// The reverse of [`percent`]; `None` for what is no such text.
pub fn unpercent(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut at = text.bytes();
    while let Some(byte) = at.next() {
        if byte == b'%' {
            let pair = [at.next()?, at.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
