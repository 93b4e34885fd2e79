//! The end of a unit of work: what it saved becomes entries of the record log, and each state a private payload
//! under a key of its own.

use super::clock::Chance;
use super::db::{Row, Value};
use super::fault::{Done, Fault};
use super::kept::cell;
use super::keystore::Slot;
use super::work::{Rx, SCHEMA};
use meguri_domain::people::Role;
use meguri_record::{Entry, FileMark, Frontier, Hash, commit as commitment, tree::leaf};

/// The name and version of this program, as entries carry it.
pub const APP_VERSION: &str = concat!("meguri/", env!("CARGO_PKG_VERSION"));
/// A unit of work with more states is written as several entries, so that each stays below its bound.
const MOST_PAYLOADS: usize = 4_000;

/// The end of the log, held by whoever has the writer's place.
pub(super) struct Log {
    pub id: String,
    /// Where it begins in the index over all logs.
    first: u64,
    pub size: u64,
    frontier: Frontier,
    /// The slot of the keystore that comes next.
    next_key: u64,
}

/// What a unit of work has saved so far.
#[derive(Default)]
pub(super) struct Pending {
    pub kind: Option<&'static str>,
    pub states: Vec<State>,
    pub files: Vec<FileMark>,
    /// The round that is called for.
    pub call: Option<&'static str>,
}

/// A state that was saved, as it is sealed.
pub(super) struct State {
    /// `table/id`.
    pub object: String,
    pub version: i64,
    pub department: String,
    pub text: String,
}

impl Log {
    /// Takes the writer's place: the row of the log is held from here to the end of the transaction.
    pub const TAKE: &'static str = "UPDATE log SET size = size RETURNING id, size, frontier, next_key, first";
    /// The same, and begins a new log behind the last entry there is, and behind the last slot of the keystore.
    pub const BEGIN_ANEW: &'static str = "UPDATE log SET id = $1, size = 0, frontier = $2, root = $3,
        next_key = CASE WHEN next_key < $4 THEN $4 ELSE next_key END,
        first = (SELECT COALESCE(MAX(idx), -1) + 1 FROM entry) RETURNING id, size, frontier, next_key, first";

    /// Goes on behind a slot of the keystore.
    pub const LEAVE_SLOTS: &'static str = "UPDATE log SET next_key = $1 WHERE next_key < $1";

    /// What [`Log::BEGIN_ANEW`] asks for.
    pub fn beginning(id: &str, slots: u64) -> Result<[Value; 4], Fault> {
        let frontier = Frontier::new();
        Ok([
            Value::Text(id.to_owned()),
            Value::Text(frontier.encode()),
            Value::Text(frontier.root().to_string()),
            Value::Int(i64::try_from(slots).map_err(Fault::broken)?),
        ])
    }

    pub fn of(row: &Row) -> Result<Self, Fault> {
        let size = u64::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?;
        let frontier = Frontier::decode(size, &cell::<String>(row, 2)?).map_err(Fault::broken)?;
        let next_key = u64::try_from(cell::<i64>(row, 3)?).map_err(Fault::broken)?;
        let first = u64::try_from(cell::<i64>(row, 4)?).map_err(Fault::broken)?;
        Ok(Self { id: cell(row, 0)?, first, size, frontier, next_key })
    }

    /// The number of the next entry in the database.
    pub fn next_idx(&self) -> Result<i64, Fault> {
        i64::try_from(self.first + self.size).map_err(Fault::broken)
    }

    /// Writes what is pending as one entry, or as several where it is much.
    pub fn append(mut self, rx: &Rx<'_>, chance: &Chance, pending: Pending) -> Done<()> {
        let Pending { kind, states, mut files, .. } = pending;
        let kind = kind.unwrap_or_default();
        // Each state is let go as soon as it is sealed: a large import must not be held twice.
        let mut states = states.into_iter().peekable();
        while states.peek().is_some() {
            let together = states.by_ref().take(MOST_PAYLOADS).collect();
            let part =
                Pending { kind: Some(kind), states: together, files: std::mem::take(&mut files), call: None };
            self.entry(rx, chance, part)?;
        }
        let number = |number| i64::try_from(number).map(Value::Int).map_err(Fault::broken);
        let head = [
            number(self.size)?,
            Value::Text(self.frontier.encode()),
            Value::Text(self.frontier.root().to_string()),
            number(self.next_key)?,
        ];
        rx.run("UPDATE log SET size = $1, frontier = $2, root = $3, next_key = $4", &head)?;
        Ok(())
    }

    fn entry(&mut self, rx: &Rx<'_>, chance: &Chance, part: Pending) -> Done<()> {
        let drawn = rx.keystore()?.draw(self.next_key, part.states.len(), chance)?;
        self.next_key = drawn.next;
        let sealed = part.states.iter().zip(&drawn.slots);
        let commits = sealed.map(|(state, (_, slot))| commitment(&slot.salt, state.text.as_bytes()));
        let entry = self.words(rx, &part, commits.collect());
        let bytes = entry.bytes();
        Entry::read(&bytes).map_err(Fault::broken)?;
        let leaf = leaf(&bytes);
        let idx = self.next_idx()?;
        let text = String::from_utf8(bytes).map_err(Fault::broken)?;
        let insert = "INSERT INTO entry (idx, bytes, leaf) VALUES ($1, $2, $3)";
        rx.run(insert, &[Value::Int(idx), Value::Text(text), Value::Text(leaf.to_string())])?;
        for (seq, (state, slot)) in (0..).zip(part.states.into_iter().zip(drawn.slots)) {
            payload(rx, chance, (idx, seq), state, slot)?;
        }
        self.frontier.append(leaf);
        self.size += 1;
        Ok(())
    }

    /// The entry in front of its payloads: it names the first of its states.
    fn words(&self, rx: &Rx<'_>, part: &Pending, commit: Vec<Hash>) -> Entry {
        let first = part.states.first();
        let roles: Vec<&str> = rx.who.actor.roles().into_iter().map(Role::code).collect();
        let request = rx.who.request.as_ref();
        Entry {
            v: Entry::V,
            log: self.id.clone(),
            idx: self.size,
            time: rx.who.now_ms,
            kind: part.kind.unwrap_or_default().to_owned(),
            actor: rx.who.actor.person.to_string(),
            role: roles.join(","),
            session: rx.who.session.clone(),
            dept: first.map_or_else(String::new, |state| state.department.clone()),
            object: first.map_or_else(String::new, |state| state.object.clone()),
            version: first.map_or(0, |state| state.version),
            prev_version: first.map_or(0, |state| state.version - 1),
            req: request.map_or_else(String::new, |(key, _)| Hash::of(key.as_bytes()).to_string()),
            commit,
            files: part.files.clone(),
            schema: SCHEMA.into(),
            app_version: APP_VERSION.into(),
        }
    }
}

/// Puts a sealed state beside its entry.
fn payload(
    rx: &Rx<'_>,
    chance: &Chance,
    place: (i64, i64),
    state: State,
    (key_no, slot): (u64, Slot),
) -> Done<()> {
    let insert = "INSERT INTO payload (idx, seq, object, key_no, sealed) VALUES ($1, $2, $3, $4, $5)";
    let values = [
        Value::Int(place.0),
        Value::Int(place.1),
        Value::Text(state.object),
        Value::Int(i64::try_from(key_no).map_err(Fault::broken)?),
        Value::Text(slot.seal(place, &state.text, chance)?),
    ];
    rx.run(insert, &values)?;
    Ok(())
}
