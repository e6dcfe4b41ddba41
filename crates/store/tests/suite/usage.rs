//! Figures of usage: each team has its own.

use crate::given::{
    GARMIN, app_id, application, block, completed, connection, emission, endpoint, part, team, user, workout,
};
use model::{BlockClass, Context};
use std::sync::Arc;
use store::{Applied, Body, ColdObject, Part, Store, TeamUsage};

pub(crate) async fn each_team_is_told_what_it_has_and_nothing_of_others(store: Arc<dyn Store>) {
    let (mine, other) = (team(&store).await, team(&store).await);
    let (one, two) = (user(&store, mine).await, user(&store, mine).await);
    store.connect(connection(mine, one, app_id(), "a")).await.unwrap();
    let ended = store.connect(connection(mine, two, app_id(), "b")).await.unwrap();
    store.end_connection(two, ended.id, store::EndReason::Disconnected.into(), crate::given::at(1)).await.unwrap();
    store.put_endpoint(endpoint(mine, &["workout.created"], None)).await.unwrap();
    let spooled = Part { body: Body::Spooled("large".to_owned()), ..part(mine, Some(one), 7, 1) };
    let first = part(mine, Some(one), 7, 0);
    store.put_parts(vec![first.clone(), spooled]).await.unwrap();
    let written = block(Context::workout(1), BlockClass::Hour, &[10, 11, 12], 1);
    let application = store::Application {
        parts: vec![completed(first.key())],
        block_writes: vec![written],
        events: vec![workout(10, 1)],
        emissions: vec![emission("workout.created")],
        ..application(mine, one)
    };
    store.apply(application).await.unwrap();
    // of two objects the second is still being written
    let key = store.begin_cold(mine, two, GARMIN, 670, crate::given::at(2)).await.unwrap();
    let object = ColdObject { key, points: 40, bytes: 700, kept_at: crate::given::at(3) };
    assert_eq!(store.keep_cold(crate::given::application(mine, two), object).await.unwrap(), Applied::Done);
    store.begin_cold(mine, two, GARMIN, 670, crate::given::at(4)).await.unwrap();
    user(&store, other).await;
    let usage = store.count_usage(mine).await.unwrap();
    assert!(usage.block_bytes > 0);
    let (first, last) = usage.points_span.unwrap();
    assert!(first < last, "{first:?} {last:?}");
    let wanted = TeamUsage {
        users: 2,
        active_connections: 1,
        points: 3,
        points_span: usage.points_span,
        block_bytes: usage.block_bytes,
        events: 1,
        workouts: 1,
        sleeps: 0,
        menstrual_cycles: 0,
        parts: 2,
        part_bytes: 3,
        spooled_parts: 1,
        cold_objects: 1,
        cold_points: 40,
        cold_bytes: 700,
        messages: 1,
    };
    assert_eq!(usage, wanted);
    let connected = store.count_connected(mine, &[]).await.unwrap();
    assert_eq!((connected.users_with_any, connected.users_with_several), (1, 0));
    assert_eq!(connected.users_by_provider, [("garmin".to_owned(), 1)].into());
    assert_eq!(store.count_connected(other, &[]).await.unwrap(), store::Connected::default());
    assert_eq!(store.count_usage(other).await.unwrap(), TeamUsage { users: 1, ..TeamUsage::default() });
}

pub(crate) async fn a_team_of_many_users_is_counted_whole_and_once(store: Arc<dyn Store>) {
    let team = team(&store).await;
    // several steps, and users of one instant on both sides of where a step ends
    for _ in 0..205 {
        let user = user(&store, team).await;
        store.connect(connection(team, user, app_id(), "a")).await.unwrap();
    }
    let usage = store.count_usage(team).await.unwrap();
    assert_eq!((usage.users, usage.active_connections), (205, 205));
}

pub(crate) async fn a_table_that_grows_is_seen_to_grow(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let of_parts = || async {
        let sizes = store.list_sizes().await.unwrap();
        assert!(sizes.is_sorted_by_key(|size| std::cmp::Reverse(size.bytes + size.index_bytes)));
        // once: partitions are summed up
        let mut found = sizes.into_iter().filter(|size| size.table == "part");
        let size = found.next().unwrap();
        assert!(found.next().is_none());
        (size.bytes, size.index_bytes)
    };
    let before = of_parts().await;
    // bytes that no engine makes smaller
    let rng = model::Rng::fork(1, "sizes");
    let body = |_| Body::Inline((0..1000).map(|_| rng.between(0, 255) as u8).collect());
    let parts = (0..500).map(|receipt| Part { body: body(receipt), ..part(team, Some(user), receipt, 0) });
    store.put_parts(parts.collect()).await.unwrap();
    let after = of_parts().await;
    assert!(after.0 >= before.0 + 500_000 && after.1 > before.1, "{before:?} {after:?}");
}
