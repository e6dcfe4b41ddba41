//! What each series is called in FHIR: codes of LOINC with their names, where one means surely what the series holds;
//! and the profile of FHIR's vital signs that it must meet. What has no row has no code but the project's own.
//!
//! LOINC codes and names are from LOINC (loinc.org), copyright Regenstrief Institute, Inc. and the LOINC Committee,
//! available at no cost under the licence at loinc.org/license; see NOTICE.

use model::SeriesType;

/// A code of LOINC and its name.
pub(super) type Loinc = (&'static str, &'static str);

/// What a series is called.
#[derive(Clone, Copy)]
pub(super) struct Codes {
    /// Codes of its samples.
    pub(super) loinc: &'static [Loinc],
    /// The code of its totals of whole days, for amounts.
    pub(super) daily: Option<Loinc>,
    /// The profile that its observations meet.
    pub(super) profile: Option<&'static str>,
}

const NONE: Codes = Codes { loinc: &[], daily: None, profile: None };

/// Both blood pressures as one measurement.
pub(super) const BLOOD_PRESSURE: Loinc = ("85354-9", "Blood pressure panel with all children optional");
pub(super) const SYSTOLIC: Loinc = ("8480-6", "Systolic blood pressure");
pub(super) const DIASTOLIC: Loinc = ("8462-4", "Diastolic blood pressure");
pub(super) const BLOOD_PRESSURE_PROFILE: &str = "http://hl7.org/fhir/StructureDefinition/bp";

/// A night, and of it the time in each stage.
pub(super) const SLEEP: Loinc = ("93832-4", "Sleep duration");
/// A workout.
pub(super) const EXERCISE: Loinc = ("55411-3", "Exercise duration");

/// Fields of events that have a code.
const FIELDS: &[(&str, Loinc)] = &[
    ("deep_s", ("93831-6", "Deep sleep duration")),
    ("light_s", ("93830-8", "Light sleep duration")),
    ("rem_s", ("93829-0", "REM sleep duration")),
    ("energy_kcal", ("41981-2", "Calories burned")),
    ("resting_heart_rate_bpm", ("40443-4", "Heart rate --resting")),
];

const SERIES: &[(SeriesType, Codes)] = &[
    vital(SeriesType::HEART_RATE, &[("8867-4", "Heart rate")], "http://hl7.org/fhir/StructureDefinition/heartrate"),
    vital(
        SeriesType::RESPIRATORY_RATE,
        &[("9279-1", "Respiratory rate")],
        "http://hl7.org/fhir/StructureDefinition/resprate",
    ),
    vital(
        SeriesType::OXYGEN_SATURATION,
        &[
            ("2708-6", "Oxygen saturation in Arterial blood"),
            ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
        ],
        "http://hl7.org/fhir/StructureDefinition/oxygensat",
    ),
    vital(
        SeriesType::BODY_TEMPERATURE,
        &[("8310-5", "Body temperature")],
        "http://hl7.org/fhir/StructureDefinition/bodytemp",
    ),
    vital(SeriesType::HEIGHT, &[("8302-2", "Body height")], "http://hl7.org/fhir/StructureDefinition/bodyheight"),
    vital(SeriesType::WEIGHT, &[("29463-7", "Body weight")], "http://hl7.org/fhir/StructureDefinition/bodyweight"),
    vital(
        SeriesType::BODY_MASS_INDEX,
        &[("39156-5", "Body mass index (BMI) [Ratio]")],
        "http://hl7.org/fhir/StructureDefinition/bmi",
    ),
    level(SeriesType::RESTING_HEART_RATE, &[("40443-4", "Heart rate --resting")]),
    level(
        SeriesType::HEART_RATE_VARIABILITY_SDNN,
        &[("80404-7", "R-R interval.standard deviation (Heart rate variability)")],
    ),
    level(SeriesType::BLOOD_GLUCOSE, &[("2339-0", "Glucose [Mass/volume] in Blood")]),
    level(SeriesType::BODY_FAT_PERCENTAGE, &[("41982-0", "Percentage of body fat Measured")]),
    level(SeriesType::LEAN_BODY_MASS, &[("91557-9", "Lean body weight")]),
    level(SeriesType::MUSCLE_MASS, &[("73964-9", "Body muscle mass")]),
    level(SeriesType::SKIN_TEMPERATURE, &[("39106-0", "Temperature of Skin")]),
    level(SeriesType::FLIGHTS_CLIMBED, &[("100304-5", "Flights climbed [#] Reporting Period")]),
    amount(
        SeriesType::STEPS,
        &[("55423-8", "Number of steps in unspecified time Pedometer")],
        Some(("41950-7", "Number of steps in 24 hour Measured")),
    ),
    amount(SeriesType::DISTANCE_WALKING_RUNNING, &[("55430-3", "Walking distance unspecified time Pedometer")], None),
    amount(SeriesType::ENERGY, &[("41981-2", "Calories burned")], None),
    amount(SeriesType::EXERCISE_TIME, &[("55411-3", "Exercise duration")], None),
];

const fn vital(series: SeriesType, loinc: &'static [Loinc], profile: &'static str) -> (SeriesType, Codes) {
    (series, Codes { loinc, daily: None, profile: Some(profile) })
}

const fn level(series: SeriesType, loinc: &'static [Loinc]) -> (SeriesType, Codes) {
    (series, Codes { loinc, daily: None, profile: None })
}

const fn amount(series: SeriesType, loinc: &'static [Loinc], daily: Option<Loinc>) -> (SeriesType, Codes) {
    (series, Codes { loinc, daily, profile: None })
}

/// What a series is called.
pub(super) fn of_series(series: SeriesType) -> Codes {
    SERIES.iter().find(|(known, _)| *known == series).map_or(NONE, |(_, codes)| *codes)
}

/// The code of an event's field.
pub(super) fn of_field(name: &str) -> Option<Loinc> {
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last digit of a LOINC code is that of the others by the Luhn rule.
    fn is_sound(code: &str) -> bool {
        let Some((number, check)) = code.split_once('-') else { return false };
        let doubled = number.bytes().rev().enumerate().map(|(place, digit)| {
            let digit = u32::from(digit - b'0') * if place.is_multiple_of(2) { 2 } else { 1 };
            digit / 10 + digit % 10
        });
        let sum: u32 = doubled.sum();
        check.parse() == Ok((10 - sum % 10) % 10)
    }

    #[test]
    fn every_code_has_a_sound_check_digit() {
        let of_series = SERIES.iter().flat_map(|(_, codes)| codes.loinc.iter().copied().chain(codes.daily));
        let others = [BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC, SLEEP, EXERCISE];
        let fields = FIELDS.iter().map(|(_, code)| *code);
        for (code, name) in of_series.chain(others).chain(fields) {
            assert!(is_sound(code) && !name.is_empty(), "{code}");
        }
        assert!(!is_sound("8867-5"));
    }
}
