//! Nights, and what is judged of them and of strain. Stages are a table of their own: both tables give points of
//! `sleep_stage`, of which nights are made where they are kept, so that neither waits for the other.

use super::{Rows, source};
use crate::{gathered::Base, table::Row};
use model::{IssueCode, Mapped, Point, Record, ScoreCategory, ScoreRecord, SeriesType, SleepStage, Timestamp};

impl Rows {
    /// The time in bed, and the score of the night at its end.
    pub(super) fn sleep(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((base, duration_us)) = self.lasting(row, mapped) else { return };
        self.add_stage(&base, SleepStage::InBed, duration_us);
        let score = row.number("sleep_score", 0.0, 100.0, mapped).filter(|score| *score > 0.0);
        let end = base.at.plus_micros(duration_us);
        mapped.records.extend(score.map(|value| score_at(ScoreCategory::Sleep, &base, end, value)));
    }

    pub(super) fn stage(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((base, duration_us)) = self.lasting(row, mapped) else { return };
        let stage = match row.text("stage").as_deref() {
            Some("40001") => SleepStage::Awake,
            Some("40002") => SleepStage::Light,
            Some("40003") => SleepStage::Deep,
            Some("40004") => SleepStage::Rem,
            _ => return row.notes(mapped).add(IssueCode::Unknown, "stage", "this stage is not known; it is kept raw"),
        };
        self.add_stage(&base, stage, duration_us);
    }

    /// Stress is judged over an hour or so; the score stands at its start.
    pub(super) fn stress(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let Some((at, offset)) = self.clock.start(row, mapped) else { return };
        let Some(value) = row.number("score", 0.0, 100.0, mapped) else {
            return self.unmapped.count("row without a measurement");
        };
        let base = Base { at, offset, source: source(row) };
        mapped.records.push(score_at(ScoreCategory::Stress, &base, at, value));
    }

    fn lasting(&mut self, row: &Row<'_>, mapped: &mut Mapped) -> Option<(Base, i64)> {
        let (at, offset) = self.clock.start(row, mapped)?;
        let duration_us = self.clock.span(row, at);
        if duration_us == 0 {
            row.notes(mapped).add(IssueCode::Invalid, "end_time", "missing, or not later than the start");
            return None;
        }
        Some((Base { at, offset, source: source(row) }, duration_us))
    }

    fn add_stage(&mut self, base: &Base, stage: SleepStage, duration_us: i64) {
        let point = Point { start: base.at, duration_us, value: stage.as_value() };
        self.gathered.add_point(base, SeriesType::SLEEP_STAGE, stage.context(), point);
    }
}

fn score_at(category: ScoreCategory, base: &Base, at: Timestamp, value: f64) -> Record {
    let (source, offset) = (base.source.clone(), base.offset);
    Record::Score(ScoreRecord {
        category,
        rank: 0,
        source,
        at,
        offset,
        value: Some(value),
        qualifier: None,
        components: Vec::new(),
    })
}
