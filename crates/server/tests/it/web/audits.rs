//! Audits: the auditor sees what was laid out for him and no more, on the pages and in the package alike, until its day.

use crate::doors::things::{Things, prepare};
use crate::support::{Browser, House, Page, each_database};
use meguri::asset::acts as assets;
use meguri::inspection::acts::{self as inspections, Attachment, Subject};
use meguri::inspection::files::Incoming;
use meguri::{inspection, objective, risk, treatment};
use meguri_domain::Month;
use meguri_domain::asset::AssetDraft;
use meguri_domain::evidence::EvidenceKind;
use meguri_domain::ids::{CheckItemId, ControlId, InspectionId, ObjectiveId, ThreatId};
use meguri_domain::inspection::{AnswerDraft, Mark};
use meguri_domain::objective::{Progress, ReviewDraft};
use meguri_domain::people::Act;
use meguri_domain::risk::Judgement;
use meguri_domain::treatment::{Destination, PlanDraft, Policy};
use meguri_record::bundle::{Outside, check};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The texts that only one department has: each is met in the package of its own and in no other.
const CANARIES: [&str; 19] = [
    "資産",
    "分類",
    "備考",
    "利用者",
    "所有者",
    "保存",
    "判定",
    "対応",
    "担当",
    "検討",
    "決定",
    "次回",
    "実績",
    "所見",
    "原因",
    "是正",
    "点検担当",
    "証跡",
    "差戻し",
];

fn canary(department: &str, word: &str) -> String {
    let tag = if department == "営業部" { "かなりあ甲" } else { "かなりあ乙" };
    [tag, word].concat()
}

/// Writes a text of its own into everything that a department can write.
fn furnish(house: &House, things: &Things, (department, member, head): (&str, &str, &str)) {
    let say = |word: &str| canary(department, word);
    let id = house.department(department);
    let draft = AssetDraft {
        category: say("分類"),
        name: say("資産"),
        note: say("備考"),
        users: say("利用者"),
        risk_owner: say("所有者"),
        medium: "社外サーバー".into(),
        retention: say("保存"),
        personal: true,
        confidentiality: 3,
        integrity: 3,
        availability: 3,
        ..AssetDraft::default()
    };
    let asset = house.act(member, |tx| assets::register(tx, &id, draft)).unwrap();
    let order = Judgement { threat: 3, vulnerability: 3, note: say("判定"), answerable: true };
    let threat = ThreatId::new("T054").unwrap();
    let risk = house.act(member, |tx| risk::acts::judge(tx, &asset.id, &threat, &order)).unwrap();
    let plan = PlanDraft {
        policy: Policy::Reduce,
        controls: vec![ControlId::new("7.7").unwrap()],
        task: say("対応"),
        owner: say("担当"),
        resources: String::new(),
        due_on: Some(crate::support::day("2026-12-25")),
        second_threat: 1,
        second_vulnerability: 2,
        destination: Destination::Task,
    };
    house.act(member, |tx| treatment::acts::write(tx, &risk.id, 0, plan)).unwrap();
    let june = Month::parse("2026-06").unwrap();
    let objective = ObjectiveId::new(things.fill("{objective}")).unwrap();
    let draft = ReviewDraft {
        discussed: say("検討"),
        decided: say("決定"),
        next: say("次回"),
        figure: say("実績"),
        progress: Progress::OnTrack,
        late_reason: String::new(),
    };
    let version = things.fill("{draft_review.version}").parse().unwrap();
    house.act(member, |tx| objective::acts::write_review(tx, &objective, june, version, draft)).unwrap();
    sheet(house, things, (department, member, head));
}

/// June's sheet with a ×, a file of its own, and a return with its reason.
fn sheet(house: &House, things: &Things, (department, member, head): (&str, &str, &str)) {
    let say = |word: &str| canary(department, word);
    let (id, june) = (house.department(department), Month::parse("2026-06").unwrap());
    let answer = AnswerDraft {
        item_id: CheckItemId::new("CHK-O01").unwrap(),
        mark: Mark::Bad,
        note: say("所見"),
        cause: say("原因"),
        fix: say("是正"),
        owner: say("点検担当"),
        due_on: Some(crate::support::day("2026-07-31")),
    };
    let version = things.fill("{draft_sheet.version}").parse().unwrap();
    let sheet =
        house.act(member, |tx| inspections::save_sheet(tx, &id, june, version, &[answer], "")).unwrap();
    let answers = |rx: &meguri::house::work::Rx<'_>| {
        Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?.remove(0))
    };
    let answer = house.read(member, answers).unwrap();
    let mut file = Incoming::begin(&house.app.files, &house.app.chance).unwrap();
    file.take(say("中身").as_bytes()).unwrap();
    let label = [&say("証跡"), ".txt"].concat();
    let file = Some(file.keep(&house.app.files, &label).unwrap());
    let attachment =
        Attachment { subject: Subject::Answer(answer.id), kind: EvidenceKind::File, label, file };
    house.act(member, |tx| inspections::attach(tx, attachment)).unwrap();
    let sheet_id = InspectionId::new(sheet.id.as_str()).unwrap();
    let sheet = house.act(member, |tx| inspections::submit(tx, &sheet_id, sheet.version)).unwrap();
    house.act(head, |tx| inspections::send_back(tx, &sheet_id, sheet.version, &say("差戻し"))).unwrap();
}

/// Two departments that have written everywhere, and an audit of the first.
pub fn furnished(house: &House) -> String {
    let (own, other) = prepare(house);
    house.move_to("2026-06-03");
    furnish(house, &own, ("営業部", "佐藤", "田中"));
    furnish(house, &other, ("人事部", "鈴木", "高橋"));
    // The statement of applicability counts the plan rows of both.
    let statement = house.act("渡辺", meguri::statement::acts::submit).unwrap();
    house
        .act("山本", |tx| {
            use meguri::statement::acts;
            let seen = acts::plan_mark(&acts::beside_today(tx, &statement)?)?;
            acts::approve(tx, &statement.id, statement.version, &seen)
        })
        .unwrap();
    plan(house, "営業部")
}

/// The ids of a department and of the rows of its plan.
fn ids(house: &House, department: &str) -> Vec<String> {
    let department = house.department(department);
    let rows = house
        .read("渡辺", |rx| {
            let narrow = treatment::listing::Narrow {
                fiscal_year: 2026,
                department: department.to_string(),
                ..Default::default()
            };
            Ok(treatment::listing::page(rx, &rx.scope(Act::SeePlan), &narrow, 0)?)
        })
        .unwrap();
    let rows = rows.into_iter().filter_map(|each| each.row).map(|row| row.id.to_string());
    let ids: Vec<String> = rows.chain([department.to_string()]).collect();
    assert!(ids.len() > 1, "the department has a plan");
    ids
}

fn plan(house: &House, department: &str) -> String {
    let id = house.department(department);
    plan_of(house, &[("department", id.as_str())])
}

fn plan_of(house: &House, more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("name", "見本認証機構 更新審査"),
        ("stage", "renewal"),
        ("from_month", "2026-04"),
        ("to_month", "2026-06"),
        ("until_on", "2026-06-30"),
    ];
    fields.extend_from_slice(more);
    let planned = house.as_("渡辺").post("/audits", &fields);
    planned.is(303);
    planned.location.clone()
}

/// Makes the package as the secretariat does, and waits for it.
pub fn package(house: &House, audit: &str) -> Page {
    let office = house.as_("渡辺");
    office.post(&[audit, "/package"].concat(), &[]).leads_to(audit);
    for _ in 0..600 {
        let page = office.get(audit);
        if !page.body.contains("<progress") {
            page.is(200).lacks("作れませんでした").has("UNWITNESSED size=");
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the package is not made");
}

pub fn fetch(browser: &Browser<'_>, audit: &str) -> Vec<u8> {
    let taken = browser.post(&[audit, "/package/taking"].concat(), &[]);
    taken.is(303);
    browser.get(&taken.location).is(200).bytes.clone()
}

/// Every text of a zip: names, files, and the cells of workbooks in it; Base64 is opened.
fn texts(bytes: &[u8]) -> String {
    use base64::Engine;
    let mut all = String::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut inside = Vec::new();
        file.read_to_end(&mut inside).unwrap();
        all.push_str(&name);
        if name == "meguri-bundle/tables.xlsx" {
            all.push_str(&texts(&inside));
        } else if name == "meguri-bundle/payloads.txt" {
            for line in String::from_utf8(inside).unwrap().lines() {
                let text = line.split(' ').nth(3).unwrap();
                let text = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
                all.push_str(&String::from_utf8(text).unwrap());
            }
        } else {
            all.push_str(&String::from_utf8_lossy(&inside));
        }
        all.push('\n');
    }
    all
}

pub fn unpacked(bytes: &[u8], to: &Path) -> PathBuf {
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(to).unwrap();
    to.join("meguri-bundle")
}

fn holds_own_and_nothing_of(text: &str, what: &str) {
    for word in CANARIES {
        assert!(!text.contains(&canary("人事部", word)), "{what} shows {word} of another department");
    }
    for foreign in ["人事部", "鈴木", "高橋", "かなりあ乙"] {
        assert!(!text.contains(foreign), "{what} shows {foreign}");
    }
}

#[test]
fn the_package_of_a_department_holds_everything_of_it_and_nothing_of_another() {
    each_database(|house| {
        let audit = furnished(house);
        package(house, &audit);
        let bytes = fetch(&house.as_("渡辺"), &audit);
        let text = texts(&bytes);
        for word in CANARIES.iter().chain(&["中身"]) {
            assert!(text.contains(&canary("営業部", word)), "{word} of the department is missing");
        }
        holds_own_and_nothing_of(&text, "the package");
        for id in ids(house, "人事部") {
            assert!(!text.contains(&id), "the package names {id} of another department");
        }
        for id in ids(house, "営業部") {
            assert!(text.contains(&id), "{id} of the department is missing");
        }
        assert!(text.contains("statement_line/"), "what is declared of each control is shown");
        assert!(!text.contains("@mihon.example") && !text.contains("$argon2"), "accounts are in it");
        let folder = tempfile::tempdir().unwrap();
        let bundle = unpacked(&bytes, folder.path());
        for name in ["index.ja.html", "index.en.html", "tables.xlsx", "entries.jsonl", "proofs.txt"] {
            assert!(bundle.join(name).is_file(), "{name}");
        }
        let outcome = check(&bundle, &Outside::default()).unwrap();
        assert!(!outcome.whole && outcome.counts.payloads.0 > 0, "{:?}", outcome.counts);
        assert_eq!(outcome.counts.files, (2, 2), "the evidence of the department");
    });
}

#[test]
fn the_statement_is_shown_whole_to_who_covers_every_department_that_it_counts() {
    each_database(|house| {
        furnished(house);
        let both = ["営業部", "人事部"].map(|name| house.department(name));
        let both = both.each_ref().map(|id| ("department", id.as_str()));
        for (more, whole) in [(&both[..], true), (&[], true), (&both[..1], false)] {
            let audit = plan_of(house, more);
            let page = package(house, &audit);
            assert_eq!(page.body.contains("ほかの部門の対応計画の件数が入っている版は"), !more.is_empty());
            let text = texts(&fetch(&house.as_("渡辺"), &audit));
            let versions = house.as_("渡辺").get(&[&audit, "/records/statement"].concat());
            assert_eq!(text.contains("statement.approved"), whole);
            assert_eq!(versions.body.matches("<th scope=\"row\">").count(), usize::from(whole));
        }
    });
}

#[test]
fn the_auditor_reads_what_the_package_holds_and_no_more() {
    each_database(|house| {
        let audit = furnished(house);
        package(house, &audit);
        let auditor = house.as_("小林");
        auditor.get(&audit).is(404);
        auditor.get("/audits").is(200).has("閲覧できる審査がありません");
        let invitation = [("name", "小林"), ("email", "kobayashi@mihon.example")];
        house.as_("渡辺").post(&[&audit, "/auditors"].concat(), &invitation).leads_to(&audit);
        auditor.get("/").leads_to("/audits");
        let read = walk(&auditor, &audit);
        for word in CANARIES {
            assert!(read.contains(&canary("営業部", word)), "{word} of the department is on no page");
        }
        holds_own_and_nothing_of(&read, "a page");
        let file = texts(&fetch(&auditor, &audit));
        holds_own_and_nothing_of(&file, "the package");
        for address in ["/assets", "/risks", "/plan", "/board", "/record", "/record/1", "/settings/people"] {
            assert!([403, 404].contains(&auditor.get(address).status), "{address}");
        }
        holds_own_and_nothing_of(&auditor.get("/search?q=かなりあ").is(200).body, "the search");
        auditor.get("/search?q=かなりあ").lacks(&canary("営業部", "資産"));
        for act in ["/package", "/auditors", "/end", "/package/cancellation"] {
            auditor.post(&[&audit, act].concat(), &[]).is(403);
        }
        let next = plan(house, "人事部");
        auditor.get(&next).is(404);
        house.move_to("2026-07-01");
        let auditor = house.as_("小林");
        for gone in ["", "/records/asset", "/package/file"] {
            auditor.get(&[&audit, gone].concat()).is(404);
        }
        assert_eq!(meguri::audit::acts::put_away(&house.app).unwrap(), 1, "the package is removed");
    });
}

/// Every page that the auditor reaches by links from his audit, evidence included.
fn walk(browser: &Browser<'_>, from: &str) -> String {
    let (mut seen, mut open, mut read) = (BTreeSet::new(), vec![from.to_owned()], String::new());
    while let Some(at) = open.pop() {
        if !seen.insert(at.clone()) {
            continue;
        }
        let page = browser.get(&at);
        page.is(200);
        read.push_str(&String::from_utf8_lossy(&page.bytes));
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        open.extend(links.filter(|link| link.starts_with(from)).map(ToOwned::to_owned));
    }
    println!("{} pages", seen.len());
    assert!(seen.len() > 50, "the walk went nowhere");
    read
}

#[test]
fn an_erasure_puts_every_package_away_and_the_next_one_is_without_the_text() {
    each_database(|house| {
        let audit = furnished(house);
        package(house, &audit);
        let office = house.as_("渡辺");
        let (name, note) = (canary("営業部", "資産"), canary("営業部", "備考"));
        let held = texts(&fetch(&office, &audit));
        assert!(held.contains(&name) && held.contains(&note), "the control");
        let assets = house.read("渡辺", |rx| {
            let all = rx.scope(Act::SeeRegister);
            Ok(meguri::asset::store::list(rx, &all, &meguri::asset::filter::Filter::default(), 100, 0)?)
        });
        let asset = assets.unwrap().into_iter().find(|each| each.name == name).unwrap();
        let old = fs::read_dir(house.app.files.with_file_name("audits")).map_or(0, Iterator::count);
        assert!(old > 0, "the package lies in its room");
        crate::erasure::erased(house, &format!("asset/{}", asset.id));
        let left = fs::read_dir(house.app.files.with_file_name("audits")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "no package is left");
        office.get(&audit).is(200);
        package(house, &audit);
        let held = texts(&fetch(&office, &audit));
        assert!(!held.contains(&name) && !held.contains(&note), "the text is in the new package");
    });
}

#[test]
fn an_ended_audit_shows_nothing_and_every_taking_leaves_its_entry() {
    each_database(|house| {
        let audit = furnished(house);
        package(house, &audit);
        let office = house.as_("渡辺");
        fetch(&office, &audit);
        fetch(&office, &audit);
        office.get(&audit).has("<dd class=\"hash\">2</dd>");
        let list = office.get("/record?kind=package");
        list.has("審査用ファイルを受け取りました").has("審査用ファイルを作りました");
        let invitation = [("name", "外の審査員"), ("email", "outside@example.jp")];
        let invited = office.post(&[&audit, "/auditors"].concat(), &invitation);
        invited.is(200).has("/set-up/");
        office
            .post(&[&audit, "/auditors"].concat(), &[("name", "佐藤"), ("email", "sato@mihon.example")])
            .is(422)
            .has("社内の人か退職した人のものです");
        office.post(&[&audit, "/end"].concat(), &[]).leads_to(&audit);
        office.get(&audit).is(200).has("この審査の公開は終わりました").lacks("受け取る</button>");
        office.post(&[&audit, "/package"].concat(), &[]).is(422);
        let report = house.read_as_system(meguri::record::verify::verify).unwrap();
        assert_eq!(report.findings, []);
    });
}

/// As somebody without a network and under another account, by the verifier that was not written from our code.
pub fn second(bundle: &Path, option: &str, held: &Path) -> (String, Option<i32>) {
    // The other account may not be able to look into the folder of the workshop.
    let script = held.with_file_name("verify.py");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../record/second/verify.py"), &script).unwrap();
    Command::new("chmod").args(["-R", "a+rX"]).arg(held.parent().unwrap()).status().unwrap();
    let mut command = Command::new("unshare");
    command.args([
        "-n",
        "--",
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "/usr/bin/python3",
    ]);
    command.arg(&script);
    let output = command.arg(option).arg(held).arg(bundle).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{}", String::from_utf8_lossy(&output.stderr));
    (text.lines().next().unwrap_or_default().to_owned(), output.status.code())
}

#[test]
fn both_verifiers_pass_a_package_with_a_held_head_and_fail_a_changed_byte() {
    each_database(|house| {
        let audit = furnished(house);
        package(house, &audit);
        let bytes = fetch(&house.as_("渡辺"), &audit);
        let folder = tempfile::tempdir().unwrap();
        let bundle = unpacked(&bytes, folder.path());
        let mut notes: Vec<PathBuf> = fs::read_dir(bundle.join("heads"))
            .unwrap()
            .map(|each| each.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "note"))
            .collect();
        notes.sort();
        let held = folder.path().join("held.txt");
        let note = fs::read_to_string(notes.last().unwrap()).unwrap();
        let body = note.split_once("\n\n").unwrap().0.to_owned() + "\n";
        fs::write(&held, &body).unwrap();
        let outside =
            Outside { held: vec![meguri_record::Checkpoint::read(&body).unwrap()], ..Outside::default() };
        assert!(check(&bundle, &outside).unwrap().is_witnessed());
        let (first, code) = second(&bundle, "--held", &held);
        assert!(first.starts_with("PASS") && code == Some(0), "{first} {code:?}");
        let entries = fs::read_to_string(bundle.join("entries.jsonl")).unwrap();
        fs::write(bundle.join("entries.jsonl"), entries.replacen("\"version\":1", "\"version\":2", 1))
            .unwrap();
        let failure = check(&bundle, &outside).unwrap_err();
        let (first, code) = second(&bundle, "--held", &held);
        assert_eq!(code, Some(1), "{first}");
        assert!(first.starts_with(&format!("FAIL {}", failure.place)), "{first} {failure:?}");
    });
}

/// What `meguri bundle` with these words makes and says.
fn by_command(house: &House, words: &[&str]) -> Result<(String, bool), String> {
    use clap::Parser;
    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        bundle: meguri::audit::command::Bundle,
    }
    let words = Words::try_parse_from(["bundle"].iter().chain(words)).map_err(|error| error.to_string())?;
    meguri::audit::command::run(&house.app, &words.bundle).map_err(|stop| stop.to_string())
}

#[test]
fn the_command_line_makes_the_package_of_an_audit_and_notes_that_it_left_the_house() {
    each_database(|house| {
        let audit = furnished(house);
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("part");
        let words =
            ["--by", "watanabe@mihon.example", "--audit", "見本認証機構 更新審査", to.to_str().unwrap()];
        let (said, good) = by_command(house, &words).unwrap();
        assert!(good && said.starts_with("UNWITNESSED size="), "{said}");
        let outcome = check(&to, &Outside::default()).unwrap();
        assert!(!outcome.whole && outcome.counts.files == (2, 2), "{:?}", outcome.counts);
        assert!(by_command(house, &words).is_err(), "the place is taken");
        let zip = folder.path().join("part.ZIP");
        let id = audit.rsplit('/').next().unwrap();
        by_command(house, &["--by", "watanabe@mihon.example", "--audit", id, zip.to_str().unwrap()]).unwrap();
        let bytes = fs::read(&zip).unwrap();
        holds_own_and_nothing_of(&texts(&bytes), "the package");
        let inside = unpacked(&bytes, folder.path());
        assert!(inside.join("tables.xlsx").is_file() && inside.join("proofs.txt").is_file());
        // The auditor reads the same one on the pages, and the record says who took it.
        house.as_("渡辺").get(&audit).is(200).has("<dd class=\"hash\">1</dd>");
        house.as_("渡辺").get("/record?kind=package").is(200).has("審査用ファイルを受け取りました");
        for (by, of) in
            [("sato@mihon.example", id), ("nobody@mihon.example", id), ("watanabe@mihon.example", "別の審査")]
        {
            let to = folder.path().join("never");
            assert!(
                by_command(house, &["--by", by, "--audit", of, to.to_str().unwrap()]).is_err(),
                "{by} {of}"
            );
            assert!(!to.exists());
        }
    });
}

#[test]
fn the_command_line_hands_out_the_whole_log_and_the_record_says_so() {
    each_database(|house| {
        furnished(house);
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("whole");
        let words = ["--whole", "--by", "watanabe@mihon.example", to.to_str().unwrap()];
        let (said, good) = by_command(house, &words).unwrap();
        assert!(good && said.starts_with("UNWITNESSED size="), "{said}");
        let outcome = check(&to, &Outside::default()).unwrap();
        assert!(outcome.whole && outcome.counts.entries == outcome.head.checkpoint.size);
        assert_eq!(outcome.counts.files, (3, 3));
        let all = fs::read_to_string(to.join("payloads.txt")).unwrap();
        let text = |line: &str| {
            use base64::Engine;
            let text = line.split(' ').nth(3).unwrap();
            String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
        };
        let all: String = all.lines().map(text).collect();
        for word in CANARIES {
            assert!(all.contains(&canary("営業部", word)) && all.contains(&canary("人事部", word)), "{word}");
        }
        assert!(!all.contains("@mihon.example") && !all.contains("$argon2"), "accounts are in it");
        let zip = folder.path().join("whole.zip");
        by_command(house, &["--whole", "--by", "watanabe@mihon.example", zip.to_str().unwrap()]).unwrap();
        assert!(check(&unpacked(&fs::read(zip).unwrap(), folder.path()), &Outside::default()).unwrap().whole);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing else is left");
        house
            .as_("渡辺")
            .get("/record?kind=package")
            .is(200)
            .has("記録簿の全件を、審査用ファイルとして社外に渡しました");
        let words = ["--whole", "--audit", "x", "--by", "watanabe@mihon.example", "x"];
        assert!(by_command(house, &words).is_err() && by_command(house, &["--by", "x", "x"]).is_err());
        let report = house.read_as_system(meguri::record::verify::verify).unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn a_package_that_is_being_made_is_not_made_twice_at_once() {
    let house = House::found(crate::support::Place::memory());
    let audit = furnished(&house);
    let rooms = house.app.files.with_file_name("audits");
    fs::create_dir_all(&rooms).unwrap();
    let lock =
        fs::File::create(rooms.join(audit.rsplit('/').next().unwrap()).with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let to = rooms.with_file_name("twice");
    let words = ["--by", "watanabe@mihon.example", "--audit", "見本認証機構 更新審査", to.to_str().unwrap()];
    assert!(by_command(&house, &words).unwrap_err().contains("being made already"));
    drop(lock);
    by_command(&house, &words).unwrap();
}

#[test]
fn an_erased_file_is_said_to_be_erased_on_every_page_and_withheld_in_the_package() {
    each_database(|house| {
        let audit = furnished(house);
        let own = house.department("営業部");
        let id = house.read("渡辺", |rx| {
            let month = Month::parse("2026-06").unwrap();
            let scope = rx.scope(Act::SeeMonth);
            let sheet = inspection::store::sheet_of(rx, &scope, &own, month)?.unwrap();
            let answer = inspection::store::answers(rx, &scope, &sheet.id)?.remove(0);
            Ok(inspection::store::evidence_of(rx, &scope, answer.id.as_str())?.remove(0).id)
        });
        let page = format!("/evidence/{}", id.unwrap());
        let office = house.as_("渡辺");
        office.get(&page).is(200);
        let erasure = crate::erasure::erased(house, page.trim_start_matches('/'));
        let entry = erasure.taken.unwrap().entry;
        office.get(&page).is(410).has("消去済みです").has(&format!("〔消去済 記録{entry}〕"));
        house.as_("鈴木").get(&page).is(404);
        package(house, &audit);
        office.get(&format!("{audit}/records{}", &page)).is(200).lacks("ファイルを受け取る");
        office.get(&[&audit, &*page].concat()).is(410).has(&format!("〔消去済 記録{entry}〕"));
        let folder = tempfile::tempdir().unwrap();
        let outcome = check(&unpacked(&fetch(&office, &audit), folder.path()), &Outside::default()).unwrap();
        assert_eq!(outcome.counts.files, (1, 2), "the erased one is withheld");
    });
}
