//! What is never sent: to private addresses, to endpoints that are off, about what is gone.

use crate::{receiver::Receiver, world::World};
use net::CustomerPolicy;

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_refused_unless_allowed() {
    let (mut world, mut receiver) = (World::new().await, Receiver::start().await);
    world.policy = CustomerPolicy { allow_private: false, allow_http: true, allow_any_port: true };
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    world.connect().await;
    let running = world.run();
    let attempts = world.attempts(&endpoint, 1).await;
    running.stop().await;
    assert_eq!(attempts[0].status, None);
    assert!(attempts[0].error.as_deref().unwrap().contains("not public"), "{attempts:?}");
    assert!(receiver.is_quiet());
    assert_eq!(world.store.queue_depths().await.unwrap().messages_waiting, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_switched_off_after_the_message_was_made_gets_nothing() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let mut endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    world.connect().await;
    endpoint.enabled = false;
    world.store.put_endpoint(endpoint.clone()).await.unwrap();
    let running = world.run();
    let attempts = world.attempts(&endpoint, 1).await;
    running.stop().await;
    assert!(attempts[0].error.as_deref().unwrap().starts_with("skipped: the endpoint"));
    assert!(receiver.is_quiet());
    assert_eq!(world.store.queue_depths().await.unwrap().messages_waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_before_the_first_attempt_ends_with_its_reason() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let endpoint = world.add_endpoint(&receiver.url, |_| {}).await;
    let mut emission = deliver::test_emission("workout.created").unwrap();
    emission.subject = store::Subject::Event {
        kind: model::EventKind::Workout,
        id: model::EventId::generate(&world.clock, &world.rng),
        revision: 1,
    };
    world.store.put_message(&endpoint, world.user, emission, world.clock.now()).await.unwrap();
    let running = world.run();
    let attempts = world.attempts(&endpoint, 1).await;
    running.stop().await;
    assert_eq!(attempts[0].error.as_deref(), Some("skipped: the event was deleted"));
    assert!(receiver.is_quiet());
    let depths = world.store.queue_depths().await.unwrap();
    assert_eq!((depths.messages_waiting, depths.messages_dead), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_gets_only_its_types_and_its_user() {
    let (world, mut receiver) = (World::new().await, Receiver::start().await);
    let mine = world.add_endpoint(&receiver.url, |_| {}).await;
    let other_type = world.add_endpoint(&receiver.url, |it| it.filter_types = vec!["workout.created".to_owned()]).await;
    let stranger = model::UserId::generate(&world.clock, &world.rng);
    let other_user = world.add_endpoint(&receiver.url, |it| it.user_id = Some(stranger)).await;
    world.connect().await;
    let running = world.run();
    receiver.next().await;
    world.attempts(&mine, 1).await;
    running.stop().await;
    assert!(receiver.is_quiet());
    for endpoint in [other_type, other_user] {
        assert!(world.attempts(&endpoint, 0).await.is_empty());
    }
}
