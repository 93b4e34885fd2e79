//! The page of the measures check: one answer a control, what follows for the risks, and threats judged for many assets at once.

use super::acts::{self, Ground};
use crate::house::door::fields;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::risk::scores::{self, Choice};
use crate::risk::{cards, store};
use crate::{people, say};
use askama::Template;
use axum::body::Bytes;
use axum::extract::Path;
use meguri_domain::Refusal;
use meguri_domain::ids::{ControlId, DepartmentId, ThreatId};
use meguri_domain::measure::{InPlace, MeasureDraft};
use meguri_domain::people::Act;
use meguri_domain::risk::Control;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "measure/index.html")]
struct Index {
    shell: Shell,
    id: DepartmentId,
    name: String,
    lead: String,
    may: bool,
    /// The key of each of the three forms.
    reqs: [String; 3],
    problem: Option<String>,
    groups: Vec<(String, Vec<Line>)>,
    moved: Vec<Moved>,
    /// Whether an answer says what some of them should be.
    followable: bool,
    question: &'static str,
    waiting: Vec<Waiting>,
    /// Whether the method asks for a vulnerability at all.
    asks: bool,
}

/// A control with its answer.
struct Line {
    id: String,
    title: String,
    assets: usize,
    version: i64,
    choices: Vec<(&'static str, &'static str, bool)>,
    note: String,
    said: String,
    /// What the line was filled with, so that a line nobody touched is left alone.
    was: String,
    noted: String,
    /// What was typed here while somebody else answered.
    mine: Option<String>,
}

/// A risk whose vulnerability is another one now.
struct Moved {
    href: String,
    asset: String,
    threat: String,
    before: i64,
    /// None: no answer bears on it any more.
    after: Option<i64>,
    by: String,
}

/// A threat that waits to be judged for many assets.
struct Waiting {
    id: String,
    title: String,
    assets: usize,
    /// The vulnerability that follows and why; none where no answer bears on it.
    follows: Option<(i64, String)>,
    choices: Vec<Choice>,
}

/// What was typed, by the name of its field.
#[derive(Default)]
struct Typed(HashMap<String, String>);

impl Typed {
    fn read(body: &[u8]) -> Self {
        Self(fields(body).into_iter().collect())
    }

    fn get(&self, field: &str, id: &str) -> Option<&str> {
        self.0.get(&[field, ".", id].concat()).map(String::as_str)
    }

    /// The answers that were given or changed. A line that nobody touched is left alone; a note needs a mark.
    fn drafts(&self, l: Lang, controls: &[Control]) -> Result<Vec<(i64, MeasureDraft)>, Refusal> {
        let mut drafts = Vec::new();
        for control in controls {
            let id = control.id.as_str();
            let said = |field: &str| self.get(field, id).unwrap_or_default();
            let note = said("note").replace("\r\n", "\n");
            if said("in_place") == said("was") && note == said("noted").replace("\r\n", "\n") {
                continue;
            }
            let Some(in_place) = InPlace::from_code(said("in_place")) else {
                if note.trim().is_empty() {
                    continue;
                }
                let title = cards::control(l, control);
                return Err(Refusal::Said {
                    ja: format!("「{title}」の実施状況を選んでください。補足だけでは保存できません。"),
                    en: format!("Choose how far “{title}” is in place. A note alone cannot be saved."),
                });
            };
            let version = said("version").parse().unwrap_or(0);
            drafts.push((version, MeasureDraft { control_id: control.id.clone(), in_place, note }));
        }
        Ok(drafts)
    }
}

fn department(id: String) -> Result<DepartmentId, Refusal> {
    DepartmentId::new(id).ok_or(Refusal::NotFound)
}

/// GET /risks/{department}/measures
pub async fn index(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = department(id)?;
    page(&ctx.read(|rx| look(&ctx, rx, &id, None)).await?)
}

/// POST /risks/{department}/measures
pub async fn answer(ctx: Ctx, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = department(id)?;
    let typed = Typed::read(&body);
    let answered = ctx.write(|tx| {
        people::store::department(tx, &tx.scope(Act::SeeRisk), &id)?;
        acts::answer(tx, &id, &typed.drafts(ctx.l, &store::controls(tx)?)?)
    });
    match answered.await {
        Ok(changed) => {
            let said = say!(
                ctx.l,
                "対策状況を保存しました（{changed}件の変更）。",
                "The measures check is saved ({changed} changed)."
            );
            go_saying(format!("/risks/{id}/measures"), &said)
        }
        Err(Stop::Refusal(
            refusal @ (Refusal::Stale { .. } | Refusal::TooLong { .. } | Refusal::Said { .. }),
        )) => {
            let template = ctx.read(|rx| look(&ctx, rx, &id, Some((&typed, &refusal)))).await?;
            let mut response = page(&template)?;
            *response.status_mut() = refused::status(&Stop::Refusal(refusal));
            Ok(response)
        }
        Err(stop) => Err(stop),
    }
}

/// POST /risks/{department}/measures/following
pub async fn follow(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = department(id)?;
    let many = ctx.write(|tx| acts::follow(tx, &id)).await?;
    let risks = Lang::many(many, "risk was", "risks were");
    let said = say!(
        ctx.l,
        "対策状況に合わせて、{many}件のリスクを評価し直しました。",
        "{risks} judged again by the measures check."
    );
    go_saying(format!("/risks/{id}/measures"), &said)
}

/// POST /risks/{department}/measures/judgements
pub async fn judge(ctx: Ctx, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = department(id)?;
    let typed = Typed::read(&body);
    let degree = |(name, value): (&String, &String)| {
        let threat = ThreatId::new(name.strip_prefix("degree.")?.to_owned())?;
        Some((threat, value.parse().ok().filter(|degree| *degree > 0)?))
    };
    let mut degrees: Vec<(ThreatId, i64)> = typed.0.iter().filter_map(degree).collect();
    degrees.sort();
    let many = ctx.write(|tx| acts::judge_waiting(tx, &id, &degrees)).await?;
    let risks = Lang::many(many, "risk was", "risks were");
    let said =
        say!(ctx.l, "{many}件のリスクを対策状況から評価しました。", "{risks} judged by the measures check.");
    go_saying(format!("/risks/{id}/measures"), &said)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, id: &DepartmentId, refused: Option<(&Typed, &Refusal)>) -> Done<Index> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRisk);
    people::store::department(rx, &scope, id)?;
    let ground = Ground::read(rx, id)?;
    let controls = store::controls(rx)?;
    let may = ctx.actor.may(Act::AssessRisk, id) && ground.criteria.is_some();
    let waiting = ground.waiting();
    let bears = ground.controls(&waiting);
    let groups = groups(l, (&ground, &bears), &controls, refused.map(|(typed, _)| typed));
    let lines = groups.iter().map(|(_, lines)| lines.len()).sum::<usize>();
    let open = groups.iter().flat_map(|(_, lines)| lines).filter(|line| line.version == 0).count();
    let moved = moved(l, &ground);
    let named = |control: &ControlId| {
        controls
            .iter()
            .find(|each| each.id == *control)
            .map_or_else(String::new, |each| cards::control(l, each))
    };
    let (question, waiting, asks) = match ground.asking() {
        Some(method) => (
            scores::question(l, method),
            waiting
                .into_iter()
                .map(|each| Waiting {
                    id: each.threat.id.to_string(),
                    title: cards::name(l, each.threat).to_owned(),
                    assets: each.assets.len(),
                    follows: each.follows.map(|follows| {
                        let (by, word) = (named(&follows.by), l.w(follows.in_place.word()));
                        (follows.vulnerability, say!(l, "{by}：{word}", "{by}: {word}"))
                    }),
                    choices: scores::choices(l, method, (0, 0)).into_iter().next().unwrap_or_default(),
                })
                .collect(),
            true,
        ),
        None => ("", Vec::new(), ground.criteria.is_none()),
    };
    Ok(Index {
        shell: Shell::new(ctx, "対策状況", "Measures check", ctx.this_month()),
        name: people::store::names(rx, rx.today())?.remove(id).unwrap_or_default(),
        id: id.clone(),
        lead: lead(l, lines, open, moved.len()),
        may,
        reqs: [(); 3].map(|()| ctx.app.chance.id()),
        problem: refused.map(|(_, refusal)| l.refusal(refusal)),
        groups,
        followable: moved.iter().any(|each| each.after.is_some()),
        moved,
        question,
        waiting,
        asks,
    })
}

fn lead(l: Lang, lines: usize, open: usize, moved: usize) -> String {
    if lines == 0 {
        return l
            .t(
                "この部門の資産に関わる管理策は、まだありません。先に情報資産を登録してください。",
                "No control bears on this department's assets yet. Register its assets first.",
            )
            .into();
    }
    let asked = if open == 0 {
        l.t("すべての管理策に回答しました。", "Every control is answered.").to_owned()
    } else {
        let controls = Lang::many(lines, "control", "controls");
        say!(l, "{lines}件の管理策のうち、{open}件が未回答です。", "Not answered: {open} of {controls}.")
    };
    if moved == 0 {
        return asked;
    }
    let risks = Lang::many(moved, "risk follows", "risks follow");
    say!(
        l,
        "{asked}回答が変わったため、{moved}件のリスクの見直しが必要です。",
        "{asked} {risks} from answers that have changed."
    )
}

/// The controls that bear on the department, by their Annex A group, with what was answered or typed.
fn groups(
    l: Lang,
    (ground, bears): (&Ground, &HashMap<ControlId, usize>),
    controls: &[Control],
    typed: Option<&Typed>,
) -> Vec<(String, Vec<Line>)> {
    let mut groups: Vec<(String, Vec<Line>)> = Vec::new();
    for control in controls {
        let Some(assets) = bears.get(&control.id).copied() else { continue };
        let id = control.id.as_str();
        let saved = ground.answers.iter().find(|each| each.control_id == control.id);
        let version = saved.map_or(0, |saved| saved.version);
        // Where somebody else answered meanwhile, what stands is shown, and what was typed is said beside it.
        let behind =
            typed.is_some_and(|typed| typed.get("version", id) != Some(version.to_string().as_str()));
        let mine = typed
            .filter(|_| behind)
            .and_then(|typed| Some((typed, InPlace::from_code(typed.get("in_place", id)?)?)));
        let mine = mine.filter(|(typed, in_place)| typed.get("was", id) != Some(in_place.code()));
        let typed = typed.filter(|_| !behind);
        let stood = saved.map(|saved| saved.in_place);
        let chosen = typed.map_or(stood, |typed| InPlace::from_code(typed.get("in_place", id)?));
        let kept = saved.map_or("", |saved| saved.note.as_str());
        let note = typed.and_then(|typed| typed.get("note", id)).unwrap_or(kept);
        let line = Line {
            title: cards::control(l, control),
            assets,
            version,
            was: stood.map_or("", InPlace::code).to_owned(),
            noted: kept.to_owned(),
            mine: mine.map(|(typed, in_place)| {
                let (word, note) = (l.w(in_place.word()), typed.get("note", id).unwrap_or_default());
                say!(l, "あなたの入力：{word} {note}", "What you entered: {word} {note}")
            }),
            choices: InPlace::ALL
                .iter()
                .map(|each| (each.code(), l.w(each.word()), chosen == Some(*each)))
                .collect(),
            note: note.to_owned(),
            said: saved.map_or_else(String::new, |saved| {
                let (name, day) = (&saved.answered.name, l.day(&saved.answered.on));
                say!(l, "{name}さん {day}", "{name}, {day}")
            }),
            id: id.to_owned(),
        };
        match groups.last_mut() {
            Some((group, lines)) if *group == control.annex_group => lines.push(line),
            _ => groups.push((control.annex_group.clone(), vec![line])),
        }
    }
    groups
}

fn moved(l: Lang, ground: &Ground) -> Vec<Moved> {
    let named = |id: &ThreatId| ground.catalogue.iter().find(|each| each.id == *id);
    let moved = ground.moved().into_iter().map(|(risk, asset, follows)| Moved {
        href: format!("/risks/assets/{}#card-{}", asset.id, risk.threat_id),
        asset: asset.name.clone(),
        threat: named(&risk.threat_id).map_or_else(String::new, |each| cards::name(l, each).to_owned()),
        before: risk.vulnerability,
        after: follows.as_ref().map(|each| each.vulnerability),
        by: follows.map_or_else(String::new, |each| each.by.to_string()),
    });
    moved.collect()
}
