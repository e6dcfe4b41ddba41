//! Wakes between processes over NATS. Nobody looks for work here: what is heard was told.

use crate::{
    given::{at, delivery},
    schema::Schema,
};
use async_nats::ServerAddr;
use futures::{FutureExt, StreamExt, stream};
use model::Clock;
use std::{
    pin::pin,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use store::{Inbox as _, SqlStore, Store as _, postgres::Settings};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_postgres::{AsyncMessage, NoTls};

/// Where a NATS server is, and one that asks for a token.
const NATS: &str = "WEARHOUSE_TEST_NATS";
const NATS_BY_TOKEN: &str = "WEARHOUSE_TEST_NATS_TOKEN";
/// How long a bell may be on its way before it is rung once more: a subscription may come about meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

fn nats_url(variable: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods)] // a test is told by its environment where the server is
    let url = std::env::var(variable).ok();
    if url.is_none() {
        eprintln!("SKIPPED: {variable} names no NATS server");
    }
    url
}

async fn open(schema: &Schema, nats_url: &str) -> SqlStore {
    let settings = Settings { nats_url: Some(nats_url.to_owned()), ..schema.settings(0) };
    SqlStore::open_postgres(&settings, Clock::fixed(at(0))).await.unwrap()
}

/// Rings for a delivery, of which no two have the same receipt.
async fn ring(store: &SqlStore) {
    static RECEIPT: AtomicI64 = AtomicI64::new(1);
    store.accept(delivery(RECEIPT.fetch_add(1, Ordering::Relaxed))).await.unwrap();
}

/// Every bell rings once when NATS is connected.
async fn connected(store: &SqlStore) {
    timeout(PATIENCE * 20, store.wakers().deliveries.notified()).await.unwrap();
}

async fn wakes(from: &SqlStore, to: &SqlStore) {
    let mut heard = pin!(to.wakers().deliveries.notified());
    for _ in 0..20 {
        ring(from).await;
        if timeout(PATIENCE, &mut heard).await.is_ok() {
            return;
        }
    }
    panic!("the bell was not heard");
}

/// Forgets what was rung so far.
fn forget(store: &SqlStore) {
    let _ = store.wakers().deliveries.notified().now_or_never();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_of_one_store_wake_each_other_over_nats_alone() {
    let Some(url) = nats_url(NATS) else { return };
    let Some(schema) = Schema::create().await else { return };
    let Some(elsewhere) = Schema::create().await else { return };
    let (first, second) = (open(&schema, &url).await, open(&schema, &url).await);
    let stranger = open(&elsewhere, &url).await;
    let (listener, mut connection) = tokio_postgres::connect(&schema.address(), NoTls).await.unwrap();
    let (tell, mut told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message {
                tell.send(notification.payload().to_owned()).unwrap();
            }
        }
    });
    let channel = "'wearhouse_' || current_schema()::regnamespace::oid::bigint % 2147483647";
    listener.batch_execute(&format!("do $$ begin execute 'listen ' || {channel}; end $$")).await.unwrap();

    for store in [&first, &second, &stranger] {
        connected(store).await;
    }
    wakes(&first, &second).await;
    forget(&first);
    wakes(&second, &first).await;
    assert!(stranger.wakers().deliveries.notified().now_or_never().is_none(), "woken for another store's work");

    listener.batch_execute(&format!("select pg_notify({channel}, 'the end')")).await.unwrap();
    assert_eq!(told.recv().await.unwrap(), "the end", "the database was used as well");
    drop(listener);

    for store in [first, second, stranger] {
        store.close().await;
    }
    schema.drop().await;
    elsewhere.drop().await;
}

/// A way to the server that can be cut.
struct Way {
    server: String,
    port: u16,
    open: Option<JoinHandle<()>>,
}

impl Way {
    /// Closed at first; and the address of the server by it.
    async fn to(url: &str) -> (Self, String) {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let address: ServerAddr = url.parse().unwrap();
        let server = format!("{}:{}", address.host(), address.port());
        let mut by = address.into_inner();
        by.set_host(Some("127.0.0.1")).unwrap();
        by.set_port(Some(port)).unwrap();
        (Self { server, port, open: None }, by.to_string())
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let server = self.server.clone();
        self.open = Some(tokio::spawn(async move {
            let mut carried = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(&server).await.unwrap();
                carried.spawn(async move { copy_bidirectional(&mut near, &mut far).await });
            }
        }));
    }

    async fn cut(&mut self) {
        let open = self.open.take().unwrap();
        open.abort();
        let _ = open.await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_wakes_while_nats_is_away_and_a_lost_connection_is_laid_again() {
    let Some(url) = nats_url(NATS) else { return };
    let Some(schema) = Schema::create().await else { return };
    let (mut way, by_way) = Way::to(&url).await;
    let (first, second) = (open(&schema, &by_way).await, open(&schema, &url).await);
    connected(&second).await;
    wakes(&first, &second).await;
    forget(&first);

    way.open().await;
    connected(&first).await;
    wakes(&second, &first).await;
    way.cut().await;
    forget(&second);
    wakes(&first, &second).await;
    forget(&first);
    way.open().await;
    connected(&first).await;
    wakes(&second, &first).await;
    forget(&second);
    wakes(&first, &second).await;

    first.close().await;
    second.close().await;
    schema.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_in_the_address_opens_a_server_that_asks_for_it() {
    let Some(url) = nats_url(NATS_BY_TOKEN) else { return };
    let Some(schema) = Schema::create().await else { return };
    let (_, server) = url.split_once('@').unwrap();
    let (first, second) = (open(&schema, &url).await, open(&schema, &url).await);
    let shut_out = open(&schema, &format!("nats://another@{server}")).await;
    for store in [&first, &second] {
        connected(store).await;
    }
    wakes(&first, &second).await;
    let without = timeout(PATIENCE, shut_out.wakers().deliveries.notified()).await;
    assert!(without.is_err(), "another token opens it too");
    for store in [first, second, shut_out] {
        store.close().await;
    }
    schema.drop().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_and_not_shown() {
    let Some(schema) = Schema::create().await else { return };
    for url in ["http://user:hidden@host", "nats://user:hidden@host:port", "ws://user:hidden@host", "nats://"] {
        let settings = Settings { nats_url: Some(url.to_owned()), ..schema.settings(0) };
        let error = SqlStore::open_postgres(&settings, Clock::fixed(at(0))).await.err().unwrap().to_string();
        assert!(error.contains("the address of NATS") && !error.contains("hidden"), "{error}");
    }
    schema.drop().await;
}
