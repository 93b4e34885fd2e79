//! Persons at work against the running program, and the book in which every answer is kept.

use crate::doors::things::prepare;
use crate::support::program::{self, verify};
use crate::support::{House, Place, copy_folder};
use meguri::house::clock::Chance;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Who works where: what a request needs.
#[derive(Clone)]
pub struct Desk {
    cookie: String,
    department: String,
    evidence: String,
}

/// One act that was sent: under its key, with the answer that came, if one came.
#[derive(Clone, Debug)]
pub struct Sent {
    pub key: String,
    /// The name of an asset, or the content of a file of evidence.
    pub name: String,
    pub is_file: bool,
    pub status: Option<u16>,
}

/// What was sent in all turns.
#[derive(Default)]
pub struct Book {
    pub sent: Mutex<Vec<Sent>>,
    number: AtomicU64,
}

/// Founds a furnished house and leaves its files in the folder.
pub fn found(folder: &Path) -> Desk {
    let place = Place::file();
    let from = place.folder().clone();
    let house = House::found(place);
    let (own, _) = prepare(&house);
    let cookie = program::cookie(&house, "佐藤");
    let evidence = own.fill("/reviews/{draft_review}/evidence");
    let department = own.fill("{department}");
    copy_folder(&from, folder);
    Desk { cookie, department, evidence }
}

impl Desk {
    /// Sends an act and waits for the whole answer; `None` when none came.
    pub fn send(&self, address: &str, sent: &Sent) -> Option<u16> {
        let (path, kind, body) = if sent.is_file {
            let head = "Content-Disposition: form-data; name=\"file\"; filename=\"proof.txt\"";
            let body =
                format!("--seam\r\n{head}\r\nContent-Type: text/plain\r\n\r\n{}\r\n--seam--\r\n", sent.name);
            (format!("{}?req={}", self.evidence, sent.key), "multipart/form-data; boundary=seam", body)
        } else {
            let fields = format!(
                "req={}&department={}&name={}&medium=paper&confidentiality=2&integrity=2&availability=2",
                sent.key, self.department, sent.name
            );
            ("/assets".to_owned(), "application/x-www-form-urlencoded", fields)
        };
        program::status(&program::ask(
            address,
            &self.cookie,
            &format!("POST {path}"),
            kind,
            &[body.as_bytes()],
        )?)
    }

    /// The status of a look at a page.
    pub fn look(&self, address: &str, path: &str) -> Option<u16> {
        program::status(&program::ask(address, &self.cookie, &format!("GET {path}"), "text/plain", &[])?)
    }
}

impl Book {
    /// The next act: at first every fourth is a file, until the record holds as many as it may.
    pub fn next(&self) -> Sent {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let key = Chance::of_the_system().id();
        Sent {
            name: format!("fault-{number}-{key}"),
            key,
            is_file: number % 4 == 3 && number < 160,
            status: None,
        }
    }

    pub fn put(&self, sent: Sent) {
        self.sent.lock().unwrap().push(sent);
    }

    /// Persons write side by side until `over` happens or the program answers no more.
    pub fn work(&self, desk: &Desk, address: &str, over: impl FnOnce()) {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let mut sent = self.next();
                        sent.status = desk.send(address, &sent);
                        let silent = sent.status.is_none();
                        self.put(sent);
                        if silent {
                            break;
                        }
                    }
                });
            }
            over();
            stop.store(true, Ordering::Relaxed);
        });
    }

    pub fn acknowledged(&self) -> usize {
        self.sent.lock().unwrap().iter().filter(|sent| sent.status == Some(303)).count()
    }

    /// What is wrong in the folder of the program, which does not run: what was acknowledged and is not there, what
    /// is there twice, a row without its file, and what `meguri verify` has to say.
    pub fn wrong(&self, folder: &Path) -> Vec<String> {
        let conn = rusqlite::Connection::open(folder.join("meguri.db")).unwrap();
        let assets = count(&conn, "SELECT name FROM asset");
        let files = count(&conn, "SELECT sha256 FROM evidence WHERE sha256 IS NOT NULL");
        drop(conn);
        let mut wrong = Vec::new();
        for sent in self.sent.lock().unwrap().iter() {
            let hash = meguri_record::Hash::of(sent.name.as_bytes()).to_string();
            let held = if sent.is_file { files.get(&hash) } else { assets.get(&sent.name) };
            let held = held.copied().unwrap_or_default();
            if (sent.status == Some(303) && held != 1) || held > 1 {
                wrong.push(format!("{sent:?} is there {held} times"));
            }
            let shelf = folder.join("files").join(&hash[..2]).join(&hash);
            if sent.is_file && held == 1 && std::fs::read(shelf).ok() != Some(sent.name.clone().into_bytes())
            {
                wrong.push(format!("{sent:?} has a row and no file of these bytes"));
            }
        }
        let verdict = verify(folder, None);
        if !verdict.status.success() {
            wrong.push(String::from_utf8_lossy(&verdict.stdout).into_owned());
        }
        wrong
    }
}

/// How often each value of a column stands there.
fn count(conn: &rusqlite::Connection, text: &str) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    let mut statement = conn.prepare(text).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for value in rows.map(Result::unwrap) {
        *counted.entry(value).or_default() += 1;
    }
    counted
}
