//! What is kept comes back as it was: every type in every state, also when many write at once, and when the
//! database is locked, gone or full.

mod faults;
mod kept;
mod race;
mod states;
