//! One file per command.
#![allow(clippy::print_stdout)] // answers of commands go to standard output

pub(crate) mod admin;
pub(crate) mod backup;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod move_store;
pub(crate) mod openapi;
pub(crate) mod replay;
pub(crate) mod restore;
pub(crate) mod rotate_key;
pub(crate) mod sandbox;
pub(crate) mod serve;
pub(crate) mod sizes;
pub(crate) mod usage;
