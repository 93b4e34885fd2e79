//! Pictures of risk: what is counted of whom, and which are the highest; how they are spread, what became of last year's, what
//! the plan should leave, and the same tables as files.

use super::plan;
use super::risks::{draft, judge, register};
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

/// The cells of a CSV file by lines.
fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

fn table(house: &House, by: &str, query: &str) -> Vec<Vec<String>> {
    let file = house.as_(by).get(&format!("/risks/pictures/file?format=csv&{query}"));
    cells(&file.is(200).body)
}

/// One line of a table.
fn line(table: &[Vec<String>], name: &str) -> String {
    table.iter().find(|row| row[0] == name).map(|row| row[1..].join(" ")).unwrap_or_default()
}

#[test]
fn risks_are_spread_over_departments_stages_measures_and_groups_within_sight() {
    each_database(|house| {
        judged(house);
        let of = |by: &str, query: &str, name: &str| line(&table(house, by, query), name);
        assert_eq!(table(house, "渡辺", "by=department")[0], ["部門", "大", "中", "小", "計"]);
        assert_eq!(of("渡辺", "by=department", "営業部"), "2 0 1 3");
        assert_eq!(of("渡辺", "by=department", "人事部"), "1 0 0 1");
        assert_eq!(of("渡辺", "by=department", "計"), "3 0 1 4");
        assert_eq!(of("渡辺", "by=department", "経理部"), "", "nothing to show");
        let sales = house.department("営業部");
        assert_eq!(table(house, "渡辺", &format!("by=department&department={sales}")).len(), 3);
        // T001 is of use, T005 of storage; 7.7 stands first for the one, 7.3 for the other.
        assert_eq!(of("渡辺", "by=stage", "利用・加工"), "2 0 1 3");
        assert_eq!(of("渡辺", "by=stage", "計"), "3 0 1 4");
        assert_eq!(of("渡辺", "by=stage", "消去・廃棄"), "0 0 0 0");
        assert_eq!(of("渡辺", "by=group", "物理的"), "3 0 1 4");
        assert_eq!(of("渡辺", "by=measure", "物理的"), "3 0 1 4");
        assert_eq!(of("渡辺", "by=measure", "計"), "", "a risk may be counted in several rows");
        assert_eq!(of("鈴木", "by=group", "物理的"), "1 0 0 1");
        for by in ["department", "stage", "measure", "group", "years", "treatment", "odd"] {
            let page = house.as_("鈴木").get(&format!("/risks/pictures?by={by}&department={sales}&year=x"));
            page.is(200).lacks("営業部").has("人事部");
            assert!(
                !house
                    .as_("鈴木")
                    .get(&format!("/risks/pictures/file?format=csv&by={by}"))
                    .is(200)
                    .body
                    .contains("営業部")
            );
            house.as_("加藤").get(&format!("/risks/pictures?by={by}")).is(403);
            house.as_("加藤").get(&format!("/risks/pictures/file?by={by}")).is(403);
        }
        house.as_("渡辺").get("/risks/pictures?year=2019").is(200).has("この条件のリスクはありません");
    });
}

#[test]
fn a_page_shows_bars_and_their_table_in_both_languages() {
    each_database(|house| {
        judged(house);
        let browser = house.as_("渡辺");
        browser.get("/risks").has("/risks/pictures");
        let page = browser.get("/risks/pictures");
        page.is(200).has("「大」のリスクが最も多いのは「営業部」で、2件です。");
        page.has("▲ 大 2　△ 中 0　▽ 小 1")
            .has("<rect class=\"l3\" x=\"0\" y=\"0\" width=\"666\" height=\"20\"/>");
        page.has("year=2026&#38;format=xlsx");
        browser.post("/language", &[("lang", "en"), ("next", "/risks")]).is(303);
        let page = browser.get("/risks/pictures?by=group");
        page.has("Most high risks stand under “Physical”: 3.").has("Organizational").lacks("物理的");
    });
}

#[test]
fn this_year_stands_against_last() {
    each_database(|house| {
        let [cv, contract, _, _] = judged(house);
        let more = register(house, "佐藤", "営業部", "名刺の控え");
        judge(house, "佐藤", &more, "T001", (3, 3)).unwrap();
        house.move_to("2027-04-01");
        // Of the four of sales two fall and rise, one is new; one asset is judged without what was said last year.
        judge(house, "佐藤", &cv, "T001", (1, 1)).unwrap();
        judge(house, "佐藤", &cv, "T005", (3, 2)).unwrap();
        judge(house, "佐藤", &contract, "T005", (3, 3)).unwrap();
        let of = |query: &str, name: &str| line(&table(house, "渡辺", &format!("by=years&{query}")), name);
        // Last year also what was said of the asset that was retired then: two more, gone.
        let head = ["部門", "2026年度 大", "2026年度 中", "2026年度 小", "2027年度 大"];
        assert_eq!(table(house, "渡辺", "by=years")[0][..5], head);
        assert_eq!(of("", "営業部"), "4 0 2 2 0 1 1 3 0 1 1 1");
        assert_eq!(of("", "人事部"), "1 0 0 0 0 0 0 0 0 0 0 1");
        assert_eq!(of("", "計"), "5 0 2 2 0 1 1 3 0 1 1 2");
        assert_eq!(of("year=2026", "人事部"), "0 0 0 1 0 0 1 0 0 0 0 0");
        let page = house.as_("渡辺").get("/risks/pictures?by=years");
        page.has("「大」のリスクは、前年度の5件から2件になりました。");
        let first = house.as_("渡辺").get("/risks/pictures?by=years&year=2026");
        first.has("前年度に評価したリスクはありません。この年度の「大」のリスクは4件です。");
    });
}

#[test]
fn what_was_handed_over_in_mid_year_is_compared_where_it_is_now() {
    each_database(|house| {
        let [cv, contract, ..] = judged(house);
        house.move_to("2027-04-01");
        judge(house, "佐藤", &cv, "T001", (1, 1)).unwrap();
        let of =
            |by: &str, query: &str, name: &str| line(&table(house, by, &format!("by=years&{query}")), name);
        assert_eq!(of("渡辺", "", "営業部"), "3 0 2 0 0 1 0 3 0 1 0 1");
        assert_eq!(of("渡辺", "", "人事部"), "1 0 0 0 0 0 0 0 0 0 0 1");
        // Judged in part by the one department, both assets go to the other.
        let (sales, staff) = (house.department("営業部"), house.department("人事部"));
        let going = [cv.id.clone(), contract.id.clone()];
        let first = crate::support::day("2027-05-01");
        house.move_to("2027-05-01");
        house
            .act("渡辺", |tx| meguri::handover::acts::split(tx, &sales, &staff, first, &going).map(|_| ()))
            .unwrap();
        judge(house, "鈴木", &contract, "T001", (3, 3)).unwrap();
        // The last word on a risk goes along with its asset: of the one that was judged this year last year's stays behind and is
        // called handed over; nothing is new, and nothing waits, because of the way it went.
        let head = &table(house, "渡辺", "by=years")[0];
        assert_eq!(head.last().unwrap(), "引き継いだ");
        assert_eq!(of("渡辺", "", "営業部"), "2 0 1 0 0 0 0 2 0 0 0 0 1");
        assert_eq!(of("渡辺", "", "人事部"), "2 0 1 1 0 1 0 1 1 1 0 1 0");
        assert_eq!(of("渡辺", "", "計"), "4 0 2 1 0 1 0 3 1 1 0 1 1");
        let own = [of("鈴木", "", "人事部"), " 0".into()].concat();
        assert_eq!(own, of("渡辺", "", "人事部"), "the department itself has handed nothing over");
        assert_eq!(of("佐藤", "", "営業部"), of("渡辺", "", "営業部"));
        assert_eq!(of("渡辺", &format!("department={staff}"), "人事部"), of("鈴木", "", "人事部"));
        house
            .as_("渡辺")
            .get("/risks/pictures?by=years")
            .has("「引き継いだ」は、資産がほかの部門に移ったものです");
        house.as_("渡辺").get("/risks/pictures?by=years&year=2026").lacks("引き継いだ");
        // What the other department said of it last year is gone where its asset was retired.
        let look =
            |rx: &meguri::house::work::Rx<'_>| asset::store::find(rx, &rx.scope(Act::SeeRegister), &cv.id);
        let version = house.read("鈴木", look).unwrap().version;
        house.act("鈴木", |tx| asset::acts::retire(tx, &cv.id, version, "廃棄した")).unwrap();
        assert_eq!(of("鈴木", "", "人事部"), "2 0 1 1 0 0 0 2 1 0 0 1");
        assert_eq!(of("渡辺", "", "人事部"), "2 0 1 1 0 0 0 2 1 0 0 1 0");
    });
}

#[test]
fn the_plan_stands_beside_what_was_judged_first() {
    each_database(|house| {
        let [cv, ..] = judged(house);
        let risk = house
            .read("渡辺", |rx| Ok(meguri::risk::store::history(rx, &rx.scope(Act::SeeRisk), &cv.id)?))
            .unwrap()
            .into_iter()
            .find(|risk| risk.threat_id.as_str() == "T001")
            .unwrap();
        plan::write(house, &risk, "task", &[]);
        let of = |name: &str| line(&table(house, "渡辺", "by=treatment"), name);
        assert_eq!(of("営業部"), "2 0 1 1 0 2 1");
        assert_eq!(of("人事部"), "1 0 0 1 0 0 0");
        let page = house.as_("渡辺").get("/risks/pictures?by=treatment");
        page.has("「大」のリスクは3件から2件になる見込みです。");
    });
}

#[test]
fn a_table_is_taken_along_as_it_stands_and_holds_no_formula() {
    each_database(|house| {
        let hostile = "=HYPERLINK(\"http://x\")";
        let department = house
            .write_as_system(|tx| {
                Ok(meguri::people::acts::open_department(tx, "D99", hostile, None, tx.today())?.id)
            })
            .unwrap();
        let asset =
            house.act("渡辺", |tx| asset::acts::register(tx, &department, draft("控え", true))).unwrap();
        judge(house, "渡辺", &asset, "T001", (3, 3)).unwrap();
        assert_eq!(line(&table(house, "渡辺", "by=department"), &["'", hostile].concat()), "1 0 0 1");
        let quoted = "営業, 第\"一\"; 課";
        let other = house
            .write_as_system(|tx| {
                Ok(meguri::people::acts::open_department(tx, "D98", quoted, None, tx.today())?.id)
            })
            .unwrap();
        let asset = house.act("渡辺", |tx| asset::acts::register(tx, &other, draft("控え", true))).unwrap();
        judge(house, "渡辺", &asset, "T005", (3, 3)).unwrap();
        for by in ["department", "years", "treatment"] {
            let read = table(house, "渡辺", &format!("by={by}"));
            assert!(
                read.iter().all(|row| row.len() == read[0].len()),
                "{by}: every row has the columns of its heading"
            );
            assert!(read.iter().any(|row| row[0] == quoted), "{by}: {read:?}");
        }
        let file = house.as_("渡辺").get("/risks/pictures/file?by=department&format=xlsx");
        let book = meguri_sheet::read(&file.is(200).bytes, &meguri_sheet::Limits::default()).unwrap();
        let text: Vec<Vec<&str>> = book.sheets[0]
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.text.as_str()).collect())
            .collect();
        assert_eq!(text[0], ["リスクの部門別の分布"]);
        assert!(text.contains(&vec!["2026年度・全部門"]));
        assert!(text.contains(&vec!["部門", "大", "中", "小", "計"]));
        assert!(text.contains(&vec![hostile, "1", "0", "0", "1"]));
        assert!(book.sheets[0].unreckoned.is_empty());
    });
}
