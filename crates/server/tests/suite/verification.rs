//! Partner verification by the simulated provider: this server passes it, by push and by ping, and where the
//! server or its set-up is wrong the point about that is failed. What this server cannot do wrong (fetching
//! before it answers, pulling unasked, files twice) is failed by a partner of its own in the sandbox's tests.

use crate::{
    account::Person,
    install::{text, wait_for},
    stage::Stage,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Between them they record every type.
const PEOPLE: [(&str, &str); 3] = [("Rhea", "runner"), ("Ari", "athlete"), ("Sol", "shift_worker")];
const ONLY_BY_PUSH: &str = "activityDetails";

fn connect(stage: &Stage, (name, persona): (&str, &str)) -> Person {
    stage.tell("POST", "/sandbox/users", &json!({ "name": name, "persona": persona, "sparse": true }));
    stage.team.connect(name)
}

/// Each point: whether it is passed, and why.
fn points(report: &Value) -> BTreeMap<String, (bool, String)> {
    let points = report["points"].as_array().unwrap().iter();
    points
        .map(|point| (text(point, "point").to_owned(), (point["passed"] == true, text(point, "reason").to_owned())))
        .collect()
}

fn failed(report: &Value) -> BTreeMap<String, String> {
    let failed = points(report).into_iter().filter(|(_, (passed, _))| !passed);
    failed.map(|(point, (_, reason))| (point, reason)).collect()
}

#[test]
fn this_server_passes_every_point_by_push() {
    passes("push");
}

#[test]
fn this_server_passes_every_point_by_ping() {
    passes("ping");
}

fn passes(mode: &str) {
    let stage = Stage::new(|_| {}, &[]);
    stage.tell("PUT", "/sandbox/endpoints/all", &json!({ "mode": mode }));
    stage.tell("PUT", &format!("/sandbox/endpoints/{ONLY_BY_PUSH}"), &json!({ "mode": "push" }));
    PEOPLE.iter().for_each(|person| drop(connect(&stage, *person)));
    stage.tell("POST", "/sandbox/verification", &Value::Null);
    // what a ping names is fetched after the answer
    let report = wait_for("every point", || {
        let report = stage.tell("GET", "/sandbox/verification", &Value::Null);
        let is_open = failed(&report).into_values().any(|reason| reason.contains("nothing was fetched"));
        (!is_open).then_some(report)
    });
    assert_eq!(failed(&report), BTreeMap::new());
    let types = points(&report).into_keys().filter(|point| point.starts_with("type:")).count();
    assert_eq!((types, report["passed"] == true), (18, true));
}

#[test]
fn what_is_wrong_with_a_server_or_its_set_up_fails_the_point_about_it() {
    let stage = Stage::new(|install| install.set("INTAKE__BODY_BYTES", "9000000"), &[]);
    connect(&stage, PEOPLE[0]);
    stage.settle();
    for kind in ["deregistrations", "userPermissionsChange"] {
        stage.tell("PUT", &format!("/sandbox/endpoints/{kind}"), &json!({ "enabled": false }));
    }
    let wrong = format!("{}x", stage.webhook);
    stage.tell("PUT", "/sandbox/endpoints/hrv", &json!({ "url": wrong }));
    stage.tell("DELETE", "/sandbox/verification", &Value::Null);
    let report = stage.tell("POST", "/sandbox/verification", &Value::Null);
    let failed_points = failed(&report);
    for (point, reason) in [
        ("two_users", "1 of 2"),
        ("deregistrations", "switched off"),
        ("permission_changes", "switched off"),
        ("type:hrv", "answered with"),
        ("answers", "answered with"),
        // refused as soon as its size is told: the sender may not get to see the answer
        ("large_body:dailies", " bytes: "),
        ("large_body:activityDetails", " bytes: "),
    ] {
        let found = failed_points.get(point).unwrap_or_else(|| panic!("{point} is not failed: {failed_points:?}"));
        assert!(found.contains(reason), "{point}: {found}");
    }
    assert!(!failed_points.contains_key("type:dailies") && !failed_points.contains_key("addresses"));
    stage.tell("PUT", "/sandbox/endpoints/mct", &json!({ "url": "http://example.org/hook" }));
    let report = stage.tell("GET", "/sandbox/verification", &Value::Null);
    assert!(failed(&report).contains_key("addresses"));
}
