//! A decided change that waits to be sealed. The state it leads to cannot be reached any other way,
//! so nothing is saved without its entry in the record log.

/// What happened, in the log's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stable kind, `concept.verb`, for instance `inspection.submitted`.
    pub kind: &'static str,
    /// Why, in the person's words, where the act asks for a reason.
    pub reason: Option<String>,
}

/// A new state and the event that leads to it. Opens only through [`Change::seal`].
#[must_use = "a change is nothing until it is sealed and saved"]
#[derive(Debug)]
pub struct Change<T> {
    after: T,
    event: Event,
}

/// The one who writes states and entries together: the server's unit of work.
pub trait Sealer<T> {
    /// What can go wrong while writing; not the person's doing.
    type Fault;
    /// Writes `after` and adds `event` to the entry of the running transaction.
    fn seal(&mut self, after: &T, event: &Event) -> Result<(), Self::Fault>;
}

impl<T> Change<T> {
    /// A change of kind `kind` that leads to `after`.
    pub fn new(after: T, kind: &'static str) -> Self {
        Self { after, event: Event { kind, reason: None } }
    }

    /// The same change with the reason that was given for it.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.event.reason = Some(reason.into());
        self
    }

    /// Seals the change and only then gives the new state out.
    pub fn seal<S: Sealer<T>>(self, sealer: &mut S) -> Result<T, S::Fault> {
        sealer.seal(&self.after, &self.event)?;
        Ok(self.after)
    }

    /// A look at the coming state, for rules that build on it before it is sealed.
    pub fn peek(&self) -> &T {
        &self.after
    }
}
