//! `wearhouse backup` and `wearhouse restore` around a server that serves, is killed, and begins anew.

use crate::{
    account::Person,
    audit::{audit, settle},
    install::{Install, Server, text, wait_for},
    storm::{Chance, Storm},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::Instant;

fn shelf(install: &Install) -> PathBuf {
    install.folder().join("backups")
}

fn back_up(install: &Install) -> PathBuf {
    let printed = install.run_well(&["backup", "--to", shelf(install).to_str().unwrap()]);
    PathBuf::from(printed.split("  (").next().unwrap())
}

/// Everything of the data folder but the secrets is lost, and what is named.
fn lose(install: &Install, more: &[&str]) {
    for name in ["wearhouse.db", "wearhouse.db-wal", "wearhouse.db-shm"].iter().chain(more) {
        let path = install.data_dir().join(name);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { drop(fs::remove_file(path)) }
    }
}

fn restore(install: &Install, backup: &Path) -> String {
    install.run_well(&["restore", backup.to_str().unwrap()])
}

fn stop(server: Server) {
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn a_backup_amid_a_storm_holds_all_that_was_answered_before_it() {
    let chance = Chance::of("a backup amid a storm", 2, 10);
    for round in 0..chance.rounds {
        let storm = Storm::new(3, chance.seed + round);
        let install = &storm.scene.install;
        let server = install.serve();
        let large = storm.ledger.lock().unwrap().write_large(600_000);
        let (backup, before) = storm.rage(|| {
            storm.push(large, &false.into());
            wait_for("some bodies", || (storm.ledger.lock().unwrap().answered() > 20).then_some(()));
            let before: Vec<bool> = storm.ledger.lock().unwrap().bodies.iter().map(|body| body.answered).collect();
            (back_up(install), before)
        });
        server.kill();
        lose(install, &["spool"]);
        restore(install, &backup);
        let server = install.serve();
        settle(&storm.scene);
        let mut ledger = storm.ledger.lock().unwrap();
        let all = ledger.bodies.len();
        for (number, body) in ledger.bodies.iter_mut().enumerate() {
            // what came later may be there, then whole
            body.answered = before.get(number).copied().unwrap_or(false);
        }
        let count = audit(&storm.scene, storm.content, &ledger);
        eprintln!("{} of {all} bodies were answered before the backup: {count:?}", ledger.answered());
        drop(ledger);
        stop(server);
    }
}

fn everything_of(storm: &Storm, person: &Person) -> Vec<Value> {
    let team = &storm.scene.team;
    let mut shown = team.workouts(&person.id);
    shown.extend(team.list(&format!(
        "/api/v1/users/{}/timeseries?start_time=1980-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z",
        person.id
    )));
    shown
}

#[test]
fn who_was_erased_after_a_backup_stays_erased_and_everyone_else_is_as_before() {
    let storm = Storm::new(3, 5);
    let install = &storm.scene.install;
    let team = &storm.scene.team;
    let [whole, link, other] = &storm.scene.people[..] else { panic!("three people") };
    let server = install.serve();
    storm.rage(|| wait_for("some bodies", || (storm.ledger.lock().unwrap().answered() > 30).then_some(())));
    settle(&storm.scene);
    let before = everything_of(&storm, other);
    assert!(!before.is_empty() && !everything_of(&storm, link).is_empty());
    let backup = back_up(install);
    let token = team.log_in();
    team.as_developer("DELETE", &format!("/api/v1/users/{}", whole.id), &token, &[]);
    let erase = format!("/api/v1/users/{}/connections/garmin/data", link.id);
    assert_eq!(team.send("DELETE", &erase, &[]).unwrap().status, 200);
    server.kill();

    lose(install, &["spool"]);
    let said = restore(install, &backup);
    assert!(said.contains("2 erasures that came after were done again"), "{said}");
    let server = install.serve();
    assert_eq!(team.send("GET", &format!("/api/v1/users/{}", whole.id), &[]).unwrap().status, 404);
    assert!(everything_of(&storm, link).is_empty());
    let links = team.get(&format!("/api/v1/users/{}/connections", link.id));
    assert_ne!(text(&links[0], "status"), "active");
    assert_eq!(everything_of(&storm, other), before);
    stop(server);

    // on another machine, with the log that was kept elsewhere
    let kept = install.folder().join("kept.log");
    fs::rename(install.data_dir().join("erasures.log"), &kept).unwrap();
    fs::remove_file(shelf(install).join("erasures.log")).unwrap();
    lose(install, &["spool", "garmin.webhook-secret"]);
    let output = install.run(&["restore", backup.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("--erasures"), "{said}");
    install.run_well(&["restore", backup.to_str().unwrap(), "--erasures", kept.to_str().unwrap()]);
    let server = install.serve();
    assert_eq!(team.send("GET", &format!("/api/v1/users/{}", whole.id), &[]).unwrap().status, 404);
    assert!(everything_of(&storm, link).is_empty());
    assert_eq!(everything_of(&storm, other), before);
    // what comes after the restore is taken, at the address that the provider knows
    storm.rage(|| wait_for("more bodies", || (storm.ledger.lock().unwrap().answered() > 60).then_some(())));
    wait_for("more data", || (everything_of(&storm, other).len() > before.len()).then_some(()));
    stop(server);
}

#[test]
fn a_restore_that_is_killed_leaves_nothing_or_all_and_can_be_run_again() {
    let storm = Storm::new(2, 6);
    let install = &storm.scene.install;
    let server = install.serve();
    storm.rage(|| wait_for("some bodies", || (storm.ledger.lock().unwrap().answered() > 30).then_some(())));
    settle(&storm.scene);
    let backup = back_up(install);
    stop(server);
    lose(install, &["spool"]);
    let began = Instant::now();
    restore(install, &backup);
    let whole = began.elapsed();
    let (mut nothing, mut all) = (0, 0);
    // goes to and fro over the instant at which it is done, wherever that is on a machine that does other things
    let mut moment = whole / 3;
    for _ in 0..16 {
        lose(install, &["spool", "restore.unfinished"]);
        let mut child = install.command(&["restore", backup.to_str().unwrap()]).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        if install.data_dir().join("wearhouse.db").exists() {
            all += 1;
            moment /= 2;
        } else {
            nothing += 1;
            moment = moment * 3 / 2;
            if install.data_dir().join("restore.unfinished").exists() {
                // no server begins with an empty store where one was to be restored
                let output = install.run(&["serve"]);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(!output.status.success() && said.contains("was not finished"), "{said}");
            }
            restore(install, &backup);
        }
        let server = install.serve();
        audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
        stop(server);
    }
    eprintln!("a restore takes {whole:?}: killed, it left nothing {nothing} times and all {all} times");
    assert!(nothing > 0 && all > 0, "kills at both sides: {nothing}, {all}");
}

#[test]
fn a_restore_beside_a_running_server_or_over_a_store_is_refused() {
    let install = Install::new();
    install.run_well(&["migrate"]);
    let without_key = install.run(&["backup", "--to", shelf(&install).to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&without_key.stderr).contains("the master key is not there"));
    let server = install.serve();
    let backup = back_up(&install);
    let refused = |why: &str| {
        let output = install.run(&["restore", backup.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(why), "{said}");
    };
    refused("another server runs");
    server.kill();
    refused("nothing is overwritten");
}

#[test]
fn a_server_takes_backups_by_itself_and_keeps_as_many_as_it_is_told() {
    let mut install = Install::new();
    install.set("BACKUP__EVERY_HOURS", "1");
    let refused = install.run(&["config", "--check"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("backup.folder"));
    install.set("BACKUP__FOLDER", shelf(&install).to_str().unwrap());
    install.set("BACKUP__KEEP", "2");
    // an hour goes by in a second
    install.set("CLOCK__ORIGIN", "2026-01-01T00:00:00Z");
    install.set("CLOCK__SPEED", "3600");
    let server = install.serve();
    let taken = || install.gauge("wearhouse_backups_total").filter(|taken| *taken >= 4.0);
    wait_for("four backups", taken);
    assert!(install.gauge("wearhouse_backup_last_timestamp_seconds").unwrap() > 1_767_225_600.0);
    stop(server);
    let lie = || {
        let entries = fs::read_dir(shelf(&install)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name != "erasures.log")
    };
    assert_eq!(lie().filter(|name| !name.ends_with(".unfinished")).count(), 2, "{:?}", lie().collect::<Vec<_>>());
    let newest = lie().filter(|name| !name.ends_with(".unfinished")).max().unwrap();
    assert!(install.run_well(&["doctor"]).contains(&newest));
    std::thread::sleep(Duration::from_secs(4));
    let output = install.run(&["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && said.contains("BAD   the newest backup"), "{said}");
}
