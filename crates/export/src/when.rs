//! Times as FHIR and Open mHealth write them: by the clock of the place where it is known.

use model::{LocalOffset, Timestamp};

/// No clock further from UTC can be written.
const MOST_OFFSET_S: i64 = 14 * 3_600;

/// `2026-11-21T10:00:00+02:00`; in UTC where the offset is not known, or is none that a place has.
pub(crate) fn date_time(at: Timestamp, offset: Option<LocalOffset>) -> String {
    let minutes = offset.map(|offset| i64::from(offset.seconds) / 60 * 60).filter(|it| it.abs() <= MOST_OFFSET_S);
    let Some((offset, seconds)) = offset.zip(minutes) else { return at.to_string() };
    let local = at.plus_seconds(seconds).to_string();
    format!("{}{}", local.trim_end_matches('Z'), offset.as_hours_minutes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instant_stays_the_same_whatever_the_clock_shows() {
        let at = Timestamp::parse_rfc3339("2026-11-21T23:30:00.25Z").unwrap();
        assert_eq!(date_time(at, None), "2026-11-21T23:30:00.25Z");
        assert_eq!(date_time(at, Some(LocalOffset::device(7_200))), "2026-11-22T01:30:00.25+02:00");
        assert_eq!(date_time(at, Some(LocalOffset::device(-86_399))), "2026-11-21T23:30:00.25Z");
        for seconds in (-50_400..=50_400).step_by(617) {
            let text = date_time(at, Some(LocalOffset::device(seconds)));
            assert_eq!(Timestamp::parse_rfc3339(&text), Some(at), "{text}");
        }
    }
}
