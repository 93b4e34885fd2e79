//! What may leave the house, and whereto: fixed by the command line and the environment when the program starts. No other
//! address is ever spoken to.

use meguri_record::VerifierKey;

/// The name of the log in the world where nobody gave one.
pub const NAME: &str = "meguri.internal";

/// Where heads go.
#[derive(Debug, Clone)]
pub struct Outward {
    /// The company's domain, the first half of the log's origin. Fixed once there is a key.
    pub name: String,
    pub witnesses: Vec<WitnessAt>,
}

/// A witness on another administrator's machine.
#[derive(Debug, Clone)]
pub struct WitnessAt {
    /// `http://host:port`, without a path.
    pub url: String,
    pub key: VerifierKey,
}

impl Default for Outward {
    fn default() -> Self {
        Self { name: NAME.into(), witnesses: Vec::new() }
    }
}
