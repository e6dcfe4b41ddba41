//! What takes the room.

use super::{Engine, SqlStore, value::params};
use crate::{Result, Sizes, TableSize};
use async_trait::async_trait;

/// Reads every page of the file.
const OF_THE_FILE: &str = "
    select kept.tbl_name, sum(case kept.type when 'table' then page.pgsize else 0 end),
           sum(case kept.type when 'table' then 0 else page.pgsize end)
    from dbstat as page join sqlite_schema as kept on kept.name = page.name
    where page.aggregate = 1 group by kept.tbl_name order by sum(page.pgsize) desc, kept.tbl_name";

/// A table that is cut into partitions is the sum of them.
const OF_THE_DATABASE: &str = "
    select coalesce(whole.relname, kept.relname)::text,
           sum(pg_table_size(kept.oid))::bigint, sum(pg_indexes_size(kept.oid))::bigint
    from pg_class as kept
    left join pg_inherits as cut on cut.inhrelid = kept.oid
    left join pg_class as whole on whole.oid = cut.inhparent
    where kept.relkind = 'r' and kept.relnamespace = current_schema()::regnamespace
    group by 1 order by sum(pg_total_relation_size(kept.oid)) desc, 1";

#[async_trait]
impl Sizes for SqlStore {
    async fn list_sizes(&self) -> Result<Vec<TableSize>> {
        let text = match &self.engine {
            Engine::Sqlite(_) => OF_THE_FILE,
            Engine::Postgres(_) => OF_THE_DATABASE,
        };
        self.read(move |tx| {
            tx.sql(text).rows(params![], |row| {
                Ok(TableSize { table: row.get(0)?, bytes: row.get(1)?, index_bytes: row.get(2)? })
            })
        })
        .await
    }
}
