//! What a provider tells as a whole and tells again when it knows more: its highest revision is kept.

use crate::{LocalOffset, Source, Stamp, Timestamp};

/// What of an event can differ between its revisions.
pub trait Detail: Clone + Default + PartialEq {
    /// The names of the fields in which two values differ.
    fn changed_fields(&self, other: &Self) -> Vec<&'static str>;
}

/// What became of handing a document a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// An older or equal revision: nothing to write.
    Kept,
    /// The same content under a higher stamp: to be written, but nobody is told.
    Restamped,
    /// Something changed: the names of the fields.
    Changed(Vec<&'static str>),
}

impl Filed {
    /// Of what changed, and whether the stamp rose.
    pub(crate) fn of(names: Vec<&'static str>, risen: bool) -> Self {
        match (names.is_empty(), risen) {
            (false, _) => Self::Changed(names),
            (true, true) => Self::Restamped,
            (true, false) => Self::Kept,
        }
    }
}

/// An event of one document: its highest revision.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Revised<D> {
    /// Which revision.
    pub stamp: Stamp,
    /// Who measured.
    pub source: Source,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The offset at its start.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: D,
}

impl<D: Detail> Revised<D> {
    /// Files a revision, unless a higher one is there. Of equal stamps the later reading stands.
    pub fn file(&mut self, revision: Self) -> Filed {
        if revision.stamp < self.stamp {
            return Filed::Kept;
        }
        let (names, risen) = (revision.changes_since(self), self.stamp < revision.stamp);
        *self = revision;
        Filed::of(names, risen)
    }

    /// The same without what was told: who, when and which revision.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { detail: D::default(), ..self.clone() }
    }

    pub(crate) fn changes_since(&self, before: &Self) -> Vec<&'static str> {
        let mut names = self.detail.changed_fields(&before.detail);
        for (name, changed) in [
            ("start", self.start != before.start),
            ("end", self.end != before.end),
            ("offset", self.offset != before.offset),
            ("source", self.source != before.source),
        ] {
            if changed {
                names.push(name);
            }
        }
        names
    }
}
