//! TCX activity files: laps with totals and their points.

use crate::{
    generator::{Person, Sample, Sport, Totals, Workout},
    xml::{element, text, time},
};

/// The TCX file of a workout.
pub(crate) fn activity_file(person: &Person, workout: &Workout) -> String {
    let plan = &workout.plan;
    let mut out = String::with_capacity(workout.samples.len() * 420 + 1500);
    out.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n",
        r#"<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2""#,
        r#" xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2""#,
        r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Activities>"#,
    ));
    out.push_str(&format!("<Activity Sport=\"{}\">", sport_name(plan.sport)));
    element(&mut out, "Id", Some(time(plan.start)));
    for lap in &workout.laps {
        let samples = workout.samples.get(lap.samples.0..lap.samples.1).unwrap_or_default();
        out.push_str(&format!("<Lap StartTime=\"{}\">", time(plan.start + i64::from(lap.from))));
        lap_totals(&mut out, &workout.lap_totals(person, lap));
        out.push_str("<Track>\n");
        for sample in samples {
            point(&mut out, workout, sample);
        }
        out.push_str("</Track></Lap>");
    }
    out.push_str("<Creator xsi:type=\"Device_t\">");
    element(&mut out, "Name", Some(text(plan.device_name(person))));
    element(&mut out, "UnitId", Some(plan.id % 4_000_000_000));
    element(&mut out, "ProductID", Some(person.persona.traits().device_product));
    out.push_str("</Creator></Activity></Activities></TrainingCenterDatabase>\n");
    out
}

fn sport_name(sport: Sport) -> &'static str {
    match sport {
        _ if sport.is_cycling() => "Biking",
        Sport::Running | Sport::Treadmill => "Running",
        _ => "Other",
    }
}

fn lap_totals(out: &mut String, totals: &Totals) {
    element(out, "TotalTimeSeconds", Some(totals.timer));
    element(out, "DistanceMeters", Some(f64::from(totals.distance_cm.unwrap_or(0)) / 100.0));
    element(out, "MaximumSpeed", totals.max_speed_mm.map(|mm| f64::from(mm) / 1000.0));
    element(out, "Calories", Some(totals.kilocalories));
    out.push_str(&format!(
        "<AverageHeartRateBpm><Value>{}</Value></AverageHeartRateBpm><MaximumHeartRateBpm><Value>{}</Value></MaximumHeartRateBpm>",
        totals.average_heart_rate, totals.max_heart_rate
    ));
    out.push_str("<Intensity>Active</Intensity><TriggerMethod>Distance</TriggerMethod>");
}

fn point(out: &mut String, workout: &Workout, sample: &Sample) {
    let sport = workout.plan.sport;
    out.push_str("<Trackpoint>");
    element(out, "Time", Some(time(workout.plan.start + i64::from(sample.clock))));
    if let Some((latitude, longitude)) = sample.position {
        let degrees = |semicircles: i32| format!("{:.8}", f64::from(semicircles) * (180.0 / 2f64.powi(31)));
        out.push_str("<Position>");
        element(out, "LatitudeDegrees", Some(degrees(latitude)));
        element(out, "LongitudeDegrees", Some(degrees(longitude)));
        out.push_str("</Position>");
    }
    element(out, "AltitudeMeters", sample.altitude_fifths.map(|fifths| f64::from(fifths) / 5.0));
    element(out, "DistanceMeters", sample.distance_cm.map(|cm| f64::from(cm) / 100.0));
    out.push_str(&format!("<HeartRateBpm><Value>{}</Value></HeartRateBpm>", sample.heart_rate));
    element(out, "Cadence", sample.cadence.filter(|_| sport.is_cycling()));
    out.push_str("<Extensions><ns3:TPX>");
    element(out, "ns3:Speed", sample.speed_mm.map(|mm| f64::from(mm) / 1000.0));
    element(out, "ns3:RunCadence", sample.cadence.filter(|_| sport.is_on_foot()).map(|steps| steps / 2));
    element(out, "ns3:Watts", sample.power);
    out.push_str("</ns3:TPX></Extensions></Trackpoint>\n");
}
