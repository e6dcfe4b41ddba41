//! What the installation decides about history.

use std::time::Duration;

/// What the provider allows the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTier {
    /// Credentials that are still being evaluated.
    Evaluation,
    /// Credentials that were approved.
    Production,
}

/// How history is asked for.
#[derive(Clone, Debug)]
pub struct HistorySettings {
    /// Whether it is asked for when an account is connected.
    pub on_connect: bool,
    /// How far back, days; none: as far as the provider's manifest says.
    pub depth_days: Option<u32>,
    /// Which of the manifest's budgets holds.
    pub tier: KeyTier,
    /// Days of history a minute, in place of the manifest's budget.
    pub days_per_minute: Option<u32>,
    /// Requests under way at once.
    pub concurrency: u32,
    /// How long nothing may have come before what came counts as all.
    pub quiet: Duration,
    /// How long data may take to begin to come.
    pub patience: Duration,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self {
            on_connect: true,
            depth_days: None,
            tier: KeyTier::Evaluation,
            days_per_minute: None,
            concurrency: 4,
            quiet: Duration::from_mins(10),
            patience: Duration::from_hours(1),
        }
    }
}
