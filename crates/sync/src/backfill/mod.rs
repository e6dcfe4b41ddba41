//! History: asks a provider for the days before an account was connected, and for days that are missing.
//!
//! Who is who: a wish says that an account may lack history; `planning` turns it into intervals of each type;
//! the `runner` claims intervals within the budget of days and `asking` performs the request; `looking` judges
//! whether what was accepted has come; `gaps` finds days that are missing later; `progress` tells people.
//!
//! What is guaranteed: an account is asked once, however many users are linked to it; no minute holds more days
//! than the budget, over all processes; what a killed process was at is asked again; nothing counts as received
//! because something else arrived.

mod asking;
mod control;
mod gaps;
mod looking;
mod phrases;
mod planning;
mod progress;
mod range;
mod runner;
mod settings;

pub use control::{HistoryStatus, Stopped};
pub use settings::{HistorySettings, KeyTier};
