//! The last step of an import of risks: its lines are taken in, all of them or the good ones.

use super::draft::Draft;
use super::matching::Target;
use super::pages::{address, open_draft};
use super::preview::{self, Judged, Ready};
use crate::asset::{applied, draft_store};
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, go, go_saying};
use crate::house::work::Tx;
use crate::risk::acts::{Order, judge_many};
use crate::treatment;
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::ids::{DepartmentId, ImportId, ThreatId};
use meguri_domain::import::{Import, ImportKind, ImportState};
use meguri_domain::risk::{Grounds, Risk, Threat};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize)]
pub struct Confirmation {
    /// `good` to leave out the lines that wait for a person.
    #[serde(default)]
    take: String,
    /// What the page showed, see [`preview::seen`].
    #[serde(default)]
    seen: String,
}

/// POST /risks/import/{id}/confirmation
pub async fn confirm(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Confirmation>) -> Answer {
    let good_only = form.take == "good";
    ctx.write(|tx| {
        let (name, draft) = open_draft(tx, &id)?;
        let (_, lines) = preview::look(tx, &draft)?;
        let tally = preview::tally(&lines);
        if tally.open() > 0 && !good_only {
            return Err(unmended(tally.open()).into());
        }
        if preview::seen(&lines) != form.seen {
            return Err(Refusal::Because(MOVED).into());
        }
        take(tx, &lines)?;
        let import = Import {
            id: ImportId::new(id.clone()).ok_or(Refusal::NotFound)?,
            version: 1,
            person_id: tx.actor().person.clone(),
            file_name: name,
            sha256: draft.sha256.clone(),
            applied_on: tx.today(),
            departments: departments(&lines),
            added: count(tally.new),
            changed: count(tally.changed),
            unchanged: count(tally.same),
            state: ImportState::Applied,
            remaining: 0,
            kind: ImportKind::Risks,
        };
        tx.act("risk.imported");
        tx.save(Import::apply(import))?;
        remember(tx, &draft)?;
        Ok(draft_store::discard(tx, &id)?)
    })
    .await?;
    go(address(&id))
}

/// Takes lines in, department by department: free risks first, then the judgements, then the rows of the plan.
fn take(tx: &Tx<'_>, lines: &[Judged]) -> Done<()> {
    let mut by_department: BTreeMap<&DepartmentId, Vec<(&Asset, &Ready)>> = BTreeMap::new();
    for line in lines {
        if let (Some(department), Some(asset), Some(ready)) = (&line.department, &line.asset, &line.ready) {
            by_department.entry(department).or_default().push((asset, ready));
        }
    }
    for (department, ready) in by_department {
        let mut added: HashMap<String, ThreatId> = HashMap::new();
        let (mut threats, mut orders) = (Vec::new(), Vec::new());
        for (asset, ready) in &ready {
            let threat = threat(tx, department, &mut added, &ready.target)?;
            if ready.judges {
                orders.push(Order { asset, threat: threat.clone(), order: ready.order.clone() });
            }
            threats.push(threat);
        }
        let judged = judge_many(tx, &orders, "risk.imported", Some(Grounds::File))?;
        let by_key: HashMap<(&str, &str), &Risk> =
            judged.iter().map(|risk| ((risk.asset_id.as_str(), risk.threat_id.as_str()), risk)).collect();
        for ((asset, ready), threat) in ready.iter().zip(&threats) {
            let Some((version, plan)) = &ready.plan else { continue };
            let now = by_key.get(&(asset.id.as_str(), threat.as_str())).copied();
            let risk = now.or(ready.before.as_ref()).ok_or(Refusal::NotFound)?;
            treatment::acts::write(tx, &risk.id, *version, plan.clone())?;
        }
    }
    Ok(())
}

/// The threat of a line; a free risk is added once for all lines that name it.
fn threat(
    tx: &Tx<'_>,
    department: &DepartmentId,
    added: &mut HashMap<String, ThreatId>,
    target: &Target,
) -> Done<ThreatId> {
    match target {
        Target::Known(id) => Ok(id.clone()),
        Target::Free(draft) => {
            let name = crate::house::words::fold(&draft.name);
            if let Some(id) = added.get(&name) {
                return Ok(id.clone());
            }
            let change =
                Threat::add(tx.id(ThreatId::new), Some(department.clone()), (**draft).clone(), tx.actor())?;
            let id = tx.save(change)?.id;
            added.insert(name, id.clone());
            Ok(id)
        }
    }
}

/// The next file with the same headings comes with the same columns.
fn remember(tx: &Tx<'_>, draft: &Draft) -> Done<()> {
    for table in draft.read_tables() {
        let chosen: BTreeMap<u16, meguri_sheet::RiskField> =
            table.columns.iter().filter_map(|column| Some((column.index, column.field?))).collect();
        let body = serde_json::to_string(&chosen).map_err(crate::house::fault::Fault::broken)?;
        applied::keep_mapping(tx, &super::sheets::key(&table), &body)?;
    }
    Ok(())
}

fn departments(lines: &[Judged]) -> Vec<DepartmentId> {
    let ready = lines.iter().filter(|line| line.ready.is_some());
    let mut all: Vec<DepartmentId> = ready.filter_map(|line| line.department.clone()).collect();
    all.sort();
    all.dedup();
    all
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

const MOVED: meguri_domain::Word = (
    "確認の画面を開いたあとで、評価か対応計画が変わったため、取り込んでいません。前の画面に戻って読み込み直し、変わるところを確かめてから、もう一度取り込んでください。",
    "Nothing was imported: a judgement or the plan has changed since you looked. Go back, load the page again, look at what would change, and import then.",
);

fn unmended(open: usize) -> Refusal {
    Refusal::Said {
        ja: format!(
            "確かめる行が{open}行残っているため、取り込んでいません。直すか、除いてから、もう一度取り込んでください。"
        ),
        en: format!(
            "Nothing was imported: {open} rows still wait for you. Mend them or leave them out, then import."
        ),
    }
}

/// POST /risks/import/{id}/cancellation
pub async fn cancel(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.write(|tx| {
        draft_store::draft(tx, ImportKind::Risks, &id)?;
        Ok(draft_store::discard(tx, &id)?)
    })
    .await?;
    let said = ctx.l.t(
        "取込をやめました。リスクは何も変わっていません。",
        "The import was cancelled. No risk has changed.",
    );
    go_saying("/risks/import", said)
}
