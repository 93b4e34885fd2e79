//! The database locked, gone, full: an answer in the person's words, nothing half done, and work goes on when
//! the cause is removed.

use crate::support::{Browser, House, Page, Place, each_database};
use meguri::house::fault::Stop;
use meguri::house::refused;
use meguri::{calendar, open, record};
use meguri_domain::asset::AssetDraft;
use std::path::{Path, PathBuf};

const BUSY: &str = "データベースから応答がありません。保存はされていません。";
const FULL: &str = "サーバーの空き容量がなくなりました。保存はされていません。";

/// A house in a file, with its folder.
fn in_a_file() -> (House, PathBuf) {
    let place = Place::file();
    let folder = place.folder().clone();
    (House::found(place), folder)
}

fn add(browser: &Browser<'_>, on: &str) -> Page {
    browser.post("/settings/calendar/holidays", &[("on_date", on), ("name", "創立記念日")])
}

/// Size of the log, after verifying it against the tables.
fn size(house: &House) -> u64 {
    let report = house.read_as_system(record::verify::verify).unwrap();
    assert_eq!(report.findings, []);
    report.size
}

#[test]
fn a_locked_database_is_answered_and_left_as_it_was() {
    let (house, folder) = in_a_file();
    let kato = house.as_("加藤");
    let before = size(&house);
    let other = rusqlite::Connection::open(folder.join("meguri.db")).unwrap();
    // The session was last seen minutes ago: that cannot be noted now, and need not be, to look at a page.
    other.execute_batch("UPDATE session SET seen_at = seen_at - 120000; BEGIN IMMEDIATE").unwrap();
    kato.get("/settings/calendar").is(200);
    add(&kato, "2026-06-01").is(503).has(BUSY);
    assert_eq!(size(&house), before);
    other.execute_batch("ROLLBACK").unwrap();
    add(&kato, "2026-06-01").is(303);
    assert_eq!(size(&house), before + 1);
}

#[test]
fn a_database_whose_folder_is_gone_is_answered_until_it_is_back() {
    let (house, folder) = in_a_file();
    let kato = house.as_("加藤");
    let before = size(&house);
    let away = folder.with_extension("away");
    std::fs::rename(&folder, &away).unwrap();
    kato.get("/settings/calendar").is(503).has(BUSY);
    add(&kato, "2026-06-01").is(503).has(BUSY);
    std::fs::rename(&away, &folder).unwrap();
    kato.get("/settings/calendar").is(200);
    assert_eq!(size(&house), before);
    add(&kato, "2026-06-01").is(303);
    assert_eq!(size(&house), before + 1);
}

/// Somebody restores a copy under the running program: what it would write into the old file would be lost.
#[test]
fn another_file_in_the_place_of_the_database_is_not_written_past() {
    let (house, folder) = in_a_file();
    let kato = house.as_("加藤");
    let (file, aside) = (folder.join("meguri.db"), folder.join("aside.db"));
    std::fs::rename(&file, &aside).unwrap();
    std::fs::copy(&aside, &file).unwrap();
    add(&kato, "2026-06-01").is(503).has(BUSY);
    std::fs::rename(&aside, &file).unwrap();
    add(&kato, "2026-06-01").is(303);
}

#[test]
fn a_full_disk_is_answered_reads_go_on_and_writing_works_when_room_returns() {
    let (house, _) = in_a_file();
    let (kato, sato) = (house.as_("加藤"), house.as_("佐藤"));
    let before = size(&house);
    // No page more than there are: the writer's connection keeps this until it is told otherwise.
    house.write_as_system(|tx| Ok(tx.open_rows(open!("PRAGMA max_page_count = 1"), &[])?)).unwrap();
    let mut saved = 0;
    let refused = loop {
        let page = add(&kato, &format!("2026-{:02}-{:02}", 5 + saved / 28, 1 + saved % 28));
        if page.status != 303 {
            break page;
        }
        saved += 1;
        assert!(saved < 200, "the disk never filled");
    };
    refused.is(507).has(FULL);
    assert_eq!(size(&house), before + saved, "what was answered as saved is saved, and nothing else");
    kato.get("/settings/calendar").is(200);
    sato.get("/assets").is(200);
    house.write_as_system(|tx| Ok(tx.open_rows(open!("PRAGMA max_page_count = 1073741823"), &[])?)).unwrap();
    add(&kato, "2026-12-01").is(303);
    assert_eq!(size(&house), before + saved + 1);
}

fn draft(name: &str) -> AssetDraft {
    let scores = AssetDraft { confidentiality: 1, integrity: 1, availability: 1, ..AssetDraft::default() };
    AssetDraft { name: name.into(), medium: "紙".into(), ..scores }
}

/// Ends a connection of PostgreSQL from outside.
fn cut(address: &str, pid: i64) {
    let mut owner = postgres::Client::connect(address, postgres::NoTls).unwrap();
    owner.batch_execute(&format!("SELECT pg_terminate_backend({pid})")).unwrap();
    let gone = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = {pid}");
    while owner.query_one(&gone, &[]).unwrap().get::<_, i64>(0) > 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn pid(rx: &meguri::house::work::Rx<'_>) -> i64 {
    let rows = rx.open_rows(open!("SELECT pg_backend_pid()"), &[]).unwrap();
    meguri::house::kept::cell(&rows[0], 0).unwrap()
}

#[test]
fn a_connection_cut_between_requests_is_replaced() {
    let Some(place) = Place::schema() else { return };
    let address = place.address().unwrap();
    let house = House::found(place);
    let kato = house.as_("加藤");
    kato.get("/settings/calendar").is(200);
    let idle = house.read_as_system(|rx| Ok(pid(rx))).unwrap();
    cut(&address, idle);
    kato.get("/settings/calendar").is(200);
    add(&kato, "2026-06-01").is(303);
    size(&house);
}

#[test]
fn a_connection_cut_in_the_middle_of_an_act_leaves_nothing_of_it() {
    let Some(place) = Place::schema() else { return };
    let address = place.address().unwrap();
    let house = House::found(place);
    let before = size(&house);
    let department = house.department("営業部");
    let draft = draft("半分の台帳");
    let cut_short = house.write_as_system(|tx| {
        meguri::asset::acts::register(tx, &department, draft.clone())?;
        cut(&address, pid(tx));
        calendar::acts::add_holiday(tx, tx.today(), "創立記念日")
    });
    let stop = cut_short.unwrap_err();
    assert!(matches!(stop, Stop::Fault(_)), "{stop}");
    assert_eq!(refused::status(&stop).as_u16(), 503, "{stop}");
    let cut_at_the_end = house.write_as_system(|tx| {
        let asset = meguri::asset::acts::register(tx, &department, draft)?;
        cut(&address, pid(tx));
        Ok(asset)
    });
    assert_eq!(cut_at_the_end.map_err(|stop| refused::status(&stop).as_u16()).unwrap_err(), 503);
    assert_eq!(size(&house), before);
    add(&house.as_("加藤"), "2026-06-01").is(303);
    assert_eq!(size(&house), before + 1);
}

/// SQLite would keep a NUL, PostgreSQL would fail over it: both refuse, in words.
#[test]
fn a_text_that_no_database_keeps_is_refused_wherever_it_comes_in() {
    each_database(|house| {
        let kato = house.as_("加藤");
        let said = "NUL";
        let day = [("on_date", "2026-06-01"), ("name", "創立\0記念日")];
        kato.post("/settings/calendar/holidays", &day).is(422).has(said);
        kato.get("/settings/calendar?year=%00").is(422).has(said);
        house.as_("佐藤").get("/assets?q=a%00b").is(422).has(said);
        house.as_("佐藤").get("/assets/import/%00").is(422).has(said);
        let nobody = [("email", "a\0@mihon.example"), ("password", "見本の合い言葉は長くします")];
        house.visitor().post("/sign-in", &nobody).is(422).has(said);
        let read = AssetDraft { name: "台\0帳".into(), medium: "紙".into(), ..draft("") };
        let department = house.department("営業部");
        let refused = house.act("佐藤", |tx| meguri::asset::acts::register(tx, &department, read));
        assert!(matches!(refused, Err(Stop::Refusal(_))), "{refused:?}");
    });
}

#[test]
fn a_folder_that_cannot_be_opened_is_said_at_the_start() {
    let opened = meguri::house::db::Db::sqlite(Path::new("/nowhere/at/all/meguri.db"));
    let said = opened.err().map(|fault| fault.to_string()).unwrap_or_default();
    assert!(said.contains("unable to open database file"), "{said}");
}
