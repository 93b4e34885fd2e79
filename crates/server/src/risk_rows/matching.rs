//! Which department, asset and threat a line of a file means.

use super::draft::{DraftRow, FREE};
use super::ground::{Department, Ground, OFFERS};
use super::remark::{Remark, short};
use crate::asset::likeness::Likeness;
use crate::house::words::{Lang, fold};
use crate::risk::cards;
use meguri_domain::asset::{Asset, Medium};
use meguri_domain::catalogue::{EVERY_STAGE, ThreatDraft};
use meguri_domain::ids::{DepartmentId, ThreatId};
use meguri_domain::risk::Threat;
use meguri_sheet::{RiskField, RiskRow, tidy};

/// The threat that a line speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One that is known.
    Known(ThreatId),
    /// A free risk of the department that is added with the line.
    Free(Box<ThreatDraft>),
}

/// The department of a line: the one that it names, or the one that was chosen for lines that name none.
pub fn department(row: &RiskRow, ground: &Ground, chosen: &str) -> Result<DepartmentId, Remark> {
    let named = tidy(row.text(RiskField::Department));
    if named.is_empty() {
        let chosen = DepartmentId::new(chosen.to_owned()).filter(|id| ground.department(id).is_some());
        return chosen.ok_or_else(|| {
            Remark::at(
                row,
                RiskField::Department,
                "管理部署がありません。部門を選ぶか、「列の対応を見る」で部門の記載がない行の部門を選んでください。",
                "it names no department. Choose one here, or one for all such rows under “See the columns”.",
            )
        });
    }
    ground.places.find(&named).cloned().ok_or_else(|| {
        let name = short(&named);
        Remark::at(
            row,
            RiskField::Department,
            &format!("管理部署「{name}」は、登録されていないか、あなたがリスクを評価できる部門ではありません。評価できる部門を選ぶか、この行を除いてください。"),
            &format!("the department “{name}” is not registered, or not one whose risks you may judge. Choose one of yours or leave the row out."),
        )
    })
}

/// The asset of a line, by name and where that is not enough by medium.
pub fn asset<'a>(row: &RiskRow, department: &'a Department) -> Result<&'a Asset, Remark> {
    let name = tidy(row.text(RiskField::Asset));
    let short = short(&name);
    let wrong = |ja: String, en: String| Remark::at(row, RiskField::Asset, &ja, &en);
    if name.is_empty() {
        let (ja, en) = (
            "情報資産の名称が空です。台帳の名称を入力してください。",
            "the name of the asset is empty. Write it as in the register.",
        );
        return Err(wrong(ja.into(), en.into()));
    }
    let named: Vec<&Asset> = department.named(&name).collect();
    let medium = fold(row.text(RiskField::Medium));
    let on_it: Vec<&Asset> = named.iter().copied().filter(|asset| fold(&asset.medium) == medium).collect();
    let name_of = &department.name;
    match (named.as_slice(), on_it.as_slice()) {
        ([one], _) | (_, [one]) => Ok(one),
        ([], _) => {
            let ja = format!(
                "「{name_of}」の台帳に「{short}」という情報資産がありません。名称を直すか、先に台帳へ登録してください。"
            );
            let en = format!(
                "{name_of} has no asset “{short}” in its register. Mend the name, or register the asset first."
            );
            Err(wrong(ja, en))
        }
        (several, []) => {
            let media: Vec<&str> = several.iter().map(|asset| asset.medium.as_str()).collect();
            let (ja, en) = (media.join("」「"), media.join("”, “"));
            let ja = format!(
                "「{short}」という情報資産が{}件あります。媒体・保存先で、どれか分かるようにしてください（「{ja}」）。",
                several.len()
            );
            let en =
                format!("{} assets are called “{short}”. Say which by its medium: “{en}”.", several.len());
            Err(Remark::at(row, RiskField::Medium, &ja, &en))
        }
        (_, several) => {
            let ja = format!(
                "名称と媒体が「{short}」と同じ情報資産が{}件あります。台帳で名称を分けるか、この行を除いてください。",
                several.len()
            );
            let en = format!(
                "{} assets have the name and the medium of “{short}”. Name them apart in the register, or leave this row out.",
                several.len()
            );
            Err(wrong(ja, en))
        }
    }
}

/// Says where an asset of this name is kept otherwise than the line says.
pub fn other_medium(row: &RiskRow, asset: &Asset) -> Option<Remark> {
    let cell = row.cells.get(&RiskField::Medium).filter(|cell| !cell.from_above)?;
    if fold(&cell.text) == fold(&asset.medium) {
        return None;
    }
    let (ja, en) = (&asset.medium, &asset.medium);
    let ja = format!("媒体・保存先は、台帳では「{ja}」です。この名称の情報資産として取り込みます。");
    let en = format!("the register has “{en}” for the medium. It is taken for the asset of this name.");
    Some(Remark::at(row, RiskField::Medium, &ja, &en))
}

/// The threat of a line: by the answer of a person, by its number, by its name; none where it cannot be told.
pub fn threat<'a>(
    typed: &DraftRow,
    row: &RiskRow,
    (ground, department): (&'a Ground, &'a Department),
    asset: &Asset,
) -> Option<(Target, Option<&'a Threat>)> {
    let all =
        || ground.company.iter().chain(&department.free).filter(|each| department.may_judge(each, asset));
    let known = |threat: &'a Threat| Some((Target::Known(threat.id.clone()), Some(threat)));
    if typed.threat == FREE {
        // Somebody may have named it so meanwhile.
        let own = |threat: &&Threat| threat.department_id.as_ref() == Some(&department.id);
        let name = row.text(RiskField::Threat);
        if let Some(named) = ground.threats_named(department, name).find(own) {
            return known(named);
        }
        return Some((Target::Free(Box::new(free(row, asset)?)), None));
    }
    if let Some(chosen) = all().find(|threat| threat.id.as_str() == typed.threat) {
        return known(chosen);
    }
    let name = row.text(RiskField::Threat);
    let number = tidy(row.text(RiskField::ThreatNumber));
    // Others number their threats too: a number counts where the name does not speak against it.
    let agrees = |threat: &Threat| {
        let key = fold(name);
        key.is_empty() || [&threat.name_ja, &threat.name_en].iter().any(|each| fold(each) == key)
    };
    let numbered = all().find(|threat| threat.id.as_str().eq_ignore_ascii_case(&number));
    if let Some(found) = numbered.filter(|threat| agrees(threat)) {
        return known(found);
    }
    if name.trim().is_empty() {
        return None;
    }
    let judged = |threat: &Threat| department.risks.contains_key(&(asset.id.clone(), threat.id.clone()));
    let medium = Medium::of(&asset.medium);
    // What stands already comes first, then what befalls such a medium.
    let mut named: Vec<&Threat> =
        ground.threats_named(department, name).filter(|threat| department.may_judge(threat, asset)).collect();
    named.sort_by_key(|each| (!judged(each), each.medium != medium));
    match named.as_slice() {
        // Two threats of one name were judged for this asset: only a number tells them apart.
        [first, second, ..] if judged(first) && judged(second) => None,
        [first, ..] => known(first),
        [] => None,
    }
}

/// A risk of the department's own, as a line names it.
fn free(row: &RiskRow, asset: &Asset) -> Option<ThreatDraft> {
    let [name, weakness] = [RiskField::Threat, RiskField::Weakness].map(|field| tidy(row.text(field)));
    if name.is_empty() {
        return None;
    }
    Some(ThreatDraft {
        // A line that names no weakness says it with the threat.
        vulnerability: if weakness.is_empty() { name.clone() } else { weakness },
        name,
        medium: Medium::of(&asset.medium),
        stage: EVERY_STAGE.0.into(),
        // A file does not say what is lost: nothing is ruled out.
        cia: "CIA".into(),
        controls: Vec::new(),
        policy: String::new(),
    })
}

/// The threats to choose from where a line cannot be told: the most alike, then those that befall such a medium.
pub fn offers(
    l: Lang,
    row: &RiskRow,
    (ground, department): (&Ground, &Department),
    asset: &Asset,
) -> Vec<(String, String)> {
    let all = ground.company.iter().chain(&department.free);
    let all: Vec<&Threat> = all.filter(|each| department.may_judge(each, asset)).collect();
    let mut index = Likeness::default();
    for (at, threat) in all.iter().enumerate() {
        index.hold(&fold(&threat.name_ja), at);
    }
    let name = fold(row.text(RiskField::Threat));
    let medium = Medium::of(&asset.medium);
    let alike = index.like(&name).into_iter().filter_map(|at| all.get(at).copied()).take(OFFERS);
    let befall = all.iter().copied().filter(|threat| threat.medium == medium);
    let mut found: Vec<(String, String)> = Vec::new();
    for threat in alike.chain(befall) {
        if found.iter().all(|(id, _)| id != threat.id.as_str()) {
            found.push((threat.id.to_string(), cards::name(l, threat).to_owned()));
        }
    }
    found
}
