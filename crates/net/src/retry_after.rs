//! The `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date in any of the three HTTP forms.

use jiff::{civil::DateTime, tz::TimeZone};
use model::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

const LONGEST: Duration = Duration::from_hours(7 * 24);

/// When a server wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this long.
    In(Duration),
    /// From this instant on.
    At(Timestamp),
}

impl RetryAfter {
    /// Reads the header; `None` when absent or malformed.
    #[must_use]
    pub fn parse(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::In(Duration::from_secs(text.parse().unwrap_or(u64::MAX)).min(LONGEST)));
        }
        parse_http_date(text).map(Self::At)
    }

    /// How long to wait from now; zero when the instant has passed, a week at most.
    #[must_use]
    pub fn wait(self, now: Timestamp) -> Duration {
        match self {
            Self::In(wait) => wait,
            Self::At(at) => Duration::from_micros(at.micros_since(now).max(0).unsigned_abs()).min(LONGEST),
        }
    }
}

/// How long a server asks to wait.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    RetryAfter::parse(headers).map(|after| after.wait(now))
}

fn parse_http_date(text: &str) -> Option<Timestamp> {
    let forms = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let civil = forms.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    let instant = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Timestamp::from_micros(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // 1994-11-06T08:49:07Z, half a minute before the RFC's example date.
    const NOW: Timestamp = Timestamp::from_seconds(784_111_747);

    fn wait(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers, NOW)
    }

    #[test]
    fn seconds_and_all_three_date_forms_are_read() {
        let half_a_minute = Some(Duration::from_secs(30));
        assert_eq!(wait("30"), half_a_minute);
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), half_a_minute);
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:37 GMT"), half_a_minute);
        assert_eq!(wait("Sun Nov  6 08:49:37 1994"), half_a_minute);
    }

    #[test]
    fn past_dates_mean_now_and_absurd_ones_a_week() {
        assert_eq!(wait("Sun, 06 Nov 1994 08:40:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("0"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999999999999999999"), Some(LONGEST));
        assert_eq!(wait("Fri, 24 Dec 9999 23:59:59 GMT"), Some(LONGEST));
    }

    #[test]
    fn anything_else_is_no_wish() {
        for value in ["", "-5", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 +0200", "Mon, 31 Feb 2026 00:00:00 GMT"] {
            assert_eq!(wait(value), None, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), NOW), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(value in "[ -~]{0,40}") {
            prop_assert!(wait(&value).is_none_or(|wait| wait <= LONGEST));
        }
    }
}
