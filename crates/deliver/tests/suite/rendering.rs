//! Bodies out of the store, and test events.

use crate::{receiver::Receiver, world::World};
use model::RunId;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_run_is_told_as_it_ended() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    world.add_endpoint(&receiver.url, |_| {}).await;
    let run_id = RunId::generate(&world.clock, &world.rng);
    world.tell_run(run_id, "Garmin: activities", true).await;
    let running = world.run();
    let body: Value = serde_json::from_slice(&receiver.next().await.body).unwrap();
    running.stop().await;
    let expected = json!({"type": "sync.completed", "data": {
        "user_id": world.user, "provider": "garmin", "source": "webhook", "run_id": run_id,
        "message": "Garmin: activities", "metadata": {"summary_type": "activities"},
        "status": "success", "items_processed": 3,
    }});
    assert_eq!(body, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_has_a_test_event_of_its_own_shape() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |it| it.filter_types = vec!["none".to_owned()]).await;
    let running = world.run();
    let types = [
        ("workout.created", "distance_meters"),
        ("workout.updated", "changed"),
        ("sleep.created", "stages"),
        ("sleep.updated", "revision"),
        ("sync.completed", "run_id"),
        ("sync.failed", "error"),
        ("connection.created", "connected_at"),
        ("connection.revoked", "reason"),
    ];
    for (event_type, field) in types {
        let emission = deliver::test_emission(event_type).unwrap();
        world.store.put_message(&endpoint, world.user, emission, world.clock.now()).await.unwrap();
        let body: Value = serde_json::from_slice(&receiver.next().await.body).unwrap();
        assert_eq!(body["type"], event_type);
        assert!(!body["data"][field].is_null(), "{body}");
    }
    running.stop().await;
    assert_eq!(deliver::test_emission("user.created"), None);
}
