//! Old samples on their way to cold storage while the server is killed again and again: each is served or lies in an
//! object that is listed, once.

use crate::{
    account::{Person, Scene},
    audit::settle,
    install::{Install, text, wait_for},
    storm::Chance,
};
use export::samples::read_parquet;
use model::{Rng, Timestamp};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const PEOPLE: usize = 3;
const MONTHS: i64 = 30;
/// 2023-01-02.
const FIRST: i64 = 1_672_617_600;
/// As far apart as months are, and a day more than the longest.
const APART_S: i64 = 30 * 86_400 + 43_200;

fn folder(install: &Install) -> PathBuf {
    install.folder().join("cold")
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.retain(|name| !name.starts_with('_'));
    found.sort();
    found
}

/// A day of each month.
fn days(account: &str) -> Value {
    let day = |month: i64| {
        let rates: Map<String, Value> =
            (0..96).map(|quarter| ((quarter * 900).to_string(), json!(50 + (quarter * 7 + month) % 90))).collect();
        let start = FIRST + month * APART_S;
        json!({
            "userId": account,
            "summaryId": format!("{account}-{month}"),
            "calendarDate": Timestamp::from_seconds(start).local_date(0).to_string(),
            "startTimeInSeconds": start,
            "startTimeOffsetInSeconds": 0,
            "durationInSeconds": 86_400,
            "timeOffsetHeartRateSamples": rates,
        })
    };
    json!({ "dailies": (0..MONTHS).map(day).collect::<Vec<_>>() })
}

/// How often each sample is there, by time and value.
type Samples = BTreeMap<(Timestamp, u64), u32>;

fn served(scene: &Scene, person: &Person, samples: &mut Samples) {
    let span = "start_time=2022-01-01T00:00:00Z&end_time=2026-01-01T00:00:00Z&types=heart_rate&limit=10000";
    for row in scene.team.list(&format!("/api/v1/users/{}/timeseries?{span}", person.id)) {
        let at = Timestamp::parse_rfc3339(text(&row, "timestamp")).unwrap();
        *samples.entry((at, row["value"].as_f64().unwrap().to_bits())).or_default() += 1;
    }
}

fn objects(scene: &Scene, person: &Person) -> Vec<String> {
    let shown = scene.team.get(&format!("/api/v1/users/{}/cold", person.id));
    shown["objects"].as_array().unwrap().iter().map(|object| text(object, "name").to_owned()).collect()
}

fn everything(scene: &Scene, person: &Person) -> Samples {
    let mut samples = Samples::new();
    served(scene, person, &mut samples);
    for name in objects(scene, person) {
        let target = format!("/api/v1/users/{}/cold/{name}", person.id);
        let answer = scene.team.send("GET", &target, &[]).unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        for sample in read_parquet(answer.body).unwrap() {
            *samples.entry((sample.at, sample.value.to_bits())).or_default() += 1;
        }
    }
    samples
}

#[test]
fn samples_that_go_to_cold_storage_amid_kills_are_there_once() {
    let chance = Chance::of("kills on the way to cold storage", 4, 1);
    let rng = Rng::fork(chance.seed, "cold");
    let scene = Scene::with(PEOPLE, |install| {
        install.set("BACKFILL__ON_CONNECT", "false");
        install.set("CLOCK__SPEED", "600");
        let place = url::Url::from_directory_path(install.folder().join("cold")).unwrap();
        install.set("COLD__URL", place.as_str());
    });
    let cold = folder(&scene.install);
    let server = scene.install.serve();
    for person in &scene.people {
        assert_eq!(scene.push(days(&person.account).to_string().as_bytes()).unwrap(), 200);
    }
    settle(&scene);
    let before: Vec<Samples> = scene.people.iter().map(|person| everything(&scene, person)).collect();
    assert!(before.iter().all(|samples| samples.len() == 96 * MONTHS as usize && samples.values().all(|n| *n == 1)));
    let policy = json!({ "on_consent_withdrawn": "keep", "retention": { "cold_after_days": 100 } }).to_string();
    scene.team.as_developer("PUT", "/api/v1/settings/policies", &scene.team.log_in(), policy.as_bytes());

    let all = PEOPLE * MONTHS as usize;
    let mut server = server;
    let mut seen = BTreeSet::new();
    let shares = chance.rounds as usize + 1;
    for round in 0..chance.rounds as usize {
        let (least, most) = (all * round / shares, all * (round + 1) / shares);
        let enough = rng.between(least as i64, most as i64) as usize;
        wait_for("some objects", || (files(&cold).len() > enough).then_some(()));
        server.kill();
        seen.extend(files(&cold));
        server = scene.install.serve();
        for (person, before) in scene.people.iter().zip(&before) {
            assert!(everything(&scene, person).keys().eq(before.keys()), "something is lost");
        }
    }
    wait_for("every month to go", || {
        let moved = |person: &Person| {
            let mut left = Samples::new();
            served(&scene, person, &mut left);
            left.is_empty()
        };
        scene.people.iter().all(moved).then_some(())
    });
    for (person, before) in scene.people.iter().zip(&before) {
        assert_eq!(&everything(&scene, person), before);
    }
    // what kills left behind goes, and nothing else
    let mut listed: Vec<String> = scene.people.iter().flat_map(|person| objects(&scene, person)).collect();
    listed.sort();
    let not_kept = seen.iter().filter(|name| !listed.contains(*name)).count();
    eprintln!("{} kills left {not_kept} objects that nobody kept", chance.rounds);
    wait_for("no object but those that are listed", || (files(&cold) == listed).then_some(()));
    assert!(scene.install.run_well(&["doctor"]).contains("the place of old samples takes, gives and removes"));
    drop(server);
}
