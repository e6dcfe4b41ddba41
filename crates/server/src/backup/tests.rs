//! A backup and its restore over a real store and real files.

use super::{Origin, Source, manifest::Manifest, restore, take};
use model::{Clock, PartMeta, ProviderName, Rng, TeamId, Timestamp, UserId};
use seal::{Keyring, MasterKey};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{
    Accounts, Body, ColdObjects, Delivery, DeliveryKind, Developer, ERASURE_LOG, ErasureLog, Inbox, SqlStore, Store,
    Team, User, Users,
};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

struct Place {
    folder: TempDir,
    keyring: Arc<Keyring>,
    rng: Rng,
}

fn keyring(seed: u64) -> Arc<Keyring> {
    Arc::new(Keyring::new(MasterKey::generate(&Rng::seeded(seed)), Vec::new()))
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), keyring: keyring(1), rng: Rng::seeded(2) };
        fs::create_dir_all(place.data("first").join("spool")).unwrap();
        place
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn shelf(&self) -> PathBuf {
        self.folder.path().join("shelf")
    }

    fn store(&self, name: &str) -> SqlStore {
        SqlStore::open_embedded(&self.data(name).join("wearhouse.db"), Clock::fixed(NOW)).unwrap()
    }

    fn back_up(&self) -> anyhow::Result<PathBuf> {
        let data_dir = self.data("first");
        let origin = Origin {
            store: data_dir.join("wearhouse.db"),
            spool: Some(data_dir.join("spool")),
            data_dir,
            keyring: Arc::clone(&self.keyring),
            clock: Clock::fixed(NOW),
            rng: self.rng.clone(),
        };
        Ok(take(&origin, &self.shelf(), |_, _| {})?.path)
    }

    async fn restore(&self, backup: &Path, name: &str, keyring: &Keyring) -> anyhow::Result<usize> {
        let (data_dir, logs) = (self.data(name), []);
        fs::create_dir_all(&data_dir).unwrap();
        let source = Source { backup, erasure_logs: &logs, without_log: false };
        Ok(restore(&data_dir, &source, keyring, &Clock::fixed(NOW)).await?.erased_again)
    }

    /// A user with a spooled body.
    async fn add_user(&self, store: &SqlStore, receipt: i64) -> (TeamId, UserId) {
        let (clock, rng) = (Clock::fixed(NOW), &self.rng);
        let team = Team { id: TeamId::generate(&clock, rng), name: "Team".to_owned(), created_at: NOW };
        let owner = Developer {
            id: model::DeveloperId::generate(&clock, rng),
            team_id: team.id,
            email: format!("{receipt}@example.com"),
            first_name: None,
            last_name: None,
            role: "owner".to_owned(),
            password_hash: String::new(),
            created_at: NOW,
            updated_at: NOW,
        };
        let team_id = team.id;
        store.create_team(team, owner).await.unwrap();
        let user = User {
            id: UserId::generate(&clock, rng),
            team_id,
            external_user_id: None,
            email: None,
            first_name: None,
            last_name: None,
            time_zone: None,
            created_at: NOW,
            updated_at: NOW,
            last_synced_at: None,
            last_synced_provider: None,
            has_active_connection: false,
        };
        let user_id = user.id;
        store.create_user(user).await.unwrap();
        let name = format!("d{receipt}");
        fs::write(self.data("first").join("spool").join(&name), format!("body {receipt}")).unwrap();
        let delivery = Delivery {
            receipt,
            kind: DeliveryKind::Upload,
            provider: ProviderName::from_static("file"),
            app_id: None,
            user_id: Some(user_id),
            connection_id: None,
            account: None,
            part_type: None,
            meta: PartMeta::default(),
            body: Body::Spooled(name),
            size: 6,
            received_at: NOW,
            attempts: 0,
        };
        store.accept(delivery).await.unwrap();
        (team_id, user_id)
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_after_a_backup_is_erased_again_and_its_body_goes() {
    let place = Place::new();
    let store = place.store("first");
    let (team, gone) = place.add_user(&store, 1).await;
    let (_, stays) = place.add_user(&store, 2).await;
    store.begin_cold(team, gone, ProviderName::from_static("garmin"), 600, NOW).await.unwrap();
    fs::write(place.data("first").join("garmin.webhook-secret"), "wh-secret").unwrap();
    fs::write(place.data("first").join("spool").join("d9"), "nothing refers to it").unwrap();
    let backup = place.back_up().unwrap();
    assert_eq!(names(&backup.join("spool")), ["d1", "d2"], "only what is referred to");
    assert_eq!(names(&place.data("first")).iter().filter(|name| name.contains("backup.links")).count(), 0);
    assert!(!fs::read_to_string(backup.join("manifest.json")).unwrap().contains("wh-secret"));
    store.delete_user(team, gone).await.unwrap();
    // the log beside the backup does not know of it yet: that beside the store does
    fs::create_dir_all(place.data("second")).unwrap();
    fs::copy(place.data("first").join(ERASURE_LOG), place.data("second").join(ERASURE_LOG)).unwrap();
    assert_eq!(place.restore(&backup, "second", &place.keyring).await.unwrap(), 1);
    let second = place.store("second");
    assert!(second.load_user(gone).await.unwrap().is_none());
    assert!(second.load_user(stays).await.unwrap().is_some());
    assert_eq!(second.queue_depths().await.unwrap().deliveries_waiting, 1);
    // objects of old samples lie elsewhere: the server removes them where it serves
    assert_eq!(second.list_cold_gone(NOW, 9).await.unwrap(), [format!("{team}/{gone}/")]);
    assert_eq!(names(&place.data("second").join("spool")), ["d2"]);
    assert_eq!(fs::read_to_string(place.data("second").join("spool/d2")).unwrap(), "body 2");
    assert_eq!(fs::read_to_string(place.data("second").join("garmin.webhook-secret")).unwrap(), "wh-secret");
    second.close().await;
    // a store that knows of the erasure already is not erased again
    let first = place.store("first");
    let (_, late) = place.add_user(&first, 3).await;
    fs::remove_dir_all(&backup).unwrap();
    let backup = place.back_up().unwrap();
    assert_eq!(ErasureLog::at(place.shelf().join(ERASURE_LOG)).read().unwrap().erased.len(), 1);
    assert_eq!(place.restore(&backup, "third", &place.keyring).await.unwrap(), 0);
    assert!(place.store("third").load_user(late).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_changed_or_is_anothers_is_refused_and_nothing_is_put_in_place() {
    let place = Place::new();
    let store = place.store("first");
    place.add_user(&store, 1).await;
    let backup = place.back_up().unwrap();
    let refused = async |why: &str, keyring: &Keyring| {
        let error = format!("{:#}", place.restore(&backup, "second", keyring).await.unwrap_err());
        assert!(error.contains(why), "{error}");
        assert!(!place.data("second").join("wearhouse.db").exists());
    };
    refused("the master key is not the one", &keyring(7)).await;
    for file in ["wearhouse.db", "spool/d1"] {
        let path = backup.join(file);
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&path, changed).unwrap();
        refused("is not what the manifest says", &place.keyring).await;
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        refused("is not what the manifest says", &place.keyring).await;
        fs::write(&path, whole).unwrap();
    }
    fs::rename(place.shelf().join(ERASURE_LOG), place.shelf().join("elsewhere")).unwrap();
    refused("--without-erasures", &place.keyring).await;
    fs::rename(place.shelf().join("elsewhere"), place.shelf().join(ERASURE_LOG)).unwrap();
    let manifest = fs::read_to_string(backup.join("manifest.json")).unwrap();
    fs::write(backup.join("manifest.json"), manifest.replace("\"d1\"", "\"../d1\"")).unwrap();
    refused("no file of a backup", &place.keyring).await;
    fs::write(backup.join("manifest.json"), manifest.replace("\"format\": 1", "\"format\": 2")).unwrap();
    refused("use a newer program", &place.keyring).await;
    fs::write(backup.join("manifest.json"), manifest).unwrap();
    fs::write(place.data("second").join("wearhouse.db-wal"), "left behind").unwrap();
    refused("nothing is overwritten", &place.keyring).await;
    fs::remove_file(place.data("second").join("wearhouse.db-wal")).unwrap();
    place.restore(&backup, "second", &place.keyring).await.unwrap();
    assert!(!names(&place.data("second")).contains(&"restore.unfinished".to_owned()));
    let again = place.restore(&backup, "second", &place.keyring).await;
    assert!(again.unwrap_err().to_string().contains("nothing is overwritten"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_a_body_that_the_store_refers_to_is_none() {
    let place = Place::new();
    let store = place.store("first");
    place.add_user(&store, 1).await;
    fs::remove_file(place.data("first").join("spool/d1")).unwrap();
    assert!(place.back_up().unwrap_err().to_string().contains("spooled body"));
    assert!(super::newest(&place.shelf()).unwrap().is_none());
    fs::write(place.data("first").join("spool/d1"), "back").unwrap();
    let path = place.back_up().unwrap();
    assert_eq!(super::newest(&place.shelf()).unwrap(), Some((path.clone(), NOW)));
    assert_eq!(names(&place.shelf()).len(), 2, "what was begun is gone: the log and the backup stay");
    assert_eq!(Manifest::read(&path).unwrap().spool.len(), 1);
}
