//! Which log a walk through the entries is in: where one was closed by an answer, the next begins.

use super::store;
use super::verify::{STRIDE, Sealed};
use crate::house::fault::{Done, Fault};
use crate::house::work::Rx;
use meguri_record::{Entry, Frontier, Hash, Verifier};

/// The log that the walk is in. Where one ends and the next begins is read from the sealed entries alone.
pub(super) struct Walked {
    pub id: String,
    pub first: u64,
    pub verifier: Verifier,
}

pub(super) type Taken = Result<Entry, meguri_record::Finding>;

impl Walked {
    pub fn first(rx: &Rx<'_>, head: &store::Head) -> Done<Self> {
        let id = if head.first == 0 {
            head.log.clone()
        } else {
            let stored = store::entries(rx, 0, 1)?;
            let entry = stored.first().and_then(|(_, bytes, _)| Entry::read(bytes.as_bytes()).ok());
            entry.map_or_else(|| head.log.clone(), |entry| entry.log)
        };
        Self::begin(rx, id, 0)
    }

    fn begin(rx: &Rx<'_>, id: String, first: u64) -> Done<Self> {
        let leaves = leaves(rx, i64::try_from(first).map_err(Fault::broken)?)?;
        Ok(Self { verifier: Verifier::with_leaves(&id, leaves), id, first })
    }

    /// Takes the next entry. The first entry of a new log must have sealed how the one before it was closed.
    pub fn take(
        &mut self,
        rx: &Rx<'_>,
        sealed: &Sealed,
        (idx, bytes): (i64, &[u8]),
        shown: &[meguri_record::Payload],
    ) -> Done<Taken> {
        let Some(own) = u64::try_from(idx).ok().and_then(|idx| idx.checked_sub(self.first)) else {
            return Ok(Err(meguri_record::Finding::Surplus { idx: self.first }));
        };
        match self.verifier.take(own, bytes, shown) {
            Err(meguri_record::Finding::OtherPlace { written: 0, .. }) if own > 0 => {}
            taken => return Ok(taken.map_err(|finding| finding.behind(self.first))),
        }
        let fresh = self.first + own;
        let (Some((size, root)), Ok(entry)) = (closing(sealed, &self.id), Entry::read(bytes)) else {
            return Ok(Err(meguri_record::Finding::OtherPlace { idx: fresh, written: 0 }));
        };
        let next = Self::begin(rx, entry.log, fresh)?;
        let old = std::mem::replace(self, next);
        if let Err(finding) = old.verifier.finish(size, root) {
            return Ok(Err(finding.behind(old.first)));
        }
        Ok(self.verifier.take(0, bytes, shown).map_err(|finding| finding.behind(fresh)))
    }
}

/// Size and root under which a log was closed, as they were sealed.
fn closing(sealed: &Sealed, log: &str) -> Option<(u64, Hash)> {
    #[derive(serde::Deserialize)]
    struct Closing {
        size: u64,
        root: Hash,
    }
    let row = sealed.get(&("closed_log".to_owned(), log.to_owned()))?;
    serde_json::from_str::<Closing>(row).ok().map(|log| (log.size, log.root))
}

/// The stored leaves from an index on.
fn leaves(rx: &Rx<'_>, first: i64) -> Done<Vec<Hash>> {
    let mut leaves = Vec::new();
    loop {
        let from = first + i64::try_from(leaves.len()).map_err(Fault::broken)?;
        let some = store::leaves(rx, from, STRIDE)?;
        if some.is_empty() {
            return Ok(leaves);
        }
        leaves.extend(some.iter().map(|(_, leaf)| leaf.parse().unwrap_or(Hash([0; 32]))));
    }
}

/// The frontier of the first `to` entries of the log that begins at `first`, from that of fewer.
pub(super) fn onward(
    rx: &Rx<'_>,
    first: u64,
    mut frontier: Frontier,
    to: u64,
    mut each: impl FnMut(Hash),
) -> Done<Frontier> {
    while frontier.size() < to {
        let from = i64::try_from(first + frontier.size()).map_err(Fault::broken)?;
        let stride = store::leaves(rx, from, STRIDE)?;
        if stride.is_empty() {
            break;
        }
        for (_, leaf) in stride {
            if frontier.size() < to {
                // A leaf that is none gives another root, which nothing signed agrees with.
                let leaf = leaf.parse().unwrap_or(Hash([0; 32]));
                frontier.append(leaf);
                each(leaf);
            }
        }
    }
    Ok(frontier)
}
