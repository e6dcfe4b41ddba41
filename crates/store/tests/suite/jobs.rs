//! Calls to make for accounts.

use crate::given::{
    GARMIN, app_id, application, at, connection, delivery, fetch, file_of, order, run_id, sync_event, team, user,
};
use model::{FetchRequest, Timestamp};
use std::sync::Arc;
use store::{Connection, Delivery, EndReason, FetchOrder, Job, JobEnd, Store, StoreError, Told};

async fn linked(store: &Arc<dyn Store>) -> Connection {
    let team = team(store).await;
    let user = user(store, team).await;
    store.connect(connection(team, user, app_id(), "account")).await.unwrap()
}

async fn ask(store: &Arc<dyn Store>, link: &Connection, order: FetchOrder) {
    let mut change = application(link.team_id, link.user_id);
    change.now = order.noticed_at;
    change.fetches = vec![order];
    store.apply(change).await.unwrap();
}

fn noticed(link: &Connection, fetch: FetchRequest, second: i64) -> FetchOrder {
    FetchOrder { noticed_at: at(second), ..order(link.id, fetch) }
}

async fn given_a_job(store: &Arc<dyn Store>) -> (Connection, Job) {
    let link = linked(store).await;
    ask(store, &link, order(link.id, fetch())).await;
    let job = store.claim_jobs(at(100), at(100), 10).await.unwrap().remove(0);
    assert_eq!((job.app_id, job.account.as_str(), &job.provider), (link.app_id, "account", &GARMIN));
    assert_eq!((&job.fetch, job.created_at, job.attempts), (&fetch(), at(100), 0));
    (link, job)
}

async fn urls(store: &Arc<dyn Store>, now: Timestamp, limit: u32) -> Vec<String> {
    let claimed = store.claim_jobs(now, now, limit).await.unwrap();
    claimed.into_iter().map(|job| job.fetch.url).collect()
}

pub(crate) async fn a_job_is_claimed_once_until_its_lease_ends(store: Arc<dyn Store>) {
    let (_, job) = given_a_job(&store).await;
    store.release_claims().await.unwrap();
    assert!(store.claim_jobs(at(99), at(160), 10).await.unwrap().is_empty());
    assert_eq!(store.claim_jobs(at(100), at(160), 10).await.unwrap(), [job.clone()]);
    assert!(store.claim_jobs(at(159), at(200), 10).await.unwrap().is_empty());
    assert_eq!(store.claim_jobs(at(160), at(200), 10).await.unwrap(), [job.clone()]);
    store.release_claims().await.unwrap();
    assert_eq!(store.claim_jobs(at(161), at(200), 10).await.unwrap(), [job.clone()]);
    store.end_job(&job, JobEnd::Done, Vec::new(), at(170)).await.unwrap();
    assert!(store.claim_jobs(at(9999), at(99_999), 10).await.unwrap().is_empty());
}

pub(crate) async fn a_failed_job_waits_then_dies_and_is_told(store: Arc<dyn Store>) {
    let (link, job) = given_a_job(&store).await;
    store.retry_job(&job, "503".to_owned(), at(120)).await.unwrap();
    assert!(store.claim_jobs(at(119), at(160), 10).await.unwrap().is_empty());
    store.release_claims().await.unwrap();
    assert!(store.claim_jobs(at(119), at(160), 10).await.unwrap().is_empty(), "a retry is no claim");
    assert_eq!(store.claim_jobs(at(120), at(160), 10).await.unwrap(), [Job { attempts: 1, ..job.clone() }]);
    let (team_id, user_id) = (link.team_id, link.user_id);
    let told = Told { team_id, user_id, event: sync_event(run_id(), 130, "failed"), emissions: Vec::new() };
    let stranger = Told { user_id: crate::given::user_id(), ..told.clone() };
    store.end_job(&job, JobEnd::Dead("gone".to_owned()), vec![told.clone(), stranger], at(130)).await.unwrap();
    assert!(store.claim_jobs(at(9999), at(99_999), 10).await.unwrap().is_empty());
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.jobs_waiting, depths.jobs_dead), (0, 1));
    let seen = store.list_sync_events(user_id, 1).await.unwrap();
    assert_eq!(seen.into_iter().map(|(_, event)| event).collect::<Vec<_>>(), [told.event]);
}

pub(crate) async fn the_oldest_jobs_are_claimed_first_but_for_those_that_soon_expire(store: Arc<dyn Store>) {
    let link = linked(&store).await;
    for (name, second, expires_s) in [("c", 30, 9000), ("a", 10, 9000), ("b", 20, 9000), ("last", 40, 610)] {
        ask(&store, &link, noticed(&link, file_of(name, name, expires_s), second)).await;
    }
    assert_eq!(urls(&store, at(45), 2).await, ["a", "b"]);
    store.release_claims().await.unwrap();
    assert_eq!(urls(&store, at(60), 3).await, ["last", "a", "b"]);
}

pub(crate) async fn notice_that_comes_again_makes_no_second_job(store: Arc<dyn Store>) {
    let (ours, app) = (team(&store).await, app_id());
    let theirs = team(&store).await;
    let mut links = Vec::new();
    for team in [ours, theirs] {
        let user = user(&store, team).await;
        links.push(store.connect(connection(team, user, app, "account")).await.unwrap());
    }
    for link in &links {
        ask(&store, link, noticed(link, file_of("w", "u1", 900), 100)).await;
        ask(&store, link, noticed(link, fetch(), 100)).await;
    }
    let jobs = store.claim_jobs(at(100), at(100), 10).await.unwrap();
    assert_eq!(jobs.len(), 2);
    for job in &jobs {
        store.end_job(job, JobEnd::Done, Vec::new(), at(110)).await.unwrap();
    }
    ask(&store, &links[0], noticed(&links[0], file_of("w", "u2", 900), 120)).await;
    ask(&store, &links[1], noticed(&links[1], fetch(), 105)).await;
    assert!(urls(&store, at(115), 10).await.is_empty());
    // summaries may say more when notice of them comes after they were fetched; a file is the same
    ask(&store, &links[1], noticed(&links[1], fetch(), 120)).await;
    let again = store.claim_jobs(at(125), at(150), 10).await.unwrap().remove(0);
    assert_eq!(again.fetch, fetch());
    store.end_job(&again, JobEnd::Done, Vec::new(), at(126)).await.unwrap();
    // whoever connects later has not had it
    let late = user(&store, ours).await;
    let late =
        store.connect(Connection { updated_at: at(130), ..connection(ours, late, app, "account") }).await.unwrap();
    ask(&store, &late, noticed(&late, file_of("w", "u3", 900), 140)).await;
    assert_eq!(urls(&store, at(200), 10).await, ["u3"]);
}

pub(crate) async fn a_missed_file_is_asked_for_at_a_fresh_address_only(store: Arc<dyn Store>) {
    let link = linked(&store).await;
    ask(&store, &link, noticed(&link, file_of("w", "old", 900), 100)).await;
    let job = store.claim_jobs(at(100), at(150), 10).await.unwrap().remove(0);
    store.end_job(&job, JobEnd::Dead("410".to_owned()), Vec::new(), at(110)).await.unwrap();
    ask(&store, &link, noticed(&link, file_of("w", "old", 900), 120)).await;
    assert!(urls(&store, at(200), 10).await.is_empty());
    ask(&store, &link, noticed(&link, file_of("w", "fresh", 900), 120)).await;
    assert_eq!(urls(&store, at(200), 10).await, ["fresh"]);
    // the address that comes while the one before is being called counts when that one fails
    let job = store.claim_jobs(at(210), at(250), 10).await.unwrap().remove(0);
    ask(&store, &link, noticed(&link, file_of("w", "fresher", 900), 215)).await;
    store.end_job(&job, JobEnd::Dead("410".to_owned()), Vec::new(), at(220)).await.unwrap();
    assert_eq!(urls(&store, at(230), 10).await, ["fresher"]);
}

pub(crate) async fn what_is_fetched_is_kept_and_its_job_done_at_once(store: Arc<dyn Store>) {
    let (link, job) = given_a_job(&store).await;
    let fetched =
        |receipt| Delivery { account: Some("account".to_owned()), app_id: Some(link.app_id), ..delivery(receipt) };
    store.accept_fetched(fetched(7), &job).await.unwrap();
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.deliveries_waiting, depths.jobs_waiting, depths.jobs_dead), (1, 0, 0));
    assert_eq!(store.claim_deliveries(at(9), at(9), 10).await.unwrap(), [fetched(7)]);
    // whoever had the job before its lease ended comes too late
    let twice = store.accept_fetched(fetched(8), &job).await;
    assert!(matches!(twice, Err(StoreError::NotFound("job"))), "{twice:?}");
    // a receipt that was given twice keeps neither
    ask(&store, &link, noticed(&link, file_of("w", "u", 900), 100)).await;
    let other = store.claim_jobs(at(200), at(200), 10).await.unwrap().remove(0);
    assert!(store.accept_fetched(fetched(7), &other).await.is_err());
    assert_eq!(store.queue_depths().await.unwrap().jobs_waiting, 1);
}

pub(crate) async fn jobs_end_with_the_last_connection_of_their_account(store: Arc<dyn Store>) {
    let (team, app) = (team(&store).await, app_id());
    let (one, two) = (user(&store, team).await, user(&store, team).await);
    let first = store.connect(connection(team, one, app, "account")).await.unwrap();
    let second = store.connect(connection(team, two, app, "account")).await.unwrap();
    ask(&store, &first, order(first.id, fetch())).await;
    assert!(store.end_connection(one, first.id, EndReason::Deregistration.into(), at(150)).await.unwrap());
    assert!(!store.end_connection(one, first.id, EndReason::Deregistration.into(), at(151)).await.unwrap());
    assert_eq!(store.queue_depths().await.unwrap().jobs_waiting, 1);
    store.end_connection(two, second.id, EndReason::Disconnected.into(), at(160)).await.unwrap();
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.jobs_waiting, depths.jobs_dead), (0, 0));
    assert!(urls(&store, at(999), 10).await.is_empty());
}
