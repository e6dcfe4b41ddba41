//! Names of records in blocks, deletions, and records in whose place another stands.

use super::{
    Scope, SqlStore,
    series_blocks::{CLASSES, HEAD, head},
    transaction::Transaction,
    value::{Row, owned, params},
};
use crate::{Cell, NameChanges, RecordNames, Result, ShadowedRecord, StoreError, StoredBlock};
use async_trait::async_trait;
use model::{Context, Point, ProviderName, RecordName, SeriesType, Stamp, Timestamp, UserId};
use series::{BlockKey, Columns, bucket_of};
use std::collections::{HashMap, HashSet};

fn block(row: &Row<'_>) -> Result<Option<StoredBlock>> {
    let Some(head) = head(row)? else { return Ok(None) };
    Ok(Some(StoredBlock { data: row.get(9)?, ..head }))
}

fn load_cells(tx: &dyn Transaction, user: UserId, cells: &[Cell]) -> Result<Vec<StoredBlock>> {
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
            "select {HEAD}, data from record_name where user_id = ?1 and series = ?2 and class = ?3
             and bucket between ?4 and ?5 and source = ?6 and context = ?7"
        ))
        .rows_of_all(&wanted, block)?;
    Ok(blocks.into_iter().flatten().collect())
}

/// The blocks that hold any of these names: each is looked into while it is read, and only those are kept.
fn find(
    tx: &dyn Transaction,
    user: UserId,
    provider: &ProviderName,
    names: &HashSet<RecordName>,
) -> Result<Vec<StoredBlock>> {
    let holding = |row: &Row<'_>| {
        let Some(block) = block(row)? else { return Ok(None) };
        let columns = Columns::decode(&block.data).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let mut held = columns.points().iter().filter_map(|point| RecordName::of_value(point.value));
        Ok(held.any(|name| names.contains(&name)).then_some(block))
    };
    let found = tx
        .sql(format!(
            "select {HEAD}, data from record_name where user_id = ?1
             and source in (select number from source where user_id = ?1 and provider = ?2)"
        ))
        .rows(params![user.as_bytes(), provider.as_str()], holding)?;
    Ok(found.into_iter().flatten().collect())
}

fn deletions(
    tx: &dyn Transaction,
    user: UserId,
    provider: &ProviderName,
    names: &[RecordName],
) -> Result<HashMap<RecordName, i64>> {
    let any = tx
        .sql("select 1 from record_deletion where user_id = ?1 and provider = ?2 limit 1")
        .exists(params![user.as_bytes(), provider.as_str()])?;
    if !any {
        return Ok(HashMap::new());
    }
    let wanted: Vec<_> = names
        .iter()
        .map(|name| vec![owned(user.as_bytes()), owned(provider.as_str()), owned(name.as_stored())])
        .collect();
    let found = tx
        .sql("select name, receipt from record_deletion where user_id = ?1 and provider = ?2 and name = ?3")
        .rows_of_all(&wanted, |row| Ok((RecordName::from_stored(row.get(0)?), row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

fn shadowed(row: &Row<'_>) -> Result<Option<ShadowedRecord>> {
    let Some(series) = SeriesType::from_stored(row.get(0)?) else { return Ok(None) };
    Ok(Some(ShadowedRecord {
        series,
        source: row.get(1)?,
        context: Context::from_stored(row.get(2)?),
        point: Point { start: row.time(3)?, duration_us: row.get(4)?, value: row.get(6)? },
        offset: row.offset(7, 8)?,
        stamp: Stamp { rank: row.get(9)?, receipt: row.get(10)?, part: row.get(11)? },
        name: RecordName::from_stored(row.get(5)?),
    }))
}

/// Writes all; false if a block is not of the expected version.
pub(super) fn write(tx: &dyn Transaction, user: UserId, changes: &NameChanges) -> Result<bool> {
    for (key, ver) in &changes.removes {
        let removed = tx
            .sql(
                "delete from record_name where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4
                 and source = ?5 and context = ?6 and ver = ?7",
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
        if removed != 1 {
            return Ok(false);
        }
    }
    if !write_blocks(tx, user, changes)? {
        return Ok(false);
    }
    let deletion = tx.sql(
        "insert into record_deletion (user_id, provider, name, receipt) values (?1, ?2, ?3, ?4)
         on conflict (user_id, provider, name) do update set receipt = excluded.receipt
         where excluded.receipt > record_deletion.receipt",
    );
    let deletions: Vec<_> = changes
        .deletions
        .iter()
        .map(|it| {
            let name = owned(it.name.as_stored());
            vec![owned(user.as_bytes()), owned(it.provider.as_str()), name, owned(it.receipt)]
        })
        .collect();
    deletion.execute_all(&deletions)?;
    changes.unshadowed.iter().try_for_each(|record| forget(tx, user, record))?;
    changes.shadowed.iter().try_for_each(|record| shadow(tx, user, record))?;
    Ok(true)
}

fn write_blocks(tx: &dyn Transaction, user: UserId, changes: &NameChanges) -> Result<bool> {
    let key_of = |key: &BlockKey| {
        vec![
            owned(user.as_bytes()),
            owned(key.series.as_stored()),
            owned(key.class as u8),
            owned(key.bucket),
            owned(key.source),
            owned(key.context.as_stored()),
        ]
    };
    let (mut changed, mut fresh) = (Vec::new(), Vec::new());
    for write in &changes.writes {
        let mut values = key_of(&write.key);
        values.extend(write.expected_ver.map(owned));
        let (block, data) = (&write.block, owned(write.block.data.clone()));
        values.extend([owned(block.count), owned(block.t_min.as_micros()), owned(block.t_end_max.as_micros()), data]);
        if write.expected_ver.is_some() { changed.push(values) } else { fresh.push(values) }
    }
    let mut counts = tx
        .sql(
            "update record_name set ver = ver + 1, count = ?8, t_min = ?9, t_end_max = ?10, data = ?11
             where user_id = ?1 and series = ?2 and class = ?3 and bucket = ?4 and source = ?5 and context = ?6
             and ver = ?7",
        )
        .execute_all(&changed)?;
    counts.extend(
        tx.sql(
            "insert into record_name (user_id, series, class, bucket, source, context, ver, count, t_min, t_end_max,
             data) values (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10) on conflict do nothing",
        )
        .execute_all(&fresh)?,
    );
    Ok(counts.iter().all(|count| *count == 1))
}

fn forget(tx: &dyn Transaction, user: UserId, record: &ShadowedRecord) -> Result<()> {
    tx.sql(
        "delete from shadowed_record where user_id = ?1 and series = ?2 and source = ?3 and context = ?4
         and start_at = ?5 and duration_us = ?6 and name = ?7",
    )
    .execute(params![
        user.as_bytes(),
        record.series.as_stored(),
        record.source,
        record.context.as_stored(),
        record.point.start.as_micros(),
        record.point.duration_us,
        record.name.as_stored()
    ])?;
    Ok(())
}

fn shadow(tx: &dyn Transaction, user: UserId, record: &ShadowedRecord) -> Result<()> {
    tx.sql(
        "insert into shadowed_record (user_id, series, source, context, start_at, duration_us, name, value, offset_s,
             offset_kind, stamp_rank, stamp_receipt, stamp_part)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             on conflict (user_id, series, source, context, start_at, duration_us, name) do update set
             value = excluded.value, offset_s = excluded.offset_s, offset_kind = excluded.offset_kind,
             stamp_rank = excluded.stamp_rank, stamp_receipt = excluded.stamp_receipt,
             stamp_part = excluded.stamp_part
             where (excluded.stamp_rank, excluded.stamp_receipt, excluded.stamp_part) >=
             (shadowed_record.stamp_rank, shadowed_record.stamp_receipt, shadowed_record.stamp_part)",
    )
    .execute(params![
        user.as_bytes(),
        record.series.as_stored(),
        record.source,
        record.context.as_stored(),
        record.point.start.as_micros(),
        record.point.duration_us,
        record.name.as_stored(),
        record.point.value,
        record.offset.map(|offset| offset.seconds),
        record.offset.map(|offset| offset.kind.as_str()),
        record.stamp.rank,
        record.stamp.receipt,
        record.stamp.part
    ])?;
    Ok(())
}

#[async_trait]
impl RecordNames for SqlStore {
    async fn load_name_cells(&self, user: UserId, cells: Vec<Cell>) -> Result<Vec<StoredBlock>> {
        self.read_some(cells.len(), move |tx| load_cells(tx, user, &cells)).await
    }

    async fn find_names(
        &self,
        user: UserId,
        provider: ProviderName,
        names: Vec<RecordName>,
    ) -> Result<Vec<StoredBlock>> {
        let names: HashSet<RecordName> = names.into_iter().collect();
        self.read(move |tx| find(tx, user, &provider, &names)).await
    }

    async fn find_deletions(
        &self,
        user: UserId,
        provider: ProviderName,
        names: Vec<RecordName>,
    ) -> Result<HashMap<RecordName, i64>> {
        self.read(move |tx| deletions(tx, user, &provider, &names)).await
    }

    async fn list_shadowed(&self, user: UserId, provider: ProviderName) -> Result<Vec<ShadowedRecord>> {
        self.read(move |tx| {
            let found = tx
                .sql(
                    "select series, source, context, start_at, duration_us, name, value, offset_s, offset_kind,
                     stamp_rank, stamp_receipt, stamp_part from shadowed_record where user_id = ?1
                     and source in (select number from source where user_id = ?1 and provider = ?2)",
                )
                .rows(params![user.as_bytes(), provider.as_str()], shadowed)?;
            Ok(found.into_iter().flatten().collect())
        })
        .await
    }

    async fn delete_old_names(&self, user: UserId, before: Timestamp) -> Result<u64> {
        self.write(Scope::user(user), move |tx| {
            let values = [owned(user.as_bytes()), owned(before.as_micros())];
            let blocks = tx.sql("delete from record_name where user_id = ?1 and t_end_max < ?2").execute(&values)?;
            let shadowed =
                tx.sql("delete from shadowed_record where user_id = ?1 and start_at < ?2").execute(&values)?;
            Ok((blocks + shadowed) as u64)
        })
        .await
    }
}
