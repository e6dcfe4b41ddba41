//! Times as these files write them.

use model::{LocalOffset, Timestamp};

/// The first day of satellite navigation: what says to have been measured before is a clock that was not set.
const EARLIEST: Timestamp = Timestamp::from_seconds(315_964_800);
/// 2100-01-01.
const LATEST: Timestamp = Timestamp::from_seconds(4_102_444_800);

/// An instant, and the offset in which it was written where that is not UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) offset: Option<LocalOffset>,
}

impl Moment {
    /// Reads `2026-11-21T08:00:00.5Z`, also with an offset. Without one it is UTC, as both formats say.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match Timestamp::parse_rfc3339(text) {
            Some(at) => Some(Self { at, offset: offset(text) }),
            None => Timestamp::parse_rfc3339(&format!("{text}Z")).map(|at| Self { at, offset: None }),
        }
    }

    /// Whether anything can have been measured then.
    pub(crate) fn is_plausible(self) -> bool {
        (EARLIEST..LATEST).contains(&self.at)
    }
}

/// An offset of zero is how UTC is written, and says nothing of where it was.
fn offset(text: &str) -> Option<LocalOffset> {
    let (_, clock) = text.split_once(['T', 't', ' '])?;
    let sign = clock.find(['+', '-'])?;
    let seconds = LocalOffset::parse_hours_minutes(clock.get(sign..)?)?;
    (seconds != 0).then(|| LocalOffset::device(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_offset_and_without_one_as_utc() {
        let read = |text| Moment::parse(text).map(|moment| (moment.at.as_micros(), moment.offset));
        assert_eq!(read("2026-03-01T08:00:00.25Z"), Some((1_772_352_000_250_000, None)));
        assert_eq!(read(" 2026-03-01T08:00:00 "), Some((1_772_352_000_000_000, None)));
        assert_eq!(read("2026-03-01T08:00:00+00:00"), Some((1_772_352_000_000_000, None)));
        let west = Some((1_772_352_000_000_000, Some(LocalOffset::device(-14_400))));
        assert_eq!(read("2026-03-01T04:00:00.000-04:00"), west);
        assert_eq!(read("yesterday"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn nothing_was_measured_before_there_were_satellites() {
        let plausible = |text| Moment::parse(text).unwrap().is_plausible();
        assert!(plausible("2010-01-01T00:00:00Z"));
        assert!(!plausible("1901-12-13T20:45:52Z"));
        assert!(!plausible("2150-01-01T00:00:00Z"));
    }
}
