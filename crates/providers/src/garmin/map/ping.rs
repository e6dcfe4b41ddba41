//! Items that carry a URL to call back instead of the data.

use crate::{
    garmin::wire::Summary,
    json::{Field, Item, Lenient, Notes, each_item},
};
use model::{FetchKind, FetchRequest, Mapped, Record};
use std::io::Read;

/// Hands over each item that is a summary, with the notes of it and where its records go; an item that
/// is a notice becomes a request.
pub(super) fn each_summary<T: Lenient + Summary>(
    part_type: &str,
    body: &mut dyn Read,
    mapped: &mut Mapped,
    mut take: impl FnMut(&T, &mut Notes<'_>, &mut Vec<Record>),
) {
    each_item::<T>(part_type, body, mapped, |Item { path, value }, mapped| {
        if fetches_summaries(part_type, value.callback_url(), &path, mapped) {
            return;
        }
        let Mapped { records, issues, .. } = mapped;
        take(&value, &mut Notes::new(issues, path), records);
    });
}

/// Turns a notice into a request for its summaries. False when the item is not a notice.
pub(super) fn fetches_summaries(part_type: &str, url: &Field<String>, path: &str, mapped: &mut Mapped) -> bool {
    let url = Notes::new(&mut mapped.issues, path).text(url);
    let is_notice = url.is_some();
    mapped.fetches.extend(url.map(|url| FetchRequest {
        url,
        kind: FetchKind::Summaries { part_type: part_type.to_owned() },
        bearer: true,
        expires_s: None,
    }));
    is_notice
}
