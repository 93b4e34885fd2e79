//! Pages of signing in and setting up; forms in, pages out. (Settings of people stand in `settings/`.)

use super::session::{self, SignIn};
use super::{acts, store};
use crate::house::door::{COOKIE, cookie, fields};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::way;
use crate::house::web::{Answer, App, Ctx, Guest, go, page};
use crate::house::words::Lang;
use crate::labels::Labels;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use meguri_domain::ids::PersonId;
use meguri_domain::people::Role;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
pub struct NextQuery {
    #[serde(default)]
    next: String,
}

/// GET /sign-in
pub async fn sign_in_page(guest: Guest, Query(query): Query<NextQuery>) -> Answer {
    page(&sign_in(&guest, safe(&query.next), String::new(), None, String::new())?)
}

#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// In a demo: the person who was chosen.
    #[serde(default)]
    person: String,
    #[serde(default)]
    next: String,
    /// The fields of a form whose session had ended, as JSON.
    #[serde(default)]
    carried: String,
}

/// POST /sign-in
pub async fn sign_in_act(guest: Guest, headers: HeaderMap, Form(form): Form<SignInForm>) -> Answer {
    let app = &guest.app;
    let recognised = tokio::task::block_in_place(|| match PersonId::new(form.person.clone()) {
        Some(person) if app.demo => Ok(person),
        _ => session::recognise(app, &form.email, &form.password),
    });
    let person = match recognised {
        Ok(person) => person,
        Err(stop) => {
            let sentence = session::sentence(&guest, stop)?;
            let template = sign_in(&guest, safe(&form.next), form.email, Some(sentence), form.carried)?;
            let mut response = page(&template)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    let session = tokio::task::block_in_place(|| session::begin(app, &person))?;
    let own = cookie(&headers, COOKIE).is_some_and(|cookie| session::was_given_to(&cookie, &person));
    let mut response = match form.carried.as_str() {
        "" => go(safe(&form.next))?,
        _ if own => resume(&guest, &form, &person)?,
        // Somebody else left it: the next person learns neither what it says nor where it was going.
        _ => go("/")?,
    };
    response.headers_mut().append(header::SET_COOKIE, session);
    Ok(response)
}

/// What was typed before the session ended, ready to be sent on.
#[derive(Template)]
#[template(path = "people/resume.html")]
struct Resume {
    shell: Shell,
    next: String,
    /// Under the words of the form, to be read.
    typed: Vec<(String, String)>,
    /// As it is sent.
    sent: Vec<(String, String)>,
    /// The page on which the form stood, where it is known.
    back: Option<String>,
}

fn resume(guest: &Guest, form: &SignInForm, person: &PersonId) -> Answer {
    let sent: Vec<(String, String)> = serde_json::from_str(&form.carried).unwrap_or_default();
    let sent: Vec<_> = sent.into_iter().filter(|(name, _)| name != "req").collect();
    let (app, title) = (&guest.app, guest.l.t("続きを送信", "Send on"));
    let actor = tokio::task::block_in_place(|| {
        app.db.read(session::house(app), |rx| Ok(store::actor(rx, person, rx.today())?))
    })?;
    let next = safe(&form.next).to_owned();
    let path = way::path_of(&next);
    let labels = Labels::of(guest.l, path, &sent, actor.as_ref().map(|actor| (app, actor)));
    let (typed, back) = (labels.read(&sent), way::parent(path, true));
    let shell = Shell::bare(app, guest.l, guest.theme, title, "/");
    page(&Resume { shell, next, typed, sent, back })
}

/// POST /sign-out
pub async fn sign_out(ctx: Ctx) -> Answer {
    tokio::task::block_in_place(|| session::end(&ctx.app, &ctx.session))?;
    let mut response = go("/sign-in")?;
    let gone = [COOKIE, "=; Path=/; Secure; HttpOnly; Max-Age=0"].concat();
    response.headers_mut().append(
        header::SET_COOKIE,
        HeaderValue::from_str(&gone).map_err(crate::house::fault::Fault::broken)?,
    );
    Ok(response)
}

/// The founding page, or a person's first password.
#[derive(Template)]
#[template(path = "people/set_up.html")]
struct SetUp {
    shell: Shell,
    secret: String,
    founding: bool,
    refusal: Option<String>,
    organisation: String,
    fiscal_start: i8,
    name: String,
    email: String,
}

/// GET /set-up/{secret}
pub async fn set_up_page(guest: Guest, Path(secret): Path<String>) -> Answer {
    let whose = tokio::task::block_in_place(|| {
        guest.app.db.read(session::house(&guest.app), |rx| acts::invitation(rx, &secret))
    })?;
    let shell =
        Shell::bare(&guest.app, guest.l, guest.theme, guest.l.t("最初の設定", "Set-up"), &guest.address);
    let template = SetUp {
        shell,
        secret,
        founding: whose.is_none(),
        refusal: None,
        organisation: String::new(),
        fiscal_start: 4,
        name: String::new(),
        email: String::new(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub struct SetUpForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    fiscal_start: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// POST /set-up/{secret}
pub async fn set_up_act(guest: Guest, Path(secret): Path<String>, Form(form): Form<SetUpForm>) -> Answer {
    let app = &guest.app;
    let fiscal_start: i8 = form.fiscal_start.parse().unwrap_or(4);
    let done = tokio::task::block_in_place(|| {
        let password = session::hash(&form.password)?;
        app.db.write(session::house(app), &app.chance, |tx| {
            let whose = acts::invitation(tx, &secret)?;
            let person = if let Some(person) = whose {
                tx.save(store::person(tx, &person)?.set_password(password))?.id
            } else {
                let SetUpForm { organisation, name, email, .. } = &form;
                acts::found(tx, &acts::Founding { organisation, fiscal_start, name, email, password })?
            };
            acts::use_invitation(tx, &secret)?;
            Ok(person)
        })
    });
    match done {
        Ok(person) => {
            crate::calendar::refresh(app)?;
            let session = tokio::task::block_in_place(|| session::begin(app, &person))?;
            let mut response = go("/")?;
            response.headers_mut().append(header::SET_COOKIE, session);
            Ok(response)
        }
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let whose = tokio::task::block_in_place(|| {
                app.db.read(session::house(app), |rx| acts::invitation(rx, &secret))
            })?;
            let shell =
                Shell::bare(app, guest.l, guest.theme, guest.l.t("最初の設定", "Set-up"), &guest.address);
            let refusal = Some(guest.l.refusal(&refusal));
            let SetUpForm { organisation, name, email, .. } = form;
            let template = SetUp {
                shell,
                secret,
                founding: whose.is_none(),
                refusal,
                organisation,
                fiscal_start,
                name,
                email,
            };
            let mut response = page(&template)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(stop) => Err(stop),
    }
}

/// POST /language and POST /theme: a choice kept in the browser.
pub async fn language(guest: Guest, headers: HeaderMap, body: String) -> Answer {
    choose(&guest, &headers, &body, "lang", &["ja", "en"])
}

pub async fn theme(guest: Guest, headers: HeaderMap, body: String) -> Answer {
    choose(&guest, &headers, &body, "theme", &["auto", "light", "dark"])
}

fn choose(_: &Guest, headers: &HeaderMap, body: &str, name: &str, allowed: &[&str]) -> Answer {
    let typed = fields(body.as_bytes());
    let value = |name: &str| typed.iter().find(|(each, _)| each == name).map(|(_, value)| value.clone());
    let chosen =
        value(name).filter(|value| allowed.contains(&value.as_str())).or_else(|| cookie(headers, name));
    let mut response: Response = go(safe(&value("next").unwrap_or_default()))?;
    if let Some(chosen) = chosen.filter(|value| allowed.contains(&value.as_str())) {
        let cookie = [name, "=", &chosen, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"].concat();
        response.headers_mut().append(
            header::SET_COOKIE,
            HeaderValue::from_str(&cookie).map_err(crate::house::fault::Fault::broken)?,
        );
    }
    Ok(response)
}

/// So many of the departments' people are offered in a demo; those of the company stand below them.
const MOST_TO_CHOOSE: usize = 48;

/// In a demo only: everybody who can be chosen on the sign-in page, with their posts, in the order of roles
/// and departments.
pub fn persons_to_choose(app: &App, l: Lang) -> Done<Vec<(String, String, String)>> {
    if !app.demo {
        return Ok(Vec::new());
    }
    app.db.read(session::house(app), |rx| {
        let names = store::names(rx, rx.today())?;
        let codes: HashMap<_, _> =
            store::departments(rx)?.into_iter().map(|each| (each.id, each.code)).collect();
        let mut held: HashMap<PersonId, Vec<(Role, &str, String)>> = HashMap::new();
        for each in store::postings(rx)?.into_iter().filter(|each| each.is_in_force(rx.today())) {
            let of = |words: &HashMap<_, String>| {
                each.department_id.as_ref().and_then(|id| words.get(id)).cloned()
            };
            let code = each.department_id.as_ref().and_then(|id| codes.get(id)).map_or("", String::as_str);
            let role = l.w(each.role.word());
            let post = of(&names).map_or_else(|| role.to_owned(), |name| format!("{name} {role}"));
            held.entry(each.person_id).or_default().push((each.role, code, post));
        }
        let order = |role: Role| Role::ALL.iter().position(|each| *each == role);
        let mut people = Vec::new();
        for person in store::persons(rx)?.into_iter().filter(|person| person.active) {
            let mut posts = held.remove(&person.id).unwrap_or_default();
            posts.sort_by(|one, other| (order(one.0), one.1).cmp(&(order(other.0), other.1)));
            let first = posts.first().map(|(role, code, _)| (order(*role), *code));
            let words: Vec<String> = posts.into_iter().map(|(_, _, post)| post).collect();
            people.push((first, person.name, person.id.to_string(), words.join(l.t("、", ", "))));
        }
        people.sort();
        let company = people.iter().position(|(first, ..)| first.is_some_and(|(_, code)| code.is_empty()));
        let company = people.split_off(company.unwrap_or(people.len()));
        people.truncate(MOST_TO_CHOOSE);
        Ok(people.into_iter().chain(company).map(|(_, name, id, posts)| (id, name, posts)).collect())
    })
}

/// The sign-in page; in a house that nobody has set up it says so instead.
pub fn sign_in(
    guest: &Guest,
    next: &str,
    email: String,
    refusal: Option<String>,
    carried: String,
) -> Done<SignIn> {
    let app = &guest.app;
    let (persons, empty) = tokio::task::block_in_place(|| {
        let empty = app.db.read(session::house(app), |rx| Ok(store::is_empty(rx)?))?;
        Done::Ok((persons_to_choose(app, guest.l)?, empty))
    })?;
    // The page of an act that came too late has an address that cannot be looked at in another language.
    let here = if guest.acts { "/sign-in" } else { &guest.address };
    let shell = Shell::bare(app, guest.l, guest.theme, guest.l.t("サインイン", "Sign in"), here);
    Ok(SignIn { shell, next: next.to_owned(), email, refusal, carried, empty, persons })
}

/// An address of our own to go to; anything else becomes the home page.
fn safe(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n'])
        && !next.starts_with("/sign-in");
    if own { next } else { "/" }
}
