//! A unit of work: one closure, one transaction. [`Rx`] looks, [`Tx`] acts; what `Tx` saves is sealed
//! into the record log by the same commit.

use super::append::{Log, Pending, State};
use super::clock::{Chance, Clock};
use super::db::{Db, Row, Session, Value};
use super::fault::{Done, Fault, Stop};
use super::kept::{Kept, canonical, cell};
use super::keystore::Keystore;
use super::sql::{Open, Plain, Scoped};
use meguri_domain::change::{Event, Sealer};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::{Act, Actor, Scope};
use meguri_domain::{Change, Date, Refusal};
use meguri_record::{FileMark, Hash};
use std::cell::RefCell;

pub use super::append::APP_VERSION;
/// The schema of sealed payloads.
pub const SCHEMA: &str = "meguri/row/v1";

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
    keystore: Option<&'a Keystore>,
    pub who: Who,
}

impl<'a> Rx<'a> {
    /// A look through a session that is open already.
    pub(super) fn over(session: Session<'a>, keystore: Option<&'a Keystore>, who: Who) -> Self {
        Self { session, keystore, who }
    }
}

impl Rx<'_> {
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }
    pub fn today(&self) -> Date {
        self.who.today
    }
    pub fn now_ms(&self) -> i64 {
        self.who.now_ms
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

    /// One row of a kept table, whoever may see it: for erasing only.
    pub(crate) fn row_of<T: Kept>(&self, id: &str) -> Result<Option<Row>, Fault> {
        Ok(self.session.query(&T::texts().one, &[Value::Text(id.to_owned())])?.pop())
    }

    /// The keys of what is sealed in the database.
    pub(crate) fn keystore(&self) -> Result<&Keystore, Fault> {
        self.keystore.ok_or_else(|| Fault::broken("the database was opened without its keystore"))
    }

    /// Writes to the log itself: only for the end of a unit of work.
    pub(super) fn run(&self, text: &'static str, values: &[Value]) -> Result<u64, Fault> {
        self.session.execute(text, values)
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

    /// The number of the entry that this unit of work becomes, or of its first one.
    pub fn next_idx(&self) -> Result<i64, Fault> {
        self.log.next_idx()
    }

    /// Empties a payload in favour of the entry that erases it. Its commitment stays.
    pub(crate) fn empty(&self, (idx, seq): (i64, i64), by: i64) -> Result<u64, Fault> {
        let text = "UPDATE payload SET sealed = '', erased_by = $1 WHERE idx = $2 AND seq = $3 AND erased_by IS NULL";
        self.rx.run(text, &[Value::Int(by), Value::Int(idx), Value::Int(seq)])
    }

    /// Writes to a table that is no record.
    pub fn run(&self, text: Plain, values: &[Value]) -> Result<u64, Fault> {
        self.rx.session.execute(text.0, values)
    }

    /// Calls for a round as soon as this is committed, whenever it went last.
    pub fn call(&self, round: &'static str) {
        self.pending.borrow_mut().call = Some(round);
    }

    fn finish(self) -> Done<Option<&'static str>> {
        let Self { rx, chance, log, pending } = self;
        let pending = pending.into_inner();
        let call = pending.call;
        if pending.kind.is_some() && !pending.states.is_empty() {
            log.append(&rx, &chance, pending)?;
        }
        rx.session.commit()?;
        Ok(call)
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
        let reason = serde_json::Value::from(event.reason.as_deref()).to_string();
        let row = canonical(T::COLUMNS, &values);
        let state = [
            r#"[{"kind":""#,
            event.kind,
            r#"","table":""#,
            T::TABLE,
            r#"","reason":"#,
            &reason,
            r#","row":"#,
            &row,
            "}]",
        ];
        let object = [T::TABLE, "/", &id].concat();
        pending.states.push(State { object, version, department, text: state.concat() });
        Ok(())
    }
}

impl Db {
    /// A look: one snapshot, nothing changes.
    pub fn read<T>(&self, who: Who, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        let rx = Rx::over(self.begin_read()?, self.keystore(), who);
        look(&rx)
    }

    /// An act: takes the writer's place first, runs, seals and commits; any refusal leaves nothing behind.
    pub fn write<T>(&self, who: Who, chance: &Chance, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        let session = self.begin_write()?;
        let head = session.query(Log::TAKE, &[])?;
        self.work((session, head), who, chance, act)
    }

    /// An act that closes the log as it stands and begins a new one with its entry. Whatever the old log's row says is
    /// not believed: the new one begins behind the last entry there is.
    pub fn write_anew<T>(
        &self,
        who: Who,
        chance: &Chance,
        id: &str,
        act: impl FnOnce(&Tx<'_>) -> Done<T>,
    ) -> Done<T> {
        let session = self.begin_write()?;
        let slots = self.keystore().map_or(Ok(0), Keystore::slots)?;
        let begun = session.query(Log::BEGIN_ANEW, &Log::beginning(id, slots)?)?;
        self.work((session, begun), who, chance, act)
    }

    /// After a restoration: what is sealed from now on gets slots behind all that the keystore has.
    pub fn leave_slots(&self) -> Result<(), Fault> {
        let slots = self.keystore().map_or(Ok(0), Keystore::slots)?;
        let session = self.begin_write()?;
        session.execute(Log::LEAVE_SLOTS, &[Value::Int(i64::try_from(slots).map_err(Fault::broken)?)])?;
        session.commit()
    }

    /// The work itself, in a transaction that has taken the row of the log.
    fn work<'a, T>(
        &'a self,
        (session, head): (Session<'a>, Vec<Row>),
        who: Who,
        chance: &Chance,
        act: impl FnOnce(&Tx<'_>) -> Done<T>,
    ) -> Done<T> {
        let head = head
            .first()
            .ok_or_else(|| Fault::broken("the database has no record log; run the migrations"))?;
        let log = Log::of(head)?;
        let rx = Rx::over(session, self.keystore(), who);
        let tx = Tx { rx, chance: chance.clone(), log, pending: RefCell::default() };
        remember_request(&tx)?;
        let given = act(&tx)?;
        let called = tx.finish()?;
        if let Some(round) = called {
            self.call(round);
        }
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
