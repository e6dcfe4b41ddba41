//! Reads back what [`super::TableWriter`] wrote as Parquet: as much of each row as tells samples apart.

use super::ExportError;
use ::parquet::{
    file::reader::SerializedFileReader,
    record::{Field, Row, reader::RowIter},
};
use bytes::Bytes;
use model::{LocalOffset, SeriesType, Timestamp};

/// A sample of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSample {
    /// What was measured.
    pub series: SeriesType,
    /// When it begins.
    pub at: Timestamp,
    /// How long it lasts; 0 for an instant.
    pub duration_us: i64,
    /// Its value.
    pub value: f64,
    /// The UTC offset there to the minute, if known.
    pub offset: Option<LocalOffset>,
    /// The device, if known.
    pub device: Option<String>,
    /// Whether it may stand for several.
    pub is_reduced: bool,
}

/// The samples of a table, in its order.
pub fn read_parquet(bytes: Vec<u8>) -> Result<Vec<StoredSample>, ExportError> {
    StoredSamples::new(bytes)?.collect()
}

/// The samples of a table one by one: in memory are its bytes and a page of each column.
pub struct StoredSamples(RowIter<'static>);

impl StoredSamples {
    /// Begins to read a table.
    ///
    /// # Errors
    /// What is no Parquet.
    pub fn new(bytes: Vec<u8>) -> Result<Self, ExportError> {
        let file = SerializedFileReader::new(Bytes::from(bytes))?;
        Ok(Self(RowIter::from_file_into(Box::new(file))))
    }
}

impl Iterator for StoredSamples {
    type Item = Result<StoredSample, ExportError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row: Row = match self.0.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error.into())),
        };
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        Some(sample(&fields).ok_or(ExportError::Foreign))
    }
}

fn sample(fields: &[&Field]) -> Option<StoredSample> {
    let [
        _,
        _,
        Field::Str(code),
        _,
        Field::TimestampMicros(at),
        Field::Double(duration_s),
        Field::Double(value),
        offset,
        _,
        device,
        _,
        Field::Bool(is_reduced),
    ] = fields
    else {
        return None;
    };
    Some(StoredSample {
        series: SeriesType::find(code)?,
        at: Timestamp::from_micros(*at),
        duration_us: (duration_s * 1e6).round() as i64,
        value: *value,
        offset: match offset {
            Field::Str(text) => LocalOffset::parse_hours_minutes(text).map(LocalOffset::device),
            _ => None,
        },
        device: if let Field::Str(device) = device { Some(device.clone()) } else { None },
        is_reduced: *is_reduced,
    })
}
