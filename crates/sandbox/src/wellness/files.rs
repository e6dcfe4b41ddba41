//! `GET /wellness-api/rest/activityFile?id=&token=`: a file, once. The link is its own permission.

use super::ApiError;
use crate::{fit, generator::Workout, grants::Download, state::Shared};
use axum::{
    extract::{Query, State},
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Link {
    id: u64,
    token: String,
}

/// The FIT file of an activity.
pub(super) async fn download(
    State(shared): State<Arc<Shared>>,
    link: Result<Query<Link>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(link) = link.map_err(|_| ApiError::bad_request("id and token are required"))?;
    let (person, plan) = {
        let mut state = shared.lock();
        let now = shared.now();
        match state.grants.take_file(now, link.id, &link.token) {
            Download::Once(user_id, plan) => {
                let account = state.accounts.get(&user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
                (account.person.clone(), plan)
            }
            Download::AlreadyDownloaded => {
                return Err(ApiError::new(StatusCode::GONE, "The file has already been downloaded"));
            }
            Download::Expired => return Err(ApiError::new(StatusCode::GONE, "The link to the file has expired")),
            Download::Unknown => return Err(ApiError::new(StatusCode::FORBIDDEN, "The token is unknown")),
        }
    };
    let written = tokio::task::spawn_blocking(move || fit::activity_file(&person, &Workout::of(&person, &plan)));
    let bytes =
        written.await.map_err(|_| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The file could not be written"))?;
    let name = format!("attachment; filename=\"{}.fit\"", plan.id);
    Ok(([(CONTENT_TYPE, "application/octet-stream"), (CONTENT_DISPOSITION, name.as_str())], bytes).into_response())
}
