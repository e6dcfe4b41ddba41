//! Real files: every FIT file of the samples, imported by the command line and read back over the API,
//! agrees with what two independent readers found in it; every stored payload of Garmin arrives by push.

use crate::{
    account::{Person, Scene, Team, at_rest},
    install::{Install, wait_for},
};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if folder.join("fit-expected.json").exists() {
        return Some(folder);
    }
    eprintln!("SKIPPED: imports of real files: no folder {}", folder.display());
    None
}

struct Archive {
    install: Install,
    team: Team,
    user: String,
    files: Vec<PathBuf>,
}

impl Archive {
    fn new(folder: &Path) -> Self {
        let (install, team, users) = at_rest(1);
        let user = users[0].clone();
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join("fit")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        Self { install, team, user, files }
    }

    fn import(&self) -> String {
        let mut arguments = vec!["import".to_owned(), "--user".to_owned(), self.user.clone()];
        arguments.extend(self.files.iter().map(|path| path.display().to_string()));
        self.install.run_well(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn count_points(&self, user: &str) -> u64 {
        let (mut points, mut after) = (0, String::new());
        loop {
            let span = "start_time=1980-01-01&end_time=2100-01-01&limit=10000";
            let page = self.team.get(&format!("{user}/timeseries?{span}{after}"));
            points += page["data"].as_array().unwrap().len() as u64;
            match page["pagination"]["next_cursor"].as_str() {
                Some(cursor) => after = format!("&cursor={cursor}"),
                None => return points,
            }
        }
    }

    /// Every workout as the API shows it, and how many points there are of anything.
    fn shown(&self) -> (Vec<Value>, u64) {
        let user = format!("/api/v1/users/{}", self.user);
        let listed = self.team.workouts(&self.user);
        let full =
            |workout: &Value| self.team.get(&format!("{user}/events/workouts/{}", workout["id"].as_str().unwrap()));
        (listed.iter().map(full).collect(), self.count_points(&user))
    }
}

#[test]
fn every_file_agrees_with_its_independent_readers_and_importing_all_again_changes_nothing() {
    let Some(folder) = folder() else { return };
    let archive = Archive::new(&folder);
    let said = archive.import();
    assert!(said.contains(" 0 parts are dead"), "{said}");
    let server = archive.install.serve();
    let (workouts, points) = archive.shown();
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("fit-expected.json")).unwrap()).unwrap();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (file, found) in expected["files"].as_object().unwrap() {
        if found["agree"] != true {
            continue;
        }
        for session in found["sdk"]["session"].as_array().into_iter().flatten() {
            compared += 1;
            if !workouts.iter().any(|workout| differences(workout, session).is_empty()) {
                let near = workouts.iter().map(|workout| differences(workout, session)).min_by_key(Vec::len);
                wrong.push(format!("{file}: {session}: the nearest workout differs in {near:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 40 && points > 100_000, "{compared} sessions, {points} points");
    partial_runs_say_what_was_lost(&archive);
    server.terminate();
    assert!(server.wait().success());

    archive.import();
    let server = archive.install.serve();
    let (again, points_again) = archive.shown();
    assert_eq!((again.len(), points_again), (workouts.len(), points));
    for (before, after) in workouts.iter().zip(&again) {
        let mut differs = changed(&lasting(before), &lasting(after));
        // of damaged copies of one recording the last stands, so that they take turns again
        if before["revision"] != 1 {
            differs.retain(|field| field != "revision" && field != "updated_at");
        }
        assert!(differs.is_empty(), "{}: {differs:?}: {}", before["external_id"], before["files"]);
    }
    server.terminate();
    assert!(server.wait().success());
}

/// A workout without what says how often, and when last, it was received.
fn lasting(workout: &Value) -> Value {
    let mut workout = workout.clone();
    for document in workout["documents"].as_array_mut().unwrap() {
        document.as_object_mut().unwrap().remove("receipt");
    }
    for file in workout["files"].as_array_mut().unwrap() {
        file.as_object_mut().unwrap().remove("received_at");
    }
    workout
}

fn changed(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    before.keys().filter(|key| before[*key] != after[*key]).cloned().collect()
}

/// Files that were damaged are told of, with the number of issues and the first of them.
fn partial_runs_say_what_was_lost(archive: &Archive) {
    let is_damaged = |run: &&Value| run["status"] == "partial" || run["status"] == "failed";
    let runs = archive.team.get(&format!("/api/v1/users/{}/sync/runs?limit=200", archive.user));
    let partial = runs.as_array().unwrap().iter().filter(is_damaged).count();
    assert!(partial >= 4, "{partial} partial runs of {}", runs.as_array().unwrap().len());
    let events = archive.team.get(&format!("/api/v1/users/{}/sync/recent?limit=200", archive.user));
    let damaged: Vec<&Value> = events.as_array().unwrap().iter().filter(is_damaged).collect();
    assert!(damaged.iter().all(|event| event["metadata"]["issues"].as_u64() > Some(0)), "{damaged:?}");
    assert!(damaged.iter().all(|event| event["metadata"]["first_issues"][0]["code"].is_string()), "{damaged:?}");
    assert!(damaged.iter().all(|event| event["error"].is_string()), "{damaged:?}");
    assert!(damaged.len() >= partial);
}

/// In which fields a workout is not what a reader found.
fn differences(workout: &Value, session: &Value) -> Vec<String> {
    let detail = &workout["detail"];
    let mut different = Vec::new();
    let mut check = |what: &str, same: bool, shown: &Value, wanted: &Value| {
        if !same {
            different.push(format!("{what}: {shown} for {wanted}"));
        }
    };
    let start =
        |value: &Value| value.as_str().and_then(model::Timestamp::parse_rfc3339).map(|start| start.as_seconds());
    let (shown, wanted) = (&workout["start_time"], &session["start_time"]);
    check("start", start(shown) == start(wanted), shown, wanted);
    check("sport", detail["raw_type"] == session["sport"], &detail["raw_type"], &session["sport"]);
    check("type", workout["type"].is_string(), &workout["type"], &session["sport"]);
    // a heart rate of zero says that there was no sensor
    let pairs = [
        ("distance", "distance_m", "total_distance", 0.01),
        ("timer", "timer_s", "total_timer_time", 0.001),
        ("average heart rate", "heart_rate_avg_bpm", "avg_heart_rate", 0.0),
        ("maximum heart rate", "heart_rate_max_bpm", "max_heart_rate", 0.0),
    ];
    for (what, shown, wanted, tolerance) in pairs {
        let (shown, wanted) = (&detail[shown], &session[wanted]);
        let same = match (shown.as_f64(), wanted.as_f64()) {
            (Some(shown), Some(wanted)) => (shown - wanted).abs() <= tolerance,
            (None, wanted) => wanted.is_none_or(|wanted| wanted == 0.0),
            (Some(_), None) => false,
        };
        check(what, same, shown, wanted);
    }
    different
}

/// The values of a series over all time, of whole days or not, oldest first.
fn values(team: &Team, person: &Person, series: &str, of_days: bool) -> Vec<f64> {
    let all_time = "start_time=1980-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z";
    let rows = team.list(&format!("/api/v1/users/{}/timeseries?types={series}&{all_time}", person.id));
    let wanted = rows.iter().filter(|row| (row["is_daily_total"] == true) == of_days);
    wanted.map(|row| row["value"].as_f64().unwrap()).collect()
}

/// The bodies of a folder, each for the accounts of these people.
fn payloads(folder: &Path, people: &[Person]) -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let of_people = |path: PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.replace("sub-1", &people[0].account).replace("sub-2", &people[1].account)
    };
    paths.into_iter().map(of_people).collect()
}

#[test]
fn every_stored_payload_of_garmin_arrives_by_push_and_is_shown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/garmin-health");
    if !folder.exists() {
        eprintln!("SKIPPED: stored payloads: no folder {}", folder.display());
        return;
    }
    let scene = Scene::new(2);
    let server = scene.install.serve();
    let bodies = payloads(&folder, &scene.people);
    assert_eq!(bodies.len(), 14);
    for body in &bodies {
        assert_eq!(scene.push(body.as_bytes()).unwrap(), 200);
    }
    let (team, one, two) = (&scene.team, &scene.people[0], &scene.people[1]);
    let runs = |person: &Person| team.get(&format!("/api/v1/users/{}/sync/runs?limit=200", person.id));
    let done = |person: &Person, count: usize| {
        let runs = runs(person);
        let runs = runs.as_array().unwrap();
        (runs.len() >= count).then(|| assert!(runs.iter().all(|run| run["status"] == "success"), "{runs:?}"))
    };
    wait_for("every payload of the first account", || done(one, 14));
    wait_for("every payload of the second account", || done(two, 4));
    for (series, of_days, expected) in [
        ("steps", true, vec![4210.0]),
        ("steps", false, vec![93.0]),
        ("average_met", false, vec![3.302_033_7]),
        ("weight", false, vec![75.45]),
        ("body_water_percentage", false, vec![59.4]),
        ("blood_pressure_systolic", false, vec![120.0]),
        ("blood_pressure_diastolic", false, vec![110.0]),
        ("heart_rate_variability_rmssd", true, vec![44.0]),
        ("heart_rate_variability_5_min_high", true, vec![72.0]),
        ("garmin_stress_level", false, vec![18.0, 51.0, 28.0, 29.0]),
        ("garmin_body_battery", false, vec![55.0, 56.0, 59.0]),
        ("oxygen_saturation", false, vec![93.0]),
        ("vo2_max", false, vec![48.0]),
        ("garmin_fitness_age", false, vec![32.0]),
    ] {
        assert_eq!(values(team, one, series, of_days), expected, "{series}");
    }
    assert_eq!(values(team, one, "heart_rate_variability_rmssd", false).len(), 12);
    // of eleven of all day and twelve of a snapshot
    assert_eq!(values(team, one, "respiratory_rate", false).len(), 23);
    // eight of the day, six of the snapshot, two of the workout and one with the blood pressure
    assert_eq!(values(team, one, "heart_rate", false).len(), 17);
    // the summary and the details of one are one
    assert_eq!((team.workouts(&one.id).len(), team.workouts(&two.id).len()), (1, 1));
    assert_eq!(values(team, two, "weight", false), [75.173]);
    server.terminate();
    assert!(server.wait().success());
}
