//! Which series a record's type is, and how its unit becomes the series'. Apple's names are HealthKit's and shared
//! with its export; the others are those that the SDK gives to Samsung Health's and Health Connect's types.

use formats::apple_health::metrics;
use model::SeriesType;

/// A type of record in one unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric {
    pub(super) series: SeriesType,
    conversion: Conversion,
}

#[derive(Clone, Copy, Debug)]
enum Conversion {
    /// Times, then plus.
    Linear(f64, f64),
    Apple(formats::apple_health::Conversion),
    /// A share that is told as 0 to 1 or as percent.
    Share,
}

/// Why a record has no series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unmapped {
    /// Its type is not one of those that are mapped.
    Type,
    /// Its unit does not measure its type.
    Unit,
}

impl Metric {
    /// The value in the unit of the series.
    pub(super) fn value(&self, value: f64) -> f64 {
        match self.conversion {
            Conversion::Linear(times, plus) => value * times + plus,
            Conversion::Apple(conversion) => conversion.apply(value),
            Conversion::Share if value.abs() <= 1.0 => value * 100.0,
            Conversion::Share => value,
        }
    }
}

/// The metric of a type in a unit; a unit that is not told is the SDK's own.
pub(super) fn find(kind: &str, unit: Option<&str>) -> Result<Metric, Unmapped> {
    if let Some(metric) = metrics::find(kind) {
        return apple(metric, unit.unwrap_or_default());
    }
    let known = NAMES.binary_search_by_key(&kind, |name| name.kind).ok().and_then(|index| NAMES.get(index));
    let Name { series, units, .. } = known.ok_or(Unmapped::Type)?;
    let Some(unit) = unit else { return Ok(Metric { series: *series, conversion: Conversion::Linear(1.0, 0.0) }) };
    let found = units.iter().find(|(name, ..)| *name == unit).ok_or(Unmapped::Unit)?;
    Ok(Metric { series: *series, conversion: Conversion::Linear(found.1, found.2) })
}

fn apple(metric: &metrics::Metric, unit: &str) -> Result<Metric, Unmapped> {
    // HealthKit's share is 0 to 1; the SDK has multiplied that of oxygen, and other senders that of others
    if unit == "%" && metric.series != SeriesType::BLOOD_ALCOHOL_CONTENT && metric.conversion("%").is_some() {
        return Ok(Metric { series: metric.series, conversion: Conversion::Share });
    }
    // words of the SDK for what HealthKit calls otherwise
    let unit = match unit {
        "breaths/min" => "count/min",
        "kg/m²" | "kg/m^2" => "count",
        "°C" => "degC",
        other => other,
    };
    let own = || metric.conversion(metric.series.unit().as_str()).filter(|_| unit.is_empty());
    let conversion = metric.conversion(unit).or_else(own).ok_or(Unmapped::Unit)?;
    Ok(Metric { series: metric.series, conversion: Conversion::Apple(conversion) })
}

/// A name of the Android SDK, and how each unit that it is told in becomes the series'.
struct Name {
    kind: &'static str,
    series: SeriesType,
    units: &'static [(&'static str, f64, f64)],
}

const COUNT: &[(&str, f64, f64)] = &[("count", 1.0, 0.0)];
const RATE: &[(&str, f64, f64)] = &[
    ("bpm", 1.0, 0.0),
    ("breaths/min", 1.0, 0.0),
    ("count/min", 1.0, 0.0),
    ("rpm", 1.0, 0.0),
    ("spm", 1.0, 0.0),
    ("/min", 1.0, 0.0),
];
const MILLISECONDS: &[(&str, f64, f64)] = &[("ms", 1.0, 0.0), ("s", 1000.0, 0.0)];
const PERCENT: &[(&str, f64, f64)] = &[("%", 1.0, 0.0), ("percent", 1.0, 0.0)];
const GLUCOSE: &[(&str, f64, f64)] = &[("mmol/L", 18.018_2, 0.0), ("mg/dL", 1.0, 0.0)];
const PRESSURE: &[(&str, f64, f64)] = &[("mmHg", 1.0, 0.0), ("kPa", 7.500_615_758_456_563, 0.0)];
const ENERGY: &[(&str, f64, f64)] =
    &[("kcal", 1.0, 0.0), ("Cal", 1.0, 0.0), ("kJ", 1.0 / 4.184, 0.0), ("cal", 1e-3, 0.0), ("J", 1.0 / 4184.0, 0.0)];
const ENERGY_A_DAY: &[(&str, f64, f64)] =
    &[("kcal/day", 1.0, 0.0), ("kcal", 1.0, 0.0), ("W", 20.650_095_602_294_455, 0.0)];
const TEMPERATURE: &[(&str, f64, f64)] = &[
    ("°C", 1.0, 0.0),
    ("degC", 1.0, 0.0),
    ("C", 1.0, 0.0),
    ("°F", 5.0 / 9.0, -160.0 / 9.0),
    ("degF", 5.0 / 9.0, -160.0 / 9.0),
    ("K", 1.0, -273.15),
];
const MASS: &[(&str, f64, f64)] = &[("kg", 1.0, 0.0), ("g", 1e-3, 0.0), ("lb", 0.453_592_37, 0.0)];
const GRAMS: &[(&str, f64, f64)] = &[("g", 1.0, 0.0), ("mg", 1e-3, 0.0), ("kg", 1000.0, 0.0)];
const MILLIGRAMS: &[(&str, f64, f64)] = &[("mg", 1.0, 0.0), ("g", 1000.0, 0.0), ("mcg", 1e-3, 0.0)];
const CENTIMETERS: &[(&str, f64, f64)] = &[("m", 100.0, 0.0), ("cm", 1.0, 0.0), ("in", 2.54, 0.0), ("ft", 30.48, 0.0)];
const METERS: &[(&str, f64, f64)] = &[("m", 1.0, 0.0), ("km", 1000.0, 0.0), ("mi", 1609.344, 0.0)];
const SPEED: &[(&str, f64, f64)] = &[("m/s", 1.0, 0.0), ("km/h", 1.0 / 3.6, 0.0), ("km/hr", 1.0 / 3.6, 0.0)];
const POWER: &[(&str, f64, f64)] = &[("W", 1.0, 0.0), ("kW", 1000.0, 0.0)];
const VOLUME: &[(&str, f64, f64)] = &[("mL", 1.0, 0.0), ("ml", 1.0, 0.0), ("L", 1000.0, 0.0)];
const OXYGEN_UPTAKE: &[(&str, f64, f64)] = &[("mL/kg/min", 1.0, 0.0), ("ml/kg/min", 1.0, 0.0)];
const INDEX: &[(&str, f64, f64)] = &[("kg/m²", 1.0, 0.0), ("kg/m^2", 1.0, 0.0), ("count", 1.0, 0.0)];

macro_rules! names {
    ($($kind:ident $series:ident $units:ident;)*) => {
        /// By name.
        static NAMES: &[Name] =
            &[$(Name { kind: stringify!($kind), series: SeriesType::$series, units: $units },)*];
    };
}

names! {
    ACTIVE_CALORIES_BURNED ENERGY ENERGY;
    BASAL_METABOLIC_RATE BASAL_METABOLIC_RATE ENERGY_A_DAY;
    BLOOD_GLUCOSE BLOOD_GLUCOSE GLUCOSE;
    BLOOD_PRESSURE_DIASTOLIC BLOOD_PRESSURE_DIASTOLIC PRESSURE;
    BLOOD_PRESSURE_SYSTOLIC BLOOD_PRESSURE_SYSTOLIC PRESSURE;
    BMI BODY_MASS_INDEX INDEX;
    BODY_FAT BODY_FAT_PERCENTAGE PERCENT;
    BODY_FAT_MASS BODY_FAT_MASS MASS;
    BODY_TEMPERATURE BODY_TEMPERATURE TEMPERATURE;
    CYCLING_PEDALING_CADENCE CADENCE RATE;
    DIETARY_CALCIUM DIETARY_CALCIUM MILLIGRAMS;
    DIETARY_CARBOHYDRATE DIETARY_CARBOHYDRATES GRAMS;
    DIETARY_CHOLESTEROL DIETARY_CHOLESTEROL MILLIGRAMS;
    DIETARY_ENERGY CONSUMED_ENERGY ENERGY;
    DIETARY_FIBER DIETARY_FIBER GRAMS;
    DIETARY_IRON DIETARY_IRON MILLIGRAMS;
    DIETARY_POTASSIUM DIETARY_POTASSIUM MILLIGRAMS;
    DIETARY_PROTEIN DIETARY_PROTEIN GRAMS;
    DIETARY_SATURATED_FAT DIETARY_FAT_SATURATED GRAMS;
    DIETARY_SODIUM DIETARY_SODIUM MILLIGRAMS;
    DIETARY_SUGAR DIETARY_SUGAR GRAMS;
    DIETARY_TOTAL_FAT DIETARY_FAT_TOTAL GRAMS;
    DIETARY_VITAMIN_C DIETARY_VITAMIN_C MILLIGRAMS;
    DISTANCE DISTANCE_WALKING_RUNNING METERS;
    FLOORS_CLIMBED FLIGHTS_CLIMBED COUNT;
    HEART_RATE HEART_RATE RATE;
    HEART_RATE_VARIABILITY HEART_RATE_VARIABILITY_RMSSD MILLISECONDS;
    HEIGHT HEIGHT CENTIMETERS;
    HYDRATION HYDRATION VOLUME;
    LEAN_BODY_MASS LEAN_BODY_MASS MASS;
    OXYGEN_SATURATION OXYGEN_SATURATION PERCENT;
    POWER POWER POWER;
    RESPIRATORY_RATE RESPIRATORY_RATE RATE;
    RESTING_HEART_RATE RESTING_HEART_RATE RATE;
    SKELETAL_MUSCLE_MASS SKELETAL_MUSCLE_MASS MASS;
    SPEED SPEED SPEED;
    STEP_COUNT STEPS COUNT;
    TOTAL_CALORIES_BURNED TOTAL_ENERGY ENERGY;
    VO2_MAX VO2_MAX OXYGEN_UPTAKE;
    WEIGHT WEIGHT MASS;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(kind: &str, value: f64, unit: &str) -> Option<(SeriesType, f64)> {
        let metric = find(kind, Some(unit)).ok()?;
        Some((metric.series, (metric.value(value) * 1e6).round() / 1e6))
    }

    #[test]
    fn names_ascend_so_that_each_is_found() {
        assert!(NAMES.windows(2).all(|pair| pair[0].kind < pair[1].kind));
        for name in NAMES {
            assert_eq!(find(name.kind, None).map(|metric| metric.series), Ok(name.series), "{}", name.kind);
        }
    }

    #[test]
    fn units_become_the_series_own() {
        use model::SeriesType as S;
        for (kind, value, unit, series, wanted) in [
            ("HEART_RATE", 61.5, "bpm", S::HEART_RATE, 61.5),
            ("BLOOD_GLUCOSE", 5.5, "mmol/L", S::BLOOD_GLUCOSE, 99.1001),
            ("HEIGHT", 1.78, "m", S::HEIGHT, 178.0),
            ("BODY_FAT", 21.5, "%", S::BODY_FAT_PERCENTAGE, 21.5),
            ("OXYGEN_SATURATION", 97.0, "%", S::OXYGEN_SATURATION, 97.0),
            ("BODY_TEMPERATURE", 98.6, "°F", S::BODY_TEMPERATURE, 37.0),
            ("HYDRATION", 0.25, "L", S::HYDRATION, 250.0),
            ("HKQuantityTypeIdentifierOxygenSaturation", 97.0, "%", S::OXYGEN_SATURATION, 97.0),
            ("HKQuantityTypeIdentifierOxygenSaturation", 0.97, "%", S::OXYGEN_SATURATION, 97.0),
            ("HKQuantityTypeIdentifierBodyFatPercentage", 0.215, "%", S::BODY_FAT_PERCENTAGE, 21.5),
            ("HKQuantityTypeIdentifierRespiratoryRate", 14.5, "breaths/min", S::RESPIRATORY_RATE, 14.5),
            ("HKQuantityTypeIdentifierBodyMassIndex", 22.5, "kg/m²", S::BODY_MASS_INDEX, 22.5),
            ("HKQuantityTypeIdentifierActiveEnergyBurned", 12.5, "Cal", S::ENERGY, 12.5),
            ("HKQuantityTypeIdentifierHeight", 1.78, "m", S::HEIGHT, 178.0),
        ] {
            assert_eq!(converted(kind, value, unit), Some((series, wanted)), "{kind} {unit}");
        }
        assert!(matches!(find("HEART_RATE", Some("kg")), Err(Unmapped::Unit)));
        assert!(matches!(find("HKQuantityTypeIdentifierHeartRate", Some("kg")), Err(Unmapped::Unit)));
        assert!(matches!(find("x", Some("kg")), Err(Unmapped::Type)));
        assert!(find("HKQuantityTypeIdentifierHeartRate", None).is_ok());
    }

    #[test]
    fn what_only_sounds_alike_is_kept_apart() {
        let series = |kind| find(kind, None).map(|metric| metric.series).ok();
        assert_ne!(series("TOTAL_CALORIES_BURNED"), series("ACTIVE_CALORIES_BURNED"));
        assert_ne!(series("BASAL_METABOLIC_RATE"), Some(SeriesType::BASAL_ENERGY));
    }
}
