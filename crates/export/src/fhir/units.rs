//! Units as UCUM has them (ucum.org; see NOTICE), and as people read them.

use model::{SeriesType, Unit};

/// A unit: for people, and its code in UCUM.
pub(super) type Ucum = (&'static str, &'static str);

/// Of everything that says how long something took.
pub(super) const SECONDS: Ucum = ("s", "s");

/// The unit of a series. Differences of temperatures are kelvins: the same number, without the zero of Celsius.
pub(super) fn of_series(series: SeriesType) -> Ucum {
    match series {
        SeriesType::SKIN_TEMPERATURE_DEVIATION | SeriesType::SKIN_TEMPERATURE_TREND_DEVIATION => ("K", "K"),
        SeriesType::STEPS => ("steps", "{steps}"),
        other => of_unit(other.unit()),
    }
}

fn of_unit(unit: Unit) -> Ucum {
    match unit {
        Unit::BeatsPerMinute => ("beats/minute", "/min"),
        Unit::BreathsPerMinute => ("breaths/minute", "/min"),
        Unit::Milliseconds => ("ms", "ms"),
        Unit::Percent => ("%", "%"),
        Unit::MilligramsPerDeciliter => ("mg/dL", "mg/dL"),
        Unit::MillimetersOfMercury => ("mmHg", "mm[Hg]"),
        Unit::Count => ("count", "{count}"),
        Unit::Score => ("score", "{score}"),
        Unit::Liters => ("L", "L"),
        Unit::LitersPerMinute => ("L/min", "L/min"),
        Unit::Centimeters => ("cm", "cm"),
        Unit::Kilograms => ("kg", "kg"),
        Unit::KilogramsPerSquareMeter => ("kg/m2", "kg/m2"),
        Unit::Celsius => ("°C", "Cel"),
        Unit::MillilitersPerKilogramMinute => ("mL/kg/min", "mL/kg/min"),
        Unit::Meters => ("m", "m"),
        Unit::Years => ("years", "a"),
        Unit::Kilocalories => ("kcal", "kcal"),
        Unit::Minutes => ("min", "min"),
        Unit::Met => ("MET", "[MET]"),
        Unit::MetersPerSecond => ("m/s", "m/s"),
        Unit::Watts => ("W", "W"),
        Unit::RevolutionsPerMinute => ("revolutions/minute", "{rev}/min"),
        Unit::Decibels => ("dB", "dB"),
        Unit::Degrees => ("degrees", "deg"),
        Unit::Milliliters => ("mL", "mL"),
        Unit::Seconds => ("s", "s"),
        Unit::StepsPerMinute => ("steps/minute", "{steps}/min"),
        Unit::StrokesPerMinute => ("strokes/minute", "{strokes}/min"),
        Unit::PushesPerMinute => ("pushes/minute", "{pushes}/min"),
        Unit::Grams => ("g", "g"),
        Unit::Milligrams => ("mg", "mg"),
    }
}

/// The unit that a field of an event has in its name; a plain number where it has none.
pub(super) fn of_field(name: &str) -> Ucum {
    const ENDINGS: &[(&str, Ucum)] = &[
        ("cadence_avg", ("counts/minute", "{count}/min")),
        ("_min_per_km", ("min/km", "min/km")),
        ("_brpm", ("breaths/minute", "/min")),
        ("_bpm", ("beats/minute", "/min")),
        ("_spm", ("counts/minute", "{count}/min")),
        ("_ppm", ("pushes/minute", "{pushes}/min")),
        ("_rpm", ("revolutions/minute", "{rev}/min")),
        ("_percent", ("%", "%")),
        ("_kcal", ("kcal", "kcal")),
        ("_days", ("days", "d")),
        ("_mps", ("m/s", "m/s")),
        ("_deg", ("degrees", "deg")),
        ("_kg", ("kg", "kg")),
        ("_w", ("W", "W")),
        ("_m", ("m", "m")),
        ("_s", ("s", "s")),
        ("_c", ("°C", "Cel")),
    ];
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map_or(("1", "1"), |(_, unit)| *unit)
}
