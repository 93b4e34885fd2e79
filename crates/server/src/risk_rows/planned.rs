//! The treatment plan in a line of a file: read as a whole or not at all.

use super::preview::{Judge, Judged};
use super::remark::{Remark, short};
use super::typed::{is_still, kept, said};
use crate::house::words::fold;
use meguri_domain::Date;
use meguri_domain::criteria::Method;
use meguri_domain::ids::{ControlId, PlanRowId};
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow, Policy};
use meguri_sheet::{RiskField, RiskRow, parse_date, tidy};

/// The row of the plan that a line writes, with the version it is written over; none where it says nothing of a plan or nothing
/// new. A plan that lacks who or until when is left out, and the person is told so.
pub fn plan(
    judge: &Judge<'_>,
    line: &mut Judged,
    (risk, found): (&Risk, Option<&PlanRow>),
    method: &Method,
) -> Result<Option<(i64, PlanDraft)>, Remark> {
    let row = line.row.clone();
    let says = |field: &RiskField| !tidy(row.text(*field)).is_empty();
    let nothing =
        RiskField::PLAN.iter().filter(|field| **field != RiskField::Residual).all(|field| !says(field));
    if nothing || found.is_some_and(|found| says_nothing_new(judge, &row, found)) {
        return Ok(None);
    }
    let Some(draft) = read(judge, line, (risk, found), method)? else { return Ok(None) };
    let id = PlanRowId::new("preview").ok_or_else(|| unread(&row, RiskField::Policy, "preview"))?;
    let written = PlanRow::write(found.cloned(), id, risk, draft.clone(), method, judge.actor)
        .map_err(|refusal| Remark::refused(&row, &refusal, RiskField::Policy))?;
    residual(line, written.peek().residual);
    let stands = found.is_some_and(|found| found.draft() == written.peek().draft());
    if !stands && found.is_some_and(|found| found.approval.is_some()) {
        let ja = "承認済みの対応計画です。取り込むと、リスク所有者の承認をもう一度受けます。";
        let en = "this row of the plan is approved. Once imported, the risk owner approves it again.";
        line.warnings.push(Remark::at(&row, RiskField::Policy, ja, en));
    }
    Ok((!stands).then(|| (found.map_or(0, |found| found.version), draft)))
}

/// Whether a line says what stands in the plan, in the degrees in which it was written.
fn says_nothing_new(judge: &Judge<'_>, row: &RiskRow, found: &PlanRow) -> bool {
    let texts = [
        (RiskField::Task, &found.task),
        (RiskField::Owner, &found.owner),
        (RiskField::Resources, &found.resources),
    ];
    texts.iter().all(|(field, stands)| kept(row.text(*field), Some(stands)) == **stands)
        && is_still(row, RiskField::SecondThreat, found.second_threat)
        && is_still(row, RiskField::SecondVulnerability, found.second_vulnerability)
        && policy(row).is_ok_and(|said| said.is_none_or(|said| said == found.policy))
        && day(row).is_ok_and(|said| said.is_none_or(|said| said == found.due_on))
        && destination(row).is_ok_and(|said| said.is_none_or(|said| said == found.destination))
        && controls(judge, row, Some(found)).is_ok_and(|said| said == found.controls)
}

/// What a line says of a plan, over what stands.
fn read(
    judge: &Judge<'_>,
    line: &mut Judged,
    (risk, found): (&Risk, Option<&PlanRow>),
    method: &Method,
) -> Result<Option<PlanDraft>, Remark> {
    let row = line.row.clone();
    let or = |field: RiskField, stands: Option<&String>, or: &str| {
        let text = kept(row.text(field), stands);
        if text.is_empty() { or.to_owned() } else { text }
    };
    let owner = or(RiskField::Owner, found.map(|row| &row.owner), &judge.draft.owner);
    let task = or(RiskField::Task, found.map(|row| &row.task), "");
    let due_on = day(&row)?.or(found.map(|row| row.due_on)).or(judge.due_on);
    let policy = policy(&row)?.or(found.map(|row| row.policy)).unwrap_or(Policy::Reduce);
    let lacks: Vec<RiskField> = [
        (RiskField::Task, task.is_empty()),
        (RiskField::Owner, owner.trim().is_empty()),
        (RiskField::DueOn, due_on.is_none()),
    ]
    .into_iter()
    .filter_map(|(field, lacks)| lacks.then_some(field))
    .collect();
    if let Some(first) = lacks.first() {
        let ja: Vec<&str> = lacks.iter().map(|field| field.ja()).collect();
        let en: Vec<&str> = lacks.iter().map(|field| field.en()).collect();
        line.warnings.push(Remark::at(
            &row,
            *first,
            &format!(
                "「{}」がないため、対応計画には入れません。リスクの評価だけを取り込みます。",
                ja.join("」「")
            ),
            &format!(
                "without “{}” it does not go into the plan; only the judgement is taken.",
                en.join("”, “")
            ),
        ));
        return Ok(None);
    }
    let second = |field, top, words: &dyn Fn(i64) -> _, stands| said(&row, field, (top, words), Some(stands));
    let threat_words = |degree| method.threat_words(degree);
    let stands = found.map_or(risk.threat, |row| row.second_threat);
    let second_threat = second(RiskField::SecondThreat, method.scale, &threat_words, stands)?;
    let second_vulnerability = if method.asks_vulnerability() {
        let words = |degree| method.vulnerability_words(degree);
        let stands = found.map_or(risk.vulnerability, |row| row.second_vulnerability);
        second(RiskField::SecondVulnerability, method.columns(), &words, stands)?
    } else {
        1
    };
    Ok(Some(PlanDraft {
        policy,
        controls: controls(judge, &row, found)?,
        task,
        owner,
        resources: or(RiskField::Resources, found.map(|row| &row.resources), ""),
        due_on,
        second_threat,
        second_vulnerability,
        destination: destination(&row)?
            .or(found.map(|row| row.destination))
            .unwrap_or(Destination::Undecided),
    }))
}

/// A cell with more characters names no controls.
const MOST_CHARS: usize = 2_000;

fn unread(row: &RiskRow, field: RiskField, text: &str) -> Remark {
    let shown = short(text);
    let (ja, en) = match field {
        RiskField::Policy => (
            "「低減」「回避」「移転」「保有」のどれかを入力してください。",
            "Write reduce, avoid, share or retain.",
        ),
        RiskField::DueOn => ("「2026-11-30」の形で入力してください。", "Write it like 2026-11-30."),
        RiskField::Controls => (
            "一覧にある番号を「8.13、8.3」のように入力してください。",
            "Write numbers of the list, like “8.13, 8.3”.",
        ),
        _ => (
            "「目標」「自主点検」「単発対応」「受容」のどれかを入力してください。",
            "Write objective, self-inspection, one-off task or acceptance.",
        ),
    };
    Remark::at(
        row,
        field,
        &format!("「{}」の「{shown}」が分かりません。{ja}", field.ja()),
        &format!("“{shown}” is not understood as “{}”. {en}", field.en()),
    )
}

fn policy(row: &RiskRow) -> Result<Option<Policy>, Remark> {
    let text = tidy(row.text(RiskField::Policy));
    if text.is_empty() {
        return Ok(None);
    }
    // Sheets also write what is done behind the policy: 低減：二者確認と……
    let word = text.split(['：', ':', '（', '(', '\n', '・', '、']).next().unwrap_or_default();
    Policy::read(&text)
        .or_else(|| Policy::read(word))
        .map(Some)
        .ok_or_else(|| unread(row, RiskField::Policy, &text))
}

fn destination(row: &RiskRow) -> Result<Option<Destination>, Remark> {
    let text = tidy(row.text(RiskField::Destination));
    let folded = fold(&text);
    if folded.is_empty() {
        return Ok(None);
    }
    let means = |each: &&Destination| {
        let (ja, en) = each.word();
        [ja, en, each.code()].iter().any(|word| fold(word) == folded)
    };
    let found = Destination::ALL.iter().find(means).copied();
    found.map(Some).ok_or_else(|| unread(row, RiskField::Destination, &text))
}

fn day(row: &RiskRow) -> Result<Option<Date>, Remark> {
    let text = tidy(row.text(RiskField::DueOn));
    if text.is_empty() {
        return Ok(None);
    }
    let read = parse_date(&text).and_then(date);
    read.map(Some).ok_or_else(|| unread(row, RiskField::DueOn, &text))
}

/// A day that a plan can have.
pub fn date(day: Date) -> Option<Date> {
    (2000..=2999).contains(&day.year()).then_some(day)
}

fn controls(judge: &Judge<'_>, row: &RiskRow, found: Option<&PlanRow>) -> Result<Vec<ControlId>, Remark> {
    let text = tidy(row.text(RiskField::Controls));
    if text.is_empty() {
        return Ok(found.map(|row| row.controls.clone()).unwrap_or_default());
    }
    if text.chars().count() > MOST_CHARS {
        return Err(unread(row, RiskField::Controls, &text));
    }
    let parts = text.split([',', '、', ';', '；', ' ', '　', '\n', '/', '・']).map(str::trim);
    let mut all = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let folded = fold(part);
        let number = folded.strip_prefix("a.").unwrap_or(&folded);
        let known = judge.ground.controls.get(number).or_else(|| judge.ground.controls.get(&folded));
        let id = known.cloned().ok_or_else(|| unread(row, RiskField::Controls, part))?;
        if !all.contains(&id) {
            all.push(id);
        }
    }
    Ok(all)
}

/// Says where the file states another residual risk than the criteria give.
fn residual(line: &mut Judged, ours: i64) {
    let text = fold(line.row.text(RiskField::Residual));
    if text.parse::<i64>().is_ok_and(|stated| stated != ours) {
        let ja = format!(
            "ファイルの残留リスクは{text}ですが、対応後の見込みからは{ours}です。{ours}で取り込みます。"
        );
        let en = format!(
            "the file states a residual risk of {text}; what is expected gives {ours}, which is taken."
        );
        line.warnings.push(Remark::at(&line.row, RiskField::Residual, &ja, &en));
    }
}
