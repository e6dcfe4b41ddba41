//! What a fault does to a partner's call. A call whose repetition would lose something (a rotated token, a file
//! that is given once) is not performed when its answer breaks.

use super::menu::{Action, Wish};
use crate::{kind::Kind, state::Shared, stream::Broken, wellness::ApiError, wellness::bearer_of};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header::CONTENT_LENGTH, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{io::Cursor, sync::Arc, time::Duration};
use tokio_util::io::ReaderStream;

const LARGEST_ANSWER: usize = 256 << 20;

/// Plays the fault that hits a partner's call, if there is one.
pub(crate) async fn inject(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let due = shared.lock().faults.on_call(path, kind_of(path));
    let Some(wish) = due else { return next.run(request).await };
    match wish.fault {
        Action::Delay => {
            let wanted = Duration::try_from_secs_f64(wish.seconds.unwrap_or_default()).unwrap_or_default();
            tokio::time::sleep(shared.config.clock.real_wait(wanted)).await;
            next.run(request).await
        }
        Action::ExpireToken => {
            if let Some(token) = bearer_of(request.headers()) {
                shared.lock().grants.expire(shared.now(), token);
            }
            next.run(request).await
        }
        Action::Truncate | Action::Drop => {
            let answer = if is_repeatable(&request) { next.run(request).await } else { refusal(&wish) };
            broken(answer, wish.fault == Action::Drop).await
        }
        _ => refusal(&wish),
    }
}

/// The type that a path is about.
fn kind_of(path: &str) -> Option<Kind> {
    let rest = path.split_once("/rest/")?.1;
    match rest.split_once('/') {
        Some(("backfill", name)) => Kind::find_by_backfill_path(name),
        None if rest == "activityFile" => Some(Kind::ActivityFiles),
        _ => Kind::find_by_path(rest),
    }
}

fn is_repeatable(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::GET && path.contains("/rest/") && !path.ends_with("/activityFile")
}

fn refusal(wish: &Wish) -> Response {
    let status = wish.status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = ApiError::new(status, "This failure was asked for").into_response();
    if let Some(seconds) = wish.retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The first half of an answer: as if it were all, or followed by the end of the connection.
async fn broken(answer: Response, drop: bool) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(whole) = to_bytes(body, LARGEST_ANSWER).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let half = whole.slice(..whole.len() / 2).to_vec();
    let promised = if drop { whole.len().max(1) } else { half.len() };
    set_length(&mut parts.headers, promised);
    let body = if drop { Body::from_stream(ReaderStream::new(Broken(Cursor::new(half)))) } else { Body::from(half) };
    Response::from_parts(parts, body)
}

fn set_length(headers: &mut HeaderMap, length: usize) {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_type() {
        assert_eq!(kind_of("/wellness-api/rest/dailies"), Some(Kind::Dailies));
        assert_eq!(kind_of("/wellness-api/rest/backfill/moveiq"), Some(Kind::MoveIqActivities));
        assert_eq!(kind_of("/wellness-api/rest/activityFile"), Some(Kind::ActivityFiles));
        assert_eq!(kind_of("/partner-gateway/rest/user/id"), None);
    }
}
