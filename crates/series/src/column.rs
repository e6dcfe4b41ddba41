//! One column of numbers: constant, packed by `pco`, or plain where packing would not pay.
//! The number of values stands in the block's header, so a column never decides how much memory it gets.

use crate::{
    DecodeError,
    varint::{Reader, put},
};
use pco::{
    ChunkConfig, DeltaSpec, ModeSpec, PagingSpec,
    data_types::Number,
    wrapped::{FileCompressor, FileDecompressor},
};

const CONSTANT: u8 = 0;
const PLAIN: u8 = 1;
const PACKED_NARROW: u8 = 2;
const PACKED_WIDE: u8 = 3;

/// Level 8 packs best for its time by measurement.
const LEVEL: usize = 8;
/// Below this many values the packer's own header costs more than it saves.
const PACK_FROM: usize = 8;

/// Appends a column of whole numbers: gaps and durations, which repeat or share a unit.
pub(crate) fn put_unsigned(out: &mut Vec<u8>, values: &[u64]) {
    let unit = common_unit(values);
    put(out, unit);
    let scaled: Vec<u64> = values.iter().map(|value| value / unit).collect();
    let first = scaled.first().copied().unwrap_or_default();
    if scaled.iter().all(|value| *value == first) {
        out.push(CONSTANT);
        return put(out, first);
    }
    let config = config().with_mode_spec(ModeSpec::Classic).with_delta_spec(DeltaSpec::NoOp);
    let narrow: Option<Vec<u32>> = scaled.iter().map(|value| u32::try_from(*value).ok()).collect();
    let packed = match &narrow {
        _ if values.len() < PACK_FROM => None,
        Some(narrow) => pack(narrow, &config).map(|bytes| (PACKED_NARROW, bytes)),
        None => pack(&scaled, &config).map(|bytes| (PACKED_WIDE, bytes)),
    };
    let mut plain = Vec::new();
    if packed.is_none() {
        scaled.iter().for_each(|value| put(&mut plain, *value));
    }
    let (kind, bytes) = packed.unwrap_or((PLAIN, plain));
    out.push(kind);
    out.extend_from_slice(&bytes);
}

/// Reads what [`put_unsigned`] wrote; all bytes must be used.
pub(crate) fn read_unsigned(mut reader: Reader<'_>, count: usize, name: &'static str) -> Result<Vec<u64>, DecodeError> {
    let unit = reader.unsigned()?;
    let mut values = match reader.byte()? {
        CONSTANT => vec![reader.unsigned()?; count],
        PLAIN if reader.rest().len() >= count => {
            (0..count).map(|_| reader.unsigned()).collect::<Result<Vec<_>, _>>()?
        }
        PACKED_NARROW => {
            return scale(unpack::<u32>(reader.rest(), count, name)?.into_iter().map(u64::from), unit, name);
        }
        PACKED_WIDE => return scale(unpack::<u64>(reader.rest(), count, name)?.into_iter(), unit, name),
        _ => return Err(DecodeError::Corrupt(name)),
    };
    if !reader.is_empty() {
        return Err(DecodeError::Corrupt(name));
    }
    for value in &mut values {
        *value = value.checked_mul(unit).ok_or(DecodeError::Corrupt(name))?;
    }
    Ok(values)
}

fn scale(values: impl Iterator<Item = u64>, unit: u64, name: &'static str) -> Result<Vec<u64>, DecodeError> {
    values.map(|value| value.checked_mul(unit).ok_or(DecodeError::Corrupt(name))).collect()
}

/// Appends a column of values, exact to the bit.
pub(crate) fn put_values(out: &mut Vec<u8>, values: &[f64]) {
    let first = values.first().copied().unwrap_or_default();
    if values.iter().all(|value| value.to_bits() == first.to_bits()) {
        out.push(CONSTANT);
        return out.extend_from_slice(&first.to_le_bytes());
    }
    let whole: Option<Vec<i32>> = values.iter().map(|value| as_whole(*value)).collect();
    let packed = match &whole {
        _ if values.len() < PACK_FROM => None,
        Some(whole) => pack(whole, &config()).map(|bytes| (PACKED_NARROW, bytes)),
        None => pack(values, &config()).map(|bytes| (PACKED_WIDE, bytes)),
    };
    let mut plain = Vec::new();
    if packed.is_none() {
        values.iter().for_each(|value| plain.extend_from_slice(&value.to_le_bytes()));
    }
    let (kind, bytes) = packed.unwrap_or((PLAIN, plain));
    out.push(kind);
    out.extend_from_slice(&bytes);
}

/// Reads what [`put_values`] wrote; all bytes must be used.
pub(crate) fn read_values(mut reader: Reader<'_>, count: usize, name: &'static str) -> Result<Vec<f64>, DecodeError> {
    let values = match reader.byte()? {
        CONSTANT => vec![reader.f64()?; count],
        PLAIN if reader.rest().len() / 8 >= count => (0..count).map(|_| reader.f64()).collect::<Result<Vec<_>, _>>()?,
        PACKED_NARROW => {
            return Ok(unpack::<i32>(reader.rest(), count, name)?.into_iter().map(f64::from).collect());
        }
        PACKED_WIDE => return unpack::<f64>(reader.rest(), count, name),
        _ => return Err(DecodeError::Corrupt(name)),
    };
    if reader.is_empty() { Ok(values) } else { Err(DecodeError::Corrupt(name)) }
}

/// The value as a whole number, if that gives back the same bits (so not for -0.0).
fn as_whole(value: f64) -> Option<i32> {
    let whole = value as i32;
    (f64::from(whole).to_bits() == value.to_bits()).then_some(whole)
}

/// The largest number that divides all; 1 where all are zero.
fn common_unit(values: &[u64]) -> u64 {
    let mut unit = 0;
    for value in values {
        let (mut a, mut b) = (unit, *value);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        unit = a;
        if unit == 1 {
            break;
        }
    }
    unit.max(1)
}

fn config() -> ChunkConfig {
    ChunkConfig::default().with_compression_level(LEVEL)
}

/// One `pco` chunk of one page; None where `pco` refuses, and the caller writes the numbers plainly.
fn pack<T: Number>(values: &[T], config: &ChunkConfig) -> Option<Vec<u8>> {
    let config = config.clone().with_paging_spec(PagingSpec::Exact(vec![values.len()]));
    let file = FileCompressor::default();
    let mut chunk = file.chunk_compressor(values, &config).ok()?;
    let out = file.write_header(Vec::new()).ok()?;
    let out = chunk.write_meta(out).ok()?;
    chunk.write_page(0, out).ok()
}

fn unpack<T: Number + Default>(bytes: &[u8], count: usize, name: &'static str) -> Result<Vec<T>, DecodeError> {
    let corrupt = |_| DecodeError::Corrupt(name);
    let (file, rest) = FileDecompressor::new(bytes).map_err(corrupt)?;
    let (mut chunk, rest) = file.chunk_decompressor::<T, _>(rest).map_err(corrupt)?;
    let mut page = chunk.page_decompressor(rest, count).map_err(corrupt)?;
    let mut values = vec![T::default(); count];
    let progress = page.read(&mut values).map_err(corrupt)?;
    if progress.n_processed == count && page.into_src().is_empty() {
        Ok(values)
    } else {
        Err(DecodeError::Corrupt(name))
    }
}
