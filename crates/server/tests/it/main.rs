//! The house as a whole: over HTTP through the router, as persons with names, and by the same acts as the
//! pages; on SQLite always, on PostgreSQL too when `TEST_DATABASE_URL` is set (`cargo xtask check` sets it).

#![expect(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod backup;
mod copies;
mod demo;
mod doors;
mod erasure;
mod faults;
mod heads;
mod hostile;
mod mail;
mod schema;
mod store;
mod support;
mod tamper;
mod web;
mod witness;
mod year;
