//! Whether a control is applied, why, and how far it is implemented: the lines of the statement of applicability
//! 適用宣言書 as they are worked on (JIS Q 27001:2023 6.1.3 d). Why a control is needed follows from the treatment plan as
//! far as it can, so it is asked of the plan each time and not written down twice.

use crate::approval::Signed;
use crate::codes::codes;
use crate::control;
use crate::ids::{ControlId, DepartmentId, PlanRowId, StatementLineId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional};
use crate::risk::Control;
use crate::{Change, Date, Word};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

codes! {
    /// Whether a control is applied.
    pub enum Decision {
        Undecided = "undecided", "未決定", "Undecided";
        Applied = "applied", "適用", "Applied";
        Excluded = "excluded", "適用除外", "Excluded";
    }
}

codes! {
    /// Why a control is taken in 採用する理由. `Risk` holds only as long as a plan row uses the control.
    pub enum Inclusion {
        Law = "law", "法令", "Law";
        Contract = "contract", "契約", "Contract";
        Business = "business", "業務上の要求", "Business need";
        Risk = "risk", "リスク対応", "Risk treatment";
    }
}

codes! {
    /// How far a control is implemented 実施状況.
    pub enum Implementation {
        Unstated = "unstated", "未記入", "Not stated";
        Done = "done", "済み", "Implemented";
        Partly = "partly", "一部", "Partly";
        Planned = "planned", "予定", "Planned";
        NotYet = "not_yet", "未実施", "Not implemented";
    }
}

codes! {
    /// What keeps a line from being approved.
    pub enum Gap {
        Undecided = "undecided", "適用するか決まっていません", "Not decided";
        NoReason = "no_reason", "採用する理由がありません", "No reason for inclusion";
        Unexplained = "unexplained", "除外する理由がありません", "No reason for exclusion";
        Contradiction = "contradiction", "対応計画が使っているのに、適用除外です", "Excluded, but the plan uses it";
        Unstated = "unstated", "実施状況が未記入です", "Implementation not stated";
    }
}

/// What a person writes about one control.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineDraft {
    /// Whether it is applied; none: undecided.
    pub decision: Option<Decision>,
    /// Why it is taken in, as far as a word says it.
    pub inclusions: Vec<Inclusion>,
    /// Why it is taken in, in one's own words 採用理由.
    pub reason: String,
    /// Why it is left out 除外理由.
    pub exclusion: String,
    /// How far it is implemented; none: not stated.
    pub implementation: Option<Implementation>,
    /// The rule or procedure that holds it 規程・手順.
    pub rule: String,
}

/// The line about one control, as it is worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Its own id.
    pub id: StatementLineId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The control it speaks of; one line a control.
    pub control_id: ControlId,
    /// Whether the control is applied.
    pub decision: Decision,
    /// Why it is taken in, as far as a word says it.
    pub inclusions: Vec<Inclusion>,
    /// Why it is taken in, in one's own words.
    pub reason: String,
    /// Why it is left out.
    pub exclusion: String,
    /// How far it is implemented.
    pub implementation: Implementation,
    /// The rule or procedure that holds it.
    pub rule: String,
    /// Everyone who wrote here, each with the last day: none of them approves what he wrote.
    pub recorded: Vec<Signed>,
}

/// A plan row that uses a control, by the words under which people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Using {
    /// The department's name.
    pub department: String,
    /// What the asset is called.
    pub asset: String,
    /// The threat, in Japanese.
    pub threat_ja: String,
    /// The threat, in English.
    pub threat_en: String,
}

impl StatementLine {
    /// A line that nobody has written yet.
    pub fn begin(id: StatementLineId, control_id: ControlId) -> Self {
        Self {
            id,
            version: 0,
            control_id,
            decision: Decision::Undecided,
            inclusions: Vec::new(),
            reason: String::new(),
            exclusion: String::new(),
            implementation: Implementation::Unstated,
            rule: String::new(),
            recorded: Vec::new(),
        }
    }

    /// Writes the line. What a plan row uses cannot be excluded, and an exclusion says why.
    pub fn write(
        self,
        draft: LineDraft,
        using: &[Using],
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditStatement)?;
        let decision = draft.decision.unwrap_or(Decision::Undecided);
        let exclusion = optional(&draft.exclusion, "exclusion", EXCLUSION)?;
        match decision {
            Decision::Excluded if !using.is_empty() => return Err(in_use(&self.control_id, using)),
            Decision::Excluded if exclusion.is_empty() => {
                return Err(Refusal::Missing { field: "exclusion", word: EXCLUSION });
            }
            Decision::Undecided | Decision::Applied | Decision::Excluded => {}
        }
        let chosen = |each: &&Inclusion| draft.inclusions.contains(each);
        let mut recorded = self.recorded;
        recorded.retain(|signed| signed.by != by.person);
        recorded.push(Signed::now(by, on, false));
        let line = Self {
            version: self.version + 1,
            decision,
            inclusions: Inclusion::ALL.iter().filter(chosen).copied().collect(),
            reason: optional(&draft.reason, "reason", INCLUSION)?,
            exclusion,
            implementation: draft.implementation.unwrap_or(Implementation::Unstated),
            rule: optional(&draft.rule, "rule", RULE)?,
            recorded,
            ..self
        };
        Ok(Change::new(line, "statement_line.written"))
    }

    /// The contents, for a form or a comparison.
    pub fn draft(&self) -> LineDraft {
        LineDraft {
            decision: Some(self.decision),
            inclusions: self.inclusions.clone(),
            reason: self.reason.clone(),
            exclusion: self.exclusion.clone(),
            implementation: Some(self.implementation),
            rule: self.rule.clone(),
        }
    }
}

/// The word of the reason for inclusion.
pub const INCLUSION: Word = ("採用理由", "Reason for inclusion");
/// The word of the reason for exclusion.
pub const EXCLUSION: Word = ("除外理由", "Reason for exclusion");
/// The word of the rule or procedure.
pub const RULE: Word = ("規程・手順", "Rule or procedure");

/// As many rows and numbers are named in a sentence.
pub(crate) const MOST_NAMED: usize = 5;

fn in_use(control: &ControlId, using: &[Using]) -> Refusal {
    let named = |name: &dyn Fn(&Using) -> String, between: &str| {
        using.iter().take(MOST_NAMED).map(name).collect::<Vec<_>>().join(between)
    };
    let ja = named(&|each| format!("{}「{}」の{}", each.department, each.asset, each.threat_ja), "、");
    let en = named(&|each| format!("{}: {} of “{}”", each.department, each.threat_en, each.asset), "; ");
    let more = using.len().saturating_sub(MOST_NAMED);
    let (more_ja, more_en) = if more == 0 {
        (String::new(), String::new())
    } else {
        (format!("ほか{more}件"), format!("; {more} more"))
    };
    Refusal::Said {
        ja: format!(
            "{control}は対応計画の行が使っているため、適用除外にできません（{ja}{more_ja}）。適用にするか、先に対応計画の管理策を見直してください。"
        ),
        en: format!(
            "{control} cannot be excluded, because rows of the treatment plan use it ({en}{more_en}). Apply it, or change the controls of the plan first."
        ),
    }
}

/// How many rows of a department's plan use a control, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Whose plan it is.
    pub department_id: DepartmentId,
    /// How many rows.
    pub rows: i64,
    /// Their ids in order; the first [`MOST_ROWS`] of them.
    pub ids: Vec<PlanRowId>,
}

/// As many rows of one department are held by their ids.
pub const MOST_ROWS: usize = 50;

/// What is declared of one control: the line with its control and with what the plan says, complete in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The number of the control.
    pub control_id: ControlId,
    /// Its group, in the words of the catalogue.
    pub group: String,
    /// Its title in Japanese.
    pub title_ja: String,
    /// Its title in English.
    pub title_en: String,
    /// Whether it is applied.
    pub decision: Decision,
    /// Why it is taken in, as far as a word says it.
    pub inclusions: Vec<Inclusion>,
    /// Why it is taken in, in words.
    pub reason: String,
    /// Why it is left out.
    pub exclusion: String,
    /// How far it is implemented.
    pub implementation: Implementation,
    /// The rule or procedure that holds it.
    pub rule: String,
    /// Which departments' plans use it.
    pub uses: Vec<Usage>,
}

impl Declared {
    /// How many plan rows use the control.
    pub fn used(&self) -> i64 {
        self.uses.iter().map(|each| each.rows).sum()
    }

    /// Why the control is taken in: what a word says, without the treatment of risks where no plan row uses it any more,
    /// and with it where one does.
    pub fn inclusions(&self) -> Vec<Inclusion> {
        let holds = |each: &&Inclusion| match each {
            Inclusion::Risk => self.used() > 0,
            Inclusion::Law | Inclusion::Contract | Inclusion::Business => self.inclusions.contains(each),
        };
        Inclusion::ALL.iter().filter(holds).copied().collect()
    }

    /// What keeps the line from being approved.
    pub fn gap(&self) -> Option<Gap> {
        match self.decision {
            Decision::Undecided => Some(Gap::Undecided),
            Decision::Excluded if self.used() > 0 => Some(Gap::Contradiction),
            Decision::Excluded if self.exclusion.is_empty() => Some(Gap::Unexplained),
            Decision::Applied if self.inclusions().is_empty() && self.reason.is_empty() => {
                Some(Gap::NoReason)
            }
            Decision::Applied if self.implementation == Implementation::Unstated => Some(Gap::Unstated),
            Decision::Applied | Decision::Excluded => None,
        }
    }

    /// What is proposed where nobody has decided: what the plan uses is applied, because the plan uses it.
    pub fn proposal(&self) -> Option<LineDraft> {
        let proposed = self.decision == Decision::Undecided && self.used() > 0;
        let mut inclusions = self.inclusions.clone();
        inclusions.push(Inclusion::Risk);
        proposed.then(|| LineDraft {
            decision: Some(Decision::Applied),
            inclusions,
            reason: self.reason.clone(),
            exclusion: self.exclusion.clone(),
            implementation: Some(self.implementation),
            rule: self.rule.clone(),
        })
    }
}

/// The lines as they stand: one for every control there is, in order, each with the plan of today.
pub fn declare(
    controls: &[Control],
    lines: &[StatementLine],
    uses: &BTreeMap<ControlId, Vec<Usage>>,
) -> Vec<Declared> {
    let written: HashMap<&ControlId, &StatementLine> =
        lines.iter().map(|line| (&line.control_id, line)).collect();
    let mut declared: Vec<Declared> = controls
        .iter()
        .map(|control| {
            let line = written.get(&control.id);
            Declared {
                control_id: control.id.clone(),
                group: control.annex_group.clone(),
                title_ja: control.title_ja.clone(),
                title_en: control.title_en.clone(),
                decision: line.map_or(Decision::Undecided, |line| line.decision),
                inclusions: line.map(|line| line.inclusions.clone()).unwrap_or_default(),
                reason: line.map(|line| line.reason.clone()).unwrap_or_default(),
                exclusion: line.map(|line| line.exclusion.clone()).unwrap_or_default(),
                implementation: line.map_or(Implementation::Unstated, |line| line.implementation),
                rule: line.map(|line| line.rule.clone()).unwrap_or_default(),
                uses: uses.get(&control.id).cloned().unwrap_or_default(),
            }
        })
        .collect();
    declared.sort_by_key(|each| control::order(&each.control_id));
    declared
}

/// The lines of two statements that differ, in the order of the controls: before, after. A control that one of them
/// does not know stands there alone.
pub fn compare<'a>(
    before: &'a [Declared],
    after: &'a [Declared],
) -> Vec<(Option<&'a Declared>, Option<&'a Declared>)> {
    let by_id = |all: &'a [Declared]| -> HashMap<&ControlId, &Declared> {
        all.iter().map(|each| (&each.control_id, each)).collect()
    };
    let [old, new] = [by_id(before), by_id(after)];
    let mut ids: Vec<&ControlId> = old.keys().chain(new.keys()).copied().collect();
    ids.sort_by_key(|id| control::order(id));
    ids.dedup();
    let pair = |id| (old.get(id).copied(), new.get(id).copied());
    ids.into_iter().map(pair).filter(|(before, after)| before != after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, answered, auditor, day, done, executive, head, id, rows, said, secretariat,
    };
    use proptest::prelude::*;

    fn control(number: &str) -> Control {
        Control {
            id: id(number),
            version: 1,
            annex_group: "組織的".into(),
            title_ja: "名称".into(),
            title_en: "Title".into(),
            confirmed: true,
            note: String::new(),
        }
    }

    fn applied(inclusions: &[Inclusion]) -> LineDraft {
        LineDraft {
            decision: Some(Decision::Applied),
            inclusions: inclusions.to_vec(),
            implementation: Some(Implementation::Done),
            ..LineDraft::default()
        }
    }

    fn excluded(reason: &str) -> LineDraft {
        LineDraft { decision: Some(Decision::Excluded), exclusion: reason.into(), ..LineDraft::default() }
    }

    fn begun(number: &str) -> StatementLine {
        StatementLine::begin(id(&format!("line-{number}")), id(number))
    }

    fn write(draft: LineDraft, using: &[Using], by: &Actor) -> Result<Change<StatementLine>, Refusal> {
        begun("5.9").write(draft, using, by, day("2026-06-01"))
    }

    fn using(asset: &str) -> Using {
        Using {
            department: "営業部".into(),
            asset: asset.into(),
            threat_ja: "紛失".into(),
            threat_en: "Loss".into(),
        }
    }

    fn usage(rows: i64) -> BTreeMap<ControlId, Vec<Usage>> {
        let ids = (0..rows).map(|n| id(&format!("row-{n}"))).collect();
        BTreeMap::from([(id("5.9"), vec![Usage { department_id: id("sales"), rows, ids }])])
    }

    fn one(line: &StatementLine, rows: i64) -> Declared {
        let uses = if rows == 0 { BTreeMap::new() } else { usage(rows) };
        declare(&[control("5.9")], std::slice::from_ref(line), &uses).remove(0)
    }

    #[test]
    fn the_secretariat_writes_and_an_exclusion_says_why() {
        let by = secretariat();
        rows([
            ("applied", said(write(applied(&[Inclusion::Law]), &[], &by)), "statement_line.written"),
            ("applied without a reason yet", said(write(applied(&[]), &[], &by)), "statement_line.written"),
            ("excluded", said(write(excluded("使わない"), &[], &by)), "statement_line.written"),
            ("excluded without a reason", said(write(excluded(" "), &[], &by)), "missing exclusion"),
            ("excluded though used", said(write(excluded("使わない"), &[using("名簿")], &by)), "because"),
            ("applied and used", said(write(applied(&[]), &[using("名簿")], &by)), "statement_line.written"),
            ("undecided", said(write(LineDraft::default(), &[], &by)), "statement_line.written"),
            ("head", said(write(applied(&[]), &[], &head())), "not allowed"),
            ("executive", said(write(applied(&[]), &[], &executive())), "not allowed"),
            ("auditor", said(write(applied(&[]), &[], &auditor())), "not allowed"),
            ("administrator", said(write(applied(&[]), &[], &administrator())), "not allowed"),
            (
                "long",
                said(write(LineDraft { rule: "規".repeat(2001), ..applied(&[]) }, &[], &by)),
                "too long rule",
            ),
        ]);
    }

    #[test]
    fn what_the_plan_uses_is_named_when_it_cannot_be_excluded() {
        let many: Vec<Using> = (1..=7).map(|n| using(&format!("名簿{n}"))).collect();
        let refusal = write(excluded("使わない"), &many, &secretariat()).unwrap_err();
        for name in ["5.9", "営業部「名簿1」の紛失", "名簿5", "ほか2件"] {
            assert!(refusal.ja().contains(name), "{name}: {}", refusal.ja());
        }
        assert!(!refusal.ja().contains("名簿6") && refusal.en().contains("2 more"), "{}", refusal.en());
    }

    #[test]
    fn a_line_keeps_the_hands_that_wrote_it_and_its_kinds_in_order() {
        let line =
            done(write(applied(&[Inclusion::Risk, Inclusion::Law, Inclusion::Law]), &[], &secretariat()));
        assert_eq!(line.inclusions, [Inclusion::Law, Inclusion::Risk]);
        let line = done(line.write(applied(&[]), &[], &secretariat(), day("2026-06-09")));
        assert_eq!((line.version, line.recorded.len(), line.recorded[0].on), (2, 1, day("2026-06-09")));
        let line = done(line.write(applied(&[]), &[], &Actor::system(id("system")), day("2026-06-10")));
        assert_eq!(line.recorded.len(), 2);
    }

    #[test]
    fn what_is_missing_is_told_and_a_reason_from_the_plan_goes_with_the_plan() {
        let line = |draft: LineDraft| done(write(draft, &[], &secretariat()));
        let gap = |line: &StatementLine, rows| one(line, rows).gap();
        let by_risk = line(applied(&[Inclusion::Risk]));
        let by_law = line(applied(&[Inclusion::Law]));
        let in_words = line(LineDraft { reason: "取引先の基準".into(), ..applied(&[]) });
        let unstated = line(LineDraft { implementation: None, ..applied(&[Inclusion::Law]) });
        let out = line(excluded("使わない"));
        assert_eq!(gap(&begun("5.9"), 0), Some(Gap::Undecided));
        assert_eq!((gap(&by_risk, 2), gap(&by_risk, 0)), (None, Some(Gap::NoReason)), "the plan row is gone");
        assert_eq!((gap(&by_law, 0), gap(&in_words, 0)), (None, None));
        assert_eq!((gap(&line(applied(&[])), 0), gap(&line(applied(&[])), 1)), (Some(Gap::NoReason), None));
        assert_eq!(gap(&unstated, 0), Some(Gap::Unstated));
        assert_eq!((gap(&out, 0), gap(&out, 1)), (None, Some(Gap::Contradiction)));
        let erased = StatementLine { exclusion: String::new(), ..out };
        assert_eq!(gap(&erased, 0), Some(Gap::Unexplained));
    }

    #[test]
    fn what_the_plan_uses_is_proposed_until_somebody_decides() {
        let proposed = one(&begun("5.9"), 3).proposal().unwrap();
        assert_eq!(
            (proposed.decision, proposed.inclusions.clone()),
            (Some(Decision::Applied), vec![Inclusion::Risk])
        );
        assert_eq!(one(&begun("5.9"), 0).proposal(), None);
        let decided = done(write(proposed, &[], &secretariat()));
        assert_eq!(one(&decided, 3).proposal(), None);
        assert_eq!(one(&decided, 3).inclusions(), [Inclusion::Risk]);
        assert_eq!(answered(required_reason(&one(&decided, 0))), "because");
    }

    fn required_reason(line: &Declared) -> Result<(), Refusal> {
        if line.gap().is_none() { Ok(()) } else { Err(Refusal::Because(("無。", "None."))) }
    }

    #[test]
    fn every_control_has_one_line_in_the_order_of_its_number() {
        let controls = ["5.10", "X.1", "5.9", "8.1"].map(control);
        let declared = declare(&controls, &[begun("8.1")], &BTreeMap::new());
        let ids: Vec<_> = declared.iter().map(|each| each.control_id.as_str()).collect();
        assert_eq!(ids, ["5.9", "5.10", "8.1", "X.1"]);
    }

    fn drafts() -> impl Strategy<Value = LineDraft> {
        let text = || prop_oneof![Just(String::new()), Just(" ".to_owned()), Just("理由".to_owned())];
        let code = |n: usize| prop::option::of(0..n);
        (code(3), prop::collection::vec(0..4_usize, 0..4), text(), text(), code(5)).prop_map(
            |(decision, inclusions, reason, exclusion, implementation)| LineDraft {
                decision: decision.map(|at| Decision::ALL[at]),
                inclusions: inclusions.into_iter().map(|at| Inclusion::ALL[at]).collect(),
                reason,
                exclusion,
                implementation: implementation.map(|at| Implementation::ALL[at]),
                rule: String::new(),
            },
        )
    }

    proptest! {
        #[test]
        fn a_line_without_a_gap_has_a_reason(draft in drafts(), rows in 0..3_i64) {
            let Ok(change) = write(draft, &[], &secretariat()) else { return Ok(()) };
            let line = one(&done(Ok(change)), rows);
            if line.gap().is_none() {
                let why = !line.inclusions().is_empty() || !line.reason.is_empty();
                let why_not = !line.exclusion.is_empty() && line.used() == 0;
                let reasoned = match line.decision {
                    Decision::Undecided => false,
                    Decision::Applied => why && line.implementation != Implementation::Unstated,
                    Decision::Excluded => why_not,
                };
                prop_assert!(reasoned);
            }
        }

        #[test]
        fn what_differs_is_found_both_ways_and_nothing_differs_from_itself(
            left in prop::collection::vec(drafts(), 6), right in prop::collection::vec(drafts(), 6), rows in 0..3_i64,
        ) {
            let controls = ["5.1", "5.9", "5.10", "6.1", "8.1", "X.1"].map(control);
            let declared = |drafts: Vec<LineDraft>, rows| {
                let lines: Vec<_> = controls
                    .iter()
                    .zip(drafts)
                    .filter_map(|(control, draft)| {
                        let line = StatementLine::begin(id(&format!("l-{}", control.id)), control.id.clone());
                        Some(done(Ok(line.write(draft, &[], &secretariat(), day("2026-06-01")).ok()?)))
                    })
                    .collect();
                declare(&controls, &lines, &usage(rows))
            };
            let [left, right] = [declared(left, 1), declared(right, rows)];
            prop_assert!(compare(&left, &left).is_empty());
            let there: Vec<_> = compare(&left, &right).into_iter().collect();
            let back: Vec<_> = compare(&right, &left).into_iter().map(|(before, after)| (after, before)).collect();
            prop_assert_eq!(&there, &back);
            let differing = left.iter().zip(&right).filter(|(left, right)| left != right).count();
            prop_assert_eq!(there.len(), differing);
        }
    }
}
