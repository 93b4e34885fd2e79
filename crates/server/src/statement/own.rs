//! Pages of the company's own controls: the list with the form that adds one, and one that is changed.

use super::acts;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::work::Rx;
use crate::{risk, say};
use askama::Template;
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::control::{ControlDraft, ControlGroup};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use meguri_domain::risk::Control;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "statement/own.html")]
struct OwnPage {
    shell: Shell,
    lead: String,
    lines: Vec<(String, String, &'static str, String)>,
    form: OwnForm,
    /// Whether one of them is changed; otherwise one is added.
    editing: Option<(String, i64)>,
    groups: Vec<(&'static str, &'static str, bool)>,
    problem: Option<(String, &'static str)>,
    may_edit: bool,
}

impl OwnPage {
    /// Whether the refusal speaks of a field; the template asks.
    fn wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|(_, of)| *of == field)
    }
}

#[derive(Deserialize, Default, Clone)]
pub struct OwnForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    title_ja: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    note: String,
}

impl OwnForm {
    fn of(control: &Control) -> Self {
        Self {
            version: control.version.to_string(),
            number: control.id.to_string(),
            group: ControlGroup::of(control).map_or("", ControlGroup::code).to_owned(),
            title_ja: control.title_ja.clone(),
            title_en: control.title_en.clone(),
            note: control.note.clone(),
        }
    }

    fn draft(&self) -> ControlDraft {
        ControlDraft {
            group: ControlGroup::from_code(&self.group),
            title_ja: self.title_ja.clone(),
            title_en: self.title_en.clone(),
            note: self.note.replace("\r\n", "\n"),
        }
    }
}

/// GET /statement/own
pub async fn list(ctx: Ctx) -> Answer {
    page(&ctx.read(|rx| look(&ctx, rx, None, None)).await?)
}

/// GET /statement/own/{id}
pub async fn control(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::EditCriteria)?;
    let id = ControlId::new(id).ok_or(Refusal::NotFound)?;
    page(&ctx.read(|rx| look(&ctx, rx, Some(&id), None)).await?)
}

/// POST /statement/own
pub async fn add(ctx: Ctx, Form(form): Form<OwnForm>) -> Answer {
    ctx.actor.must_everywhere(Act::EditCriteria)?;
    match ctx.write(|tx| acts::add_control(tx, &form.number, form.draft())).await {
        Ok(control) => {
            let id = &control.id;
            let said = say!(
                ctx.l,
                "管理策{id}を追加しました。適用するかどうかを決めてください。",
                "Control {id} is added. Decide whether it applies."
            );
            go_saying(format!("/statement/controls/{id}"), &said)
        }
        Err(stop) => refuse(&ctx, None, form, stop).await,
    }
}

/// POST /statement/own/{id}
pub async fn edit(ctx: Ctx, Path(id): Path<String>, Form(form): Form<OwnForm>) -> Answer {
    ctx.actor.must_everywhere(Act::EditCriteria)?;
    let id = ControlId::new(id).ok_or(Refusal::NotFound)?;
    let version = form.version.parse().unwrap_or(0);
    match ctx.write(|tx| acts::edit_control(tx, &id, version, form.draft())).await {
        Ok(_) => go_saying("/statement/own", ctx.l.t("管理策を保存しました。", "The control is saved.")),
        Err(stop) => refuse(&ctx, Some(&id), form, stop).await,
    }
}

/// The same page with what was typed, and the refusal at its field.
async fn refuse(ctx: &Ctx, id: Option<&ControlId>, form: OwnForm, stop: Stop) -> Answer {
    let Stop::Refusal(refusal) = &stop else { return Err(stop) };
    if matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) {
        return Err(stop);
    }
    let mut response = page(&ctx.read(|rx| look(ctx, rx, id, Some((form, refusal)))).await?)?;
    *response.status_mut() = refused::status(&stop);
    Ok(response)
}

fn look(
    ctx: &Ctx,
    rx: &Rx<'_>,
    id: Option<&ControlId>,
    refused: Option<(OwnForm, &Refusal)>,
) -> Done<OwnPage> {
    let l = ctx.l;
    ctx.actor.must_everywhere(Act::SeeStatement)?;
    let own: Vec<Control> = risk::store::controls(rx)?.into_iter().filter(Control::is_own).collect();
    let asked = id.map(|id| own.iter().find(|each| each.id == *id).ok_or(Refusal::NotFound)).transpose()?;
    let problem = refused.as_ref().map(|(_, refusal)| {
        let said = l.refusal(refusal);
        let stands = asked.filter(|_| matches!(refusal, Refusal::Stale { .. }));
        let said = match stands.map(|each| (l.t(&each.title_ja, &each.title_en), &each.note)) {
            Some((title, note)) => {
                say!(l, "{said}保存されている内容：{title}　{note}", "{said} What stands now: {title} {note}")
            }
            None => said,
        };
        (said, refusal.field().unwrap_or("number"))
    });
    let mut form = match (refused, asked) {
        (Some((form, _)), _) => form,
        (None, Some(control)) => OwnForm::of(control),
        (None, None) => OwnForm::default(),
    };
    if let Some(control) = asked {
        form.number = control.id.to_string();
    }
    let group = |each: &Control| ControlGroup::of(each).map_or("", |group| l.w(group.word()));
    let line = |each: &Control| {
        (each.id.to_string(), l.t(&each.title_ja, &each.title_en).to_owned(), group(each), each.note.clone())
    };
    let n = own.len();
    Ok(OwnPage {
        shell: Shell::new(ctx, "自社の管理策", "Our own controls", ctx.this_month()),
        lead: if n == 0 {
            l.t("自社の管理策は、まだありません。", "There is no control of our own yet.").to_owned()
        } else {
            say!(l, "自社の管理策が{n}件あります。", "Controls of our own: {n}.")
        },
        lines: own.iter().map(line).collect(),
        editing: asked.map(|each| (each.id.to_string(), each.version)),
        groups: ControlGroup::ALL
            .iter()
            .map(|each| (each.code(), l.w(each.word()), each.code() == form.group))
            .collect(),
        form,
        problem,
        may_edit: ctx.actor.may_everywhere(Act::EditCriteria),
    })
}
