//! Phones that send: their tokens, their health data and what they tell of themselves.

pub(crate) mod logs;
pub(crate) mod sync;
pub(crate) mod token;

mod issue;

pub(crate) use issue::issue;

use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// The answer to what a phone sent: it is on disk and takes effect soon; what became of it, the user's runs tell.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadDataResponse {
    /// Always 202.
    status_code: u16,
    /// For people.
    response: &'static str,
    /// Whose it is.
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: UserId,
    /// What was left out before the answer: nothing.
    dropped_count: u64,
    /// What was applied before the answer: nothing.
    records_saved: u64,
    /// What was applied before the answer: nothing.
    workouts_saved: u64,
    /// What was applied before the answer: nothing.
    sleep_saved: u64,
}

impl UploadDataResponse {
    fn accepted(user_id: UserId, response: &'static str) -> Self {
        let (dropped_count, records_saved, workouts_saved, sleep_saved) = (0, 0, 0, 0);
        Self { status_code: 202, response, user_id, dropped_count, records_saved, workouts_saved, sleep_saved }
    }
}
