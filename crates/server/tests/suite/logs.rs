//! What is logged: lines that machines can read, and no secrets however much is logged.

use crate::{
    account::{PASSWORD, Scene},
    install::{CLIENT_SECRET, WEBHOOK_SECRET, text, wait_for},
    receiver::Receiver,
    storm::Storm,
};
use serde_json::Value;

#[test]
fn lines_are_json_and_hold_no_secret_even_when_everything_is_logged() {
    let storm = Storm::with(2, 3, |install| {
        install.set("SERVER__LOG_FORMAT", "json");
        install.set("SERVER__LOG_LEVEL", "trace");
    });
    let receiver = Receiver::start();
    let server = storm.scene.install.serve();
    let Scene { team, people, .. } = &storm.scene;
    let endpoint = team.add_endpoint(&receiver.url());
    let access = team.log_in();
    let secret = team.as_developer("GET", &format!("/api/v1/webhooks/endpoints/{endpoint}/secret"), &access, &[]);
    let signing_secret = text(&secret, "key").to_owned();
    assert_eq!(team.get("/api/v1/users?limit=1")["total"], people.len());
    storm.rage(|| wait_for("messages", || (receiver.count() > 5).then_some(())));
    server.terminate();
    assert!(server.wait().success());

    let log = storm.scene.install.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().any(|line| line["fields"]["message"] == "ready"));
    assert!(lines.iter().any(|line| line["level"] == "TRACE") && lines.len() > 100, "{} lines", lines.len());
    let secrets = [
        ("the API key", &*storm.scene.team.key),
        ("the password", PASSWORD),
        ("the access token", &access),
        ("the webhook secret", WEBHOOK_SECRET),
        ("the client secret", CLIENT_SECRET),
        ("the signing secret", signing_secret.trim_start_matches("whsec_")),
        ("a workout's name", "Run 0 of 0"),
        ("a field of a body", "timeOffsetHeartRateSamples"),
    ];
    for (what, secret) in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{what} is logged: {line:?}");
    }
    for word in ["code=", "code_verifier=", "refresh_token=", "Bearer "] {
        let line = log.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "`{word}` is logged: {line:?}");
    }
}
