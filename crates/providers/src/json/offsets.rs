//! Maps of `"seconds after the start": value`, read straight into pairs.

use super::{Lenient, field::Said};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

const FURTHEST_S: f64 = 7.0 * 86_400.0;

/// The pairs of an offset map in the order given, and how many entries could not be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offsets {
    pub(crate) pairs: Vec<(i64, f64)>,
    pub(crate) unreadable: u32,
}

impl Lenient for Offsets {
    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut read = Self::default();
        while let Some(Seconds(offset)) = map.next_key()? {
            match (offset, map.next_value::<Said<f64>>()?) {
                (Some(seconds), Said::Value(value)) => read.pairs.push((seconds, value)),
                (Some(_), Said::Nothing) => {}
                _ => read.unreadable = read.unreadable.saturating_add(1),
            }
        }
        Ok(Some(read))
    }
}

/// A key of an offset map, read without keeping its text; none where it says no offset.
struct Seconds(Option<i64>);

impl Seconds {
    fn of(key: &str) -> Self {
        // nearly all are a few digits, for which the way over a float would be long
        let digits = (1..=6).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit());
        if digits && let Ok(seconds) = key.parse::<i64>() {
            return Self(Some(seconds).filter(|seconds| *seconds as f64 <= FURTHEST_S));
        }
        let seconds = f64::from_text(key).filter(|seconds| seconds.abs() <= FURTHEST_S);
        Self(seconds.map(|seconds| seconds.round() as i64))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Key)
    }
}

struct Key;

impl Visitor<'_> for Key {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds after the start")
    }
    fn visit_str<E>(self, key: &str) -> Result<Seconds, E> {
        Ok(Seconds::of(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_as_whole_seconds_within_a_week() {
        let read = |key| Seconds::of(key).0;
        assert_eq!(
            ["0", "86385", "-60", "12.6", " 7 ", "604800"].map(read),
            [0, 86_385, -60, 13, 7, 604_800].map(Some)
        );
        assert_eq!(["", "604801", "999999", "x", "1e9", "NaN", "+"].map(read), [None; 7]);
    }
}
