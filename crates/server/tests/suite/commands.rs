//! The commands that need no server.

mod sandbox;

use crate::{account::PASSWORD, install::Install};
use std::process::Output;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn migrating_twice_changes_nothing_the_second_time() {
    let install = Install::new();
    assert!(install.run_well(&["migrate"]).contains("from schema version 0 to "));
    assert!(install.run_well(&["migrate"]).contains("is up to date"));
}

#[test]
fn a_doctor_finds_nothing_wrong_with_a_sound_installation() {
    let install = Install::new();
    assert!(install.run_well(&["doctor"]).contains("does not exist yet"));
    install.run_well(&["migrate"]);
    let advice = install.run_well(&["doctor"]);
    assert!(advice.contains("all is well") && advice.contains("nobody can log in yet"), "{advice}");
}

#[test]
fn a_doctor_names_what_is_wrong_and_fails() {
    let mut install = Install::new();
    install.set("SERVER__PUBLIC_URL", "http://health.example.com");
    install.set("PROVIDERS__SUNDIAL__CLIENT_ID", "x");
    let output = install.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("server.public_url is not https") && said.contains("providers.sundial"), "{said}");
}

#[test]
fn a_doctor_names_a_store_that_is_none() {
    let install = Install::new();
    std::fs::create_dir_all(install.data_dir()).unwrap();
    std::fs::write(install.data_dir().join("wearhouse.db"), "this is no database, whatever its name says".repeat(99))
        .unwrap();
    let output = install.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("wearhouse.db"), "{}", said(&output));
    let output = install.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("wearhouse.db"), "{}", said(&output));
}

#[test]
fn the_printed_default_is_a_sound_configuration() {
    let install = Install::new();
    let default = install.run_well(&["config"]);
    std::fs::write(install.folder().join("wearhouse.toml"), &default).unwrap();
    assert!(install.run_well(&["config", "--check"]).contains("is sound"));
}

#[test]
fn a_check_names_options_that_are_not_known_and_where_they_stand() {
    let mut install = Install::new();
    let file = install.folder().join("mine.toml");
    std::fs::write(&file, "[server]\nlisten_on = 5\n").unwrap();
    let output = install.run(&["config", "--check", "--config", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("listen_on"), "{}", said(&output));
    install.set("WORKERS__LAINES", "5");
    let output = install.run(&["config", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("laines"), "{}", said(&output));
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let install = Install::new();
    let output = install.run(&["doctor", "--config", "elsewhere.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("elsewhere.toml"), "{}", said(&output));
}

#[test]
fn the_printed_document_is_openapi_3_1() {
    let document: serde_json::Value =
        serde_json::from_str(&Install::new().run_well(&["openapi"])).expect("the document is JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert!(document["paths"].as_object().is_some_and(|paths| paths.len() > 20));
}

#[test]
fn an_address_has_one_account() {
    let install = Install::new();
    let create = ["admin", "create", "--password", PASSWORD, "--email"];
    install.run_well(&[&create[..], &["me@example.com"]].concat());
    let output = install.run(&[&create[..], &["Me@Example.com"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("has an account already"), "{}", said(&output));
    assert!(!said(&output).contains("API key"), "{}", said(&output));
}

#[test]
fn a_team_has_its_policy_set_by_name_or_id() {
    let install = Install::new();
    for (email, team) in [("one@example.com", "One"), ("two@example.com", "Two"), ("three@example.com", "Two")] {
        install.run_well(&["admin", "create", "--email", email, "--password", PASSWORD, "--team", team]);
    }
    let set = install.run_well(&["admin", "policies", "--team", "One", "--on-consent-withdrawn", "erase"]);
    let id = set.split(['(', ')']).nth(1).expect("the id is printed").to_owned();
    assert!(install.run_well(&["admin", "policies", "--team", &id]).contains("on_consent_withdrawn  erase"));
    for (team, why) in [("Two", "several teams"), ("Three", "no team")] {
        let output = install.run(&["admin", "policies", "--team", team]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(why), "{}", said(&output));
    }
    let output = install.run(&["admin", "policies", "--team", "One", "--on-consent-withdrawn", "sell"]);
    assert!(!output.status.success());
}

#[test]
fn the_usage_of_each_team_is_printed_or_of_one() {
    let install = Install::new();
    for (email, team) in [("one@example.com", "One"), ("two@example.com", "Two")] {
        install.run_well(&["admin", "create", "--email", email, "--password", PASSWORD, "--team", team]);
    }
    let lines = |arguments: &[&str]| {
        let printed = install.run_well(&[&["admin", "usage", "--json"], arguments].concat());
        let parsed = printed.lines().map(|line| serde_json::from_str(line).expect(line));
        parsed.collect::<Vec<serde_json::Value>>()
    };
    let all = lines(&[]);
    assert_eq!(all.iter().map(|usage| &usage["team_name"]).collect::<Vec<_>>(), ["One", "Two"]);
    assert_eq!((&all[0]["users"], &all[0]["points"], &all[0]["messages"]), (&0.into(), &0.into(), &0.into()));
    assert_eq!(lines(&["--team", "Two"]), all[1..]);
}

#[test]
fn the_size_of_each_table_is_printed() {
    let install = Install::new();
    install.run_well(&["admin", "create", "--email", "one@example.com", "--password", PASSWORD]);
    let printed = install.run_well(&["admin", "sizes", "--json"]);
    let sizes: Vec<serde_json::Value> = printed.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let size = |table: &str| sizes.iter().find(|size| size["table"] == table).unwrap();
    assert!(size("developer")["bytes"].as_u64().unwrap() >= 4096);
    assert!(size("developer")["index_bytes"].as_u64().unwrap() >= 4096);
    let all: u64 =
        sizes.iter().map(|size| size["bytes"].as_u64().unwrap() + size["index_bytes"].as_u64().unwrap()).sum();
    assert!(std::fs::metadata(install.data_dir().join("wearhouse.db")).unwrap().len() >= all);
    let text = install.run_well(&["admin", "sizes"]);
    assert!(text.contains("developer") && text.contains(&all.to_string()), "{text}");
}

#[test]
fn an_account_needs_an_address_and_a_password_of_some_length() {
    let install = Install::new();
    for wrong in [["me.example.com", PASSWORD], ["me@example.com", "short"]] {
        let output = install.run(&["admin", "create", "--email", wrong[0], "--password", wrong[1]]);
        assert_eq!(output.status.code(), Some(1), "{wrong:?}: {}", said(&output));
    }
}

#[test]
fn an_import_names_users_and_files_that_are_not_there() {
    let install = Install::new();
    let nobody = "01900000-0000-7000-8000-000000000000";
    let output = install.run(&["import", "nothing.fit", "--user", nobody]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no user with this id"), "{}", said(&output));
}
