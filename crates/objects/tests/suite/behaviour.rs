//! What holds wherever objects lie.

use objects::{BucketKeys, InvalidPlace, Objects, testing::Server};
use std::{
    io::{ErrorKind, Read, Write},
    time::Duration,
};
use tempfile::TempDir;
use url::Url;

/// More than two parts of an upload, and no two stretches alike.
pub(crate) fn large(seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()
    };
    (0..1_600_000).flat_map(|_| next()).collect()
}

/// Writes an object to its end.
pub(crate) async fn put(objects: &Objects, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let (objects, name, bytes) = (objects.clone(), name.to_owned(), bytes.to_vec());
    let writing = tokio::task::spawn_blocking(move || {
        let mut writer = objects.create(&name)?;
        for chunk in bytes.chunks(100_000) {
            writer.write_all(chunk)?;
        }
        writer.finish()
    });
    writing.await.unwrap()
}

/// Reads an object as it comes.
pub(crate) async fn get(objects: &Objects, name: &str) -> std::io::Result<Vec<u8>> {
    let (objects, name) = (objects.clone(), name.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        objects.open(&name)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    reading.await.unwrap()
}

async fn sorted(objects: &Objects, under: &str) -> Vec<String> {
    let mut names = objects.list(under).await.unwrap();
    names.sort();
    names
}

async fn behaves(objects: Objects) {
    objects.check().await.unwrap();
    let large = large(7);
    for (name, bytes) in [("d1", &b"hello"[..]), ("d2", &large), ("d3", b""), ("cold/ann/2026.parquet", b"x")] {
        put(&objects, name, bytes).await.unwrap();
        assert!(get(&objects, name).await.unwrap() == bytes, "{name}");
        assert!(objects.read(name).await.unwrap() == bytes, "{name}");
    }
    put(&objects, "d1", b"again").await.unwrap();
    assert_eq!(objects.read("d1").await.unwrap(), b"again");
    assert_eq!(sorted(&objects, "").await, ["cold/ann/2026.parquet", "d1", "d2", "d3"]);
    assert_eq!(sorted(&objects, "cold/ann").await, ["cold/ann/2026.parquet"]);
    assert!(objects.list("cold/an").await.unwrap().is_empty(), "a folder is a whole word");

    assert!(objects.sweep(Duration::from_hours(1)).await.unwrap().is_empty(), "what is young is left out");
    let mut old = objects.sweep(Duration::ZERO).await.unwrap();
    old.sort();
    assert_eq!(old, sorted(&objects, "").await, "what is whole is named and stays");

    for name in old {
        objects.remove(&name).await.unwrap();
        objects.remove(&name).await.unwrap();
        assert_eq!(get(&objects, &name).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(objects.read(&name).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    assert!(objects.list("").await.unwrap().is_empty());
    assert!(objects.create("../d1").is_err() && objects.open("_swept").is_err());
    assert!(objects.remove("a/../b").await.is_err() && objects.list("..").await.is_err());
}

/// An object begun and given up, early and late, is not there.
async fn gives_up(objects: Objects) {
    for size in [10, 300_000, 12_000_000] {
        let (inner, bytes) = (objects.clone(), large(3));
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = inner.create("d1").unwrap();
            writer.write_all(&bytes[..size]).unwrap();
        });
        writing.await.unwrap();
        assert_eq!(get(&objects, "d1").await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    objects.sweep(Duration::ZERO).await.unwrap();
    assert!(objects.list("").await.unwrap().is_empty());
}

fn folder() -> (TempDir, Objects) {
    let folder = tempfile::tempdir().unwrap();
    let url = Url::from_directory_path(folder.path().join("spool")).unwrap();
    (folder, Objects::at(&url, &BucketKeys::default()).unwrap())
}

#[tokio::test]
async fn objects_in_a_folder_are_there_once_finished_and_until_removed() {
    let (kept, objects) = folder();
    behaves(objects.clone()).await;
    gives_up(objects).await;
    let left: Vec<_> = std::fs::read_dir(kept.path().join("spool")).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.is_dir() || path.ends_with("_swept")), "{left:?}");
}

#[tokio::test]
async fn objects_in_a_bucket_are_there_once_finished_and_until_removed() {
    let Some(server) = Server::start() else { return };
    behaves(server.objects("a/prefix")).await;
    gives_up(server.objects("other")).await;
    behaves(server.objects("")).await;
    assert!(server.objects("a").list("").await.unwrap().is_empty());
}

#[tokio::test]
async fn two_prefixes_of_a_bucket_do_not_see_each_other() {
    let Some(server) = Server::start() else { return };
    let (one, other) = (server.objects("one"), server.objects("one-more"));
    put(&one, "d1", b"mine").await.unwrap();
    assert!(other.list("").await.unwrap().is_empty() && other.sweep(Duration::ZERO).await.unwrap().is_empty());
    assert_eq!(sorted(&one, "").await, ["d1"]);
}

#[tokio::test]
async fn keys_that_are_wrong_and_places_that_are_none_are_refused() {
    let (_kept, keys) = (tempfile::tempdir().unwrap(), BucketKeys::default());
    let at = |url: &str| Objects::at(&Url::parse(url).unwrap(), &keys);
    assert!(matches!(at("https://example.com/a"), Err(InvalidPlace::Scheme)));
    assert!(matches!(at("s3:///a"), Err(InvalidPlace::Bucket)));
    let Some(server) = Server::start() else { return };
    let wrong = BucketKeys { access_key_id: "stranger".to_owned(), ..server.keys() };
    let objects = Objects::at(&Url::parse("s3://tests/a").unwrap(), &wrong).unwrap();
    assert!(objects.check().await.is_err());
    assert!(put(&objects, "d1", b"x").await.is_err());
    assert!(!format!("{wrong:?}").contains("secret"), "{wrong:?}");
}
