//! TCX (Training Center Database 2) of a workout: laps of tracks, with speed, cadence of the feet and power in
//! Garmin's ActivityExtension. A pause ends a track.

use crate::{
    laps::{Stretch, stretches, whole_of},
    track::{Cadence, Part, Row, Track, finite},
    xml::Xml,
};
use model::{Timestamp, WorkoutType, WorkoutView};
use std::io;

const ROOT: &str = "TrainingCenterDatabase";
const SPACE: &str = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2";
const EXTENSION: &str = "http://www.garmin.com/xmlschemas/ActivityExtension/v2";

/// Writes a workout. Heart rate, cadence and power are whole numbers in TCX; what its schema demands and nobody told
/// is zero (energy, distance).
///
/// # Errors
/// Only if the writer fails, which writing to memory does not.
pub fn write_workout(view: &WorkoutView, track: &Track) -> io::Result<String> {
    let mut xml = Xml::begin(ROOT, &[("xmlns", SPACE), ("xmlns:ns3", EXTENSION)])?;
    xml.open("Activities")?;
    write_activity(&mut xml, view, track)?;
    xml.close("Activities")?;
    xml.end(ROOT)
}

/// Writes a workout of several sports as a multisport session. A transition is a lap before the sport that it leads to;
/// one that leads to none is an activity like others.
///
/// # Errors
/// Only if the writer fails, which writing to memory does not.
pub fn write_multisport(whole: &WorkoutView, parts: &[Part]) -> io::Result<String> {
    let mut xml = Xml::begin(ROOT, &[("xmlns", SPACE), ("xmlns:ns3", EXTENSION)])?;
    xml.open("Activities")?;
    xml.open("MultiSportSession")?;
    xml.text("Id", &whole.start.to_string())?;
    let is_transition =
        |part: Option<&Part>| part.is_some_and(|part| part.view.detail.workout_type == Some(WorkoutType::Transition));
    let mut number = 0;
    while let Some(part) = parts.get(number) {
        let name = if number == 0 { "FirstSport" } else { "NextSport" };
        xml.open(name)?;
        let leads = number > 0
            && is_transition(Some(part))
            && number + 1 < parts.len()
            && !is_transition(parts.get(number + 1));
        if leads {
            write_stretch(&mut xml, "Transition", &whole_of(&part.view), &part.track.rows, part.track.cadence, &[])?;
            number += 1;
        }
        if let Some(part) = parts.get(number) {
            write_activity(&mut xml, &part.view, &part.track)?;
        }
        xml.close(name)?;
        number += 1;
    }
    if let Some(notes) = whole.detail.description.as_ref().or(whole.detail.name.as_ref()) {
        xml.text("Notes", notes)?;
    }
    xml.close("MultiSportSession")?;
    xml.close("Activities")?;
    xml.end(ROOT)
}

fn write_activity(xml: &mut Xml, view: &WorkoutView, track: &Track) -> io::Result<()> {
    xml.open_with("Activity", &[("Sport", sport(view.detail.workout_type))])?;
    xml.text("Id", &view.start.to_string())?;
    let laps = stretches(view);
    let mut rows = track.rows.as_slice();
    for (number, lap) in laps.iter().enumerate() {
        // what was sampled before the first lap or between two belongs to the one that came before
        let next = laps.get(number + 1).map(|lap| lap.from);
        let count = next.map_or(rows.len(), |next| rows.partition_point(|row| row.time < next));
        let (own, rest) = rows.split_at(count);
        write_stretch(xml, "Lap", lap, own, track.cadence, &view.detail.pauses)?;
        rows = rest;
    }
    if let Some(notes) = view.detail.description.as_ref().or(view.detail.name.as_ref()) {
        xml.text("Notes", notes)?;
    }
    xml.close("Activity")
}

/// The schema knows three.
fn sport(kind: Option<WorkoutType>) -> &'static str {
    use WorkoutType as W;
    match kind {
        Some(W::Running | W::TrailRunning | W::Treadmill) => "Running",
        Some(W::Cycling | W::MountainBiking | W::IndoorCycling | W::Cyclocross | W::EBiking) => "Biking",
        _ => "Other",
    }
}

fn write_stretch(
    xml: &mut Xml,
    name: &str,
    stretch: &Stretch,
    rows: &[Row],
    cadence: Cadence,
    pauses: &[(Timestamp, Timestamp)],
) -> io::Result<()> {
    let lap = &stretch.lap;
    xml.open_with(name, &[("StartTime", &stretch.from.to_string())])?;
    xml.number("TotalTimeSeconds", Some(stretch.timer_s()))?;
    xml.number("DistanceMeters", Some(finite(lap.distance_m).unwrap_or_else(|| covered(rows))))?;
    xml.number("MaximumSpeed", lap.speed_max_mps)?;
    xml.number("Calories", Some(whole(lap.energy_kcal, 65_535.0).unwrap_or(0.0)))?;
    heart_rate(xml, "AverageHeartRateBpm", lap.heart_rate_avg_bpm)?;
    heart_rate(xml, "MaximumHeartRateBpm", lap.heart_rate_max_bpm)?;
    xml.text("Intensity", "Active")?;
    if cadence == Cadence::Turns {
        xml.number("Cadence", whole(lap.cadence_avg, 254.0))?;
    }
    xml.text("TriggerMethod", trigger(lap.trigger.as_deref()))?;
    for track in tracks(rows, pauses) {
        xml.open("Track")?;
        for row in track {
            write_point(xml, row, cadence)?;
        }
        xml.close("Track")?;
    }
    let extension = [
        ("ns3:AvgSpeed", finite(lap.speed_avg_mps)),
        ("ns3:AvgRunCadence", whole(lap.cadence_avg, 254.0).filter(|_| cadence == Cadence::Strides)),
        ("ns3:AvgWatts", whole(lap.power_avg_w, 65_535.0)),
    ];
    write_extension(xml, "ns3:LX", &extension)?;
    xml.close(name)
}

/// How far the track goes, by its own distance.
fn covered(rows: &[Row]) -> f64 {
    let mut known = rows.iter().filter_map(|row| finite(row.distance_m));
    let first = known.next();
    let last = known.next_back().or(first);
    first.zip(last).map_or(0.0, |(first, last)| (last - first).max(0.0))
}

/// The rows, cut where a pause ends.
fn tracks<'r>(rows: &'r [Row], pauses: &[(Timestamp, Timestamp)]) -> Vec<&'r [Row]> {
    let mut ends: Vec<Timestamp> = pauses.iter().map(|(_, end)| *end).collect();
    ends.sort_unstable();
    let mut tracks = Vec::new();
    let mut rest = rows;
    for end in ends {
        let (before, after) = rest.split_at(rest.partition_point(|row| row.time < end));
        tracks.push(before);
        rest = after;
    }
    tracks.push(rest);
    tracks.retain(|track| !track.is_empty());
    tracks
}

fn write_point(xml: &mut Xml, row: &Row, cadence: Cadence) -> io::Result<()> {
    xml.open("Trackpoint")?;
    xml.text("Time", &row.time.to_string())?;
    if let Some((latitude, longitude)) = row.position() {
        xml.open("Position")?;
        xml.number("LatitudeDegrees", Some(latitude))?;
        xml.number("LongitudeDegrees", Some(longitude))?;
        xml.close("Position")?;
    }
    xml.number("AltitudeMeters", row.elevation_m)?;
    xml.number("DistanceMeters", row.distance_m)?;
    heart_rate(xml, "HeartRateBpm", row.heart_rate_bpm)?;
    let turns = whole(row.cadence_rpm, 254.0);
    if cadence == Cadence::Turns {
        xml.number("Cadence", turns)?;
    }
    let extension = [
        ("ns3:Speed", finite(row.speed_mps)),
        ("ns3:RunCadence", turns.filter(|_| cadence == Cadence::Strides)),
        ("ns3:Watts", whole(row.power_w, 65_535.0)),
    ];
    write_extension(xml, "ns3:TPX", &extension)?;
    xml.close("Trackpoint")
}

fn write_extension(xml: &mut Xml, name: &str, fields: &[(&str, Option<f64>)]) -> io::Result<()> {
    if fields.iter().all(|(_, value)| value.is_none()) {
        return Ok(());
    }
    xml.open("Extensions")?;
    xml.open(name)?;
    for (field, value) in fields {
        xml.number(field, *value)?;
    }
    xml.close(name)?;
    xml.close("Extensions")
}

fn heart_rate(xml: &mut Xml, name: &str, value: Option<f64>) -> io::Result<()> {
    let Some(value) = whole(value, 255.0).filter(|rate| *rate > 0.0) else { return Ok(()) };
    xml.open(name)?;
    xml.number("Value", Some(value))?;
    xml.close(name)
}

/// Rounded, where the field can hold it.
fn whole(value: Option<f64>, most: f64) -> Option<f64> {
    finite(value).map(f64::round).filter(|value| (0.0..=most).contains(value))
}

fn trigger(raw: Option<&str>) -> &'static str {
    match raw {
        Some("distance") => "Distance",
        Some("time") => "Time",
        Some(position) if position.starts_with("position") || position == "location" => "Location",
        Some("heart_rate" | "heartrate") => "HeartRate",
        _ => "Manual",
    }
}
