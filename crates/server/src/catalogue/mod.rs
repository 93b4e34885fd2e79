//! The catalogue of threats: what is shipped, what the company wrote itself, and updates that wait for an answer.

pub mod acts;
pub mod form;
pub mod pages;
