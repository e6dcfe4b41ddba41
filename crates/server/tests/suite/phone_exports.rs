//! What a phone exports, imported by the command line: killed on the way and begun again, it is all there, once.
//! The long version (`cargo xtask soak apple`) imports 30,000 records a round and prints how fast it was and how much memory it took.

use crate::{
    account::{Team, at_rest},
    install::Install,
};
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::time::Instant;

/// A record a minute of each of three types, from two devices; the same each time.
pub(crate) fn write_export(path: &Path, records: u64) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (ExportDate,Me,Record*)>\n]>\n\
                <HealthData locale=\"en_GB\">\n <ExportDate value=\"2026-03-01 09:00:00 +0000\"/>\n";
    file.write_all(head.as_bytes()).unwrap();
    let mut line = String::new();
    let mut seed = 1u64;
    for index in 0..records {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let minute = index / 3;
        let at = model::Timestamp::from_seconds(1_577_836_800 + minute as i64 * 60).to_string();
        let (date, time) = (&at[..10], &at[11..19]);
        let (kind, unit, value) = match index % 3 {
            0 => ("HeartRate", "count/min", 50 + seed % 90),
            1 => ("StepCount", "count", seed % 120),
            _ => ("ActiveEnergyBurned", "kcal", seed % 9),
        };
        line.clear();
        writeln!(
            line,
            " <Record type=\"HKQuantityTypeIdentifier{kind}\" sourceName=\"Ann\u{2019}s Apple Watch\" sourceVersion=\"10.2\" \
             device=\"&lt;&lt;HKDevice: 0x3012772a0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,7, \
             software:10.2&gt;\" unit=\"{unit}\" creationDate=\"{date} {time} +0000\" startDate=\"{date} {time} +0000\" \
             endDate=\"{date} {time} +0000\" value=\"{value}\"/>"
        )
        .unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
    file.write_all(b"</HealthData>\n").unwrap();
    file.flush().unwrap();
    std::fs::metadata(path).unwrap().len()
}

struct Phone {
    install: Install,
    team: Team,
    user: String,
}

impl Phone {
    fn new() -> Self {
        let (install, team, users) = at_rest(1);
        let user = users[0].clone();
        Self { install, team, user }
    }

    fn arguments(&self, path: &Path) -> Vec<String> {
        ["import", "--user", &self.user, &path.display().to_string()].map(str::to_owned).to_vec()
    }

    fn import(&self, path: &Path) -> String {
        let arguments = self.arguments(path);
        self.install.run_well(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Imports, and says what it told and how much memory it held at most, in KiB.
    fn import_measured(&self, path: &Path) -> (String, u64) {
        let arguments = self.arguments(path);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let told = self.install.folder().join("told.txt");
        let stdout = File::create(&told).unwrap();
        let mut child = self.install.command(&arguments).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
        let mut peak = 0;
        let status = loop {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0).max(peak);
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        assert!(status.success());
        (std::fs::read_to_string(told).unwrap(), peak)
    }

    /// Begins an import and kills it after a while.
    fn import_killed(&self, path: &Path, after: Duration) {
        let arguments = self.arguments(path);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = self.install.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Every day of each type.
    fn days(&self) -> Vec<(String, f64)> {
        let server = self.install.serve();
        let mut days = Vec::new();
        for kind in ["heart_rate", "steps", "energy"] {
            let span = "start_time=2020-01-01&end_time=2040-01-01&resolution=1day&limit=10000";
            let page = self.team.get(&format!("/api/v1/users/{}/timeseries?types={kind}&{span}", self.user));
            let point = |point: &Value| (format!("{kind} {}", point["timestamp"]), point["value"].as_f64().unwrap());
            days.extend(page["data"].as_array().unwrap().iter().map(point));
        }
        server.terminate();
        assert!(server.wait().success());
        days
    }
}

fn export(phone: &Phone, records: u64) -> (PathBuf, u64) {
    let path = phone.install.folder().join("export.xml");
    let size = write_export(&path, records);
    (path, size)
}

#[test]
fn an_import_that_is_killed_and_begun_again_gives_the_same_as_one_that_is_not() {
    let asked = std::env::vars().find(|(name, _)| name == "WEARHOUSE_SOAK_ROUNDS");
    let records = 30_000 * asked.map_or(1, |(_, rounds)| rounds.parse::<u64>().unwrap());
    let smooth = Phone::new();
    let (path, size) = export(&smooth, records);
    let begun = Instant::now();
    let (said, peak_kib) = smooth.import_measured(&path);
    let seconds = begun.elapsed().as_secs_f64();
    assert!(said.contains(&format!("{records}  elements in")), "{said}");
    assert!(said.contains(" 0 parts are dead"), "{said}");
    let megabytes = size as f64 / 1e6;
    println!("{records} records, {megabytes:.0} MB: {:.1} MB/s, {} MiB at most", megabytes / seconds, peak_kib / 1024);
    let days = smooth.days();
    assert!(!days.is_empty());
    smooth.import(&path);
    assert_eq!(smooth.days(), days, "importing again changes nothing");

    let rough = Phone::new();
    let (path, _) = export(&rough, records);
    for share in [0.3, 0.6] {
        rough.import_killed(&path, Duration::from_secs_f64(seconds * share));
    }
    rough.import(&path);
    assert_eq!(rough.days(), days);
}
