//! The block codec: exact, small, and unmoved by damaged or hostile bytes.

use crate::{
    Block, BlockKey, Columns, DecodeError, MAX_BLOCK_POINTS, bucket_of, decode_hourly,
    testing::{DAY, HEART_RATE, any_offset, any_point, any_value, instant, span, stamp},
};
use model::{BlockClass, Context, Point, Rng, Stamp, Timestamp};
use proptest::prelude::*;

fn key(class: BlockClass) -> BlockKey {
    BlockKey { series: HEART_RATE, class, bucket: bucket_of(class, DAY), source: 1, context: Context::SAMPLES }
}

fn any_block() -> impl Strategy<Value = Block> {
    let entry = (any_point(), any_offset(), (0_i32..3, any::<i64>(), 0_u32..2));
    proptest::collection::vec(entry, 0..200).prop_map(|mut entries| {
        entries.sort_by_key(|(point, ..)| (point.start, point.duration_us));
        entries.dedup_by_key(|(point, ..)| (point.start, point.duration_us));
        let mut block = Block::default();
        for (point, offset, (rank, receipt, part)) in entries {
            block.push(point, Stamp { rank, receipt, part }, offset);
        }
        block
    })
}

fn bits(points: &[Point]) -> Vec<(Timestamp, i64, u64)> {
    points.iter().map(|point| (point.start, point.duration_us, point.value.to_bits())).collect()
}

/// Bytes with a checksum that fits, so that what lies behind it is reached.
fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let checksum = crc32c::crc32c(&body);
    body.extend_from_slice(&checksum.to_le_bytes());
    body
}

proptest! {
    #[test]
    fn a_block_comes_back_bit_for_bit(block in any_block()) {
        let encoded = block.encode(&key(BlockClass::Day));
        let back = Block::decode(&encoded.data).unwrap();
        prop_assert_eq!(bits(back.points()), bits(block.points()));
        prop_assert_eq!(&back.stamps, &block.stamps);
        prop_assert_eq!(&back.columns.offsets, &block.columns.offsets);
        prop_assert_eq!(bits(Columns::decode(&encoded.data).unwrap().points()), bits(block.points()));
    }

    #[test]
    fn values_of_any_bits_come_back(values in proptest::collection::vec(any_value(), 1..2000)) {
        let points = values.iter().enumerate().map(|(i, value)| instant(i as i64, *value)).collect();
        let block = Block::from_points(points, stamp(0, 1), None);
        let back = Block::decode(&block.encode(&key(BlockClass::Day)).data).unwrap();
        prop_assert_eq!(bits(back.points()), bits(block.points()));
    }

    #[test]
    fn a_flipped_bit_is_noticed(block in any_block(), place: prop::sample::Index, bit in 0_u8..8) {
        let mut data = block.encode(&key(BlockClass::Day)).data;
        let place = place.index(data.len());
        data[place] ^= 1 << bit;
        prop_assert!(Block::decode(&data).is_err());
    }

    #[test]
    fn damage_behind_a_fitting_checksum_never_panics(block in any_block(), places: Vec<(prop::sample::Index, u8)>) {
        let mut data = block.encode(&key(BlockClass::Day)).data;
        data.truncate(data.len() - 4);
        for (place, byte) in places {
            let place = place.index(data.len());
            data[place] = byte;
        }
        if let Ok(block) = Block::decode(&sealed(data)) {
            prop_assert!(block.points().len() <= MAX_BLOCK_POINTS);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        prop_assert!(Block::decode(&bytes).is_err());
        let _ = Block::decode(&sealed([vec![b'W', 1], bytes.clone()].concat()));
        let _ = decode_hourly(&bytes);
    }

    #[test]
    fn the_digest_speaks_of_content_not_of_stamps(block in any_block(), receipt: i64) {
        let mut other = block.clone();
        other.stamps = crate::Runs::default();
        other.stamps.push(block.points().len(), stamp(9, receipt));
        let key = key(BlockClass::Day);
        prop_assert_eq!(other.encode(&key).digest, block.encode(&key).digest);
    }
}

#[test]
fn a_claimed_size_is_refused_before_memory_is_taken() {
    let mut body = vec![b'W', 1];
    crate::varint::put(&mut body, u64::MAX);
    assert_eq!(Block::decode(&sealed(body)), Err(DecodeError::TooManyPoints(u64::MAX)));
    assert_eq!(Block::decode(b"W\x02whatever"), Err(DecodeError::UnknownVersion(2)));
    assert_eq!(Block::decode(b"SQLite"), Err(DecodeError::NotABlock));
    assert_eq!(Block::decode(b"W\x01"), Err(DecodeError::Truncated));
}

#[test]
fn what_changes_content_changes_the_digest() {
    let key = key(BlockClass::Day);
    let digest =
        |points: &[Point], offset| Block::from_points(points.to_vec(), stamp(0, 1), offset).encode(&key).digest;
    let base = digest(&[instant(0, 60.0)], None);
    assert_ne!(digest(&[instant(0, 61.0)], None), base);
    assert_ne!(digest(&[instant(1, 60.0)], None), base);
    assert_ne!(digest(&[span(0, 1, 60.0)], None), base);
    assert_ne!(digest(&[instant(0, 60.0)], Some(model::LocalOffset::device(0))), base);
}

#[test]
fn the_numbers_beside_a_block_describe_it() {
    let points = vec![span(7200, 1800, 5.0), instant(0, -2.0), span(100, 20_000, 40.0)];
    let encoded = Block::from_points(points, stamp(0, 1), None).encode(&key(BlockClass::Day));
    assert_eq!((encoded.count, encoded.t_min, encoded.t_end_max), (3, DAY, DAY.plus_seconds(20_100)));
    assert_eq!((encoded.v_min, encoded.v_max, encoded.v_sum, encoded.v_last), (-2.0, 40.0, 43.0, 5.0));
}

#[test]
fn hours_of_a_day_add_up_to_the_day() {
    let points = vec![instant(0, 1.0), span(1800, 3600, 10.0), span(86_000, 400, 3.5)];
    let encoded = Block::from_points(points.clone(), stamp(0, 1), None).encode(&key(BlockClass::Day));
    let hours = decode_hourly(&encoded.hourly).unwrap();
    assert_eq!(hours.iter().map(|summary| summary.hour).collect::<Vec<_>>(), [0, 1, 23]);
    assert_eq!(hours.iter().map(|summary| summary.tally.sum()).collect::<Vec<_>>(), [6.0, 5.0, 3.5]);
    let beyond = Block::from_points(vec![span(86_000, 401, 3.5)], stamp(0, 1), None);
    assert_eq!(beyond.encode(&key(BlockClass::Day)).hourly, [] as [u8; 0]);
    assert_eq!(Block::from_points(points, stamp(0, 1), None).encode(&key(BlockClass::Month)).hourly, [] as [u8; 0]);
}

/// A day of a worn watch: a slow daily wave, drift from minute to minute, an hour of exercise, a gap.
fn heart_rate_day(rng: &Rng) -> Vec<Point> {
    let mut drift = 0.0;
    let minutes = (0..1440).filter(|minute| !(1100..1130).contains(minute));
    minutes
        .map(|minute| {
            drift = drift * 0.9 + (rng.unit() - 0.5) * 6.0;
            let wave = 62.0 - 10.0 * (f64::from(minute) / 1440.0 * std::f64::consts::TAU).cos();
            let exercise = if (1020..1080).contains(&minute) { 70.0 } else { 0.0 };
            instant(i64::from(minute) * 60, (wave + drift + exercise).round())
        })
        .collect()
}

#[test]
fn a_day_of_heart_rate_stays_small() {
    let points = heart_rate_day(&Rng::seeded(7));
    let count = points.len() as f64;
    let encoded = Block::from_points(points, stamp(0, 1_800_000_000_000_000), None).encode(&key(BlockClass::Day));
    let bytes = encoded.data.len() as f64 / count;
    assert!(bytes < 0.9, "{bytes} bytes a point");
    let beside = encoded.hourly.len() as f64 / count;
    assert!(bytes + beside < 1.3, "{beside} bytes a point beside the block");
}

#[test]
fn a_year_of_days_and_an_hour_of_seconds_stay_small() {
    let days = (0..365).map(|day| instant(day * 86_400, 70.0 + f64::from(day as i32 % 17) / 10.0)).collect();
    let year = Block::from_points(days, stamp(0, 1), None).encode(&key(BlockClass::Year));
    assert!(year.data.len() < 365 * 2, "{} bytes", year.data.len());
    let seconds = (0..3600).map(|second| instant(second, 140.0 + f64::from(second as i32 / 60 % 20))).collect();
    let hour = Block::from_points(seconds, stamp(0, 1), None).encode(&key(BlockClass::Hour));
    assert!(hour.data.len() < 3600 / 4, "{} bytes", hour.data.len());
}
