//! What elements of an Apple Health export become.

use formats::apple_health::{self, Elements};
use model::{
    Context, IssueCode, LocalOffset, OffsetKind, ProviderName, Record, SampleBatch, SeriesType, SleepStage, Timestamp,
    WorkoutRecord, WorkoutType,
};

fn read(xml: &str) -> Elements {
    apple_health::read(&ProviderName::from_static("apple"), xml.as_bytes())
}

fn batches(elements: &Elements) -> Vec<&SampleBatch> {
    let records = elements.records.iter();
    records.filter_map(|record| if let Record::Samples(batch) = record { Some(batch) } else { None }).collect()
}

fn workout(elements: &Elements) -> &WorkoutRecord {
    elements
        .records
        .iter()
        .find_map(|record| if let Record::Workout(it) = record { Some(&**it) } else { None })
        .unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

const STEPS: &str = "<Record type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"Phone\" unit=\"count\" \
    creationDate=\"2025-09-16 17:00:00 +0100\" startDate=\"2025-09-16 16:00:00 +0100\" endDate=\"2025-09-16 16:10:00 +0100\" value=\"250\"/>";

#[test]
fn the_offset_of_an_export_is_not_taken_for_the_records_own() {
    let elements = read(STEPS);
    let batch = batches(&elements)[0];
    assert_eq!((batch.points[0].start, batch.points[0].duration_us), (at("2025-09-16T15:00:00Z"), 600_000_000));
    assert_eq!(batch.offset, Some(LocalOffset { seconds: 3600, kind: OffsetKind::ExportTime }));
    let zoned = STEPS.replace("/>", "><MetadataEntry key=\"HKTimeZone\" value=\"Europe/Paris\"/></Record>");
    let elements = read(&zoned);
    let batch = batches(&elements)[0];
    assert_eq!(batch.points[0].start, at("2025-09-16T15:00:00Z"));
    assert_eq!(batch.offset, Some(LocalOffset { seconds: 7200, kind: OffsetKind::Zone }));
    assert_eq!((elements.items, elements.issues.len()), (1, 0));
}

#[test]
fn sources_and_what_a_person_typed_in_are_kept_apart() {
    let watch = STEPS.replace("\"Phone\"", "\"Watch\"");
    let typed = STEPS.replace("/>", "><MetadataEntry key=\"HKWasUserEntered\" value=\"1\"/></Record>");
    let elements = read(&[STEPS, &watch, &typed].concat());
    let found: Vec<_> = batches(&elements).iter().map(|it| (it.source.app.as_deref().unwrap(), it.context)).collect();
    assert_eq!(found, [("Phone", Context::SAMPLES), ("Watch", Context::SAMPLES), ("Phone", Context::MANUAL)]);
}

#[test]
fn a_correlations_records_are_read_and_repeat_those_that_stand_alone() {
    let elements = read(&format!("{STEPS}<Correlation type=\"HKCorrelationTypeIdentifierFood\">{STEPS}</Correlation>"));
    assert_eq!((elements.items, batches(&elements)[0].points.len()), (3, 2));
    let codes: Vec<_> = elements.issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    assert_eq!(codes, [(IssueCode::Unmapped, "Correlation"), (IssueCode::Unmapped, "steps")]);
}

#[test]
fn stages_of_sleep_are_points_old_and_new() {
    let record = |value: &str| {
        format!(
            "<Record type=\"HKCategoryTypeIdentifierSleepAnalysis\" sourceName=\"W\" startDate=\"2025-09-16 00:00:00 +0000\" \
             endDate=\"2025-09-16 01:00:00 +0000\" value=\"HKCategoryValueSleepAnalysis{value}\"/>"
        )
    };
    for (value, stage) in [
        ("InBed", SleepStage::InBed),
        ("Asleep", SleepStage::Sleeping),
        ("AsleepUnspecified", SleepStage::Sleeping),
        ("AsleepCore", SleepStage::Light),
        ("AsleepDeep", SleepStage::Deep),
        ("AsleepREM", SleepStage::Rem),
        ("Awake", SleepStage::Awake),
    ] {
        let elements = read(&record(value));
        let batch = batches(&elements)[0];
        assert_eq!((batch.series, batch.context), (SeriesType::SLEEP_STAGE, stage.context()), "{value}");
        assert_eq!((batch.points[0].value, batch.points[0].duration_us), (stage.as_value(), 3_600_000_000), "{value}");
    }
    assert_eq!(read(&record("Dreaming")).issues[0].code, IssueCode::Invalid);
}

#[test]
fn what_has_no_place_is_counted_once_for_each_type() {
    let flow = STEPS.replace("HKQuantityTypeIdentifierStepCount", "HKCategoryTypeIdentifierMenstrualFlow");
    let elements = read(&format!("{flow}{flow}{flow}<Audiogram/><Me a=\"1\"/>{STEPS}"));
    assert_eq!((elements.items, batches(&elements).len()), (6, 1));
    let told: Vec<_> = elements.issues.iter().map(|issue| (issue.path.as_str(), &issue.message[..2])).collect();
    assert_eq!(told, [("Audiogram", "1 "), ("HKCategoryTypeIdentifierMenstrualFlow", "3 "), ("Me", "1 ")]);
    assert!(elements.issues.iter().all(|issue| issue.code == IssueCode::Unmapped));
}

#[test]
fn one_bad_field_costs_its_record_at_most() {
    for (from, to, code, left) in [
        ("value=\"250\"", "value=\"many\"", IssueCode::Invalid, 0),
        ("startDate=\"2025-09-16 16:00:00 +0100\"", "", IssueCode::Missing, 0),
        ("16:10:00 +0100", "15:00:00 +0100", IssueCode::Invalid, 1),
        ("unit=\"count\"", "unit=\"furlong\"", IssueCode::Unknown, 0),
    ] {
        let elements = read(&STEPS.replace(from, to));
        assert_eq!((elements.items, elements.issues[0].code), (1, code), "{to}");
        assert_eq!(batches(&elements).iter().map(|batch| batch.points.len()).sum::<usize>(), left, "{to}");
    }
}

const RUN: &str = r#"<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min"
    sourceName="Watch" startDate="2025-09-16 16:00:00 +0100" endDate="2025-09-16 16:40:00 +0100">"#;

#[test]
fn a_workout_has_its_totals_events_and_routes() {
    let elements = read(&format!(
        r#"{RUN}<MetadataEntry key="HKTimeZone" value="Europe/Paris"/><MetadataEntry key="HKElevationAscended" value="6575 cm"/>
        <MetadataEntry key="HKWeatherTemperature" value="50 degF"/>
        <WorkoutEvent type="HKWorkoutEventTypePause" date="2025-09-16 16:10:00 +0100"/>
        <WorkoutEvent type="HKWorkoutEventTypeResume" date="2025-09-16 16:20:00 +0100"/>
        <WorkoutEvent type="HKWorkoutEventTypeLap" date="2025-09-16 16:00:00 +0100" duration="5" durationUnit="min"/>
        <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="150" minimum="90" maximum="180" unit="count/min"/>
        <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="1255.2" unit="kJ"/>
        <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5" unit="km"/>
        <WorkoutActivity uuid="1" startDate="2025-09-16 16:00:00 +0100"/>
        <WorkoutRoute><MetadataEntry key="k" value="v"/><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>
        <WorkoutRoute><FileReference path="/workout-routes/route_2.gpx"/></WorkoutRoute></Workout>"#
    ));
    assert_eq!((elements.items, elements.issues.as_slice()), (1, [].as_slice()));
    let (run, detail) = (workout(&elements), &workout(&elements).detail);
    assert_eq!((run.start, run.end), (Some(at("2025-09-16T15:00:00Z")), Some(at("2025-09-16T15:40:00Z"))));
    assert_eq!(run.offset, Some(LocalOffset { seconds: 7200, kind: OffsetKind::Zone }));
    assert_eq!(run.aliases, ["route:route_1.gpx", "route:route_2.gpx"]);
    assert_eq!((detail.workout_type, detail.duration_s), (Some(WorkoutType::Running), Some(1800.0)));
    assert_eq!((detail.distance_m, detail.energy_kcal), (Some(5000.0), Some(300.0)));
    assert_eq!((detail.heart_rate_avg_bpm, detail.elevation_gain_m), (Some(150.0), Some(65.75)));
    assert_eq!(detail.temperature_avg_c, Some(10.0));
    assert_eq!(detail.pauses, [(at("2025-09-16T15:10:00Z"), at("2025-09-16T15:20:00Z"))]);
    assert_eq!((detail.laps.len(), detail.laps[0].end), (1, Some(at("2025-09-16T15:05:00Z"))));
    assert_eq!(detail.legs, [], "a workout of one sport has no legs");
}

#[test]
fn a_workouts_identity_does_not_depend_on_where_it_was_exported() {
    let run = format!("{RUN}</Workout>");
    let elsewhere = run.replace("16:00:00 +0100", "08:00:00 -0700").replace("16:40:00 +0100", "08:40:00 -0700");
    assert_ne!(run, elsewhere);
    assert_eq!(workout(&read(&run)).external_id, workout(&read(&elsewhere)).external_id);
    let other = run.replace("\"Watch\"", "\"Other\"");
    assert_ne!(workout(&read(&run)).external_id, workout(&read(&other)).external_id);
}

#[test]
fn older_exports_have_totals_as_attributes_and_routes_as_points() {
    let elements = read(
        r#"<Workout workoutActivityType="HKWorkoutActivityTypeCycling" duration="1" durationUnit="hr" totalDistance="10"
        totalDistanceUnit="mi" totalEnergyBurned="400" totalEnergyBurnedUnit="Cal" startDate="2016-11-14 07:00:00 -0700"
        endDate="2016-11-14 08:00:00 -0700"><WorkoutRoute><Location date="2016-11-14 07:00:01 -0700" latitude="37.5"
        longitude="-122.4" altitude="21" horizontalAccuracy="2" speed="-1"/></WorkoutRoute></Workout>"#,
    );
    let ride = workout(&elements);
    assert_eq!((ride.detail.distance_m, ride.detail.energy_kcal), (Some(16_093.44), Some(400.0)));
    let series: Vec<_> = ride.samples.iter().map(|batch| (batch.series.as_str(), batch.points[0].value)).collect();
    assert_eq!(series, [("latitude", 37.5), ("longitude", -122.4), ("elevation", 21.0), ("gps_accuracy", 2.0)]);
}

#[test]
fn the_legs_of_a_multisport_workout_are_told() {
    let leg = |from: &str, to: &str, kind: &str, sum: &str| {
        format!(
            r#"<WorkoutActivity uuid="x" startDate="2025-09-16 {from} +0000" endDate="2025-09-16 {to} +0000" duration="10"
            durationUnit="min"><WorkoutStatistics type="HKQuantityTypeIdentifier{kind}" sum="{sum}" unit="m"/></WorkoutActivity>"#
        )
    };
    let elements = read(&format!(
        r#"<Workout workoutActivityType="HKWorkoutActivityTypeSwimBikeRun" startDate="2025-09-16 08:00:00 +0000"
        endDate="2025-09-16 08:30:00 +0000">{}{}</Workout>"#,
        leg("08:00:00", "08:10:00", "DistanceSwimming", "750"),
        leg("08:10:00", "08:30:00", "DistanceCycling", "20000"),
    ));
    let race = workout(&elements);
    assert_eq!(race.detail.workout_type, Some(WorkoutType::Triathlon));
    let legs: Vec<_> = race.detail.legs.iter().map(|leg| (leg.workout_type, leg.distance_m, leg.elapsed_s)).collect();
    let wanted = [
        (Some(WorkoutType::Swimming), Some(750.0), Some(600.0)),
        (Some(WorkoutType::Cycling), Some(20_000.0), Some(1200.0)),
    ];
    assert_eq!(legs, wanted);
}

#[test]
fn a_days_rings_are_totals_of_that_day() {
    let elements = read(
        r#"<ActivitySummary dateComponents="2016-11-15" activeEnergyBurned="590.252" activeEnergyBurnedGoal="630"
        activeEnergyBurnedUnit="kcal" appleExerciseTime="68" appleExerciseTimeGoal="30" appleStandHours="13"/>"#,
    );
    let Record::Daily(day) = &elements.records[0] else { panic!("{:?}", elements.records) };
    assert_eq!((day.date.to_string().as_str(), day.offset), ("2016-11-15", None));
    assert!(day.samples.iter().all(|batch| batch.context == Context::DAILY));
    let totals: Vec<_> = day.samples.iter().map(|batch| (batch.series.as_str(), batch.points[0].value)).collect();
    assert_eq!(totals, [("energy", 590.252), ("exercise_time", 68.0), ("stand_hours", 13.0)]);
}
