//! Moves an embedded store into PostgreSQL, table by table in the order of their keys, a batch a transaction.
//!
//! How far each table is stands in the database, written with each batch: a move that was broken off goes on there. In
//! the end every table of both is read once more and compared by count and digest.

mod digest;
mod tables;

use crate::{
    Result, StoreError,
    postgres::{self, Session},
    sql::{
        transaction::Transaction,
        value::{Column, Value, owned, params},
    },
    sqlite,
};
use digest::Digest;
use std::path::Path;
use tables::Table;

/// How many rows, and how many bytes of them, go at once.
const ROWS: usize = 2000;
const BYTES: usize = 8 * 1024 * 1024;

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many rows of the table have been copied, of so many.
    Copied {
        /// The table.
        table: String,
        /// Rows there are in the database now.
        rows: u64,
        /// Rows there are to be.
        of: u64,
    },
    /// The table is the same on both sides.
    Verified {
        /// The table.
        table: String,
        /// How many rows it has.
        rows: u64,
        /// Of all its rows, whatever their order.
        digest: String,
    },
}

/// Copies and compares; `progress` hears of each step. Blocking. Neither side may be in use: of the file the caller
/// sees to it, the database must hold no other store.
pub fn move_store(from: &Path, to: &postgres::Settings, mut progress: impl FnMut(Step)) -> Result<()> {
    let source = sqlite::open_to_read(from)?;
    let (found, known) = sqlite::schema_versions(from)?;
    if found != known {
        return Err(StoreError::Engine(format!(
            "the store has schema version {found}, this program {known}: bring it up to date first"
        )));
    }
    let target = postgres::open_alone(to)?;
    prepare(&target)?;
    let tables = tables::of(&source)?;
    for table in &tables {
        copy(&source, &target, table, &mut progress)?;
    }
    for table in &tables {
        let (ours, theirs) = (digest_of(&source, table)?, digest_of(&target, table)?);
        if ours != theirs {
            return Err(StoreError::Damaged(format!(
                "table {}: {} rows here and {} there, or they differ",
                table.name, ours.rows, theirs.rows
            )));
        }
        progress(Step::Verified { table: table.name.clone(), rows: ours.rows, digest: ours.shown() });
    }
    target.batch("drop table moving")
}

/// Makes the table of progress; refuses a database in which somebody lives already.
fn prepare(target: &Session) -> Result<()> {
    let tx: &dyn Transaction = target;
    let is_begun = tx
        .sql("select 1 from pg_tables where schemaname = current_schema() and tablename = 'moving'")
        .exists(params![])?;
    if !is_begun && tx.sql("select 1 from team limit 1").exists(params![])? {
        return Err(StoreError::Taken("the database, by a store of its own,"));
    }
    target.batch("create table if not exists moving (name text primary key, last text not null, rows bigint not null)")
}

fn copy(source: &dyn Transaction, target: &Session, table: &Table, progress: &mut impl FnMut(Step)) -> Result<()> {
    let of: u64 = source.sql(format!("select count(*) from {}", table.name)).one(params![], |row| row.get(0))?;
    let tx: &dyn Transaction = target;
    let begun = tx
        .sql("select last, rows from moving where name = ?1")
        .find(params![table.name], |row| Ok((row.get::<String>(0)?, row.get::<u64>(1)?)))?;
    let (mut after, mut rows) = match begun {
        Some((last, rows)) => (Some(tables::read_key(&last)?), rows),
        None => (None, 0),
    };
    loop {
        let batch = next_batch(source, table, after.as_deref())?;
        let Some(last) = batch.last() else { return Ok(()) };
        let key = table.key_of(last);
        rows += batch.len() as u64;
        target.batch("begin")?;
        tx.sql(table.insert()).execute_all(&batch)?;
        tx.sql(
            "insert into moving (name, last, rows) values (?1, ?2, ?3)
             on conflict (name) do update set last = excluded.last, rows = excluded.rows",
        )
        .execute(params![table.name, tables::write_key(&key), rows])?;
        target.batch("commit")?;
        progress(Step::Copied { table: table.name.clone(), rows, of });
        after = Some(key);
    }
}

fn next_batch(
    source: &dyn Transaction,
    table: &Table,
    after: Option<&[Value<'static>]>,
) -> Result<Vec<Vec<Value<'static>>>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let values = after.unwrap_or_default();
    source.sql(table.select_after(after.is_some(), ROWS)).walk(values, |row| {
        let mut read = Vec::with_capacity(table.columns.len());
        for place in 0..table.columns.len() {
            let column = row.column(place)?;
            bytes += size(column);
            read.push(value(column));
        }
        batch.push(read);
        Ok(if bytes < BYTES { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) })
    })?;
    Ok(batch)
}

fn size(column: Column<'_>) -> usize {
    match column {
        Column::Text(text) => text.len(),
        Column::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

fn value(column: Column<'_>) -> Value<'static> {
    match column {
        Column::Null => Value::Null,
        Column::Integer(number) => Value::Integer(number),
        Column::Real(number) => Value::Real(number),
        Column::Text(text) => owned(text),
        Column::Bytes(bytes) => owned(bytes),
    }
}

fn digest_of(tx: &dyn Transaction, table: &Table) -> Result<Digest> {
    let mut digest = Digest::default();
    let mut after: Option<Vec<Value<'static>>> = None;
    loop {
        // in pages, so that neither side holds a table in memory
        let page = next_batch(tx, table, after.as_deref())?;
        let Some(last) = page.last() else { return Ok(digest) };
        after = Some(table.key_of(last));
        page.iter().for_each(|row| digest.add(row));
    }
}
