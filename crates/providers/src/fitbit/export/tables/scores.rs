//! Scores of nights, of stress, of readiness.

use super::{Rows, source};
use crate::table::Row;
use model::{Mapped, Record, ScoreCategory, ScoreComponent, ScoreRecord};

const NIGHT: &[&str] = &["composition_score", "revitalization_score", "duration_score"];
const STRESS: &[&str] = &["SLEEP_POINTS", "RESPONSIVENESS_POINTS", "EXERTION_POINTS"];
const READINESS: &[&str] = &["activity_subcomponent", "sleep_subcomponent", "hrv_subcomponent"];

impl Rows {
    /// Of a night, at the time it bears; of a day's stress.
    pub(super) fn score(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        if row.has("STRESS_SCORE") {
            let is_none = row.text("CALCULATION_FAILED").is_some_and(|failed| failed.eq_ignore_ascii_case("true"));
            return self.of_day(row, ScoreCategory::Stress, ("DATE", "STRESS_SCORE"), (STRESS, is_none), mapped);
        }
        if !row.has("timestamp") {
            // its sleep is named by an id alone, which no record of ours bears
            return self.unmapped.count("score of a sleep, without its time");
        }
        let Some((at, offset)) = self.time(row, "timestamp", mapped) else { return };
        self.keep(row, ScoreCategory::Sleep, "overall_score", NIGHT, (at, offset), mapped);
    }

    pub(super) fn readiness(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let names = [("date", "readiness_score_value"), ("timestamp", "readiness score"), ("timestamp", "score")];
        if let Some(names) = names.into_iter().find(|(_, score)| row.has(score)) {
            self.of_day(row, ScoreCategory::Readiness, names, (READINESS, false), mapped);
        }
    }

    fn of_day(
        &mut self,
        row: &Row<'_>,
        category: ScoreCategory,
        (day, score): (&str, &str),
        (parts, is_none): (&[&str], bool),
        mapped: &mut Mapped,
    ) {
        if is_none {
            return self.unmapped.count("score that could not be calculated");
        }
        let Some((at, offset, _)) = self.day(row, day, mapped) else { return };
        self.keep(row, category, score, parts, (at, offset), mapped);
    }

    fn keep(
        &mut self,
        row: &Row<'_>,
        category: ScoreCategory,
        column: &str,
        parts: &[&str],
        (at, offset): (model::Timestamp, Option<model::LocalOffset>),
        mapped: &mut Mapped,
    ) {
        let Some(value) = row.number(column, 0.0, 100.0, mapped).filter(|value| *value > 0.0) else {
            return self.unmapped.count("row without a measurement");
        };
        let mut component = |name: &&str| {
            let value = row.number(name, 0.0, 100.0, mapped)?;
            Some(ScoreComponent { name: name.to_ascii_lowercase(), value: Some(value), qualifier: None })
        };
        let components = parts.iter().filter_map(&mut component).collect();
        let qualifier = ["type", "readiness_state", "readiness state"].iter().find_map(|name| row.text(name));
        mapped.records.push(Record::Score(ScoreRecord {
            category,
            rank: 0,
            source: source(row),
            at,
            offset,
            value: Some(value),
            qualifier,
            components,
        }));
    }
}
