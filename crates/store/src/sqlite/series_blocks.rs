//! Series blocks in SQLite.

use super::convert::Columns;
use crate::{BlockQuery, Cell, Result, StoreError, StoredBlock};
use model::{BlockClass, Context, SeriesType, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use series::{BlockKey, BlockWrite, bucket_of};

const CLASSES: [BlockClass; 4] = [BlockClass::Hour, BlockClass::Day, BlockClass::Month, BlockClass::Year];
const HEAD: &str = "series, class, bucket, source, context, ver, count, t_min, t_end_max";
/// How far before a span a block may begin and still reach into it; no interval kept is longer.
const LOOK_BACK_S: i64 = 2 * 86_400;

fn block(row: &Row<'_>) -> rusqlite::Result<Option<StoredBlock>> {
    let series = SeriesType::from_stored(row.get(0)?);
    let class = BlockClass::from_stored(row.get(1)?);
    let (Some(series), Some(class)) = (series, class) else { return Ok(None) };
    Ok(Some(StoredBlock {
        key: BlockKey {
            series,
            class,
            bucket: row.get(2)?,
            source: row.get(3)?,
            context: Context::from_stored(row.get(4)?),
        },
        ver: row.get(5)?,
        count: row.get(6)?,
        t_min: row.time(7)?,
        t_end_max: row.time(8)?,
        data: row.get(9)?,
    }))
}

pub(super) fn load_cells(connection: &Connection, user: UserId, cells: &[Cell]) -> Result<Vec<StoredBlock>> {
    let mut select = connection.prepare_cached(&format!(
        "select {HEAD}, data from block where user_id = ?1 and series = ?2 and class = ?3 and bucket between ?4 and ?5
         and source = ?6 and context = ?7"
    ))?;
    let mut blocks = Vec::new();
    for cell in cells {
        let last = cell.to.plus_micros(-1);
        for class in CLASSES {
            let rows = select.query_map(
                params![
                    user.as_bytes(),
                    cell.series.as_stored(),
                    class as u8,
                    bucket_of(class, cell.from),
                    bucket_of(class, last),
                    cell.source,
                    cell.context.as_stored()
                ],
                block,
            )?;
            for row in rows {
                blocks.extend(row?);
            }
        }
    }
    Ok(blocks)
}

/// Writes a block if its version is still the expected one; false if it is not.
pub(super) fn write(connection: &Connection, user: UserId, write: &BlockWrite) -> Result<bool> {
    let (key, block) = (&write.key, &write.block);
    let changed = if let Some(ver) = write.expected_ver {
        connection
            .prepare_cached(
                "update block set ver = ver + 1, count = ?8, t_min = ?9, t_end_max = ?10, v_min = ?11, v_max = ?12,
                 v_sum = ?13, v_last = ?14, digest = ?15, hourly = ?16, data = ?17
                 where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4 and source = ?5 and context = ?6
                 and ver = ?7",
            )?
            .execute(params![
                user.as_bytes(),
                key.series.as_stored(),
                key.class as u8,
                key.bucket,
                key.source,
                key.context.as_stored(),
                ver,
                block.count,
                block.t_min.as_micros(),
                block.t_end_max.as_micros(),
                block.v_min,
                block.v_max,
                block.v_sum,
                block.v_last,
                block.digest,
                block.hourly,
                block.data
            ])?
    } else {
        connection
            .prepare_cached(
                "insert or ignore into block (user_id, series, class, bucket, source, context, ver, count, t_min,
                 t_end_max, v_min, v_max, v_sum, v_last, digest, hourly, data)
                 values (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute(params![
                user.as_bytes(),
                key.series.as_stored(),
                key.class as u8,
                key.bucket,
                key.source,
                key.context.as_stored(),
                block.count,
                block.t_min.as_micros(),
                block.t_end_max.as_micros(),
                block.v_min,
                block.v_max,
                block.v_sum,
                block.v_last,
                block.digest,
                block.hourly,
                block.data
            ])?
    };
    Ok(changed == 1)
}

/// Removes a block if its version is still the expected one; false if it is not.
pub(super) fn remove(connection: &Connection, user: UserId, key: &BlockKey, ver: i64) -> Result<bool> {
    let removed = connection
        .prepare_cached(
            "delete from block where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4 and source = ?5
             and context = ?6 and ver = ?7",
        )?
        .execute(params![
            user.as_bytes(),
            key.series.as_stored(),
            key.class as u8,
            key.bucket,
            key.source,
            key.context.as_stored(),
            ver
        ])?;
    Ok(removed == 1)
}

pub(super) fn heads(connection: &Connection, user: UserId, query: &BlockQuery) -> Result<Vec<StoredBlock>> {
    let mut select = connection.prepare_cached(&format!(
        "select {HEAD}, x'' from block where user_id = ?1 and series = ?2 and class = ?3 and bucket between ?4 and ?5
         and t_end_max >= ?6 and t_min < ?7 and (?8 is null or source = ?8) and (?9 is null or context = ?9)"
    ))?;
    let mut heads = Vec::new();
    let last = query.to.plus_micros(-1);
    for series in &query.series {
        let begin = heads.len();
        for class in CLASSES {
            let rows = select.query_map(
                params![
                    user.as_bytes(),
                    series.as_stored(),
                    class as u8,
                    bucket_of(class, query.from.plus_seconds(-LOOK_BACK_S)),
                    bucket_of(class, last),
                    query.from.as_micros(),
                    query.to.as_micros(),
                    query.source,
                    query.context.map(Context::as_stored)
                ],
                block,
            )?;
            for row in rows {
                heads.extend(row?);
            }
        }
        let added: &mut [StoredBlock] = heads.get_mut(begin..).unwrap_or_default();
        added.sort_by_key(|head| (head.t_min, head.key));
    }
    Ok(heads)
}

pub(super) fn load(connection: &Connection, user: UserId, keys: &[BlockKey]) -> Result<Vec<StoredBlock>> {
    let mut select = connection.prepare_cached(&format!(
        "select {HEAD}, data from block where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4
         and source = ?5 and context = ?6"
    ))?;
    let mut blocks = Vec::with_capacity(keys.len());
    for key in keys {
        let found = select
            .query_row(
                params![
                    user.as_bytes(),
                    key.series.as_stored(),
                    key.class as u8,
                    key.bucket,
                    key.source,
                    key.context.as_stored()
                ],
                block,
            )
            .optional()
            .map_err(StoreError::from)?;
        blocks.extend(found.flatten());
    }
    Ok(blocks)
}
