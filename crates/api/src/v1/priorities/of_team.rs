//! A team's priorities of one kind: those that it set, and the usual ones of the rest.

use super::checked;
use crate::{
    State,
    error::{ApiError, Result},
    trust::{known_providers, usual_priority},
};
use model::{DeviceType, Priority, PriorityKind, ProviderName, TeamId, Timestamp, derived_id, usual_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A priority to be set, 1 (best) to 100.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriorityUpdate {
    /// 1 is best, 100 is worst.
    pub(super) priority: i32,
}

/// A priority, and when it was set.
#[derive(Serialize, ToSchema)]
pub(crate) struct Standing {
    /// 1 is best.
    priority: i32,
    /// Its id.
    id: uuid::Uuid,
    /// When it was first set; 1970 for a usual one that nobody set.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last set.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// All of a kind by name, in the order of trust.
pub(super) async fn list(state: &State, team: TeamId, kind: PriorityKind) -> Result<Vec<(String, Standing)>> {
    let mut all: BTreeMap<String, Standing> = BTreeMap::new();
    let standing = |name: &str, priority, created_at, updated_at| Standing {
        priority,
        id: derived_id(&[b"priority", team.as_bytes(), kind.as_str().as_bytes(), name.as_bytes()]),
        created_at,
        updated_at,
    };
    let never = Timestamp::from_seconds(0);
    for (name, priority) in usual(kind) {
        let usual = standing(&name, priority, never, never);
        all.insert(name, usual);
    }
    for set in state.store.list_priorities(team, None).await? {
        let Priority { name, priority, kind: of, series, .. } = set.priority;
        if of == kind && series.is_none() {
            let set = standing(&name, priority, set.created_at, set.updated_at);
            all.insert(name, set);
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by(|(a, one), (b, other)| (one.priority, a).cmp(&(other.priority, b)));
    Ok(all)
}

/// Sets priorities of a kind by name.
pub(super) async fn set(state: &State, team: TeamId, kind: PriorityKind, wanted: Vec<(String, i32)>) -> Result<()> {
    let read = |(name, priority): (String, i32)| {
        let priority = checked("priority", priority)?;
        let known = match kind {
            PriorityKind::Provider => ProviderName::parse(&name).is_some(),
            PriorityKind::DeviceType => DeviceType::find(&name).is_some(),
            PriorityKind::Device => false,
        };
        match known {
            true => Ok(Priority { user_id: None, series: None, kind, name, priority }),
            false => Err(ApiError::invalid(kind.as_str(), format!("There is no '{name}'"))),
        }
    };
    let priorities = wanted.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(state.store.put_priorities(team, priorities, state.clock.now()).await?)
}

/// One of a kind that was just set.
pub(super) async fn one(state: &State, team: TeamId, kind: PriorityKind, name: &str) -> Result<Standing> {
    let found = list(state, team, kind).await?.into_iter().find(|(known, _)| known == name);
    found.map(|(_, standing)| standing).ok_or_else(|| ApiError::NotFound("Not Found".to_owned()))
}

fn usual(kind: PriorityKind) -> Vec<(String, i32)> {
    match kind {
        PriorityKind::Provider => known_providers().map(|name| (name.to_owned(), usual_priority(name))).collect(),
        PriorityKind::DeviceType => {
            DeviceType::ALL.iter().map(|kind| (kind.as_str().to_owned(), usual_of(*kind))).collect()
        }
        PriorityKind::Device => Vec::new(),
    }
}
