//! Which scale the scores of a file are on, 3-2-1 or the older 2-1-0: told by the file, by the register, by the last
//! file of its layout, or else by a person, once.

use super::draft::Draft;
use super::draft_store;
use super::import::{address, look, open_draft};
use super::preview::{Judged, Standing};
use crate::house::fault::Done;
use crate::house::web::{Answer, Ctx, go};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::say;
use axum::extract::{Form, Path};
use meguri_domain::{Refusal, Word};
use meguri_sheet::{Field, Row, Scale, ScaleGuess, guess_scale};
use serde::Deserialize;

/// Said where a person must choose.
pub const CANNOT_TELL: Word = (
    "評価値の数字が1と2だけのため、3・2・1の様式か、2・1・0の旧様式かを判断できません。どちらの様式かを選んでください。",
    "The only numbers among the scores are 1 and 2, so it cannot be told whether they are on the scale 3-2-1 or on the older one of 2-1-0. Choose the scale.",
);

/// Settles the scale of a draft, unless a person or the last file of the layout has said it. `look` judges the rows
/// as if they were on 3-2-1.
pub fn settle(draft: &mut Draft, look: impl FnOnce(&Draft) -> Done<Vec<Judged>>) -> Done<()> {
    if draft.scale_said {
        return Ok(());
    }
    draft.scale = None;
    let rows: Vec<Row> = draft.rows().filter(|typed| !typed.out).map(|typed| typed.row).collect();
    let layouts: Vec<_> = draft.read_layouts().cloned().collect();
    draft.scale = match guess_scale(&layouts, &rows) {
        ScaleGuess::Sure(scale) => Some(scale),
        ScaleGuess::Ask => {
            let rows = look(draft)?;
            told_by_register(&rows).or_else(|| (!is_at_stake(&rows)).then_some(Scale::OneToThree))
        }
    };
    Ok(())
}

/// The same within a look at the register.
pub fn settle_now(rx: &Rx<'_>, draft: &mut Draft) -> Done<()> {
    settle(draft, |draft| look(rx, draft))
}

/// Most rows that meet their asset have its very scores on one scale, and none has them on the other.
fn told_by_register(rows: &[Judged]) -> Option<Scale> {
    let mut met = 0;
    let mut agree = [0; 2];
    for judged in rows {
        let Some(asset) = judged.ready.as_ref().and_then(|ready| ready.onto.as_ref()) else { continue };
        if !Field::SCORES.iter().any(|field| is_unclear(judged.row.text(*field))) {
            continue;
        }
        met += 1;
        let held = [asset.confidentiality, asset.integrity, asset.availability];
        let agrees = |scale: Scale| {
            Field::SCORES.iter().zip(held).all(|(field, held)| {
                let typed = judged.row.text(*field);
                typed.trim().is_empty() || scale.score(typed).map(i64::from) == Some(held)
            })
        };
        for (count, scale) in agree.iter_mut().zip(Scale::ALL) {
            *count += usize::from(agrees(scale));
        }
    }
    match agree {
        [today, 0] if today * 2 > met => Some(Scale::OneToThree),
        [0, older] if older * 2 > met => Some(Scale::ZeroToTwo),
        _ => None,
    }
}

/// Whether rows would come in or change by scores of which the scale is not known.
fn is_at_stake(rows: &[Judged]) -> bool {
    let counts = |judged: &&Judged| !matches!(judged.standing, Standing::Out | Standing::Same);
    rows.iter()
        .filter(counts)
        .any(|judged| Field::SCORES.iter().any(|field| is_unclear(judged.row.text(*field))))
}

/// Whether a text is another score on each scale.
fn is_unclear(typed: &str) -> bool {
    let [today, older] = Scale::ALL.map(|scale| scale.score(typed));
    today != older
}

/// The question, with a row of the file as it would be on each scale.
pub struct Question {
    pub choices: Vec<Choice>,
}

pub struct Choice {
    pub code: &'static str,
    pub word: String,
    pub example: String,
}

impl Question {
    pub fn of(draft: &Draft, l: Lang) -> Self {
        let rows: Vec<Row> = draft.rows().filter(|typed| !typed.out).map(|typed| typed.row).collect();
        let telling = |row: &&Row| Field::SCORES.iter().filter(|field| is_unclear(row.text(**field))).count();
        // A row that uses both numbers shows more.
        let differs =
            |row: &&Row| Field::SCORES.iter().any(|field| row.text(*field) != row.text(Field::SCORES[0]));
        let row =
            rows.iter().max_by_key(|row| (telling(row), differs(row), std::cmp::Reverse(row.row_number)));
        let choice = |scale: Scale| Choice {
            code: scale.code(),
            word: l.w(word(scale)).to_owned(),
            example: row.map_or_else(String::new, |row| example(row, scale, l)),
        };
        Self { choices: Scale::ALL.map(choice).into() }
    }
}

/// What a scale is called.
pub fn word(scale: Scale) -> Word {
    match scale {
        Scale::OneToThree => ("3・2・1の様式（高は3）", "3-2-1 (high is 3)"),
        Scale::ZeroToTwo => ("2・1・0の旧様式（高は2）", "the older 2-1-0 (high is 2)"),
    }
}

/// So many letters of a name tell which row is meant.
const NAMED: usize = 40;

/// `5行目「見積書」：機密性は2で中、完全性は1で低`
fn example(row: &Row, scale: Scale, l: Lang) -> String {
    let level = |score: u8| match score {
        3 => l.t("高", "high"),
        2 => l.t("中", "middle"),
        _ => l.t("低", "low"),
    };
    let parts: Vec<String> = Field::SCORES
        .into_iter()
        .filter_map(|field| {
            let (typed, score) = (row.text(field).trim(), scale.score(row.text(field))?);
            let (word, level) = (l.t(field.ja(), field.en()), level(score));
            Some(say!(l, "{word}は{typed}＝{level}", "{word} {typed} is {level}"))
        })
        .collect();
    let (number, name) = (row.row_number, row.text(Field::Name).trim());
    let cut = if name.chars().count() > NAMED { "…" } else { "" };
    let name: String = name.chars().take(NAMED).chain(cut.chars()).collect();
    let parts = parts.join(l.t("、", ", "));
    say!(l, "{number}行目「{name}」：{parts}", "Row {number}, “{name}”: {parts}")
}

#[derive(Deserialize)]
pub struct ScaleForm {
    #[serde(default)]
    scale: String,
}

/// POST /assets/import/{id}/scale
pub async fn choose(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ScaleForm>) -> Answer {
    ctx.write(|tx| {
        let mut draft = open_draft(tx, &id)?;
        draft.scale = Some(Scale::from_code(&form.scale).ok_or(Refusal::Because(CANNOT_TELL))?);
        draft.scale_said = true;
        draft_store::rewrite(tx, &id, draft.encode()?)?;
        Ok(())
    })
    .await?;
    go(address(&id))
}
