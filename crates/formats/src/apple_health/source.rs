//! Who recorded something: the application or device by name, and the device as HealthKit describes it.

use super::cursor::text;
use model::{DeviceType, ProviderName, Source};

/// The source that the three attributes name. HealthKit's description of a device begins with an address in
/// the phone's memory, which says nothing.
pub(super) fn read(provider: &ProviderName, name: &[u8], version: &[u8], device: &[u8]) -> Source {
    let name = readable(name);
    let device = text(device);
    let field = |name| field(&device, name);
    let model = field("hardware").or_else(|| field("model")).or_else(|| field("name")).map(str::to_owned);
    let hints = [model.as_deref(), field("name"), field("model"), name.as_deref()];
    Source {
        provider: provider.clone(),
        device_type: hints.iter().flatten().find_map(|hint| device_type(hint)),
        app: name,
        software_version: field("software").map(str::to_owned).or_else(|| readable(version)),
        device: model,
        device_id: None,
    }
}

/// Text without the spaces of phones' names that look like others.
fn readable(raw: &[u8]) -> Option<String> {
    let text = text(raw).replace('\u{a0}', " ");
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(200).collect())
}

/// A field of `<<HKDevice: 0x1>, name:Apple Watch, model:Watch, hardware:Watch6,7, software:10.2>`. Values may hold
/// commas, so a value ends where the next name begins.
fn field<'d>(device: &'d str, name: &str) -> Option<&'d str> {
    const NAMES: [&str; 8] = [
        "name:",
        "manufacturer:",
        "model:",
        "hardware:",
        "firmware:",
        "software:",
        "localIdentifier:",
        "creation date:",
    ];
    let mut at = None;
    for (index, _) in device.match_indices(name) {
        let begins = index == 0 || device.get(..index).is_some_and(|before| before.ends_with(", "));
        if begins && device.get(index + name.len()..).is_some_and(|after| after.starts_with(':')) {
            at = Some(index + name.len() + 1);
            break;
        }
    }
    let rest = device.get(at?..)?;
    let next = NAMES.iter().filter_map(|name| rest.find(&format!(", {name}"))).min();
    let value = next.map_or(rest.trim_end_matches('>'), |end| rest.get(..end).unwrap_or_default()).trim();
    (!value.is_empty()).then_some(value)
}

fn device_type(name: &str) -> Option<DeviceType> {
    [
        ("Watch", DeviceType::Watch),
        ("iPhone", DeviceType::Phone),
        ("Scale", DeviceType::Scale),
        ("Ring", DeviceType::Ring),
    ]
    .into_iter()
    .find(|(word, _)| name.contains(word))
    .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, version: &str, device: &str) -> Source {
        read(&ProviderName::from_static("apple"), name.as_bytes(), version.as_bytes(), device.as_bytes())
    }

    #[test]
    fn a_device_is_known_by_its_hardware_and_not_by_its_address() {
        let described = |address: &str| {
            format!(
                "&lt;&lt;HKDevice: {address}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, \
                 hardware:Watch6,7, software:10.2&gt;"
            )
        };
        let watch = source("Ann\u{2019}s Apple\u{a0}Watch", "9", &described("0x30"));
        assert_eq!(watch, source("Ann\u{2019}s Apple Watch", "9", &described("0x31")));
        assert_eq!(watch.device.as_deref(), Some("Watch6,7"));
        assert_eq!(watch.app.as_deref(), Some("Ann\u{2019}s Apple Watch"));
        assert_eq!(watch.software_version.as_deref(), Some("10.2"));
        assert_eq!(watch.device_type, Some(DeviceType::Watch));
    }

    #[test]
    fn an_application_without_a_device_is_a_source_too() {
        let app = source("Health Mate", "2160040", "");
        assert_eq!((app.device.as_deref(), app.device_type), (None, None));
        assert_eq!(app.software_version.as_deref(), Some("2160040"));
        assert_eq!(source("Alexandre's iPhone", "17.2", "").device_type, Some(DeviceType::Phone));
        assert_eq!(source("", "", "&lt;Watch6,4&gt;").app, None);
    }
}
