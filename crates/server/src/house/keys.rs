//! The folder of what must stay secret and apart: signing keys, payload keys, and what the outside is known to hold. It lies
//! beside the evidence files and never in the database, so a restored database cannot take it back with it.

use super::fault::Fault;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The folder, by its path; [`Keys::ready`] makes it and looks at it.
#[derive(Debug, Clone)]
pub struct Keys(PathBuf);

impl Keys {
    /// The folder of a house, by that of its evidence files.
    pub fn beside(files: &Path) -> Self {
        Self(files.with_file_name("keys"))
    }

    /// Such a folder under a path of its own, for a program that is no house.
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Makes the folder where it is missing, and refuses one that others than its owner may open (TRUST.md R6).
    pub fn ready(&self) -> Result<(), Fault> {
        make(&self.0).map_err(|error| Fault::of_disk(&error))?;
        only_the_owner(&self.0)?;
        for entry in fs::read_dir(&self.0).map_err(Fault::broken)? {
            only_the_owner(&entry.map_err(Fault::broken)?.path())?;
        }
        Ok(())
    }

    /// The text of a file; none where there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<String>, Fault> {
        match fs::read_to_string(self.path(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::broken(format!("{}: {error}", self.path(name).display()))),
        }
    }

    /// Makes a file that is filled by whoever asked; one that is there stays as it is.
    pub fn create(&self, name: &str) -> Result<File, Fault> {
        self.ready()?;
        let make = || {
            let file = open(&self.path(name), false)?;
            File::open(&self.0)?.sync_all()?;
            Ok(file)
        };
        make().map_err(|error| Fault::of_disk(&error))
    }

    /// Puts a text in the place of a file: all of it or nothing, and on the disk when this returns.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Fault> {
        self.ready()?;
        let fresh = self.path(&format!("{name}.new"));
        let put = || {
            let mut file = open(&fresh, true)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, self.path(name))?;
            File::open(&self.0)?.sync_all()
        };
        put().map_err(|error| Fault::of_disk(&error))
    }

    /// Takes a file away, if it is there; gone from the disk when this returns.
    pub fn remove(&self, name: &str) -> Result<(), Fault> {
        match fs::remove_file(self.path(name)) {
            Ok(()) => File::open(&self.0)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| Fault::of_disk(&error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Fault::of_disk(&error)),
        }
    }
}

#[cfg(unix)]
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn open(path: &Path, empty: bool) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).write(true).create(true).truncate(empty).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, empty: bool) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(empty).open(path)
}

#[cfg(unix)]
fn only_the_owner(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(Fault::broken)?.permissions().mode();
    let others = mode & 0o077;
    if others.count_ones() == 0 {
        return Ok(());
    }
    Err(Fault::broken(format!(
        "others than its owner may open {}: run `chmod go-rwx` on it and replace the keys in it",
        path.display()
    )))
}

#[cfg(not(unix))]
fn only_the_owner(_: &Path) -> Result<(), Fault> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_kept_comes_back_and_is_for_the_owner_alone() {
        let house = tempfile::tempdir().unwrap();
        let keys = Keys::beside(&house.path().join("files"));
        assert_eq!(keys.read("a").unwrap(), None);
        keys.write("a", "one").unwrap();
        keys.write("a", "two").unwrap();
        assert_eq!(keys.read("a").unwrap().as_deref(), Some("two"));
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(keys.path("a")), mode(keys.path(""))), (0o600, 0o700));
    }

    #[test]
    fn a_folder_or_a_file_that_others_may_open_is_refused() {
        let house = tempfile::tempdir().unwrap();
        let keys = Keys::beside(&house.path().join("files"));
        keys.write("a", "one").unwrap();
        for path in [keys.path("a"), keys.path("")] {
            let before = fs::metadata(&path).unwrap().permissions();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o740)).unwrap();
            assert!(keys.ready().unwrap_err().to_string().contains("chmod go-rwx"));
            fs::set_permissions(&path, before).unwrap();
        }
        keys.ready().unwrap();
    }
}
