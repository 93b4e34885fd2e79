//! The steps by which an organisation begins, in their order, each with who takes it: what the first page and
//! the breaks say before there is anything to be whole.

use crate::criteria::store as criteria;
use crate::house::fault::Done;
use crate::house::kept::cell;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::inventory::store as inventory;
use crate::people::store as people;
use crate::{open, say, scoped, seen};
use meguri_domain::people::{Act, Role};

/// One step of the beginning.
pub struct Step {
    pub word: &'static str,
    pub note: &'static str,
    /// Whether it was taken; `None` where the person may not know.
    pub done: Option<bool>,
    /// Where it is taken, for who may take it.
    pub href: Option<&'static str>,
    /// Who takes it.
    pub who: &'static str,
}

/// The beginning as a person sees it.
pub struct Beginning {
    pub steps: Vec<Step>,
    l: Lang,
}

impl Beginning {
    /// The steps, and which of them were taken as far as the person may see.
    pub fn load(rx: &Rx<'_>, l: Lang) -> Done<Self> {
        let roles = roles(rx)?;
        let serves = |role: Role| roles.iter().any(|each| each == role.code());
        let staffed = serves(Role::Secretariat)
            && serves(Role::Executive)
            && (serves(Role::Member) || serves(Role::Head));
        let opened = people::departments(rx)?.iter().any(|each| each.is_open(rx.today()));
        let imported = any(rx, ASSET, Act::SeeRegister)?;
        let duties = match any(rx, ASSIGNMENT, Act::SeeMonth)? {
            Some(false) => any(rx, OBJECTIVE, Act::SeeMonth)?,
            known => known,
        };
        let taken = [
            Some(opened),
            Some(staffed),
            imported,
            Some(criteria::in_force(rx)?.is_some()),
            Some(inventory::current(rx)?.is_some()),
            duties,
        ];
        let may = |act| rx.actor().may_somewhere(act);
        let step = |(done, (word, note, address, act, role)): (Option<bool>, Row)| Step {
            word: l.w(word),
            note: l.w(note),
            done,
            href: may(act).then_some(address),
            who: l.w(role.word()),
        };
        Ok(Self { steps: taken.into_iter().zip(ROWS).map(step).collect(), l })
    }

    /// The first step that is not taken, if the person knows of one.
    pub fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.done == Some(false))
    }

    /// What comes next, in a sentence.
    pub fn sentence(&self) -> Option<String> {
        let (l, step) = (self.l, self.next()?);
        let (word, who) = (step.word, step.who);
        Some(match step.href {
            Some(_) => say!(l, "次は「{word}」です。", "Next: {word}."),
            None => say!(l, "次は「{word}」です。{who}が行います。", "Next: {word}. This is up to: {who}."),
        })
    }

    /// How many of how many steps are taken.
    pub fn progress(&self) -> (usize, usize) {
        (self.steps.iter().filter(|step| step.done == Some(true)).count(), self.steps.len())
    }
}

/// A step: its words, what it is good for, its address, the act without which it is not taken, and who takes it.
type Row = ((&'static str, &'static str), (&'static str, &'static str), &'static str, Act, Role);

const ROWS: [Row; 6] = [
    (
        ("部門を開設", "Open the departments"),
        ("台帳や点検は、部門ごとに持ちます。", "Registers and inspections belong to departments."),
        "/settings/departments",
        Act::EditPeople,
        Role::Administrator,
    ),
    (
        ("人と役割", "Enter people and their roles"),
        (
            "部門の担当者・部門長、事務局、経営層がそろうと、仕事が回り始めます。",
            "Members and heads, the secretariat and the executives set the round in motion.",
        ),
        "/settings/people",
        Act::EditPeople,
        Role::Administrator,
    ),
    (
        ("台帳を取り込む", "Import the register"),
        ("今お使いのExcelの台帳を、そのまま取り込めます。", "The Excel register you have comes in as it is."),
        "/assets/import",
        Act::EditRegister,
        Role::Secretariat,
    ),
    (
        ("リスク基準の承認", "Approve the risk criteria"),
        ("承認すると、リスクを評価できるようになります。", "Risks can be assessed once they are approved."),
        "/criteria",
        Act::ApproveCriteria,
        Role::Executive,
    ),
    (
        ("棚卸を開始", "Open the inventory"),
        ("部門が台帳の1件ずつを確認します。", "Departments confirm their registers row by row."),
        "/inventory",
        Act::OpenInventory,
        Role::Secretariat,
    ),
    (
        ("点検項目を割り当てる", "Assign check items"),
        (
            "割り当てた月から、毎月の自主点検が始まります。",
            "Monthly self-inspection starts with the month chosen.",
        ),
        "/items",
        Act::EditSchedule,
        Role::Secretariat,
    ),
];

const ASSET: crate::house::sql::Scoped =
    scoped!("SELECT a.id FROM asset a WHERE ", seen!("a.department_id"), " LIMIT 1");
const ASSIGNMENT: crate::house::sql::Scoped =
    scoped!("SELECT s.id FROM assignment s WHERE ", seen!("s.department_id"), " LIMIT 1");
const OBJECTIVE: crate::house::sql::Scoped =
    scoped!("SELECT o.id FROM objective o WHERE ", seen!("o.department_id"), " LIMIT 1");

/// Whether there is one within what the person sees; who sees nothing of the kind is not told.
fn any(rx: &Rx<'_>, text: crate::house::sql::Scoped, act: Act) -> Done<Option<bool>> {
    if !rx.actor().may_somewhere(act) {
        return Ok(None);
    }
    Ok(Some(!rx.rows(text, &rx.scope(act), &[])?.is_empty()))
}

/// The roles that anybody ever held.
fn roles(rx: &Rx<'_>) -> Done<Vec<String>> {
    let rows = rx.open_rows(open!("SELECT DISTINCT p.role FROM posting p LIMIT 100"), &[])?;
    Ok(rows.iter().map(|row| cell(row, 0)).collect::<Result<_, _>>()?)
}
