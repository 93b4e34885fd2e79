//! The fields of the statement of applicability and of the company's own controls.

use super::Reads::{AsTyped, Code, Hidden, Ticked};
use super::{Line, NONE};
use meguri_domain::Word;
use meguri_domain::applicability::{Decision, EXCLUSION, INCLUSION, Implementation, Inclusion, RULE};
use meguri_domain::control::ControlGroup;

const DECISION: Word = ("適用", "Applied");
const KINDS: Word = ("採用する理由", "Why it is taken in");
const STATE: Word = ("実施状況", "Implementation");

#[rustfmt::skip]
pub(super) const LINES: &[Line] = &[
    ("/statement/versions", "plan", NONE, Hidden),
    ("/statement/versions", "reason", ("差し戻す理由", "Why it is sent back"), AsTyped),
    ("/statement/own", "number", ("番号", "Number"), AsTyped),
    ("/statement/own", "group", ("区分", "Group"), Code(group)),
    ("/statement/own", "title_ja", ("名称", "Title in Japanese"), AsTyped),
    ("/statement/own", "title_en", ("名称（英語、なくてもよい）", "Title in English"), AsTyped),
    ("/statement/own", "note", ("内容", "What it asks for"), AsTyped),
    ("/statement/decisions", "control", ("管理策", "Control"), AsTyped),
    ("/statement/decisions", "shown", NONE, Hidden),
    ("/statement/decisions", "every", ("表示しているすべて", "All that are shown"), Ticked),
    ("/statement/decisions", "inclusion", KINDS, Code(inclusion)),
    ("/statement", "section", NONE, Hidden),
    ("/statement", "version-*", NONE, Hidden),
    ("/statement", "seen-*", NONE, Hidden),
    ("/statement", "decision*", DECISION, Code(decision)),
    ("/statement", "inclusion-*", KINDS, Code(inclusion)),
    ("/statement", "reason*", INCLUSION, AsTyped),
    ("/statement", "exclusion*", EXCLUSION, AsTyped),
    ("/statement", "implementation*", STATE, Code(implementation)),
    ("/statement", "rule-*", RULE, AsTyped),
];

fn group(code: &str) -> Option<Word> {
    ControlGroup::from_code(code).map(ControlGroup::word)
}

fn decision(code: &str) -> Option<Word> {
    Decision::from_code(code).map(Decision::word)
}

fn inclusion(code: &str) -> Option<Word> {
    Inclusion::from_code(code).map(Inclusion::word)
}

fn implementation(code: &str) -> Option<Word> {
    Implementation::from_code(code).map(Implementation::word)
}
