//! R14: a backup of which anything was changed is refused before anything is touched.

use super::{turn, write};
use crate::support::{House, Place, copy_folder};
use meguri::backup::make::{self, Made};
use meguri::backup::manifest::{self, FILES, NOTE};
use meguri::backup::restore::{Order, restore, whole};
use meguri::backup::{No, shelf};
use meguri::house::clock::Chance;
use meguri::house::db::copy::Tools;
use meguri_record::{Duty, SignerKey};
use std::fs;
use std::path::{Path, PathBuf};

/// A backup, and the folder it lies in.
fn made(house: &House, top: &Path) -> Made {
    let (to, keys_to) = (top.join("backups"), top.join("apart"));
    make::make(&house.app, &make::Order { to: &to, keys_to: &keys_to, tools: &Tools::default() }).unwrap()
}

fn try_it(house: &House, backup: &Path, keys: &Path, data: &Path) -> Result<(), No> {
    let order = Order {
        backup,
        data,
        database: None,
        keys: Some(keys.to_owned()),
        key: None,
        tools: &Tools::default(),
        clock: house.app.clock.clone(),
    };
    restore(&order).map(|_| ())
}

/// One damage; says which.
fn damage(backup: &Path, chance: &Chance, kind: u64) -> String {
    let files = shelf::list(backup).unwrap();
    let pick = |of: &[String]| of[usize::try_from(chance.below(of.len() as u64)).unwrap()].clone();
    let one = pick(&files);
    let path = backup.join(&one);
    let bytes = fs::read(&path).unwrap();
    let within = |length: usize| usize::try_from(chance.below(length as u64)).unwrap();
    match kind % 7 {
        0 => {
            let (at, bit) = (within(bytes.len()), chance.below(8));
            let mut other = bytes;
            other[at] ^= 1 << bit;
            fs::write(&path, other).unwrap();
            format!("bit {bit} of byte {at} of {one}")
        }
        1 => {
            let left = within(bytes.len());
            fs::write(&path, &bytes[..left]).unwrap();
            format!("{one} ends after {left} bytes")
        }
        2 => {
            fs::remove_file(&path).unwrap();
            format!("{one} is missing")
        }
        3 => {
            let shelf = path.parent().unwrap();
            fs::write(shelf.join("more"), "more").unwrap();
            format!("more beside {one}")
        }
        4 => {
            let others: Vec<String> =
                files.iter().filter(|each| fs::read(backup.join(each)).unwrap() != bytes).cloned().collect();
            let other = pick(&others);
            let theirs = fs::read(backup.join(&other)).unwrap();
            fs::write(&path, theirs).unwrap();
            fs::write(backup.join(&other), bytes).unwrap();
            format!("{one} and {other} swapped")
        }
        5 => {
            let name = [NOTE, FILES][within(2)];
            let text = fs::read_to_string(backup.join(name)).unwrap();
            let digits: Vec<usize> =
                text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
            let at = digits[within(digits.len())];
            let mut edited = text.into_bytes();
            edited[at] = b'0' + (edited[at] - b'0' + 1) % 10;
            fs::write(backup.join(name), edited).unwrap();
            format!("a digit of {name} at {at}")
        }
        _ => {
            let note = meguri_record::Note::read(&fs::read_to_string(backup.join(NOTE)).unwrap()).unwrap();
            let name = note.signatures()[0].name.clone();
            let key = SignerKey::new(&name, Duty::Log, chance.bytes()).unwrap();
            fs::write(backup.join(NOTE), meguri::backup::manifest::sign(note.text(), &key).unwrap()).unwrap();
            "signed by another key of the same name".into()
        }
    }
}

#[test]
fn a_damaged_backup_is_refused_before_anything_is_touched() {
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    for number in 0..3 {
        write(&house.app, &house, number);
    }
    let made = made(&house, &top);
    let (work, data) = (top.join("work"), top.join("new"));
    let seed = turn("MEGURI_DAMAGE_SEED", 7);
    let (chance, count) = (Chance::seeded(seed), turn("MEGURI_DAMAGES", 42));
    let key = manifest::key(&house.app.keys, &chance).unwrap().verifier();
    let mut accepted = Vec::new();
    for number in 0..count {
        let _ = fs::remove_dir_all(&work);
        copy_folder(&made.folder, &work);
        let what = damage(&work, &chance, number);
        // Copying holds every file against its hash once more, which would hide a gap in the look before it.
        let seen = whole(&work, &key).is_err();
        let refused = try_it(&house, &work, &made.keys, &data);
        let touched = data.exists() || make::part_of(&data).exists();
        let said = refused.as_ref().is_err_and(|no| no.ja.contains("復元していません") && !no.en.is_empty());
        if !seen || !said || touched {
            accepted.push(format!("{what}: seen before {seen}, {refused:?}, touched {touched}"));
            let _ = fs::remove_dir_all(&data);
        }
    }
    println!("{count} damaged backups, {} not refused as they should be", accepted.len());
    assert!(accepted.is_empty(), "{accepted:#?}");
    // The same backup undamaged comes in, so it was the damage that was refused.
    try_it(&house, &made.folder, &made.keys, &data).unwrap();
    let again = try_it(&house, &made.folder, &made.keys, &data).unwrap_err();
    assert!(again.ja.contains("空ではありません"), "{again}");
}

#[test]
fn what_ends_too_early_leaves_nothing_that_looks_like_a_backup() {
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    write(&house.app, &house, 0);
    let file: PathBuf = house.app.files.join(make::evidence(&house.app.files).unwrap().remove(0));
    let bytes = fs::read(&file).unwrap();
    // A file that cannot be read is a folder here: root reads what it may not.
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(top.join("nowhere"), &file).unwrap();
    let (to, keys_to) = (top.join("backups"), top.join("apart"));
    let order = make::Order { to: &to, keys_to: &keys_to, tools: &Tools::default() };
    assert!(make::make(&house.app, &order).is_err());
    assert_eq!(shelf::stamped(&to), Vec::<PathBuf>::new());
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
    fs::remove_file(&file).unwrap();
    fs::write(&file, bytes).unwrap();
    make::make(&house.app, &order).unwrap();
    let (inside, keys) = (house.app.files.join("b"), to.join("keys"));
    let within = make::Order { to: &inside, keys_to: &keys_to, tools: &Tools::default() };
    assert!(make::make(&house.app, &within).err().unwrap().ja.contains("データのフォルダーの中"));
    let among = make::Order { to: &to, keys_to: &keys, tools: &Tools::default() };
    assert!(make::make(&house.app, &among).err().unwrap().ja.contains("鍵の保存先"));
}
