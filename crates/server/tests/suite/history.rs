//! The history of many people, asked for on an evaluation key's budget while everything goes wrong: the clock
//! runs fast, the server is killed three times, notices come late, twice, in disorder and by half, and calls fail.
//! In the end each day is there once.

use crate::{
    account::Person,
    install::{Install, text},
    stage::Stage,
    storm::Chance,
    truth::{Audit, Count, Dates},
};
use model::{Clock, Timestamp};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// When people connect.
const BEGIN: &str = "2026-06-01T09:30:00Z";
/// An evaluation key's.
const DAYS_PER_MINUTE: u32 = 100;
const KILLS: u64 = 3;
const PERSONAS: [&str; 9] = [
    "runner",
    "cyclist",
    "shift_worker",
    "athlete",
    "traveller",
    "wheelchair_user",
    "swimmer",
    "triathlete",
    "never_syncs",
];

/// How much is asked for, and what the provider has.
struct Course {
    people: u64,
    /// How many days are wished for.
    wished: u32,
    /// How many days before consent the provider gives.
    given: u32,
    /// How fast the clock runs.
    speed: f64,
}

#[test]
fn a_year_of_everybody_is_complete_after_faults_and_kills() {
    let chance = Chance::of("a year of everybody", 5, 1);
    let is_short = chance.rounds < 20;
    let days = if is_short { 100 } else { 365 };
    let speed = if is_short { 600.0 } else { 900.0 };
    let course = Course { people: chance.rounds, wished: days, given: days + 1, speed };
    let scene = Scene::new(&course);
    scene.begin_faults();
    let scene = scene.run_to_the_end(KILLS);
    for (person, status) in scene.people.iter().zip(scene.statuses()) {
        let days = by_state(&status);
        assert!(
            days.keys().all(|state| ["received", "empty", "duplicate"].contains(&&**state)),
            "{}: {days:?}",
            person.id
        );
    }
    scene.audit(&course, course.wished);
}

#[test]
fn where_the_provider_gives_one_month_the_floor_is_learned_and_older_days_are_unavailable() {
    let chance = Chance::of("one month of everybody", 3, 4);
    let course = Course { people: chance.rounds, wished: 365, given: 31, speed: 300.0 };
    let scene = Scene::new(&course).run_to_the_end(0);
    for (person, status) in scene.people.iter().zip(scene.statuses()) {
        for of_type in status["types"].as_array().unwrap() {
            let (name, unavailable) = (text(of_type, "type"), of_type["days"]["unavailable"].as_u64());
            assert!(unavailable.is_some_and(|days| (333..=336).contains(&days)), "{name} of {}: {of_type}", person.id);
            let floor = of_type["earliest"].as_str().and_then(Timestamp::parse_rfc3339).unwrap();
            let expected = begin().plus_seconds(-31 * 86_400);
            assert!(floor.micros_since(expected).abs() < 86_400_000_000, "{name} of {}: {floor}", person.id);
        }
    }
    scene.audit(&course, course.given - 1);
}

fn begin() -> Timestamp {
    Timestamp::parse_rfc3339(BEGIN).unwrap()
}

/// People who are connected, at a server and a provider whose clocks run fast and together.
struct Scene {
    stage: Stage,
    people: Vec<Person>,
    chance: model::Rng,
}

impl Scene {
    fn new(course: &Course) -> Self {
        let stage = Stage::new(|install| configure(install, course), &[]);
        let settings = json!({
            "backfill_days_per_minute": DAYS_PER_MINUTE, "history_depth_days": course.given, "failed_bodies": 50_000,
        });
        stage.tell("PUT", "/sandbox/settings", &settings);
        for kind in ["dailies", "sleeps", "hrv", "bodyComps", "activities"] {
            stage.tell("PUT", &format!("/sandbox/endpoints/{kind}"), &json!({ "mode": "ping" }));
        }
        let mut people: Vec<Person> = Vec::new();
        for (number, persona) in (0..course.people).zip(PERSONAS.iter().cycle()) {
            let name = format!("person-{number}");
            stage.tell("POST", "/sandbox/users", &json!({ "name": name, "persona": persona, "sparse": true }));
            people.push(stage.team.connect(&name));
        }
        Self { stage, people, chance: model::Rng::from_os() }
    }

    /// Everything on the menu that does not change what a person recorded.
    fn begin_faults(&self) {
        let rest = "/wellness-api/rest";
        let faults = [
            json!({ "on": "notifications", "fault": "duplicate", "probability": 0.05 }),
            json!({ "on": "notifications", "fault": "reorder", "probability": 0.05 }),
            json!({ "on": "notifications", "fault": "delay", "probability": 0.02, "seconds": 40 }),
            json!({ "on": "notifications", "fault": "truncate", "probability": 0.02 }),
            json!({ "on": "notifications", "fault": "drop", "probability": 0.03 }),
            json!({ "on": "rest", "fault": "status", "status": 500, "probability": 0.03, "path": rest }),
            json!({ "on": "rest", "fault": "status", "status": 503, "probability": 0.02, "path": "/di-oauth2-service" }),
            json!({ "on": "rest", "fault": "delay", "probability": 0.03, "seconds": 30, "path": rest }),
            json!({ "on": "rest", "fault": "truncate", "probability": 0.02, "path": rest }),
            json!({ "on": "rest", "fault": "drop", "probability": 0.03, "path": rest }),
            json!({ "on": "rest", "fault": "expire_token", "probability": 0.01, "path": rest }),
            json!({ "on": "rest", "fault": "clock_skew", "seconds": -240 }),
        ];
        for fault in faults {
            self.stage.tell("POST", "/sandbox/faults", &fault);
        }
    }

    fn statuses(&self) -> impl Iterator<Item = Value> {
        let path = |person: &Person| format!("/api/v1/providers/garmin/users/{}/backfill/status", person.id);
        self.people.iter().map(move |person| self.stage.team.get(&path(person)))
    }

    /// Until every run has ended and nothing waits, killing the server now and then on the way.
    fn run_to_the_end(mut self, kills: u64) -> Self {
        let began = Instant::now();
        let mut killed = 0;
        loop {
            std::thread::sleep(Duration::from_millis(20 * self.people.len() as u64).max(Duration::from_millis(500)));
            let statuses: Vec<Value> = self.statuses().collect();
            let sum = |field: &str| statuses.iter().map(|status| status[field].as_u64().unwrap()).sum::<u64>();
            let (done, total) = (sum("days_done"), sum("days_total"));
            if killed < kills && done * (kills + 1) > total * (killed + 1) {
                self.kill(killed);
                killed += 1;
                eprintln!("killed at {done} of {total} days after {:?}", began.elapsed());
                continue;
            }
            if statuses.iter().all(|status| status["ended_at"].is_string()) {
                assert_eq!(killed, kills);
                eprintln!("{total} days of history after {:?}", began.elapsed());
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(5_400), "{done} of {total} days after {:?}", began.elapsed());
        }
        self.stage.settle();
        for (person, status) in self.people.iter().zip(self.statuses()) {
            assert_eq!(status["overall_status"], "complete", "{}: {status}", person.id);
        }
        self.answers();
        self
    }

    /// In the midst of whatever it does.
    fn kill(&mut self, number: u64) {
        let wait = self.chance.between(0, 400) as u64;
        std::thread::sleep(Duration::from_millis(wait));
        self.stage.kill_server();
        std::thread::sleep(Duration::from_millis(300 * number));
        self.stage.start_server();
    }

    /// Nothing was asked for too fast; and the provider did answer.
    fn answers(&self) {
        let state = self.stage.tell("GET", "/sandbox/state", &Value::Null);
        let answers: BTreeMap<String, u64> = serde_json::from_value(state["history_answers"].clone()).unwrap();
        eprintln!("history was answered with {answers:?}");
        for fault in state["faults"].as_array().unwrap() {
            eprintln!("{} on {}: {} of {}", fault["fault"], fault["on"], fault["hits"], fault["seen"]);
        }
        assert!(answers["202"] > 0);
        assert_eq!(answers.get("429"), None, "{answers:?}");
    }

    /// Compares the days before everybody connected, but the first.
    fn audit(&self, course: &Course, days: u32) {
        let last = begin().local_date(0).plus_days(-1);
        let dates = Dates { from: last.plus_days(-(days as i32) + 1), to: last };
        let mut count = Count::default();
        for person in &self.people {
            Audit { stage: &self.stage, person, dates }.run(&mut count);
        }
        eprintln!("{} people, {} to {}: {count:?}", course.people, dates.from, dates.to);
        assert!(count.events > 0 && count.days > 0 && count.points > 0);
    }
}

/// One clock for both, which began at the same moment.
fn configure(install: &mut Install, course: &Course) {
    let anchor = Clock::scaled(begin(), course.speed).anchor().unwrap();
    for folder in [install.data_dir(), install.folder().join("sandbox")] {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("clock.json"), serde_json::to_string(&anchor).unwrap()).unwrap();
    }
    install.set("CLOCK__SPEED", &course.speed.to_string());
    install.set("BACKFILL__ON_CONNECT", "true");
    install.set("BACKFILL__DEPTH_DAYS", &course.wished.to_string());
}

/// Days of all types by state.
fn by_state(status: &Value) -> BTreeMap<String, u64> {
    let mut days = BTreeMap::new();
    for of_type in status["types"].as_array().unwrap() {
        for (state, count) in of_type["days"].as_object().unwrap() {
            *days.entry(state.clone()).or_default() += count.as_u64().unwrap();
        }
    }
    days
}
