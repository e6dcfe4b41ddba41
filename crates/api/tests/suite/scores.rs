//! `/api/v1/scores` and `/api/v1/users/{id}/health-scores`.

use crate::world::World;
use model::{
    LocalOffset, ProviderName, ScoreCategory, ScoreComponent, ScoreId, Source, Stamp, Timestamp, UserId, derived_id,
};
use serde_json::{Value, json};
use store::StoredScore;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn score(category: ScoreCategory, source: i32, time: &str, value: Option<f64>) -> StoredScore {
    StoredScore {
        id: ScoreId::from_uuid(derived_id(&[category.as_str().as_bytes(), time.as_bytes()])),
        category,
        source,
        at: at(time),
        offset: None,
        value,
        qualifier: None,
        components: Vec::new(),
        stamp: Stamp { rank: 0, receipt: 1, part: 0 },
    }
}

/// A night of the watch with parts, its stress as a word only, and two recoveries of a band.
async fn person(world: &World) -> UserId {
    let user = world.person("account").await;
    let sources = [Source::of(ProviderName::from_static("garmin")), Source::of(ProviderName::from_static("whoop"))];
    let now = world.clock.now();
    let numbers = world.store.ensure_sources(user, sources.to_vec(), now).await.unwrap();
    let part = |name: &str, value: Option<f64>, qualifier: Option<&str>| ScoreComponent {
        name: name.to_owned(),
        value,
        qualifier: qualifier.map(str::to_owned),
    };
    let night = StoredScore {
        offset: Some(LocalOffset::device(7200)),
        components: vec![part("duration", Some(91.0), None), part("stages", None, Some("good"))],
        ..score(ScoreCategory::Sleep, numbers[0], "2026-11-16T22:00:00Z", Some(82.0))
    };
    let word = StoredScore {
        qualifier: Some("balanced".to_owned()),
        ..score(ScoreCategory::Stress, numbers[0], "2026-11-17T00:00:00Z", None)
    };
    let recoveries = ["2026-11-17T06:00:00Z", "2026-11-18T06:00:00Z"]
        .map(|time| score(ScoreCategory::Recovery, numbers[1], time, Some(55.5)));
    world.put_scores(user, [vec![night, word], recoveries.to_vec()].concat()).await;
    user
}

async fn listed(world: &World, user: UserId, query: &str) -> Value {
    world.get_owned(format!("/api/v1/users/{user}/health-scores?{query}")).await.expect(200)
}

fn times(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|score| score["recorded_at"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn scores_come_latest_first_with_their_parts_and_whence_they_are() {
    let world = World::new().await;
    let user = person(&world).await;
    let page = listed(&world, user, "").await;
    let expected = ["2026-11-18T06:00:00Z", "2026-11-17T06:00:00Z", "2026-11-17T00:00:00Z", "2026-11-16T22:00:00Z"];
    assert_eq!(times(&page), expected);
    let night = &page["data"][3];
    assert_eq!((&night["category"], &night["value"]), (&json!("sleep"), &json!(82.0)));
    assert_eq!((&night["zone_offset"], &night["provider"]), (&json!("+02:00"), &json!("garmin")));
    let parts = json!({"duration": {"value": 91.0, "qualifier": null}, "stages": {"value": null, "qualifier": "good"}});
    assert_eq!(night["components"], parts);
    let sources = world.get_owned(format!("/api/v1/users/{user}/data-sources")).await.expect(200);
    let known: Vec<&Value> = sources["items"].as_array().unwrap().iter().map(|source| &source["id"]).collect();
    assert!(known.contains(&&night["data_source_id"]));
    let word = &page["data"][2];
    assert_eq!(
        (&word["value"], &word["qualifier"], &word["components"]),
        (&Value::Null, &json!("balanced"), &Value::Null)
    );
    let pagination = json!({"next_cursor": null, "previous_cursor": null, "has_more": false, "total_count": 4});
    assert_eq!(page["pagination"], pagination);
    let metadata = json!({"resolution": null, "sample_count": 4, "start_time": null, "end_time": null});
    assert_eq!(page["metadata"], metadata);
}

#[tokio::test]
async fn scores_are_chosen_by_category_provider_and_span_and_told_page_by_page() {
    let world = World::new().await;
    let user = person(&world).await;
    assert_eq!(listed(&world, user, "category=stress").await["data"][0]["qualifier"], json!("balanced"));
    assert_eq!(listed(&world, user, "provider=whoop").await["pagination"]["total_count"], json!(2));
    assert_eq!(listed(&world, user, "provider=whoop&category=sleep").await["data"], json!([]));
    assert_eq!(listed(&world, user, "provider=oura").await["data"], json!([]));
    // from its begin on, before its end
    let day = listed(&world, user, "start_date=2026-11-17&end_date=2026-11-18").await;
    assert_eq!(times(&day), ["2026-11-17T06:00:00Z", "2026-11-17T00:00:00Z"]);
    assert_eq!(day["metadata"]["start_time"], json!("2026-11-17T00:00:00Z"));
    assert_eq!(times(&listed(&world, user, "end_date=2026-11-17T00:00:00Z").await), ["2026-11-16T22:00:00Z"]);
    assert_eq!(listed(&world, user, "start_date=2026-11-18&end_date=2026-11-17").await["data"], json!([]));
    let mut paged = Vec::new();
    for (offset, more) in [(0, true), (3, false), (6, false)] {
        let page = listed(&world, user, &format!("limit=3&offset={offset}")).await;
        assert_eq!((&page["pagination"]["has_more"], &page["pagination"]["total_count"]), (&json!(more), &json!(4)));
        paged.extend(page["data"].as_array().unwrap().clone());
    }
    assert_eq!(json!(paged), listed(&world, user, "").await["data"]);
}

#[tokio::test]
async fn what_no_list_of_scores_can_be_asked_is_refused_by_its_name() {
    let world = World::new().await;
    let user = person(&world).await;
    for (name, query) in [
        ("limit", "limit=1001"),
        ("limit", "limit=0"),
        ("offset", "offset=-1"),
        ("offset", "offset=99999999999"),
        ("category", "category=mood"),
        ("provider", "provider=Not%20One"),
        ("datetime", "start_date=yesterday"),
    ] {
        let answer = world.get_owned(format!("/api/v1/users/{user}/health-scores?{query}")).await.expect(400);
        assert!(answer["detail"].as_str().unwrap().contains(name), "{query}: {answer}");
    }
    let nobody = uuid::Uuid::from_u128(7);
    let page = world.get_owned(format!("/api/v1/users/{nobody}/health-scores")).await.expect(200);
    assert_eq!((&page["data"], &page["pagination"]["total_count"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn the_algorithms_explain_themselves() {
    let world = World::new().await;
    let list = world.get("/api/v1/scores").await.expect(200);
    let algorithms = list["data"].as_array().unwrap();
    assert_eq!(algorithms.len(), 11);
    let sleep = &algorithms[0];
    assert_eq!((&sleep["name"], &sleep["version"], &sleep["category"]), (&json!("sleep"), &json!(1), &json!("sleep")));
    assert_eq!(sleep["range"], json!({"least": 0.0, "greatest": 100.0}));
    assert_eq!((&sleep["components"][0]["name"], &sleep["components"][0]["weight"]), (&json!("duration"), &json!(0.4)));
    assert_eq!(sleep["needs"][0], json!({"input": "night", "least": 1, "required": true}));
    assert_eq!((&sleep["reads_days_back"], &sleep["changes_days_forward"]), (&json!(14), &json!(14)));
    for algorithm in algorithms {
        assert!(!algorithm["formula"].as_str().unwrap().is_empty(), "{algorithm}");
        assert!(!algorithm["sources"].as_array().unwrap().is_empty(), "{algorithm}");
    }
    let uth = json!("10.1007/s00421-003-0988-y");
    assert!(algorithms.iter().any(|it| it["sources"].as_array().unwrap().iter().any(|source| source["doi"] == uth)));
}
