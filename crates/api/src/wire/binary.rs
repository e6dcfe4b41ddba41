//! Bytes that are not JSON, for the document.

use utoipa::ToSchema;

/// A file's bytes.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code)] // only described, never made
pub(crate) struct Binary(Vec<u8>);
