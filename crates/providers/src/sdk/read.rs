//! Reading what the SDKs write, fast and without failing: fields of a wrong kind read as absent or wrong, text is
//! borrowed from the body, and an item that cannot be read costs itself.

use crate::json::{each_raw, note};
use model::{IssueCode, Mapped};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt, io::Read, marker::PhantomData};

/// A text; none where something else stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// What stands there, if it is a text that is not empty.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(super) fn owned(&self) -> Option<String> {
        self.get().map(str::to_owned)
    }
}

/// A number, also one written as text; none where something else stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number {
    value: Option<f64>,
    is_wrong: bool,
}

impl Number {
    /// The number, if there is one and it is finite.
    pub(super) fn get(self) -> Option<f64> {
        self.value
    }

    /// Whether something stands there that is no number.
    pub(super) fn is_wrong(self) -> bool {
        self.is_wrong
    }

    fn of(value: f64) -> Self {
        let value = Some(value).filter(|value| value.is_finite());
        Self { value, is_wrong: value.is_none() }
    }

    const WRONG: Self = Self { value: None, is_wrong: true };
}

/// The objects of a list; none where no list stands.
#[derive(Clone, Debug)]
pub(super) struct Objects<T> {
    pub(super) items: Vec<T>,
    /// How many items are no objects.
    pub(super) wrong: u32,
}

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self { items: Vec::new(), wrong: 0 }
    }
}

/// An item of a list: an object, or none.
struct Maybe<T>(Option<T>);

/// The bytes of a body. What fails while it is read ends there; whoever reads knows why.
pub(super) fn bytes(body: &mut dyn Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = body.read_to_end(&mut bytes);
    bytes
}

/// The items of a body that is a list of objects, each with its place; what is none of them becomes an issue.
pub(super) fn items<'a, T: Deserialize<'a>>(name: &str, text: &'a [u8], mapped: &mut Mapped) -> Vec<(u32, T)> {
    let Ok(all) = serde_json::from_slice::<Vec<Maybe<T>>>(text) else { return one_by_one(name, text, mapped) };
    mapped.items = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let mut items = Vec::with_capacity(all.len());
    for (place, Maybe(item)) in (0..).zip(all) {
        match item {
            Some(item) => items.push((place, item)),
            None => unreadable(format!("{name}[{place}]"), mapped),
        }
    }
    items
}

/// The same for a body that cannot be read as a whole: what is wrong with one item costs that item, and what is
/// wrong with the JSON itself what comes after.
fn one_by_one<'a, T: Deserialize<'a>>(name: &str, text: &'a [u8], mapped: &mut Mapped) -> Vec<(u32, T)> {
    let mut items = Vec::new();
    each_raw(name, text, mapped, |path, raw: &'a RawValue, mapped| match serde_json::from_str(raw.get()) {
        Ok(Maybe(Some(item))) => items.push((mapped.items.saturating_sub(1), item)),
        Ok(Maybe(None)) | Err(_) => unreadable(path, mapped),
    });
    items
}

fn unreadable(path: String, mapped: &mut Mapped) {
    note(&mut mapped.issues, IssueCode::Invalid, path, "not an object that can be read");
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Text<'de> = deserializer.deserialize_any(AnyText)?;
        Ok(text)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(text.to_owned()))))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text(None))
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Borrowed(if flag { "true" } else { "false" }))))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Text(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        skip_list(list)?;
        Ok(Text(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        crate::json::drain_map(map)?;
        Ok(Text(None))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNumber)
    }
}

struct AnyNumber;

impl<'de> Visitor<'de> for AnyNumber {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
        Ok(Number::of(number))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
        Ok(Number::of(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
        Ok(Number::of(number as f64))
    }
    fn visit_str<E>(self, text: &str) -> Result<Number, E> {
        Ok(text.trim().parse().map_or(Number::WRONG, Number::of))
    }
    fn visit_unit<E>(self) -> Result<Number, E> {
        Ok(Number::default())
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Number, E> {
        Ok(Number::of(f64::from(u8::from(flag))))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Number, A::Error> {
        skip_list(list)?;
        Ok(Number::WRONG)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Number, A::Error> {
        crate::json::drain_map(map)?;
        Ok(Number::WRONG)
    }
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Implements a visitor for values of which only objects, or lists of them, are of use.
macro_rules! other_kinds {
    ($value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyItem(PhantomData))
    }
}

struct AnyItem<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AnyItem<T> {
    type Value = Maybe<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    other_kinds!(Maybe(None));
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        skip_list(list)?;
        Ok(Maybe(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|item| Maybe(Some(item)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyList(PhantomData))
    }
}

struct AnyList<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AnyList<T> {
    type Value = Objects<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }
    other_kinds!(Objects::default());
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut read = Objects::default();
        while let Some(Maybe(item)) = list.next_element::<Maybe<T>>()? {
            match item {
                Some(item) => read.items.push(item),
                None => read.wrong = read.wrong.saturating_add(1),
            }
        }
        Ok(read)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|item| Objects { items: vec![item], wrong: 0 })
    }
}
