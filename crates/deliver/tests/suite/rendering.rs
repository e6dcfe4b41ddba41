//! Bodies out of the store, and test events.

use crate::{receiver::Receiver, world::GARMIN, world::World};
use model::RunId;
use serde_json::{Value, json};
use store::{Emission, Subject, SyncEvent};

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_run_is_told_as_it_ended() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    world.add_endpoint(&receiver.url, |_| {}).await;
    let (now, run_id) = (world.clock.now(), RunId::generate(&world.clock, &world.rng));
    let event = SyncEvent {
        event_id: run_id.as_uuid(),
        run_id,
        provider: GARMIN,
        source: "webhook".to_owned(),
        stage: "completed".to_owned(),
        status: "success".to_owned(),
        message: Some("Garmin: activities".to_owned()),
        progress: Some(1.0),
        items_processed: Some(3),
        items_total: None,
        error: None,
        metadata: json!({"summary_type": "activities"}),
        started_at: None,
        ended_at: Some(now),
        timestamp: now,
    };
    let emission = Emission {
        event_type: "sync.completed".to_owned(),
        subject: Subject::Run { id: run_id },
        historical: false,
        changed: Vec::new(),
    };
    world.store.put_sync_events(world.team, world.user, vec![event], vec![emission]).await.unwrap();
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
