//! `mct`: menstrual cycles. Each is told again every day; the latest update stands.

use super::{
    super::{MANIFEST, NAME},
    ping, placed,
};
use crate::{
    Rank,
    garmin::wire::MenstrualCycle,
    json::{Field, Notes},
};
use model::{EventRecord, IssueCode, LocalDate, LocalOffset, Mapped, MenstrualCycleDetail, Record, Source, Timestamp};
use std::io::Read;

const DAY_S: i64 = 86_400;
/// Longer than any pregnancy, in days.
const MOST_DAYS: f64 = 400.0;
/// What is told of a pregnancy is small; more is not kept.
const MOST_SNAPSHOT_BYTES: usize = 16 * 1024;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<MenstrualCycle>(part_type, body, mapped, |wire, notes, records| {
        let record = cycle(wire, &rank, notes);
        records.extend(record.map(|record| Record::MenstrualCycle(Box::new(record))));
    });
}

fn cycle(wire: &MenstrualCycle, rank: &Rank, notes: &mut Notes<'_>) -> Option<EventRecord<MenstrualCycleDetail>> {
    let date = notes.needed_date(&wire.period_start)?;
    let offset = notes.device_offset(&wire.offset);
    let start = midnight(date, offset);
    let detail = detail(wire, date, notes);
    Some(EventRecord {
        external_id: format!("cycle:{date}"),
        rank: rank.of_number(detail.last_updated.map(|at| at.as_seconds() as f64)),
        source: Source::of(NAME),
        start,
        end: start.plus_seconds(length_days(&detail) * DAY_S),
        offset,
        detail,
        samples: Vec::new(),
    })
}

/// Local midnight; of UTC where no offset is told, which is then unknown and not zero.
fn midnight(date: LocalDate, offset: Option<LocalOffset>) -> Timestamp {
    placed::midnight_utc(date).plus_seconds(-offset.map_or(0, |offset| i64::from(offset.seconds)))
}

/// How long it is, or is foreseen to be, or has been.
fn length_days(detail: &MenstrualCycleDetail) -> i64 {
    let told = [detail.cycle_length_days, detail.predicted_cycle_length_days, detail.day_in_cycle];
    told.into_iter().flatten().find(|days| *days > 0).map_or(1, i64::from)
}

fn detail(wire: &MenstrualCycle, date: LocalDate, notes: &mut Notes<'_>) -> MenstrualCycleDetail {
    MenstrualCycleDetail {
        period_start_date: Some(date),
        day_in_cycle: days(&wire.day_in_cycle, notes),
        period_length_days: days(&wire.period_length, notes),
        current_phase: days(&wire.current_phase, notes),
        current_phase_type: notes.text(&wire.current_phase_type),
        length_of_current_phase_days: days(&wire.length_of_current_phase, notes),
        days_until_next_phase: days(&wire.days_until_next_phase, notes),
        predicted_cycle_length_days: days(&wire.predicted_cycle_length, notes),
        is_predicted_cycle: notes.take(&wire.is_predicted_cycle),
        cycle_length_days: days(&wire.cycle_length, notes),
        has_specified_cycle_length: notes.take(&wire.has_specified_cycle_length),
        has_specified_period_length: notes.take(&wire.has_specified_period_length),
        fertile_window_start: days(&wire.fertile_window_start, notes),
        length_of_fertile_window_days: days(&wire.length_of_fertile_window, notes),
        last_updated: notes.time(&wire.last_updated),
        pregnancy_snapshot: pregnancy(wire, notes),
    }
}

/// A count of days, or the number of a phase.
fn days(field: &Field<f64>, notes: &mut Notes<'_>) -> Option<i32> {
    notes.between(field, 0.0, MOST_DAYS).map(|days| days as i32)
}

fn pregnancy(wire: &MenstrualCycle, notes: &mut Notes<'_>) -> Option<String> {
    let told = &notes.look(&wire.pregnancy)?.0;
    if told.len() > MOST_SNAPSHOT_BYTES {
        notes.add(IssueCode::Invalid, wire.pregnancy.key, "too large to be kept");
        return None;
    }
    (told != "[]").then(|| told.clone())
}
