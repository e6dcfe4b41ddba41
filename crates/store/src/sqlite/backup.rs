//! Copies of a store that serves: one state of it, page by page, while others go on writing.

use super::setup;
use crate::{Result, StoreError};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::path::Path;

/// How many pages are copied between two words about how far it is.
const STEP: i32 = 1024;

/// One state of a store. While it is held, writers go on; what they write waits in the log beside the file.
pub struct Snapshot {
    connection: Connection,
    schema_version: i64,
}

impl Snapshot {
    /// Fixes the state of the store at `path`. Blocking, as everything here.
    pub fn take(path: &Path) -> Result<Self> {
        let (found, known) = setup::versions(path)?;
        if found > known {
            return Err(StoreError::TooNew { found, known });
        }
        let connection = setup::open_reader(path)?;
        // a reader that stays within one transaction sees one state, and copying never begins anew
        connection.execute_batch("begin")?;
        let schema_version = setup::found_version(&connection)?;
        Ok(Self { connection, schema_version })
    }

    /// The schema's version.
    #[must_use]
    pub fn schema_version(&self) -> i64 {
        self.schema_version
    }

    /// The names of all spooled bodies that this state refers to.
    pub fn spooled(&self) -> Result<Vec<String>> {
        let mut select = self.connection.prepare(
            "with body (spool) as (
                 select spool from inbox where spool is not null union select spool from part where spool is not null)
             select spool from body union
             select s.spool from upload_segment s join upload u on u.user_id = s.user_id and u.id = s.upload_id
             where u.spool is null or u.spool in (select spool from body)",
        )?;
        let names = select.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// Copies this state into a file that is not there yet and looks through the copy. `progress` hears how many pages
    /// of how many are copied. Not synced: the caller does that for all files of a backup.
    pub fn copy_to(&self, target: &Path, mut progress: impl FnMut(u64, u64)) -> Result<()> {
        let mut copy = Connection::open(target)?;
        // whole or of no use: nothing is lost by not syncing along the way
        copy.execute_batch("pragma synchronous = off;")?;
        {
            let backup = Backup::new(&self.connection, &mut copy)?;
            loop {
                let step = backup.step(STEP)?;
                let at = backup.progress();
                let (total, left) = (at.pagecount.unsigned_abs(), at.remaining.unsigned_abs());
                progress(u64::from(total.saturating_sub(left)), u64::from(total));
                match step {
                    StepResult::Done => break,
                    StepResult::More => {}
                    other => return Err(StoreError::Engine(format!("the store could not be copied: {other:?}"))),
                }
            }
        }
        // one file that is complete by itself
        copy.query_row("pragma journal_mode = delete", [], |_| Ok(()))?;
        check(&copy)?;
        copy.close().map_err(|(_, error)| error.into())
    }
}

/// Whether every page of a store is sound.
pub(super) fn check(connection: &Connection) -> Result<()> {
    let said: String = connection.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(said)) }
}
