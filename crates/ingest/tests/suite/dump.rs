//! Everything kept of a user, told by its content: stamps, versions and revisions left out, numbers
//! replaced by what they stand for. Two stores that hold the same are dumped the same.

use crate::world::World;
use model::{Context, EventDocument, EventKind, SERIES, SeriesType, Timestamp, UserId};
use std::collections::{BTreeMap, BTreeSet};
use store::{BlockQuery, EventQuery, StoredBlock, StoredEvent};

const KINDS: &[EventKind] = EventKind::ALL;

#[derive(Debug, PartialEq)]
pub(crate) struct Dump {
    pub(crate) events: BTreeMap<String, String>,
    /// By series, source, context and slot: the value and its offset.
    pub(crate) points: BTreeMap<(String, String, String, Timestamp, i64), String>,
    pub(crate) scores: BTreeSet<String>,
    pub(crate) files: BTreeSet<String>,
}

impl Dump {
    /// How many points a series has in a context.
    pub(crate) fn count(&self, series: SeriesType, context: &str) -> usize {
        self.points.keys().filter(|key| key.0 == series.as_str() && key.2.starts_with(context)).count()
    }
}

pub(crate) async fn events(world: &World, user: UserId) -> Vec<StoredEvent> {
    let mut all = Vec::new();
    for kind in KINDS.iter().copied() {
        let query = EventQuery {
            kind,
            from: Timestamp::from_seconds(-1_000_000_000),
            to: Timestamp::MAX,
            type_code: None,
            after: None,
            descending: false,
            limit: 100_000,
        };
        all.extend(world.store.list_events(user, query).await.unwrap());
    }
    all
}

pub(crate) async fn blocks(world: &World, user: UserId) -> Vec<StoredBlock> {
    let query = BlockQuery {
        series: SERIES.iter().map(|spec| SeriesType::find(spec.code).unwrap()).collect(),
        from: Timestamp::from_seconds(0),
        to: Timestamp::from_seconds(4_000_000_000),
        source: None,
        context: None,
    };
    let heads = world.store.list_block_heads(user, query).await.unwrap();
    let keys = heads.iter().map(|head| head.key).collect();
    world.store.load_blocks(user, keys).await.unwrap()
}

/// The versions of all blocks: what a write changes even where content stays.
pub(crate) async fn versions(world: &World, user: UserId) -> Vec<(series::BlockKey, i64)> {
    blocks(world, user).await.into_iter().map(|block| (block.key, block.ver)).collect()
}

fn unstamped<D: model::Detail + std::fmt::Debug>(document: &model::Revised<D>) -> String {
    format!("{:?}", model::Revised { stamp: model::Stamp::default(), ..document.clone() })
}

fn shown(event: &StoredEvent) -> String {
    match &event.document {
        EventDocument::Workout(document) => format!("{:?}", document.view()),
        EventDocument::Sleep(sleep) => unstamped(sleep),
        EventDocument::Daily(daily) => {
            let mut daily = daily.clone();
            daily.stamp = model::Stamp::default();
            format!("{daily:?}")
        }
        EventDocument::Activity(span) => unstamped(span),
        EventDocument::MenstrualCycle(cycle) => unstamped(cycle),
        EventDocument::HealthSnapshot(snapshot) => unstamped(snapshot),
    }
}

pub(crate) async fn dump(world: &World, user: UserId) -> Dump {
    let sources = world.store.list_sources(user).await.unwrap();
    let source = |number: i32| {
        let found = sources.iter().find(|source| source.number == number);
        found.map_or_else(|| format!("unknown {number}"), |source| source.source.identity())
    };
    let mut dump =
        Dump { events: BTreeMap::new(), points: BTreeMap::new(), scores: BTreeSet::new(), files: BTreeSet::new() };
    let mut contexts: BTreeMap<Context, String> =
        BTreeMap::from([(Context::SAMPLES, "samples".to_owned()), (Context::DAILY, "daily".to_owned())]);
    for event in events(world, user).await {
        if event.kind == EventKind::Workout {
            contexts.insert(Context::workout(event.number), format!("workout {}", event.external_id));
        }
        for file in world.store.list_files(user, event.id).await.unwrap() {
            dump.files.insert(format!("{} {} {} {}", event.external_id, file.format, file.name, file.size));
        }
        let text = format!(
            "{} {} {:?} {:?} {} {}",
            event.start,
            event.end,
            event.offset,
            event.type_code,
            source(event.source),
            shown(&event)
        );
        let known = dump.events.insert(format!("{} {}", event.kind, event.external_id), text);
        assert!(known.is_none(), "{} is there twice", event.external_id);
    }
    for block in blocks(world, user).await {
        let decoded = series::Block::decode(&block.data).unwrap();
        for (index, point) in decoded.points().iter().enumerate() {
            let context = contexts.get(&block.key.context).cloned();
            let key = (
                block.key.series.as_str().to_owned(),
                source(block.key.source),
                context.unwrap_or_else(|| format!("nobody's {:?}", block.key.context)),
                point.start,
                point.duration_us,
            );
            let known = dump.points.insert(key, format!("{:?} {:?}", point.value, decoded.offset_at(index)));
            assert!(known.is_none(), "a slot is there twice");
        }
    }
    for score in world
        .store
        .list_scores(user, store::ScoreQuery::span(Timestamp::from_seconds(0), Timestamp::MAX, 100_000))
        .await
        .unwrap()
    {
        dump.scores.insert(format!(
            "{} {} {} {:?} {:?} {:?} {:?}",
            score.category,
            source(score.source),
            score.at,
            score.offset,
            score.value,
            score.qualifier,
            score.components
        ));
    }
    dump
}
