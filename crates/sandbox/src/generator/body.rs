//! What is measured of a body now and then: weight, blood pressure, fitness.

use super::{NightSpan, Person, Persona, schedule::weekday};
use crate::kind::Kind;
use model::LocalDate;

/// What scales say.
pub(crate) struct BodyComposition {
    /// UTC seconds.
    pub(crate) at: i64,
    pub(crate) weight_g: u32,
    pub(crate) muscle_g: u32,
    pub(crate) bone_g: u32,
    pub(crate) water_percent: f64,
    pub(crate) fat_percent: f64,
    pub(crate) mass_index: f64,
}

impl BodyComposition {
    /// On Wednesdays and Saturdays, after rising.
    pub(crate) fn on(person: &Person, date: LocalDate) -> Option<Self> {
        if !person.persona.makes(Kind::BodyComps) || !matches!(weekday(date), 3 | 6) {
            return None;
        }
        let dice = person.dice(date, "scales");
        let traits = person.persona.traits();
        // A slow wave over the year, and the water of the day.
        let season = (f64::from(date.as_days()) / 365.0 * std::f64::consts::TAU).sin();
        let weight = traits.weight_kg + 0.9 * season + dice.around(0.0, 0.35);
        let fat = dice.around(17.5 + 0.8 * season, 0.3);
        Some(Self {
            at: NightSpan::of(person, date).end + dice.whole(300, 1500),
            weight_g: (weight * 1000.0) as u32,
            muscle_g: (weight * 1000.0 * 0.42) as u32,
            bone_g: (weight * 1000.0 * 0.042) as u32,
            water_percent: tenths(78.5 - fat),
            fat_percent: tenths(fat),
            mass_index: tenths(weight / traits.height_m.powi(2)),
        })
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// What a cuff says.
pub(crate) struct BloodPressure {
    /// UTC seconds.
    pub(crate) at: i64,
    pub(crate) systolic: u16,
    pub(crate) diastolic: u16,
    pub(crate) pulse: u16,
    /// Typed in, not sent by the cuff.
    pub(crate) by_hand: bool,
}

impl BloodPressure {
    /// On Tuesdays and Fridays, after rising.
    pub(crate) fn on(person: &Person, date: LocalDate) -> Option<Self> {
        if !person.persona.makes(Kind::BloodPressures) || !matches!(weekday(date), 2 | 5) {
            return None;
        }
        let dice = person.dice(date, "cuff");
        let base = if person.persona == Persona::ShiftWorker { 131.0 } else { 118.0 };
        let systolic = dice.around(base, 5.0);
        Some(Self {
            at: NightSpan::of(person, date).end + dice.whole(1800, 3600),
            systolic: systolic as u16,
            diastolic: (systolic * 0.64 + dice.around(0.0, 2.5)) as u16,
            pulse: dice.around(person.persona.traits().resting_heart_rate + 8.0, 3.0) as u16,
            by_hand: dice.chance(0.4),
        })
    }
}

/// Fitness, as the service estimates it.
pub(crate) struct UserMetrics {
    pub(crate) vo2_max: Option<f64>,
    pub(crate) vo2_max_cycling: Option<f64>,
    pub(crate) fitness_age: u16,
    pub(crate) enhanced: bool,
}

impl UserMetrics {
    /// On Mondays.
    pub(crate) fn on(person: &Person, date: LocalDate) -> Option<Self> {
        if !person.persona.makes(Kind::UserMetrics) || weekday(date) != 1 {
            return None;
        }
        let dice = person.dice(date, "fitness");
        let vo2_max = tenths(dice.around(person.persona.traits().vo2_max, 0.6));
        let rides = matches!(person.persona, Persona::Cyclist | Persona::Triathlete);
        Some(Self {
            vo2_max: (person.persona != Persona::Cyclist).then_some(vo2_max),
            vo2_max_cycling: rides.then_some(tenths(vo2_max - 2.0)),
            fitness_age: (58.0 - vo2_max * 0.6) as u16,
            enhanced: person.persona == Persona::Athlete,
        })
    }
}
