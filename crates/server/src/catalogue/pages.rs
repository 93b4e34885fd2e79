//! Pages of the catalogue of threats: the list with what waits, and the form of one threat.

use super::acts;
use super::form::{ThreatForm, Typed};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::{Lang, fold};
use crate::house::work::Rx;
use crate::risk::{cards, store};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use meguri_domain::asset::Medium;
use meguri_domain::catalogue::{Contents, EVERY_STAGE, STAGES};
use meguri_domain::ids::{AssetId, ControlId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::Threat;
use meguri_domain::{Refusal, Word};
use serde::Deserialize;

#[derive(Deserialize, Default)]
pub struct Filter {
    /// Words to look for.
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "catalogue/index.html")]
struct Index {
    shell: Shell,
    lead: String,
    q: String,
    may: bool,
    updates: Vec<Update>,
    fresh: Vec<Fresh>,
    rows: Vec<Row>,
    form: Option<ThreatForm>,
}

/// A shipped threat whose wording has changed.
struct Update {
    id: String,
    version: i64,
    title: String,
    /// Field, what stands, what is shipped now.
    differences: Vec<(&'static str, String, String)>,
    req: String,
}

/// A shipped threat that is not in the catalogue yet.
struct Fresh {
    id: String,
    title: String,
    words: String,
    req: String,
}

struct Row {
    id: String,
    title: String,
    medium: &'static str,
    stage: &'static str,
    cia: String,
    controls: String,
    origin: &'static str,
}

impl Fresh {
    fn of(l: Lang, (id, contents): (ThreatId, Contents), req: String) -> Self {
        Self {
            id: id.to_string(),
            title: l.t(&contents.name_ja, &contents.name_en).to_owned(),
            words: l.t(&contents.vulnerability_ja, &contents.vulnerability_en).to_owned(),
            req,
        }
    }
}

#[derive(Template)]
#[template(path = "catalogue/threat.html")]
struct ThreatPage {
    shell: Shell,
    title: String,
    back: (String, &'static str),
    form: ThreatForm,
}

/// GET /threats
pub async fn index(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    page(&ctx.read(|rx| look(&ctx, rx, &filter, None)).await?)
}

/// POST /threats
pub async fn add(ctx: Ctx, body: Bytes) -> Answer {
    let typed = Typed::read(&body);
    match ctx.write(|tx| acts::add(tx, typed.draft())).await {
        Ok(threat) => {
            let said = ctx.l.t("脅威を加えました。", "The threat was added.");
            go_saying(format!("/threats#{}", threat.id), said)
        }
        Err(stop) => {
            let refusal = at_the_form(stop)?;
            let seen = Filter::default();
            let template = ctx.read(|rx| look(&ctx, rx, &seen, Some((&typed, &refusal)))).await?;
            refused_page(&template, refusal)
        }
    }
}

/// GET /threats/{id}
pub async fn threat(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = ThreatId::new(id).ok_or(Refusal::NotFound)?;
    page(&ctx.read(|rx| one(&ctx, rx, &id, None)).await?)
}

/// POST /threats/{id}
pub async fn change(ctx: Ctx, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = ThreatId::new(id).ok_or(Refusal::NotFound)?;
    let typed = Typed::read(&body);
    match ctx.write(|tx| acts::change(tx, &id, typed.version, typed.draft())).await {
        Ok(_) => {
            go_saying(format!("/threats#{id}"), ctx.l.t("脅威の内容を保存しました。", "The threat is saved."))
        }
        Err(stop) => {
            let refusal = at_the_form(stop)?;
            let template = ctx.read(|rx| one(&ctx, rx, &id, Some((&typed, &refusal)))).await?;
            refused_page(&template, refusal)
        }
    }
}

#[derive(Deserialize, Default)]
pub struct Decision {
    #[serde(default)]
    version: String,
    #[serde(default)]
    answer: String,
}

/// POST /threats/{id}/update
pub async fn decide(
    ctx: Ctx,
    Path(id): Path<String>,
    axum::extract::Form(form): axum::extract::Form<Decision>,
) -> Answer {
    let id = ThreatId::new(id).ok_or(Refusal::NotFound)?;
    let version = form.version.parse().unwrap_or(0);
    let decided = ctx.write(|tx| match form.answer.as_str() {
        "bring" => acts::bring(tx, &id),
        answer => acts::decide(tx, &id, version, answer == "take"),
    });
    decided.await?;
    let said = match form.answer.as_str() {
        "take" | "bring" => ctx.l.t("更新を取り込みました。", "The update was taken."),
        _ => ctx.l.t("今の内容のままにしました。", "It stays as it is."),
    };
    go_saying("/threats", said)
}

/// GET /risks/assets/{asset}/threats
pub async fn free(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    page(&ctx.read(|rx| beside(&ctx, rx, &id, None)).await?)
}

/// POST /risks/assets/{asset}/threats
pub async fn add_free(ctx: Ctx, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    let typed = Typed::read(&body);
    match ctx.write(|tx| acts::add_free(tx, &id, typed.draft())).await {
        Ok(threat) => {
            let said = ctx.l.t("リスクを加えました。評価してください。", "The risk was added. Judge it now.");
            let threat = threat.id;
            go_saying(format!("/risks/assets/{id}?threat={threat}#card-{threat}"), said)
        }
        Err(stop) => {
            let refusal = at_the_form(stop)?;
            let template = ctx.read(|rx| beside(&ctx, rx, &id, Some((&typed, &refusal)))).await?;
            refused_page(&template, refusal)
        }
    }
}

/// A refusal that speaks of the form; every other one is shown by itself.
fn at_the_form(stop: Stop) -> Done<Refusal> {
    match stop {
        Stop::Refusal(refusal) if !matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) => Ok(refusal),
        stop => Err(stop),
    }
}

fn refused_page(template: &impl Template, refusal: Refusal) -> Answer {
    let mut response = page(template)?;
    *response.status_mut() = refused::status(&Stop::Refusal(refusal));
    Ok(response)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, filter: &Filter, refused: Option<(&Typed, &Refusal)>) -> Done<Index> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let may = ctx.actor.may_everywhere(Act::EditCriteria);
    let all = store::threats(rx)?;
    let shipped = crate::risk::acts::shipped()?;
    let update = |threat: &Threat| {
        let (_, brought) =
            shipped.iter().find(|(id, contents)| *id == threat.id && threat.has_update(contents))?;
        Some(Update {
            id: threat.id.to_string(),
            version: threat.version,
            title: cards::name(l, threat).to_owned(),
            differences: differences(l, &threat.contents(), brought),
            req: ctx.app.chance.id(),
        })
    };
    let updates: Vec<Update> = all.iter().filter(|_| may).filter_map(update).collect();
    let fresh = if may { acts::fresh(rx)? } else { Vec::new() };
    let fresh: Vec<Fresh> = fresh.into_iter().map(|each| Fresh::of(l, each, ctx.app.chance.id())).collect();
    let own = all.iter().filter(|each| !shipped.iter().any(|(id, _)| *id == each.id)).count();
    let wanted = fold(&filter.q);
    let row = |threat: &Threat| Row {
        id: threat.id.to_string(),
        title: cards::name(l, threat).to_owned(),
        medium: l.w(threat.medium.word()),
        stage: stage(l, &threat.stage),
        cia: threat.cia.clone(),
        controls: threat.controls.iter().map(ControlId::as_str).collect::<Vec<_>>().join(l.t("、", ", ")),
        origin: match (shipped.iter().any(|(id, _)| *id == threat.id), threat.is_own_wording()) {
            (false, _) => l.t("自社", "Our own"),
            (true, true) => l.t("出荷時（自社で変更）", "Shipped, changed by us"),
            (true, false) => l.t("出荷時", "Shipped"),
        },
    };
    let rows = all.iter().map(row);
    let fits = |row: &Row| {
        wanted.is_empty()
            || fold(&[&row.id, " ", &row.title, " ", row.medium, " ", row.stage].concat()).contains(&wanted)
    };
    let form = may.then(|| match refused {
        Some((typed, refusal)) => typed.form(l, "/threats".into(), Some(refusal)),
        None => ThreatForm::empty(l, "/threats".into()),
    });
    Ok(Index {
        shell: Shell::new(ctx, "脅威の一覧", "Threats", ctx.this_month()),
        lead: lead(l, all.len(), own, updates.len() + fresh.len()),
        q: filter.q.clone(),
        may,
        updates,
        fresh,
        rows: rows.filter(fits).collect(),
        form,
    })
}

fn lead(l: Lang, all: usize, own: usize, waiting: usize) -> String {
    let waits = match (waiting, l.is_ja()) {
        (0, _) => String::new(),
        (n, true) => format!("取り込むか決めていない更新が{n}件あります。"),
        (n, false) => format!(" {} for your answer.", Lang::many(n, "update waits", "updates wait")),
    };
    match l {
        Lang::Ja => format!("{all}件の脅威があり、うち{own}件は自社で加えたものです。{waits}"),
        Lang::En => format!("{}, {own} our own.{waits}", Lang::many(all, "threat", "threats")),
    }
}

/// A stage in the reader's language.
pub fn stage(l: Lang, code: &str) -> &'static str {
    STAGES.iter().chain([&EVERY_STAGE]).find(|each| each.0 == code).map_or("", |each| l.w(*each))
}

/// What an update would change, in both languages: whoever takes it takes all of it. The reader's language stands first.
fn differences(l: Lang, now: &Contents, brought: &Contents) -> Vec<(&'static str, String, String)> {
    let controls = |of: &Contents| of.controls.iter().map(ControlId::as_str).collect::<Vec<_>>().join(", ");
    let text = |word: Word, of: fn(&Contents) -> &String| (l.w(word), of(now).clone(), of(brought).clone());
    let names = [
        text(("名称", "Name in Japanese"), |of| &of.name_ja),
        text(("名称（英語）", "Name"), |of| &of.name_en),
    ];
    let weaknesses = [
        text(("脆弱性", "Weakness in Japanese"), |of| &of.vulnerability_ja),
        text(("脆弱性（英語）", "Weakness"), |of| &of.vulnerability_en),
    ];
    let between = [
        (l.t("媒体", "Medium"), l.w(now.medium.word()).to_owned(), l.w(brought.medium.word()).to_owned()),
        (l.t("局面", "Stage"), stage(l, &now.stage).to_owned(), stage(l, &brought.stage).to_owned()),
        (l.t("失われるもの", "Lost"), now.cia.clone(), brought.cia.clone()),
    ];
    let last = [
        (l.t("管理策", "Controls"), controls(now), controls(brought)),
        text(("よくある対応", "Usual answer"), |of| &of.policy_ja),
    ];
    let own_first = |mut both: [(&'static str, String, String); 2]| {
        if !l.is_ja() {
            both.reverse();
        }
        both
    };
    let all = own_first(names).into_iter().chain(between).chain(own_first(weaknesses)).chain(last);
    all.filter(|(_, now, brought)| now != brought).collect()
}

fn one(ctx: &Ctx, rx: &Rx<'_>, id: &ThreatId, refused: Option<(&Typed, &Refusal)>) -> Done<ThreatPage> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let threat = store::threat(rx, &rx.scope(Act::SeeRisk), id)?;
    let may = match &threat.department_id {
        Some(department) => ctx.actor.may(Act::AssessRisk, department),
        None => ctx.actor.may_everywhere(Act::EditCriteria),
    };
    if !may {
        return Err(Refusal::NotAllowed.into());
    }
    let action = format!("/threats/{id}");
    let form = match refused {
        Some((typed, refusal)) => typed.form(l, action, Some(refusal)).at(threat.version),
        None => Typed::of(l, &threat).form(l, action, None),
    };
    Ok(ThreatPage {
        shell: Shell::new(ctx, "脅威の編集", "Edit a threat", ctx.this_month()),
        title: cards::name(l, &threat).to_owned(),
        back: ("/threats".into(), l.t("脅威の一覧", "Threats")),
        form,
    })
}

fn beside(ctx: &Ctx, rx: &Rx<'_>, id: &AssetId, refused: Option<(&Typed, &Refusal)>) -> Done<ThreatPage> {
    let l = ctx.l;
    let asset = crate::asset::store::find(rx, &rx.scope(Act::SeeRisk), id)?;
    let action = format!("/risks/assets/{id}/threats");
    let form = match refused {
        Some((typed, refusal)) => typed.form(l, action, Some(refusal)),
        None => ThreatForm::beside(l, action, Medium::of(&asset.medium)),
    };
    Ok(ThreatPage {
        shell: Shell::new(ctx, "一覧にないリスクを加える", "Add a risk that is not listed", ctx.this_month()),
        title: asset.name.clone(),
        back: (format!("/risks/assets/{id}"), l.t("リスクの評価", "Judging risks")),
        form,
    })
}
