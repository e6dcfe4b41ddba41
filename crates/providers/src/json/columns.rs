//! A long list of flat objects read straight into columns, so that its text is never held.

use super::field::Said;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Rows by their time, and one column of values a key; a key that no row has costs nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Seconds since 1970, of each row.
    times: Vec<f64>,
    /// Not a number where a row has no value; shorter than `times` where the last rows have none.
    values: Vec<Vec<f64>>,
    /// How many values of each column could not be read.
    pub(crate) unreadable: Vec<u32>,
    /// How many rows had no time that can be read, and so are left out.
    pub(crate) timeless: u32,
}

impl Columns {
    /// Reads a list of objects whose time is at `time_key`; `place` gives the column of a key.
    pub(crate) fn read<'de, A: SeqAccess<'de>>(
        time_key: &'static str,
        place: impl Fn(&str) -> Option<usize> + Copy,
        width: usize,
        mut list: A,
    ) -> Result<Self, A::Error> {
        let mut columns = Self { values: vec![Vec::new(); width], unreadable: vec![0; width], ..Self::default() };
        let mut row = vec![f64::NAN; width];
        while list.next_element_seed(Row { time_key, place, row: &mut row, columns: &mut columns })?.is_some() {}
        Ok(columns)
    }

    /// Takes a column's values with their times out, leaving it empty. The times stay.
    pub(crate) fn take(&mut self, column: usize) -> impl Iterator<Item = (f64, f64)> {
        let values = self.values.get_mut(column).map(std::mem::take).unwrap_or_default();
        self.times.iter().copied().zip(values).filter(|(_, value)| !value.is_nan())
    }

    /// How many values a column has.
    pub(crate) fn count(&self, column: usize) -> usize {
        self.values.get(column).map_or(0, |values| values.iter().filter(|value| !value.is_nan()).count())
    }

    fn push(&mut self, time: f64, row: &[f64]) {
        let rows = self.times.len();
        self.times.push(time);
        for (column, value) in self.values.iter_mut().zip(row).filter(|(_, value)| !value.is_nan()) {
            column.resize(rows, f64::NAN);
            column.push(*value);
        }
    }
}

/// One object of the list, read into the row and pushed.
struct Row<'a, P> {
    time_key: &'static str,
    place: P,
    row: &'a mut [f64],
    columns: &'a mut Columns,
}

impl<'de, P: Fn(&str) -> Option<usize>> DeserializeSeed<'de> for Row<'_, P> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<P> Row<'_, P> {
    fn not_an_object<E>(self) -> Result<(), E> {
        self.columns.timeless = self.columns.timeless.saturating_add(1);
        Ok(())
    }
}

impl<'de, P: Fn(&str) -> Option<usize>> Visitor<'de> for Row<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.not_an_object()
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        super::field::drain_seq(list)?;
        self.not_an_object()
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.row.fill(f64::NAN);
        let mut time = None;
        while let Some(key) = map.next_key_seed(Key { time_key: self.time_key, place: &self.place })? {
            match key {
                Place::Time => time = number(&map.next_value()?),
                Place::Column(column) => {
                    let said = map.next_value()?;
                    match (number(&said), self.row.get_mut(column), self.columns.unreadable.get_mut(column)) {
                        (Some(value), Some(cell), _) => *cell = value,
                        (None, _, Some(count)) if matches!(said, Said::Unreadable) => *count = count.saturating_add(1),
                        _ => {}
                    }
                }
                Place::Nowhere => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match time {
            // A row without values says nothing.
            Some(_) if self.row.iter().all(|value| value.is_nan()) => {}
            Some(time) => self.columns.push(time, self.row),
            None => self.columns.timeless = self.columns.timeless.saturating_add(1),
        }
        Ok(())
    }
}

fn number(said: &Said<f64>) -> Option<f64> {
    if let Said::Value(value) = said { Some(*value) } else { None }
}

enum Place {
    Time,
    Column(usize),
    Nowhere,
}

/// A key, looked up without being copied.
struct Key<'a, P> {
    time_key: &'static str,
    place: &'a P,
}

impl<'de, P: Fn(&str) -> Option<usize>> DeserializeSeed<'de> for Key<'_, P> {
    type Value = Place;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Place, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<P: Fn(&str) -> Option<usize>> Visitor<'_> for Key<'_, P> {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E>(self, key: &str) -> Result<Place, E> {
        if key == self.time_key {
            return Ok(Place::Time);
        }
        Ok((self.place)(key).map_or(Place::Nowhere, Place::Column))
    }
}
