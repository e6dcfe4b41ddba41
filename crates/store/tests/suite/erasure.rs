//! Users who are deleted: gone at once, erased in steps, in nobody's way.

use crate::given::{
    GARMIN, app_id, application, at, block, connection, delivery, emission, endpoint, erase_rest, part, person, run_id,
    sync_event, team, user, user_in_lane, workout,
};
use model::{BlockClass, Context, SeriesType, TeamId, UserId};
use std::sync::Arc;
use store::{
    Application, Applied, BlockQuery, Body, ChangePosition, Delivery, DeliveryKind, Erasure, ErasureReport, Lane, Part,
    RunQuery, Store, StoreError,
};

const HOURS: i64 = 300;
const STEP: u32 = 100;

fn whole(user: UserId) -> Erasure {
    Erasure { user_id: user, connection_id: None }
}

/// Gives a user blocks, workouts, runs, messages and parts, more than a step takes.
async fn fill(store: &Arc<dyn Store>, team: TeamId, user: UserId) {
    let hours = (0..HOURS).map(|hour| block(Context::SAMPLES, BlockClass::Hour, &[hour * 3600, hour * 3600 + 9], 1));
    let change = Application {
        block_writes: hours.collect(),
        events: (0..40).map(|number| workout(i64::from(number) * 900, number + 1)).collect(),
        sync_events: (0..30).map(|second| sync_event(run_id(), second, "success")).collect(),
        emissions: (0..20).map(|_| emission("workout.created")).collect(),
        ..application(team, user)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    store.put_parts((0..150).map(|number| part(team, Some(user), 7, number)).collect()).await.unwrap();
}

async fn report(store: &Arc<dyn Store>, team: TeamId, begun: &ErasureReport) -> ErasureReport {
    store.find_erasure_report(team, begun.at, begun.user_id).await.unwrap().unwrap()
}

fn rows(report: &ErasureReport) -> u64 {
    let kinds = report.counts.iter().filter(|(kind, _)| !["points", "large_bodies"].contains(&kind.as_str()));
    kinds.map(|(_, count)| count).sum()
}

async fn blocks(store: &Arc<dyn Store>, user: UserId) -> usize {
    let query = BlockQuery {
        series: vec![SeriesType::HEART_RATE],
        from: at(0),
        to: at(9_999 * 3600),
        source: None,
        context: None,
    };
    store.list_block_heads(user, query).await.unwrap().len()
}

/// Nobody hears of the user, by whatever way, and nothing is taken for them.
async fn assert_gone(store: &Arc<dyn Store>, team: TeamId, gone: UserId, neighbour: UserId) {
    assert!(store.find_user(team, gone).await.unwrap().is_none());
    assert!(store.list_connections(gone).await.unwrap().is_empty());
    let query = RunQuery { user_id: None, provider: None, status: None, source: None, limit: 999 };
    let runs = store.list_runs(team, query).await.unwrap();
    assert!(runs.len() == 30 && runs.iter().all(|run| run.user_id == neighbour), "{}", runs.len());
    let told = store.read_changes(ChangePosition { lane: Lane::of_user(gone), position: 0 }, None, 999).await.unwrap();
    assert!(told.len() >= 50 && told.iter().all(|change| change.user_id == neighbour), "{}", told.len());
    let parts = store.list_parts(Lane::of_user(gone), at(0), 999).await.unwrap();
    assert!(parts.len() >= 150 && parts.iter().all(|part| part.user_id == Some(neighbour)), "{}", parts.len());
    let messages = store.claim_messages(at(200), at(200), 999).await.unwrap();
    assert!(messages.len() >= 20 && messages.iter().all(|message| message.user_id == neighbour), "{}", messages.len());
    let none = store.apply(application(team, gone)).await;
    assert!(matches!(none, Err(StoreError::NotFound("user"))), "{none:?}");
    let handed_in = Delivery { user_id: Some(gone), ..delivery(77) };
    assert!(matches!(store.accept(handed_in).await, Err(StoreError::NotFound("user"))));
}

pub(crate) async fn a_user_goes_at_once_and_what_was_theirs_in_steps_while_others_write(store: Arc<dyn Store>) {
    let team = team(&store).await;
    store.put_endpoint(endpoint(team, &[], None)).await.unwrap();
    let mut ann = person(team);
    ann.external_user_id = Some("one".to_owned());
    store.create_user(ann.clone()).await.unwrap();
    let ben = user_in_lane(&store, team, Lane::of_user(ann.id)).await;
    fill(&store, team, ann.id).await;
    fill(&store, team, ben).await;

    let begun = store.delete_user(team, ann.id).await.unwrap();
    assert!(!begun.is_finished);
    assert_gone(&store, team, ann.id, ben).await;
    assert!(matches!(store.delete_user(team, ann.id).await, Err(StoreError::NotFound("user"))));
    let again = store::User { id: person(team).id, ..ann.clone() };
    store.create_user(again).await.unwrap();

    let (mut steps, mut before) = (0, begun.clone());
    loop {
        let step = store.erase_some(whole(ann.id), STEP, at(0)).await.unwrap();
        let now = report(&store, team, &begun).await;
        assert!(rows(&now) - rows(&before) <= u64::from(STEP), "{before:?} {now:?}");
        assert_eq!(now.is_finished, step.is_finished);
        if step.is_finished {
            break;
        }
        // somebody else's turn
        let block = block(Context::SAMPLES, BlockClass::Hour, &[(1000 + steps) * 3600], 1);
        let change = Application { block_writes: vec![block], ..application(team, ben) };
        assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
        assert_gone(&store, team, ann.id, ben).await;
        (steps, before) = (steps + 1, now);
    }
    let counts = report(&store, team, &begun).await.counts;
    assert_eq!((counts["series_blocks"], counts["points"]), (HOURS as u64, 2 * HOURS as u64));
    let others = ["events", "parts", "messages", "changes", "sync_runs"].map(|kind| counts[kind]);
    assert_eq!(others, [40, 150, 20, 50, 30]);
    assert!(steps >= 5, "{steps}");
    assert_eq!(blocks(&store, ann.id).await, 0);
    assert_eq!(blocks(&store, ben).await, HOURS as usize + steps as usize);
    assert!(store.list_erasures(9).await.unwrap().is_empty());
    assert_gone(&store, team, ann.id, ben).await;
}

pub(crate) async fn what_is_large_goes_in_more_steps(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let ann = user(&store, team).await;
    let large = |number| Part { body: Body::Inline(vec![7; 1_500_000]), ..part(team, Some(ann), 1, number) };
    store.put_parts((0..6).map(large).collect()).await.unwrap();
    let begun = store.delete_user(team, ann).await.unwrap();
    let mut gone = Vec::new();
    while !store.erase_some(whole(ann), 500, at(0)).await.unwrap().is_finished {
        gone.push(report(&store, team, &begun).await.counts["parts"]);
    }
    assert_eq!(gone, [3, 6]);
}

pub(crate) async fn who_connects_the_account_meanwhile_keeps_all_that_is_theirs(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (ann, ben) = (user(&store, team).await, user(&store, team).await);
    let link = store.connect(connection(team, ann, app_id(), "shared")).await.unwrap();
    fill(&store, team, ann).await;
    store.delete_user(team, ann).await.unwrap();
    assert!(store.find_connections_by_account(link.app_id, "shared").await.unwrap().is_empty());
    store.erase_some(whole(ann), STEP, at(0)).await.unwrap();

    let theirs = store.connect(connection(team, ben, link.app_id, "shared")).await.unwrap();
    assert_eq!(store.list_wishes(9).await.unwrap().len(), 1, "its history is asked for");
    let fetched = Delivery {
        kind: DeliveryKind::Webhook,
        app_id: Some(link.app_id),
        account: Some("shared".to_owned()),
        ..delivery(5)
    };
    store.accept(fetched).await.unwrap();
    let waiting = Part {
        connection_id: Some(theirs.id),
        app_id: Some(link.app_id),
        account: Some("shared".to_owned()),
        ..part(team, Some(ben), 9, 0)
    };
    store.put_parts(vec![waiting.clone()]).await.unwrap();
    erase_rest(&store, ann).await;

    assert_eq!(store.list_connections(ben).await.unwrap(), [theirs.clone()]);
    assert_eq!(store.find_connections_by_account(link.app_id, "shared").await.unwrap(), [theirs]);
    assert_eq!(store.list_parts(waiting.lane, at(0), 9).await.unwrap(), [waiting]);
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 1);
    assert_eq!(store.list_wishes(9).await.unwrap().len(), 1);
}

pub(crate) async fn what_only_a_deleted_user_was_linked_to_goes_with_them(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (ann, ben) = (user(&store, team).await, user(&store, team).await);
    let link = store.connect(connection(team, ann, app_id(), "own")).await.unwrap();
    store.connect(connection(team, ben, link.app_id, "other")).await.unwrap();
    let end = || store::EndReason::Disconnected.into();
    store.end_connection(ann, link.id, end(), at(1)).await.unwrap();
    for (number, account, spool) in [(0, "own", "a"), (1, "strangers", "b")] {
        let late = Part {
            app_id: Some(link.app_id),
            account: Some(account.to_owned()),
            lane: Lane::of_bytes(account.as_bytes()),
            provider: GARMIN,
            body: Body::Spooled(spool.to_owned()),
            ..part(team, None, 3, number)
        };
        store.put_parts(vec![late]).await.unwrap();
    }
    assert_eq!(store.queue_depths().await.unwrap().parts_unmatched, 2);
    let begun = store.delete_user(team, ann).await.unwrap();
    assert_eq!(erase_rest(&store, ann).await, ["a"], "of the account that was theirs alone");
    assert_eq!(store.queue_depths().await.unwrap().parts_unmatched, 1);
    let counts = report(&store, team, &begun).await.counts;
    assert_eq!((counts["parts"], counts["large_bodies"], counts["account_links"]), (1, 1, 1));
}
