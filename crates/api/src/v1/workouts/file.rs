//! `GET /api/v1/users/{user_id}/events/workouts/{workout_id}/file`: the file as the device wrote it, or a GPX.

use super::{Found, find, samples};
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
use export::gpx::{TrackPoint, write_workout};
use model::{FileFormat, Point, SeriesType, Timestamp, UserId};
use std::collections::BTreeMap;

/// No larger file is ever accepted.
const LARGEST: usize = 256 * 1024 * 1024;

/// What a point takes when it is unpacked: files are weighed in the same measure.
const BYTES_A_POINT: u64 = 24;

#[derive(Clone, Copy)]
enum Wanted {
    Original,
    Gpx,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/events/workouts/{workout_id}/file", tag = "Events",
    operation_id = "get_workout_file", summary = "Download a workout's file",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("workout_id" = uuid::Uuid, Path, description = "The workout"),
        ("format" = Option<String>, Query,
            description = "original (default): the file as received, byte for byte; gpx: written from the samples"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Binary = "application/vnd.ant.fit"), (Binary = "application/gpx+xml"), (Binary = "application/vnd.garmin.tcx+xml")
        )),
        (status = 404, description = "There is no such user, workout, file or route", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn file(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    path: PathParams,
    query: Query,
) -> Result<Response> {
    let wanted = query.choice("format", Wanted::Original, &[("original", Wanted::Original), ("gpx", Wanted::Gpx)])?;
    let found = find(&state, &user, &path).await?;
    match wanted {
        Wanted::Original => original(&state, user.id, &found).await,
        Wanted::Gpx => gpx(&state, user.id, &found).await,
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

async fn gpx(state: &State, user: UserId, found: &Found) -> Result<Response> {
    let wanted = vec![
        SeriesType::LATITUDE,
        SeriesType::LONGITUDE,
        SeriesType::ELEVATION,
        SeriesType::HEART_RATE,
        SeriesType::CADENCE,
        SeriesType::RUNNING_CADENCE,
        SeriesType::AIR_TEMPERATURE,
        SeriesType::POWER,
    ];
    let samples = samples::load(state, user, found, wanted).await?;
    let track = track(&samples.points);
    if track.is_empty() {
        return Err(ApiError::NotFound("This workout has no route".to_owned()));
    }
    drop(samples);
    let text = write_workout(&found.view, &track).map_err(|error| ApiError::internal(&error))?;
    Ok(download(Bytes::from(text), FileFormat::Gpx, &format!("{}.gpx", found.event.id)))
}

/// Every instant that has a position, with what else was measured then.
fn track(points: &BTreeMap<SeriesType, Vec<Point>>) -> Vec<TrackPoint> {
    let at = |series: SeriesType, at: Timestamp| {
        let points = points.get(&series)?;
        let index = points.binary_search_by_key(&at, |point| point.start).ok()?;
        points.get(index).map(|point| point.value)
    };
    let latitudes = points.get(&SeriesType::LATITUDE).map(Vec::as_slice).unwrap_or_default();
    let position = |point: &Point| {
        Some(TrackPoint {
            time: point.start,
            latitude_deg: point.value,
            longitude_deg: at(SeriesType::LONGITUDE, point.start)?,
            elevation_m: at(SeriesType::ELEVATION, point.start),
            heart_rate_bpm: at(SeriesType::HEART_RATE, point.start),
            // Steps of both feet are written as the strides that such files count.
            cadence_rpm: at(SeriesType::CADENCE, point.start)
                .or_else(|| at(SeriesType::RUNNING_CADENCE, point.start).map(|steps| steps / 2.0)),
            temperature_c: at(SeriesType::AIR_TEMPERATURE, point.start),
            power_w: at(SeriesType::POWER, point.start),
        })
    };
    latitudes.iter().filter_map(position).collect()
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
