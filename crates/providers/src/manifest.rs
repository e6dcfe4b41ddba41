//! A provider's constants, as its `manifest.toml` holds them. Unknown keys are refused, so that a
//! misspelled constant cannot pass for one that is absent.

use model::{ProviderName, ScoreCategory, SeriesType};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Every constant of a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its short name, as in routes, configuration and the store.
    pub name: ProviderName,
    /// Its name for people.
    pub title: String,
    /// The file name of its icon, without the folder.
    pub icon: String,
    /// Its place in the order of preference where nobody chose another; lower is preferred.
    pub default_priority: u16,
    /// Whether it is an online service that accounts are connected to.
    pub cloud: bool,
    /// How its data comes by itself, if it does.
    pub live_sync: Option<LiveSync>,
    /// Whether that can be chosen.
    #[serde(default)]
    pub live_sync_configurable: bool,
    /// What it can do.
    pub capabilities: Capabilities,
    /// How accounts are connected.
    pub oauth: Option<OAuth>,
    /// Where it is asked.
    pub api: Option<Api>,
    /// How it notifies.
    pub webhook: Option<Webhook>,
    /// How its history is asked for.
    pub backfill: Option<Backfill>,
    /// What it sends, by part type.
    pub types: BTreeMap<String, PartType>,
}

/// How data arrives without being asked for each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveSync {
    /// The provider notifies.
    Webhook,
    /// It is asked on a schedule.
    Pull,
}

/// What a provider can do; names as in the catalogue of the Open Wearables API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // a list of independent facts
pub struct Capabilities {
    /// It is asked for data on a schedule.
    pub rest_pull: bool,
    /// A phone sends its data.
    pub client_sdk: bool,
    /// Its files can be uploaded.
    pub file_import: bool,
    /// Its notifications carry the data.
    pub webhook_stream: bool,
    /// Its notifications say that there is something, and the schedule's requests get it.
    pub webhook_ping: bool,
    /// Its notifications carry a URL to call back.
    pub webhook_callback: bool,
    /// Notifications are registered by its API.
    pub webhook_registration_api: bool,
    /// Its notifications are signed with a secret.
    pub webhook_inbound_secret: bool,
    /// How far back it can be asked, days.
    pub max_historical_days: Option<u32>,
}

/// OAuth 2.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth {
    /// Where the person consents.
    pub authorize_url: String,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: String,
    /// Whether a code challenge (S256) goes along.
    pub pkce: bool,
    /// How our credentials are sent.
    pub client_auth: ClientAuth,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// How long an access token lives when the answer does not say, seconds.
    pub token_life_s: i64,
    /// How long a refresh token lives when the answer does not say, seconds; none where it does not end.
    pub refresh_life_s: Option<i64>,
    /// How long before its end it is refreshed, seconds.
    pub refresh_margin_s: i64,
    /// Whether a refresh hands out a new refresh token and ends the old one.
    pub rotates: bool,
}

/// How client id and secret are sent to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// In the form body.
    Body,
    /// As basic authorization.
    Basic,
}

/// The provider's API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// What the paths are appended to.
    pub base_url: String,
    /// The only hosts that tokens go to and that callback URLs may name.
    pub hosts: Vec<String>,
    /// Where the account's id is asked, in the order to try.
    #[serde(default)]
    pub user_id_paths: Vec<String>,
    /// Where the given permissions are asked, in the order to try.
    #[serde(default)]
    pub permissions_paths: Vec<String>,
    /// What is deleted to end a connection.
    pub deregistration_path: Option<String>,
}

/// The provider's notifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The field of an item that names the account.
    pub user_field: String,
    /// The header by which the sender names our client id.
    pub client_id_header: Option<String>,
    /// The largest body that is accepted.
    pub max_body_bytes: u64,
    /// The field of an item that holds a URL to call back.
    pub callback_field: Option<String>,
    /// The body key of notices that an account is no longer connected.
    pub deregistration_key: Option<String>,
    /// The body key of notices that permissions changed.
    pub permissions_key: Option<String>,
}

/// History that is asked for by a range of recorded time and comes as notifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backfill {
    /// The permission that it needs, beside each type's own.
    pub permission: Option<String>,
    /// The parameter of the first second.
    pub from_parameter: String,
    /// The parameter of the last second.
    pub to_parameter: String,
    /// The longest range of a request, days, where a type has no other.
    pub range_days: u32,
    /// Days of history in a minute, for credentials that are still being evaluated.
    pub evaluation_days_per_minute: u32,
    /// The same for approved credentials.
    pub production_days_per_minute: u32,
    /// The type that comes every day: by its days gaps are found.
    pub daily_type: Option<String>,
}

/// One type of part.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartType {
    /// Its key in a notification's body.
    pub body_key: Option<String>,
    /// Where it is asked.
    pub pull_path: Option<String>,
    /// Where its history is requested.
    pub backfill_path: Option<String>,
    /// The longest range of its history in one request, days.
    pub backfill_days: Option<u32>,
    /// The permission it needs.
    pub permission: Option<String>,
    /// Whether notifications may carry it.
    #[serde(default)]
    pub push: bool,
    /// Whether notifications may carry a URL for it.
    #[serde(default)]
    pub ping: bool,
    /// Whether what the URL answers is a file, without the user's token.
    #[serde(default)]
    pub file: bool,
    /// How long after the notice the URL answers, seconds.
    pub callback_life_s: Option<i64>,
    /// What its parts can hold.
    pub emits: Vec<Emit>,
    /// Which of two revisions stands.
    #[serde(default)]
    pub rank: Rank,
    /// What the workouts' files are that lie in an archive beside it.
    pub beside: Option<Beside>,
}

/// Workouts' files that lie beside a table, which names them by folder and name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The folder in which they lie, as seen from the table, with a slash behind it.
    pub folder: String,
    /// The type that they are of.
    pub part_type: String,
}

/// How a revision's rank is found. The higher one stands, whatever the order of arrival; equal ranks
/// leave it to the order of receipt.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rank {
    /// The same for all.
    Fixed(i32),
    /// The value of this field.
    Number(String),
    /// The place of a field's word in a list.
    Words {
        /// The field.
        field: String,
        /// Groups of words of equal rank, the weakest first. Case does not matter.
        ascending: Vec<Vec<String>>,
    },
}

impl Default for Rank {
    fn default() -> Self {
        Self::Fixed(0)
    }
}

impl Rank {
    /// The rank where it is the same for all; 0 otherwise.
    #[must_use]
    pub fn fixed(&self) -> i32 {
        if let Self::Fixed(rank) = self { *rank } else { 0 }
    }

    /// The rank of a word: its group's place from 1; 0 for a word that is not listed or absent.
    #[must_use]
    pub fn of_word(&self, word: Option<&str>) -> i32 {
        let (Self::Words { ascending, .. }, Some(word)) = (self, word) else { return 0 };
        let place = ascending.iter().position(|group| group.iter().any(|one| one.eq_ignore_ascii_case(word)));
        place.map_or(0, |place| i32::try_from(place).unwrap_or(i32::MAX).saturating_add(1))
    }

    /// The rank that a number gives, cut to the range of ranks.
    #[must_use]
    pub fn of_number(&self, number: Option<f64>) -> i32 {
        match (self, number) {
            (Self::Number(_), Some(number)) => number as i32,
            _ => 0,
        }
    }
}

/// One kind of thing that a part can hold: an event's kind (`workout`, `sleep`, …), `score.<category>`
/// or a series' code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Emit {
    /// Workouts, or documents of them.
    Workout,
    /// Nights and naps.
    Sleep,
    /// Whole days.
    Daily,
    /// Spans that a device recognised.
    Activity,
    /// Menstrual cycles.
    MenstrualCycle,
    /// Health snapshots.
    HealthSnapshot,
    /// Scores of a category.
    Score(ScoreCategory),
    /// Points of a series.
    Series(SeriesType),
}

impl Emit {
    /// Reads it as a manifest writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "workout" => Some(Self::Workout),
            "sleep" => Some(Self::Sleep),
            "daily" => Some(Self::Daily),
            "activity" => Some(Self::Activity),
            "menstrual_cycle" => Some(Self::MenstrualCycle),
            "health_snapshot" => Some(Self::HealthSnapshot),
            _ => match text.strip_prefix("score.") {
                Some(category) => ScoreCategory::find(category).map(Self::Score),
                None => SeriesType::find(text).map(Self::Series),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Emit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is nothing that is emitted")))
    }
}

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("manifest cannot be read")]
pub struct ManifestError(#[from] toml::de::Error);

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// A key that is unknown, missing or of the wrong kind.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        Ok(toml::from_str(text)?)
    }

    /// The type that a key of a notification's body stands for.
    #[must_use]
    pub fn find_by_body_key(&self, key: &str) -> Option<(&str, &PartType)> {
        let found = self.types.iter().find(|(_, part)| part.body_key.as_deref() == Some(key));
        found.map(|(name, part)| (name.as_str(), part))
    }

    /// Whether tokens may go to this host and callback URLs name it.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        self.api.as_ref().is_some_and(|api| api.hosts.iter().any(|one| one.eq_ignore_ascii_case(host)))
    }

    /// The revision rank of a type; of none for a type that is not listed.
    #[must_use]
    pub fn rank(&self, part_type: &str) -> Rank {
        self.types.get(part_type).map(|part| part.rank.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
