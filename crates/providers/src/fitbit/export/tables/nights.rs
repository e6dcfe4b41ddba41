//! Nights: the table of sleeps gives the time in bed, the table of their stages the rest, as points of `sleep_stage` of
//! which nights are made where they are kept. Neither needs the other, and their ids are not those of older files.

use super::{Rows, instant};
use crate::{gathered::Base, table::Row};
use model::{IssueCode, LocalOffset, Mapped, OffsetKind, Point, SeriesType, SleepStage, Source};

impl Rows {
    pub(super) fn sleep(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        self.interval(row, ("sleep_start", "sleep_end"), SleepStage::InBed, mapped);
    }

    pub(super) fn stage(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        let told = row.text("sleep_stage_type").unwrap_or_default().to_ascii_lowercase();
        let stage = match told.as_str() {
            "awake" | "wake" | "restless" => SleepStage::Awake,
            "light" => SleepStage::Light,
            "deep" => SleepStage::Deep,
            "rem" => SleepStage::Rem,
            "asleep" => SleepStage::Sleeping,
            _ => {
                let message = "this stage is not known; it is kept raw";
                return row.notes(mapped).add(IssueCode::Unknown, "sleep_stage_type", message);
            }
        };
        self.interval(row, ("sleep_stage_start", "sleep_stage_end"), stage, mapped);
    }

    fn interval(&mut self, row: &Row<'_>, (from, to): (&str, &str), stage: SleepStage, mapped: &mut Mapped) {
        let time = |column| row.text(column).and_then(|text| instant(&text));
        let Some((at, end)) = time(from).zip(time(to)).filter(|(at, end)| at < end) else {
            return row.notes(mapped).add(IssueCode::Invalid, from, "not an interval of time");
        };
        // both tables have to name the same source, and how a sleep was found is not who found it
        let source = Source { app: Some("Google Health".to_owned()), ..Source::of(super::NAME) };
        let base = Base { at, offset: offset(row, "start_utc_offset"), source };
        let point = Point { start: at, duration_us: end.micros_since(at), value: stage.as_value() };
        self.gathered.add_point(&base, SeriesType::SLEEP_STAGE, stage.context(), point);
    }
}

/// An offset as it is written in a column of its own: `+02:00`.
pub(super) fn offset(row: &Row<'_>, column: &str) -> Option<LocalOffset> {
    let seconds = LocalOffset::parse_hours_minutes(&row.text(column)?)?;
    Some(LocalOffset { seconds, kind: OffsetKind::Zone })
}
