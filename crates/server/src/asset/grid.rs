//! The register as a sheet: which columns there are, how a cell reads, and which of them can be written.

use super::filter::View;
use crate::house::words::Lang;
use meguri_domain::asset::{Asset, AssetState};
use meguri_sheet::Field;

/// What a column holds, and so how a cell of it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of words.
    Text,
    /// Words of any length.
    Long,
    /// A number of the scale.
    Score,
    /// ○ or nothing.
    Mark,
    Date,
    /// A whole number.
    Count,
    /// Not written in the sheet: derived, or a matter of its own page.
    Fixed,
}

impl Kind {
    pub fn of(field: Field) -> Self {
        match field {
            Field::Department | Field::Importance => Self::Fixed,
            Field::Personal | Field::Sensitive | Field::MyNumber | Field::Entrusted => Self::Mark,
            Field::Confidentiality | Field::Integrity | Field::Availability => Self::Score,
            Field::RegisteredOn => Self::Date,
            Field::HeadCount => Self::Count,
            field if field.max_chars() > 200 => Self::Long,
            _ => Self::Text,
        }
    }

    /// The word by which the sheet's front end knows it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Long => "long",
            Self::Score => "score",
            Self::Mark => "mark",
            Self::Date => "date",
            Self::Count => "count",
            Self::Fixed => "fixed",
        }
    }

    /// The class of a cell, empty for plain words.
    fn class(self) -> &'static str {
        match self {
            Self::Score | Self::Mark => "c",
            Self::Count => "number",
            Self::Text | Self::Long | Self::Date | Self::Fixed => "",
        }
    }
}

/// A column of a person's sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub field: Field,
    /// 1 to 4; what a step measures is said by the style sheet.
    pub width: u8,
}

/// The widths to choose from.
pub const WIDTHS: [(u8, &str, &str); 4] =
    [(1, "狭い", "Narrow"), (2, "標準", "Normal"), (3, "広い", "Wide"), (4, "とても広い", "Very wide")];

impl Column {
    /// The column as wide as its contents usually need.
    pub fn new(field: Field) -> Self {
        let width = match (Kind::of(field), field) {
            (Kind::Score | Kind::Mark | Kind::Count, _) | (_, Field::Importance) => 1,
            (_, Field::Name | Field::Note | Field::Items | Field::Purpose) => 3,
            _ => 2,
        };
        Self { field, width }
    }
    pub fn code(self) -> &'static str {
        self.field.code()
    }
    pub fn kind(self) -> &'static str {
        Kind::of(self.field).code()
    }
    pub fn class(self) -> &'static str {
        if self.field == Field::Importance { "level" } else { Kind::of(self.field).class() }
    }
    pub fn heading(self, l: Lang) -> &'static str {
        l.t(self.field.ja(), self.field.en())
    }
    /// The word by which the list is ordered by it, if it can be.
    pub fn order(self) -> Option<&'static str> {
        match self.field {
            Field::Name | Field::Department | Field::Importance | Field::Medium => Some(self.field.code()),
            Field::RegisteredOn => Some("registered"),
            _ => None,
        }
    }
    /// How many characters a cell takes.
    pub fn most(self) -> usize {
        self.field.max_chars()
    }
}

/// The columns that a view has by itself: the register those of the common workbook in its order, so that a block
/// copied there fits here; the ledger those that a ledger of personal data asks for.
pub fn columns(view: View) -> Vec<Column> {
    const LEDGER: [Field; 23] = [
        Field::Name,
        Field::Department,
        Field::Items,
        Field::Purpose,
        Field::Subjects,
        Field::HeadCount,
        Field::Acquisition,
        Field::DirectWriting,
        Field::Consent,
        Field::Retained,
        Field::Sensitive,
        Field::MyNumber,
        Field::Entrusted,
        Field::Client,
        Field::ReturnDuty,
        Field::Medium,
        Field::StorageMethod,
        Field::Users,
        Field::Manager,
        Field::Contractor,
        Field::ThirdParty,
        Field::UseUntil,
        Field::Disposal,
    ];
    let plain = Field::ALL.into_iter().filter(|field| !field.is_handling());
    match view {
        View::Register => plain.map(Column::new).collect(),
        View::Ledger => LEDGER.into_iter().map(Column::new).collect(),
    }
}

/// A choice as it is kept: `name:3,medium:2`.
pub fn written(columns: &[Column]) -> String {
    let texts: Vec<String> =
        columns.iter().map(|each| [each.code(), ":", &each.width.to_string()].concat()).collect();
    texts.join(",")
}

/// A choice read back. What is no column is left out, each stands once, and the name is always there.
pub fn read(text: &str) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for pair in text.split(',') {
        let (code, width) = pair.split_once(':').unwrap_or((pair, ""));
        let Some(field) = Field::from_code(code) else { continue };
        if columns.iter().any(|each| each.field == field) {
            continue;
        }
        let own = Column::new(field);
        let width = width.parse().ok().filter(|width| (1..=4).contains(width)).unwrap_or(own.width);
        columns.push(Column { field, width });
    }
    if !columns.iter().any(|each| each.field == Field::Name) {
        columns.insert(0, Column::new(Field::Name));
    }
    columns
}

/// A cell as it reads on the page and in the answer to a save.
pub fn text(asset: &Asset, department: &str, field: Field, l: Lang) -> String {
    let mark = |held: bool| if held { "○".to_owned() } else { String::new() };
    match field {
        Field::Category => asset.category.clone(),
        Field::Name => asset.name.clone(),
        Field::Note => asset.note.clone(),
        Field::Users => asset.users.clone(),
        Field::RiskOwner => asset.risk_owner.clone(),
        Field::Department => department.to_owned(),
        Field::Medium => asset.medium.clone(),
        Field::Personal => mark(asset.personal),
        Field::Sensitive => mark(asset.sensitive),
        Field::MyNumber => mark(asset.my_number),
        Field::Confidentiality => asset.confidentiality.to_string(),
        Field::Integrity => asset.integrity.to_string(),
        Field::Availability => asset.availability.to_string(),
        Field::Importance => asset.importance.to_string(),
        Field::Retention => asset.retention.clone(),
        Field::RegisteredOn => asset.registered_on.map(|day| l.day(&day)).unwrap_or_default(),
        field => asset.handling.get(field.code()),
    }
}

/// What data that a client entrusted still lacks, in sentences; `None` when nothing is missing.
pub fn lacking(asset: &Asset, l: Lang) -> Option<String> {
    let lacks = asset.handling.lacks();
    let sentence = |word: &meguri_domain::Word| {
        l.t(&[word.0, "が未記入です。"].concat(), &[word.1, " is not filled in. "].concat()).to_owned()
    };
    let open = asset.state == AssetState::InUse && !lacks.is_empty();
    open.then(|| lacks.iter().map(sentence).collect::<String>().trim_end().to_owned())
}

/// A row of the sheet.
pub struct Line {
    pub id: String,
    pub version: i64,
    /// Its place in the whole list, from 1.
    pub number: i64,
    /// Whether the person may write in it.
    pub open: bool,
    pub retired: bool,
    pub lacks: Option<String>,
    pub cells: Vec<Shown>,
}

/// A cell of the page.
pub struct Shown {
    pub text: String,
    pub class: String,
    pub is_name: bool,
    /// Longer than a cell shows at once.
    pub long: bool,
}

/// More characters than this are folded until somebody goes there.
const MOST_SHOWN: usize = 70;

/// The cells of an asset in the order of the columns.
pub fn cells(asset: &Asset, department: &str, columns: &[Column], l: Lang) -> Vec<Shown> {
    let shown = |column: &Column| {
        let text = text(asset, department, column.field, l);
        let class = match column.field {
            Field::Importance => ["level n", &text].concat(),
            _ => column.class().to_owned(),
        };
        let long = text.len() > MOST_SHOWN && text.chars().count() > MOST_SHOWN || text.contains('\n');
        Shown { long, is_name: column.field == Field::Name, text, class }
    };
    columns.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_columns_is_read_as_it_was_written_and_always_names_the_asset() {
        let chosen = vec![Column { field: Field::Medium, width: 4 }, Column::new(Field::Name)];
        assert_eq!(read(&written(&chosen)), chosen);
        let codes = |text: &str| read(text).iter().map(|each| each.code()).collect::<Vec<_>>();
        assert_eq!(codes("medium:9,no_such:1,medium:2"), ["name", "medium"]);
        assert_eq!(codes(""), ["name"]);
        for view in [View::Register, View::Ledger] {
            assert_eq!(read(&written(&columns(view))), columns(view));
        }
    }

    #[test]
    fn the_register_has_the_columns_of_the_workbook_in_its_order() {
        let codes: Vec<Field> = columns(View::Register).iter().map(|each| each.field).collect();
        assert_eq!(codes, Field::ALL[..16]);
    }

    #[test]
    fn what_is_entrusted_says_what_it_lacks() {
        let mut asset: Asset = serde_json::from_value(serde_json::json!({
            "id": "a", "version": 1, "revision": 1, "department_id": "d", "category": "", "name": "名簿", "note": "",
            "users": "", "risk_owner": "", "medium": "書類", "personal": true, "sensitive": false, "my_number": false,
            "confidentiality": 1, "integrity": 1, "availability": 1, "importance": 3, "retention": "",
            "registered_on": null, "handling": {}, "state": "in_use", "retired_reason": ""
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(lacking(&asset, Lang::Ja), None);
        asset.handling.entrusted = true;
        assert_eq!(
            lacking(&asset, Lang::Ja).as_deref(),
            Some("委託元が未記入です。返却・消去の義務が未記入です。")
        );
        asset.handling.client = "株式会社例".into();
        assert_eq!(lacking(&asset, Lang::En).as_deref(), Some("Return or erasure duty is not filled in."));
    }
}
