//! What providers send and export: the first line says whose and which type, as `garmin/dailies`, the rest is the
//! body. Then the body is taken as a handed-in file, and one that is cut is cut.
#![no_main]

use model::PartMeta;
use providers::{Archive, Order, Provider, find, recognise};
use std::io::{self, Cursor, Read};

/// Twice the same, and all numbers finite.
fn map(provider: &dyn Provider, part_type: &str, body: &[u8]) {
    let meta = PartMeta { external_id: Some("1".to_owned()), ..PartMeta::default() };
    let mapped = provider.map(part_type, &meta, &mut &*body);
    fuzz::check_mapped(&mapped);
    assert_eq!(mapped, provider.map(part_type, &meta, &mut &*body), "mapping twice gives the same");
}

/// A piece may unpack to hundreds of times what it takes; so much of each is enough.
const OF_EACH: u64 = 64 * 1024;

/// The pieces of an upload, each mapped.
fn cut(archive: &dyn Archive, body: &[u8]) {
    let owned = body.to_vec();
    let mut left = 64;
    let _ =
        archive.cut(&mut || Ok(Box::new(Cursor::new(owned.clone())) as Box<dyn Read>), Order::ToKeep, &mut |piece| {
            let mut bytes = Vec::new();
            piece.body.take(OF_EACH).read_to_end(&mut bytes)?;
            map(find(piece.provider.as_str()).unwrap(), piece.part_type, &bytes);
            left -= 1;
            // an archive may hold more than a round has time for
            if left > 0 { Ok(()) } else { Err(io::ErrorKind::Other.into()) }
        });
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (name, body) = bytes.iter().position(|byte| *byte == b'\n').map_or((bytes, bytes), |end| bytes.split_at(end));
    let name = String::from_utf8_lossy(name);
    let (provider, part_type) = name.split_once('/').unwrap_or((&name, ""));
    if let Some(found) = recognise(body) {
        let provider = find(found.provider.as_str()).unwrap();
        match provider.archive(found.part_type) {
            Some(archive) => cut(archive, body),
            None => map(provider, found.part_type, body),
        }
    }
    let Some(provider) = find(provider) else { return };
    // a type that the engine broke still leads to some type
    let types: Vec<&String> = provider.manifest().types.keys().collect();
    let part_type = types.iter().find(|it| it.as_str() == part_type).or(types.get(bytes.len() % types.len()));
    part_type.into_iter().for_each(|part_type| map(provider, part_type, body));
});
