//! The log as a package reads it, a stretch at a time: each entry's line, its leaf, and its payloads with the states in them.

use crate::audit::selection::State;
use crate::house::fault::{Done, Fault};
use crate::house::work::Rx;
use crate::record::store::{self, Text};
use meguri_domain::Refusal;
use meguri_record::{Hash, Payload};

/// So many entries are held at once.
pub const STRIDE: u64 = 500;

/// Some entries in a row.
pub struct Stretch {
    pub entries: Vec<(u64, Found)>,
}

/// An entry as it stands in the database.
pub struct Found {
    pub line: String,
    pub leaf: Hash,
    pub pieces: Vec<Piece>,
    pub states: Vec<State>,
}

/// A payload with the states in it; nothing where it was erased or cannot be read.
pub struct Piece {
    pub sealed: Option<Payload>,
    pub states: Vec<State>,
}

/// The entries of the log that begins at `base`, from one place in it to before another.
pub fn stretch(rx: &Rx<'_>, base: u64, (from, to): (u64, u64)) -> Done<Stretch> {
    let place = |n: u64| i64::try_from(n).map_err(Fault::broken);
    let (first, end) = (place(base + from)?, place(base + to)?);
    let mut payloads = store::payloads(rx, first, end - 1)?.into_iter().peekable();
    let mut entries = Vec::new();
    for (idx, line, leaf) in
        store::entries(rx, first, end - first)?.into_iter().filter(|(idx, ..)| *idx < end)
    {
        let mut pieces = Vec::new();
        while let Some(payload) = payloads.next_if(|each| each.idx <= idx) {
            pieces.push(piece(payload.text)?);
        }
        let states = pieces.iter().flat_map(|piece| piece.states.iter().cloned()).collect();
        let leaf = leaf.parse().map_err(Fault::broken)?;
        let own = u64::try_from(idx).map_err(Fault::broken)?.saturating_sub(base);
        entries.push((own, Found { line, leaf, pieces, states }));
    }
    Ok(Stretch { entries })
}

fn piece(text: Text) -> Done<Piece> {
    // What was erased, or does not open, is named and not shown.
    let Text::Shown { salt, text } = text else { return Ok(Piece { sealed: None, states: Vec::new() }) };
    let states: Vec<State> = serde_json::from_str(&text).map_err(Fault::broken)?;
    Ok(Piece { sealed: Some((salt, text.into_bytes())), states })
}

pub fn no_head() -> Refusal {
    Refusal::Because((
        "記録簿にまだ署名されたヘッドがないため、審査用ファイルを作れません。1分ほど待ってから、もう一度実行してください。",
        "The record log has no signed head yet, so no package can be made. Wait a minute, then try again.",
    ))
}
