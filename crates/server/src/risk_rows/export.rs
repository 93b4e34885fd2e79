//! The register of risks as a file: every judgement of the year with its row of the plan, in columns that can be read again.

use super::ground::Department;
use crate::asset::exporting::{fault, nameless};
use crate::asset::filter::Filter;
use crate::house::fault::{Done, Fault};
use crate::house::words::{Lang, fold};
use crate::house::work::Rx;
use crate::{criteria, people, risk};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::criteria::Criteria;
use meguri_domain::export::{Export, ExportFormat};
use meguri_domain::ids::{CriteriaId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Risk, Threat};
use meguri_domain::treatment::PlanRow;
use meguri_sheet::{RiskField, Table, Title, write_table, write_table_csv};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// More rows than this are taken out department by department.
const MOST: usize = 50_000;
/// Ids up to this length are numbers that a person may write; longer ones were drawn by chance.
const NUMBER: usize = 8;

/// How many rows a file would have, and how many of them are about personal data.
pub fn counts(rx: &Rx<'_>, filter: &Filter) -> Done<(i64, i64)> {
    let (mut rows, mut personal) = (0, 0);
    each(rx, filter, |_, asset, _, _| {
        rows += 1;
        personal += i64::from(asset.holds_personal_data());
        Ok(())
    })?;
    Ok((rows, personal))
}

/// The file of an export, as the risks stand now.
pub fn write(rx: &Rx<'_>, export: &Export, (filter, title): (&Filter, &Title), folder: &Path) -> Done<File> {
    let table = table(rx, filter, title)?;
    let bytes = match export.format {
        ExportFormat::Workbook => write_table(&table),
        ExportFormat::Text => write_table_csv(&table),
    };
    let mut file = nameless(folder)?;
    file.write_all(&bytes.map_err(fault)?).map_err(|error| Fault::of_disk(&error))?;
    Ok(file)
}

fn table(rx: &Rx<'_>, filter: &Filter, title: &Title) -> Done<Table> {
    let editions: HashMap<CriteriaId, Criteria> =
        criteria::store::all(rx)?.into_iter().map(|each| (each.id.clone(), each)).collect();
    let threats = risk::store::threats_in_sight(rx, &rx.scope(Act::SeeRisk))?;
    let threats: HashMap<_, _> = threats.into_iter().map(|each| (each.id.clone(), each)).collect();
    let mut names: HashMap<String, usize> = HashMap::new();
    for threat in threats.values() {
        *names.entry(fold(&threat.name_ja)).or_default() += 1;
    }
    let mut rows = Vec::new();
    each(rx, filter, |name, asset, risk, plan| {
        let threat = threats.get(&risk.threat_id);
        let numbered =
            threat.is_some_and(|each| names.get(&fold(&each.name_ja)).is_some_and(|many| *many > 1));
        let edition = editions.get(&risk.criteria_id);
        let scored = edition.is_none_or(|edition| edition.method_for(risk.personal).scored);
        let line = Line { name, asset, risk, threat, plan, numbered, scored };
        rows.push(RiskField::ALL.map(|field| line.text(field)).into());
        Ok(())
    })?;
    let year = Lang::Ja.year(risk::store::fiscal_year(rx)?);
    Ok(Table {
        title: title.clone(),
        above: vec![year],
        columns: RiskField::ALL.map(|field| (field.ja().to_owned(), width(field))).into(),
        rows,
        frozen: 2,
    })
}

/// Every judgement of the year about assets in use, department by department, by asset.
fn each(
    rx: &Rx<'_>,
    filter: &Filter,
    mut take: impl FnMut(&str, &Asset, &Risk, Option<&PlanRow>) -> Done<()>,
) -> Done<()> {
    let names = people::store::names(rx, rx.today())?;
    let mut taken = 0;
    for each in people::store::departments_in(rx, &rx.scope(Act::SeeRisk))? {
        if !filter.department.is_empty() && filter.department != each.id.as_str() {
            continue;
        }
        let department = department(rx, &each.id, names.get(&each.id).unwrap_or(&each.code))?;
        let mut risks: Vec<&Risk> = department.risks.values().collect();
        risks.sort_by(|a, b| (&a.asset_id, &a.threat_id).cmp(&(&b.asset_id, &b.threat_id)));
        for asset in &department.assets {
            let from = risks.partition_point(|risk| risk.asset_id < asset.id);
            for risk in risks.iter().skip(from).take_while(|risk| risk.asset_id == asset.id) {
                taken += 1;
                if taken > MOST {
                    return Err(too_many().into());
                }
                take(&department.name, asset, risk, department.plan.get(&risk.id))?;
            }
        }
    }
    Ok(())
}

fn department(rx: &Rx<'_>, id: &DepartmentId, name: &str) -> Done<Department> {
    Department::load(rx, id, name.to_owned())
}

fn too_many() -> Refusal {
    Refusal::Said {
        ja: format!(
            "リスクが{MOST}件を超えるため、一度には書き出せません。部門を選んでから書き出してください。"
        ),
        en: format!(
            "There are more than {MOST} risks, too many for one file. Choose a department and export again."
        ),
    }
}

/// A risk with all that its row says.
struct Line<'a> {
    name: &'a str,
    asset: &'a Asset,
    risk: &'a Risk,
    threat: Option<&'a Threat>,
    plan: Option<&'a PlanRow>,
    /// Whether only its number tells the threat from another of its name.
    numbered: bool,
    /// Whether the method it was judged by uses scores.
    scored: bool,
}

impl Line<'_> {
    fn text(&self, field: RiskField) -> String {
        let Self { asset, risk, .. } = self;
        let score = |number: i64| if self.scored { number.to_string() } else { String::new() };
        match field {
            RiskField::Department => self.name.to_owned(),
            RiskField::Asset => asset.name.clone(),
            RiskField::Medium => asset.medium.clone(),
            RiskField::ThreatNumber if self.numbered || risk.threat_id.as_str().len() <= NUMBER => {
                risk.threat_id.to_string()
            }
            RiskField::ThreatNumber => String::new(),
            RiskField::Threat => {
                self.threat.map_or_else(|| risk.threat_id.to_string(), |each| each.name_ja.clone())
            }
            RiskField::Weakness => self.threat.map(|each| each.vulnerability_ja.clone()).unwrap_or_default(),
            RiskField::Note => risk.note.clone(),
            RiskField::ThreatDegree => risk.threat.to_string(),
            RiskField::VulnerabilityDegree => risk.vulnerability.to_string(),
            RiskField::Importance => score(risk.importance),
            RiskField::Likelihood => score(risk.likelihood),
            RiskField::Value => score(risk.value),
            RiskField::Level => risk.level.word().0.to_owned(),
            RiskField::Answerable => if risk.answerable { "部門" } else { "全社" }.to_owned(),
            RiskField::Policy
            | RiskField::Controls
            | RiskField::Task
            | RiskField::Owner
            | RiskField::DueOn
            | RiskField::Resources
            | RiskField::SecondThreat
            | RiskField::SecondVulnerability
            | RiskField::Residual
            | RiskField::Destination => self.plan.map(|plan| self.planned(field, plan)).unwrap_or_default(),
        }
    }

    fn planned(&self, field: RiskField, plan: &PlanRow) -> String {
        match field {
            RiskField::Policy => plan.policy.word().0.to_owned(),
            RiskField::Controls => {
                plan.controls.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
            }
            RiskField::Task => plan.task.clone(),
            RiskField::Owner => plan.owner.clone(),
            RiskField::DueOn => plan.due_on.to_string(),
            RiskField::Resources => plan.resources.clone(),
            RiskField::SecondThreat => plan.second_threat.to_string(),
            RiskField::SecondVulnerability => plan.second_vulnerability.to_string(),
            RiskField::Residual if self.scored => plan.residual.to_string(),
            RiskField::Destination => plan.destination.word().0.to_owned(),
            _ => String::new(),
        }
    }
}

/// The width of a column, in characters.
fn width(field: RiskField) -> u16 {
    match field {
        RiskField::Asset | RiskField::Threat | RiskField::Weakness | RiskField::Note | RiskField::Task => 32,
        RiskField::Department
        | RiskField::Medium
        | RiskField::Owner
        | RiskField::Controls
        | RiskField::Resources => 18,
        _ => 12,
    }
}
