//! Taking the register out of the house 書き出し: who took what, when, and how many rows hold personal data. A download of
//! personal data is an act like any other, so it leaves its entry (TRUST.md §4.2, APPI article 23); and the layout of the
//! sheet that a department once brought, in which its rows can go out again.

use crate::Change;
use crate::codes::codes;
use crate::ids::{DepartmentId, ExportId, OriginId, PersonId};
use crate::people::{Act, Actor};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

codes! {
    /// How a file is laid out.
    pub enum ExportLayout {
        Ipa = "ipa", "情報資産管理台帳（IPAの様式）", "Asset register (IPA layout)";
        Ledger = "ledger", "個人情報管理台帳（Pマークの様式）", "Ledger of personal data (P-mark layout)";
        Origin = "origin", "取り込んだときの様式", "The layout it came in";
        Risks = "risks", "リスク一覧（評価と対応計画）", "Register of risks (judgements and plan)";
        Application = "application", "Pマーク申請用（台帳の1ページ目とそのリスク分析）", "For a P-mark application (page one of the ledger with its risks)";
    }
}

codes! {
    /// The kind of the file.
    pub enum ExportFormat {
        Workbook = "xlsx", "Excel", "Excel";
        Text = "csv", "CSV", "CSV";
    }
}

/// One export. It is the promise of a file: the file itself is made when it is fetched and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its own id.
    pub id: ExportId,
    /// Counts saves; an export is never changed, so always 1.
    pub version: i64,
    /// Who took it; nobody else can fetch the file.
    pub person_id: PersonId,
    /// How the file is laid out.
    pub layout: ExportLayout,
    /// The kind of the file.
    pub format: ExportFormat,
    /// What the register was narrowed to, as the query of its address.
    pub filter: String,
    /// How many rows it holds.
    pub row_count: i64,
    /// How many of them hold personal data.
    pub personal_count: i64,
    /// When, in milliseconds since 1970, UTC.
    pub made_at: i64,
}

impl Export {
    /// Rows that a sheet of Excel can hold below its headings.
    pub const MOST_ROWS: i64 = 1_048_476;
    /// The file can be fetched for so long, in milliseconds: one hour.
    pub const OPEN_MS: i64 = 60 * 60 * 1000;

    /// Takes a file out. Risks, those of a P-mark application too, may be taken only by who may see risks and plan; there is no
    /// text form of the latter, because it has two sheets.
    pub fn make(export: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        let wanted: &[Act] = match export.layout {
            ExportLayout::Application | ExportLayout::Risks => {
                &[Act::SeeRegister, Act::SeeRisk, Act::SeePlan]
            }
            ExportLayout::Ipa | ExportLayout::Ledger | ExportLayout::Origin => &[Act::SeeRegister],
        };
        if !wanted.iter().all(|act| by.may_somewhere(*act)) {
            return Err(Refusal::NotAllowed);
        }
        if export.layout == ExportLayout::Application && export.format == ExportFormat::Text {
            return Err(Refusal::Because((
                "Pマーク申請用の書き出しは2枚のシートになるため、CSVにはできません。Excelを選んでください。",
                "The file for a P-mark application has two sheets, so it cannot be CSV. Choose Excel.",
            )));
        }
        if export.row_count == 0 && export.layout == ExportLayout::Risks {
            return Err(Refusal::Because((
                "書き出すリスクがありません。部門を選び直すか、先にリスクを評価してください。",
                "There are no risks to export. Choose another department, or judge its risks first.",
            )));
        }
        if export.row_count == 0 {
            return Err(Refusal::Because((
                "書き出す行がありません。絞り込みの条件をゆるめてから、もう一度書き出してください。",
                "There are no rows to export. Loosen the filter, then export again.",
            )));
        }
        if export.row_count > Self::MOST_ROWS && export.format == ExportFormat::Workbook {
            return Err(Refusal::Because((
                "Excelの1枚のシートに入る行数（1,048,576行）を超えるため、書き出せません。部門などで絞り込むか、CSVを選んでください。",
                "There are more rows than one sheet of Excel holds (1,048,576). Filter by department, for example, or choose CSV.",
            )));
        }
        let kind = match export.layout {
            ExportLayout::Risks => "export.risks",
            ExportLayout::Ipa | ExportLayout::Ledger | ExportLayout::Origin | ExportLayout::Application => {
                "export.made"
            }
        };
        Ok(Change::new(Self { version: 1, person_id: by.person.clone(), ..export }, kind))
    }

    /// Whether the file can still be fetched at an instant.
    pub fn is_open(&self, now_ms: i64) -> bool {
        (0..Self::OPEN_MS).contains(&(now_ms - self.made_at))
    }
}

/// The layouts of the sheets that a department brought last 取り込んだときの様式: of its register, and of its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its own id.
    pub id: OriginId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department whose sheets they were; each has one.
    pub department_id: DepartmentId,
    /// The name of the file that was brought last.
    pub file_name: String,
    /// Titles, headings, order and widths, in the words of the crate `sheet`, as JSON.
    pub layout: String,
}

impl Origin {
    /// Keeps the layout of the sheet whose rows were just taken in; the one before is forgotten.
    pub fn keep(before: Option<Self>, now: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditRegister, &now.department_id)?;
        let (id, version) = before.map_or((now.id, 1), |before| (before.id, before.version + 1));
        Ok(Change::new(Self { id, version, ..now }, "origin.kept"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, done, head, id, rows, said};

    fn export(layout: ExportLayout, format: ExportFormat, row_count: i64) -> Export {
        Export {
            id: id("export"),
            version: 1,
            person_id: id("nobody"),
            layout,
            format,
            filter: String::new(),
            row_count,
            personal_count: 0,
            made_at: 1_000,
        }
    }

    #[test]
    fn who_may_see_may_take_out_and_the_file_waits_for_an_hour() {
        use ExportFormat::{Text, Workbook};
        use ExportLayout::{Application, Ipa};
        let make = |each: Export| said(Export::make(each, &head()));
        let most = Export::MOST_ROWS;
        rows([
            ("a workbook", make(export(Ipa, Workbook, most)), "export.made"),
            ("too large", make(export(Ipa, Workbook, most + 1)), "because"),
            ("as text", make(export(Ipa, Text, most + 1)), "export.made"),
            ("nothing", make(export(Ipa, Workbook, 0)), "because"),
            ("an application", make(export(Application, Workbook, 1)), "export.made"),
            ("an application as text", make(export(Application, Text, 1)), "because"),
            (
                "by an administrator",
                said(Export::make(export(Ipa, Workbook, 1), &administrator())),
                "not allowed",
            ),
        ]);
        let made = done(Export::make(export(Ipa, Text, 1), &head()));
        assert_eq!(made.person_id, head().person);
        let open = [999, 1_000, 1_000 + Export::OPEN_MS - 1, 1_000 + Export::OPEN_MS];
        assert_eq!(open.map(|at| made.is_open(at)), [false, true, true, false]);
    }

    #[test]
    fn a_department_keeps_one_layout() {
        let now = |layout: &str| Origin {
            id: id("origin"),
            version: 7,
            department_id: id("sales"),
            file_name: "台帳.xlsx".into(),
            layout: layout.into(),
        };
        let first = done(Origin::keep(None, now("a"), &head()));
        assert_eq!((first.version, first.layout.as_str()), (1, "a"));
        let second = done(Origin::keep(Some(first), Origin { id: id("other"), ..now("b") }, &head()));
        assert_eq!((second.version, second.layout.as_str(), second.id), (2, "b", id("origin")));
        assert_eq!(said(Origin::keep(None, now("a"), &administrator())), "not allowed");
    }
}
