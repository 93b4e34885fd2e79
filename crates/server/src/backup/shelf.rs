//! Files on their way into a backup and out of it: listed, copied, hashed, synced; for their owner alone.

use super::{No, Told};
use meguri_record::Hash;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Relative, with slashes.
    pub path: String,
    pub size: u64,
    pub sha256: Hash,
}

impl Item {
    pub fn under(&self, folder: &Path) -> PathBuf {
        folder.join(&self.path)
    }
}

/// Whether a path of a list stays below its folder and has one spelling.
pub fn is_plain(path: &str) -> bool {
    let parts: Vec<Component<'_>> = Path::new(path).components().collect();
    let normal = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let again: Vec<&str> = path.split('/').collect();
    !path.is_empty() && parts.iter().all(normal) && parts.len() == again.len() && !path.contains(['\n', '\\'])
}

/// A folder for its owner alone, with those above it.
pub fn folder(path: &Path) -> Told<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(No::at(path))
}

/// A new file for its owner alone.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new file and waits until the disk has it.
pub fn write(path: &Path, bytes: &[u8]) -> Told<()> {
    let put = || {
        let mut file = create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    put().map_err(No::at(path))
}

/// Waits until the disk has a file or a folder.
pub fn sync(path: &Path) -> Told<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(No::at(path))
}

/// Size and hash of a file, read to its end.
pub fn weigh(path: &Path) -> Told<(u64, Hash)> {
    let mut file = File::open(path).map_err(No::at(path))?;
    passed(&mut file, |_| Ok(())).map_err(No::at(path))
}

/// Copies a file and says what was copied; the copy is on the disk when this returns.
pub fn copy(from: &Path, to: &Path) -> Told<(u64, Hash)> {
    if let Some(parent) = to.parent() {
        folder(parent)?;
    }
    let mut source = File::open(from).map_err(No::at(from))?;
    let mut target = create(to).map_err(No::at(to))?;
    let seen = passed(&mut source, |bytes| target.write_all(bytes)).map_err(No::at(to))?;
    target.sync_all().map_err(No::at(to))?;
    Ok(seen)
}

fn passed(
    file: &mut File,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(u64, Hash)> {
    let (mut size, mut hash, mut room) = (0, Sha256::new(), vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut room)?;
        let Some(bytes) = room.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok((size, Hash(hash.finalize().into())));
        };
        hash.update(bytes);
        size += bytes.len() as u64;
        each(bytes)?;
    }
}

/// Every file below a folder by its relative path, sorted; what is neither file nor folder is among them.
pub fn list(top: &Path) -> Told<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(at) = open.pop() {
        let here = top.join(&at);
        for entry in fs::read_dir(&here).map_err(No::at(&here))? {
            let entry = entry.map_err(No::at(&here))?;
            let path = at.join(entry.file_name());
            if entry.file_type().map_err(No::at(&here))?.is_dir() {
                open.push(path);
            } else {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a folder is missing or has nothing in it.
pub fn is_free(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The folders of a folder whose names are those of backups, oldest first.
pub fn stamped(top: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(top) else { return Vec::new() };
    let is_stamp = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (day, rest) = name.split_at_checked(8).unwrap_or_default();
        day.bytes().all(|byte| byte.is_ascii_digit())
            && rest.starts_with('T')
            && !super::make::is_passing(&name)
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .filter(is_stamp)
        .collect();
    found.sort();
    found
}
