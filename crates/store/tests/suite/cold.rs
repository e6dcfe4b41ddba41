//! Objects of old samples: begun, kept with the change that takes their points, let go of, and what is then to be removed.

use crate::given::{GARMIN, OURA, application, at, block, team, user};
use model::{BlockClass, Context, ProviderName, TeamId, Timestamp, UserId};
use series::bucket_of;
use std::sync::Arc;
use store::{Application, Applied, BlockQuery, ColdKey, ColdObject, Store, StoredBlock};

const DAY: i64 = 86_400;
/// The month of `at(0)`.
const MONTH: i32 = 56 * 12 + 8;

async fn put(store: &Arc<dyn Store>, team: TeamId, user: UserId, context: Context, seconds: &[i64]) {
    let writes = vec![block(context, BlockClass::Day, seconds, 1)];
    let change = Application { block_writes: writes, ..application(team, user) };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
}

async fn coolable(store: &Arc<dyn Store>, user: UserId, before: Timestamp) -> Vec<StoredBlock> {
    store.list_coolable(user, before, 9).await.unwrap()
}

async fn begun(store: &Arc<dyn Store>, team: TeamId, user: UserId, provider: ProviderName, second: i64) -> ColdKey {
    store.begin_cold(team, user, provider, MONTH, at(second)).await.unwrap()
}

fn kept(key: &ColdKey) -> ColdObject {
    ColdObject { key: key.clone(), points: 2, bytes: 700, kept_at: at(50) }
}

async fn keep(store: &Arc<dyn Store>, team: TeamId, user: UserId, key: &ColdKey) -> Applied {
    store.keep_cold(application(team, user), kept(key)).await.unwrap()
}

async fn gone(store: &Arc<dyn Store>, second: i64) -> Vec<String> {
    let mut names = store.list_cold_gone(at(second), 9).await.unwrap();
    names.sort();
    names
}

pub(crate) async fn samples_of_the_earliest_month_that_is_over_are_found(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    assert_eq!(bucket_of(BlockClass::Month, at(0)), MONTH);
    put(&store, team, user, Context::SAMPLES, &[0, 10]).await;
    put(&store, team, user, Context::epoch(3).reduced().unwrap(), &[3 * DAY]).await;
    put(&store, team, user, Context::SAMPLES, &[40 * DAY]).await;
    for context in [Context::DAILY, Context::MANUAL, Context::workout(1)] {
        put(&store, team, user, context, &[-60 * DAY]).await;
    }
    let key = ColdKey { month: MONTH, provider: GARMIN, number: 1 };
    assert!(coolable(&store, user, key.end().plus_micros(-1)).await.is_empty(), "the month is not over");
    let found = coolable(&store, user, at(400 * DAY)).await;
    let contexts: Vec<_> = found.iter().map(|block| block.key.context).collect();
    assert_eq!(contexts, [Context::SAMPLES, Context::epoch(3).reduced().unwrap()]);
    let removes = found.iter().map(|block| (block.key, block.ver)).collect();
    store.apply(Application { block_removes: removes, ..application(team, user) }).await.unwrap();
    let next = coolable(&store, user, at(400 * DAY)).await;
    assert_eq!(next.iter().map(|block| block.t_min).collect::<Vec<_>>(), [at(40 * DAY)]);
}

pub(crate) async fn an_object_is_kept_with_the_change_or_neither_is(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    put(&store, team, user, Context::SAMPLES, &[0, 10]).await;
    let found = coolable(&store, user, at(90 * DAY)).await.remove(0);
    let taking = |ver| Application { block_removes: vec![(found.key, ver)], ..application(team, user) };
    let key = begun(&store, team, user, GARMIN, 5).await;
    assert!(store.list_cold(user).await.unwrap().is_empty(), "it is being written");
    assert_eq!(store.keep_cold(taking(found.ver + 1), kept(&key)).await.unwrap(), Applied::Conflict);
    assert!(store.list_cold(user).await.unwrap().is_empty());
    assert_eq!(store.keep_cold(taking(found.ver), kept(&key)).await.unwrap(), Applied::Done);
    assert_eq!(store.list_cold(user).await.unwrap(), [kept(&key)]);
    let everything =
        BlockQuery { series: vec![found.key.series], from: at(-DAY), to: at(DAY), source: None, context: None };
    assert!(store.list_block_heads(user, everything).await.unwrap().is_empty());
    assert_eq!(keep(&store, team, user, &key).await, Applied::Conflict, "once");
    let later = begun(&store, team, user, GARMIN, 5).await;
    assert!(later.number > key.number, "no name is given twice");
}

pub(crate) async fn what_was_begun_and_let_go_of_is_not_kept_but_removed(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (one, other) = (begun(&store, team, user, GARMIN, 0).await, begun(&store, team, user, GARMIN, 9_000).await);
    store.abandon_cold(user, one.clone(), at(9_001)).await.unwrap();
    assert_eq!(keep(&store, team, user, &one).await, Applied::Conflict);
    assert_eq!(gone(&store, 9_001).await, [one.object_name(team, user)]);
    store.forget_cold_gone(gone(&store, 9_001).await).await.unwrap();
    assert_eq!(store.abandon_all_cold(at(9_002)).await.unwrap(), 0, "the other is young");
    assert_eq!(store.abandon_all_cold(at(19_000)).await.unwrap(), 1);
    assert_eq!(gone(&store, 19_000).await, [other.object_name(team, user)]);
}

pub(crate) async fn old_objects_go_and_those_of_a_month_that_is_not_over_stay(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let key = begun(&store, team, user, GARMIN, 0).await;
    keep(&store, team, user, &key).await;
    assert_eq!(store.delete_old_cold(user, key.end().plus_micros(-1), at(60)).await.unwrap(), 0);
    assert_eq!(store.delete_old_cold(user, key.end(), at(60)).await.unwrap(), 2);
    assert!(store.list_cold(user).await.unwrap().is_empty());
    assert_eq!(gone(&store, 60).await, [key.object_name(team, user)]);
}

pub(crate) async fn an_erased_users_objects_are_counted_and_all_to_be_removed(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (ann, bob) = (user(&store, team).await, user(&store, team).await);
    for person in [ann, bob] {
        let key = begun(&store, team, person, GARMIN, 0).await;
        keep(&store, team, person, &key).await;
    }
    let late = begun(&store, team, ann, OURA, 70).await;
    let erased = store.delete_user(team, ann).await.unwrap();
    assert_eq!(erased.counts.get("cold_objects"), Some(&2));
    let at_once = store.list_cold_gone(erased.at, 9).await.unwrap();
    assert_eq!(at_once, [format!("{team}/{ann}/")]);
    // who is writing it may end after the folder was emptied
    let later = store.list_cold_gone(erased.at.plus_seconds(9_000), 9).await.unwrap();
    assert!(later.contains(&late.object_name(team, ann)), "{later:?}");
    assert_eq!(store.list_cold(bob).await.unwrap().len(), 1);
    assert!(store.begin_cold(team, ann, GARMIN, MONTH, at(0)).await.is_err());
}
