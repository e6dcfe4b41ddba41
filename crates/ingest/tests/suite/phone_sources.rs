//! Devices that a phone tells apart.

use crate::{dump::dump, world::World};
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};
use std::convert::Infallible;

fn steps(device_id: &Value, value: f64) -> Value {
    json!({
        "id": format!("{device_id}-{value}"), "type": "HKQuantityTypeIdentifierStepCount", "value": value, "unit": "count",
        "startDate": "2026-11-17T08:00:00Z", "endDate": "2026-11-17T08:10:00Z",
        "source": {"appId": "com.apple.health", "deviceModel": "Watch7,5", "deviceId": device_id}
    })
}

#[tokio::test]
async fn two_watches_of_one_model_are_two_sources_and_what_was_there_is_the_firsts() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    for (device_id, value, points) in [
        (Value::Null, 100.0, 1),
        (json!("one"), 100.0, 1),
        (json!("two"), 80.0, 2),
        (json!("one"), 101.0, 2),
        (Value::Null, 102.0, 2),
        (json!("two"), 80.0, 2),
    ] {
        let body = json!({"provider": "apple", "data": {"records": [steps(&device_id, value)]}}).to_string();
        world.intake.accept_sync(user, stream::iter([Ok::<_, Infallible>(Bytes::from(body))])).await.unwrap();
        world.work().await;
        assert_eq!(dump(&world, user).await.points.len(), points, "{device_id} {value}");
    }
    let ids: Vec<Option<String>> =
        world.store.list_sources(user).await.unwrap().into_iter().map(|kept| kept.source.device_id).collect();
    assert_eq!(ids, [Some("one".to_owned()), Some("two".to_owned())]);
}
