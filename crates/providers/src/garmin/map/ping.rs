//! Items that carry a URL to call back instead of the data.

use crate::json::{Field, Notes};
use model::{FetchKind, FetchRequest, Mapped};

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
