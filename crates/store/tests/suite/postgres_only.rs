//! What only PostgreSQL's engine promises.

use crate::{
    given::{app_id, application, at, connection, delivery, erase_rest, part, team, user, workout},
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

/// Fails when a row of the user is left in any table.
fn nothing_left_of(user: model::UserId) -> String {
    format!(
        "do $$ declare t text; n bigint; begin
             for t in select c.table_name from information_schema.columns c join information_schema.tables b
                 on b.table_schema = c.table_schema and b.table_name = c.table_name and b.table_type = 'BASE TABLE'
                 where c.table_schema = current_schema() and c.column_name = 'user_id'
             loop
                 execute format('select count(*) from %I where user_id = %L', t, '{user}') into n;
                 if n > 0 then raise exception '% rows in %', n, t; end if;
             end loop;
         end $$"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_goes_on_with_the_erasure_of_a_user_and_leaves_no_row() {
    let Some(schema) = Schema::create().await else { return };
    let first: Arc<dyn Store> = Arc::new(schema.open(Clock::fixed(at(0))).await);
    let team = team(&first).await;
    let person = user(&first, team).await;
    first.connect(connection(team, person, app_id(), "account")).await.unwrap();
    first.put_parts((0..90).map(|number| part(team, Some(person), 1, number)).collect()).await.unwrap();
    let events = (0..40).map(|number| workout(i64::from(number) * 900, number + 1)).collect();
    first.apply(store::Application { events, ..application(team, person) }).await.unwrap();
    let begun = first.delete_user(team, person).await.unwrap();
    let erasure = store::Erasure { user_id: person, connection_id: None };
    assert!(!first.erase_some(erasure, 50, at(0)).await.unwrap().is_finished);
    // not closed
    drop(first);
    let second: Arc<dyn Store> = Arc::new(schema.open(Clock::fixed(at(0))).await);
    let third: Arc<dyn Store> = Arc::new(schema.open(Clock::fixed(at(0))).await);
    assert_eq!(second.list_erasures(9).await.unwrap(), [erasure]);
    // two at once
    tokio::join!(erase_rest(&second, person), erase_rest(&third, person));
    let report = second.find_erasure_report(team, begun.at, person).await.unwrap().unwrap();
    assert!(report.is_finished);
    assert_eq!(["parts", "events", "connections"].map(|kind| report.counts[kind]), [90, 40, 1]);
    schema.run_within(&nothing_left_of(person)).await;
    second.close().await;
    third.close().await;
    schema.drop().await;
}
