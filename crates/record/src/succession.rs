//! Heads in a row: each goes on from the one before it, and a new key is believed only where an old one stands beside it.
//!
//! A witness, an auditor and the server itself all walk the same row, so that none of them can be more lenient than another.

use crate::key::VerifierKey;
use crate::note::Note;
use crate::tree::{Hash, verify_consistency};
use crate::trust::{HeadError, SignedHead, Trust};

/// Takes the heads of one log, smallest first.
#[derive(Clone, Debug)]
pub struct Succession {
    trust: Trust,
    offered: Vec<VerifierKey>,
    introduced: Vec<(String, u64)>,
    last: Option<SignedHead>,
}

impl Succession {
    /// A row under the keys that are trusted. The keys that are only offered come to be trusted once one has signed a head
    /// together with a trusted one. This is how a log changes its key: heads carry both signatures for a while.
    pub fn new(trust: Trust, offered: Vec<VerifierKey>) -> Self {
        Self { trust, offered, introduced: Vec::new(), last: None }
    }

    /// A row for whoever has no list of keys of his own and takes that of the other side: its first key of the log is
    /// trusted, all others are only offered.
    pub fn of_stranger(mut trust: Trust) -> Self {
        let offered = trust.keep_first_log();
        Self::new(trust, offered)
    }

    /// Goes on after a head that was taken earlier and kept, as a witness keeps it.
    #[must_use]
    pub fn after(self, last: SignedHead) -> Self {
        Self { last: Some(last), ..self }
    }

    /// Takes the next signed head, with the proof that leads to it from the one before; the first has an empty proof.
    ///
    /// # Errors
    /// [`HeadError`]; the row is then as it was.
    pub fn take(&mut self, note: &str, proof: &[Hash]) -> Result<&SignedHead, HeadError> {
        let head = self.trust.open(note)?;
        self.goes_on(&head, proof)?;
        self.meet(note, &head);
        Ok(self.last.insert(head))
    }

    /// The newest head.
    pub fn last(&self) -> Option<&SignedHead> {
        self.last.as_ref()
    }

    /// Labels of the keys that came to be trusted on the way, each with the size of the head that carries both signatures.
    pub fn introduced(&self) -> &[(String, u64)] {
        &self.introduced
    }

    fn goes_on(&self, head: &SignedHead, proof: &[Hash]) -> Result<(), HeadError> {
        let new = &head.checkpoint;
        let Some(SignedHead { checkpoint: old, .. }) = &self.last else {
            let begins = new.size > 0 && proof.is_empty();
            return if begins { Ok(()) } else { Err(HeadError::Consistency { from: 0, to: new.size }) };
        };
        if old.origin != new.origin {
            return Err(HeadError::OtherLog);
        }
        if old.size == new.size && old.root != new.root {
            return Err(HeadError::Fork { size: new.size });
        }
        if old.size >= new.size {
            return Err(HeadError::Order);
        }
        if verify_consistency(old.size, new.size, &old.root, &new.root, proof) {
            Ok(())
        } else {
            Err(HeadError::Consistency { from: old.size, to: new.size })
        }
    }

    /// Trusts each offered key whose signature stands on this head, which a trusted key has signed too.
    fn meet(&mut self, note: &str, head: &SignedHead) {
        let Ok(note) = Note::read(note) else { return };
        let signed = |key: &VerifierKey| {
            let own = note.signatures().iter().filter(|signature| key.made(signature));
            key.name() == head.checkpoint.origin
                && own.map(|signature| key.verify(note.text(), signature)).any(|held| held.is_some())
        };
        let (met, offered) = std::mem::take(&mut self.offered).into_iter().partition(signed);
        self.offered = offered;
        for key in met {
            if !self.trust.logs().contains(&key) {
                self.introduced.push((key.label(), head.checkpoint.size));
                self.trust.add_log(key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
