//! Between columns and the trait's types.

use super::value::{Column, Row};
use crate::{Body, Result, StoreError};
use model::{LocalOffset, OffsetKind, ProviderName, Timestamp};
use uuid::Uuid;

/// The 16 zero bytes that stand for "no user".
pub(super) const NOBODY: [u8; 16] = [0; 16];

impl Row<'_> {
    pub(super) fn uuid(&self, place: usize) -> Result<Uuid> {
        self.bytes16(place).map(Uuid::from_bytes)
    }

    pub(super) fn uuid_opt(&self, place: usize) -> Result<Option<Uuid>> {
        if self.column(place)? == Column::Null { Ok(None) } else { self.uuid(place).map(Some) }
    }

    pub(super) fn time(&self, place: usize) -> Result<Timestamp> {
        self.get(place).map(Timestamp::from_micros)
    }

    pub(super) fn time_opt(&self, place: usize) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(place)?.map(Timestamp::from_micros))
    }

    pub(super) fn hash(&self, place: usize) -> Result<[u8; 32]> {
        self.array(place)
    }

    pub(super) fn bytes16(&self, place: usize) -> Result<[u8; 16]> {
        self.array(place)
    }

    fn array<const LENGTH: usize>(&self, place: usize) -> Result<[u8; LENGTH]> {
        match self.column(place)? {
            Column::Bytes(bytes) => bytes.try_into().map_err(|_| self.wrong(place, "of another length")),
            _ => Err(self.wrong(place, "not bytes")),
        }
    }

    pub(super) fn provider(&self, place: usize) -> Result<ProviderName> {
        match self.column(place)? {
            Column::Text(name) => ProviderName::parse(name).ok_or_else(|| self.wrong(place, "not a provider's name")),
            _ => Err(self.wrong(place, "not text")),
        }
    }

    /// JSON, kept as text or as its bytes.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self, place: usize) -> Result<T> {
        let read = match self.column(place)? {
            Column::Text(text) => serde_json::from_str(text),
            Column::Bytes(bytes) => serde_json::from_slice(bytes),
            _ => return Err(self.wrong(place, "not JSON")),
        };
        read.map_err(|error| self.wrong(place, &error.to_string()))
    }

    pub(super) fn offset(&self, seconds: usize, kind: usize) -> Result<Option<LocalOffset>> {
        let Some(value) = self.get::<Option<i32>>(seconds)? else { return Ok(None) };
        let code: String = self.get(kind)?;
        let kind = OffsetKind::find(&code).ok_or_else(|| self.wrong(kind, "not an offset kind"))?;
        Ok(Some(LocalOffset { seconds: value, kind }))
    }

    pub(super) fn body(&self, body: usize, spool: usize) -> Result<Body> {
        if let Some(name) = self.get::<Option<String>>(spool)? {
            return Ok(Body::Spooled(name));
        }
        Ok(self.get::<Option<Vec<u8>>>(body)?.map_or(Body::Expired, Body::Inline))
    }

    pub(super) fn code<T: std::str::FromStr>(&self, place: usize) -> Result<T> {
        match self.column(place)? {
            Column::Text(text) => text.parse().map_err(|_| self.wrong(place, "not a known code")),
            _ => Err(self.wrong(place, "not text")),
        }
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
