//! Bodies that nobody should send. What can be read is kept, the rest is visible, nothing falls over.

use crate::{
    bodies::{activity, daily},
    dump::{dump, events},
    world::World,
};
use ingest::AcceptError;
use serde_json::{Value, json};
use store::{DeliveryKind, ReplayQuery};

fn text(value: &Value) -> String {
    value.to_string()
}

/// A body that ends in the middle is not accepted: its sender has the rest, and sends it again.
#[tokio::test]
async fn a_body_that_ends_in_the_middle_is_refused_and_nothing_of_it_is_kept() {
    let world = World::new().await;
    let user = world.person("a").await;
    for count in [5, 400] {
        let whole = text(&json!({ "dailies": (0..count).map(|n| daily("a", n, 24)).collect::<Vec<_>>() }));
        for kind in [DeliveryKind::Webhook, DeliveryKind::Pulled] {
            let cut = &whole.as_bytes()[..whole.len() - 40];
            let refused = world.accept(world.incoming(kind), cut).await;
            assert!(matches!(refused, Err(AcceptError::Interrupted(why)) if why.contains("in the middle")));
        }
    }
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.deliveries_dead, depths.parts_waiting), (0, 0, 0));
    assert_eq!((world.spooled(), events(&world, user).await.len()), (Vec::new(), 0));
}

#[tokio::test]
async fn what_came_before_damage_is_kept_and_the_rest_is_a_dead_letter() {
    let world = World::new().await;
    let user = world.person("a").await;
    let whole = text(&json!({ "activities": (0..4).map(|n| activity("a", n, 5.0)).collect::<Vec<_>>() }));
    world.push_bytes(whole.replace("]}", ",{\"userId\"]}]}").as_bytes()).await;
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.deliveries_dead, depths.parts_waiting), (0, 1, 0));
    assert_eq!(events(&world, user).await.len(), 4);
    let kept = dump(&world, user).await;
    // again, by hand: the same, once
    world.store.replay(ReplayQuery { dead_only: true, ..Default::default() }, world.clock.now()).await.unwrap();
    assert_eq!(world.depths().await.deliveries_waiting, 1);
    world.work().await;
    assert_eq!(world.depths().await.deliveries_dead, 1);
    assert_eq!(dump(&world, user).await, kept);
}

#[tokio::test]
async fn a_large_body_that_is_damaged_stays_in_the_spool() {
    let world = World::new().await;
    let user = world.person("a").await;
    let whole = text(&json!({ "dailies": (0..399).map(|n| daily("a", n, 24)).collect::<Vec<_>>() }));
    assert!(whole.len() > 300_000);
    let end = whole.len() - 2;
    let accepted = world.push_bytes(format!("{} 5 ]}}", &whole[..end]).as_bytes()).await;
    world.work().await;
    assert_eq!(world.spooled(), [format!("d{}", accepted.receipt)]);
    assert_eq!(events(&world, user).await.len(), 399);
}

#[tokio::test]
async fn bodies_that_are_no_notification_are_dead_letters() {
    let world = World::new().await;
    world.person("a").await;
    let deep = format!("{{\"activities\":[{}1{}]}}", "[".repeat(5000), "]".repeat(5000));
    let bodies: [&[u8]; 9] = [
        b"hello",
        b"",
        b"   ",
        b"[1,2]",
        b"\xff\xfe\x00",
        b"{\"activities\":]}",
        b"{\"a\" 1}",
        b"{\"activities\":[{\"userId\":\"a\"}]} and more",
        deep.as_bytes(),
    ];
    for body in bodies {
        world.push_bytes(body).await;
    }
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.deliveries_dead), (0, 9));
}

#[tokio::test]
async fn empty_lists_and_nothing_items_do_no_harm() {
    let world = World::new().await;
    let user = world.person("a").await;
    let bodies = [
        json!({}),
        json!({ "activities": [] }),
        json!({ "activities": null, "sleeps": 3, "dailies": "none" }),
        json!({ "activities": [null, 5, "x", [], [[]], {}] }),
        json!({ "activities": [{ "summaryId": "w1" }] }),
        json!({ "activities": [{ "userId": null }, { "userId": {} }, { "userId": "" }, { "userId": true }] }),
        json!({ "activities": { "userId": "a", "summaryId": "w7", "startTimeInSeconds": 1_772_323_200, "durationInSeconds": 5 } }),
    ];
    for body in bodies {
        world.push(&body).await;
    }
    world.work().await;
    let depths = world.depths().await;
    assert_eq!((depths.deliveries_waiting, depths.deliveries_dead, depths.parts_waiting), (0, 0, 0));
    assert!(depths.parts_unmatched > 0);
    assert_eq!(events(&world, user).await.len(), 1, "a lone object counts as a list of one");
}

#[tokio::test]
async fn one_bad_item_among_good_ones_costs_itself() {
    let world = World::new().await;
    let user = world.person("a").await;
    let bad = json!({ "userId": "a", "startTimeInSeconds": "no time at all" });
    let worse = json!({ "userId": "a", "summaryId": ["x"], "startTimeInSeconds": { "a": 1 } });
    let body =
        json!({ "activities": [activity("a", 1, 5.0), bad, activity("a", 2, 5.0), worse, activity("a", 3, 5.0)] });
    world.push(&body).await;
    world.work().await;
    assert_eq!(events(&world, user).await.len(), 3);
    let run = world.runs(user).await.remove(0);
    assert_eq!((run.status.as_str(), run.items_processed), ("partial", Some(5)));
    let count = run.metadata["issues"].as_u64().unwrap();
    assert!(count >= 2);
    let told = run.metadata["first_issues"].as_array().unwrap();
    assert!(told.len() >= 2 && told.iter().all(|issue| issue["code"].is_string() && issue["field"].is_string()));
    assert!(!run.metadata.to_string().contains("no time at all"), "{}", run.metadata);
    assert!(run.error.unwrap().starts_with(&format!("{count} issues, the first: ")));
}

#[tokio::test]
async fn bytes_that_are_no_text_cost_their_item() {
    let world = World::new().await;
    let user = world.person("a").await;
    let mut body = b"{\"activities\":[".to_vec();
    body.extend(text(&activity("a", 1, 5.0)).into_bytes());
    body.extend(b",{\"userId\":\"a\",\"summaryId\":\"\xff\xfe\"},{\"userId\":\"\xc3\",\"summaryId\":\"x\"},");
    body.extend(text(&activity("a", 2, 5.0)).into_bytes());
    body.extend(b"]}");
    world.push_bytes(&body).await;
    world.work().await;
    assert_eq!(world.depths().await.parts_dead, 0);
    assert!(!events(&world, user).await.is_empty());
}

#[tokio::test]
async fn a_type_that_is_not_known_is_kept_counted_and_shown() {
    let world = World::new().await;
    let user = world.person("a").await;
    world.push(&json!({ "moonPhases": [{ "userId": "a", "phase": 1 }, { "userId": "a", "phase": 2 }] })).await;
    world.work().await;
    let run = world.runs(user).await.remove(0);
    assert_eq!((run.status.as_str(), run.items_processed), ("partial", Some(2)));
    assert_eq!(run.metadata["summary_type"], "moonPhases");
    let query = ReplayQuery { part_type: Some("moonPhases".to_owned()), ..Default::default() };
    assert_eq!(world.store.replay(query, world.clock.now()).await.unwrap(), 1, "its bytes are still there");
}

#[tokio::test]
async fn ten_thousand_strangers_in_one_body_are_ten_thousand_parts() {
    let world = World::new().await;
    let user = world.person("u77").await;
    let items: Vec<Value> = (0..10_000).map(|n| json!({ "userId": format!("u{n}"), "summaryId": "w", "startTimeInSeconds": 1_772_323_200, "durationInSeconds": 5 })).collect();
    world.push(&json!({ "activities": items })).await;
    world.work().await;
    assert_eq!(world.depths().await.parts_unmatched, 9_999);
    assert_eq!(events(&world, user).await.len(), 1);
}

#[tokio::test]
async fn an_item_of_thirty_megabytes_is_read() {
    let world = World::new().await;
    let user = world.person("a").await;
    let mut body = br#"{"activityDetails":[{"userId":"a","summaryId":"w1-detail","filler":""#.to_vec();
    body.resize(30 * 1024 * 1024, b'x');
    body.extend(br#"","summary":{"startTimeInSeconds":1772323200,"durationInSeconds":60},"samples":[{"startTimeInSeconds":1772323200,"heartRate":99}]}]}"#);
    world.push_bytes(&body).await;
    world.work().await;
    assert_eq!(dump(&world, user).await.points.len(), 1);
}
