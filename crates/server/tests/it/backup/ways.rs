//! The program's own commands, the keys that go before, and the health page.

use super::write;
use crate::support::{House, Place, each_database, program};
use meguri::backup::jobs;
use meguri::backup::{Plan, make, shelf};
use meguri::house::round::{Said, go, last};
use meguri::house::web::App;
use meguri::rounds::ROUNDS;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

fn meguri(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.arg("--data").arg(data).args(words).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().unwrap()
}

#[test]
fn the_program_backs_up_restores_and_drills() {
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    write(&house.app, &house, 0);
    let at = |name: &str| top.join(name).display().to_string();
    let backup = meguri(&top, &["backup", "--to", &at("b/backups")]);
    let said = String::from_utf8_lossy(&backup.stdout).into_owned();
    assert!(backup.status.success(), "{said}{}", String::from_utf8_lossy(&backup.stderr));
    let key = said.lines().find_map(|line| line.strip_prefix("key ")).unwrap().to_owned();
    let made = shelf::stamped(&top.join("b/backups")).remove(0);
    let newest = shelf::stamped(&top.join("b/backups-keys")).remove(0);
    // Of keys that are newer than the backup the newer ones come in.
    std::fs::write(newest.join("newer"), "newer").unwrap();
    let new = top.join("new");
    let made = made.display().to_string();
    let restore = meguri(&new, &["restore", &made, "--key", &key]);
    assert!(restore.status.success(), "{}", String::from_utf8_lossy(&restore.stderr));
    assert_eq!(std::fs::read_to_string(new.join("keys/newer")).unwrap(), "newer");
    let verify = meguri(&new, &["verify"]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
    let again = meguri(&new, &["restore", &made]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("空ではありません"));
    let drill = meguri(&new, &["drill", "--to", &at("drill")]);
    assert!(drill.status.success() && String::from_utf8_lossy(&drill.stdout).starts_with("PASS"));
}

fn planned(house: &House, to: Option<&Path>) -> App {
    let backups = Plan { to: to.map(Path::to_path_buf), keep: 2, ..Plan::default() };
    App { backups: Arc::new(backups), ..house.app.clone() }
}

#[test]
fn the_rounds_keep_as_many_as_they_should_and_a_bad_one_reaches_a_person() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let top = place.folder().clone();
        let house = House::found(place);
        write(&house.app, &house, 0);
        house.as_("加藤").get("/").is(200).lacks("稼働状況に要対応");
        let said: Said = go(&planned(&house, None), &jobs::BACKUP).unwrap();
        assert!(!said.good && said.ja.contains("--backup-to"));
        for name in ["加藤", "渡辺"] {
            house.as_(name).get("/").is(200).has("稼働状況に要対応 1件");
            house.as_(name).get("/health").is(200).has("要対応").has("--backup-to");
        }
        house.as_("佐藤").get("/").is(200).lacks("稼働状況に要対応");
        house.as_("佐藤").get("/health").is(403);
        let to = top.join("backups");
        let app = planned(&house, Some(&to));
        for _ in 0..3 {
            let said = go(&app, &jobs::BACKUP).unwrap();
            assert!(said.good, "{said:?}");
        }
        assert_eq!(shelf::stamped(&to).len(), 2);
        for round in [jobs::DRILL, jobs::VERIFICATION] {
            let said = go(&app, &round).unwrap();
            assert!(said.good, "{said:?}");
        }
        house.as_("加藤").get("/").is(200).lacks("稼働状況に要対応");
        house.as_("加藤").get("/health").is(200).has("合格です");
        // A file that changed on the disk.
        let file = make::evidence(&app.files).unwrap().remove(0);
        std::fs::write(app.files.join(file), "別の中身").unwrap();
        assert!(!go(&app, &jobs::VERIFICATION).unwrap().good);
        house.as_("加藤").get("/health").is(200).has("証跡ファイル");
    }
}

#[test]
fn a_round_that_stays_away_is_red_after_two_turns() {
    each_database(|house| {
        let round = &ROUNDS[0];
        go(&house.app, round).unwrap();
        let went = house.read_as_system(|rx| last(rx, round.name)).unwrap().unwrap();
        let later = |seconds: i64| went.is_overdue(round, went.at_ms + seconds * 1_000);
        assert!(!later(0) && !later(2 * round.every_s + 900) && later(2 * round.every_s + 901));
        let kato = house.as_("加藤");
        kato.get("/health").is(200).lacks("予定の時刻を過ぎても");
        house.move_to("2026-04-03");
        let kato = house.as_("加藤");
        kato.get("/health").is(200).has("予定の時刻を過ぎても").has("要対応");
        kato.get("/").is(200).has("稼働状況に要対応 1件");
    });
}

#[test]
fn keys_are_kept_for_thirty_five_days() {
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    let (to, keys_to) = (top.join("backups"), top.join("apart"));
    let order = make::Order { to: &to, keys_to: &keys_to, tools: &Plan::default().tools() };
    for (day, kept) in [("2026-04-01", 1), ("2026-05-06", 2), ("2026-05-07", 2), ("2026-08-01", 1)] {
        house.move_to(day);
        make::make(&house.app, &order).unwrap();
        assert_eq!(shelf::stamped(&keys_to).len(), kept, "{day}");
    }
    assert_eq!(shelf::stamped(&to).len(), 4);
}

#[test]
fn to_who_has_not_signed_in_the_health_address_says_only_that_the_database_answers() {
    each_database(|house| {
        house.visitor().get("/health").is(200).has("ok").lacks("<");
    });
}
