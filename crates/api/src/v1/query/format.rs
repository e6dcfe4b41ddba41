//! In which form samples are answered: as the body says, else as `Accept` prefers.

use crate::error::{ApiError, Result};
use axum::http::{HeaderMap, header};
use export::samples::TableFormat;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Pages of JSON, a column a field.
    Columnar,
    /// All of it as a table.
    Table(TableFormat),
}

const NAMES: &[(&str, Format)] = &[
    ("columnar", Format::Columnar),
    ("csv", Format::Table(TableFormat::Csv)),
    ("ndjson", Format::Table(TableFormat::Ndjson)),
    ("parquet", Format::Table(TableFormat::Parquet)),
];

/// Its media type, and the ending of a file of it.
pub(in crate::v1) fn media_type(format: TableFormat) -> (&'static str, &'static str) {
    match format {
        TableFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        TableFormat::Ndjson => ("application/x-ndjson", "ndjson"),
        TableFormat::Parquet => ("application/vnd.apache.parquet", "parquet"),
    }
}

/// The form asked for.
pub(super) fn read(named: Option<&str>, headers: &HeaderMap) -> Result<Format> {
    if let Some(name) = named {
        let found = NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
        return found
            .ok_or_else(|| ApiError::invalid("format", "Input should be 'columnar', 'csv', 'ndjson' or 'parquet'"));
    }
    let accepted: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if accepted.iter().all(|value| value.trim().is_empty()) {
        return Ok(Format::Columnar);
    }
    // the first of the best; what has no weight has the highest
    let mut best: Option<(f32, Format)> = None;
    for range in accepted.iter().flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let format = of_media_type(parts.next().unwrap_or_default());
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse().ok());
        let weight: f32 = weight.unwrap_or(1.0);
        if let Some(format) = format.filter(|_| weight > best.map_or(0.0, |(weight, _)| weight)) {
            best = Some((weight, format));
        }
    }
    best.map(|(_, format)| format).ok_or_else(|| {
        let known = "'application/json', 'text/csv', 'application/x-ndjson' or 'application/vnd.apache.parquet'";
        ApiError::invalid("Accept", format!("Should take {known}"))
    })
}

fn of_media_type(range: &str) -> Option<Format> {
    match range.to_ascii_lowercase().as_str() {
        "*/*" | "application/*" | "application/json" => Some(Format::Columnar),
        "text/csv" | "text/*" => Some(Format::Table(TableFormat::Csv)),
        "application/x-ndjson" | "application/ndjson" => Some(Format::Table(TableFormat::Ndjson)),
        "application/vnd.apache.parquet" => Some(Format::Table(TableFormat::Parquet)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(text: &str) -> Result<Format> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, text.parse().unwrap());
        read(None, &headers)
    }

    #[test]
    fn the_header_chooses_by_weight_and_the_body_goes_before_it() {
        let csv = Format::Table(TableFormat::Csv);
        assert_eq!(accepting("*/*").unwrap(), Format::Columnar);
        assert_eq!(accepting("text/csv").unwrap(), csv);
        assert_eq!(accepting("application/json;q=0.5, text/csv").unwrap(), csv);
        assert_eq!(accepting("application/x-ndjson, text/csv").unwrap(), Format::Table(TableFormat::Ndjson));
        assert!(accepting("image/png").unwrap_err().to_string().starts_with("Accept: "));
        assert!(accepting("text/csv;q=0").is_err());
        assert_eq!(read(None, &HeaderMap::new()).unwrap(), Format::Columnar);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        assert_eq!(read(Some("csv"), &headers).unwrap(), csv);
        assert!(read(Some("xml"), &headers).unwrap_err().to_string().starts_with("format: "));
    }
}
