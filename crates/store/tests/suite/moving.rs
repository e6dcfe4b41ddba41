//! Moving an embedded store into PostgreSQL: whole, resumable, and only where nobody lives.

use crate::{
    given::{application, at, completed, delivery, part, person, team, workout},
    schema::Schema,
};
use model::Clock;
use std::{path::Path, sync::Arc};
use store::{Application, Inbox as _, MoveStep, SqlStore, Store, StoreError, Users as _, move_store, postgres};

/// A store with something in it; its users.
async fn filled(path: &Path, users: usize) -> (model::TeamId, Vec<model::UserId>) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(path, Clock::fixed(at(0))).unwrap());
    let team = team(&store).await;
    let mut all = Vec::new();
    for number in 0..users {
        let mut wanted = person(team);
        wanted.email = Some(format!("{number}@example.org"));
        let id = wanted.id;
        store.create_user(wanted).await.unwrap();
        let part = part(team, Some(id), number as i64 + 1, 0);
        store.put_parts(vec![part.clone()]).await.unwrap();
        let events = vec![workout(number as i64 * 3600, 1)];
        let parts = vec![completed(part.key())];
        store.apply(Application { events, parts, ..application(team, id) }).await.unwrap();
        all.push(id);
    }
    store.accept(delivery(900)).await.unwrap();
    store.close().await;
    (team, all)
}

async fn moved(path: &Path, schema: &Schema, stop_after: usize) -> (Result<(), StoreError>, Vec<MoveStep>) {
    let (path, settings) = (path.to_owned(), postgres::Settings::new(&schema.address()));
    tokio::task::spawn_blocking(move || {
        let mut steps = Vec::new();
        let moving = std::panic::AssertUnwindSafe(|| {
            move_store(&path, &settings, |step| {
                steps.push(step);
                assert!(steps.len() < stop_after, "broken off");
            })
        });
        let ended = std::panic::catch_unwind(moving).unwrap_or(Err(StoreError::Closed));
        (ended, steps)
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_store_is_the_same_and_a_move_that_broke_off_goes_on() {
    let Some(schema) = Schema::create().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (team, users) = filled(&path, 5).await;
    let (broken, first) = moved(&path, &schema, 4).await;
    assert!(matches!(broken, Err(StoreError::Closed)), "{broken:?}");
    let (ended, steps) = moved(&path, &schema, usize::MAX).await;
    ended.unwrap();
    let copied = |steps: &[MoveStep]| -> Vec<String> {
        steps
            .iter()
            .filter_map(|step| if let MoveStep::Copied { table, .. } = step { Some(table.clone()) } else { None })
            .collect()
    };
    assert!(copied(&first).iter().all(|table| !copied(&steps).contains(table)), "a table was copied twice");
    let verified = steps.iter().filter(|step| matches!(step, MoveStep::Verified { rows, .. } if *rows > 0)).count();
    assert!(verified >= 6, "{steps:?}");
    let store = schema.open(Clock::fixed(at(0))).await;
    for id in users {
        assert_eq!(store.find_user(team, id).await.unwrap().unwrap().id, id);
    }
    assert_eq!(store.queue_depths().await.unwrap().deliveries_waiting, 1);
    store.close().await;
    let (again, _) = moved(&path, &schema, usize::MAX).await;
    assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
    schema.drop().await;
}
