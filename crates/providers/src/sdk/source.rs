//! Sources as the SDKs tell them: the same object with nearly every record, so each is read once.

use super::wire;
use model::{DeviceType, ProviderName, Source};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A source and how its values came to be.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) source: Source,
    /// Whether a person typed the values in.
    pub(super) is_manual: bool,
}

/// The sources of a body, in the order in which they were first met.
pub(super) struct Sources<'a> {
    provider: ProviderName,
    known: HashMap<&'a str, usize>,
    last: Option<(&'a str, usize)>,
    told: Vec<Told>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(provider: ProviderName) -> Self {
        Self { provider, known: HashMap::new(), last: None, told: Vec::new() }
    }

    /// The place of a source; what is no object tells of none.
    pub(super) fn place(&mut self, raw: Option<&'a RawValue>) -> usize {
        let text = raw.map_or("", RawValue::get);
        if let Some((last, place)) = self.last
            && last == text
        {
            return place;
        }
        let place = match self.known.get(text) {
            Some(place) => *place,
            None => {
                let told = read(&self.provider, text);
                // texts that differ in what does not count are one source
                let same = |known: &Told| known.source == told.source && known.is_manual == told.is_manual;
                let place = self.told.iter().position(same).unwrap_or(self.told.len());
                if place == self.told.len() {
                    self.told.push(told);
                }
                self.known.insert(text, place);
                place
            }
        };
        self.last = Some((text, place));
        place
    }

    pub(super) fn get(&self, place: usize) -> Option<&Told> {
        self.told.get(place)
    }
}

/// The source in an object.
pub(super) fn read(provider: &ProviderName, text: &str) -> Told {
    let wire: wire::Source<'_> = serde_json::from_str(text).unwrap_or_default();
    let first = |texts: [Option<String>; 3]| texts.into_iter().flatten().next();
    let source = Source {
        provider: provider.clone(),
        // the app's id and the device's model stay when a person renames the device, names do not
        app: first([wire.app_id.owned(), wire.bundle_identifier.owned(), wire.name.owned()]),
        device: first([wire.device_model.owned(), wire.product_type.owned(), wire.device_name.owned()]),
        device_type: wire.device_type.get().and_then(device_type),
        software_version: first([wire.device_software_version.owned(), wire.version.owned(), None]),
        device_id: wire.device_id.owned(),
    };
    Told { source, is_manual: wire.recording_method.get() == Some("manual") }
}

fn device_type(name: &str) -> Option<DeviceType> {
    match name {
        "phone" => Some(DeviceType::Phone),
        "watch" => Some(DeviceType::Watch),
        "scale" => Some(DeviceType::Scale),
        "ring" => Some(DeviceType::Ring),
        "fitness_band" | "band" => Some(DeviceType::Band),
        "chest_strap" => Some(DeviceType::ChestStrap),
        "head_mounted" | "smart_display" | "other" => Some(DeviceType::Other),
        "unknown" => Some(DeviceType::Unknown),
        _ => None,
    }
}
