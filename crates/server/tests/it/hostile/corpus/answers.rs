//! What a hostile file may be answered.

pub const LARGE: &[&str] = &["too_large"];
pub const DAMAGED: &[&str] = &["damaged"];
pub const MACROS: &[&str] = &["macros"];
pub const LINKS: &[&str] = &["external_links"];
pub const DOCTYPE: &[&str] = &["doctype"];
pub const LOCKED: &[&str] = &["password_protected"];
pub const READ: &[&str] = &["read"];
pub const NOTHING: &[&str] = &["no_register"];
/// Text in no encoding, or something else altogether.
pub const STRANGE: &[&str] = &["not_a_workbook", "damaged", "no_register", "too_large"];
/// Damage may hit anything, or nothing that counts.
pub const HURT: &[&str] = &[
    "read",
    "damaged",
    "no_register",
    "no_rows",
    "too_large",
    "not_a_workbook",
    "password_protected",
    "doctype",
    "old_format",
];
/// What only the bounds of the worker stop.
pub const STOPPED: &[&str] = &["stopped", "too_long", "damaged"];
