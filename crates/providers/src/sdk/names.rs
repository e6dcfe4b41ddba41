//! What the records of a phone are called, so that a deletion finds them again.

use super::read::Text;
use model::{BatchNames, Mapped, Point, RecordName};

/// Points of a batch with what each is called.
#[derive(Default)]
pub(super) struct Named {
    pub(super) points: Vec<Point>,
    pub(super) names: Names,
}

/// What the points of a batch are called.
#[derive(Default)]
pub(super) struct Names(Vec<Option<RecordName>>);

impl Named {
    pub(super) fn push(&mut self, point: Point, name: Option<RecordName>) {
        self.points.push(point);
        self.names.0.push(name);
    }
}

impl Names {
    /// Tells the names of the batch that is the next record.
    pub(super) fn file(self, mapped: &mut Mapped) {
        if self.0.iter().any(Option::is_some) {
            mapped.names.push(BatchNames { record: mapped.records.len(), names: self.0 });
        }
    }
}

/// The id under which the phone's own store has a record. Where that gives several items (`parentId`), their own ids are
/// the SDK's making, and no deletion knows them.
pub(super) fn name(id: &Text<'_>, parent_id: &Text<'_>) -> Option<RecordName> {
    parent_id.get().or(id.get()).map(RecordName::of)
}
