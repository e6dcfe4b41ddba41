//! The rules of FHIR's vital-signs profiles, and what else is said of samples and events.

use crate::{
    events::{EventDetail, Score},
    record::{
        About, RecordFormat, Sample,
        tests::{about, event, lines, sample, watch, written},
    },
};
use model::{
    Context, HealthSnapshotDetail, LocalOffset, ProviderName, SERIES, ScoreCategory, SeriesType, SleepDetail,
    SleepStage, SnapshotReading, Source, StageInterval, Timestamp, WorkoutDetail, WorkoutType,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

static GARMIN: LazyLock<Source> = LazyLock::new(|| Source::of(ProviderName::from_static("garmin")));

fn observations(samples: &[Sample<'_>]) -> Vec<Value> {
    let all = lines(RecordFormat::Fhir, samples, &[]);
    all.into_iter().filter(|resource| resource["resourceType"] == "Observation").collect()
}

fn of_event(detail: EventDetail<'_>) -> Vec<Value> {
    let all = lines(RecordFormat::Fhir, &[], &[event(detail, &GARMIN)]);
    all.into_iter().filter(|resource| resource["resourceType"] == "Observation").collect()
}

fn loinc(concept: &Value) -> Vec<&str> {
    let codings = concept["coding"].as_array().unwrap();
    let of_loinc = codings.iter().filter(|coding| coding["system"] == "http://loinc.org");
    of_loinc.map(|coding| coding["code"].as_str().unwrap()).collect()
}

/// What each profile of HL7's vital signs fixes: its name, its code, its unit.
const PROFILES: &[(SeriesType, &str, &[&str], &str)] = &[
    (SeriesType::HEART_RATE, "heartrate", &["8867-4"], "/min"),
    (SeriesType::RESPIRATORY_RATE, "resprate", &["9279-1"], "/min"),
    (SeriesType::OXYGEN_SATURATION, "oxygensat", &["2708-6", "59408-5"], "%"),
    (SeriesType::BODY_TEMPERATURE, "bodytemp", &["8310-5"], "Cel"),
    (SeriesType::HEIGHT, "bodyheight", &["8302-2"], "cm"),
    (SeriesType::WEIGHT, "bodyweight", &["29463-7"], "kg"),
    (SeriesType::BODY_MASS_INDEX, "bmi", &["39156-5"], "kg/m2"),
];

fn check_vital_sign(observation: &Value, profile: &str) {
    assert_eq!(observation["status"], "final");
    let category = &observation["category"][0]["coding"][0];
    assert_eq!(category["system"], "http://terminology.hl7.org/CodeSystem/observation-category");
    assert_eq!(category["code"], "vital-signs");
    assert!(observation["subject"]["reference"].as_str().unwrap().starts_with("Patient/"));
    let times = [&observation["effectiveDateTime"], &observation["effectivePeriod"]["start"]];
    assert!(times.iter().any(|time| time.as_str().is_some_and(|time| time.len() >= 10)), "at least a day");
    assert_eq!(observation["meta"]["profile"], json!([format!("http://hl7.org/fhir/StructureDefinition/{profile}")]));
}

#[test]
fn vital_signs_meet_their_profiles() {
    let watch = watch();
    for (series, profile, codes, unit) in PROFILES {
        let [observation] = &observations(&[sample(*series, 0, 36.5, Some(&watch))])[..] else { panic!("{series}") };
        check_vital_sign(observation, profile);
        assert_eq!(loinc(&observation["code"]), *codes, "{series}");
        let quantity = &observation["valueQuantity"];
        assert_eq!((&quantity["value"], &quantity["code"]), (&json!(36.5), &json!(unit)), "{series}");
        assert_eq!(quantity["system"], "http://unitsofmeasure.org");
        assert!(quantity["unit"].as_str().is_some_and(|unit| !unit.is_empty()));
    }
}

#[test]
fn pressures_of_one_measurement_are_one_observation_with_both_components() {
    let (watch, systolic, diastolic) =
        (watch(), SeriesType::BLOOD_PRESSURE_SYSTOLIC, SeriesType::BLOOD_PRESSURE_DIASTOLIC);
    let samples = [
        sample(systolic, 0, 121.0, Some(&watch)),
        Sample { source: 2, ..sample(systolic, 0, 133.0, Some(&watch)) },
        sample(diastolic, 0, 79.0, Some(&watch)),
        sample(diastolic, 60, 80.0, Some(&watch)),
    ];
    let found = observations(&samples);
    let value = |observation: &Value, index: usize| observation["component"][index]["valueQuantity"]["value"].as_f64();
    let values: Vec<_> = found.iter().map(|it| (value(it, 0), value(it, 1))).collect();
    assert_eq!(values, [(Some(121.0), Some(79.0)), (Some(133.0), None), (None, Some(80.0))]);
    for observation in &found {
        check_vital_sign(observation, "bp");
        assert_eq!(loinc(&observation["code"]), ["85354-9"]);
        assert!(observation.get("valueQuantity").is_none());
        let components = observation["component"].as_array().unwrap();
        assert_eq!(components.iter().map(|it| loinc(&it["code"])[0]).collect::<Vec<_>>(), ["8480-6", "8462-4"]);
        for component in components {
            let unit = &component["valueQuantity"]["code"];
            let reason = &component["dataAbsentReason"]["coding"][0]["code"];
            assert!(unit == "mm[Hg]" || (unit.is_null() && reason == "unknown"), "{component}");
        }
    }
}

#[test]
fn every_series_has_a_code_a_unit_and_a_time() {
    let watch = watch();
    for spec in SERIES {
        let [observation] = &observations(&[sample(spec.id, 0, 1.0, Some(&watch))])[..] else {
            panic!("{}", spec.code)
        };
        let pressure = spec.code.starts_with("blood_pressure");
        let own = observation["code"]["coding"].as_array().unwrap().last().unwrap().clone();
        let expected = if pressure { "blood_pressure" } else { spec.code };
        assert_eq!((&own["system"], &own["code"]), (&json!("urn:wearhouse:series"), &json!(expected)));
        let unit = &observation["valueQuantity"]["code"];
        if spec.id == SeriesType::SLEEP_STAGE {
            assert_eq!(observation["valueCodeableConcept"]["coding"][0]["code"], "awake");
            continue;
        }
        assert!(pressure || unit.as_str().is_some_and(|code| !code.is_empty()), "{}", spec.code);
        assert_eq!(observation["effectiveDateTime"], "2026-09-21T14:13:20Z");
    }
}

#[test]
fn totals_of_days_are_told_from_the_samples_of_the_day() {
    let watch = watch();
    let steps = sample(SeriesType::STEPS, 0, 100.0, Some(&watch));
    let mut day = Sample { context: Context::DAILY, ..steps };
    day.row.is_daily_total = Some(true);
    day.row.duration_us = 86_400_000_000;
    day.row.offset = Some(LocalOffset::device(-12_600));
    let found = observations(&[steps, day]);
    assert_eq!(loinc(&found[0]["code"]), ["55423-8"]);
    assert_eq!(loinc(&found[1]["code"]), ["41950-7"]);
    assert_eq!(found[1]["code"]["coding"][1]["system"], "urn:wearhouse:daily-total");
    let period = json!({"start": "2026-09-21T10:43:20-03:30", "end": "2026-09-22T10:43:20-03:30"});
    assert_eq!(found[1]["effectivePeriod"], period);
}

#[test]
fn summaries_say_how_they_were_made() {
    let watch = watch();
    let mut hour = sample(SeriesType::HEART_RATE, 0, 61.25, Some(&watch));
    hour.row.duration_us = 3_600_000_000;
    let hourly = About { summary: Some("1hour"), ..about() };
    let text = written(RecordFormat::Fhir, hourly, &[hour], &[]);
    let observation: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(observation["method"]["text"], "mean over 1hour");
    assert_eq!(observation["effectivePeriod"]["end"], "2026-09-21T15:13:20Z");
}

#[test]
fn points_that_stand_for_several_say_so() {
    let watch = watch();
    let mut reduced = sample(SeriesType::HEART_RATE, 0, 61.25, Some(&watch));
    reduced.row.is_reduced = true;
    let found = observations(&[reduced, sample(SeriesType::HEART_RATE, 1, 60.0, Some(&watch))]);
    assert_eq!(found[0]["method"]["text"], "may stand for several samples");
    assert_eq!(found[1].get("method"), None);
}

#[test]
fn a_patient_is_an_id_and_devices_are_what_observations_refer_to() {
    let watch = watch();
    let all = lines(RecordFormat::Fhir, &[sample(SeriesType::HEART_RATE, 0, 60.0, Some(&watch))], &[]);
    let [patient, device, observation] = &all[..] else { panic!("{all:?}") };
    assert_eq!(patient.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "identifier", "resourceType"]);
    assert_eq!(device["deviceName"], json!([{"name": "fenix 7", "type": "model-name"}]));
    assert_eq!(observation["device"]["reference"], format!("Device/{}", device["id"].as_str().unwrap()));
    assert_eq!(observation["subject"]["reference"], format!("Patient/{}", patient["id"].as_str().unwrap()));
    assert_eq!(observation["meta"]["source"], "urn:wearhouse:provider:garmin");
}

#[test]
fn a_bundle_is_one_document_whose_references_lead_to_its_entries() {
    let watch = watch();
    let samples =
        [sample(SeriesType::HEART_RATE, 0, 60.0, Some(&watch)), sample(SeriesType::STEPS, 0, 1.0, Some(&watch))];
    let bundle: Value = serde_json::from_str(&written(RecordFormat::FhirBundle, about(), &samples, &[])).unwrap();
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("collection")));
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!(entries.len(), 4);
    let urls: Vec<&str> = entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    for entry in entries {
        let resource = &entry["resource"];
        assert_eq!(entry["fullUrl"], format!("urn:uuid:{}", resource["id"].as_str().unwrap()));
        for reference in ["subject", "device", "patient"].iter().filter_map(|name| resource[name]["reference"].as_str())
        {
            assert!(urls.contains(&reference), "{reference}");
        }
    }
}

#[test]
fn a_night_has_its_duration_the_time_in_each_stage_and_each_stage() {
    let at = |second: i64| Timestamp::from_seconds(1_790_000_000 + second);
    let stage = |stage, from, to| StageInterval { stage, start_time: at(from), end_time: at(to) };
    let detail = SleepDetail {
        asleep_s: Some(3_000.0),
        deep_s: Some(1_200.0),
        rem_s: Some(600.0),
        light_s: Some(1_200.0),
        is_nap: Some(true),
        validation: Some("ENHANCED_FINAL".to_owned()),
        stages: vec![stage(SleepStage::Deep, 0, 1_200), stage(SleepStage::Rem, 1_200, 1_800)],
        ..SleepDetail::default()
    };
    let found = of_event(EventDetail::Sleep(&detail));
    let [deep, rem, night] = &found[..] else { panic!("{found:?}") };
    assert_eq!(loinc(&night["code"]), ["93832-4"]);
    assert_eq!((&night["valueQuantity"]["value"], &night["valueQuantity"]["code"]), (&json!(3_000.0), &json!("s")));
    assert_eq!(night["effectivePeriod"]["start"], "2026-09-21T16:13:20+02:00");
    let members: Vec<&str> =
        night["hasMember"].as_array().unwrap().iter().filter_map(|it| it["reference"].as_str()).collect();
    let id = |it: &Value| format!("Observation/{}", it["id"].as_str().unwrap());
    assert_eq!(members, [id(deep), id(rem)]);
    assert_eq!(deep["valueCodeableConcept"]["coding"][0]["code"], "deep");
    assert_eq!(rem["effectivePeriod"]["end"], "2026-09-21T16:43:20+02:00");
    let components = night["component"].as_array().unwrap();
    let component = |code: &str| {
        let has = |it: &&Value| it["code"]["coding"].as_array().unwrap().iter().any(|coding| coding["code"] == code);
        components.iter().find(has).unwrap()
    };
    assert_eq!(component("93831-6")["valueQuantity"]["value"], 1_200.0);
    assert_eq!(component("is_nap")["valueBoolean"], true);
    assert_eq!(component("validation")["valueString"], "ENHANCED_FINAL");
    assert!(!components.iter().any(|it| it["code"]["coding"][0]["code"] == "asleep_s"), "it is the value");
}

#[test]
fn a_workout_a_score_and_a_snapshot_say_all_that_is_a_number_a_word_or_a_flag() {
    let workout = WorkoutDetail {
        workout_type: Some(WorkoutType::Running),
        duration_s: Some(1_800.5),
        distance_m: Some(5_000.25),
        energy_kcal: Some(320.0),
        manual: Some(false),
        name: Some(" ".to_owned()),
        ..WorkoutDetail::default()
    };
    let found = of_event(EventDetail::Workout(&workout));
    assert_eq!((found.len(), loinc(&found[0]["code"])), (1, vec!["55411-3"]));
    assert_eq!(found[0]["valueQuantity"]["value"], 1_800.5);
    let names: Vec<&str> = found[0]["component"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"]["coding"].as_array().unwrap().last().unwrap()["code"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["distance_m", "energy_kcal", "manual", "workout_type"]);
    let score = Score { category: ScoreCategory::Sleep, value: Some(82.0), qualifier: Some("GOOD"), components: &[] };
    let found = of_event(EventDetail::Score(&score));
    assert_eq!((&found[0]["valueQuantity"]["value"], &found[0]["valueQuantity"]["code"]), (&json!(82.0), &json!("1")));
    let reading =
        SnapshotReading { series: Some("heart_rate".to_owned()), avg: Some(61.0), ..SnapshotReading::default() };
    let snapshot = HealthSnapshotDetail { readings: vec![reading], ..HealthSnapshotDetail::default() };
    let found = of_event(EventDetail::HealthSnapshot(&snapshot));
    assert_eq!(found[0]["component"][0]["code"]["text"], "average heart_rate");
    assert_eq!(found[0]["component"][0]["valueQuantity"]["code"], "/min");
    let empty = of_event(EventDetail::Workout(&WorkoutDetail::default()));
    assert_eq!(empty[0]["dataAbsentReason"]["coding"][0]["code"], "unknown");
}
