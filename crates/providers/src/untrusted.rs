//! Whatever comes from outside: every fixture of every provider with bytes changed, repeated and cut is mapped without
//! panic, twice the same, to numbers that are finite. The short sister of the fuzz targets.

use crate::{Provider, all, recognise};
use model::{PartMeta, Record, SampleBatch};
use proptest::{prelude::*, sample::Index};
use std::{fs, path::PathBuf, sync::LazyLock};

/// A provider, one of its types, and a body of it.
type Fixture = (&'static dyn Provider, String, Vec<u8>);

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| all().flat_map(fixtures_of).collect());

fn fixtures_of(provider: &'static dyn Provider) -> Vec<Fixture> {
    let name = provider.manifest().name.as_str();
    let folder = |part_type: &String| -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "src", name, "fixtures", part_type].iter().collect()
    };
    let of_type = |part_type: &String| -> Vec<Fixture> {
        let files = fs::read_dir(folder(part_type)).into_iter().flatten();
        files.map(|file| (provider, part_type.clone(), fs::read(file.unwrap().path()).unwrap())).collect()
    };
    provider.manifest().types.keys().flat_map(of_type).collect()
}

fn damaged(bytes: &[u8], wrong: &[(Index, u8)], from: Index, to: Index, repeats: bool) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (index, byte) in wrong {
        let index = index.index(bytes.len());
        bytes[index] = *byte;
    }
    let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
    let piece = bytes[from.min(to)..from.max(to)].to_vec();
    if repeats {
        bytes.splice(to..to, piece).for_each(drop);
    } else {
        bytes.truncate(to + 1);
    }
    bytes
}

fn batches(record: &Record) -> &[SampleBatch] {
    match record {
        Record::Workout(workout) => &workout.samples,
        Record::Sleep(sleep) => &sleep.samples,
        Record::Daily(day) => &day.samples,
        Record::Samples(batch) => std::slice::from_ref(batch),
        _ => &[],
    }
}

proptest! {
    #[test]
    fn damaged_bodies_are_mapped_without_panic_and_twice_the_same(
        which in any::<Index>(),
        wrong in prop::collection::vec((any::<Index>(), any::<u8>()), 0..8),
        (from, to, repeats) in any::<(Index, Index, bool)>(),
    ) {
        let (provider, part_type, whole) = which.get(&FIXTURES);
        let bytes = damaged(whole, &wrong, from, to, repeats);
        let meta = PartMeta { external_id: Some("1".into()), time_zone: Some("Europe/Berlin".into()), ..PartMeta::default() };
        let mapped = provider.map(part_type, &meta, &mut bytes.as_slice());
        prop_assert_eq!(&mapped, &provider.map(part_type, &meta, &mut bytes.as_slice()));
        let mut points = mapped.records.iter().flat_map(batches).flat_map(|batch| &batch.points);
        prop_assert!(points.all(|point| point.value.is_finite() && point.duration_us >= 0));
        if let Some(found) = recognise(&bytes) {
            prop_assert!(crate::find(found.provider.as_str()).is_some());
        }
    }
}

#[test]
fn every_export_is_recognised_as_what_it_is_and_nothing_else_is() {
    let mut exports = 0;
    for (provider, part_type, bytes) in FIXTURES.iter() {
        let found = recognise(bytes).map(|found| (found.provider, found.part_type.to_owned()));
        let own = Some((provider.manifest().name.clone(), part_type.clone()));
        if part_type.starts_with("export_") {
            exports += 1;
            assert_eq!(found, own);
        } else {
            assert_eq!(found, None, "{part_type} is no file that people have");
        }
    }
    assert!(exports > 10, "{exports}");
}
