//! People: departments, persons, dated postings, sign-in and sessions.

pub mod acts;
pub mod pages;
pub mod session;
pub mod store;

/// Addresses that ask for nobody's name.
pub fn is_public(path: &str) -> bool {
    matches!(path, "/sign-in" | "/language" | "/theme" | "/health") || path.starts_with("/set-up/")
}
