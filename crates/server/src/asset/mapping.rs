//! The columns of a file as a person chose them, and the memory of them: the next file of the same layout comes mapped.

use super::draft::{Draft, Sheet};
use super::pages::Choice;
use crate::house::fault::Done;
use meguri_domain::Refusal;
use meguri_sheet::{Field, Layout, Scale};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is remembered of a layout, under its fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The field of each column (A = 0) that is read.
    columns: BTreeMap<u16, Field>,
    /// The table is not read.
    #[serde(default)]
    skip: bool,
    /// The scale of its scores, where a person said it.
    #[serde(default)]
    scale: Option<Scale>,
    /// Its headings are not found without being told.
    #[serde(default)]
    header: bool,
}

impl Mapping {
    pub fn of(layout: &Layout, sheet: &Sheet, said: Option<Scale>) -> Self {
        let columns =
            layout.columns.iter().filter_map(|column| Some((column.index, column.field?))).collect();
        let scored = layout.columns.iter().any(|column| column.field.is_some_and(Field::is_score));
        Self { columns, skip: sheet.skip, scale: said.filter(|_| scored), header: sheet.header }
    }

    /// What is said of a table that was read before.
    pub fn sheet(&self) -> Sheet {
        let (skip, scale, header) = (self.skip, self.scale, self.header);
        Sheet { skip, remembered: true, scale, header, ..Sheet::default() }
    }

    /// The same for headings that are given up.
    #[must_use]
    pub fn found_by_itself(self) -> Self {
        Self { header: false, ..self }
    }

    /// The layout as it was mapped before.
    pub fn onto(&self, layout: &Layout) -> Layout {
        let mut fresh = layout.clone();
        for column in &layout.columns {
            let chosen = self.columns.get(&column.index).copied();
            if chosen == column.field {
                continue;
            }
            if let Some(field) = column.field.filter(|field| fresh.column_of(*field) == Some(column.index)) {
                fresh = fresh.without(field);
            }
            if let Some(field) = chosen {
                fresh = fresh.with(field, column.index);
            }
        }
        fresh
    }

    /// As it is kept; what cannot be read any more counts as never seen.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
    pub fn decode(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }
}

/// What a person typed on the page of the columns.
pub struct Typed<'a>(pub &'a [(String, String)]);

impl Typed<'_> {
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether the form asked for this at all.
    pub fn names(&self, name: &str) -> bool {
        self.0.iter().any(|(each, _)| each == name)
    }

    /// The layouts with the columns that were chosen, and what was said of each sheet.
    pub fn chosen(&self, draft: &Draft, departments: &[Choice]) -> Done<(Vec<Layout>, Vec<Sheet>)> {
        let mut layouts = Vec::new();
        let mut sheets = Vec::new();
        for (at, layout) in draft.found.layouts.iter().enumerate() {
            layouts.push(self.columns(at, layout)?);
            let id = self.value(&format!("department-{at}"));
            let named = departments.iter().find(|each| each.id == id);
            sheets.push(Sheet {
                department: named.map(|each| each.name.clone()).unwrap_or_default(),
                skip: !self.value(&format!("skip-{at}")).is_empty(),
                header: draft.sheets.get(at).is_some_and(|sheet| sheet.header),
                ..Sheet::default()
            });
        }
        Ok((layouts, sheets))
    }

    /// A layout with the columns that a person chose. One field is read from one column.
    fn columns(&self, at: usize, layout: &Layout) -> Done<Layout> {
        let mut fresh = layout.clone();
        let mut taken: Vec<Field> = Vec::new();
        for column in &layout.columns {
            let name = format!("column-{at}-{}", column.index);
            let Some((_, code)) = self.0.iter().find(|(each, _)| *each == name) else { continue };
            let field = Field::from_code(code);
            if let Some(field) = field {
                if taken.contains(&field) {
                    return Err(doubled(field).into());
                }
                taken.push(field);
            }
            if field == column.field {
                continue;
            }
            if let Some(before) = column.field.filter(|before| fresh.column_of(*before) == Some(column.index))
            {
                fresh = fresh.without(before);
            }
            if let Some(field) = field {
                fresh = fresh.with(field, column.index);
            }
        }
        Ok(fresh)
    }
}

fn doubled(field: Field) -> Refusal {
    Refusal::Said {
        ja: format!("「{}」が2つの列に選ばれています。どちらか一方の列だけにしてください。", field.ja()),
        en: format!("“{}” is chosen for two columns. Choose it for one of them only.", field.en()),
    }
}
