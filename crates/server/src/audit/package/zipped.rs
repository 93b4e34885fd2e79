//! A folder as one file: what an auditor carries away.

use crate::house::fault::{Done, Fault};
use meguri_record::Hash;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Packs a folder into a zip of that name; gives the hash and the size of the file.
pub fn zip(folder: &Path, name: &str, target: &Path) -> Done<(String, u64)> {
    let file = File::create_new(target).map_err(|error| Fault::of_disk(&error))?;
    let mut writer = ZipWriter::new(file);
    pack(&mut writer, folder, name).map_err(|error| Fault::of_disk(&error))?;
    let file = writer.finish().map_err(Fault::broken)?;
    file.sync_all().map_err(|error| Fault::of_disk(&error))?;
    digest(target).map_err(|error| Fault::of_disk(&error).into())
}

/// In the order of the names, without times, so that the same folder gives the same file.
fn pack<W: io::Write + Seek>(writer: &mut ZipWriter<W>, folder: &Path, name: &str) -> io::Result<()> {
    let mut inside: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    inside.sort_by_key(fs::DirEntry::file_name);
    for each in inside {
        let place = [name, "/", &each.file_name().to_string_lossy()].concat();
        if each.file_type()?.is_dir() {
            pack(writer, &each.path(), &place)?;
            continue;
        }
        // Evidence is packed already, mostly; texts shrink to a fifth.
        let method =
            if name.ends_with("/files") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        writer.start_file(place, options).map_err(io::Error::other)?;
        io::copy(&mut BufReader::new(File::open(each.path())?), writer)?;
    }
    Ok(())
}

fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            let hash: [u8; 32] = hash.finalize().into();
            return Ok((Hash(hash).to_string(), size));
        }
        hash.update(piece.get(..read).unwrap_or_default());
        size += read as u64;
    }
}
