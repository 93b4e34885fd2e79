//! Methods to begin with: four ways in which the field reckons risks (DOMAIN.md §1.4, §1.5, §2.5). An organisation takes one as
//! the draft of its criteria and changes what it wants; after that it is data of that edition, and nothing here moves it.

use crate::codes::codes;
use crate::criteria::{Degree, Method};

codes! {
    /// A shipped method リスク基準のひな形.
    pub enum Preset {
        Ipa = "ipa", "IPA 3.1版（9段階の表）", "IPA edition 3.1 (table, values 1 to 9)";
        Product = "product", "重要度×脅威×脆弱性（1〜27）", "Importance × threat × vulnerability (1 to 27)";
        Matrix = "matrix", "影響度×発生可能性（5×5）", "Impact × likelihood (5 × 5)";
        Stages = "stages", "点数を使わない（大・中・小）", "Without scores (high, medium, low)";
    }
}

impl Preset {
    /// The method as it is shipped.
    pub fn method(self) -> Method {
        match self {
            Self::Ipa => ipa(),
            Self::Product => product(),
            Self::Matrix => matrix(),
            Self::Stages => stages(),
        }
    }
}

/// Edition 3.1 of the guideline for small and medium enterprises: the lookup table, importance 1 to 3, bands 6–9 大, 4 中, 1–3 小.
fn ipa() -> Method {
    Method {
        scale: 3,
        likelihood: vec![vec![1, 1, 1], vec![1, 1, 2], vec![1, 2, 3]],
        large_from: 6,
        middle_from: 4,
        answer_from: 6,
        personal_lifts: true,
        scored: true,
        threats: often_of_three(),
        vulnerabilities: open_of_three(),
    }
}

/// Three scores multiplied, 1 to 27, with the bands 1–7 小, 8–17 中, 18–27 大.
fn product() -> Method {
    Method {
        likelihood: vec![vec![1, 2, 3], vec![2, 4, 6], vec![3, 6, 9]],
        large_from: 18,
        middle_from: 8,
        answer_from: 18,
        ..ipa()
    }
}

/// Impact and likelihood from 1 to 5, judged directly; the vulnerability is part of the likelihood. The bands 15–25 大, 5–14 中,
/// 1–4 小 are ours: the field has no common ones.
fn matrix() -> Method {
    Method {
        scale: 5,
        likelihood: (1..=5).map(|degree| vec![degree]).collect(),
        large_from: 15,
        middle_from: 5,
        answer_from: 15,
        personal_lifts: true,
        scored: true,
        threats: degrees(&[
            ("ほとんど起きない（10年に一度もない）", "Hardly ever (not once in ten years)"),
            ("まれに起きる（数年に一度）", "Rarely (once in some years)"),
            ("ときどき起きる（年に一度）", "Sometimes (once a year)"),
            ("たびたび起きる（年に数回）", "Often (a few times a year)"),
            ("いつも起きる（毎月以上）", "All the time (every month or more)"),
        ]),
        vulnerabilities: Vec::new(),
    }
}

/// Words instead of scores, as many keep the risks of personal data by stage: who judges says large, middle or small.
fn stages() -> Method {
    Method {
        scale: 3,
        likelihood: (1..=3).map(|degree| vec![degree]).collect(),
        large_from: 3,
        middle_from: 2,
        answer_from: 3,
        personal_lifts: false,
        scored: false,
        threats: degrees(&[
            ("小: いまの対策で足りている", "Low: what is in place suffices"),
            ("中: 対策はあるが、不十分なところがある", "Medium: there are measures, with gaps"),
            ("大: 対策がない、または効いていない", "High: no measures, or they do not work"),
        ]),
        vulnerabilities: Vec::new(),
    }
}

fn often_of_three() -> Vec<Degree> {
    degrees(&[
        ("通常は起きない", "Normally does not happen"),
        ("特定の状況で起きる（年に数回）", "In particular situations, a few times a year"),
        ("いつ起きてもおかしくない", "May happen at any time"),
    ])
}

fn open_of_three() -> Vec<Degree> {
    degrees(&[
        ("必要な対策をすべてしている", "All that is needed is done"),
        ("一部だけ対策している", "Partly done"),
        ("対策がない（無防備）", "Nothing is done"),
    ])
}

fn degrees(words: &[crate::Word]) -> Vec<Degree> {
    words.iter().map(|(ja, en)| Degree { ja: (*ja).to_owned(), en: (*en).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::Level::{self, Large, Middle, Small};

    /// Every value a method can give, with its level.
    fn values(method: &Method) -> Vec<(i64, Level)> {
        let mut all = Vec::new();
        for importance in 1..=method.scale {
            for threat in 1..=method.scale {
                for vulnerability in 1..=method.columns() {
                    let judged = method.judge(importance, threat, vulnerability).unwrap();
                    all.push((judged.value, judged.level));
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn only(method: &Method) -> Vec<i64> {
        values(method).into_iter().map(|(value, _)| value).collect()
    }

    #[test]
    fn every_preset_fits_and_is_found_by_its_code() {
        for preset in Preset::ALL {
            assert_eq!(preset.method().fits(), Ok(()), "{preset:?}");
            assert_eq!(Preset::from_code(preset.code()), Some(*preset));
        }
    }

    #[test]
    fn edition_3_1_gives_its_nine_cells_its_six_values_and_its_bands() {
        let method = Preset::Ipa.method();
        let cells = [3, 2, 1].map(|t| [3, 2, 1].map(|v| method.likelihood(t, v).unwrap()));
        assert_eq!(cells, [[3, 2, 1], [2, 1, 1], [1, 1, 1]]);
        let expected = [(1, Small), (2, Small), (3, Small), (4, Middle), (6, Large), (9, Large)];
        assert_eq!(values(&method), expected);
    }

    #[test]
    fn three_scores_multiplied_give_the_bands_of_twenty_seven() {
        let method = Preset::Product.method();
        for importance in 1..=3 {
            for threat in 1..=3 {
                for vulnerability in 1..=3 {
                    let judged = method.judge(importance, threat, vulnerability).unwrap();
                    let product = importance * threat * vulnerability;
                    let band = if product >= 18 {
                        Large
                    } else if product >= 8 {
                        Middle
                    } else {
                        Small
                    };
                    assert_eq!((judged.value, judged.level), (product, band));
                }
            }
        }
        assert_eq!(only(&method), [1, 2, 3, 4, 6, 8, 9, 12, 18, 27]);
        assert_eq!([7, 8, 17, 18].map(|value| method.level(value)), [Small, Middle, Middle, Large]);
    }

    #[test]
    fn five_by_five_multiplies_what_is_judged_directly() {
        let method = Preset::Matrix.method();
        assert_eq!(method.columns(), 1);
        assert_eq!(only(&method), [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25]);
        assert_eq!(method.judge(4, 5, 1).unwrap().value, 20);
        assert!(method.judge(4, 5, 2).is_err(), "there is no second answer");
        assert_eq!([4, 5, 14, 15].map(|value| method.level(value)), [Small, Middle, Middle, Large]);
    }

    #[test]
    fn without_scores_the_level_is_what_was_said() {
        let method = Preset::Stages.method();
        for importance in 1..=3 {
            let levels = [1, 2, 3].map(|said| method.judge(importance, said, 1).unwrap().level);
            assert_eq!(levels, [Small, Middle, Large]);
        }
    }
}
