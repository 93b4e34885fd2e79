//! The SQL of erasures, and of what goes with them.

use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::{Rx, Tx};
use crate::{kept, open, plain, scoped, seen};
use meguri_domain::Refusal;
use meguri_domain::erasure::Erasure;
use meguri_domain::ids::ErasureId;
use meguri_domain::people::Act;
use std::collections::BTreeSet;

kept!(company Erasure, "erasure", [id, version, object, ground, reason, state, asked, decided, answer, taken]);

/// One erasure.
pub fn find(rx: &Rx<'_>, id: &ErasureId) -> Done<Erasure> {
    one(rx, id)?.ok_or(Stop::Refusal(Refusal::NotFound))
}

/// One erasure, if it is there.
pub fn one(rx: &Rx<'_>, id: &ErasureId) -> Result<Option<Erasure>, Fault> {
    rx.open_one(open!("SELECT * FROM erasure WHERE id = $1"), &[id.to_value()])
}

/// The erasures, those that wait first; at most 1,000.
pub fn all(rx: &Rx<'_>) -> Result<Vec<Erasure>, Fault> {
    rx.open_list(open!("SELECT * FROM erasure ORDER BY (state <> 'asked'), id LIMIT 1000"), &[])
}

/// How many wait for a decision.
pub fn waiting(rx: &Rx<'_>) -> Result<i64, Fault> {
    let rows = rx.open_rows(open!("SELECT COUNT(*) FROM erasure WHERE state = 'asked'"), &[])?;
    rows.first().map_or(Ok(0), |row| cell(row, 0))
}

/// The entry that erased an evidence file, by its SHA-256 in hex.
pub fn of_file(rx: &Rx<'_>, sha256: &str) -> Result<Option<i64>, Fault> {
    let text = open!("SELECT * FROM erasure WHERE replace(taken, $1, '') <> taken LIMIT 1");
    let found: Option<Erasure> = rx.open_one(text, &[Value::Text(sha256.to_owned())])?;
    Ok(found.and_then(|erasure| erasure.taken).map(|taken| taken.entry))
}

/// Objects that hold the same text as another one, because it was written into both by one act.
pub fn copies(rx: &Rx<'_>, object: &str) -> Result<Vec<String>, Fault> {
    let Some((table, id)) = object.split_once('/') else { return Ok(Vec::new()) };
    let by = [Value::Text(id.to_owned())];
    let see = |act, text| -> Result<Vec<String>, Fault> {
        rx.rows(text, &rx.scope(act), &by)?.iter().map(|row| cell(row, 0)).collect()
    };
    match table {
        "asset" => see(
            Act::SeeRegister,
            scoped!(
                "SELECT 'confirmation/' || c.id FROM confirmation c WHERE ",
                seen!("c.department_id"),
                " AND c.asset_id = $2 AND c.contents IS NOT NULL"
            ),
        ),
        "answer" => see(
            Act::SeeMonth,
            scoped!(
                "SELECT 'correction/' || c.id FROM correction c WHERE ",
                seen!("c.department_id"),
                " AND c.answer_id = $2"
            ),
        ),
        "correction" => see(
            Act::SeeMonth,
            scoped!(
                "SELECT 'answer/' || c.answer_id FROM correction c WHERE ",
                seen!("c.department_id"),
                " AND c.id = $2"
            ),
        ),
        "plan_row" => {
            let mut found = see(
                Act::SeeMonth,
                scoped!(
                    "SELECT 'objective/' || o.id FROM objective o WHERE ",
                    seen!("o.department_id"),
                    " AND o.plan_row_id = $2"
                ),
            )?;
            let items = open!("SELECT 'check_item/' || id FROM check_item WHERE plan_row_id = $1");
            for row in rx.open_rows(items, &by)? {
                found.push(cell(&row, 0)?);
            }
            Ok(found)
        }
        "evidence" => see(
            Act::SeeMonth,
            scoped!(
                "SELECT 'evidence/' || o.id FROM evidence e JOIN evidence o ON o.sha256 = e.sha256 AND o.sha256 <> '' WHERE ",
                seen!("e.department_id"),
                " AND e.id = $2"
            ),
        ),
        _ => Ok(Vec::new()),
    }
}

/// The evidence file of an object, if it is one: SHA-256 in hex.
pub fn file_of(rx: &Rx<'_>, object: &str) -> Result<Option<String>, Fault> {
    let Some(id) = object.strip_prefix("evidence/") else { return Ok(None) };
    let text = scoped!(
        "SELECT e.sha256 FROM evidence e WHERE ",
        seen!("e.department_id"),
        " AND e.id = $2 AND e.sha256 <> ''"
    );
    let rows = rx.rows(text, &rx.scope(Act::SeeMonth), &[Value::Text(id.to_owned())])?;
    rows.first().map(|row| cell(row, 0)).transpose()
}

/// Whether evidence that was not erased has this file: somebody attached the same bytes again.
pub fn is_attached(rx: &Rx<'_>, sha256: &str) -> Result<bool, Fault> {
    let text = scoped!(
        "SELECT COUNT(*) FROM evidence e WHERE ",
        seen!("e.department_id"),
        " AND e.sha256 = $2 AND e.label NOT LIKE $3"
    );
    let erased = [super::tables::ERASED, "%"].concat();
    let values = [Value::Text(sha256.to_owned()), Value::Text(erased)];
    Ok(rx.count(text, &rx.scope(Act::SeeMonth), &values)? > 0)
}

/// Takes a text out of what is no record and may hold a copy of it.
pub fn forget_text(tx: &Tx<'_>, text: &str) -> Result<(), Fault> {
    let by = [Value::Text(text.to_owned())];
    tx.run(plain!("DELETE FROM import_undo WHERE replace(body, $1, '') <> body"), &by)?;
    tx.run(plain!("DELETE FROM sign_in_failure WHERE email = $1"), &by)?;
    let mails = plain!(
        "DELETE FROM mail WHERE recipient = $1 OR replace(name, $1, '') <> name OR replace(subject, $1, '') <> subject
           OR replace(body, $1, '') <> body"
    );
    tx.run(mails, &by)?;
    Ok(())
}

/// Takes out the addresses in which somebody searched for a part of the texts: filters that were kept, and where the
/// answers to earlier requests led.
pub fn forget_searches(tx: &Tx<'_>, texts: &BTreeSet<String>) -> Result<(), Fault> {
    for row in tx.open_rows(open!("SELECT id, query, name FROM saved_filter LIMIT 100000"), &[])? {
        let (query, name): (String, String) = (cell(&row, 1)?, cell(&row, 2)?);
        if echoes(&query, texts) || is_part(&name, texts) {
            tx.run(plain!("DELETE FROM saved_filter WHERE id = $1"), &[Value::Text(cell(&row, 0)?)])?;
        }
    }
    // Only what is not ASCII or has a query can hold a text.
    let asked = open!("SELECT id, led_to FROM request WHERE led_to LIKE '%?%' LIMIT 100000");
    for row in tx.open_rows(asked, &[])? {
        if echoes(&cell::<String>(&row, 1)?, texts) {
            tx.run(plain!("UPDATE request SET led_to = '/' WHERE id = $1"), &[Value::Text(cell(&row, 0)?)])?;
        }
    }
    Ok(())
}

/// Takes out everything that is no record and may hold a copy of any text: after a restoration nobody can tell any
/// more which.
pub fn forget_all(tx: &Tx<'_>) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM import_piece"), &[])?;
    tx.run(plain!("DELETE FROM import_draft"), &[])?;
    tx.run(plain!("DELETE FROM import_undo"), &[])?;
    tx.run(plain!("DELETE FROM saved_filter"), &[])?;
    tx.run(plain!("DELETE FROM sign_in_failure"), &[])?;
    tx.run(plain!("DELETE FROM mail"), &[])?;
    tx.run(plain!("UPDATE request SET led_to = '/' WHERE led_to LIKE '%?%'"), &[])?;
    Ok(())
}

/// Whether the query of an address holds a part of a text, or a text.
pub fn echoes(address: &str, texts: &BTreeSet<String>) -> bool {
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    query.split('&').any(|pair| {
        let value = pair.split_once('=').map_or(pair, |(_, value)| value).replace('+', " ");
        is_part(&crate::house::web::unpercent(&value).unwrap_or(value), texts)
    })
}

fn is_part(words: &str, texts: &BTreeSet<String>) -> bool {
    let words = words.trim();
    words.chars().count() > 1
        && texts
            .iter()
            .any(|text| text.contains(words) || (text.chars().count() > 1 && words.contains(text.as_str())))
}

/// Takes out what belongs to an object by its id: sessions and links of a person, uploads that wait, and how an import
/// would be undone.
pub fn forget_object(tx: &Tx<'_>, table: &str, id: &str) -> Result<(), Fault> {
    let by = [Value::Text(id.to_owned())];
    match table {
        "person" => {
            tx.run(plain!("DELETE FROM session WHERE person_id = $1"), &by)?;
            tx.run(plain!("DELETE FROM invitation WHERE person_id = $1"), &by)?;
            tx.run(plain!("DELETE FROM saved_filter WHERE person_id = $1"), &by)?;
        }
        "asset" | "confirmation" | "pattern" | "import" => {
            // What waits is kept in pieces of a packed file: nobody can look for a text in it.
            tx.run(plain!("DELETE FROM import_piece"), &[])?;
            tx.run(plain!("DELETE FROM import_draft"), &[])?;
            tx.run(
                plain!("DELETE FROM import_undo WHERE import_id = $1 OR replace(body, $1, '') <> body"),
                &by,
            )?;
        }
        _ => {}
    }
    Ok(())
}

/// Notes that keys, files and traces of an erasure are still to be cleared away.
pub fn begin(tx: &Tx<'_>, id: &ErasureId) -> Result<(), Fault> {
    let text = plain!("INSERT INTO erasing (erasure_id) VALUES ($1) ON CONFLICT (erasure_id) DO NOTHING");
    tx.run(text, &[id.to_value()]).map(|_| ())
}

/// The erasures that are not cleared away yet.
pub fn unfinished(rx: &Rx<'_>) -> Result<Vec<Erasure>, Fault> {
    rx.open_list(
        open!("SELECT e.* FROM erasure e JOIN erasing g ON g.erasure_id = e.id ORDER BY e.id LIMIT 1000"),
        &[],
    )
}

/// Notes that an erasure is cleared away.
pub fn end(tx: &Tx<'_>, id: &ErasureId) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM erasing WHERE erasure_id = $1"), &[id.to_value()]).map(|_| ())
}
