//! Files to model records: bytes in, records and issues out. One folder per format; readers stream, so
//! memory grows with what is kept, never with the file. No I/O of their own, no storage, no network.

pub mod apple_health;
pub mod archive;
mod columns;
pub mod fit;
pub mod gpx;
mod notes;
pub mod tcx;
pub mod track;
mod xml;

pub use notes::Notes;
