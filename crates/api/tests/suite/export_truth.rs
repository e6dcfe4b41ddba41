//! `GET /api/v1/users/{id}/export?merged=true`: one record out of all sources; and that nothing leaves twice.

use crate::{
    events::{activity, night},
    export::{export, lines, observed, own_code, queried, world},
    phones::{stage, synced},
    world::World,
};
use model::UserId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn of_kind<'r>(resources: &'r [Value], code: &str) -> Vec<&'r Value> {
    let is_it = |coding: &Value| coding["system"] == "urn:wearhouse:event" && coding["code"] == code;
    let has = |it: &&Value| it["code"]["coding"].as_array().is_some_and(|all| all.iter().any(is_it));
    resources.iter().filter(has).collect()
}

/// A watch and a bicycle computer told of one effort, a watch and a phone of one night.
async fn twice_told() -> (World, UserId) {
    let world = World::new().await;
    let user = world.person("ann").await;
    world.push(&activity("ann", 1)).await;
    let mut other = activity("ann", 1);
    other["activityDetails"] = json!([]);
    other["activities"][0]["activityId"] = json!(77);
    other["activities"][0]["summaryId"] = json!("77");
    other["activities"][0]["deviceName"] = json!("Edge 540");
    other["activities"][0]["durationInSeconds"] = json!(1_190);
    world.push(&other).await;
    world.push(&night("ann")).await;
    let slept = json!({"sleep": [
        stage("light", "2026-11-20T22:10:00Z", "2026-11-21T01:00:00Z"),
        stage("deep", "2026-11-21T01:00:00Z", "2026-11-21T04:00:00Z"),
        stage("light", "2026-11-19T22:00:00Z", "2026-11-20T04:00:00Z"),
    ]});
    synced(&world, user, "apple", slept).await;
    (world, user)
}

#[tokio::test]
async fn a_merged_export_has_the_samples_of_a_merged_query() {
    let (world, user) = world().await;
    let apart = queried(&world, json!({})).await;
    for resolution in ["raw", "1hour", "1day"] {
        let expected = queried(&world, json!({"merged": true, "resolution": resolution})).await;
        let found =
            lines(export(&world, user, &format!("format=fhir&merged=true&what=samples&resolution={resolution}")).await);
        assert!(observed(&found) == expected, "{resolution}");
        let ids: BTreeSet<&str> = found.iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), found.len(), "{resolution}");
        assert!(
            resolution != "raw" || expected.values().sum::<usize>() < apart.values().sum(),
            "two counted the steps"
        );
    }
    let rows = lines(export(&world, user, "format=ndjson&merged=true&types=steps").await);
    assert_eq!(rows.len(), 96 + 1, "a watch's quarters and its total");
    let plain = lines(export(&world, user, "format=fhir&types=steps").await);
    let merged = lines(export(&world, user, "format=fhir&types=steps&merged=true").await);
    let ids = |all: &[Value]| -> BTreeSet<String> {
        all.iter().filter(|it| own_code(it).is_some()).map(|it| it["id"].to_string()).collect()
    };
    assert!(ids(&plain).is_disjoint(&ids(&merged)), "a merged sample may be a part of what a source told");
}

#[tokio::test]
async fn one_record_of_an_effort_and_of_a_night_is_in_a_merged_export() {
    let (world, user) = twice_told().await;
    let all = lines(export(&world, user, "format=fhir&what=workouts,sleep").await);
    assert_eq!((of_kind(&all, "workout").len(), of_kind(&all, "sleep").len()), (2, 3));
    let merged = lines(export(&world, user, "format=fhir&what=workouts,sleep&merged=true").await);
    let listed = world
        .get(&format!(
            "/api/v1/users/{user}/events/workouts?start_date=2026-11-01&end_date=2026-11-30&totals_only=true"
        ))
        .await
        .expect(200);
    let [workout] = of_kind(&merged, "workout")[..] else { panic!("{merged:?}") };
    assert_eq!(workout["id"], listed["data"][0]["id"], "that which counts towards totals");
    let nights = of_kind(&merged, "sleep");
    let providers: Vec<&str> = nights.iter().map(|night| night["meta"]["source"].as_str().unwrap()).collect();
    assert_eq!(providers, ["urn:wearhouse:provider:apple"; 2], "the phone is trusted more, and alone knows the first");
    let table = lines(export(&world, user, "format=ndjson&what=sleep&merged=true").await);
    assert_eq!(table.len(), 2);
}

#[tokio::test]
async fn stages_leave_with_their_nights_and_not_once_more_as_samples() {
    let (world, user) = twice_told().await;
    let whole = lines(export(&world, user, "format=fhir").await);
    let as_samples = |all: &[Value]| all.iter().filter(|it| own_code(it) == Some("sleep_stage")).count();
    assert_eq!((as_samples(&whole), of_kind(&whole, "sleep_stage").len()), (0, 3 + 3));
    let only_samples = lines(export(&world, user, "format=fhir&what=samples").await);
    assert_eq!((as_samples(&only_samples), of_kind(&only_samples, "sleep_stage").len()), (3, 0));
    let named = lines(export(&world, user, "format=fhir&types=sleep_stage&what=samples,sleep").await);
    assert_eq!(as_samples(&named), 3, "who names them wants them");
    let mhealth = lines(export(&world, user, "format=omh").await);
    assert!(!mhealth.iter().any(|it| it["header"]["schema_id"]["name"] == "sleep_stage"));
    assert_eq!(lines(export(&world, user, "format=ndjson&types=sleep_stage").await).len(), 3);
}

#[tokio::test]
async fn samples_at_a_regular_pace_stand_together_where_that_was_asked() {
    let (world, user) = world().await;
    let runs = lines(export(&world, user, "format=fhir&types=heart_rate&sampled=true&end=2026-11-14").await);
    let held: usize =
        runs.iter().filter_map(|it| it["valueSampledData"]["data"].as_str()).map(|data| data.split(' ').count()).sum();
    let each = lines(export(&world, user, "format=fhir&types=heart_rate&end=2026-11-14").await);
    let observations = |all: &[Value]| all.iter().filter(|it| it["resourceType"] == "Observation").count();
    assert_eq!((held, observations(&each)), (5_000, 5_000));
    assert!(observations(&runs) < 20, "{}", observations(&runs));
    let refused = world.get(&format!("/api/v1/users/{user}/export?format=csv&sampled=true")).await.expect(400);
    assert!(refused["detail"].as_str().unwrap().starts_with("sampled: "));
}
