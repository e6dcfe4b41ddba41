//! Endpoints, messages to them and the tries to deliver them.

use crate::given::{application, at, emission, endpoint, team, user};
use model::{TeamId, UserId};
use std::sync::Arc;
use store::{Attempt, Endpoint, Lane, Message, Outcome, Retry, Store, StoreError};

async fn emit(store: &Arc<dyn Store>, team: TeamId, user: UserId, event_type: &str) {
    let mut change = application(team, user);
    change.emissions = vec![emission(event_type)];
    store.apply(change).await.unwrap();
}

fn attempt(message: &Message, second: i64, status: Option<u16>) -> Attempt {
    Attempt {
        message_id: message.id,
        endpoint_id: message.endpoint_id,
        event_type: message.emission.event_type.clone(),
        at: at(second),
        status,
        error: status.is_none().then(|| "timed out".to_owned()),
        took_ms: 5,
        number: message.attempts + 1,
    }
}

async fn claim(store: &Arc<dyn Store>, now: i64, lease: i64) -> Vec<Message> {
    store.claim_messages(at(now), at(lease), 100).await.unwrap()
}

pub(crate) async fn an_endpoint_is_its_teams_alone(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let mut hook = endpoint(ours, &["workout.created"], None);
    store.put_endpoint(hook.clone()).await.unwrap();
    hook.url = "https://example.org/other".to_owned();
    store.put_endpoint(hook.clone()).await.unwrap();
    assert_eq!(store.list_endpoints(ours).await.unwrap(), [hook.clone()]);
    assert_eq!(store.find_endpoint(theirs, hook.id).await.unwrap(), None);
    assert!(!store.delete_endpoint(theirs, hook.id).await.unwrap());
    let stolen = Endpoint { team_id: theirs, url: "https://evil.example".to_owned(), ..hook.clone() };
    assert!(matches!(store.put_endpoint(stolen).await, Err(StoreError::NotFound("endpoint"))));
    assert_eq!(store.find_endpoint(ours, hook.id).await.unwrap(), Some(hook));
    assert!(store.list_endpoints(theirs).await.unwrap().is_empty());
}

pub(crate) async fn messages_are_made_only_where_a_subscription_matches(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let (one, two) = (user(&store, ours).await, user(&store, ours).await);
    let all = endpoint(ours, &[], None);
    let workouts = endpoint(ours, &["workout.created", "workout.updated"], None);
    let about_one = endpoint(ours, &["workout.created"], Some(one));
    let asleep = Endpoint { enabled: false, ..endpoint(ours, &[], None) };
    let foreign = endpoint(theirs, &[], None);
    for hook in [&all, &workouts, &about_one, &asleep, &foreign] {
        store.put_endpoint(hook.clone()).await.unwrap();
    }
    let reached = async |user, event_type| {
        emit(&store, ours, user, event_type).await;
        let mut ids: Vec<_> = claim(&store, 100, 9999).await.into_iter().map(|message| message.endpoint_id).collect();
        ids.sort_unstable();
        ids
    };
    let sorted = |mut ids: Vec<model::EndpointId>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(reached(one, "workout.created").await, sorted(vec![all.id, workouts.id, about_one.id]));
    assert_eq!(reached(two, "workout.created").await, sorted(vec![all.id, workouts.id]));
    assert_eq!(reached(one, "sleep.created").await, [all.id]);
}

pub(crate) async fn a_message_is_claimed_once_until_its_lease_ends_and_keeps_its_body(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let hook = endpoint(team, &[], None);
    store.put_endpoint(hook.clone()).await.unwrap();
    assert_eq!(store.next_message_at().await.unwrap(), None);
    emit(&store, team, user, "workout.created").await;
    assert_eq!(store.next_message_at().await.unwrap(), Some(at(100)));
    assert!(claim(&store, 99, 160).await.is_empty());
    let first = claim(&store, 100, 160).await.remove(0);
    assert_eq!((first.lane, first.user_id, first.team_id), (Lane::of_user(user), user, team));
    assert_eq!((first.body.clone(), first.attempts, first.created_at), (None, 0, at(100)));
    assert!(claim(&store, 159, 200).await.is_empty());
    store.keep_message_body(&first, vec![4, 2]).await.unwrap();
    let again = claim(&store, 160, 200).await.remove(0);
    assert_eq!(again, Message { body: Some(vec![4, 2]), ..first.clone() });
    store.finish_attempt(&again, attempt(&again, 161, None), Outcome::Failed(Retry::At(at(300)))).await.unwrap();
    assert_eq!(store.next_message_at().await.unwrap(), Some(at(300)));
    let third = claim(&store, 300, 400).await.remove(0);
    assert_eq!((third.id, third.attempts, third.body.as_deref()), (first.id, 1, Some(&[4, 2][..])));
    store.finish_attempt(&third, attempt(&third, 301, Some(204)), Outcome::Delivered).await.unwrap();
    assert!(claim(&store, 9999, 99_999).await.is_empty());
    let tries = store.list_attempts(team, hook.id, 10).await.unwrap();
    assert_eq!(tries, [attempt(&third, 301, Some(204)), attempt(&again, 161, None)]);
    assert!(store.list_attempts(crate::given::team_id(), hook.id, 10).await.unwrap().is_empty());
}

pub(crate) async fn a_message_that_is_given_up_stays_visible_as_dead(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    store.put_endpoint(endpoint(team, &[], None)).await.unwrap();
    emit(&store, team, user, "workout.created").await;
    let message = claim(&store, 100, 160).await.remove(0);
    store.finish_attempt(&message, attempt(&message, 101, Some(500)), Outcome::Failed(Retry::Dead)).await.unwrap();
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.messages_waiting, depths.messages_dead), (0, 1));
    assert!(claim(&store, 9999, 99_999).await.is_empty());
    assert_eq!(store.next_message_at().await.unwrap(), None);
}

pub(crate) async fn released_messages_keep_their_order_and_retries_still_wait(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let hook = endpoint(team, &[], None);
    store.put_endpoint(hook.clone()).await.unwrap();
    for second in [10, 20, 30] {
        store.put_message(&hook, user, emission("test.event"), at(second)).await.unwrap();
    }
    let claimed = claim(&store, 25, 9000).await;
    assert_eq!(claimed.iter().map(|message| message.created_at).collect::<Vec<_>>(), [at(10), at(20)]);
    let failed = attempt(&claimed[0], 26, Some(500));
    store.finish_attempt(&claimed[0], failed, Outcome::Failed(Retry::At(at(50)))).await.unwrap();
    store.release_claims().await.unwrap();
    assert!(claim(&store, 19, 9000).await.is_empty(), "nothing is due before its time");
    let order: Vec<_> = claim(&store, 60, 9000).await.into_iter().map(|message| message.created_at).collect();
    assert_eq!(order, [at(20), at(30), at(10)]);
}

pub(crate) async fn an_endpoint_goes_with_its_messages_and_no_try_outlives_it(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (gone, stays) = (endpoint(team, &[], None), endpoint(team, &[], None));
    for hook in [&gone, &stays] {
        store.put_endpoint(hook.clone()).await.unwrap();
    }
    emit(&store, team, user, "workout.created").await;
    let on_the_way = claim(&store, 100, 160).await;
    assert!(store.delete_endpoint(team, gone.id).await.unwrap());
    for message in &on_the_way {
        store.finish_attempt(message, attempt(message, 101, Some(200)), Outcome::Delivered).await.unwrap();
    }
    assert!(store.list_attempts(team, gone.id, 10).await.unwrap().is_empty());
    assert_eq!(store.list_attempts(team, stays.id, 10).await.unwrap().len(), 1);
    let refused = store.put_message(&gone, user, emission("test.event"), at(1)).await;
    assert!(matches!(refused, Err(StoreError::NotFound("endpoint"))), "{refused:?}");
}

pub(crate) async fn a_test_message_ignores_filters(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let hook = Endpoint { enabled: false, ..endpoint(team, &["sleep.created"], None) };
    store.put_endpoint(hook.clone()).await.unwrap();
    let id = store.put_message(&hook, user, emission("workout.created"), at(0)).await.unwrap();
    assert_eq!(claim(&store, 0, 60).await.iter().map(|message| message.id).collect::<Vec<_>>(), [id]);
}
