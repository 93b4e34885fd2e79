//! Pictures of risk: what is counted of whom, and which are the highest.

use super::risks::{judge, register};
use crate::support::{House, each_database};
use meguri::risk::counts::{Narrow, extent_of, extents, ranking};
use meguri::risk::tally;
use meguri::{asset, criteria};
use meguri_domain::asset::Asset;
use meguri_domain::criteria::Level;
use meguri_domain::people::Act;

/// Two assets of sales and one of personnel, judged; a third asset of sales was judged and is retired.
pub fn judged(house: &House) -> [Asset; 4] {
    let sales = |name| register(house, "佐藤", "営業部", name);
    let all = [
        sales("応募者の履歴書"),
        sales("契約書の綴り"),
        register(house, "鈴木", "人事部", "面接の記録"),
        sales("古い名刺"),
    ];
    for (at, by, threat, scores) in [
        (0, "佐藤", "T001", (3, 3)),
        (0, "佐藤", "T005", (3, 2)),
        (1, "佐藤", "T001", (1, 1)),
        (2, "鈴木", "T001", (3, 3)),
        (3, "佐藤", "T001", (3, 3)),
        (3, "佐藤", "T005", (1, 1)),
    ] {
        judge(house, by, &all[at], threat, scores).unwrap();
    }
    house.act("佐藤", |tx| asset::acts::retire(tx, &all[3].id, 1, "廃棄した")).unwrap();
    all
}

#[test]
fn risks_are_counted_without_those_of_retired_assets_and_within_sight() {
    each_database(|house| {
        judged(house);
        let sales = house.department("営業部");
        let counted = |by: &str, year: i64, department: &str| {
            let tally =
                house.read(by, |rx| Ok(tally::of_year(rx, &rx.scope(Act::SeeRisk), year, department)?));
            let tally = tally.unwrap();
            [Level::Large, Level::Middle, Level::Small].map(|level| tally.count(|each| each.level == level))
        };
        assert_eq!(counted("渡辺", 2026, ""), [3, 0, 1]);
        assert_eq!(counted("渡辺", 2026, sales.as_str()), [2, 0, 1]);
        assert_eq!(counted("佐藤", 2026, ""), [2, 0, 1]);
        assert_eq!(counted("鈴木", 2026, ""), [1, 0, 0]);
        assert_eq!(counted("鈴木", 2026, sales.as_str()), [0, 0, 0], "out of sight");
        assert_eq!(counted("渡辺", 2025, ""), [0, 0, 0]);
        let kinds = |by: &str, department: &str| {
            house.read(by, |rx| {
                let edition = criteria::store::all(rx)?.remove(0).id;
                Ok(tally::kinds(rx, &rx.scope(Act::SeeRisk), (2026, &edition), (department, false))?
                    .into_iter()
                    .map(|(kind, count)| (kind.threat_id.to_string(), kind.vulnerability, count))
                    .collect::<Vec<_>>())
            })
        };
        let kind = |threat: &str, vulnerability, count| (threat.to_owned(), vulnerability, count);
        let all = [kind("T001", 1, 1), kind("T001", 3, 2), kind("T005", 2, 1)];
        assert_eq!(kinds("渡辺", "").unwrap(), all);
        let of_sales = [kind("T001", 1, 1), kind("T001", 3, 1), kind("T005", 2, 1)];
        assert_eq!(kinds("渡辺", sales.as_str()).unwrap(), of_sales);
        assert_eq!(kinds("鈴木", "").unwrap(), [kind("T001", 3, 1)]);
    });
}

#[test]
fn the_highest_come_first_and_those_of_one_value_by_name() {
    each_database(|house| {
        judged(house);
        let found = |narrow: &Narrow| {
            house
                .read("渡辺", |rx| {
                    let found = ranking(rx, &rx.scope(Act::SeeRisk), narrow)?;
                    Ok(found.into_iter().map(|each| (each.asset, each.risk.value)).collect::<Vec<_>>())
                })
                .unwrap()
        };
        let year = Narrow { fiscal_year: 2026, ..Narrow::default() };
        let of = |name: &str, value| (name.to_owned(), value);
        let all =
            [of("応募者の履歴書", 9), of("面接の記録", 9), of("応募者の履歴書", 6), of("契約書の綴り", 3)];
        assert_eq!(found(&year), all);
        let department = house.department("人事部").to_string();
        assert_eq!(found(&Narrow { department, ..year.clone() }), all[1..2]);
        assert_eq!(found(&Narrow { level: "small".into(), ..year.clone() }), all[3..]);
        assert_eq!(found(&Narrow { likelihood: 2, ..year }), all[2..3]);
    });
}

#[test]
fn how_far_a_department_is_is_the_same_alone_and_among_all() {
    each_database(|house| {
        let all = judged(house);
        register(house, "佐藤", "営業部", "まだ評価していない帳票");
        let mut draft = all[1].draft();
        draft.note = "棚を替えた".into();
        house.act("佐藤", |tx| asset::acts::edit(tx, &all[1].id, 1, draft)).unwrap();
        let sales = house.department("営業部");
        let (one, all) = house
            .read("渡辺", |rx| {
                let (scope, edition) = (rx.scope(Act::SeeRisk), criteria::store::all(rx)?.remove(0).id);
                let one = extent_of(rx, &scope, (2026, &edition), &sales)?;
                Ok((one, extents(rx, &scope, 2026, &edition)?))
            })
            .unwrap();
        let among = all.iter().find(|(id, _)| *id == sales).unwrap().1;
        for extent in [one, among] {
            assert_eq!((extent.assets, extent.none, extent.stale, extent.judged()), (3, 1, 1, 1));
        }
    });
}
