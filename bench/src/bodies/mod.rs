//! What is sent. Requests are built once, with slots for what differs between them, so that sending one
//! costs a copy. All data are invented; each request tells something that no other tells.

mod apple;
mod day;
mod minutes;
mod night;
mod sdk;
mod small;
mod template;
mod walk;

pub(crate) use apple::Export;
pub(crate) use day::{DAY_POINTS, DAY_SERIES, day};
pub(crate) use minutes::minutes;
pub(crate) use night::night;
pub(crate) use sdk::{SDK_RECORDS, sdk};
pub(crate) use small::{SMALL_EVERY_S, SMALL_LAST_S, SMALL_SERIES, small};
pub(crate) use template::{Template, instant};

/// When all that is sent begins: 2026-01-01.
pub(crate) const BEGINNING: i64 = 1_767_225_600;
pub(crate) const DAY_S: i64 = 86_400;

/// How many different bodies of a kind there are.
const VARIANTS: u64 = 16;

/// The bodies of a kind in turns.
pub(crate) struct Variants(Vec<Template>);

impl Variants {
    fn new(build: impl Fn(u64) -> Template) -> Self {
        Self((0..VARIANTS).map(build).collect())
    }

    pub(crate) fn get(&self, number: usize) -> &Template {
        &self.0[number % self.0.len()]
    }
}
