//! What the tool proposes: for every asset of the sample register something with a reason, and for twenty assets most of
//! what a practitioner named before the tool was asked.

use super::assets::{all, import_sample};
use crate::support::{House, Place};
use meguri::asset;
use meguri::risk::cards::RULES;
use meguri::risk::store;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::ThreatId;
use meguri_domain::proposal::FIRST;
use meguri_domain::risk::Threat;

/// The list, written before the first proposal was ranked.
const NAMED: &str = include_str!("proposals/named.csv");

fn catalogue(house: &House) -> Vec<Threat> {
    house.read("渡辺", |rx| Ok(store::threats(rx)?)).unwrap()
}

fn registered(house: &House, draft: AssetDraft) -> Asset {
    let department = house.department("営業部");
    house.act("渡辺", |tx| asset::acts::register(tx, &department, draft)).unwrap()
}

fn first(asset: &Asset, catalogue: &[Threat]) -> Vec<ThreatId> {
    let found = RULES.propose(asset, catalogue, &[]);
    found.into_iter().take(FIRST).map(|each| each.threat.id.clone()).collect()
}

#[test]
fn nine_in_ten_of_what_a_practitioner_names_stands_among_the_first_eight() {
    let house = House::found(Place::memory());
    let catalogue = catalogue(&house);
    let (mut named, mut missed) = (0, Vec::new());
    for row in csv::Reader::from_reader(NAMED.as_bytes()).records() {
        let row = row.unwrap();
        let score = |n: usize| row[n].parse().unwrap();
        let draft = AssetDraft {
            name: row[0].to_owned(),
            medium: row[1].to_owned(),
            users: row[2].to_owned(),
            personal: &row[3] == "1",
            sensitive: &row[4] == "1",
            my_number: &row[5] == "1",
            confidentiality: score(6),
            integrity: score(7),
            availability: score(8),
            ..AssetDraft::default()
        };
        let asset = registered(&house, draft);
        let proposed = first(&asset, &catalogue);
        for id in row[9].split(' ') {
            named += 1;
            let threat = catalogue.iter().find(|each| each.id.as_str() == id).unwrap();
            if !proposed.contains(&threat.id) {
                missed.push(format!("{}: {} {}", asset.name, threat.id, threat.name_ja));
            }
        }
    }
    println!(
        "{} of {named} named threats among the first {FIRST}; missed: {missed:#?}",
        named - missed.len()
    );
    assert!(missed.len() * 10 <= named, "{missed:#?}");
    assert!(named >= 60, "the list itself is there");
}

#[test]
fn every_asset_of_the_sample_register_gets_proposals_and_every_proposal_a_reason() {
    let house = House::found(Place::memory());
    let catalogue = catalogue(&house);
    import_sample(&house);
    let assets = all(&house, "渡辺");
    assert_eq!(assets.len(), 49);
    for asset in &assets {
        let found = RULES.propose(asset, &catalogue, &[]);
        assert!(!found.is_empty(), "{}", asset.name);
        assert!(found.iter().all(|each| !each.whys.is_empty()), "{}", asset.name);
        assert!(found.is_sorted_by_key(|each| -each.points), "{}", asset.name);
    }
}
