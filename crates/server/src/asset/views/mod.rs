//! How a person looks at the register: the columns chosen, the filters that were given a name. None of it is a record.

pub mod columns;
pub mod filters;
mod store;
