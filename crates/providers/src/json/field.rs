//! A field that may be absent, null or of another kind than documented, without failing its item.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{fmt, marker::PhantomData};

/// What a field said, and under which key.
#[derive(Clone, Debug)]
pub(crate) struct Field<T> {
    /// Its documented key.
    pub(crate) key: &'static str,
    said: Said<T>,
}

#[derive(Clone, Debug)]
pub(crate) enum Said<T> {
    Nothing,
    Unreadable,
    Value(T),
}

impl<T> Field<T> {
    /// A field that is not there.
    pub(crate) const fn absent(key: &'static str) -> Self {
        Self { key, said: Said::Nothing }
    }

    /// Takes what a key said; a null never takes back what another spelling of the key said.
    pub(crate) fn hear(&mut self, said: Said<T>) {
        if !matches!(said, Said::Nothing) {
            self.said = said;
        }
    }

    /// The value, if there is one that can be read.
    pub(crate) fn value(&self) -> Option<&T> {
        if let Said::Value(value) = &self.said { Some(value) } else { None }
    }

    /// The value itself.
    pub(crate) fn into_value(self) -> Option<T> {
        if let Said::Value(value) = self.said { Some(value) } else { None }
    }

    /// Whether nothing was there, or a null.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.said, Said::Nothing)
    }

    /// Whether something was there that could not be read.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self.said, Said::Unreadable)
    }
}

/// A kind of value that can be made of some JSON kinds; `None` for those it cannot be made of.
pub(crate) trait Lenient: Sized {
    fn from_integer(_: i128) -> Option<Self> {
        None
    }
    fn from_float(_: f64) -> Option<Self> {
        None
    }
    fn from_text(_: &str) -> Option<Self> {
        None
    }
    fn from_flag(_: bool) -> Option<Self> {
        None
    }
    /// Must read the list to its end.
    fn from_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Option<Self>, A::Error> {
        drain_seq(list)?;
        Ok(None)
    }
    /// Must read the object to its end.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        drain_map(map)?;
        Ok(None)
    }
}

pub(crate) fn drain_seq<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(crate) fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl Lenient for f64 {
    fn from_integer(number: i128) -> Option<Self> {
        // the same value, but the machine knows how only for the smaller kind
        Some(i64::try_from(number).map_or(number as f64, |number| number as f64))
    }
    fn from_float(number: f64) -> Option<Self> {
        number.is_finite().then_some(number)
    }
    fn from_text(text: &str) -> Option<Self> {
        text.trim().parse().ok().and_then(Self::from_float)
    }
}

impl Lenient for String {
    fn from_integer(number: i128) -> Option<Self> {
        Some(number.to_string())
    }
    fn from_float(number: f64) -> Option<Self> {
        (number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15).then(|| format!("{number:.0}"))
    }
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Lenient for bool {
    fn from_integer(number: i128) -> Option<Self> {
        [false, true].into_iter().find(|flag| i128::from(*flag) == number)
    }
    fn from_text(text: &str) -> Option<Self> {
        [false, true].into_iter().find(|flag| text.trim().eq_ignore_ascii_case(&flag.to_string()))
    }
    fn from_flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

/// A list; what of it cannot be read is left out and counted.
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) unreadable: u32,
}

impl<T: Lenient> Lenient for List<T> {
    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut read = Self { items: Vec::new(), unreadable: 0 };
        while let Some(said) = list.next_element::<Said<T>>()? {
            match said {
                Said::Value(item) => read.items.push(item),
                Said::Unreadable | Said::Nothing => read.unreadable = read.unreadable.saturating_add(1),
            }
        }
        Ok(Some(read))
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}

struct Any<T>(PhantomData<T>);

impl<T> Any<T> {
    fn said<E>(value: Option<T>) -> Result<Said<T>, E> {
        Ok(value.map_or(Said::Unreadable, Said::Value))
    }
}

impl<'de, T: Lenient> Visitor<'de> for Any<T> {
    type Value = Said<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Said::Nothing)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Self::said(T::from_flag(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Self::said(T::from_integer(i128::from(number)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Self::said(T::from_integer(i128::from(number)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Self::said(T::from_float(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Self::said(T::from_text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Self::said(T::from_list(list)?)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Self::said(T::from_map(map)?)
    }
}
