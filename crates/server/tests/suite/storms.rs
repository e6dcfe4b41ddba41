//! What was answered is there, once, whatever happens to the process.

use crate::{
    audit::{audit, audit_messages, settle},
    http::{connect, head},
    install::{Server, text, wait_for},
    receiver::Receiver,
    storm::{Chance, Storm},
};
use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::time::Instant;

#[test]
fn whatever_was_answered_survives_kills_at_random_moments_and_takes_effect_once() {
    let chance = Chance::of("kills at random moments", 4, 1);
    let storm = Storm::new(5, chance.seed);
    let receiver = Receiver::start();
    let server = storm.scene.install.serve();
    storm.scene.team.add_endpoint(&receiver.url());
    server.kill();
    for _ in 0..chance.rounds {
        storm.round();
    }
    let server = all_is_there(&storm);
    let told = audit_messages(&storm.scene, &receiver);
    eprintln!("{told} messages, {} times received", receiver.count());
    stop(server);
}

#[test]
fn a_large_body_survives_a_kill_once_answered_and_is_not_there_by_half() {
    let chance = Chance::of("kills around a large body", 2, 10);
    let storm = Storm::new(3, chance.seed);
    for _ in 0..chance.rounds {
        for moment in MOMENTS {
            large_body(&storm, moment);
        }
    }
    stop(all_is_there(&storm));
    let left = std::fs::read_dir(storm.scene.install.data_dir().join("spool")).unwrap();
    let bodies: Vec<_> = left.map(|entry| entry.unwrap().file_name()).filter(|name| name != "_swept").collect();
    // what a kill left half-written goes at a later start; whole bodies are cut, and each part is its own
    let whole = |name: &&std::ffi::OsString| name.to_string_lossy().starts_with('d') && !is_unfinished(name);
    assert_eq!(bodies.iter().filter(whole).count(), 0, "{bodies:?}");
}

fn is_unfinished(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().ends_with(".part")
}

#[test]
fn a_server_that_is_asked_to_stop_amid_a_storm_ends_well_and_soon_and_loses_nothing() {
    let chance = Chance::of("stops amid a storm", 2, 5);
    let storm = Storm::new(3, chance.seed);
    for _ in 0..chance.rounds {
        let server = storm.scene.install.serve();
        let (status, took) = storm.rage(|| {
            storm.random_moment(700);
            server.terminate();
            let asked = Instant::now();
            (server.wait(), asked.elapsed())
        });
        assert!(status.success(), "{status}: {}", storm.scene.install.log());
        assert!(took < Duration::from_secs(10), "took {took:?}");
    }
    stop(all_is_there(&storm));
}

/// The audit itself can fail: a record that is taken away behind its back is missed, and a point.
#[test]
fn an_audit_misses_what_is_taken_away() {
    let storm = Storm::new(1, 7);
    let server = storm.scene.install.serve();
    storm.rage(|| wait_for("some bodies", || (storm.ledger.lock().unwrap().answered() > 20).then_some(())));
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    assert!(audit(&storm.scene, storm.content, &ledger).workouts > 0);
    let team = &storm.scene.team;
    let user = &storm.scene.people[0].id;
    let workouts = team.workouts(user);
    let target = format!("/api/v1/users/{user}/events/workouts/{}", text(&workouts[0], "id"));
    assert_eq!(team.send("DELETE", &target, &[]).unwrap().status, 204);
    let missed = catch_unwind(AssertUnwindSafe(|| audit(&storm.scene, storm.content, &ledger)));
    assert!(missed.is_err());
    drop(server);
}

/// The moment at which a large body's server is killed.
#[derive(Clone, Copy)]
pub(crate) enum Moment {
    Upload,
    Answer,
    Splitting,
}

pub(crate) const MOMENTS: [Moment; 3] = [Moment::Upload, Moment::Answer, Moment::Splitting];

pub(crate) fn large_body(storm: &Storm, moment: Moment) {
    let server = storm.scene.install.serve();
    let (number, bytes) = {
        let mut ledger = storm.ledger.lock().unwrap();
        let number = ledger.write_large(2_500_000);
        (number, ledger.bodies[number].bytes.clone())
    };
    if matches!(moment, Moment::Upload) {
        let some = storm.rng.between(300_000, bytes.len() as i64) as usize;
        let mut stream = connect(storm.scene.install.address).unwrap();
        stream.write_all(head("POST", &storm.scene.webhook, &[], bytes.len()).as_bytes()).unwrap();
        stream.write_all(&bytes[..some]).unwrap();
        storm.random_moment(100);
        server.kill();
        // broken off: nothing of it may ever be there, unless it is sent again below
        if storm.rng.unit() < 0.5 {
            return;
        }
        let server = storm.scene.install.serve();
        storm.push(number, &AtomicBool::new(false));
        server.kill();
    } else {
        storm.push(number, &AtomicBool::new(false));
        if matches!(moment, Moment::Splitting) {
            storm.random_moment(1_500);
        }
        server.kill();
    }
    assert!(storm.ledger.lock().unwrap().bodies[number].answered);
}

/// Serves until nothing waits, and looks at everything.
pub(crate) fn all_is_there(storm: &Storm) -> Server {
    let server = storm.scene.install.serve();
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    let count = audit(&storm.scene, storm.content, &ledger);
    let broken = storm.broken.load(Ordering::Relaxed);
    eprintln!("{} of {} bodies answered, {broken} pushes broke off; {count:?}", ledger.answered(), ledger.bodies.len());
    assert!(ledger.answered() > 0, "no body was ever answered");
    server
}

pub(crate) fn stop(server: Server) {
    server.terminate();
    assert!(server.wait().success());
}
