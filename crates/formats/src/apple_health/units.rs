//! HealthKit's units, written as free text by the person's settings, to the unit of a series.

/// What is measured, named by the unit its series has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A number of things.
    Count,
    /// How often a minute.
    PerMinute,
    /// A judgement or an index.
    Score,
    /// A share, which HealthKit writes as 0 to 1 with the unit `%`.
    Percent,
    /// A length in metres.
    Meters,
    /// A length in centimetres.
    Centimeters,
    /// A mass in kilograms.
    Kilograms,
    /// A mass in grams.
    Grams,
    /// A mass in milligrams.
    Milligrams,
    /// A temperature.
    Celsius,
    /// An energy.
    Kilocalories,
    /// Glucose in blood, mg/dL.
    Glucose,
    /// Alcohol in blood, mg/dL; HealthKit writes grams in a millilitre as `%`.
    Alcohol,
    /// A volume in litres.
    Liters,
    /// A volume in millilitres.
    Milliliters,
    /// A flow.
    LitersPerMinute,
    /// A speed.
    MetersPerSecond,
    /// A time in minutes.
    Minutes,
    /// A time in milliseconds.
    Milliseconds,
    /// A power.
    Watts,
    /// A pressure, mmHg.
    Pressure,
    /// A sound's level.
    Decibels,
    /// Oxygen uptake, mL/(kg·min).
    OxygenUptake,
    /// Effort, kcal/(kg·h), which is MET.
    Effort,
    /// Skin conductance, microsiemens.
    Microsiemens,
    /// Insulin, international units.
    InsulinUnits,
}

/// How a value becomes one in the unit of its series. What is a plain number of the unit stays exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    before: f64,
    times: f64,
    over: f64,
}

impl Conversion {
    pub(super) const SAME: Conversion = Conversion { before: 0.0, times: 1.0, over: 1.0 };

    /// The value in the unit of the series.
    #[must_use]
    pub fn apply(self, value: f64) -> f64 {
        (value + self.before) * self.times / self.over
    }

    /// `times` of the small unit in the value's, `over` in the series'.
    fn ratio(times: f64, over: f64) -> Self {
        let whole = |number: f64| number.fract() == 0.0 && number != 0.0;
        match (times / over, over / times) {
            (up, _) if whole(up) => Self { times: up, ..Self::SAME },
            (_, down) if whole(down) => Self { over: down, ..Self::SAME },
            _ => Self { times, over, ..Self::SAME },
        }
    }
}

/// How a value in `unit` becomes one of `quantity`; none where the unit does not measure that.
pub(super) fn conversion(quantity: Quantity, unit: &str) -> Option<Conversion> {
    let unit = &unit.replace(['*', '\u{22c5}'], "\u{b7}");
    let small = |over: f64| move |times: f64| Conversion::ratio(times, over);
    match quantity {
        Quantity::Count => matches!(unit.as_str(), "count" | "").then_some(Conversion::SAME),
        Quantity::Score => matches!(unit.as_str(), "appleEffortScore" | "count" | "").then_some(Conversion::SAME),
        Quantity::PerMinute => per_minute(unit),
        Quantity::Percent => (unit == "%").then_some(Conversion::ratio(100.0, 1.0)),
        Quantity::Meters => millimeters(unit).map(small(1000.0)),
        Quantity::Centimeters => millimeters(unit).map(small(10.0)),
        Quantity::Kilograms => micrograms(unit).map(small(1e9)),
        Quantity::Grams => micrograms(unit).map(small(1e6)),
        Quantity::Milligrams => micrograms(unit).map(small(1e3)),
        Quantity::Celsius => celsius(unit),
        Quantity::Kilocalories => joules(unit).map(small(4184.0)),
        Quantity::Glucose => glucose(unit),
        Quantity::Alcohol => match unit.as_str() {
            "%" => Some(Conversion::ratio(100_000.0, 1.0)),
            "mg/dL" => Some(Conversion::SAME),
            _ => None,
        },
        Quantity::Liters => milliliters(unit).map(small(1000.0)),
        Quantity::Milliliters => milliliters(unit).map(small(1.0)),
        Quantity::LitersPerMinute => per(unit, milliliters).map(|(volume, time)| ratio(volume * 60.0, time)),
        Quantity::MetersPerSecond => per(unit, millimeters).map(|(length, time)| ratio(length, time)),
        Quantity::Minutes => milliseconds(unit).map(small(60_000.0)),
        Quantity::Milliseconds => milliseconds(unit).map(small(1.0)),
        Quantity::Watts => match unit.as_str() {
            "W" => Some(Conversion::SAME),
            "kW" => Some(ratio(1000.0, 1.0)),
            _ => None,
        },
        Quantity::Pressure => pascals(unit).map(small(133.322_387_415)),
        Quantity::Decibels => matches!(unit.as_str(), "dBASPL" | "dBHL" | "dB").then_some(Conversion::SAME),
        Quantity::OxygenUptake => {
            let names = ["ml/min\u{b7}kg", "ml/kg\u{b7}min", "ml/(kg\u{b7}min)", "ml/(min\u{b7}kg)", "ml/kg/min"];
            names.contains(&unit.to_lowercase().as_str()).then_some(Conversion::SAME)
        }
        Quantity::Effort => effort(unit),
        Quantity::Microsiemens => match unit.as_str() {
            "mcS" | "\u{b5}S" => Some(Conversion::SAME),
            "mS" => Some(ratio(1e3, 1.0)),
            "S" => Some(ratio(1e6, 1.0)),
            _ => None,
        },
        Quantity::InsulinUnits => (unit == "IU").then_some(Conversion::SAME),
    }
}

fn ratio(times: f64, over: f64) -> Conversion {
    Conversion::ratio(times, over)
}

/// The two sides of `km/hr`: how much above, in its small unit, and how many milliseconds below.
fn per(unit: &str, above: fn(&str) -> Option<f64>) -> Option<(f64, f64)> {
    let (amount, time) = unit.split_once('/')?;
    Some((above(amount)?, milliseconds(time)?))
}

fn per_minute(unit: &str) -> Option<Conversion> {
    match unit {
        "" | "bpm" | "spm" | "rpm" => Some(Conversion::SAME),
        "Hz" => Some(ratio(60.0, 1.0)),
        _ => unit.strip_prefix("count/").and_then(milliseconds).map(|time| ratio(60_000.0, time)),
    }
}

fn millimeters(unit: &str) -> Option<f64> {
    Some(match unit {
        "mm" => 1.0,
        "cm" => 10.0,
        "m" => 1000.0,
        "km" => 1e6,
        "in" => 25.4,
        "ft" => 304.8,
        "yd" => 914.4,
        "mi" => 1_609_344.0,
        _ => return None,
    })
}

fn micrograms(unit: &str) -> Option<f64> {
    Some(match unit {
        "mcg" | "\u{b5}g" => 1.0,
        "mg" => 1e3,
        "g" => 1e6,
        "kg" => 1e9,
        "oz" => 28_349_523.125,
        "lb" => 453_592_370.0,
        "st" => 6_350_293_180.0,
        _ => return None,
    })
}

fn milliliters(unit: &str) -> Option<f64> {
    Some(match unit {
        "mL" | "ml" => 1.0,
        "cL" => 10.0,
        "dL" => 100.0,
        "L" | "l" => 1000.0,
        "fl_oz_us" => 29.573_529_562_5,
        "fl_oz_imp" => 28.413_062_5,
        "cup_us" => 236.588_236_5,
        "cup_imp" => 284.130_625,
        "pt_us" => 473.176_473,
        "pt_imp" => 568.261_25,
        _ => return None,
    })
}

fn milliseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1.0,
        "s" => 1000.0,
        "min" => 60_000.0,
        "hr" | "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    })
}

/// HealthKit's `Cal` is the large calorie.
fn joules(unit: &str) -> Option<f64> {
    Some(match unit {
        "J" => 1.0,
        "cal" => 4.184,
        "kJ" => 1000.0,
        "kcal" | "Cal" => 4184.0,
        _ => return None,
    })
}

fn pascals(unit: &str) -> Option<f64> {
    Some(match unit {
        "Pa" => 1.0,
        "hPa" | "mbar" => 100.0,
        "kPa" => 1000.0,
        "cmAq" => 98.0665,
        "mmHg" => 133.322_387_415,
        "inHg" => 3386.389,
        "atm" => 101_325.0,
        _ => return None,
    })
}

fn celsius(unit: &str) -> Option<Conversion> {
    match unit {
        "degC" => Some(Conversion::SAME),
        "degF" => Some(Conversion { before: -32.0, times: 5.0, over: 9.0 }),
        "K" => Some(Conversion { before: -273.15, ..Conversion::SAME }),
        _ => None,
    }
}

/// `mmol<180.1558800000541>/L` names its molar mass; bare `mmol/L` is glucose's own.
fn glucose(unit: &str) -> Option<Conversion> {
    const MOLAR_MASS: f64 = 180.155_880_000_054_1;
    let molar = |mass: f64| Conversion { times: mass, over: 10.0, ..Conversion::SAME };
    match unit {
        "mg/dL" => Some(Conversion::SAME),
        "g/L" => Some(ratio(100.0, 1.0)),
        "mmol/L" => Some(molar(MOLAR_MASS)),
        _ => {
            let mass: f64 = unit.strip_prefix("mmol<")?.strip_suffix(">/L")?.parse().ok()?;
            (170.0..190.0).contains(&mass).then(|| molar(mass))
        }
    }
}

fn effort(unit: &str) -> Option<Conversion> {
    if unit == "MET" || unit == "met" {
        return Some(Conversion::SAME);
    }
    let (energy, below) = unit.split_once('/')?;
    let below = below.trim_matches(['(', ')']);
    let an_hour = matches!(below, "hr\u{b7}kg" | "kg\u{b7}hr" | "kg/hr" | "hr/kg" | "h\u{b7}kg" | "kg\u{b7}h");
    an_hour.then(|| joules(energy)).flatten().map(|times| ratio(times, 4184.0))
}
