//! Settings: people, departments, calendar, organisation. Pages over the acts of `people` and `calendar`.

pub mod acts;
pub mod calendar;
pub mod departments;
pub mod organisation;
pub mod people;
pub(crate) mod sent;
