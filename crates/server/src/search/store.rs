//! The SQL of the search. The register keeps folded text of its own; the other tables are folded here,
//! because they are small or newest first, and their texts are only compared in memory.

use crate::house::db::Value;
use crate::house::fault::Fault;
use crate::house::kept::cell;
use crate::house::words::fold;
use crate::house::work::Rx;
use crate::{open, scoped, seen};
use meguri_domain::people::Scope;
use meguri_domain::treatment::Policy;

/// A thing that was found: its id, its department, and the texts by which it is shown.
pub struct Hit {
    pub id: String,
    pub department: String,
    pub texts: Vec<String>,
}

/// So many hits of one kind are shown.
pub const MOST: usize = 20;

/// Assets by their folded text.
pub fn assets(rx: &Rx<'_>, scope: &Scope, folded: &str) -> Result<Vec<Hit>, Fault> {
    let text = scoped!(
        "SELECT a.id, a.department_id, a.name, a.category FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.folded LIKE $2 ESCAPE '!' ORDER BY CASE WHEN a.state = 'in_use' THEN 0 ELSE 1 END, a.name, a.id LIMIT 20"
    );
    hits(rx.rows(text, scope, &[Value::Text(pattern(folded))])?)
}

/// Risks by the names of their threats and assets.
pub fn risks(rx: &Rx<'_>, scope: &Scope, folded: &str) -> Result<Vec<Hit>, Fault> {
    let threats =
        rx.open_rows(open!("SELECT id, name_ja, name_en FROM threat ORDER BY id LIMIT 2000"), &[])?;
    let named =
        hits_of(threats)?.into_iter().filter(|hit| hit.texts.iter().any(|text| fold(text).contains(folded)));
    let text = scoped!(
        "SELECT r.asset_id, r.department_id, t.name_ja, t.name_en, a.name FROM risk r JOIN threat t ON t.id = r.threat_id
         JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("r.department_id"),
        " AND r.threat_id = $2 ORDER BY r.value DESC, r.id LIMIT 20"
    );
    let mut found = Vec::new();
    for threat in named.take(MOST) {
        found.extend(hits(rx.rows(text, scope, &[Value::Text(threat.id)])?)?);
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    Ok(found)
}

/// Plan rows by what is to be done, who is in charge, what it takes, and their policy under whichever name.
pub fn plan_rows(rx: &Rx<'_>, scope: &Scope, q: &str) -> Result<Vec<Hit>, Fault> {
    let text = scoped!(
        "SELECT p.id, p.department_id, p.task, p.owner, p.resources, p.policy FROM plan_row p WHERE ",
        seen!("p.department_id"),
        " ORDER BY p.fiscal_year DESC, p.id LIMIT 10000"
    );
    let (folded, meant) = (fold(q), Policy::read(q));
    let is_meant =
        |hit: &Hit| meant.is_some_and(|policy| hit.texts.get(3).is_some_and(|it| it == policy.code()));
    let says = |hit: &Hit| hit.texts.iter().take(3).any(|text| fold(text).contains(&folded));
    let mut found: Vec<Hit> = hits(rx.rows(text, scope, &[])?)?;
    found.retain(|hit| is_meant(hit) || says(hit));
    found.truncate(MOST);
    Ok(found)
}

/// Objectives by title, measure and target.
pub fn objectives(rx: &Rx<'_>, scope: &Scope, folded: &str) -> Result<Vec<Hit>, Fault> {
    let text = scoped!(
        "SELECT o.id, o.department_id, o.title, o.measure, o.target FROM objective o WHERE ",
        seen!("o.department_id"),
        " ORDER BY o.to_month DESC, o.id LIMIT 10000"
    );
    Ok(matching(hits(rx.rows(text, scope, &[])?)?, folded))
}

/// Corrections by what was found, cause and fix.
pub fn corrections(rx: &Rx<'_>, scope: &Scope, folded: &str) -> Result<Vec<Hit>, Fault> {
    let text = scoped!(
        "SELECT c.id, c.department_id, c.what, c.cause, c.fix FROM correction c WHERE ",
        seen!("c.department_id"),
        " ORDER BY c.found_month DESC, c.id LIMIT 10000"
    );
    Ok(matching(hits(rx.rows(text, scope, &[])?)?, folded))
}

/// Check items of the catalogue.
pub fn items(rx: &Rx<'_>, folded: &str) -> Result<Vec<Hit>, Fault> {
    let rows =
        rx.open_rows(open!("SELECT id, text_ja, text_en FROM check_item ORDER BY id LIMIT 2000"), &[])?;
    Ok(matching(hits_of(rows)?, folded))
}

fn matching(hits: Vec<Hit>, folded: &str) -> Vec<Hit> {
    hits.into_iter()
        .filter(|hit| hit.texts.iter().any(|text| fold(text).contains(folded)))
        .take(MOST)
        .collect()
}

/// The text inside a LIKE, its own signs escaped.
fn pattern(folded: &str) -> String {
    let mut text = String::from("%");
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '!') {
            text.push('!');
        }
        text.push(c);
    }
    text.push('%');
    text
}

fn hits(rows: Vec<Vec<Value>>) -> Result<Vec<Hit>, Fault> {
    rows.iter()
        .map(|row| {
            let texts = (2..row.len()).map(|at| cell(row, at)).collect::<Result<_, _>>()?;
            Ok(Hit { id: cell(row, 0)?, department: cell(row, 1)?, texts })
        })
        .collect()
}

fn hits_of(rows: Vec<Vec<Value>>) -> Result<Vec<Hit>, Fault> {
    rows.iter()
        .map(|row| {
            let texts = (1..row.len()).map(|at| cell(row, at)).collect::<Result<_, _>>()?;
            Ok(Hit { id: cell(row, 0)?, department: String::new(), texts })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn signs_of_like_are_taken_literally() {
        assert_eq!(pattern("100%_a!"), "%100!%!_a!!%");
    }
}
