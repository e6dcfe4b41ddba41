//! Between columns and the trait's types.

use crate::{Body, Result, StoreError};
use model::{LocalOffset, OffsetKind, ProviderName, Timestamp};
use rusqlite::{Row, types::Type};
use uuid::Uuid;

/// The 16 zero bytes that stand for "no user".
pub(super) const NOBODY: [u8; 16] = [0; 16];

/// Reads columns by position into the trait's types; a value of the wrong kind is a damaged store.
pub(super) trait Columns {
    fn uuid(&self, column: usize) -> rusqlite::Result<Uuid>;
    fn uuid_opt(&self, column: usize) -> rusqlite::Result<Option<Uuid>>;
    fn time(&self, column: usize) -> rusqlite::Result<Timestamp>;
    fn time_opt(&self, column: usize) -> rusqlite::Result<Option<Timestamp>>;
    fn hash(&self, column: usize) -> rusqlite::Result<[u8; 32]>;
    fn bytes16(&self, column: usize) -> rusqlite::Result<[u8; 16]>;
    fn provider(&self, column: usize) -> rusqlite::Result<ProviderName>;
    fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> rusqlite::Result<T>;
    fn offset(&self, seconds: usize, kind: usize) -> rusqlite::Result<Option<LocalOffset>>;
    fn body(&self, body: usize, spool: usize) -> rusqlite::Result<Body>;
    fn code<T: std::str::FromStr>(&self, column: usize) -> rusqlite::Result<T>;
}

fn wrong(column: usize, kind: Type, message: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, message.to_owned().into())
}

impl Columns for Row<'_> {
    fn uuid(&self, column: usize) -> rusqlite::Result<Uuid> {
        let bytes: Vec<u8> = self.get(column)?;
        Uuid::from_slice(&bytes).map_err(|_| wrong(column, Type::Blob, "not an id"))
    }

    fn uuid_opt(&self, column: usize) -> rusqlite::Result<Option<Uuid>> {
        let bytes: Option<Vec<u8>> = self.get(column)?;
        bytes.map(|bytes| Uuid::from_slice(&bytes).map_err(|_| wrong(column, Type::Blob, "not an id"))).transpose()
    }

    fn time(&self, column: usize) -> rusqlite::Result<Timestamp> {
        self.get(column).map(Timestamp::from_micros)
    }

    fn time_opt(&self, column: usize) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.get::<_, Option<i64>>(column)?.map(Timestamp::from_micros))
    }

    fn hash(&self, column: usize) -> rusqlite::Result<[u8; 32]> {
        let bytes: Vec<u8> = self.get(column)?;
        bytes.try_into().map_err(|_| wrong(column, Type::Blob, "not a hash"))
    }

    fn bytes16(&self, column: usize) -> rusqlite::Result<[u8; 16]> {
        let bytes: Vec<u8> = self.get(column)?;
        bytes.try_into().map_err(|_| wrong(column, Type::Blob, "not 16 bytes"))
    }

    fn provider(&self, column: usize) -> rusqlite::Result<ProviderName> {
        let name: String = self.get(column)?;
        ProviderName::parse(&name).ok_or_else(|| wrong(column, Type::Text, "not a provider's name"))
    }

    fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> rusqlite::Result<T> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|error| wrong(column, Type::Text, &error.to_string()))
    }

    fn offset(&self, seconds: usize, kind: usize) -> rusqlite::Result<Option<LocalOffset>> {
        let Some(value) = self.get::<_, Option<i32>>(seconds)? else { return Ok(None) };
        let code: String = self.get(kind)?;
        let kind = OffsetKind::find(&code).ok_or_else(|| wrong(kind, Type::Text, "not an offset kind"))?;
        Ok(Some(LocalOffset { seconds: value, kind }))
    }

    fn body(&self, body: usize, spool: usize) -> rusqlite::Result<Body> {
        if let Some(name) = self.get::<_, Option<String>>(spool)? {
            return Ok(Body::Spooled(name));
        }
        Ok(self.get::<_, Option<Vec<u8>>>(body)?.map_or(Body::Expired, Body::Inline))
    }

    fn code<T: std::str::FromStr>(&self, column: usize) -> rusqlite::Result<T> {
        let text: String = self.get(column)?;
        text.parse().map_err(|_| wrong(column, Type::Text, "not a known code"))
    }
}

/// JSON for a text column.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(format!("cannot write JSON: {error}")))
}

/// The two columns of a body: bytes, spool name.
pub(super) fn body_columns(body: &Body) -> (Option<&[u8]>, Option<&str>) {
    match body {
        Body::Inline(bytes) => (Some(bytes), None),
        Body::Spooled(name) => (None, Some(name)),
        Body::Expired => (None, None),
    }
}

/// The text that a `like` pattern matches anywhere, with its own signs escaped by `\`.
pub(super) fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}
