//! A long log, written by plain SQL at once: entries, private texts and slots of the keystore as acts would have written them.

use crate::organisation::Organisation;
use meguri::house::append::APP_VERSION;
use meguri::house::fault::{Done, Fault};
use meguri::house::keystore::Keystore;
use meguri_record::{Entry, Frontier, commit, tree::leaf};
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeMap;

/// So many slots are drawn at once.
const STRIDE: u64 = 10_000;

/// A state of a row as it is sealed.
pub struct State {
    pub table: &'static str,
    pub id: String,
    pub version: u64,
    pub department: String,
    pub row: String,
}

/// A state with a text of the usual length; of a department and a month where its table has these.
pub fn value(table: &'static str, id: &str, version: u64, of: Option<(&str, u64)>) -> State {
    let note = "確認した。".repeat(12);
    let row = match of {
        None => format!("{{\"id\":\"{id}\",\"version\":{version},\"value\":\"{note}\"}}"),
        Some((department, month)) => format!(
            "{{\"id\":\"{id}\",\"version\":{version},\"inspection_id\":\"sheet\",\"department_id\":\"{department}\",\"month\":\"2026-{month:02}\",\"item_id\":\"CHK-O01\",\"mark\":\"good\",\"note\":\"{note}\"}}"
        ),
    };
    let department = of.map(|(department, _)| department.to_owned()).unwrap_or_default();
    State { table, id: id.to_owned(), version, department, row }
}

/// Writes so many entries behind those that are there. Rows of the table of settings are written too, as they were sealed last.
pub fn grow(organisation: &Organisation, count: u64, state: &dyn Fn(u64) -> State) -> Done<()> {
    let file = organisation.place.folder.join("meguri.db");
    let mut conn = Connection::open(file).map_err(Fault::broken)?;
    conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF").map_err(Fault::broken)?;
    let tx = conn.transaction().map_err(Fault::broken)?;
    let mut log = Log::of(&tx)?;
    let keystore = Keystore::of(&organisation.app.keys);
    let mut settings = BTreeMap::new();
    for from in (0..count).step_by(usize::try_from(STRIDE).map_err(Fault::broken)?) {
        let drawn = keystore.draw(
            log.next_key,
            usize::try_from(STRIDE).map_err(Fault::broken)?,
            &organisation.app.chance,
        )?;
        log.next_key = drawn.next;
        for (nth, (key_no, slot)) in (from..count).zip(&drawn.slots) {
            let state = state(nth);
            let text = format!("[{{\"table\":\"{}\",\"row\":{}}}]", state.table, state.row);
            let place = (i64::try_from(log.first + log.size).map_err(Fault::broken)?, 0);
            let sealed = slot.seal(place, &text, &organisation.app.chance)?;
            let object = [state.table, "/", &state.id].concat();
            log.append(&tx, (&state, &object), commit(&slot.salt, text.as_bytes())).map_err(Fault::broken)?;
            payload(&tx, place.0, &object, *key_no, &sealed).map_err(Fault::broken)?;
            if state.table == "setting" {
                settings.insert(state.id, (state.version, "確認した。".repeat(12)));
            }
        }
    }
    for (id, (version, value)) in settings {
        let row = params![id, i64::try_from(version).map_err(Fault::broken)?, value];
        tx.execute("INSERT INTO setting (id, version, value) VALUES (?1, ?2, ?3)", row)
            .map_err(Fault::broken)?;
    }
    log.keep(&tx).map_err(Fault::broken)?;
    tx.commit().map_err(Fault::broken)?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(Fault::broken)?;
    Ok(())
}

fn payload(
    tx: &Transaction<'_>,
    idx: i64,
    object: &str,
    key_no: u64,
    sealed: &str,
) -> rusqlite::Result<usize> {
    let text = "INSERT INTO payload (idx, seq, object, key_no, sealed) VALUES (?1, 0, ?2, ?3, ?4)";
    tx.prepare_cached(text)?.execute(params![idx, object, key_no.cast_signed(), sealed])
}

struct Log {
    id: String,
    first: u64,
    size: u64,
    frontier: Frontier,
    next_key: u64,
}

impl Log {
    fn of(tx: &Transaction<'_>) -> Done<Self> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok((
                row.get(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
            ))
        };
        let text = "SELECT id, size, frontier, next_key, first FROM log";
        let (id, size, frontier, next_key, first) = tx.query_row(text, [], read).map_err(Fault::broken)?;
        let size = size.cast_unsigned();
        let frontier = Frontier::decode(size, &frontier).map_err(Fault::broken)?;
        Ok(Self { id, first: first.cast_unsigned(), size, frontier, next_key: next_key.cast_unsigned() })
    }

    fn append(
        &mut self,
        tx: &Transaction<'_>,
        (state, object): (&State, &str),
        commit: meguri_record::Hash,
    ) -> rusqlite::Result<()> {
        let version = state.version.cast_signed();
        let entry = Entry {
            v: Entry::V,
            log: self.id.clone(),
            idx: self.size,
            time: 1_775_000_000_000 + self.size.cast_signed(),
            kind: "bench.saved".into(),
            actor: "00000000-0000-4000-8000-000000000000".into(),
            role: "member".into(),
            session: "0".repeat(64),
            dept: state.department.clone(),
            object: object.to_owned(),
            version,
            prev_version: version - 1,
            req: "0".repeat(64),
            commit: vec![commit],
            files: Vec::new(),
            schema: "meguri/1".into(),
            app_version: APP_VERSION.into(),
        };
        let bytes = entry.bytes();
        let leaf = leaf(&bytes);
        let row = params![
            (self.first + self.size).cast_signed(),
            String::from_utf8_lossy(&bytes),
            leaf.to_string()
        ];
        tx.prepare_cached("INSERT INTO entry (idx, bytes, leaf) VALUES (?1, ?2, ?3)")?.execute(row)?;
        self.frontier.append(leaf);
        self.size += 1;
        Ok(())
    }

    fn keep(&self, tx: &Transaction<'_>) -> rusqlite::Result<usize> {
        let row = params![
            self.size.cast_signed(),
            self.frontier.encode(),
            self.frontier.root().to_string(),
            self.next_key.cast_signed()
        ];
        tx.execute("UPDATE log SET size = ?1, frontier = ?2, root = ?3, next_key = ?4", row)
    }
}
