//! A record written by the command line is what the server answers.

use crate::account::at_rest;
use serde_json::Value;
use std::collections::BTreeSet;

const TCX: &str = r#"<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Biking">
<Id>2026-03-01T08:00:00Z</Id><Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>60</TotalTimeSeconds>
<DistanceMeters>500.5</DistanceMeters><Calories>20</Calories><Track><Trackpoint><Time>2026-03-01T08:00:00Z</Time>
<HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint><Trackpoint><Time>2026-03-01T08:01:00Z</Time>
<HeartRateBpm><Value>131</Value></HeartRateBpm></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>"#;

#[test]
fn a_record_written_by_the_command_line_is_what_the_server_answers() {
    let (install, team, users) = at_rest(1);
    let user = users[0].clone();
    let ride = install.folder().join("ride.tcx");
    std::fs::write(&ride, TCX).unwrap();
    install.run_well(&["import", "--user", &user, &ride.display().to_string()]);

    let file = install.folder().join("record.ndjson");
    let arguments = ["export", "--user", &user, "--format", "fhir", "--out", &file.display().to_string()];
    assert!(install.run_well(&arguments).contains("record.ndjson"));
    let again = install.run(&arguments);
    assert!(!again.status.success(), "a file that is there is not written over");
    let resources = |text: &str| -> Vec<Value> { text.lines().map(|it| serde_json::from_str(it).unwrap()).collect() };
    let written = resources(&std::fs::read_to_string(&file).unwrap());
    let beats: Vec<f64> = written
        .iter()
        .filter(|it| it["code"]["coding"][0]["code"] == "8867-4")
        .filter_map(|it| it["valueQuantity"]["value"].as_f64())
        .collect();
    assert_eq!(beats, [120.0, 131.0]);
    let kinds: BTreeSet<&str> = written.iter().filter_map(|it| it["resourceType"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["Device", "Observation", "Patient"]));

    let table = install.run(&["export", "--user", &user, "--format", "csv", "--what", "workouts", "--out", "-"]);
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(text.starts_with("user_id,") && text.lines().count() == 2 && text.contains(",500.5,"), "{text}");
    let wrong = install.run(&["export", "--user", &user, "--format", "xml", "--out", "-"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("format: "), "{wrong:?}");

    let server = install.serve();
    let answered = team.send("GET", &format!("/api/v1/users/{user}/export?format=fhir"), b"").unwrap();
    server.terminate();
    assert!(server.wait().success());
    assert_eq!(resources(&String::from_utf8_lossy(&answered.body)), written);
}
