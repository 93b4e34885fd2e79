//! A pattern 類型 (DESIGN.md §4): assets of a department that are handled alike, and are therefore judged once.
//!
//! A pattern is proposed and never forced: it lives by what people accept. Every member keeps judgements of its
//! own, so that approval, staleness and the plan work as for any other asset.

use crate::Change;
use crate::asset::{Asset, AssetState};
use crate::codes::codes;
use crate::ids::{DepartmentId, PatternId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// Whether a pattern still holds assets together.
    pub enum PatternState {
        InForce = "in_force", "使用中", "In force";
        Dissolved = "dissolved", "解消", "Dissolved";
    }
}

/// In what assets must agree to be handled alike: medium, kind of data, users and the three scores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Likeness {
    /// 媒体・保存先, folded: without blanks, width and case.
    pub medium: String,
    /// 利用者範囲, folded in the same way.
    pub users: String,
    /// Holds personal data 個人情報.
    pub personal: bool,
    /// Holds special-care personal data 要配慮個人情報.
    pub sensitive: bool,
    /// Holds My Number data 特定個人情報.
    pub my_number: bool,
    /// Loss of confidentiality 機密性, 1 to the top of the scale.
    pub confidentiality: i64,
    /// Loss of integrity 完全性, 1 to the top of the scale.
    pub integrity: i64,
    /// Loss of availability 可用性, 1 to the top of the scale.
    pub availability: i64,
}

impl Likeness {
    /// What an asset is like today.
    pub fn of(asset: &Asset) -> Self {
        Self {
            medium: folded(&asset.medium),
            users: folded(&asset.users),
            personal: asset.personal,
            sensitive: asset.sensitive,
            my_number: asset.my_number,
            confidentiality: asset.confidentiality,
            integrity: asset.integrity,
            availability: asset.availability,
        }
    }
}

/// A text without blanks, in lower case, with full-width letters, digits and signs as half-width ones.
fn folded(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).flat_map(char::to_lowercase).collect()
}

/// A pattern of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Its own id.
    pub id: PatternId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department whose assets it holds together.
    pub department_id: DepartmentId,
    /// 類型名, in the department's own words.
    pub name: String,
    /// In what its members agree. A member that differs is drifting.
    pub likeness: Likeness,
    /// Whether it still holds assets together.
    pub state: PatternState,
}

impl Pattern {
    /// Makes a pattern of assets that are alike: two or more of one department, in use and in no pattern yet.
    pub fn form(id: PatternId, name: &str, members: &[Asset], by: &Actor) -> Result<Change<Self>, Refusal> {
        let (Some(first), true) = (members.first(), members.len() >= 2) else {
            return Err(Refusal::Because((
                "類型にする資産が足りません。2件以上を選んでください。",
                "A pattern needs at least two assets. Choose two or more.",
            )));
        };
        by.must(Act::AssessRisk, &first.department_id)?;
        let pattern = Self {
            id,
            version: 1,
            department_id: first.department_id.clone(),
            name: required(name, "name", ("類型名", "Name of the pattern"))?,
            likeness: Likeness::of(first),
            state: PatternState::InForce,
        };
        for each in members {
            pattern.must_take(each)?;
        }
        Ok(Change::new(pattern, "pattern.formed"))
    }

    /// Ends the pattern. The caller lets every member go in the same unit of work; judgements stay as they are.
    pub fn dissolve(self, version: i64, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &self.department_id)?;
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        match self.state {
            PatternState::InForce => {}
            PatternState::Dissolved => return Err(Refusal::WrongState { state: self.state.word() }),
        }
        let dissolved = Self { state: PatternState::Dissolved, version: self.version + 1, ..self };
        Ok(Change::new(dissolved, "pattern.dissolved"))
    }

    /// Hands the pattern to another department together with its members, when departments merge.
    pub fn move_to(self, department: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let moved = Self { department_id: department, version: self.version + 1, ..self };
        Ok(Change::new(moved, "pattern.moved"))
    }

    /// Whether an asset is what the members of the pattern are like. A member that is not is drifting.
    pub fn fits(&self, asset: &Asset) -> bool {
        self.department_id == asset.department_id && self.likeness == Likeness::of(asset)
    }

    fn must_take(&self, asset: &Asset) -> Result<(), Refusal> {
        match asset.state {
            AssetState::InUse => {}
            AssetState::Retired => return Err(Refusal::WrongState { state: asset.state.word() }),
        }
        if asset.pattern_id.is_some() {
            return Err(Refusal::Already { what: ("この資産の類型", "A pattern of this asset") });
        }
        if self.state == PatternState::Dissolved {
            return Err(Refusal::WrongState { state: self.state.word() });
        }
        if self.fits(asset) {
            return Ok(());
        }
        let name = &asset.name;
        Err(Refusal::Said {
            ja: format!(
                "「{name}」は扱いが異なるため、この類型に入れられません。媒体・保存先、利用者範囲、個人情報の区分、機密性・完全性・可用性がすべて同じ資産を選んでください。"
            ),
            en: format!(
                "“{name}” is handled differently and cannot join this pattern. Choose assets that agree in medium, users, kind of personal data and the three scores."
            ),
        })
    }
}

impl Asset {
    /// Puts the asset into a pattern that it fits. Its contents stay, so nothing becomes stale.
    pub fn join(self, pattern: &Pattern, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &self.department_id)?;
        pattern.must_take(&self)?;
        let joined = Self { pattern_id: Some(pattern.id.clone()), version: self.version + 1, ..self };
        Ok(Change::new(joined, "asset.joined"))
    }

    /// Hands the asset to the department that its pattern has moved to.
    pub fn move_with(self, pattern: &Pattern, by: &Actor) -> Result<Change<Self>, Refusal> {
        let pattern_id = Some(pattern.id.clone());
        if self.pattern_id != pattern_id {
            return Err(Refusal::NotFound);
        }
        let moved = self.move_to(pattern.department_id.clone(), by)?;
        Ok(Change::new(Self { pattern_id, ..moved.peek().clone() }, "asset.moved"))
    }

    /// Takes the asset out of its pattern. Its judgements stay.
    pub fn leave(self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &self.department_id)?;
        if self.pattern_id.is_none() {
            return Err(Refusal::NotFound);
        }
        let alone = Self { pattern_id: None, version: self.version + 1, ..self };
        Ok(Change::new(alone, "asset.left"))
    }
}

/// Assets that could be judged as one: a new pattern, or more members of one that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The pattern they would join; `None` for a new one.
    pub pattern: Option<&'a Pattern>,
    /// Who would be in it, by name.
    pub members: Vec<&'a Asset>,
}

/// Proposes patterns among assets in use that are in none: groups of two or more of one department that agree in
/// everything that [`Likeness`] names, largest first; single assets only where a pattern like them stands already.
pub fn propose<'a>(assets: &'a [Asset], patterns: &'a [Pattern]) -> Vec<Proposal<'a>> {
    let mut groups: BTreeMap<(&DepartmentId, Likeness), Vec<&Asset>> = BTreeMap::new();
    for asset in assets {
        if asset.state == AssetState::InUse && asset.pattern_id.is_none() {
            groups.entry((&asset.department_id, Likeness::of(asset))).or_default().push(asset);
        }
    }
    let mut found: Vec<Proposal<'a>> = Vec::new();
    for ((_, _), mut members) in groups {
        members.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        let pattern = members.first().and_then(|first| {
            patterns.iter().find(|each| each.state == PatternState::InForce && each.fits(first))
        });
        if members.len() >= 2 || pattern.is_some() {
            found.push(Proposal { pattern, members });
        }
    }
    found.sort_by_key(|each| std::cmp::Reverse(each.members.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::AssetDraft;
    use crate::criteria::Method;
    use crate::support::{
        administrator, asset, asset_draft, auditor, deputy, done, head, id, member, rows, said, secretariat,
        stranger,
    };

    fn named(name: &str) -> Asset {
        Asset { id: id(name), name: name.into(), ..asset() }
    }

    fn form(members: &[Asset], by: &Actor) -> String {
        said(Pattern::form(id("pattern"), "契約書類", members, by))
    }

    fn pattern() -> Pattern {
        done(Pattern::form(id("pattern"), " 契約書類 ", &[named("a"), named("b")], &member()))
    }

    #[test]
    fn a_pattern_is_formed_of_assets_that_are_alike() {
        let pair = || [named("a"), named("b")];
        let paper = |name: &str| Asset { medium: "書類".into(), ..named(name) };
        let retired = done(named("b").retire(1, "破棄", &member()));
        let taken = done(named("b").join(&pattern(), &member()));
        let elsewhere = Asset { department_id: id("hr"), ..named("b") };
        rows([
            ("by a member", form(&pair(), &member()), "pattern.formed"),
            ("by the head", form(&pair(), &head()), "pattern.formed"),
            ("by the secretariat", form(&pair(), &secretariat()), "pattern.formed"),
            ("by a deputy", form(&pair(), &deputy()), "not allowed"),
            ("by an auditor", form(&pair(), &auditor()), "not allowed"),
            ("by a stranger", form(&pair(), &stranger()), "not allowed"),
            ("of one", form(&[named("a")], &member()), "because"),
            ("of none", form(&[], &member()), "because"),
            ("of different media", form(&[named("a"), paper("b")], &member()), "because"),
            ("with a retired one", form(&[named("a"), retired], &member()), "is Retired"),
            ("with a taken one", form(&[named("a"), taken], &member()), "already"),
            ("across departments", form(&[named("a"), elsewhere], &member()), "because"),
            ("without a name", said(Pattern::form(id("p"), " ", &pair(), &member())), "missing name"),
        ]);
        assert_eq!(pattern().name, "契約書類");
    }

    #[test]
    fn a_pattern_is_dissolved_once_and_moves_with_its_department() {
        let gone = done(pattern().dissolve(1, &member()));
        rows([
            ("dissolve", said(pattern().dissolve(1, &head())), "pattern.dissolved"),
            ("by a stranger", said(pattern().dissolve(1, &stranger())), "not allowed"),
            ("stale", said(pattern().dissolve(2, &member())), "stale, now 1"),
            ("twice", said(gone.clone().dissolve(2, &member())), "is Dissolved"),
            ("join a dissolved one", said(named("c").join(&gone, &member())), "is Dissolved"),
            ("move", said(pattern().move_to(id("hr"), &administrator())), "pattern.moved"),
            ("moved by a head", said(pattern().move_to(id("hr"), &head())), "not allowed"),
        ]);
    }

    #[test]
    fn an_asset_joins_and_leaves_without_a_new_revision() {
        let joined = done(named("c").join(&pattern(), &member()));
        assert_eq!((joined.version, joined.revision), (2, 1));
        assert_eq!(joined.pattern_id, Some(id("pattern")));
        let left = done(joined.clone().leave(&member()));
        assert_eq!((left.version, left.revision, left.pattern_id.clone()), (3, 1, None));
        rows([
            ("join twice", said(joined.clone().join(&pattern(), &member())), "already"),
            ("join as a stranger", said(named("c").join(&pattern(), &stranger())), "not allowed"),
            ("leave as a stranger", said(joined.leave(&stranger())), "not allowed"),
            ("leave what it is not in", said(left.leave(&member())), "not found"),
        ]);
    }

    #[test]
    fn a_member_whose_contents_change_keeps_its_pattern_and_drifts() {
        let joined = done(named("c").join(&pattern(), &member()));
        let edit = |draft: AssetDraft| done(joined.clone().edit(2, draft, &Method::ipa_3_1(), &member()));
        let renamed = edit(AssetDraft { name: "別名".into(), ..joined.draft() });
        let wider = edit(AssetDraft { users: "全社".into(), ..joined.draft() });
        assert_eq!([&renamed.pattern_id, &wider.pattern_id], [&joined.pattern_id; 2]);
        assert!(pattern().fits(&renamed), "a name is no matter of handling");
        assert!(!pattern().fits(&wider) && wider.revision == 2, "it drifts, and its judgement is stale");
    }

    #[test]
    fn every_trait_of_handling_tells_assets_apart_and_spelling_does_not() {
        let draft = asset_draft();
        let like = |draft: AssetDraft| {
            let asset = done(Asset::register(id("x"), id("sales"), draft, &Method::ipa_3_1(), &member()));
            Likeness::of(&asset)
        };
        let base = like(draft.clone());
        let other = |change: &dyn Fn(&mut AssetDraft)| {
            let mut draft = draft.clone();
            change(&mut draft);
            like(draft)
        };
        let different: [(&str, Likeness); 8] = [
            ("medium", other(&|d| d.medium = "書類".into())),
            ("users", other(&|d| d.users = "全社".into())),
            ("personal", other(&|d| d.personal = !d.personal)),
            ("sensitive", other(&|d| d.sensitive = !d.sensitive)),
            ("my number", other(&|d| d.my_number = !d.my_number)),
            ("confidentiality", other(&|d| d.confidentiality = d.confidentiality % 3 + 1)),
            ("integrity", other(&|d| d.integrity = d.integrity % 3 + 1)),
            ("availability", other(&|d| d.availability = d.availability % 3 + 1)),
        ];
        for (what, likeness) in different {
            assert_ne!(likeness, base, "{what}");
        }
        let same = other(&|d| {
            d.name = "別名".into();
            d.retention = "10年".into();
        });
        assert_eq!(same, base);
        let spelt = |medium: &str| other(&|d| d.medium = medium.into()).medium;
        assert_eq!(spelt("社外 ＳＡＡＳ　（A社）"), spelt("社外saas(a社)"));
    }

    #[test]
    fn groups_of_two_or_more_are_proposed_and_what_stands_is_joined() {
        let paper = |name: &str| Asset { medium: "書類".into(), ..named(name) };
        let lone = |name: &str| Asset { medium: "可搬".into(), ..named(name) };
        let retired = done(paper("r").retire(1, "破棄", &member()));
        let taken = done(named("t").join(&pattern(), &member()));
        let elsewhere = Asset { department_id: id("hr"), ..lone("e") };
        let assets = [named("c"), paper("z"), paper("m"), paper("a"), lone("l"), elsewhere, retired, taken];
        let told = |patterns: &[Pattern]| {
            let names = |each: &Proposal<'_>| {
                let names: Vec<&str> = each.members.iter().map(|asset| asset.name.as_str()).collect();
                format!("{} {}", each.pattern.map_or("new", |each| each.name.as_str()), names.join(","))
            };
            propose(&assets, patterns).iter().map(names).collect::<Vec<_>>()
        };
        assert_eq!(told(&[pattern()]), ["new a,m,z", "契約書類 c"]);
        let gone = done(pattern().dissolve(1, &member()));
        assert_eq!(told(&[gone]), ["new a,m,z"], "a dissolved pattern takes nobody");
    }
}
