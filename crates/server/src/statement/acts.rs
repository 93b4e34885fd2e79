//! Units of work about the statement of applicability: writing lines, submitting, approving, sending back; and the
//! company's own controls.

use super::store::{self, UsingRow};
use crate::house::fault::{Done, Fault, Stop};
use crate::house::work::{Rx, Tx};
use crate::{people, risk};
use meguri_domain::applicability::{Decision, Declared, LineDraft, StatementLine, Using, declare};
use meguri_domain::control::ControlDraft;
use meguri_domain::ids::{ControlId, StatementId, StatementLineId};
use meguri_domain::people::Act;
use meguri_domain::risk::Control;
use meguri_domain::statement::{Statement, StatementState, Submission};
use meguri_domain::{Refusal, Word};
use meguri_record::Hash;
use std::collections::BTreeMap;

/// The lines as they are worked on. Seen by those who see the whole plan.
pub struct Working {
    pub lines: Vec<StatementLine>,
    pub declared: Vec<Declared>,
}

impl Working {
    /// The version in which a line stands; 0 where nobody has written it.
    pub fn version(&self, control: &ControlId) -> i64 {
        self.line(control).map_or(0, |line| line.version)
    }

    pub fn line(&self, control: &ControlId) -> Option<&StatementLine> {
        self.lines.iter().find(|line| line.control_id == *control)
    }

    pub fn declared(&self, control: &ControlId) -> Option<&Declared> {
        self.declared.iter().find(|each| each.control_id == *control)
    }
}

/// Loads them, with the plan of every department.
pub fn working(rx: &Rx<'_>) -> Done<Working> {
    rx.actor().must_everywhere(Act::SeePlan)?;
    rx.actor().must_everywhere(Act::SeeStatement)?;
    let lines = store::lines(rx)?;
    let declared = declare(&risk::store::controls(rx)?, &lines, &store::uses(rx, &rx.scope(Act::SeePlan))?);
    Ok(Working { lines, declared })
}

/// Which controls the statement excludes as it stands, and why as far as the actor may read it: who does not see the lines as
/// they are worked on reads the reason that was approved.
pub fn exclusions(rx: &Rx<'_>) -> Done<BTreeMap<ControlId, String>> {
    let mut excluded = BTreeMap::new();
    if rx.actor().may_everywhere(Act::SeeStatement) {
        let lines = store::lines(rx)?.into_iter().filter(|line| line.decision == Decision::Excluded);
        excluded.extend(lines.map(|line| (line.control_id, line.exclusion)));
        return Ok(excluded);
    }
    excluded.extend(store::excluded(rx)?.into_iter().map(|id| (id, String::new())));
    let approved = store::last_approved(rx)?.filter(|_| rx.actor().may_somewhere(Act::SeeStatement));
    for line in approved.into_iter().flat_map(|approved| approved.lines) {
        if let Some(reason) = excluded.get_mut(&line.control_id) {
            *reason = line.exclusion;
        }
    }
    Ok(excluded)
}

/// What is to stand in a line, and the version that was looked at.
pub struct Order {
    pub control: ControlId,
    pub version: i64,
    pub draft: LineDraft,
}

/// A line that was refused, and why.
pub struct Wrong {
    pub control: ControlId,
    pub refusal: Refusal,
}

/// Writes lines, all of them or none; those that say what stands already are left alone. What is wrong with each is told in
/// `wrong`. Gives the number of lines that changed.
pub fn write(tx: &Tx<'_>, orders: Vec<Order>, wrong: &mut Vec<Wrong>) -> Done<usize> {
    tx.actor().must_everywhere(Act::EditStatement)?;
    let working = working(tx)?;
    let mut changes = Vec::new();
    for Order { control, version, draft } in orders {
        if working.declared(&control).is_none() {
            return Err(Refusal::NotFound.into());
        }
        let line = working.line(&control).cloned();
        let line = line.unwrap_or_else(|| StatementLine::begin(tx.id(StatementLineId::new), control.clone()));
        if line.version != version {
            wrong.push(Wrong { control, refusal: Refusal::Stale { current: line.version } });
            continue;
        }
        let excludes = draft.decision == Some(Decision::Excluded);
        let using = if excludes { named(tx, &control)? } else { Vec::new() };
        let before = line.draft();
        match line.write(draft, &using, tx.actor(), tx.today()) {
            Ok(change) if change.peek().draft() == before => {}
            Ok(change) => changes.push(change),
            Err(refusal) => wrong.push(Wrong { control, refusal }),
        }
    }
    if !wrong.is_empty() {
        return Err(NOTHING_SAVED.into());
    }
    let changed = changes.len();
    for change in changes {
        tx.save(change)?;
    }
    Ok(changed)
}

const NOTHING_SAVED: Refusal = Refusal::Because((
    "直すところがあるため、まだ何も保存していません。赤く示した行を直して、もう一度保存してください。",
    "Nothing was saved yet, because something must be mended. Mend the lines marked in red and save again.",
));

/// The plan rows that use a control, by name.
fn named(rx: &Rx<'_>, control: &ControlId) -> Done<Vec<Using>> {
    let names = people::store::names(rx, rx.today())?;
    let using = |row: UsingRow| Using {
        department: names.get(&row.department_id).cloned().unwrap_or_default(),
        asset: row.asset,
        threat_ja: row.threat_ja,
        threat_en: row.threat_en,
    };
    Ok(store::using(rx, &rx.scope(Act::SeePlan), control)?.into_iter().map(using).collect())
}

/// Takes over what the plan proposes for every control on which nobody has decided.
pub fn take_proposals(tx: &Tx<'_>) -> Done<usize> {
    let working = working(tx)?;
    let order = |each: &Declared| {
        let control = each.control_id.clone();
        Some(Order { version: working.version(&control), draft: each.proposal()?, control })
    };
    let orders = working.declared.iter().filter_map(order).collect();
    write(tx, orders, &mut Vec::new())
}

/// Submits the lines as they stand: the version that is under way, or the next one.
pub fn submit(tx: &Tx<'_>) -> Done<Statement> {
    tx.actor().must_everywhere(Act::EditStatement)?;
    let Working { lines, declared } = working(tx)?;
    let (before, last) = (store::under_way(tx)?, store::last_approved(tx)?);
    let submission = Submission::of(declared, &lines, last.as_ref());
    let id = tx.id(StatementId::new);
    tx.save(Statement::submit(id, (before, last.as_ref()), submission, tx.actor(), tx.today())?)
}

/// A version that waits, as its approval would freeze it: with what the plan says today.
pub fn beside_today(rx: &Rx<'_>, statement: &Statement) -> Done<Vec<Declared>> {
    Ok(statement.beside(&working(rx)?.declared))
}

/// The mark of what the plan says in these lines. The form of an approval carries the one that was seen.
pub fn plan_mark(lines: &[Declared]) -> Result<String, Fault> {
    let uses: Vec<_> = lines.iter().map(|line| (&line.control_id, &line.uses)).collect();
    Ok(Hash::of(&serde_json::to_vec(&uses).map_err(Fault::broken)?).to_string())
}

/// Why an approval waits: what would be frozen is not what was seen.
pub const PLAN_MOVED: Word = (
    "見ているあいだに対応計画が変わったため、まだ承認していません。下の表は、いまの対応計画によるものです。確かめて、もう一度承認してください。",
    "It is not approved yet, because the treatment plan changed while you looked. The table below has the plan as it is now. See whether it is right, and approve again.",
);

/// The executive approves a version, which freezes it with what the plan says today, as it was seen.
pub fn approve(tx: &Tx<'_>, id: &StatementId, version: i64, seen: &str) -> Done<Statement> {
    tx.actor().must_everywhere(Act::ApproveStatement)?;
    tx.call(crate::record::signing::NAME);
    let today = working(tx)?.declared;
    let statement = store::find(tx, id)?;
    let plan = plan_mark(&statement.beside(&today))?;
    let approval = statement.approve(version, &today, tx.actor(), tx.today())?;
    if plan != seen {
        return Err(Refusal::Because(PLAN_MOVED).into());
    }
    tx.save(approval)
}

/// The executive sends a version back with a reason.
pub fn send_back(tx: &Tx<'_>, id: &StatementId, version: i64, reason: &str) -> Done<Statement> {
    tx.actor().must_everywhere(Act::ApproveStatement)?;
    tx.save(store::find(tx, id)?.send_back(version, reason, tx.actor(), tx.today())?)
}

/// A version that the actor may see: those who see only a department's plan see what was approved.
pub fn visible(rx: &Rx<'_>, id: &StatementId) -> Done<Statement> {
    if !rx.actor().may_somewhere(Act::SeeStatement) {
        return Err(Refusal::NotAllowed.into());
    }
    let statement = store::find(rx, id)?;
    let whole = rx.actor().may_everywhere(Act::SeeStatement);
    if whole || statement.state == StatementState::Approved {
        Ok(statement)
    } else {
        Err(Stop::Refusal(Refusal::NotFound))
    }
}

const TAKEN: Word = ("この番号の管理策", "A control of this number");

/// Adds a control of the company's own.
pub fn add_control(tx: &Tx<'_>, number: &str, draft: ControlDraft) -> Done<Control> {
    let change = Control::add(number, draft, tx.actor())?;
    if risk::store::controls(tx)?.iter().any(|each| each.id == change.peek().id) {
        return Err(Refusal::Already { what: TAKEN }.into());
    }
    tx.save(change)
}

/// Changes the words of a control of the company's own.
pub fn edit_control(tx: &Tx<'_>, id: &ControlId, version: i64, draft: ControlDraft) -> Done<Control> {
    let found = control(tx, id)?;
    let same = version == found.version && drafted(&found) == draft;
    if same && tx.actor().may_everywhere(Act::EditCriteria) {
        return Ok(found);
    }
    tx.save(found.edit(version, draft, tx.actor())?)
}

/// What stands in a control.
pub fn drafted(control: &Control) -> ControlDraft {
    ControlDraft {
        group: meguri_domain::control::ControlGroup::of(control),
        title_ja: control.title_ja.clone(),
        title_en: control.title_en.clone(),
        note: control.note.clone(),
    }
}

/// One control.
pub fn control(rx: &Rx<'_>, id: &ControlId) -> Done<Control> {
    let found = risk::store::controls(rx)?.into_iter().find(|each| each.id == *id);
    found.ok_or(Stop::Refusal(Refusal::NotFound))
}
