//! Where a person's device is and what its clock shows: a home, and journeys that change the offset at noon
//! or when the journey leaves room for it, so that local dates always go forward.

use jiff::tz::TimeZone;
use model::{LocalDate, LocalOffset, Timestamp};
use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;
/// Stays that one person may be given.
const MAX_STAYS: usize = 1000;
/// The furthest that clocks on Earth are from UTC, and the largest jump a day can take.
const FURTHEST: i32 = 14 * 3600;
const LARGEST_JUMP: i64 = 22 * HOUR;

/// From a date on, somewhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stay {
    /// The day of the journey.
    pub(crate) date: LocalDate,
    /// A time zone (`Asia/Tokyo`) or an offset (`+09:00`).
    pub(crate) zone: String,
}

/// Why somebody cannot travel so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TravelError {
    UnknownZone(String),
    TooManyStays,
    /// The clock would jump by about a day.
    TooFar(LocalDate),
}

impl std::fmt::Display for TravelError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TravelError::UnknownZone(zone) => write!(f, "{zone:?} is neither a time zone nor an offset"),
            TravelError::TooManyStays => write!(f, "an itinerary has at most {MAX_STAYS} stays"),
            TravelError::TooFar(date) => write!(f, "the journey of {date} moves the clock by about a day"),
        }
    }
}

/// What decides the clock in one place.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Fixed(i32),
    Zone(TimeZone),
}

impl Place {
    pub(crate) fn find(text: &str) -> Result<Self, TravelError> {
        if let Some(seconds) = LocalOffset::parse_hours_minutes(text).filter(|seconds| seconds.abs() <= FURTHEST) {
            return Ok(Place::Fixed(seconds));
        }
        TimeZone::get(text).map(Place::Zone).map_err(|_| TravelError::UnknownZone(text.chars().take(60).collect()))
    }

    fn offset_at(&self, at: i64) -> i32 {
        match self {
            Place::Fixed(seconds) => *seconds,
            Place::Zone(zone) => zone.to_offset(Timestamp::from_seconds(at).to_jiff()).seconds(),
        }
    }

    fn midnight(&self, date: LocalDate) -> i64 {
        match self {
            Place::Fixed(seconds) => i64::from(date.as_days()) * DAY - i64::from(*seconds),
            Place::Zone(zone) => date.start_in(zone).as_seconds(),
        }
    }

    /// Where in the world a zone is, if it is one of those that people of the sandbox visit.
    fn coordinates(&self) -> Option<(f64, f64)> {
        let Place::Zone(zone) = self else { return None };
        match zone.iana_name()? {
            "Europe/Berlin" => Some((52.484_3, 13.388_1)),
            "Asia/Tokyo" => Some((35.672_6, 139.742_9)),
            "America/Los_Angeles" => Some((34.112_4, -118.302_2)),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Leg {
    date: LocalDate,
    /// UTC seconds at which the device shows the time of the place.
    at: i64,
    place: Place,
}

/// A home and the journeys from it, in order.
#[derive(Clone, Debug)]
pub(crate) struct Itinerary {
    home: Place,
    legs: Vec<Leg>,
}

impl Itinerary {
    /// Somebody who lives in `home` and goes where `stays` say.
    pub(crate) fn new(home: Place, stays: &[Stay]) -> Result<Self, TravelError> {
        if stays.len() > MAX_STAYS {
            return Err(TravelError::TooManyStays);
        }
        let mut sorted: Vec<&Stay> = stays.iter().collect();
        sorted.sort_by_key(|stay| stay.date);
        sorted.dedup_by_key(|stay| stay.date);
        let mut itinerary = Self { home, legs: Vec::with_capacity(sorted.len()) };
        for stay in sorted {
            itinerary.go(stay.date, Place::find(&stay.zone)?)?;
        }
        Ok(itinerary)
    }

    /// Every month: Tokyo from the 5th, Los Angeles from the 12th, home in Berlin from the 20th.
    pub(crate) fn of_a_traveller() -> Result<Self, TravelError> {
        let mut stays = Vec::new();
        for month in 0..MONTHS {
            for (day, zone) in [(5, "Asia/Tokyo"), (12, "America/Los_Angeles"), (20, "Europe/Berlin")] {
                let date = jiff::civil::date(FIRST_YEAR + month / 12, (month % 12 + 1) as i8, day);
                stays.push(Stay { date: LocalDate::from_civil(date), zone: zone.to_owned() });
            }
        }
        Self::new(Place::find("Europe/Berlin")?, &stays)
    }

    fn go(&mut self, date: LocalDate, place: Place) -> Result<(), TravelError> {
        let from = self.legs.last().map_or(&self.home, |leg| &leg.place);
        let midnight = from.midnight(date);
        let noon = midnight + DAY / 2;
        let jump = i64::from(place.offset_at(noon) - from.offset_at(noon));
        if jump.abs() > LARGEST_JUMP {
            return Err(TravelError::TooFar(date));
        }
        // Both clocks show the same date when the device changes over.
        let second = (DAY / 2).clamp((HOUR - jump).max(HOUR), (23 * HOUR - jump).min(23 * HOUR));
        self.legs.push(Leg { date, at: midnight + second, place });
        Ok(())
    }

    fn place_at(&self, at: i64) -> &Place {
        let passed = self.legs.partition_point(|leg| leg.at <= at);
        passed.checked_sub(1).and_then(|last| self.legs.get(last)).map_or(&self.home, |leg| &leg.place)
    }

    /// What the device shows minus UTC.
    pub(crate) fn offset_at(&self, at: i64) -> i32 {
        self.place_at(at).offset_at(at)
    }

    /// UTC seconds at which this date begins on the device.
    pub(crate) fn midnight(&self, date: LocalDate) -> i64 {
        let begun = self.legs.partition_point(|leg| leg.date < date);
        let place = begun.checked_sub(1).and_then(|last| self.legs.get(last)).map_or(&self.home, |leg| &leg.place);
        place.midnight(date)
    }

    /// Latitude and longitude of where the person is, if the place is known.
    pub(crate) fn coordinates(&self, at: i64) -> Option<(f64, f64)> {
        self.place_at(at).coordinates()
    }
}

const FIRST_YEAR: i16 = 2018;
const MONTHS: i16 = 12 * 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    fn hours(itinerary: &Itinerary, text: &str) -> f64 {
        let date = date(text);
        (itinerary.midnight(date.plus_days(1)) - itinerary.midnight(date)) as f64 / 3600.0
    }

    #[test]
    fn days_of_journeys_and_of_changed_clocks_have_their_true_lengths() {
        let traveller = Itinerary::of_a_traveller().unwrap();
        assert_eq!(hours(&traveller, "2026-03-04"), 24.0);
        assert_eq!(hours(&traveller, "2026-03-05"), 16.0, "Berlin to Tokyo, eight hours east");
        assert_eq!(hours(&traveller, "2026-03-12"), 40.0, "Tokyo to Los Angeles, sixteen hours back");
        assert_eq!(
            hours(&traveller, "2026-03-20"),
            16.0,
            "Los Angeles to Berlin, eight hours while only one has changed"
        );
        assert_eq!(hours(&traveller, "2026-03-29"), 23.0, "summer begins in Berlin");
        assert_eq!(hours(&traveller, "2026-10-25"), 25.0, "and ends");
    }

    #[test]
    fn every_second_has_one_date_that_never_goes_back() {
        let stays = [("2026-05-03", "-11:00"), ("2026-05-04", "+10:30"), ("2026-05-06", "America/Los_Angeles")];
        let stays = stays.map(|(on, zone)| Stay { date: date(on), zone: zone.to_owned() });
        let itinerary = Itinerary::new(Place::Fixed(0), &stays).unwrap();
        let mut at = itinerary.midnight(date("2026-05-01"));
        let mut before = date("2026-04-30");
        while at < itinerary.midnight(date("2026-05-09")) {
            let today = Timestamp::from_seconds(at).local_date(itinerary.offset_at(at));
            assert!(today >= before, "{today} after {before}");
            assert!((itinerary.midnight(today)..itinerary.midnight(today.plus_days(1))).contains(&at), "{today}");
            before = today;
            at += 600;
        }
    }

    #[test]
    fn what_is_no_zone_or_too_far_is_refused() {
        let stay = |zone: &str| [Stay { date: date("2026-05-03"), zone: zone.to_owned() }];
        let home = || Place::Fixed(-12 * 3600);
        assert_eq!(Itinerary::new(home(), &stay("Moon")).unwrap_err(), TravelError::UnknownZone("Moon".to_owned()));
        assert_eq!(Itinerary::new(home(), &stay("+14:00")).unwrap_err(), TravelError::TooFar(date("2026-05-03")));
        assert!(Itinerary::new(home(), &stay("Europe/Berlin")).is_ok());
    }
}
