//! What an application for the PrivacyMark asks for: page one of the ledger in real use, and the risks of its rows with
//! their answers (DOMAIN.md §2.6).

use super::exporting::{each, fault, nameless};
use super::filter::Filter;
use crate::house::fault::{Done, Fault};
use crate::house::work::Rx;
use crate::{risk, treatment};
use meguri_domain::asset::Asset;
use meguri_domain::ids::{ControlId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Risk, Threat};
use meguri_domain::treatment::PlanRow;
use meguri_sheet::{BookWriter, Design, RiskLine, Title};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// So many rows of the ledger fit on one page that can still be read.
pub const MOST_ROWS: i64 = 20;

/// The catalogues by which risks are put into words.
struct Words {
    threats: HashMap<ThreatId, Threat>,
    controls: HashMap<ControlId, String>,
}

/// Writes both sheets into a file without a name.
pub fn write(rx: &Rx<'_>, filter: &Filter, title: &Title, folder: &Path) -> Done<File> {
    // First of all, because it makes the folder that the writer needs as well.
    let target = nameless(folder)?;
    let mut page = Vec::new();
    each(rx, filter, usize::try_from(MOST_ROWS).unwrap_or(0), |asset, row| {
        page.push((asset.clone(), row));
        Ok(())
    })?;
    let mut writer = BookWriter::begin(title, &Design::Ledger, folder).map_err(fault)?;
    let words = words(rx)?;
    let mut risks = Vec::new();
    for (number, (asset, row)) in (1..).zip(&page) {
        writer.write(row).map_err(fault)?;
        risks.extend(lines(rx, number, asset, &words)?);
    }
    let mut out = BufWriter::new(target);
    writer.finish_application(title, &risks, &mut out).map_err(fault)?;
    Ok(out.into_inner().map_err(|error| Fault::Full(error.to_string()))?)
}

fn words(rx: &Rx<'_>) -> Result<Words, Fault> {
    let threats = risk::store::threats_in_sight(rx, &rx.scope(Act::SeeRisk))?
        .into_iter()
        .map(|threat| (threat.id.clone(), threat))
        .collect();
    let controls = risk::store::controls(rx)?.into_iter();
    let named = controls.map(|control| {
        let name = [control.id.as_str(), " ", &control.title_ja].concat();
        (control.id, name)
    });
    Ok(Words { threats, controls: named.collect() })
}

/// The risks of an asset in the newest year in which it was judged, within what the actor may see.
fn lines(rx: &Rx<'_>, number: u32, asset: &Asset, words: &Words) -> Result<Vec<RiskLine>, Fault> {
    let judged = risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset.id)?;
    let newest = judged.first().map(|risk| risk.fiscal_year);
    let mut lines = Vec::new();
    for risk in judged.iter().filter(|risk| Some(risk.fiscal_year) == newest) {
        let plan = treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &risk.id)?;
        lines.push(line(number, asset, risk, plan.as_ref(), words));
    }
    Ok(lines)
}

fn line(number: u32, asset: &Asset, risk: &Risk, plan: Option<&PlanRow>, words: &Words) -> RiskLine {
    let threat = words.threats.get(&risk.threat_id);
    let text = |read: fn(&Threat) -> &String| threat.map(read).cloned().unwrap_or_default();
    let mut vulnerability = text(|threat| &threat.vulnerability_ja);
    if !risk.note.is_empty() {
        let told = [&vulnerability, "\n", &risk.note].concat();
        told.trim().clone_into(&mut vulnerability);
    }
    let controls = |row: &PlanRow| {
        let names: Vec<&str> = row
            .controls
            .iter()
            .map(|id| words.controls.get(id).map_or(id.as_str(), String::as_str))
            .collect();
        names.join("\n")
    };
    let answer = plan.map(|row| {
        let due = format!("{}/{}/{}", row.due_on.year(), row.due_on.month(), row.due_on.day());
        [row.policy.word().0.to_owned(), controls(row), row.task.clone(), row.owner.clone(), due]
    });
    RiskLine {
        number,
        name: asset.name.clone(),
        stage: text(|threat| &threat.stage),
        threat: text(|threat| &threat.name_ja),
        vulnerability,
        scores: [risk.importance, risk.threat, risk.vulnerability, risk.likelihood, risk.value],
        level: risk.level.word().0.to_owned(),
        answer: answer.unwrap_or_default(),
        residual: plan.map(|row| row.residual),
    }
}
