//! A block ready to be stored: its bytes, and the numbers that answer without decoding it.

use crate::{Block, BlockKey, Columns, codec::kind_number, hourly::encode_hourly};
use model::{BlockClass, Timestamp};
use sha2::{Digest, Sha256};

/// How many points are hashed at once.
const HASHED_POINTS: usize = 256;

/// A block's bytes and what is stored beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedBlock {
    /// The block.
    pub data: Vec<u8>,
    /// How many points it has.
    pub count: u32,
    /// The first start.
    pub t_min: Timestamp,
    /// The latest end.
    pub t_end_max: Timestamp,
    /// The lowest value.
    pub v_min: f64,
    /// The highest value.
    pub v_max: f64,
    /// The sum of the values, held within what is finite.
    pub v_sum: f64,
    /// The value of the last point.
    pub v_last: f64,
    /// Of points and offsets, not of stamps: equal content has an equal digest whoever sent it.
    pub digest: [u8; 16],
    /// For day blocks, see [`crate::decode_hourly`]; otherwise empty.
    pub hourly: Vec<u8>,
}

impl Block {
    /// The block as it is stored under this key.
    #[must_use]
    pub fn encode(&self, key: &BlockKey) -> EncodedBlock {
        let points = self.points();
        let values = || points.iter().map(|point| point.value);
        let daily = key.class == BlockClass::Day;
        EncodedBlock {
            data: self.to_bytes(),
            count: u32::try_from(points.len()).unwrap_or(u32::MAX),
            t_min: points.first().map_or(Timestamp::MIN, |point| point.start),
            t_end_max: points.iter().map(|point| point.end()).max().unwrap_or(Timestamp::MIN),
            v_min: values().reduce(f64::min).unwrap_or_default(),
            v_max: values().reduce(f64::max).unwrap_or_default(),
            v_sum: values().fold(0.0, |sum, value| (sum + value).clamp(f64::MIN, f64::MAX)),
            v_last: points.last().map_or(0.0, |point| point.value),
            digest: digest(self.columns()),
            hourly: if daily { encode_hourly(key.bucket, points) } else { Vec::new() },
        }
    }
}

fn digest(columns: &Columns) -> [u8; 16] {
    let mut hash = Sha256::new();
    // handed over in large pieces: each costs as much as hashing some points
    let mut bytes = Vec::with_capacity(HASHED_POINTS * 24);
    for points in columns.points().chunks(HASHED_POINTS) {
        bytes.clear();
        for point in points {
            bytes.extend_from_slice(&point.start.as_micros().to_le_bytes());
            bytes.extend_from_slice(&point.duration_us.to_le_bytes());
            bytes.extend_from_slice(&point.value.to_le_bytes());
        }
        hash.update(&bytes);
    }
    for (length, offset) in columns.offsets().runs() {
        hash.update((length as u64).to_le_bytes());
        hash.update([offset.map_or(0, |offset| kind_number(offset.kind))]);
        hash.update(offset.map_or(0, |offset| offset.seconds).to_le_bytes());
    }
    let mut digest = [0; 16];
    digest.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    digest
}
