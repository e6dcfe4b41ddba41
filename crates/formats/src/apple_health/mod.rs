//! Apple Health: what HealthKit's names and units mean here.

pub mod metrics;
mod units;

pub use units::Conversion;
