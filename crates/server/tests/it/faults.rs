//! Nothing that was acknowledged is lost (TRUST.md R1 to R5, R8, R20): the real program is killed, starved of
//! room, and lied to by the system under it, while persons write. After each fault it is started again; then
//! every act that had a good answer is there exactly once, no act is there by half, and `meguri verify` passes.
//!
//! `MEGURI_FAULTS=1000` is the whole turn; `cargo xtask faults` asks for it.

mod disk;
mod kill;
mod power;
mod syscalls;
mod work;

/// How many faults a turn plants: few in every check, many when asked.
fn turn(few: u64) -> u64 {
    std::env::var("MEGURI_FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}
