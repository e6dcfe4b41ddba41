//! The bytes of a block: `W`, format version, number of points, then the sections starts, durations,
//! values, offsets and stamps, each behind its length, and the CRC32C of all before it.
//! Reads need no stamps and skip them.

use crate::{
    Block, Columns, DecodeError, MAX_BLOCK_POINTS, Runs, column,
    varint::{Reader, put, put_section, put_signed},
};
use model::{LocalOffset, OffsetKind, Point, Stamp, Timestamp};

const MAGIC: u8 = b'W';
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;

impl Block {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let points = &self.columns.points;
        let mut out = vec![MAGIC, VERSION];
        put(&mut out, points.len() as u64);
        put_section(&mut out, &starts(points));
        put_section(&mut out, &column_of(points.iter().map(|point| point.duration_us.unsigned_abs())));
        let mut values = Vec::new();
        column::put_values(&mut values, &points.iter().map(|point| point.value).collect::<Vec<_>>());
        put_section(&mut out, &values);
        put_section(&mut out, &offsets(&self.columns.offsets));
        put_section(&mut out, &stamps(&self.stamps));
        let checksum = crc32c::crc32c(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }
}

fn column_of(values: impl Iterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    column::put_unsigned(&mut out, &values.collect::<Vec<_>>());
    out
}

/// The first start and the gaps between the starts.
fn starts(points: &[Point]) -> Vec<u8> {
    let mut out = Vec::new();
    put_signed(&mut out, points.first().map_or(0, |point| point.start.as_micros()));
    let gaps = points.iter().zip(points.iter().skip(1));
    let gaps: Vec<u64> = gaps.map(|(a, b)| b.start.as_micros().abs_diff(a.start.as_micros())).collect();
    column::put_unsigned(&mut out, &gaps);
    out
}

fn offsets(runs: &Runs<Option<LocalOffset>>) -> Vec<u8> {
    let mut out = Vec::new();
    for (length, offset) in runs.runs() {
        put(&mut out, length as u64);
        out.push(offset.map_or(0, |offset| kind_number(offset.kind)));
        if let Some(offset) = offset {
            put_signed(&mut out, i64::from(offset.seconds));
        }
    }
    out
}

fn stamps(runs: &Runs<Stamp>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut receipt = 0_i64;
    for (length, stamp) in runs.runs() {
        put(&mut out, length as u64);
        put_signed(&mut out, i64::from(stamp.rank));
        put_signed(&mut out, stamp.receipt.wrapping_sub(receipt));
        put(&mut out, u64::from(stamp.part));
        receipt = stamp.receipt;
    }
    out
}

pub(crate) fn read_sections(bytes: &[u8]) -> Result<(Columns, Reader<'_>), DecodeError> {
    let mut reader = checked(bytes)?;
    let claimed = reader.unsigned()?;
    let count = usize::try_from(claimed).ok().filter(|count| *count <= MAX_BLOCK_POINTS);
    let count = count.ok_or(DecodeError::TooManyPoints(claimed))?;
    let points = read_points(&mut reader, count)?;
    let offsets = read_offsets(reader.section()?, count)?;
    let stamps = reader.section()?;
    if reader.is_empty() { Ok((Columns { points, offsets }, stamps)) } else { Err(DecodeError::Corrupt("last")) }
}

/// What lies between the header and the checksum.
fn checked(bytes: &[u8]) -> Result<Reader<'_>, DecodeError> {
    let mut reader = Reader::new(bytes);
    match (reader.byte()?, reader.byte()?) {
        (MAGIC, VERSION) => {}
        (MAGIC, version) => return Err(DecodeError::UnknownVersion(version)),
        _ => return Err(DecodeError::NotABlock),
    }
    let split = bytes.len().checked_sub(CHECKSUM_BYTES).filter(|split| *split >= 2).ok_or(DecodeError::Truncated)?;
    let (body, checksum) = bytes.split_at(split);
    if crc32c::crc32c(body).to_le_bytes() != checksum {
        return Err(DecodeError::Checksum);
    }
    let mut reader = Reader::new(body);
    reader.take(2)?;
    Ok(reader)
}

fn read_points(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Point>, DecodeError> {
    let mut section = reader.section()?;
    let mut start = section.signed()?;
    let gaps = column::read_unsigned(section, count.saturating_sub(1), "start")?;
    let durations = column::read_unsigned(reader.section()?, count, "duration")?;
    let values = column::read_values(reader.section()?, count, "value")?;
    let mut points: Vec<Point> = Vec::with_capacity(count);
    let gaps = std::iter::once(0).chain(gaps);
    for ((gap, duration), value) in gaps.zip(durations).zip(values) {
        start = start.checked_add_unsigned(gap).ok_or(DecodeError::Corrupt("start"))?;
        let duration_us = i64::try_from(duration).map_err(|_| DecodeError::Corrupt("duration"))?;
        let point = Point { start: Timestamp::from_micros(start), duration_us, value };
        let ascends = points.last().is_none_or(|last| (last.start, last.duration_us) < (point.start, duration_us));
        if !ascends || !value.is_finite() {
            return Err(DecodeError::Corrupt(if ascends { "value" } else { "start" }));
        }
        points.push(point);
    }
    Ok(points)
}

/// Adds a run that a section claims; the runs together may not pass `count`.
fn push_run<T: Copy + PartialEq>(runs: &mut Runs<T>, length: u64, value: T, count: usize) -> Result<(), DecodeError> {
    let room = count.saturating_sub(runs.len());
    match usize::try_from(length).ok().filter(|length| (1..=room).contains(length)) {
        Some(length) => runs.push(length, value),
        None => return Err(DecodeError::Corrupt("run")),
    }
    Ok(())
}

fn complete<T: Copy + PartialEq>(runs: Runs<T>, count: usize) -> Result<Runs<T>, DecodeError> {
    if runs.len() == count { Ok(runs) } else { Err(DecodeError::Corrupt("run")) }
}

fn read_offsets(mut reader: Reader<'_>, count: usize) -> Result<Runs<Option<LocalOffset>>, DecodeError> {
    let mut runs = Runs::default();
    while !reader.is_empty() {
        let length = reader.unsigned()?;
        let offset = match reader.byte()? {
            0 => None,
            number => {
                let kind = kind_of(number).ok_or(DecodeError::Corrupt("offset"))?;
                let seconds = i32::try_from(reader.signed()?).map_err(|_| DecodeError::Corrupt("offset"))?;
                Some(LocalOffset { seconds, kind })
            }
        };
        push_run(&mut runs, length, offset, count)?;
    }
    complete(runs, count)
}

pub(crate) fn read_stamps(mut reader: Reader<'_>, count: usize) -> Result<Runs<Stamp>, DecodeError> {
    let mut runs = Runs::default();
    let mut receipt = 0_i64;
    while !reader.is_empty() {
        let length = reader.unsigned()?;
        let rank = i32::try_from(reader.signed()?).map_err(|_| DecodeError::Corrupt("stamp"))?;
        receipt = receipt.wrapping_add(reader.signed()?);
        let part = u32::try_from(reader.unsigned()?).map_err(|_| DecodeError::Corrupt("stamp"))?;
        push_run(&mut runs, length, Stamp { rank, receipt, part }, count)?;
    }
    complete(runs, count)
}

/// The stored number of an offset's kind; never reuse one.
pub(crate) fn kind_number(kind: OffsetKind) -> u8 {
    match kind {
        OffsetKind::DeviceDisplay => 1,
        OffsetKind::ExportTime => 2,
        OffsetKind::Zone => 3,
    }
}

fn kind_of(number: u8) -> Option<OffsetKind> {
    [OffsetKind::DeviceDisplay, OffsetKind::ExportTime, OffsetKind::Zone]
        .into_iter()
        .find(|kind| kind_number(*kind) == number)
}
