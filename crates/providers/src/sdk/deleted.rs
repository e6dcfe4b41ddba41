//! Deletions: ids of records that the phone's store no longer has, each as a text or as an object with an `id`.

use super::{read, read::Text, wire};
use crate::json::{each_raw, note};
use model::{IssueCode, Mapped};
use serde_json::value::RawValue;
use std::io::Read;

/// No id is longer that names a record.
const LONGEST: usize = 1_000;

/// Maps a list of deletions.
pub(super) fn map(body: &mut dyn Read) -> Mapped {
    let (text, mut mapped) = (read::bytes(body), Mapped::default());
    each_raw("deleted", &text, &mut mapped, |path, raw: &RawValue, mapped| {
        match id(raw.get()).filter(|id| id.len() <= LONGEST) {
            Some(id) => mapped.deleted.push(id),
            None => note(&mut mapped.issues, IssueCode::Invalid, path, "not the id of a record"),
        }
    });
    mapped
}

fn id(raw: &str) -> Option<String> {
    if raw.starts_with('{') {
        serde_json::from_str::<wire::Deleted<'_>>(raw).ok()?.id.owned()
    } else if raw.starts_with('"') {
        serde_json::from_str::<Text<'_>>(raw).ok()?.owned()
    } else {
        None
    }
}
