//! A disk that takes nothing more, while the server serves: what was answered is there, what cannot be kept is not
//! answered as if it were, the server says what is wrong, and goes on when there is room.

use crate::{
    account::Scene,
    audit::{audit, settle},
    http::Answer,
    install::{Install, Server, text, wait_for},
    storm::{Chance, Storm},
};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::{fs, io::Write, process::Stdio};

/// Files of a process may not grow beyond this; what goes beyond fails, as on a disk that fails.
fn limit_files(server: &Server, bytes: Option<u64>) {
    let pid = Pid::from_raw(server.id() as i32);
    prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

pub(crate) fn not_ready(install: &Install) -> Option<String> {
    let answer = install.get("/health/ready").unwrap();
    (answer.status == 503).then(|| text(&answer.json(), "detail").to_owned())
}

/// A write through the API.
fn create_user(scene: &Scene, name: &str) -> Answer {
    let user = serde_json::json!({ "external_user_id": name }).to_string();
    scene.team.send("POST", "/api/v1/users", user.as_bytes()).unwrap()
}

fn rage_until_answered(storm: &Storm, more: usize) {
    let wanted = storm.ledger.lock().unwrap().answered() + more;
    storm.rage(|| wait_for("bodies", || (storm.ledger.lock().unwrap().answered() >= wanted).then_some(())));
}

#[test]
fn a_disk_that_fails_under_the_store_costs_nothing_that_was_answered() {
    let chance = Chance::of("a disk that fails", 2, 10);
    for round in 0..chance.rounds {
        let storm = Storm::new(3, chance.seed + round);
        let install = &storm.scene.install;
        // without this, a process is ended where a disk would only have failed
        let script = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];
        let server = install.until_ready(install.start_as(install.command_by(&script, &["serve"])));
        rage_until_answered(&storm, 10);
        let grown = ["wearhouse.db", "wearhouse.db-wal"]
            .map(|name| fs::metadata(install.data_dir().join(name)).map_or(0, |file| file.len()));
        limit_files(&server, Some(grown[0].max(grown[1]) + 100_000));
        let said = storm.rage(|| wait_for("a server that is not ready", || not_ready(install)));
        assert_eq!(said, "The store's disk fails");
        // what became free meanwhile, when the store put its changes in order, is taken as well
        limit_files(&server, Some(4096));
        let refused = create_user(&storm.scene, "refused");
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("60")));
        assert_eq!(text(&refused.json(), "detail"), "The store's disk fails");
        let person = &storm.scene.people[0].id;
        assert_eq!(text(&storm.scene.team.get(&format!("/api/v1/users/{person}")), "id"), person, "reading goes on");
        let server = if round % 2 == 0 {
            limit_files(&server, None);
            wait_for("a server that is ready", || not_ready(install).is_none().then_some(()));
            server
        } else {
            server.kill();
            install.serve()
        };
        assert_eq!(create_user(&storm.scene, "taken").status, 201);
        rage_until_answered(&storm, 10);
        settle(&storm.scene);
        audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
        server.terminate();
        assert!(server.wait().success());
    }
}

/// A small disk of its own over the data folder, seen by the server alone; a ballast on it can be thrown off.
const SMALL_DISK: &str = "cp -a \"$0\" \"$0.before\" && mount -t tmpfs -o size=16m tmpfs \"$0\" && \
    cp -a \"$0.before/.\" \"$0\" && head -c 8M /dev/zero > \"$0/ballast\" && exec \"$@\"";

#[test]
fn a_full_disk_is_named_and_the_server_goes_on_when_there_is_room() {
    let probe = std::process::Command::new("unshare").args(["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        eprintln!("left out: this machine gives no disk of its own to a process (unshare -Urm)");
        return;
    }
    let storm = Storm::with(3, 11, |install| install.set("INTAKE__FREE_BYTES", "0"));
    let install = &storm.scene.install;
    let folder = install.data_dir().display().to_string();
    let script = ["unshare", "-Urm", "sh", "-c", SMALL_DISK, &folder];
    let server = install.until_ready(install.start_as(install.command_by(&script, &["serve"])));
    let said = storm.rage(|| wait_for("a server that is not ready", || not_ready(install)));
    assert_eq!(said, "The store is full");
    let pid = server.id().to_string();
    let ballast = |name: &str| format!("/proc/{pid}/root{folder}/{name}");
    let mut rest = fs::File::create(ballast("rest")).unwrap();
    let mut number = 0;
    let refused = wait_for("a refusal", || {
        // what the server gives back meanwhile is taken as well
        while rest.write_all(&[0; 4096]).is_ok() {}
        number += 1;
        let answer = create_user(&storm.scene, &format!("refused-{number}"));
        (answer.status != 201).then_some(answer)
    });
    assert_eq!((refused.status, text(&refused.json(), "detail")), (503, "The store is full"));
    let inside = ["nsenter", "-t", &pid, "-U", "-m", "--preserve-credentials"];
    let mut doctor = install.command_by(&inside, &["doctor"]);
    let doctor = doctor.env("WEARHOUSE__INTAKE__FREE_BYTES", "1000000").stdout(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let names_it = said.contains("of the disk are free, and intake.free_bytes is 1000000");
    assert!(!doctor.status.success() && names_it, "{said}");
    for name in ["ballast", "rest"] {
        fs::remove_file(ballast(name)).unwrap();
    }
    wait_for("a server that is ready", || not_ready(install).is_none().then_some(()));
    settle(&storm.scene);
    audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn a_disk_that_is_nearly_full_is_told_by_readiness_metrics_and_log_and_nothing_is_taken_until_there_is_room() {
    let mut scene = Scene::new(1);
    // more than any disk has
    scene.install.set("INTAKE__FREE_BYTES", "9000000000000000000");
    let install = &scene.install;
    let server = install.start();
    let said = wait_for("a server that is not ready", || {
        let answer = install.get("/health/ready").ok()?;
        (answer.status == 503).then(|| text(&answer.json(), "detail").to_owned())
    });
    assert_eq!(said, "The disk is nearly full");
    assert_eq!(scene.push(b"{\"activities\": []}").unwrap(), 503);
    wait_for("the gauge", || install.gauge("wearhouse_disk_low").filter(|low| *low == 1.0));
    assert!(install.gauge("wearhouse_disk_free_bytes").unwrap() > 0.0);
    assert!(install.log().contains("the disk is nearly full"), "{}", install.log());
    let person = &scene.people[0].id;
    assert_eq!(text(&scene.team.get(&format!("/api/v1/users/{person}")), "id"), person, "reading goes on");
    let doctor = install.run(&["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success() && said.contains("intake.free_bytes"), "{said}");
    server.terminate();
    assert!(server.wait().success());
    scene.install.set("INTAKE__FREE_BYTES", "0");
    let server = scene.install.serve();
    assert_eq!(scene.push(b"{\"activities\": []}").unwrap(), 200);
    assert_eq!(scene.install.gauge("wearhouse_disk_low").unwrap_or(0.0), 0.0);
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn pages_that_were_damaged_are_named_and_the_rest_goes_on() {
    let storm = Storm::new(3, 13);
    let install = &storm.scene.install;
    let server = install.serve();
    rage_until_answered(&storm, 60);
    settle(&storm.scene);
    let read_all = || {
        let span = "start_time=1980-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z&limit=10000";
        let of = |person: &str| format!("/api/v1/users/{person}/timeseries?{span}");
        let people = storm.scene.people.iter();
        people.map(|person| storm.scene.team.send("GET", &of(&person.id), &[]).unwrap()).collect::<Vec<_>>()
    };
    let sound: Vec<String> = read_all().iter().map(Answer::text).collect();
    server.terminate();
    assert!(server.wait().success());
    let path = install.data_dir().join("wearhouse.db");
    let whole = fs::read(&path).unwrap();
    const WINDOWS: usize = 10;
    let (mut named, mut ended) = (0, 0);
    for window in 0..WINDOWS {
        let mut damaged = whole.clone();
        let pages = damaged.len() / 4096;
        for page in damaged.chunks_mut(4096).skip(pages * window / WINDOWS).take(pages / WINDOWS) {
            page[..16].fill(0xEE);
        }
        fs::write(&path, damaged).unwrap();
        for log in ["wearhouse.db-wal", "wearhouse.db-shm"] {
            drop(fs::remove_file(install.data_dir().join(log)));
        }
        let doctor = install.run(&["doctor"]);
        let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
        assert!(!doctor.status.success() && said.contains("wearhouse.db"), "{said}");
        assert!(said.contains("damaged") && said.contains("restore a backup"), "{said}");
        let begun = install.log().len();
        let server = install.start();
        let is_up = wait_for("an answer or an end", || {
            let is_up = install.get("/health/live").is_ok_and(|answer| answer.status == 200);
            let said = install.log().split_off(begun);
            // an error is written in pieces
            (is_up || said.contains("error: ") && said.ends_with('\n')).then_some(is_up)
        });
        if is_up {
            for (answer, sound) in read_all().iter().zip(&sound) {
                if answer.status == 200 {
                    assert!(answer.text() == *sound, "another answer from damaged pages");
                    continue;
                }
                assert_eq!((answer.status, text(&answer.json(), "detail")), (503, "The store is damaged"));
                assert_eq!(not_ready(install).as_deref(), Some("The store is damaged"));
                named += 1;
            }
        } else {
            assert!(install.log()[begun..].contains("damaged"), "{}", &install.log()[begun..]);
            ended += 1;
        }
        server.kill();
    }
    eprintln!("{named} answers named the damage, {ended} servers did not begin with it");
    fs::write(&path, whole).unwrap();
    for log in ["wearhouse.db-wal", "wearhouse.db-shm"] {
        drop(fs::remove_file(install.data_dir().join(log)));
    }
    let server = install.serve();
    settle(&storm.scene);
    audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
    assert!(named > 0, "nobody met the damage");
    server.terminate();
    assert!(server.wait().success());
}
