//! What GPX files mean, in small files written here.

use formats::{
    gpx,
    track::{TrackFile, source_of, to_records, to_workout},
};
use model::{IssueCode, ProviderName, Record, SeriesType, Timestamp, WorkoutRecord, WorkoutType};

const FILE: ProviderName = ProviderName::from_static("file");

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_352_000 + second)
}

fn read(inner: &str) -> TrackFile {
    gpx::read(&mut format!("<gpx version='1.1' creator='Writer'>{inner}</gpx>").as_bytes())
}

fn point(second: i64, latitude: f64, more: &str) -> String {
    format!("<trkpt lat='{latitude}' lon='13.400000000001'><time>{}</time>{more}</trkpt>", at(second))
}

fn track(kind: &str, points: &[String]) -> String {
    format!(
        "<trk><name>Ridge &amp; lake</name><desc>dry</desc><type>{kind}</type><trkseg>{}</trkseg></trk>",
        points.concat()
    )
}

fn workouts(file: &TrackFile) -> Vec<WorkoutRecord> {
    let workout = |record| match record {
        Record::Workout(workout) => *workout,
        other => panic!("{other:?}"),
    };
    to_records(file, FILE).into_iter().map(workout).collect()
}

fn values(workout: &WorkoutRecord, series: SeriesType) -> Vec<f64> {
    let batch = workout.samples.iter().find(|batch| batch.series == series);
    batch.map(|batch| batch.points.iter().map(|point| point.value).collect()).unwrap_or_default()
}

#[test]
fn a_track_has_its_positions_exactly_and_what_every_extension_says() {
    let first = "<ele>30.25</ele><extensions><power>210</power><g:TrackPointExtension><g:atemp>18.5</g:atemp>\
        <g:wtemp>12</g:wtemp><g:depth>1.5</g:depth><g:hr>120</g:hr><g:cad>80</g:cad><g:speed>2.5</g:speed></g:TrackPointExtension>\
        </extensions>";
    let second = "<ele>40</ele><speed>3</speed><extensions><x:heartrate>140</x:heartrate><p:PowerExtension>\
        <p:PowerInWatts>220</p:PowerInWatts></p:PowerExtension><hAcc>4.5</hAcc></extensions>";
    let file = read(&track("running", &[point(0, 52.000_000_000_001, first), point(60, 52.001, second)]));
    assert_eq!((file.issues.len(), file.creator.as_deref()), (0, Some("Writer")));
    let workout = workouts(&file).remove(0);
    let detail = &workout.detail;
    assert_eq!((detail.workout_type, detail.raw_type.as_deref()), (Some(WorkoutType::Running), Some("running")));
    assert_eq!((detail.name.as_deref(), detail.description.as_deref()), (Some("Ridge & lake"), Some("dry")));
    assert_eq!((workout.start, workout.end, detail.elapsed_s), (Some(at(0)), Some(at(60)), Some(60.0)));
    assert!(detail.distance_m.is_some_and(|distance| (distance - 111.195).abs() < 0.01), "{:?}", detail.distance_m);
    assert_eq!((detail.heart_rate_avg_bpm, detail.heart_rate_max_bpm), (Some(130.0), Some(140.0)));
    assert_eq!((detail.elevation_min_m, detail.elevation_max_m), (Some(30.25), Some(40.0)));
    assert_eq!(values(&workout, SeriesType::LATITUDE), [52.000_000_000_001, 52.001]);
    assert_eq!(values(&workout, SeriesType::LONGITUDE), [13.400_000_000_001; 2]);
    assert_eq!(values(&workout, SeriesType::HEART_RATE), [120.0, 140.0]);
    assert_eq!(values(&workout, SeriesType::POWER), [210.0, 220.0]);
    assert_eq!(values(&workout, SeriesType::RUNNING_CADENCE), [160.0]);
    assert_eq!(values(&workout, SeriesType::AIR_TEMPERATURE), [18.5]);
    assert_eq!(values(&workout, SeriesType::WATER_TEMPERATURE), [12.0]);
    assert_eq!(values(&workout, SeriesType::UNDERWATER_DEPTH), [1.5]);
    assert_eq!(values(&workout, SeriesType::SPEED), [2.5, 3.0]);
    assert_eq!(values(&workout, SeriesType::GPS_ACCURACY), [4.5]);
}

#[test]
fn the_gap_between_segments_is_a_pause_and_is_not_travelled() {
    let segments = format!(
        "<trk><trkseg>{}{}</trkseg><trkseg/><trkseg>{}{}</trkseg></trk>",
        point(0, 10.0, ""),
        point(60, 10.001, ""),
        point(300, 20.0, ""),
        point(360, 20.001, "")
    );
    let workout = workouts(&read(&segments)).remove(0);
    assert_eq!(workout.detail.pauses, [(at(60), at(300))]);
    assert_eq!((workout.detail.elapsed_s, workout.detail.timer_s), (Some(360.0), Some(120.0)));
    assert!(workout.detail.distance_m.is_some_and(|distance| (distance - 222.39).abs() < 0.02));
}

#[test]
fn tracks_of_one_sport_within_an_hour_are_one_workout_and_others_are_not() {
    let run = |second| track("run", &[point(second, 10.0, ""), point(second + 10, 10.0, "")]);
    let whole = workouts(&read(&[run(0), run(600)].concat()));
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].detail.pauses, [(at(10), at(600))]);
    assert_eq!(workouts(&read(&[run(0), run(8000)].concat())).len(), 2);
    assert_eq!(workouts(&read(&[run(0), run(5)].concat())).len(), 2, "what overlaps is not one after the other");
    let mixed = read(&[run(0), track("ride", &[point(600, 10.0, "")])].concat());
    let both = workouts(&mixed);
    assert_eq!(both.len(), 2);
    assert_ne!(both[0].external_id, both[1].external_id);
    let one = to_workout(&mixed, "9", source_of(&mixed, FILE)).unwrap();
    assert_eq!((one.detail.workout_type, one.detail.legs.len()), (Some(WorkoutType::Multisport), 2));
}

#[test]
fn points_without_a_time_or_before_there_were_satellites_are_left_out_and_counted() {
    let points = [
        point(0, 10.0, ""),
        "<trkpt lat='10' lon='13'/>".to_owned(),
        "<trkpt lat='10' lon='13'><time>1901-12-13T20:45:52Z</time></trkpt>".to_owned(),
        "<trkpt lat='95' lon='x'><time>2026-03-01T08:00:01Z</time><extensions><hr>many</hr></extensions></trkpt>"
            .to_owned(),
    ];
    let file = read(&track("hike", &points));
    let issues: Vec<_> =
        file.issues.iter().map(|issue| (issue.code, issue.message.split(' ').next().unwrap())).collect();
    assert_eq!(issues, [(IssueCode::Missing, "1"), (IssueCode::Invalid, "1"), (IssueCode::Invalid, "3")]);
    assert_eq!(values(&workouts(&file)[0], SeriesType::LATITUDE), [10.0]);
}

#[test]
fn routes_and_waypoints_are_no_workouts() {
    let file = read("<wpt lat='1' lon='2'><time>2026-03-01T08:00:00Z</time></wpt><rte><rtept lat='1' lon='2'/></rte>");
    assert!(file.activities.is_empty() && to_records(&file, FILE).is_empty());
}
