//! What a query asks for, checked: every user is the team's, every limit is kept.

use super::post::QueryRequest;
use crate::{
    State,
    error::{ApiError, Result},
    samples::{RESOLUTIONS, RowId, Selection, Span, time_zone},
    trust::Trusted,
    wire::{Cursor, Instant, parse_instant},
};
use jiff::tz::TimeZone;
use model::{SeriesType, TeamId, Timestamp, UserId};
use series::Resolution;
use std::{collections::HashSet, sync::Arc};
use store::User;

pub(super) const MOST_USERS: usize = 1_000;
pub(super) const MOST_TYPES: usize = 200;
pub(super) const MOST_DAYS: i64 = 3_660;
pub(super) const MOST_ROWS: u32 = 100_000;
const FEW_ROWS: u32 = 10_000;

/// Someone whose samples are asked for.
#[derive(Debug)]
pub(in crate::v1) struct Person {
    pub(in crate::v1) user: User,
    pub(in crate::v1) id_text: String,
}

/// What is asked for.
#[derive(Debug)]
pub(in crate::v1) struct Asked {
    pub(super) people: Vec<Arc<Person>>,
    /// All that each has, if none was named. Ascending.
    pub(super) series: Option<Vec<SeriesType>>,
    from: Instant,
    to: Instant,
    pub(super) resolution: Resolution,
    zone: Option<TimeZone>,
    /// Left out where no series was named.
    pub(super) without: &'static [SeriesType],
    /// Whether overlapping sources count as one.
    pub(super) merged: bool,
    /// Whether both blood pressures are read together, so that those of one measurement find each other.
    pub(super) has_pairs: bool,
    /// Whether samples say why they are what they are.
    pub(super) explain: bool,
    pub(super) limit: usize,
    pub(super) place: Option<Place>,
}

/// The row that a page begins after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    pub(super) row: RowId,
}

impl Asked {
    /// Checks a request and finds its users.
    pub(super) async fn read(state: &State, team: TeamId, request: &QueryRequest) -> Result<Self> {
        let resolution = request.resolution.as_deref().unwrap_or("raw");
        let resolution = RESOLUTIONS.iter().find(|(name, _)| *name == resolution).map(|(_, resolution)| *resolution);
        let resolution = resolution.ok_or_else(|| {
            ApiError::invalid("resolution", "Input should be 'raw', '1min', '5min', '15min', '1hour' or '1day'")
        })?;
        let (from, to) = (instant("from", &request.from)?, instant("to", &request.to)?);
        let limit = request.limit.unwrap_or(FEW_ROWS);
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(ApiError::invalid("limit", format!("Input should be from 1 to {MOST_ROWS}")));
        }
        let mut asked = Self {
            people: Vec::new(),
            series: series(request.types.as_deref())?,
            without: &[],
            from,
            to,
            resolution,
            zone: time_zone(request.tz.as_deref(), None, resolution)?,
            merged: request.merged.unwrap_or(false),
            has_pairs: false,
            explain: request.explain.unwrap_or(false),
            limit: limit as usize,
            place: request.cursor.as_deref().map(Place::decode).transpose()?,
        };
        check_span(asked.span(None).samples.from, asked.span(None).samples.to, resolution)?;
        asked.people = people(state, team, &request.users).await?;
        if let Some(place) = asked.place
            && !asked.people.iter().any(|person| person.user.id == place.user)
        {
            return Err(ApiError::invalid("cursor", "It is that of another query"));
        }
        Ok(asked)
    }

    /// Everything of one person, sources apart or as one; with both blood pressures together.
    pub(in crate::v1) fn of_record(
        user: User,
        series: Option<Vec<SeriesType>>,
        (from, to): (Instant, Instant),
        resolution: Resolution,
        zone: Option<TimeZone>,
        merged: bool,
    ) -> Self {
        let person = Person { id_text: user.id.to_string(), user };
        Self {
            people: vec![Arc::new(person)],
            series,
            without: &[],
            from,
            to,
            resolution,
            zone,
            merged,
            has_pairs: true,
            explain: false,
            limit: usize::MAX,
            place: None,
        }
    }

    /// The samples of one person between two instants as they are, series by series.
    pub(in crate::v1) fn apart_between(
        user: User,
        series: Option<Vec<SeriesType>>,
        (from, to): (Timestamp, Timestamp),
    ) -> Self {
        let span = (Instant { at: from, date: None }, Instant { at: to, date: None });
        Self::of_record(user, series, span, Resolution::Raw, None, false).apart()
    }

    /// The same without these series, unless they were named.
    pub(in crate::v1) fn without(self, without: &'static [SeriesType]) -> Self {
        Self { without, ..self }
    }

    /// The same, series by series.
    pub(in crate::v1) fn apart(self) -> Self {
        Self { has_pairs: false, ..self }
    }

    /// What is read of some of a person's series.
    pub(super) fn selection(
        &self,
        person: &Person,
        series: Vec<SeriesType>,
        merged: Option<Trusted>,
    ) -> Result<Selection> {
        let own = time_zone(None, Some(&person.user), self.resolution)?;
        let zone = self.zone.clone().or(own);
        let span = self.span(zone.as_ref());
        Ok(Selection { series, span, resolution: self.resolution, zone, merged, explain: self.explain })
    }

    /// The span by the clock of a zone.
    pub(super) fn span(&self, zone: Option<&TimeZone>) -> Span {
        Span::new(self.from, self.to, self.resolution, zone.or(self.zone.as_ref()))
    }
}

impl Place {
    /// As a cursor holds it.
    pub(super) fn encode(&self) -> String {
        Cursor::after(self.at, format!("{}/{}", self.user, self.row.encode())).encode()
    }

    fn decode(text: &str) -> Result<Self> {
        let malformed = || ApiError::invalid("cursor", "Input should be a `next_cursor` of this query");
        let cursor = Cursor::decode(text).map_err(|_| malformed())?;
        let (user, row) = cursor.id.split_once('/').ok_or_else(malformed)?;
        let user = user.parse().map_err(|_| malformed())?;
        Ok(Self { user, at: cursor.at, row: RowId::decode(row).ok_or_else(malformed)? })
    }
}

fn instant(field: &str, text: &str) -> Result<Instant> {
    parse_instant(text).map_err(|_| ApiError::invalid(field, "Input should be a date, ISO 8601 or seconds since 1970"))
}

fn check_span(from: Timestamp, to: Timestamp, resolution: Resolution) -> Result<()> {
    // whole days may be none
    if to < from || (to == from && resolution != Resolution::OneDay) {
        return Err(ApiError::invalid("to", "Input should be later than `from`"));
    }
    if to.micros_since(from) > (MOST_DAYS + 1) * 86_400_000_000 {
        return Err(ApiError::invalid("to", format!("Input should be at most {MOST_DAYS} days after `from`")));
    }
    Ok(())
}

fn series(types: Option<&[String]>) -> Result<Option<Vec<SeriesType>>> {
    let Some(types) = types else { return Ok(None) };
    if types.is_empty() || types.len() > MOST_TYPES {
        return Err(ApiError::invalid("types", format!("Input should have 1 to {MOST_TYPES} items")));
    }
    let find = |(place, code): (usize, &String)| {
        let field = format!("types[{place}]");
        SeriesType::find(code).ok_or_else(|| ApiError::invalid(field, format!("'{code}' is not a series type")))
    };
    let mut series = types.iter().enumerate().map(find).collect::<Result<Vec<_>>>()?;
    series.sort_unstable();
    series.dedup();
    Ok(Some(series))
}

/// The users, each once, in the order named: by id, else by the team's own id of them.
async fn people(state: &State, team: TeamId, names: &[String]) -> Result<Vec<Arc<Person>>> {
    if names.is_empty() || names.len() > MOST_USERS {
        return Err(ApiError::invalid("users", format!("Input should have 1 to {MOST_USERS} items")));
    }
    let mut seen = HashSet::new();
    let mut people = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let by_id = match name.parse::<UserId>() {
            Ok(id) => state.store.find_user(team, id).await?,
            Err(_) => None,
        };
        let user = match by_id {
            Some(user) => Some(user),
            None => state.store.find_user_by_external_id(team, name).await?,
        };
        let user = user.ok_or_else(|| ApiError::NotFound(format!("users[{place}]: User '{name}' not found.")))?;
        if seen.insert(user.id) {
            people.push(Arc::new(Person { id_text: user.id.to_string(), user }));
        }
    }
    Ok(people)
}
