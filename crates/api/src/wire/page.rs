//! The envelope of lists: data, pagination, metadata.

use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) data: Vec<T>,
    /// Where the neighbouring pages are.
    pub(crate) pagination: Pagination,
    /// What was asked for.
    pub(crate) metadata: Metadata,
}

/// Where the neighbouring pages are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pagination {
    /// Leads to the next page; null on the last.
    pub(crate) next_cursor: Option<String>,
    /// Leads to the page before; null on the first.
    pub(crate) previous_cursor: Option<String>,
    /// Whether there is more in the direction of reading.
    pub(crate) has_more: bool,
    /// How many items the query matches in all; null where counting would cost more than the page.
    pub(crate) total_count: Option<u64>,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Metadata {
    /// The resolution asked for; null for raw.
    pub(crate) resolution: Option<&'static str>,
    /// How many items are on this page.
    pub(crate) sample_count: usize,
    /// Whether sources that overlap count as one; absent where they do not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) merged: bool,
    /// The span's begin.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) start_time: Timestamp,
    /// The span's end.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) end_time: Timestamp,
}

impl Pagination {
    /// The pagination of a list that has one page.
    pub(crate) fn single(total: u64) -> Self {
        Self { next_cursor: None, previous_cursor: None, has_more: false, total_count: Some(total) }
    }
}
