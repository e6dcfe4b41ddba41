//! Instants as RFC 3339 text without the detour over a calendar: a page of samples has thousands of them.

/// `2026-11-21T08:00:00.25Z`, at most.
const LONGEST: usize = 27;
const DAY_US: i64 = 86_400_000_000;

/// The text of an instant.
pub(crate) struct Rfc3339 {
    text: [u8; LONGEST],
    length: usize,
}

impl Rfc3339 {
    /// Of microseconds since 1970; none outside the years 0 to 9999, whose text is longer, and beyond the calendar.
    pub(crate) fn new(micros: i64) -> Option<Self> {
        if micros > jiff::Timestamp::MAX.as_microsecond() {
            return None;
        }
        let (days, within) = (micros.div_euclid(DAY_US), micros.rem_euclid(DAY_US));
        let (year, month, day) = civil(days);
        let year = u64::try_from(year).ok().filter(|year| *year <= 9_999)?;
        let within = within.unsigned_abs();
        let (second, fraction) = (within / 1_000_000, within % 1_000_000);
        let mut this = Self { text: [0; LONGEST], length: 0 };
        this.put(year, 4, b'-');
        this.put(month, 2, b'-');
        this.put(day, 2, b'T');
        this.put(second / 3_600, 2, b':');
        this.put(second / 60 % 60, 2, b':');
        if fraction == 0 {
            this.put(second % 60, 2, b'Z');
            return Some(this);
        }
        this.put(second % 60, 2, b'.');
        let (mut digits, mut count) = (fraction, 6);
        while digits.is_multiple_of(10) {
            digits /= 10;
            count -= 1;
        }
        this.put(digits, count, b'Z');
        Some(this)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        self.text.get(..self.length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// Appends a number of so many digits and a sign.
    fn put(&mut self, mut number: u64, digits: usize, sign: u8) {
        let end = self.length + digits;
        for place in self.text.get_mut(self.length..end).unwrap_or_default().iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.text.get_mut(end).into_iter().for_each(|place| *place = sign);
        self.length = end + 1;
    }
}

/// Year, month and day of a day since 1970, counted in eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097).unsigned_abs());
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + i64::try_from(year_of_era).unwrap_or_default();
    (year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_text_is_that_of_the_calendar(
            micros in prop_oneof![
                -70_000_000_000_000_000_i64..260_000_000_000_000_000,
                (-70_000_000_000_i64..260_000_000_000).prop_map(|seconds| seconds * 1_000_000),
                any::<i64>(),
            ],
        ) {
            let expected = jiff::Timestamp::from_microsecond(micros).ok().map(|at| at.to_string());
            match (Rfc3339::new(micros), expected) {
                (Some(found), Some(expected)) => prop_assert_eq!(found.as_str(), expected),
                (None, Some(expected)) => prop_assert!(expected.starts_with('-'), "{}", expected),
                (found, None) => prop_assert!(found.is_none()),
            }
        }
    }
}
