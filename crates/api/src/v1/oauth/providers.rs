//! `GET /api/v1/oauth/providers`: the catalogue of providers.

use crate::{error::Result, wire::Query};
use ::providers::{LiveSync, Manifest, all};
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A provider in the catalogue.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // the peer's shape
pub(crate) struct ProviderRead {
    /// Its short name, as in routes.
    provider: String,
    /// Its name for people.
    name: String,
    /// Whether accounts are connected to it.
    has_cloud_api: bool,
    /// Whether it is offered.
    is_enabled: bool,
    /// Its icon.
    icon_url: String,
    /// `webhook` or `pull`: how data comes by itself.
    live_sync_mode: Option<&'static str>,
    /// Whether that can be chosen.
    live_sync_configurable: bool,
    /// Always null: data is kept as fine as it comes.
    data_granularity: Option<String>,
}

/// Where a provider's icon is.
pub(crate) fn icon_url(manifest: &Manifest) -> String {
    format!("/static/provider-icons/{}", manifest.icon)
}

/// How a provider's data comes by itself.
pub(crate) fn sync_mode(manifest: &Manifest) -> Option<&'static str> {
    manifest.live_sync.map(|mode| match mode {
        LiveSync::Webhook => "webhook",
        LiveSync::Pull => "pull",
    })
}

#[utoipa::path(
    get, path = "/api/v1/oauth/providers", tag = "Connections", operation_id = "list_providers",
    summary = "List providers",
    params(
        ("enabled_only" = Option<bool>, Query, description = "Only those that are offered"),
        ("cloud_only" = Option<bool>, Query, description = "Only those that accounts are connected to"),
    ),
    responses((status = 200, description = "The providers", body = Vec<ProviderRead>)),
)]
pub(crate) async fn list(query: Query) -> Result<Json<Vec<ProviderRead>>> {
    query.flag("enabled_only")?;
    let cloud_only = query.flag("cloud_only")?;
    let manifests = all().map(|provider| provider.manifest()).filter(|manifest| !cloud_only || manifest.cloud);
    Ok(Json(manifests.map(show).collect()))
}

fn show(manifest: &Manifest) -> ProviderRead {
    ProviderRead {
        provider: manifest.name.to_string(),
        name: manifest.title.clone(),
        has_cloud_api: manifest.cloud,
        is_enabled: true,
        icon_url: icon_url(manifest),
        live_sync_mode: sync_mode(manifest),
        live_sync_configurable: manifest.live_sync_configurable,
        data_granularity: None,
    }
}
