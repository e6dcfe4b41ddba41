//! How a server starts, or says why it does not.

use crate::{
    account::Team,
    database::Database,
    install::{Install, free_port, wait_for},
};
use std::{net::TcpListener, process::Output};

fn refused(install: &Install) -> String {
    let output: Output = install.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_port_that_is_taken_is_named() {
    let install = Install::new();
    let taken = TcpListener::bind(install.address).unwrap();
    let said = refused(&install);
    assert!(said.contains(&install.address.to_string()) && said.contains("server.listen"), "{said}");
    drop(taken);
}

#[test]
fn a_clock_of_development_is_refused_where_others_reach_the_server() {
    let mut install = Install::new();
    install.set("SERVER__PUBLIC_URL", "https://health.example.com");
    install.set("CLOCK__SPEED", "60");
    assert!(refused(&install).contains("clock.speed"));
}

#[test]
fn a_master_key_that_is_none_is_refused_and_not_shown() {
    let mut install = Install::new();
    install.set("SECURITY__MASTER_KEY", "not-a-key-at-all");
    let said = refused(&install);
    assert!(said.contains("security.master_key") && !said.contains("not-a-key-at-all"), "{said}");
}

#[test]
fn what_a_check_of_the_configuration_refuses_no_server_starts_with() {
    let install = &mut Install::new();
    install.set("PROVIDERS__GARMINN__CLIENT_ID", "mistyped");
    install.set("PROVIDERS__GARMINN__CLIENT_SECRET", "not-shown");
    let said = refused(install);
    assert!(said.contains("providers.garminn is not a provider") && !said.contains("not-shown"), "{said}");
    let install = &mut Install::new();
    install.set("BACKUP__EVERY_HOURS", "6");
    assert!(refused(install).contains("backup.every_hours needs backup.folder"));
}

#[cfg(not(feature = "otel"))]
#[test]
fn traces_are_refused_by_a_program_that_cannot_take_them() {
    let mut install = Install::new();
    install.set("TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:4318");
    let said = refused(&install);
    assert!(said.contains("telemetry.otlp_endpoint") && said.contains("--features otel"), "{said}");
    for command in [&["config", "--check"][..], &["doctor"]] {
        assert!(!install.run(command).status.success(), "{command:?}");
    }
}

#[test]
fn a_cold_place_within_the_spool_is_refused() {
    let mut install = Install::new();
    for (spool, cold) in [("s3://bucket/w", "s3://bucket/w/cold/"), ("s3://bucket/w/", "s3://bucket/w")] {
        install.set("SPOOL__URL", spool);
        install.set("COLD__URL", cold);
        let said = refused(&install);
        assert!(said.contains("cold.url lies within the spool"), "{said}");
    }
    install.set("SPOOL__URL", "");
    let own = url::Url::from_directory_path(install.data_dir().join("spool")).unwrap();
    install.set("COLD__URL", own.as_str());
    assert!(refused(&install).contains("cold.url lies within the spool"));
}

#[test]
fn nats_is_refused_beside_an_embedded_store() {
    let mut install = Install::new();
    install.set("STORE__NATS_URL", "nats://user:not-shown@127.0.0.1");
    for command in [&["serve"][..], &["config", "--check"], &["doctor"]] {
        let output = install.run(command);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success() && !said.contains("not-shown"), "{said}");
        assert!(said.contains("store.nats_url") && said.contains("store.url"), "{said}");
    }
}

#[test]
fn a_server_starts_while_nats_is_away_and_says_so_once() {
    let Some(database) = Database::create() else { return };
    let mut install = Install::new();
    install.keep_in(database);
    install.set("STORE__NATS_URL", &format!("nats://user:not-shown@127.0.0.1:{}", free_port()));
    install.set("SERVER__LOG_LEVEL", "trace");
    let server = install.serve();
    wait_for("another try", || install.log().contains("NATS is still away").then_some(()));
    let log = install.log();
    assert_eq!(log.matches("NATS cannot be reached").count(), 1);
    assert!(!log.contains("not-shown"));
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let install = Install::new();
    let team = Team::create(&install, "me@example.com");
    let server = install.serve();
    let user = team.add_user("someone");
    server.kill();
    let server = install.serve();
    assert_eq!(team.get(&format!("/api/v1/users/{user}"))["external_user_id"], "someone");
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn a_team_that_did_not_choose_a_policy_has_the_one_of_the_configuration() {
    let mut install = Install::new();
    Team::create(&install, "me@example.com");
    install.set("POLICIES__ON_CONSENT_WITHDRAWN", "erase");
    let server = install.serve();
    server.terminate();
    assert!(server.wait().success());
    let shown = install.run_well(&["admin", "policies", "--team", "My team"]);
    assert!(shown.contains("on_consent_withdrawn  erase"), "{shown}");
    install.set("POLICIES__ON_CONSENT_WITHDRAWN", "sell");
    assert!(refused(&install).contains("on_consent_withdrawn"));
}
