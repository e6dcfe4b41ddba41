//! XML as a stream: elements are told one by one with their path, so that memory does not grow with the
//! file. What a hostile file can make long is bounded: depth, tags, texts. Only the five entities of XML
//! itself and numbered characters are resolved; what a document type defines is passed over.

mod input;
mod walk;

pub(crate) use walk::{Attributes, Visitor, Walked, walk};
