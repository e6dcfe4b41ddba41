//! Values and columns as PostgreSQL writes them on the wire. The type is what the server says a place or column has.

use crate::{
    Result, StoreError,
    sql::value::{Column, RowSource, Value},
};
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

type Failure = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Failure> {
        match self {
            Value::Null => return Ok(IsNull::Yes),
            Value::Integer(number) => put_integer(*number, ty, out)?,
            Value::Bool(is_true) if *ty == Type::BOOL => out.extend_from_slice(&[u8::from(*is_true)]),
            Value::Bool(is_true) => put_integer(i64::from(*is_true), ty, out)?,
            Value::Real(number) if *ty == Type::FLOAT8 => out.extend_from_slice(&number.to_be_bytes()),
            // text is kept as bytes where it may be large and nobody searches it
            Value::Text(text) if is_text(ty) || *ty == Type::BYTEA => out.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) if *ty == Type::BYTEA || (*ty == Type::UUID && bytes.len() == 16) => {
                out.extend_from_slice(bytes);
            }
            other => return Err(format!("{other:?} does not fit a place of type {ty}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn put_integer(number: i64, ty: &Type, out: &mut BytesMut) -> std::result::Result<(), Failure> {
    match *ty {
        Type::INT8 => out.extend_from_slice(&number.to_be_bytes()),
        Type::INT4 => out.extend_from_slice(&i32::try_from(number)?.to_be_bytes()),
        Type::INT2 => out.extend_from_slice(&i16::try_from(number)?.to_be_bytes()),
        Type::BOOL => out.extend_from_slice(&[u8::from(number != 0)]),
        _ => return Err(format!("a number does not fit a place of type {ty}").into()),
    }
    Ok(())
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::UNKNOWN)
}

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Self, Failure> {
        Ok(match *ty {
            Type::INT8 => Self::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Self::Integer(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT2 => Self::Integer(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::BOOL => Self::Integer(i64::from(raw.first().is_some_and(|byte| *byte != 0))),
            Type::FLOAT8 => Self::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::BYTEA | Type::UUID => Self::Bytes(raw),
            _ if is_text(ty) => Self::Text(std::str::from_utf8(raw)?),
            _ => return Err(format!("columns of type {ty} are not read").into()),
        })
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl RowSource for tokio_postgres::Row {
    fn column(&self, place: usize) -> Result<Column<'_>> {
        self.try_get(place).map_err(|error| StoreError::Damaged(format!("column {place}: {error}")))
    }
}
