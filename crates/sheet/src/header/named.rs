//! Headings where a person says that they stand, in this file or in an earlier one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{HIGHEST_HEADER, Header, columns_at, headings_at, known_columns, may_be_group, only_words};
use crate::grid::Sheet;
use crate::layout::fingerprint;

/// What a person has said of where headings stand, where recognition takes other ones or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headings {
    /// The name of a sheet and a row number (from 1) of its headings.
    pub rows: BTreeMap<String, u32>,
    /// The [`Layout::fingerprint`] of headings that were chosen in earlier files, on whatever sheet they stand.
    pub known: BTreeSet<String>,
}

/// The headings in a row, alone or with those of a group above or below, whichever says most. A row of which nothing is
/// known counts as well: a person has said that it holds the headings.
pub(super) fn header_in(sheet: &Sheet, row: u32) -> Option<Header> {
    if sheet.row(row).is_empty() {
        return None;
    }
    let mut best: Option<Header> = None;
    for (up, height) in [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)] {
        let Some(top) = row.checked_sub(up).filter(|top| *top > 0) else { continue };
        let group = || {
            may_be_group(sheet, top)
                && (top..top + height).all(|each| !sheet.row(each).is_empty() && only_words(sheet, each))
        };
        let columns = columns_at(sheet, top, height);
        let more = best.as_ref().is_none_or(|best| known_columns(&columns) > best.known());
        if !columns.is_empty() && more && (height == 1 || group()) {
            best = Some(Header { rows: (top, top + height - 1), columns });
        }
    }
    best
}

/// Headings that a person has chosen in an earlier file.
pub(super) fn known_header(sheet: &Sheet, known: &BTreeSet<String>) -> Option<Header> {
    const ROWS: u32 = 60;
    if known.is_empty() {
        return None;
    }
    let is_known = |row: u32, height: u32| {
        let headings = headings_at(sheet, row, height);
        let texts = headings.iter().map(|(index, parts)| (*index, parts.join(" ")));
        !headings.is_empty() && known.contains(&fingerprint(texts))
    };
    let mut places = (1..=sheet.last_row().min(ROWS))
        .flat_map(|row| (1..=HIGHEST_HEADER).map(move |height| (row, height)));
    let (row, height) = places.find(|(row, height)| is_known(*row, *height))?;
    Some(Header { rows: (row, row + height - 1), columns: columns_at(sheet, row, height) })
}
