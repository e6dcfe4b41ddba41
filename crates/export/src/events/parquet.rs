//! Events as Parquet. Rows are gathered until there is a group of them, by number or by size.

use super::table::{Column, Holds};
use crate::samples::ExportError;
use ::parquet::{
    basic::{Compression, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use model::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// A group has no more rows than this, nor about so many bytes of text.
const GROUP_ROWS: usize = 8_192;
const GROUP_BYTES: usize = 8 * 1024 * 1024;

pub(super) struct ParquetRows {
    file: SerializedFileWriter<Vec<u8>>,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl ParquetRows {
    pub(super) fn new(columns: &[Column]) -> Result<Self, ExportError> {
        let field = |column: &Column| match column.holds {
            Holds::Text | Holds::Json => format!("optional binary {} (STRING);", column.name),
            Holds::Instant => format!("optional int64 {} (TIMESTAMP(MICROS, true));", column.name),
            Holds::Number => format!("optional double {};", column.name),
            Holds::Whole => format!("optional int64 {};", column.name),
            Holds::Flag => format!("optional boolean {};", column.name),
        };
        let fields: Vec<String> = columns.iter().map(field).collect();
        let schema = parse_message_type(&format!("message events {{ {} }}", fields.join(" ")))?;
        let level = ZstdLevel::try_new(3)?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        Ok(Self { file, columns: columns.to_vec(), rows: Vec::new(), bytes: 0 })
    }

    pub(super) fn write(&mut self, cells: Vec<Value>, out: &mut Vec<u8>) -> Result<(), ExportError> {
        // numbers count little; of lists the letters are not known before they are written
        self.bytes += cells.iter().map(|cell| if cell.is_array() { cell.to_string().len() } else { 16 }).sum::<usize>();
        self.rows.push(cells);
        if self.rows.len() >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.write_group(out)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        if !self.rows.is_empty() {
            self.write_group(out)?;
        }
        self.file.finish()?;
        self.drain(out)
    }

    fn write_group(&mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        let mut group = self.file.next_row_group()?;
        for (index, _) in self.columns.iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            let cells = self.rows.iter().map(|row| row.get(index).unwrap_or(&Value::Null));
            write_column(writer.untyped(), cells)?;
            writer.close()?;
        }
        group.close()?;
        self.rows.clear();
        self.bytes = 0;
        self.drain(out)
    }

    fn drain(&mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        self.file.flush().map_err(::parquet::errors::ParquetError::from)?;
        out.append(self.file.inner_mut());
        Ok(())
    }
}

/// The cells that have a value of the column's kind, and for each row whether it has one.
fn write_column<'v>(writer: &mut ColumnWriter<'_>, cells: impl Iterator<Item = &'v Value>) -> Result<(), ExportError> {
    match writer {
        ColumnWriter::DoubleColumnWriter(writer) => {
            let (values, levels) = gathered(cells, Value::as_f64);
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let (values, levels) = gathered(cells, whole);
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            let (values, levels) = gathered(cells, Value::as_bool);
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let (values, levels) = gathered(cells, text);
            writer.write_batch(&values, Some(&levels), None)?;
        }
        _ => {}
    }
    Ok(())
}

fn gathered<'v, T>(
    cells: impl Iterator<Item = &'v Value>,
    read: impl Fn(&'v Value) -> Option<T>,
) -> (Vec<T>, Vec<i16>) {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = read(cell);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    (values, levels)
}

/// A whole number, or an instant in microseconds.
fn whole(cell: &Value) -> Option<i64> {
    cell.as_i64().or_else(|| cell.as_str().and_then(Timestamp::parse_rfc3339).map(Timestamp::as_micros))
}

fn text(cell: &Value) -> Option<ByteArray> {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.as_str().into()),
        other => Some(other.to_string().as_str().into()),
    }
}
