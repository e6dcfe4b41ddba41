//! Points, stamps and a small store for the tests of this crate.

use crate::{Block, BlockKey, Incoming, MergePlan, Stored, cells, merge};
use model::{Context, LocalOffset, OffsetKind, Point, SeriesType, Stamp, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(crate) const HEART_RATE: SeriesType = SeriesType::HEART_RATE;
/// 2026-11-21T00:00:00Z.
pub(crate) const DAY: Timestamp = Timestamp::from_seconds(20_778 * 86_400);

pub(crate) fn instant(second: i64, value: f64) -> Point {
    Point::at(DAY.plus_seconds(second), value)
}

pub(crate) fn span(second: i64, seconds: i64, value: f64) -> Point {
    Point { start: DAY.plus_seconds(second), duration_us: seconds * 1_000_000, value }
}

pub(crate) fn stamp(rank: i32, receipt: i64) -> Stamp {
    Stamp { rank, receipt, part: 0 }
}

/// A value of any finite bits.
pub(crate) fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(-0.0),
        (-40_i32..240).prop_map(f64::from),
        (0_i32..5000).prop_map(|tenths| f64::from(tenths) / 10.0),
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
    ]
}

/// A point within some days, crowded so that slots meet.
pub(crate) fn any_point() -> impl Strategy<Value = Point> {
    let start = prop_oneof![0_i64..40, 0_i64..400_000, 3_590_i64..3_610];
    let seconds = prop_oneof![Just(0_i64), Just(60), 0_i64..100_000];
    (start, seconds, any_value()).prop_map(|(start, seconds, value)| span(start, seconds, value))
}

pub(crate) fn any_offset() -> impl Strategy<Value = Option<LocalOffset>> {
    let kind = prop_oneof![Just(OffsetKind::DeviceDisplay), Just(OffsetKind::ExportTime), Just(OffsetKind::Zone)];
    proptest::option::of((-86_400_i32..=86_400, kind).prop_map(|(seconds, kind)| LocalOffset { seconds, kind }))
}

/// Stored blocks by key, with versions that each write raises.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) blocks: BTreeMap<BlockKey, Stored>,
}

impl Shelf {
    pub(crate) fn merge(&mut self, series: SeriesType, incoming: &[Incoming<'_>]) -> MergePlan {
        let points = incoming.iter().flat_map(|batch| batch.points);
        let windows = cells(series, Context::SAMPLES, points);
        let within = |key: &BlockKey| {
            let start = crate::bucket_start(key.class, key.bucket);
            windows.iter().any(|(from, to)| *from <= start && start < *to)
        };
        let existing: Vec<Stored> = self.blocks.values().filter(|stored| within(&stored.key)).cloned().collect();
        let plan = merge(series, 1, Context::SAMPLES, &existing, incoming).unwrap();
        for (key, ver) in &plan.removes {
            assert_eq!(self.blocks.remove(key).map(|stored| stored.ver), Some(*ver));
        }
        for write in &plan.writes {
            assert_eq!(self.blocks.get(&write.key).map(|stored| stored.ver), write.expected_ver);
            let ver = write.expected_ver.unwrap_or(0) + 1;
            self.blocks.insert(write.key, Stored { key: write.key, ver, data: write.block.data.clone() });
        }
        plan
    }

    /// Every point with its offset and stamp, by slot.
    pub(crate) fn slots(&self) -> BTreeMap<(Timestamp, i64), (u64, Option<LocalOffset>, Stamp)> {
        let mut slots = BTreeMap::new();
        for stored in self.blocks.values() {
            let block = Block::decode(&stored.data).unwrap();
            for (index, point) in block.points().iter().enumerate() {
                let held = (point.value.to_bits(), block.offset_at(index), block.stamps().get(index).unwrap());
                assert_eq!(slots.insert((point.start, point.duration_us), held), None, "a slot is held twice");
                assert_eq!(crate::bucket_of(stored.key.class, point.start), stored.key.bucket);
            }
        }
        slots
    }

    /// The same without stamps.
    pub(crate) fn content(&self) -> BTreeMap<(Timestamp, i64), (u64, Option<LocalOffset>)> {
        self.slots().into_iter().map(|(slot, (value, offset, _))| (slot, (value, offset))).collect()
    }
}
