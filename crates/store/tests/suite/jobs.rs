//! Calls to make for connections.

use crate::given::{app_id, application, at, connection, fetch, team, user};
use std::sync::Arc;
use store::{Job, Lane, Retry, Store};

async fn given_a_job(store: &Arc<dyn Store>) -> Job {
    let team = team(store).await;
    let user = user(store, team).await;
    let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
    let mut change = application(team, user);
    change.fetches = vec![(link.id, fetch())];
    store.apply(change).await.unwrap();
    Job {
        lane: Lane::of_user(user),
        position: 1,
        user_id: user,
        connection_id: link.id,
        fetch: fetch(),
        created_at: at(100),
        attempts: 0,
    }
}

pub(crate) async fn a_job_is_claimed_once_until_its_lease_ends(store: Arc<dyn Store>) {
    let job = given_a_job(&store).await;
    assert!(store.claim_jobs(at(99), at(160), 10).await.unwrap().is_empty());
    assert_eq!(store.claim_jobs(at(100), at(160), 10).await.unwrap(), [job.clone()]);
    assert!(store.claim_jobs(at(159), at(200), 10).await.unwrap().is_empty());
    assert_eq!(store.claim_jobs(at(160), at(200), 10).await.unwrap(), [job.clone()]);
    store.release_claims().await.unwrap();
    assert_eq!(store.claim_jobs(at(161), at(200), 10).await.unwrap(), [job.clone()]);
    store.finish_job(&job).await.unwrap();
    assert!(store.claim_jobs(at(9999), at(99_999), 10).await.unwrap().is_empty());
}

pub(crate) async fn a_failed_job_waits_then_dies(store: Arc<dyn Store>) {
    let job = given_a_job(&store).await;
    store.claim_jobs(at(100), at(160), 10).await.unwrap();
    store.fail_job(&job, "503".to_owned(), Retry::At(at(120))).await.unwrap();
    assert!(store.claim_jobs(at(119), at(160), 10).await.unwrap().is_empty());
    store.release_claims().await.unwrap();
    assert!(store.claim_jobs(at(119), at(160), 10).await.unwrap().is_empty(), "a retry is no claim");
    assert_eq!(store.claim_jobs(at(120), at(160), 10).await.unwrap(), [Job { attempts: 1, ..job.clone() }]);
    store.fail_job(&job, "gone".to_owned(), Retry::Dead).await.unwrap();
    assert!(store.claim_jobs(at(9999), at(99_999), 10).await.unwrap().is_empty());
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.jobs_waiting, depths.jobs_dead), (0, 1));
}

pub(crate) async fn the_oldest_jobs_are_claimed_first(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let mut users = Vec::new();
    for second in [30, 10, 20] {
        let user = user(&store, team).await;
        let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
        let mut change = application(team, user);
        change.now = at(second);
        change.fetches = vec![(link.id, fetch())];
        store.apply(change).await.unwrap();
        users.push(user);
    }
    let order = store.claim_jobs(at(50), at(99), 2).await.unwrap();
    assert_eq!(order.iter().map(|job| job.user_id).collect::<Vec<_>>(), [users[1], users[2]]);
}
