//! Which threats are proposed for an asset, and why (JIS Q 27001 6.1.2 c; DESIGN.md §4): the first thing that a head who is
//! no risk analyst sees. Every proposal carries all of its reasons, and a reason is a row of data and a fact of the asset.

use crate::asset::{Asset, Medium};
use crate::ids::ThreatId;
use crate::risk::Threat;

/// Proposals that are shown at first; the others wait behind them.
pub const FIRST: usize = 8;
/// Points of a threat whose carrier is that of the asset.
const SAME_MEDIUM: i64 = 40;
/// Points of a threat that was judged before: it always comes first.
const JUDGED_BEFORE: i64 = 1_000;
/// Points for each step of a score above the lowest, where the threat takes away what the score stands for.
const PER_STEP: i64 = 3;
/// Below these points nothing is proposed: one weak hint is no reason.
const LEAST: i64 = 30;

/// One fact about an asset that a rule can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ask {
    /// The carrier is of this kind.
    Medium(Medium),
    /// Personal data 個人情報 of any kind.
    Personal,
    /// Special-care personal data 要配慮個人情報.
    Sensitive,
    /// My Number data 特定個人情報.
    MyNumber,
    /// One of these words stands in name, note, business or medium.
    Word(Vec<String>),
    /// Nothing: the threat is among the first that practitioners name for its carrier. It only ranks.
    Often,
}

/// A rule of the table: where all of its facts hold, the threat gets its points.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    threat: ThreatId,
    asks: Vec<Ask>,
    points: i64,
}

/// The rules by which threats are proposed, beside those that follow from the catalogue itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// Why a threat is proposed: facts of the asset, each in the form in which a sentence can name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It was judged in an earlier year.
    LastYear,
    /// The carrier of the threat is that of the asset.
    Medium,
    /// The carrier of the asset holds what the threat befalls: a server holds files, a cloud service has accounts.
    Holds,
    /// The asset's own words name it.
    Word(String),
    /// Personal data is held.
    Personal,
    /// Special-care personal data is held.
    Sensitive,
    /// My Number data is held.
    MyNumber,
    /// What the threat takes away is scored high: a letter of `CIA`.
    Score(char),
}

/// A threat that is proposed, its reasons, the strongest first, and its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The threat of the catalogue.
    pub threat: &'a Threat,
    /// At least one.
    pub whys: Vec<Why>,
    /// The larger the earlier it is shown; of no meaning beside other assets.
    pub points: i64,
}

impl Rules {
    /// No rules of its own: only what follows from the catalogue.
    pub const NONE: Self = Self(Vec::new());

    /// Reads the table: a heading, then rows of `threats,when,points`; threats joined by `;`, facts by `&`, words by `|`.
    ///
    /// # Errors
    /// The number of the line that cannot be read, from 1.
    pub fn read(table: &str) -> Result<Self, usize> {
        let mut rules = Vec::new();
        for (at, line) in (1usize..).zip(table.lines()).skip(1) {
            rules.extend(read_line(line).ok_or(at)?);
        }
        Ok(Self(rules))
    }

    /// The threats that fit an asset, those with most points first. What was judged before is always among them.
    pub fn propose<'a>(
        &self,
        asset: &Asset,
        catalogue: &'a [Threat],
        judged_before: &[ThreatId],
    ) -> Vec<Proposal<'a>> {
        let text = [&asset.name, &asset.note, &asset.category, &asset.medium].map(|text| text.to_lowercase());
        let text = text.join("\n");
        let mut found: Vec<Proposal<'a>> = catalogue
            .iter()
            .map(|threat| self.weigh(asset, &text, threat, judged_before.contains(&threat.id)))
            .filter(|proposal| proposal.points >= LEAST)
            .collect();
        found.sort_by_key(|proposal| -proposal.points);
        found
    }

    fn weigh<'a>(&self, asset: &Asset, text: &str, threat: &'a Threat, before: bool) -> Proposal<'a> {
        let medium = Medium::of(&asset.medium);
        let mut reasons: Vec<(i64, Why)> = Vec::new();
        if before {
            reasons.push((JUDGED_BEFORE, Why::LastYear));
        }
        if threat.medium == medium {
            reasons.push((SAME_MEDIUM, Why::Medium));
        }
        let mut points: i64 = reasons.iter().map(|(points, _)| points).sum();
        for rule in self.0.iter().filter(|rule| rule.threat == threat.id) {
            let Some(whys) = rule.whys(asset, medium, text) else { continue };
            points += rule.points;
            reasons.extend(whys.into_iter().map(|why| (rule.points, why)));
        }
        // Being named often puts a threat before others, and so does a high score; neither is a reason by itself.
        if reasons.is_empty() {
            return Proposal { threat, whys: Vec::new(), points: 0 };
        }
        let scored = scores(asset, threat);
        points += scored.iter().map(|(points, _)| points).sum::<i64>();
        reasons.extend(scored);
        reasons.sort_by_key(|(points, _)| -points);
        let mut whys = Vec::new();
        for (_, why) in reasons {
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
        Proposal { threat, whys, points }
    }
}

impl Rule {
    /// None where one of its facts does not hold; otherwise what each of them says, nothing for one that only ranks.
    fn whys(&self, asset: &Asset, medium: Medium, text: &str) -> Option<Vec<Why>> {
        let mut whys = Vec::new();
        for ask in &self.asks {
            match ask {
                Ask::Often => {}
                Ask::Medium(wanted) if *wanted == medium => whys.push(Why::Holds),
                Ask::Personal if asset.holds_personal_data() => whys.push(Why::Personal),
                Ask::Sensitive if asset.sensitive => whys.push(Why::Sensitive),
                Ask::MyNumber if asset.my_number => whys.push(Why::MyNumber),
                Ask::Word(words) => {
                    let word = words.iter().find(|word| text.contains(*word))?;
                    whys.push(Why::Word(word.clone()));
                }
                Ask::Medium(_) | Ask::Personal | Ask::Sensitive | Ask::MyNumber => return None,
            }
        }
        Some(whys)
    }
}

/// What the threat takes away and the asset is scored for above the lowest step.
fn scores(asset: &Asset, threat: &Threat) -> Vec<(i64, Why)> {
    let of = [('C', asset.confidentiality), ('I', asset.integrity), ('A', asset.availability)];
    let hit = of.into_iter().filter(|(letter, score)| *score > 1 && threat.cia.contains(*letter));
    hit.map(|(letter, score)| ((score - 1) * PER_STEP, Why::Score(letter))).collect()
}

fn read_line(line: &str) -> Option<Vec<Rule>> {
    let [threats, when, points] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
    let points = points.parse().ok().filter(|points| (1..=100).contains(points))?;
    let asks: Vec<Ask> = when.split('&').map(read_ask).collect::<Option<_>>()?;
    let rule = |id: &str| Some(Rule { threat: ThreatId::new(id)?, asks: asks.clone(), points });
    threats.split(';').map(rule).collect()
}

fn read_ask(text: &str) -> Option<Ask> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    Some(match (kind, rest) {
        ("often", "") => Ask::Often,
        ("personal", "") => Ask::Personal,
        ("sensitive", "") => Ask::Sensitive,
        ("my_number", "") => Ask::MyNumber,
        ("medium", code) => Ask::Medium(Medium::ALL.iter().copied().find(|each| each.code() == code)?),
        ("word", words) if !words.is_empty() => {
            Ask::Word(words.split('|').map(str::to_lowercase).filter(|word| !word.is_empty()).collect())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{asset, id};

    fn threat(name: &str, medium: Medium, cia: &str) -> Threat {
        Threat { medium, cia: cia.into(), ..crate::support::threat(name, &[]) }
    }

    fn named(
        rules: &Rules,
        asset: &Asset,
        catalogue: &[Threat],
        before: &[ThreatId],
    ) -> Vec<(String, Vec<Why>)> {
        let found = rules.propose(asset, catalogue, before);
        found.into_iter().map(|each| (each.threat.id.to_string(), each.whys)).collect()
    }

    #[test]
    fn what_was_judged_before_comes_first_then_what_has_most_reasons() {
        let catalogue = [
            threat("T1", Medium::Server, "A"),
            threat("T2", Medium::Paper, "C"),
            threat("T3", Medium::Contractor, "C"),
            threat("T4", Medium::Paper, "I"),
        ];
        let rules = Rules::read("threats,when,points\nT3,personal,40\nT2,often,50\n").unwrap();
        let plain = Asset { confidentiality: 1, integrity: 1, availability: 1, ..asset() };
        let found = named(&rules, &plain, &catalogue, &[id("T4")]);
        let expected = [("T4", Why::LastYear), ("T1", Why::Medium), ("T3", Why::Personal)];
        assert_eq!(found, expected.map(|(name, why)| (name.to_owned(), vec![why])), "often is no reason");
        let without = Asset { personal: false, ..plain };
        assert_eq!(named(&rules, &without, &catalogue, &[]).len(), 1);
    }

    #[test]
    fn words_of_the_asset_and_its_scores_are_reasons_and_are_named() {
        let catalogue = [threat("T1", Medium::Server, "CA"), threat("T2", Medium::Server, "I")];
        let rules = Rules::read("threats,when,points\nT2,word:バックアップ|Tape,30\n").unwrap();
        let scored = |name: &str| Asset {
            name: name.into(),
            personal: false,
            confidentiality: 3,
            integrity: 1,
            availability: 1,
            ..asset()
        };
        let found = named(&rules, &scored("顧客の表"), &catalogue, &[]);
        assert_eq!(found[0], ("T1".to_owned(), vec![Why::Medium, Why::Score('C')]));
        let found = named(&rules, &scored("TAPE no. 3"), &catalogue, &[]);
        assert_eq!(found[0], ("T2".to_owned(), vec![Why::Medium, Why::Word("tape".into())]));
    }

    #[test]
    fn a_table_that_cannot_be_read_names_its_line() {
        let read = |line: &str| Rules::read(&format!("threats,when,points\nT1,personal,5\n{line}\n"));
        for bad in
            ["T1,personal", "T1,never,5", "T1,medium:air,5", "T1,word:,5", "T1,personal,0", ",personal,5", ""]
        {
            assert_eq!(read(bad), Err(3), "{bad}");
        }
        assert!(read("T1;T2,personal&medium:cloud,5").is_ok());
    }
}
