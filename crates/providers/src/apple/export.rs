//! What a phone exports: a zip or the XML in it, cut into pieces; and the pieces to records.

use super::NAME;
use crate::{
    Archive, ArchivePiece, Described,
    archive::{Opening, Order, Taking, contents},
    json::note,
};
use formats::{
    apple_health::{self, PieceKind, route_alias},
    gpx, track,
};
use model::{Issue, IssueCode, Mapped, PartMeta, Record, WorkoutDetail};
use std::io::{self, Read};

const EXPORT: &str = "health_export";
const ROUTE: &str = "workout_route";
const ELECTROCARDIOGRAM: &str = "electrocardiogram";
const CLINICAL_RECORD: &str = "clinical_record";
const CONTENTS: &str = "health_export_contents";

/// What cuts exports.
struct Export;

/// The type of a file that begins so.
pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    (apple_health::is_export(beginning) || apple_health::may_be_archive(beginning)).then_some(EXPORT)
}

/// What cuts uploads of a type.
pub(super) fn archive(part_type: &str) -> Option<&'static dyn Archive> {
    (part_type == EXPORT).then_some(&Export as &dyn Archive)
}

impl Archive for Export {
    fn cut(&self, open: &mut Opening<'_>, order: Order, emit: &mut Taking<'_>) -> io::Result<Vec<Issue>> {
        apple_health::cut(open, order, |piece| {
            let part_type = match piece.kind {
                PieceKind::Elements => EXPORT,
                PieceKind::Route => ROUTE,
                PieceKind::Electrocardiogram => ELECTROCARDIOGRAM,
                PieceKind::ClinicalRecord => CLINICAL_RECORD,
            };
            let file_name = piece.name.map(|name| name.rsplit('/').next().unwrap_or(name).chars().take(200).collect());
            let external_id = (piece.kind == PieceKind::Route).then(|| route_alias(piece.name.unwrap_or_default()));
            let meta = PartMeta { external_id, file_name, ..PartMeta::default() };
            emit(ArchivePiece { provider: NAME, part_type, meta, body: &mut &*piece.bytes })
        })
    }

    fn contents_type(&self) -> &'static str {
        CONTENTS
    }
}

/// Maps a piece; none where its type is another's.
pub(super) fn map(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Option<Mapped> {
    match part_type {
        EXPORT => Some(elements(body)),
        ROUTE => Some(route(meta, body)),
        ELECTROCARDIOGRAM | CLINICAL_RECORD => {
            let mut mapped = Mapped { items: 1, ..Mapped::default() };
            note(&mut mapped.issues, IssueCode::Unmapped, part_type, "1 file has no place; it is kept raw");
            Some(mapped)
        }
        CONTENTS => Some(contents(body)),
        _ => None,
    }
}

/// What a body that cannot be read gives is what came before; whoever gave it knows that it failed.
fn bytes(body: &mut dyn Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = body.read_to_end(&mut bytes);
    bytes
}

fn elements(body: &mut dyn Read) -> Mapped {
    let elements = apple_health::read(&NAME, &bytes(body));
    Mapped { records: elements.records, issues: elements.issues, items: elements.items, ..Mapped::default() }
}

/// The samples of a route, for the workout that names its file. Of a workout that has several, each says only
/// where and when: what a route adds up to is not what the workout does.
fn route(meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let file = gpx::read(body);
    let mut mapped = Mapped { items: 1, issues: file.issues.clone(), ..Mapped::default() };
    let alias = meta.external_id.as_deref().unwrap_or("route:");
    let Some(mut workout) = track::to_workout(&file, alias, track::source_of(&file, NAME)) else {
        note(&mut mapped.issues, IssueCode::Missing, ROUTE, "the route has no points with a time");
        return mapped;
    };
    workout.detail = WorkoutDetail {
        start_latitude_deg: workout.detail.start_latitude_deg,
        start_longitude_deg: workout.detail.start_longitude_deg,
        ..WorkoutDetail::default()
    };
    mapped.records.push(Record::Workout(Box::new(workout)));
    mapped
}

/// What an electrocardiogram or a clinical record says of itself.
pub(super) fn describe(part_type: &str, bytes: &[u8]) -> Option<Described> {
    match part_type {
        ELECTROCARDIOGRAM => {
            let found = apple_health::electrocardiogram::read(bytes);
            Some(Described {
                recorded_at: found.recorded_at.map(|(at, _)| at),
                classification: found.classification,
                symptoms: found.symptoms,
                device: found.device,
                sample_rate_hz: found.sample_rate_hz,
                samples: Some(found.samples),
                ..Described::default()
            })
        }
        CLINICAL_RECORD => Some(clinical_record(bytes)),
        _ => None,
    }
}

/// Where FHIR resources say when something was, the most telling first.
const DATES: &[&str] = &[
    "effectiveDateTime",
    "performedDateTime",
    "occurrenceDateTime",
    "onsetDateTime",
    "recordedDate",
    "dateRecorded",
    "authoredOn",
    "dateWritten",
    "date",
    "issued",
];
/// A text longer than this is no such text.
const LONGEST_TEXT: usize = 200;

fn clinical_record(bytes: &[u8]) -> Described {
    #[derive(Default, serde::Deserialize)]
    struct Meta {
        source: Option<String>,
    }
    let fields: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(bytes).unwrap_or_default();
    let text = |name: &str| {
        let text = fields.get(name)?.as_str().filter(|text| !text.is_empty() && text.len() <= LONGEST_TEXT)?;
        Some(text.to_owned())
    };
    let meta: Meta = fields.get("meta").and_then(|meta| serde::Deserialize::deserialize(meta).ok()).unwrap_or_default();
    let recorded = DATES.iter().find_map(|name| text(name));
    Described {
        resource_type: text("resourceType"),
        resource_id: text("id"),
        source: meta.source.filter(|text| text.len() <= LONGEST_TEXT),
        recorded_at: recorded.as_deref().and_then(model::Timestamp::parse_rfc3339),
        recorded,
        ..Described::default()
    }
}
