//! Errands: work that goes on after its request was answered. A page looks how far it is, and may call it off.
//! They live as long as the program; what must outlive it is written down by those who begin them.

use meguri_domain::Refusal;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many go on at once; more are refused.
const MOST: usize = 32;

/// The errands of the house, each under the id of what it is about.
#[derive(Default)]
pub struct Errands(Mutex<HashMap<String, Arc<Errand>>>);

/// One errand: how far it is, and whether anybody still wants it.
#[derive(Default)]
pub struct Errand {
    done: AtomicUsize,
    all: AtomicUsize,
    off: AtomicBool,
    refused: Mutex<Option<Refusal>>,
}

impl Errands {
    /// Begins an errand; refuses a second one of the same id, and too many at once.
    pub fn begin(&self, id: &str) -> Result<Arc<Errand>, Refusal> {
        let mut running = self.held();
        running.retain(|_, errand| !errand.is_stale());
        if running.get(id).is_some_and(|errand| !errand.is_refused()) {
            return Err(Refusal::WrongState { state: ("処理中", "Being worked on") });
        }
        if running.len() >= MOST {
            return Err(Refusal::Because((
                "いま処理が込み合っています。少し待ってから、もう一度実行してください。",
                "Too much is being worked on at the moment. Wait a little, then try again.",
            )));
        }
        let errand = Arc::new(Errand::default());
        running.insert(id.to_owned(), Arc::clone(&errand));
        Ok(errand)
    }

    /// The errand of an id, while it goes on or after it was refused.
    pub fn find(&self, id: &str) -> Option<Arc<Errand>> {
        self.held().get(id).cloned()
    }

    /// Ends an errand. What refused it is kept until somebody looks.
    pub fn end(&self, id: &str, refused: Option<Refusal>) {
        let mut running = self.held();
        match (running.get(id), refused) {
            (Some(errand), Some(refusal)) => *lock(&errand.refused) = Some(refusal),
            _ => drop(running.remove(id)),
        }
    }

    /// What refused an errand, once.
    pub fn refusal(&self, id: &str) -> Option<Refusal> {
        let mut running = self.held();
        let refusal = running.get(id).and_then(|errand| lock(&errand.refused).clone())?;
        running.remove(id);
        Some(refusal)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Arc<Errand>>> {
        lock(&self.0)
    }
}

impl Errand {
    /// Says how far it is.
    pub fn reach(&self, done: usize, all: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }
    /// How far it is, and of how much; nothing of nothing while that is not known.
    pub fn reached(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed))
    }
    /// Nobody wants it any more.
    pub fn call_off(&self) {
        self.off.store(true, Ordering::Relaxed);
    }
    /// Whether it was called off.
    pub fn is_off(&self) -> bool {
        self.off.load(Ordering::Relaxed)
    }
    /// Whether it was refused; why is told once, by [`Errands::refusal`].
    pub fn is_refused(&self) -> bool {
        lock(&self.refused).is_some()
    }
    /// Refused and called off: nobody will look.
    fn is_stale(&self) -> bool {
        self.is_refused() && self.is_off()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errand_runs_once_tells_how_far_it_is_and_why_it_was_refused() {
        let errands = Errands::default();
        let errand = errands.begin("a").unwrap();
        assert!(errands.begin("a").is_err(), "it goes on already");
        errand.reach(3, 10);
        assert_eq!(errands.find("a").unwrap().reached(), (3, 10));
        errands.end("a", Some(Refusal::NotFound));
        assert_eq!(errands.refusal("a"), Some(Refusal::NotFound));
        assert_eq!(errands.refusal("a"), None, "once");
        assert!(errands.begin("a").is_ok());
        errands.end("a", None);
        assert!(errands.find("a").is_none());
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let errands = Errands::default();
        for n in 0..MOST {
            errands.begin(&n.to_string()).unwrap();
        }
        assert!(errands.begin("one more").is_err());
    }
}
