//! The one transaction that changes a user's record, and the reads of events, files and scores.

use crate::given::{
    GARMIN, app_id, application, at, block, completed, connection, emission, fetch, part, run_id, sync_event, team,
    team_id, user, workout,
};
use model::{
    BlockClass, Context, EventKind, FileFormat, ProviderName, ScoreCategory, ScoreId, Source, Stamp, TeamId, UserId,
    derived_id,
};
use std::sync::Arc;
use store::{
    Application, Applied, BlockQuery, EventQuery, Lane, ScoreQuery, Store, StoreError, StoredEvent, StoredFile,
    StoredScore,
};

async fn apply_events(store: &Arc<dyn Store>, team: TeamId, user: UserId, events: Vec<StoredEvent>) -> Applied {
    store.apply(Application { events, ..application(team, user) }).await.unwrap()
}

fn score(user: UserId, receipt: i64, value: f64) -> StoredScore {
    StoredScore {
        id: ScoreId::from_uuid(derived_id(&[b"score", user.as_bytes()])),
        category: ScoreCategory::Sleep,
        source: 1,
        at: at(5),
        offset: None,
        value: Some(value),
        qualifier: Some("good".to_owned()),
        components: Vec::new(),
        stamp: Stamp { rank: 0, receipt, part: 0 },
    }
}

fn file(event: &StoredEvent, received: i64, body: &[u8]) -> StoredFile {
    StoredFile {
        event_id: event.id,
        format: FileFormat::Fit,
        name: "a.fit".to_owned(),
        size: 10,
        body: body.to_vec(),
        received_at: at(received),
    }
}

fn all(kind: EventKind) -> EventQuery {
    EventQuery { kind, from: at(0), to: at(1000), type_code: None, after: None, descending: false, limit: 100 }
}

fn heart_rate(context: Option<Context>) -> BlockQuery {
    BlockQuery {
        series: vec![model::SeriesType::HEART_RATE],
        from: at(-86_400),
        to: at(86_400 * 40),
        source: None,
        context,
    }
}

pub(crate) async fn all_that_an_application_says_is_kept(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
    let waiting = part(team, Some(user), 1, 0);
    store.put_parts(vec![waiting.clone()]).await.unwrap();
    let ride = workout(10, 1);
    let change = Application {
        parts: vec![completed(waiting.key())],
        block_writes: vec![block(Context::workout(1), BlockClass::Hour, &[10, 11], 1)],
        events: vec![ride.clone()],
        aliases: vec![("summary-1".to_owned(), ride.id)],
        scores: vec![score(user, 1, 80.0)],
        files: vec![file(&ride, 1, b"fit")],
        sync_events: vec![sync_event(run_id(), 10, "success")],
        emissions: vec![emission("workout.created")],
        fetches: vec![crate::given::order(link.id, fetch())],
        synced: Some((GARMIN, Some(link.id))),
        ..application(team, user)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    let kept = StoredEvent { ver: 1, ..ride.clone() };
    assert_eq!(store.find_event(user, EventKind::Workout, ride.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(store.find_event(user, EventKind::Sleep, ride.id).await.unwrap(), None);
    let known = store.load_events(user, Vec::new(), vec!["summary-1".to_owned(), "?".to_owned()]).await.unwrap();
    assert_eq!((known.events, known.aliases), (vec![kept], vec![("summary-1".to_owned(), ride.id)]));
    assert_eq!(store.list_files(user, ride.id).await.unwrap(), [file(&ride, 1, b"fit")]);
    assert_eq!(store.list_scores(user, ScoreQuery::span(at(0), at(9), 10)).await.unwrap(), [score(user, 1, 80.0)]);
    assert_eq!(store.list_block_heads(user, heart_rate(None)).await.unwrap().len(), 1);
    let depths = store.queue_depths().await.unwrap();
    assert_eq!((depths.parts_waiting, depths.jobs_waiting, depths.messages_waiting), (0, 1, 0));
    let person = store.load_user(user).await.unwrap().unwrap();
    assert_eq!((person.last_synced_at, person.last_synced_provider), (Some(at(100)), Some(GARMIN)));
    assert_eq!(store.list_connections(user).await.unwrap()[0].last_synced_at, Some(at(100)));
}

pub(crate) async fn a_stale_version_writes_nothing_at_all(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    store.put_endpoint(crate::given::endpoint(team, &[], None)).await.unwrap();
    let ride = workout(10, 1);
    let samples = block(Context::workout(1), BlockClass::Hour, &[10], 0);
    let first =
        Application { events: vec![ride.clone()], block_writes: vec![samples.clone()], ..application(team, user) };
    assert_eq!(store.apply(first).await.unwrap(), Applied::Done);
    let waiting = part(team, Some(user), 1, 0);
    store.put_parts(vec![waiting.clone()]).await.unwrap();
    let fresh = workout(20, 2);
    let everything = Application {
        parts: vec![completed(waiting.key())],
        block_writes: vec![block(Context::SAMPLES, BlockClass::Day, &[20], 0)],
        events: vec![fresh.clone()],
        aliases: vec![("alias".to_owned(), fresh.id)],
        scores: vec![score(user, 1, 80.0)],
        files: vec![file(&fresh, 1, b"fit")],
        sync_events: vec![sync_event(run_id(), 10, "success")],
        emissions: vec![emission("workout.created")],
        synced: Some((GARMIN, None)),
        ..application(team, user)
    };
    let with_block = |write| {
        let mut change = everything.clone();
        change.block_writes.push(write);
        change
    };
    let mut with_event = everything.clone();
    with_event.events.push(ride.clone());
    let mut with_remove = everything.clone();
    with_remove.block_removes = vec![(samples.key, 7)];
    let mut stale = samples.clone();
    stale.expected_ver = Some(9);
    let mut absent = block(Context::workout(5), BlockClass::Hour, &[10], 0);
    absent.expected_ver = Some(1);
    let conflicts = [with_event, with_remove, with_block(samples.clone()), with_block(stale), with_block(absent)];
    for (number, change) in conflicts.into_iter().enumerate() {
        assert_eq!(store.apply(change).await.unwrap(), Applied::Conflict, "{number}");
    }
    assert_eq!(store.find_event(user, EventKind::Workout, fresh.id).await.unwrap(), None);
    assert_eq!(store.list_block_heads(user, heart_rate(None)).await.unwrap().len(), 1);
    assert!(store.load_events(user, vec![fresh.id], vec!["alias".to_owned()]).await.unwrap().aliases.is_empty());
    assert!(store.list_scores(user, ScoreQuery::span(at(0), at(9), 10)).await.unwrap().is_empty());
    assert!(store.list_files(user, fresh.id).await.unwrap().is_empty());
    assert!(store.list_sync_events(user, 10).await.unwrap().is_empty());
    assert_eq!(store.change_bounds(Lane::of_user(user)).await.unwrap(), (1, 0));
    assert_eq!(store.next_message_at().await.unwrap(), None);
    assert_eq!(store.queue_depths().await.unwrap().parts_waiting, 1);
    assert_eq!(store.load_user(user).await.unwrap().unwrap().last_synced_at, None);
    // at the right version all of it goes
    let mut right = everything;
    right.events.push(StoredEvent { ver: 1, ..ride });
    assert_eq!(store.apply(right).await.unwrap(), Applied::Done);
}

pub(crate) async fn nothing_is_applied_to_a_user_who_is_gone_or_anothers(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    for (team, user) in [(team_id(), user), (team, crate::given::user_id())] {
        let refused = store.apply(Application { events: vec![workout(1, 1)], ..application(team, user) }).await;
        assert!(matches!(refused, Err(StoreError::NotFound("user"))), "{refused:?}");
        assert_eq!(store.count_events(user, all(EventKind::Workout)).await.unwrap(), 0);
    }
}

pub(crate) async fn events_are_paged_both_ways_also_where_starts_are_equal(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, two) = (user(&store, team).await, user(&store, team).await);
    let mut events: Vec<StoredEvent> =
        [5, 7, 7, 7, 7, 9, 30].into_iter().zip(1..).map(|(s, n)| workout(s, n)).collect();
    events[6].type_code = Some("cycling".to_owned());
    assert_eq!(apply_events(&store, team, one, events.clone()).await, Applied::Done);
    events.sort_by_key(|event| (event.start, event.id));
    let wanted: Vec<_> = events.iter().map(|event| event.id).collect();
    for descending in [false, true] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let query = EventQuery { after, descending, limit: 2, ..all(EventKind::Workout) };
            let page = store.list_events(one, query).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.start, last.id));
            seen.extend(page.iter().map(|event| event.id));
        }
        if descending {
            seen.reverse();
        }
        assert_eq!(seen, wanted, "descending: {descending}");
    }
    let count = async |query| store.count_events(one, query).await.unwrap();
    assert_eq!(count(EventQuery { limit: 1, ..all(EventKind::Workout) }).await, 7);
    assert_eq!(count(EventQuery { from: at(7), to: at(9), ..all(EventKind::Workout) }).await, 4);
    assert_eq!(count(EventQuery { type_code: Some("cycling".to_owned()), ..all(EventKind::Workout) }).await, 1);
    let cycling = EventQuery {
        type_code: Some("cycling".to_owned()),
        after: Some((at(7), wanted[1])),
        ..all(EventKind::Workout)
    };
    assert_eq!(store.list_events(one, cycling).await.unwrap().len(), 1);
    assert_eq!(count(all(EventKind::Sleep)).await, 0);
    assert!(store.list_events(two, all(EventKind::Workout)).await.unwrap().is_empty());
}

pub(crate) async fn an_event_keeps_its_number(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, two) = (user(&store, team).await, user(&store, team).await);
    let ids: Vec<_> = (0..3).map(|_| crate::given::event_id()).collect();
    assert_eq!(store.ensure_event_numbers(one, vec![ids[0], ids[1], ids[0]]).await.unwrap(), [1, 2, 1]);
    assert_eq!(store.ensure_event_numbers(one, vec![ids[2], ids[1]]).await.unwrap(), [3, 2]);
    assert_eq!(store.ensure_event_numbers(two, vec![ids[2]]).await.unwrap(), [1]);
    let nobody = store.ensure_event_numbers(crate::given::user_id(), ids).await;
    assert!(matches!(nobody, Err(StoreError::NotFound("user"))));
}

pub(crate) async fn a_deleted_event_leaves_a_tombstone_and_nothing_brings_it_back(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let (gone, stays) = (workout(10, 1), workout(20, 2));
    let samples = block(Context::workout(1), BlockClass::Hour, &[10, 11], 1);
    let change = Application {
        events: vec![gone.clone(), stays.clone()],
        block_writes: vec![
            samples.clone(),
            block(Context::workout(2), BlockClass::Hour, &[20], 1),
            block(Context::SAMPLES, BlockClass::Day, &[10], 1),
        ],
        files: vec![file(&gone, 1, b"fit"), file(&stays, 1, b"fit")],
        aliases: vec![("alias".to_owned(), gone.id)],
        ..application(team, user)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    assert!(!store.delete_event(user, EventKind::Sleep, gone.id, at(50)).await.unwrap());
    assert!(store.delete_event(user, EventKind::Workout, gone.id, at(50)).await.unwrap());
    assert!(!store.delete_event(user, EventKind::Workout, gone.id, at(51)).await.unwrap());
    assert_eq!(store.find_event(user, EventKind::Workout, gone.id).await.unwrap(), None);
    assert_eq!(store.count_events(user, all(EventKind::Workout)).await.unwrap(), 1);
    assert_eq!(store.list_events(user, all(EventKind::Workout)).await.unwrap()[0].id, stays.id);
    let tombstone = store.load_events(user, Vec::new(), vec!["alias".to_owned()]).await.unwrap().events.remove(0);
    assert_eq!((tombstone.deleted_at, tombstone.ver), (Some(at(50)), 2));
    let model::EventDocument::Workout(left) = &tombstone.document else { panic!("{tombstone:?}") };
    assert_eq!(left.view().and_then(|view| view.detail.distance_m), None, "a tombstone holds no values");
    let contexts = async || {
        let heads = store.list_block_heads(user, heart_rate(None)).await.unwrap();
        heads.into_iter().map(|head| head.key.context).collect::<Vec<_>>()
    };
    let left = [Context::SAMPLES, Context::workout(2)];
    assert_eq!(contexts().await, left);
    // a delivery that was being applied meanwhile
    let late = Application {
        block_writes: vec![samples],
        files: vec![file(&gone, 60, b"fit")],
        events: vec![StoredEvent { document: gone.document.clone(), ..tombstone }],
        ..application(team, user)
    };
    assert_eq!(store.apply(late).await.unwrap(), Applied::Done);
    assert_eq!(contexts().await, left);
    assert!(store.list_files(user, gone.id).await.unwrap().is_empty());
    assert_eq!(store.list_files(user, stays.id).await.unwrap().len(), 1);
    let kept = store.load_events(user, vec![gone.id], Vec::new()).await.unwrap().events.remove(0);
    let model::EventDocument::Workout(left) = &kept.document else { panic!("{kept:?}") };
    assert_eq!(left.view().and_then(|view| view.detail.distance_m), None);
}

pub(crate) async fn the_latest_file_and_the_highest_score_stand(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let user = user(&store, team).await;
    let ride = workout(10, 1);
    for (receipt, bytes) in [(5, b"b"), (4, b"a"), (6, b"c"), (1, b"d")] {
        let change = Application {
            files: vec![file(&ride, receipt, bytes)],
            scores: vec![score(user, receipt, receipt as f64)],
            ..application(team, user)
        };
        assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    }
    assert_eq!(store.list_files(user, ride.id).await.unwrap(), [file(&ride, 6, b"c")]);
    assert_eq!(store.list_scores(user, ScoreQuery::span(at(5), at(6), 10)).await.unwrap(), [score(user, 6, 6.0)]);
    assert!(store.list_scores(user, ScoreQuery::span(at(6), at(9), 10)).await.unwrap().is_empty());
    let ranked = StoredScore { stamp: Stamp { rank: 1, receipt: 0, part: 0 }, ..score(user, 0, 50.0) };
    store.apply(Application { scores: vec![ranked.clone()], ..application(team, user) }).await.unwrap();
    store.apply(Application { scores: vec![score(user, 99, 1.0)], ..application(team, user) }).await.unwrap();
    assert_eq!(store.list_scores(user, ScoreQuery::span(at(5), at(6), 10)).await.unwrap(), [ranked]);
}

pub(crate) async fn scores_are_listed_latest_first_by_category_provider_and_page(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let (one, other) = (user(&store, team).await, user(&store, team).await);
    let whoop = Source::of(ProviderName::from_static("whoop"));
    let sources = vec![Source::of(GARMIN), Source { device: Some("ring".to_owned()), ..whoop.clone() }, whoop];
    assert_eq!(store.ensure_sources(one, sources, at(0)).await.unwrap(), [1, 2, 3]);
    // from source 1 a night and a stress an instant, from the two of the other provider one recovery each
    let of = |second: i64, category: ScoreCategory, source| StoredScore {
        id: ScoreId::from_uuid(derived_id(&[b"score", &second.to_be_bytes(), category.as_str().as_bytes()])),
        category,
        source,
        at: at(second),
        ..score(one, second, second as f64)
    };
    let mut scores: Vec<StoredScore> = (1..=5)
        .flat_map(|second| [of(second, ScoreCategory::Sleep, 1), of(second, ScoreCategory::Stress, 1)])
        .collect();
    scores.extend([of(6, ScoreCategory::Recovery, 2), of(7, ScoreCategory::Recovery, 3)]);
    store.apply(Application { scores, ..application(team, one) }).await.unwrap();
    store.apply(Application { scores: vec![score(other, 1, 1.0)], ..application(team, other) }).await.unwrap();

    let all = ScoreQuery::span(at(0), at(1000), 100);
    let whole = store.list_scores(one, all.clone()).await.unwrap();
    assert_eq!((whole.len(), store.count_scores(one, all.clone()).await.unwrap()), (12, 12));
    assert!(whole.is_sorted_by_key(|score| (std::cmp::Reverse(score.at), *score.id.as_bytes())));
    let mut paged = Vec::new();
    for offset in [0, 5, 10, 15] {
        paged.extend(store.list_scores(one, ScoreQuery { offset, limit: 5, ..all.clone() }).await.unwrap());
    }
    assert_eq!(paged, whole);
    assert_eq!(store.list_scores(one, ScoreQuery { offset: u64::MAX, ..all.clone() }).await.unwrap(), []);

    let seconds = async |query: ScoreQuery| {
        let found = store.list_scores(one, query.clone()).await.unwrap();
        assert_eq!(store.count_scores(one, query).await.unwrap(), found.len() as u64);
        found.iter().map(|score| score.at.as_seconds() - at(0).as_seconds()).collect::<Vec<_>>()
    };
    let stress = ScoreQuery { category: Some(ScoreCategory::Stress), ..all.clone() };
    assert_eq!(seconds(ScoreQuery { from: at(2), to: at(5), ..stress.clone() }).await, [4, 3, 2]);
    let of_provider = |name: &'static str| Some(ProviderName::from_static(name));
    assert_eq!(seconds(ScoreQuery { provider: of_provider("whoop"), ..all.clone() }).await, [7, 6]);
    assert_eq!(seconds(ScoreQuery { provider: of_provider("whoop"), ..stress.clone() }).await, [0; 0]);
    assert_eq!(seconds(ScoreQuery { provider: of_provider("garmin"), ..stress }).await, [5, 4, 3, 2, 1]);
    assert_eq!(seconds(ScoreQuery { provider: of_provider("oura"), ..all.clone() }).await, [0; 0]);
    // a span that ends before it begins holds nothing
    assert_eq!(seconds(ScoreQuery { from: at(9), to: at(1), ..all }).await, [0; 0]);
}
