//! Workouts: lists in the peer's shape; beyond it, all that is known of one, its samples in columns, its file.

pub(crate) mod delete;
pub(crate) mod file;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod stream;

mod detail;
mod explain;
mod files;
mod hearts;
mod parts;
mod relations;
mod samples;
mod track;

use crate::{
    State,
    error::{ApiError, Result},
    wire::PathParams,
};
use model::{EventDocument, EventKind, WorkoutDocument, WorkoutView};
use store::{StoredEvent, User};

pub(super) use relations::{Related, Saying};

/// A workout that was found, with its view.
struct Found {
    event: StoredEvent,
    view: WorkoutView,
}

impl Found {
    fn document(&self) -> Option<&WorkoutDocument> {
        match &self.event.document {
            EventDocument::Workout(document) => Some(document),
            _ => None,
        }
    }
}

/// The workout that a path names, of a user already known to be the team's.
async fn find(state: &State, user: &User, path: &PathParams) -> Result<Found> {
    let missing = || ApiError::NotFound("Workout not found".to_owned());
    let id = path.id("workout_id")?;
    let event = state.store.find_event(user.id, EventKind::Workout, id).await?.ok_or_else(missing)?;
    let view = match &event.document {
        EventDocument::Workout(document) => document.view(),
        _ => None,
    };
    Ok(Found { view: view.ok_or_else(missing)?, event })
}
