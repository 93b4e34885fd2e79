//! How a file is laid out: what stands above the rows, which column holds what, how wide it is. Three designs become one
//! plan, so that all of them are written by the same hand.

use jiff::civil::Date;

use super::Title;
use crate::dates::show_date;
use crate::field::Field;
use crate::grid::Merge;
use crate::head::{Head, HeadCell, HeadKind};
use crate::layout::Layout;
use crate::text::fold;

/// How a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Design {
    /// The IPA sheet 情報資産管理台帳.
    Register {
        /// Whether the column リスク所有者 of the ISMS variant appears.
        risk_owner: bool,
    },
    /// The ledger of personal data 個人情報管理台帳 with every column of [`Field::HANDLING`].
    Ledger,
    /// The sheet a department once brought: its own titles, headings, order and widths. Columns that we do not know keep
    /// their heading and stay empty.
    Origin(Box<Layout>),
}

/// A design worked out.
pub(crate) struct Plan {
    /// The name of the tab; another one is taken where Excel forbids it.
    pub tab: String,
    pub head: Vec<HeadCell>,
    pub merged: Vec<Merge>,
    pub columns: Vec<Column>,
    /// First and last row number of the headings (from 1).
    pub headings: (u32, u32),
    /// Columns that stay in sight when a person scrolls to the right.
    pub frozen: u16,
    /// The word for yes and the words for the scores 1, 2, 3.
    pub words: Words,
    /// The hidden version of the design.
    pub schema: &'static str,
}

/// What a column holds and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Column {
    pub index: u16,
    pub content: Content,
    pub width: Option<Width>,
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Width {
    /// So many characters fit in.
    Characters(f64),
    /// What a file says of its own columns, padding included.
    Pixels(u32),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Field(Field),
    /// The running number of the row.
    Number,
    /// Nothing of ours.
    Empty,
}

/// How marks and scores are written.
pub(crate) struct Words {
    yes: &'static str,
    own: Head,
}

impl Words {
    /// Digits for scores, and a word for yes.
    pub(crate) fn of(yes: &'static str) -> Self {
        Self { yes, own: Head::default() }
    }

    /// The word for yes in a column of marks.
    pub(crate) fn yes(&self, field: Field) -> &str {
        self.own.yes.get(&field).map_or(self.yes, String::as_str)
    }

    /// The word for a score, where the file does not use the digit itself.
    pub(crate) fn score(&self, score: u8) -> Option<&str> {
        let words = self.own.scores.as_ref()?;
        usize::from(score).checked_sub(1).and_then(|at| words.get(at)).map(String::as_str)
    }
}

impl Plan {
    pub(crate) fn of(design: &Design, title: &Title) -> Self {
        match design {
            Design::Register { risk_owner } => register(title, *risk_owner),
            Design::Ledger => ledger(title),
            Design::Origin(layout) => origin(layout),
        }
    }

    /// The row number (from 1) of the first row of data.
    pub(crate) fn first_row(&self) -> u32 {
        self.headings.1 + 1
    }
}

/// The ledger's columns with their headings, in the order in which an examiner reads them: what, why, from whom, how
/// kept, to whom, until when.
pub(crate) const LEDGER: [(Field, &str); 28] = [
    (Field::Department, "管理部門"),
    (Field::Manager, "管理責任者"),
    (Field::Name, "個人情報の名称"),
    (Field::Category, "業務分類"),
    (Field::Items, "個人情報の項目"),
    (Field::Purpose, "利用目的"),
    (Field::Subjects, "本人"),
    (Field::HeadCount, "件数"),
    (Field::Acquisition, "取得方法"),
    (Field::DirectWriting, "直接書面"),
    (Field::Consent, "本人同意"),
    (Field::Sensitive, "要配慮"),
    (Field::MyNumber, "特定個人情報"),
    (Field::Retained, "保有個人データ"),
    (Field::Entrusted, "受託"),
    (Field::Client, "委託元"),
    (Field::ReturnDuty, "返却・消去の義務"),
    (Field::Medium, "保管場所"),
    (Field::StorageMethod, "保管方法"),
    (Field::Users, "アクセス権者"),
    (Field::Contractor, "委託先"),
    (Field::ThirdParty, "第三者提供"),
    (Field::JointUse, "共同利用"),
    (Field::UseUntil, "利用期限"),
    (Field::Retention, "保管期限"),
    (Field::Disposal, "廃棄方法"),
    (Field::Note, "備考"),
    (Field::RegisteredOn, "更新日"),
];

fn register(title: &Title, risk_owner: bool) -> Plan {
    const GROUPS: u32 = 4;
    let fields = Field::ALL.into_iter().filter(|field| !field.is_handling());
    let fields: Vec<Field> = fields.filter(|field| *field != Field::RiskOwner || risk_owner).collect();
    let mut head = titles(title, last_index(fields.len()));
    let mut merged = Vec::new();
    for (index, field) in (0..).zip(&fields) {
        let group = match field {
            Field::Personal => Some("個人情報の種類"),
            Field::Confidentiality => Some("評価値"),
            _ => None,
        };
        if let Some(group) = group {
            head.push(text(GROUPS, index, group));
            merged.push(Merge { top: GROUPS, bottom: GROUPS, left: index, right: index + 2 });
        }
        if field.is_mark() || field.is_score() {
            head.push(text(GROUPS + 1, index, field.ja()));
        } else {
            head.push(text(GROUPS, index, field.ja()));
            merged.push(Merge { top: GROUPS, bottom: GROUPS + 1, left: index, right: index });
        }
    }
    let columns = (0..).zip(&fields).map(|(index, field)| column(index, *field)).collect();
    Plan {
        tab: title.heading.clone(),
        head,
        merged,
        columns,
        headings: (GROUPS, GROUPS + 1),
        frozen: 2,
        words: Words::of("有"),
        schema: "register/1",
    }
}

fn ledger(title: &Title) -> Plan {
    const HEADINGS: u32 = 4;
    let mut head = titles(title, last_index(LEDGER.len() + 1));
    head.push(text(HEADINGS, 0, "No."));
    let mut columns =
        vec![Column { index: 0, content: Content::Number, width: Some(Width::Characters(6.0)) }];
    for (index, (field, heading)) in (1..).zip(LEDGER) {
        head.push(text(HEADINGS, index, heading));
        columns.push(column(index, field));
    }
    Plan {
        tab: title.heading.clone(),
        head,
        merged: Vec::new(),
        columns,
        headings: (HEADINGS, HEADINGS),
        frozen: 4,
        words: Words::of("○"),
        schema: "ledger/1",
    }
}

/// The sheet as it came, moved up to the first row where several tables stood on it.
fn origin(layout: &Layout) -> Plan {
    /// Of a character in Excel's own font.
    const PIXELS: u32 = 7;
    let head = &layout.head;
    let up = head.first_row.max(1) - 1;
    let columns = layout.columns.iter().map(|each| {
        let content = match each.field {
            Some(field) => Content::Field(field),
            None if is_number(&each.heading) => Content::Number,
            None => Content::Empty,
        };
        let width = head.widths.iter().find(|(index, _)| *index == each.index);
        Column {
            index: each.index,
            content,
            width: width.map(|(_, hundredths)| Width::Pixels(hundredths * PIXELS / 100)),
        }
    });
    let row = |number: u32| number.saturating_sub(up).max(1);
    Plan {
        tab: layout.sheet.clone(),
        head: head
            .cells
            .iter()
            .map(|cell| HeadCell { row_number: row(cell.row_number), ..cell.clone() })
            .collect(),
        merged: head
            .merged
            .iter()
            .map(|merge| Merge { top: row(merge.top), bottom: row(merge.bottom), ..*merge })
            .collect(),
        columns: columns.collect(),
        headings: (row(layout.header_rows.0), row(layout.header_rows.1)),
        frozen: layout.column_of(Field::Name).map_or(0, |index| index + 1).min(6),
        words: Words { yes: "○", own: head.clone() },
        schema: "origin/1",
    }
}

/// Whether a column only counts the rows.
fn is_number(heading: &str) -> bool {
    ["no", "no.", "番号", "項番", "通番", "連番", "#"].contains(&fold(heading).as_str())
}

/// Title, company and day above a table of our own.
fn titles(title: &Title, last: u16) -> Vec<HeadCell> {
    let day =
        HeadCell { row_number: 2, column: last, text: show_date(title.created_on), kind: HeadKind::Date };
    vec![
        text(1, 0, &title.heading),
        text(2, 0, &title.organisation),
        text(2, last.saturating_sub(1), "作成日"),
        day,
    ]
}

fn text(row_number: u32, column: u16, text: &str) -> HeadCell {
    HeadCell { row_number, column, text: text.to_owned(), kind: HeadKind::Text }
}

fn last_index(columns: usize) -> u16 {
    u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX)
}

fn column(index: u16, field: Field) -> Column {
    Column { index, content: Content::Field(field), width: Some(Width::Characters(width(field))) }
}

fn width(field: Field) -> f64 {
    match field {
        Field::Name | Field::Note | Field::Items | Field::Purpose => 30.0,
        Field::Category | Field::Users | Field::RiskOwner | Field::Department | Field::Medium => 18.0,
        Field::Retention | Field::Manager | Field::Disposal => 16.0,
        Field::RegisteredOn => 12.0,
        Field::HeadCount | Field::DirectWriting | Field::Consent | Field::Entrusted => 9.0,
        field if field.is_handling() => 18.0,
        _ => 9.0,
    }
}

/// A date as a cell of a head shows it.
pub(crate) fn date_of(cell: &HeadCell) -> Option<Date> {
    (cell.kind == HeadKind::Date).then(|| crate::dates::parse_date(&cell.text)).flatten()
}
