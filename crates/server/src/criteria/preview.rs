//! What a draft would do to the risks of today, for who drafts and who approves.

use super::store;
use crate::house::db::Row;
use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, cell};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people;
use crate::risk::badges::{Badge, level_badge};
use crate::risk::store::fiscal_year;
use crate::{held, say, scoped, seen};
use meguri_domain::criteria::{Criteria, Level};
use meguri_domain::ids::{AssetId, CriteriaId, DepartmentId, ThreatId};
use meguri_domain::people::{Act, Scope};
use meguri_domain::preview::{Alike, Becomes, Preview};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// So many risks are named one by one.
const NAMED: usize = 20;

/// A preview, ready to be shown.
pub struct Shown {
    pub lead: String,
    /// Department, and how many of its risks stay, rise, fall and must be judged again.
    pub departments: Vec<(String, [i64; 4])>,
    pub moved: Vec<Moved>,
    /// How many more move than are named.
    pub more: i64,
}

/// A risk whose level would be another.
pub struct Moved {
    pub href: String,
    pub asset: String,
    pub threat: String,
    pub department: String,
    pub before: Badge,
    pub after: Badge,
}

/// What a draft would do beside the edition in force.
pub fn look(rx: &Rx<'_>, l: Lang, draft: &Criteria) -> Done<Option<Shown>> {
    let Some(in_force) = store::in_force(rx)? else { return Ok(None) };
    let scope = rx.scope(Act::SeeRisk);
    let year = fiscal_year(rx)?;
    let counted = counted(rx, &scope, year, &in_force.id)?;
    let methods = (in_force.methods(), draft.methods());
    let preview = Preview::of(&methods.0, &methods.1, &counted);
    let names = people::store::names(rx, rx.today())?;
    let named = |id: &DepartmentId| names.get(id).cloned().unwrap_or_default();
    let (mut moved, mut moves) = (Vec::new(), 0);
    let mut moving: Vec<_> = counted
        .iter()
        .filter_map(|(alike, count)| match alike.becomes(&methods.0, &methods.1) {
            Becomes::Moves(before, after) => Some((after, before, alike, count)),
            Becomes::Stays | Becomes::Again => None,
        })
        .collect();
    // What becomes large is named first.
    moving.sort_by_key(|(after, before, ..)| (*after, *before));
    for (after, before, alike, count) in moving {
        moves += count;
        if moved.len() < NAMED {
            let room = NAMED - moved.len();
            for row in these(rx, &scope, (year, &in_force.id), alike)?.into_iter().take(room) {
                let (asset, threat): (AssetId, ThreatId) = (cell(&row, 0)?, cell(&row, 1)?);
                let (ja, en): (String, String) = (cell(&row, 3)?, cell(&row, 4)?);
                moved.push(Moved {
                    href: format!("/risks/assets/{asset}#card-{threat}"),
                    asset: cell(&row, 2)?,
                    threat: l.t(&ja, &en).to_owned(),
                    department: named(&alike.department_id),
                    before: level_badge(l, before),
                    after: level_badge(l, after),
                });
            }
        }
    }
    let departments = preview.departments.iter().map(|(id, of)| {
        let count = |is: fn(Becomes) -> bool| of.iter().filter(|(each, _)| is(**each)).map(|(_, n)| n).sum();
        (named(id), [count(|each| each == Becomes::Stays), count(rises), count(falls), count(again)])
    });
    let more = moves - i64::try_from(moved.len()).map_err(Fault::broken)?;
    let mut lead = lead(l, &preview);
    let scale = draft.method.scale;
    if scale != in_force.method.scale {
        lead.push_str(&say!(
            l,
            "情報資産の機密性・完全性・可用性も、1から{scale}で付け直してください。",
            " The scores of the assets have to be given anew, from 1 to {scale}."
        ));
    }
    Ok(Some(Shown { lead, departments: departments.collect(), moved, more }))
}

fn rises(each: Becomes) -> bool {
    // The levels are listed from the largest down.
    matches!(each, Becomes::Moves(before, after) if after < before)
}

fn falls(each: Becomes) -> bool {
    matches!(each, Becomes::Moves(before, after) if after > before)
}

fn again(each: Becomes) -> bool {
    each == Becomes::Again
}

/// The whole in one sentence.
fn lead(l: Lang, preview: &Preview) -> String {
    let all = preview.count(|_| true);
    if all == 0 {
        return l
            .t(
                "いまの版で評価したリスクは、まだありません。",
                "No risk has been judged under the present edition yet.",
            )
            .into();
    }
    let (up, down, anew) = (preview.count(rises), preview.count(falls), preview.count(again));
    let risks = Lang::many(all, "risk", "risks");
    if anew == all {
        return say!(
            l,
            "段階の数か尋ね方が変わるため、評価済みのリスク{all}件は、すべて評価し直しになります。",
            "Degrees or questions change, so everything judged so far ({risks}) has to be judged again."
        );
    }
    if up + down + anew == 0 {
        return say!(
            l,
            "評価済みのリスク{all}件のレベルは、どれも変わりません。",
            "Nothing judged so far ({risks}) changes its level."
        );
    }
    let large = preview.count(|each| matches!(each, Becomes::Moves(_, Level::Large)));
    say!(
        l,
        "評価済みのリスク{all}件のうち、レベルが上がるもの{up}件（うち「大」になるもの{large}件）、下がるもの{down}件、評価し直しになるもの{anew}件です。",
        "Of {risks}: {up} will rise ({large} to high), {down} will fall, {anew} must be judged again."
    )
}

/// The answers of a judgement in one number: threat, and vulnerability behind it.
const PLACE: i64 = 1_000;

/// Assets that are alike to every method: of a department, by their scores, with personal data or without.
type Class = (DepartmentId, Reverse<[i64; 3]>, bool);

/// The risks of this year under an edition, by everything that criteria look at; those of one department and of the highest scores
/// first. Each asset in use comes once, with the answers of all its judgements in a row: sorting a million risks by seven columns
/// takes the database longer than everything else. A judgement stands in the department of its asset, for it moves with it.
pub fn counted(
    rx: &Rx<'_>,
    scope: &Scope,
    year: i64,
    edition: &CriteriaId,
) -> Result<Vec<(Alike, i64)>, Fault> {
    let text = scoped!(
        "SELECT a.department_id, a.confidentiality, a.integrity, a.availability, (a.personal OR a.sensitive OR a.my_number),
           (SELECT STRING_AGG(CAST(r.threat * 1000 + r.vulnerability AS TEXT), ',') FROM risk r WHERE r.asset_id = a.id
              AND r.fiscal_year = $2 AND r.criteria_id = $3 AND ",
        seen!("r.department_id"),
        ") FROM ",
        held!("asset a", "a.department_id"),
        " AND a.state = 'in_use' LIMIT 1000000"
    );
    let mut classes: BTreeMap<Class, BTreeMap<Reverse<i64>, i64>> = BTreeMap::new();
    for row in rx.rows(text, scope, &[year.to_value(), edition.to_value()])? {
        let Some(answers): Option<String> = cell(&row, 5)? else { continue };
        let scores = [cell(&row, 1)?, cell(&row, 2)?, cell(&row, 3)?];
        let class = classes.entry((cell(&row, 0)?, Reverse(scores), cell(&row, 4)?)).or_default();
        for answer in answers.split(',') {
            *class.entry(Reverse(answer.parse().map_err(Fault::broken)?)).or_default() += 1;
        }
    }
    let each =
        |((department_id, Reverse(scores), personal), answers): (Class, BTreeMap<Reverse<i64>, i64>)| {
            answers.into_iter().map(move |(Reverse(answer), count)| {
                let (threat, vulnerability) = (answer / PLACE, answer % PLACE);
                let department_id = department_id.clone();
                (Alike { department_id, scores, personal, threat, vulnerability }, count)
            })
        };
    Ok(classes.into_iter().flat_map(each).collect())
}

/// Risks of one kind: asset, threat and their names; at most 50. The edition is taken as it is computed, so that the way in is
/// the department and never the edition of all.
fn these(
    rx: &Rx<'_>,
    scope: &Scope,
    (year, edition): (i64, &CriteriaId),
    alike: &Alike,
) -> Result<Vec<Row>, Fault> {
    let text = scoped!(
        "SELECT a.id, t.id, a.name, t.name_ja, t.name_en
         FROM risk r JOIN asset a ON a.id = r.asset_id JOIN threat t ON t.id = r.threat_id WHERE ",
        seen!("r.department_id"),
        " AND a.state = 'in_use' AND r.fiscal_year = $2 AND r.criteria_id || '' = $3 AND r.department_id = $4
          AND a.confidentiality = $5 AND a.integrity = $6 AND a.availability = $7
          AND (a.personal OR a.sensitive OR a.my_number) = $8 AND r.threat = $9 AND r.vulnerability = $10
         ORDER BY a.name, r.id LIMIT 50"
    );
    let [confidentiality, integrity, availability] = alike.scores;
    let values = [
        year.to_value(),
        edition.to_value(),
        alike.department_id.to_value(),
        confidentiality.to_value(),
        integrity.to_value(),
        availability.to_value(),
        alike.personal.to_value(),
        alike.threat.to_value(),
        alike.vulnerability.to_value(),
    ];
    rx.rows(text, scope, &values)
}
