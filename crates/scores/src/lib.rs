//! Open algorithms from records to scores. One file a score: its constants, its function and its description.
//! No I/O and no clock; who reads the records and keeps the answers is the caller's affair.
//!
//! Every function takes small plain inputs in any order and answers with an [`Outcome`]: the value, the
//! components that it was made from, and what was missing. Where the inputs do not carry a value, there is
//! none, and the outcome says what was needed. Values from outside that are not finite or not plausible are
//! passed over. `docs/scores.md` holds the formulas with their sources; [`ALGORITHMS`] says the same to programs.

mod algorithm;
mod baseline;
mod daily;
mod energy;
mod hrv_baseline;
mod input;
mod interval;
mod load;
mod night;
mod outcome;
mod recovery;
mod resilience;
mod resting_heart_rate;
mod sleep;
mod source;
mod statistics;
mod stress;
mod trimp_banister;
mod trimp_edwards;
mod vo2max;

pub use algorithm::{ALGORITHMS, Algorithm, Need, Part, Unit};
pub use energy::{ENERGY, energy};
pub use hrv_baseline::{HRV_BASELINE, hrv_baseline};
pub use input::{DayValue, HeartMinute, HrvKind, HrvValue, Person, RunSegment, Sex};
pub use load::{TRAINING_LOAD, training_load};
pub use night::Night;
pub use outcome::{Component, Input, Missing, Outcome};
pub use recovery::{RECOVERY, recovery};
pub use resilience::{RESILIENCE, resilience};
pub use resting_heart_rate::{RESTING_HEART_RATE, resting_heart_rate};
pub use sleep::{SLEEP, sleep};
pub use source::Source;
pub use stress::{STRESS, quiet_heart_rate, stress};
pub use trimp_banister::{TRIMP_BANISTER, trimp_banister};
pub use trimp_edwards::{TRIMP_EDWARDS, trimp_edwards};
pub use vo2max::{VO2MAX, vo2max};
