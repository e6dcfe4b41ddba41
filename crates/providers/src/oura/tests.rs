//! Files of an account's export.

use super::Oura;
use crate::{Provider, recognise};
use model::{Context, IssueCode, Mapped, PartMeta, Record, SampleBatch, ScoreCategory, SleepStage, WorkoutType};

fn map(part_type: &str, bytes: &[u8]) -> Mapped {
    let found = recognise(bytes).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("oura", part_type));
    let meta = PartMeta { time_zone: Some("Europe/Helsinki".into()), ..PartMeta::default() };
    Oura.map(found.part_type, &meta, &mut &*bytes)
}

fn samples(record: &Record) -> Option<&SampleBatch> {
    if let Record::Samples(batch) = record { Some(batch) } else { None }
}

fn shown(mapped: &Mapped) -> Vec<(&str, String, f64)> {
    let mut all = Vec::new();
    for batch in mapped.records.iter().filter_map(samples) {
        all.extend(batch.points.iter().map(|point| (batch.series.as_str(), point.start.to_string(), point.value)));
    }
    all
}

#[test]
fn a_night_of_the_table_has_its_stages_and_what_lies_in_its_cells() {
    let mapped = map("export_table", include_bytes!("fixtures/export_table/sleepmodel.csv"));
    let [Record::Sleep(night), Record::Sleep(nap), Record::Samples(hrv)] = mapped.records.as_slice() else {
        panic!("{:?}", mapped.records)
    };
    assert_eq!((night.external_id.as_str(), night.offset.unwrap().seconds), ("n1", 3600));
    assert_eq!((night.detail.is_nap, nap.detail.is_nap), (Some(false), Some(true)));
    let stages: Vec<_> = night.detail.stages.iter().map(|stage| (stage.stage, stage.start_time.to_string())).collect();
    let wanted = [
        (SleepStage::Deep, "2026-03-02T05:00:00Z".to_owned()),
        (SleepStage::Light, "2026-03-02T05:10:00Z".to_owned()),
        (SleepStage::Rem, "2026-03-02T05:20:00Z".to_owned()),
        (SleepStage::Awake, "2026-03-02T05:25:00Z".to_owned()),
    ];
    assert_eq!(stages, wanted);
    let rates: Vec<_> = night.samples[0].points.iter().map(|point| (point.start.to_string(), point.value)).collect();
    assert_eq!(rates, [("2026-03-02T05:00:00Z".to_owned(), 58.0), ("2026-03-02T05:10:00Z".to_owned(), 56.0)]);
    assert_eq!((hrv.context, hrv.points[0].value, hrv.points.len()), (Context::DAILY, 48.0, 1));
    let codes: Vec<_> = mapped.issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::Invalid, IssueCode::Unmapped], "one without an end, one deleted");
    assert_eq!(mapped.items, 4);
}

#[test]
fn days_lie_by_their_own_offset_where_they_tell_one() {
    let mapped = map("export_table", include_bytes!("fixtures/export_table/dailyactivity.csv"));
    let [Record::Daily(day)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    assert_eq!((day.external_id.as_str(), day.start.to_string().as_str()), ("a1", "2026-02-28T23:00:00Z"));
    assert_eq!((day.detail.vigorous_intensity_s, day.samples.len(), day.scores[0].value), (Some(600.0), 3, Some(88.0)));
    let oxygen = map("export_table", include_bytes!("fixtures/export_table/dailyspo2.csv"));
    let persons = "2026-02-28T22:00:00Z".to_owned();
    let wanted = [("oxygen_saturation", persons.clone(), 97.25), ("breathing_disturbance_index", persons, 3.0)];
    assert_eq!(shown(&oxygen), wanted);
}

#[test]
fn what_a_score_is_made_of_tells_whose_it_is() {
    let category = |bytes: &[u8]| {
        let mapped = map("export_table", bytes);
        let found = mapped.records.iter().find_map(|record| match record {
            Record::Score(score) => Some((score.category, score.value)),
            _ => None,
        });
        (found.unwrap(), mapped.issues.len())
    };
    let readiness = category(include_bytes!("fixtures/export_table/dailyreadiness.csv"));
    assert_eq!(readiness, ((ScoreCategory::Readiness, Some(81.0)), 0));
    let sleep = category(include_bytes!("fixtures/export_table/dailysleep.csv"));
    assert_eq!(sleep, ((ScoreCategory::Sleep, Some(77.0)), 2), "a cell that is no JSON, so a day that says nothing");
    let stress = category(include_bytes!("fixtures/export_table/dailystress.csv"));
    assert_eq!(stress, ((ScoreCategory::Stress, None), 0));
}

#[test]
fn beats_of_tables_and_of_lists_are_the_same() {
    for (part_type, bytes, issues) in [
        ("export_table", include_bytes!("fixtures/export_table/heartrate.csv").as_slice(), 2),
        ("export_heart_rate", include_bytes!("fixtures/export_heart_rate/list.json").as_slice(), 1),
    ] {
        let mapped = map(part_type, bytes);
        assert_eq!(shown(&mapped), [("heart_rate", "2026-03-01T08:00:00Z".to_owned(), 61.0)], "{part_type}");
        assert_eq!(mapped.issues.len(), issues, "{part_type}");
    }
    let page = map("export_heart_rate", include_bytes!("fixtures/export_heart_rate/page.json"));
    assert_eq!((page.items, shown(&page).len()), (1, 1));
}

#[test]
fn an_older_export_holds_all_types_in_other_words() {
    let mapped = map("export_documents", include_bytes!("fixtures/export_documents/older.json"));
    let (mut nights, mut days, mut scores) = (0, 0, 0);
    for record in &mapped.records {
        match record {
            Record::Sleep(night) => {
                nights += 1;
                assert_eq!((night.detail.asleep_s, night.detail.calendar_date), (Some(900.0), None));
                assert_eq!((night.samples[0].points.len(), night.detail.stages.len()), (2, 4));
                assert_eq!(night.score.as_ref().unwrap().value, Some(71.0));
            }
            Record::Daily(day) => {
                days += 1;
                assert_eq!((day.external_id.as_str(), day.detail.steps), ("day:2019-03-01", Some(8123.0)));
            }
            Record::Score(score) => {
                scores += 1;
                assert_eq!((score.category, score.value), (ScoreCategory::Readiness, Some(77.0)));
            }
            _ => {}
        }
    }
    assert_eq!((nights, days, scores, mapped.items, mapped.issues.len()), (1, 1, 1, 3, 0), "{:?}", mapped.issues);
}

#[test]
fn a_workout_has_its_type_and_whether_it_was_entered() {
    let mapped = map("export_documents", include_bytes!("fixtures/export_documents/workouts.json"));
    let [Record::Workout(ride)] = mapped.records.as_slice() else { panic!("{:?}", mapped.records) };
    assert_eq!((ride.detail.workout_type, ride.detail.manual), (Some(WorkoutType::Cycling), Some(true)));
    assert_eq!((ride.detail.elapsed_s, ride.detail.distance_m), (Some(3600.0), Some(12_000.0)));
}

#[test]
fn tables_of_anything_else_are_not_taken() {
    for text in
        ["id;plan\ns1;x\n", "day,steps,active_calories\n2026-03-01,1,1\n", "{\"data\": []}", "timestamp;value\n"]
    {
        assert_eq!(recognise(text.as_bytes()), None, "{text}");
    }
}

/// The API's documents have the same words; recorded ones are read whole, or what is not is explained.
#[test]
fn recorded_documents_of_the_api_are_stored_or_explained() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/oura"));
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("SKIPPED: {} is not here, so no recorded document was looked at", folder.display());
        return;
    };
    for path in files.map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&path).unwrap();
        let Some(found) = recognise(&bytes) else { continue };
        assert_eq!(found.provider.as_str(), "oura", "{}", path.display());
        let mapped = Oura.map(found.part_type, &PartMeta::default(), &mut bytes.as_slice());
        assert!(!mapped.records.is_empty(), "{}: {:?}", path.display(), mapped.issues);
        assert!(!mapped.issues.iter().any(|issue| issue.code == IssueCode::Damaged), "{}", path.display());
    }
}
