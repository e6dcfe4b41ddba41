//! What becomes of bodies of the SDK, the good and the bad of them.

use crate::find;
use model::{
    Context, IssueCode, LocalOffset, Mapped, OffsetKind, PartMeta, Record, RecordName, SampleBatch, ScoreCategory,
    SeriesType, SleepStage, Timestamp, WorkoutRecord, WorkoutType,
};
use serde_json::{Value, json};

fn map(provider: &str, part_type: &str, body: &Value) -> Mapped {
    map_text(provider, part_type, &body.to_string())
}

fn map_text(provider: &str, part_type: &str, body: &str) -> Mapped {
    find(provider).unwrap().map(part_type, &PartMeta::default(), &mut body.as_bytes())
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn batches(mapped: &Mapped) -> Vec<&SampleBatch> {
    mapped.records.iter().filter_map(|it| if let Record::Samples(batch) = it { Some(batch) } else { None }).collect()
}

fn workout(mapped: &Mapped) -> &WorkoutRecord {
    let Some(Record::Workout(workout)) = mapped.records.first() else { panic!("no workout in {:?}", mapped.issues) };
    workout
}

fn heart_rate(value: impl Into<Value>) -> Value {
    json!({
        "id": "a", "type": "HKQuantityTypeIdentifierHeartRate", "startDate": "2026-11-17T00:00:00Z",
        "endDate": "2026-11-17T00:00:05Z", "zoneOffset": "+02:00", "value": value.into(), "unit": "count/min",
        "source": {"appId": "com.apple.health", "name": "Ann's Watch", "deviceModel": "Watch7,5", "deviceType": "watch"}
    })
}

#[test]
fn a_record_keeps_its_interval_its_offset_and_its_source() {
    let mapped = map("apple", "records", &json!([heart_rate(55), heart_rate("60.5")]));
    let all = batches(&mapped);
    assert_eq!((mapped.items, mapped.issues.len(), all.len()), (2, 0, 1));
    let batch = all[0];
    assert_eq!((batch.series, batch.context), (SeriesType::HEART_RATE, Context::SAMPLES));
    assert_eq!(batch.offset, Some(LocalOffset { seconds: 7200, kind: OffsetKind::Zone }));
    assert_eq!((batch.points[0].start, batch.points[0].duration_us), (at("2026-11-17T00:00:00Z"), 5_000_000));
    assert_eq!(batch.points.iter().map(|point| point.value).collect::<Vec<_>>(), [55.0, 60.5]);
    assert_eq!(batch.source.app.as_deref(), Some("com.apple.health"));
    assert_eq!(batch.source.device.as_deref(), Some("Watch7,5"));
}

#[test]
fn a_renamed_watch_is_the_same_source_and_an_unknown_offset_stays_unknown() {
    let mut other = heart_rate(61);
    other["source"]["name"] = json!("Ann's old watch");
    other["startDate"] = json!("2026-11-17T01:00:00Z");
    other["endDate"] = Value::Null;
    other["zoneOffset"] = Value::Null;
    let mapped = map("apple", "records", &json!([heart_rate(55), other]));
    let all = batches(&mapped);
    assert_eq!(all.len(), 2, "one batch an offset");
    assert_eq!(all[0].source, all[1].source);
    assert_eq!((all[1].offset, all[1].points[0].duration_us), (None, 0));
}

#[test]
fn what_a_person_typed_in_is_kept_apart() {
    let mut by_source = heart_rate(55);
    by_source["source"]["recordingMethod"] = json!("manual");
    let mut by_metadata = heart_rate(56);
    by_metadata["metadata"] = json!({"HKWasUserEntered": "1"});
    let mut measured = heart_rate(57);
    measured["metadata"] = json!({"HKWasUserEntered": "0"});
    let mapped = map("apple", "records", &json!([by_source, by_metadata, measured]));
    let contexts: Vec<_> = batches(&mapped).iter().map(|batch| batch.context).collect();
    assert_eq!(contexts, [Context::MANUAL, Context::MANUAL, Context::SAMPLES]);
}

#[test]
fn bad_records_cost_themselves_and_are_explained() {
    let without = |key: &str| {
        let mut record = heart_rate(55);
        record.as_object_mut().unwrap().remove(key);
        record
    };
    let with = |key: &str, value: Value| {
        let mut record = heart_rate(55);
        record[key] = value;
        record
    };
    let body = json!([
        {"type": "x"}, 17, null, without("type"), without("startDate"), without("value"), with("value", json!("much")),
        with("unit", json!("kg")), with("startDate", json!("today")), heart_rate(99_999_999),
        with("id", json!("i".repeat(120))), with("endDate", json!("2026-11-16T00:00:00Z")), heart_rate(58)
    ]);
    let mapped = map("apple", "records", &body);
    let found: Vec<(IssueCode, &str)> = mapped.issues.iter().map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (IssueCode::Invalid, "records[1]"),
            (IssueCode::Invalid, "records[2]"),
            (IssueCode::Unknown, "records[0].type"),
            (IssueCode::Missing, "records[3].type"),
            (IssueCode::Missing, "records[4].startDate"),
            (IssueCode::Missing, "records[5].value"),
            (IssueCode::Invalid, "records[6].value"),
            (IssueCode::Unknown, "records[7].unit"),
            (IssueCode::Invalid, "records[8].startDate"),
            (IssueCode::Invalid, "records[11].endDate"),
        ]
    );
    assert_eq!(mapped.items, 13);
    assert_eq!(batches(&mapped).iter().map(|batch| batch.points.len()).sum::<usize>(), 4);
}

#[test]
fn a_body_that_breaks_off_keeps_what_came_before() {
    let whole = json!([heart_rate(55), heart_rate(56)]).to_string();
    let mapped = map_text("apple", "records", &whole[..whole.len() - 20]);
    assert_eq!(batches(&mapped)[0].points.len(), 1);
    assert_eq!(mapped.issues[0].code, IssueCode::Truncated);
    let twice = r#"[{"type":"x","type":"y"},"#.to_owned() + &heart_rate(55).to_string() + "]";
    let mapped = map_text("apple", "records", &twice);
    assert_eq!((mapped.items, mapped.issues.len(), batches(&mapped)[0].points.len()), (2, 1, 1));
}

#[test]
fn stages_become_points_and_the_score_of_a_night_is_told_once() {
    let stage = |stage: &str, from: &str, to: &str| {
        json!({
            "parentId": "n1", "stage": stage, "startDate": from, "endDate": to, "zoneOffset": "+01:00",
            "source": {"appId": "com.sec.android.app.shealth"},
            "values": [{"type": "sleepScore", "value": 82, "unit": "score"}]
        })
    };
    let (from, to) = ("2026-02-23T23:10:00Z", "2026-02-24T00:00:00Z");
    let body = json!([
        stage("core", to, "2026-02-24T01:00:00Z"),
        stage("deep", from, to),
        stage("in_bed", from, to),
        stage("dozing", from, to),
        stage("rem", from, from)
    ]);
    let mapped = map("samsung", "sleep", &body);
    let all = batches(&mapped);
    assert_eq!(all.iter().map(|batch| batch.context).collect::<Vec<_>>(), [Context::SLEEP_STAGES, Context::IN_BED]);
    let stages: Vec<_> = all[0].points.iter().map(|point| SleepStage::of_value(point.value)).collect();
    assert_eq!(stages, [Some(SleepStage::Light), Some(SleepStage::Deep)]);
    assert_eq!(mapped.issues.len(), 2, "{:?}", mapped.issues);
    let scores: Vec<_> =
        mapped.records.iter().filter_map(|it| if let Record::Score(score) = it { Some(score) } else { None }).collect();
    assert_eq!((scores.len(), scores[0].category, scores[0].value), (1, ScoreCategory::Sleep, Some(82.0)));
    assert_eq!(scores[0].at, at(from));
}

#[test]
fn a_workout_keeps_everything_that_is_told_of_it() {
    let fixture = include_str!("../apple/fixtures/workouts/run.json");
    let mapped = map_text("apple", "workouts", fixture);
    assert_eq!(mapped.issues, []);
    let workout = workout(&mapped);
    let detail = &workout.detail;
    assert_eq!((detail.workout_type, detail.name.as_deref()), (Some(WorkoutType::Running), Some("Morning")));
    assert_eq!((detail.duration_s, detail.distance_m), (Some(2700.0), Some(5234.0)));
    assert_eq!(detail.energy_kcal, Some(365.5), "active and basal");
    assert_eq!((detail.laps.len(), detail.legs.len(), detail.sets.len()), (1, 1, 1));
    assert_eq!((detail.sets[0].repetitions, detail.legs[0].workout_type), (Some(12.0), Some(WorkoutType::Running)));
    let value = |series| {
        let batch = workout.samples.iter().find(|batch| batch.series == series).unwrap();
        (batch.points[0].value, batch.points[0].duration_us)
    };
    assert_eq!(value(SeriesType::LATITUDE), (52.229676, 0));
    assert_eq!(value(SeriesType::RUNNING_CADENCE), (155.0, 0));
    assert_eq!(value(SeriesType::RUNNING_STRIDE_LENGTH), (110.00000000000001, 2_700_000_000));
    assert_eq!(value(SeriesType::WEATHER_HUMIDITY).0, 60.0);
}

#[test]
fn totals_are_not_added_to_one_another_and_milliseconds_are_told_by_their_unit() {
    let figure = |kind: &str, value: f64, unit: &str| json!({"type": kind, "value": value, "unit": unit});
    let body = json!([{
        "id": "w", "type": "SWIMMING_POOL", "startDate": "2026-02-24T06:00:00Z", "endDate": "2026-02-24T06:45:00Z",
        "values": [
            figure("duration", 2_700_000.0, "ms"), figure("calories", 345.5, "kcal"),
            figure("totalCalories", 400.0, "kcal"), figure("activeEnergyBurned", 300.0, "kcal"),
            figure("TOTAL_DURATION", 99.0, ""), figure("inclineDistance", 3.0, "")
        ]
    }]);
    let mapped = map("samsung", "workouts", &body);
    let detail = &workout(&mapped).detail;
    assert_eq!((detail.duration_s, detail.energy_kcal), (Some(2700.0), Some(345.5)));
    assert_eq!(detail.workout_type, Some(WorkoutType::PoolSwimming));
    assert_eq!(mapped.issues.len(), 1);
    assert_eq!(mapped.issues[0].path, "workouts[0].values[5].type");
}

#[test]
fn where_it_was_swum_and_whether_it_was_indoors_refine_the_type() {
    let of = |kind: &str, figure: &str, value: f64| {
        let body = json!([{
            "type": kind, "startDate": "2026-02-24T06:00:00Z", "endDate": "2026-02-24T06:45:00Z",
            "values": [{"type": figure, "value": value, "unit": "enum"}]
        }]);
        workout(&map("apple", "workouts", &body)).detail.workout_type
    };
    assert_eq!(of("swimming", "swimmingLocationType", 1.0), Some(WorkoutType::PoolSwimming));
    assert_eq!(of("swimming", "swimmingLocationType", 2.0), Some(WorkoutType::OpenWaterSwimming));
    assert_eq!(of("running", "indoorWorkout", 1.0), Some(WorkoutType::Treadmill));
    assert_eq!(of("quidditch", "indoorWorkout", 1.0), Some(WorkoutType::Other));
}

#[test]
fn deletions_are_ids_alone_or_in_objects_and_what_is_none_is_told() {
    let body = json!(["a", {"id": "b", "type": "x"}, {"id": 7}, 3, null, {}, "", " ", ["c"], "x".repeat(1_001)]);
    let mapped = map("apple", "deleted", &body);
    assert_eq!(mapped.deleted, ["a", "b", "7"]);
    let wrong: Vec<&str> = mapped.issues.iter().map(|issue| issue.path.as_str()).collect();
    let expected = ["deleted[3]", "deleted[4]", "deleted[5]", "deleted[6]", "deleted[7]", "deleted[8]", "deleted[9]"];
    assert_eq!((wrong, mapped.items), (expected.to_vec(), 10));
}

#[test]
fn points_are_called_as_the_phone_s_store_calls_their_record() {
    let record = |id: Value, parent: Value, second: u32| {
        json!({
            "id": id, "parentId": parent, "type": "HKQuantityTypeIdentifierHeartRate", "value": 60, "unit": "bpm",
            "startDate": format!("2026-11-17T08:00:{second:02}Z"), "endDate": format!("2026-11-17T08:00:{second:02}Z")
        })
    };
    let body = json!([
        record(json!("a"), Value::Null, 1),
        record(json!("b-s0-1"), json!("b"), 2),
        record(Value::Null, Value::Null, 3)
    ]);
    let mapped = map("google", "records", &body);
    let expected = [Some(RecordName::of("a")), Some(RecordName::of("b")), None];
    assert_eq!((mapped.names[0].record, mapped.names[0].names.as_slice()), (0, expected.as_slice()));
    let bare = map("google", "records", &json!([record(Value::Null, Value::Null, 1)]));
    assert_eq!(bare.names, [], "what has no id costs nothing");
    let stage =
        json!([{"id": "s", "stage": "rem", "startDate": "2026-11-17T22:00:00Z", "endDate": "2026-11-17T23:00:00Z"}]);
    assert_eq!(map("apple", "sleep", &stage).names[0].names, [Some(RecordName::of("s"))]);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        for part_type in ["records", "sleep", "workouts", "deleted", "x"] {
            let _ = find("apple").unwrap().map(part_type, &PartMeta::default(), &mut bytes.as_slice());
        }
    }
}
