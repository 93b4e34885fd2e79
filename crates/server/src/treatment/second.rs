//! The second judgement of a risk on the page of its plan row: before, expected and actual side by side, and its form.

use super::acts;
use super::lines::deputy;
use crate::house::web::{Answer, Ctx, go_saying};
use crate::house::words::Lang;
use crate::risk::badges::{Badge, level_badge};
use crate::risk::scores::{self, Choice};
use axum::extract::{Form as Body, Path};
use meguri_domain::Refusal;
use meguri_domain::approval::Standing;
use meguri_domain::criteria::Method;
use meguri_domain::ids::PlanRowId;
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::second::{Again, SecondJudgement};
use meguri_domain::treatment::{Destination, PlanRow};
use serde::Deserialize;

/// The three judgements of a row side by side.
pub struct Second {
    /// Word, threat, vulnerability, value, level, who and when.
    pub lines: Vec<Judged>,
    /// What the actual value means, and what to do.
    pub outcome: Option<(&'static str, String)>,
    pub note: String,
    pub outdated: bool,
    pub form: Option<SecondForm>,
    pub asks_vulnerability: bool,
}

/// One of them.
pub struct Judged {
    pub word: &'static str,
    pub threat: i64,
    pub vulnerability: i64,
    pub shown: String,
    pub level: Badge,
    pub signed: String,
}

/// The form of the second judgement.
pub struct SecondForm {
    pub judge: String,
    pub question: &'static str,
    pub threats: Vec<Choice>,
    pub vulnerabilities: Vec<Choice>,
    pub unfold: bool,
}

impl Second {
    /// What was judged before, what is expected, and what was judged after; nothing where nothing is treated.
    pub fn of(ctx: &Ctx, row: &PlanRow, risk: &Risk, method: &Method) -> Option<Self> {
        if row.destination == Destination::Acceptance && row.second.is_none() {
            return None;
        }
        let l = ctx.l;
        let judged = row.second.as_ref();
        let stands = row.second_of(risk);
        let mut lines = vec![
            Judged {
                word: l.t("対応前", "Before"),
                threat: risk.threat,
                vulnerability: risk.vulnerability,
                shown: scores::shown(method, risk.value),
                level: level_badge(l, risk.level),
                signed: String::new(),
            },
            Judged {
                word: l.t("見込み", "Expected"),
                threat: row.second_threat,
                vulnerability: row.second_vulnerability,
                shown: scores::shown(method, row.residual),
                level: level_badge(l, method.level(row.residual)),
                signed: String::new(),
            },
        ];
        lines.extend(judged.map(|second| actual(l, second, method)));
        Some(Self {
            lines,
            outcome: stands.map(|second| outcome(l, second, row, method)),
            note: judged.map(|second| second.note.clone()).unwrap_or_default(),
            outdated: judged.is_some() && stands.is_none(),
            form: may_judge(ctx, row, risk).then(|| SecondForm::of(l, row, risk, method)),
            asks_vulnerability: method.asks_vulnerability(),
        })
    }
}

fn actual(l: Lang, second: &SecondJudgement, method: &Method) -> Judged {
    let signed = &second.signed;
    Judged {
        word: l.t("二次評価", "Second judgement"),
        threat: second.threat,
        vulnerability: second.vulnerability,
        shown: scores::shown(method, second.value),
        level: level_badge(l, second.level),
        signed: [&signed.name, deputy(l, signed), " ", &l.day(&signed.on)].concat(),
    }
}

fn may_judge(ctx: &Ctx, row: &PlanRow, risk: &Risk) -> bool {
    let in_place = match row.destination {
        Destination::Task => row.done_on.is_some(),
        Destination::Objective | Destination::CheckItem => true,
        Destination::Undecided | Destination::Acceptance => false,
    };
    let may = |act| ctx.actor.may(act, &row.department_id);
    in_place
        && row.standing_beside(risk) == Standing::Current
        && (may(Act::AssessRisk) || may(Act::ApproveAssessment))
}

/// The class of the note and its sentence.
fn outcome(l: Lang, second: &SecondJudgement, row: &PlanRow, method: &Method) -> (&'static str, String) {
    let words = if second.value >= method.answer_from {
        (
            "bad",
            (
                "対応したあとも、まだ受容水準以上です。[内容を変える]で追加の対応を書くか、期限を決めて受容してください。",
                "It is still at or above the acceptance line after treatment. Write a further answer under “Change the contents”, or accept it until a date.",
            ),
        )
    } else if second.value > row.residual {
        (
            "warn",
            (
                "受容水準より下ですが、見込みほどは下がっていません。",
                "It is below the acceptance line, but not as low as was expected.",
            ),
        )
    } else {
        (
            "good",
            (
                "見込みどおり、受容水準より下になりました。",
                "As expected, it is now below the acceptance line.",
            ),
        )
    };
    (words.0, l.w(words.1).to_owned())
}

impl SecondForm {
    fn of(l: Lang, row: &PlanRow, risk: &Risk, method: &Method) -> Self {
        let stands = row.second_of(risk);
        // What is expected is shown, and never chosen for the person: it is to be judged.
        let chosen = stands.map_or((0, 0), |second| (second.threat, second.vulnerability));
        let [threats, vulnerabilities] = scores::choices(l, method, chosen);
        let beyond = [true, false].map(|over| scores::beyond(l, method, over));
        Self {
            judge: scores::rule(l, method, risk.importance, beyond),
            question: scores::question(l, method),
            threats,
            vulnerabilities,
            unfold: row.wants_second(risk),
        }
    }
}

#[derive(Deserialize, Default)]
pub struct AgainForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    threat: String,
    #[serde(default)]
    vulnerability: String,
    #[serde(default)]
    second_note: String,
}

/// POST /plan/rows/{id}/judgement
pub async fn judge(ctx: Ctx, Path(id): Path<String>, Body(form): Body<AgainForm>) -> Answer {
    let id = PlanRowId::new(id).ok_or(Refusal::NotFound)?;
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    let order = Again {
        threat: number(&form.threat),
        vulnerability: number(&form.vulnerability),
        note: form.second_note.clone(),
    };
    ctx.write(|tx| acts::judge_again(tx, &id, number(&form.version), &order)).await?;
    go_saying(
        format!("/plan/rows/{id}#second"),
        ctx.l.t("二次評価を保存しました。", "The second judgement was saved."),
    )
}
