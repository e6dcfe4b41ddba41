//! How long data is kept and how finely, as a team says it.

use crate::error::{ApiError, Result};
use serde::{Deserialize, Serialize};
use store::Retention;
use utoipa::ToSchema;

/// More days than anybody has data of.
const MOST_DAYS: u32 = 36_500;

/// How long a team's data is kept, and how finely. What is left out holds as the installation does, or for ever.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RetentionPolicy {
    /// After how many days bodies as received go, counted from their receipt.
    #[schema(minimum = 1)]
    raw_days: Option<u32>,
    /// After how many days samples are reduced to `reduced_resolution`; totals of days, workouts and what people
    /// typed in stay as they are.
    #[schema(minimum = 1)]
    full_resolution_days: Option<u32>,
    /// One point a bucket of this length.
    reduced_resolution: Option<Step>,
    /// After how many days samples, reduced or not, go to cold storage, in whole months of UTC; totals of days,
    /// workouts and what people typed in stay. Only where the server has such a place (`cold.url`).
    #[schema(minimum = 1)]
    cold_after_days: Option<u32>,
    /// After how many days samples, events and scores are deleted.
    #[schema(minimum = 1)]
    delete_after_days: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
enum Step {
    #[serde(rename = "1min")]
    OneMinute,
    #[serde(rename = "5min")]
    FiveMinutes,
    #[serde(rename = "15min")]
    FifteenMinutes,
    #[serde(rename = "1hour")]
    OneHour,
}

const STEPS: [(Step, u32); 4] =
    [(Step::OneMinute, 60), (Step::FiveMinutes, 300), (Step::FifteenMinutes, 900), (Step::OneHour, 3600)];

impl From<&Retention> for RetentionPolicy {
    fn from(kept: &Retention) -> Self {
        let step = |seconds| STEPS.iter().find(|(_, length)| *length == seconds).map(|(step, _)| *step);
        Self {
            raw_days: kept.raw_days,
            full_resolution_days: kept.full_days,
            reduced_resolution: kept.step_s.and_then(step),
            cold_after_days: kept.cold_days,
            delete_after_days: kept.kept_days,
        }
    }
}

impl RetentionPolicy {
    /// The policy as it is kept; refused where its parts do not fit each other, or ask for what the server lacks.
    pub(super) fn checked(&self, has_cold: bool) -> Result<Retention> {
        let days = [
            ("raw_days", self.raw_days),
            ("full_resolution_days", self.full_resolution_days),
            ("cold_after_days", self.cold_after_days),
            ("delete_after_days", self.delete_after_days),
        ];
        for (name, days) in days {
            if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
                return Err(ApiError::BadRequest(format!("retention.{name} must be from 1 to {MOST_DAYS}")));
            }
        }
        if self.full_resolution_days.is_some() != self.reduced_resolution.is_some() {
            let text =
                "retention.full_resolution_days and retention.reduced_resolution are given together or not at all";
            return Err(ApiError::BadRequest(text.to_owned()));
        }
        self.check_order()?;
        if self.cold_after_days.is_some() && !has_cold {
            let text = "retention.cold_after_days needs cold storage, and this server has none: cold.url is not set";
            return Err(ApiError::BadRequest(text.to_owned()));
        }
        let seconds = |step| STEPS.iter().find(|(other, _)| *other == step).map(|(_, length)| *length);
        Ok(Retention {
            raw_days: self.raw_days,
            full_days: self.full_resolution_days,
            step_s: self.reduced_resolution.and_then(seconds),
            cold_days: self.cold_after_days,
            kept_days: self.delete_after_days,
        })
    }

    /// What comes first must not be later: nothing would be left to do it to.
    fn check_order(&self) -> Result<()> {
        let steps = [
            ("full_resolution_days", self.full_resolution_days),
            ("cold_after_days", self.cold_after_days),
            ("delete_after_days", self.delete_after_days),
        ];
        let given: Vec<(&str, u32)> = steps.into_iter().filter_map(|(name, days)| Some((name, days?))).collect();
        for pair in given.windows(2) {
            if let [(earlier, first), (later, second)] = pair
                && second <= first
            {
                return Err(ApiError::BadRequest(format!("retention.{later} must be more than retention.{earlier}")));
            }
        }
        Ok(())
    }
}
