//! The statement of applicability 適用宣言書 (JIS Q 27001:2023 6.1.3 d): for every control of Annex A and of the
//! company's own whether it is applied, why, how far it is implemented, and for what is left out why.
//!
//! Lines are worked on one by one ([`crate::applicability`]); a [`Statement`] is what was submitted and approved of them,
//! complete and frozen, so that no later plan changes what was declared.

use crate::applicability::{Declared, Gap, MOST_NAMED, StatementLine, Usage, compare};
use crate::approval::{REASON, Returned, Signed};
use crate::codes::codes;
use crate::ids::{ControlId, StatementId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use crate::{Change, Date, Word};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

codes! {
    /// Where a version of the statement stands.
    pub enum StatementState {
        Submitted = "submitted", "承認待ち", "Waiting for approval";
        Returned = "returned", "差戻し", "Returned";
        Approved = "approved", "承認済み", "Approved";
    }
}

/// A version of the statement: what was submitted, and once approved never changed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its own id.
    pub id: StatementId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The number of the version, 1, 2, 3 …
    pub number: i64,
    /// Where it stands.
    pub state: StatementState,
    /// Every line, complete.
    pub lines: Vec<Declared>,
    /// Who wrote what is new in it.
    pub recorded: Vec<Signed>,
    /// Who submitted it last.
    pub submitted: Signed,
    /// Who approved it; none of those who wrote it.
    pub approved: Option<Signed>,
    /// Who sent it back last, and why.
    pub returned: Option<Returned>,
}

/// What is submitted: the lines as they stand, and who wrote what is new in them.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Every line.
    pub lines: Vec<Declared>,
    /// Who wrote what is new.
    pub recorded: Vec<Signed>,
}

impl Submission {
    /// The lines of today against the last version that was approved. Whoever wrote a line that differs has a hand in it.
    pub fn of(declared: Vec<Declared>, lines: &[StatementLine], last: Option<&Statement>) -> Self {
        // What was written after it had been handed in was not in it, also where it was approved later.
        let since = last.map(|last| last.submitted.on);
        let before = last.map(|last| last.lines.as_slice()).unwrap_or_default();
        let changed: Vec<&ControlId> = compare(before, &declared)
            .into_iter()
            .filter_map(|(_, after)| Some(&after?.control_id))
            .collect();
        let mut recorded: Vec<Signed> = Vec::new();
        for signed in
            lines.iter().filter(|line| changed.contains(&&line.control_id)).flat_map(|line| &line.recorded)
        {
            let new = since.is_none_or(|since| signed.on >= since);
            if new && !recorded.iter().any(|each| each.by == signed.by) {
                recorded.push(signed.clone());
            }
        }
        Self { lines: declared, recorded }
    }
}

impl Statement {
    /// 提出: hands the lines as they stand to the executive. `before` is the version that is under way, submitted or
    /// returned; `last` the one that was approved last.
    pub fn submit(
        id: StatementId,
        (before, last): (Option<Self>, Option<&Self>),
        submission: Submission,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditStatement)?;
        lacks_nothing(&submission.lines, ("提出", "submitted"))?;
        if last.is_some_and(|last| compare(&last.lines, &submission.lines).is_empty()) {
            return Err(Refusal::Because((
                "前に承認された版から変わったところがありません。変えてから提出してください。",
                "Nothing has changed since the version that was approved last. Change something, then submit.",
            )));
        }
        let mut recorded = before.as_ref().map(|before| before.recorded.clone()).unwrap_or_default();
        recorded.retain(|old| !submission.recorded.iter().any(|new| new.by == old.by));
        recorded.extend(submission.recorded);
        let statement = Self {
            version: before.as_ref().map_or(1, |before| before.version + 1),
            number: last.map_or(1, |last| last.number + 1),
            state: StatementState::Submitted,
            lines: submission.lines,
            recorded,
            submitted: Signed::now(by, on, false),
            approved: None,
            returned: before.as_ref().and_then(|before| before.returned.clone()),
            id: before.map_or(id, |before| before.id),
        };
        Ok(Change::new(statement, "statement.submitted"))
    }

    /// What an approval would freeze: the lines as they were submitted, each with what the plan says of it in `today`, the
    /// lines as they stand.
    pub fn beside(&self, today: &[Declared]) -> Vec<Declared> {
        let uses: HashMap<&ControlId, &Vec<Usage>> =
            today.iter().map(|each| (&each.control_id, &each.uses)).collect();
        let with = |line: &Declared| Declared {
            uses: uses.get(&line.control_id).map(|uses| (*uses).clone()).unwrap_or_default(),
            ..line.clone()
        };
        self.lines.iter().map(with).collect()
    }

    /// 承認 by the executive, who wrote none of it. `today` are the lines as they stand: what the plan says of each
    /// control is taken from there and frozen with the rest ([`Statement::beside`]).
    pub fn approve(
        self,
        version: i64,
        today: &[Declared],
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        self.decided_by(version, by)?;
        if self.submitted.by == by.person || self.recorded.iter().any(|each| each.by == by.person) {
            return Err(Refusal::OwnRecord);
        }
        let new: Vec<&ControlId> = compare(&self.lines, today)
            .into_iter()
            .filter_map(|(before, after)| before.is_none().then_some(&after?.control_id))
            .collect();
        if !new.is_empty() {
            let (ja, en) = (numbers(&new, "・"), numbers(&new, ", "));
            return Err(Refusal::Said {
                ja: format!(
                    "提出のあとに管理策が加わったため、承認できません（{ja}）。差し戻して、もう一度提出してもらってください。"
                ),
                en: format!(
                    "Controls were added after it was submitted ({en}). Send it back and have it submitted again."
                ),
            });
        }
        let lines = self.beside(today);
        lacks_nothing(&lines, ("承認", "approved"))?;
        let approved = Some(Signed::now(by, on, false));
        let approved =
            Self { lines, approved, state: StatementState::Approved, version: self.version + 1, ..self };
        Ok(Change::new(approved, "statement.approved"))
    }

    /// 差戻し with its reason.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        self.decided_by(version, by)?;
        let reason = required(reason, "reason", REASON)?;
        let returned = Some(Returned { signed: Signed::now(by, on, false), reason });
        let back = Self { returned, state: StatementState::Returned, version: self.version + 1, ..self };
        Ok(Change::new(back, "statement.returned"))
    }

    /// Refuses unless it waits, as the actor saw it, for somebody like the actor.
    fn decided_by(&self, version: i64, by: &Actor) -> Result<(), Refusal> {
        by.must_everywhere(Act::ApproveStatement)?;
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        match self.state {
            StatementState::Submitted => Ok(()),
            StatementState::Returned | StatementState::Approved => {
                Err(Refusal::WrongState { state: self.state.word() })
            }
        }
    }
}

/// The lines that have a gap, by what is missing.
pub fn gaps(lines: &[Declared]) -> Vec<(Gap, Vec<&ControlId>)> {
    let of = |gap: Gap| {
        let ids: Vec<_> =
            lines.iter().filter(|each| each.gap() == Some(gap)).map(|each| &each.control_id).collect();
        (gap, ids)
    };
    Gap::ALL.iter().copied().map(of).filter(|(_, ids)| !ids.is_empty()).collect()
}

/// Refuses lines that have a gap, and names them.
fn lacks_nothing(lines: &[Declared], act: Word) -> Result<(), Refusal> {
    let gaps = gaps(lines);
    if gaps.is_empty() {
        return Ok(());
    }
    let said = |each: &(Gap, Vec<&ControlId>), word: &str, between, colon: &str| {
        [word, colon, &numbers(&each.1, between)].concat()
    };
    let ja: Vec<_> = gaps.iter().map(|each| said(each, each.0.word().0, "・", "：")).collect();
    let en: Vec<_> = gaps.iter().map(|each| said(each, each.0.word().1, ", ", ": ")).collect();
    Err(Refusal::Said {
        ja: format!(
            "次の管理策が残っているため、{}できません。{}。各行を直してください。",
            act.0,
            ja.join("／")
        ),
        en: format!("It cannot be {} yet. {}. Mend these lines first.", act.1, en.join(" / ")),
    })
}

/// The first few numbers, and how many more.
fn numbers(ids: &[&ControlId], between: &str) -> String {
    let named: Vec<&str> = ids.iter().take(MOST_NAMED).map(|id| id.as_str()).collect();
    let more = ids.len().saturating_sub(MOST_NAMED);
    let named = named.join(between);
    match (more, between) {
        (0, _) => named,
        (_, "・") => format!("{named}ほか{more}件"),
        _ => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applicability::{Decision, Implementation, Inclusion, LineDraft, declare};
    use crate::people::Role;
    use crate::risk::Control;
    use crate::support::{
        administrator, auditor, day, done, executive, head, id, rows, said, secretariat, serving, tag,
    };
    use std::collections::BTreeMap;

    fn controls(numbers: &[&str]) -> Vec<Control> {
        let control = |number: &&str| Control {
            id: id(number),
            version: 1,
            annex_group: "組織的".into(),
            title_ja: "名称".into(),
            title_en: "Title".into(),
            confirmed: true,
            note: String::new(),
        };
        numbers.iter().map(control).collect()
    }

    fn uses(rows: i64) -> BTreeMap<ControlId, Vec<Usage>> {
        let usage = Usage { department_id: id("sales"), rows, ids: vec![id("row")] };
        if rows == 0 { BTreeMap::new() } else { BTreeMap::from([(id("5.9"), vec![usage])]) }
    }

    fn line(number: &str, inclusion: Inclusion, by: &Actor, on: &str) -> StatementLine {
        let draft = LineDraft {
            decision: Some(Decision::Applied),
            inclusions: vec![inclusion],
            implementation: Some(Implementation::Done),
            ..LineDraft::default()
        };
        let line = StatementLine::begin(id(&format!("line-{number}")), id(number));
        done(line.write(draft, &[], by, day(on)))
    }

    fn lines(on: &str) -> Vec<StatementLine> {
        vec![
            line("5.9", Inclusion::Risk, &secretariat(), on),
            line("5.10", Inclusion::Law, &secretariat(), on),
        ]
    }

    fn submit(
        before: Option<Statement>,
        last: Option<&Statement>,
        rows: i64,
        by: &Actor,
    ) -> Result<Change<Statement>, Refusal> {
        let lines = lines("2026-06-01");
        let declared = declare(&controls(&["5.9", "5.10"]), &lines, &uses(rows));
        Statement::submit(
            id("statement"),
            (before, last),
            Submission::of(declared, &lines, last),
            by,
            day("2026-06-02"),
        )
    }

    fn today(numbers: &[&str], rows: i64) -> Vec<Declared> {
        declare(&controls(numbers), &lines("2026-06-01"), &uses(rows))
    }

    fn submitted() -> Statement {
        done(submit(None, None, 1, &secretariat()))
    }

    fn approve(
        statement: Statement,
        version: i64,
        rows: i64,
        by: &Actor,
    ) -> Result<Change<Statement>, Refusal> {
        statement.approve(version, &today(&["5.9", "5.10"], rows), by, day("2026-06-03"))
    }

    #[test]
    fn lines_with_a_gap_are_not_submitted_and_are_named() {
        rows([
            ("whole", said(submit(None, None, 1, &secretariat())), "statement.submitted"),
            ("the plan row is gone", said(submit(None, None, 0, &secretariat())), "because"),
            ("executive", said(submit(None, None, 1, &executive())), "not allowed"),
            ("head", said(submit(None, None, 1, &head())), "not allowed"),
        ]);
        let refusal = submit(None, None, 0, &secretariat()).unwrap_err();
        assert!(refusal.ja().contains("採用する理由がありません：5.9"), "{}", refusal.ja());
        assert!(!refusal.ja().contains("5.10"));
        let declared =
            declare(&controls(&["5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7"]), &[], &BTreeMap::new());
        let refusal = lacks_nothing(&declared, ("提出", "submitted")).unwrap_err();
        assert!(refusal.ja().contains("5.1・5.2・5.3・5.4・5.5ほか2件"), "{}", refusal.ja());
        assert!(refusal.en().contains("5.1, 5.2, 5.3, 5.4, 5.5 and 2 more"), "{}", refusal.en());
    }

    #[test]
    fn the_executive_approves_what_others_wrote_and_it_is_frozen() {
        let writer = serving("both", &[Role::Secretariat, Role::Executive]);
        let own = Statement { recorded: vec![Signed::now(&writer, day("2026-06-01"), false)], ..submitted() };
        let submitter =
            Statement { submitted: Signed::now(&writer, day("2026-06-01"), false), ..submitted() };
        rows([
            ("executive", said(approve(submitted(), 1, 1, &executive())), "statement.approved"),
            ("secretariat", said(approve(submitted(), 1, 1, &secretariat())), "not allowed"),
            ("auditor", said(approve(submitted(), 1, 1, &auditor())), "not allowed"),
            ("administrator", said(approve(submitted(), 1, 1, &administrator())), "not allowed"),
            ("stale", said(approve(submitted(), 9, 1, &executive())), "stale, now 1"),
            ("wrote a part", said(approve(own, 1, 1, &writer)), "own record"),
            ("submitted it", said(approve(submitter, 1, 1, &writer)), "own record"),
            ("the plan row is gone since", said(approve(submitted(), 1, 0, &executive())), "because"),
            (
                "a control was added since",
                said(submitted().approve(
                    1,
                    &today(&["5.9", "5.10", "X.1"], 1),
                    &executive(),
                    day("2026-06-03"),
                )),
                "because",
            ),
            (
                "twice",
                said(approve(done(approve(submitted(), 1, 1, &executive())), 2, 1, &executive())),
                "is Approved",
            ),
        ]);
        let approved = done(approve(submitted(), 1, 4, &executive()));
        assert_eq!(approved.lines[0].used(), 4, "with the plan of the day of the approval");
        assert!(approved.lines.iter().all(|line| line.gap().is_none()));
    }

    #[test]
    fn what_was_sent_back_is_submitted_again_under_the_same_number() {
        let back = |reason: &str| submitted().send_back(1, reason, &executive(), day("2026-06-03"));
        rows([
            ("with a reason", said(back("5.9の理由を詳しく")), "statement.returned"),
            ("without", said(back(" ")), "missing reason"),
            (
                "secretariat",
                said(submitted().send_back(1, "理由", &secretariat(), day("2026-06-03"))),
                "not allowed",
            ),
        ]);
        let returned = done(back("5.9の理由を詳しく"));
        assert_eq!(tag(&approve(returned.clone(), 2, 1, &executive()).unwrap_err()), "is Returned");
        let again = done(submit(Some(returned), None, 1, &secretariat()));
        assert_eq!((again.number, again.version, again.state), (1, 3, StatementState::Submitted));
        assert!(again.returned.is_some(), "why it came back stays readable");
    }

    #[test]
    fn a_version_is_followed_by_the_next_number_once_something_has_changed() {
        let first = done(approve(submitted(), 1, 1, &executive()));
        assert_eq!(tag(&submit(None, Some(&first), 1, &secretariat()).unwrap_err()), "because");
        let second = done(submit(None, Some(&first), 2, &secretariat()));
        assert_eq!((second.number, second.version), (2, 1));
        assert_eq!(compare(&first.lines, &second.lines).len(), 1, "the plan uses it once more");
    }

    #[test]
    fn only_those_who_wrote_what_is_new_are_kept_from_approving() {
        let first = done(approve(submitted(), 1, 1, &executive()));
        let later = serving("later", &[Role::Secretariat]);
        let lines = vec![
            line("5.9", Inclusion::Risk, &secretariat(), "2026-06-01"),
            line("5.10", Inclusion::Contract, &later, "2026-07-01"),
        ];
        let declared = declare(&controls(&["5.9", "5.10"]), &lines, &uses(1));
        let recorded = Submission::of(declared, &lines, Some(&first)).recorded;
        assert_eq!(recorded.iter().map(|signed| &signed.by).collect::<Vec<_>>(), [&later.person]);
    }

    /// What is written while a version waits for its approval is not in it: whoever wrote it has a hand in the next one.
    #[test]
    fn what_was_written_while_a_version_waited_is_new_in_the_next_one() {
        let waiting = submitted();
        let between = waiting.submitted.on;
        let first = done(approve(waiting, 1, 1, &executive()));
        assert!(first.approved.as_ref().is_some_and(|signed| signed.on > between), "the case needs a gap");
        let writer = serving("between", &[Role::Secretariat]);
        let lines = vec![line("5.10", Inclusion::Contract, &writer, &between.to_string())];
        let declared = declare(&controls(&["5.9", "5.10"]), &lines, &uses(1));
        let recorded = Submission::of(declared, &lines, Some(&first)).recorded;
        assert_eq!(recorded.iter().map(|signed| &signed.by).collect::<Vec<_>>(), [&writer.person]);
    }
}
