//! Traces of a real process, as a collector receives them by OTLP over HTTP.

mod collector;

use crate::{
    account::{PASSWORD, Scene, Team},
    http,
    install::{Install, WEBHOOK_SECRET, wait_for},
    storm::Storm,
};
use collector::{Collector, Span};
use std::time::Duration;
use tokio::time::Instant;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

fn ask(install: &Install, team: &Team, target: &str, headers: &[(&str, &str)]) -> u16 {
    let headers = [&[("X-Open-Wearables-API-Key", &*team.key)], headers].concat();
    http::send(install.address, "GET", target, &headers, &[]).unwrap().status
}

#[test]
fn requests_and_work_arrive_as_spans_without_a_secret_or_a_value() {
    let collector = Collector::start();
    let storm = Storm::with(2, 5, |install| {
        install.set("TELEMETRY__OTLP_ENDPOINT", &collector.url());
        install.set("TELEMETRY__OTLP_HEADERS", "authorization=Bearer of-the-collector");
        install.set("SERVER__LOG_LEVEL", "warn");
    });
    let Scene { install, team, people, .. } = &storm.scene;
    let server = install.serve();
    let user = &people[0].id;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let status = ask(install, team, &format!("/api/v1/users/{user}?a=b"), &[("traceparent", &parent)]);
    assert_eq!(status, 200);
    storm.rage(|| wait_for("a user's data", || (!team.workouts(user).is_empty()).then_some(())));
    wait_for("spans of work", || collector.find(|span| span.name == "apply parts"));
    server.terminate();
    assert!(server.wait().success());

    let asked = collector.find(|span| span.trace == TRACE).expect("the caller's trace");
    assert_eq!((asked.name.as_str(), asked.parent.as_str()), ("GET /api/v1/users/{user_id}", CALLER));
    assert_eq!(asked.kind, Span::SERVER);
    assert_eq!(asked.attribute("http.request.method"), Some("GET"));
    assert_eq!(asked.attribute("http.route"), Some("/api/v1/users/{user_id}"));
    assert_eq!(asked.attribute("http.response.status_code"), Some("200"));
    let applied = collector.find(|span| span.name == "apply parts").unwrap();
    assert!(applied.attribute("wearhouse.parts").is_some_and(|parts| parts != "0"));
    assert!(collector.find(|span| span.name == "cut deliveries").is_some());
    assert!(collector.find(|span| span.name.contains("/health/") || span.name.contains("/metrics")).is_none());
    collector.each_request(|path, head, resource| {
        assert_eq!(path, "/v1/traces");
        assert!(head.contains("authorization: Bearer of-the-collector"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        assert_eq!(resource.get("service.name").map(String::as_str), Some("wearhouse"));
        assert_eq!(resource.get("service.version").map(String::as_str), Some(env!("CARGO_PKG_VERSION")));
    });
    for (what, secret) in [
        ("the API key", &*team.key),
        ("the password", PASSWORD),
        ("the webhook secret", WEBHOOK_SECRET),
        ("a user", user),
        ("an account", &people[0].account),
        ("a workout's name", "Run 0 of 0"),
    ] {
        assert!(!collector.heard(secret), "{what} is in a trace");
    }
}

#[test]
fn a_collector_that_never_answers_slows_nobody_down_and_is_named_once() {
    let collector = Collector::that_never_answers();
    let mut install = Install::new();
    install.set("TELEMETRY__OTLP_ENDPOINT", &collector.url());
    let team = Team::create(&install, "me@example.com");
    let server = install.serve();
    let began = Instant::now();
    // more than the queue of spans holds
    for _ in 0..3_000 {
        assert_eq!(ask(&install, &team, "/api/v1/users?limit=1", &[]), 200);
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    wait_for("a word in the log", || install.log().contains("traces cannot be sent").then_some(()));
    let began = Instant::now();
    server.terminate();
    assert!(server.wait().success());
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(install.log().matches("traces cannot be sent").count(), 1);
}

#[test]
fn a_caller_decides_whether_its_trace_is_taken() {
    let collector = Collector::start();
    let mut install = Install::new();
    install.set("TELEMETRY__OTLP_ENDPOINT", &collector.url());
    install.set("TELEMETRY__SAMPLE_RATIO", "0.0");
    let team = Team::create(&install, "me@example.com");
    let server = install.serve();
    for (trace, flag) in [("1".repeat(32), "00"), ("2".repeat(32), "01")] {
        let parent = format!("00-{trace}-{CALLER}-{flag}");
        assert_eq!(ask(&install, &team, "/api/v1/users", &[("traceparent", &parent)]), 200);
    }
    assert_eq!(ask(&install, &team, "/api/v1/users", &[]), 200);
    server.terminate();
    assert!(server.wait().success());
    assert!(collector.find(|span| span.trace == "2".repeat(32)).is_some());
    assert!(collector.find(|span| span.trace != "2".repeat(32)).is_none());
}

#[test]
fn a_section_that_cannot_be_used_is_refused() {
    for (option, value) in [("OTLP_ENDPOINT", "127.0.0.1:4318"), ("OTLP_HEADERS", "secret"), ("SAMPLE_RATIO", "2.0")] {
        let mut install = Install::new();
        install.set(&format!("TELEMETRY__{option}"), value);
        let output = install.run(&["serve"]);
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&format!("telemetry.{}", option.to_lowercase())), "{said}");
    }
}
