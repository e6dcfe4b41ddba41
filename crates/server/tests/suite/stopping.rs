//! A server that is asked to stop does not wait for others for ever.

use crate::{
    account::Scene,
    content::{Kind, Thing},
    http::{connect, head},
    install::{Server, wait_for},
    receiver::Receiver,
    storm::Storm,
};
use std::{
    io::{Read, Write},
    sync::atomic::AtomicBool,
    time::Duration,
};
use tokio::time::Instant;

/// Asks it to stop; that it ends well, and how long it took.
fn stop(server: Server) -> Duration {
    let asked = Instant::now();
    server.terminate();
    assert!(server.wait().success());
    asked.elapsed()
}

#[test]
fn a_sender_that_hangs_amid_its_body_does_not_hold_up_the_end() {
    let scene = Scene::new(0);
    let server = scene.install.serve();
    let mut stream = connect(scene.install.address).unwrap();
    stream.write_all(head("POST", &scene.webhook, &[], 5_000_000).as_bytes()).unwrap();
    stream.write_all(&vec![b' '; 400_000]).unwrap();
    let spool = scene.install.data_dir().join("spool");
    let is_unfinished = |name: &str| name.ends_with(".part");
    wait_for("half a body", || {
        let mut names = std::fs::read_dir(&spool).unwrap().map(|entry| entry.unwrap().file_name());
        names.find(|name| is_unfinished(&name.to_string_lossy()))
    });
    let took = stop(server);
    assert!(took < Duration::from_secs(9), "took {took:?}");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "half a body was accepted");
}

#[test]
fn an_open_event_stream_does_not_hold_up_the_end() {
    let scene = Scene::new(1);
    let server = scene.install.serve();
    let target = format!("/api/v1/users/{}/sync/stream", scene.people[0].id);
    let mut stream = connect(scene.install.address).unwrap();
    let key = [("X-Open-Wearables-API-Key", &*scene.team.key)];
    stream.write_all(head("GET", &target, &key, 0).as_bytes()).unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let took = stop(server);
    assert!(took < Duration::from_secs(5), "took {took:?}");
}

#[test]
fn an_endpoint_that_never_answers_does_not_hold_up_the_end() {
    let storm = Storm::new(1, 11);
    let receiver = Receiver::that_never_answers();
    let server = storm.scene.install.serve();
    storm.scene.team.add_endpoint(&receiver.url());
    let thing = Thing { person: 0, kind: Kind::Workout, index: 0 };
    let number = storm.ledger.lock().unwrap().add(vec![(thing, 0)]);
    storm.push(number, &AtomicBool::new(false));
    wait_for("a message", || (receiver.count() > 0).then_some(()));
    let took = stop(server);
    assert!(took < Duration::from_secs(9), "took {took:?}");
}

#[test]
fn many_large_bodies_that_wait_do_not_hold_up_the_end() {
    let storm = Storm::new(2, 12);
    let server = storm.scene.install.serve();
    for _ in 0..8 {
        let number = storm.ledger.lock().unwrap().write_large(2_000_000);
        storm.push(number, &AtomicBool::new(false));
    }
    let took = stop(server);
    assert!(took < Duration::from_secs(9), "took {took:?}");
}
