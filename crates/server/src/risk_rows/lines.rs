//! What the page of an import shows: the columns of each sheet, or one page of its lines.

use super::draft::Draft;
use super::ground::Ground;
use super::preview::{Judged, Standing};
use super::remark::Remark;
use super::{changes, matching};
use crate::house::words::Lang;
use crate::risk::badges::{Badge, level_badge};
use crate::risk::scores;
use meguri_domain::import::Import;
use meguri_domain::risk::Risk;
use meguri_sheet::{RiskField, column_letters};

/// Lines of one page.
const PAGE: usize = 50;

/// The columns of each sheet, with what they are taken for.
pub struct Columns {
    pub sheets: Vec<SheetColumns>,
    pub fields: Vec<(&'static str, &'static str)>,
    pub department: String,
    pub owner: String,
    pub due_on: String,
    /// The columns without which nothing can be read, in words.
    pub lacks: String,
    pub rows: usize,
}

/// A sheet: where its headings stand, and its columns if it has a table.
pub struct SheetColumns {
    pub name: String,
    pub skipped: bool,
    /// As it was said, else as it was found.
    pub header: String,
    pub said: String,
    /// The place of its table among all.
    pub table: usize,
    pub columns: Vec<ColumnLine>,
}

pub struct ColumnLine {
    pub index: u16,
    pub letters: String,
    pub heading: String,
    pub chosen: &'static str,
}

impl Columns {
    pub fn of(draft: &Draft, l: Lang) -> Self {
        let sheet = |name: &String| {
            let found = draft.tables.iter().enumerate().find(|(_, table)| table.sheet == *name);
            let columns = found.iter().flat_map(|(_, table)| &table.columns);
            SheetColumns {
                name: name.clone(),
                skipped: draft.skipped.contains(name),
                header: found.map(|(_, table)| table.header_rows.0.to_string()).unwrap_or_default(),
                said: draft.headers.get(name).map(ToString::to_string).unwrap_or_default(),
                table: found.map_or(0, |(at, _)| at),
                columns: columns
                    .map(|column| ColumnLine {
                        index: column.index,
                        letters: column_letters(column.index),
                        heading: column.heading.clone(),
                        chosen: column.field.map_or("", RiskField::code),
                    })
                    .collect(),
            }
        };
        let lacks: Vec<&str> = draft.lacks().into_iter().map(|field| l.t(field.ja(), field.en())).collect();
        Self {
            sheets: draft.sheets.iter().map(sheet).collect(),
            fields: RiskField::ALL.map(|field| (field.code(), l.t(field.ja(), field.en()))).to_vec(),
            department: draft.department.clone(),
            owner: draft.owner.clone(),
            due_on: draft.due_on.clone(),
            lacks: lacks.join(l.t("」「", "”, “")),
            rows: draft.rows.len(),
        }
    }

    /// Whether no sheet has a table.
    pub fn none(&self) -> bool {
        self.sheets.iter().all(|sheet| sheet.columns.is_empty())
    }
}

/// One page of lines.
pub struct Rows {
    pub lines: Vec<Line>,
    pub show: String,
    pub page: usize,
    pub pages: usize,
    pub remembered: bool,
    /// The same file, taken in before.
    pub before: Option<Import>,
    /// What the page shows, for the check that it is what is taken.
    pub seen: String,
}

/// A line as the page shows it.
pub struct Line {
    pub index: usize,
    pub place: String,
    pub standing: Standing,
    pub badge: Badge,
    pub department: String,
    pub asset: String,
    pub threat: String,
    /// The threat as it stands in the file, where it is called otherwise.
    pub written: String,
    pub value: Option<Value>,
    pub before: Option<Value>,
    pub plan: String,
    pub faults: Vec<Fault>,
    pub warnings: Vec<String>,
    /// The threats to choose from, where one is or was asked for, what is asked, and the answer.
    pub offers: Vec<(String, String)>,
    pub asked: String,
    pub chosen: String,
    /// What else would change: its name, what stands, what comes.
    pub changes: Vec<(String, String, String)>,
}

/// What a judgement comes to.
#[derive(PartialEq, Eq)]
pub struct Value {
    pub degrees: String,
    pub level: (&'static str, &'static str, String),
    pub value: String,
}

/// What is wrong with a line, and the cell to mend it in.
pub struct Fault {
    pub sentence: String,
    pub name: String,
    pub label: &'static str,
    pub text: String,
    pub is_department: bool,
    /// Names that are like it.
    pub like: Vec<String>,
}

impl Rows {
    pub fn of(
        draft: &Draft,
        (ground, lines): (&Ground, &[Judged]),
        (show, page): (&str, &str),
        l: Lang,
    ) -> Self {
        let shown = |standing: Standing| match show {
            "wrong" => standing == Standing::Wrong,
            "asked" => standing == Standing::Asked,
            "new" => standing == Standing::New,
            "changed" => standing == Standing::Changed,
            "same" => standing == Standing::Same,
            "out" => standing == Standing::Out,
            _ => true,
        };
        let mut found: Vec<(usize, &Judged)> =
            lines.iter().enumerate().filter(|(_, line)| shown(line.standing)).collect();
        // What waits for a person stands first.
        found.sort_by_key(|(at, line)| (!matches!(line.standing, Standing::Wrong | Standing::Asked), *at));
        let pages = found.len().div_ceil(PAGE).max(1);
        let page = page.parse::<usize>().unwrap_or(1).clamp(1, pages);
        let one_sheet = draft.sheets.len() == 1;
        let answer = |at: usize| draft.rows.get(at).map_or("", |row| row.threat.as_str());
        let lines = found.into_iter().skip((page - 1) * PAGE).take(PAGE);
        Self {
            lines: lines.map(|(at, judged)| line(l, at, (ground, judged), (answer(at), one_sheet))).collect(),
            show: show.chars().take(20).collect(),
            page,
            pages,
            remembered: draft.remembered,
            before: None,
            seen: String::new(),
        }
    }
}

fn line(
    l: Lang,
    index: usize,
    (ground, judged): (&Ground, &Judged),
    (answer, one_sheet): (&str, bool),
) -> Line {
    let row = &judged.row;
    let place =
        if one_sheet { row.row_number.to_string() } else { format!("{} {}", row.sheet, row.row_number) };
    let department = judged.department.as_ref().and_then(|id| ground.department(id));
    let typed = row.text(RiskField::Threat).trim().to_owned();
    let threat = judged.threat.as_ref().map(|(ja, en)| l.t(ja, en).to_owned());
    let known = judged.threat.as_ref().is_some_and(|(ja, en)| [ja, en].contains(&&typed));
    let offers = match (department, &judged.asset) {
        (Some(department), Some(asset)) if judged.standing == Standing::Asked || !answer.is_empty() => {
            matching::offers(l, row, (ground, department), asset)
        }
        _ => Vec::new(),
    };
    let ready = judged.ready.as_ref();
    let value = |risk: &Risk| value(l, ground, risk);
    let stood = ready.filter(|ready| ready.judges).and_then(|ready| ready.before.as_ref()).map(value);
    let now = ready.map(|ready| value(&ready.risk));
    Line {
        index,
        place,
        standing: judged.standing,
        badge: badge(l, judged.standing),
        department: department
            .map_or_else(|| row.text(RiskField::Department).to_owned(), |each| each.name.clone()),
        asset: judged
            .asset
            .as_ref()
            .map_or_else(|| row.text(RiskField::Asset).to_owned(), |each| each.name.clone()),
        written: if threat.is_some() && !known && !typed.is_empty() { typed.clone() } else { String::new() },
        asked: typed.clone(),
        chosen: answer.to_owned(),
        changes: ready.map(|ready| changes::of(l, ready, department)).unwrap_or_default(),
        threat: threat.unwrap_or(typed),
        before: stood.filter(|stood| now.as_ref() != Some(stood)),
        value: now,
        plan: ready
            .and_then(|ready| ready.plan.as_ref())
            .map(|(_, plan)| l.w(plan.policy.word()).to_owned())
            .unwrap_or_default(),
        faults: judged.faults.iter().map(|fault| self::fault(l, index, (ground, judged), fault)).collect(),
        warnings: judged.warnings.iter().map(|warning| warning.sentence(l).to_owned()).collect(),
        offers,
    }
}

fn value(l: Lang, ground: &Ground, risk: &Risk) -> Value {
    let method = ground.criteria.method_for(risk.personal);
    let badge = level_badge(l, risk.level);
    let degrees = if method.asks_vulnerability() {
        format!("{} / {}", risk.threat, risk.vulnerability)
    } else {
        risk.threat.to_string()
    };
    Value {
        degrees,
        level: (badge.class, badge.letter, badge.word),
        value: scores::shown(method, risk.value),
    }
}

fn fault(l: Lang, index: usize, (ground, judged): (&Ground, &Judged), remark: &Remark) -> Fault {
    let field = remark.field;
    let department = judged.department.as_ref().and_then(|id| ground.department(id));
    let text = judged.row.text(field).to_owned();
    let like = match (field, department) {
        (RiskField::Asset, Some(department)) if department.named(&text).next().is_none() => {
            department.like(&text)
        }
        _ => Vec::new(),
    };
    Fault {
        sentence: remark.sentence(l).to_owned(),
        name: format!("cell-{index}-{}", field.code()),
        label: l.t(field.ja(), field.en()),
        text,
        is_department: field == RiskField::Department,
        like,
    }
}

fn badge(l: Lang, standing: Standing) -> Badge {
    let (class, letter, word) = match standing {
        Standing::Wrong => ("bad", "!", ("要修正", "To mend")),
        Standing::Asked => ("warn", "?", ("要確認", "To answer")),
        Standing::New => ("good", "＋", ("新規", "New")),
        Standing::Changed => ("warn", "△", ("変更", "Changed")),
        Standing::Same => ("quiet", "─", ("変更なし", "Unchanged")),
        Standing::Out => ("quiet", "×", ("除外", "Left out")),
    };
    Badge { class, letter, word: l.w(word).to_owned() }
}
