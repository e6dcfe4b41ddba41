//! What providers send and export: the first line says whose and which type, as `garmin/dailies`, the rest is the
//! body. Then the body is taken as a handed-in file.
#![no_main]

use model::PartMeta;
use providers::{Provider, find, recognise};

/// Twice the same, and all numbers finite.
fn map(provider: &dyn Provider, part_type: &str, body: &[u8]) {
    let meta = PartMeta { external_id: Some("1".to_owned()), ..PartMeta::default() };
    let mapped = provider.map(part_type, &meta, &mut &*body);
    fuzz::check(&mapped.records);
    assert_eq!(mapped, provider.map(part_type, &meta, &mut &*body), "mapping twice gives the same");
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (name, body) = bytes.iter().position(|byte| *byte == b'\n').map_or((bytes, bytes), |end| bytes.split_at(end));
    let name = String::from_utf8_lossy(name);
    let (provider, part_type) = name.split_once('/').unwrap_or((&name, ""));
    if let Some(found) = recognise(body) {
        map(find(found.provider.as_str()).unwrap(), found.part_type, body);
    }
    let Some(provider) = find(provider) else { return };
    // a type that the engine broke still leads to some type
    let types: Vec<&String> = provider.manifest().types.keys().collect();
    let part_type = types.iter().find(|it| it.as_str() == part_type).or(types.get(bytes.len() % types.len()));
    part_type.into_iter().for_each(|part_type| map(provider, part_type, body));
});
