//! Copies of an embedded store that serves, and the log of what was erased beside it.

use crate::given::{GARMIN, app_id, application, at, connection, delivery, team, user};
use model::Clock;
use std::{path::Path, sync::Arc};
use store::{
    Body, ConnectionChange, ConnectionEnd, Delivery, EndReason, Erased, ErasureLog, Inbox, SqlStore, Store, StoreError,
    sqlite::Snapshot,
};

fn open(path: &Path) -> SqlStore {
    SqlStore::open_embedded(path, Clock::fixed(at(0))).unwrap()
}

fn logged(store: &Path) -> Vec<Erased> {
    ErasureLog::beside(store).read().unwrap().erased
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_the_state_that_was_fixed_whatever_is_written_while_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("store.db"), folder.path().join("copy.db"));
    let store = open(&path);
    // many pages, so that copying takes many steps
    for receipt in 1..=60 {
        let body = Body::Inline(vec![receipt as u8; 200_000]);
        store.accept(Delivery { body, ..delivery(receipt) }).await.unwrap();
    }
    store.accept(Delivery { body: Body::Spooled("d61".to_owned()), ..delivery(61) }).await.unwrap();
    let snapshot = Snapshot::take(&path).unwrap();
    store.accept(Delivery { body: Body::Spooled("d62".to_owned()), ..delivery(62) }).await.unwrap();
    assert_eq!(snapshot.spooled().unwrap(), ["d61"]);
    let runtime = tokio::runtime::Handle::current();
    let (writer, copy) = (store.clone(), target.clone());
    let steps = tokio::task::spawn_blocking(move || {
        let (mut steps, mut receipt) = (Vec::new(), 63);
        let progress = |done, total| {
            // between any two steps somebody writes, and is answered
            runtime.block_on(writer.accept(delivery(receipt))).unwrap();
            receipt += 1;
            steps.push((done, total));
        };
        snapshot.copy_to(&copy, progress).unwrap();
        steps
    })
    .await
    .unwrap();
    assert!(steps.len() > 2 && steps.is_sorted(), "it never began anew: {steps:?}");
    assert_eq!(steps.last().map(|(done, total)| done == total), Some(true));
    assert!(!folder.path().join("copy.db-wal").exists(), "a copy is one file");
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 62 + steps.len() as u64);
    let copy = open(&target);
    assert_eq!(copy.queue_depths().await.unwrap().deliveries_waiting, 61);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_not_copied_as_if_it_were_sound() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("store.db"), folder.path().join("copy.db"));
    let store = open(&path);
    for receipt in 1..=50 {
        store.accept(Delivery { body: Body::Inline(vec![7; 3000]), ..delivery(receipt) }).await.unwrap();
    }
    store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    for page in bytes.chunks_mut(4096).skip(100) {
        page[..64].fill(0xEE);
    }
    std::fs::write(&path, bytes).unwrap();
    let copied = Snapshot::take(&path).and_then(|snapshot| snapshot.copy_to(&target, |_, _| {}));
    assert!(matches!(copied, Err(StoreError::Damaged(_))), "{copied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_erases_stands_in_the_log_when_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let sqlite = open(&path);
    let store: Arc<dyn Store> = Arc::new(sqlite.clone());
    let team = team(&store).await;
    let (whole, asked, ended, left) =
        (user(&store, team).await, user(&store, team).await, user(&store, team).await, user(&store, team).await);
    let link = async |user, account| store.connect(connection(team, user, app_id(), account)).await.unwrap().id;
    let (of_asked, of_ended, of_left) = (link(asked, "a").await, link(ended, "b").await, link(left, "c").await);

    store.delete_user(team, whole).await.unwrap();
    assert_eq!(logged(&path), [Erased { at: at(0), user_id: whole, connection_id: None }]);
    let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
    store.end_connection(ended, of_ended, end, at(1)).await.unwrap();
    assert_eq!(logged(&path)[1..], [Erased { at: at(1), user_id: ended, connection_id: Some(of_ended) }]);
    store.end_connection(asked, of_asked, EndReason::Disconnected.into(), at(2)).await.unwrap();
    assert_eq!(logged(&path).len(), 2, "data stays");
    store.request_erasure(asked, of_asked, at(3)).await.unwrap();
    assert_eq!(logged(&path)[2..], [Erased { at: at(3), user_id: asked, connection_id: Some(of_asked) }]);
    // by a notice of the provider
    let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
    let change = store::Application {
        connection_changes: vec![(of_left, ConnectionChange::End(end))],
        synced: Some((GARMIN, None)),
        ..application(team, left)
    };
    let now = change.now;
    store.apply(change).await.unwrap();
    assert_eq!(logged(&path)[3..], [Erased { at: now, user_id: left, connection_id: Some(of_left) }]);
    let mut known = logged(&path);
    known.sort();
    let mut listed = sqlite.list_erased().await.unwrap();
    listed.sort();
    assert_eq!(listed, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_cannot_be_logged_is_not_answered_and_is_logged_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store: Arc<dyn Store> = Arc::new(open(&path));
    let team = team(&store).await;
    let gone = user(&store, team).await;
    let in_the_way = folder.path().join("erasures.log");
    std::fs::create_dir(&in_the_way).unwrap();
    assert!(
        matches!(store.delete_user(team, gone).await, Err(StoreError::Engine(why)) if why.contains("erasures.log"))
    );
    store.close().await;
    std::fs::remove_dir(&in_the_way).unwrap();
    let again = open(&path);
    assert_eq!(logged(&path), [Erased { at: at(0), user_id: gone, connection_id: None }]);
    again.close().await;
    open(&path).close().await;
    assert_eq!(logged(&path).len(), 1, "once");
}
