//! Files handed in piece by piece at a real server, which is killed half-way, as is the sender: both go on where they were.

use crate::{
    account::Team,
    http,
    install::{Install, wait_for},
    phone_exports::write_export,
};
use serde_json::Value;
use std::{fs, path::Path, process::Stdio};

/// Three records a minute, 8 MiB in about 25,000: several segments.
const RECORDS: u64 = 60_000;

fn segments(install: &Install) -> usize {
    let spool = fs::read_dir(install.data_dir().join("spool")).unwrap();
    let names = spool.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('u') && !name.ends_with(".part")).count()
}

fn arguments(install: &Install, team: &Team, user: &str, path: &Path) -> Vec<String> {
    let server = format!("http://{}", install.address);
    let path = path.display().to_string();
    ["import", "--server", &server, "--key", &team.key, "--user", user, &path].map(str::to_owned).to_vec()
}

#[test]
fn an_upload_goes_on_where_a_kill_left_it_on_both_sides() {
    let install = Install::new();
    let team = Team::create(&install, "me@example.com");
    let server = install.serve();
    let user = team.add_user("someone");
    let path = install.folder().join("export.xml");
    let size = write_export(&path, RECORDS);
    let arguments = arguments(&install, &team, &user, &path);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let mut sender = install.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // the first is noted before the second is begun
    wait_for("two segments", || (segments(&install) >= 2).then_some(()));
    server.kill();
    sender.kill().unwrap();
    sender.wait().unwrap();
    let note = install.folder().join(".export.xml.wearhouse-upload");
    let noted: Value = serde_json::from_slice(&fs::read(&note).unwrap()).unwrap();

    let server = install.serve();
    let headers = [("X-Open-Wearables-API-Key", &*team.key), ("Tus-Resumable", "1.0.0")];
    let place = noted["place"].as_str().unwrap();
    let stand = http::head("HEAD", place, &headers, 0);
    let mut stream = http::connect(install.address).unwrap();
    std::io::Write::write_all(&mut stream, stand.as_bytes()).unwrap();
    let mut told = String::new();
    let _ = std::io::Read::read_to_string(&mut std::io::BufReader::new(stream), &mut told);
    let told = told.to_lowercase();
    let kept: u64 = told.lines().find_map(|line| line.strip_prefix("upload-offset: ")).unwrap().trim().parse().unwrap();
    assert!(kept >= 8 << 20 && kept < size, "{kept} of {size} bytes are kept");

    let said = install.run_well(&arguments);
    assert!(said.contains("handed in, receipt"), "{said}");
    assert!(!note.exists());
    let runs = format!("/api/v1/users/{user}/sync/runs");
    let run = wait_for("the import's end", || {
        let runs = team.get(&runs);
        (runs[0]["stage"] == "completed").then(|| runs[0].clone())
    });
    assert_eq!((&run["source"], &run["status"]), (&"xml_import".into(), &"success".into()));
    let days = format!(
        "/api/v1/users/{user}/timeseries?types=heart_rate&start_time=2020-01-01&end_time=2040-01-01&resolution=1day&limit=10000"
    );
    let days = team.get(&days)["data"].as_array().unwrap().len();
    assert_eq!(days as u64, (RECORDS / 3).div_ceil(1440), "every day is there");
    // one that the kill found durable and not yet noted waits for the sweep
    wait_for("the segments to go", || (segments(&install) <= 1).then_some(()));

    let receipt = said.split("receipt ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let server_url = format!("http://{}", install.address);
    let late = ["import", "--server", &server_url, "--key", &team.key, "--user", &user, "--cancel", &receipt];
    let late = install.run(&late);
    assert!(!late.status.success(), "what has ended cannot be cancelled");
    server.terminate();
    assert!(server.wait().success());
}
