//! What the rows of a file would do to the register, before anything is done.

use super::acts::Planned;
use super::matching::{Candidate, Choice, Meaning, Register, Sought};
use super::merge::{Over, draft, fills, merged};
use super::reading::Places;
use crate::house::words::Lang;
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::criteria::Method;
use meguri_domain::ids::DepartmentId;
use meguri_sheet::{Field, Finding, Kind, Known, Row, Scale, Severity, find_repeats, reread, tidy};
use std::collections::BTreeSet;

/// What the house knows when it judges rows.
pub struct Judge<'a> {
    pub places: &'a Places,
    pub media: Vec<String>,
    pub method: &'a Method,
    /// The medium of new rows whose file has no such column; empty for none.
    pub medium: &'a str,
    /// The scale of the file.
    pub scale: Scale,
    /// Empty cells wipe what stands in the register.
    pub empty_cells_wipe: bool,
}

/// A row as it comes from a file, with what a person said of it.
#[derive(Clone)]
pub struct Typed {
    pub row: Row,
    /// Its sheet is a ledger of personal data.
    pub ledger: bool,
    /// The department of a sheet that names none; empty for none.
    pub department: String,
    pub out: bool,
    pub choice: Choice,
}

/// A row with what it would do.
pub struct Judged {
    pub row: Row,
    pub ledger: bool,
    pub standing: Standing,
    /// The assets that it may mean, where it cannot be told.
    pub asked: Vec<Candidate>,
    /// Why the row cannot be taken, and where.
    pub faults: Vec<Remark>,
    /// What a person should look at.
    pub warnings: Vec<Remark>,
    /// The row as it would be taken.
    pub ready: Option<Planned>,
    department: Option<DepartmentId>,
    /// The name of the asset as it would be kept.
    name: String,
    choice: Choice,
}

/// What a row would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Wrong,
    /// A person must say which asset it means.
    Asked,
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
        Self::at(row, field, (&refusal.ja(), &refusal.en()))
    }
    /// A sentence about a cell of a row, or about the row where its file has no such column.
    fn at(row: &Row, field: Option<Field>, (ja, en): (&str, &str)) -> Self {
        let cell = row.cells.iter().find(|cell| Some(cell.field) == field && !is_number(&cell.address));
        let (place, at) = cell.map_or_else(
            || (format!("{}行目", row.row_number), format!("Row {}", row.row_number)),
            |cell| (format!("{}セル", cell.address), format!("Cell {}", cell.address)),
        );
        Self { field, ja: format!("{place}：{ja}"), en: format!("{at}: {en}") }
    }
    /// A department that is none of the actor's. One that does not exist is said in the same words as one that is
    /// another's, except to those who may see all.
    fn no_place(row: &Row, places: &Places) -> Self {
        let name: String = row.text(Field::Department).trim().chars().take(40).collect();
        let (ja, en) = if places.whole {
            (
                format!(
                    "管理部署「{name}」は登録されていません。登録済みの部門を選ぶか、システム管理者に部門の開設を依頼してください。"
                ),
                format!(
                    "the department “{name}” is not registered. Choose a registered one, or ask the administrator to open it."
                ),
            )
        } else {
            (
                format!(
                    "管理部署「{name}」は、登録されていないか、あなたが取り込める部門ではありません。取り込める部門を選ぶか、この行を除いてください。この部門の取り込みや新しい部門の開設は、マネジメント事務局に依頼してください。"
                ),
                format!(
                    "the department “{name}” is not registered, or not one you may import for. Choose one of yours or leave the row out; to have it imported or opened, ask the secretariat."
                ),
            )
        };
        Self::at(row, Some(Field::Department), (&ja, &en))
    }
}

/// How many rows would do what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub wrong: usize,
    pub asked: usize,
    pub out: usize,
}

impl Tally {
    pub fn of(rows: &[Judged]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            *(match row.standing {
                Standing::Wrong => &mut tally.wrong,
                Standing::Asked => &mut tally.asked,
                Standing::New => &mut tally.new,
                Standing::Changed(_) => &mut tally.changed,
                Standing::Same => &mut tally.same,
                Standing::Out => &mut tally.out,
            }) += 1;
        }
        tally
    }
    /// Takes in the rows of another file.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
        self.wrong += other.wrong;
        self.asked += other.asked;
        self.out += other.out;
    }
    pub fn all(self) -> usize {
        self.new + self.changed + self.same + self.wrong + self.asked + self.out
    }
    /// Rows that would change the register.
    pub fn work(self) -> usize {
        self.new + self.changed
    }
    /// Rows that wait for a person.
    pub fn open(self) -> usize {
        self.wrong + self.asked
    }
}

/// Reads rows by themselves and finds their departments.
pub fn judge(rows: impl IntoIterator<Item = Typed>, by: &Judge<'_>) -> Vec<Judged> {
    let known = known(by);
    let judged = rows.into_iter().map(|typed| {
        let Typed { row, ledger, department, out, choice } = typed;
        let named = row.text(Field::Department).trim().is_empty().then_some((Field::Department, department));
        let row = reread(&row, &named.into_iter().collect::<Vec<_>>(), &known);
        let department = by.places.find(row.text(Field::Department).trim()).filter(|_| !out).cloned();
        let standing = if out { Standing::Out } else { Standing::Wrong };
        let (asked, faults, warnings, ready) = (Vec::new(), Vec::new(), Vec::new(), None);
        let name = tidy(row.text(Field::Name));
        Judged { row, ledger, standing, asked, faults, warnings, ready, department, name, choice }
    });
    judged.collect()
}

/// The departments that rows name.
pub fn departments(rows: &[Judged]) -> BTreeSet<DepartmentId> {
    rows.iter().filter_map(|row| row.department.clone()).collect()
}

/// Holds the rows against the register and against each other.
pub fn meet(rows: &mut [Judged], mut register: Register, by: &Judge<'_>) {
    mark_repeats(rows);
    let sought: Vec<Option<Sought<'_>>> = rows.iter().map(|judged| sought(judged, by)).collect();
    let fits = |at: usize, asset: &Asset| {
        let trial = rows.get(at).and_then(|judged| onto(&judged.row, judged.ledger, asset, by).0);
        trial.is_some_and(|draft| draft.is_ok_and(|draft| draft == asset.draft()))
    };
    let met = register.meet(&sought, fits);
    drop(sought);
    for (judged, meaning) in rows.iter_mut().zip(met) {
        if judged.standing != Standing::Out {
            settle(judged, meaning, by);
        }
    }
}

fn sought<'a>(judged: &'a Judged, by: &'a Judge<'_>) -> Option<Sought<'a>> {
    let department = judged.department.as_ref()?;
    let name = judged.name.as_str();
    if name.is_empty() {
        return None;
    }
    let read = judged.row.outcome.as_ref().ok().map(|asset| asset.medium.as_str());
    let medium = read.unwrap_or_else(|| judged.row.text(Field::Medium).trim());
    let medium = if medium.is_empty() && !judged.ledger { by.medium } else { medium };
    Some(Sought { department, name, medium, ledger: judged.ledger, choice: judged.choice.clone() })
}

fn settle(judged: &mut Judged, meaning: Option<Meaning>, by: &Judge<'_>) {
    match meaning {
        Some(Meaning::Onto(asset)) => {
            let (draft, row) = onto(&judged.row, judged.ledger, &asset, by);
            place(judged, &row, by);
            let draft = draft.map(|draft| draft?.checked(by.method));
            judged.standing = match judged.accept(draft) {
                Some(draft) if draft == asset.draft() => Standing::Same,
                Some(_) => Standing::Changed(Box::new(asset.draft())),
                None => Standing::Wrong,
            };
            if let Some(ready) = &mut judged.ready {
                ready.onto = Some(asset);
            }
        }
        Some(Meaning::Asked(candidates)) => {
            let row = judged.row.clone();
            place(judged, &row, by);
            judged.asked = candidates;
            judged.faults.retain(|fault| !fault.field.is_some_and(|field| is_filled(field, &row)));
            judged.standing = Standing::Asked;
        }
        Some(Meaning::Repeated | Meaning::Taken) => {
            let row = judged.row.clone();
            place(judged, &row, by);
            let said = row.findings.iter().find(|finding| matches!(finding.kind, Kind::RepeatedRow { .. }));
            judged.faults.push(said.map_or_else(|| Remark::refused(&row, &REPEATED), Remark::of));
        }
        Some(Meaning::New) | None => {
            let row = fresh(judged, by);
            place(judged, &row, by);
            lacking(judged, &row);
            let draft = row.outcome.as_ref().ok().map(|read| {
                let mut draft = draft(read)?;
                draft.personal = draft.personal || judged.ledger;
                draft.checked(by.method)
            });
            let draft = draft.filter(|_| judged.faults.is_empty());
            if judged.accept(draft).is_some() {
                judged.standing = Standing::New;
            }
        }
    }
}

impl Judged {
    /// Takes contents that passed, or the reason why they did not.
    fn accept(&mut self, draft: Option<Result<AssetDraft, Refusal>>) -> Option<AssetDraft> {
        match draft? {
            Ok(draft) if self.faults.is_empty() => {
                let department = self.department.clone()?;
                self.ready = Some(Planned { department, draft: draft.clone(), onto: None });
                Some(draft)
            }
            Ok(_) => None,
            Err(refusal) => {
                let remark = Remark::refused(&self.row, &refusal);
                if self.faults.iter().all(|fault| fault.field != remark.field) {
                    self.faults.push(remark);
                }
                None
            }
        }
    }
}

/// A row that is nowhere yet: the medium that was chosen for all that name none.
fn fresh(judged: &Judged, by: &Judge<'_>) -> Row {
    if by.medium.is_empty() || !judged.row.text(Field::Medium).trim().is_empty() {
        return judged.row.clone();
    }
    reread(&judged.row, &[(Field::Medium, by.medium.to_owned())], &known(by))
}

/// The contents of an asset after a row, if the row can be read; with the row as it was read. What every row must
/// have and this one leaves empty is read from the asset.
fn onto(
    row: &Row,
    ledger: bool,
    asset: &Asset,
    by: &Judge<'_>,
) -> (Option<Result<AssetDraft, Refusal>>, Row) {
    let fills = fills(row, asset, by.scale);
    let read = if fills.is_empty() { row.clone() } else { reread(row, &fills, &known(by)) };
    let over = Over { empty_cells_wipe: by.empty_cells_wipe, ledger };
    let draft = read.outcome.as_ref().ok().map(|read| merged(row, read, asset, over));
    (draft, read)
}

/// Says what is wrong with the cells of a row, and what a person should look at.
fn place(judged: &mut Judged, row: &Row, by: &Judge<'_>) {
    let is_fault =
        |finding: &&Finding| finding.severity == Severity::Error || finding.kind == Kind::MediumMissing;
    let is_repeat = |finding: &&Finding| matches!(finding.kind, Kind::RepeatedRow { .. });
    let mut faults: Vec<Remark> = row.findings.iter().filter(is_fault).map(Remark::of).collect();
    let looked_at = row.findings.iter().filter(|finding| !is_fault(finding) && !is_repeat(finding));
    judged.warnings = looked_at.map(Remark::of).collect();
    let named = row.text(Field::Department).trim();
    if by.places.find(named).is_none() && !named.is_empty() {
        faults.push(Remark::no_place(row, by.places));
    }
    faults.sort_by_key(|fault| fault.field);
    judged.faults = faults;
}

/// What a new row must have, where its file has no column for it.
fn lacking(judged: &mut Judged, row: &Row) {
    let asked = [
        (Field::Medium, Kind::MediumMissing),
        (Field::Confidentiality, Kind::ScoreMissing),
        (Field::Integrity, Kind::ScoreMissing),
        (Field::Availability, Kind::ScoreMissing),
    ];
    for (field, kind) in asked {
        let said = judged.faults.iter().any(|fault| fault.field == Some(field));
        if row.text(field).trim().is_empty() && !said {
            judged.faults.push(Remark::of(&finding(row, field, kind)));
        }
    }
    judged.faults.sort_by_key(|fault| fault.field);
}

/// Whether an asset that is chosen fills this field of the row.
fn is_filled(field: Field, row: &Row) -> bool {
    (field == Field::Medium || field.is_score()) && row.text(field).trim().is_empty()
}

fn finding(row: &Row, field: Field, kind: Kind) -> Finding {
    let cell = row.cells.iter().find(|cell| cell.field == field);
    let address = cell.map_or_else(|| row.row_number.to_string(), |cell| cell.address.clone());
    Finding { address, field, severity: Severity::Error, kind }
}

const REPEATED: Refusal = Refusal::Because((
    "このファイルの前の行が、同じ情報資産を指しています。どちらかを除いてください。",
    "An earlier row of this file is about the same asset. Leave one out.",
));

fn mark_repeats(rows: &mut [Judged]) {
    let taking = |judged: &&mut Judged| judged.department.is_some() && judged.standing != Standing::Out;
    let mut alone: Vec<Row> = rows.iter_mut().filter(taking).map(|judged| judged.row.clone()).collect();
    find_repeats(&mut alone);
    for (judged, row) in rows.iter_mut().filter(taking).zip(alone) {
        judged.row = row;
    }
}

fn known(by: &Judge<'_>) -> Known {
    Known { media: by.media.clone(), scale: by.scale, ..Known::default() }
}

fn is_number(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_digit())
}
