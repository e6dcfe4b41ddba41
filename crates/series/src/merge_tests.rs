//! Merging against a naive model: a map by slot in which the higher stamp stands.

use crate::{
    Incoming, PROMOTE_ABOVE, Stored,
    testing::{DAY, HEART_RATE, Shelf, any_point, instant, span, stamp},
};
use model::{BlockClass, Context, LocalOffset, Point, SeriesType, Stamp, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
struct Delivery {
    points: Vec<Point>,
    stamp: Stamp,
    offset: Option<LocalOffset>,
}

impl Delivery {
    fn incoming(&self) -> Incoming<'_> {
        Incoming { points: &self.points, stamp: self.stamp, offset: self.offset }
    }
}

/// Few slots and few values, so that deliveries meet and repeat each other.
fn any_crowded_point() -> impl Strategy<Value = Point> {
    (0_i64..6, 0_i64..2, 0_i32..3)
        .prop_map(|(hour, duration, value)| span(hour * 9_000, duration * 60, f64::from(value)))
}

fn deliveries(
    point: impl Strategy<Value = Point>,
    stamps: impl Strategy<Value = Stamp>,
) -> impl Strategy<Value = Vec<Delivery>> {
    let offset = proptest::option::of(prop_oneof![Just(0), Just(3600)].prop_map(LocalOffset::device));
    let delivery = (proptest::collection::vec(point, 0..30), stamps, offset)
        .prop_map(|(points, stamp, offset)| Delivery { points, stamp, offset });
    proptest::collection::vec(delivery, 0..8)
}

/// Deliveries of one of two points with one of two values: nothing else in the block hides what a
/// confirmation leaves behind.
fn lone_deliveries() -> impl Strategy<Value = Vec<Delivery>> {
    let point = (0_i64..2, 0_i32..2).prop_map(|(second, value)| instant(second, f64::from(value)));
    let delivery = point.prop_map(|point| Delivery { points: vec![point], stamp: Stamp::default(), offset: None });
    proptest::collection::vec(delivery, 0..8)
}

type Content = BTreeMap<(Timestamp, i64), (u64, Option<LocalOffset>)>;

fn naive(deliveries: &[Delivery]) -> Content {
    let mut slots: BTreeMap<(Timestamp, i64), (u64, Option<LocalOffset>, Stamp)> = BTreeMap::new();
    for delivery in deliveries {
        for point in &delivery.points {
            let new = (point.value.to_bits(), delivery.offset, delivery.stamp);
            let slot = slots.entry((point.start, point.duration_us)).or_insert(new);
            if new.2 >= slot.2 {
                *slot = new;
            }
        }
    }
    slots.into_iter().map(|(slot, (value, offset, _))| (slot, (value, offset))).collect()
}

fn shelve(deliveries: &[Delivery]) -> Shelf {
    let mut shelf = Shelf::default();
    for delivery in deliveries {
        shelf.merge(HEART_RATE, &[delivery.incoming()]);
    }
    shelf
}

proptest! {
    #[test]
    fn deliveries_in_order_of_receipt_are_the_naive_map(
        mut deliveries in deliveries(any_point(), Just(Stamp::default())), ranks: [u8; 8],
    ) {
        for (receipt, delivery) in deliveries.iter_mut().enumerate() {
            delivery.stamp = stamp(i32::from(ranks[receipt] % 3), receipt as i64);
        }
        prop_assert_eq!(shelve(&deliveries).content(), naive(&deliveries));
    }

    #[test]
    fn ranked_deliveries_converge_in_any_order(
        mut deliveries in prop_oneof![lone_deliveries(), deliveries(any_crowded_point(), Just(Stamp::default()))],
        order: [u64; 8],
    ) {
        // The receipt contradicts the rank, which must not matter.
        for (rank, delivery) in deliveries.iter_mut().enumerate() {
            delivery.stamp = stamp(rank as i32, 100 - rank as i64);
        }
        let expected = naive(&deliveries);
        let mut keys = order.iter();
        deliveries.sort_by_cached_key(|_| keys.next().copied());
        prop_assert_eq!(shelve(&deliveries).content(), expected);
    }

    #[test]
    fn deliveries_that_never_repeat_a_value_converge_in_any_order(
        mut deliveries in deliveries(any_crowded_point(), Just(Stamp::default())), order: [u64; 8], ranks: [u8; 8],
    ) {
        for (receipt, delivery) in deliveries.iter_mut().enumerate() {
            delivery.stamp = stamp(i32::from(ranks[receipt] % 2), receipt as i64);
            delivery.points.iter_mut().for_each(|point| point.value += 10.0 * receipt as f64);
        }
        let expected = naive(&deliveries);
        let mut keys = order.iter();
        deliveries.sort_by_cached_key(|_| keys.next().copied());
        prop_assert_eq!(shelve(&deliveries).content(), expected);
    }

    #[test]
    fn one_call_is_as_good_as_many(mut deliveries in deliveries(any_crowded_point(), Just(Stamp::default())), ranks: [u8; 8]) {
        for (receipt, delivery) in deliveries.iter_mut().enumerate() {
            delivery.stamp = stamp(i32::from(ranks[receipt] % 2), receipt as i64 / 2);
        }
        let mut together = Shelf::default();
        let incoming: Vec<_> = deliveries.iter().map(Delivery::incoming).collect();
        together.merge(HEART_RATE, &incoming);
        prop_assert_eq!(together.content(), naive(&deliveries));
    }

    #[test]
    fn sending_again_writes_nothing(deliveries in deliveries(any_point(), Just(Stamp::default())), receipts: [i64; 8]) {
        let mut deliveries = deliveries;
        for (delivery, receipt) in deliveries.iter_mut().zip(receipts) {
            delivery.stamp = stamp(0, receipt);
        }
        deliveries.sort_by_key(|delivery| delivery.stamp);
        let mut shelf = shelve(&deliveries);
        let before = shelf.slots();
        let incoming: Vec<_> = deliveries.iter().map(Delivery::incoming).collect();
        let plan = shelf.merge(HEART_RATE, &incoming);
        prop_assert!(plan.writes.is_empty() && plan.removes.is_empty());
        prop_assert_eq!((plan.inserted, plan.replaced, plan.interval), (0, 0, None));
        prop_assert_eq!(shelf.slots(), before);
    }
}

fn push(shelf: &mut Shelf, point: Point, stamp: Stamp) -> crate::MergePlan {
    shelf.merge(HEART_RATE, &[Incoming { points: &[point], stamp, offset: None }])
}

fn value(shelf: &Shelf) -> f64 {
    f64::from_bits(shelf.content().values().next().unwrap().0)
}

#[test]
fn the_same_content_from_a_later_receipt_writes_nothing() {
    let mut shelf = Shelf::default();
    push(&mut shelf, instant(0, 60.0), stamp(0, 1));
    let plan = push(&mut shelf, instant(0, 60.0), stamp(0, 2));
    assert_eq!((plan.writes.len(), plan.unchanged, plan.interval), (0, 1, None));
}

#[test]
fn a_rank_that_confirms_a_value_is_remembered_but_is_no_change() {
    let mut shelf = Shelf::default();
    push(&mut shelf, instant(0, 60.0), stamp(1, 1));
    let plan = push(&mut shelf, instant(0, 60.0), stamp(3, 2));
    assert_eq!((plan.writes.len(), plan.unchanged, plan.interval), (1, 1, None));
    push(&mut shelf, instant(0, 70.0), stamp(2, 3));
    assert_eq!(value(&shelf), 60.0);
}

#[test]
fn a_replay_with_the_first_stamp_may_correct_the_value() {
    let mut shelf = Shelf::default();
    push(&mut shelf, instant(0, 60.0), stamp(0, 1));
    let plan = push(&mut shelf, instant(0, 61.0), stamp(0, 1));
    assert_eq!((plan.replaced, value(&shelf)), (1, 61.0));
    push(&mut shelf, instant(0, 59.0), stamp(0, 0));
    assert_eq!(value(&shelf), 61.0);
}

#[test]
fn what_cannot_be_stored_is_counted_and_left_out() {
    let mut shelf = Shelf::default();
    let bad = [
        instant(0, f64::NAN),
        instant(1, f64::INFINITY),
        span(2, -1, 1.0),
        Point::at(Timestamp::MAX, 1.0),
        Point::at(Timestamp::MIN, 1.0),
        Point { start: DAY, duration_us: i64::MAX, value: 1.0 },
        instant(3, 60.0),
    ];
    let plan = shelf.merge(HEART_RATE, &[Incoming { points: &bad, stamp: stamp(0, 1), offset: None }]);
    assert_eq!((plan.refused, plan.inserted), (6, 1));
    assert_eq!(plan.interval, Some((DAY.plus_seconds(3), DAY.plus_seconds(3))));
}

fn classes(shelf: &Shelf) -> Vec<BlockClass> {
    let mut classes: Vec<_> = shelf.blocks.keys().map(|key| key.class).collect();
    classes.dedup();
    classes
}

#[test]
fn a_full_block_is_cut_into_finer_ones_and_later_points_follow() {
    let seconds = |from: i64, to: i64| (from..to).map(|second| instant(second, second as f64)).collect::<Vec<_>>();
    let mut shelf = Shelf::default();
    let send = |shelf: &mut Shelf, points: &[Point]| {
        shelf.merge(HEART_RATE, &[Incoming { points, stamp: stamp(0, 1), offset: None }])
    };
    send(&mut shelf, &seconds(0, PROMOTE_ABOVE as i64));
    assert_eq!((classes(&shelf), shelf.blocks.len()), (vec![BlockClass::Day], 1));
    let plan = send(&mut shelf, &seconds(9000, 9001));
    assert_eq!((plan.removes.len(), plan.writes.len(), plan.inserted), (1, 3, 1));
    // An hour that has a block, and one that has none.
    send(&mut shelf, &[instant(10, -1.0), instant(80_000, 5.0)]);
    assert_eq!((classes(&shelf), shelf.blocks.len()), (vec![BlockClass::Hour], 4));
    assert_eq!(shelf.content().len(), PROMOTE_ABOVE + 2);
}

#[test]
fn a_year_with_one_crowded_hour_is_cut_all_the_way_down_there() {
    let mut shelf = Shelf::default();
    let send = |shelf: &mut Shelf, points: &[Point]| {
        shelf.merge(SeriesType::WEIGHT, &[Incoming { points, stamp: stamp(0, 1), offset: None }])
    };
    let tenths = |count: i64| (0..count).map(|i| Point::at(DAY.plus_micros(i * 100_000), 70.0)).collect::<Vec<_>>();
    send(&mut shelf, &[instant(-40 * 86_400, 71.0), instant(-86_400, 72.0)]);
    send(&mut shelf, &tenths(20_000));
    let count = |shelf: &Shelf, class| shelf.blocks.keys().filter(|key| key.class == class).count();
    let by_class = |shelf: &Shelf| {
        [BlockClass::Year, BlockClass::Month, BlockClass::Day, BlockClass::Hour].map(|class| count(shelf, class))
    };
    assert_eq!(by_class(&shelf), [0, 1, 1, 1]);
    // Another day of the cut month gets a day block, another month a month block.
    send(&mut shelf, &[instant(86_400, 1.0), instant(-100 * 86_400, 2.0), instant(7200, 3.0)]);
    assert_eq!(by_class(&shelf), [0, 2, 2, 2]);
    assert_eq!(shelf.content().len(), 20_005);
}

#[test]
fn a_damaged_block_is_an_error_only_where_it_is_touched() {
    let mut shelf = Shelf::default();
    push(&mut shelf, instant(0, 60.0), stamp(0, 1));
    let mut stored: Vec<Stored> = shelf.blocks.into_values().collect();
    stored[0].data[4] ^= 1;
    let merge = |point: Point| {
        let incoming = Incoming { points: &[point], stamp: stamp(0, 2), offset: None };
        crate::merge(HEART_RATE, 1, Context::SAMPLES, &stored, &[incoming])
    };
    assert!(merge(instant(1, 61.0)).is_err());
    assert!(merge(instant(86_400, 61.0)).is_ok());
}
