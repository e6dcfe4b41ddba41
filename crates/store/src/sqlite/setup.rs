//! Opening, settings and migrations.

use super::migrations;
use crate::{Result, StoreError};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::path::Path;

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // the answer to a webhook waits for the disk, so every commit is synchronous
    connection.execute_batch(
        "pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma wal_autocheckpoint = 4000;
         pragma journal_size_limit = 67108864;
         pragma cache_size = -16000;
         pragma secure_delete = fast;
         pragma temp_store = memory;",
    )?;
    connection.set_prepared_statement_cache_capacity(256);
    keep_plans(&connection)?;
    Ok(connection)
}

/// Plans do not depend on the values bound to them: otherwise, once statistics are there, a statement that is kept
/// is prepared again whenever its values change, which costs more than most of them take.
fn keep_plans(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch("pragma cache_size = -4000; pragma query_only = on;")?;
    connection.set_prepared_statement_cache_capacity(128);
    keep_plans(&connection)?;
    Ok(connection)
}

fn known_version() -> i64 {
    migrations::migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

pub(super) fn found_version(connection: &Connection) -> Result<i64> {
    let table: i64 = connection.query_row(
        "select count(*) from sqlite_master where type = 'table' and name = 'refinery_schema_history'",
        [],
        |row| row.get(0),
    )?;
    if table == 0 {
        return Ok(0);
    }
    Ok(connection.query_row("select coalesce(max(version), 0) from refinery_schema_history", [], |row| row.get(0))?)
}

pub(super) fn versions(path: &Path) -> Result<(i64, i64)> {
    Ok((found_version(&open_reader(path)?)?, known_version()))
}

/// Refuses the store of a newer program before anything is written to it.
pub(super) fn refuse_newer(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let (found, known) = versions(path)?;
    if found > known { Err(StoreError::TooNew { found, known }) } else { Ok(()) }
}

pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let (found, known) = (found_version(connection)?, known_version());
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    migrations::migrations::runner().run(connection).map_err(|error| StoreError::Engine(error.to_string()))?;
    let mut insert = connection.prepare("insert into lane_position (lane) values (?1) on conflict do nothing")?;
    for lane in crate::Lane::all() {
        insert.execute([lane.0])?;
    }
    Ok(())
}
