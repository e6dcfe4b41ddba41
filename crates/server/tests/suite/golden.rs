//! Stores of before: a backup of each schema version, taken by the program of its time, together with what that program
//! answered. It is restored, brought up to date, and still answers so. `WEARHOUSE_GOLDEN=write` writes that of the
//! present version if there is none yet; none is ever written again.

use crate::{
    account::{Scene, Team},
    audit::settle,
    install::{Install, wait_for},
    storm::Storm,
};
use serde_json::{Map, Value, json};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

const MASTER_KEY: &str = "77";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn unpack(packed: &Path, to: &Path) {
    zstd::stream::copy_decode(File::open(packed).unwrap(), File::create(to).unwrap()).unwrap();
}

fn configured(install: &mut Install) {
    install.set("SECURITY__MASTER_KEY", &MASTER_KEY.repeat(32));
}

/// The version that this program writes.
fn present(install: &Install) -> u32 {
    let said = install.run_well(&["migrate"]);
    said.trim().rsplit(' ').next().unwrap().parse().unwrap()
}

/// What is asked of a store, in this order.
fn questions(scene: &Scene) -> Vec<String> {
    let dates = "start_date=1980-01-01&end_date=2100-01-01&limit=100";
    let mut questions = vec!["/api/v1/users".to_owned()];
    for person in &scene.people {
        let user = format!("/api/v1/users/{}", person.id);
        questions.push(user.clone());
        questions.push(format!("{user}/connections"));
        questions.push(format!("{user}/events/workouts?{dates}"));
        questions.push(format!("{user}/events/sleep?{dates}"));
        let times = "start_time=1980-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z";
        questions.push(format!("{user}/timeseries?{times}&limit=10000"));
        questions.push(format!("{user}/sync/recent?limit=50"));
        for workout in scene.team.workouts(&person.id) {
            let workout = format!("{user}/events/workouts/{}", workout["id"].as_str().unwrap());
            questions.extend([workout.clone(), format!("{workout}/stream")]);
        }
    }
    questions
}

fn write(folder: &Path) {
    let storm = Storm::with(2, 4711, configured);
    let install = &storm.scene.install;
    let server = install.serve();
    for _ in 0..6 {
        let number = storm.ledger.lock().unwrap().write();
        storm.push(number, &false.into());
    }
    settle(&storm.scene);
    storm.scene.team.add_endpoint("https://receiver.example.com/");
    let answers: Map<String, Value> =
        questions(&storm.scene).into_iter().map(|path| (path.clone(), storm.scene.team.get(&path))).collect();
    let shelf = install.folder().join("backups");
    install.run_well(&["backup", "--to", shelf.to_str().unwrap()]);
    server.terminate();
    assert!(server.wait().success());
    let mut backups = fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let backup = backups.next().unwrap();
    assert_eq!(fs::read_dir(backup.join("spool")).unwrap().count(), 0, "nothing large is in it");
    fs::create_dir_all(folder).unwrap();
    let packed = File::create(folder.join("wearhouse.db.zst")).unwrap();
    zstd::stream::copy_encode(File::open(backup.join("wearhouse.db")).unwrap(), packed, 19).unwrap();
    fs::copy(backup.join("manifest.json"), folder.join("manifest.json")).unwrap();
    let told = json!({ "key": storm.scene.team.key, "answers": answers }).to_string();
    let packed = File::create(folder.join("answers.json.zst")).unwrap();
    zstd::stream::copy_encode(told.as_bytes(), packed, 19).unwrap();
}

/// Whether all that was said is still said; more may be.
fn still_says(path: &str, before: &Value, now: &Value) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (field, value) in before {
                let there = now.get(field).unwrap_or_else(|| panic!("{path}.{field} is gone"));
                still_says(&format!("{path}.{field}"), value, there);
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            assert_eq!(before.len(), now.len(), "{path}");
            for (at, (before, now)) in before.iter().zip(now).enumerate() {
                still_says(&format!("{path}[{at}]"), before, now);
            }
        }
        _ => assert_eq!(before, now, "{path}"),
    }
}

fn check(folder: &Path) {
    let mut install = Install::new();
    configured(&mut install);
    let backup = install.folder().join("golden");
    fs::create_dir_all(&backup).unwrap();
    unpack(&folder.join("wearhouse.db.zst"), &backup.join("wearhouse.db"));
    fs::copy(folder.join("manifest.json"), backup.join("manifest.json")).unwrap();
    unpack(&folder.join("answers.json.zst"), &install.folder().join("answers.json"));
    let told: Value = serde_json::from_slice(&fs::read(install.folder().join("answers.json")).unwrap()).unwrap();
    install.run_well(&["restore", backup.to_str().unwrap(), "--without-erasures"]);
    let server = install.serve();
    let team = Team::known(&install, told["key"].as_str().unwrap());
    let answers = told["answers"].as_object().unwrap();
    assert!(answers.len() > 10);
    for (path, before) in answers {
        still_says(path, before, &team.get(path));
    }
    team.add_user("somebody-else");
    wait_for("counted queues", || install.gauge("wearhouse_parts_waiting").filter(|waiting| *waiting == 0.0));
    server.terminate();
    assert!(server.wait().success());
    // what was applied then is applied again from the kept parts, to the same
    let replayed = install.run_well(&["replay"]);
    assert!(replayed.contains("0 are dead") && !replayed.starts_with("0 "), "{replayed}");
    let server = install.serve();
    for (path, before) in answers.iter().filter(|(path, _)| path.contains("/events/")) {
        still_says(path, before, &team.get(path));
    }
    assert!(install.run_well(&["doctor"]).contains("all is well"));
    drop(server);
}

#[test]
fn a_store_of_every_version_answers_as_it_did() {
    let install = Install::new();
    let newest = golden().join(format!("schema-{}", present(&install)));
    if !newest.exists() && std::env::vars().any(|(name, value)| name == "WEARHOUSE_GOLDEN" && value == "write") {
        write(&newest);
    }
    assert!(newest.exists(), "{} is missing: WEARHOUSE_GOLDEN=write makes it", newest.display());
    let entries = fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path());
    for folder in entries.filter(|path| path.is_dir()) {
        eprintln!("{}", folder.display());
        check(&folder);
    }
}

#[test]
fn a_store_of_a_newer_program_is_refused_by_every_command_and_left_alone() {
    let install = Install::new();
    fs::create_dir_all(install.data_dir()).unwrap();
    let path = install.data_dir().join("wearhouse.db");
    unpack(&golden().join("newer.db.zst"), &path);
    fs::write(install.data_dir().join("master.key"), "88".repeat(32)).unwrap();
    let before = fs::read(&path).unwrap();
    let shelf = install.folder().join("backups").display().to_string();
    for command in [&["serve"][..], &["migrate"], &["doctor"], &["replay"], &["backup", "--to", &shelf]] {
        let output = install.run(command);
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        let names_both = said.contains("schema version 9999, this program knows");
        assert!(names_both && said.contains("newer program"), "{command:?}: {said}");
        assert!(fs::read(&path).unwrap() == before, "{command:?} wrote to the file");
    }
}
