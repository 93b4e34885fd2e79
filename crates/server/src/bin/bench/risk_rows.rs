//! A register with very many risks, laid by plain SQL at once as the acts would have left it, and the same rows in memory
//! for the floors. One text serves both databases.

use crate::place::Place;
use meguri::house::fault::{Done, Fault};
use meguri_domain::criteria::Method;
use postgres::fallible_iterator::FallibleIterator;
use std::collections::HashMap;

/// So many threats are judged for each asset.
pub const A_ASSET: usize = 20;

/// Every fiftieth asset is retired, every fourth holds personal data; scores are dealt out by remainders.
const ASSETS: &str = "
WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {assets}),
w (id, at) AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 FROM department),
s (i, c, f, v, p) AS (SELECT i, i * 7919 % 10007 % 3 + 1, i * 104729 % 7919 % 3 + 1, i * 1299709 % 6841 % 3 + 1, i % 4 = 0 FROM n)
INSERT INTO asset (id, version, revision, department_id, category, name, note, users, risk_owner, medium, personal, sensitive,
  my_number, confidentiality, integrity, availability, importance, retention, state, retired_reason, folded)
SELECT 'asset-' || s.i, 1, 1, w.id, '業務', '顧客名簿 ' || s.i, '', '部内', '部門長', '社内サーバ', s.p, 1 = 0, 1 = 0, s.c, s.f, s.v,
  CASE WHEN s.p OR s.c = 3 OR s.f = 3 OR s.v = 3 THEN 3 WHEN s.c = 2 OR s.f = 2 OR s.v = 2 THEN 2 ELSE 1 END,
  '5年', CASE WHEN s.i % 50 = 7 THEN 'retired' ELSE 'in_use' END, CASE WHEN s.i % 50 = 7 THEN '廃棄' ELSE '' END, '顧客名簿 ' || s.i
FROM s JOIN w ON w.at = s.i % {departments}";

const RISKS: &str = "
WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {rows}),
t (id, at) AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 FROM threat),
s (i, a, t, o, v) AS (SELECT i, i / 20, (i / 20 * 7 + i % 20 * 4) % {threats}, i * 7919 % 10007 % 3 + 1, i * 104729 % 7907 % 3 + 1 FROM n),
j (i, a, t, o, v, l) AS (SELECT i, a, t, o, v, CASE WHEN o = 3 THEN v WHEN o = 2 AND v = 3 THEN 2 ELSE 1 END FROM s)
INSERT INTO risk (id, version, revision, department_id, fiscal_year, asset_id, asset_revision, criteria_id, threat_id, threat,
  vulnerability, importance, likelihood, value, level, note, answerable)
SELECT 'risk-' || j.i, 1, 1, a.department_id, 2026, a.id, 1, '{criteria}', t.id, j.o, j.v, a.importance, j.l, a.importance * j.l,
  CASE WHEN a.importance * j.l >= 6 THEN 'large' WHEN a.importance * j.l >= 4 THEN 'middle' ELSE 'small' END,
  '手順書のとおり確認している。', j.i % 5 <> 0
FROM j JOIN asset a ON a.id = 'asset-' || j.a JOIN t ON t.at = j.t";

/// Every second high risk that the department must answer has a row of the plan.
const PLAN: &str = "
INSERT INTO plan_row (id, version, revision, department_id, fiscal_year, risk_id, policy, controls, task, owner, due_on,
  second_threat, second_vulnerability, residual, destination)
SELECT 'row-' || r.id, 1, 1, r.department_id, 2026, r.id, 'reduce', '[\"8.5\"]', '手順を定める', '課長', '2026-12-31', r.threat, 1,
  r.importance, 'task'
FROM risk r WHERE r.level = 'large' AND r.answerable AND r.threat = 3 AND r.vulnerability = 3";

const READ: &str = "
SELECT r.department_id, r.threat_id, a.confidentiality, a.integrity, a.availability,
  CASE WHEN a.personal THEN 1 ELSE 0 END, CASE WHEN a.state = 'in_use' THEN 1 ELSE 0 END,
  r.threat, r.vulnerability, r.importance, r.likelihood
FROM risk r JOIN asset a ON a.id = r.asset_id";

/// A risk in memory, as small as a program that knew nothing else would keep it.
pub struct Bare {
    pub department: usize,
    pub threat_id: usize,
    pub scores: [i64; 3],
    pub personal: bool,
    pub in_use: bool,
    pub threat: i64,
    pub vulnerability: i64,
    pub importance: i64,
    pub likelihood: i64,
}

/// All the rows, with the names of what they point to.
#[derive(Default)]
pub struct Rows {
    pub all: Vec<Bare>,
    pub departments: Vec<String>,
    pub threats: Vec<String>,
}

/// Lays so many risks over the departments of a company that has criteria and catalogues.
pub fn lay(place: &Place, count: usize, departments: usize, criteria: &str) -> Done<()> {
    let fill = |text: &str| {
        text.replace("{rows}", &count.to_string())
            .replace("{assets}", &count.div_ceil(A_ASSET).to_string())
            .replace("{departments}", &departments.to_string())
            .replace("{threats}", "86")
            .replace("{criteria}", criteria)
    };
    let texts = [ASSETS, RISKS, PLAN].map(fill);
    match &place.address {
        None => {
            let conn = rusqlite::Connection::open(place.folder.join("meguri.db")).map_err(Fault::broken)?;
            conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN")
                .map_err(Fault::broken)?;
            for text in texts {
                conn.execute_batch(&text).map_err(Fault::broken)?;
            }
            conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").map_err(Fault::broken)?;
        }
        Some(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).map_err(Fault::broken)?;
            for text in texts {
                client.batch_execute(&text).map_err(Fault::broken)?;
            }
            client.batch_execute("VACUUM ANALYZE").map_err(Fault::broken)?;
        }
    }
    Ok(())
}

/// Reads them all into memory, by the driver alone.
pub fn read(place: &Place) -> Done<Rows> {
    let mut rows = Rows::default();
    let mut places = [HashMap::new(), HashMap::new()];
    match &place.address {
        None => {
            let conn = rusqlite::Connection::open(place.folder.join("meguri.db")).map_err(Fault::broken)?;
            let mut prepared = conn.prepare(READ).map_err(Fault::broken)?;
            let mut found = prepared.query([]).map_err(Fault::broken)?;
            while let Some(row) = found.next().map_err(Fault::broken)? {
                let mut numbers = [0; 9];
                for (at, number) in numbers.iter_mut().enumerate() {
                    *number = row.get(at + 2).map_err(Fault::broken)?;
                }
                let names =
                    [row.get(0), row.get(1)].map(|each: Result<String, _>| each.map_err(Fault::broken));
                let [department, threat] = names;
                rows.take(&mut places, [department?, threat?], numbers);
            }
        }
        Some(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).map_err(Fault::broken)?;
            let text = READ.replace("THEN 1 ELSE 0 END", "THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END");
            let mut found = client.query_raw(&text, std::iter::empty::<String>()).map_err(Fault::broken)?;
            while let Some(row) = found.next().map_err(Fault::broken)? {
                let mut numbers = [0; 9];
                for (at, number) in numbers.iter_mut().enumerate() {
                    *number = row.get(at + 2);
                }
                rows.take(&mut places, [row.get(0), row.get(1)], numbers);
            }
        }
    }
    Ok(rows)
}

impl Rows {
    fn take(
        &mut self,
        [departments, threats]: &mut [HashMap<String, usize>; 2],
        [department, threat]: [String; 2],
        [c, i, a, personal, in_use, often, open, importance, likelihood]: [i64; 9],
    ) {
        let department = place(departments, &mut self.departments, department);
        let threat_id = place(threats, &mut self.threats, threat);
        self.all.push(Bare {
            department,
            threat_id,
            scores: [c, i, a],
            personal: personal == 1,
            in_use: in_use == 1,
            threat: often,
            vulnerability: open,
            importance,
            likelihood,
        });
    }

    /// Those of assets in use: what every page counts.
    pub fn living(&self) -> impl Iterator<Item = &Bare> {
        self.all.iter().filter(|row| row.in_use)
    }
}

impl Bare {
    /// The level under a method, as a number; 9 where it cannot be judged.
    pub fn level(&self, method: &Method) -> i64 {
        let importance = method.importance(self.scores, self.personal);
        method.judge(importance, self.threat, self.vulnerability).map_or(9, |judged| judged.level as i64)
    }
}

fn place(places: &mut HashMap<String, usize>, names: &mut Vec<String>, name: String) -> usize {
    if let Some(at) = places.get(&name) {
        return *at;
    }
    names.push(name.clone());
    places.insert(name, names.len() - 1);
    names.len() - 1
}
