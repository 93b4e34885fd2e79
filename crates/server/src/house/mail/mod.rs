//! Mails: an outbox that is written together with what a mail speaks of, and a round that sends from it. Nobody who saves
//! ever waits for a mail server, and a mail that was promised is sent once, or twice under the same mark at most.

mod carrier;
mod letter;
pub mod outbox;
mod sending;
mod server;

pub use letter::is_address;
pub use outbox::{Letter, post};
pub use sending::ROUND;
pub use server::{Mailing, Settings};
