//! TCX and GPX: every file of the samples and some of our own, imported by the command line and read back
//! over the API, in a process whose own time zone is far from UTC.

use crate::{account::Team, install::Install};
use model::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// An installation with somebody for whom files are imported.
struct Desk {
    install: Install,
    team: Team,
    user: String,
}

impl Desk {
    fn new() -> Self {
        let install = Install::new();
        let team = Team::create(&install, "me@example.com");
        let server = install.serve();
        let user = team.add_user("someone");
        server.terminate();
        assert!(server.wait().success());
        Self { install, team, user }
    }

    fn import(&self, files: &[PathBuf]) -> String {
        let mut arguments = vec!["import".to_owned(), "--user".to_owned(), self.user.clone()];
        arguments.extend(files.iter().map(|path| path.display().to_string()));
        self.install.run_well(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Everything that a server shows of each workout, with its stream of these series.
    fn shown(&self, series: &str) -> Vec<(Value, Value)> {
        let server = self.install.serve();
        let shown = self.team.workouts(&self.user).iter().map(|workout| self.full(workout, series)).collect();
        server.terminate();
        assert!(server.wait().success());
        shown
    }

    fn full(&self, workout: &Value, series: &str) -> (Value, Value) {
        let path = format!("/api/v1/users/{}/events/workouts/{}", self.user, workout["id"].as_str().unwrap());
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
    let desk = Desk::new();
    let paths: Vec<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    let said = desk.import(&paths);
    assert!(said.contains(" 0 parts are dead"), "{said}");
    let shown = desk.shown("heart_rate,latitude");
    let mut compared = 0;
    for (name, found) in files {
        for activity in found["activity"].as_array().unwrap() {
            compared += 1;
            let nearest = shown.iter().map(|workout| tcx_differences(workout, activity)).min_by_key(Vec::len);
            assert_eq!(nearest, Some(Vec::new()), "{name}: {activity}");
        }
    }
    assert_eq!(shown.len(), compared, "each once");
    assert!(compared >= 7, "{compared}");
    desk.import(&paths);
    let again = desk.shown("heart_rate,latitude");
    let told = |(full, stream): &(Value, Value)| (full["id"].clone(), full["revision"].clone(), stream.clone());
    assert_eq!(again.iter().map(told).collect::<Vec<_>>(), shown.iter().map(told).collect::<Vec<_>>());
}

#[test]
fn the_points_of_every_gpx_file_are_shown_where_and_when_they_were() {
    let Some((folder, expected)) = samples("gpx-expected.json") else { return };
    let desk = Desk::new();
    let (mut imported, mut compared) = (0, 0);
    for (name, found) in expected["files"].as_object().unwrap() {
        let said = desk.install.run(&["import", "--user", &desk.user, &folder.join(name).display().to_string()]);
        // a file of routes or of points without times holds no workout and says so
        imported += u32::from(said.status.success());
        let tracked = found["gpxpy"]["points_with_time"].as_u64().unwrap_or(0) > 0;
        let satellites = time(&found["gpxpy"]["start_time"]).is_some_and(|time| time.as_seconds() > 0);
        assert_eq!(said.status.success(), tracked && satellites, "{name}: {}", String::from_utf8_lossy(&said.stdout));
    }
    let shown = desk.shown("latitude,heart_rate");
    for (name, found) in expected["files"].as_object().unwrap() {
        let Some(start) = time(&found["gpxpy"]["start_time"]).filter(|time| time.as_seconds() > 0) else { continue };
        let of_file: Vec<_> = shown
            .iter()
            .filter(|(full, _)| {
                let (from, to) = (time(&full["start_time"]).unwrap(), time(&full["end_time"]).unwrap());
                from >= start && Some(to) <= time(&found["gpxpy"]["end_time"]).map(|end| end.plus_seconds(1))
            })
            .collect();
        assert!(!of_file.is_empty(), "{name}");
        assert!(of_file.iter().any(|(full, _)| time(&full["start_time"]) == Some(start)), "{name} begins at {start}");
        let positions: u64 = of_file.iter().map(|(_, stream)| column(stream, "latitude").len() as u64).sum();
        assert!(positions > 0 && positions <= found["gpxpy"]["points_with_time"].as_u64().unwrap(), "{name}");
        compared += 1;
    }
    assert!(imported > 8 && compared >= imported, "{imported} imported, {compared} compared");
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
    let desk = Desk::new();
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
    let said = desk.import(&paths);
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
