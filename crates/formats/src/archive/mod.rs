//! Archives from front to back: what is uploaded lies compressed, where there is no going back, so the directory at a
//! zip's end is never needed. Entries say for themselves where they end.
//!
//! Nothing in an archive is trusted. A [`Budget`] bounds what is unpacked of an upload over all of its entries and all
//! archives within archives. Names are text that is shown, never a path. What is damaged is noted and costs as little
//! as it can: an entry, or what follows.

mod behind;
mod budget;
mod front;
mod header;
mod unpacked;
mod zip;

pub use budget::Budget;
pub use unpacked::gunzip;
pub use zip::{Visiting, each_entry, is_damage};

/// In which order what an archive holds is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What names others comes before what it names, for which the bytes are read twice where they lie otherwise.
    ToKeep,
    /// As it lies there: the bytes are read once.
    AsItLies,
}

/// Whether a zip begins so.
#[must_use]
pub fn is_zip(beginning: &[u8]) -> bool {
    beginning.starts_with(b"PK\x03\x04")
}

/// Whether a file packed by itself (gzip) begins so.
#[must_use]
pub fn is_gzip(beginning: &[u8]) -> bool {
    beginning.starts_with(&[0x1f, 0x8b, 8])
}

#[cfg(any(test, feature = "testing"))]
pub mod samples;

#[cfg(test)]
mod tests;
