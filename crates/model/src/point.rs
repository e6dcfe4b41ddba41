//! A measured value in time, what kept it apart from others in the same slot, and which receipt wrote it.

use crate::Timestamp;

/// One value: it holds from `start` for `duration_us`; zero is an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it begins.
    pub start: Timestamp,
    /// How long it lasts, microseconds.
    pub duration_us: i64,
    /// The value in the series' unit, exact as received after unit conversion. Always finite.
    pub value: f64,
}

impl Point {
    /// A value at an instant.
    #[must_use]
    pub const fn at(start: Timestamp, value: f64) -> Self {
        Self { start, duration_us: 0, value }
    }

    /// Where it ends.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.start.plus_micros(self.duration_us)
    }
}

/// Who wrote a point, and so which of two writings of the same slot stands: the higher stamp.
///
/// The order of the fields is the order of comparison. Types with a revision rank converge whatever
/// the order of arrival; for the others the latest receipt wins. A replay keeps the first stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// The revision's rank as the provider's manifest defines it; 0 where it defines none.
    pub rank: i32,
    /// The receipt order of the delivery: microseconds, unique within the installation's process.
    pub receipt: i64,
    /// The part within the delivery.
    pub part: u32,
}

/// Keeps apart points of one source and type that share a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Context(i32);

impl Context {
    /// Ordinary samples.
    pub const SAMPLES: Context = Context(0);
    /// Totals and averages of whole days; never mixed with samples.
    pub const DAILY: Context = Context(1);

    /// Samples that a person asked for, beside those that a device takes by itself.
    pub const ON_DEMAND: Context = Context(2);
    /// Samples that a person typed in.
    pub const MANUAL: Context = Context(3);
    /// Intervals of sleep, by their stage.
    pub const SLEEP_STAGES: Context = Context(4);
    /// Time in bed, which spans the stages and may begin and end with one.
    pub const IN_BED: Context = Context(5);

    const EPOCHS: i32 = 100;
    const REDUCED: i32 = 500;
    const WORKOUTS: i32 = 1000;

    /// The samples of a workout, by its number within the user.
    #[must_use]
    pub const fn workout(number: i32) -> Self {
        Self(Self::WORKOUTS + number)
    }

    /// An epoch's activity type, by its position in the provider's list.
    #[must_use]
    pub const fn epoch(activity: u8) -> Self {
        Self(Self::EPOCHS + activity as i32)
    }

    /// Where points of this context go once they are old and kept less finely; none where they stay as they are:
    /// totals of days, what people typed in, stages of sleep, and workouts.
    #[must_use]
    pub const fn reduced(self) -> Option<Self> {
        match self.0 {
            0 | 2 | Self::EPOCHS..=355 => Some(Self(Self::REDUCED + self.0)),
            _ => None,
        }
    }

    /// Whether points here may stand for several that were measured.
    #[must_use]
    pub const fn is_reduced(self) -> bool {
        self.0 >= Self::REDUCED && self.0 < Self::WORKOUTS
    }

    /// From its stored number.
    #[must_use]
    pub const fn from_stored(number: i32) -> Self {
        Self(number)
    }

    /// The stored number.
    #[must_use]
    pub const fn as_stored(self) -> i32 {
        self.0
    }

    /// Whether these are totals of whole days.
    #[must_use]
    pub const fn is_daily(self) -> bool {
        self.0 == Self::DAILY.0
    }

    /// Whether these belong to a workout.
    #[must_use]
    pub const fn is_workout(self) -> bool {
        self.0 >= Self::WORKOUTS
    }
}
