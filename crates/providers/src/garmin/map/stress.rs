//! `stressDetails`: stress and body battery through a day, and the day's body battery as a score.

use super::{
    super::{MANIFEST, NAME},
    bounds, ping,
    placed::Placed,
    samples::{self, Base},
};
use crate::{
    garmin::wire::{BatteryEvent, Stress},
    json::Notes,
};
use model::{Mapped, Point, Record, SampleBatch, ScoreCategory, ScoreComponent, ScoreRecord, SeriesType, Source};
use std::io::Read;

/// More than anyone's day holds.
const MOST_EVENTS: usize = 100;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<Stress>(part_type, body, mapped, |wire, notes, records| {
        let rank = rank.of_number(notes.span(&wire.duration));
        let placed = Placed::read(&wire.calendar_date, &wire.start, &wire.offset, rank, notes);
        let Some(base) = placed.samples() else { return };
        let levels = samples::of_map(&wire.levels, SeriesType::GARMIN_STRESS_LEVEL, 0.0..=bounds::LEVEL, base, notes);
        let battery =
            samples::of_map(&wire.body_battery, SeriesType::GARMIN_BODY_BATTERY, 0.0..=bounds::LEVEL, base, notes);
        let score = score(wire, battery.as_ref(), placed.day().unwrap_or(base), notes);
        records.extend(levels.into_iter().chain(battery).map(Record::Samples));
        records.extend(score.map(Record::Score));
    });
}

/// The day's body battery: its highest as the value, Garmin's word, and as parts its bounds, where it
/// stood last and what moved it.
fn score(wire: &Stress, battery: Option<&SampleBatch>, day: Base, notes: &mut Notes<'_>) -> Option<ScoreRecord> {
    let points = battery.map(|batch| batch.points.as_slice()).unwrap_or_default();
    let highest = points.iter().map(|point| point.value).reduce(f64::max)?;
    let lowest = points.iter().map(|point| point.value).reduce(f64::min);
    let latest = points.iter().max_by_key(|point| point.start).map(|point: &Point| point.value);
    let part = |name: &str, value| ScoreComponent { name: name.to_owned(), value, qualifier: None };
    let mut components = vec![part("highest", Some(highest)), part("lowest", lowest), part("latest", latest)];
    let events = notes.list(&wire.events);
    components.extend(events.iter().take(MOST_EVENTS).enumerate().filter_map(|(index, event)| {
        let mut notes = notes.within(&format!("{}[{index}]", wire.events.key));
        moved(event, &mut notes)
    }));
    let feedback = notes.look(&wire.feedback).and_then(|feedback| notes.text(&feedback.level));
    Some(ScoreRecord {
        category: ScoreCategory::BodyBattery,
        rank: day.rank,
        source: Source::of(NAME),
        at: day.start,
        offset: day.offset,
        value: Some(highest),
        qualifier: feedback,
        components,
    })
}

/// What charged or drained it, and by how much.
fn moved(event: &BatteryEvent, notes: &mut Notes<'_>) -> Option<ScoreComponent> {
    let name = notes.text(&event.kind)?;
    Some(ScoreComponent {
        name,
        value: notes.between(&event.impact, -bounds::BATTERY_MOVED, bounds::BATTERY_MOVED),
        qualifier: notes.text(&event.activity),
    })
}
