//! Samples as CSV: a header, then a line a sample. Empty is unknown.

use super::{Batch, SampleRow};
use model::LocalOffset;
use std::io::Write as _;

const HEADER: &[u8] =
    b"user_id,external_user_id,type,unit,time,duration_s,value,zone_offset,provider,device,is_daily_total,is_reduced\r\n";

#[derive(Default)]
pub(super) struct CsvWriter {
    has_header: bool,
}

impl CsvWriter {
    fn header(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.has_header, true) {
            out.extend_from_slice(HEADER);
        }
    }

    pub(super) fn write(&mut self, batch: &Batch<'_>, out: &mut Vec<u8>) {
        self.header(out);
        let mut head = Vec::new();
        put_text(&mut head, batch.user_id);
        head.push(b',');
        put_text(&mut head, batch.external_user_id.unwrap_or_default());
        let (series, unit) = (batch.series.as_str(), batch.series.unit().as_str());
        head.extend([",", series, ",", unit, ","].concat().bytes());
        out.reserve(batch.rows.len() * (head.len() + 64));
        for row in batch.rows {
            out.extend_from_slice(&head);
            put_row(out, row);
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.header(out);
    }
}

fn put_row(out: &mut Vec<u8>, row: &SampleRow<'_>) {
    let seconds = row.duration_us as f64 / 1e6;
    // writing into memory does not fail
    let _ = write!(out, "{},{seconds},{},", row.at, row.value);
    let offset = row.offset.map(LocalOffset::as_hours_minutes);
    out.extend_from_slice(offset.as_deref().unwrap_or_default().as_bytes());
    out.push(b',');
    out.extend_from_slice(row.source.map(|source| source.provider.as_str()).unwrap_or_default().as_bytes());
    out.push(b',');
    put_text(out, row.source.and_then(|source| source.device.as_deref()).unwrap_or_default());
    out.extend_from_slice(match row.is_daily_total {
        Some(true) => b",true,".as_slice(),
        Some(false) => b",false,",
        None => b",,",
    });
    out.extend_from_slice(if row.is_reduced { b"true\r\n" } else { b"false\r\n" });
}

/// Text in quotes where it has signs that mean something.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    if !text.contains(['"', ',', '\r', '\n']) && !text.starts_with(['#', ' ']) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend(text.replace('"', "\"\"").bytes());
    out.push(b'"');
}
