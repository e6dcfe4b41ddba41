//! Names of records: written with their versions, found by their provider, and gone with their user.

use crate::given::{GARMIN, application, at, block, erase_rest, team, user};
use model::{BlockClass, Context, Point, ProviderName, RecordName, SeriesType, Source, Stamp};
use std::sync::Arc;
use store::{Application, Applied, NameChanges, RecordDeletion, ShadowedRecord, Store};

const OTHER: ProviderName = ProviderName::from_static("apple");

fn name(id: &str) -> RecordName {
    RecordName::of(id)
}

/// A block of source 1 in which two records are named.
fn named(expected_ver: Option<i64>) -> NameChanges {
    let like = block(Context::SAMPLES, BlockClass::Day, &[60, 120], 1);
    let points = ["a", "b"].iter().zip([60, 120]).map(|(id, second)| Point::at(at(second), name(id).as_value()));
    let stamp = Stamp { rank: 0, receipt: 7, part: 0 };
    let block = series::Block::from_points(points.collect(), stamp, None).encode(&like.key);
    NameChanges { writes: vec![series::BlockWrite { key: like.key, expected_ver, block }], ..NameChanges::default() }
}

fn shadowed(id: &str, receipt: i64, value: f64) -> ShadowedRecord {
    ShadowedRecord {
        series: SeriesType::HEART_RATE,
        source: 1,
        context: Context::SAMPLES,
        point: Point::at(at(60), value),
        offset: None,
        stamp: Stamp { rank: 0, receipt, part: 0 },
        name: name(id),
    }
}

/// A row of each kind.
pub(crate) fn of_every_kind() -> NameChanges {
    let deletions = vec![RecordDeletion { provider: GARMIN, name: name("x"), receipt: 1 }];
    NameChanges { deletions, shadowed: vec![shadowed("a", 5, 50.0)], ..named(None) }
}

pub(crate) async fn names_are_found_by_their_provider_and_written_at_their_version(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    assert_eq!(store.ensure_sources(user, vec![Source::of(GARMIN)], at(0)).await.unwrap(), [1]);
    let put = async |names| store.apply(Application { names, ..application(team, user) }).await.unwrap();
    assert_eq!(put(named(None)).await, Applied::Done);
    assert_eq!(put(named(None)).await, Applied::Conflict);
    assert_eq!(put(named(Some(1))).await, Applied::Done);
    assert_eq!(put(named(Some(1))).await, Applied::Conflict);
    let find = async |provider, id| store.find_names(user, provider, vec![name(id), name("x")]).await.unwrap().len();
    assert_eq!((find(GARMIN, "b").await, find(GARMIN, "c").await, find(OTHER, "b").await), (1, 0, 0));
    let key = named(None).writes[0].key;
    let removal = NameChanges { removes: vec![(key, 2)], ..NameChanges::default() };
    assert_eq!(put(removal.clone()).await, Applied::Done);
    assert_eq!(put(removal).await, Applied::Conflict);
    assert_eq!(find(GARMIN, "b").await, 0);
}

pub(crate) async fn the_latest_deletion_and_the_highest_shadow_stand(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (user, other) = (user(&store, team).await, user(&store, team).await);
    store.ensure_sources(user, vec![Source::of(GARMIN)], at(0)).await.unwrap();
    let deletion = |receipt| RecordDeletion { provider: GARMIN, name: name("a"), receipt };
    for (receipt, value) in [(5, 50.0), (9, 90.0), (7, 70.0)] {
        let shadowed = vec![shadowed("a", receipt, value)];
        let names = NameChanges { deletions: vec![deletion(receipt)], shadowed, ..NameChanges::default() };
        store.apply(Application { names, ..application(team, user) }).await.unwrap();
    }
    let of = async |user, provider| store.find_deletions(user, provider, vec![name("a"), name("b")]).await.unwrap();
    assert_eq!(of(user, GARMIN).await.into_iter().collect::<Vec<_>>(), [(name("a"), 9)]);
    assert!(of(user, OTHER).await.is_empty() && of(other, GARMIN).await.is_empty());
    assert_eq!(store.list_shadowed(user, GARMIN).await.unwrap(), [shadowed("a", 9, 90.0)]);
    assert_eq!(store.list_shadowed(user, OTHER).await.unwrap(), []);
}

pub(crate) async fn names_go_when_they_are_old_and_with_their_user(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    store.ensure_sources(user, vec![Source::of(GARMIN)], at(0)).await.unwrap();
    let names = of_every_kind();
    store.apply(Application { names: names.clone(), ..application(team, user) }).await.unwrap();
    assert_eq!(store.delete_old_names(user, at(60)).await.unwrap(), 0);
    assert_eq!(store.delete_old_names(user, at(1_000)).await.unwrap(), 2);
    store.apply(Application { names, ..application(team, user) }).await.unwrap();
    let report = store.delete_user(team, user).await.unwrap();
    erase_rest(&store, user).await;
    let report = store.find_erasure_report(team, report.at, user).await.unwrap().unwrap();
    let counted = ["record_names", "record_deletions", "shadowed_records"].map(|kind| report.counts.get(kind).copied());
    assert_eq!(counted, [Some(1); 3]);
    assert!(store.find_deletions(user, GARMIN, vec![name("x")]).await.unwrap().is_empty());
}
