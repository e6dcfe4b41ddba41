//! Every documented field ends up where `field_table.rs` says, and nothing else moves without a reason.

use super::{
    field_table::{Goes, TABLE},
    *,
};
use model::{Context, EventRecord, LocalOffset, ScoreRecord, Source};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was said, by place: `workout.distance_m`, `steps daily`, `score sleep`.
type Places = BTreeMap<String, String>;

fn note_samples(batches: &[SampleBatch], places: &mut Places) {
    for batch in batches {
        let context = match batch.context {
            Context::SAMPLES => "samples".to_owned(),
            Context::DAILY => "daily".to_owned(),
            Context::ON_DEMAND => "on demand".to_owned(),
            Context::MANUAL => "manual".to_owned(),
            other => format!("epoch {}", other.as_stored() - Context::epoch(0).as_stored()),
        };
        let told = format!("{:?} {:?} {:?}", batch.points, batch.rank, batch.offset);
        places.insert(format!("{} {context}", batch.series), told);
    }
}

fn note_score(score: &ScoreRecord, places: &mut Places) {
    places.insert(format!("score {}", score.category), format!("{score:?}"));
}

/// The parts of an event that every kind has.
struct Event<'a> {
    kind: &'static str,
    id: &'a str,
    rank: i32,
    source: &'a Source,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    offset: Option<LocalOffset>,
}

fn note_event(event: &Event<'_>, detail: &impl serde::Serialize, places: &mut Places) {
    let mut note = |name: &str, told: String| {
        places.entry(format!("{}.{name}", event.kind)).or_default().push_str(&told);
    };
    note("external_id", event.id.to_owned());
    note("rank", event.rank.to_string());
    note("device", format!("{:?}", event.source.device));
    note("start", format!("{:?}", event.start));
    note("end", format!("{:?}", event.end));
    note("offset", format!("{:?}", event.offset));
    let Value::Object(fields) = serde_json::to_value(detail).unwrap() else { return };
    fields.iter().for_each(|(name, value)| note(name, value.to_string()));
}

fn note_record<D: serde::Serialize>(kind: &'static str, record: &EventRecord<D>, places: &mut Places) {
    let EventRecord { external_id: id, rank, source, start, end, offset, detail, samples } = record;
    let event = Event { kind, id, rank: *rank, source, start: Some(*start), end: Some(*end), offset: *offset };
    note_event(&event, detail, places);
    note_samples(samples, places);
}

fn places(mapped: &Mapped) -> Places {
    let mut places = Places::new();
    for record in &mapped.records {
        match record {
            Record::Workout(one) => {
                let (id, source, start, end) = (&one.external_id, &one.source, one.start, one.end);
                let event = Event { kind: "workout", id, rank: one.rank, source, start, end, offset: one.offset };
                note_event(&event, &one.detail, &mut places);
                places.insert("workout.aliases".into(), one.aliases.join(" "));
                note_samples(&one.samples, &mut places);
            }
            Record::Sleep(one) => {
                let (id, source, start, end) = (&one.external_id, &one.source, Some(one.start), Some(one.end));
                let event = Event { kind: "sleep", id, rank: one.rank, source, start, end, offset: one.offset };
                note_event(&event, &one.detail, &mut places);
                note_samples(&one.samples, &mut places);
                one.score.iter().for_each(|score| note_score(score, &mut places));
            }
            Record::Daily(one) => {
                let (id, source, start) = (&one.external_id, &one.source, Some(one.start));
                let event = Event { kind: "daily", id, rank: one.rank, source, start, end: None, offset: one.offset };
                note_event(&event, &one.detail, &mut places);
                note_samples(&one.samples, &mut places);
                one.scores.iter().for_each(|score| note_score(score, &mut places));
            }
            Record::Activity(one) => note_record("activity", one, &mut places),
            Record::MenstrualCycle(one) => note_record("menstrual_cycle", one, &mut places),
            Record::HealthSnapshot(one) => note_record("health_snapshot", one, &mut places),
            Record::Samples(batch) => note_samples(std::slice::from_ref(batch), &mut places),
            Record::Score(score) => note_score(score, &mut places),
        }
    }
    places
}

/// The places in which an item with the field says something else than one without.
fn moved(part_type: &str, item: &str, field: &str, value: &str) -> BTreeSet<String> {
    let mut with: Value = serde_json::from_str(item).unwrap();
    with[field] = serde_json::from_str(value).unwrap();
    let (without, with) = (map(part_type, item.as_bytes()), map(part_type, with.to_string().as_bytes()));
    assert_eq!((&without.issues, &with.issues), (&vec![], &vec![]), "{part_type}.{field}");
    let (before, after) = (places(&without), places(&with));
    after.into_iter().filter(|(place, told)| before.get(place) != Some(told)).map(|(place, _)| place).collect()
}

#[test]
fn every_documented_field_ends_up_where_the_table_says() {
    for (part_type, item, fields) in TABLE {
        for (field, value, goes) in *fields {
            let moved = moved(part_type, item, field, value);
            match goes {
                Goes::To(place) => assert!(moved.contains(*place), "{part_type}.{field}: {place} not in {moved:?}"),
                Goes::Nowhere(reason) => {
                    assert!(moved.is_empty() && !reason.is_empty(), "{part_type}.{field}: {moved:?}")
                }
            }
        }
    }
}

#[test]
fn the_table_has_every_type_of_the_manifest() {
    let listed: BTreeSet<_> = TABLE.iter().map(|(part_type, _, _)| *part_type).collect();
    let types = &Garmin.manifest().types;
    let said = types.iter().filter(|(_, part)| part.body_key.is_some() && !part.file);
    assert_eq!(listed, said.map(|(name, _)| name.as_str()).collect());
}

/// The names in back quotes of the contract's sections of fields; `average|max` stands before several.
fn names_of_the_contract(text: &str) -> BTreeSet<String> {
    let from = text.find("## Activity summary fields").unwrap();
    let fields = text[from..].split("## Activity files").next().unwrap();
    let move_iq = text.split("## Move IQ").nth(1).unwrap().split("\n## ").next().unwrap();
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut names = BTreeSet::new();
    for name in quoted(fields).into_iter().chain(quoted(move_iq)) {
        let name = name.trim_end_matches('?').to_owned();
        if !name.chars().all(char::is_alphanumeric) {
            continue;
        }
        match name.chars().next() {
            Some(first) if first.is_uppercase() && name != "Manual" => {
                names.extend([format!("average{name}"), format!("max{name}")]);
            }
            _ => drop(names.insert(name)),
        }
    }
    names
}

#[test]
fn the_table_has_every_field_of_the_contract() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/garmin/activity-api.md");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("SKIPPED: {path} is not here, so the fields were not compared");
        return;
    };
    let names = names_of_the_contract(&text);
    assert!(names.len() > 50, "{names:?}");
    let rows = TABLE.iter().flat_map(|(_, _, fields)| fields.iter());
    let table: String = rows.map(|(field, value, _)| format!("\"{field}\" {value} ")).collect();
    // The detail's mark on an id and the word for "no device" are values, not fields.
    let missing: Vec<_> = names.iter().filter(|name| !table.contains(&format!("\"{name}\""))).collect();
    assert_eq!(missing, [] as [&String; 0]);
}
