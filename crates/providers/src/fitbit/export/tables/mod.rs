//! Tables of a Takeout of Google Health, as Fitbit is named now, and of the folders from before that name: a row a
//! moment, a day, a night's stage or a workout. `data source` names who measured; each is kept apart.

mod moments;
mod nights;
mod scores;
mod workouts;

use super::NAME;
use crate::{
    gathered::{Gathered, Unmapped},
    sniff::BEGINNING,
    table::{Row, each_row},
    wall::{self, Wall, utc},
};
use jiff::civil::Time;
use model::{IssueCode, LocalDate, LocalOffset, Mapped, PartMeta, Source, Timestamp};
use moments::Beats;
use std::io::{Cursor, Read};

pub(super) const TYPE: &str = "export_table";
const FORMS: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];

/// Columns that only one of the tables has, where its first and last do not tell it.
const OWN: &[&[&str]] = &[
    &["sleep_id", "sleep_start", "sleep_end"],
    &["sleep_id", "sleep_stage_type", "sleep_stage_start"],
    &["exercise_start", "exercise_end", "activity_name"],
    &["sleep_log_entry_id", "overall_score"],
    &["STRESS_SCORE", "CALCULATION_FAILED"],
    &["readiness_score_value", "readiness_state"],
    &["timestamp", "rmssd", "nremhr"],
    &["timestamp", "rmssd", "coverage"],
    &["timestamp", "daily_respiratory_rate"],
    &["timestamp", "full_sleep_breathing_rate"],
    &["timestamp", "average_value", "lower_bound", "upper_bound"],
    &["timestamp", "beats per minute"],
    &["date_time", "heart_zone_id", "total_minutes"],
    &["sleep_start", "sleep_end", "nightly_temperature"],
];

pub(super) fn recognise(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning);
    let Some(header) = text.lines().next() else { return false };
    let columns = columns(header);
    let has = |wanted: &&str| columns.iter().any(|column| column.eq_ignore_ascii_case(wanted));
    let is_series =
        columns.first() == Some(&"timestamp") && columns.last() == Some(&"data source") && columns.len() > 2;
    is_series || OWN.iter().any(|own| own.iter().all(has))
}

fn columns(header: &str) -> Vec<&str> {
    header.trim_start_matches('\u{feff}').split(',').map(|column| column.trim().trim_matches('"')).collect()
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut beginning) = (Mapped::default(), Vec::new());
    // what fails while it is read ends there; whoever reads knows why
    let _ = body.take(BEGINNING as u64).read_to_end(&mut beginning);
    let text = String::from_utf8_lossy(&beginning).into_owned();
    let columns = columns(text.lines().next().unwrap_or_default());
    let mut rows = Rows {
        wall: Wall::of(meta),
        gathered: Gathered::default(),
        unmapped: Unmapped::default(),
        beats: Beats::default(),
    };
    let mut whole = Cursor::new(beginning).chain(body);
    each_row(part_type, &columns, &mut whole, &mut mapped, |row, mapped| rows.take(row, mapped));
    rows.finish_beats();
    rows.gathered.finish(&mut mapped);
    rows.unmapped.finish(&mut mapped);
    rows.wall.finish(&mut mapped);
    mapped
}

/// What rows give, put together.
struct Rows {
    wall: Wall,
    gathered: Gathered,
    unmapped: Unmapped,
    beats: Beats,
}

impl Rows {
    fn take(&mut self, row: &Row<'_>, mapped: &mut Mapped) {
        if row.has("sleep_stage_type") {
            self.stage(row, mapped);
        } else if row.has("sleep_start") && row.has("sleep_id") {
            self.sleep(row, mapped);
        } else if row.has("exercise_start") {
            self.exercise(row, mapped);
        } else if row.has("overall_score") || row.has("STRESS_SCORE") {
            self.score(row, mapped);
        } else if row.has("readiness_score_value") || row.has("sleep readiness") || row.has("readiness score") {
            self.readiness(row, mapped);
        } else {
            self.moment(row, mapped);
        }
    }

    /// The instant in a column: as it says, or of the person's clock.
    fn time(&mut self, row: &Row<'_>, column: &str, mapped: &mut Mapped) -> Option<(Timestamp, Option<LocalOffset>)> {
        let text = row.text(column);
        let found = text.as_deref().and_then(|text| {
            instant(text).map(|at| (at, None)).or_else(|| wall::read(text, FORMS).map(|shown| self.wall.place(shown)))
        });
        if found.is_none() {
            row.notes(mapped).add(IssueCode::Invalid, column, "missing, or not a time");
        }
        found
    }

    /// The midnight that a day began with, of a text that begins with its date, whatever follows it.
    fn day(
        &mut self,
        row: &Row<'_>,
        column: &str,
        mapped: &mut Mapped,
    ) -> Option<(Timestamp, Option<LocalOffset>, i64)> {
        let Some(date) = row.text(column).and_then(|text| LocalDate::parse(text.get(..10)?)) else {
            row.notes(mapped).add(IssueCode::Invalid, column, "missing, or not a day");
            return None;
        };
        let mut midnight = |date: LocalDate| self.wall.place(date.to_civil().to_datetime(Time::midnight()));
        let ((start, offset), (end, _)) = (midnight(date), midnight(date.plus_days(1)));
        Some((start, offset, end.micros_since(start).max(0)))
    }
}

/// A time that says its offset: `…Z`, `…+0000` or `…+00:00`.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim().replacen(' ', "T", 1);
    if let Some(plain) = text.strip_suffix('Z').or_else(|| text.strip_suffix("+0000")) {
        return wall::read(plain, FORMS).map(utc);
    }
    Timestamp::parse_rfc3339(&text)
}

/// Who measured, as the Takeout of the newer name tells; sources of the older files stay what they are.
fn source(row: &Row<'_>) -> Source {
    let device = row.text("data source");
    Source { app: Some("Google Health".to_owned()), device, ..Source::of(NAME) }
}
