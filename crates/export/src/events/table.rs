//! Events of one kind as a table: what all have in common, then a column for each field of their details. What is a
//! list there is JSON.

use super::{Event, EventTable, csv, parquet::ParquetRows};
use crate::samples::{ExportError, TableFormat};
use model::{FieldShape, LocalOffset, Shape};
use serde_json::{Map, Value};

const COMMON: [&str; 8] =
    ["user_id", "external_user_id", "id", "provider", "device", "start_time", "end_time", "zone_offset"];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Instant,
    Number,
    Whole,
    Flag,
    /// A list or an object, as JSON.
    Json,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
}

/// Writes a table of events.
pub struct EventTableWriter {
    columns: Vec<Column>,
    user: [Option<String>; 2],
    kind: Kind,
}

enum Kind {
    Csv { has_header: bool },
    Ndjson,
    Parquet(Box<ParquetRows>),
}

impl EventTableWriter {
    /// Begins a table of a user's events.
    ///
    /// # Errors
    /// What Parquet refuses.
    pub fn new(
        format: TableFormat,
        table: EventTable,
        user_id: &str,
        external_user_id: Option<&str>,
    ) -> Result<Self, ExportError> {
        let columns = columns(table);
        let kind = match format {
            TableFormat::Csv => Kind::Csv { has_header: false },
            TableFormat::Ndjson => Kind::Ndjson,
            TableFormat::Parquet => Kind::Parquet(Box::new(ParquetRows::new(&columns)?)),
        };
        let user = [Some(user_id.to_owned()), external_user_id.map(str::to_owned)];
        Ok(Self { columns, user, kind })
    }

    /// Adds an event; appends the bytes that are ready.
    ///
    /// # Errors
    /// What the format has no way to write.
    pub fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<(), ExportError> {
        let cells = self.cells(event)?;
        match &mut self.kind {
            Kind::Csv { has_header } => {
                csv::header(&self.columns, has_header, out);
                csv::row(&cells, out);
            }
            Kind::Ndjson => {
                let names = self.columns.iter().map(|column| column.name.to_owned());
                let row: Map<String, Value> = names.zip(cells).collect();
                serde_json::to_writer(&mut *out, &row)?;
                out.push(b'\n');
            }
            Kind::Parquet(rows) => rows.write(cells, out)?,
        }
        Ok(())
    }

    /// Appends what ends the table.
    ///
    /// # Errors
    /// What the format has no way to write.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        match self.kind {
            Kind::Csv { mut has_header } => csv::header(&self.columns, &mut has_header, out),
            Kind::Ndjson => {}
            Kind::Parquet(rows) => rows.finish(out)?,
        }
        Ok(())
    }

    /// Appends the sign that the table broke off here, as tables of samples have it.
    pub fn break_off(self, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Csv { .. } => out.extend_from_slice(b"# truncated: reading failed here\r\n"),
            Kind::Ndjson => out.extend_from_slice(b"{\"truncated\":true,\"detail\":\"reading failed here\"}\n"),
            Kind::Parquet(_) => {}
        }
    }

    fn cells(&self, event: &Event<'_>) -> serde_json::Result<Vec<Value>> {
        let text = |text: Option<String>| text.map_or(Value::Null, Value::String);
        let [user, external] = self.user.clone();
        let mut cells = vec![
            text(user),
            text(external),
            event.id.clone().into(),
            event.source.provider.as_str().into(),
            text(event.source.device.clone()),
            event.start.to_string().into(),
            event.end.to_string().into(),
            text(event.offset.map(LocalOffset::as_hours_minutes)),
        ];
        let mut fields = event.detail.values()?;
        let own = self.columns.iter().skip(COMMON.len());
        cells.extend(own.map(|column| fields.remove(column.name).unwrap_or(Value::Null)));
        Ok(cells)
    }
}

fn columns(table: EventTable) -> Vec<Column> {
    let common = COMMON
        .iter()
        .map(|name| Column { name, holds: if name.ends_with("_time") { Holds::Instant } else { Holds::Text } });
    let own = |field: &FieldShape| Column {
        name: field.name,
        holds: match field.shape {
            Shape::Number => Holds::Number,
            Shape::Whole => Holds::Whole,
            Shape::Flag => Holds::Flag,
            Shape::Instant => Holds::Instant,
            Shape::Text | Shape::Date | Shape::Code(_) => Holds::Text,
            Shape::Object(..) | Shape::List(_) | Shape::Pair(_) => Holds::Json,
        },
    };
    common.chain(table.fields().iter().map(own)).collect()
}
