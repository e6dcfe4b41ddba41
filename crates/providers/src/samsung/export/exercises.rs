//! Workouts. What their seconds were lies in files of their own, which do not say whose they are (`bins`).

use super::{Rows, exercise_types, source};
use crate::{gathered::Base, table::Row};
use model::{Context, Facet, Mapped, Point, Record, SeriesType, WorkoutDetail, WorkoutRecord, WorkoutType};

const MOST_S: f64 = 30.0 * 86_400.0;

impl Rows {
    pub(super) fn exercise(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((start, offset)) = self.clock.start(row, mapped) else { return };
        let span_us = self.clock.span(row, start);
        let detail = detail(row, span_us, mapped);
        let base = Base { at: start, offset, source: source(row) };
        if let Some(value) = row.number("vo2_max", 0.0, 100.0, mapped).filter(|value| *value > 0.0) {
            let point = Point::at(start.plus_micros(span_us), value);
            self.gathered.add_point(&base, SeriesType::VO2_MAX, Context::SAMPLES, point);
        }
        mapped.records.push(Record::Workout(Box::new(WorkoutRecord {
            external_id: row.text("datauuid").unwrap_or_else(|| format!("exercise:{start}")),
            aliases: Vec::new(),
            facet: Facet::Summary,
            rank: 0,
            source: base.source,
            start: Some(start),
            end: (span_us > 0).then(|| start.plus_micros(span_us)),
            offset,
            detail,
            file: None,
            samples: Vec::new(),
        })));
    }
}

fn detail(row: &Row<'_>, span_us: i64, mapped: &mut Mapped) -> WorkoutDetail {
    let number = row.text("exercise_type");
    let kind = number.as_deref().map_or(WorkoutType::Other, exercise_types::unified);
    let elapsed_s = (span_us > 0).then_some(span_us as f64 / 1e6);
    let mut above_zero = |column: &str, most: f64| row.number(column, 0.0, most, mapped).filter(|value| *value > 0.0);
    let duration_s = above_zero("duration", MOST_S * 1e3).map(|milliseconds| milliseconds / 1e3);
    let (cadence_avg, cadence_max) = (above_zero("mean_cadence", 500.0), above_zero("max_cadence", 500.0));
    // the column is of steps or of turns, by what was done
    let (runs, rides) = (exercise_types::is_on_foot(kind), exercise_types::is_on_wheels(kind));
    WorkoutDetail {
        workout_type: Some(kind),
        raw_type: number,
        raw_sub_type: row.text("exercise_custom_type"),
        name: row.text("title"),
        description: row.text("comment"),
        duration_s: duration_s.or(elapsed_s),
        elapsed_s,
        distance_m: above_zero("distance", 1e7),
        energy_kcal: above_zero("calorie", 1e5),
        heart_rate_avg_bpm: above_zero("mean_heart_rate", 300.0),
        heart_rate_max_bpm: above_zero("max_heart_rate", 300.0),
        heart_rate_min_bpm: above_zero("min_heart_rate", 300.0),
        speed_avg_mps: above_zero("mean_speed", 500.0),
        speed_max_mps: above_zero("max_speed", 500.0),
        run_cadence_avg_spm: cadence_avg.filter(|_| runs),
        run_cadence_max_spm: cadence_max.filter(|_| runs),
        bike_cadence_avg_rpm: cadence_avg.filter(|_| rides),
        bike_cadence_max_rpm: cadence_max.filter(|_| rides),
        power_avg_w: above_zero("mean_power", 5000.0),
        power_max_w: above_zero("max_power", 10_000.0),
        elevation_gain_m: above_zero("altitude_gain", 1e5),
        elevation_loss_m: above_zero("altitude_loss", 1e5),
        elevation_max_m: row.number("max_altitude", -500.0, 1e4, mapped),
        elevation_min_m: row.number("min_altitude", -500.0, 1e4, mapped),
        ..WorkoutDetail::default()
    }
}
