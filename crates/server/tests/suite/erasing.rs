//! People who are deleted while the server is killed again and again: gone for good once it was answered, erased to the
//! end by whoever serves next.

use crate::{
    audit::settle,
    database::Database,
    install::{Install, text, wait_for},
    storm::{Chance, Storm},
};
use serde_json::{Value, json};

/// More than goes while the deletion is answered.
const WORKOUTS: u64 = 1_500;

fn workouts(account: &str) -> Vec<u8> {
    let all: Vec<Value> = (0..WORKOUTS)
        .map(|number| {
            json!({
                "userId": account, "summaryId": format!("x{account}-{number}"), "activityId": number + 1,
                "activityType": "RUNNING", "startTimeInSeconds": 1_750_000_000 + number * 7200,
                "startTimeOffsetInSeconds": 7200, "durationInSeconds": 3600, "distanceInMeters": 9000.5,
            })
        })
        .collect();
    json!({ "activities": all }).to_string().into_bytes()
}

fn report(storm: &Storm, token: &str, user: &str) -> Option<Value> {
    let reports = storm.scene.team.as_developer("GET", "/api/v1/settings/erasures", token, &[]);
    reports.as_array().unwrap().iter().find(|report| text(report, "user_id") == user).cloned()
}

fn delete_amid_kills(test: &str, configure: impl FnOnce(&mut Install)) {
    let chance = Chance::of(test, 3, 10);
    let people = usize::try_from(chance.rounds).unwrap() + 1;
    let storm = Storm::with(people, chance.seed, configure);
    let (install, team) = (&storm.scene.install, &storm.scene.team);
    let mut server = install.serve();
    for person in &storm.scene.people {
        assert_eq!(storm.scene.push(&workouts(&person.account)).unwrap(), 200);
    }
    settle(&storm.scene);
    let (last, deleted) = storm.scene.people.split_last().unwrap();
    let before = team.workouts(&last.id);
    let token = team.log_in();
    for person in deleted {
        let path = format!("/api/v1/users/{}", person.id);
        let is_answered = std::thread::scope(|scope| {
            // no answer, or half of one, is what a kill leaves
            let deletion = scope.spawn(|| {
                let ask = || team.as_developer("DELETE", &path, &token, &[]);
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(ask))
            });
            storm.random_moment(300);
            server.kill();
            deletion.join().unwrap().is_ok()
        });
        server = install.serve();
        let is_gone = team.send("GET", &path, &[]).unwrap().status == 404;
        eprintln!("answered: {is_answered}, gone: {is_gone}, {:?}", report(&storm, &token, &person.id));
        assert!(is_gone || !is_answered);
        if !is_gone {
            team.as_developer("DELETE", &path, &token, &[]);
        }
        let report = wait_for("the end of an erasure", || {
            report(&storm, &token, &person.id).filter(|report| text(report, "state") == "finished")
        });
        let counts = &report["counts"];
        assert_eq!((&counts["events"], &counts["connections"]), (&json!(WORKOUTS), &json!(1)), "{counts}");
        assert_eq!(team.send("GET", &path, &[]).unwrap().status, 404);
    }
    assert_eq!(team.workouts(&last.id), before);
    server.terminate();
    assert!(server.wait().success());
    assert!(install.run_well(&["doctor"]).contains("all is well"));
}

#[test]
fn who_is_deleted_is_gone_for_good_and_erased_to_the_end_over_kills() {
    delete_amid_kills("deletions over kills", |_| {});
}

#[test]
fn who_is_deleted_is_erased_to_the_end_over_kills_on_postgresql_too() {
    let Some(database) = Database::create() else { return };
    delete_amid_kills("deletions over kills on PostgreSQL", |install| install.keep_in(database));
}
