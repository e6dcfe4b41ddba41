//! What was answered is there, once, whatever happens to the process.

use crate::{
    audit::{audit, settle},
    storm::{Chance, Storm},
};

use std::sync::atomic::Ordering;

#[test]
fn whatever_was_answered_survives_kills_at_random_moments_and_takes_effect_once() {
    let chance = Chance::of("kills at random moments", 4);
    let storm = Storm::new(5, chance.seed);
    for _ in 0..chance.rounds {
        storm.round();
    }
    let server = storm.scene.install.serve();
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    let count = audit(&storm.scene, storm.content, &ledger);
    let broken = storm.broken.load(Ordering::Relaxed);
    eprintln!("{} of {} bodies answered, {broken} pushes broke off; {count:?}", ledger.answered(), ledger.bodies.len());
    assert!(ledger.answered() > 0, "no body was ever answered");
    server.terminate();
    assert!(server.wait().success());
}
