//! Sessions: who is signed in. The cookie holds a secret, the table its hash; authority is read afresh each time.

use super::store;
use crate::house::db::Value;
use crate::house::door::{COOKIE, Typed};
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::cell;
use crate::house::layout::Shell;
use crate::house::way;
use crate::house::web::{Answer, App, Guest, go, page, percent};
use crate::house::work::Who;
use crate::{open, plain};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use meguri_domain::Refusal;
use meguri_domain::ids::PersonId;
use meguri_domain::people::{Act, Actor};
use meguri_record::Hash;

/// A session ends after this long without a request.
const IDLE_MS: i64 = 30 * 60 * 1000;
/// And after this long in any case.
const WHOLE_MS: i64 = 12 * 60 * 60 * 1000;
/// After this many wrong passwords an account waits.
const MOST_FAILURES: i64 = 10;
/// So long does it wait.
const WAIT_MS: i64 = 15 * 60 * 1000;

/// The actor behind a cookie, with the hash of the session; `None` when there is none any more.
pub fn enter(app: &App, cookie: Option<&str>) -> Done<Option<(Actor, String)>> {
    let Some(secret) = cookie else { return Ok(None) };
    let id = Hash::of(secret.as_bytes()).to_string();
    let who = house(app);
    let now = app.clock.now_ms();
    let found = app.db.read(who.clone(), |rx| {
        let rows = rx.open_rows(
            open!("SELECT person_id, began_at, seen_at FROM session WHERE id = $1"),
            &[Value::Text(id.clone())],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (began, seen): (i64, i64) = (cell(row, 1)?, cell(row, 2)?);
        if now - began > WHOLE_MS || now - seen > IDLE_MS {
            return Ok(None);
        }
        let actor = store::actor(rx, &cell::<PersonId>(row, 0)?, rx.today())?;
        Ok(actor.map(|actor| (actor, seen)))
    })?;
    let Some((actor, seen)) = found else { return Ok(None) };
    if now - seen > 60_000 {
        let values = [Value::Int(now), Value::Text(id.clone())];
        let noted = app.db.write(who, &app.chance, |tx| {
            Ok(tx.run(plain!("UPDATE session SET seen_at = $1 WHERE id = $2"), &values)?)
        });
        if let Err(stop) = noted {
            // A full or locked database still shows its pages.
            tracing::warn!(cause = %stop, "a session was seen, but not noted");
        }
    }
    Ok(Some((actor, id)))
}

/// Begins a session and gives its cookie.
pub fn begin(app: &App, person: &PersonId) -> Done<HeaderValue> {
    let token = app.chance.token();
    let secret = [&token, ".", &mark(&token, person)].concat();
    let id = Hash::of(secret.as_bytes()).to_string();
    let now = app.clock.now_ms();
    let values = [Value::Text(id), Value::Text(person.to_string()), Value::Int(now)];
    app.db.write(house(app), &app.chance, |tx| {
        tx.run(plain!("DELETE FROM session WHERE began_at < $1"), &[Value::Int(now - WHOLE_MS)])?;
        tx.run(
            plain!("INSERT INTO session (id, person_id, began_at, seen_at) VALUES ($1, $2, $3, $3)"),
            &values,
        )?;
        Ok(())
    })?;
    let cookie = [COOKIE, "=", &secret, "; Path=/; Secure; HttpOnly; SameSite=Lax"].concat();
    Ok(HeaderValue::from_str(&cookie).map_err(Fault::broken)?)
}

/// The mark by which a cookie is known as a person's when its session is long gone; it names nobody.
fn mark(token: &str, person: &PersonId) -> String {
    Hash::of([token, person.as_str()].concat().as_bytes()).to_string()
}

/// Whether a cookie, perhaps of a session that has ended, was given to this person.
pub fn was_given_to(cookie: &str, person: &PersonId) -> bool {
    cookie.split_once('.').is_some_and(|(token, own)| own == mark(token, person))
}

/// Ends a session.
pub fn end(app: &App, session: &str) -> Done<()> {
    let values = [Value::Text(session.to_owned())];
    app.db.write(house(app), &app.chance, |tx| {
        tx.run(plain!("DELETE FROM session WHERE id = $1"), &values).map_err(Into::into)
    })?;
    Ok(())
}

/// The hash of a password (Argon2id, its defaults), as a PHC string.
pub fn hash(password: &str) -> Done<String> {
    if password.chars().count() < 12 {
        return Err(Refusal::Unfit {
            field: "password",
            word: ("パスワード", "Password"),
            hint: (
                "12文字以上にしてください。長い文の形が覚えやすく安全です。",
                "Use at least 12 characters; a long phrase is easy to remember and safe.",
            ),
        }
        .into());
    }
    if password.len() > 256 {
        return Err(
            Refusal::TooLong { field: "password", word: ("パスワード", "Password"), most: 256 }.into()
        );
    }
    let phc = Argon2::default().hash_password(password.as_bytes()).map_err(Fault::broken)?;
    Ok(phc.to_string())
}

/// The person whose address and password these are. Wrong address and wrong password answer alike, and take alike long.
pub fn recognise(app: &App, email: &str, password: &str) -> Done<PersonId> {
    let email = email.trim().to_lowercase();
    let now = app.clock.now_ms();
    let (person, failures) = app.db.read(house(app), |rx| {
        let rows = rx.open_rows(
            open!("SELECT count, last_at FROM sign_in_failure WHERE email = $1"),
            &[Value::Text(email.clone())],
        )?;
        let failures: (i64, i64) =
            rows.first().map_or(Ok((0, 0)), |row| Ok::<_, Fault>((cell(row, 0)?, cell(row, 1)?)))?;
        Ok((store::person_by_email(rx, &email)?, failures))
    })?;
    if failures.0 >= MOST_FAILURES && now - failures.1 < WAIT_MS {
        return Err(Refusal::Because((
            "サインインの失敗が続いたため、しばらく受け付けません。15分ほど待ってから、もう一度試してください。",
            "Too many failed attempts. Wait about 15 minutes, then try again.",
        ))
        .into());
    }
    let known = person.filter(|person| person.active && !person.password.is_empty());
    let phc = known.as_ref().map_or(NOBODY, |person| person.password.as_str());
    let parsed = argon2::password_hash::phc::PasswordHash::new(phc).map_err(Fault::broken)?;
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    if let Some(person) = known.filter(|_| right) {
        return Ok(person.id);
    }
    remember_failure(app, &email, now)?;
    Err(Refusal::Because((
        "サインインできませんでした。メールアドレスかパスワードが違います。確かめて、もう一度入力してください。",
        "Sign-in failed: the mail address or the password is wrong. Check both and try again.",
    ))
    .into())
}

fn remember_failure(app: &App, email: &str, now: i64) -> Done<()> {
    let upsert = plain!(
                "INSERT INTO sign_in_failure (email, count, last_at) VALUES ($1, 1, $2)
                 ON CONFLICT (email) DO UPDATE SET count = CASE WHEN sign_in_failure.last_at < $3 THEN 1 ELSE sign_in_failure.count + 1 END, last_at = $2"
            );
    let email: String = email.chars().take(254).collect();
    let values = [Value::Text(email), Value::Int(now), Value::Int(now - WAIT_MS)];
    app.db.write(house(app), &app.chance, |tx| Ok(tx.run(upsert, &values)?))?;
    Ok(())
}

/// A hash that no password has, so that unknown addresses take as long as known ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The sign-in page.
#[derive(Template)]
#[template(path = "people/sign_in.html")]
pub struct SignIn {
    pub shell: Shell,
    pub next: String,
    pub email: String,
    pub refusal: Option<String>,
    /// What was typed into a form whose session had ended; sent on after its person has signed in.
    pub carried: String,
    /// Whether nobody has been enrolled yet, so that nobody can sign in.
    pub empty: bool,
    /// In a demo, the persons to choose from: id, name, post.
    pub persons: Vec<(String, String, String)>,
}

/// Asks who it is. An act that came too late keeps what was typed and goes on after sign-in, if it is known
/// whose it is: the cookie of the ended session says so to the same person only.
pub fn ask(guest: &Guest, typed: &Typed, cookie: Option<&str>) -> Answer {
    if !guest.acts {
        let next = percent(&guest.address);
        return go(["/sign-in?next=", &next].concat());
    }
    let l = guest.l;
    let known = cookie.is_some_and(|cookie| cookie.contains('.'));
    let carries = known && !typed.0.is_empty();
    let refusal = if carries {
        l.t(
            "サインアウトしています。もう一度サインインすると、入力した内容をそのまま送信できます。",
            "You were signed out. Sign in again and what you entered is sent on.",
        )
    } else if typed.0.is_empty() {
        l.t(
            "サインアウトしています。サインインして、元の画面からもう一度操作してください。",
            "You were signed out. Sign in and act again from the page you came from.",
        )
    } else {
        l.t(
            "サインアウトしています。だれの入力か分からないため、入力した内容は引き継げません。ブラウザで前の画面に戻ると、内容を控えられます。",
            "You were signed out. What you entered cannot be handed on, because it is not known whose it is. Go back in the browser to copy it.",
        )
    };
    let carried = if carries { serde_json::to_string(&typed.0).unwrap_or_default() } else { String::new() };
    let stood = || way::parent(way::path_of(&guest.address), true).unwrap_or_else(|| "/".into());
    let next = if carries { guest.address.clone() } else { guest.came_from.clone().unwrap_or_else(stood) };
    let template = super::pages::sign_in(guest, &next, String::new(), Some(refusal.into()), carried)?;
    let mut response: Response = page(&template)?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Form"));
    Ok(response)
}

/// The house at work before anybody is known.
pub fn house(app: &App) -> Who {
    Who::new(system(), &app.clock)
}

/// Whom a command names by his mail address, if he works here and may do this everywhere today; else `no`.
pub fn by_mail(app: &App, mail: &str, act: Act, no: Refusal) -> Done<Who> {
    let actor = app.db.read(house(app), |rx| {
        let person = store::person_by_email(rx, mail.trim())?.filter(|person| person.active);
        let Some(person) = person else { return Ok(None) };
        Ok(store::actor(rx, &person.id, rx.today())?)
    })?;
    let actor = actor.filter(|actor| actor.may_everywhere(act)).ok_or(no)?;
    Ok(Who::new(actor, &app.clock))
}

/// The actor of the house itself.
#[expect(clippy::expect_used, reason = "a literal of the right shape")]
pub fn system() -> Actor {
    Actor::system(PersonId::new("system").expect("a literal of the right shape"))
}

/// Shows a stop of sign-in as its sentence.
pub fn sentence(guest: &Guest, stop: Stop) -> Done<String> {
    match stop {
        Stop::Refusal(refusal) => Ok(guest.l.refusal(&refusal)),
        other => Err(other),
    }
}
