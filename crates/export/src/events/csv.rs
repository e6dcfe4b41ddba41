//! Events as CSV: a header, then a line an event. Empty is unknown.

use super::table::Column;
use crate::samples::put_text;
use serde_json::Value;

pub(super) fn header(columns: &[Column], has_header: &mut bool, out: &mut Vec<u8>) {
    if std::mem::replace(has_header, true) {
        return;
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    out.extend_from_slice(names.join(",").as_bytes());
    out.extend_from_slice(b"\r\n");
}

pub(super) fn row(cells: &[Value], out: &mut Vec<u8>) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match cell {
            Value::Null => {}
            Value::String(text) => put_text(out, text),
            other => put_text(out, &other.to_string()),
        }
    }
    out.extend_from_slice(b"\r\n");
}
