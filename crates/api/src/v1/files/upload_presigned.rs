//! `POST /api/v1/uploads/{token}`: takes a file at an address that was signed for one user, for some minutes. Which
//! file it is, is told from its bytes, as everywhere.

use super::{
    create::{FileForm, Owner, take_form},
    import_apple::ImportAccepted,
};
use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::check_encoding,
    wire::PathParams,
};
use axum::{Json, extract::Request};
use model::UserId;

const SCOPE: &str = "upload";

/// What an address says.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct UploadClaims {
    /// Whose file it is.
    sub: UserId,
    /// Always `upload`.
    scope: String,
    /// When it ends, seconds since 1970.
    exp: i64,
    /// The largest file, bytes.
    max: u64,
}

impl UploadClaims {
    pub(super) fn new(sub: UserId, exp: i64, max: u64) -> Self {
        Self { sub, scope: SCOPE.to_owned(), exp, max }
    }

    pub(super) fn signed(&self, state: &State) -> Result<String> {
        let claims = serde_json::to_string(self).map_err(|_| ApiError::BadRequest("Not a name".to_owned()))?;
        Ok(state.keyring.sign_jwt(&claims))
    }

    /// The claims of an address that we signed and whose time is not over.
    fn read(state: &State, token: &str) -> Option<Self> {
        let claims: Self = serde_json::from_slice(&state.keyring.verify_jwt(token)?).ok()?;
        (claims.scope == SCOPE && claims.exp > state.clock.now().as_seconds()).then_some(claims)
    }
}

#[utoipa::path(
    post, path = "/api/v1/uploads/{token}", tag = "Events", operation_id = "upload_presigned",
    summary = "Hand in a file at a signed address",
    params(("token" = String, Path, description = "As the address has it")),
    request_body(description = "The file", content((FileForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "Accepted: on disk, and applied soon", body = ImportAccepted),
        (status = 401, description = "The address is not ours, or its time is over", body = crate::ErrorBody),
        (status = 400, description = "No file that is known here", body = crate::ErrorBody),
        (status = 413, description = "Larger than the address takes", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn upload(
    Within(state): Within<State>,
    path: PathParams,
    request: Request,
) -> Result<Json<ImportAccepted>> {
    let refused = || ApiError::Unauthorized("The upload address is not valid, or its time is over");
    let claims = UploadClaims::read(&state, path.text("token")).ok_or_else(refused)?;
    let user = state.store.load_user(claims.sub).await?.ok_or_else(refused)?;
    check_encoding(request.headers())?;
    let owner = Owner::of(user.id, user.time_zone).at_most(claims.max);
    let accepted = take_form(&state, &owner, request).await?;
    Ok(Json(ImportAccepted::of(&accepted, user.id)))
}
