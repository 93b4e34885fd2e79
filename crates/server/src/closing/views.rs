//! The records of a department's month as the side panel shows them.

use super::cell::Loaded;
use crate::house::words::Lang;
use crate::inspection::evidence::EvidenceView;
use meguri_domain::Month;
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::closing::{Closing, Fate};
use meguri_domain::ids::CheckItemId;
use meguri_domain::inspection::{Answer as Given, Inspection, Mark};
use meguri_domain::objective::Objective;
use meguri_domain::obligation::Duty;

pub struct SheetView {
    pub badge: (&'static str, &'static str, &'static str),
    pub signatures: Vec<(&'static str, String)>,
    pub counts: String,
    pub late_reason: String,
    /// What is not simply done, the worst first.
    pub remarks: Vec<Remark>,
    /// What is done, folded away.
    pub goods: Vec<Remark>,
    /// How much evidence stands behind what is done.
    pub proofs: usize,
    pub returned: Option<String>,
}

/// An answer as the one reads it who checks it: its mark, its note, its evidence.
pub struct Remark {
    pub mark: &'static str,
    pub class: &'static str,
    pub item: String,
    pub note: String,
    pub evidence: Vec<EvidenceView>,
    pub correction: Option<(String, &'static str)>,
}

pub struct ReviewView {
    pub title: String,
    pub href: String,
    pub badge: (&'static str, &'static str, &'static str),
    pub progress: &'static str,
    pub facts: Vec<(&'static str, String)>,
    pub signatures: Vec<(&'static str, String)>,
    pub evidence: Vec<EvidenceView>,
    pub returned: Option<String>,
}

pub struct ClosingView {
    pub id: String,
    pub version: i64,
    pub closed: bool,
    pub by: String,
    pub fates: String,
    pub reason: String,
    pub may_reopen: bool,
}

/// The badge of a record's state: class, letter, word.
pub fn badge(l: Lang, state: State) -> (&'static str, &'static str, &'static str) {
    let (class, letter) = match state {
        State::Draft => ("quiet", "・"),
        State::Submitted | State::Confirmed => ("warn", "△"),
        State::Checked => ("good", "○"),
        State::Returned => ("bad", "↩"),
    };
    (class, letter, l.w(state.word()))
}

fn signatures(l: Lang, flow: &Flow) -> Vec<(&'static str, String)> {
    let hands = [
        (l.t("提出", "Submitted"), &flow.submitted),
        (l.t("部門確認", "Confirmed"), &flow.confirmed),
        (l.t("チェック", "Checked"), &flow.checked),
    ];
    hands.into_iter().filter_map(|(word, signed)| Some((word, hand(l, signed.as_ref()?)))).collect()
}

fn hand(l: Lang, signed: &Signed) -> String {
    let deputy = if signed.deputy { l.t(" 代", " (deputy)") } else { "" };
    format!("{} {}{deputy}", l.day(&signed.on), signed.name)
}

fn returned(l: Lang, flow: &Flow) -> Option<String> {
    let last = flow.returns.last().filter(|_| flow.state != State::Checked)?;
    Some(match l {
        Lang::Ja => format!(
            "{} {}さんが差し戻しました。「{}」",
            l.day(&last.signed.on),
            last.signed.name,
            last.reason
        ),
        Lang::En => {
            format!("{} sent it back on {}: “{}”", last.signed.name, l.day(&last.signed.on), last.reason)
        }
    })
}

pub(super) fn sheet_view(l: Lang, sheet: &Inspection, loaded: &Loaded) -> SheetView {
    let count = |mark: Mark| loaded.records.answers.iter().filter(|answer| answer.mark == mark).count();
    let counts: Vec<String> =
        Mark::ALL.iter().map(|mark| format!("{} {}", mark.word().0, count(*mark))).collect();
    let counts = if l.is_ja() {
        counts.join("、")
    } else {
        Mark::ALL
            .iter()
            .map(|mark| format!("{} {}", mark.word().1, count(*mark)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let remark = |answer: &Given| Remark {
        mark: answer.mark.word().0,
        class: match answer.mark {
            Mark::Bad => "bad",
            Mark::Partly => "warn",
            Mark::Good => "good",
            Mark::NotApplicable => "quiet",
        },
        item: item_text(l, loaded, &answer.item_id),
        note: answer.note.clone(),
        evidence: evidence(l, loaded, answer.id.as_str()),
        correction: loaded
            .corrections
            .iter()
            .find(|each| each.answer_id == answer.id)
            .map(|each| (format!("/corrections/{}", each.id), l.w(each.state.word()))),
    };
    let mut remarks: Vec<&Given> =
        loaded.records.answers.iter().filter(|answer| answer.mark != Mark::Good).collect();
    remarks.sort_by_key(|answer| match answer.mark {
        Mark::Bad => 0,
        Mark::Partly => 1,
        Mark::NotApplicable | Mark::Good => 2,
    });
    let good = loaded.records.answers.iter().filter(|answer| answer.mark == Mark::Good);
    let goods: Vec<Remark> = good.map(remark).collect();
    SheetView {
        proofs: goods.iter().map(|each| each.evidence.len()).sum(),
        goods,
        badge: badge(l, sheet.flow.state),
        signatures: signatures(l, &sheet.flow),
        counts,
        late_reason: sheet.late_reason.clone(),
        remarks: remarks.into_iter().map(remark).collect(),
        returned: returned(l, &sheet.flow),
    }
}

fn evidence(l: Lang, loaded: &Loaded, subject: &str) -> Vec<EvidenceView> {
    let own = loaded.evidence.iter().filter(|each| each.subject_id == subject);
    own.map(|each| EvidenceView::of(l, each)).collect()
}

/// A card for every review that is owed or was written, in the order of the objectives.
pub(super) fn reviews(l: Lang, loaded: &Loaded, month: Month) -> Vec<ReviewView> {
    let owed = |objective: &Objective| {
        loaded.owed.iter().any(|each| each.obligation.duty == Duty::Review(objective.id.clone()))
    };
    let written =
        |objective: &Objective| loaded.records.reviews.iter().find(|each| each.objective_id == objective.id);
    let shown = loaded.objectives.iter().filter(|each| owed(each) || written(each).is_some());
    let view = |objective: &Objective| {
        let review = written(objective);
        let fact = |word: &'static str, text: &str| (!text.is_empty()).then(|| (word, text.to_owned()));
        let facts = review.map(|each| {
            [
                fact(l.t("検討した内容", "Discussed"), &each.discussed),
                fact(l.t("決まったこと", "Decided"), &each.decided),
                fact(l.t("次にやること", "Next"), &each.next),
                fact(l.t("実績値", "Figure"), &each.figure),
                fact(l.t("遅れた理由", "Reason for lateness"), &each.late_reason),
            ]
        });
        ReviewView {
            title: objective.title.clone(),
            href: format!("/objectives/{}/reviews/{month}", objective.id),
            badge: review
                .map_or(("quiet", "・", l.t("未記入", "Not written")), |each| badge(l, each.flow.state)),
            progress: review.map_or("", |each| l.w(each.progress.word())),
            facts: facts.into_iter().flatten().flatten().collect(),
            signatures: review.map(|each| signatures(l, &each.flow)).unwrap_or_default(),
            evidence: review.map_or_else(Vec::new, |each| evidence(l, loaded, each.id.as_str())),
            returned: review.and_then(|each| returned(l, &each.flow)),
        }
    };
    shown.map(view).collect()
}

pub(super) fn closing_view(l: Lang, closing: &Closing, may_reopen: bool) -> ClosingView {
    let fates: Vec<String> = Fate::ALL
        .iter()
        .map(|fate| {
            format!(
                "{} {}",
                l.w(fate.word()),
                closing.outcomes.iter().filter(|each| each.fate == *fate).count()
            )
        })
        .collect();
    ClosingView {
        id: closing.id.to_string(),
        version: closing.version,
        closed: closing.is_closed(),
        by: hand(l, &closing.closed),
        fates: fates.join(l.t("、", ", ")),
        reason: closing.reason.clone(),
        may_reopen,
    }
}

pub(super) fn item_text(l: Lang, loaded: &Loaded, item: &CheckItemId) -> String {
    loaded.items.get(item).map_or_else(|| item.to_string(), |(ja, en)| l.t(ja, en).to_owned())
}
