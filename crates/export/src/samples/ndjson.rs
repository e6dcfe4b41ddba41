//! Samples as lines of JSON. Null is unknown.

use super::{Batch, ExportError};
use model::{LocalOffset, Timestamp};
use serde::Serialize;

pub(super) struct NdjsonWriter;

#[derive(Serialize)]
struct Line<'a> {
    user_id: &'a str,
    external_user_id: Option<&'a str>,
    r#type: &'a str,
    unit: &'a str,
    time: Timestamp,
    duration_s: f64,
    value: f64,
    zone_offset: Option<&'a str>,
    provider: Option<&'a str>,
    device: Option<&'a str>,
    is_daily_total: Option<bool>,
    is_reduced: bool,
}

impl NdjsonWriter {
    pub(super) fn write(&mut self, batch: &Batch<'_>, out: &mut Vec<u8>) -> Result<(), ExportError> {
        out.reserve(batch.rows.len() * 256);
        // neighbours mostly share their offset
        let mut last: (Option<LocalOffset>, Option<String>) = (None, None);
        for row in batch.rows {
            if row.offset != last.0 {
                last = (row.offset, row.offset.map(LocalOffset::as_hours_minutes));
            }
            let line = Line {
                user_id: batch.user_id,
                external_user_id: batch.external_user_id,
                r#type: batch.series.as_str(),
                unit: batch.series.unit().as_str(),
                time: row.at,
                duration_s: row.duration_us as f64 / 1e6,
                value: row.value,
                zone_offset: last.1.as_deref(),
                provider: row.source.map(|source| source.provider.as_str()),
                device: row.source.and_then(|source| source.device.as_deref()),
                is_daily_total: row.is_daily_total,
                is_reduced: row.is_reduced,
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.push(b'\n');
        }
        Ok(())
    }
}
