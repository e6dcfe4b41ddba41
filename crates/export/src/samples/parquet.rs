//! Samples as Parquet, by the low-level writer: rows are gathered in a compact form until there is a
//! group of them, and a group is written column by column.

use super::{Batch, ExportError};
use ::parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};
use model::{LocalOffset, SeriesType};
use std::{collections::HashMap, sync::Arc};

const SCHEMA: &str = "message samples {
    required binary user_id (STRING);
    optional binary external_user_id (STRING);
    required binary type (STRING);
    required binary unit (STRING);
    required int64 time (TIMESTAMP(MICROS, true));
    required double duration_s;
    required double value;
    optional binary zone_offset (STRING);
    optional binary provider (STRING);
    optional binary device (STRING);
    optional boolean is_daily_total;
    required boolean is_reduced;
}";
/// How many rows a group has: what is held in memory, and the least that a reader reads.
pub(super) const GROUP_ROWS: usize = 131_072;

/// A row, with its texts by their place in the writer's lists.
struct Kept {
    batch: usize,
    source: Option<usize>,
    at_us: i64,
    duration_us: i64,
    value: f64,
    offset: Option<LocalOffset>,
    is_daily_total: Option<bool>,
    is_reduced: bool,
}

/// What the rows of a batch share.
struct Shared {
    user_id: ByteArray,
    external_user_id: Option<ByteArray>,
    series: SeriesType,
}

pub(super) struct ParquetWriter {
    file: SerializedFileWriter<Vec<u8>>,
    rows: Vec<Kept>,
    batches: Vec<Shared>,
    sources: Vec<(ByteArray, Option<ByteArray>)>,
}

impl ParquetWriter {
    pub(super) fn new() -> Result<Self, ExportError> {
        let time = ColumnPath::from("time");
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_column_dictionary_enabled(time.clone(), false)
            .set_column_encoding(time, Encoding::DELTA_BINARY_PACKED)
            .build();
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        Ok(Self { file, rows: Vec::new(), batches: Vec::new(), sources: Vec::new() })
    }

    pub(super) fn write(&mut self, batch: &Batch<'_>, out: &mut Vec<u8>) -> Result<(), ExportError> {
        let mut rest = batch.rows;
        while !rest.is_empty() {
            let room = GROUP_ROWS.saturating_sub(self.rows.len()).max(1);
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.keep(&Batch { rows: now, ..*batch });
            rest = later;
            if self.rows.len() >= GROUP_ROWS {
                self.write_group(out)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        if !self.rows.is_empty() {
            self.write_group(out)?;
        }
        self.file.finish()?;
        self.file.flush().map_err(::parquet::errors::ParquetError::from)?;
        out.append(self.file.inner_mut());
        Ok(())
    }

    fn keep(&mut self, batch: &Batch<'_>) {
        let number = self.batches.len();
        self.batches.push(Shared {
            user_id: batch.user_id.into(),
            external_user_id: batch.external_user_id.map(ByteArray::from),
            series: batch.series,
        });
        // the same source is the same reference within a batch
        let mut known: HashMap<usize, usize> = HashMap::new();
        for row in batch.rows {
            let source = row.source.map(|source| {
                *known.entry(std::ptr::from_ref(source).addr()).or_insert_with(|| {
                    let device = source.device.as_deref().map(ByteArray::from);
                    self.sources.push((source.provider.as_str().into(), device));
                    self.sources.len() - 1
                })
            });
            self.rows.push(Kept {
                batch: number,
                source,
                at_us: row.at.as_micros(),
                duration_us: row.duration_us,
                value: row.value,
                offset: row.offset,
                is_daily_total: row.is_daily_total,
                is_reduced: row.is_reduced,
            });
        }
    }

    fn write_group(&mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        let (rows, batches, sources) = (&self.rows, &self.batches, &self.sources);
        let shared = |row: &Kept| batches.get(row.batch);
        let source = |row: &Kept| row.source.and_then(|number| sources.get(number));
        let text = |text: &str| ByteArray::from(text);
        let mut offsets: HashMap<LocalOffset, ByteArray> = HashMap::new();
        let mut offset =
            |row: &Kept| row.offset.map(|it| offsets.entry(it).or_insert_with(|| text(&it.as_hours_minutes())).clone());
        let mut group = self.file.next_row_group()?;
        texts(&mut group, rows, |row| shared(row).map(|it| it.user_id.clone()))?;
        texts(&mut group, rows, |row| shared(row).and_then(|it| it.external_user_id.clone()))?;
        texts(&mut group, rows, |row| shared(row).map(|it| text(it.series.as_str())))?;
        texts(&mut group, rows, |row| shared(row).map(|it| text(it.series.unit().as_str())))?;
        column(
            &mut group,
            rows,
            |row| Some(row.at_us),
            |writer, values, levels| match writer {
                ColumnWriter::Int64ColumnWriter(writer) => writer.write_batch(values, levels, None),
                _ => Ok(0),
            },
        )?;
        doubles(&mut group, rows, |row| row.duration_us as f64 / 1e6)?;
        doubles(&mut group, rows, |row| row.value)?;
        texts(&mut group, rows, &mut offset)?;
        texts(&mut group, rows, |row| source(row).map(|it| it.0.clone()))?;
        texts(&mut group, rows, |row| source(row).and_then(|it| it.1.clone()))?;
        booleans(&mut group, rows, |row| row.is_daily_total)?;
        booleans(&mut group, rows, |row| Some(row.is_reduced))?;
        group.close()?;
        self.file.flush().map_err(::parquet::errors::ParquetError::from)?;
        out.append(self.file.inner_mut());
        self.rows.clear();
        self.batches.clear();
        self.sources.clear();
        Ok(())
    }
}

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn texts(
    group: &mut Group<'_>,
    rows: &[Kept],
    value: impl FnMut(&Kept) -> Option<ByteArray>,
) -> Result<(), ExportError> {
    column(group, rows, value, |writer, values, levels| match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(values, levels, None),
        _ => Ok(0),
    })
}

fn doubles(group: &mut Group<'_>, rows: &[Kept], value: impl Fn(&Kept) -> f64) -> Result<(), ExportError> {
    column(
        group,
        rows,
        |row| Some(value(row)),
        |writer, values, levels| match writer {
            ColumnWriter::DoubleColumnWriter(writer) => writer.write_batch(values, levels, None),
            _ => Ok(0),
        },
    )
}

fn booleans(group: &mut Group<'_>, rows: &[Kept], value: impl Fn(&Kept) -> Option<bool>) -> Result<(), ExportError> {
    column(group, rows, value, |writer, values, levels| match writer {
        ColumnWriter::BoolColumnWriter(writer) => writer.write_batch(values, levels, None),
        _ => Ok(0),
    })
}

/// Writes the next column: the values that are there, and for each row whether it has one.
fn column<T>(
    group: &mut Group<'_>,
    rows: &[Kept],
    mut value: impl FnMut(&Kept) -> Option<T>,
    put: impl FnOnce(&mut ColumnWriter<'_>, &[T], Option<&[i16]>) -> ::parquet::errors::Result<usize>,
) -> Result<(), ExportError> {
    let Some(mut writer) = group.next_column()? else { return Ok(()) };
    let mut values = Vec::with_capacity(rows.len());
    let mut levels = Vec::with_capacity(rows.len());
    for row in rows {
        let value = value(row);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    put(writer.untyped(), &values, Some(&levels))?;
    writer.close()?;
    Ok(())
}
