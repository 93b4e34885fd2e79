//! Services of the house: database, web, clock, configuration, mail, words, layout. No concept of the field lives here.

pub mod append;
pub mod body;
pub mod clock;
pub mod config;
pub mod db;
pub mod door;
pub mod errand;
pub mod escape;
pub mod fault;
pub mod fit;
pub mod kept;
pub mod keys;
pub mod keystore;
pub mod layout;
pub mod mail;
mod migrations;
pub mod outward;
pub mod refused;
pub mod round;
pub mod sql;
pub mod statics;
pub mod way;
pub mod web;
pub mod words;
pub mod work;
pub mod worker;
