//! What a department answers in a month: mostly ○, some △ with a note, the × of the stories, and where the proof lies.

use super::company::CAMPAIGN;
use super::life::Life;
use super::words::items::{NOTES, Notes, OF_PLAN};
use super::words::stories::{STORIES, Story};
use crate::house::fault::Done;
use crate::inspection;
use crate::inspection::acts::{Attachment, Subject};
use crate::inspection::files;
use meguri_domain::Month;
use meguri_domain::evidence::EvidenceKind;
use meguri_domain::inspection::{AnswerDraft, CheckItem, Inspection, Mark};
use meguri_domain::people::Act;

/// The answers of a department to everything due in a month.
pub fn of(life: &Life, index: usize, month: Month) -> Done<Vec<AnswerDraft>> {
    let home = life.home(index)?;
    let due =
        life.look(&home.member, |rx| inspection::store::due(rx, &rx.scope(Act::SeeMonth), &home.id, month))?;
    Ok(due.iter().map(|item| answer(life, index, month, item)).collect())
}

fn answer(life: &Life, index: usize, month: Month, item: &CheckItem) -> AnswerDraft {
    let id = item.id.as_str();
    if let Some(story) =
        STORIES.iter().find(|story| story.home == index && story.item == id && story.is_of(life, month))
    {
        return bad(life, story, month, item);
    }
    let what = format!("{index} {month} {id}");
    let Some(notes) = NOTES.iter().find(|notes| notes.item == id) else {
        let note = life.pick(&what, OF_PLAN).unwrap_or_default();
        return draft(item, Mark::Good, note);
    };
    if has_file(index, month, id) {
        return draft(item, Mark::Good, "受渡し4回、合計1,204件で一致（授受記録を添付）");
    }
    let mark = match life.dice(&format!("mark {what}"), 100) {
        0..=3 if !notes.partly.is_empty() => Mark::Partly,
        4..=33 if !notes.none.is_empty() => Mark::NotApplicable,
        _ => Mark::Good,
    };
    let note = match mark {
        Mark::Partly => life.pick(&what, notes.partly).unwrap_or_default(),
        Mark::NotApplicable => notes.none,
        Mark::Good | Mark::Bad => life.pick(&what, notes.good).unwrap_or_default(),
    };
    draft(item, mark, note)
}

fn draft(item: &CheckItem, mark: Mark, note: &str) -> AnswerDraft {
    AnswerDraft {
        item_id: item.id.clone(),
        mark,
        note: note.to_owned(),
        cause: String::new(),
        fix: String::new(),
        owner: String::new(),
        due_on: None,
    }
}

fn bad(life: &Life, story: &Story, month: Month, item: &CheckItem) -> AnswerDraft {
    AnswerDraft {
        cause: story.cause.into(),
        fix: story.fix.into(),
        owner: story.owner.into(),
        due_on: Some(story.due_on(life, month)),
        ..draft(item, Mark::Bad, story.note)
    }
}

/// Writes what the one who returned the sheet asked for.
pub fn mend(drafts: &mut [AnswerDraft]) {
    for draft in drafts.iter_mut().filter(|draft| draft.mark == Mark::Good) {
        match draft.item_id.as_str() {
            "CHK-O07" => draft.note = "授受記録と照合。4月30日から5月29日までの6回、合計2,318件で一致".into(),
            "CHK-P02" => {
                draft.note = "入退室ログを9月4日に確認（確認者：伊藤）。時間外3件はすべて申請あり".into();
            }
            _ => {}
        }
    }
}

/// Attaches where the proof of some answers lies: a place for paper, a link for what is on a screen, a file once.
pub fn prove(life: &Life, index: usize, sheet: &Inspection, month: Month) -> Done<()> {
    let home = life.home(index)?;
    let answers = life
        .look(&home.member, |rx| Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?))?;
    for answer in answers.into_iter().filter(|answer| matches!(answer.mark, Mark::Good | Mark::Partly)) {
        let item = answer.item_id.as_str().to_owned();
        if has_file(index, month, &item) {
            let attachment = file(life, Subject::Answer(answer.id))?;
            life.act(&home.member, |tx| inspection::acts::attach(tx, attachment))?;
            continue;
        }
        let Some(notes) = NOTES.iter().find(|notes| notes.item == item && !notes.proof.is_empty()) else {
            continue;
        };
        if life.dice(&format!("proof {} {month} {item}", home.name), 3) == 0 {
            continue;
        }
        let subject = Subject::Answer(answer.id);
        life.act(&home.member, |tx| inspection::acts::attach(tx, proof(notes, subject, month)))?;
    }
    Ok(())
}

/// The answer to which the one file of the demo is attached.
fn has_file(index: usize, month: Month, item: &str) -> bool {
    (index, Some(month), item) == (CAMPAIGN, Month::parse("2026-07"), "CHK-O07")
}

/// The one file of the demo: a record of hand-overs.
fn file(life: &Life, subject: Subject) -> Done<Attachment> {
    const NAME: &str = "授受記録_2026-07.txt";
    const TEXT: &str = "授受記録（2026年7月）\r\n\r\n\
        日付,相手先,方法,送付件数,受領件数\r\n\
        2026-07-03,A社,転送サービス,412,412\r\n\
        2026-07-10,B社,USBメモリ,128,128\r\n\
        2026-07-17,A社,転送サービス,395,395\r\n\
        2026-07-24,C社,USBメモリ,269,269\r\n\r\n\
        合計 1,204件　確認者 佐藤\r\n";
    let mut file = files::Incoming::begin(&life.app.files, &life.app.chance)?;
    file.take(TEXT.as_bytes())?;
    let kept = file.keep(&life.app.files, NAME)?;
    Ok(Attachment { subject, kind: EvidenceKind::File, label: NAME.into(), file: Some(kept) })
}

fn proof(notes: &Notes, subject: Subject, month: Month) -> Attachment {
    let label = notes.proof.replace("{month}", &month.to_string());
    let kind = if label.starts_with("https://") { EvidenceKind::Link } else { EvidenceKind::Place };
    Attachment { subject, kind, label, file: None }
}
