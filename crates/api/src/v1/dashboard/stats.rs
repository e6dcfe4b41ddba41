//! `GET /api/v1/dashboard/stats`: a team's figures at a glance. They are those of its usage, counted as seldom.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::usage::counting::Counted};
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// How many providers are named, those with the most people first.
const TOP: usize = 6;

/// A team at a glance.
#[derive(Serialize, ToSchema)]
pub(crate) struct Stats {
    /// Its users.
    total_users: Count,
    /// Pairs of a user and a provider that are connected; a phone that has sent counts.
    active_conn: Count,
    /// Samples.
    data_points: DataPoints,
    /// Events.
    event_records: EventRecords,
    /// Who is connected to what.
    connections_coverage: ConnectionsCoverage,
}

/// A number of something.
#[derive(Serialize, ToSchema)]
pub(crate) struct Count {
    /// How many.
    count: u64,
}

/// Samples of all series.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataPoints {
    /// How many are at hand.
    count: u64,
    /// How many are in cold storage.
    archived: u64,
}

/// Events that the lists of events show, by kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventRecords {
    /// All of these.
    count: u64,
    /// Workouts.
    workouts: u64,
    /// Nights and naps.
    sleep: u64,
    /// Menstrual cycles.
    menstrual_cycles: u64,
}

/// Who is connected to what.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConnectionsCoverage {
    /// Users with at least one provider.
    users_with_active: u64,
    /// Users with more than one.
    users_with_multi_active: u64,
    /// The providers with the most users, at most six.
    top_providers: Vec<ProviderCount>,
}

/// A provider and how many users are connected to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderCount {
    /// Its short name.
    provider: String,
    /// Its users.
    count: u64,
}

#[utoipa::path(
    get, path = "/api/v1/dashboard/stats", tag = "Settings", operation_id = "get_dashboard_stats",
    summary = "Show the team at a glance",
    description = "Counted like `/api/v1/usage`: at most once in ten minutes.",
    responses(
        (status = 200, description = "The figures", body = Stats),
        (status = 503, description = "Counting takes longer; ask again later", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn stats(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Stats>> {
    Ok(Json(show(&state.counting.figures(&state, caller.team_id).await?)))
}

fn show(counted: &Counted) -> Stats {
    let (usage, connected) = (&counted.usage, &counted.connected);
    let mut providers: Vec<_> = connected.users_by_provider.iter().collect();
    // by name where they are equal, as the map has them
    providers.sort_by_key(|(_, users)| std::cmp::Reverse(**users));
    let named = |(provider, users): (&String, &u64)| ProviderCount { provider: provider.clone(), count: *users };
    Stats {
        total_users: Count { count: usage.users },
        active_conn: Count { count: connected.users_by_provider.values().sum() },
        data_points: DataPoints { count: usage.points, archived: usage.cold_points },
        event_records: EventRecords {
            count: usage.workouts + usage.sleeps + usage.menstrual_cycles,
            workouts: usage.workouts,
            sleep: usage.sleeps,
            menstrual_cycles: usage.menstrual_cycles,
        },
        connections_coverage: ConnectionsCoverage {
            users_with_active: connected.users_with_any,
            users_with_multi_active: connected.users_with_several,
            top_providers: providers.into_iter().take(TOP).map(named).collect(),
        },
    }
}
