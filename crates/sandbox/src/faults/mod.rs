//! Failures that were asked for, on notifications and on the answers of the REST interface: a menu of faults
//! (`menu`), and what one does to a partner's call (`rest`).

mod menu;
mod rest;

pub(crate) use menu::{Action, Fault, Menu, Side, Wish};
pub(crate) use rest::inject;
