//! `/api/v1/settings/policies`, and erasing what came through a connection.

use crate::world::World;
use serde_json::{Value, json};
use store::OnConsentWithdrawn;

const POLICIES: &str = "/api/v1/settings/policies";

#[tokio::test]
async fn a_team_decides_what_becomes_of_withdrawn_data_for_itself_alone() {
    let world = World::new().await;
    let shown = world.as_developer("GET", POLICIES, None).await.expect(200);
    assert_eq!(shown, json!({ "on_consent_withdrawn": "keep" }));
    let erase = json!({ "on_consent_withdrawn": "erase" });
    assert_eq!(world.as_developer("PUT", POLICIES, Some(erase.clone())).await.expect(200), erase);
    assert_eq!(world.as_developer("GET", POLICIES, None).await.expect(200), erase);
    let theirs = world.store.find_on_consent_withdrawn(world.b.team).await.unwrap();
    assert_eq!(theirs, OnConsentWithdrawn::Keep);
}

#[tokio::test]
async fn a_team_that_did_not_choose_follows_the_installation_and_one_that_did_does_not() {
    let world = World::new().await;
    let keep = json!({ "on_consent_withdrawn": "keep" });
    world.as_developer("PUT", POLICIES, Some(keep.clone())).await.expect(200);
    world.store.put_default_on_consent_withdrawn(OnConsentWithdrawn::Erase).await.unwrap();
    assert_eq!(world.as_developer("GET", POLICIES, None).await.expect(200), keep);
    let theirs = world.store.find_on_consent_withdrawn(world.b.team).await.unwrap();
    assert_eq!(theirs, OnConsentWithdrawn::Erase);
    world.store.put_default_on_consent_withdrawn(OnConsentWithdrawn::Keep).await.unwrap();
    let theirs = world.store.find_on_consent_withdrawn(world.b.team).await.unwrap();
    assert_eq!(theirs, OnConsentWithdrawn::Keep);
}

#[tokio::test]
async fn a_choice_that_does_not_exist_and_a_key_are_refused() {
    let world = World::new().await;
    for body in
        [json!({ "on_consent_withdrawn": "sell" }), json!({}), json!({ "on_consent_withdrawn": "keep", "x": 1 })]
    {
        world.as_developer("PUT", POLICIES, Some(body)).await.expect(400);
    }
    let refused = world.with_key("GET", POLICIES, None).await;
    assert!(matches!(refused.status.as_u16(), 401 | 403));
}

/// A day of the account's comes and is applied.
async fn push_a_day(world: &World) {
    let day = json!({ "dailies": [{
        "userId": "account", "summaryId": "d1", "calendarDate": "2026-11-20", "startTimeInSeconds": 1_795_132_800,
        "startTimeOffsetInSeconds": 0, "durationInSeconds": 86_400, "steps": 5000,
    }] });
    world.push(&day).await;
    world.work().await;
}

#[tokio::test]
async fn erasing_a_connections_data_ends_it_and_leaves_nothing() {
    let world = World::new().await;
    let user = world.person("account").await;
    push_a_day(&world).await;
    let path = format!("/api/v1/users/{user}/connections/garmin");
    let counted = || async { world.store.list_sources(user).await.unwrap().len() };
    assert_eq!(counted().await, 1);
    let answer = world.with_key("DELETE", &format!("{path}/data"), None).await.expect(200);
    assert_eq!(answer, json!({ "status": "erasing" }));
    world.work().await;
    assert_eq!(counted().await, 0);
    let shown: Value = world.get(&format!("/api/v1/users/{user}/connections")).await.expect(200);
    assert_eq!((shown[0]["status"].as_str(), &shown[0]["last_synced_at"]), (Some("revoked"), &Value::Null));
    let strangers = format!("/api/v1/users/{}/connections/garmin/data", world.user_of(world.b.team, "x").await);
    world.with_key("DELETE", &strangers, None).await.expect(404);
    world.with_key("DELETE", &format!("/api/v1/users/{user}/connections/oura/data"), None).await.expect(404);
}

#[tokio::test]
async fn an_erased_user_is_told_in_numbers_that_only_their_team_sees() {
    let world = World::new().await;
    let user = world.person("account").await;
    push_a_day(&world).await;
    let told = world.as_developer("DELETE", &format!("/api/v1/users/{user}"), None).await.expect(200);
    assert_eq!(told["id"], user.to_string());
    let erasure = &told["erasure"];
    let counts = &erasure["counts"];
    assert_eq!(erasure["state"], "finished");
    assert_eq!((&counts["connections"], &counts["parts"], &counts["sources"]), (&json!(1), &json!(1), &json!(1)));
    assert!(counts["points"].as_u64() >= Some(1) && counts["series_blocks"].as_u64() >= Some(1), "{counts}");
    let kept = world.as_developer("GET", "/api/v1/settings/erasures", None).await.expect(200);
    assert_eq!(kept, json!([erasure]));
    let theirs = world.store.list_erasure_reports(world.b.team, model::Timestamp::MAX, 9).await.unwrap();
    assert!(theirs.is_empty(), "{theirs:?}");
    world.as_developer("DELETE", &format!("/api/v1/users/{user}"), None).await.expect(404);
}

#[tokio::test]
async fn a_user_with_much_is_gone_when_it_is_answered_and_counted_while_the_rest_goes() {
    let world = World::new().await;
    let body = Some(json!({ "external_user_id": "one" }));
    let made = world.with_key("POST", "/api/v1/users", body.clone()).await.expect(201);
    let user: model::UserId = model::UserId::from_uuid(made["id"].as_str().unwrap().parse().unwrap());
    let part = |number| store::Part {
        lane: store::Lane::of_user(user),
        receipt: 1,
        number,
        user_id: Some(user),
        team_id: Some(world.a.team),
        connection_id: None,
        app_id: None,
        account: None,
        provider: model::ProviderName::parse("garmin").unwrap(),
        kind: store::DeliveryKind::Webhook,
        part_type: "dailies".to_owned(),
        meta: model::PartMeta::default(),
        body: store::Body::Expired,
        size: 1,
        received_at: world.clock.now(),
        attempts: 0,
        quiet: false,
        is_notice: false,
    };
    world.store.put_parts((0..5_000).map(part).collect()).await.unwrap();
    let told = world.as_developer("DELETE", &format!("/api/v1/users/{user}"), None).await.expect(200);
    assert_eq!(told["erasure"]["state"], "in_progress");
    assert!(told["erasure"]["counts"]["parts"].as_u64() < Some(5_000), "{told}");
    world.get(&format!("/api/v1/users/{user}")).await.expect(404);
    let again = world.with_key("POST", "/api/v1/users", body).await.expect(201);
    assert_ne!(again["id"], made["id"]);
    world.intake.erase_waiting().await.unwrap();
    let kept = world.as_developer("GET", "/api/v1/settings/erasures", None).await.expect(200);
    assert_eq!((&kept[0]["state"], &kept[0]["counts"]), (&json!("finished"), &json!({ "parts": 5_000 })));
    assert_eq!(kept[0]["erased_at"], told["erasure"]["erased_at"]);
}

#[tokio::test]
async fn a_policy_of_retention_is_kept_checked_and_shown_with_how_far_it_is() {
    let world = World::new().await;
    let put = async |retention: Value| {
        let body = json!({ "on_consent_withdrawn": "keep", "retention": retention });
        world.as_developer("PUT", POLICIES, Some(body)).await
    };
    let policy = json!({ "raw_days": 30, "full_resolution_days": 90, "reduced_resolution": "5min", "cold_after_days": 180, "delete_after_days": 365 });
    assert_eq!(put(policy.clone()).await.expect(200)["retention"], policy);
    // who knows nothing of it leaves it as it is
    let keep = json!({ "on_consent_withdrawn": "keep" });
    assert_eq!(world.as_developer("PUT", POLICIES, Some(keep)).await.expect(200)["retention"], policy);
    for (wrong, named) in [
        (json!({ "raw_days": 0 }), "raw_days"),
        (json!({ "full_resolution_days": 5 }), "reduced_resolution"),
        (json!({ "full_resolution_days": 5, "reduced_resolution": "1day" }), "1day"),
        (
            json!({ "full_resolution_days": 5, "reduced_resolution": "1min", "delete_after_days": 5 }),
            "delete_after_days",
        ),
        (json!({ "cold_after_days": 0 }), "cold_after_days"),
        (json!({ "cold_after_days": 9, "delete_after_days": 9 }), "delete_after_days"),
        (
            json!({ "full_resolution_days": 9, "reduced_resolution": "1min", "cold_after_days": 8 }),
            "cold_after_days must be more than retention.full_resolution_days",
        ),
        (json!({ "keep": 1 }), "keep"),
    ] {
        let refused = put(wrong).await.expect(400);
        assert!(refused.to_string().contains(named), "{refused}");
    }
    assert_eq!(world.store.find_retention(world.b.team).await.unwrap(), store::Retention::default());
    let state = world.as_developer("GET", "/api/v1/settings/retention", None).await.expect(200);
    assert_eq!((&state["lanes"], &state["lanes_ended"], &state["all_ended_at"]), (&json!(64), &json!(0), &Value::Null));
    put(json!({})).await.expect(200);
    assert_eq!(world.store.find_retention(world.a.team).await.unwrap(), store::Retention::default());
}

#[tokio::test]
async fn a_policy_that_needs_cold_storage_is_refused_by_a_server_without_it() {
    let world = World::without_cold().await;
    let body = json!({ "on_consent_withdrawn": "erase", "retention": { "cold_after_days": 90 } });
    let refused = world.as_developer("PUT", POLICIES, Some(body)).await.expect(400);
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.starts_with("retention.cold_after_days") && detail.contains("cold.url"), "{detail}");
    let shown = world.as_developer("GET", POLICIES, None).await.expect(200);
    assert_eq!(shown, json!({ "on_consent_withdrawn": "keep" }), "nothing of it was taken");
}
