//! What only PostgreSQL's engine promises.

use crate::{
    given::{at, delivery},
    schema::Schema,
};
use model::Clock;
use store::Inbox as _;

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
