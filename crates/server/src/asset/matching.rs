//! Which row of a file is which row of the register: by department, name and medium, as people would say it.
//! What is only likely is asked.

use super::likeness::Likeness;
use crate::house::words::fold;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::{AssetId, DepartmentId};
use std::collections::{HashMap, HashSet};

type Key = (DepartmentId, String, String);

/// So many assets are offered where it is asked which one a row means.
const MOST_CANDIDATES: usize = 5;

/// The assets in use, waiting to be found by the rows of a file. Each is found once.
#[derive(Default)]
pub struct Register {
    /// By place in here; `None` once found.
    waiting: Vec<Option<Asset>>,
    by_key: HashMap<Key, Vec<usize>>,
    by_name: HashMap<(DepartmentId, String), Vec<usize>>,
    by_id: HashMap<AssetId, usize>,
    likeness: HashMap<DepartmentId, Likeness>,
    seen: HashSet<Key>,
}

/// What a row says of itself.
pub struct Sought<'a> {
    pub department: &'a DepartmentId,
    pub name: &'a str,
    /// Empty where the file says none.
    pub medium: &'a str,
    /// A row of the ledger of personal data: it may speak of an asset under a slightly other name or place.
    pub ledger: bool,
    pub choice: Choice,
}

/// What a person said of a row that was asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Choice {
    #[default]
    Open,
    New,
    Onto(AssetId),
}

/// What a row of a file means for the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    New,
    /// The row speaks of this asset.
    Onto(Box<Asset>),
    /// It may speak of one of these; a person says.
    Asked(Vec<Candidate>),
    /// The same row stood in the file before, and the register holds no second one.
    Repeated,
    /// An earlier row was said to be the same asset.
    Taken,
}

/// An asset that a row may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: AssetId,
    pub name: String,
    pub medium: String,
    pub why: Why,
}

/// Why an asset is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The same name in another place.
    OtherMedium,
    /// Several assets have this name.
    SameName,
    /// The names are alike.
    Alike,
}

impl Register {
    /// Takes the assets in use; those of one department or of many.
    pub fn hold(&mut self, assets: impl IntoIterator<Item = Asset>) {
        for asset in assets {
            let (department, name) = (asset.department_id.clone(), fold(&asset.name));
            let at = self.waiting.len();
            self.by_key.entry((department.clone(), name.clone(), fold(&asset.medium))).or_default().push(at);
            self.likeness.entry(department.clone()).or_default().hold(&name, at);
            self.by_name.entry((department, name)).or_default().push(at);
            self.by_id.insert(asset.id.clone(), at);
            self.waiting.push(Some(asset));
        }
    }

    /// What the rows of a file mean, in their order; `None` for rows that say too little. What a person said
    /// counts first, then what is certain, so that nothing likely takes an asset from a row that names it exactly.
    /// `fits` tells of several assets that look the same which one a row leaves unchanged.
    pub fn meet(
        &mut self,
        rows: &[Option<Sought<'_>>],
        fits: impl Fn(usize, &Asset) -> bool,
    ) -> Vec<Option<Meaning>> {
        let mut met: Vec<Option<Meaning>> = rows.iter().map(|_| None).collect();
        let each = || rows.iter().enumerate().filter_map(|(at, row)| row.as_ref().map(|row| (at, row)));
        for (at, row) in each() {
            met[at] = self.chosen(row);
        }
        for (at, row) in each() {
            if met[at].is_none() {
                met[at] = self.exact(row, |asset| fits(at, asset));
            }
        }
        for (at, row) in each() {
            if met[at].is_none() {
                met[at] = Some(self.likely(row));
            }
        }
        met
    }

    /// What one row means by itself; for rows that are complete.
    pub fn find(&mut self, department: &DepartmentId, draft: &AssetDraft) -> Meaning {
        let (name, medium) = (draft.name.as_str(), draft.medium.as_str());
        let row = Sought { department, name, medium, ledger: false, choice: Choice::Open };
        self.exact(&row, |asset| asset.draft() == *draft).unwrap_or_else(|| self.likely(&row))
    }

    fn chosen(&mut self, row: &Sought<'_>) -> Option<Meaning> {
        match &row.choice {
            Choice::Open => None,
            Choice::New => {
                let key = (row.department.clone(), fold(row.name), fold(row.medium));
                Some(if self.seen.insert(key) { Meaning::New } else { Meaning::Repeated })
            }
            Choice::Onto(id) => {
                let at = *self.by_id.get(id)?;
                let Some(asset) = self.waiting.get(at)?.as_ref() else { return Some(Meaning::Taken) };
                // Another department's asset is no answer; the row is asked about again.
                if asset.department_id != *row.department {
                    return None;
                }
                self.take(at).map(|asset| Meaning::Onto(Box::new(asset)))
            }
        }
    }

    /// Department, name and medium agree; or department and name, where the file says no medium and one asset has it.
    fn exact(&mut self, row: &Sought<'_>, fits: impl Fn(&Asset) -> bool) -> Option<Meaning> {
        let (name, medium) = (fold(row.name), fold(row.medium));
        let key = (row.department.clone(), name, medium);
        let places = if key.2.is_empty() {
            let places = self.free(self.by_name.get(&(key.0.clone(), key.1.clone())));
            if places.len() > 1 {
                return None;
            }
            places
        } else {
            self.free(self.by_key.get(&key))
        };
        let equal = places.iter().find(|at| self.at(**at).is_some_and(&fits)).or(places.first()).copied()?;
        self.seen.insert(key);
        self.take(equal).map(|asset| Meaning::Onto(Box::new(asset)))
    }

    /// No asset is certain: a new one, a row that stood before, or a question.
    fn likely(&mut self, row: &Sought<'_>) -> Meaning {
        let key = (row.department.clone(), fold(row.name), fold(row.medium));
        if self.seen.contains(&key) {
            return Meaning::Repeated;
        }
        let named = self.free(self.by_name.get(&(key.0.clone(), key.1.clone())));
        let mut candidates: Vec<Candidate> = Vec::new();
        if row.ledger || key.2.is_empty() {
            let why = if named.len() > 1 { Why::SameName } else { Why::OtherMedium };
            candidates.extend(named.iter().filter_map(|at| self.candidate(*at, why)));
        }
        if row.ledger && candidates.is_empty() {
            let alike = self.likeness.get(row.department).map(|index| index.like(&key.1)).unwrap_or_default();
            candidates.extend(alike.into_iter().filter_map(|at| self.candidate(at, Why::Alike)));
        }
        candidates.truncate(MOST_CANDIDATES);
        self.seen.insert(key);
        if candidates.is_empty() { Meaning::New } else { Meaning::Asked(candidates) }
    }

    fn free(&self, places: Option<&Vec<usize>>) -> Vec<usize> {
        places.into_iter().flatten().copied().filter(|at| self.at(*at).is_some()).collect()
    }

    fn at(&self, at: usize) -> Option<&Asset> {
        self.waiting.get(at).and_then(Option::as_ref)
    }

    fn take(&mut self, at: usize) -> Option<Asset> {
        self.waiting.get_mut(at).and_then(Option::take)
    }

    fn candidate(&self, at: usize, why: Why) -> Option<Candidate> {
        let asset = self.at(at)?;
        let (id, name, medium) = (asset.id.clone(), asset.name.clone(), asset.medium.clone());
        Some(Candidate { id, name, medium, why })
    }
}
