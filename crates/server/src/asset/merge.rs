//! A row of a file onto an asset: only what the file says is written, and what it leaves empty stays.

use crate::house::words::{Lang, fold};
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::handling::Handling;
use meguri_sheet::{AssetRow, Field, Row, Scale};

/// A row of a file as the contents of a new asset.
pub fn draft(row: &AssetRow) -> Result<AssetDraft, Refusal> {
    let AssetRow { category, name, note, users, risk_owner, medium, retention, .. } = row.clone();
    let mut handling = Handling::default();
    for (field, text) in &row.handling {
        handling.set(field.code(), text)?;
    }
    Ok(AssetDraft {
        category,
        name,
        note,
        users,
        risk_owner,
        medium,
        personal: row.personal,
        sensitive: row.sensitive,
        my_number: row.my_number,
        confidentiality: i64::from(row.confidentiality),
        integrity: i64::from(row.integrity),
        availability: i64::from(row.availability),
        retention,
        registered_on: row.registered_on,
        handling,
    })
}

/// How a row is laid over an asset.
#[derive(Debug, Clone, Copy, Default)]
pub struct Over {
    /// Empty cells wipe what stands there; columns that the file does not have never do.
    pub empty_cells_wipe: bool,
    /// A row of the ledger of personal data: it speaks of personal data, and of the asset under its own name.
    pub ledger: bool,
}

/// The contents that the asset would have after the row. `read` is what `row` says.
pub fn merged(row: &Row, read: &AssetRow, onto: &Asset, over: Over) -> Result<AssetDraft, Refusal> {
    let new = draft(read)?;
    let mut all = onto.draft();
    for cell in row.cells.iter().filter(|cell| over.empty_cells_wipe || says(cell.field, &cell.text)) {
        match cell.field {
            Field::Category => all.category.clone_from(&new.category),
            // The ledger writes names a little otherwise; the register's spelling stays where they agree.
            Field::Name if over.ledger && fold(&all.name) == fold(&new.name) => {}
            Field::Name => all.name.clone_from(&new.name),
            Field::Note => all.note.clone_from(&new.note),
            Field::Users => all.users.clone_from(&new.users),
            Field::RiskOwner => all.risk_owner.clone_from(&new.risk_owner),
            Field::Medium if new.medium.is_empty() => {}
            Field::Medium => all.medium.clone_from(&new.medium),
            Field::Personal => all.personal = new.personal,
            Field::Sensitive => all.sensitive = new.sensitive,
            Field::MyNumber => all.my_number = new.my_number,
            Field::Confidentiality if new.confidentiality > 0 => all.confidentiality = new.confidentiality,
            Field::Integrity if new.integrity > 0 => all.integrity = new.integrity,
            Field::Availability if new.availability > 0 => all.availability = new.availability,
            Field::Retention => all.retention.clone_from(&new.retention),
            Field::RegisteredOn => all.registered_on = new.registered_on,
            Field::Department
            | Field::Importance
            | Field::Confidentiality
            | Field::Integrity
            | Field::Availability => {}
            field => all.handling.set(field.code(), &new.handling.get(field.code()))?,
        }
    }
    all.personal = all.personal || over.ledger;
    Ok(all)
}

/// Whether a cell says something. In a column of dates a dash says that there is none to say.
fn says(field: Field, text: &str) -> bool {
    let text = text.trim();
    let dash = |c: char| "-－−–—―ー‐─/／".contains(c);
    !text.is_empty() && (field != Field::RegisteredOn || !text.chars().all(dash))
}

/// What the register holds for the fields that every row must have, as a person would type it: for a row that
/// leaves them empty and speaks of this asset.
pub fn fills(row: &Row, onto: &Asset, scale: Scale) -> Vec<(Field, String)> {
    // A digit of the register is another one on the older scale; a word is the same on both.
    let score = |held: i64| {
        let word = u8::try_from(held).ok().and_then(Scale::word).filter(|_| scale != Scale::OneToThree);
        word.map_or_else(|| held.to_string(), str::to_owned)
    };
    let held = [
        (Field::Medium, onto.medium.clone()),
        (Field::Confidentiality, score(onto.confidentiality)),
        (Field::Integrity, score(onto.integrity)),
        (Field::Availability, score(onto.availability)),
    ];
    held.into_iter().filter(|(field, _)| row.text(*field).trim().is_empty()).collect()
}

/// A field of a draft as a person reads it.
pub fn written(draft: &AssetDraft, field: Field, l: Lang) -> String {
    let mark = |held: bool| if held { "○".to_owned() } else { String::new() };
    match field {
        Field::Category => draft.category.clone(),
        Field::Name => draft.name.clone(),
        Field::Note => draft.note.clone(),
        Field::Users => draft.users.clone(),
        Field::RiskOwner => draft.risk_owner.clone(),
        Field::Department | Field::Importance => String::new(),
        Field::Medium => draft.medium.clone(),
        Field::Personal => mark(draft.personal),
        Field::Sensitive => mark(draft.sensitive),
        Field::MyNumber => mark(draft.my_number),
        Field::Confidentiality => draft.confidentiality.to_string(),
        Field::Integrity => draft.integrity.to_string(),
        Field::Availability => draft.availability.to_string(),
        Field::Retention => draft.retention.clone(),
        Field::RegisteredOn => draft.registered_on.map(|day| l.day(&day)).unwrap_or_default(),
        _ => draft.handling.get(field.code()),
    }
}
