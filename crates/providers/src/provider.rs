//! What every provider offers, whatever its formats are.

use crate::{Archive, Described, Manifest};
use model::{Mapped, PartMeta, Timestamp};
use std::io::Read;

/// One source of health data.
pub trait Provider: Send + Sync {
    /// Its constants.
    fn manifest(&self) -> &Manifest;

    /// Maps one part. `body` holds a JSON array of the type's items (or one bare object), or a file's
    /// bytes. Never fails: what cannot be read becomes an issue, and the rest is kept. A type that is
    /// not known gives one issue and the count of its items.
    ///
    /// What it returns is in memory as a whole: about 24 bytes a sample and 1.5 KB a workout.
    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped;

    /// Which of its types a handed-in file holds, told from its first [`crate::BEGINNING`] bytes alone.
    /// `None` when they show nothing that is its own.
    fn recognise(&self, _beginning: &[u8]) -> Option<&'static str> {
        None
    }

    /// What cuts uploads of a type that are too large to be read at once; none where an upload is one part.
    fn archive(&self, _part_type: &str) -> Option<&'static dyn Archive> {
        None
    }

    /// What a file of a type that is kept as it came says of itself; none of other types.
    fn describe(&self, _part_type: &str, _bytes: &[u8]) -> Option<Described> {
        None
    }

    /// The account's id in the answer of the manifest's user-id path; none where there are no accounts.
    fn parse_user_id(&self, _answer: &[u8]) -> Option<String> {
        None
    }

    /// The permissions in the answer of the manifest's permissions path, or in a notice of their
    /// change; sorted. `None` when the answer holds none, which is not the same as an empty list.
    fn parse_permissions(&self, _answer: &[u8]) -> Option<Vec<String>> {
        None
    }

    /// One item of a notice that permissions changed. `None` when it does not say which are given.
    fn parse_permission_change(&self, _item: &[u8]) -> Option<PermissionChange> {
        None
    }
}

/// What a notice says of permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionChange {
    /// All that are given now, sorted; nothing is permitted when there are none.
    pub permissions: Vec<String>,
    /// When they changed, where the notice says.
    pub changed_at: Option<Timestamp>,
}
