//! GPX activity files: a track of points with height, time, heart rate and cadence; a pause begins a segment.

use crate::{
    generator::{Person, Sample, Sport, Workout},
    xml::{element, text, time},
};

/// The GPX file of a workout; points without a position are left out.
pub(crate) fn activity_file(person: &Person, workout: &Workout) -> String {
    let plan = &workout.plan;
    let mut out = String::with_capacity(workout.samples.len() * 260 + 600);
    out.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n",
        r#"<gpx xmlns="http://www.topografix.com/GPX/1/1""#,
        r#" xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" version="1.1" creator=""#,
    ));
    out.push_str(&text(plan.device_name(person)));
    out.push_str("\"><metadata>");
    element(&mut out, "time", Some(time(plan.start)));
    out.push_str("</metadata><trk>");
    element(&mut out, "name", Some(text(plan.sport.title())));
    element(&mut out, "type", Some(track_type(plan.sport)));
    out.push_str("<trkseg>\n");
    let mut paused = false;
    for sample in &workout.samples {
        if !paused && workout.pause.is_some_and(|(_, to)| sample.clock >= to) {
            out.push_str("</trkseg><trkseg>\n");
            paused = true;
        }
        point(&mut out, workout, sample);
    }
    out.push_str("</trkseg></trk></gpx>\n");
    out
}

fn track_type(sport: Sport) -> &'static str {
    match sport {
        _ if sport.is_cycling() => "cycling",
        Sport::Running | Sport::Treadmill => "running",
        Sport::Hiking => "hiking",
        _ if sport.is_swimming() => "swimming",
        _ => "walking",
    }
}

fn point(out: &mut String, workout: &Workout, sample: &Sample) {
    let Some((latitude, longitude)) = sample.position else { return };
    let degrees = |semicircles: i32| format!("{:.8}", f64::from(semicircles) * (180.0 / 2f64.powi(31)));
    out.push_str(&format!("<trkpt lat=\"{}\" lon=\"{}\">", degrees(latitude), degrees(longitude)));
    element(out, "ele", sample.altitude_fifths.map(|fifths| f64::from(fifths) / 5.0));
    element(out, "time", Some(time(workout.plan.start + i64::from(sample.clock))));
    out.push_str("<extensions><tpx:TrackPointExtension>");
    element(out, "tpx:atemp", sample.temperature);
    element(out, "tpx:hr", Some(sample.heart_rate));
    let halved = workout.plan.sport.is_on_foot();
    element(out, "tpx:cad", sample.cadence.map(|cadence| if halved { cadence / 2 } else { cadence }));
    out.push_str("</tpx:TrackPointExtension></extensions></trkpt>\n");
}
