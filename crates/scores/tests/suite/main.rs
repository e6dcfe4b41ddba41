//! The algorithms from outside: fixtures worked by hand, properties under any input, and the documentation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod inputs;
mod properties;
mod worked_heart;
mod worked_load;
mod worked_sleep;
