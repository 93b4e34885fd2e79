//! Breaks in words: what is missing, since when, and the act that mends it.

use super::names::Names;
use super::ways;
use crate::house::words::Lang;
use crate::say;
use meguri_domain::breaks::{Break, Gap, World};
use meguri_domain::ids::{CheckItemId, DepartmentId, PlanRowId};
use meguri_domain::treatment::Moved;
use meguri_domain::{Date, Month, Word};
use std::collections::{HashMap, HashSet};

/// The ten invariants as sentences, in their order (DESIGN.md §2).
pub const SENTENCES: [Word; 10] = [
    (
        "今年度の棚卸で、すべての情報資産が確認されている",
        "Every asset was confirmed in this year's inventory",
    ),
    (
        "確認された情報資産は、今の基準で評価されている",
        "Every confirmed asset is assessed under the criteria in force",
    ),
    ("受容できないリスクには、対応計画がある", "Every risk above the acceptance line has a plan row"),
    ("対応計画には、展開先がある", "Every plan row leads somewhere"),
    ("目標の検討と点検の答えが、毎月そろっている", "Every review and answer that was due is there"),
    ("提出された記録は、事務局がチェックしている", "Every submitted record has been checked"),
    (
        "×には、原因・担当・期限のある是正処置がある",
        "Every × has a corrective action with cause, owner and due date",
    ),
    ("承認されたものは、承認のあとに変わっていない", "What was approved has not changed since"),
    ("記入した人と、チェックした人は別である", "The one who recorded is not the one who checked"),
    ("記録は、消されても書き換えられてもいない", "Nothing recorded was deleted or altered"),
];

/// The same in short, by what is missing where they do not hold.
pub const SHORT: [Word; 10] = [
    ("棚卸の漏れ", "Inventory"),
    ("評価の漏れ", "Assessment"),
    ("対応計画なし", "No plan row"),
    ("展開先・期限", "Destination"),
    ("未実施", "Missed"),
    ("未チェック", "Unchecked"),
    ("是正処置", "Corrections"),
    ("承認後の変更", "Changed after approval"),
    ("同じ人の確認", "Checked by own hand"),
    ("記録の改ざん", "Tampering"),
];

/// A break as a line.
pub struct Line {
    pub department: Option<DepartmentId>,
    pub what: String,
    /// Since when, or by when it was due.
    pub since: String,
    pub href: String,
    pub act: &'static str,
}

/// The lines of one invariant.
#[derive(Default)]
pub struct Found {
    /// How many there are.
    pub count: usize,
    /// The first of them in words.
    pub lines: Vec<Line>,
}

/// The breaks as lines by invariant, the first `most` of each in words: nobody reads thousands. Answers missing from
/// one sheet are one line: they are mended together.
pub fn found(names: &Names<'_>, world: &World, breaks: &[&Break], most: usize) -> [Found; 10] {
    let mut sheets: HashMap<(&DepartmentId, Month), Vec<&CheckItemId>> = HashMap::new();
    for each in breaks {
        if let (Some(department), Gap::AnswerMissing { item, month, .. }) = (&each.department_id, &each.gap) {
            sheets.entry((department, *month)).or_default().push(item);
        }
    }
    let mut all = std::array::from_fn(|_| Found::default());
    for each in breaks {
        let items = match (&each.department_id, &each.gap) {
            (Some(department), Gap::AnswerMissing { item, month, .. }) => {
                let items = sheets.get(&(department, *month)).map_or(&[][..], Vec::as_slice);
                if items.first().is_none_or(|first| *first != item) {
                    continue;
                }
                items
            }
            _ => &[],
        };
        let number = usize::from(each.gap.invariant());
        let Some(found) = number.checked_sub(1).and_then(|index| all.get_mut(index)) else { continue };
        found.count += 1;
        if found.lines.len() < most {
            found.lines.push(line(names, world, each, items));
        }
    }
    all
}

/// A break in words, with the items that are missing from the same sheet.
fn line(names: &Names<'_>, world: &World, each: &Break, items: &[&CheckItemId]) -> Line {
    if let (Some(department), Gap::AnswerMissing { month, due_on, .. }) = (&each.department_id, &each.gap) {
        return answers(names, world, (department, *month), items, *due_on);
    }
    let department = each.department_id.as_ref().map_or("", DepartmentId::as_str);
    let (href, act) = ways::way(names, world, department, &each.gap);
    Line {
        department: each.department_id.clone(),
        what: what(names, world, &each.gap),
        since: since(names.l, &each.gap),
        href,
        act: names.l.w(act),
    }
}

/// One break in words, by itself.
pub fn line_of(names: &Names<'_>, world: &World, each: &Break) -> Line {
    match &each.gap {
        Gap::AnswerMissing { item, .. } => line(names, world, each, &[item]),
        _ => line(names, world, each, &[]),
    }
}

/// How many lines the breaks make: what is mended together counts once, here as on the page.
pub fn count(breaks: &[Break]) -> usize {
    let mut sheets = HashSet::new();
    let mut count = 0;
    for each in breaks {
        count += usize::from(match &each.gap {
            Gap::AnswerMissing { month, .. } => sheets.insert((each.department_id.as_ref(), *month)),
            _ => true,
        });
    }
    count
}

/// Since when it is missing, or by when it was due; nothing where only today counts.
fn since(l: Lang, gap: &Gap) -> String {
    match gap {
        Gap::InventoryLate { due_on, .. }
        | Gap::TaskOverdue { due_on, .. }
        | Gap::AcceptanceExpired { due_on, .. }
        | Gap::AnswerMissing { due_on, .. }
        | Gap::ReviewMissing { due_on, .. }
        | Gap::CorrectionOverdue { due_on, .. } => due(l, *due_on),
        Gap::InspectionUnchecked { days, .. }
        | Gap::ReviewUnchecked { days, .. }
        | Gap::AssessmentUnchecked { days, .. } => say!(l, "提出から{days}日", "for {days} days"),
        Gap::AssessmentOpen { days, .. } => say!(l, "記入から{days}日", "for {days} days"),
        Gap::AssetUnconfirmed(_)
        | Gap::AssetNotAssessed(_)
        | Gap::AssetStale(_)
        | Gap::RiskUnanswered(_)
        | Gap::PlanRowNowhere(_)
        | Gap::CrossWithoutCorrection { .. }
        | Gap::CorrectionIncomplete(_)
        | Gap::PlanApprovalOutdated(_)
        | Gap::RiskApprovalOutdated(_)
        | Gap::OwnCheck { .. }
        | Gap::Tampered(_) => String::new(),
    }
}

fn due(l: Lang, day: Date) -> String {
    let day = l.day(&day);
    say!(l, "期限 {day}", "due {day}")
}

fn answers(
    n: &Names<'_>,
    world: &World,
    at: (&DepartmentId, Month),
    items: &[&CheckItemId],
    due_on: Date,
) -> Line {
    let (l, count, month) = (n.l, items.len(), n.l.month(&at.1));
    let first = items.first().map(|item| n.item(item)).unwrap_or_default();
    let what = if count == 1 {
        say!(l, "{month}分の点検項目「{first}」に答えがありません。", "{month}: no answer to “{first}”.")
    } else {
        say!(
            l,
            "{month}分の自主点検で、「{first}」など{count}項目に答えがありません。",
            "{month}: no answer to {count} items, “{first}” among them."
        )
    };
    let (href, act) = ways::recording(world, at.0.as_str(), at.1, format!("/inspections/{}/{}", at.0, at.1));
    let since = due(l, due_on);
    Line { department: Some(at.0.clone()), what, since, href, act: l.w(act) }
}

/// What is missing, of the year's steps and of everything that is no record of a month.
fn what(n: &Names<'_>, world: &World, gap: &Gap) -> String {
    let (l, name) = (n.l, n.of(gap));
    match gap {
        Gap::InventoryLate { unconfirmed, .. } => say!(
            l,
            "棚卸が期限までに提出されていません。未確認の資産が{unconfirmed}件あります。",
            "The inventory was not handed in on time; {unconfirmed} assets are unconfirmed."
        ),
        Gap::AssetUnconfirmed(_) => {
            say!(
                l,
                "「{name}」が、棚卸で確認されていません。",
                "“{name}” was not confirmed in the inventory."
            )
        }
        Gap::AssetNotAssessed(_) => say!(
            l,
            "「{name}」が、今の基準で評価されていません。",
            "“{name}” was not assessed under the criteria in force."
        ),
        Gap::AssetStale(_) => {
            say!(l, "「{name}」は、評価のあとに変わりました。", "“{name}” has changed since it was assessed.")
        }
        Gap::RiskUnanswered(_) => say!(l, "{name}に、対応計画がありません。", "No plan row answers {name}."),
        Gap::PlanRowNowhere(_) => say!(
            l,
            "計画「{name}」に展開先がないか、まだ承認されていません。",
            "Plan row “{name}” leads nowhere or is not approved."
        ),
        Gap::TaskOverdue { .. } => {
            say!(l, "計画「{name}」の実施が期日を過ぎています。", "The task of plan row “{name}” is overdue.")
        }
        Gap::AcceptanceExpired { .. } => {
            say!(
                l,
                "計画「{name}」の受容が期限を過ぎました。",
                "The acceptance in plan row “{name}” has expired."
            )
        }
        Gap::PlanApprovalOutdated(id) if moved(world, id).is_some() => {
            let why =
                moved(world, id).map_or_else(String::new, |each| crate::treatment::lines::moved(l, each));
            say!(
                l,
                "計画「{name}」は、承認のあとにリスクが変わりました。{why}",
                "The risk of plan row “{name}” has changed since its approval. {why}"
            )
        }
        Gap::PlanApprovalOutdated(_) => say!(
            l,
            "計画「{name}」は、承認のあとに変わりました。",
            "Plan row “{name}” was changed after its approval."
        ),
        Gap::RiskApprovalOutdated(_) => say!(
            l,
            "{name}の評価は、承認のあとに変わりました。",
            "The judgement on {name} was changed after its approval."
        ),
        Gap::AssessmentOpen { .. } | Gap::AssessmentUnchecked { .. } => what_assessed(l, gap),
        monthly => what_monthly(n, world, monthly),
    }
}

/// Where an assessment stands still.
fn what_assessed(l: Lang, gap: &Gap) -> String {
    let words = match gap {
        Gap::AssessmentOpen { left, .. } if *left > 0 => {
            return say!(
                l,
                "リスク評価が終わっていません。評価していない資産が{left}件あります。",
                "The risk assessment was begun and not finished; {left} assets are left to judge."
            );
        }
        Gap::AssessmentUnchecked { by_head: true, .. } => (
            "リスク評価が、部門長に承認されていません。",
            "The risk assessment has not been approved by the head.",
        ),
        Gap::AssessmentUnchecked { .. } => {
            ("リスク評価が、チェックされていません。", "The risk assessment has not been checked.")
        }
        _ => (
            "リスク評価が、すべて評価したあと提出されていません。",
            "The risk assessment is complete and was not handed in.",
        ),
    };
    l.w(words).to_owned()
}

/// From where to where the risk of a row moved after the approval.
fn moved(world: &World, id: &PlanRowId) -> Option<Moved> {
    let row = world.plan_rows.iter().find(|each| each.id == *id)?;
    row.moved(world.risks.iter().find(|each| each.id == row.risk_id)?)
}

/// What is missing among the records of a month.
fn what_monthly(n: &Names<'_>, world: &World, gap: &Gap) -> String {
    let (l, name) = (n.l, n.of(gap));
    let month = |month: &Month| n.l.month(month);
    match gap {
        Gap::ReviewMissing { month: at, .. } => {
            let at = month(at);
            say!(l, "目標「{name}」の{at}分の検討がありません。", "{at}: no review of objective “{name}”.")
        }
        Gap::InspectionUnchecked { month: at, .. } => {
            let at = month(at);
            say!(
                l,
                "{at}分の自主点検が、チェックされていません。",
                "The inspection of {at} has not been checked."
            )
        }
        Gap::ReviewUnchecked { month: at, .. } => {
            let at = month(at);
            say!(
                l,
                "目標「{name}」の{at}分の検討が、チェックされていません。",
                "{at}: the review of “{name}” has not been checked."
            )
        }
        Gap::CrossWithoutCorrection { month: at, .. } => {
            let at = month(at);
            say!(
                l,
                "{at}分の×「{name}」に、是正処置がありません。",
                "{at}: no correction for the × at “{name}”."
            )
        }
        Gap::CorrectionIncomplete(_) => say!(
            l,
            "是正処置「{name}」に、原因・是正・担当・期限のどれかがありません。",
            "Correction “{name}” lacks cause, fix, owner or due date."
        ),
        Gap::CorrectionOverdue { .. } => {
            say!(l, "是正処置「{name}」が期限を過ぎています。", "Correction “{name}” is overdue.")
        }
        Gap::OwnCheck { subject, month } => {
            let what = own(n, world, subject, *month);
            say!(
                l,
                "{what}を、記入した人がチェックしています。",
                "{what} was checked by the one who recorded it."
            )
        }
        _ => name,
    }
}

/// What was checked by its own hand.
fn own(n: &Names<'_>, world: &World, subject: &str, month: Month) -> String {
    let (l, at) = (n.l, n.l.month(&month));
    if world.sheets.iter().any(|each| each.id.as_str() == subject) {
        return l.t("棚卸票", "The inventory sheet").into();
    }
    if let Some(what) = n.corrections.get(subject) {
        return say!(l, "是正処置「{what}」", "Correction “{what}”");
    }
    match world.records.reviews.iter().find(|each| each.id.as_str() == subject) {
        Some(review) => {
            let name = n.objective(&review.objective_id);
            say!(l, "目標「{name}」の{at}分の検討", "The review of “{name}” for {at}")
        }
        None => say!(l, "{at}分の自主点検", "The inspection of {at}"),
    }
}
