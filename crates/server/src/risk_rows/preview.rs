//! What the lines of a file would do to the risks of departments, before anything is done.

use super::draft::{Draft, DraftRow};
use super::ground::{Department, Ground};
use super::matching::{self, Target};
use super::planned;
use super::remark::{Remark, short};
use super::typed::{answerable, is_still, kept, needs_nothing, said};
use crate::asset::preview::Tally;
use crate::house::fault::Done;
use crate::house::words::fold;
use crate::house::work::Rx;
use crate::risk::acts::answer;
use crate::risk::store;
use meguri_domain::Date;
use meguri_domain::asset::Asset;
use meguri_domain::criteria::{Degree as Words, Method};
use meguri_domain::ids::{DepartmentId, RiskId, ThreatId};
use meguri_domain::people::Actor;
use meguri_domain::risk::{Grounds, Judgement, New, Risk, Threat};
use meguri_domain::treatment::PlanDraft;
use meguri_record::Hash;
use meguri_sheet::{RiskField, RiskRow, tidy};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// What a line would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Wrong,
    /// A person must say which threat it means.
    Asked,
    New,
    Changed,
    Same,
    /// Left out by the person.
    Out,
}

/// How many lines would do what.
pub fn tally(lines: &[Judged]) -> Tally {
    let mut tally = Tally::default();
    for line in lines {
        *(match line.standing {
            Standing::Wrong => &mut tally.wrong,
            Standing::Asked => &mut tally.asked,
            Standing::New => &mut tally.new,
            Standing::Changed => &mut tally.changed,
            Standing::Same => &mut tally.same,
            Standing::Out => &mut tally.out,
        }) += 1;
    }
    tally
}

/// A line with what it would do.
pub struct Judged {
    pub row: RiskRow,
    pub standing: Standing,
    /// Why it cannot be taken, and where.
    pub faults: Vec<Remark>,
    /// What a person should look at.
    pub warnings: Vec<Remark>,
    pub department: Option<DepartmentId>,
    pub asset: Option<Asset>,
    /// What the threat is called, in both languages.
    pub threat: Option<(String, String)>,
    /// The line as it would be taken.
    pub ready: Option<Ready>,
}

/// A line as it is taken.
pub struct Ready {
    pub target: Target,
    pub order: Judgement,
    pub before: Option<Risk>,
    /// The judgement as it would stand.
    pub risk: Risk,
    /// The row of the plan, where the line writes one, with the version that it is written over.
    pub plan: Option<(i64, PlanDraft)>,
    pub judges: bool,
}

/// What would be taken, in short: another one means that something has changed since it was looked at.
pub fn seen(lines: &[Judged]) -> String {
    let mut all = String::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(ready) = line.ready.as_ref().filter(|_| line.standing != Standing::Same) else { continue };
        let risk = ready.before.as_ref().map_or(0, |before| before.version);
        let plan = ready.plan.as_ref().map_or(-1, |(version, _)| *version);
        let _ = write!(all, "{at} {:?} {risk} {plan};", line.standing);
    }
    if all.is_empty() { all } else { Hash::of(all.as_bytes()).to_string() }
}

/// What every line is held against.
pub struct Judge<'a> {
    pub ground: &'a Ground,
    pub draft: &'a Draft,
    pub actor: &'a Actor,
    pub fiscal_year: i64,
    /// By when, where a line of the plan does not say it.
    pub due_on: Option<Date>,
}

/// What the lines of a draft would do, as the actor may do it now.
pub fn look(rx: &Rx<'_>, draft: &Draft) -> Done<(Ground, Vec<Judged>)> {
    let ground = Ground::load(rx, |places| {
        let named = draft.rows.iter().filter_map(|row| {
            let named = tidy(row.row().text(RiskField::Department));
            places.find(&named).cloned()
        });
        let chosen = DepartmentId::new(draft.department.clone()).filter(|id| places.name(id).is_some());
        named.chain(chosen).collect::<BTreeSet<_>>()
    })?;
    let judge = Judge {
        ground: &ground,
        draft,
        actor: rx.actor(),
        fiscal_year: store::fiscal_year(rx)?,
        due_on: meguri_sheet::parse_date(&draft.due_on).and_then(planned::date),
    };
    let mut lines: Vec<Judged> = draft.rows.iter().map(|typed| judge.line(typed)).collect();
    mark_repeats(&mut lines);
    Ok((ground, lines))
}

impl Judge<'_> {
    fn line(&self, typed: &DraftRow) -> Judged {
        let row = typed.row();
        let mut line = Judged {
            row,
            standing: Standing::Wrong,
            faults: Vec::new(),
            warnings: Vec::new(),
            department: None,
            asset: None,
            threat: None,
            ready: None,
        };
        if typed.out {
            line.standing = Standing::Out;
            return line;
        }
        if let Err(fault) = self.meet(typed, &mut line) {
            line.faults.extend(fault);
        }
        line.faults.sort_by_key(|fault| fault.field);
        line
    }

    /// Finds out what a line speaks of and what it would do; refuses with what is wrong, or with nothing where it is asked.
    fn meet(&self, typed: &DraftRow, line: &mut Judged) -> Result<(), Option<Remark>> {
        let row = line.row.clone();
        let id = matching::department(&row, self.ground, &self.draft.department)?;
        line.department = Some(id.clone());
        let Some(department) = self.ground.department(&id) else { return Err(None) };
        let asset = matching::asset(&row, department)?;
        line.asset = Some(asset.clone());
        if row.cells.get(&RiskField::Asset).is_some_and(|cell| cell.from_above) {
            let name = short(&asset.name);
            line.warnings.push(Remark::at(
                &row,
                RiskField::Asset,
                &format!("空欄のため、上の行の「{name}」として読みました。"),
                &format!("read as “{name}” of the row above, because it is empty."),
            ));
        }
        let Some((target, known)) = matching::threat(typed, &row, (self.ground, department), asset) else {
            let said = tidy(row.text(RiskField::Threat));
            if said.is_empty() {
                let (ja, en) = (
                    "脅威が空です。脅威の名称か番号を入力してください。",
                    "the threat is empty. Write its name or its number.",
                );
                return Err(Some(Remark::at(&row, RiskField::Threat, ja, en)));
            }
            line.standing = Standing::Asked;
            return Err(None);
        };
        line.threat = Some(names(&target, known));
        let before = match &target {
            Target::Known(threat) => department.risks.get(&(asset.id.clone(), threat.clone())).cloned(),
            Target::Free(draft) => {
                let added = Threat::add(placeholder()?, Some(id.clone()), (**draft).clone(), self.actor);
                let _ = added.map_err(|refusal| Remark::refused(&row, &refusal, RiskField::Threat))?;
                None
            }
        };
        line.warnings.extend(matching::other_medium(&row, asset));
        let order = self.order(line, asset, before.as_ref());
        let Some(order) = order.filter(|_| line.faults.is_empty()) else { return Err(None) };
        self.settle(line, (department, asset), (target, before), order)
    }

    /// Judges a line by the product's own rules, the risk and then its row of the plan.
    fn settle(
        &self,
        line: &mut Judged,
        (department, asset): (&Department, &Asset),
        (target, before): (Target, Option<Risk>),
        order: Judgement,
    ) -> Result<(), Option<Remark>> {
        let row = line.row.clone();
        // The same answers are not given again: whether they still hold is for a person to say, not for a file.
        let (judges, risk) = match before.clone() {
            Some(before) if answer(&before) == order => (false, before),
            before => (true, self.judged((line, asset), &target, before, &order)?),
        };
        let method = self.ground.method_of(&risk);
        stated(line, method, &risk);
        let found = before.as_ref().and_then(|before| department.plan.get(&before.id));
        let plan = planned::plan(self, line, (&risk, found), method)?;
        if judges && before.as_ref().is_some_and(|before| before.approval.is_some()) {
            let ja = "承認済みの評価です。取り込むと、部門長の承認をもう一度受けます。";
            let en = "this judgement is approved. Once imported, the head approves it again.";
            line.warnings.push(Remark::at(&row, RiskField::ThreatDegree, ja, en));
        }
        line.standing = match (&before, judges || plan.is_some()) {
            (None, _) => Standing::New,
            (Some(_), true) => Standing::Changed,
            (Some(_), false) => Standing::Same,
        };
        line.ready = Some(Ready { target, order, before, risk, plan, judges });
        Ok(())
    }

    /// The judgement as it would stand.
    fn judged(
        &self,
        (line, asset): (&Judged, &Asset),
        target: &Target,
        before: Option<Risk>,
        order: &Judgement,
    ) -> Result<Risk, Option<Remark>> {
        let new = New {
            id: RiskId::new(PLACEHOLDER).ok_or(None)?,
            asset,
            threat_id: match target {
                Target::Known(id) => id.clone(),
                Target::Free(_) => placeholder()?,
            },
            criteria: &self.ground.criteria,
            fiscal_year: self.fiscal_year,
            grounds: Grounds::File,
        };
        let refused = |refusal| Remark::refused(&line.row, &refusal, RiskField::ThreatDegree);
        let change = Risk::judge(before, new, order, self.actor).map_err(refused)?;
        Ok(change.peek().clone())
    }

    /// What a line answers; cells that are empty leave what stands. Notes every fault, so that all is said at once.
    fn order(&self, line: &mut Judged, asset: &Asset, before: Option<&Risk>) -> Option<Judgement> {
        let method = self.ground.criteria.method_of(asset);
        let row = line.row.clone();
        if let Some(before) = before.filter(|before| says_nothing_new(&row, before)) {
            return Some(answer(before));
        }
        let mut score = |field, top, words: &dyn Fn(i64) -> Words, stands: Option<i64>| {
            let said = said(&row, field, (top, words), stands);
            said.map_err(|fault| line.faults.push(fault)).ok()
        };
        let threat = score(
            RiskField::ThreatDegree,
            method.scale,
            &|degree| method.threat_words(degree),
            before.map(|before| before.threat),
        );
        let vulnerability = if method.asks_vulnerability() {
            let stands = before.map(|before| before.vulnerability);
            let words = |degree| method.vulnerability_words(degree);
            score(RiskField::VulnerabilityDegree, method.columns(), &words, stands)
        } else {
            // A degree that is not asked any more is no other answer.
            let same = before.filter(|before| Some(before.threat) == threat);
            Some(same.map_or(1, |before| before.vulnerability))
        };
        let answerable = answerable(&row).map_err(|fault| line.faults.push(fault)).ok()?;
        let note = kept(row.text(RiskField::Note), before.map(|before| &before.note));
        if needs_nothing(&row) {
            let ja = "「不要」などは取り込みません。受け入れるときは、対応計画で受容を選んでください。";
            let en =
                "that it needs no answer is not taken. To accept the risk, choose acceptance in the plan.";
            line.warnings.push(Remark::at(&row, RiskField::Answerable, ja, en));
        }
        let order = Judgement {
            threat: threat?,
            vulnerability: vulnerability?,
            note,
            answerable: answerable.unwrap_or_else(|| before.is_none_or(|before| before.answerable)),
        };
        // Where the vulnerability is not asked, it is 1 for whoever judges anew.
        let anew = before.is_none_or(|before| answer(before) != order) && !method.asks_vulnerability();
        Some(if anew { Judgement { vulnerability: 1, ..order } } else { order })
    }
}

/// Whether a line says what stands, in the degrees in which it was judged, whatever the criteria ask today.
fn says_nothing_new(row: &RiskRow, before: &Risk) -> bool {
    is_still(row, RiskField::ThreatDegree, before.threat)
        && is_still(row, RiskField::VulnerabilityDegree, before.vulnerability)
        && kept(row.text(RiskField::Note), Some(&before.note)) == before.note
        && answerable(row).is_ok_and(|said| said.is_none_or(|said| said == before.answerable))
        && !needs_nothing(row)
}

/// Ids that stand for what is not kept yet.
const PLACEHOLDER: &str = "preview";

fn placeholder() -> Result<ThreatId, Option<Remark>> {
    ThreatId::new(PLACEHOLDER).ok_or(None)
}

fn names(target: &Target, known: Option<&Threat>) -> (String, String) {
    match (known, target) {
        (Some(threat), _) => (threat.name_ja.clone(), threat.name_en.clone()),
        (None, Target::Free(draft)) => (draft.name.clone(), draft.name.clone()),
        (None, Target::Known(id)) => (id.to_string(), id.to_string()),
    }
}

/// Says where the file states other numbers than the criteria give. The criteria count.
fn stated(line: &mut Judged, method: &Method, risk: &Risk) {
    if !method.scored {
        return;
    }
    for (field, ours) in [(RiskField::Importance, risk.importance), (RiskField::Value, risk.value)] {
        let text = fold(line.row.text(field));
        if text.parse::<i64>().is_ok_and(|stated| stated != ours) {
            let ja = format!(
                "ファイルの{}は{text}ですが、基準では{ours}です。基準の値で取り込みます。",
                field.ja()
            );
            let en = format!(
                "the file states {text} for “{}”, the criteria give {ours}, which is taken.",
                field.en()
            );
            line.warnings.push(Remark::at(&line.row, field, &ja, &en));
        }
    }
}

/// Two lines about the same threat to the same asset: the later one is refused.
fn mark_repeats(lines: &mut [Judged]) {
    let mut first: HashMap<(String, String), (String, u32)> = HashMap::new();
    for line in lines {
        let (Some(asset), Some(ready)) = (&line.asset, &line.ready) else { continue };
        let threat = match &ready.target {
            Target::Known(id) => id.to_string(),
            Target::Free(draft) => fold(&draft.name),
        };
        let key = (asset.id.to_string(), threat);
        if let Some((sheet, row_number)) = first.get(&key) {
            let ja = format!(
                "シート「{sheet}」の{row_number}行目と同じ情報資産・脅威です。どちらかを除いてください。"
            );
            let en = format!(
                "the same asset and threat as in row {row_number} of the sheet “{sheet}”. Leave one out."
            );
            line.faults.push(Remark::at(&line.row, RiskField::Threat, &ja, &en));
            (line.standing, line.ready) = (Standing::Wrong, None);
        } else {
            first.insert(key, (line.row.sheet.clone(), line.row.row_number));
        }
    }
}
