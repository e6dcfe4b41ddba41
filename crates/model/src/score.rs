//! Health scores: a provider's own judgement of a day or a night.

crate::text::codes! {
    /// What a score judges; codes of the Open Wearables API.
    #[allow(missing_docs)] // the names are the documentation
    ScoreCategory {
        Sleep = "sleep",
        Recovery = "recovery",
        Readiness = "readiness",
        Activity = "activity",
        Stress = "stress",
        Resilience = "resilience",
        BodyBattery = "body_battery",
        Strain = "strain",
    }
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScoreComponent {
    /// What it judges, as the provider names it.
    pub name: String,
    /// Its value, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The provider's word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
}
