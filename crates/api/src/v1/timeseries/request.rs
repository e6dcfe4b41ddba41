//! What a page of samples asks for.

use super::{row::RowId, span::Span};
use crate::{
    error::{ApiError, Result},
    wire::{Cursor, Query},
};
use jiff::tz::TimeZone;
use model::{SERIES, SeriesType};
use series::Resolution;
use store::User;

const RESOLUTIONS: &[(&str, Resolution)] = &[
    ("raw", Resolution::Raw),
    ("1min", Resolution::OneMinute),
    ("5min", Resolution::FiveMinutes),
    ("15min", Resolution::FifteenMinutes),
    ("1hour", Resolution::OneHour),
    ("1day", Resolution::OneDay),
];

/// What is asked for.
pub(super) struct Request {
    pub(super) series: Vec<SeriesType>,
    pub(super) span: Span,
    pub(super) resolution: Resolution,
    pub(super) zone: Option<TimeZone>,
    pub(super) cursor: Option<(Cursor, RowId)>,
    pub(super) limit: usize,
}

impl Request {
    /// Reads it from the query.
    pub(super) fn read(query: &Query, user: Option<&User>, max_page: u32) -> Result<Self> {
        let resolution = query.choice("resolution", Resolution::Raw, RESOLUTIONS)?;
        let zone = zone(query, user, resolution)?;
        let (from, to) = (query.instant("start_time")?, query.instant("end_time")?);
        let cursor = query.text("cursor").filter(|text| !text.is_empty()).map(|text| {
            let cursor = Cursor::decode(text)?;
            let id = RowId::decode(&cursor.id).ok_or_else(|| Cursor::malformed(text))?;
            Ok::<_, ApiError>((cursor, id))
        });
        Ok(Self {
            series: series(query)?,
            span: Span::new(from, to, resolution, zone.as_ref()),
            resolution,
            zone,
            cursor: cursor.transpose()?,
            limit: query.integer("limit", 50, 1..=max_page)? as usize,
        })
    }

    pub(super) fn is_raw(&self) -> bool {
        self.resolution == Resolution::Raw
    }

    pub(super) fn backward(&self) -> bool {
        self.cursor.as_ref().is_some_and(|(cursor, _)| cursor.backward)
    }

    /// As metadata shows it; null for raw, as the peer has it.
    pub(super) fn resolution_name(&self) -> Option<&'static str> {
        let named = RESOLUTIONS.iter().find(|(_, resolution)| *resolution == self.resolution);
        named.map(|(name, _)| *name).filter(|_| !self.is_raw())
    }
}

fn series(query: &Query) -> Result<Vec<SeriesType>> {
    let find = |code: &str| {
        SeriesType::find(code)
            .ok_or_else(|| ApiError::invalid("types", format!("Input should be one of the series types, not '{code}'")))
    };
    let mut wanted = query.all("types").filter(|code| !code.is_empty()).map(find).collect::<Result<Vec<_>>>()?;
    if wanted.is_empty() {
        wanted = SERIES.iter().map(|spec| spec.id).collect();
    }
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

/// The zone asked for; for days, else the user's.
fn zone(query: &Query, user: Option<&User>, resolution: Resolution) -> Result<Option<TimeZone>> {
    if let Some(name) = query.text("tz") {
        let zone = TimeZone::get(name).map_err(|_| ApiError::invalid("tz", "Input should be an IANA time zone"))?;
        return Ok(Some(zone));
    }
    let own = user.and_then(|user| user.time_zone.as_deref()).filter(|_| resolution == Resolution::OneDay);
    Ok(own.and_then(|name| TimeZone::get(name).ok()))
}
