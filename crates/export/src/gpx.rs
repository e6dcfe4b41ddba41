//! GPX 1.1 of a workout's route, with heart rate, cadence and temperature in the extension that most
//! readers know (Garmin TrackPointExtension v1) and power beside it.

use model::{Timestamp, WorkoutView};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::io;

/// A position of the route and what else was measured there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    /// When.
    pub time: Timestamp,
    /// Degrees north.
    pub latitude_deg: f64,
    /// Degrees east.
    pub longitude_deg: f64,
    /// Metres above sea level.
    pub elevation_m: Option<f64>,
    /// Beats a minute.
    pub heart_rate_bpm: Option<f64>,
    /// Turns, or strides of one foot, a minute.
    pub cadence_rpm: Option<f64>,
    /// Degrees Celsius of the air.
    pub temperature_c: Option<f64>,
    /// Watts.
    pub power_w: Option<f64>,
}

const GPX: &str = "http://www.topografix.com/GPX/1/1";
const EXTENSION: &str = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1";

/// Writes a workout's route. Positions out of range or not finite are left out; pauses do not cut the track.
///
/// # Errors
/// Only if the writer fails, which writing to memory does not.
pub fn write_workout(view: &WorkoutView, points: &[TrackPoint]) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("gpx");
    for (name, value) in [("version", "1.1"), ("creator", "Wearhouse"), ("xmlns", GPX), ("xmlns:gpxtpx", EXTENSION)] {
        root.push_attribute((name, value));
    }
    writer.write_event(Event::Start(root))?;
    open(&mut writer, "metadata")?;
    text(&mut writer, "time", &view.start.to_string())?;
    close(&mut writer, "metadata")?;
    open(&mut writer, "trk")?;
    if let Some(name) = &view.detail.name {
        text(&mut writer, "name", name)?;
    }
    if let Some(kind) = view.detail.workout_type {
        text(&mut writer, "type", kind.as_str())?;
    }
    open(&mut writer, "trkseg")?;
    for point in points.iter().filter(|point| is_on_earth(point)) {
        write_point(&mut writer, point)?;
    }
    for name in ["trkseg", "trk", "gpx"] {
        close(&mut writer, name)?;
    }
    String::from_utf8(writer.into_inner()).map_err(io::Error::other)
}

fn is_on_earth(point: &TrackPoint) -> bool {
    (-90.0..=90.0).contains(&point.latitude_deg) && (-180.0..=180.0).contains(&point.longitude_deg)
}

fn write_point(writer: &mut Writer<Vec<u8>>, point: &TrackPoint) -> io::Result<()> {
    let mut start = BytesStart::new("trkpt");
    start.push_attribute(("lat", point.latitude_deg.to_string().as_str()));
    start.push_attribute(("lon", point.longitude_deg.to_string().as_str()));
    writer.write_event(Event::Start(start))?;
    if let Some(elevation) = finite(point.elevation_m) {
        text(writer, "ele", &elevation.to_string())?;
    }
    text(writer, "time", &point.time.to_string())?;
    write_extensions(writer, point)?;
    close(writer, "trkpt")
}

fn write_extensions(writer: &mut Writer<Vec<u8>>, point: &TrackPoint) -> io::Result<()> {
    // The order is the schema's; heart rate and cadence are whole numbers there.
    let inner = [
        ("gpxtpx:atemp", finite(point.temperature_c)),
        ("gpxtpx:hr", finite(point.heart_rate_bpm).map(f64::round)),
        ("gpxtpx:cad", finite(point.cadence_rpm).map(f64::round)),
    ];
    let power = finite(point.power_w);
    if power.is_none() && inner.iter().all(|(_, value)| value.is_none()) {
        return Ok(());
    }
    open(writer, "extensions")?;
    if let Some(power) = power {
        text(writer, "power", &power.to_string())?;
    }
    if inner.iter().any(|(_, value)| value.is_some()) {
        open(writer, "gpxtpx:TrackPointExtension")?;
        for (name, value) in inner {
            if let Some(value) = value {
                text(writer, name, &value.to_string())?;
            }
        }
        close(writer, "gpxtpx:TrackPointExtension")?;
    }
    close(writer, "extensions")
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

fn open(writer: &mut Writer<Vec<u8>>, name: &str) -> io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))
}

fn close(writer: &mut Writer<Vec<u8>>, name: &str) -> io::Result<()> {
    writer.write_event(Event::End(BytesEnd::new(name)))
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, value: &str) -> io::Result<()> {
    open(writer, name)?;
    // Control characters have no place in XML 1.0, not even escaped.
    let plain: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
    writer.write_event(Event::Text(BytesText::new(&plain)))?;
    close(writer, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ProviderName, Source, WorkoutDetail, WorkoutType};

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

    fn point(latitude_deg: f64) -> TrackPoint {
        TrackPoint {
            time: Timestamp::from_seconds(1_763_712_000),
            latitude_deg,
            longitude_deg: 13.123_456_789_012,
            elevation_m: Some(34.5),
            heart_rate_bpm: Some(151.0),
            cadence_rpm: None,
            temperature_c: None,
            power_w: None,
        }
    }

    #[test]
    fn positions_are_written_exactly_and_names_are_escaped() {
        let text = write_workout(&view("Zoë & <run>\u{1}"), &[point(52.500_000_000_01)]).unwrap();
        assert!(text.contains("lat=\"52.50000000001\" lon=\"13.123456789012\""), "{text}");
        assert!(text.contains("<name>Zoë &amp; &lt;run&gt;</name>"), "{text}");
        assert!(text.contains("<gpxtpx:hr>151</gpxtpx:hr>"), "{text}");
        assert!(text.contains("<time>2025-11-21T08:00:00Z</time>"), "{text}");
    }

    #[test]
    fn what_is_nowhere_on_earth_is_left_out() {
        let text = write_workout(&view("x"), &[point(f64::NAN), point(91.0), point(1.0)]).unwrap();
        assert_eq!(text.matches("<trkpt").count(), 1);
    }

    #[test]
    fn what_is_written_can_be_read_as_xml() {
        let text = write_workout(&view("x"), &[point(1.0), point(2.0)]).unwrap();
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
