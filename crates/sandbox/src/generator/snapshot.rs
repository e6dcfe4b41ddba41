//! Health snapshots: two minutes of sitting still with everything measured.

use super::{NightSpan, Person, schedule::weekday};
use crate::kind::Kind;
use model::LocalDate;

/// Seconds that a snapshot lasts, and between two values in it.
pub(crate) const SNAPSHOT_SECONDS: u32 = 120;
const STEP: u32 = 5;

/// What was measured, and its values: (seconds from the start, value).
pub(crate) type Measure = (&'static str, Vec<(u32, f64)>);

/// A health snapshot.
pub(crate) struct Snapshot {
    /// UTC seconds.
    pub(crate) at: i64,
    pub(crate) measures: Vec<Measure>,
}

impl Snapshot {
    /// On Sundays, some time after rising.
    pub(crate) fn on(person: &Person, date: LocalDate) -> Option<Self> {
        if !person.persona.makes(Kind::HealthSnapshot) || weekday(date) != 0 {
            return None;
        }
        let dice = person.dice(date, "snapshot");
        let traits = person.persona.traits();
        let values = |mean: f64, spread: f64, digits: i32| {
            let factor = 10f64.powi(digits);
            let seconds = (0..=SNAPSHOT_SECONDS).step_by(STEP as usize);
            seconds.map(|second| (second, (dice.around(mean, spread) * factor).round() / factor)).collect()
        };
        let at = NightSpan::of(person, date).end + dice.whole(1600, 2400);
        let measures = vec![
            ("heart_rate", values(traits.resting_heart_rate + 9.0, 2.5, 0)),
            ("respiration", values(14.4, 0.5, 2)),
            ("stress", values(traits.stress, 3.0, 0)),
            ("spo2", values(96.5, 0.6, 0)),
            ("rmssd_hrv", values(traits.hrv, 3.0, 0)),
            ("sdrr_hrv", values(traits.hrv * 1.2, 3.0, 0)),
        ];
        Some(Self { at, measures })
    }
}
