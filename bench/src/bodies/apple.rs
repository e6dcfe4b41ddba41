//! An export of Apple Health: XML with a line for each heart rate, as long as wanted.

use super::{BEGINNING, instant, walk::walk};
use std::fmt::Write as _;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<HealthData locale=\"en_GB\">\n\
    \x20<ExportDate value=\"2026-11-01 00:00:00 +0000\"/>\n";

/// An export, whole.
pub(crate) struct Export {
    pub(crate) xml: String,
    /// When its last record begins.
    pub(crate) last: i64,
    pub(crate) records: u64,
}

impl Export {
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        let mut export = Self { xml: HEAD.to_owned(), last: BEGINNING, records: 0 };
        let mut minutes = walk(7, 60, i64::MAX / 60, 42.0, 170.0);
        while export.xml.len() < bytes
            && let Some((second, value)) = minutes.next()
        {
            export.last = BEGINNING + second;
            export.records += 1;
            let text = instant(export.last);
            let text = String::from_utf8_lossy(&text);
            let (date, time) = (&text[..10], &text[11..19]);
            let _ = writeln!(
                export.xml,
                " <Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" sourceVersion=\"10.3.1\" \
                 device=\"&lt;&lt;HKDevice: 0x1&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, \
                 hardware:Watch7,5, software:10.3.1&gt;\" unit=\"count/min\" creationDate=\"{date} {time} +0000\" \
                 startDate=\"{date} {time} +0000\" endDate=\"{date} {time} +0000\" value=\"{value}\"/>"
            );
        }
        export.xml.push_str("</HealthData>\n");
        export
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_a_line_a_minute() {
        let export = Export::of_bytes(10_000);
        assert!(export.xml.len() >= 10_000 && export.xml.ends_with("</HealthData>\n"));
        assert_eq!(export.xml.matches("<Record ").count() as u64, export.records);
        assert_eq!(export.last, BEGINNING + (export.records as i64 - 1) * 60);
    }
}
