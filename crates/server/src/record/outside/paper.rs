//! A head as it stands on paper: the lines to be typed, the root to be read aloud, whose key signed it, a place to sign.

use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::record::heads::{Head, groups, policy_of};
use crate::record::pages::time;
use meguri_record::Trust;

/// A head to be printed.
pub struct HeadPaper {
    pub size: u64,
    /// The three lines that `meguri-verify --held` reads.
    pub lines: String,
    /// The root in groups of four.
    pub spoken: String,
    /// The keys that signed it, by name.
    pub keys: Vec<String>,
    pub signed: String,
}

impl HeadPaper {
    /// None where the note is not one that a key of its log signed over this size: somebody altered the table of heads, and
    /// nothing may be printed as signed that is not.
    pub fn of(app: &App, rx: &Rx<'_>, head: &Head) -> Done<Option<Self>> {
        let trust = Trust::read(&policy_of(app, rx, &head.log)?).map_err(Fault::broken)?;
        let Ok(opened) = trust.open(&head.note) else { return Ok(None) };
        let cosigners = opened.cosigned.into_iter().map(|(label, _)| label);
        let paper = Self {
            size: opened.checkpoint.size,
            lines: opened.checkpoint.text(),
            spoken: groups(&opened.checkpoint.root.to_string()),
            keys: opened.signers.into_iter().chain(cosigners).collect(),
            signed: time(app, head.made_at),
        };
        Ok((paper.size == head.size).then_some(paper))
    }
}

/// What became of a head outside: each way with its badge.
pub fn ways(l: Lang, head: &Head) -> Vec<&'static str> {
    let all = [
        (head.mailed_at, l.t("メール", "Mail")),
        (head.paper_at, l.t("紙", "Paper")),
        (head.witnessed_at, l.t("証人", "Witness")),
    ];
    all.into_iter().filter(|(at, _)| *at > 0).map(|(_, word)| word).collect()
}
