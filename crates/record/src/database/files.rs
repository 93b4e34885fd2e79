//! The evidence files that entries name, each held against its hash and size.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::sealed::Sealed;
use crate::bundle::{Failure, is_as_marked};
use crate::entry::FileMark;
use crate::tree::Hash;

/// Files by hash and size, each with the first entry that names it. A file that several entries name counts once.
#[derive(Default)]
pub struct Files(BTreeMap<(Hash, u64), u64>);

impl Files {
    /// Meets a file that an entry names.
    pub fn meet(&mut self, mark: FileMark, entry: u64) {
        self.0.entry((mark.sha256, mark.size)).or_insert(entry);
    }

    /// Found and all, and how many were erased. Without the folder nothing is found, and nothing is missed.
    pub fn hold(self, folder: Option<&Path>, sealed: &Sealed) -> Result<((u64, u64), u64), Failure> {
        let all = self.0.len() as u64;
        let Some(folder) = folder else { return Ok(((0, all), 0)) };
        let mut marks: Vec<(u64, FileMark)> =
            self.0.into_iter().map(|((sha256, size), entry)| (entry, FileMark { sha256, size })).collect();
        marks.sort_by_key(|(entry, mark)| (*entry, mark.sha256));
        let (mut found, mut erased) = (0, 0);
        for (entry, mark) in marks {
            let name = mark.sha256.to_string();
            let path = places(folder, &name).into_iter().find(|path| path.is_file());
            match path {
                Some(path) if is_as_marked(&path, mark) => found += 1,
                None if sealed.erased_file(&name) => erased += 1,
                path => {
                    let changed = path.is_some();
                    return Err(bad(&name, entry, changed, !sealed.opens() && sealed.has_erased()));
                }
            }
        }
        Ok(((found, all), erased))
    }
}

/// In the house's own folder a file lies on one of 256 shelves; in a bundle, without.
fn places(folder: &Path, name: &str) -> [PathBuf; 2] {
    [folder.join(name.get(..2).unwrap_or_default()).join(name), folder.join(name)]
}

fn bad(name: &str, entry: u64, changed: bool, unsure: bool) -> Failure {
    let (en, ja) = match (changed, unsure) {
        (true, _) => ("the evidence file was changed", "証跡のファイルが変更されています"),
        (false, false) => (
            "the evidence file is missing, and no erasure names it",
            "証跡のファイルがありません。消去した記録もありません",
        ),
        (false, true) => (
            "the evidence file is missing; whether it was erased shows only with --keys",
            "証跡のファイルがありません。消去によるものかどうかは、--keys を付けると分かります",
        ),
    };
    let place = ["files/", name].concat();
    Failure { entry: Some(entry), held_before: entry, ..Failure::new(place, en, ja) }
}
