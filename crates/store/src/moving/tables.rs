//! The tables of a store as the embedded one describes itself: their columns and keys.

use crate::{
    Result, StoreError,
    sql::{
        transaction::Transaction,
        value::{Value, owned, params},
    },
};

/// A table to be copied.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// Places of the key's columns, in the key's order.
    key: Vec<usize>,
}

/// All tables of the store but those that the migrations keep for themselves.
pub(super) fn of(source: &dyn Transaction) -> Result<Vec<Table>> {
    let names: Vec<String> = source
        .sql(
            "select name from sqlite_master where type = 'table' and name not in ('refinery_schema_history')
             and substr(name, 1, 7) <> 'sqlite_' order by name",
        )
        .rows(params![], |row| row.get(0))?;
    names.into_iter().map(|name| table(source, name)).collect()
}

fn table(source: &dyn Transaction, name: String) -> Result<Table> {
    let columns: Vec<String> = source
        .sql(format!("select name from pragma_table_info('{name}') order by cid"))
        .rows(params![], |row| row.get(0))?;
    let mut key: Vec<String> = source
        .sql(format!("select name from pragma_table_info('{name}') where pk > 0 order by pk"))
        .rows(params![], |row| row.get(0))?;
    if key.is_empty() {
        // a table without a declared key has a unique index in its place
        key = source
            .sql(format!(
                "select i.name from pragma_index_info((select name from pragma_index_list('{name}')
                 where \"unique\" = 1 and partial = 0 limit 1)) i order by i.seqno"
            ))
            .rows(params![], |row| row.get(0))?;
    }
    let key: Vec<usize> = key.iter().filter_map(|wanted| columns.iter().position(|column| column == wanted)).collect();
    if key.is_empty() {
        return Err(StoreError::Engine(format!("table {name} has no key to copy it by")));
    }
    Ok(Table { name, columns, key })
}

impl Table {
    fn key_columns(&self) -> String {
        let names: Vec<&str> =
            self.key.iter().filter_map(|place| self.columns.get(*place)).map(String::as_str).collect();
        names.join(", ")
    }

    /// The next rows in the order of the key. The places are the key's values.
    pub(super) fn select_after(&self, has_begun: bool, limit: usize) -> String {
        let key = self.key_columns();
        let places: Vec<String> = (1..=self.key.len()).map(|place| format!("?{place}")).collect();
        let after = if has_begun { format!("where ({key}) > ({})", places.join(", ")) } else { String::new() };
        format!("select {} from {} {after} order by {key} limit {limit}", self.columns.join(", "), self.name)
    }

    /// A row anew, or in place of one that the migrations put there.
    pub(super) fn insert(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let sets: Vec<String> = self.columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!(
            "insert into {} ({}) values ({}) on conflict ({}) do update set {}",
            self.name,
            self.columns.join(", "),
            places.join(", "),
            self.key_columns(),
            sets.join(", ")
        )
    }

    /// The key's values of a row.
    pub(super) fn key_of(&self, row: &[Value<'static>]) -> Vec<Value<'static>> {
        self.key.iter().filter_map(|place| row.get(*place).cloned()).collect()
    }
}

/// A key as text.
pub(super) fn write_key(key: &[Value<'static>]) -> String {
    let words: Vec<String> = key
        .iter()
        .map(|value| match value {
            Value::Integer(number) => format!("i{number}"),
            Value::Text(text) => format!("t{}", hex::encode(text.as_bytes())),
            Value::Bytes(bytes) => format!("b{}", hex::encode(bytes)),
            Value::Null | Value::Real(_) | Value::Bool(_) => "n".to_owned(),
        })
        .collect();
    words.join(" ")
}

/// The key of such a text.
pub(super) fn read_key(text: &str) -> Result<Vec<Value<'static>>> {
    text.split(' ')
        .map(|word| read_word(word).ok_or_else(|| StoreError::Damaged(format!("the key `{word}`"))))
        .collect()
}

fn read_word(word: &str) -> Option<Value<'static>> {
    let rest = word.get(1..)?;
    match word.as_bytes().first()? {
        b'i' => Some(Value::Integer(rest.parse().ok()?)),
        b't' => Some(owned(String::from_utf8(hex::decode(rest).ok()?).ok()?)),
        b'b' => Some(owned(hex::decode(rest).ok()?)),
        b'n' => Some(Value::Null),
        _ => None,
    }
}
