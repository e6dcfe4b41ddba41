//! Events of one document: which kind each detail makes, and where its document lies.

use model::{
    ActivityDetail, Detail, EventDocument, EventKind, HealthSnapshotDetail, MenstrualCycleDetail, Revised, SleepDetail,
};

/// The detail of an event that is told in one document.
pub(super) trait Single: Detail {
    /// The event's kind.
    const KIND: EventKind;

    /// Its document as any event's.
    fn document(document: Box<Revised<Self>>) -> EventDocument;

    /// Its document out of any event's; none if that is of another kind.
    fn of(document: &mut EventDocument) -> Option<&mut Revised<Self>>;
}

macro_rules! single {
    ($($detail:ident $kind:ident;)*) => {
        $(impl Single for $detail {
            const KIND: EventKind = EventKind::$kind;

            fn document(document: Box<Revised<Self>>) -> EventDocument {
                EventDocument::$kind(document)
            }

            fn of(document: &mut EventDocument) -> Option<&mut Revised<Self>> {
                if let EventDocument::$kind(document) = document { Some(document) } else { None }
            }
        })*
    };
}

single! {
    SleepDetail Sleep;
    ActivityDetail Activity;
    MenstrualCycleDetail MenstrualCycle;
    HealthSnapshotDetail HealthSnapshot;
}
