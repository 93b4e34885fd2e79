//! The keystore: the key and the salt of every private payload, apart from the database. To overwrite a slot with
//! zeros is to erase its payload in the database and in every copy of it (docs/decisions/0016).
//!
//! It is one file of slots of 64 bytes. Slots are drawn ahead and on the disk before any of them is used, so that a
//! commit waits for no second disk. Which slot comes next stands in the database, inside the write transaction.

use super::clock::Chance;
use super::fault::{Fault, synced};
use super::keys::Keys;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// The file's name in the folder of keys.
pub const FILE: &str = "payload.keys";
/// Bytes of a slot: a key of 32 and a salt of 32.
const SLOT: u64 = 64;
/// So many slots are drawn ahead, at least.
const AHEAD: u64 = 1_024;
/// Bytes of the number that is used once, in front of what is sealed with it.
const NONCE: usize = 12;

/// The keystore of a house.
pub struct Keystore {
    keys: Keys,
    /// So many slots are known to be on the disk.
    synced: AtomicU64,
}

/// What seals one payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    key: [u8; 32],
    pub salt: [u8; 32],
}

/// Slots on loan: as many as were asked for, and where to ask for the next.
pub struct Drawn {
    pub slots: Vec<(u64, Slot)>,
    pub next: u64,
}

impl Keystore {
    pub fn of(keys: &Keys) -> Self {
        Self { keys: keys.clone(), synced: AtomicU64::new(0) }
    }

    fn path(&self) -> PathBuf {
        self.keys.path(FILE)
    }

    /// So many slots from a place on that were never used. One that is zero was destroyed and is passed over. Only
    /// whoever holds the writer's place asks, so no two programs are given the same.
    pub fn draw(&self, from: u64, count: usize, chance: &Chance) -> Result<Drawn, Fault> {
        let mut drawn = Drawn { slots: Vec::with_capacity(count), next: from };
        while drawn.slots.len() < count {
            let missing = (count - drawn.slots.len()) as u64;
            let mut file = self.reaching(drawn.next + missing, chance)?;
            let block = read(&mut file, drawn.next, missing)?;
            for slot in block.chunks_exact(64).map(Slot::of) {
                if let Some(slot) = slot {
                    drawn.slots.push((drawn.next, slot));
                }
                drawn.next += 1;
            }
        }
        Ok(drawn)
    }

    /// The file with at least so many slots, all of them on the disk.
    fn reaching(&self, slots: u64, chance: &Chance) -> Result<File, Fault> {
        let mut file = match OpenOptions::new().read(true).write(true).open(self.path()) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.keys.create(FILE)?,
            other => other.map_err(|error| Fault::of_disk(&error))?,
        };
        let mut there = file.metadata().map_err(Fault::broken)?.len() / SLOT;
        if there < slots {
            // What another program adds at the same time would have the same place.
            file.lock().map_err(|error| Fault::of_disk(&error))?;
            there = file.metadata().map_err(Fault::broken)?.len() / SLOT;
            let more = slots.saturating_sub(there).next_multiple_of(AHEAD);
            let mut block = Vec::with_capacity(usize::try_from(more * SLOT).map_err(Fault::broken)?);
            for _ in 0..more * 2 {
                block.extend(chance.bytes());
            }
            write(&mut file, there, &block)?;
            there += more;
        }
        // Another program may have added slots and been ended before they were on the disk.
        if self.synced.load(Ordering::SeqCst) < slots {
            synced(&file)?;
            self.synced.store(there, Ordering::SeqCst);
        }
        Ok(file)
    }

    /// How many slots there are, used or not. Who comes from an older state of the database goes on behind them: a salt
    /// that was drawn for what is lost never vouches for anything else.
    pub fn slots(&self) -> Result<u64, Fault> {
        match std::fs::metadata(self.path()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            found => Ok(found.map_err(|error| Fault::of_disk(&error))?.len() / SLOT),
        }
    }

    /// For reading one slot after the other.
    pub fn reader(&self) -> Reader {
        Reader { file: File::open(self.path()).ok(), first: 0, block: Vec::new() }
    }

    /// Overwrites slots with zeros, on the disk when this returns. Whether there are such slots does not matter.
    pub fn destroy(&self, slots: impl IntoIterator<Item = u64>) -> Result<(), Fault> {
        let mut file = match OpenOptions::new().write(true).open(self.path()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other.map_err(|error| Fault::of_disk(&error))?,
        };
        let there = file.metadata().map_err(Fault::broken)?.len() / SLOT;
        for slot in slots {
            if slot < there {
                write(&mut file, slot, &[0; 64])?;
            }
        }
        synced(&file)
    }
}

fn read(file: &mut File, from: u64, slots: u64) -> Result<Vec<u8>, Fault> {
    let mut block = Vec::new();
    file.seek(SeekFrom::Start(from * SLOT)).map_err(Fault::broken)?;
    file.take(slots * SLOT).read_to_end(&mut block).map_err(Fault::broken)?;
    Ok(block)
}

fn write(file: &mut File, from: u64, block: &[u8]) -> Result<(), Fault> {
    file.seek(SeekFrom::Start(from * SLOT)).map_err(Fault::broken)?;
    file.write_all(block).map_err(|error| Fault::of_disk(&error))
}

/// Reads slots; those that lie together are read together. It lives as long as one look, so that it never knows a
/// slot that was destroyed since.
pub struct Reader {
    file: Option<File>,
    first: u64,
    block: Vec<u8>,
}

impl Reader {
    /// A slot, unless it is not there or was destroyed.
    pub fn slot(&mut self, slot: u64) -> Option<Slot> {
        let held = self.block.len() as u64 / SLOT;
        if slot < self.first || slot >= self.first + held {
            self.first = slot;
            self.block = read(self.file.as_mut()?, slot, AHEAD / 4).ok()?;
        }
        let at = usize::try_from((slot - self.first) * SLOT).ok()?;
        self.block.get(at..at + 64).and_then(Slot::of)
    }
}

impl Slot {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (key, salt) = bytes.split_first_chunk::<32>()?;
        let salt = salt.first_chunk::<32>()?;
        (*key != [0; 32] || *salt != [0; 32]).then_some(Self { key: *key, salt: *salt })
    }

    /// Seals a text for its place in the log, so that it can be read at no other.
    pub fn seal(&self, place: (i64, i64), text: &str, chance: &Chance) -> Result<String, Fault> {
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&chance.bytes()[..NONCE]);
        let (msg, aad) = (text.as_bytes(), &bound(place)[..]);
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), Payload { msg, aad });
        let sealed = sealed.map_err(|_| Fault::broken("a payload could not be sealed"))?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for a place in the log; none when it was sealed otherwise.
    pub fn open(&self, place: (i64, i64), sealed: &str) -> Option<String> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE>()?;
        let aad = &bound(place)[..];
        let text = self.cipher().decrypt(&Nonce::from(*nonce), Payload { msg, aad }).ok()?;
        String::from_utf8(text).ok()
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.key.into())
    }
}

fn bound((idx, seq): (i64, i64)) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&idx.to_be_bytes());
    bytes[8..].copy_from_slice(&seq.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> (tempfile::TempDir, Keystore, Chance) {
        let house = tempfile::tempdir().unwrap();
        let keystore = Keystore::of(&Keys::beside(&house.path().join("files")));
        (house, keystore, Chance::seeded(1))
    }

    fn numbers(drawn: &Drawn) -> Vec<u64> {
        drawn.slots.iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn a_payload_is_opened_only_with_its_slot_and_at_its_place() {
        let (_house, keystore, chance) = house();
        let drawn = keystore.draw(0, 2, &chance).unwrap();
        let (one, other) = (&drawn.slots[0].1, &drawn.slots[1].1);
        let sealed = one.seal((7, 0), "山田", &chance).unwrap();
        assert_eq!(one.open((7, 0), &sealed).as_deref(), Some("山田"));
        assert_ne!(one.seal((7, 0), "山田", &chance).unwrap(), sealed, "a nonce is used once");
        for (slot, place) in [(other, (7, 0)), (one, (7, 1)), (one, (8, 0))] {
            assert_eq!(slot.open(place, &sealed), None);
        }
        let spoilt = format!("{}{}", if sealed.starts_with('A') { 'B' } else { 'A' }, &sealed[1..]);
        assert_eq!(one.open((7, 0), &spoilt), None);
    }

    #[test]
    fn slots_are_drawn_ahead_and_a_destroyed_one_is_never_used() {
        let (_house, keystore, chance) = house();
        let first = keystore.draw(0, 3, &chance).unwrap();
        assert_eq!((numbers(&first), first.next), (vec![0, 1, 2], 3));
        assert_eq!(keystore.path().metadata().unwrap().len(), AHEAD * SLOT);
        let many = keystore.draw(3, 1_500, &chance).unwrap();
        assert_eq!(keystore.path().metadata().unwrap().len(), 2 * AHEAD * SLOT);
        assert_eq!(many.next, 1_503);
        keystore.destroy([1, 1_504, 99_999]).unwrap();
        assert!(keystore.reader().slot(1).is_none());
        assert!(keystore.reader().slot(99_999).is_none());
        assert!(keystore.reader().slot(2) == Some(first.slots[2].1.clone()));
        let after = keystore.draw(1_503, 2, &chance).unwrap();
        assert_eq!((numbers(&after), after.next), (vec![1_503, 1_505], 1_506));
    }

    #[test]
    fn a_slot_that_a_crash_cut_short_is_written_again() {
        let (_house, keystore, chance) = house();
        keystore.draw(0, 1, &chance).unwrap();
        let file = OpenOptions::new().write(true).open(keystore.path()).unwrap();
        file.set_len(AHEAD * SLOT + 17).unwrap();
        let drawn = keystore.draw(AHEAD, 1, &chance).unwrap();
        assert_eq!(numbers(&drawn), [AHEAD]);
        assert_eq!(keystore.path().metadata().unwrap().len(), 2 * AHEAD * SLOT);
    }
}
