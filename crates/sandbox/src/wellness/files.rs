//! `GET /wellness-api/rest/activityFile?id=&token=`: a file, once. The link is its own permission.

use super::{ApiError, bearer::bearer_of};
use crate::{file, grants::Download, state::Shared};
use axum::{
    extract::{Query, State},
    http::{
        HeaderMap, StatusCode,
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

/// The file of an activity.
pub(super) async fn download(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    link: Result<Query<Link>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(link) = link.map_err(|_| ApiError::bad_request("id and token are required"))?;
    let (person, plan) = {
        let mut state = shared.lock();
        let now = shared.now();
        let download = state.grants.take_file(now, link.id, &link.token);
        let again = download == Download::AlreadyDownloaded;
        if again || matches!(download, Download::Once(..)) {
            let with_bearer = bearer_of(&headers).is_some();
            state.notes.downloaded(&link.token, again, with_bearer, shared.instant());
        }
        match download {
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
    let written = tokio::task::spawn_blocking(move || file::activity_file(&person, &plan));
    let file =
        written.await.map_err(|_| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The file could not be written"))?;
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(([(CONTENT_TYPE, file.media_type), (CONTENT_DISPOSITION, disposition.as_str())], file.bytes).into_response())
}
