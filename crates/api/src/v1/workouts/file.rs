//! `GET /api/v1/users/{user_id}/events/workouts/{workout_id}/file`: the file as the device wrote it, or one written
//! from what is kept.

use super::{Found, find, parts, track};
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::{Binary, PathParams, Query},
};
use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use export::{Cadence, Track, fit, tcx};
use model::{FileFormat, UserId};
use store::User;

/// No larger file is ever accepted.
const LARGEST: usize = 256 * 1024 * 1024;

/// What a point takes when it is unpacked: files are weighed in the same measure.
const BYTES_A_POINT: u64 = 24;

#[derive(Clone, Copy)]
enum Wanted {
    Original,
    Written(FileFormat),
}

const FORMATS: &[(&str, Wanted)] = &[
    ("original", Wanted::Original),
    ("fit", Wanted::Written(FileFormat::Fit)),
    ("tcx", Wanted::Written(FileFormat::Tcx)),
    ("gpx", Wanted::Written(FileFormat::Gpx)),
];

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/workouts/{workout_id}/file", tag = "Events",
    operation_id = "get_workout_file", summary = "Download a workout's file",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("workout_id" = uuid::Uuid, Path, description = "The workout"),
        ("format" = Option<String>, Query,
            description = "original (default): the file as received, byte for byte; fit, tcx, gpx: written from what is kept"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Binary = "application/vnd.ant.fit"), (Binary = "application/gpx+xml"), (Binary = "application/vnd.garmin.tcx+xml")
        )),
        (status = 404, description = "There is no such user, workout, file or, for gpx, route", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn file(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    query: Query,
) -> Result<Response> {
    let wanted = query.choice("format", Wanted::Original, FORMATS)?;
    let found = find(&state, &user, &path).await?;
    match wanted {
        Wanted::Original => original(&state, user.id, &found).await,
        Wanted::Written(format) => written(&state, &user, &found, format).await,
    }
}

async fn original(state: &State, user: UserId, found: &Found) -> Result<Response> {
    let files = state.store.list_files(user, found.event.id).await?;
    let file = files.into_iter().max_by_key(|file| file.received_at);
    let file = file.ok_or_else(|| ApiError::NotFound("No file is kept of this workout".to_owned()))?;
    let (body, size) = (file.body, usize::try_from(file.size).unwrap_or(usize::MAX));
    let leave = state.decoding.leave(file.size / BYTES_A_POINT).await?;
    let work = move || {
        let _while_unpacking = leave;
        zstd::bulk::decompress(&body, size.min(LARGEST))
    };
    let unpacked = tokio::task::spawn_blocking(work).await;
    let bytes = unpacked.map_err(|error| ApiError::internal(&error))?.map_err(|error| ApiError::internal(&error))?;
    Ok(download(Bytes::from(bytes), file.format, &file.name))
}

async fn written(state: &State, user: &User, found: &Found, format: FileFormat) -> Result<Response> {
    let parts = parts::load(state, user, found).await?;
    let view = &found.view;
    let track = match parts.is_empty() {
        true => track::load(state, user.id, found).await?,
        // the route goes on from sport to sport
        false if format == FileFormat::Gpx => Track {
            rows: parts.iter().flat_map(|part| part.track.rows.iter().copied()).collect(),
            cadence: Cadence::default(),
        },
        false => Track::default(),
    };
    let internal = |error: std::io::Error| ApiError::internal(&error);
    let bytes = match format {
        FileFormat::Gpx if !track.rows.iter().any(|row| row.position().is_some()) => {
            return Err(ApiError::NotFound("This workout has no route".to_owned()));
        }
        FileFormat::Gpx => export::gpx::write_workout(view, &track).map_err(internal)?.into_bytes(),
        FileFormat::Tcx if parts.is_empty() => tcx::write_workout(view, &track).map_err(internal)?.into_bytes(),
        FileFormat::Tcx => tcx::write_multisport(view, &parts).map_err(internal)?.into_bytes(),
        FileFormat::Fit => {
            let bytes = match parts.is_empty() {
                true => fit::write_workout(view, &track),
                false => fit::write_multisport(view, &parts),
            };
            bytes.map_err(|error| ApiError::invalid("format", error.to_string()))?
        }
    };
    Ok(download(Bytes::from(bytes), format, &format!("{}.{format}", found.event.id)))
}

fn download(bytes: Bytes, format: FileFormat, name: &str) -> Response {
    let content_type = match format {
        FileFormat::Fit => "application/vnd.ant.fit",
        FileFormat::Tcx => "application/vnd.garmin.tcx+xml",
        FileFormat::Gpx => "application/gpx+xml",
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", plain_name(name, format)))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}

/// The name without anything that a header or a file system could take amiss.
fn plain_name(name: &str, format: FileFormat) -> String {
    let ok = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let plain: String = name.chars().map(|c| if ok(c) { c } else { '_' }).take(120).collect();
    let plain = plain.trim_matches('.').to_owned();
    match plain.is_empty() {
        true => format!("workout.{}", format.as_str()),
        false if plain.to_ascii_lowercase().ends_with(&format!(".{}", format.as_str())) => plain,
        false => format!("{plain}.{}", format.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless_and_keep_their_ending() {
        assert_eq!(plain_name("a b\"\r\n.fit", FileFormat::Fit), "a_b___.fit");
        assert_eq!(plain_name("../../x", FileFormat::Gpx), "_.._x.gpx");
        assert_eq!(plain_name("", FileFormat::Tcx), "workout.tcx");
    }
}
