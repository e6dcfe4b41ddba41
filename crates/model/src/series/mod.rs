//! Series types: what a number measured, in which unit, and how numbers of the kind are put together.

mod table;

pub use table::SERIES;

/// A kind of measurement, by its stored id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesType(pub(crate) u16);

/// How the points of a bucket become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// Amounts: added up; an interval that crosses a bucket's edge is shared pro rata.
    Sum,
    /// Levels: averaged, intervals weighted by their duration.
    Mean,
    /// The highest counts.
    Max,
    /// Running totals: the latest counts.
    Last,
}

/// How much time a block of points covers, by how dense the series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum BlockClass {
    /// About a point a second.
    Hour = 1,
    /// About a point a minute.
    Day = 2,
    /// Some points a day.
    Month = 3,
    /// A point a day or fewer.
    Year = 4,
}

impl BlockClass {
    /// From its stored number.
    #[must_use]
    pub fn from_stored(number: u8) -> Option<Self> {
        [Self::Hour, Self::Day, Self::Month, Self::Year].into_iter().find(|class| *class as u8 == number)
    }
}

/// The part of the body or life a series speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the documentation
pub enum Group {
    Heart,
    BloodAndRespiratory,
    Body,
    Fitness,
    Activity,
    Distance,
    Walking,
    Running,
    Swimming,
    Generic,
    Environment,
    ProviderSpecific,
    Other,
}

crate::text::codes! {
    /// The unit of a series; codes as in the Open Wearables API.
    #[allow(missing_docs)] // the names are the documentation
    Unit {
        BeatsPerMinute = "bpm",
        Milliseconds = "ms",
        Percent = "percent",
        MilligramsPerDeciliter = "mg_dl",
        MillimetersOfMercury = "mmHg",
        BreathsPerMinute = "brpm",
        Count = "count",
        Score = "score",
        Liters = "liters",
        LitersPerMinute = "L/min",
        Centimeters = "cm",
        Kilograms = "kg",
        KilogramsPerSquareMeter = "kg_m2",
        Celsius = "celsius",
        MillilitersPerKilogramMinute = "ml_kg_min",
        Meters = "meters",
        Years = "years",
        Kilocalories = "kcal",
        Minutes = "minutes",
        Met = "met",
        MetersPerSecond = "m_per_s",
        Watts = "watts",
        RevolutionsPerMinute = "rpm",
        Decibels = "dB",
        Degrees = "degrees",
        Milliliters = "mL",
        Seconds = "seconds",
        StepsPerMinute = "steps_per_min",
        StrokesPerMinute = "strokes_per_min",
        PushesPerMinute = "pushes_per_min",
        Grams = "g",
        Milligrams = "mg",
    }
}

/// What is known of a series type.
#[derive(Clone, Copy, Debug)]
pub struct SeriesSpec {
    /// Its stored id.
    pub id: SeriesType,
    /// Its code on the wire.
    pub code: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What it speaks of.
    pub group: Group,
    /// How its points are put together.
    pub aggregation: Aggregation,
    /// The block class it starts with.
    pub class: BlockClass,
}

impl SeriesType {
    /// The type with this stored id.
    #[must_use]
    pub fn from_stored(id: u16) -> Option<Self> {
        SERIES.binary_search_by_key(&id, |spec| spec.id.0).ok().map(|_| Self(id))
    }

    /// The stored id.
    #[must_use]
    pub fn as_stored(self) -> u16 {
        self.0
    }

    /// What is known of it.
    #[must_use]
    pub fn spec(self) -> &'static SeriesSpec {
        let index = SERIES.binary_search_by_key(&self.0, |spec| spec.id.0).unwrap_or_default();
        &SERIES[index]
    }

    /// The code on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.spec().code
    }

    /// The unit.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.spec().unit
    }

    /// The type with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        SERIES.iter().find(|spec| spec.code == code).map(|spec| spec.id)
    }
}

impl std::fmt::Debug for SeriesType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::text::by_code!(SeriesType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_holds_the_contract() {
        assert!(SERIES.windows(2).all(|pair| pair[0].id.0 < pair[1].id.0), "ids ascend");
        assert_eq!(SERIES.iter().filter(|spec| spec.id.0 < 1000).count(), 93);
        let mut codes: Vec<_> = SERIES.iter().map(|spec| spec.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), SERIES.len());
    }

    #[test]
    fn ids_and_codes_lead_to_the_same_type() {
        assert_eq!(SeriesType::from_stored(1), SeriesType::find("heart_rate"));
        assert_eq!(SeriesType::from_stored(6), None);
        assert_eq!(SeriesType::HEART_RATE.unit().as_str(), "bpm");
        assert_eq!("steps".parse(), Ok(SeriesType::STEPS));
    }
}
