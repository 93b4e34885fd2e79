//! The statement of applicability: decided on in June, as soon as the plan is there, and approved; since autumn there is a
//! control of the company's own on which somebody still has to decide.

use super::company::{EXECUTIVE, SECRETARIAT};
use super::diary::Diary;
use super::life::Life;
use super::register::at;
use crate::house::fault::Done;
use crate::statement::acts::{self, Order};
use crate::statement::store;
use meguri_domain::Month;
use meguri_domain::applicability::{Decision, Declared, Implementation, Inclusion, LineDraft};
use meguri_domain::control::{ControlDraft, ControlGroup};

/// Controls of software development, which the company buys and does not do.
const BOUGHT: [&str; 8] = ["8.4", "8.25", "8.26", "8.27", "8.28", "8.29", "8.30", "8.31"];
const NOT_OURS: &str = "自社ではソフトウェアを開発していないため。購入するサービスは5.23と8.21で管理する";

/// Kinds of reason, in words, and where it is ruled, by the number with which a control begins.
const USUAL: [(&str, Inclusion, &str, &str); 7] = [
    ("5.31", Inclusion::Law, "", "法令等一覧"),
    ("5.34", Inclusion::Law, "個人情報保護法第23条（安全管理措置）", "個人情報保護規程"),
    ("5", Inclusion::Business, "", "情報セキュリティ管理規程 第2章"),
    ("6", Inclusion::Law, "個人情報保護法第24条（従業者の監督）", "就業規則、教育実施手順"),
    ("7", Inclusion::Contract, "委託元との契約で求められる入退室と保管の管理", "入退室・施錠管理手順"),
    ("8.1", Inclusion::Contract, "委託元との契約で求められる技術的な安全管理", "IT利用手順"),
    ("8", Inclusion::Business, "", "IT利用手順"),
];

/// Writes June's statement into the diary, and what came in October.
pub fn plan(life: &Life, diary: &mut Diary) {
    let Some(june) = Month::new(2026, 6) else { return };
    let Some(october) = Month::new(2026, 10) else { return };
    diary.on(life.calendar.business_day(june, 16), at(15, 10), decide);
    diary.on(life.calendar.business_day(june, 17), at(9, 50), |life| {
        life.act(SECRETARIAT, acts::submit)?;
        Ok(())
    });
    diary.on(life.calendar.business_day(june, 19), at(11, 20), |life| {
        life.act(EXECUTIVE, |tx| {
            let Some(waiting) = store::under_way(tx)? else { return Ok(()) };
            let seen = acts::plan_mark(&acts::beside_today(tx, &waiting)?)?;
            acts::approve(tx, &waiting.id, waiting.version, &seen).map(|_| ())
        })
    });
    diary.on(life.calendar.business_day(october, 6), at(16, 40), |life| {
        let draft = ControlDraft {
            group: Some(ControlGroup::People),
            title_ja: "委託元ごとの取扱い手順の説明".into(),
            title_en: "Briefing on each client's handling procedure".into(),
            note: "キャンペーンの開始前に、委託元の指示を担当者全員に説明し、聞いた人を控える".into(),
        };
        life.act(SECRETARIAT, |tx| acts::add_control(tx, "X.1", draft))?;
        Ok(())
    });
}

/// What the plan proposes is taken over, and the rest is decided on.
fn decide(life: &Life) -> Done<()> {
    life.act(SECRETARIAT, acts::take_proposals)?;
    let working = life.look(SECRETARIAT, acts::working)?;
    let orders: Vec<Order> = working
        .declared
        .iter()
        .map(|line| {
            let control = line.control_id.clone();
            Order { version: working.version(&control), draft: draft(life, line), control }
        })
        .collect();
    life.act(SECRETARIAT, |tx| acts::write(tx, orders, &mut Vec::new()))?;
    Ok(())
}

fn draft(life: &Life, line: &Declared) -> LineDraft {
    let number = line.control_id.as_str();
    if BOUGHT.contains(&number) && line.used() == 0 {
        return LineDraft {
            decision: Some(Decision::Excluded),
            exclusion: NOT_OURS.into(),
            ..LineDraft::default()
        };
    }
    let usual = USUAL.iter().find(|(start, ..)| number.starts_with(start));
    let (kind, reason, rule) =
        usual.map_or((Inclusion::Business, "", ""), |(_, kind, reason, rule)| (*kind, *reason, *rule));
    let mut inclusions = line.inclusions.clone();
    inclusions.push(kind);
    let partly = line.used() > 0 || life.dice(&format!("control {number}"), 6) == 0;
    LineDraft {
        decision: Some(Decision::Applied),
        inclusions,
        reason: reason.into(),
        exclusion: String::new(),
        implementation: Some(if partly { Implementation::Partly } else { Implementation::Done }),
        rule: rule.into(),
    }
}
