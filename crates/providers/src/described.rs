//! What the files are that are kept as they came, for whoever lists them.

use model::Timestamp;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// Of a clinical record: which FHIR resource it is.
    pub resource_type: Option<String>,
    /// Its id there.
    pub resource_id: Option<String>,
    /// Who wrote it.
    pub source: Option<String>,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// Of a clinical record: the day as it is written, where it is no instant.
    pub recorded: Option<String>,
    /// Of an electrocardiogram: what the device makes of it, in the phone's language.
    pub classification: Option<String>,
    /// What the person felt.
    pub symptoms: Option<String>,
    /// The device's model.
    pub device: Option<String>,
    /// Values a second.
    pub sample_rate_hz: Option<f64>,
    /// How many values there are.
    pub samples: Option<u64>,
}
