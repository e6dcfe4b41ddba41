//! Maps of `"seconds after the start": value`, read straight into pairs.

use super::{Lenient, field::Said};
use serde::de::MapAccess;

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
        while let Some(key) = map.next_key::<String>()? {
            let offset = f64::from_text(&key).filter(|seconds| seconds.abs() <= FURTHEST_S);
            match (offset, map.next_value::<Said<f64>>()?) {
                (Some(seconds), Said::Value(value)) => read.pairs.push((seconds.round() as i64, value)),
                (Some(_), Said::Nothing) => {}
                _ => read.unreadable = read.unreadable.saturating_add(1),
            }
        }
        Ok(Some(read))
    }
}
