//! `GET /api/v1/users/{user_id}/health-scores`: scores, latest first, by number of place.

use crate::{
    State,
    access::MaybeUser,
    error::{ApiError, Result},
    state::Within,
    wire::{Pagination, Query, source_id, zone_offset},
};
use axum::Json;
use model::{ProviderName, ScoreCategory, ScoreId, Timestamp, UserId};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{ScoreQuery, StoredScore, StoredSource};
use utoipa::ToSchema;

/// A page of scores.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthScorePage {
    /// The scores.
    data: Vec<HealthScoreRead>,
    /// How many there are; pages are told apart by `offset`, not by cursors.
    pagination: Pagination,
    /// What was asked for.
    metadata: HealthScoreMetadata,
}

/// What was asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthScoreMetadata {
    /// Always null: scores have none.
    resolution: Option<&'static str>,
    /// How many scores are on this page.
    sample_count: usize,
    /// The span's begin; null where none was asked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_time: Option<Timestamp>,
    /// The span's end; null where none was asked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    end_time: Option<Timestamp>,
}

/// A judgement of a day or a night.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthScoreRead {
    /// What it judges: `sleep`, `recovery`, `readiness`, `activity`, `stress`, `resilience`, `body_battery`, `strain`.
    category: &'static str,
    /// The value; null where there is only a word.
    value: Option<f64>,
    /// The provider's word for it.
    qualifier: Option<String>,
    /// What instant it judges.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// The UTC offset there, `+02:00`; null when not known.
    zone_offset: Option<String>,
    /// Its parts by name; null where it has none.
    components: Option<BTreeMap<String, HealthScoreComponent>>,
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: ScoreId,
    /// The source, as `data-sources` lists it.
    data_source_id: Option<uuid::Uuid>,
    /// Who judges.
    provider: Option<String>,
}

/// A part of a score.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthScoreComponent {
    /// Its value.
    value: Option<f64>,
    /// The provider's word for it.
    qualifier: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/health-scores", tag = "Scores", operation_id = "list_health_scores",
    summary = "List a user's health scores",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has none"),
        ("start_date" = Option<String>, Query, description = "Judging this instant or a later one: ISO 8601 or seconds since 1970"),
        ("end_date" = Option<String>, Query, description = "Judging an instant before"),
        ("category" = Option<String>, Query, description = "Only what judges this: `sleep`, `recovery`, `readiness`, `activity`, `stress`, `resilience`, `body_battery`, `strain`"),
        ("provider" = Option<String>, Query, description = "Only this provider's"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "How many a page; 50 if left out"),
        ("offset" = Option<u32>, Query, minimum = 0, description = "How many of the latest to pass over"),
    ),
    responses((status = 200, description = "Scores, latest first", body = HealthScorePage)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    MaybeUser { user }: MaybeUser,
    query: Query,
) -> Result<Json<HealthScorePage>> {
    let asked = Asked::read(&query)?;
    let Some(user) = user else { return Ok(Json(asked.page(Vec::new(), 0))) };
    let total = state.store.count_scores(user.id, asked.query.clone()).await?;
    let scores = state.store.list_scores(user.id, asked.query.clone()).await?;
    let sources = state.store.list_sources(user.id).await?;
    let shown = scores.into_iter().map(|score| show(user.id, score, &sources)).collect();
    Ok(Json(asked.page(shown, total)))
}

/// What a request asks for.
struct Asked {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    query: ScoreQuery,
}

impl Asked {
    fn read(query: &Query) -> Result<Self> {
        let instant = |name: &str| match query.text(name) {
            Some(text) if !text.is_empty() => query.instant(name).map(|instant| Some(instant.at)),
            _ => Ok(None),
        };
        let (start, end) = (instant("start_date")?, instant("end_date")?);
        let categories: Vec<(&str, Option<ScoreCategory>)> =
            ScoreCategory::ALL.iter().map(|category| (category.as_str(), Some(*category))).collect();
        let provider = query.text("provider").map(|name| {
            ProviderName::parse(name).ok_or_else(|| ApiError::invalid("provider", "Input should be a provider's name"))
        });
        let query = ScoreQuery {
            from: start.unwrap_or(Timestamp::MIN),
            to: end.unwrap_or(Timestamp::MAX),
            category: query.choice("category", None, &categories)?,
            provider: provider.transpose()?,
            offset: u64::from(query.integer("offset", 0, 0..=u32::MAX)?),
            limit: query.integer("limit", 50, 1..=1000)?,
        };
        Ok(Self { start, end, query })
    }

    fn page(self, data: Vec<HealthScoreRead>, total: u64) -> HealthScorePage {
        let sample_count = data.len();
        let has_more = self.query.offset.saturating_add(sample_count as u64) < total && sample_count > 0;
        HealthScorePage {
            data,
            pagination: Pagination { has_more, ..Pagination::single(total) },
            metadata: HealthScoreMetadata {
                resolution: None,
                sample_count,
                start_time: self.start,
                end_time: self.end,
            },
        }
    }
}

fn show(user: UserId, score: StoredScore, sources: &[StoredSource]) -> HealthScoreRead {
    let source = sources.iter().find(|source| source.number == score.source);
    let parts = score.components.into_iter();
    let components: BTreeMap<String, HealthScoreComponent> =
        parts.map(|part| (part.name, HealthScoreComponent { value: part.value, qualifier: part.qualifier })).collect();
    HealthScoreRead {
        category: score.category.as_str(),
        value: score.value,
        qualifier: score.qualifier,
        recorded_at: score.at,
        zone_offset: zone_offset(score.offset),
        components: Some(components).filter(|components| !components.is_empty()),
        id: score.id,
        data_source_id: source.map(|source| source_id(user, source.number)),
        provider: source.map(|source| source.source.provider.to_string()),
    }
}
