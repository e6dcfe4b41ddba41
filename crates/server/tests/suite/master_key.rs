//! The master key is changed: what was sealed under the old one opens until it is sealed again, and then without it.

use crate::{account::Scene, install::text, receiver::Receiver};
use std::fs;

/// The doctor's words about sealed values.
fn sealed(scene: &Scene) -> Vec<String> {
    let output = scene.install.run(&["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = said.lines().filter(|line| line.contains("secrets are"));
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn after_a_rotation_everything_opens_without_the_old_key() {
    let scene = Scene::new(2);
    let receiver = Receiver::start();
    let server = scene.install.serve();
    scene.team.add_endpoint(&receiver.url());
    let refused = scene.install.run(&["admin", "rotate-key", "--new"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("another server runs"), "{said}");
    server.terminate();
    assert!(server.wait().success());
    // the client secret, two tokens a person, the endpoint's secret
    assert_eq!(sealed(&scene), ["ok    6 secrets are sealed under the current master key"]);

    let key = scene.install.data_dir().join("master.key");
    let before = fs::read_to_string(&key).unwrap();
    let printed = scene.install.run_well(&["admin", "rotate-key", "--new"]);
    assert!(printed.contains("secrets were sealed again"), "{printed}");
    assert_ne!(fs::read_to_string(&key).unwrap(), before);
    let older = scene.install.data_dir().join("older-master.keys");
    assert_eq!(fs::read_to_string(&older).unwrap().trim(), before.trim());
    fs::remove_file(&older).unwrap();
    assert_eq!(sealed(&scene), ["ok    6 secrets are sealed under the current master key"]);
    assert!(scene.install.run_well(&["admin", "rotate-key"]).contains("0 secrets were sealed again, 6 were"));

    // a token that opens says goodbye at the provider; a signature holds
    let server = scene.install.serve();
    let person = &scene.people[0].id;
    let gone = scene.team.send("DELETE", &format!("/api/v1/users/{person}/connections/garmin"), &[]).unwrap();
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert!(!scene.install.log().contains("was not told of a disconnection"), "{}", scene.install.log());
    crate::install::wait_for("the message", || (receiver.count() > 0).then_some(()));
    receiver.look(|messages| assert!(messages.iter().all(|message| message.body.is_object())));
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn a_configured_key_is_changed_step_by_step_and_a_lost_one_is_named() {
    let mut scene = Scene::with(1, |install| install.set("SECURITY__MASTER_KEY", &"11".repeat(32)));
    let refused = scene.install.run(&["admin", "rotate-key", "--new"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("security.older_master_keys"), "{said}");
    scene.install.set("SECURITY__MASTER_KEY", &"22".repeat(32));
    assert!(sealed(&scene).iter().any(|line| line.contains("BAD   2 secrets are sealed under a key that is not")));
    let lost = scene.install.run(&["admin", "rotate-key"]);
    assert!(!lost.status.success() && String::from_utf8_lossy(&lost.stderr).contains("2 secrets do not open"));
    scene.install.set("SECURITY__OLDER_MASTER_KEYS", &"11".repeat(32));
    assert!(sealed(&scene).iter().any(|line| line.contains("note  2 secrets are under an older key")));
    // a server that serves goes on with both
    let server = scene.install.serve();
    assert!(scene.install.run_well(&["admin", "rotate-key"]).contains("2 secrets were sealed again, 1 were"));
    let person = &scene.people[0].id;
    let links = scene.team.get(&format!("/api/v1/users/{person}/connections"));
    assert_eq!(text(&links[0], "status"), "active");
    let gone = scene.team.send("DELETE", &format!("/api/v1/users/{person}/connections/garmin"), &[]).unwrap();
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert!(!scene.install.log().contains("was not told of a disconnection"), "{}", scene.install.log());
    server.terminate();
    assert!(server.wait().success());
}
