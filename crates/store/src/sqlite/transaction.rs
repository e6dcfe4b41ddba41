//! Statements on a connection of SQLite, whose transaction the writer or the reader has begun.

use crate::{
    Result, StoreError,
    sql::{
        transaction::{EachRow, Transaction},
        value::{Column, Row, RowSource, Value},
    },
};
use rusqlite::{
    Connection, Statement, ToSql,
    types::{ToSqlOutput, ValueRef},
};
use std::ops::ControlFlow;

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Bool(is_true) => ValueRef::Integer(i64::from(*is_true)),
        }))
    }
}

impl RowSource for rusqlite::Row<'_> {
    fn column(&self, place: usize) -> Result<Column<'_>> {
        Ok(match self.get_ref(place)? {
            ValueRef::Null => Column::Null,
            ValueRef::Integer(number) => Column::Integer(number),
            ValueRef::Real(number) => Column::Real(number),
            ValueRef::Text(text) => Column::Text(
                std::str::from_utf8(text).map_err(|_| StoreError::Damaged(format!("column {place} is not text")))?,
            ),
            ValueRef::Blob(bytes) => Column::Bytes(bytes),
        })
    }
}

fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> Result<()> {
    for (place, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, value)?;
    }
    Ok(())
}

impl Transaction for Connection {
    fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.prepare_cached(text)?;
        bind(&mut statement, values)?;
        Ok(statement.raw_execute()?)
    }

    fn query(&self, text: &str, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        let mut statement = self.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if each(Row(row))? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}
