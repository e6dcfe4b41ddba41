//! Files that notice was given of and that did not come, or came damaged: shown with their workout, for everyone.

use crate::{
    bodies::{activity, file_meta, file_notice},
    dump::events,
    fit_bytes,
    world::{NOW, World},
};
use model::{FileFormat, UserId};
use serde_json::json;
use std::time::Duration;
use store::{AwaitedFile, JobEnd, OnConsentWithdrawn};

const GONE: &str = "status 410: already downloaded or expired";

async fn notice(world: &World) {
    world.push(&json!({ "activityFiles": [file_notice("a", 1)] })).await;
    world.work().await;
}

async fn workout(world: &World) {
    world.push(&json!({ "activities": [activity("a", 1, 500.0)] })).await;
    world.work().await;
}

/// What the user's only workout waits for.
async fn awaited(world: &World, user: UserId) -> Vec<AwaitedFile> {
    let event = events(world, user).await.remove(0);
    world.store.list_awaited_files(user, event.id).await.unwrap()
}

async fn reasons(world: &World, user: UserId) -> Vec<Option<String>> {
    awaited(world, user).await.into_iter().map(|file| file.missed).collect()
}

async fn miss(world: &World) {
    let job = world.job().await;
    world.store.end_job(&job, JobEnd::Dead(GONE.to_owned()), Vec::new(), world.clock.now()).await.unwrap();
}

#[tokio::test]
async fn a_file_missed_before_its_workout_came_is_shown_with_it_until_it_comes_after_all() {
    let world = World::new().await;
    let user = world.person("a").await;
    notice(&world).await;
    let noticed_at = world.job().await.created_at;
    world.store.release_claims().await.unwrap();
    workout(&world).await;
    let expires_at = Some(noticed_at.plus_seconds(86_400));
    let waiting = AwaitedFile { format: Some(FileFormat::Fit), noticed_at, expires_at, missed: None };
    assert_eq!(awaited(&world, user).await, std::slice::from_ref(&waiting));
    miss(&world).await;
    assert_eq!(awaited(&world, user).await, [AwaitedFile { missed: Some(GONE.to_owned()), ..waiting }]);

    world.clock.advance(Duration::from_secs(5));
    let mut again = file_notice("a", 1);
    again["callbackURL"] = json!("https://apis.garmin.com/wellness-api/rest/activityFile?id=w1&token=fresh");
    world.push(&json!({ "activityFiles": [again] })).await;
    world.work().await;
    assert_eq!(reasons(&world, user).await, [None], "a fresh address is followed");
    let job = world.job().await;
    world.fetched(&job, &fit_bytes::run(NOW, 60)).await;
    world.work().await;
    assert!(awaited(&world, user).await.is_empty());
    let event = events(&world, user).await.remove(0);
    assert_eq!(world.store.list_files(user, event.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn everyone_who_was_given_notice_sees_what_was_missed() {
    let world = World::new().await;
    let (ann, bob) = (world.person("a").await, world.person("a").await);
    notice(&world).await;
    workout(&world).await;
    miss(&world).await;
    let cat = world.person("a").await;
    notice(&world).await;
    workout(&world).await;
    for user in [ann, bob, cat] {
        assert_eq!(reasons(&world, user).await, [Some(GONE.to_owned())]);
    }
}

#[tokio::test]
async fn a_file_that_came_damaged_is_missed_and_says_why() {
    let world = World::new().await;
    let user = world.person("a").await;
    notice(&world).await;
    workout(&world).await;
    let job = world.job().await;
    world.fetched(&job, b"not a file of any kind").await;
    world.work().await;
    let missed = awaited(&world, user).await.remove(0);
    assert_eq!(missed.format, Some(FileFormat::Fit));
    let reason = missed.missed.unwrap();
    assert!(!reason.is_empty());
    let run = world.runs(user).await.into_iter().find(|run| run.status == "failed").unwrap();
    assert_eq!((run.stage.as_str(), run.error, run.items_processed), ("failed", Some(reason), Some(0)));
    assert_eq!(run.metadata["first_issues"][0], json!({ "code": "damaged", "field": null, "position": 12 }));
}

#[tokio::test]
async fn a_file_that_is_kept_is_not_missed_when_it_cannot_be_had_again() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.file(user, file_meta(1), &fit_bytes::run(NOW, 60)).await;
    world.work().await;
    notice(&world).await;
    miss(&world).await;
    assert!(awaited(&world, user).await.is_empty());
}

#[tokio::test]
async fn what_was_missed_goes_with_the_persons_data() {
    let world = World::new().await;
    world.store.put_on_consent_withdrawn(world.team, OnConsentWithdrawn::Erase).await.unwrap();
    let user = world.person("a").await;
    notice(&world).await;
    workout(&world).await;
    miss(&world).await;
    assert_eq!(awaited(&world, user).await.len(), 1);
    world.push(&json!({ "deregistrations": [{ "userId": "a" }] })).await;
    world.work().await;
    world.clock.advance(Duration::from_secs(5));
    world.connect_of(world.team, user, "a").await;
    workout(&world).await;
    assert!(awaited(&world, user).await.is_empty());
}
