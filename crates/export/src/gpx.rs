//! GPX 1.1 of a workout's route, with heart rate, cadence and temperature in the extension that most
//! readers know (Garmin TrackPointExtension v1) and power beside it.

use crate::{
    track::{Row, Track, finite},
    xml::Xml,
};
use model::WorkoutView;
use std::io;

const GPX: &str = "http://www.topografix.com/GPX/1/1";
const EXTENSION: &str = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1";

/// Writes a workout's route. Rows without a position are left out; pauses do not cut the track.
///
/// # Errors
/// Only if the writer fails, which writing to memory does not.
pub fn write_workout(view: &WorkoutView, track: &Track) -> io::Result<String> {
    let root = [("version", "1.1"), ("creator", "Wearhouse"), ("xmlns", GPX), ("xmlns:gpxtpx", EXTENSION)];
    let mut xml = Xml::begin("gpx", &root)?;
    xml.open("metadata")?;
    xml.text("time", &view.start.to_string())?;
    xml.close("metadata")?;
    xml.open("trk")?;
    if let Some(name) = &view.detail.name {
        xml.text("name", name)?;
    }
    if let Some(kind) = view.detail.workout_type {
        xml.text("type", kind.as_str())?;
    }
    xml.open("trkseg")?;
    for row in &track.rows {
        if let Some(position) = row.position() {
            write_point(&mut xml, row, position)?;
        }
    }
    xml.close("trkseg")?;
    xml.close("trk")?;
    xml.end("gpx")
}

fn write_point(xml: &mut Xml, row: &Row, (latitude, longitude): (f64, f64)) -> io::Result<()> {
    xml.open_with("trkpt", &[("lat", &latitude.to_string()), ("lon", &longitude.to_string())])?;
    xml.number("ele", row.elevation_m)?;
    xml.text("time", &row.time.to_string())?;
    write_extensions(xml, row)?;
    xml.close("trkpt")
}

fn write_extensions(xml: &mut Xml, row: &Row) -> io::Result<()> {
    // The order is the schema's; heart rate and cadence are whole numbers there.
    let inner = [
        ("gpxtpx:atemp", finite(row.temperature_c)),
        ("gpxtpx:hr", finite(row.heart_rate_bpm).map(f64::round)),
        ("gpxtpx:cad", finite(row.cadence_rpm).map(f64::round)),
    ];
    let power = finite(row.power_w);
    if power.is_none() && inner.iter().all(|(_, value)| value.is_none()) {
        return Ok(());
    }
    xml.open("extensions")?;
    xml.number("power", power)?;
    if inner.iter().any(|(_, value)| value.is_some()) {
        xml.open("gpxtpx:TrackPointExtension")?;
        for (name, value) in inner {
            xml.number(name, value)?;
        }
        xml.close("gpxtpx:TrackPointExtension")?;
    }
    xml.close("extensions")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ProviderName, Source, Timestamp, WorkoutDetail, WorkoutType};
    use quick_xml::events::Event;

    fn view(name: &str) -> WorkoutView {
        WorkoutView {
            source: Source::of(ProviderName::from_static("file")),
            start: Timestamp::from_seconds(1_763_712_000),
            end: Timestamp::from_seconds(1_763_712_060),
            offset: None,
            detail: WorkoutDetail {
                name: Some(name.to_owned()),
                workout_type: Some(WorkoutType::Running),
                ..WorkoutDetail::default()
            },
            file: None,
        }
    }

    fn row(latitude_deg: f64) -> Row {
        Row {
            time: Timestamp::from_seconds(1_763_712_000),
            latitude_deg: Some(latitude_deg),
            longitude_deg: Some(13.123_456_789_012),
            elevation_m: Some(34.5),
            heart_rate_bpm: Some(151.0),
            ..Row::default()
        }
    }

    fn written(name: &str, rows: Vec<Row>) -> String {
        write_workout(&view(name), &Track { rows, ..Track::default() }).unwrap()
    }

    #[test]
    fn positions_are_written_exactly_and_names_are_escaped() {
        let text = written("Zoë & <run>\u{1}", vec![row(52.500_000_000_01)]);
        assert!(text.contains("lat=\"52.50000000001\" lon=\"13.123456789012\""), "{text}");
        assert!(text.contains("<name>Zoë &amp; &lt;run&gt;</name>"), "{text}");
        assert!(text.contains("<gpxtpx:hr>151</gpxtpx:hr>"), "{text}");
        assert!(text.contains("<time>2025-11-21T08:00:00Z</time>"), "{text}");
    }

    #[test]
    fn what_is_nowhere_on_earth_is_left_out() {
        let text = written("x", vec![row(f64::NAN), row(91.0), row(1.0), Row::default()]);
        assert_eq!(text.matches("<trkpt").count(), 1);
    }

    #[test]
    fn what_is_written_can_be_read_as_xml() {
        let text = written("x", vec![row(1.0), row(2.0)]);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
    }
}
