//! Uploads that are too large to be read at once: what a person's phone or an old provider exports.

use model::{Issue, PartMeta};
use std::io::{self, Read};

/// One piece of an upload, which becomes a part of its person.
#[derive(Clone, Debug)]
pub struct ArchivePiece<'a> {
    /// Which of the provider's types it holds.
    pub part_type: &'static str,
    /// What its bytes do not say themselves.
    pub meta: PartMeta,
    /// Its bytes: some megabytes at most.
    pub bytes: &'a [u8],
}

/// Bytes from their beginning, as often as asked.
pub type Opening<'o> = dyn FnMut() -> io::Result<Box<dyn Read + Send>> + 'o;

/// Takes the pieces, in their order.
pub type Taking<'e> = dyn FnMut(ArchivePiece<'_>) -> io::Result<()> + 'e;

/// Cuts uploads of one type.
pub trait Archive: Send + Sync {
    /// Tells `emit` of each piece: the same pieces in the same order however often it is cut. What is wrong with
    /// the upload as a whole is returned; what was told before stands.
    ///
    /// # Errors
    /// What `open` gives could not be read, or `emit` failed.
    fn cut(&self, open: &mut Opening<'_>, emit: &mut Taking<'_>) -> io::Result<Vec<Issue>>;

    /// The type of part that tells what [`Archive::cut`] returned: a JSON list of issues.
    fn contents_type(&self) -> &'static str;
}
