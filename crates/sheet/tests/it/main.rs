//! What the crate promises to its callers, tried on real files.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests are tests; clippy.toml allows it only below #[test]"
)]

mod corpus;
mod exports;
mod findings;
mod headers;
mod office;
mod refusals;
mod risks;
mod round_trip;
mod sample;
mod support;
