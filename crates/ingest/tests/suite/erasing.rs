//! Consent withdrawn under a policy that erases: nothing of that person from that provider stays, all else does.

use crate::{
    bodies::{activity, daily, details, file_meta, file_notice, sleep},
    dump::{dump, events},
    fit_bytes,
    world::{NOW, World},
};
use model::UserId;
use serde_json::json;
use std::time::Duration;
use store::{ConnectionEnd, ConnectionStatus, EndReason, Endpoint, Erasure, OnConsentWithdrawn, ReplayQuery, Subject};

async fn filled(world: &World, account: &str) -> UserId {
    let user = world.person(account).await;
    world.push(&json!({ "activities": [activity(account, 1, 500.0)], "dailies": [daily(account, 1, 24)] })).await;
    world.push(&json!({ "activityDetails": [details(account, 1, 20_000)] })).await;
    world.push(&json!({ "sleeps": [sleep(account, 1, "AUTO_FINAL")] })).await;
    world.push(&json!({ "activityFiles": [file_notice(account, 2)] })).await;
    world.file(user, file_meta(1), &fit_bytes::run(NOW, 100)).await;
    world.work().await;
    user
}

async fn subscribe(world: &World) {
    let endpoint = Endpoint {
        id: model::EndpointId::generate(&world.clock, &world.rng),
        team_id: world.team,
        url: "https://example.org".to_owned(),
        description: None,
        filter_types: Vec::new(),
        user_id: None,
        secret: vec![1],
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
    };
    world.store.put_endpoint(endpoint).await.unwrap();
}

fn gone(account: &str) -> serde_json::Value {
    json!({ "deregistrations": [{ "userId": account }] })
}

/// Whether nothing is kept of a user: no event, block, score, source, and no part to rebuild them from.
async fn is_bare(world: &World, user: UserId) -> bool {
    let nobody = world.add_user_of(world.team).await;
    let query = ReplayQuery { user_id: Some(user), ..ReplayQuery::default() };
    dump(world, user).await == dump(world, nobody).await
        && world.store.list_sources(user).await.unwrap().is_empty()
        && world.store.replay(query, world.clock.now()).await.unwrap() == 0
}

#[tokio::test]
async fn nothing_stays_of_a_person_who_withdrew_and_everything_of_others_does() {
    let world = World::new().await;
    subscribe(&world).await;
    world.store.put_on_consent_withdrawn(world.team, OnConsentWithdrawn::Erase).await.unwrap();
    let (ann, bob) = (filled(&world, "ann").await, filled(&world, "bob").await);
    let of_bob = dump(&world, bob).await;
    let ids: Vec<_> = events(&world, ann).await.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), 3);
    let before = world.spooled().len();
    world.push(&gone("ann")).await;
    world.work().await;

    assert!(is_bare(&world, ann).await);
    assert_eq!(world.spooled().len(), before / 2, "the other's stay");
    assert_eq!(dump(&world, bob).await, of_bob);
    // neither the change log nor a message names what was
    let names_one = |subject: &Subject| matches!(subject, Subject::Event { id, .. } if ids.contains(id));
    assert!(!world.told(ann).await.iter().any(|emission| names_one(&emission.subject)));
    let now = world.clock.now();
    let messages = world.store.claim_messages(now, now, 1000).await.unwrap();
    assert!(messages.iter().any(|message| message.user_id == bob));
    assert!(!messages.iter().any(|message| names_one(&message.emission.subject)));
    let link = world.store.list_connections(ann).await.unwrap().remove(0);
    assert_eq!((link.status, link.last_synced_at), (ConnectionStatus::Revoked, None));
    assert!(link.standing.erased_at.is_some());
    let told: Vec<_> = world.told(ann).await.into_iter().map(|emission| emission.event_type).collect();
    let told: Vec<_> = told.iter().filter(|name| name.starts_with("connection.")).collect();
    assert_eq!(told, ["connection.revoked", "connection.data_erased"]);
}

#[tokio::test]
async fn what_is_sent_again_after_an_erasure_is_neither_applied_nor_kept() {
    let world = World::new().await;
    world.store.put_on_consent_withdrawn(world.team, OnConsentWithdrawn::Erase).await.unwrap();
    let ann = filled(&world, "ann").await;
    world.push(&gone("ann")).await;
    world.work().await;
    world.push(&json!({ "activities": [activity("ann", 1, 500.0)] })).await;
    world.push(&json!({ "activityDetails": [details("ann", 1, 20_000)] })).await;
    world.work().await;
    assert!(events(&world, ann).await.is_empty());
    assert_eq!((world.depths().await.parts_unmatched, world.spooled().len()), (0, 0));
    world.store.replay(ReplayQuery::default(), world.clock.now()).await.unwrap();
    world.work().await;
    assert!(is_bare(&world, ann).await);
    // whoever connects again begins anew
    world.clock.advance(Duration::from_secs(5));
    world.connect_of(world.team, ann, "ann").await;
    world.push(&json!({ "activities": [activity("ann", 1, 500.0)] })).await;
    world.work().await;
    assert_eq!(events(&world, ann).await.len(), 1);
}

#[tokio::test]
async fn a_team_that_keeps_data_keeps_it_though_another_erases() {
    let world = World::new().await;
    let other_team = world.add_team().await;
    world.store.put_on_consent_withdrawn(other_team, OnConsentWithdrawn::Erase).await.unwrap();
    let ann = world.person("shared").await;
    let bob = world.add_user_of(other_team).await;
    world.connect_of(other_team, bob, "shared").await;
    world.push(&json!({ "activityDetails": [details("shared", 1, 20_000)] })).await;
    world.work().await;
    let of_ann = dump(&world, ann).await;
    world.push(&gone("shared")).await;
    world.work().await;
    assert_eq!(dump(&world, ann).await, of_ann);
    assert!(is_bare(&world, bob).await);
    assert_eq!(world.spooled().len(), 1, "the body that both shared stays for the one who keeps it");
}

#[tokio::test]
async fn an_erasure_goes_on_after_a_kill_at_any_step() {
    let mut world = World::new().await;
    let ann = filled(&world, "ann").await;
    let link = world.store.list_connections(ann).await.unwrap().remove(0);
    let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
    world.store.end_connection(ann, link.id, end, world.clock.now()).await.unwrap();
    let erasure = Erasure { user_id: ann, connection_id: Some(link.id) };
    let mut steps = 0;
    while !world.store.erase_some(erasure, 1, world.clock.now()).await.unwrap().is_finished {
        steps += 1;
        assert_eq!(world.store.list_erasures(9).await.unwrap(), [erasure]);
        if steps % 10 == 0 {
            world = world.reopened().await;
        }
    }
    assert!(steps > 10, "{steps}");
    assert!(is_bare(&world, ann).await);
    assert!(world.store.list_erasures(9).await.unwrap().is_empty());
    let told = world.told(ann).await;
    assert_eq!(told.iter().filter(|emission| emission.event_type == "connection.data_erased").count(), 1);
    // once more does nothing, and tells nothing
    world.store.erase_some(erasure, 1, world.clock.now()).await.unwrap();
    assert_eq!(world.told(ann).await.len(), told.len());
}

#[tokio::test]
async fn the_erasure_of_a_user_goes_on_after_a_kill_at_any_step_and_spares_who_has_the_account_next() {
    let mut world = World::new().await;
    let (ann, bob) = (filled(&world, "ann").await, filled(&world, "bob").await);
    let of_bob = dump(&world, bob).await;
    let begun = world.store.delete_user(world.team, ann).await.unwrap();
    let next = world.person("ann").await;
    let erasure = Erasure { user_id: ann, connection_id: None };
    let mut steps = 0;
    loop {
        let step = world.store.erase_some(erasure, 1, world.clock.now()).await.unwrap();
        // killed before the files that nothing refers to are removed
        world = world.reopened().await;
        if step.is_finished {
            break;
        }
        steps += 1;
        if steps == 5 {
            world.push(&json!({ "activities": [activity("ann", 9, 500.0)] })).await;
        }
    }
    assert!(steps > 10, "{steps}");
    let report = world.store.find_erasure_report(world.team, begun.at, ann).await.unwrap().unwrap();
    assert!(report.is_finished && report.counts["points"] > 0, "{report:?}");
    assert!(is_bare(&world, ann).await);
    world.work().await;
    assert_eq!(events(&world, next).await.len(), 1, "who has the account now");
    assert_eq!(dump(&world, bob).await, of_bob);
}

#[tokio::test]
async fn workers_erase_what_is_left_of_a_user_and_their_files() {
    let world = World::new().await;
    let (ann, bob) = (filled(&world, "ann").await, filled(&world, "bob").await);
    let (of_bob, before) = (dump(&world, bob).await, world.spooled().len());
    let begun = world.store.delete_user(world.team, ann).await.unwrap();
    assert!(world.intake.erase_a_little().await.unwrap());
    world.work().await;
    assert!(!world.intake.erase_a_little().await.unwrap());
    assert!(world.store.find_erasure_report(world.team, begun.at, ann).await.unwrap().unwrap().is_finished);
    assert!(is_bare(&world, ann).await);
    assert_eq!(world.spooled().len(), before / 2);
    assert_eq!(dump(&world, bob).await, of_bob);
}

#[tokio::test]
async fn what_is_being_applied_while_it_is_erased_does_not_come_back() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    world.push(&json!({ "activities": [activity("ann", 1, 500.0)] })).await;
    let workers = world.workers();
    workers.cut_waiting().await.unwrap();
    let lane = store::Lane::of_user(ann);
    let now = world.clock.now();
    let part = world.store.list_parts(lane, now, 1).await.unwrap().remove(0);
    let link = world.store.list_connections(ann).await.unwrap().remove(0);
    let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
    world.store.end_connection(ann, link.id, end, now).await.unwrap();
    world.intake.erase_waiting().await.unwrap();
    let late = world.store.apply(world.completing(&part)).await;
    assert!(matches!(late, Err(store::StoreError::NotFound("part"))), "{late:?}");
}

/// What could not be cut to its end may hold anybody's data: its bytes go with the first who is erased.
#[tokio::test]
async fn the_rest_of_a_damaged_body_goes_with_an_erasure_and_with_a_deleted_user() {
    for is_deleted in [false, true] {
        let world = World::new().await;
        world.store.put_on_consent_withdrawn(world.team, OnConsentWithdrawn::Erase).await.unwrap();
        let (ann, bob) = (filled(&world, "ann").await, filled(&world, "bob").await);
        let of_bob = dump(&world, bob).await;
        let before = world.spooled().len();
        let nights: Vec<_> = (0..400).map(|night| daily("ann", night, 24)).collect();
        let whole = json!({ "dailies": nights }).to_string();
        for body in [format!("{{\"sleeps\":[{} 5 ]}}", sleep("ann", 2, "AUTO_FINAL")), whole.replace("]}", " 5 ]}")] {
            world.push_bytes(body.as_bytes()).await;
        }
        world.work().await;
        assert_eq!(world.depths().await.deliveries_dead, 2);
        assert_eq!(world.spooled().len(), before + 1);
        if is_deleted {
            assert!(world.intake.delete_user(world.team, ann).await.unwrap().is_finished);
        } else {
            world.push(&gone("ann")).await;
            world.work().await;
        }
        assert_eq!(world.spooled().len(), before / 2, "the other's stay");
        assert_eq!(world.depths().await.deliveries_dead, 2, "that there was something damaged stays visible");
        let query = ReplayQuery { dead_only: true, ..ReplayQuery::default() };
        world.store.replay(query, world.clock.now()).await.unwrap();
        world.work().await;
        assert_eq!(dump(&world, bob).await, of_bob);
        assert!(events(&world, ann).await.is_empty());
    }
}
