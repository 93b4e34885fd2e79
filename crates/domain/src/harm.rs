//! The six kinds of risk 想定リスク that sheets of personal data still name by life-cycle stage (DOMAIN.md §2.5): what a threat may bring
//! about. Which of them a shipped threat brings is data (`catalog/harms.csv`); of others it follows from what is lost.

use crate::codes::codes;
use crate::ids::ThreatId;
use crate::risk::Threat;
use std::collections::HashMap;

codes! {
    /// A kind of risk to personal data, of the older JIS and still printed in forms.
    pub enum Harm {
        Leak = "leak", "漏えい", "Leak";
        Loss = "loss", "滅失・き損", "Loss or damage";
        Law = "law", "法令等違反", "Breach of law";
        Economic = "economic", "経済的不利益", "Economic loss";
        Trust = "trust", "社会的信用の失墜", "Loss of public trust";
        Person = "person", "本人への影響", "Harm to the person";
    }
}

/// Which kinds of risk the shipped threats bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harms(HashMap<ThreatId, Vec<Harm>>);

impl Harms {
    /// Reads the table: a heading, then rows of `threat,harms`, the codes joined by `;`.
    ///
    /// # Errors
    /// The number of the line that cannot be read, from 1.
    pub fn read(table: &str) -> Result<Self, usize> {
        let mut all = HashMap::new();
        for (at, line) in (1usize..).zip(table.lines()).skip(1) {
            let (id, harms) = read_line(line).ok_or(at)?;
            all.insert(id, harms);
        }
        Ok(Self(all))
    }

    /// What a threat may bring about, in the order of the list. A threat without a row: what is lost says it.
    pub fn of(&self, threat: &Threat) -> Vec<Harm> {
        if let Some(harms) = self.0.get(&threat.id) {
            return Harm::ALL.iter().copied().filter(|each| harms.contains(each)).collect();
        }
        let leaks = threat.cia.contains('C');
        let loses = threat.cia.contains(['I', 'A']);
        let lost = |each: &Harm| match each {
            Harm::Leak | Harm::Person => leaks,
            Harm::Loss => loses,
            Harm::Law | Harm::Economic | Harm::Trust => false,
        };
        Harm::ALL.iter().copied().filter(lost).collect()
    }
}

fn read_line(line: &str) -> Option<(ThreatId, Vec<Harm>)> {
    let (id, codes) = line.split_once(',')?;
    let harms = codes.split(';').map(Harm::from_code).collect::<Option<Vec<_>>>()?;
    Some((ThreatId::new(id)?, harms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::threat;

    #[test]
    fn what_a_threat_brings_is_data_and_else_follows_from_what_is_lost() {
        let harms = Harms::read("threat,harms\nT001,person;leak\n").unwrap();
        assert_eq!(harms.of(&threat("T001", &[])), [Harm::Leak, Harm::Person]);
        let own = Threat { cia: "IA".into(), ..threat("X1", &[]) };
        assert_eq!(harms.of(&own), [Harm::Loss]);
        assert_eq!(Harms::read("threat,harms\nT001,leak\nT002,leek\n"), Err(3));
        assert_eq!(Harms::read("threat,harms\nT001\n"), Err(2));
    }

    #[test]
    fn every_shipped_threat_brings_something() {
        let harms = Harms::read(include_str!("../../../catalog/harms.csv")).unwrap();
        let threats = include_str!("../../../catalog/threats.csv");
        for line in threats.lines().skip(1) {
            let id = line.split(',').next().unwrap();
            let found = &harms.0[&ThreatId::new(id).unwrap()];
            assert!(!found.is_empty(), "{id}");
        }
        assert_eq!(harms.0.len(), threats.lines().count() - 1);
        for harm in Harm::ALL {
            assert!(harms.0.values().any(|each| each.contains(harm)), "nothing brings {harm:?}");
        }
    }
}
