//! Times of an export, `2024-01-02 03:04:05 +0100`. The instant is right; the offset is that of the phone when it
//! exported. Most times share their date with the one before, so that is not computed again.

use model::Timestamp;

/// Reads times; remembers the latest date.
#[derive(Default)]
pub(super) struct Dates {
    date: [u8; 10],
    date_s: i64,
}

impl Dates {
    /// The instant, and the offset it is written in, seconds east; none where it is no time of this form.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<(Timestamp, i32)> {
        let text: &[u8; 25] = text.try_into().ok()?;
        let (date, rest) = text.split_first_chunk::<10>()?;
        let [b' ', h1, h2, b':', m1, m2, b':', s1, s2, b' ', sign, oh1, oh2, om1, om2] = *rest else { return None };
        if *date != self.date {
            self.date_s = days(date)? * 86_400;
            self.date = *date;
        }
        let (hour, minute, second) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
        let (hours, minutes) = (two(oh1, oh2)?, two(om1, om2)?);
        if hour > 23 || minute > 59 || second > 60 || hours > 24 || minutes > 59 {
            return None;
        }
        let offset = hours * 3600 + minutes * 60;
        let offset = match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return None,
        };
        let seconds = self.date_s + i64::from(hour * 3600 + minute * 60 + second) - i64::from(offset);
        Some((Timestamp::from_seconds(seconds), offset))
    }
}

fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// Days since 1970 of a date that exists.
fn days(date: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leaps => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // counted from March, so that the leap day is the last of its year
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 1;
    Some(i64::from(era) * 146_097 + i64::from(day_of_era) - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_is_an_instant_and_the_offset_it_is_written_in() {
        let mut dates = Dates::default();
        let read = |text: &str, dates: &mut Dates| dates.read(text.as_bytes());
        let instant = |text| Timestamp::parse_rfc3339(text).unwrap();
        assert_eq!(read("2025-09-16 16:14:50 +0100", &mut dates), Some((instant("2025-09-16T16:14:50+01:00"), 3600)));
        assert_eq!(
            read("2025-09-16 00:00:00 -0330", &mut dates),
            Some((instant("2025-09-16T00:00:00-03:30"), -12_600))
        );
        for wrong in ["2025-02-29 00:00:00 +0000", "2025-13-01 00:00:00 +0000", "2025-09-16T16:14:50 +0100", "", "x"] {
            assert_eq!(read(wrong, &mut dates), None, "{wrong}");
        }
        for wrong in ["2025-09-16 24:00:00 +0000", "2025-09-16 00:60:00 +0000", "2025-09-16 00:00:00 00000"] {
            assert_eq!(read(wrong, &mut dates), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_is_read_as_it_was_written(seconds in -62_000_000_000i64..250_000_000_000) {
            let at = Timestamp::from_seconds(seconds);
            let text = at.to_string();
            let text = format!("{} {} +0000", &text[..10], &text[11..19]);
            prop_assert_eq!(Dates::default().read(text.as_bytes()), Some((at, 0)));
        }
    }
}
