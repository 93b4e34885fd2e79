//! Pages of the register: a row, a new row, retirement.

use super::form::{AssetForm, FieldError};
use super::{acts, store};
use crate::criteria;
use crate::house::fault::{Done, Stop, beside};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::work::Rx;
use crate::people;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use meguri_domain::asset::{Asset, AssetDraft, AssetState};
use meguri_domain::criteria::Method;
use meguri_domain::handling::Handling;
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::{Refusal, Word};
use serde::Deserialize;

/// A department to choose, by id and name.
pub struct Choice {
    pub id: String,
    pub name: String,
}

#[derive(Template)]
#[template(path = "asset/row.html")]
struct RowPage {
    shell: Shell,
    asset: Asset,
    department: String,
    form: AssetForm,
    error: Option<FieldError>,
    media: Vec<String>,
    method: Method,
    may_edit: bool,
    may_see_risk: bool,
    may_ask_erasure: bool,
    /// The reason that was typed for a retirement, and what was wrong with it.
    reason: String,
    /// An own key for the second form of the page.
    second: String,
}

impl RowPage {
    fn wrong(&self, field: &str) -> Option<String> {
        FieldError::at(self.error.as_ref(), field)
    }
    fn is_lifted(&self) -> bool {
        self.method.personal_lifts && self.asset.holds_personal_data()
    }
    fn is_retired(&self) -> bool {
        self.asset.state == AssetState::Retired
    }
    /// The attributes of personal data that say something.
    fn attributes(&self) -> Vec<(&'static str, Word)> {
        let said = |(code, _): &&(&'static str, Word)| !self.asset.handling.get(code).is_empty();
        Handling::FIELDS.iter().filter(said).copied().collect()
    }
    /// What entrusted data still lacks, in words.
    fn lacks(&self) -> String {
        let l = self.shell.l;
        let lacks: Vec<&str> = self.asset.handling.lacks().into_iter().map(|word| l.w(word)).collect();
        lacks.join(l.t("と", ", "))
    }
}

/// GET /assets/{id}
pub async fn show(ctx: Ctx, Path(id): Path<AssetId>) -> Answer {
    let template = row_page(&ctx, &id, None, String::new(), None).await?;
    page(&template)
}

/// POST /assets/{id}
pub async fn edit(ctx: Ctx, Path(id): Path<AssetId>, Form(form): Form<AssetForm>) -> Answer {
    let done = match form.parse() {
        Ok(draft) => {
            ctx.write(|tx| {
                let before = store::find(tx, &tx.scope(Act::SeeRegister), &id)?;
                acts::edit(tx, &id, form.version(), draft).map_err(|stop| match stop {
                    Stop::Refusal(refusal) => beside(refusal, || AssetForm::standing(&before)),
                    other => other,
                })
            })
            .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(asset) if asset.version == form.version() => {
            go_saying(address(&id), ctx.l.t("変わったところはありません。", "Nothing was different."))
        }
        Ok(_) => go_saying(address(&id), ctx.l.t("保存しました。", "Saved.")),
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let error = FieldError::of(&refusal, ctx.l);
            unfit(page(&row_page(&ctx, &id, Some(form), String::new(), error).await?))
        }
        Err(stop) => Err(stop),
    }
}

#[derive(Deserialize)]
pub struct RetireForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

/// POST /assets/{id}/retirement
pub async fn retire(ctx: Ctx, Path(id): Path<AssetId>, Form(form): Form<RetireForm>) -> Answer {
    let version = form.version.parse().unwrap_or(0);
    match ctx.write(|tx| acts::retire(tx, &id, version, &form.reason)).await {
        Ok(asset) => {
            let sentence = match ctx.l {
                crate::house::words::Lang::Ja => {
                    format!("「{}」を廃止しました。記録は残っています。", asset.name)
                }
                crate::house::words::Lang::En => format!("“{}” was retired. Its record stays.", asset.name),
            };
            go_saying(address(&id), &sentence)
        }
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let error = FieldError::of(&refusal, ctx.l);
            unfit(page(&row_page(&ctx, &id, None, form.reason, error).await?))
        }
        Err(stop) => Err(stop),
    }
}

async fn row_page(
    ctx: &Ctx,
    id: &AssetId,
    form: Option<AssetForm>,
    reason: String,
    error: Option<FieldError>,
) -> Done<RowPage> {
    let (asset, department, media, method) = ctx
        .read(|rx| {
            let scope = rx.scope(Act::SeeRegister);
            let asset = store::find(rx, &scope, id)?;
            let department =
                people::store::names(rx, rx.today())?.remove(&asset.department_id).unwrap_or_default();
            Ok((asset, department, media(rx)?, criteria::acts::method(rx)?))
        })
        .await?;
    let shell = Shell::new(ctx, &asset.name, &asset.name, ctx.this_month());
    let may_edit = ctx.actor.may(Act::EditRegister, &asset.department_id) && asset.state == AssetState::InUse;
    let may_see_risk = ctx.actor.may(Act::SeeRisk, &asset.department_id);
    let form = form.unwrap_or_else(|| AssetForm::of(&asset));
    let second = ctx.app.chance.id();
    Ok(RowPage {
        shell,
        asset,
        department,
        form,
        error,
        media,
        method,
        may_edit,
        may_see_risk,
        may_ask_erasure: ctx.actor.may_everywhere(Act::AskErasure),
        reason,
        second,
    })
}

#[derive(Template)]
#[template(path = "asset/new.html")]
struct New {
    shell: Shell,
    departments: Vec<Choice>,
    form: AssetForm,
    error: Option<FieldError>,
    media: Vec<String>,
    method: Method,
    /// A row that stands already under the same department, name and medium.
    twin: Option<Asset>,
}

impl New {
    fn wrong(&self, field: &str) -> Option<String> {
        FieldError::at(self.error.as_ref(), field)
    }
}

#[derive(Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    department: String,
}

/// GET /assets/new
pub async fn new(ctx: Ctx, Query(query): Query<NewQuery>) -> Answer {
    let registered_on = ctx.today().to_string();
    let form = AssetForm { department: query.department, registered_on, ..AssetForm::default() };
    page(&new_page(&ctx, form, (None, None)).await?)
}

/// POST /assets
pub async fn create(ctx: Ctx, Form(form): Form<AssetForm>) -> Answer {
    let order = form.parse().and_then(|draft| {
        let missing = Refusal::Missing { field: "department", word: ("部門", "Department") };
        Ok((DepartmentId::new(form.department.clone()).ok_or(missing)?, draft))
    });
    let done = match order {
        Ok((department, draft)) => {
            if let Some(twin) = twin(&ctx, &form, &department, &draft).await? {
                return unfit(page(&new_page(&ctx, form, (None, Some(twin))).await?));
            }
            ctx.write(|tx| acts::register(tx, &department, draft)).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(asset) => go_saying(address(&asset.id), ctx.l.t("台帳に登録しました。", "Registered.")),
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let error = FieldError::of(&refusal, ctx.l);
            unfit(page(&new_page(&ctx, form, (error, None)).await?))
        }
        Err(stop) => Err(stop),
    }
}

/// The row that stands already under the same name, until the person says that this is another one.
async fn twin(
    ctx: &Ctx,
    form: &AssetForm,
    department: &DepartmentId,
    draft: &AssetDraft,
) -> Done<Option<Asset>> {
    if !form.again.is_empty() {
        return Ok(None);
    }
    ctx.read(|rx| Ok(store::twin(rx, &rx.scope(Act::EditRegister), department, draft)?)).await
}

async fn new_page(
    ctx: &Ctx,
    form: AssetForm,
    (error, twin): (Option<FieldError>, Option<Asset>),
) -> Done<New> {
    must_somewhere(ctx, Act::EditRegister)?;
    let (departments, media, method) =
        ctx.read(|rx| Ok((choices(rx, Act::EditRegister)?, media(rx)?, criteria::acts::method(rx)?))).await?;
    let shell = Shell::new(ctx, "情報資産を登録", "Register an asset", ctx.this_month());
    Ok(New { shell, departments, form, error, media, method, twin })
}

/// The departments within reach of an act that are open today, by code.
pub fn choices(rx: &Rx<'_>, act: Act) -> Done<Vec<Choice>> {
    let names = people::store::names(rx, rx.today())?;
    let open = people::store::departments_in(rx, &rx.scope(act))?
        .into_iter()
        .filter(|each| each.is_open(rx.today()));
    Ok(open
        .map(|each| Choice {
            name: names.get(&each.id).cloned().unwrap_or(each.code),
            id: each.id.to_string(),
        })
        .collect())
}

/// The words to propose for a medium: those of the common layout, then those that are in use.
fn media(rx: &Rx<'_>) -> Done<Vec<String>> {
    let mut words: Vec<String> = meguri_sheet::MEDIA.iter().map(ToString::to_string).collect();
    let own = store::media(rx, &rx.scope(Act::SeeRegister))?;
    words.extend(own.into_iter().filter(|word| !meguri_sheet::MEDIA.contains(&word.as_str())));
    Ok(words)
}

pub(super) fn must_somewhere(ctx: &Ctx, act: Act) -> Done<()> {
    if ctx.actor.may_somewhere(act) { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
}

/// A page that was asked to save something that does not fit.
pub(super) fn unfit(answer: Answer) -> Answer {
    let mut response = answer?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn address(id: &AssetId) -> String {
    ["/assets/", id.as_str()].concat()
}
