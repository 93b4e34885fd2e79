//! A stranger's file between its arrival and its reader: it lies on the disk without a name, and is written and read
//! piece by piece, so that its size costs no memory.

use super::exporting::nameless;
use crate::house::fault::Fault;
use meguri_record::Hash;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// As much is held at once. Three bytes become four letters where a piece is kept as text.
const PIECE: usize = 192 * 1024;

/// Gone when it is dropped, or when the program ends.
pub struct Spool {
    file: File,
    size_bytes: usize,
    sha256: Sha256,
}

impl Spool {
    /// An empty file in a folder.
    pub fn begin(folder: &Path) -> Result<Self, Fault> {
        Ok(Self { file: nameless(folder)?, size_bytes: 0, sha256: Sha256::new() })
    }

    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// The hash of all that was written so far.
    pub fn sha256(&self) -> Hash {
        Hash(self.sha256.clone().finalize().into())
    }

    /// All that was written, from its beginning. One reader at a time: a second one begins anew for both.
    pub fn read(&self) -> io::Result<&File> {
        let mut file = &self.file;
        file.rewind()?;
        Ok(file)
    }

    /// Hands it on in pieces, in their order.
    pub fn each(&self, mut take: impl FnMut(i64, &[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        let file = self.read().map_err(|error| Fault::of_disk(&error))?;
        let mut piece = Vec::with_capacity(PIECE);
        for nth in 0.. {
            piece.clear();
            file.take(PIECE as u64).read_to_end(&mut piece).map_err(|error| Fault::of_disk(&error))?;
            if piece.is_empty() {
                break;
            }
            take(nth, &piece)?;
        }
        Ok(())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha256.update(bytes.get(..written).unwrap_or_default());
        self.size_bytes += written;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
