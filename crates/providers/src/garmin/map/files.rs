//! `activityFiles`: notices of files, and the files themselves.

use super::identity;
use crate::{
    garmin::wire::Ping,
    json::{Item, Notes, each_item, note},
};
use model::{FetchKind, FetchRequest, FileFormat, IssueCode, Mapped, PartMeta};
use std::io::Read;

/// Maps a part: notices when it is JSON, a file when its format is known.
pub(super) fn part(part_type: &str, _rank: i32, meta: &PartMeta, body: &mut dyn Read, mapped: &mut Mapped) {
    if meta.format.is_some() {
        mapped.items = 1;
        note(&mut mapped.issues, IssueCode::Unknown, part_type, "files of this format are not read");
        return;
    }
    each_item::<Ping>(part_type, body, mapped, |Item { path, value }, mapped| {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let fetch = fetch(&value, &mut notes);
        mapped.fetches.extend(fetch);
    });
}

/// The URL carries its own token, so the user's stays here.
fn fetch(wire: &Ping, notes: &mut Notes<'_>) -> Option<FetchRequest> {
    let Some(url) = notes.text(&wire.callback_url) else {
        notes.missing(wire.callback_url.key);
        return None;
    };
    let life = super::MANIFEST.types.get("activityFiles").and_then(|part| part.callback_life_s);
    Some(FetchRequest { url, kind: FetchKind::File { meta: meta(wire, notes) }, bearer: false, expires_s: life })
}

fn meta(wire: &Ping, notes: &mut Notes<'_>) -> PartMeta {
    let (summary_id, activity_id) = (notes.text(&wire.summary_id), notes.text(&wire.activity_id));
    let (external_id, aliases) = identity(summary_id.as_deref(), activity_id.as_deref()).unzip();
    PartMeta {
        external_id,
        aliases: aliases.unwrap_or_default(),
        format: format(wire, notes),
        file_name: None,
        raw_type: notes.text(&wire.activity_type),
        name: notes.text(&wire.name),
        description: notes.text(&wire.description),
        manual: notes.take(&wire.manual),
        start: notes.time(&wire.start),
    }
}

fn format(wire: &Ping, notes: &mut Notes<'_>) -> Option<FileFormat> {
    let format = FileFormat::find(&notes.text(&wire.file_type)?.to_ascii_lowercase());
    if format.is_none() {
        notes.add(IssueCode::Unknown, wire.file_type.key, "a file format that is not known");
    }
    format
}
