//! TCX and GPX: every file of the samples and some of our own, imported by the command line and read back
//! over the API, in a process whose own time zone is far from UTC.

use crate::{
    account::{Team, at_rest},
    install::Install,
};
use model::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// An installation with people for whom files are imported.
struct Desk {
    install: Install,
    team: Team,
    users: Vec<String>,
}

impl Desk {
    fn of(people: usize) -> Self {
        let (install, team, users) = at_rest(people);
        Self { install, team, users }
    }

    fn import(&self, user: &str, files: &[PathBuf]) -> String {
        let mut arguments = vec!["import".to_owned(), "--user".to_owned(), user.to_owned()];
        arguments.extend(files.iter().map(|path| path.display().to_string()));
        self.install.run_well(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Everything that a server shows of each workout of the first person, with its stream of these series.
    fn shown(&self, series: &str) -> Vec<(Value, Value)> {
        let server = self.install.serve();
        let shown = self.shown_of(&self.users[0], series);
        server.terminate();
        assert!(server.wait().success());
        shown
    }

    /// The same of any person, by a server that runs.
    fn shown_of(&self, user: &str, series: &str) -> Vec<(Value, Value)> {
        self.team.workouts(user).iter().map(|workout| self.full(user, workout, series)).collect()
    }

    fn full(&self, user: &str, workout: &Value, series: &str) -> (Value, Value) {
        let path = format!("/api/v1/users/{user}/events/workouts/{}", workout["id"].as_str().unwrap());
        let full = self.team.get(&path);
        let known = |name: &&str| full["series"].as_array().unwrap().iter().any(|it| it["type"] == **name);
        let wanted: Vec<&str> = series.split(',').filter(known).collect();
        let stream = if wanted.is_empty() {
            Value::Null
        } else {
            self.team.get(&format!("{path}/stream?series={}", wanted.join(",")))
        };
        (full, stream)
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&format!("{text}Z")))
}

/// The values of a column that are there.
fn column(stream: &Value, series: &str) -> Vec<f64> {
    stream[series].as_array().map(|values| values.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

fn samples(list: &str) -> Option<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let Ok(text) = std::fs::read_to_string(folder.join(list)) else {
        eprintln!("SKIPPED: imports of real files: no {list} in {}", folder.display());
        return None;
    };
    Some((folder, serde_json::from_str(&text).unwrap()))
}

/// In what a workout is not what an independent reader found in an activity of a TCX file.
fn tcx_differences((full, stream): &(Value, Value), activity: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let detail = &full["detail"];
    let mut check = |what: &str, same: bool| found.extend((!same).then(|| what.to_owned()));
    let close = |one: &Value, other: &Value| match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 0.01,
        (one, other) => one.unwrap_or(0.0) == other.unwrap_or(0.0),
    };
    let first = time(&activity["first_time"]).min(time(&activity["lap_start_times"][0]));
    check("start", time(&full["start_time"]) == first);
    check("sport", detail["raw_type"] == activity["sport"]);
    check("seconds", close(&detail["timer_s"], &activity["sum_lap_seconds"]));
    check("meters", close(&detail["distance_m"], &activity["sum_lap_meters"]));
    check("laps", detail["laps"].as_array().map(Vec::len) == activity["laps"].as_u64().map(|laps| laps as usize));
    let rates = column(stream, "heart_rate");
    check("heart rates", rates.len() as u64 == activity["hr_values"].as_u64().unwrap());
    check("highest", rates.iter().copied().reduce(f64::max) == activity["hr_max"].as_f64());
    check(
        "positions",
        column(stream, "latitude").len() as u64 == activity["trackpoints_with_position"].as_u64().unwrap(),
    );
    check("file", full["files"][0]["format"] == "tcx");
    found
}

#[test]
fn every_tcx_file_is_shown_as_an_independent_reader_found_it_and_importing_again_changes_nothing() {
    let Some((folder, expected)) = samples("tcx-expected.json") else { return };
    let files = expected["files"].as_object().unwrap();
    // one is another without its heart rate, so that each has a person of its own
    let desk = Desk::of(files.len());
    let shown = || -> Vec<Vec<(Value, Value)>> {
        for (name, user) in files.keys().zip(&desk.users) {
            let said = desk.import(user, &[folder.join(name)]);
            assert!(said.contains(" 0 parts are dead"), "{name}: {said}");
        }
        let server = desk.install.serve();
        let shown = desk.users.iter().map(|user| desk.shown_of(user, "heart_rate,latitude")).collect();
        server.terminate();
        assert!(server.wait().success());
        shown
    };
    let first = shown();
    let mut compared = 0;
    for ((name, found), shown) in files.iter().zip(&first) {
        let activities = found["activity"].as_array().unwrap();
        assert_eq!(shown.len(), activities.len(), "{name}: each once");
        for activity in activities {
            compared += 1;
            let nearest = shown.iter().map(|workout| tcx_differences(workout, activity)).min_by_key(Vec::len);
            assert_eq!(nearest, Some(Vec::new()), "{name}: {activity}");
        }
    }
    assert!(compared >= 7, "{compared}");
    let told = |shown: Vec<Vec<(Value, Value)>>| -> Vec<(Value, Value, Value)> {
        let all = shown.into_iter().flatten();
        all.map(|(full, stream)| (full["id"].clone(), full["revision"].clone(), stream)).collect()
    };
    assert_eq!(told(shown()), told(first));
}

#[test]
fn the_points_of_every_gpx_file_are_shown_where_and_when_they_were() {
    let Some((folder, expected)) = samples("gpx-expected.json") else { return };
    let files = expected["files"].as_object().unwrap();
    // some are the same recording, edited, so that each has a person of its own
    let desk = Desk::of(files.len());
    let mut wrong = Vec::new();
    for ((name, found), user) in files.iter().zip(&desk.users) {
        let said = desk.install.run(&["import", "--user", user, &folder.join(name).display().to_string()]);
        // a file of routes, of points without times, or of a clock that was not set, holds no workout and says so
        if said.status.success() != begins(found).is_some() {
            wrong.push(format!("{name}: {}", String::from_utf8_lossy(&said.stdout)));
        }
    }
    let server = desk.install.serve();
    let mut compared = 0;
    for ((name, found), user) in files.iter().zip(&desk.users) {
        let shown = desk.shown_of(user, "latitude,heart_rate");
        let Some(start) = begins(found) else {
            assert_eq!(shown, [], "{name}");
            continue;
        };
        compared += 1;
        let first = shown.iter().filter_map(|(full, _)| time(&full["start_time"])).min();
        let positions: u64 = shown.iter().map(|(_, stream)| column(stream, "latitude").len() as u64).sum();
        let timed = found["gpxpy"]["points_with_time"].as_u64().unwrap();
        // points of one instant are one
        if first != Some(start) || positions > timed || (positions + 1) * 10 < timed * 9 {
            wrong.push(format!("{name}: {first:?} for {start}, {positions} positions of {timed}"));
        }
    }
    server.terminate();
    assert!(server.wait().success());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 8, "{compared}");
}

/// When the first of its points was, if any says so that can be right.
fn begins(found: &Value) -> Option<Timestamp> {
    let tracked = found["gpxpy"]["points_with_time"].as_u64().unwrap_or(0) > 0;
    time(&found["gpxpy"]["start_time"]).filter(|time| tracked && time.as_seconds() > 0)
}

const TCX: &str = r#"<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Biking">
<Id>2026-03-01T08:00:00Z</Id><Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>60</TotalTimeSeconds>
<DistanceMeters>500.5</DistanceMeters><Calories>20</Calories><Track><Trackpoint><Time>2026-03-01T08:00:00Z</Time>
<Position><LatitudeDegrees>52.512345678901</LatitudeDegrees><LongitudeDegrees>13.4</LongitudeDegrees></Position>
<HeartRateBpm><Value>120</Value></HeartRateBpm><Cadence>80</Cadence><Extensions><TPX><Watts>200</Watts></TPX>
</Extensions></Trackpoint><Trackpoint><Time>2026-03-01T08:01:00Z</Time><HeartRateBpm><Value>131</Value></HeartRateBpm>
</Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>"#;

const GPX: &str = r#"<?xml version="1.0"?><gpx creator="x"><trk><name>Over the hill</name><type>hiking</type><trkseg>
<trkpt lat="47.1234567890123" lon="-8.5"><ele>1830.25</ele><time>2026-03-02T10:00:00+01:00</time></trkpt>
<trkpt lat="47.2" lon="-8.5"><time>2026-03-02T10:30:00+01:00</time></trkpt></trkseg></trk></gpx>"#;

#[test]
fn files_of_our_own_are_shown_exactly_and_damaged_ones_as_far_as_they_go() {
    let desk = Desk::of(1);
    let bomb = format!(
        r#"<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "{}">{}]><gpx><trk><name>&z;</name></trk></gpx>"#,
        "a".repeat(1000),
        ('b'..='z')
            .zip('a'..)
            .map(|(name, of)| format!("<!ENTITY {name} \"{}\">", format!("&{of};").repeat(10)))
            .collect::<String>()
    );
    let deep = format!("<gpx>{}", "<trk>".repeat(200_000));
    let cut = &GPX.replace("2026-03-02", "2026-03-05")[..GPX.find("<trkpt lat=\"47.2\"").unwrap()];
    let mut paths = Vec::new();
    for (name, text) in
        [("ride.tcx", TCX), ("hike.gpx", GPX), ("bomb.gpx", &bomb), ("deep.gpx", &deep), ("cut.gpx", cut)]
    {
        let path = desk.install.folder().join(name);
        std::fs::write(&path, text).unwrap();
        paths.push(path);
    }
    let said = desk.import(&desk.users[0], &paths);
    assert!(said.contains(" 0 parts are dead"), "{said}");
    let shown = desk.shown("latitude,elevation,heart_rate,power");
    let find =
        |start: &str| shown.iter().find(|(full, _)| full["start_time"] == start).unwrap_or_else(|| panic!("{said}"));
    let (ride, of_ride) = find("2026-03-01T08:00:00Z");
    assert_eq!((&ride["type"], ride["detail"]["distance_m"].as_f64()), (&"cycling".into(), Some(500.5)));
    assert_eq!((column(of_ride, "heart_rate"), column(of_ride, "power")), (vec![120.0, 131.0], vec![200.0]));
    assert_eq!(column(of_ride, "latitude"), [52.512_345_678_901]);
    let (hike, of_hike) = find("2026-03-02T09:00:00Z");
    assert_eq!(
        (&hike["type"], &hike["name"], &hike["zone_offset"]),
        (&"hiking".into(), &"Over the hill".into(), &"+01:00".into())
    );
    assert_eq!(
        (column(of_hike, "latitude"), column(of_hike, "elevation")),
        (vec![47.123_456_789_012_3, 47.2], vec![1830.25])
    );
    let (_, of_cut) = find("2026-03-05T09:00:00Z");
    assert_eq!(column(of_cut, "latitude"), [47.123_456_789_012_3]);
    assert_eq!(shown.len(), 3, "a bomb and a well hold nothing");
}
