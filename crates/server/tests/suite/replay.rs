//! `wearhouse replay`: everything derived is built again, to the same, and nobody hears of it.

use crate::{
    audit::{audit, settle},
    install::wait_for,
    receiver::Receiver,
    storm::Storm,
};
use serde_json::Value;

/// All that the API shows of everyone.
fn everything(storm: &Storm) -> Vec<Value> {
    let team = &storm.scene.team;
    let mut shown = Vec::new();
    for person in &storm.scene.people {
        let user = format!("/api/v1/users/{}", person.id);
        for workout in team.workouts(&person.id) {
            shown.push(team.get(&format!("{user}/events/workouts/{}", workout["id"].as_str().unwrap())));
        }
        shown.extend(team.list(&format!("{user}/events/sleep?start_date=1980-01-01&end_date=2100-01-01")));
        shown.extend(team.list(&format!("{user}/timeseries?start_time=1980-01-01&end_time=2100-01-01")));
        shown.push(team.get(&format!("{user}/sync/recent?limit=200")));
        shown.push(team.get(&format!("{user}/sync/runs?limit=200")));
    }
    shown
}

#[test]
fn a_replay_changes_nothing_and_tells_nobody() {
    let storm = Storm::new(2, 21);
    let receiver = Receiver::start();
    let server = storm.scene.install.serve();
    storm.scene.team.add_endpoint(&receiver.url());
    storm.rage(|| wait_for("bodies", || (storm.ledger.lock().unwrap().answered() > 25).then_some(())));
    settle(&storm.scene);
    wait_for("all messages", || {
        storm.scene.install.gauge("wearhouse_messages_waiting").filter(|waiting| *waiting == 0.0)
    });
    let (before, told) = (everything(&storm), receiver.count());
    assert!(told > 0 && before.len() > 100);
    server.terminate();
    assert!(server.wait().success());

    let printed = storm.scene.install.run_well(&["replay"]);
    assert!(printed.contains("parts applied again; 0 are dead") && !printed.starts_with("0 "), "{printed}");

    let server = storm.scene.install.serve();
    settle(&storm.scene);
    let after = everything(&storm);
    let differs = before.iter().zip(&after).find(|(before, after)| before != after);
    assert!(differs.is_none() && before.len() == after.len(), "{differs:?}");
    audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
    assert_eq!(receiver.count(), told);
    receiver
        .look(|messages| assert!(messages.iter().all(|message| !message.id.is_empty() && message.body.is_object())));
    server.terminate();
    assert!(server.wait().success());
}
