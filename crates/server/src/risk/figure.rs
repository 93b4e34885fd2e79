//! A picture and its table, drawn from the same rows: bars whose parts differ in height as well as in colour, and columns of
//! numbers that can be taken along.

use super::spread::Levels;
use crate::house::words::Lang;
use crate::say;
use meguri_domain::criteria::Level;
use meguri_domain::spread::By;
use meguri_domain::{Date, Word};
use meguri_sheet::{Counts, Title};

/// How wide the longest bar is drawn.
const WIDTH: i64 = 1_000;
/// How high a bar is drawn.
const HEIGHT: i64 = 20;

/// A picture and its table.
pub struct Figure {
    pub title: String,
    pub note: &'static str,
    /// The names of the columns, that of the rows first.
    pub head: Vec<String>,
    pub lines: Vec<Line>,
    /// The sums of the columns; none where a risk may be counted in several rows.
    pub total: Vec<i64>,
    /// The longest bar.
    pub longest: i64,
}

/// A row: its name, where its risks are listed, one bar or two to be compared, and its numbers.
pub struct Line {
    pub name: String,
    pub href: Option<String>,
    pub bars: Vec<Bar>,
    pub numbers: Vec<i64>,
}

/// How many risks of each level there are, of what is named.
pub struct Bar {
    pub name: String,
    pub levels: Levels,
}

/// A part of a bar.
pub struct Part {
    pub class: &'static str,
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

impl Line {
    /// A row that is counted by level.
    pub fn of(name: &str, levels: Levels) -> Self {
        let numbers = levels.iter().copied().chain([levels.iter().sum()]).collect();
        Self { name: name.to_owned(), href: None, bars: vec![Bar::of("", levels)], numbers }
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.iter().all(|number| *number == 0)
    }

    fn levels(&self, bar: usize) -> Levels {
        self.bars.get(bar).map_or([0; 3], |bar| bar.levels)
    }

    fn large(&self, bar: usize) -> i64 {
        self.levels(bar)[0]
    }
}

impl Bar {
    pub fn of(name: &str, levels: Levels) -> Self {
        Self { name: name.to_owned(), levels }
    }

    /// `▲ 大 3　△ 中 2　▽ 小 5`: what the bar says, in words.
    pub fn words(&self, l: Lang) -> String {
        let word = |(level, count): (&Level, &i64)| {
            let badge = super::badges::level_badge(l, *level);
            format!("{} {} {count}", badge.letter, badge.word)
        };
        Level::ALL.iter().zip(&self.levels).map(word).collect::<Vec<_>>().join(l.t("　", "  "))
    }

    /// The parts, the highest level first and tallest.
    pub fn parts(&self, longest: i64) -> Vec<Part> {
        let mut x = 0;
        let mut parts = Vec::new();
        for ((class, height), count) in [("l3", HEIGHT), ("l2", 14), ("l1", 8)].into_iter().zip(self.levels) {
            // What is there is seen, however little it is.
            let width = if count == 0 { 0 } else { (count * WIDTH / longest.max(1)).max(3) };
            if width > 0 {
                parts.push(Part { class, x, y: HEIGHT - height, width, height });
            }
            x += width;
        }
        parts
    }
}

impl Figure {
    pub fn of(l: Lang, by: By, note: &'static str, columns: Vec<String>, lines: Vec<Line>) -> Self {
        let first: Word = match by {
            By::Department | By::Years | By::Treatment => ("部門", "Department"),
            By::Stage => ("局面", "Stage"),
            By::Measure => ("安全管理措置", "Safety measure"),
            By::Group => ("附属書Aの群", "Annex A group"),
        };
        let title: Word = match by {
            By::Department => ("リスクの部門別の分布", "Risks by department"),
            By::Stage => ("リスクの局面別の分布", "Risks by stage"),
            By::Measure => ("リスクの安全管理措置別の分布", "Risks by safety measure"),
            By::Group => ("リスクの附属書Aの群別の分布", "Risks by Annex A group"),
            By::Years => ("リスクの前年度との比較", "Risks against last year"),
            By::Treatment => ("リスクの対応の前後", "Risks before, after treatment"),
        };
        let bars = lines.iter().flat_map(|line| &line.bars);
        let longest = bars.map(|bar| bar.levels.iter().sum()).max().unwrap_or(0);
        let head = [l.w(first).to_owned()].into_iter().chain(columns).collect();
        Self { title: l.w(title).to_owned(), note, head, lines, total: Vec::new(), longest }
    }

    /// With the sums of the columns.
    pub fn summed(self) -> Self {
        let columns = self.head.len().saturating_sub(1);
        let sum = |at: usize| self.lines.iter().filter_map(|line| line.numbers.get(at)).sum();
        Self { total: (0..columns).map(sum).collect(), ..self }
    }

    /// The table, as it goes into a file.
    pub fn counts(&self, l: Lang, narrowed: String, organisation: String, today: Date) -> Counts {
        let mut rows: Vec<_> =
            self.lines.iter().map(|line| (line.name.clone(), line.numbers.clone())).collect();
        if !self.lines.is_empty() && !self.total.is_empty() {
            rows.push((l.t("計", "Total").to_owned(), self.total.clone()));
        }
        let above = [narrowed, self.note.to_owned()].into_iter().filter(|note| !note.is_empty()).collect();
        let title = Title { heading: self.title.clone(), organisation, created_on: today };
        Counts { title, above, columns: self.head.clone(), rows }
    }

    /// What the picture says, in a sentence.
    pub fn lead(&self, l: Lang, by: By) -> String {
        let large = |bar: usize| self.lines.iter().map(|line| line.large(bar)).sum::<i64>();
        let (before, after) = (large(0), large(1));
        if self.lines.is_empty() {
            return l
                .t("この条件で表示できるリスクは、まだありません。", "There are no risks to show here yet.")
                .into();
        }
        let risks = Lang::many(after, "risk is", "risks are");
        match by {
            By::Years if self.lines.iter().all(|line| line.levels(0) == [0; 3]) => say!(
                l,
                "前年度に評価したリスクはありません。この年度の「大」のリスクは{after}件です。",
                "No risk was judged last year. {risks} high this year."
            ),
            By::Years if before == after => say!(
                l,
                "「大」のリスクは{after}件で、前年度と同じ数です。",
                "{risks} high, as many as last year."
            ),
            By::Years => say!(
                l,
                "「大」のリスクは、前年度の{before}件から{after}件になりました。",
                "High risks went from {before} last year to {after}."
            ),
            By::Treatment => say!(
                l,
                "対応計画を終えると、「大」のリスクは{before}件から{after}件になる見込みです。",
                "When the plan is carried out, high risks should go from {before} to {after}."
            ),
            By::Department | By::Stage | By::Measure | By::Group => self.most(l),
        }
    }

    fn most(&self, l: Lang) -> String {
        // Of equal rows the first is named.
        let most = self.lines.iter().rev().max_by_key(|line| line.large(0)).filter(|line| line.large(0) > 0);
        match most {
            Some(line) => {
                let (name, count) = (&line.name, line.large(0));
                say!(
                    l,
                    "「大」のリスクが最も多いのは「{name}」で、{count}件です。",
                    "Most high risks stand under “{name}”: {count}."
                )
            }
            None => l.t("「大」のリスクはありません。", "No risk is high.").into(),
        }
    }
}
