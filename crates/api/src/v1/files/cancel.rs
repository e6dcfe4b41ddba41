//! `POST /api/v1/users/{user_id}/files/{receipt}/cancel`: ends an import. What is applied stays, the rest is dropped.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::Json;
use ingest::Cancelling;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of an import that was cancelled.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportCancelled {
    /// Always `cancelled`.
    status: &'static str,
    /// Its receipt.
    receipt: i64,
    /// Its run, which says so too.
    #[schema(value_type = uuid::Uuid)]
    run_id: model::RunId,
    /// Parts that had been applied: what they held stays.
    parts_applied: u64,
    /// How many items that was.
    items_applied: u64,
    /// Parts that were dropped; what was not cut yet counts as one.
    parts_dropped: u64,
}

#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/files/{receipt}/cancel", tag = "Events", operation_id = "cancel_file",
    summary = "Cancel an import",
    description = "Drops what is not applied yet of a file that was handed in; what is applied stays, and the run ends as \
                   `cancelled`. Cancelling again answers the same.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "Whose it is"),
        ("receipt" = i64, Path, description = "As the answer to handing it in has it (`receipt`, `task_id`)"),
    ),
    responses(
        (status = 200, description = "It is cancelled", body = ImportCancelled),
        (status = 404, description = "The team has no such user, or the user no such file", body = crate::ErrorBody),
        (status = 409, description = "It ended before", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn cancel(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    path: PathParams,
) -> Result<Json<ImportCancelled>> {
    let unknown = || ApiError::NotFound("File not found".to_owned());
    let receipt: i64 = path.text("receipt").parse().map_err(|_| unknown())?;
    let cancelling = state.intake.cancel(caller.team_id, user.id, receipt).await;
    match cancelling.map_err(|error| ApiError::internal(&error))? {
        Cancelling::Unknown => Err(unknown()),
        Cancelling::Ended(_) => Err(ApiError::Conflict("The import has ended: nothing of it waits".to_owned())),
        Cancelling::Cancelled(run_id, cancelled) => Ok(Json(ImportCancelled {
            status: "cancelled",
            receipt,
            run_id,
            parts_applied: cancelled.applied,
            items_applied: cancelled.items,
            parts_dropped: cancelled.dropped,
        })),
    }
}
