//! From an uploaded file to records. Its identity is its own: the same file again is the same workout.

use super::{MANIFEST, NAME, export::CONTENTS};
use crate::{
    archive::contents,
    json::{note, note_type},
    workout_file::WorkoutFile,
};
use model::{IssueCode, Mapped, PartMeta, Record, WorkoutDetail};
use std::io::Read;

/// Maps one part of any type.
pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped { items: 1, ..Mapped::default() };
    if !MANIFEST.types.contains_key(part_type) {
        note_type(&mut mapped.issues, part_type);
        return mapped;
    }
    if part_type == CONTENTS {
        return contents(body);
    }
    let Some(file) = WorkoutFile::read(part_type, meta, body, &mut mapped) else { return mapped };
    mapped.records = file.to_records(NAME);
    if mapped.records.is_empty() {
        note(&mut mapped.issues, IssueCode::Missing, part_type, "the file holds nothing that has a place");
    }
    let rank = file.rank(MANIFEST.rank(part_type).fixed());
    for record in &mut mapped.records {
        with_upload(record, rank, meta);
    }
    mapped
}

/// Adds the rank, and what the person said with the upload.
fn with_upload(record: &mut Record, rank: i32, meta: &PartMeta) {
    match record {
        Record::Workout(record) => {
            record.rank = rank;
            record.samples.iter_mut().for_each(|batch| batch.rank = rank);
            let said =
                WorkoutDetail { name: meta.name.clone(), description: meta.description.clone(), ..Default::default() };
            record.detail.fill_from(&said);
        }
        Record::Samples(batch) => batch.rank = rank,
        // no file holds any other
        _ => {}
    }
}
