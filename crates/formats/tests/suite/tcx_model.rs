//! What TCX files mean, in small files written here.

use formats::{
    tcx,
    track::{TrackFile, source_of, to_records, to_workout},
};
use model::{LocalOffset, Point, ProviderName, Record, SeriesType, Timestamp, WorkoutRecord, WorkoutType};

const FILE: ProviderName = ProviderName::from_static("file");

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_352_000 + second)
}

fn read(activities: &str) -> TrackFile {
    let xml = format!(
        "<TrainingCenterDatabase xmlns:x='e'><Activities>{activities}</Activities><Author><Name>Writer</Name></Author>\
         </TrainingCenterDatabase>"
    );
    tcx::read(&mut xml.as_bytes())
}

fn point(second: i64, more: &str) -> String {
    format!("<Trackpoint><Time>{}</Time>{more}</Trackpoint>", at(second))
}

fn lap(second: i64, inner: &str) -> String {
    format!("<Lap StartTime='{}'>{inner}</Lap>", at(second))
}

fn activity(sport: &str, second: i64, inner: &str) -> String {
    format!("<Activity Sport='{sport}'><Id>{}</Id>{inner}</Activity>", at(second))
}

fn workouts(file: &TrackFile) -> Vec<WorkoutRecord> {
    let workout = |record| match record {
        Record::Workout(workout) => *workout,
        other => panic!("{other:?}"),
    };
    to_records(file, FILE).into_iter().map(workout).collect()
}

fn points(workout: &WorkoutRecord, series: SeriesType) -> Vec<Point> {
    let batch = workout.samples.iter().find(|batch| batch.series == series);
    batch.map(|batch| batch.points.clone()).unwrap_or_default()
}

#[test]
fn a_run_has_its_laps_samples_device_and_notes() {
    let full = "<Position><LatitudeDegrees>52.123456789012</LatitudeDegrees><LongitudeDegrees>-13.000000000001\
        </LongitudeDegrees></Position><AltitudeMeters>34.2</AltitudeMeters><DistanceMeters>3.5</DistanceMeters>\
        <HeartRateBpm><Value>120</Value></HeartRateBpm><Extensions><x:TPX><x:Speed>2.5</x:Speed>\
        <x:RunCadence>81</x:RunCadence><x:Watts>230</x:Watts></x:TPX></Extensions>";
    let said = "<TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>200.5</DistanceMeters><MaximumSpeed>4</MaximumSpeed>\
        <Calories>20</Calories><AverageHeartRateBpm><Value>130</Value></AverageHeartRateBpm><MaximumHeartRateBpm>\
        <Value>150</Value></MaximumHeartRateBpm><TriggerMethod>Distance</TriggerMethod>";
    let extension = "<Extensions><x:LX><x:AvgSpeed>3</x:AvgSpeed><x:AvgRunCadence>80</x:AvgRunCadence>\
        <x:MaxRunCadence>90</x:MaxRunCadence><x:Steps>160</x:Steps><x:AvgWatts>220</x:AvgWatts><x:MaxWatts>300</x:MaxWatts>\
        </x:LX></Extensions>";
    let laps = [
        lap(0, &format!("{said}<Track>{}{}</Track>{extension}", point(0, full), point(60, ""))),
        lap(60, &format!("{said}<Track>{}</Track>{extension}", point(120, ""))),
    ];
    let device = "<Notes>Windy</Notes><Creator><Name>Watch 5</Name><UnitId>77</UnitId><Version><VersionMajor>13\
        </VersionMajor><VersionMinor>20</VersionMinor></Version></Creator>";
    let file = read(&activity("Running", 0, &format!("{}{device}", laps.concat())));
    assert_eq!((file.issues.len(), file.creator.as_deref()), (0, Some("Writer")));
    let workout = to_workout(&file, "9", source_of(&file, FILE)).unwrap();
    let detail = &workout.detail;
    assert_eq!((workout.start, workout.end), (Some(at(0)), Some(at(120))));
    assert_eq!((detail.workout_type, detail.raw_type.as_deref()), (Some(WorkoutType::Running), Some("Running")));
    assert_eq!((detail.timer_s, detail.elapsed_s, detail.duration_s), (Some(120.0), Some(120.0), Some(120.0)));
    assert_eq!((detail.distance_m, detail.energy_kcal, detail.steps), (Some(401.0), Some(40.0), Some(320.0)));
    assert_eq!((detail.heart_rate_avg_bpm, detail.heart_rate_max_bpm), (Some(130.0), Some(150.0)));
    assert_eq!((detail.run_cadence_avg_spm, detail.run_cadence_max_spm), (Some(160.0), Some(180.0)));
    assert_eq!((detail.power_avg_w, detail.power_max_w), (Some(220.0), Some(300.0)));
    assert_eq!((detail.speed_avg_mps, detail.speed_max_mps), (Some(3.0), Some(4.0)));
    assert_eq!(detail.description.as_deref(), Some("Windy"));
    assert_eq!((detail.laps.len(), detail.laps[0].trigger.as_deref()), (2, Some("distance")));
    assert_eq!((detail.laps[1].start, detail.laps[1].end), (Some(at(60)), Some(at(120))));
    assert_eq!(workout.source.device.as_deref(), Some("Watch 5"));
    assert_eq!(workout.source.software_version.as_deref(), Some("13.20"));
    assert_eq!(workout.file.as_ref().and_then(|file| file.serial_number), Some(77));
    let values = [
        (SeriesType::LATITUDE, 52.123_456_789_012),
        (SeriesType::LONGITUDE, -13.000_000_000_001),
        (SeriesType::ELEVATION, 34.2),
        (SeriesType::TOTAL_DISTANCE, 3.5),
        (SeriesType::HEART_RATE, 120.0),
        (SeriesType::SPEED, 2.5),
        (SeriesType::RUNNING_CADENCE, 162.0),
        (SeriesType::POWER, 230.0),
    ];
    for (series, value) in values {
        assert_eq!(points(&workout, series), [Point::at(at(0), value)], "{series}");
    }
}

#[test]
fn plain_cadence_is_that_of_the_sport() {
    let cadence = |sport| {
        let inner = format!("<Track>{}</Track>", point(0, "<Cadence>80</Cadence>"));
        let workout = workouts(&read(&activity(sport, 0, &lap(0, &inner)))).remove(0);
        let batch = workout.samples.first().map(|batch| (batch.series, batch.points[0].value));
        batch.unwrap()
    };
    assert_eq!(cadence("Running"), (SeriesType::RUNNING_CADENCE, 160.0));
    assert_eq!(cadence("Biking"), (SeriesType::CADENCE, 80.0));
    assert_eq!(cadence("Other"), (SeriesType::CADENCE, 80.0));
}

#[test]
fn the_gap_between_two_tracks_of_a_lap_is_a_pause_and_that_between_laps_is_none() {
    let laps = [
        lap(
            0,
            &format!(
                "<TotalTimeSeconds>40</TotalTimeSeconds><Track>{}{}</Track><Track>{}</Track>",
                point(0, ""),
                point(20, ""),
                point(80, "")
            ),
        ),
        lap(90, &format!("<TotalTimeSeconds>10</TotalTimeSeconds><Track>{}</Track>", point(100, ""))),
    ];
    let workout = workouts(&read(&activity("Running", 0, &laps.concat()))).remove(0);
    assert_eq!(workout.detail.pauses, [(at(20), at(80))]);
    assert_eq!((workout.detail.timer_s, workout.detail.elapsed_s), (Some(50.0), Some(100.0)));
    assert_eq!(workout.detail.laps[0].elapsed_s, Some(80.0));
}

#[test]
fn activities_of_one_file_are_workouts_of_their_own_and_legs_of_a_session_have_a_parent() {
    let single =
        |sport, second| activity(sport, second, &lap(second, &format!("<Track>{}</Track>", point(second, ""))));
    let own = workouts(&read(&[single("Running", 0), single("Biking", 500)].concat()));
    assert_eq!(own.iter().map(|workout| workout.start).collect::<Vec<_>>(), [Some(at(0)), Some(at(500))]);
    assert_ne!(own[0].external_id, own[1].external_id);
    assert!(own.iter().all(|workout| workout.detail.parent_external_id.is_none()));

    let session = format!(
        "<MultiSportSession><Id>x</Id><FirstSport>{}</FirstSport><NextSport><Transition StartTime='{}'>\
         <TotalTimeSeconds>9</TotalTimeSeconds></Transition>{}</NextSport></MultiSportSession>",
        single("Running", 0),
        at(400),
        single("Biking", 500)
    );
    let legs = workouts(&read(&session));
    let types: Vec<_> = legs.iter().filter_map(|leg| leg.detail.workout_type).collect();
    assert_eq!(types, [WorkoutType::Multisport, WorkoutType::Running, WorkoutType::Transition, WorkoutType::Cycling]);
    assert_eq!((legs[0].detail.is_parent, legs[0].detail.legs.len(), legs[0].samples.len()), (Some(true), 3, 0));
    let parent = Some(legs[0].external_id.as_str());
    assert!(legs[1..].iter().all(|leg| leg.detail.parent_external_id.as_deref() == parent));
    assert_eq!(legs[2].end, Some(at(409)));
}

#[test]
fn the_offset_is_known_where_the_file_writes_one() {
    let inner = "<Track><Trackpoint><Time>2026-03-01T04:00:00-04:00</Time></Trackpoint></Track>";
    let local = format!(
        "<Activity Sport='Running'><Id>2026-03-01T04:00:00-04:00</Id><Lap StartTime='2026-03-01T04:00:00-04:00'>{inner}</Lap></Activity>"
    );
    let workout = workouts(&read(&local)).remove(0);
    assert_eq!((workout.start, workout.offset), (Some(at(0)), Some(LocalOffset::device(-14_400))));
    assert_eq!(workouts(&read(&activity("Running", 0, &lap(0, "")))).remove(0).offset, None);
}

#[test]
fn the_same_activity_of_a_device_has_the_same_id_however_it_is_written() {
    let device = "<Creator><Name>Watch</Name><UnitId>7</UnitId></Creator>";
    let id = |space: &str, device: &str| {
        workouts(&read(&format!("{space}{}", activity("Running", 0, &format!("{}{device}", lap(0, ""))))))
            .remove(0)
            .external_id
    };
    assert_eq!(id("", device), id("  ", device));
    assert_ne!(id("", ""), id("  ", ""), "without a device the bytes are the identity");
    assert_ne!(id("", device), id("", "<Creator><UnitId>8</UnitId></Creator>"));
}

#[test]
fn courses_are_no_workouts() {
    let xml = "<TrainingCenterDatabase><Courses><Course><Name>x</Name><Lap><TotalTimeSeconds>1</TotalTimeSeconds></Lap>\
        <Track><Trackpoint><Time>2026-03-01T08:00:00Z</Time></Trackpoint></Track></Course></Courses></TrainingCenterDatabase>";
    let file = tcx::read(&mut xml.as_bytes());
    assert!(file.activities.is_empty() && to_workout(&file, "x", source_of(&file, FILE)).is_none());
}
