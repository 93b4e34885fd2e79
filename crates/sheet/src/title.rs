//! Which department a title above a table or the tab of a sheet names.

use crate::grid::{Cell, Sheet};
use crate::layout::NamedDepartment;
use crate::text::{fold, tidy};

/// The department named in the rows above a table (both included), the nearest first; a labelled one (管理部署：営業部)
/// counts more than one merely mentioned (情報資産管理台帳（営業部）).
pub(crate) fn department_above(sheet: &Sheet, rows: (u32, u32)) -> Option<NamedDepartment> {
    let cells = || (rows.0..=rows.1).rev().map(|row| own(sheet.row(row)));
    let named = |name: String, cell: &Cell| NamedDepartment { name, address: Some(cell.address()) };
    let labelled = cells().find_map(|row| labelled(&row).map(|(name, cell)| named(name, cell)));
    labelled.or_else(|| {
        let mut texts = cells().flatten();
        texts.find_map(|cell| mentioned(&cell.text).map(|name| named(name, cell)))
    })
}

/// The department a tab names, by itself or beside other words (`02_営業部`, `営業部 台帳`).
pub(crate) fn department_of_tab(tab: &str) -> Option<NamedDepartment> {
    mentioned(tab).map(|name| NamedDepartment { name, address: None })
}

/// The department a single cell names.
pub(crate) fn department_in(cell: &Cell) -> Option<NamedDepartment> {
    let labelled = labelled(&[cell]).map(|(name, _)| name);
    let name = labelled.or_else(|| mentioned(&cell.text))?;
    Some(NamedDepartment { name, address: Some(cell.address()) })
}

// Two lists of words stay lists, not columns of one word per line.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "部", "課", "室", "係", "局", "班", "科", "支店", "支社", "本社", "本店", "営業所", "事業所", "出張所", "センター", "グループ",
    "チーム", "ユニット", "工場", "店舗", "部門", "委員会", "研究所", "カンパニー", "オフィス",
];
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "部", "課", "室", "係", "局", "班", "科", "一部", "全部", "内部", "外部", "部門", "各部", "各課", "本部", "管理部門", "主管部門",
    "担当部門", "所管部門", "全社", "細部", "上部", "下部", "備考部", "関係", "教科", "会議室",
];

/// Whether a text is the name of a department as companies form them: 営業部, 第一課, 大阪支店.
pub(crate) fn looks_like_department(text: &str) -> bool {
    let folded = fold(text);
    let chars = folded.chars().count();
    (2..=30).contains(&chars)
        && !NO_NAMES.contains(&folded.as_str())
        && ENDINGS.iter().any(|ending| folded.ends_with(ending))
}

fn own(row: &[Cell]) -> Vec<&Cell> {
    row.iter().filter(|cell| !cell.carried).collect()
}

/// `管理部署：営業部` in one cell, or the label in one cell and the name in the next.
fn labelled<'a>(row: &[&'a Cell]) -> Option<(String, &'a Cell)> {
    row.iter().enumerate().find_map(|(at, cell)| {
        let text = tidy(&cell.text);
        if is_label(&text) {
            let next = row.get(at + 1)?;
            let name = tidy(&next.text);
            return (!name.is_empty() && !is_label(&name)).then_some((name, *next));
        }
        let (label, name) =
            text.split_once([':', '：', '　', ' ', '】', '］', '〕', '\n', '=', '＝', '（', '('])?;
        let name = name.trim_matches(|c: char| c.is_whitespace() || "：:）)".contains(c));
        (is_label(label) && !name.is_empty()).then(|| (name.to_owned(), *cell))
    })
}

fn is_label(text: &str) -> bool {
    const LABELS: &[&str] = &[
        "管理部署",
        "管理部門",
        "管理部署名",
        "管理部門名",
        "主管部署",
        "主管部門",
        "所管部署",
        "所管部門",
        "担当部署",
        "担当部門",
        "部署",
        "部署名",
        "部門",
        "部門名",
        "所属",
        "所属部署",
        "対象部署",
        "対象部門",
        "部課名",
        "部課",
        "取扱部署",
        "取扱部門",
        "主管課",
        "所管課",
        "組織名",
    ];
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| ":.[]()〔〕<>・".contains(c) || c.is_ascii_digit());
    LABELS.contains(&bare)
}

/// A department among the words of a title: `■ 営業部`, `情報資産管理台帳（営業部）`, `営業部の情報資産`. Departments written one
/// after the other (管理本部 総務部) are one name.
fn mentioned(text: &str) -> Option<String> {
    const LONGEST_TITLE: usize = 80;
    let text = tidy(text);
    if text.chars().count() > LONGEST_TITLE {
        return None;
    }
    let split = |c: char| c.is_whitespace() || "_＿（）()【】［］[]「」：:|｜/／,、。-－−".contains(c);
    let mut names: Vec<&str> = Vec::new();
    for word in text.split(split).map(bare_word) {
        if looks_like_department(word) {
            names.push(word);
        } else if !names.is_empty() && !word.is_empty() {
            break;
        }
    }
    (!names.is_empty()).then(|| names.join(" "))
}

/// A word of a title without the number or ornament before it and what it is a list of behind it.
fn bare_word(word: &str) -> &str {
    const BEHIND: &[&str] = &[
        "情報資産管理台帳",
        "情報資産台帳",
        "個人情報管理台帳",
        "個人情報台帳",
        "情報資産一覧",
        "情報資産",
        "管理台帳",
        "台帳",
        "一覧",
        "分",
        "御中",
        "の",
    ];
    let mut word = word.trim_start_matches(|c: char| c.is_numeric() || ".．■◆●◎○□・※＊*<＜〈《".contains(c));
    word = word.trim_end_matches(['>', '＞', '〉', '》', '■', '◆', '●']);
    for behind in BEHIND {
        word = word.strip_suffix(behind).unwrap_or(word);
    }
    word
}
