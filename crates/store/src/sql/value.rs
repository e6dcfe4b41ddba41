//! Values bound to statements and columns read back, free of any engine's types.

use crate::{Result, StoreError};

/// A value bound to a place (`?1`, `?2`, …) of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(std::borrow::Cow<'a, str>),
    Bytes(std::borrow::Cow<'a, [u8]>),
    /// 0 or 1 where the engine's column is a number.
    Bool(bool),
}

/// A column of a row as the engine has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Column<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// What can be bound.
pub(crate) trait ToValue {
    fn to_value(&self) -> Value<'_>;
}

/// What can be read from a column. `None`: the column holds something else.
pub(crate) trait FromColumn: Sized {
    fn from_column(column: Column<'_>) -> Option<Self>;
}

/// The values of a statement, in the order of their places.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::value::ToValue::to_value(&$value)),*] as &[$crate::sql::value::Value<'_>] };
}
pub(crate) use params;

impl Value<'_> {
    /// The same value, owning what it holds.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(number),
            Self::Real(number) => Value::Real(number),
            Self::Text(text) => Value::Text(text.into_owned().into()),
            Self::Bytes(bytes) => Value::Bytes(bytes.into_owned().into()),
            Self::Bool(is_true) => Value::Bool(is_true),
        }
    }
}

/// A value that outlives what it was made of, for conditions that are put together.
pub(crate) fn owned(value: impl ToValue) -> Value<'static> {
    value.to_value().into_owned()
}

macro_rules! integers {
    ($($kind:ty)*) => { $(
        impl ToValue for $kind {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
        impl FromColumn for $kind {
            fn from_column(column: Column<'_>) -> Option<Self> {
                let Column::Integer(number) = column else { return None };
                Self::try_from(number).ok()
            }
        }
    )* };
}
integers!(i16 i32 i64 u8 u16 u32);

impl ToValue for u64 {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl FromColumn for u64 {
    fn from_column(column: Column<'_>) -> Option<Self> {
        let Column::Integer(number) = column else { return None };
        Self::try_from(number).ok()
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl FromColumn for f64 {
    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Real(number) => Some(number),
            _ => None,
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl FromColumn for bool {
    fn from_column(column: Column<'_>) -> Option<Self> {
        let Column::Integer(number) = column else { return None };
        Some(number != 0)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.into())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str().into())
    }
}

impl FromColumn for String {
    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(self.into())
    }
}

impl<const LENGTH: usize> ToValue for [u8; LENGTH] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(self.as_slice().into())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(self.as_slice().into())
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Bytes(bytes) => Some(bytes.to_vec()),
            // documents are JSON, which one engine keeps as text and reads as bytes
            Column::Text(text) => Some(text.as_bytes().to_vec()),
            _ => None,
        }
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Null => Some(None),
            other => T::from_column(other).map(Some),
        }
    }
}

/// A row of an answer.
pub(crate) trait RowSource {
    fn column(&self, place: usize) -> Result<Column<'_>>;
}

/// A row of an answer, whatever the engine.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a>(pub(crate) &'a dyn RowSource);

impl Row<'_> {
    /// The column at this place; what cannot be read as asked is a damaged store.
    pub(crate) fn get<T: FromColumn>(&self, place: usize) -> Result<T> {
        T::from_column(self.0.column(place)?).ok_or_else(|| self.wrong(place, "of another kind"))
    }

    pub(crate) fn column(&self, place: usize) -> Result<Column<'_>> {
        self.0.column(place)
    }

    pub(crate) fn wrong(&self, place: usize, what: &str) -> StoreError {
        StoreError::Damaged(format!("column {place} is {what}"))
    }
}
