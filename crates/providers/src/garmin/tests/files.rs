//! `activityFiles`: the notices, and the files that they lead to.

use super::*;
use crate::{fit_bytes, track_text};
use model::{Facet, FileFormat, WorkoutType};

fn file(meta: &PartMeta, mut bytes: &[u8]) -> Mapped {
    Garmin.map("activityFiles", meta, &mut bytes)
}

fn metas(mapped: &Mapped) -> Vec<&PartMeta> {
    let kinds = mapped.fetches.iter().map(|fetch| &fetch.kind);
    kinds.filter_map(|kind| if let FetchKind::File { meta } = kind { Some(meta) } else { None }).collect()
}

#[test]
fn a_notice_becomes_a_request_without_the_users_token_for_a_day() {
    let mapped = fixture("activityFiles", "ping");
    assert_eq!((mapped.items, mapped.fetches.len()), (3, 2));
    assert!(mapped.fetches.iter().all(|fetch| !fetch.bearer && fetch.expires_s == Some(86_400)));
    let meta = metas(&mapped)[0];
    let expected = PartMeta {
        external_id: Some("9100".into()),
        aliases: vec!["9100".into()],
        format: Some(FileFormat::Fit),
        raw_type: Some("TRAIL_RUNNING".into()),
        name: Some("Ridge loop".into()),
        description: Some("windy".into()),
        manual: Some(false),
        start: Some(MORNING),
        ..PartMeta::default()
    };
    assert_eq!(meta, &expected);
}

#[test]
fn a_file_of_an_unknown_format_is_still_fetched_and_one_without_url_is_noted() {
    let mapped = fixture("activityFiles", "ping");
    assert_eq!((metas(&mapped)[1].external_id.as_deref(), metas(&mapped)[1].format), (Some("9119"), None));
    assert_eq!(
        issues(&mapped),
        [(IssueCode::Unknown, "activityFiles[1].fileType"), (IssueCode::Missing, "activityFiles[2].callbackURL")]
    );
}

#[test]
fn a_file_is_a_document_of_the_notices_workout() {
    let notice = fixture("activityFiles", "ping");
    let mapped = file(metas(&notice)[0], &fit_bytes::run(MORNING));
    assert_eq!(issues(&mapped), []);
    let workout = workouts(&mapped)[0];
    assert_eq!((workout.external_id.as_str(), workout.facet, workout.rank), ("9100", Facet::File, 2));
    assert_eq!(workout.aliases, ["9100"]);
    assert_eq!((workout.start, workout.end), (Some(MORNING), Some(MORNING.plus_seconds(60))));
    assert_eq!(
        (workout.detail.workout_type, workout.detail.name.as_deref()),
        (Some(WorkoutType::Running), Some("Ridge loop"))
    );
    let start = MORNING.as_seconds();
    assert_eq!(
        values(&workout.samples, SeriesType::HEART_RATE),
        [(start, 120.0), (start + 30, 130.0), (start + 60, 140.0)]
    );
    assert_eq!(values(&workout.samples, SeriesType::RUNNING_CADENCE)[0], (start, 160.0));
    assert!(workout.samples.iter().all(|batch| batch.rank == 2));
}

#[test]
fn the_bytes_say_the_format_when_the_notice_could_not() {
    let meta = PartMeta { external_id: Some("9119".into()), ..PartMeta::default() };
    assert_eq!(workouts(&file(&meta, &fit_bytes::run(MORNING))).len(), 1);
}

#[test]
fn tcx_and_gpx_are_documents_of_the_workout_as_fit_is() {
    let files = [(FileFormat::Tcx, track_text::tcx(MORNING)), (FileFormat::Gpx, track_text::gpx(MORNING))];
    for (format, bytes) in files {
        let meta = PartMeta { external_id: Some("9100".into()), format: Some(format), ..PartMeta::default() };
        let mapped = file(&meta, &bytes);
        assert_eq!((issues(&mapped), mapped.format), (vec![], Some(format)));
        let workout = workouts(&mapped)[0];
        assert_eq!((workout.external_id.as_str(), workout.facet, workout.rank), ("9100", Facet::File, 2));
        assert_eq!((workout.start, workout.end), (Some(MORNING), Some(MORNING.plus_seconds(60))));
        let start = MORNING.as_seconds();
        assert_eq!(values(&workout.samples, SeriesType::HEART_RATE), [(start, 120.0), (start + 60, 140.0)]);
        assert_eq!(values(&workout.samples, SeriesType::LATITUDE)[0], (start, 52.5));
        assert!(workout.samples.iter().all(|batch| batch.rank == 2));
    }
}

#[test]
fn a_wrong_file_type_is_corrected_by_the_bytes_and_said() {
    for (said, bytes, is) in [
        (FileFormat::Fit, track_text::tcx(MORNING), FileFormat::Tcx),
        (FileFormat::Tcx, fit_bytes::run(MORNING), FileFormat::Fit),
        (FileFormat::Tcx, track_text::gpx(MORNING), FileFormat::Gpx),
    ] {
        let meta = PartMeta { external_id: Some("9100".into()), format: Some(said), ..PartMeta::default() };
        let mapped = file(&meta, &bytes);
        assert_eq!((issues(&mapped), mapped.format), (vec![(IssueCode::Invalid, "fileType")], Some(is)));
        assert_eq!(workouts(&mapped).len(), 1);
    }
}

#[test]
fn a_file_that_is_cut_off_gives_what_can_be_saved() {
    let meta = PartMeta { external_id: Some("9100".into()), format: Some(FileFormat::Fit), ..PartMeta::default() };
    let bytes = fit_bytes::run(MORNING);
    let mapped = file(&meta, &bytes[..bytes.len() / 2]);
    assert_eq!(workouts(&mapped).len(), 1);
    assert!(!mapped.issues.is_empty());
}

#[test]
fn files_without_a_workout_or_of_other_formats_are_noted() {
    let meta = PartMeta { external_id: Some("9100".into()), format: Some(FileFormat::Gpx), ..PartMeta::default() };
    assert_eq!(issues(&file(&meta, b"<gpx/>")), [(IssueCode::Missing, "activityFiles")]);
    let unknown = PartMeta { format: None, ..meta };
    assert_eq!(issues(&file(&unknown, b"PK\x03\x04")), [(IssueCode::Unknown, "activityFiles")]);
    assert_eq!(issues(&file(&unknown, &fit_bytes::weight(MORNING))), [(IssueCode::Missing, "activityFiles")]);
    let nameless = PartMeta { format: Some(FileFormat::Fit), ..PartMeta::default() };
    assert_eq!(issues(&file(&nameless, &fit_bytes::run(MORNING))), [(IssueCode::Missing, "activityFiles")]);
}
