//! Which row of a file is which row of the register: by department, name and medium, as people would say it.

use crate::house::words::fold;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::DepartmentId;
use std::collections::{HashMap, HashSet, VecDeque};

type Key = (DepartmentId, String, String);

/// The assets in use, waiting to be found by the rows of a file. Each is found once.
#[derive(Default)]
pub struct Register {
    waiting: HashMap<Key, VecDeque<Asset>>,
    seen: HashSet<Key>,
}

/// What a row of a file means for the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    New,
    /// The row differs from this asset.
    Changed(Box<Asset>),
    Same(Box<Asset>),
    /// The same row stood in the file before, and the register holds no second one.
    Repeated,
}

impl Register {
    /// Takes the assets in use; those of one department or of many.
    pub fn hold(&mut self, assets: impl IntoIterator<Item = Asset>) {
        for asset in assets {
            let key = key(&asset.department_id, &asset.name, &asset.medium);
            self.waiting.entry(key).or_default().push_back(asset);
        }
    }

    /// What the next row of the file means. A register that holds the same thing twice finds both again.
    pub fn meet(&mut self, department: &DepartmentId, draft: &AssetDraft) -> Meaning {
        let key = key(department, &draft.name, &draft.medium);
        if let Some(found) = self.waiting.get_mut(&key).and_then(|waiting| best(waiting, draft)) {
            self.seen.insert(key);
            let same = found.draft() == *draft;
            return if same { Meaning::Same(Box::new(found)) } else { Meaning::Changed(Box::new(found)) };
        }
        if self.seen.insert(key) { Meaning::New } else { Meaning::Repeated }
    }
}

/// The waiting asset that equals the draft, else the first.
fn best(waiting: &mut VecDeque<Asset>, draft: &AssetDraft) -> Option<Asset> {
    let equal = waiting.iter().position(|each| each.draft() == *draft).unwrap_or(0);
    waiting.remove(equal)
}

fn key(department: &DepartmentId, name: &str, medium: &str) -> Key {
    (department.clone(), fold(name), fold(medium))
}
