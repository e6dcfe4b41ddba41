//! Sealed values in SQL: one statement a kind of place, walked in the order of their keys.

use super::{
    Scope, SqlStore,
    transaction::Transaction,
    value::{Row, Value, owned, params},
};
use crate::{Lane, Result, Sealed, SealedPlace, SealedValue};
use async_trait::async_trait;
use model::{ConnectionId, DeliveryId, EndpointId, ProviderAppId, UserId};

/// A kind of place: its table, its column, and its key.
#[derive(Clone, Copy)]
struct Kind {
    table: &'static str,
    column: &'static str,
    /// What orders its rows.
    key: &'static [&'static str],
    /// What the place needs to know beside its key.
    more: &'static [&'static str],
    place: fn(&Row<'_>) -> Result<SealedPlace>,
}

const KINDS: [Kind; 5] = [
    Kind { table: "provider_app", column: "client_secret", key: &["id"], more: &[], place: client_secret },
    Kind { table: "connection", column: "access_token", key: &["user_id", "id"], more: &[], place: access_token },
    Kind { table: "connection", column: "refresh_token", key: &["user_id", "id"], more: &[], place: refresh_token },
    Kind { table: "endpoint", column: "secret", key: &["id"], more: &[], place: endpoint_secret },
    Kind { table: "message", column: "body", key: &["lane", "position"], more: &["id"], place: message_body },
];

fn client_secret(row: &Row<'_>) -> Result<SealedPlace> {
    Ok(SealedPlace::ClientSecret(ProviderAppId::from_uuid(row.uuid(1)?)))
}

fn connection(row: &Row<'_>) -> Result<(UserId, ConnectionId)> {
    Ok((UserId::from_uuid(row.uuid(1)?), ConnectionId::from_uuid(row.uuid(2)?)))
}

fn access_token(row: &Row<'_>) -> Result<SealedPlace> {
    connection(row).map(|(user, id)| SealedPlace::AccessToken(user, id))
}

fn refresh_token(row: &Row<'_>) -> Result<SealedPlace> {
    connection(row).map(|(user, id)| SealedPlace::RefreshToken(user, id))
}

fn endpoint_secret(row: &Row<'_>) -> Result<SealedPlace> {
    Ok(SealedPlace::EndpointSecret(EndpointId::from_uuid(row.uuid(1)?)))
}

fn message_body(row: &Row<'_>) -> Result<SealedPlace> {
    Ok(SealedPlace::MessageBody(Lane(row.get(1)?), row.get(2)?, DeliveryId::from_uuid(row.uuid(3)?)))
}

/// Which of [`KINDS`] a place is, and its key there.
fn key(place: SealedPlace) -> (usize, Vec<Value<'static>>) {
    let of = |user: UserId, id: ConnectionId| vec![owned(user.as_bytes()), owned(id.as_bytes())];
    match place {
        SealedPlace::ClientSecret(id) => (0, vec![owned(id.as_bytes())]),
        SealedPlace::AccessToken(user, id) => (1, of(user, id)),
        SealedPlace::RefreshToken(user, id) => (2, of(user, id)),
        SealedPlace::EndpointSecret(id) => (3, vec![owned(id.as_bytes())]),
        SealedPlace::MessageBody(lane, position, _) => (4, vec![owned(lane.0), owned(position)]),
    }
}

fn count(tx: &dyn Transaction, prefix: usize) -> Result<Vec<(Vec<u8>, u64)>> {
    let kinds = KINDS.map(|Kind { table, column, .. }| {
        format!("select substr({column}, 1, {prefix}) as prefix from {table} where {column} is not null")
    });
    let all = kinds.join(" union all ");
    let select = tx.sql(format!("select prefix, count(*) from ({all}) as everything group by prefix order by prefix"));
    select.rows(params![], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn list(
    tx: &dyn Transaction,
    kind: Kind,
    prefix: &[u8],
    after: Option<Vec<Value<'static>>>,
    limit: u32,
) -> Result<Vec<SealedValue>> {
    let Kind { table, column, key, more, place } = kind;
    let columns: Vec<&str> = [column].iter().chain(key).chain(more).copied().collect();
    let mut values = vec![owned(prefix.to_vec()), owned(limit)];
    let mut later = String::new();
    if let Some(after) = after {
        let places: Vec<String> = (3..3 + after.len()).map(|number| format!("?{number}")).collect();
        later = format!(" and ({}) > ({})", key.join(", "), places.join(", "));
        values.extend(after);
    }
    let (length, columns, order) = (prefix.len(), columns.join(", "), key.join(", "));
    let select = tx.sql(format!(
        "select {columns} from {table} where substr({column}, 1, {length}) <> ?1{later} order by {order} limit ?2"
    ));
    select.rows(&values, |row| Ok(SealedValue { place: place(row)?, sealed: row.get(0)? }))
}

fn replace(tx: &dyn Transaction, value: &SealedValue, bytes: &[u8]) -> Result<usize> {
    let (kind, key) = key(value.place);
    let Some(Kind { table, column, key: names, .. }) = KINDS.get(kind) else { return Ok(0) };
    let mut values = vec![owned(value.sealed.clone()), owned(bytes.to_vec())];
    let row: Vec<String> = names.iter().enumerate().map(|(at, name)| format!("{name} = ?{}", at + 3)).collect();
    values.extend(key);
    tx.sql(format!("update {table} set {column} = ?2 where {column} = ?1 and {}", row.join(" and "))).execute(&values)
}

#[async_trait]
impl Sealed for SqlStore {
    async fn count_sealed(&self, prefix: usize) -> Result<Vec<(Vec<u8>, u64)>> {
        self.read(move |tx| count(tx, prefix)).await
    }

    async fn list_sealed_otherwise(
        &self,
        prefix: &[u8],
        after: Option<SealedPlace>,
        limit: u32,
    ) -> Result<Vec<SealedValue>> {
        let prefix = prefix.to_vec();
        self.read(move |tx| {
            let (first, mut after) = after.map_or((0, None), |place| {
                let (kind, key) = key(place);
                (kind, Some(key))
            });
            for kind in KINDS.into_iter().skip(first) {
                let found = list(tx, kind, &prefix, after.take(), limit)?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            Ok(Vec::new())
        })
        .await
    }

    async fn replace_sealed(&self, values: Vec<(SealedValue, Vec<u8>)>) -> Result<u64> {
        self.write(Scope::NONE, move |tx| {
            let mut replaced = 0;
            for (value, bytes) in &values {
                replaced += replace(tx, value, bytes)? as u64;
            }
            Ok(replaced)
        })
        .await
    }
}
