//! Series blocks.

use super::transaction::Transaction;
use super::value::{Row, ToValue, Value, owned, params};
use crate::{BlockQuery, Cell, OldBlocks, Result, StoredBlock};
use model::{BlockClass, Context, SeriesType, Timestamp, UserId};
use series::{BlockKey, BlockWrite, EncodedBlock, bucket_of};

pub(super) const CLASSES: [BlockClass; 4] = [BlockClass::Hour, BlockClass::Day, BlockClass::Month, BlockClass::Year];
pub(super) const HEAD: &str = "series, class, bucket, source, context, ver, count, t_min, t_end_max";
/// How far before a span a block may begin and still reach into it; no interval kept is longer.
pub(super) const LOOK_BACK_S: i64 = 2 * 86_400;

fn block(row: &Row<'_>) -> Result<Option<StoredBlock>> {
    let Some(head) = head(row)? else { return Ok(None) };
    Ok(Some(StoredBlock { data: row.get(9)?, ..head }))
}

/// A block without its points.
pub(super) fn head(row: &Row<'_>) -> Result<Option<StoredBlock>> {
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
        data: Vec::new(),
    }))
}

pub(super) fn load_cells(tx: &dyn Transaction, user: UserId, cells: &[Cell]) -> Result<Vec<StoredBlock>> {
    let of_cell = |cell: &Cell| {
        let (first, last, cell) = (cell.from, cell.to.plus_micros(-1), *cell);
        CLASSES.map(|class| {
            vec![
                owned(user.as_bytes()),
                owned(cell.series.as_stored()),
                owned(class as u8),
                owned(bucket_of(class, first)),
                owned(bucket_of(class, last)),
                owned(cell.source),
                owned(cell.context.as_stored()),
            ]
        })
    };
    let wanted: Vec<_> = cells.iter().flat_map(of_cell).collect();
    let blocks = tx
        .sql(format!(
            "select {HEAD}, data from block where user_id = ?1 and series = ?2 and class = ?3
             and bucket between ?4 and ?5 and source = ?6 and context = ?7"
        ))
        .rows_of_all(&wanted, block)?;
    Ok(blocks.into_iter().flatten().collect())
}

/// Writes blocks, each if its version is still the expected one; false if one is not.
pub(super) fn write_all(tx: &dyn Transaction, user: UserId, writes: &[&BlockWrite]) -> Result<bool> {
    let (mut changed, mut fresh) = (Vec::new(), Vec::new());
    for write in writes {
        let mut values = key_values(&user, &write.key);
        values.extend(write.expected_ver.map(owned));
        values.extend(block_values(&write.block));
        if write.expected_ver.is_some() { changed.push(values) } else { fresh.push(values) }
    }
    let mut counts = tx
        .sql(
            "update block set ver = ver + 1, count = ?8, t_min = ?9, t_end_max = ?10, v_min = ?11, v_max = ?12,
             v_sum = ?13, v_last = ?14, digest = ?15, hourly = ?16, data = ?17
             where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4 and source = ?5 and context = ?6
             and ver = ?7",
        )
        .execute_all(&changed)?;
    counts.extend(
        tx.sql(
            "insert into block (user_id, series, class, bucket, source, context, ver, count, t_min,
             t_end_max, v_min, v_max, v_sum, v_last, digest, hourly, data)
             values (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) on conflict do nothing",
        )
        .execute_all(&fresh)?,
    );
    Ok(counts.iter().all(|count| *count == 1))
}

fn key_values<'a>(user: &'a UserId, key: &BlockKey) -> Vec<Value<'a>> {
    vec![
        Value::Bytes(user.as_bytes().as_slice().into()),
        owned(key.series.as_stored()),
        owned(key.class as u8),
        owned(key.bucket),
        owned(key.source),
        owned(key.context.as_stored()),
    ]
}

fn block_values(block: &EncodedBlock) -> [Value<'_>; 10] {
    [
        owned(block.count),
        owned(block.t_min.as_micros()),
        owned(block.t_end_max.as_micros()),
        owned(block.v_min),
        owned(block.v_max),
        owned(block.v_sum),
        owned(block.v_last),
        block.digest.to_value(),
        block.hourly.to_value(),
        block.data.to_value(),
    ]
}

/// Removes a block if its version is still the expected one; false if it is not.
pub(super) fn remove(tx: &dyn Transaction, user: UserId, key: &BlockKey, ver: i64) -> Result<bool> {
    let removed = tx
        .sql(
            "delete from block where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4 and source = ?5
             and context = ?6 and ver = ?7",
        )
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

pub(super) fn heads(tx: &dyn Transaction, user: UserId, query: &BlockQuery) -> Result<Vec<StoredBlock>> {
    let select = tx.sql(format!(
        "select {HEAD} from block where user_id = ?1 and series = ?2 and class = ?3 and bucket between ?4 and ?5
         and t_end_max >= ?6 and t_min < ?7 and (source = ?8 or ?8 is null) and (context = ?9 or ?9 is null)"
    ));
    let mut heads = Vec::new();
    let last = query.to.plus_micros(-1);
    for series in &query.series {
        let begin = heads.len();
        for class in CLASSES {
            let rows = select.rows(
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
                head,
            )?;
            for row in rows {
                heads.extend(row);
            }
        }
        let added: &mut [StoredBlock] = heads.get_mut(begin..).unwrap_or_default();
        added.sort_by_key(|head| (head.t_min, head.key));
    }
    Ok(heads)
}

fn contexts(which: OldBlocks) -> &'static str {
    match which {
        OldBlocks::All => "",
        OldBlocks::Reducible => " and (context in (0, 2) or context between 100 and 355)",
        OldBlocks::Coolable => {
            " and (context in (0, 2, 500, 502) or context between 100 and 355 or context between 600 and 855)"
        }
    }
}

/// When the first point of a user starts.
pub(super) fn first(tx: &dyn Transaction, user: UserId, which: OldBlocks) -> Result<Option<Timestamp>> {
    let contexts = contexts(which);
    tx.sql(format!("select min(t_min) from block where user_id = ?1{contexts}"))
        .one(params![user.as_bytes()], |row| row.time_opt(0))
}

/// Blocks with points that start before an instant, each series together.
pub(super) fn old(
    tx: &dyn Transaction,
    user: UserId,
    before: Timestamp,
    which: OldBlocks,
    limit: u32,
) -> Result<Vec<StoredBlock>> {
    let contexts = contexts(which);
    let found = tx
        .sql(format!(
            "select {HEAD}, data from block where user_id = ?1 and t_min < ?2{contexts}
             order by series, source, context, t_min limit ?3"
        ))
        .rows(params![user.as_bytes(), before.as_micros(), limit], block)?;
    Ok(found.into_iter().flatten().collect())
}

pub(super) fn load(tx: &dyn Transaction, user: UserId, keys: &[BlockKey]) -> Result<Vec<StoredBlock>> {
    let select = tx.sql(format!(
        "select {HEAD}, data from block where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4
         and source = ?5 and context = ?6"
    ));
    let mut blocks = Vec::with_capacity(keys.len());
    for key in keys {
        let found = select.find(
            params![
                user.as_bytes(),
                key.series.as_stored(),
                key.class as u8,
                key.bucket,
                key.source,
                key.context.as_stored()
            ],
            block,
        )?;
        blocks.extend(found.flatten());
    }
    Ok(blocks)
}
