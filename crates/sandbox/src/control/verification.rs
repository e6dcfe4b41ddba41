//! `/sandbox/verification`: the points that a partner must pass, judged by what was seen.

use crate::{
    state::Shared,
    verification::{self, Notes, Point},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct Report {
    passed: bool,
    points: Vec<Point>,
}

fn report(shared: &Shared) -> Json<Report> {
    let points = verification::points(&shared.lock());
    Json(Report { passed: points.iter().all(|point| point.passed), points })
}

/// `GET`: how things stand.
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Report> {
    report(&shared)
}

/// `POST`: first sends what is needed to judge every point.
pub(super) async fn run(State(shared): State<Arc<Shared>>) -> Json<Report> {
    verification::probe(&shared).await;
    report(&shared)
}

/// `DELETE`: forgets what was seen.
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.lock().notes = Notes::default();
    StatusCode::NO_CONTENT
}
