//! What holds for every registered provider.

use crate::{Emit, Provider, all, find, fit_bytes, track_text};
use model::{Mapped, PartMeta, Record, SampleBatch, Timestamp};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn fixtures(provider: &str, part_type: &str) -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src", provider, "fixtures", part_type].iter().collect();
    let files = fs::read_dir(folder).into_iter().flatten();
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn emitted(mapped: &Mapped) -> BTreeSet<Emit> {
    let mut found = BTreeSet::new();
    let mut add = |kind: Option<Emit>, batches: &[SampleBatch]| {
        found.extend(kind);
        found.extend(batches.iter().map(|batch| Emit::Series(batch.series)));
    };
    for record in &mapped.records {
        match record {
            Record::Workout(workout) => add(Some(Emit::Workout), &workout.samples),
            Record::Samples(batch) => add(None, std::slice::from_ref(batch)),
            Record::Score(score) => add(Some(Emit::Score(score.category)), &[]),
            Record::Activity(span) => add(Some(Emit::Activity), &span.samples),
            Record::MenstrualCycle(cycle) => add(Some(Emit::MenstrualCycle), &cycle.samples),
            Record::HealthSnapshot(snapshot) => add(Some(Emit::HealthSnapshot), &snapshot.samples),
            Record::Sleep(sleep) => {
                add(Some(Emit::Sleep), &sleep.samples);
                add(sleep.score.as_ref().map(|score| Emit::Score(score.category)), &[]);
            }
            Record::Daily(day) => {
                add(Some(Emit::Daily), &day.samples);
                day.scores.iter().for_each(|score| add(Some(Emit::Score(score.category)), &[]));
            }
        }
    }
    found
}

fn map(provider: &dyn Provider, part_type: &str, mut body: &[u8]) -> Mapped {
    let meta = PartMeta { external_id: Some("1".into()), ..PartMeta::default() };
    provider.map(part_type, &meta, &mut body)
}

#[test]
fn every_provider_is_found_by_its_name_and_only_once() {
    for provider in all() {
        let name = provider.manifest().name.as_str();
        assert_eq!(all().filter(|other| other.manifest().name.as_str() == name).count(), 1);
        assert!(find(name).is_some());
        assert!(!provider.manifest().types.is_empty(), "{name}");
    }
    assert!(find("nobody").is_none());
}

#[test]
fn fixtures_show_exactly_what_the_manifest_says_is_emitted() {
    for provider in all() {
        let manifest = provider.manifest();
        for (part_type, part) in manifest.types.iter().filter(|(_, part)| !part.file) {
            let fixtures = fixtures(manifest.name.as_str(), part_type);
            assert!(!fixtures.is_empty(), "{} {part_type} has no fixture", manifest.name);
            let shown: BTreeSet<_> =
                fixtures.iter().flat_map(|body| emitted(&map(provider, part_type, body))).collect();
            let said: BTreeSet<_> = part.emits.iter().copied().collect();
            assert_eq!(shown, said, "{} {part_type}", manifest.name);
        }
    }
}

#[test]
fn files_show_nothing_that_the_manifest_does_not_say() {
    let files = [
        fit_bytes::run(Timestamp::from_seconds(1_772_352_000)),
        fit_bytes::weight(Timestamp::from_seconds(1_772_352_000)),
        track_text::tcx(Timestamp::from_seconds(1_772_352_000)),
        track_text::gpx(Timestamp::from_seconds(1_772_352_000)),
    ];
    for provider in all() {
        for (part_type, part) in provider.manifest().types.iter().filter(|(_, part)| part.file) {
            let shown: BTreeSet<_> = files.iter().flat_map(|bytes| emitted(&map(provider, part_type, bytes))).collect();
            assert!(shown.contains(&Emit::Workout), "{part_type}");
            let unsaid: Vec<_> = shown.iter().filter(|emit| !part.emits.contains(emit)).collect();
            assert!(unsaid.is_empty(), "{part_type}: {unsaid:?}");
        }
    }
}

/// Real files are many and large, so this looks at what they hold once and at nothing else.
#[test]
fn recorded_files_show_nothing_that_the_manifest_does_not_say() {
    for kind in ["fit", "tcx", "gpx"] {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples")).join(kind);
        let Ok(files) = fs::read_dir(&folder) else {
            eprintln!("SKIPPED: {} is not here, so no recorded file was looked at", folder.display());
            continue;
        };
        let small = files.map(|file| file.unwrap().path()).filter(|path| path.metadata().unwrap().len() < 200_000);
        small
            .filter(|path| path.extension().is_some_and(|end| end == kind))
            .for_each(|path| shows_only_what_is_said(&path));
    }
}

fn shows_only_what_is_said(path: &std::path::Path) {
    let bytes = fs::read(path).unwrap();
    for provider in all() {
        for (part_type, part) in provider.manifest().types.iter().filter(|(_, part)| part.file) {
            let shown = emitted(&map(provider, part_type, &bytes));
            let unsaid: Vec<_> = shown.iter().filter(|emit| !part.emits.contains(emit)).collect();
            assert!(unsaid.is_empty(), "{} {part_type}: {unsaid:?}", path.display());
        }
    }
}

#[test]
fn mapping_twice_gives_the_same() {
    for provider in all() {
        let manifest = provider.manifest();
        for part_type in manifest.types.keys() {
            for body in fixtures(manifest.name.as_str(), part_type) {
                assert_eq!(map(provider, part_type, &body), map(provider, part_type, &body), "{part_type}");
            }
        }
    }
}

#[test]
fn tokens_and_callbacks_stay_on_https_hosts_of_the_manifest() {
    for manifest in all().map(Provider::manifest) {
        if let Some(api) = &manifest.api {
            let host = api.base_url.strip_prefix("https://").unwrap().split('/').next().unwrap();
            assert!(manifest.allows_host(host) && !manifest.allows_host("example.com"));
            assert!(!manifest.allows_host(&format!("{host}.example.com")));
        }
        if let Some(oauth) = &manifest.oauth {
            assert!(oauth.authorize_url.starts_with("https://") && oauth.token_url.starts_with("https://"));
            assert!(oauth.refresh_margin_s < oauth.token_life_s);
            assert!(oauth.refresh_life_s.is_none_or(|life| life > oauth.token_life_s));
        }
    }
}

#[test]
fn every_body_key_leads_to_its_type() {
    for manifest in all().map(Provider::manifest) {
        for (name, part) in &manifest.types {
            if let Some(key) = &part.body_key {
                assert_eq!(manifest.find_by_body_key(key).map(|(found, _)| found), Some(name.as_str()));
            }
        }
    }
}
