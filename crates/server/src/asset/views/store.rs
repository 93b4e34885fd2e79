//! The SQL of a person's own views. Each text names the person, so nobody meets another one's.

use super::filters::SavedFilter;
use crate::asset::filter::View;
use crate::house::db::Value;
use crate::house::fault::Fault;
use crate::house::kept::{Column as _, cell};
use crate::house::work::{Rx, Tx};
use crate::{open, plain};

/// The columns that the person chose for a view, as they were kept.
pub fn columns(rx: &Rx<'_>, view: View) -> Result<Option<String>, Fault> {
    let text = open!("SELECT columns FROM column_choice WHERE person_id = $1 AND view_code = $2");
    rx.open_rows(text, &mine(rx, view))?.first().map(|row| cell(row, 0)).transpose()
}

/// Keeps the columns of a view.
pub fn keep_columns(tx: &Tx<'_>, view: View, columns: String) -> Result<(), Fault> {
    let text = plain!(
        "INSERT INTO column_choice (person_id, view_code, columns) VALUES ($1, $2, $3) \
         ON CONFLICT (person_id, view_code) DO UPDATE SET columns = excluded.columns"
    );
    tx.run(text, &[mine(tx, view).as_slice(), &[Value::Text(columns)]].concat())?;
    Ok(())
}

/// Goes back to the columns that the view has by itself.
pub fn forget_columns(tx: &Tx<'_>, view: View) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM column_choice WHERE person_id = $1 AND view_code = $2"), &mine(tx, view))?;
    Ok(())
}

/// The person's named filters of a view, by name; at most 50.
pub fn filters(rx: &Rx<'_>, view: View) -> Result<Vec<SavedFilter>, Fault> {
    let text = open!(
        "SELECT id, name, query FROM saved_filter WHERE person_id = $1 AND view_code = $2 ORDER BY name, id LIMIT 50"
    );
    let rows = rx.open_rows(text, &mine(rx, view))?;
    rows.iter()
        .map(|row| Ok(SavedFilter { id: cell(row, 0)?, name: cell(row, 1)?, query: cell(row, 2)? }))
        .collect()
}

/// Keeps a filter under a name; a name that is there already stands for the new filter.
pub fn keep_filter(tx: &Tx<'_>, id: String, view: View, name: &str, query: &str) -> Result<(), Fault> {
    let text = plain!(
        "INSERT INTO saved_filter (id, person_id, view_code, name, query, at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (person_id, view_code, name) DO UPDATE SET query = excluded.query, at = excluded.at"
    );
    let values = [
        Value::Text(id),
        tx.actor().person.to_value(),
        Value::Text(view.code().to_owned()),
        Value::Text(name.to_owned()),
        Value::Text(query.to_owned()),
        Value::Int(tx.who.now_ms),
    ];
    tx.run(text, &values)?;
    Ok(())
}

/// Takes a filter away; gives its view, or none when the person has no such filter.
pub fn drop_filter(tx: &Tx<'_>, id: &str) -> Result<Option<View>, Fault> {
    let values = [tx.actor().person.to_value(), Value::Text(id.to_owned())];
    let found =
        tx.open_rows(open!("SELECT view_code FROM saved_filter WHERE person_id = $1 AND id = $2"), &values)?;
    let Some(row) = found.first() else { return Ok(None) };
    tx.run(plain!("DELETE FROM saved_filter WHERE person_id = $1 AND id = $2"), &values)?;
    Ok(Some(View::of(&cell::<String>(row, 0)?)))
}

fn mine(rx: &Rx<'_>, view: View) -> [Value; 2] {
    [rx.actor().person.to_value(), Value::Text(view.code().to_owned())]
}
