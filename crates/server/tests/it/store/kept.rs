//! Every kept type, in every state, makes the round trip on both databases; and what was saved is what was
//! sealed, as verification sees it.

use super::states::{FLAGS, HOSTILE, approvals, controls, flows, month, outcomes, signed, today};
use crate::support::{House, each_database};
use crate::tamper::lived;
use meguri::calendar::store::Setting;
use meguri::house::fault::Done;
use meguri::house::kept::Kept;
use meguri::house::sql::DEPARTMENTAL;
use meguri::house::work::{Departmental, Tx};
use meguri::record::answer::ClosedLog;
use meguri::record::signer::LogKey;
use meguri::record::verify::{TABLES, verify};
use meguri::{open, scoped, seen};
use meguri_domain::Change;
use meguri_domain::applicability::{Decision, Implementation, Inclusion, StatementLine};
use meguri_domain::approval::Returned;
use meguri_domain::asset::{Asset, AssetDraft, AssetState};
use meguri_domain::audit::{Audit, AuditState, Package, Stage};
use meguri_domain::calendar::{Holiday, Term};
use meguri_domain::catalogue::Contents;
use meguri_domain::closing::{Closing, ClosingState};
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::criteria::{Criteria, CriteriaState, Level, Method};
use meguri_domain::effect::ControlEffect;
use meguri_domain::erasure::{Erasure, ErasureState, Ground, Taken};
use meguri_domain::evidence::{Evidence, EvidenceKind};
use meguri_domain::export::{Export, ExportFormat, ExportLayout, Origin};
use meguri_domain::import::{Import, ImportKind, ImportState};
use meguri_domain::inspection::{Answer, Assignment, CheckItem, Inspection, Mark, Rhythm, SafetyMeasure};
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet, Outcome};
use meguri_domain::measure::{InPlace, Measure};
use meguri_domain::objective::{Objective, ObjectiveState, Progress, Review};
use meguri_domain::outside::{HandingOut, HeadAddress, Tongue};
use meguri_domain::pattern::{Likeness, Pattern, PatternState};
use meguri_domain::people::{Act, Department, DepartmentName, Person, Posting, Role};
use meguri_domain::risk::{Assessment, Control, Grounds, Risk, Threat};
use meguri_domain::second::SecondJudgement;
use meguri_domain::statement::{Statement, StatementState};
use meguri_domain::task::PlanTask;
use meguri_domain::treatment::{Destination, PlanRow, Policy};

/// Saves one row in each of its states and reads it back: `trip!(house, trips, "asset" (owned), |a: &Asset| […])`.
macro_rules! trip {
    (@read $house:ident, $table:literal, owned) => {
        $house.read_as_system(|rx| {
            let text = scoped!("SELECT x.* FROM ", $table, " x WHERE ", seen!("x.department_id"), " ORDER BY x.id LIMIT 1");
            Ok(rx.list(text, &rx.scope(Act::SeeMonth), &[])?.remove(0))
        }).unwrap()
    };
    (@read $house:ident, $table:literal, company) => {
        $house.read_as_system(|rx| {
            Ok(rx.open_list(open!("SELECT x.* FROM ", $table, " x ORDER BY x.id LIMIT 1"), &[])?.remove(0))
        }).unwrap()
    };
    ($house:ident, $trips:ident, $table:literal, $whose:tt, |$held:ident: &$type:ty| $states:expr) => {
        let states: fn(&$type) -> Vec<$type> = |$held| $states;
        let mut held: $type = trip!(@read $house, $table, $whose);
        for mut next in states(&held) {
            next.version = held.version + 1;
            let sent = next.values();
            assert_eq!(next.department().is_some(), DEPARTMENTAL.contains(&$table), "{}", $table);
            $house.write_as_system(|tx| tx.save(Change::new(next, "test.saved").because(HOSTILE))).unwrap();
            held = trip!(@read $house, $table, $whose);
            assert_eq!(held.values(), sent, "{}", $table);
        }
        $trips.push($table);
    };
}

#[test]
fn every_kept_type_comes_back_in_every_state() {
    each_database(|house| {
        lived::live(house);
        house.write_as_system(a_pattern).unwrap();
        let mut trips = Vec::new();
        company(house, &mut trips);
        logs(house, &mut trips);
        taken(house, &mut trips);
        catalogue(house, &mut trips);
        register(house, &mut trips);
        judged(house, &mut trips);
        months(house, &mut trips);
        answers(house, &mut trips);
        trips.sort_unstable();
        let mut tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        tables.sort_unstable();
        assert_eq!(trips, tables, "every kept table is on the list");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

/// Two assets that are alike, as one pattern.
fn a_pattern(tx: &Tx<'_>) -> Done<()> {
    let draft =
        |name: &str| AssetDraft { name: name.into(), medium: "可搬媒体".into(), ..lived::draft() };
    let department = meguri::people::store::departments(tx)?.remove(0).id;
    let one = meguri::asset::acts::register(tx, &department, draft("控え1"))?.id;
    let two = meguri::asset::acts::register(tx, &department, draft("控え2"))?.id;
    meguri::pattern::acts::form(tx, "控え", &[one, two])?;
    Ok(())
}

fn logs(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "erasure", company, |e: &Erasure| {
        // Places that no entry has: what is listed and still there would be a finding.
        let payloads = vec![(1_000_000, 0), (1_000_007, 3)];
        let taken =
            Taken { entry: 9, objects: vec![e.object.clone()], payloads, files: vec!["0".repeat(64)] };
        let decided = Some(e.asked.clone());
        let grounds =
            Ground::ALL.iter().map(|ground| Erasure { ground: *ground, reason: HOSTILE.into(), ..e.clone() });
        let declined =
            Erasure { state: ErasureState::Declined, answer: HOSTILE.into(), decided, ..e.clone() };
        let approved = Erasure { state: ErasureState::Approved, taken: Some(taken), ..declined.clone() };
        grounds
            .chain([declined, e.clone(), Erasure { state: approved.state, ..approved }, e.clone()])
            .collect()
    });
    trip!(house, trips, "audit", company, |a: &Audit| {
        let stages =
            Stage::ALL.iter().map(|stage| Audit { stage: *stage, name: HOSTILE.into(), ..a.clone() });
        stages.chain([Audit { state: AuditState::Ended, ..a.clone() }]).collect()
    });
    trip!(house, trips, "package", company, |p: &Package| {
        vec![Package { taken: 2, taken_at: 7, verdict: HOSTILE.into(), ..p.clone() }]
    });
    trip!(house, trips, "statement_line", company, |s: &StatementLine| {
        let words = |s: &StatementLine| StatementLine {
            reason: HOSTILE.into(),
            exclusion: HOSTILE.into(),
            rule: HOSTILE.into(),
            inclusions: Inclusion::ALL.to_vec(),
            ..s.clone()
        };
        let decisions =
            Decision::ALL.iter().map(|decision| StatementLine { decision: *decision, ..words(s) });
        let states =
            Implementation::ALL.iter().map(|each| StatementLine { implementation: *each, ..words(s) });
        decisions.chain(states).collect()
    });
    trip!(house, trips, "statement", company, |s: &Statement| {
        let returned = Some(Returned { signed: s.submitted.clone(), reason: HOSTILE.into() });
        let approved = Some(s.submitted.clone());
        let states = [
            (StatementState::Returned, None),
            (StatementState::Submitted, None),
            (StatementState::Approved, approved),
        ];
        let with = |(state, approved)| Statement { state, approved, returned: returned.clone(), ..s.clone() };
        states.into_iter().map(with).chain([s.clone()]).collect()
    });
    trip!(house, trips, "log_key", company, |k: &LogKey| vec![LogKey { retired_at: 7, ..k.clone() }]);
    trip!(house, trips, "head_address", company, |a: &HeadAddress| {
        let tongues = Tongue::ALL.iter().flat_map(|tongue| FLAGS.map(|in_force| (*tongue, in_force)));
        tongues
            .map(|(tongue, in_force)| HeadAddress { tongue, in_force, name: HOSTILE.into(), ..a.clone() })
            .collect()
    });
    trip!(house, trips, "handing_out", company, |h: &HandingOut| {
        vec![HandingOut { to_whom: HOSTILE.into(), size: 8, on_date: today(), ..h.clone() }]
    });
    trip!(house, trips, "closed_log", company, |c: &ClosedLog| {
        vec![ClosedLog { reason: HOSTILE.into(), outside: String::new(), ..c.clone() }]
    });
}

fn company(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "department", company, |d: &Department| {
        let ends = [(None, None), (Some(today()), None), (Some(today()), Some(d.id.clone()))];
        let closed = |(closes_on, successor_id)| Department {
            closes_on,
            successor_id,
            parent_id: Some(d.id.clone()),
            ..d.clone()
        };
        ends.map(closed).into_iter().chain([d.clone()]).collect()
    });
    trip!(house, trips, "department_name", company, |n: &DepartmentName| {
        vec![DepartmentName { name: HOSTILE.into(), from_on: today(), ..n.clone() }]
    });
    trip!(house, trips, "person", company, |p: &Person| {
        let states = FLAGS.map(|active| Person { active, name: HOSTILE.into(), ..p.clone() });
        states.into_iter().chain([Person { password: String::new(), ..p.clone() }]).collect()
    });
    trip!(house, trips, "posting", company, |p: &Posting| {
        let own = p.department_id.clone();
        let each = |role: &Role| {
            [None, Some(today())].map(|to_on| {
                let department_id = own.clone().filter(|_| role.is_departmental());
                Posting { role: *role, department_id, to_on, ..p.clone() }
            })
        };
        let fits = |each: &Posting| each.role.is_departmental() == each.department_id.is_some();
        Role::ALL.iter().flat_map(each).filter(fits).collect()
    });
    trip!(house, trips, "setting", company, |s: &Setting| {
        ["", HOSTILE, "4"].map(|value| Setting { id: s.id.clone(), version: 0, value: value.into() }).into()
    });
    trip!(house, trips, "holiday", company, |h: &Holiday| {
        FLAGS.map(|in_force| Holiday { in_force, name: HOSTILE.into(), ..h.clone() }).into()
    });
    trip!(house, trips, "term", company, |t: &Term| {
        [(1, 1), (20, 23), (5, 10)]
            .map(|(department_day, secretariat_day)| Term { department_day, secretariat_day, ..t.clone() })
            .into()
    });
}

fn taken(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "export", company, |e: &Export| {
        let formats = ExportFormat::ALL.iter().map(|format| Export { format: *format, ..e.clone() });
        let layouts = ExportLayout::ALL.iter().map(|layout| Export { layout: *layout, ..e.clone() });
        let last =
            Export { filter: HOSTILE.into(), row_count: i64::MAX, personal_count: i64::MAX, ..e.clone() };
        formats.chain(layouts).chain([last]).collect()
    });
    trip!(house, trips, "origin", owned, |o: &Origin| {
        vec![Origin { file_name: HOSTILE.into(), layout: HOSTILE.into(), ..o.clone() }]
    });
}

fn catalogue(house: &House, trips: &mut Vec<&'static str>) {
    use meguri_domain::asset::Medium;
    trip!(house, trips, "threat", company, |t: &Threat| {
        let each = |medium: &Medium| Threat { medium: *medium, stage: HOSTILE.into(), ..t.clone() };
        let lists =
            [Vec::new(), controls()].map(|controls| Threat { controls, cia: String::new(), ..t.clone() });
        let contents = Contents { name_ja: HOSTILE.into(), ..t.contents() };
        let update = Threat { shipped: Some(contents), ..t.clone() };
        Medium::ALL.iter().map(each).chain(lists).chain([update, t.clone()]).collect()
    });
    trip!(house, trips, "control", company, |c: &Control| {
        FLAGS.map(|confirmed| Control { confirmed, note: HOSTILE.into(), ..c.clone() }).into()
    });
    trip!(house, trips, "control_effect", company, |e: &ControlEffect| {
        vec![ControlEffect { effort: i64::MAX, threat_steps: 0, ..e.clone() }]
    });
    trip!(house, trips, "criteria", company, |c: &Criteria| {
        let each = |state: &CriteriaState| {
            let approved = (*state != CriteriaState::Draft).then(signed);
            Criteria { state: *state, approved, drafted: signed(), name: HOSTILE.into(), ..c.clone() }
        };
        let likelihood = vec![vec![1, 5]; 5];
        let method = Method { scale: 5, likelihood, personal_lifts: false, ..Method::ipa_3_1() };
        let both = Criteria { personal: Some(method.clone()), ..c.clone() };
        CriteriaState::ALL
            .iter()
            .map(each)
            .chain([Criteria { method, ..c.clone() }, both, c.clone()])
            .collect()
    });
    trip!(house, trips, "check_item", company, |c: &CheckItem| {
        let each =
            |measure: &SafetyMeasure| CheckItem { measure: *measure, text_ja: HOSTILE.into(), ..c.clone() };
        let lists =
            [Vec::new(), controls()].map(|controls| CheckItem { controls, plan_row_id: None, ..c.clone() });
        SafetyMeasure::ALL.iter().map(each).chain(lists).chain([c.clone()]).collect()
    });
}

fn register(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "pattern", owned, |p: &Pattern| {
        let likeness = Likeness { users: HOSTILE.into(), my_number: true, ..p.likeness.clone() };
        let mut states = vec![Pattern { name: HOSTILE.into(), likeness, ..p.clone() }];
        states.extend(PatternState::ALL.iter().map(|state| Pattern { state: *state, ..p.clone() }));
        states
    });
    trip!(house, trips, "import", company, |i: &Import| {
        let none = Import { departments: Vec::new(), file_name: String::new(), ..i.clone() };
        let undone = Import {
            state: ImportState::Undone,
            remaining: i64::MAX,
            file_name: HOSTILE.into(),
            ..i.clone()
        };
        let risks = Import { kind: ImportKind::Risks, ..i.clone() };
        vec![none, undone, risks, Import { applied_on: today(), ..i.clone() }]
    });
    trip!(house, trips, "asset", owned, |a: &Asset| {
        let mut states =
            vec![Asset { name: HOSTILE.into(), note: HOSTILE.into(), revision: i64::MAX, ..a.clone() }];
        for personal in FLAGS {
            for sensitive in FLAGS {
                let flags = FLAGS.map(|my_number| Asset { personal, sensitive, my_number, ..a.clone() });
                states.extend(flags);
            }
        }
        states.push(Asset { registered_on: None, importance: i64::MIN, ..a.clone() });
        for state in AssetState::ALL {
            let retired_reason = if *state == AssetState::Retired { HOSTILE.into() } else { String::new() };
            states.push(Asset { state: *state, retired_reason, ..a.clone() });
        }
        states
    });
    trip!(house, trips, "inventory", company, |i: &Inventory| {
        vec![Inventory { due_on: today(), fiscal_year: 2999, ..i.clone() }, i.clone()]
    });
    trip!(house, trips, "inventory_sheet", owned, |s: &InventorySheet| {
        let each = |flow| {
            FLAGS.map(|none_held| InventorySheet { none_held, flow: Clone::clone(&flow), ..s.clone() })
        };
        flows().into_iter().flat_map(each).collect()
    });
    trip!(house, trips, "confirmation", owned, |c: &Confirmation| {
        let mut states: Vec<_> =
            Outcome::ALL.iter().map(|outcome| Confirmation { outcome: *outcome, ..c.clone() }).collect();
        states.push(Confirmation { contents: None, ..c.clone() });
        let hostile = AssetDraft { name: HOSTILE.into(), note: HOSTILE.into(), ..lived::draft() };
        states.push(Confirmation { contents: Some(hostile), ..c.clone() });
        states
    });
}

fn judged(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "assessment", owned, |a: &Assessment| {
        flows().into_iter().map(|flow| Assessment { flow, ..a.clone() }).collect()
    });
    trip!(house, trips, "risk", owned, |r: &Risk| {
        let each = |level: &Level| {
            approvals().map(|approval| Risk {
                level: *level,
                answerable: approval.is_some(),
                approval,
                note: HOSTILE.into(),
                ..r.clone()
            })
        };
        let grounds =
            Grounds::ALL.iter().map(|grounds| Risk { grounds: *grounds, personal: true, ..r.clone() });
        Level::ALL.iter().flat_map(each).chain(grounds).collect()
    });
    trip!(house, trips, "measure", owned, |m: &Measure| {
        let each = |in_place: &InPlace| Measure {
            in_place: *in_place,
            note: HOSTILE.into(),
            answered: signed(),
            ..m.clone()
        };
        InPlace::ALL.iter().map(each).collect()
    });
    trip!(house, trips, "plan_row", owned, |p: &PlanRow| {
        let each = |destination: &Destination| {
            let sent = matches!(destination, Destination::Objective | Destination::CheckItem);
            let done = *destination == Destination::Task;
            let row = PlanRow { destination: *destination, destination_id: None, done_on: None, ..p.clone() };
            let full = PlanRow {
                destination_id: sent.then(|| HOSTILE.to_owned()),
                done_on: done.then(today),
                ..row.clone()
            };
            [row, full]
        };
        let policies =
            Policy::ALL.iter().map(|policy| PlanRow { policy: *policy, task: HOSTILE.into(), ..p.clone() });
        let approved = approvals().map(|approval| PlanRow { approval, controls: controls(), ..p.clone() });
        let all = Destination::ALL.iter().flat_map(each).chain(policies).chain(approved);
        all.chain(treated(p)).chain([PlanRow { tasks: Vec::new(), ..p.clone() }]).collect()
    });
}

/// A row with everything that a treatment leaves behind.
fn treated(row: &PlanRow) -> impl Iterator<Item = PlanRow> {
    let task = |day: Option<meguri_domain::Date>| PlanTask {
        text: HOSTILE.into(),
        owner: HOSTILE.into(),
        from_on: day,
        to_on: today(),
        began_on: day,
        ended_on: day,
    };
    let row = PlanRow {
        resources: HOSTILE.into(),
        tasks: vec![task(None), task(Some(today()))],
        next_on: Some(today()),
        ..row.clone()
    };
    let second = |level: &Level| SecondJudgement {
        threat: 1,
        vulnerability: 3,
        importance: 3,
        value: 9,
        level: *level,
        criteria_id: meguri_domain::ids::CriteriaId::new("c").unwrap(),
        note: HOSTILE.into(),
        signed: signed(),
        row_revision: 2,
    };
    let levels: Vec<Level> = Level::ALL.to_vec();
    levels.into_iter().map(move |level| PlanRow {
        second: Some(second(&level)),
        second_value: Some(9),
        approved_value: Some(i64::MAX),
        approved_level: Some(level),
        ..row.clone()
    })
}

fn months(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "objective", owned, |o: &Objective| {
        let each = |state: &ObjectiveState| Objective { state: *state, title: HOSTILE.into(), ..o.clone() };
        let own = Objective { plan_row_id: None, to_month: month("2999-12"), ..o.clone() };
        ObjectiveState::ALL.iter().map(each).chain([own, o.clone()]).collect()
    });
    trip!(house, trips, "review", owned, |r: &Review| {
        let each =
            |progress: &Progress| Review { progress: *progress, discussed: HOSTILE.into(), ..r.clone() };
        let flows = flows().into_iter().map(|flow| Review { flow, late_reason: HOSTILE.into(), ..r.clone() });
        Progress::ALL.iter().map(each).chain(flows).collect()
    });
    trip!(house, trips, "assignment", owned, |a: &Assignment| {
        let each = |rhythm: &Rhythm| {
            [None, Some(month("2026-12"))].map(|to_month| Assignment {
                rhythm: *rhythm,
                to_month,
                ..a.clone()
            })
        };
        Rhythm::ALL.iter().flat_map(each).collect()
    });
    trip!(house, trips, "inspection", owned, |i: &Inspection| {
        flows()
            .into_iter()
            .map(|flow| Inspection { flow, late_reason: HOSTILE.into(), ..i.clone() })
            .collect()
    });
}

fn answers(house: &House, trips: &mut Vec<&'static str>) {
    trip!(house, trips, "answer", owned, |a: &Answer| {
        let each = |mark: &Mark| {
            [None, Some(today())].map(|due_on| Answer {
                mark: *mark,
                due_on,
                note: HOSTILE.into(),
                ..a.clone()
            })
        };
        Mark::ALL.iter().flat_map(each).collect()
    });
    trip!(house, trips, "evidence", owned, |e: &Evidence| {
        let each = |kind: &EvidenceKind| {
            let file = *kind == EvidenceKind::File;
            let sha256 = if file { "a".repeat(64) } else { String::new() };
            let size_bytes = if file { 52_428_800 } else { 0 };
            FLAGS.map(|in_force| Evidence {
                kind: *kind,
                sha256: sha256.clone(),
                size_bytes,
                in_force,
                label: HOSTILE.into(),
                ..e.clone()
            })
        };
        EvidenceKind::ALL.iter().flat_map(each).collect()
    });
    trip!(house, trips, "correction", owned, |c: &Correction| {
        let each = |state: &CorrectionState| {
            let verified = (*state == CorrectionState::Verified).then(signed);
            [(None, None), (Some(signed()), Some(today()))].map(|(done, due_on)| Correction {
                state: *state,
                done,
                due_on,
                verified: verified.clone(),
                effect: HOSTILE.into(),
                ..c.clone()
            })
        };
        CorrectionState::ALL.iter().flat_map(each).collect()
    });
    trip!(house, trips, "closing", owned, |c: &Closing| {
        let each = |state: &ClosingState| {
            [Vec::new(), outcomes()].map(|outcomes| Closing {
                state: *state,
                outcomes,
                closed: signed(),
                reason: HOSTILE.into(),
                ..c.clone()
            })
        };
        ClosingState::ALL.iter().flat_map(each).collect()
    });
}
