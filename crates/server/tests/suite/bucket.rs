//! Large bodies in a bucket: the server and the bucket's server are killed in turn, and nothing that was answered
//! is lost. Runs where the bucket's server is installed (`cargo xtask test` does).

use crate::{
    install::Install,
    storm::{Chance, Storm},
    storms::{MOMENTS, all_is_there, large_body, stop},
};
use model::Rng;
use objects::{Objects, testing::Server as Bucket};
use std::sync::atomic::AtomicBool;

fn in_bucket(install: &mut Install, bucket: &Bucket) {
    let keys = bucket.keys();
    install.set("SPOOL__URL", "s3://tests/spool");
    install.set("S3__ENDPOINT", bucket.endpoint().as_str());
    install.set("S3__ACCESS_KEY_ID", &keys.access_key_id);
    install.set("S3__SECRET_ACCESS_KEY", &keys.secret_access_key);
}

fn names(objects: &Objects) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(objects.list("")).unwrap()
}

/// A body of which so much remains when it is compressed that it goes in several parts: beside a few workouts it
/// says what nobody reads.
fn write_in_parts(storm: &Storm) -> usize {
    let mut ledger = storm.ledger.lock().unwrap();
    let number = ledger.write_large(600_000);
    let rng = Rng::fork(storm.content.seed, &format!("noise {number}"));
    let bytes = &mut ledger.bodies[number].bytes;
    assert_eq!(bytes.pop(), Some(b'}'));
    bytes.extend_from_slice(b",\"noise\":\"");
    let hex = b"0123456789abcdef";
    for _ in 0..800_000 {
        bytes.extend(rng.bytes::<20>().iter().map(|byte| hex[usize::from(byte & 15)]));
    }
    bytes.extend_from_slice(b"\"}");
    number
}

#[test]
fn large_bodies_survive_kills_of_the_server_and_of_its_bucket_once_answered() {
    let Some(mut bucket) = Bucket::start() else { return };
    let chance = Chance::of("kills around large bodies in a bucket", 1, 10);
    let storm = Storm::with(3, chance.seed, |install| in_bucket(install, &bucket));
    let objects = bucket.objects("spool");
    for _ in 0..chance.rounds {
        MOMENTS.into_iter().for_each(|moment| large_body(&storm, moment));
        let server = storm.scene.install.serve();
        let number = write_in_parts(&storm);
        std::thread::scope(|scope| {
            // the answer is 200 or that there is no room now; anything else fails
            let pushing = scope.spawn(|| storm.push(number, &AtomicBool::new(false)));
            storm.random_moment(600);
            bucket.restart();
            pushing.join().unwrap();
        });
        if !storm.ledger.lock().unwrap().bodies[number].answered {
            storm.push(number, &AtomicBool::new(false));
        }
        assert!(storm.ledger.lock().unwrap().bodies[number].answered);
        server.kill();
    }
    let server = all_is_there(&storm);
    assert!(!names(&objects).iter().any(|name| name.starts_with('d')), "{:?}", names(&objects));
    let team = &storm.scene.team;
    let token = team.log_in();
    for person in &storm.scene.people {
        team.as_developer("DELETE", &format!("/api/v1/users/{}", person.id), &token, &[]);
    }
    assert!(names(&objects).is_empty(), "{:?}", names(&objects));
    assert!(!storm.scene.install.data_dir().join("spool").exists());
    stop(server);
}

#[test]
fn a_server_whose_bucket_refuses_it_does_not_start_and_says_why() {
    let Some(bucket) = Bucket::start() else { return };
    let mut install = Install::new();
    in_bucket(&mut install, &bucket);
    install.set("S3__SECRET_ACCESS_KEY", "another");
    let ended = install.run(&["serve"]);
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && told.contains("spool.url"), "{told}");
    assert!(!told.contains("another"), "{told}");
    install.set("SPOOL__URL", "ftp://tests/spool");
    let ended = install.run(&["serve"]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("s3://"), "{ended:?}");
}
