//! Samples as tables: CSV, lines of JSON, Parquet. A writer is given batches and fills a buffer, so that
//! a table of any length takes the memory of one batch (of a group of rows, for Parquet).
//!
//! Every table has the same columns, so that a program reads either alike: `user_id`, `external_user_id`,
//! `type`, `unit`, `time`, `duration_s`, `value`, `zone_offset`, `provider`, `device`, `is_daily_total`,
//! `is_reduced`.

mod csv;
mod ndjson;
mod parquet;
mod read;
#[cfg(test)]
mod tests;

use csv::CsvWriter;
pub(crate) use csv::put_text;
use model::{LocalOffset, SeriesType, Source, Timestamp};
use ndjson::NdjsonWriter;
use parquet::ParquetWriter;

pub use read::{StoredSample, StoredSamples, read_parquet};

/// A table that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A row that JSON has no way to write.
    #[error("a row cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// A group of rows that Parquet refused.
    #[error("a group of rows cannot be written as Parquet")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// A table that has other columns, or other values in them.
    #[error("not a table of samples")]
    Foreign,
}

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated, as in RFC 4180, with a header.
    Csv,
    /// An object a line.
    Ndjson,
    /// Apache Parquet, compressed with Zstandard.
    Parquet,
}

/// Samples of one user and series.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The user's id.
    pub user_id: &'a str,
    /// The team's own id of the user.
    pub external_user_id: Option<&'a str>,
    /// What was measured.
    pub series: SeriesType,
    /// The samples.
    pub rows: &'a [SampleRow<'a>],
}

/// A sample.
#[derive(Clone, Copy, Debug)]
pub struct SampleRow<'a> {
    /// When it begins.
    pub at: Timestamp,
    /// How long it lasts; 0 for an instant.
    pub duration_us: i64,
    /// Its value.
    pub value: f64,
    /// The UTC offset there, if known.
    pub offset: Option<LocalOffset>,
    /// Who measured; none where several count as one.
    pub source: Option<&'a Source>,
    /// Whether it is the total or average of a whole day; none for what never is.
    pub is_daily_total: Option<bool>,
    /// Whether it may stand for several, as old points of a team's policy of retention do.
    pub is_reduced: bool,
}

/// Writes a table.
pub struct TableWriter(Kind);

enum Kind {
    Csv(CsvWriter),
    Ndjson(NdjsonWriter),
    Parquet(Box<ParquetWriter>),
}

impl TableWriter {
    /// Begins a table.
    pub fn new(format: TableFormat) -> Result<Self, ExportError> {
        Ok(Self(match format {
            TableFormat::Csv => Kind::Csv(CsvWriter::default()),
            TableFormat::Ndjson => Kind::Ndjson(NdjsonWriter),
            TableFormat::Parquet => Kind::Parquet(Box::new(ParquetWriter::new()?)),
        }))
    }

    /// Adds rows; appends the bytes that are ready.
    pub fn write(&mut self, batch: &Batch<'_>, out: &mut Vec<u8>) -> Result<(), ExportError> {
        match &mut self.0 {
            Kind::Csv(writer) => writer.write(batch, out),
            Kind::Ndjson(writer) => writer.write(batch, out)?,
            Kind::Parquet(writer) => writer.write(batch, out)?,
        }
        Ok(())
    }

    /// Appends what ends the table.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        match self.0 {
            Kind::Csv(mut writer) => writer.finish(out),
            Kind::Ndjson(_) => {}
            Kind::Parquet(writer) => writer.finish(out)?,
        }
        Ok(())
    }

    /// Appends the sign that the table broke off here. Parquet needs none: without its end nobody reads it.
    pub fn break_off(self, out: &mut Vec<u8>) {
        match self.0 {
            Kind::Csv(_) => out.extend_from_slice(b"# truncated: reading failed here\r\n"),
            Kind::Ndjson(_) => out.extend_from_slice(b"{\"truncated\":true,\"detail\":\"reading failed here\"}\n"),
            Kind::Parquet(_) => {}
        }
    }
}
