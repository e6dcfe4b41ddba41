//! Provenance: which provider, device and application said it.

use std::borrow::Cow;

/// The short name of a provider: `garmin`, `oura`, … Lower case, letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct ProviderName(Cow<'static, str>);

impl ProviderName {
    /// A provider known when this was compiled.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Reads a name; `None` when it has characters that no provider's name has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        (!name.is_empty() && name.len() <= 32 && name.bytes().all(plain)).then(|| Self(Cow::Owned(name.to_owned())))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ProviderName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ProviderName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom("not a provider's name"))
    }
}

crate::text::codes! {
    /// The kind of device that measured.
    #[allow(missing_docs)] // the names are the documentation
    DeviceType {
        Watch = "watch",
        Band = "band",
        Ring = "ring",
        Phone = "phone",
        Scale = "scale",
        ChestStrap = "chest_strap",
        BikeComputer = "bike_computer",
        Other = "other",
        Unknown = "unknown",
    }
}

/// Where numbers come from. Two sources that differ in any field but `software_version` are kept apart; what tells no
/// device's own id belongs to the first of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// The service or platform.
    pub provider: ProviderName,
    /// The application or account within it, as the API shows it in `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The device's model or name as the provider gave it; `None` when it said none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The kind of device, if told or plain from its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_type: Option<DeviceType>,
    /// The device's software, the latest seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// What tells two devices of one model apart, as the provider gave it; not shown to anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
}

impl Source {
    /// A source of which only the provider is known.
    #[must_use]
    pub fn of(provider: ProviderName) -> Self {
        Self { provider, app: None, device: None, device_type: None, software_version: None, device_id: None }
    }

    /// The text by which a source is known within a user: everything but the software version.
    #[must_use]
    pub fn identity(&self) -> String {
        match &self.device_id {
            Some(id) => format!("{}\u{1f}{}", self.kind_identity(), id.replace('\u{1f}', " ")),
            None => self.kind_identity(),
        }
    }

    /// The same without the device's own id: what all devices of one kind have in common.
    #[must_use]
    pub fn kind_identity(&self) -> String {
        let text = |value: &Option<String>| value.as_deref().unwrap_or("").replace('\u{1f}', " ");
        let kind = self.device_type.map_or("", DeviceType::as_str);
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{kind}", self.provider, text(&self.app), text(&self.device))
    }
}
