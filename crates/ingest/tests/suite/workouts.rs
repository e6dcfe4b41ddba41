//! One workout, told by several documents in any order.

use crate::{
    bodies::{DAY_ZERO, activity, details, file_meta, file_notice},
    dump::{dump, events},
    fit_bytes,
    world::World,
};
use model::{EventDocument, SeriesType, Timestamp, UserId};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug)]
enum Said {
    Summary,
    Details,
    Notice,
    File,
    Edited,
}

const ALL: [Said; 5] = [Said::Summary, Said::Details, Said::Notice, Said::File, Said::Edited];

fn edited(account: &str) -> Value {
    let mut item = activity(account, 1, 505.0);
    item["activityName"] = json!("Run with Ann");
    item
}

async fn say(world: &World, user: UserId, account: &str, said: Said) {
    match said {
        Said::Summary => drop(world.push(&json!({ "activities": [activity(account, 1, 500.0)] })).await),
        Said::Details => drop(world.push(&json!({ "activityDetails": [details(account, 1, 60)] })).await),
        Said::Notice => drop(world.push(&json!({ "activityFiles": [file_notice(account, 1)] })).await),
        Said::File => {
            let bytes = fit_bytes::run(Timestamp::from_seconds(DAY_ZERO + 7200), 100);
            world.file(user, file_meta(1), &bytes).await;
        }
        Said::Edited => drop(world.push(&json!({ "manuallyUpdatedActivities": [edited(account)] })).await),
    }
}

fn orders(of: &[Said]) -> Vec<Vec<Said>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for index in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(index);
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, first);
            order
        }));
    }
    all
}

#[tokio::test]
async fn documents_of_a_workout_in_any_order_give_one_workout() {
    let world = World::new().await;
    let mut first = None;
    for (number, order) in orders(&ALL).into_iter().enumerate() {
        let account = format!("a{number}");
        let user = world.person(&account).await;
        for said in &order {
            say(&world, user, &account, *said).await;
            // some orders in one batch, some one by one
            if number % 2 == 0 {
                world.work().await;
            }
        }
        world.work().await;
        let kept = dump(&world, user).await;
        let expected = first.get_or_insert_with(|| format!("{kept:#?}"));
        assert_eq!(*expected, format!("{kept:#?}"), "{order:?}");
        if number > 1 {
            continue;
        }
        assert_eq!(kept.events.len(), 1);
        // seconds of the details and the file's last, each once
        assert_eq!(kept.count(SeriesType::HEART_RATE, "workout w1"), 61);
        assert_eq!(kept.files.len(), 1);
        let event = events(&world, user).await.remove(0);
        let EventDocument::Workout(document) = event.document else { panic!("not a workout") };
        let view = document.view().unwrap();
        assert_eq!(view.detail.name.as_deref(), Some("Run with Ann"));
        assert_eq!((view.detail.distance_m, view.detail.steps), (Some(505.0), Some(160.0)));
        assert_eq!(view.source.device.as_deref(), Some("Watch One"));
        assert_eq!(view.detail.laps.len(), 1, "the file knows its laps best");
    }
    assert_eq!(world.depths().await.parts_dead, 0);
}

#[tokio::test]
async fn a_file_is_kept_as_received_and_may_come_again() {
    let world = World::new().await;
    let user = world.person("a").await;
    let bytes = fit_bytes::run(Timestamp::from_seconds(DAY_ZERO + 7200), 100);
    world.file(user, file_meta(1), &bytes).await;
    world.work().await;
    let event = events(&world, user).await.remove(0);
    let file = world.store.list_files(user, event.id).await.unwrap().remove(0);
    assert_eq!(zstd::decode_all(file.body.as_slice()).unwrap(), bytes);
    assert_eq!((file.name.as_str(), file.size), ("w1.fit", bytes.len() as u64));
    let again = fit_bytes::run(Timestamp::from_seconds(DAY_ZERO + 7200), 110);
    world.file(user, file_meta(1), &again).await;
    world.work().await;
    let files = world.store.list_files(user, event.id).await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(zstd::decode_all(files[0].body.as_slice()).unwrap(), again);
    assert_eq!(dump(&world, user).await.count(SeriesType::HEART_RATE, "workout w1"), 7);
}

#[tokio::test]
async fn a_workout_known_by_one_name_and_then_by_two_is_one() {
    let world = World::new().await;
    let user = world.person("a").await;
    let mut nameless = activity("a", 1, 500.0);
    nameless.as_object_mut().unwrap().remove("activityId");
    world.push(&json!({ "activities": [nameless] })).await;
    world.work().await;
    world.push(&json!({ "activityDetails": [details("a", 1, 10)] })).await;
    world.work().await;
    let mut summary_less = activity("a", 1, 510.0);
    summary_less.as_object_mut().unwrap().remove("summaryId");
    world.push(&json!({ "activities": [summary_less] })).await;
    world.work().await;
    let events = events(&world, user).await;
    assert_eq!(events.len(), 1);
    let EventDocument::Workout(document) = &events[0].document else { panic!("not a workout") };
    assert_eq!(document.view().unwrap().detail.distance_m, Some(510.0));
    assert_eq!(dump(&world, user).await.count(SeriesType::HEART_RATE, "workout w1"), 10);
}

#[tokio::test]
async fn a_workout_that_a_person_deleted_stays_deleted_with_its_samples_and_files() {
    let world = World::new().await;
    let user = world.person("a").await;
    for said in [Said::Summary, Said::Details, Said::File] {
        say(&world, user, "a", said).await;
    }
    world.work().await;
    let event = events(&world, user).await.remove(0);
    assert!(world.store.delete_event(user, event.kind, event.id, world.clock.now()).await.unwrap());
    let told = world.told(user).await.len();
    for said in [Said::Edited, Said::Details, Said::File, Said::Summary] {
        say(&world, user, "a", said).await;
        world.work().await;
    }
    let kept = dump(&world, user).await;
    assert_eq!((kept.events.len(), kept.points.len()), (0, 0));
    assert!(world.store.list_files(user, event.id).await.unwrap().is_empty());
    assert_eq!(world.told(user).await.len(), told);
}

/// However often a transfer breaks, what a whole copy said stays.
#[tokio::test]
async fn a_copy_of_a_file_that_was_cut_changes_nothing_of_a_whole_one_and_a_whole_one_mends_it() {
    let bytes = fit_bytes::run(Timestamp::from_seconds(DAY_ZERO + 7200), 100);
    let cut = &bytes[..bytes.len() - 60];
    let mut worlds = Vec::new();
    for copies in [vec![&bytes[..], cut], vec![cut, &bytes]] {
        let world = World::new().await;
        let user = world.person("a").await;
        for copy in copies {
            world.file(user, file_meta(1), copy).await;
            world.work().await;
        }
        let dump = dump(&world, user).await;
        let event = events(&world, user).await.remove(0);
        let EventDocument::Workout(document) = &event.document else { panic!("{event:?}") };
        assert_eq!(document.view().unwrap().detail.laps.len(), 1);
        worlds.push((dump.events, dump.points, dump.files));
    }
    assert_eq!(worlds[0], worlds[1]);
}
