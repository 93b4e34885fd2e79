//! The expected "no": why a file is not taken, in sentences for the person who chose it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a file is not taken. Nothing of a refused file is stored or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// Not one byte.
    Empty,
    /// Neither an xlsx workbook nor text in UTF-8 or CP932.
    NotAWorkbook,
    /// A web page, or a workbook of Excel 2003 in XML, under whatever name.
    Markup,
    /// It begins like a workbook, but parts are missing, doubled or unreadable.
    Damaged,
    /// Encrypted: Excel asks for a password before it opens.
    PasswordProtected,
    /// The binary format of Excel 2003 and before (.xls).
    OldFormat,
    /// Larger than a limit allows; `found` is what was counted until the count stopped.
    TooLarge {
        /// Which limit.
        bound: Bound,
        /// What was counted, in the unit of the bound. Counting stops at the limit, so the file may hold more.
        found: u64,
        /// What is allowed, in the same unit.
        allowed: u64,
    },
    /// It carries macros (VBA or Excel 4.0).
    Macros,
    /// It takes values out of other workbooks.
    ExternalLinks,
    /// An XML part declares a DOCTYPE, which no Excel writes and attackers like.
    Doctype,
}

/// What a limit counts; the names in brackets are the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// The file as it arrives (bytes).
    File,
    /// Parts inside the file (count).
    Entries,
    /// One part when unpacked (bytes).
    Part,
    /// All parts when unpacked, or all text of all cells (bytes).
    Total,
    /// How far one part grows when unpacked (times).
    Ratio,
    /// Cells in use, merged areas counted in full (count).
    Cells,
    /// The last column in use (count from A = 1).
    Columns,
    /// The last row in use of one sheet (count from 1).
    Rows,
    /// Characters in one cell (count).
    CellChars,
}

impl Refused {
    /// A stable name for logs and tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAWorkbook => "not_a_workbook",
            Self::Markup => "markup",
            Self::Damaged => "damaged",
            Self::PasswordProtected => "password_protected",
            Self::OldFormat => "old_format",
            Self::TooLarge { .. } => "too_large",
            Self::Macros => "macros",
            Self::ExternalLinks => "external_links",
            Self::Doctype => "doctype",
        }
    }

    /// What is wrong, why it matters and what to do, in Japanese.
    pub fn ja(self) -> String {
        match self {
            Self::Empty => "このファイルは空です（0バイト）。元のファイルをExcelで開けることを確かめ、保存し直してから、もう一度選んでください。".into(),
            Self::NotAWorkbook => "このファイルの中身は、Excelブック（.xlsx）でもCSVでもありません。元の台帳をExcelで開き、「Excelブック（.xlsx）」として保存し直してから、もう一度選んでください。CSVの場合は、文字コードをUTF-8かシフトJISにし、ファイル名の末尾を.csvにしてください。".into(),
            Self::Markup => "このファイルの中身は、Excelブックではなく、WebページかXMLの表です。Excelで開き、「Excelブック（.xlsx）」として保存し直してから、もう一度選んでください。".into(),
            Self::Damaged => "このファイルは壊れているか、途中までしか届いていません。Excelで開けることを確かめ、保存し直してから、もう一度選んでください。".into(),
            Self::PasswordProtected => "このファイルはパスワードで保護されています。Excelでパスワードを外して保存し直してから、もう一度選んでください。".into(),
            Self::OldFormat => "このファイルは古い形式（.xls）です。安全に読み取れないため、Excelで「Excelブック（.xlsx）」として保存し直してから、もう一度選んでください。".into(),
            Self::TooLarge { bound, found, allowed } => too_large_ja(bound, found, allowed),
            Self::Macros => "このファイルにはマクロが含まれています。安全のため受け付けていません。Excelで「Excelブック（.xlsx）」として保存し直してから、もう一度選んでください。".into(),
            Self::ExternalLinks => "このファイルはほかのブックを参照しています。内容を確かめられないため受け付けていません。Excelの「データ」→「リンクの編集」でリンクを解除して保存し直してから、もう一度選んでください。".into(),
            Self::Doctype => "このファイルには、Excelが書き出さない宣言（DOCTYPE）が含まれています。安全のため受け付けていません。Excelで開き、新しいブックに内容を移して保存してから、もう一度選んでください。".into(),
        }
    }

    /// The same sentence in English.
    pub fn en(self) -> String {
        match self {
            Self::Empty => "This file is empty (0 bytes). Check that Excel opens the original, save it again, and choose it once more.".into(),
            Self::NotAWorkbook => "The content of this file is neither an Excel workbook (.xlsx) nor CSV. Open the register in Excel, save it as an Excel Workbook (.xlsx), and choose it again. A CSV file must be in UTF-8 or Shift_JIS and have a name that ends in .csv.".into(),
            Self::Markup => "The content of this file is no Excel workbook but a web page or an XML table. Open it in Excel, save it as an Excel Workbook (.xlsx), and choose it again.".into(),
            Self::Damaged => "This file is damaged or arrived only in part. Check that Excel opens it, save it again, and choose it once more.".into(),
            Self::PasswordProtected => "This file is protected by a password. Remove the password in Excel, save the file, and choose it again.".into(),
            Self::OldFormat => "This file is in the old .xls format, which cannot be read safely. Save it in Excel as an Excel Workbook (.xlsx), and choose it again.".into(),
            Self::TooLarge { bound, found, allowed } => too_large_en(bound, found, allowed),
            Self::Macros => "This file contains macros, which are not accepted for safety. Save it in Excel as an Excel Workbook (.xlsx), and choose it again.".into(),
            Self::ExternalLinks => "This file refers to other workbooks, whose content cannot be checked. Break the links in Excel (Data, Edit Links), save the file, and choose it again.".into(),
            Self::Doctype => "This file contains a declaration (DOCTYPE) that Excel never writes, so it is not accepted for safety. Open it in Excel, move the content to a new workbook, save that, and choose it again.".into(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for Refused {}

fn too_large_ja(bound: Bound, found: u64, allowed: u64) -> String {
    let (what, unit, advice) = match bound {
        Bound::File => ("ファイルの大きさ", "", "画像などを取り除くか、部門ごとに分けて"),
        Bound::Entries => ("ファイルの中の部品の数", "個", "使っていないシートや画像を取り除いて"),
        Bound::Part => ("シートなどの部品を展開した大きさ", "", "使っていない行や書式を取り除いて"),
        Bound::Total => ("ファイルを展開した大きさ", "", "使っていないシートや書式を取り除いて"),
        Bound::Ratio => ("部品を展開したときの倍率", "倍", "新しいブックに必要な範囲だけを移して"),
        Bound::Cells => ("使われているセルの数", "個", "必要な範囲だけを残すか、部門ごとに分けて"),
        Bound::Columns => ("使われている列の数", "列", "台帳の右側にある不要な列を削除して"),
        Bound::Rows => {
            ("1シートで使われている行の数", "行", "台帳の下にある不要な行を削除するか、部門ごとに分けて")
        }
        Bound::CellChars => ("1つのセルの文字数", "文字", "文章を短くして"),
    };
    let (found, allowed) = (amount(bound, found), amount(bound, allowed));
    format!(
        "{what}が上限を超えています（{found}{unit}、上限は{allowed}{unit}）。{advice}保存し直してから、もう一度選んでください。"
    )
}

fn too_large_en(bound: Bound, found: u64, allowed: u64) -> String {
    let (what, advice) = match bound {
        Bound::File => ("The file is too large", "Remove pictures or split it by department"),
        Bound::Entries => ("The file has too many parts", "Remove unused sheets and pictures"),
        Bound::Part => ("A part of the file is too large when unpacked", "Remove unused rows and formats"),
        Bound::Total => ("The file is too large when unpacked", "Remove unused sheets and formats"),
        Bound::Ratio => {
            ("A part of the file grows too much when unpacked", "Move only what you need to a new workbook")
        }
        Bound::Cells => {
            ("The file has too many cells in use", "Keep only what you need or split it by department")
        }
        Bound::Columns => {
            ("A sheet has too many columns in use", "Delete unneeded columns to the right of the register")
        }
        Bound::Rows => ("A sheet has too many rows in use", "Delete unneeded rows or split it by department"),
        Bound::CellChars => ("A cell holds too many characters", "Shorten the text"),
    };
    let (found, allowed) = (amount(bound, found), amount(bound, allowed));
    format!("{what} ({found}; the limit is {allowed}). {advice}, save the file, and choose it again.")
}

/// Bytes are shown in MB with one decimal, rounded up so that "10 MB, limit 10 MB" is never said; counts with commas.
fn amount(bound: Bound, value: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if matches!(bound, Bound::File | Bound::Part | Bound::Total) {
        let tenths = (value.saturating_mul(10)).div_ceil(MIB);
        return if tenths.is_multiple_of(10) {
            format!("{} MB", tenths / 10)
        } else {
            format!("{}.{} MB", tenths / 10, tenths % 10)
        };
    }
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do_in_both_languages() {
        let bounds = [
            Bound::File,
            Bound::Entries,
            Bound::Part,
            Bound::Total,
            Bound::Ratio,
            Bound::Cells,
            Bound::Columns,
            Bound::Rows,
            Bound::CellChars,
        ];
        let mut all: Vec<Refused> =
            bounds.iter().map(|&bound| Refused::TooLarge { bound, found: 2, allowed: 1 }).collect();
        all.extend([
            Refused::Empty,
            Refused::NotAWorkbook,
            Refused::Markup,
            Refused::Damaged,
            Refused::PasswordProtected,
            Refused::OldFormat,
            Refused::Macros,
            Refused::ExternalLinks,
            Refused::Doctype,
        ]);
        for refused in all {
            assert!(refused.ja().ends_with("ください。"), "{}", refused.ja());
            assert!(refused.en().to_lowercase().contains("choose"), "{}", refused.en());
        }
    }

    #[test]
    fn amounts_are_readable_and_never_equal_to_the_limit_they_exceed() {
        assert_eq!(amount(Bound::File, 10 * 1024 * 1024), "10 MB");
        assert_eq!(amount(Bound::File, 10 * 1024 * 1024 + 1), "10.1 MB");
        assert_eq!(amount(Bound::Rows, 20_001), "20,001");
        assert_eq!(amount(Bound::Rows, 999), "999");
    }
}
