//! What of a user is read.

use super::span::Span;
use crate::{
    error::{ApiError, Result},
    trust::Trusted,
};
use jiff::tz::TimeZone;
use model::{Aggregation, Context, SeriesType};
use series::Resolution;
use store::{User, Wanted};

/// The resolutions by name.
pub(crate) const RESOLUTIONS: &[(&str, Resolution)] = &[
    ("raw", Resolution::Raw),
    ("1min", Resolution::OneMinute),
    ("5min", Resolution::FiveMinutes),
    ("15min", Resolution::FifteenMinutes),
    ("1hour", Resolution::OneHour),
    ("1day", Resolution::OneDay),
];

/// A resolution's name.
pub(crate) fn resolution_name(resolution: Resolution) -> &'static str {
    RESOLUTIONS.iter().find(|(_, known)| *known == resolution).map_or("raw", |(name, _)| *name)
}

/// What is read: series (all if none is named), a span of time, and how fine.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) series: Vec<SeriesType>,
    pub(crate) span: Span,
    pub(crate) resolution: Resolution,
    pub(crate) zone: Option<TimeZone>,
    /// If overlapping sources are to be one: how much each is trusted.
    pub(crate) merged: Option<Trusted>,
    /// Whether rows say why they are what they are.
    pub(crate) explain: bool,
}

impl Selection {
    pub(crate) fn is_raw(&self) -> bool {
        self.resolution == Resolution::Raw
    }

    /// What a read needs of the blocks.
    pub(super) fn wanted(&self) -> Wanted {
        match self.resolution {
            _ if self.merged.is_some() => Wanted::Touching,
            Resolution::Raw => Wanted::Starts,
            Resolution::OneHour | Resolution::OneDay => Wanted::Hours,
            Resolution::OneMinute | Resolution::FiveMinutes | Resolution::FifteenMinutes => Wanted::Touching,
        }
    }

    /// Whether hours kept beside blocks may stand for points.
    pub(crate) fn has_summaries(&self) -> bool {
        self.wanted() == Wanted::Hours
    }

    /// Whether points of a context count: all as they are; in buckets totals of days only in days of their
    /// own, amounts of workouts never beside those of the day they are part of.
    pub(super) fn takes(&self, series: SeriesType, context: Context) -> bool {
        match context {
            _ if self.is_raw() && self.merged.is_none() => true,
            context if context.is_daily() => self.is_raw() || self.resolution == Resolution::OneDay,
            context if context.is_workout() => series.spec().aggregation != Aggregation::Sum,
            _ => true,
        }
    }

    /// How many points so many buckets have in a series with a point a minute.
    pub(crate) fn points_of(&self, rows: u64) -> u64 {
        rows.saturating_mul(match self.resolution {
            Resolution::Raw | Resolution::OneMinute => 1,
            Resolution::FiveMinutes => 5,
            Resolution::FifteenMinutes => 15,
            Resolution::OneHour => 60,
            Resolution::OneDay => 1_440,
        })
    }
}

/// The zone asked for; for days, else the user's.
pub(crate) fn time_zone(name: Option<&str>, user: Option<&User>, resolution: Resolution) -> Result<Option<TimeZone>> {
    if let Some(name) = name {
        let zone = TimeZone::get(name).map_err(|_| ApiError::invalid("tz", "Input should be an IANA time zone"))?;
        return Ok(Some(zone));
    }
    let own = user.and_then(|user| user.time_zone.as_deref()).filter(|_| resolution == Resolution::OneDay);
    Ok(own.and_then(|name| TimeZone::get(name).ok()))
}
