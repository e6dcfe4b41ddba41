//! Times in sentences that a provider writes for people: which range had been processed, which day is the
//! earliest. The words are nobody's contract, so only the times in them count, in whatever form they come.

use model::{LocalDate, Timestamp};

/// More would be no sentence.
const LONGEST: usize = 4096;
/// 2000-01-01: smaller numbers are no times.
const EARLIEST_S: i64 = 946_684_800;
/// 2100-01-01.
const LATEST_S: i64 = 4_102_444_800;

/// The text of an error answer: its message, or all of it.
pub(super) fn message(body: &[u8]) -> String {
    let value: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let told = value
        .as_ref()
        .and_then(|value| ["errorMessage", "message", "error"].iter().find_map(|key| value.get(key)?.as_str()));
    let text = told.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    text.chars().take(LONGEST).collect()
}

/// The range that a text names. Beside its two ends a text may tell when it was processed, which was
/// not before its end.
pub(super) fn range(text: &str) -> Option<(Timestamp, Timestamp)> {
    let mut times = times(text);
    if times.len() > 2 {
        let latest = times.iter().max().copied();
        let processed = times.iter().position(|time| Some(*time) == latest)?;
        times.remove(processed);
    }
    times.windows(2).find_map(|pair| match pair {
        [from, to] if from < to => Some((*from, *to)),
        _ => None,
    })
}

/// Every time in a text, in its order.
pub(super) fn times(text: &str) -> Vec<Timestamp> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(start..).unwrap_or_default();
        let (time, length) = time_at(rest);
        found.extend(time);
        let length = length.max(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// The time at the beginning of a text, and how long it is written.
fn time_at(text: &str) -> (Option<Timestamp>, usize) {
    let word = text.find(|c: char| !(c.is_ascii_digit() || "-:.TZtz+".contains(c))).unwrap_or(text.len());
    let word = text.get(..word).unwrap_or_default().trim_end_matches(['.', ':', '-', '+']);
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return (epoch(word), word.len());
    }
    if let Some(time) = instant(word) {
        return (Some(time), word.len());
    }
    let Some(date) = word.get(..10).and_then(LocalDate::parse) else {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        return (word.get(..digits).and_then(epoch), digits);
    };
    let midnight = Timestamp::from_seconds(i64::from(date.as_days()) * 86_400);
    // "2026-01-05 12:00:00", with or without a zone
    let after = text.get(10..).unwrap_or_default();
    let clock = after.strip_prefix(' ').unwrap_or_default();
    let end = clock.find(|c: char| !(c.is_ascii_digit() || ":.Zz+-".contains(c))).unwrap_or(clock.len());
    let clock = clock.get(..end).unwrap_or_default().trim_end_matches(['.', ':', '-', '+']);
    match instant(&format!("{date}T{clock}")) {
        Some(time) if !clock.is_empty() => (Some(time), 11 + clock.len()),
        _ => (Some(midnight), 10),
    }
}

/// Seconds or milliseconds since 1970.
fn epoch(digits: &str) -> Option<Timestamp> {
    let number: i64 = digits.parse().ok()?;
    let seconds = if digits.len() >= 13 { number / 1000 } else { number };
    (EARLIEST_S..LATEST_S).contains(&seconds).then(|| Timestamp::from_seconds(seconds))
}

/// RFC 3339; without an offset it is UTC, without seconds a whole minute.
fn instant(word: &str) -> Option<Timestamp> {
    let with_zone =
        |word: &str| Timestamp::parse_rfc3339(word).or_else(|| Timestamp::parse_rfc3339(&format!("{word}Z")));
    with_zone(word).or_else(|| with_zone(&format!("{word}:00")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn times_are_read_in_every_form_that_was_seen() {
        let wanted = at("2026-01-05T12:30:00Z");
        for text in [
            "not before 1767616200",
            "not before 1767616200000 ms",
            "not before 2026-01-05T12:30:00Z.",
            "not before 2026-01-05T12:30:00.000Z, sorry",
            "not before 2026-01-05T13:30:00+01:00",
            "(2026-01-05 12:30:00)",
            "[2026-01-05 12:30]",
            "2026-01-05T12:30",
        ] {
            assert_eq!(times(text), [wanted], "{text}");
        }
        assert_eq!(times("on 2026-01-05, of 90 days"), [at("2026-01-05T00:00:00Z")]);
        assert!(times("error 4040 of 12 in 30 days; 99999999999999999999").is_empty());
    }

    #[test]
    fn a_range_is_told_from_the_time_at_which_it_was_processed() {
        let wanted = Some((at("2026-01-01T00:00:00Z"), at("2026-01-30T23:59:59Z")));
        let (from, to) = ("2026-01-01T00:00:00Z", "2026-01-30T23:59:59Z");
        for text in [
            format!("duplicate: processed at 2026-02-03T10:00:00Z for {from} to {to}"),
            format!("{from} to {to} was processed at 2026-02-03T10:00:00Z"),
            format!("already asked for: {from}/{to}"),
            "range 1767225600-1769817599 was processed 1770112800".to_owned(),
        ] {
            assert_eq!(range(&text), wanted, "{text}");
        }
        assert_eq!(range("this was processed before"), None);
        assert_eq!(range("processed at 2026-02-03T10:00:00Z"), None);
    }

    #[test]
    fn a_message_is_read_out_of_json_or_as_it_is_and_is_bounded() {
        assert_eq!(message(br#"{"errorMessage": "no"}"#), "no");
        assert_eq!(message(b"plain"), "plain");
        assert_eq!(message(&vec![b'x'; 1 << 20]).len(), LONGEST);
    }
}
