//! The zip of a service, imported by the command line: killed on the way and begun again, each activity and its file are one
//! workout, everything is there once, and every file of the zip is told of.

use crate::{
    account::{Team, at_rest},
    install::Install,
};
use model::Timestamp;
use serde_json::Value;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::time::Instant;

const ACTIVITIES: i64 = 60;
const BEGIN: i64 = 1_763_706_615;

/// An hour's run with a point every ten seconds.
fn route(start: Timestamp) -> String {
    let mut text = String::from("<?xml version='1.0'?><gpx><trk><type>running</type><trkseg>");
    for index in 0..360 {
        let time = start.plus_seconds(index * 10);
        let (north, rate) = (52.0 + index as f64 / 1e4, 100 + index % 60);
        write!(
            text,
            "<trkpt lat='{north}' lon='13.25'><time>{time}</time><extensions><hr>{rate}</hr></extensions></trkpt>"
        )
        .unwrap();
    }
    text + "</trkseg></trk></gpx>"
}

/// A zip of files that are not packed.
fn zip(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = Vec::new();
    for (name, bytes) in entries {
        let sum = !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
        });
        zip.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        for number in [sum, bytes.len() as u32, bytes.len() as u32, name.len() as u32] {
            zip.extend(number.to_le_bytes());
        }
        zip.extend([name.as_bytes(), bytes].concat());
    }
    zip.extend(b"PK\x01\x02");
    zip
}

/// Runs, a table that names them and comes after them, a zip within, and two files that are nothing.
fn export() -> Vec<u8> {
    let mut entries = Vec::new();
    let mut table =
        String::from("Activity ID,Activity Date,Activity Name,Activity Type,Filename,Elapsed Time,Distance\n");
    for number in 0..ACTIVITIES {
        let start = Timestamp::from_seconds(BEGIN + number * 86_400);
        let shown = start.to_string().replace('T', " ").replace('Z', "");
        writeln!(table, "{},{shown},Run {number},Run,activities/{number}.gpx,3600,3990", 1000 + number).unwrap();
        entries.push((format!("export/activities/{number}.gpx"), route(start).into_bytes()));
    }
    let cycles = "Cycle start time,Cycle end time,Cycle timezone,Recovery score %,Resting heart rate (bpm),Day Strain\n\
                  2026-01-04 23:10:00,2026-01-05 22:30:00,UTC+01:00,61,52,10.5\n";
    let inner = [("cycles.csv", cycles), ("terms.pdf", "%PDF-1.4")].map(|(name, text)| (name.to_owned(), text.into()));
    entries.push(("export/other.zip".to_owned(), zip(&inner)));
    entries.push(("export/media/1.jpg".to_owned(), vec![0xff, 0xd8, 0xff]));
    entries.push(("export/activities.csv".to_owned(), table.into_bytes()));
    zip(&entries)
}

struct Desk {
    install: Install,
    team: Team,
    user: String,
    path: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let (install, team, users) = at_rest(1);
        let path = install.folder().join("anything");
        std::fs::write(&path, export()).unwrap();
        Self { install, team, user: users[0].clone(), path }
    }

    fn arguments(&self) -> [&str; 4] {
        ["import", "--user", &self.user, Path::to_str(&self.path).unwrap()]
    }

    fn import(&self) -> String {
        self.install.run_well(&self.arguments())
    }

    fn import_killed(&self, after: Duration) {
        let mut command = self.install.command(&self.arguments());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Every workout and every day of resting heart rate.
    fn shown(&self) -> (Vec<String>, Vec<String>) {
        let server = self.install.serve();
        let mut workouts: Vec<String> = self
            .team
            .workouts(&self.user)
            .iter()
            .map(|workout| {
                let [start, end, name] = ["start_time", "end_time", "name"].map(|field| workout[field].to_string());
                format!("{start} {end} {name}")
            })
            .collect();
        workouts.sort();
        let span = "types=resting_heart_rate&start_time=2020-01-01&end_time=2040-01-01&resolution=1day&limit=10000";
        let page = self.team.get(&format!("/api/v1/users/{}/timeseries?{span}", self.user));
        let point = |point: &Value| format!("{} {}", point["timestamp"], point["value"]);
        let days = page["data"].as_array().unwrap().iter().map(point).collect();
        server.terminate();
        assert!(server.wait().success());
        (workouts, days)
    }
}

#[test]
fn a_zip_that_is_killed_and_begun_again_gives_the_same_as_one_that_is_not() {
    let smooth = Desk::new();
    let seen = smooth.install.run_well(&["import", "--preview", "--user", &smooth.user, smooth.path.to_str().unwrap()]);
    assert!(seen.contains(&format!("  {ACTIVITIES} workout\n")), "{seen}");
    for told in
        ["activities.csv: export_activities of strava", "cycles.csv: export_cycles of whoop", "terms.pdf", "1.jpg"]
    {
        assert!(seen.contains(told), "{told}: {seen}");
    }
    let begun = Instant::now();
    let said = smooth.import();
    let seconds = begun.elapsed().as_secs_f64();
    assert!(said.contains(&format!("{}  elements in {} parts", 2 * ACTIVITIES + 1, ACTIVITIES + 3)), "{said}");
    for told in ["export/media/1.jpg", "export/other.zip/terms.pdf", " 0 parts are dead"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let first = smooth.shown();
    assert_eq!((first.0.len(), first.1.is_empty()), (ACTIVITIES as usize, false));
    assert!(first.0.iter().all(|workout| workout.contains("Run ")), "{:?}", first.0);
    smooth.import();
    assert_eq!(smooth.shown(), first, "importing again changes nothing");

    let rough = Desk::new();
    for share in [0.4, 0.7] {
        rough.import_killed(Duration::from_secs_f64(seconds * share));
    }
    rough.import();
    assert_eq!(rough.shown(), first);
}
