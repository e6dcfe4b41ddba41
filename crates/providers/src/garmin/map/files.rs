//! `activityFiles`: notices of files, and the files themselves.

use super::{super::NAME, identity};
use crate::{
    garmin::wire::Ping,
    json::{Item, Notes, each_item, note},
    sniff::sniff,
    workout_file::WorkoutFile,
};
use model::{FetchKind, FetchRequest, FileFormat, IssueCode, Mapped, PartMeta, Record, WorkoutRecord};
use std::io::Read;

/// Maps a part: notices when it is JSON, else a file. Its own bytes say better than the notice what
/// its format is.
pub(super) fn part(part_type: &str, rank: i32, meta: &PartMeta, body: &mut dyn Read, mapped: &mut Mapped) {
    let mut sniffed = sniff(body);
    if meta.format.is_none() && sniffed.json {
        notices(part_type, &mut sniffed.body, mapped);
        return;
    }
    mapped.items = 1;
    workout_file(part_type, rank, meta, &mut sniffed.body, mapped);
}

fn notices(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
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
        raw_type: notes.text(&wire.activity_type),
        name: notes.text(&wire.name),
        description: notes.text(&wire.description),
        manual: notes.take(&wire.manual),
        start: notes.time(&wire.start),
        ..PartMeta::default()
    }
}

fn format(wire: &Ping, notes: &mut Notes<'_>) -> Option<FileFormat> {
    let format = FileFormat::find(&notes.text(&wire.file_type)?.to_ascii_lowercase());
    if format.is_none() {
        notes.add(IssueCode::Unknown, wire.file_type.key, "a file format that is not known");
    }
    format
}

fn workout_file(part_type: &str, rank: i32, meta: &PartMeta, body: &mut dyn Read, mapped: &mut Mapped) {
    let Some(file) = WorkoutFile::read(part_type, meta, body, mapped) else { return };
    let Some(external_id) = meta.external_id.as_deref() else {
        note(&mut mapped.issues, IssueCode::Missing, part_type, "no notice said which activity this file is of");
        return;
    };
    let rank = file.rank(rank);
    match file.to_workout(external_id, NAME) {
        Some(record) => mapped.records.push(Record::Workout(Box::new(with_notice(record, rank, meta)))),
        None => note(&mut mapped.issues, IssueCode::Missing, part_type, "the file holds no workout"),
    }
}

/// Adds what only the notice said. The type stays the file's own: the summary has Garmin's.
fn with_notice(mut record: WorkoutRecord, rank: i32, meta: &PartMeta) -> WorkoutRecord {
    record.rank = rank;
    record.aliases.clone_from(&meta.aliases);
    record.start = record.start.or(meta.start);
    let detail = &mut record.detail;
    detail.name = detail.name.take().or_else(|| meta.name.clone());
    detail.description = detail.description.take().or_else(|| meta.description.clone());
    detail.raw_type = detail.raw_type.take().or_else(|| meta.raw_type.clone());
    detail.manual = detail.manual.or(meta.manual);
    for batch in &mut record.samples {
        batch.rank = rank;
    }
    record
}
