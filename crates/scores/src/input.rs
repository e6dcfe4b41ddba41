//! What goes in, as small plain values: the person, days, heart rate by the minute, runs.

use model::{LocalDate, Timestamp};

/// Where a formula has constants for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// What is known of the person. What is not known is not guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Person {
    /// Date of birth.
    pub birth_date: Option<LocalDate>,
    /// Sex.
    pub sex: Option<Sex>,
    /// The greatest heart rate that was measured.
    pub max_heart_rate_bpm: Option<f64>,
}

impl Person {
    /// Completed years on a day; none without a birth date or if nobody is that old.
    #[must_use]
    pub fn age_on(&self, date: LocalDate) -> Option<i16> {
        let (born, today) = (self.birth_date?.to_civil(), date.to_civil());
        let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
        let years = today.year().saturating_sub(born.year()) - i16::from(before_birthday);
        (0..=120).contains(&years).then_some(years)
    }

    /// The greatest heart rate: measured, or for adults 208 − 0.7 × age (Tanaka, Monahan and Seals 2001).
    #[must_use]
    pub fn max_heart_rate_on(&self, date: LocalDate) -> Option<f64> {
        let measured = self.max_heart_rate_bpm.filter(|bpm| (100.0..=230.0).contains(bpm));
        measured.or_else(|| {
            let age = self.age_on(date).filter(|age| (18..=100).contains(age))?;
            Some(208.0 - 0.7 * f64::from(age))
        })
    }
}

/// A value of a local day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayValue {
    /// The local date.
    pub date: LocalDate,
    /// The value.
    pub value: f64,
}

/// A measure of heart-rate variability. The two have other sizes and are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HrvKind {
    /// Root mean square of successive differences.
    Rmssd,
    /// Standard deviation of the intervals.
    Sdnn,
}

impl HrvKind {
    /// In the order in which they are preferred.
    pub const ALL: &[HrvKind] = &[Self::Rmssd, Self::Sdnn];

    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rmssd => "rmssd",
            Self::Sdnn => "sdnn",
        }
    }
}

/// Heart-rate variability of a day: of the night that ended on it, or of its waking hours, as the algorithm says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HrvValue {
    /// The local date.
    pub date: LocalDate,
    /// Which measure.
    pub kind: HrvKind,
    /// Milliseconds.
    pub ms: f64,
}

/// The heart rate of a minute. Several values of one minute are averaged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeartMinute {
    /// Any instant within the minute.
    pub at: Timestamp,
    /// Beats a minute.
    pub bpm: f64,
}

/// A run, or the steady part of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSegment {
    /// The local date.
    pub date: LocalDate,
    /// How long.
    pub duration_s: f64,
    /// Mean speed, metres a second.
    pub speed_mps: f64,
    /// Net climb divided by distance; taken as level when not told.
    pub grade: Option<f64>,
    /// Mean heart rate.
    pub heart_rate_bpm: f64,
}
