//! The big tables cut into native hash partitions: decided when the tables are made, while they are empty.
//!
//! Every statement names the column that a table is cut by, so each goes to one partition. Smaller partitions are
//! swept and rebuilt in less time each, and can lie in tablespaces of their own.

use crate::Result;
use tokio_postgres::Client;

/// The tables that grow with the data, and what they are cut by.
const CUT: [(&str, &str); 6] = [
    ("part", "lane"),
    ("event", "user_id"),
    ("block", "user_id"),
    ("score", "user_id"),
    ("workout_file", "user_id"),
    ("change", "lane"),
];

/// Cuts the tables into so many pieces each, in one transaction.
pub(super) async fn cut(client: &Client, pieces: u16) -> Result<()> {
    let mut text = String::from("begin;");
    for (table, column) in CUT {
        text.push_str(&format!(
            "create table {table}_cut (like {table} including all) partition by hash ({column});
             drop table {table};
             alter table {table}_cut rename to {table};"
        ));
        for piece in 0..pieces {
            text.push_str(&format!(
                "create table {table}_{piece} partition of {table} for values with (modulus {pieces}, remainder {piece});"
            ));
        }
    }
    text.push_str("commit;");
    Ok(client.batch_execute(&text).await?)
}
