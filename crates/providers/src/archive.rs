//! Uploads that are too large to be read at once, or hold many files: what a person's phone or a service exports.

pub use formats::archive::Order;

use model::{Issue, Mapped, PartMeta, ProviderName};
use std::io::{self, Read};

/// One piece of an upload, which becomes a part of its person.
pub struct ArchivePiece<'a> {
    /// Whose it is.
    pub provider: ProviderName,
    /// Which of that provider's types it holds.
    pub part_type: &'static str,
    /// What its bytes do not say themselves.
    pub meta: PartMeta,
    /// Its bytes: as much as is taken of a file that comes by itself, at most. An error is that of the upload's bytes
    /// not being there; where they are damaged they end.
    pub body: &'a mut dyn Read,
}

/// Bytes from their beginning: as often as asked where they are told [`Order::ToKeep`], else once.
pub type Opening<'o> = dyn FnMut() -> io::Result<Box<dyn Read + 'o>> + 'o;

/// Takes the pieces, in their order.
pub type Taking<'e> = dyn FnMut(ArchivePiece<'_>) -> io::Result<()> + 'e;

/// Cuts uploads of one type.
pub trait Archive: Send + Sync {
    /// Tells `emit` of each piece: the same pieces in the same order however often it is cut. What is wrong with
    /// the upload as a whole is returned; what was told before stands.
    ///
    /// # Errors
    /// What `open` gives could not be read, or `emit` failed.
    fn cut(&self, open: &mut Opening<'_>, order: Order, emit: &mut Taking<'_>) -> io::Result<Vec<Issue>>;

    /// The type of part that tells what [`Archive::cut`] returned: a JSON list of issues.
    fn contents_type(&self) -> &'static str;
}

/// Names are no longer than this.
const LONGEST_NAME: usize = 200;

/// The name of a workout of which a file tells, by the name that a table uses.
pub(crate) fn file_alias(name: &str) -> String {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    format!("file:{}", name.chars().take(LONGEST_NAME).collect::<String>())
}

/// What a part of [`Archive::contents_type`] says.
pub(crate) fn contents(body: &mut dyn Read) -> Mapped {
    Mapped { issues: serde_json::from_reader(body).unwrap_or_default(), ..Mapped::default() }
}
