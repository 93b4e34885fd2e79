//! A unit of work: one closure, one transaction. [`Rx`] looks, [`Tx`] acts; what `Tx` saves is sealed
//! into the record log by the same commit.

use super::clock::{Chance, Clock};
use super::db::{Db, Row, Session, Value};
use super::fault::{Done, Fault, Stop};
use super::kept::{Kept, canonical, cell};
use super::sql::{Open, Plain, Scoped};
use meguri_domain::change::{Event, Sealer};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::{Act, Actor, Scope};
use meguri_domain::{Change, Date, Refusal};
use meguri_record::{Entry, FileMark, Frontier, Hash, commit as commitment, tree::leaf};
use std::cell::RefCell;

/// The name and version of this program, as entries carry it.
pub const APP_VERSION: &str = concat!("meguri/", env!("CARGO_PKG_VERSION"));
/// The schema of sealed payloads.
pub const SCHEMA: &str = "meguri/row/v1";
/// More states than this in one unit of work share payloads, so that an entry stays below its bound.
const MOST_PAYLOADS: usize = 4_000;

/// Who works, when, and with what chance: the arguments of every unit of work.
#[derive(Clone)]
pub struct Who {
    pub actor: Actor,
    /// The organisation's day.
    pub today: Date,
    /// Milliseconds since 1970, UTC.
    pub now_ms: i64,
    /// Hash of the session, empty for the command line.
    pub session: String,
    /// Idempotency key of the request with the hash of its body, when there is one.
    pub request: Option<(String, String)>,
}

impl Who {
    pub fn new(actor: Actor, clock: &Clock) -> Self {
        Self { actor, today: clock.today(), now_ms: clock.now_ms(), session: String::new(), request: None }
    }
}

/// A look at one snapshot, with the eyes of the actor.
pub struct Rx<'a> {
    session: Session<'a>,
    pub who: Who,
}

impl Rx<'_> {
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }
    pub fn today(&self) -> Date {
        self.who.today
    }
    /// The departments within the actor's reach for an act.
    pub fn scope(&self, act: Act) -> Scope {
        self.who.actor.scope(act)
    }

    /// Rows of a scoped query: the scope is `$1`, `values` follow.
    pub fn rows(&self, text: Scoped, scope: &Scope, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let mut all = Vec::with_capacity(values.len() + 1);
        all.push(Value::Text(scope.text().to_owned()));
        all.extend_from_slice(values);
        self.session.query(text.0, &all)
    }

    /// The same, read as kept values.
    pub fn list<T: Kept>(&self, text: Scoped, scope: &Scope, values: &[Value]) -> Result<Vec<T>, Fault> {
        self.rows(text, scope, values)?.iter().map(T::from_row).collect()
    }

    /// The first row of a scoped query, if any.
    pub fn one<T: Kept>(&self, text: Scoped, scope: &Scope, values: &[Value]) -> Result<Option<T>, Fault> {
        self.rows(text, scope, values)?.first().map(T::from_row).transpose()
    }

    /// The first row, or the refusal that also hides other departments' things.
    pub fn find<T: Kept>(&self, text: Scoped, scope: &Scope, values: &[Value]) -> Done<T> {
        self.one(text, scope, values)?.ok_or(Stop::Refusal(Refusal::NotFound))
    }

    /// A count.
    pub fn count(&self, text: Scoped, scope: &Scope, values: &[Value]) -> Result<i64, Fault> {
        self.rows(text, scope, values)?.first().map_or(Ok(0), |row| cell(row, 0))
    }

    /// Rows of the company as a whole.
    pub fn open_rows(&self, text: Open, values: &[Value]) -> Result<Vec<Row>, Fault> {
        self.session.query(text.0, values)
    }

    /// The same, read as kept values.
    pub fn open_list<T: Kept>(&self, text: Open, values: &[Value]) -> Result<Vec<T>, Fault> {
        self.open_rows(text, values)?.iter().map(T::from_row).collect()
    }

    /// The first of them, if any.
    pub fn open_one<T: Kept>(&self, text: Open, values: &[Value]) -> Result<Option<T>, Fault> {
        self.open_rows(text, values)?.first().map(T::from_row).transpose()
    }

    /// Every row of a kept table as its canonical text, by id: for replay only, and only for `record`.
    pub(crate) fn replay_rows(&self, columns: &[&str], text: &str) -> Result<Vec<(String, String)>, Fault> {
        let rows = self.session.query(text, &[])?;
        // Plain SQL may have put anything there, even into the id: it is shown, not refused.
        let id = |row: &Row| match row.first() {
            Some(Value::Text(id)) => id.clone(),
            _ => String::new(),
        };
        Ok(rows.iter().map(|row| (id(row), canonical(columns, row))).collect())
    }
}

/// A unit of work that may change things. Derefs to [`Rx`].
pub struct Tx<'a> {
    rx: Rx<'a>,
    chance: Chance,
    log: Log,
    pending: RefCell<Pending>,
}

struct Log {
    id: String,
    size: u64,
    frontier: Frontier,
}

#[derive(Default)]
struct Pending {
    kind: Option<&'static str>,
    first: Option<(String, i64, i64, String)>,
    states: Vec<String>,
    files: Vec<FileMark>,
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = Rx<'a>;
    fn deref(&self) -> &Rx<'a> {
        &self.rx
    }
}

impl Tx<'_> {
    /// A fresh id of any kind.
    #[expect(clippy::expect_used, reason = "a UUID has the shape of an id")]
    pub fn id<T>(&self, make: impl FnOnce(String) -> Option<T>) -> T {
        make(self.chance.id()).expect("a UUID has the shape of an id")
    }

    /// A secret of 256 bits as text.
    pub fn token(&self) -> String {
        self.chance.token()
    }

    /// Seals and saves a change. When somebody else saved first it is refused as stale.
    pub fn save<T: Kept + Departmental>(&self, change: Change<T>) -> Done<T> {
        change.seal(&mut Seal(self))
    }

    /// Names the act of the whole unit of work, where its first change would not.
    pub fn act(&self, kind: &'static str) {
        self.pending.borrow_mut().kind = Some(kind);
    }

    /// Binds a file's bytes into the entry by hash and size.
    pub fn file(&self, sha256: Hash, size: u64) {
        self.pending.borrow_mut().files.push(FileMark { sha256, size });
    }

    /// Writes to a table that is no record.
    pub fn run(&self, text: Plain, values: &[Value]) -> Result<u64, Fault> {
        self.rx.session.execute(text.0, values)
    }

    fn finish(self) -> Done<()> {
        let Self { rx, chance, log, pending } = self;
        let pending = pending.into_inner();
        if pending.kind.is_some() && !pending.states.is_empty() {
            append(&rx, &chance, log, pending)?;
        }
        Ok(rx.session.commit()?)
    }
}

/// Which department a kept value belongs to, for the entry.
pub trait Departmental {
    fn department(&self) -> Option<&DepartmentId>;
}

struct Seal<'a, 'b>(&'a Tx<'b>);

impl<T: Kept + Departmental> Sealer<T> for Seal<'_, '_> {
    type Fault = Stop;
    fn seal(&mut self, after: &T, event: &Event) -> Result<(), Stop> {
        let values = after.values();
        let (Some(Value::Text(id)), Some(Value::Int(version))) = (values.first(), values.get(1)) else {
            return Err(Fault::broken("a kept row begins with id and version").into());
        };
        let (id, version) = (id.clone(), *version);
        let session = &self.0.rx.session;
        if version == 1 {
            session.execute(&T::texts().insert, &values)?;
        } else {
            let mut all = values.clone();
            all.push(Value::Int(version - 1));
            if session.execute(&T::texts().update, &all)? == 0 {
                let found = session.query(&T::texts().version, &[Value::Text(id)])?;
                let current = found.first().map_or(Ok(0), |row| cell(row, 0))?;
                return Err(Refusal::Stale { current }.into());
            }
        }
        let mut pending = self.0.pending.borrow_mut();
        pending.kind.get_or_insert(event.kind);
        let department = after.department().map_or_else(String::new, ToString::to_string);
        pending.first.get_or_insert((format!("{}/{id}", T::TABLE), version, version - 1, department));
        let reason = serde_json::Value::from(event.reason.as_deref()).to_string();
        let row = canonical(T::COLUMNS, &values);
        let state = [
            r#"{"kind":""#,
            event.kind,
            r#"","table":""#,
            T::TABLE,
            r#"","reason":"#,
            &reason,
            r#","row":"#,
            &row,
            "}",
        ];
        pending.states.push(state.concat());
        Ok(())
    }
}

fn append(rx: &Rx<'_>, chance: &Chance, mut log: Log, pending: Pending) -> Done<()> {
    let per = pending.states.len() / MOST_PAYLOADS + 1;
    let mut commits = Vec::new();
    let mut payloads = Vec::new();
    // Each state is let go as soon as it stands in its payload: a large import must not be held twice.
    let mut states = pending.states.into_iter().peekable();
    while states.peek().is_some() {
        let together: Vec<String> = states.by_ref().take(per).collect();
        let bytes = ["[", &together.join(","), "]"].concat();
        let salt = chance.bytes();
        commits.push(commitment(&salt, bytes.as_bytes()));
        payloads.push((Hash(salt).to_string(), bytes));
    }
    let (object, version, prev_version, dept) = pending.first.unwrap_or_default();
    let roles: Vec<&str> = rx.who.actor.roles().into_iter().map(meguri_domain::people::Role::code).collect();
    let entry = Entry {
        v: Entry::V,
        log: log.id,
        idx: log.size,
        time: rx.who.now_ms,
        kind: pending.kind.unwrap_or_default().to_owned(),
        actor: rx.who.actor.person.to_string(),
        role: roles.join(","),
        session: rx.who.session.clone(),
        dept,
        object,
        version,
        prev_version,
        req: rx
            .who
            .request
            .as_ref()
            .map_or_else(String::new, |(key, _)| Hash::of(key.as_bytes()).to_string()),
        commit: commits,
        files: pending.files,
        schema: SCHEMA.into(),
        app_version: APP_VERSION.into(),
    };
    let bytes = entry.bytes();
    Entry::read(&bytes).map_err(Fault::broken)?;
    let leaf = leaf(&bytes);
    log.frontier.append(leaf);
    let idx = i64::try_from(log.size).map_err(Fault::broken)?;
    let text = String::from_utf8(bytes).map_err(Fault::broken)?;
    let insert = "INSERT INTO entry (idx, bytes, leaf) VALUES ($1, $2, $3)";
    rx.session.execute(insert, &[Value::Int(idx), Value::Text(text), Value::Text(leaf.to_string())])?;
    for (seq, (salt, bytes)) in (0..).zip(payloads) {
        let insert = "INSERT INTO payload (idx, seq, salt, bytes) VALUES ($1, $2, $3, $4)";
        rx.session
            .execute(insert, &[Value::Int(idx), Value::Int(seq), Value::Text(salt), Value::Text(bytes)])?;
    }
    let head = [
        Value::Int(idx + 1),
        Value::Text(log.frontier.encode()),
        Value::Text(log.frontier.root().to_string()),
    ];
    rx.session.execute("UPDATE log SET size = $1, frontier = $2, root = $3", &head)?;
    Ok(())
}

impl Db {
    /// A look: one snapshot, nothing changes.
    pub fn read<T>(&self, who: Who, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        let rx = Rx { session: self.begin_read()?, who };
        look(&rx)
    }

    /// An act: takes the writer's place first, runs, seals and commits; any refusal leaves nothing behind.
    pub fn write<T>(&self, who: Who, chance: &Chance, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        let session = self.begin_write()?;
        let head = session.query("UPDATE log SET size = size RETURNING id, size, frontier", &[])?;
        let head = head
            .first()
            .ok_or_else(|| Fault::broken("the database has no record log; run the migrations"))?;
        let size = u64::try_from(cell::<i64>(head, 1)?).map_err(Fault::broken)?;
        let frontier = Frontier::decode(size, &cell::<String>(head, 2)?).map_err(Fault::broken)?;
        let log = Log { id: cell(head, 0)?, size, frontier };
        let tx = Tx { rx: Rx { session, who }, chance: chance.clone(), log, pending: RefCell::default() };
        remember_request(&tx)?;
        let given = act(&tx)?;
        tx.finish()?;
        Ok(given)
    }
}

/// A request that was carried out already is not carried out again.
fn remember_request(tx: &Tx<'_>) -> Done<()> {
    let Some((key, body)) = &tx.who.request else { return Ok(()) };
    let values = [
        Value::Text(key.clone()),
        Value::Text(tx.who.actor.person.to_string()),
        Value::Text(body.clone()),
        Value::Int(tx.who.now_ms),
    ];
    tx.run(
        crate::plain!(
            "INSERT INTO request (id, person_id, body_hash, led_to, at) VALUES ($1, $2, $3, '', $4)"
        ),
        &values,
    )?;
    Ok(())
}
