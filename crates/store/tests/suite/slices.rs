//! Slices of blocks: in order of time, complete within their ends, no longer than asked for.

use crate::given::{self, application, team, user, user_id};
use model::{BlockClass, Context, SeriesType, Timestamp, UserId};
use series::{BlockKey, BlockWrite};
use std::{collections::BTreeSet, sync::Arc};
use store::{Application, Applied, Direction, Slice, SliceQuery, Store, Wanted};

const DAY: i64 = 86_400;
/// A midnight, counted from where the other tests count.
const MIDNIGHT: i64 = 35_200;

fn at(second: i64) -> Timestamp {
    given::at(MIDNIGHT + second)
}

fn block(context: Context, class: BlockClass, seconds: &[i64], duration_s: i64) -> BlockWrite {
    let seconds: Vec<i64> = seconds.iter().map(|second| MIDNIGHT + second).collect();
    given::block(context, class, &seconds, duration_s)
}

async fn given_blocks(store: &Arc<dyn Store>, block_writes: Vec<BlockWrite>) -> UserId {
    let team = team(store).await;
    let user = user(store, team).await;
    let change = Application { block_writes, ..application(team, user) };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    user
}

fn query(direction: Direction, wanted: Wanted, points: u64) -> SliceQuery {
    SliceQuery { series: Vec::new(), from: at(0), to: at(100 * DAY), direction, wanted, points, count: None }
}

fn keys(slice: &Slice) -> BTreeSet<BlockKey> {
    slice.blocks.iter().map(|held| held.block.key).collect()
}

/// Days and hours of two contexts, some that begin before their day's middle, some that last into the next day.
fn many() -> Vec<BlockWrite> {
    let mut writes = Vec::new();
    for day in 0..40_i64 {
        let start = day * DAY;
        writes.push(block(
            Context::SAMPLES,
            BlockClass::Day,
            &[start + 60 * day, start + 3_600 * (day % 20)],
            60 * day,
        ));
        if day % 3 == 0 {
            let hours = (0..10).map(|hour| start + hour * 3_600);
            writes.extend(hours.map(|at| block(Context::workout(7), BlockClass::Hour, &[at, at + 1, at + 2], 1)));
        }
        if day % 9 == 0 {
            writes.push(block(Context::MANUAL, BlockClass::Day, &[start + 80_000], 30_000));
        }
    }
    writes
}

/// What of the blocks has points in a span, by their first start and last end.
fn touching(writes: &[BlockWrite], from: Timestamp, to: Timestamp) -> BTreeSet<BlockKey> {
    let touches = |write: &&BlockWrite| write.block.t_min < to && write.block.t_end_max >= from;
    writes.iter().filter(touches).map(|write| write.key).collect()
}

pub(crate) async fn slices_follow_each_other_and_miss_nothing_either_way(store: Arc<dyn Store>) {
    let writes = many();
    let user = given_blocks(&store, writes.clone()).await;
    for direction in [Direction::Forward, Direction::Backward] {
        for (wanted, points) in
            [(Wanted::Starts, 1), (Wanted::Touching, 1), (Wanted::Touching, 17), (Wanted::Hours, 1_000_000)]
        {
            let mut rest = query(direction, wanted, points);
            let mut slices = 0;
            while rest.from < rest.to {
                let slice = store.read_slice(user, rest.clone()).await.unwrap();
                assert!(slice.from < slice.to, "{direction:?} {wanted:?}: a slice covers some time");
                let mut expected = touching(&writes, slice.from, slice.to);
                if wanted == Wanted::Starts {
                    // what only lasts into it is not asked for
                    expected.retain(|key| series::bucket_end(key.class, key.bucket) > slice.from);
                }
                assert_eq!(keys(&slice), expected, "{direction:?} {wanted:?} {points}");
                match direction {
                    Direction::Forward => {
                        assert_eq!(slice.from, rest.from);
                        rest.from = slice.to;
                    }
                    Direction::Backward => {
                        assert_eq!(slice.to, rest.to);
                        rest.to = slice.from;
                    }
                }
                slices += 1;
            }
            assert!(if points > 1_000 { slices == 1 } else { slices > 10 }, "{slices} slices of {points} points");
        }
    }
}

pub(crate) async fn a_slice_reads_no_further_than_its_points_need(store: Arc<dyn Store>) {
    let day = |day: i64| {
        let seconds: Vec<i64> = (0..100).map(|point| day * DAY + point * 60).collect();
        block(Context::SAMPLES, BlockClass::Day, &seconds, 0)
    };
    let user = given_blocks(&store, (0..90).map(day).collect()).await;
    let first = store.read_slice(user, query(Direction::Forward, Wanted::Starts, 51)).await.unwrap();
    assert_eq!((first.blocks.len(), first.to), (1, at(DAY)));
    assert!(!first.blocks[0].block.data.is_empty());
    let more = SliceQuery { from: at(30 * DAY + 30), ..query(Direction::Forward, Wanted::Starts, 250) };
    let more = store.read_slice(user, more).await.unwrap();
    assert_eq!((more.blocks.len(), more.to), (3, at(33 * DAY)));
    let last = store.read_slice(user, query(Direction::Backward, Wanted::Starts, 51)).await.unwrap();
    assert_eq!((last.blocks.len(), last.from), (1, at(89 * DAY)));
    let other = SliceQuery { series: vec![SeriesType::STEPS], ..query(Direction::Forward, Wanted::Starts, 51) };
    assert!(store.read_slice(user, other).await.unwrap().blocks.is_empty());
}

pub(crate) async fn hours_come_without_data_where_they_stand_for_it(store: Arc<dyn Store>) {
    let writes = vec![
        block(Context::SAMPLES, BlockClass::Day, &[60, 7_200], 60),
        block(Context::SAMPLES, BlockClass::Day, &[DAY + 80_000], 10_000),
        block(Context::workout(7), BlockClass::Hour, &[60], 1),
    ];
    let user = given_blocks(&store, writes.clone()).await;
    let slice = store.read_slice(user, query(Direction::Forward, Wanted::Hours, 100)).await.unwrap();
    assert_eq!(slice.blocks.len(), 3);
    for held in slice.blocks {
        let whole = held.block.key == writes[0].key;
        assert_eq!((held.block.data.is_empty(), held.hourly.is_empty()), (whole, !whole), "{:?}", held.block.key);
    }
}

pub(crate) async fn few_blocks_are_counted_and_many_are_not(store: Arc<dyn Store>) {
    let day = |day: i64| block(Context::SAMPLES, BlockClass::Day, &[day * DAY, day * DAY + 60, day * DAY + 120], 0);
    let user = given_blocks(&store, (0..90).map(day).collect()).await;
    let count = async |from, to| {
        let query = SliceQuery { count: Some((at(from), at(to))), ..query(Direction::Forward, Wanted::Starts, 1) };
        store.read_slice(user, query).await.unwrap().count
    };
    let week = count(60, 7 * DAY + 1).await.unwrap();
    assert_eq!(week.whole, 6 * 3);
    assert_eq!(
        week.cut.iter().map(|block| (block.t_min, block.count)).collect::<Vec<_>>(),
        [(at(0), 3), (at(7 * DAY), 3)]
    );
    assert!(week.cut.iter().all(|block| !block.data.is_empty()));
    assert_eq!(count(0, 64 * DAY).await.unwrap().whole, 64 * 3);
    assert_eq!(count(0, 65 * DAY).await, None);
}

pub(crate) async fn nothing_kept_is_one_slice_of_nothing(store: Arc<dyn Store>) {
    let slice = store.read_slice(user_id(), query(Direction::Forward, Wanted::Starts, 51)).await.unwrap();
    assert_eq!((slice.from, slice.to), (at(0), at(100 * DAY)));
    assert!(slice.blocks.is_empty() && slice.sources.is_empty());
}
