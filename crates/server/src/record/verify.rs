//! Verification: bytes → commitments → leaves → root = head, and replay: the last sealed state of every
//! object = the live tables. The second half is what catches an edit of a live row by plain SQL.

use super::noted::{Noted, Stray};
use super::store::{self, Text};
use super::walked::Walked;
use crate::house::fault::Done;
use crate::house::kept::{Kept, Texts};
use crate::house::words::Lang;
use crate::house::work::Rx;
use meguri_domain::{
    applicability, asset, audit, calendar, closing, correction, criteria, effect, erasure, evidence, export,
    import, inspection, inventory, measure, objective, outside, pattern, people, risk, statement, treatment,
};
use meguri_record::Hash;
use meguri_record::database::YOUNGER;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Entries looked at in one go.
pub(super) const STRIDE: i64 = 500;

/// A table whose rows are replayed.
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    texts: fn() -> &'static Texts,
}

macro_rules! tables {
    ($($type:ty),+ $(,)?) => {
        /// Every kept table. A table that is neither here nor passing fails the schema test.
        pub const TABLES: &[Table] = &[$(Table { name: <$type>::TABLE, columns: <$type>::COLUMNS, texts: <$type>::texts },)+];
    };
}

tables![
    people::Department,
    people::DepartmentName,
    people::Person,
    people::Posting,
    crate::calendar::store::Setting,
    calendar::Holiday,
    calendar::Term,
    asset::Asset,
    pattern::Pattern,
    import::Import,
    export::Export,
    export::Origin,
    inventory::Inventory,
    inventory::InventorySheet,
    inventory::Confirmation,
    risk::Threat,
    risk::Control,
    effect::ControlEffect,
    criteria::Criteria,
    risk::Assessment,
    risk::Risk,
    measure::Measure,
    treatment::PlanRow,
    objective::Objective,
    objective::Review,
    inspection::CheckItem,
    inspection::Assignment,
    inspection::Inspection,
    inspection::Answer,
    evidence::Evidence,
    correction::Correction,
    closing::Closing,
    super::answer::ClosedLog,
    super::signer::LogKey,
    outside::HeadAddress,
    outside::HandingOut,
    erasure::Erasure,
    audit::Audit,
    audit::Package,
    applicability::StatementLine,
    statement::Statement,
];

/// What is wrong, named so that a person finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The log itself does not hold together.
    Log(meguri_record::Finding),
    /// The head is not one head with the frontier of its root: entries could no longer be added.
    Head,
    /// A signed head that is kept does not belong to the log as it stands.
    Note(Stray),
    /// A payload of an entry is missing or cannot be read.
    Payload { idx: i64 },
    /// A payload of an entry was emptied, and no approved erasure names it.
    Emptied { idx: i64 },
    /// A payload that an approved erasure names is still there, or there again.
    Unerased { idx: i64, by: i64 },
    /// A live row differs from its last sealed state.
    Edited { table: &'static str, id: String },
    /// A live row was never sealed.
    Unsealed { table: &'static str, id: String },
    /// A sealed row is gone from the live table.
    Gone { table: String, id: String },
}

impl Finding {
    pub fn words(&self, l: Lang) -> String {
        match (self, l) {
            (Self::Log(finding), Lang::Ja) => finding.ja(),
            (Self::Log(finding), Lang::En) => finding.to_string(),
            (Self::Note(stray), l) => stray.words(l),
            (Self::Head, Lang::Ja) => "記録簿の先頭の情報（件数・ルート）が壊れています。".into(),
            (Self::Head, Lang::En) => "The head of the record log (its size and root) is damaged.".into(),
            (Self::Payload { idx }, Lang::Ja) => format!("記録{idx}の内容が失われているか、読めません。"),
            (Self::Payload { idx }, Lang::En) => {
                format!("The contents of entry {idx} are missing or unreadable.")
            }
            (Self::Emptied { idx }, Lang::Ja) => {
                format!("記録{idx}の内容が、消去の承認なしに消されています。")
            }
            (Self::Emptied { idx }, Lang::En) => {
                format!("The contents of entry {idx} were emptied without an approved erasure.")
            }
            (Self::Unerased { idx, by }, Lang::Ja) => {
                format!("記録{by}で消去したはずの記録{idx}の内容が、データベースに残っています。")
            }
            (Self::Unerased { idx, by }, Lang::En) => {
                format!("The contents of entry {idx} were erased by entry {by}, but are in the database.")
            }
            (Self::Edited { table, id }, Lang::Ja) => {
                format!("表「{table}」の行「{id}」が、記録簿を通さずに書き換えられています。")
            }
            (Self::Edited { table, id }, Lang::En) => {
                format!("Row {id} of table {table} was altered outside the record log.")
            }
            (Self::Unsealed { table, id }, Lang::Ja) => {
                format!("表「{table}」の行「{id}」が、記録簿を通さずに加えられています。")
            }
            (Self::Unsealed { table, id }, Lang::En) => {
                format!("Row {id} of table {table} was added outside the record log.")
            }
            (Self::Gone { table, id }, Lang::Ja) => {
                format!("表「{table}」の行「{id}」が、記録簿を通さずに消されています。")
            }
            (Self::Gone { table, id }, Lang::En) => {
                format!("Row {id} of table {table} was removed outside the record log.")
            }
        }
    }
}

/// What a verification saw.
pub struct Report {
    pub size: u64,
    pub root: String,
    pub rows: usize,
    /// Payloads that were erased with an approval.
    pub erased: usize,
    pub findings: Vec<Finding>,
}

pub(super) type Sealed = BTreeMap<(String, String), String>;

/// What a walk through the log gathers.
#[derive(Default)]
struct Gathered {
    /// The last sealed state of each object.
    sealed: Sealed,
    /// What approved erasures name: a place, and the entry that names it.
    approved: HashSet<((i64, i64), i64)>,
    /// The places that are empty, and the entry in whose favour.
    emptied: Vec<((i64, i64), i64)>,
}

/// Verifies the whole log against the live tables, in one snapshot.
pub fn verify(rx: &Rx<'_>) -> Done<Report> {
    let head = store::head(rx)?;
    let mut findings = Vec::new();
    if !store::is_sound(rx)? {
        findings.push(Finding::Head);
    }
    let mut gathered = Gathered::default();
    let mut noted = Noted::load(rx, &head)?;
    let walked = walk(rx, &head, (&mut gathered, &mut noted), &mut findings)?;
    findings.splice(0..0, noted.finish(walked.is_err()).map(Finding::Note));
    if let Err(finding) = walked {
        findings.insert(0, Finding::Log(finding));
    }
    findings.extend(gathered.wrongly_emptied());
    findings.extend(gathered.wrongly_there());
    let erased = gathered.emptied.len();
    let mut sealed = gathered.sealed;
    for idx in store::stray_payloads(rx)? {
        let stray = Finding::Payload { idx };
        if !findings.contains(&stray) {
            findings.push(stray);
        }
    }
    let rows = sealed.len();
    for table in TABLES {
        for (id, live) in rx.replay_rows(table.columns, &(table.texts)().all)? {
            match sealed.remove(&(table.name.to_owned(), id.clone())) {
                Some(last) if last == live || is_older(table, &last, &live) => {}
                Some(_) => findings.push(Finding::Edited { table: table.name, id }),
                None => findings.push(Finding::Unsealed { table: table.name, id }),
            }
        }
    }
    findings.extend(sealed.into_keys().map(|(table, id)| Finding::Gone { table, id }));
    Ok(Report { size: head.first + head.size, root: head.root, rows, erased, findings })
}

/// Walks the logs and gathers the last sealed states. After the first finding the log is refuted, but the states
/// are still gathered to its end: a row is named only when it differs itself.
fn walk(
    rx: &Rx<'_>,
    head: &store::Head,
    (gathered, noted): (&mut Gathered, &mut Noted),
    findings: &mut Vec<Finding>,
) -> Done<Result<(), meguri_record::Finding>> {
    let mut from = i64::MIN;
    let mut refuted = None;
    let mut log = Walked::first(rx, head)?;
    loop {
        let entries = store::entries(rx, from, STRIDE)?;
        let Some((last, _, _)) = entries.last() else { break };
        let mut payloads = store::payloads(rx, from, *last)?.into_iter().peekable();
        from = last + 1;
        for (idx, bytes, leaf) in &entries {
            noted.pass(*idx, leaf);
            let mut shown = Vec::new();
            let (mut read, mut erased) = (true, 0);
            while let Some(payload) = payloads.next_if(|each| each.idx <= *idx) {
                match payload.text {
                    Text::Shown { salt, text } => {
                        read &= gathered.take(*idx, &payload.object, text.as_bytes()).is_some();
                        shown.push((salt, text.into_bytes()));
                    }
                    Text::Erased { by } => {
                        erased += 1;
                        gathered.emptied.push(((payload.idx, payload.seq), by));
                    }
                    Text::Unreadable => read = false,
                }
            }
            if refuted.is_some() {
                continue;
            }
            match log.take(rx, &gathered.sealed, (*idx, bytes.as_bytes()), &shown)? {
                Ok(entry) if read && entry.commit.len() == shown.len() + erased => {}
                Ok(_) => findings.push(Finding::Payload { idx: *idx }),
                Err(finding) => refuted = Some(finding),
            }
        }
    }
    if let Some(finding) = refuted {
        return Ok(Err(finding));
    }
    if log.id != head.log || log.first != head.first {
        return Ok(Err(meguri_record::Finding::OtherLog { idx: log.first, log: log.id }));
    }
    let root = head.root.parse().unwrap_or(Hash([0; 32]));
    Ok(log.verifier.finish(head.size, root).map(|_| ()).map_err(|finding| finding.behind(log.first)))
}

/// Whether a state was sealed before its table had all of its columns, and the row still is that state.
fn is_older(table: &Table, sealed: &str, live: &str) -> bool {
    type Columns<'a> = BTreeMap<&'a str, &'a serde_json::value::RawValue>;
    let (Ok(sealed), Ok(live)) =
        (serde_json::from_str::<Columns<'_>>(sealed), serde_json::from_str::<Columns<'_>>(live))
    else {
        return false;
    };
    let was = |column: &str| {
        let younger = YOUNGER.iter().find(|(name, each, _)| *name == table.name && *each == column);
        sealed.get(column).map(|value| value.get()).or_else(|| younger.map(|(_, _, value)| *value))
    };
    sealed.keys().all(|column| live.contains_key(column))
        && live.iter().all(|(column, value)| was(column) == Some(value.get()))
}

impl Gathered {
    /// Reads the states of a payload of an entry.
    fn take(&mut self, idx: i64, object: &str, payload: &[u8]) -> Option<()> {
        #[derive(serde::Deserialize)]
        struct State<'a> {
            table: &'a str,
            #[serde(borrow)]
            row: &'a serde_json::value::RawValue,
        }
        #[derive(serde::Deserialize)]
        struct Id {
            id: String,
        }
        let states: Vec<State<'_>> = serde_json::from_slice(payload).ok()?;
        for state in states {
            let id: Id = serde_json::from_str(state.row.get()).ok()?;
            // What the database says of it, in the open, must be true.
            if object.split_once('/') != Some((state.table, &id.id)) {
                return None;
            }
            if state.table == erasure::Erasure::TABLE {
                self.approve(idx, state.row.get())?;
            }
            self.sealed.insert((state.table.to_owned(), id.id), state.row.get().to_owned());
        }
        Some(())
    }

    /// What an erasure names, when it was approved by this very entry.
    fn approve(&mut self, idx: i64, row: &str) -> Option<()> {
        #[derive(serde::Deserialize)]
        struct Row {
            taken: Option<String>,
        }
        let row: Row = serde_json::from_str(row).ok()?;
        let Some(taken) = row.taken else { return Some(()) };
        let taken: erasure::Taken = serde_json::from_str(&taken).ok()?;
        // Nothing that is sealed later can have been erased by it.
        let payloads = taken.payloads.into_iter().filter(|(place, _)| *place < idx);
        self.approved.extend(payloads.map(|place| (place, idx)));
        Some(())
    }

    fn wrongly_emptied(&self) -> Vec<Finding> {
        let wrong = self.emptied.iter().filter(|each| !self.approved.contains(each));
        let mut wrong: Vec<i64> = wrong.map(|((idx, _), _)| *idx).collect();
        wrong.dedup();
        wrong.into_iter().map(|idx| Finding::Emptied { idx }).collect()
    }

    fn wrongly_there(&self) -> Vec<Finding> {
        let emptied: HashMap<(i64, i64), i64> = self.emptied.iter().copied().collect();
        let there = self.approved.iter().filter(|(place, _)| !emptied.contains_key(place));
        let mut there: Vec<(i64, i64)> = there.map(|((idx, _), by)| (*idx, *by)).collect();
        there.sort_unstable();
        there.dedup();
        there.into_iter().map(|(idx, by)| Finding::Unerased { idx, by }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset() -> &'static Table {
        TABLES.iter().find(|table| table.name == "asset").unwrap()
    }

    #[test]
    fn a_state_sealed_before_a_column_came_stands_until_the_row_is_touched() {
        let sealed = r#"{"id":"a","name":"名簿"}"#;
        let holds = |live: &str| is_older(asset(), sealed, live);
        assert!(holds(r#"{"id":"a","name":"名簿","handling":"{}"}"#));
        assert!(
            !holds(r#"{"id":"a","name":"名簿","handling":"{\"client\":\"x\"}"}"#),
            "the new column was written"
        );
        assert!(!holds(r#"{"id":"a","name":"別","handling":"{}"}"#), "an old column was written");
        assert!(!holds(r#"{"id":"a","name":"名簿","handling":"{}","more":1}"#), "no such column is known");
        assert!(!holds(r#"{"id":"a","handling":"{}"}"#), "an old column is gone");
        let person = TABLES.iter().find(|table| table.name == "person").unwrap();
        assert!(
            !is_older(person, sealed, r#"{"id":"a","name":"名簿","handling":"{}"}"#),
            "it is of another table"
        );
    }
}
