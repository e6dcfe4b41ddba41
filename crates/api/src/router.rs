//! Every route, and the layers around them.

use crate::{
    State,
    error::ApiError,
    layers, system,
    v1::{self, uploads::protocol},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    timeout::RequestBodyTimeoutLayer,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest body of a request that is not a file or a provider's webhook.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// The routes that the document tells of.
pub(crate) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .merge(system_routes())
        .merge(account_routes())
        .merge(user_routes())
        .merge(phone_routes())
        .merge(webhook_routes())
}

fn system_routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(system::root::root))
        .routes(routes!(system::live::live))
        .routes(routes!(system::ready::ready))
        .routes(routes!(system::metrics::metrics))
        .routes(routes!(system::openapi::openapi))
        .routes(routes!(system::docs::docs))
}

fn account_routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(v1::auth::login::login))
        .routes(routes!(v1::auth::logout::logout))
        .routes(routes!(v1::auth::me::me, v1::auth::update_me::update_me))
        .routes(routes!(v1::auth::change_password::change_password))
        .routes(routes!(v1::token::refresh::refresh))
        .routes(routes!(v1::token::revoke::revoke))
        .routes(routes!(v1::api_keys::list::list, v1::api_keys::create::create))
        .routes(routes!(v1::api_keys::rename::rename, v1::api_keys::delete::delete))
        .routes(routes!(v1::api_keys::rotate::rotate))
        .routes(routes!(v1::settings::policies::policies, v1::settings::update_policies::update_policies))
        .routes(routes!(v1::settings::erasures::erasures))
        .routes(routes!(v1::settings::retention::retention))
        .routes(routes!(v1::usage::get::get))
        .routes(routes!(v1::config::get::get))
        .routes(routes!(v1::dashboard::stats::stats))
        .routes(routes!(v1::priorities::providers::providers, v1::priorities::set_providers::set_providers))
        .routes(routes!(v1::priorities::set_provider::set_provider))
        .routes(routes!(v1::priorities::device_types::device_types, v1::priorities::set_device_types::set_device_types))
        .routes(routes!(v1::priorities::set_device_type::set_device_type))
        .routes(routes!(v1::priorities::of_series::of_series, v1::priorities::set_of_series::set_of_series))
}

fn user_routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(v1::users::list::list, v1::users::create::create))
        .routes(routes!(v1::users::get::get, v1::users::update::update, v1::users::delete::delete))
        .routes(routes!(v1::connections::list::list))
        .routes(routes!(v1::connections::delete::delete))
        .routes(routes!(v1::connections::erase::erase))
        .routes(routes!(v1::data_sources::list::list))
        .routes(routes!(v1::priorities::of_user::of_user, v1::priorities::set_of_user::set_of_user))
        .routes(routes!(v1::oauth::providers::list))
        .routes(routes!(v1::oauth::authorize::authorize))
        .routes(routes!(v1::oauth::callback::callback))
        .routes(routes!(v1::oauth::landing_success::success))
        .routes(routes!(v1::oauth::landing_error::error))
        .routes(routes!(v1::files::create::create))
        .routes(routes!(v1::files::cancel::cancel))
        .routes(routes!(v1::files::import_apple::import))
        .routes(routes!(v1::uploads::create::create))
        .routes(routes!(v1::uploads::stand::stand, v1::uploads::append::append, v1::uploads::remove::remove))
        .routes(routes!(v1::files::presign_apple::presign))
        .routes(routes!(v1::workouts::list::list))
        .routes(routes!(v1::workouts::get::get, v1::workouts::delete::delete))
        .routes(routes!(v1::workouts::stream::stream))
        .routes(routes!(v1::workouts::file::file))
        .routes(routes!(v1::sleep::list::list))
        .routes(routes!(v1::sleep::delete::delete))
        .routes(routes!(v1::activities::list::list))
        .routes(routes!(v1::menstrual_cycles::list::list))
        .routes(routes!(v1::menstrual_cycles::delete::delete))
        .routes(routes!(v1::health_snapshots::list::list))
        .routes(routes!(v1::health_files::list::list))
        .routes(routes!(v1::health_files::get::get))
        .routes(routes!(v1::health_scores::list::list))
        .routes(routes!(v1::scores::list::list))
        .routes(routes!(v1::timeseries::list::list))
        .routes(routes!(v1::query::post::query))
        .routes(routes!(v1::export::get::export))
        .routes(routes!(v1::cold::list::list))
        .routes(routes!(v1::cold::get::get))
        .routes(routes!(v1::backfill::status::status))
        .routes(routes!(v1::backfill::cancel::cancel))
        .routes(routes!(v1::backfill::retry::retry))
        .routes(routes!(v1::backfill::historical::historical))
        .routes(routes!(v1::sync::recent::recent))
        .routes(routes!(v1::sync::runs::runs))
        .routes(routes!(v1::sync::team_runs::team_runs))
        .routes(routes!(v1::sync::stream::stream_events))
}

fn phone_routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(v1::applications::list::list, v1::applications::create::create))
        .routes(routes!(v1::applications::delete::delete))
        .routes(routes!(v1::applications::rotate::rotate))
        .routes(routes!(v1::invitation_codes::create::create))
        .routes(routes!(v1::invitation_codes::redeem::redeem))
        .routes(routes!(v1::files::upload_presigned::upload))
        .routes(routes!(v1::sdk::token::token))
        .routes(routes!(v1::sdk::sync::sync))
        .routes(routes!(v1::sdk::logs::logs))
}

#[expect(deprecated)] // they are still answered
fn webhook_routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(v1::inbound::receive::receive))
        .routes(routes!(v1::inbound::receive_bare::receive_bare))
        .routes(routes!(v1::inbound::receive_garmin::ping))
        .routes(routes!(v1::inbound::receive_garmin::push))
        .routes(routes!(v1::webhooks::list::list, v1::webhooks::create::create))
        .routes(routes!(v1::webhooks::get::get, v1::webhooks::update::update, v1::webhooks::delete::delete))
        .routes(routes!(v1::webhooks::secret::secret))
        .routes(routes!(v1::webhooks::test_event::test))
        .routes(routes!(v1::webhooks::attempts::attempts))
        .routes(routes!(v1::webhooks::event_types::list))
}

/// The API over these services. Serve it with connect info, so that limits know addresses apart.
pub fn router(state: State) -> Router {
    let (routes, _) = routes().split_for_parts();
    let cors = cors(&state);
    routes
        .route("/docs/{name}", get(system::docs::asset))
        .route("/static/provider-icons/{file}", get(system::icons::icon))
        .route("/api/v1/users/{user_id}/uploads/{upload_id}", post(protocol::overridden))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestBodyTimeoutLayer::new(state.settings.body_silence))
        .layer(CompressionLayer::new())
        .layer(cors)
        .layer(middleware::from_fn_with_state(state.clone(), protocol::speak))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), layers::observe))
        .with_state(state)
}

/// What a process answers that only works: whether it lives, whether it is ready, its metrics.
pub fn watch_router(state: State) -> Router {
    let (routes, _) = OpenApiRouter::new()
        .routes(routes!(system::live::live))
        .routes(routes!(system::ready::ready))
        .routes(routes!(system::metrics::metrics))
        .split_for_parts();
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), layers::observe))
        .with_state(state)
}

async fn not_found() -> ApiError {
    ApiError::NotFound("Not Found".to_owned())
}

async fn not_allowed() -> Response {
    let body = axum::Json(crate::ErrorBody { detail: "Method Not Allowed".to_owned() });
    (StatusCode::METHOD_NOT_ALLOWED, body).into_response()
}

fn cors(state: &State) -> CorsLayer {
    let origins = state.settings.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("x-open-wearables-api-key"),
            HeaderName::from_static("last-event-id"),
            protocol::OVERRIDE,
            protocol::TUS_RESUMABLE,
            protocol::UPLOAD_LENGTH,
            protocol::UPLOAD_METADATA,
            protocol::UPLOAD_OFFSET,
        ])
        .expose_headers([
            layers::REQUEST_ID,
            header::LOCATION,
            header::RETRY_AFTER,
            protocol::TUS_RESUMABLE,
            protocol::UPLOAD_EXPIRES,
            protocol::UPLOAD_LENGTH,
            protocol::UPLOAD_METADATA,
            protocol::UPLOAD_OFFSET,
            protocol::UPLOAD_RECEIPT,
        ])
}
