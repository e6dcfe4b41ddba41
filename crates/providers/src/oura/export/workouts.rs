//! Workouts that the ring found or a person entered.

use super::{NAME, Putting, document::Document, time, untimely};
use crate::json::Notes;
use model::{Facet, Mapped, Record, Source, WorkoutDetail, WorkoutRecord, WorkoutType};

impl Putting {
    pub(super) fn workout(&mut self, document: &Document, path: &str, mapped: &mut Mapped) {
        let Mapped { issues, records, .. } = mapped;
        let mut notes = Notes::new(issues, path);
        let Some((start, offset)) = document.start.value().and_then(|text| time(text)) else {
            return untimely(&mut notes, document.start.key);
        };
        let Some(activity) = notes.text(&document.activity) else {
            return self.unmapped.count("session that is no workout");
        };
        let end = document.end.value().and_then(|text| time(text)).map(|(end, _)| end).filter(|end| *end > start);
        let elapsed_s = end.map(|end| end.micros_since(start) as f64 / 1e6);
        let detail = WorkoutDetail {
            workout_type: Some(workout_type(&activity)),
            raw_type: Some(activity),
            name: notes.text(&document.label),
            duration_s: elapsed_s,
            elapsed_s,
            energy_kcal: notes.positive(&document.calories, 1e5),
            distance_m: notes.positive(&document.distance, 1e7),
            manual: notes.text(&document.source).map(|source| source == "manual"),
            ..WorkoutDetail::default()
        };
        records.push(Record::Workout(Box::new(WorkoutRecord {
            external_id: notes.text(&document.id).unwrap_or_else(|| format!("workout:{start}")),
            aliases: Vec::new(),
            facet: Facet::Summary,
            rank: 0,
            source: Source::of(NAME),
            start: Some(start),
            end,
            offset,
            detail,
            file: None,
            samples: Vec::new(),
        })));
    }
}

/// By Oura's name, or by ours where both agree.
fn workout_type(name: &str) -> WorkoutType {
    let plain = name.to_ascii_lowercase().replace([' ', '-'], "_");
    match plain.as_str() {
        "indoor_cycling" | "spinning" => WorkoutType::IndoorCycling,
        "strength_training" | "weight_training" => WorkoutType::StrengthTraining,
        "hiit" | "cross_training" | "core_exercise" => WorkoutType::CardioTraining,
        "house_work" | "housework" | "yardwork" => WorkoutType::Chores,
        "dancing" => WorkoutType::Dance,
        "nordic_walking" => WorkoutType::Walking,
        same => WorkoutType::find(same).unwrap_or(WorkoutType::Other),
    }
}
