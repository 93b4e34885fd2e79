//! What the lists and pictures of risk count, beside a plain reckoning over every row: the queries of a million rows take ways of
//! their own, and must find the same.

use super::risks::draft;
use crate::support::{House, day, each_database};
use meguri::criteria::preview;
use meguri::people::acts;
use meguri::risk::counts::{Narrow, extent_of, extents, ranking, years};
use meguri::risk::store;
use meguri::{asset, criteria, risk};
use meguri_domain::asset::{Asset, AssetDraft, AssetState};
use meguri_domain::ids::ThreatId;
use meguri_domain::people::{Act, Role};
use meguri_domain::risk::{Judgement, Risk};
use std::collections::BTreeMap;

const THREATS: [&str; 8] = ["T001", "T002", "T003", "T004", "T005", "T006", "T007", "T008"];

/// A number that looks like chance and is none.
fn dice(what: (usize, usize, usize), sides: usize) -> usize {
    (what.0 * 7_919 + what.1 * 104_729 + what.2 * 1_299_709 + 17) % 10_007 % sides
}

/// Assets of two departments with all kinds of scores, judged in two years; some are retired, some have changed since, and some
/// were never judged.
fn varied(house: &House) {
    let homes = [("佐藤", "営業部"), ("鈴木", "人事部")];
    let assets: Vec<(&str, usize, Asset)> = (0..18)
        .map(|n| {
            let (by, home) = homes[n % 2];
            let score = |k| i64::try_from(dice((n, k, 1), 3) + 1).unwrap();
            let draft = AssetDraft {
                confidentiality: score(1),
                integrity: score(2),
                availability: score(3),
                ..draft(&format!("資産{:02}", (n * 5) % 18), n % 4 == 0)
            };
            let home = house.department(home);
            (by, n, house.act(by, |tx| asset::acts::register(tx, &home, draft)).unwrap())
        })
        .collect();
    for (year, today) in [(1, "2026-06-01"), (2, "2027-06-01")] {
        house.move_to(today);
        for (by, n, asset) in assets.iter().filter(|(_, n, _)| dice((*n, year, 2), 6) > 0) {
            house
                .act(by, |tx| {
                    for (t, threat) in THREATS.iter().enumerate().filter(|(t, _)| dice((*n, *t, year), 7) > 0)
                    {
                        let score = |k| i64::try_from(dice((*n, t, k + year), 3) + 1).unwrap();
                        let order = Judgement {
                            threat: score(1),
                            vulnerability: score(2),
                            note: String::new(),
                            answerable: true,
                        };
                        risk::acts::judge(tx, &asset.id, &ThreatId::new(*threat).unwrap(), &order)?;
                    }
                    Ok(())
                })
                .unwrap();
        }
    }
    for (by, n, asset) in &assets {
        match n % 7 {
            2 => house.act(by, |tx| asset::acts::retire(tx, &asset.id, 1, "廃棄した")).map(|_| ()).unwrap(),
            3 => {
                let changed = AssetDraft { confidentiality: 4 - asset.confidentiality, ..asset.draft() };
                house.act(by, |tx| asset::acts::edit(tx, &asset.id, 1, changed)).map(|_| ()).unwrap();
            }
            _ => {}
        }
    }
    // Who serves two departments of three is asked for each of them.
    house
        .write_as_system(|tx| {
            let home = house.department("経理部");
            acts::post(
                tx,
                &house.person("佐藤"),
                Role::Member,
                Some(&home),
                tx.today(),
                Some(day("2099-03-31")),
            )
        })
        .unwrap();
}

/// Every judgement with its asset, read row by row.
fn plain(house: &House, by: &str) -> Vec<(Risk, Asset)> {
    let read = house.read(by, |rx| {
        let scope = rx.scope(Act::SeeRisk);
        let mut all = Vec::new();
        for name in ["営業部", "人事部", "経理部"] {
            for year in [2026, 2027] {
                for risk in store::risks_of(rx, &scope, &house.department(name), year)? {
                    let asset = asset::store::find(rx, &scope, &risk.asset_id)?;
                    all.push((risk, asset));
                }
            }
        }
        Ok(all)
    });
    read.unwrap()
}

fn lives((_, asset): &(Risk, Asset)) -> bool {
    asset.state == AssetState::InUse
}

#[test]
fn the_highest_are_those_of_a_plain_reckoning() {
    each_database(|house| {
        varied(house);
        let year = Narrow { fiscal_year: 2027, ..Narrow::default() };
        let sales = house.department("営業部").to_string();
        let narrows = [
            year.clone(),
            Narrow { fiscal_year: 2026, ..year.clone() },
            Narrow { department: sales.clone(), ..year.clone() },
            Narrow { department: sales.clone(), fiscal_year: 2026, level: "middle".into(), ..year.clone() },
            Narrow { department: house.department("経理部").to_string(), ..year.clone() },
            Narrow { level: "large".into(), ..year.clone() },
            Narrow { importance: 2, likelihood: 1, ..year.clone() },
            Narrow { method: "personal".into(), ..year.clone() },
        ];
        for by in ["渡辺", "佐藤", "田中", "鈴木"] {
            let all = plain(house, by);
            for narrow in &narrows {
                let any = |asked: i64, is: i64| asked == 0 || asked == is;
                let mut wanted: Vec<&(Risk, Asset)> = all
                    .iter()
                    .filter(|each| lives(each))
                    .filter(|(risk, _)| risk.fiscal_year == narrow.fiscal_year)
                    .filter(|(risk, _)| {
                        narrow.department.is_empty() || risk.department_id.as_str() == narrow.department
                    })
                    .filter(|(risk, _)| narrow.level.is_empty() || risk.level.code() == narrow.level)
                    .filter(|(risk, _)| any(narrow.importance, risk.importance))
                    .filter(|(risk, _)| any(narrow.likelihood, risk.likelihood))
                    .filter(|(risk, _)| {
                        narrow.method.is_empty() || risk.personal == (narrow.method == "personal")
                    })
                    .collect();
                wanted.sort_by_key(|(risk, _)| {
                    (-risk.value, -risk.importance, std::cmp::Reverse(risk.id.clone()))
                });
                wanted.truncate(50);
                wanted.sort_by_key(|(risk, asset)| {
                    (-risk.value, -risk.importance, asset.name.clone(), risk.id.clone())
                });
                let wanted: Vec<_> = wanted.into_iter().map(|(risk, _)| risk.id.clone()).collect();
                let found = house.read(by, |rx| Ok(ranking(rx, &rx.scope(Act::SeeRisk), narrow)?)).unwrap();
                let found: Vec<_> = found.into_iter().map(|each| each.risk.id).collect();
                assert_eq!(found, wanted, "{by}, {narrow:?}");
            }
        }
        assert_eq!(
            plain(house, "渡辺")
                .iter()
                .filter(|each| lives(each))
                .filter(|each| each.0.fiscal_year == 2027)
                .count()
                .min(50),
            50
        );
    });
}

#[test]
fn the_years_and_how_far_departments_are_are_those_of_a_plain_reckoning() {
    each_database(|house| {
        varied(house);
        for (by, wanted) in [("渡辺", vec![2027, 2026]), ("佐藤", vec![2027, 2026]), ("加藤", vec![])] {
            let found = house.read(by, |rx| Ok(years(rx, &rx.scope(Act::SeeRisk))?)).unwrap();
            assert_eq!(found, wanted, "{by}");
        }
        let edition = house.read_as_system(|rx| Ok(criteria::store::all(rx)?.remove(0).id)).unwrap();
        for (by, year) in [("渡辺", 2026), ("渡辺", 2027), ("佐藤", 2026), ("佐藤", 2027), ("鈴木", 2027)]
        {
            let found =
                house.read(by, |rx| Ok(extents(rx, &rx.scope(Act::SeeRisk), year, &edition)?)).unwrap();
            assert_eq!(found.len(), if by == "渡辺" { 2 } else { 1 }, "{by}");
            for (id, extent) in found {
                let alone =
                    house.read(by, |rx| Ok(extent_of(rx, &rx.scope(Act::SeeRisk), (year, &edition), &id)?));
                let alone = alone.unwrap();
                let (held, judged) = house
                    .read_as_system(|rx| {
                        let scope = rx.scope(Act::SeeRisk);
                        let held = asset::store::in_use(rx, &scope, &id)?;
                        Ok((held, store::risks_of(rx, &scope, &id, year)?))
                    })
                    .unwrap();
                let oldest = |asset: &Asset| {
                    let own = judged.iter().filter(|risk| risk.asset_id == asset.id);
                    own.map(|risk| risk.asset_revision).min()
                };
                let none = held.iter().filter(|asset| oldest(asset).is_none()).count();
                let old = |asset: &&Asset| oldest(asset).is_some_and(|old| old != asset.revision);
                let stale = held.iter().filter(old).count();
                for each in [extent, alone] {
                    assert_eq!(
                        (each.assets, each.none, each.stale),
                        (held.len(), none, stale),
                        "{by} {year}"
                    );
                }
                assert!(stale > 0, "varied enough");
            }
        }
    });
}

#[test]
fn what_a_draft_would_do_is_counted_as_a_plain_reckoning_counts_it() {
    each_database(|house| {
        varied(house);
        for by in ["渡辺", "佐藤", "鈴木"] {
            let edition = house.read(by, |rx| Ok(criteria::store::all(rx)?.remove(0).id)).unwrap();
            let mut wanted: BTreeMap<_, i64> = BTreeMap::new();
            let all = plain(house, by);
            for (risk, asset) in
                all.iter().filter(|each| lives(each)).filter(|each| each.0.fiscal_year == 2027)
            {
                let scores = [asset.confidentiality, asset.integrity, asset.availability];
                let personal = asset.personal || asset.sensitive || asset.my_number;
                let key = (risk.department_id.clone(), scores, personal, risk.threat, risk.vulnerability);
                *wanted.entry(key).or_default() += 1;
            }
            let found = house
                .read(by, |rx| Ok(preview::counted(rx, &rx.scope(Act::SeeRisk), 2027, &edition)?))
                .unwrap();
            let count = found.len();
            let found: BTreeMap<_, i64> = found
                .into_iter()
                .map(|(alike, count)| {
                    let key = (
                        alike.department_id,
                        alike.scores,
                        alike.personal,
                        alike.threat,
                        alike.vulnerability,
                    );
                    (key, count)
                })
                .collect();
            assert!(found.len() > 10 && found.values().any(|count| *count > 1), "varied enough");
            assert_eq!(count, found.len(), "each kind once");
            assert_eq!(found, wanted, "{by}");
        }
    });
}
