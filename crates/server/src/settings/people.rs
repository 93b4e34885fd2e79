//! The settings of people: the list, one person with their posts, links for passwords, leavers.

use super::acts::{self, NewPost};
use super::sent::{Sent, Tab, Typed, back, day, day_or, refused, tabs, text};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::{Lang, fold};
use crate::house::work::Rx;
use crate::people::{acts as people, store};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, header};
use meguri_domain::ids::{DepartmentId, PersonId, PostingId};
use meguri_domain::people::{Act, Person, Posting, Role};
use meguri_domain::{Date, Refusal};
use serde::Deserialize;
use std::collections::HashMap;

/// How many persons a page shows.
const PER_PAGE: usize = 100;

/// Everybody with their posts.
#[derive(Template)]
#[template(path = "settings/people.html")]
struct People {
    shell: Shell,
    tabs: Vec<Tab>,
    lead: String,
    rows: Vec<Row>,
    chips: Vec<(&'static str, &'static str, usize)>,
    q: String,
    only: String,
    at: usize,
    pages: usize,
    may_edit: bool,
    sent: Sent,
}

struct Row {
    id: String,
    name: String,
    email: String,
    posts: String,
    badge: (&'static str, &'static str, &'static str),
}

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: String,
}

/// GET /settings
pub async fn settings(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    go("/settings/people")
}

/// GET /settings/people
pub async fn index(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    page(&list(&ctx, query, Sent::default()).await?)
}

/// POST /settings/people
pub async fn enrol(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    match ctx.write(|tx| people::enrol(tx, text(&form, "name"), text(&form, "email"))).await {
        Ok(person) => {
            let said = ctx.l.t(
                "登録しました。続けて、役割とパスワード設定のリンクを用意してください。",
                "Enrolled. Now give this person a post and a link for the password.",
            );
            go_saying(["/settings/people/", person.id.as_str()].concat(), said)
        }
        Err(stop) => {
            let sent = back(&ctx, stop, ("enrol", form))?;
            let query = ListQuery { q: String::new(), only: String::new(), page: String::new() };
            refused(&list(&ctx, query, sent).await?)
        }
    }
}

async fn list(ctx: &Ctx, query: ListQuery, sent: Sent) -> Done<People> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    let l = ctx.l;
    let (persons, postings, names) =
        ctx.read(|rx| Ok((store::persons(rx)?, store::postings(rx)?, store::names(rx, rx.today())?))).await?;
    let mut held: HashMap<PersonId, Vec<Posting>> = HashMap::new();
    for posting in postings.into_iter().filter(|each| each.is_in_force(ctx.today())) {
        held.entry(posting.person_id.clone()).or_default().push(posting);
    }
    let groups = [
        ("", l.t("在籍", "Active")),
        ("unset", l.t("パスワード未設定", "No password yet")),
        ("idle", l.t("役割なし", "No post")),
        ("left", l.t("退職", "Left")),
    ];
    let count = |code: &str| persons.iter().filter(|each| is_in(code, each, &held)).count();
    let chips = groups.into_iter().map(|(code, word)| (code, word, count(code))).collect();
    let sought = fold(&query.q);
    let rows =
        persons.iter().filter(|each| is_in(&query.only, each, &held)).map(|each| row(l, each, &held, &names));
    let fits = |row: &Row| fold(&[row.name.as_str(), &row.email, &row.posts].join(" ")).contains(&sought);
    let found: Vec<Row> = rows.filter(fits).collect();
    let pages = found.len().div_ceil(PER_PAGE).max(1);
    let at = query.page.parse().unwrap_or(1usize).clamp(1, pages);
    let active = count("");
    let lead = if l.is_ja() {
        format!("{active}人が在籍しています。")
    } else {
        format!("{} active.", l.count(active, "人", "person", "people"))
    };
    Ok(People {
        shell: Shell::new(ctx, "設定", "Settings", ctx.this_month()),
        tabs: tabs(ctx, "/settings/people"),
        lead,
        rows: found.into_iter().skip((at - 1) * PER_PAGE).take(PER_PAGE).collect(),
        chips,
        q: query.q,
        only: query.only,
        at,
        pages,
        may_edit: ctx.actor.may_everywhere(Act::EditPeople),
        sent,
    })
}

/// Whether a person belongs to a group of the list.
fn is_in(group: &str, person: &Person, held: &HashMap<PersonId, Vec<Posting>>) -> bool {
    match group {
        "unset" => person.active && person.password.is_empty(),
        "idle" => person.active && !held.contains_key(&person.id),
        "left" => !person.active,
        _ => person.active,
    }
}

fn row(
    l: Lang,
    person: &Person,
    held: &HashMap<PersonId, Vec<Posting>>,
    names: &HashMap<DepartmentId, String>,
) -> Row {
    let posts = held.get(&person.id).map_or(&[][..], Vec::as_slice);
    let words: Vec<String> = posts.iter().map(|each| post_words(l, each, names)).collect();
    Row {
        id: person.id.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        posts: words.join(l.t("、", ", ")),
        badge: badge(l, person),
    }
}

fn badge(l: Lang, person: &Person) -> (&'static str, &'static str, &'static str) {
    match (person.active, person.password.is_empty()) {
        (false, _) => ("quiet", "─", l.t("退職", "Left")),
        (true, true) => ("warn", "△", l.t("パスワード未設定", "No password yet")),
        (true, false) => ("good", "○", l.t("利用中", "In use")),
    }
}

fn post_words(l: Lang, posting: &Posting, names: &HashMap<DepartmentId, String>) -> String {
    let name = posting.department_id.as_ref().and_then(|id| names.get(id));
    name.map_or_else(
        || l.w(posting.role.word()).to_owned(),
        |name| [name, " ", l.w(posting.role.word())].concat(),
    )
}

/// One person.
#[derive(Template)]
#[template(path = "settings/person.html")]
struct PersonPage {
    shell: Shell,
    tabs: Vec<Tab>,
    id: String,
    name: String,
    email: String,
    active: bool,
    badge: (&'static str, &'static str, &'static str),
    posts: Vec<PostRow>,
    /// Posts in force that a new one may take the place of.
    replaceable: Vec<(String, String)>,
    roles: Vec<(&'static str, &'static str)>,
    departments: Vec<(String, String)>,
    today: String,
    may_edit: bool,
    /// Whether this person may ask to have a leaver erased.
    may_ask_erasure: bool,
    /// The path of a link for the password, shown once.
    link: String,
    sent: Sent,
}

struct PostRow {
    id: String,
    words: String,
    from_on: String,
    to_on: String,
    state: (&'static str, &'static str, &'static str),
    may_end: bool,
    req: String,
}

/// GET /settings/people/{id}
pub async fn person(ctx: Ctx, Path(id): Path<String>) -> Answer {
    page(&one(&ctx, &person_id(id)?, (String::new(), Sent::default())).await?)
}

async fn one(ctx: &Ctx, id: &PersonId, (link, sent): (String, Sent)) -> Done<PersonPage> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    ctx.read(|rx| filled(ctx, rx, id, (link, sent))).await
}

fn filled(ctx: &Ctx, rx: &Rx<'_>, id: &PersonId, (link, sent): (String, Sent)) -> Done<PersonPage> {
    let l = ctx.l;
    let person = store::person(rx, id)?;
    let names = store::names(rx, rx.today())?;
    let mut postings = store::postings_of(rx, id)?;
    postings.reverse();
    let today = rx.today();
    let may_edit = ctx.actor.may_everywhere(Act::EditPeople);
    let row = |each: &Posting| PostRow {
        id: each.id.to_string(),
        words: post_words(l, each, &names),
        from_on: l.day(&each.from_on),
        to_on: l.day_or(&each.to_on),
        state: post_state(l, each, today),
        may_end: may_edit
            && person.active
            && each.to_on.is_none_or(|end| end >= today && end >= each.from_on),
        req: ctx.app.chance.id(),
    };
    let replaceable = postings
        .iter()
        .filter(|each| each.is_in_force(today))
        .map(|each| (each.id.to_string(), post_words(l, each, &names)))
        .collect();
    let open =
        store::departments(rx)?.into_iter().filter(|each| each.closes_on.is_none_or(|last| last >= today));
    let departments = open.map(|each| {
        let name = names.get(&each.id).cloned().unwrap_or_default();
        (each.id.to_string(), [each.code.as_str(), " ", &name].concat())
    });
    let mut shell = Shell::new(ctx, "設定", "Settings", ctx.this_month());
    shell.title.clone_from(&person.name);
    Ok(PersonPage {
        tabs: tabs(ctx, "/settings/people"),
        id: person.id.to_string(),
        active: person.active,
        badge: badge(l, &person),
        posts: postings.iter().map(row).collect(),
        replaceable,
        roles: Role::ALL.iter().map(|role| (role.code(), l.w(role.word()))).collect(),
        departments: departments.collect(),
        today: today.to_string(),
        may_edit,
        may_ask_erasure: !person.active && ctx.actor.may_everywhere(Act::AskErasure),
        link,
        sent,
        name: person.name,
        email: person.email,
        shell,
    })
}

fn post_state(l: Lang, posting: &Posting, today: Date) -> (&'static str, &'static str, &'static str) {
    if posting.is_in_force(today) {
        ("good", "○", l.t("現在", "Now"))
    } else if posting.from_on > today && posting.to_on.is_none_or(|end| end >= posting.from_on) {
        ("quiet", "・", l.t("予定", "To come"))
    } else {
        ("quiet", "─", l.t("終了", "Ended"))
    }
}

/// POST /settings/people/{id}/invitation: the link is on the page that answers, and nowhere else.
pub async fn invitation(ctx: Ctx, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = person_id(id)?;
    // The browser says under which address it reached us; a proxy in between may hide it from ourselves.
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.starts_with("http"));
    let secret = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditPeople)?;
            if !store::person(tx, &id)?.active {
                return Err(Refusal::WrongState { state: ("退職", "left") }.into());
            }
            people::invite(tx, Some(&id))
        })
        .await?;
    page(&one(&ctx, &id, ([origin.unwrap_or(""), "/set-up/", &secret].concat(), Sent::default())).await?)
}

/// POST /settings/people/{id}/postings
pub async fn posting(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Typed>) -> Answer {
    let id = person_id(id)?;
    let done = match new_post(&form) {
        Ok(new) => ctx.write(|tx| acts::post(tx, &id, &new)).await,
        Err(refusal) => {
            ctx.actor.must_everywhere(Act::EditPeople).map_err(Stop::from).and(Err(refusal.into()))
        }
    };
    match done {
        Ok(_) => go_saying(
            ["/settings/people/", id.as_str()].concat(),
            ctx.l.t("役割を登録しました。", "The post is saved."),
        ),
        Err(stop) => {
            let sent = back(&ctx, stop, ("post", form))?;
            refused(&one(&ctx, &id, (String::new(), sent)).await?)
        }
    }
}

fn new_post(form: &Typed) -> Result<NewPost, Refusal> {
    let role = Role::from_code(text(form, "role"))
        .ok_or(Refusal::Missing { field: "role", word: ("役割", "Role") })?;
    let chosen = |name: &str| Some(text(form, name)).filter(|text| !text.is_empty());
    Ok(NewPost {
        role,
        department: chosen("department_id")
            .map(|id| DepartmentId::new(id).ok_or(Refusal::NotFound))
            .transpose()?,
        from_on: day(form, "from_on", ("開始日", "First day"))?,
        to_on: day_or(form, "to_on", ("終了日", "Last day"))?,
        instead_of: chosen("instead_of").map(|id| PostingId::new(id).ok_or(Refusal::NotFound)).transpose()?,
    })
}

/// POST /settings/postings/{id}/end
pub async fn end_posting(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Typed>) -> Answer {
    let id = PostingId::new(id).ok_or(Refusal::NotFound)?;
    let last = day(&form, "last", ("終了日", "Last day"))?;
    let ended = ctx.write(|tx| people::end_posting(tx, &id, last)).await?;
    go_saying(
        ["/settings/people/", ended.person_id.as_str()].concat(),
        ctx.l.t("役割の終了日を登録しました。", "The last day of the post is saved."),
    )
}

/// POST /settings/people/{id}/departure
pub async fn departure(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = person_id(id)?;
    let left = ctx.write(|tx| people::leave(tx, &id)).await;
    match left {
        Ok(_) => go_saying(
            "/settings/people",
            ctx.l.t(
                "退職として登録しました。この人はもうサインインできません。",
                "Marked as left. This person can no longer sign in.",
            ),
        ),
        Err(stop) => {
            let sent = back(&ctx, stop, ("leave", Typed::new()))?;
            refused(&one(&ctx, &id, (String::new(), sent)).await?)
        }
    }
}

fn person_id(id: String) -> Result<PersonId, Stop> {
    PersonId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))
}
