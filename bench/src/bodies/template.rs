//! A request with slots of fixed width, so that its length never changes.

use super::DAY_S;
use crate::http::Address;

#[derive(Clone, Copy)]
enum Slot {
    /// The person's account.
    Account,
    /// Seconds since 1970 of the start, and so many more.
    Seconds(i64),
    /// The date of the start.
    Date,
    /// `2026-01-01T00:00:00Z` of the start, and so many seconds more.
    Instant(i64),
}

/// A request of which account and start are still open.
#[derive(Clone, Default)]
pub(crate) struct Template {
    text: Vec<u8>,
    slots: Vec<(usize, Slot)>,
    account_width: usize,
}

impl Template {
    /// For accounts so long.
    pub(super) fn new(account_width: usize) -> Self {
        Self { account_width, ..Self::default() }
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.text.extend_from_slice(text.as_bytes());
        self
    }

    pub(super) fn account(self) -> Self {
        let width = self.account_width;
        self.slot(Slot::Account, width)
    }

    pub(super) fn seconds(self, after: i64) -> Self {
        self.slot(Slot::Seconds(after), 10)
    }

    pub(super) fn date(self) -> Self {
        self.slot(Slot::Date, 10)
    }

    pub(super) fn instant(self, after: i64) -> Self {
        self.slot(Slot::Instant(after), 20)
    }

    /// A JSON object of values by seconds since the start.
    pub(super) fn map(mut self, values: impl Iterator<Item = (i64, f64)>) -> Self {
        let mut separator = '{';
        for (second, value) in values {
            self = self.text(&format!("{separator}\"{second}\":{value}"));
            separator = ',';
        }
        self.text("}")
    }

    fn slot(mut self, slot: Slot, width: usize) -> Self {
        self.slots.push((self.text.len(), slot));
        self.text.resize(self.text.len() + width, b'0');
        self
    }

    /// With the head of a request before it.
    pub(crate) fn posted(mut self, address: &Address, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut head = address.head("POST", path, headers, self.text.len()).into_bytes();
        self.slots.iter_mut().for_each(|(at, _)| *at += head.len());
        head.append(&mut self.text);
        Self { text: head, ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The request in which this account tells of this start, in place of what `into` held.
    pub(crate) fn fill(&self, into: &mut Vec<u8>, account: &str, start: i64) {
        into.clear();
        into.extend_from_slice(&self.text);
        for (at, slot) in &self.slots {
            let write = |into: &mut Vec<u8>, text: &[u8]| into[*at..*at + text.len()].copy_from_slice(text);
            match slot {
                Slot::Account => write(into, &account.as_bytes()[..self.account_width]),
                Slot::Seconds(after) => write(into, &digits::<10>(start + after)),
                Slot::Date => write(into, &instant(start)[..10]),
                Slot::Instant(after) => write(into, &instant(start + after)),
            }
        }
    }
}

/// The last so many digits of a number.
fn digits<const WIDTH: usize>(mut number: i64) -> [u8; WIDTH] {
    let mut text = [b'0'; WIDTH];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or_default();
        number /= 10;
    }
    text
}

/// Seconds since 1970 as `2026-01-01T00:00:00Z`.
pub(crate) fn instant(seconds: i64) -> [u8; 20] {
    let (year, month, day) = civil(seconds.div_euclid(DAY_S));
    let second = seconds.rem_euclid(DAY_S);
    let mut text = *b"0000-00-00T00:00:00Z";
    text[..4].copy_from_slice(&digits::<4>(year));
    for (at, number) in [(5, month), (8, day), (11, second / 3_600), (14, second / 60 % 60), (17, second % 60)] {
        text[at..at + 2].copy_from_slice(&digits::<2>(number));
    }
    text
}

/// Year, month and day of a day since 1970-01-01, in the calendar that leaps over three of four centuries;
/// years are counted from March so that the leap day is the last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year_of_era + era * 400 + later, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_dates_also_around_leap_days() {
        let text = |seconds| String::from_utf8(instant(seconds).to_vec()).unwrap();
        assert_eq!(text(0), "1970-01-01T00:00:00Z");
        assert_eq!(text(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(text(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(text(1_767_225_599), "2025-12-31T23:59:59Z");
        assert_eq!(text(1_772_323_200), "2026-03-01T00:00:00Z");
    }

    #[test]
    fn a_request_is_as_long_as_its_head_says_whoever_sends_it() {
        let address = Address::parse("http://127.0.0.1:1").unwrap();
        let template = Template::new(3).text("[\"").account().text("\",").seconds(60).text(",\"").date().text("\"]");
        let template = template.posted(&address, "/hook", &[]);
        let mut request = Vec::new();
        template.fill(&mut request, "ann", 1_767_225_600);
        let text = String::from_utf8(request).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "[\"ann\",1767225660,\"2026-01-01\"]");
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }
}
