//! The demo's year: it builds, whatever the day, and its record holds together.

use crate::support::{Place, databases, day};
use meguri::demo::{Options, build};
use meguri::house::clock::{Chance, Clock};
use meguri::house::db::Db;
use meguri::house::web::App;
use meguri::people::session;
use meguri::record;
use meguri::{breaks, calendar};
use meguri_domain::breaks::{Break, Gap, breaks as all_breaks};
use meguri_domain::people::Act;
use meguri_domain::treatment::PlanRow;

fn built(place: &mut Place, options: &Options, today: &str) -> (Db, App) {
    let db = place.open();
    db.migrate(&Chance::seeded(options.seed)).unwrap();
    build(&db, &place.files(), options, day(today), &|_| ()).unwrap();
    let app = App::new(db.clone(), Clock::standing(day(today)), Chance::seeded(9), place.files());
    (db, app)
}

fn gaps(app: &App) -> Vec<Break> {
    let look = |rx: &meguri::house::work::Rx<'_>| {
        let world = breaks::store::world(rx, &rx.scope(Act::SeeBoard))?;
        Ok(all_breaks(&world, &calendar::store::calendar(rx)?, rx.today()))
    };
    app.db.read(session::house(app), look).unwrap()
}

#[test]
fn the_demo_lives_and_its_record_holds_together() {
    for mut place in databases() {
        let (_db, app) = built(&mut place, &Options::default(), "2026-11-23");
        let report = app.db.read(session::house(&app), record::verify::verify).unwrap();
        assert_eq!(report.findings, []);
        let found = gaps(&app);
        for each in &found {
            println!("{:?}", each.gap);
        }
        let count = |is: fn(&Gap) -> bool| found.iter().filter(|each| is(&each.gap)).count();
        let rows = app.db.read(session::house(&app), |rx| {
            Ok(breaks::store::world(rx, &rx.scope(Act::SeeBoard))?.plan_rows)
        });
        let rows = rows.unwrap();
        let many = |is: fn(&PlanRow) -> bool| rows.iter().filter(|row| is(row)).count();
        assert_eq!(many(|row| row.second.is_some()), 3, "judged a second time");
        assert_eq!(many(|row| !row.tasks.is_empty()), 4, "with tasks");
        assert_eq!(many(|row| row.next_on.is_some()), 1, "one of them under way");
        assert_eq!(
            count(|gap| matches!(gap, Gap::PlanApprovalOutdated(_))),
            0,
            "what happened outdates nothing"
        );
        assert_eq!(
            count(|gap| matches!(gap, Gap::AssessmentOpen { .. } | Gap::AssessmentUnchecked { .. })),
            0
        );
        assert_eq!(count(|gap| matches!(gap, Gap::CorrectionOverdue { .. })), 1);
        assert_eq!(count(|gap| matches!(gap, Gap::PlanRowNowhere(_))), 1);
        assert_eq!(count(|gap| matches!(gap, Gap::AssetStale(_))), 1);
        assert!(count(|gap| matches!(gap, Gap::InspectionUnchecked { .. })) >= 2);
        assert!(count(|gap| matches!(gap, Gap::AnswerMissing { .. })) >= 5);
    }
}

#[test]
fn the_demo_builds_on_any_day_with_any_seed() {
    for (seed, today) in [
        (2, "2026-04-01"),
        (3, "2026-04-20"),
        (4, "2026-06-30"),
        (5, "2026-12-01"),
        (6, "2027-01-04"),
        (7, "2028-07-15"),
    ] {
        let mut place = Place::memory();
        let (_db, app) = built(&mut place, &Options { seed, ..Options::default() }, today);
        let report = app.db.read(session::house(&app), record::verify::verify).unwrap();
        assert_eq!(report.findings, [], "seed {seed} on {today}");
        println!("{today}: {} breaks", gaps(&app).len());
    }
}

#[test]
fn generated_departments_live_too() {
    let mut place = Place::memory();
    let (_db, app) = built(&mut place, &Options { seed: 1, departments: 9, assets: 50 }, "2026-07-10");
    let report = app.db.read(session::house(&app), record::verify::verify).unwrap();
    assert_eq!(report.findings, []);
}
