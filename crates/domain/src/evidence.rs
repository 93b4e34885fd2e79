//! Evidence 証跡: a file, a link, or the place where a paper original is kept.

use crate::Change;
use crate::codes::codes;
use crate::ids::{DepartmentId, EvidenceId};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

codes! {
    /// The kinds of evidence; "where the original is kept" is a valid one (paper stays common).
    pub enum EvidenceKind {
        File = "file", "ファイル", "File";
        Link = "link", "リンク", "Link";
        Place = "place", "保管場所", "Place";
    }
}

/// A piece of evidence that belongs to an answer or a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its own id.
    pub id: EvidenceId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department it belongs to.
    pub department_id: DepartmentId,
    /// The answer or review it belongs to, by id.
    pub subject_id: String,
    /// File, link or place.
    pub kind: EvidenceKind,
    /// File name, address or place, as the person gave it.
    pub label: String,
    /// SHA-256 of a file's bytes in hex; empty for links and places.
    pub sha256: String,
    /// Size of a file; 0 for links and places.
    pub size_bytes: i64,
    /// `false` once withdrawn; the row and the file stay.
    pub in_force: bool,
}

impl Evidence {
    /// Attaches a piece of evidence. A link must be http or https.
    pub fn attach(evidence: Self) -> Result<Change<Self>, Refusal> {
        let word = evidence.kind.word();
        let label = required(&evidence.label, "evidence", word)?;
        if label.chars().any(char::is_control) {
            let hint = ("改行や制御文字を除いてください。", "Remove line breaks and control characters.");
            return Err(Refusal::Unfit { field: "evidence", word, hint });
        }
        let is_link = label.starts_with("https://") || label.starts_with("http://");
        if evidence.kind == EvidenceKind::Link && !is_link {
            let hint = (
                "「https://」で始まるアドレスを入力してください。",
                "Write an address that begins with https://.",
            );
            return Err(Refusal::Unfit { field: "evidence", word, hint });
        }
        Ok(Change::new(Self { label, ..evidence }, "evidence.attached"))
    }

    /// Withdraws it, with a reason; it stays readable.
    pub fn withdraw(self, reason: &str) -> Result<Change<Self>, Refusal> {
        let reason = required(reason, "reason", crate::approval::REASON)?;
        Ok(Change::new(Self { in_force: false, version: self.version + 1, ..self }, "evidence.withdrawn")
            .because(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{done, id, rows, said};

    fn evidence(kind: EvidenceKind, label: &str) -> Evidence {
        Evidence {
            id: id("evidence"),
            version: 1,
            department_id: id("sales"),
            subject_id: "answer".into(),
            kind,
            label: label.into(),
            sha256: String::new(),
            size_bytes: 0,
            in_force: true,
        }
    }

    #[test]
    fn evidence_is_a_file_a_safe_link_or_a_place() {
        let attach = |kind, label: &str| said(Evidence::attach(evidence(kind, label)));
        rows([
            ("file", attach(EvidenceKind::File, "写真.jpg"), "evidence.attached"),
            ("place", attach(EvidenceKind::Place, "総務キャビネット3段目"), "evidence.attached"),
            ("link", attach(EvidenceKind::Link, " https://intra.example/1 "), "evidence.attached"),
            ("plain link", attach(EvidenceKind::Link, "http://intra/1"), "evidence.attached"),
            ("script", attach(EvidenceKind::Link, "javascript:alert(1)"), "unfit evidence"),
            ("data", attach(EvidenceKind::Link, "data:text/html,x"), "unfit evidence"),
            ("empty", attach(EvidenceKind::Place, " "), "missing evidence"),
            ("line break", attach(EvidenceKind::File, "a\r\nb.txt"), "unfit evidence"),
        ]);
    }

    #[test]
    fn it_is_withdrawn_with_a_reason_and_stays() {
        let place = || evidence(EvidenceKind::Place, "棚");
        rows([
            ("reason", said(place().withdraw("誤り")), "evidence.withdrawn"),
            ("no reason", said(place().withdraw("")), "missing reason"),
        ]);
        let withdrawn = done(place().withdraw("誤り"));
        assert_eq!((withdrawn.in_force, withdrawn.label.as_str()), (false, "棚"));
    }
}
