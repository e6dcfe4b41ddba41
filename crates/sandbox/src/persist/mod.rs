//! What survives a sandbox that is killed: a snapshot of everything (`snapshot`), written anew when something has
//! changed, and a journal of what was promised since (`journal`). Things may happen twice, nothing is lost.

mod journal;
mod snapshot;

pub(crate) use journal::{Entry, Journal};
pub use snapshot::OpenError;
pub(crate) use snapshot::{Keeper, open, run, save};
