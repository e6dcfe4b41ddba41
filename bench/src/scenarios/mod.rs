//! What is measured, one file each, in the order in which it is.

mod alone;
mod apple_export;
mod day_pushes;
mod event_stream;
mod first_pages;
mod many_users;
mod memory;
mod point_size;
mod resolutions;
mod sdk_batches;
mod small_pushes;
mod start;
mod webhooks;
mod whole_days;
mod year_hourly;

use crate::stage::{Outcome, Stage};

pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Whom it needs; they are made before it is measured.
    pub(crate) needs: Needs,
    pub(crate) run: fn(&Stage<'_>) -> anyhow::Result<Outcome>,
}

/// People that a scenario works on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nobody,
    /// Those over whom pushes are spread.
    Crowd,
    /// Those whose days are read.
    Readers,
}

const fn scenario(
    name: &'static str,
    about: &'static str,
    needs: Needs,
    run: fn(&Stage<'_>) -> anyhow::Result<Outcome>,
) -> Scenario {
    Scenario { name, about, needs, run }
}

/// Memory is looked at before and after the storms, starting again comes when the store is large.
pub(crate) const SCENARIOS: &[Scenario] = &[
    scenario("start", "from the start of the process to ready, on a fresh store", Needs::Nobody, start::fresh),
    scenario("idle_memory", "memory of a server that has done nothing", Needs::Nobody, memory::idle),
    scenario("small_pushes", "small Garmin pushes, until they can be read", Needs::Crowd, small_pushes::run),
    scenario("day_pushes", "pushes of whole days, until they can be read", Needs::Crowd, day_pushes::run),
    scenario("sdk_batches", "batches of a phone's SDK, until they can be read", Needs::Nobody, sdk_batches::run),
    scenario("apple_export", "an export of Apple Health, until it can be read", Needs::Nobody, apple_export::run),
    scenario("storm_memory", "memory after the storms, and at its highest", Needs::Nobody, memory::after_storm),
    scenario("point_size", "growth of the store for a heart rate a minute", Needs::Nobody, point_size::run),
    scenario("first_pages", "first pages of spans from an hour to two years", Needs::Readers, first_pages::run),
    scenario("whole_days", "whole days of raw minutes", Needs::Readers, whole_days::run),
    scenario("resolutions", "a span at each resolution", Needs::Readers, resolutions::run),
    scenario("year_hourly", "a year of minutes at one hour", Needs::Readers, year_hourly::run),
    scenario("event_stream", "events of pushes to many open streams", Needs::Crowd, event_stream::run),
    scenario("webhooks", "webhooks of nights to several endpoints", Needs::Crowd, webhooks::run),
    scenario("many_users", "reads among many users", Needs::Crowd, many_users::run),
    scenario("restart", "stop and start again on what all this left", Needs::Nobody, start::again),
];
