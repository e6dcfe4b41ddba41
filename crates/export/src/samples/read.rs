//! Reads back what [`super::TableWriter`] wrote as Parquet: as much of each row as tells samples apart.

use super::ExportError;
use ::parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use bytes::Bytes;
use model::{SeriesType, Timestamp};

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
    /// The device, if known.
    pub device: Option<String>,
    /// Whether it may stand for several.
    pub is_reduced: bool,
}

/// The samples of a table, in its order.
pub fn read_parquet(bytes: Vec<u8>) -> Result<Vec<StoredSample>, ExportError> {
    let file = SerializedFileReader::new(Bytes::from(bytes))?;
    let mut samples = Vec::new();
    for row in file.get_row_iter(None)? {
        let row = row?;
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        samples.push(sample(&fields).ok_or(ExportError::Foreign)?);
    }
    Ok(samples)
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
        _,
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
        device: if let Field::Str(device) = device { Some(device.clone()) } else { None },
        is_reduced: *is_reduced,
    })
}
