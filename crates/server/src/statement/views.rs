//! How what is declared of a control is read: on the pages, in the files, in the record log.

use super::store;
use crate::house::fault::Fault;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::say;
use meguri_domain::applicability::{
    Decision, Declared, EXCLUSION, INCLUSION, Implementation, Inclusion, RULE,
};
use meguri_domain::approval::{Returned, Signed};
use meguri_domain::control::{self, ControlGroup};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Scope;
use meguri_domain::risk::Control;
use meguri_domain::statement::{Statement, StatementState};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

pub type Badge = (&'static str, &'static str, &'static str);

/// With what lines are put into words: the plan is told of those departments only that the person sees.
pub struct Reading<'a> {
    pub l: Lang,
    pub names: &'a HashMap<DepartmentId, String>,
    pub scope: &'a Scope,
}

impl Reading<'_> {
    /// The title of a control with its number.
    pub fn title(&self, line: &Declared) -> String {
        format!("{} {}", line.control_id, self.l.t(&line.title_ja, &line.title_en))
    }

    /// How many plan rows use it: `営業部 2件、人事部 1件`.
    pub fn used(&self, line: &Declared) -> String {
        let seen = line.uses.iter().filter(|each| self.scope.holds(&each.department_id));
        let mut said: Vec<(&str, i64)> = seen
            .map(|each| (self.names.get(&each.department_id).map_or("—", String::as_str), each.rows))
            .collect();
        said.sort_unstable();
        let said = said.into_iter().map(|(name, n)| say!(self.l, "{name} {n}件", "{name} {n}"));
        said.collect::<Vec<_>>().join(self.l.t("、", ", "))
    }

    /// Why it is taken in, in words: the kinds of reason with what the plan says, then what was written.
    pub fn reasons(&self, line: &Declared) -> Vec<String> {
        if line.decision != Decision::Applied {
            return Vec::new();
        }
        let used = self.used(line);
        let kind = |each: Inclusion| {
            let word = self.l.w(each.word()).to_owned();
            match each {
                Inclusion::Risk if !used.is_empty() => say!(self.l, "{word}（{used}）", "{word} ({used})"),
                Inclusion::Risk | Inclusion::Law | Inclusion::Contract | Inclusion::Business => word,
            }
        };
        let kinds: Vec<String> = line.inclusions().into_iter().map(kind).collect();
        let kinds = kinds.join(self.l.t("・", ", "));
        [kinds, line.reason.clone()].into_iter().filter(|text| !text.is_empty()).collect()
    }

    /// Every field in words, under its heading, as the paper has them.
    pub fn fields(&self, line: &Declared) -> [(&'static str, String); 6] {
        let l = self.l;
        let excluded = line.decision == Decision::Excluded;
        let implementation = match (line.decision, line.implementation) {
            (Decision::Applied, Implementation::Unstated) | (Decision::Excluded | Decision::Undecided, _) => {
                ""
            }
            (Decision::Applied, each) => l.w(each.word()),
        };
        [
            (l.t("管理策", "Control"), l.t(&line.title_ja, &line.title_en).to_owned()),
            (l.t("適用", "Applied"), l.w(line.decision.word()).to_owned()),
            (l.w(INCLUSION), self.reasons(line).join("\n")),
            (l.w(EXCLUSION), if excluded { line.exclusion.clone() } else { String::new() }),
            (l.t("実施状況", "Implementation"), implementation.to_owned()),
            (l.w(RULE), line.rule.clone()),
        ]
    }

    /// What differs between two states of a line: heading, before, after.
    pub fn differing(
        &self,
        before: Option<&Declared>,
        after: Option<&Declared>,
    ) -> Vec<(&'static str, String, String)> {
        let l = self.l;
        let [old, new] = [before, after].map(|line| line.map(|line| self.fields(line)));
        let headings = new.as_ref().or(old.as_ref()).map(|all| all.clone().map(|(word, _)| word));
        let text = |fields: &Option<[(&'static str, String); 6]>, at: usize| {
            fields.as_ref().and_then(|all| all.get(at)).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let mut all = Vec::new();
        for (at, word) in headings.into_iter().flatten().enumerate() {
            let [was, is] = [text(&old, at), text(&new, at)];
            if was != is {
                all.push((word, was, is));
            }
        }
        let rows = |line: Option<&Declared>| {
            let seen = line.into_iter().flat_map(|line| &line.uses);
            seen.filter(|each| self.scope.holds(&each.department_id)).cloned().collect::<Vec<_>>()
        };
        if all.is_empty() && rows(before) != rows(after) {
            let used = |line: Option<&Declared>| line.map(|line| self.used(line)).unwrap_or_default();
            let word = l.t("対応計画の行", "Rows of the plan");
            let replaced = l.t("（別の行に入れ替わりました）", " (other rows than before)");
            all.push((word, used(before), [&used(after), replaced].concat()));
        }
        all
    }
}

/// A line as the tables show it.
pub struct RowView {
    pub id: String,
    pub href: String,
    pub title: String,
    pub decision: Badge,
    pub reasons: Vec<String>,
    pub exclusion: String,
    pub implementation: Option<Badge>,
    pub rule: String,
    pub gap: Option<&'static str>,
    /// What the plan proposes, where nobody has decided.
    pub proposal: Option<String>,
    /// The control with the version of its line, for acts on chosen rows.
    pub seen: String,
}

impl RowView {
    pub fn of(reading: &Reading<'_>, line: &Declared, version: i64) -> Self {
        let l = reading.l;
        let used = reading.used(line);
        let proposed = say!(l, "適用、理由はリスク対応（{used}）", "apply it, for risk treatment ({used})");
        let applied = line.decision == Decision::Applied && line.implementation != Implementation::Unstated;
        Self {
            id: slug(&line.control_id),
            href: format!("/statement/controls/{}", line.control_id),
            title: reading.title(line),
            decision: decision(l, line.decision),
            reasons: reading.reasons(line),
            exclusion: if line.decision == Decision::Excluded {
                line.exclusion.clone()
            } else {
                String::new()
            },
            implementation: applied.then(|| implementation(l, line.implementation)),
            rule: line.rule.clone(),
            gap: line.gap().filter(|_| line.decision != Decision::Undecided).map(|gap| l.w(gap.word())),
            proposal: line.proposal().map(|_| proposed),
            seen: format!("{}@{version}", line.control_id),
        }
    }
}

/// The lines of one group under its heading.
pub struct Section {
    pub id: &'static str,
    pub title: String,
    pub rows: Vec<RowView>,
}

/// The groups of Annex A and behind them the company's own controls, by what addresses call them.
pub const SECTIONS: [&str; 5] = ["organisational", "people", "physical", "technological", "own"];

/// Which section a line stands in.
pub fn section_of(line: &Declared) -> &'static str {
    if control::is_own(&line.control_id) {
        return "own";
    }
    let group = ControlGroup::ALL.iter().find(|each| each.word().0 == line.group);
    group.map_or("organisational", |each| each.code())
}

/// What a section is called.
pub fn section_title(l: Lang, section: &str) -> String {
    let number = match section {
        "organisational" => "5 ",
        "people" => "6 ",
        "physical" => "7 ",
        "technological" => "8 ",
        _ => return l.t("自社の管理策", "Our own controls").to_owned(),
    };
    let word = ControlGroup::from_code(section).map_or("", |group| l.w(group.word()));
    say!(l, "{number}{word}管理策", "{number}{word} controls")
}

/// Lines in their sections; sections without lines are left out.
pub fn sections<'a>(
    l: Lang,
    lines: impl Iterator<Item = &'a Declared>,
    row: &dyn Fn(&Declared) -> RowView,
) -> Vec<Section> {
    let mut all: Vec<Section> =
        SECTIONS.map(|id| Section { id, title: section_title(l, id), rows: Vec::new() }).into();
    for line in lines {
        let section = section_of(line);
        if let Some(found) = all.iter_mut().find(|each| each.id == section) {
            found.rows.push(row(line));
        }
    }
    all.retain(|each| !each.rows.is_empty());
    all
}

/// The number of a control as it may stand in the name of a field.
pub fn slug(control: &meguri_domain::ids::ControlId) -> String {
    control.as_str().replace('.', "_")
}

pub fn decision(l: Lang, decision: Decision) -> Badge {
    let word = l.w(decision.word());
    match decision {
        Decision::Undecided => ("warn", "△", word),
        Decision::Applied => ("good", "○", word),
        Decision::Excluded => ("quiet", "─", word),
    }
}

pub fn implementation(l: Lang, implementation: Implementation) -> Badge {
    let word = l.w(implementation.word());
    match implementation {
        Implementation::Done => ("good", "○", word),
        Implementation::Partly => ("warn", "△", word),
        Implementation::Planned | Implementation::Unstated => ("quiet", "・", word),
        Implementation::NotYet => ("bad", "×", word),
    }
}

pub fn state(l: Lang, state: StatementState) -> Badge {
    let word = l.w(state.word());
    match state {
        StatementState::Submitted => ("warn", "△", word),
        StatementState::Returned => ("bad", "↩", word),
        StatementState::Approved => ("good", "○", word),
    }
}

/// What a version is called.
pub fn title(l: Lang, statement: &Statement) -> String {
    let n = statement.number;
    say!(l, "第{n}版", "version {n}")
}

/// Who signed, and when.
pub fn signature(l: Lang, signed: &Signed) -> String {
    format!("{} {}", l.day(&signed.on), signed.name)
}

/// Controls for a plan, with the word beside those that the statement excludes: whoever plans with them contradicts it.
pub fn marked(rx: &Rx<'_>, mut controls: Vec<Control>) -> Result<Vec<Control>, Fault> {
    let excluded = store::excluded(rx)?;
    for control in controls.iter_mut().filter(|each| excluded.contains(&each.id)) {
        control.title_ja.push_str("（適用宣言書では適用除外）");
        control.title_en.push_str(" (excluded in the statement of applicability)");
    }
    Ok(controls)
}

/// A column of the statement as a person reads it in the record log and in an audit; `None` for others.
pub fn read(l: Lang, column: &str, text: &str) -> Option<String> {
    fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
        serde_json::from_str(text).ok()
    }
    match column {
        "decision" => Decision::from_code(text).map(|each| l.w(each.word()).to_owned()),
        "implementation" => Implementation::from_code(text).map(|each| l.w(each.word()).to_owned()),
        "inclusions" => {
            let words: Vec<_> = json::<Vec<Inclusion>>(text)?.iter().map(|each| l.w(each.word())).collect();
            Some(if words.is_empty() { "—".into() } else { words.join(l.t("・", ", ")) })
        }
        "recorded" => {
            let all: Vec<_> = json::<Vec<Signed>>(text)?.iter().map(|each| signature(l, each)).collect();
            Some(all.join(l.t("、", ", ")))
        }
        "submitted" => json::<Signed>(text).map(|signed| signature(l, &signed)),
        "returned" => {
            let returned: Returned = json(text)?;
            Some(format!("{}: {}", signature(l, &returned.signed), returned.reason))
        }
        "lines" => {
            let lines: Vec<Declared> = json(text)?;
            Some(lines.iter().map(|line| read_line(l, line)).collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}

/// A line without the departments behind it, because whoever reads it here may not see them.
fn read_line(l: Lang, line: &Declared) -> String {
    let kinds: Vec<_> = line.inclusions().into_iter().map(|each| l.w(each.word())).collect();
    let kinds = kinds.join(l.t("・", ", "));
    let (why, done) = match line.decision {
        Decision::Applied => (vec![kinds.as_str(), &line.reason], l.w(line.implementation.word())),
        Decision::Excluded => (vec![line.exclusion.as_str()], ""),
        Decision::Undecided => (Vec::new(), ""),
    };
    let parts = [vec![l.w(line.decision.word())], why, vec![done, &line.rule]].concat();
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} {}", line.control_id, said.join(l.t("／", " / ")))
}
