//! What the rows of a file would do to the register, before anything is done.

use super::acts::ImportRow;
use super::matching::{Meaning, Register};
use super::reading::Places;
use crate::house::words::Lang;
use meguri_domain::Refusal;
use meguri_domain::asset::AssetDraft;
use meguri_domain::criteria::Method;
use meguri_domain::handling::Handling;
use meguri_domain::ids::DepartmentId;
use meguri_sheet::{AssetRow, Field, Finding, Kind, Known, Row, Severity, find_repeats, reread};
use std::collections::BTreeSet;

/// What the house knows when it judges rows.
pub struct Judge<'a> {
    pub places: &'a Places,
    pub media: Vec<String>,
    pub method: &'a Method,
    /// The department and the medium of rows whose file has no such column; empty for none.
    pub department: &'a str,
    pub medium: &'a str,
}

/// A row with what it would do.
pub struct Judged {
    pub row: Row,
    pub standing: Standing,
    /// Why the row cannot be taken, and where.
    pub faults: Vec<Remark>,
    /// What a person should look at.
    pub warnings: Vec<Remark>,
    /// The row as it would be taken.
    pub ready: Option<ImportRow>,
}

/// What a row would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Wrong,
    New,
    /// With the contents that stand in the register now.
    Changed(Box<AssetDraft>),
    Same,
    /// Left out by the person.
    Out,
}

/// A sentence about a cell, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub field: Option<Field>,
    ja: String,
    en: String,
}

impl Remark {
    pub fn sentence(&self, l: Lang) -> &str {
        l.t(&self.ja, &self.en)
    }
    fn of(finding: &Finding) -> Self {
        Self { field: Some(finding.field), ja: finding.ja(), en: finding.en() }
    }
    fn refused(row: &Row, refusal: &Refusal) -> Self {
        let field = refusal.field().and_then(Field::from_code);
        let cell = row.cells.iter().find(|cell| Some(cell.field) == field && !is_number(&cell.address));
        let (ja, en) = cell.map_or_else(
            || (format!("{}行目", row.row_number), format!("Row {}", row.row_number)),
            |cell| (format!("{}セル", cell.address), format!("Cell {}", cell.address)),
        );
        Self { field, ja: format!("{ja}：{}", refusal.ja()), en: format!("{en}: {}", refusal.en()) }
    }
}

/// How many rows would do what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub wrong: usize,
    pub out: usize,
}

impl Tally {
    pub fn of(rows: &[Judged]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            *(match row.standing {
                Standing::Wrong => &mut tally.wrong,
                Standing::New => &mut tally.new,
                Standing::Changed(_) => &mut tally.changed,
                Standing::Same => &mut tally.same,
                Standing::Out => &mut tally.out,
            }) += 1;
        }
        tally
    }
    pub fn all(self) -> usize {
        self.new + self.changed + self.same + self.wrong + self.out
    }
    /// Rows that would change the register.
    pub fn work(self) -> usize {
        self.new + self.changed
    }
}

/// Judges rows by themselves; `out` are those that the person leaves out.
pub fn judge(rows: impl IntoIterator<Item = (Row, bool)>, by: &Judge<'_>) -> Vec<Judged> {
    let known = Known { media: by.media.clone(), ..Known::default() };
    let judged = rows.into_iter().map(|(row, out)| {
        let row = reread(&row, &defaults(&row, by), &known);
        if out {
            Judged { row, standing: Standing::Out, faults: Vec::new(), warnings: Vec::new(), ready: None }
        } else {
            place(row, by)
        }
    });
    judged.collect()
}

/// The departments that rows name.
pub fn departments(rows: &[Judged]) -> BTreeSet<DepartmentId> {
    rows.iter().filter_map(|row| row.ready.as_ref()).map(|ready| ready.department.clone()).collect()
}

/// Holds the rows against the register and against each other.
pub fn meet(rows: &mut [Judged], mut register: Register) {
    mark_repeats(rows);
    for judged in rows {
        let Some(ready) = &judged.ready else { continue };
        judged.standing = match register.meet(&ready.department, &ready.draft) {
            Meaning::New => Standing::New,
            Meaning::Same(_) => Standing::Same,
            Meaning::Changed(asset) => Standing::Changed(Box::new(asset.draft())),
            Meaning::Repeated => {
                let said = judged
                    .row
                    .findings
                    .iter()
                    .find(|finding| matches!(finding.kind, Kind::RepeatedRow { .. }));
                judged.faults.push(said.map_or_else(|| Remark::refused(&judged.row, &REPEATED), Remark::of));
                judged.ready = None;
                Standing::Wrong
            }
        };
    }
}

const REPEATED: Refusal = Refusal::Because((
    "管理部署・名称・媒体が同じ行が、このファイルの前の行にもあります。どちらかを除いてください。",
    "An earlier row of this file has the same department, name and medium. Leave one out.",
));

fn mark_repeats(rows: &mut [Judged]) {
    let mut alone: Vec<Row> =
        rows.iter().filter(|judged| judged.ready.is_some()).map(|judged| judged.row.clone()).collect();
    find_repeats(&mut alone);
    for (judged, row) in rows.iter_mut().filter(|judged| judged.ready.is_some()).zip(alone) {
        judged.row = row;
    }
}

fn defaults(row: &Row, by: &Judge<'_>) -> Vec<(Field, String)> {
    let chosen = [(Field::Department, by.department), (Field::Medium, by.medium)];
    let empty =
        chosen.into_iter().filter(|(field, text)| !text.is_empty() && row.text(*field).trim().is_empty());
    empty.map(|(field, text)| (field, text.to_owned())).collect()
}

fn place(row: Row, by: &Judge<'_>) -> Judged {
    // The register asks for a medium, where a sheet may do without.
    let is_fault =
        |finding: &&Finding| finding.severity == Severity::Error || finding.kind == Kind::MediumMissing;
    let is_repeat = |finding: &&Finding| matches!(finding.kind, Kind::RepeatedRow { .. });
    let mut faults: Vec<Remark> = row.findings.iter().filter(is_fault).map(Remark::of).collect();
    let looked_at = row.findings.iter().filter(|finding| !is_fault(finding) && !is_repeat(finding));
    let warnings = looked_at.map(Remark::of).collect();
    let named = row.text(Field::Department).trim();
    let department = by.places.find(named);
    if department.is_none() && !named.is_empty() {
        faults.push(Remark::of(&unknown_department(&row)));
    }
    let draft = row.outcome.as_ref().ok().map(|asset| draft(asset)?.checked(by.method));
    let ready = match (department, draft) {
        (_, Some(Err(refusal))) => {
            let remark = Remark::refused(&row, &refusal);
            if faults.iter().all(|fault| fault.field != remark.field) {
                faults.push(remark);
            }
            None
        }
        (Some(department), Some(Ok(draft))) => Some(ImportRow { department: department.clone(), draft }),
        _ => None,
    };
    faults.sort_by_key(|fault| fault.field);
    Judged { row, standing: Standing::Wrong, faults, warnings, ready }
}

/// The same sentence for a department that does not exist and for one in which the actor may not edit.
fn unknown_department(row: &Row) -> Finding {
    let cell = row.cells.iter().find(|cell| cell.field == Field::Department);
    let address = cell.map_or_else(|| row.row_number.to_string(), |cell| cell.address.clone());
    let kind = Kind::DepartmentUnknown(row.text(Field::Department).trim().to_owned());
    Finding { address, field: Field::Department, severity: Severity::Error, kind }
}

fn is_number(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_digit())
}

/// A row of a file as the contents of an asset.
pub fn draft(row: &AssetRow) -> Result<AssetDraft, Refusal> {
    let AssetRow { category, name, note, users, risk_owner, medium, retention, .. } = row.clone();
    let mut handling = Handling::default();
    for (field, text) in &row.handling {
        handling.set(field.code(), text)?;
    }
    Ok(AssetDraft {
        category,
        name,
        note,
        users,
        risk_owner,
        medium,
        personal: row.personal,
        sensitive: row.sensitive,
        my_number: row.my_number,
        confidentiality: i64::from(row.confidentiality),
        integrity: i64::from(row.integrity),
        availability: i64::from(row.availability),
        retention,
        registered_on: row.registered_on,
        handling,
    })
}

/// A field of a draft as a person reads it.
pub fn written(draft: &AssetDraft, field: Field, l: Lang) -> String {
    let mark = |held: bool| if held { "○".to_owned() } else { String::new() };
    match field {
        Field::Category => draft.category.clone(),
        Field::Name => draft.name.clone(),
        Field::Note => draft.note.clone(),
        Field::Users => draft.users.clone(),
        Field::RiskOwner => draft.risk_owner.clone(),
        Field::Department | Field::Importance => String::new(),
        Field::Medium => draft.medium.clone(),
        Field::Personal => mark(draft.personal),
        Field::Sensitive => mark(draft.sensitive),
        Field::MyNumber => mark(draft.my_number),
        Field::Confidentiality => draft.confidentiality.to_string(),
        Field::Integrity => draft.integrity.to_string(),
        Field::Availability => draft.availability.to_string(),
        Field::Retention => draft.retention.clone(),
        Field::RegisteredOn => draft.registered_on.map(|day| l.day(&day)).unwrap_or_default(),
        _ => draft.handling.get(field.code()),
    }
}
