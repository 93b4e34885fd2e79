//! T7: some things are erased by approval, some payloads are dropped by plain SQL in every way there is. What was erased
//! is said to be erased, and each of the others is named.

use super::erased;
use crate::support::{House, Place};
use crate::tamper::dba::Dba;
use crate::tamper::lived;
use meguri::asset::acts;
use meguri::house::clock::Chance;
use meguri::record::verify::{Finding, verify};
use meguri_domain::asset::AssetDraft;
use std::collections::BTreeSet;

/// Assets of a house; each has two versions.
const ASSETS: u64 = 12;

fn furnish(house: &House) -> Vec<String> {
    let sales = house.department("営業部");
    let one = |nth: u64| {
        let draft = AssetDraft { name: format!("名簿{nth}"), ..lived::draft() };
        let asset = house.act("佐藤", |tx| acts::register(tx, &sales, draft.clone())).unwrap();
        let draft = AssetDraft { note: format!("備考{nth}"), ..draft };
        house.act("佐藤", |tx| acts::edit(tx, &asset.id, asset.version, draft.clone())).unwrap();
        format!("asset/{}", asset.id)
    };
    (0..ASSETS).map(one).collect()
}

#[test]
fn erased_is_never_taken_for_tampered_nor_tampered_for_erased() {
    let mixes: u64 = std::env::var("MEGURI_MIXES").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (kind, folder, address) = (place.kind(), place.folder().clone(), place.address());
        let house = House::found(place);
        let mut objects = furnish(&house);
        let chance = Chance::seeded(mixes);
        let (mut done, mut gone, mut dropped) = (0, 0, 0);
        // Between the mixes more and more is erased.
        for round in 0..4 {
            for _ in 0..if round == 0 { 0 } else { 2 } {
                let nth = usize::try_from(chance.below(objects.len() as u64)).unwrap();
                erased(&house, &objects.remove(nth));
            }
            let mut dba = match &address {
                Some(address) => Dba::postgres(address),
                None => Dba::sqlite(&folder.join("meguri.db")),
            };
            let whole = house.read_as_system(verify).unwrap();
            assert_eq!(whole.findings, [], "before anybody tampered");
            for _ in 0..mixes / 4 {
                let names = drop_some(&mut dba, &chance);
                let report = house.read_as_system(verify).unwrap();
                let found: BTreeSet<i64> = report.findings.iter().filter_map(place_of).collect();
                assert_eq!(found, names, "{:?}", report.findings);
                let untouched = report.erased + names.len() >= whole.erased;
                assert!(untouched, "an erasure was taken for a tampering");
                done += 1;
                gone += whole.erased;
                dropped += names.len();
                dba.restore("payload");
            }
            assert_eq!(house.read_as_system(verify).unwrap().findings, [], "after everything was put back");
            drop_copies(&mut dba);
        }
        println!("on {kind}: {done} mixes, {gone} payloads erased, {dropped} dropped, 0 taken for the other");
    }
}

fn drop_copies(dba: &mut Dba) {
    let kept = meguri::record::verify::TABLES.iter().map(|table| table.name);
    for table in kept.chain(["log", "entry", "payload"]) {
        dba.run(&format!("DROP TABLE copy_of_{table}"));
    }
}

/// The entry whose payload a finding names; rows that differ because their last state is gone are named beside it.
fn place_of(finding: &Finding) -> Option<i64> {
    match finding {
        Finding::Payload { idx } | Finding::Emptied { idx } | Finding::Unerased { idx, .. } => Some(*idx),
        Finding::Log(broken) => broken.idx().map(|idx| i64::try_from(idx).unwrap()),
        _ => None,
    }
}

/// Drops up to five payloads and spoils up to one erasure; gives the entries that must be named.
fn drop_some(dba: &mut Dba, chance: &Chance) -> BTreeSet<i64> {
    let size: u64 = dba.ask("SELECT CAST(size AS TEXT) FROM log").unwrap().parse().unwrap();
    let mut names = BTreeSet::new();
    let erasure = dba.ask("SELECT CAST(MAX(erased_by) AS TEXT) FROM payload");
    for _ in 0..chance.below(6) {
        let idx = chance.below(size);
        let at = format!("WHERE idx = {idx} AND seq = 0 AND erased_by IS NULL");
        let there = dba.ask(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM payload {at}")).unwrap();
        // An erasure's own states are what the others rest upon: without them every one of them is named.
        let is_erasure = format!(
            "SELECT CAST(COUNT(*) AS TEXT) FROM payload WHERE idx = {idx} AND seq = 0 AND object LIKE 'erasure/%'"
        );
        if there == "0" || dba.ask(&is_erasure).unwrap() == "1" {
            continue;
        }
        let by = match (&erasure, chance.below(3)) {
            (Some(by), 0) => by.clone(),
            (_, 1) => chance.below(size).to_string(),
            _ => idx.to_string(),
        };
        dba.run(&match chance.below(5) {
            0 => format!("UPDATE payload SET sealed = '' {at}"),
            1 => format!("DELETE FROM payload {at}"),
            2 => format!("UPDATE payload SET erased_by = {by} {at}"),
            _ => format!("UPDATE payload SET sealed = '', erased_by = {by} {at}"),
        });
        names.insert(i64::try_from(idx).unwrap());
    }
    if let (Some(_), 0) = (&erasure, chance.below(3)) {
        // An erased payload that names another entry than the one that erased it.
        let idx = dba.ask("SELECT CAST(MIN(idx) AS TEXT) FROM payload WHERE erased_by IS NOT NULL").unwrap();
        dba.run(&format!("UPDATE payload SET erased_by = erased_by - 1 WHERE idx = {idx}"));
        names.insert(idx.parse().unwrap());
    }
    names
}
