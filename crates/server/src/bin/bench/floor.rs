//! The floor: for each page the one prepared query with which a bare program would ask for the same rows, by the
//! driver alone, on a connection of its own, in the same run. It knows no scope: who sees one department asks for that one.

use crate::measure::Line;
use crate::place::Place;
use meguri::house::fault::{Done, Fault};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A query; where it has `$1`, that is a department.
pub type Floor = &'static str;

pub const REGISTER: Floor = "SELECT * FROM asset WHERE state = 'in_use' ORDER BY name, id LIMIT 200";
pub const REGISTER_OF_ONE: Floor =
    "SELECT * FROM asset WHERE department_id = $1 AND state = 'in_use' ORDER BY name, id LIMIT 200";
pub const SEARCH: Floor = "SELECT * FROM asset WHERE state = 'in_use' AND folded LIKE '%監査調書 1%'
    ORDER BY name, id LIMIT 200";
/// How many there are in each department: what the pages of risks and of the inventory begin with.
pub const COUNTS: Floor = "SELECT department_id, COUNT(*) FROM asset WHERE state = 'in_use'
    GROUP BY department_id ORDER BY department_id";
pub const SHEETS: Floor = "SELECT * FROM inspection WHERE month >= '2026-04' AND month <= '2027-03'
    ORDER BY month, department_id";
pub const SHEETS_OF_ONE: Floor = "SELECT * FROM inspection
    WHERE department_id = $1 AND month >= '2026-04' AND month <= '2027-03' ORDER BY month";
pub const ANSWERS: Floor = "SELECT w.* FROM inspection i JOIN answer w ON w.inspection_id = i.id
    WHERE i.department_id = $1 AND i.month = '2026-11' ORDER BY w.id";
pub const PLAN: Floor = "SELECT * FROM plan_row WHERE fiscal_year = 2026 ORDER BY id LIMIT 200";
pub const ENTRIES: Floor = "SELECT idx, bytes FROM entry ORDER BY idx DESC LIMIT 50";
pub const PEOPLE: Floor = "SELECT * FROM person ORDER BY name, id LIMIT 500";

/// The driver alone.
pub enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Bare {
    pub fn open(place: &Place) -> Done<Self> {
        Ok(match &place.address {
            None => {
                let file = place.folder.join("meguri.db");
                Self::Sqlite(rusqlite::Connection::open(file).map_err(Fault::broken)?)
            }
            Some(address) => {
                let client = postgres::Client::connect(address, postgres::NoTls).map_err(Fault::broken)?;
                Self::Postgres(Box::new(client))
            }
        })
    }

    pub fn line(&mut self, floor: Floor, department: &str) -> Done<Line> {
        let department: &[&str] = if floor.contains("$1") { &[department] } else { &[] };
        match self {
            Self::Sqlite(conn) => {
                let mut prepared = conn.prepare(floor).map_err(Fault::broken)?;
                Line::of("", || Ok(rows(&mut prepared, department).map_err(Fault::broken)?))
            }
            Self::Postgres(client) => {
                let prepared = client.prepare(floor).map_err(Fault::broken)?;
                let values: Vec<_> =
                    department.iter().map(|each| each as &(dyn postgres::types::ToSql + Sync)).collect();
                Line::of("", || {
                    let start = Instant::now();
                    black_box(client.query(&prepared, &values).map_err(Fault::broken)?.len());
                    Ok(start.elapsed())
                })
            }
        }
    }
}

/// Walks all rows with all their values; PostgreSQL sends them whole in any case.
fn rows(prepared: &mut rusqlite::Statement<'_>, values: &[&str]) -> rusqlite::Result<Duration> {
    let start = Instant::now();
    let width = prepared.column_count();
    let mut rows = prepared.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        for index in 0..width {
            black_box(row.get_ref(index)?);
        }
    }
    Ok(start.elapsed())
}
