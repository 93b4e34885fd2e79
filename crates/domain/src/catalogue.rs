//! The catalogue of threats 脅威一覧: what is shipped, what the company wrote beside it, and what a department named itself as a
//! free risk. An update of the shipped ones comes as a proposal and never over what somebody wrote.

use crate::asset::Medium;
use crate::change::Change;
use crate::ids::{ControlId, DepartmentId, ThreatId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::risk::Threat;
use serde::{Deserialize, Serialize};

/// The life-cycle stages 局面 of personal data (DOMAIN.md §2.5), in their order.
pub const STAGES: [(&str, &str); 6] = [
    ("取得・入力", "Acquisition and input"),
    ("移送・送信", "Transfer and sending"),
    ("利用・加工", "Use and processing"),
    ("委託・提供", "Entrusting and providing"),
    ("保管・バックアップ", "Storage and backup"),
    ("消去・廃棄", "Erasure and disposal"),
];
/// The stage of what belongs to none alone.
pub const EVERY_STAGE: (&str, &str) = ("全般", "Every stage");

/// What the catalogue says of a threat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// The kind of carrier it befalls.
    pub medium: Medium,
    /// Life-cycle stage 局面.
    pub stage: String,
    /// Letters of `CIA` that are lost.
    pub cia: String,
    /// The weakness it uses, in Japanese.
    pub vulnerability_ja: String,
    /// The weakness it uses, in English.
    pub vulnerability_en: String,
    /// The controls that usually answer it, the one that closes it first.
    pub controls: Vec<ControlId>,
    /// What usually answers it, in Japanese.
    pub policy_ja: String,
}

/// What a person writes of a threat: in one language, which then serves for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreatDraft {
    /// Its name.
    pub name: String,
    /// The kind of carrier it befalls.
    pub medium: Medium,
    /// Life-cycle stage 局面, one of [`STAGES`] or [`EVERY_STAGE`].
    pub stage: String,
    /// Letters of `CIA` that are lost.
    pub cia: String,
    /// The weakness it uses.
    pub vulnerability: String,
    /// The controls that usually answer it.
    pub controls: Vec<ControlId>,
    /// What usually answers it.
    pub policy: String,
}

const NAME: crate::Word = ("脅威の名称", "Name of the threat");
const WEAKNESS: crate::Word = ("脆弱性", "Weakness");
const STAGE: crate::Word = ("局面", "Life-cycle stage");
const LOST: crate::Word = ("失われるもの", "What is lost");

impl ThreatDraft {
    /// Over what stood before, a text that was not changed keeps its other language.
    fn over(self, before: Option<&Contents>) -> Result<Contents, Refusal> {
        let name = required(&self.name, "name", NAME)?;
        let weakness = required(&self.vulnerability, "weakness", WEAKNESS)?;
        let policy_ja = optional(&self.policy, "policy", ("よくある対応", "Usual answer"))?;
        let known = |each: &&(&str, &str)| each.0 == self.stage;
        if STAGES.iter().chain([&EVERY_STAGE]).find(known).is_none() {
            return Err(Refusal::Missing { field: "stage", word: STAGE });
        }
        let cia: String = "CIA".chars().filter(|letter| self.cia.contains(*letter)).collect();
        if cia.is_empty() {
            return Err(Refusal::Missing { field: "cia", word: LOST });
        }
        let both = |text: String, old: Option<(&String, &String)>| match old {
            Some((ja, en)) if *ja == text || *en == text => (ja.clone(), en.clone()),
            Some(_) | None => (text.clone(), text),
        };
        let (name_ja, name_en) = both(name, before.map(|it| (&it.name_ja, &it.name_en)));
        let (vulnerability_ja, vulnerability_en) =
            both(weakness, before.map(|it| (&it.vulnerability_ja, &it.vulnerability_en)));
        Ok(Contents {
            name_ja,
            name_en,
            medium: self.medium,
            stage: self.stage,
            cia,
            vulnerability_ja,
            vulnerability_en,
            controls: self.controls,
            policy_ja,
        })
    }
}

impl Threat {
    /// A threat with its contents.
    pub fn of(id: ThreatId, contents: Contents) -> Self {
        Self {
            id,
            version: 1,
            name_ja: contents.name_ja,
            name_en: contents.name_en,
            medium: contents.medium,
            stage: contents.stage,
            cia: contents.cia,
            vulnerability_ja: contents.vulnerability_ja,
            vulnerability_en: contents.vulnerability_en,
            controls: contents.controls,
            policy_ja: contents.policy_ja,
            department_id: None,
            shipped: None,
        }
    }

    /// What it says.
    pub fn contents(&self) -> Contents {
        Contents {
            name_ja: self.name_ja.clone(),
            name_en: self.name_en.clone(),
            medium: self.medium,
            stage: self.stage.clone(),
            cia: self.cia.clone(),
            vulnerability_ja: self.vulnerability_ja.clone(),
            vulnerability_en: self.vulnerability_en.clone(),
            controls: self.controls.clone(),
            policy_ja: self.policy_ja.clone(),
        }
    }

    /// Writes a threat of one's own: of the company, by who edits the criteria; of a department, as a free risk, by who judges
    /// its risks.
    pub fn add(
        id: ThreatId,
        department: Option<DepartmentId>,
        draft: ThreatDraft,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        may_write(department.as_ref(), by)?;
        let threat = Self { department_id: department, ..Self::of(id, draft.over(None)?) };
        Ok(Change::new(threat, "threat.added"))
    }

    /// Changes a threat, a shipped one too: from then on it is the company's own wording.
    pub fn change(self, version: i64, draft: ThreatDraft, by: &Actor) -> Result<Change<Self>, Refusal> {
        may_write(self.department_id.as_ref(), by)?;
        self.must_be_at(version)?;
        let before = self.contents();
        let shipped = self.shipped.clone().or_else(|| Some(before.clone()));
        let contents = draft.over(Some(&before))?;
        Ok(Change::new(self.saying(contents, shipped), "threat.changed"))
    }

    /// Takes what is shipped now.
    pub fn take(self, version: i64, shipped: Contents, by: &Actor) -> Result<Change<Self>, Refusal> {
        may_write(None, by)?;
        self.must_be_at(version)?;
        Ok(Change::new(self.saying(shipped.clone(), Some(shipped)), "threat.taken"))
    }

    /// Leaves it as it is; the same update is not proposed again.
    pub fn leave(self, version: i64, shipped: Contents, by: &Actor) -> Result<Change<Self>, Refusal> {
        may_write(None, by)?;
        self.must_be_at(version)?;
        let contents = self.contents();
        Ok(Change::new(self.saying(contents, Some(shipped)), "threat.left"))
    }

    /// Whether what is shipped now was neither taken nor left yet.
    pub fn has_update(&self, shipped: &Contents) -> bool {
        let contents = self.contents();
        *shipped != contents && self.shipped.as_ref().unwrap_or(&contents) != shipped
    }

    /// Whether the company has its own wording of a shipped threat.
    pub fn is_own_wording(&self) -> bool {
        self.shipped.as_ref().is_some_and(|shipped| *shipped != self.contents())
    }

    fn saying(self, contents: Contents, shipped: Option<Contents>) -> Self {
        let (version, department_id) = (self.version + 1, self.department_id);
        Self { version, department_id, shipped, ..Self::of(self.id, contents) }
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

fn may_write(department: Option<&DepartmentId>, by: &Actor) -> Result<(), Refusal> {
    match department {
        Some(department) => by.must(Act::AssessRisk, department),
        None => by.must_everywhere(Act::EditCriteria),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{done, executive, head, id, member, rows, said, secretariat, stranger, threat};

    fn draft(name: &str) -> ThreatDraft {
        ThreatDraft {
            name: name.into(),
            medium: Medium::Data,
            stage: "利用・加工".into(),
            cia: "AC".into(),
            vulnerability: "手順がない".into(),
            controls: vec![id("5.37")],
            policy: "手順を決める".into(),
        }
    }

    #[test]
    fn the_company_and_its_departments_write_threats_of_their_own() {
        let add =
            |whose: Option<&str>, by: &Actor| said(Threat::add(id("X1"), whose.map(id), draft("誤操作"), by));
        rows([
            ("secretariat, company", add(None, &secretariat()), "threat.added"),
            ("member, company", add(None, &member()), "not allowed"),
            ("executive, company", add(None, &executive()), "not allowed"),
            ("member, department", add(Some("sales"), &member()), "threat.added"),
            ("head, department", add(Some("sales"), &head()), "threat.added"),
            ("member, another department", add(Some("hr"), &member()), "not allowed"),
            ("stranger, department", add(Some("sales"), &stranger()), "not allowed"),
        ]);
        let added = done(Threat::add(id("X1"), Some(id("sales")), draft(" 誤操作 "), &member()));
        assert_eq!(
            (added.name_ja.as_str(), added.name_en.as_str(), added.cia.as_str()),
            ("誤操作", "誤操作", "CA")
        );
        let wrong = |draft| said(Threat::add(id("X1"), None, draft, &secretariat()));
        rows([
            ("no name", wrong(draft(" ")), "missing name"),
            (
                "no weakness",
                wrong(ThreatDraft { vulnerability: String::new(), ..draft("a") }),
                "missing weakness",
            ),
            ("no such stage", wrong(ThreatDraft { stage: "破棄".into(), ..draft("a") }), "missing stage"),
            ("nothing lost", wrong(ThreatDraft { cia: "x".into(), ..draft("a") }), "missing cia"),
        ]);
    }

    #[test]
    fn an_update_of_the_shipped_ones_is_a_proposal_and_never_goes_over_local_wording() {
        let shipped = |name: &str| Contents { name_ja: name.into(), ..threat("T001", &["8.13"]).contents() };
        let loaded = threat("T001", &["8.13"]);
        assert!(!loaded.has_update(&loaded.contents()) && !loaded.is_own_wording());
        assert!(loaded.has_update(&shipped("新しい名称")));

        let left = done(loaded.clone().leave(1, shipped("新しい名称"), &secretariat()));
        assert_eq!((left.name_ja.as_str(), left.version), ("T001", 2));
        assert!(!left.has_update(&shipped("新しい名称")), "it is not asked twice");
        assert!(left.has_update(&shipped("さらに新しい名称")));

        let taken = done(loaded.clone().take(1, shipped("新しい名称"), &secretariat()));
        assert_eq!(taken.name_ja, "新しい名称");
        assert!(!taken.has_update(&shipped("新しい名称")) && !taken.is_own_wording());

        let ours = done(loaded.clone().change(1, draft("当社の言い方"), &secretariat()));
        assert!(ours.is_own_wording() && !ours.has_update(&loaded.contents()));
        assert!(ours.has_update(&shipped("新しい名称")), "and it stays until somebody takes it");
        assert_eq!(ours.name_ja, "当社の言い方");
        rows([
            ("stale", said(loaded.clone().take(7, shipped("x"), &secretariat())), "stale, now 1"),
            ("member", said(loaded.clone().leave(1, shipped("x"), &member())), "not allowed"),
            ("member changes", said(loaded.change(1, draft("x"), &member())), "not allowed"),
        ]);
    }

    #[test]
    fn a_text_that_was_not_changed_keeps_its_other_language() {
        let both = Contents {
            name_ja: "紛失".into(),
            name_en: "Loss".into(),
            vulnerability_ja: "持ち出す".into(),
            vulnerability_en: "Taken out".into(),
            ..threat("T001", &[]).contents()
        };
        let loaded = Threat::of(id("T001"), both);
        for (name, weakness) in [("紛失", "持ち出す"), ("Loss", "Taken out")] {
            let same = ThreatDraft { vulnerability: weakness.into(), ..draft(name) };
            let changed = done(loaded.clone().change(1, same, &secretariat()));
            assert_eq!((changed.name_ja.as_str(), changed.name_en.as_str()), ("紛失", "Loss"));
            assert_eq!(changed.vulnerability_en, "Taken out");
        }
        let renamed = done(loaded.change(1, draft("盗難"), &secretariat()));
        assert_eq!((renamed.name_ja.as_str(), renamed.name_en.as_str()), ("盗難", "盗難"));
    }
}
