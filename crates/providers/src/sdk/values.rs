//! The figures of a workout. Those that have a field fill it; those that are measurements become points that last as
//! long as the workout.

use super::{read::Objects, time::Interval, wire::Value, workouts::Points};
use crate::json::Notes;
use model::{IssueCode, Point, SeriesType, WorkoutDetail};

/// What else the figures say.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// 1 in a pool, 2 in open water.
    pub(super) swimming_place: Option<f64>,
    pub(super) is_indoor: bool,
    energy: Energy,
}

/// Energy as it is told, kilocalories: only one of the totals counts, and only without one do the parts.
#[derive(Debug, Default)]
struct Energy {
    total: Option<f64>,
    active: Option<f64>,
    basal: Option<f64>,
}

impl Energy {
    fn whole(&self) -> Option<f64> {
        let parts = || Some(self.active? + self.basal.unwrap_or(0.0));
        self.total.or_else(parts).or(self.basal)
    }
}

/// Reads the figures of a workout.
pub(super) fn read(
    told: &Objects<Value<'_>>,
    span: Interval,
    detail: &mut WorkoutDetail,
    points: &mut Points,
    notes: &mut Notes<'_>,
) -> Figures {
    let mut figures = Figures::default();
    for (place, wire) in told.items.iter().enumerate() {
        let (Some(kind), Some(value)) = (wire.kind.get(), wire.value.get()) else {
            notes.within(&format!("values[{place}]")).add(IssueCode::Invalid, "value", "not a number with its type");
            continue;
        };
        let unit = wire.unit.get().unwrap_or_default();
        // names of fields and of getters are the same words, spelled otherwise
        let name: String = kind.chars().filter(|c| *c != '_').collect::<String>().to_lowercase();
        let is_known = field(&name, value, unit, detail, &mut figures)
            || series(&name, value, unit).is_some_and(|(series, value)| {
                let point = Point { start: span.start, duration_us: span.duration_us, value };
                points.entry(series).or_default().push(point);
                true
            });
        if !is_known {
            let message = "this figure is not mapped; it is kept raw";
            notes.within(&format!("values[{place}]")).add(IssueCode::Unknown, "type", message);
        }
    }
    detail.energy_kcal = figures.energy.whole();
    if told.wrong > 0 {
        notes.add(IssueCode::Invalid, "values", "has entries that are not objects");
    }
    figures
}

/// Fills the field of a figure; false if it has none.
fn field(name: &str, value: f64, unit: &str, detail: &mut WorkoutDetail, figures: &mut Figures) -> bool {
    let (slot, value) = match name {
        "duration" | "totalduration" => {
            (&mut detail.duration_s, if unit == "s" { value } else { seconds(value, unit) })
        }
        "activeenergyburned" => (&mut figures.energy.active, kilocalories(value, unit)),
        "basalenergyburned" => (&mut figures.energy.basal, kilocalories(value, unit)),
        "calories" | "totalcalories" | "totalenergyburned" => (&mut figures.energy.total, kilocalories(value, unit)),
        "distance" | "totaldistance" => (&mut detail.distance_m, meters(value, unit)),
        "stepcount" | "totalsteps" => (&mut detail.steps, value),
        "minheartrate" => (&mut detail.heart_rate_min_bpm, value),
        "averageheartrate" | "meanheartrate" => (&mut detail.heart_rate_avg_bpm, value),
        "maxheartrate" => (&mut detail.heart_rate_max_bpm, value),
        "averagespeed" | "meanspeed" | "averagerunningspeed" => (&mut detail.speed_avg_mps, value),
        "maxspeed" => (&mut detail.speed_max_mps, value),
        "averagerunningpower" | "meanpower" | "averagepower" => (&mut detail.power_avg_w, value),
        "maxpower" => (&mut detail.power_max_w, value),
        "elevationascended" | "altitudegain" => (&mut detail.elevation_gain_m, meters(value, unit)),
        "elevationdescended" | "altitudeloss" => (&mut detail.elevation_loss_m, meters(value, unit)),
        "maxaltitude" => (&mut detail.elevation_max_m, meters(value, unit)),
        "minaltitude" => (&mut detail.elevation_min_m, meters(value, unit)),
        "laplength" => (&mut detail.pool_length_m, meters(value, unit)),
        "meancadence" if unit == "rpm" => (&mut detail.bike_cadence_avg_rpm, value),
        "maxcadence" if unit == "rpm" => (&mut detail.bike_cadence_max_rpm, value),
        "meancadence" => (&mut detail.run_cadence_avg_spm, value),
        "maxcadence" => (&mut detail.run_cadence_max_spm, value),
        "swimminglocationtype" => (&mut figures.swimming_place, value),
        "indoorworkout" => {
            figures.is_indoor = value != 0.0;
            return true;
        }
        _ => return false,
    };
    // the first of several that mean the same counts
    *slot = slot.or(Some(value));
    true
}

/// The series of a figure that is a measurement, and the value in its unit.
fn series(name: &str, value: f64, unit: &str) -> Option<(SeriesType, f64)> {
    Some(match name {
        "averagerunningstridelength" => (SeriesType::RUNNING_STRIDE_LENGTH, meters(value, unit) * 100.0),
        "averageverticaloscillation" => (SeriesType::RUNNING_VERTICAL_OSCILLATION, meters(value, unit) * 100.0),
        "averagegroundcontacttime" => (SeriesType::RUNNING_GROUND_CONTACT_TIME, value),
        "averagemets" => (SeriesType::AVERAGE_MET, value),
        "weathertemperature" => (SeriesType::WEATHER_TEMPERATURE, value),
        // HealthKit's share of 0 to 1
        "weatherhumidity" => (SeriesType::WEATHER_HUMIDITY, if value <= 1.0 { value * 100.0 } else { value }),
        "swimmingstrokecount" => (SeriesType::SWIMMING_STROKE_COUNT, value),
        "vo2max" => (SeriesType::VO2_MAX, value),
        _ => return None,
    })
}

/// Samsung's durations are milliseconds, also where it names no unit.
fn seconds(value: f64, unit: &str) -> f64 {
    if unit == "min" { value * 60.0 } else { value / 1000.0 }
}

fn kilocalories(value: f64, unit: &str) -> f64 {
    if unit.eq_ignore_ascii_case("kj") { value / 4.184 } else { value }
}

fn meters(value: f64, unit: &str) -> f64 {
    match unit {
        "cm" => value / 100.0,
        "km" => value * 1000.0,
        "mi" => value * 1609.344,
        _ => value,
    }
}
