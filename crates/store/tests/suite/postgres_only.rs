//! What only PostgreSQL's engine promises.

use crate::{
    given::{at, delivery, part, team, user},
    schema::Schema,
};
use model::Clock;
use std::sync::Arc;
use store::{Inbox as _, SqlStore, Store, StoreError, UserOrder, UserQuery};

#[tokio::test]
async fn a_store_that_is_dropped_without_being_closed_ends_quietly() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.open(Clock::fixed(at(0))).await;
    store.accept(delivery(1)).await.unwrap();
    // a session that read lies idle in the pool
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 1);
    drop(store);
    schema.drop().await;
}

/// What a migration of the next version may do: it adds.
const NEXT_VERSION: &str = "
    alter table app_user add column later text;
    alter table part add column later integer not null default 0;
    create index part_later on part (later) where later <> 0;
    create table later (id integer primary key);
    insert into refinery_schema_history (version, name, applied_on, checksum)
        select max(version) + 1, 'add_later', max(applied_on), '0' from refinery_schema_history";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_goes_on_beside_the_next_version_until_it_is_started_again() {
    let Some(schema) = Schema::create().await else { return };
    let store: Arc<dyn Store> = Arc::new(schema.open(Clock::fixed(at(0))).await);
    let team = team(&store).await;
    let listed = || UserQuery {
        search: None,
        email: None,
        external_user_id: None,
        order: UserOrder::CreatedAt,
        descending: false,
        offset: 0,
        limit: 10,
    };
    let users = || async { store.list_users(team, listed()).await.unwrap().1 };
    let parts = |receipt: i64| {
        let store = Arc::clone(&store);
        async move {
            let person = user(&store, team).await;
            store.put_parts(vec![part(team, Some(person), receipt, 0)]).await.unwrap();
            let lane = store::Lane::of_user(person);
            store.list_parts(lane, at(0), 10).await.unwrap().len()
        }
    };
    assert_eq!((users().await, parts(1).await), (0, 1));
    schema.run_within(NEXT_VERSION).await;
    // its statements were prepared before
    assert_eq!(users().await, 1);
    assert!(parts(2).await >= 1);
    store.accept(delivery(3)).await.unwrap();
    assert_eq!(users().await, 2);
    let refused = SqlStore::open_postgres(&schema.settings(0), Clock::fixed(at(0))).await;
    assert!(matches!(refused, Err(StoreError::TooNew { found, known }) if found == known + 1));
    store.close().await;
    schema.drop().await;
}
