//! `/api/v1/usage`: a team is told what it has, by key and by token, and nothing of others.

use crate::world::{KEY_HEADER, World, request};
use serde_json::{Value, json};
use std::time::Duration;

const USAGE: &str = "/api/v1/usage";

fn day() -> Value {
    json!({ "dailies": [{
        "userId": "account", "summaryId": "d1", "calendarDate": "2026-11-20", "startTimeInSeconds": 1_795_132_800,
        "startTimeOffsetInSeconds": 0, "durationInSeconds": 86_400, "steps": 5000,
    }] })
}

#[tokio::test]
async fn a_team_is_told_what_it_has_and_nothing_of_others() {
    let world = World::new().await;
    world.person("account").await;
    world.push(&day()).await;
    world.work().await;
    let theirs = world.user_of(world.b.team, "stranger").await;
    let told = world.get(USAGE).await.expect(200);
    assert_eq!(told["counted_at"], "2026-11-21T12:00:00Z");
    assert_eq!((&told["users"], &told["active_connections"], &told["parts"]), (&json!(1), &json!(1), &json!(1)));
    for figure in ["points", "block_bytes", "part_bytes"] {
        assert!(told[figure].as_u64() > Some(0), "{figure} of {told}");
    }
    assert_eq!(world.as_developer("GET", USAGE, None).await.expect(200), told);
    let other = world.send(request("GET", USAGE, &[(KEY_HEADER, &world.b.key)], None)).await.expect(200);
    let nothing = json!({
        "counted_at": "2026-11-21T12:00:00Z", "users": 1, "active_connections": 0, "points": 0, "block_bytes": 0,
        "events": 0, "parts": 0, "part_bytes": 0, "spooled_parts": 0, "cold_objects": 0,
        "cold_points": 0, "cold_bytes": 0, "messages": 0,
    });
    assert_eq!(other, nothing, "only {theirs} is theirs");
}

#[tokio::test]
async fn nobody_is_told_without_a_key() {
    let world = World::new().await;
    world.send(request("GET", USAGE, &[], None)).await.expect(401);
    world.send(request("GET", USAGE, &[(KEY_HEADER, "sk-00")], None)).await.expect(401);
}

#[tokio::test]
async fn figures_are_counted_anew_when_they_are_ten_minutes_old() {
    let world = World::new().await;
    assert_eq!(world.get(USAGE).await.expect(200)["users"], 0);
    world.user_of(world.a.team, "late").await;
    world.clock.advance(Duration::from_secs(599));
    assert_eq!(world.get(USAGE).await.expect(200)["users"], 0);
    world.clock.advance(Duration::from_secs(1));
    let told = world.get(USAGE).await.expect(200);
    assert_eq!((&told["users"], &told["counted_at"]), (&json!(1), &json!("2026-11-21T12:10:00Z")));
}

#[tokio::test]
async fn a_dashboard_counts_connections_phones_and_events_of_its_team_alone() {
    const STATS: &str = "/api/v1/dashboard/stats";
    let world = World::new().await;
    let user = world.person("account").await;
    world.user_of(world.a.team, "unconnected").await;
    world.push(&crate::events::activity("account", 1)).await;
    world.push(&crate::events::night("account")).await;
    let of_phone = store_source("apple");
    world.store.ensure_sources(user, vec![of_phone], world.clock.now()).await.unwrap();
    let told = world.as_developer("GET", STATS, None).await.expect(200);
    assert_eq!((&told["total_users"]["count"], &told["active_conn"]["count"]), (&json!(2), &json!(2)));
    let events = json!({ "count": 2, "workouts": 1, "sleep": 1, "menstrual_cycles": 0 });
    assert_eq!(told["event_records"], events);
    let connected = json!({
        "users_with_active": 1, "users_with_multi_active": 1,
        "top_providers": [{ "provider": "apple", "count": 1 }, { "provider": "garmin", "count": 1 }],
    });
    assert_eq!(told["connections_coverage"], connected);
    let bearer = format!("Bearer {}", world.b.token);
    let other = world.send(request("GET", STATS, &[("authorization", &bearer)], None)).await.expect(200);
    assert_eq!((&other["total_users"]["count"], &other["event_records"]["count"]), (&json!(0), &json!(0)));
    assert_eq!(other["connections_coverage"]["top_providers"], json!([]));
    let by_key = world.get(STATS).await.status.as_u16();
    assert!(matches!(by_key, 401 | 403), "a key is no developer: {by_key}");
}

fn store_source(provider: &'static str) -> model::Source {
    model::Source::of(model::ProviderName::from_static(provider))
}
