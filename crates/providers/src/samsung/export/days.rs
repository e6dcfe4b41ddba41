//! Tables with a row a day: totals, and the score of vitality.

use super::{
    Rows,
    points::{Column, value},
    source,
};
use crate::{gathered::Base, table::Row};
use model::{Context, Mapped, Point, Record, ScoreCategory, ScoreComponent, ScoreRecord, SeriesType};

const STEPS: &[Column] =
    &[("step_count", SeriesType::STEPS, 1e6), ("distance", SeriesType::DISTANCE_WALKING_RUNNING, 1e7)];
const TREND: &[Column] = &[("count", SeriesType::STEPS, 1e6), ("distance", SeriesType::DISTANCE_WALKING_RUNNING, 1e7)];
const FLOORS: &[Column] = &[("floor_count", SeriesType::FLIGHTS_CLIMBED, 1e5)];
const ENERGY: &[Column] =
    &[("active_calorie", SeriesType::ENERGY, 1e5), ("rest_calorie", SeriesType::BASAL_ENERGY, 1e5)];

/// The columns of a table of days.
pub(super) fn columns(table: &str) -> Option<&'static [Column]> {
    Some(match table {
        "pedometer_day_summary" => STEPS,
        "step_daily_trend" => TREND,
        "floors_day_summary" => FLOORS,
        "calories_burned.details" => ENERGY,
        _ => return None,
    })
}

impl Rows {
    /// Totals of a day.
    pub(super) fn day(&mut self, columns: &[Column], row: &Row<'_>, mapped: &mut Mapped) {
        let Some((day, offset)) = self.clock.day(row, mapped) else { return };
        let mut base = Base { at: day.start, offset, source: source(row) };
        if row.has("source_type") {
            // what all devices did together, under whichever of them the row names
            base.source.device = None;
        }
        let mut found = false;
        for column in columns {
            let Some(value) = value(column, row, mapped) else { continue };
            found = true;
            self.gathered.add_point(&base, column.1, Context::DAILY, Point { value, ..day });
        }
        if !found {
            self.unmapped.count("row without a measurement");
        }
    }

    pub(super) fn vitality(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((day, offset)) = self.clock.day(row, mapped) else { return };
        let Some(total) = row.number("total_score", 0.0, 100.0, mapped) else {
            return self.unmapped.count("row without a measurement");
        };
        let mut component = |column: &str| {
            let value = row.number(column, 0.0, 100.0, mapped)?;
            Some(ScoreComponent { name: column.to_owned(), value: Some(value), qualifier: None })
        };
        let names = ["activity_score", "sleep_score", "shr_score", "shrv_score"];
        let components = names.into_iter().filter_map(&mut component).collect();
        mapped.records.push(Record::Score(ScoreRecord {
            category: ScoreCategory::Readiness,
            rank: 0,
            source: source(row),
            at: day.start,
            offset,
            value: Some(total),
            qualifier: None,
            components,
        }));
    }
}
