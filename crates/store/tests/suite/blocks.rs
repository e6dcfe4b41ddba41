//! Series blocks: found by span, looked back for, loaded, versioned.

use crate::given::{application, at, block, team, user};
use model::{BlockClass, Context, SeriesType, UserId};
use series::{Block, BlockWrite};
use std::sync::Arc;
use store::{Application, Applied, BlockQuery, Cell, Store};

const DAY: i64 = 86_400;

async fn given_blocks(store: &Arc<dyn Store>, block_writes: Vec<BlockWrite>) -> (model::TeamId, UserId) {
    let team = team(store).await;
    let user = user(store, team).await;
    let change = Application { block_writes, ..application(team, user) };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    (team, user)
}

fn span(from: i64, to: i64) -> BlockQuery {
    BlockQuery { series: vec![SeriesType::HEART_RATE], from: at(from), to: at(to), source: None, context: None }
}

pub(crate) async fn heads_are_found_by_what_they_touch_in_order_of_time(store: Arc<dyn Store>) {
    let writes = vec![
        block(Context::SAMPLES, BlockClass::Day, &[2 * DAY], 60),
        block(Context::SAMPLES, BlockClass::Day, &[0, 100], 60),
        block(Context::workout(1), BlockClass::Hour, &[50], 1),
        block(Context::DAILY, BlockClass::Year, &[-DAY], DAY),
    ];
    let (_, user) = given_blocks(&store, writes.clone()).await;
    let found = async |query: BlockQuery| {
        let heads = store.list_block_heads(user, query).await.unwrap();
        assert!(heads.iter().all(|head| head.data.is_empty() && head.ver == 1));
        heads.into_iter().map(|head| head.key).collect::<Vec<_>>()
    };
    let [late, early, inside, daily] = [0, 1, 2, 3].map(|index: usize| writes[index].key);
    assert_eq!(found(span(-5 * DAY, 5 * DAY)).await, [daily, early, inside, late]);
    assert_eq!(found(span(120, 130)).await, [early], "a point that began before reaches in");
    assert!(found(span(161, 200)).await.is_empty(), "what ended before does not");
    assert_eq!(found(span(101, 2 * DAY)).await, [early], "the end of a span is outside it");
    assert_eq!(found(span(-10, 1)).await, [daily, early]);
    assert_eq!(found(BlockQuery { context: Some(Context::workout(1)), ..span(0, DAY) }).await, [inside]);
    assert!(found(BlockQuery { source: Some(2), ..span(-5 * DAY, 5 * DAY) }).await.is_empty());
    assert!(found(BlockQuery { series: vec![SeriesType::STEPS], ..span(-5 * DAY, 5 * DAY) }).await.is_empty());
    let other = crate::given::user_id();
    assert!(store.list_block_heads(other, span(-5 * DAY, 5 * DAY)).await.unwrap().is_empty());
}

pub(crate) async fn a_point_from_the_day_before_is_looked_back_for(store: Arc<dyn Store>) {
    let writes = vec![block(Context::SAMPLES, BlockClass::Hour, &[0], 30 * 3600)];
    let (_, user) = given_blocks(&store, writes).await;
    assert_eq!(store.list_block_heads(user, span(29 * 3600, 29 * 3600 + 60)).await.unwrap().len(), 1);
    assert!(store.list_block_heads(user, span(31 * 3600, 32 * 3600)).await.unwrap().is_empty());
}

pub(crate) async fn blocks_are_loaded_in_the_order_asked_and_read_back(store: Arc<dyn Store>) {
    let writes = vec![
        block(Context::SAMPLES, BlockClass::Day, &[0, 100], 60),
        block(Context::SAMPLES, BlockClass::Day, &[DAY], 0),
    ];
    let (_, user) = given_blocks(&store, writes.clone()).await;
    let absent = block(Context::SAMPLES, BlockClass::Day, &[9 * DAY], 0).key;
    let loaded = store.load_blocks(user, vec![writes[1].key, absent, writes[0].key]).await.unwrap();
    assert_eq!(loaded.iter().map(|kept| kept.key).collect::<Vec<_>>(), [writes[1].key, writes[0].key]);
    let kept = &loaded[1];
    assert_eq!((kept.count, kept.t_min, kept.t_end_max), (2, at(0), at(160)));
    assert_eq!(Block::decode(&kept.data).unwrap().points().len(), 2);
}

pub(crate) async fn cells_hold_blocks_of_every_class_and_nothing_beside(store: Arc<dyn Store>) {
    let writes = vec![
        block(Context::SAMPLES, BlockClass::Hour, &[0], 0),
        block(Context::SAMPLES, BlockClass::Day, &[DAY], 0),
        block(Context::SAMPLES, BlockClass::Day, &[2 * DAY], 0),
        block(Context::workout(1), BlockClass::Hour, &[0], 0),
    ];
    let (_, user) = given_blocks(&store, writes.clone()).await;
    let cell = |class, first: i32, last: i32| Cell {
        series: SeriesType::HEART_RATE,
        source: 1,
        context: Context::SAMPLES,
        from: series::bucket_start(class, first),
        to: series::bucket_start(class, last + 1),
    };
    let day = series::bucket_of(BlockClass::Day, at(0));
    let found = store.load_cells(user, vec![cell(BlockClass::Day, day, day + 1)]).await.unwrap();
    assert_eq!(found.iter().map(|kept| kept.key).collect::<Vec<_>>(), [writes[0].key, writes[1].key]);
    assert!(found.iter().all(|kept| !kept.data.is_empty()));
    let elsewhere = Cell { source: 2, ..cell(BlockClass::Day, day, day + 1) };
    assert!(store.load_cells(user, vec![elsewhere]).await.unwrap().is_empty());
}

pub(crate) async fn a_block_is_replaced_or_removed_only_at_its_version(store: Arc<dyn Store>) {
    let first = block(Context::SAMPLES, BlockClass::Day, &[0], 0);
    let (team, user) = given_blocks(&store, vec![first.clone()]).await;
    let apply = async |block_writes, block_removes| {
        store.apply(Application { block_writes, block_removes, ..application(team, user) }).await.unwrap()
    };
    let mut second = block(Context::SAMPLES, BlockClass::Day, &[0, 5], 0);
    second.expected_ver = Some(1);
    assert_eq!(apply(vec![second.clone()], Vec::new()).await, Applied::Done);
    assert_eq!(apply(vec![second], Vec::new()).await, Applied::Conflict);
    let kept = store.load_blocks(user, vec![first.key]).await.unwrap().remove(0);
    assert_eq!((kept.ver, kept.count), (2, 2));
    assert_eq!(apply(Vec::new(), vec![(first.key, 1)]).await, Applied::Conflict);
    // promotion: cut into a finer one in the same transaction
    let finer = block(Context::SAMPLES, BlockClass::Hour, &[0, 5], 0);
    assert_eq!(apply(vec![finer.clone()], vec![(first.key, 2)]).await, Applied::Done);
    let heads = store.list_block_heads(user, span(-DAY, DAY)).await.unwrap();
    assert_eq!(heads.iter().map(|head| head.key).collect::<Vec<_>>(), [finer.key]);
}
