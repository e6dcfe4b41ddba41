//! What requests and answers of several routes are made of: parameters, bodies, cursors, pages, sources.

mod binary;
mod body;
mod cursor;
mod email;
mod json;
mod offset;
mod page;
mod path;
mod query;
mod source;
mod time;

pub(crate) use binary::Binary;
pub(crate) use body::{JsonBody, OptionalJson, given};
pub(crate) use cursor::Cursor;
pub(crate) use email::check_email;
pub(crate) use json::{json_answer, json_body};
pub(crate) use offset::{OffsetText, zone_offset};
pub(crate) use page::{Metadata, Page, Pagination};
pub(crate) use path::PathParams;
pub(crate) use query::Query;
pub(crate) use source::{SourceMetadata, display_name, shown_sources, source_id};
pub(crate) use time::{Instant, parse_instant};
