//! What the cases start from: teams, users, deliveries, events, blocks; every id is another one.

use model::{
    ApiKeyId, BlockClass, ConnectionId, Context, DeveloperId, EndpointId, EventDocument, EventId, EventKind, Facet,
    FetchKind, FetchRequest, PartMeta, Point, ProviderAppId, ProviderName, RunId, SeriesType, Source, Stamp, TeamId,
    Timestamp, UserId, WorkoutDetail, WorkoutDocument, WorkoutFacet, derived_id,
};
use series::{Block, BlockKey, BlockWrite, bucket_of};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::{
    ApiKey, Application, Body, CompletedPart, Connection, ConnectionStatus, Delivery, DeliveryKind, Developer,
    Emission, Endpoint, Erasure, FetchOrder, Lane, Part, PartKey, Session, SessionKind, Store, StoredEvent, Subject,
    SyncEvent, Team, User,
};

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");
pub(crate) const OURA: ProviderName = ProviderName::from_static("oura");

fn uuid() -> uuid::Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    derived_id(&[&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes()])
}

pub(crate) fn hash() -> [u8; 32] {
    let half = *uuid().as_bytes();
    let mut whole = [0; 32];
    whole[..16].copy_from_slice(&half);
    whole
}

pub(crate) fn family() -> [u8; 16] {
    *uuid().as_bytes()
}

pub(crate) fn app_id() -> ProviderAppId {
    ProviderAppId::from_uuid(uuid())
}

pub(crate) fn run_id() -> RunId {
    RunId::from_uuid(uuid())
}

pub(crate) fn event_id() -> EventId {
    EventId::from_uuid(uuid())
}

pub(crate) fn user_id() -> UserId {
    UserId::from_uuid(uuid())
}

pub(crate) fn team_id() -> TeamId {
    TeamId::from_uuid(uuid())
}

/// Some day, at this second.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + second)
}

pub(crate) fn owner(team: TeamId, email: &str) -> Developer {
    Developer {
        id: DeveloperId::from_uuid(uuid()),
        team_id: team,
        email: email.to_owned(),
        first_name: Some("Ada".to_owned()),
        last_name: None,
        role: "owner".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) async fn team(store: &Arc<dyn Store>) -> TeamId {
    let id = team_id();
    let team = Team { id, name: "Team".to_owned(), created_at: at(0) };
    store.create_team(team, owner(id, &format!("{id}@example.org"))).await.unwrap();
    id
}

pub(crate) fn person(team: TeamId) -> User {
    User {
        id: user_id(),
        team_id: team,
        external_user_id: None,
        email: None,
        first_name: None,
        last_name: None,
        time_zone: None,
        created_at: at(0),
        updated_at: at(0),
        last_synced_at: None,
        last_synced_provider: None,
        has_active_connection: false,
    }
}

pub(crate) async fn user(store: &Arc<dyn Store>, team: TeamId) -> UserId {
    let person = person(team);
    let id = person.id;
    store.create_user(person).await.unwrap();
    id
}

/// A user of the team whose work lies in the lane of another one.
pub(crate) async fn user_in_lane(store: &Arc<dyn Store>, team: TeamId, lane: Lane) -> UserId {
    let mut person = person(team);
    while Lane::of_user(person.id) != lane {
        person.id = user_id();
    }
    let id = person.id;
    store.create_user(person).await.unwrap();
    id
}

pub(crate) fn session(developer: &Developer, kind: SessionKind, family: [u8; 16], ends: i64) -> Session {
    Session {
        token_hash: hash(),
        kind,
        family,
        developer_id: developer.id,
        team_id: developer.team_id,
        created_at: at(0),
        expires_at: at(ends),
    }
}

pub(crate) fn api_key(team: TeamId, ends: Option<i64>) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_uuid(uuid()),
        team_id: team,
        hash: hash(),
        masked: "sk-…abcd".to_owned(),
        name: "Key".to_owned(),
        created_by: None,
        created_at: at(0),
        last_used_at: None,
        expires_at: ends.map(at),
    }
}

pub(crate) fn connection(team: TeamId, user: UserId, app: ProviderAppId, account: &str) -> Connection {
    Connection {
        id: ConnectionId::from_uuid(uuid()),
        user_id: user,
        team_id: team,
        app_id: app,
        provider: GARMIN,
        provider_user_id: Some(account.to_owned()),
        provider_username: None,
        access_token: Some(b"access".to_vec()),
        refresh_token: Some(b"refresh".to_vec()),
        token_expires_at: Some(at(86_400)),
        scope: None,
        status: ConnectionStatus::Active,
        created_at: at(0),
        updated_at: at(0),
        last_synced_at: None,
        standing: store::Standing::default(),
    }
}

pub(crate) fn delivery(receipt: i64) -> Delivery {
    Delivery {
        receipt,
        kind: DeliveryKind::Webhook,
        provider: GARMIN,
        app_id: None,
        user_id: None,
        connection_id: None,
        account: None,
        part_type: None,
        meta: PartMeta { file_name: Some("a.fit".to_owned()), ..PartMeta::default() },
        body: Body::Inline(vec![7; 20]),
        size: 100,
        received_at: at(0),
        attempts: 0,
    }
}

/// A part of a user's, or unmatched.
/// Erases all that is left of a user who was deleted; the names of the bodies to remove.
/// An upload of one byte of ten.
pub(crate) fn upload(team: TeamId, user: UserId) -> store::Upload {
    store::Upload {
        user_id: user,
        team_id: team,
        id: model::UploadId::from_uuid(uuid()),
        length: 10,
        kept: 0,
        file_name: None,
        time_zone: None,
        created_at: at(0),
        expires_at: at(999),
        receipt: None,
    }
}

pub(crate) async fn erase_rest(store: &Arc<dyn Store>, user: UserId) -> Vec<String> {
    let mut spooled = Vec::new();
    loop {
        let erasure = Erasure { user_id: user, connection_id: None };
        let step = store.erase_some(erasure, 100, at(0)).await.unwrap();
        spooled.extend(step.spooled);
        if step.is_finished {
            return spooled;
        }
    }
}

pub(crate) fn part(team: TeamId, user: Option<UserId>, receipt: i64, number: u32) -> Part {
    Part {
        lane: user.map_or(Lane::of_bytes(b"account"), Lane::of_user),
        receipt,
        number,
        user_id: user,
        team_id: user.map(|_| team),
        connection_id: None,
        app_id: None,
        account: None,
        provider: GARMIN,
        kind: DeliveryKind::Webhook,
        part_type: "activities".to_owned(),
        meta: PartMeta::default(),
        body: Body::Inline(vec![1, 2, 3]),
        size: 3,
        received_at: at(0),
        attempts: 0,
        quiet: false,
        is_notice: false,
    }
}

pub(crate) fn completed(key: PartKey) -> CompletedPart {
    CompletedPart { key, items: 1, issues: Vec::new(), is_refused: false }
}

/// An application that changes nothing yet.
pub(crate) fn application(team: TeamId, user: UserId) -> Application {
    Application::of(user, team, at(100))
}

pub(crate) fn workout(start: i64, number: i32) -> StoredEvent {
    let mut document = WorkoutDocument::default();
    let facet = WorkoutFacet {
        stamp: Stamp { rank: 0, receipt: 1, part: 0 },
        source: Source::of(GARMIN),
        start: Some(at(start)),
        end: Some(at(start + 60)),
        offset: None,
        detail: WorkoutDetail { distance_m: Some(0.1 + 0.2), ..WorkoutDetail::default() },
        file: None,
    };
    document.file(Facet::Summary, facet);
    StoredEvent {
        id: event_id(),
        kind: EventKind::Workout,
        external_id: format!("x{start}"),
        source: 1,
        number,
        start: at(start),
        end: at(start + 60),
        offset: Some(model::LocalOffset::device(7200)),
        type_code: Some("running".to_owned()),
        revision: 1,
        deleted_at: None,
        created_at: at(start),
        updated_at: at(start),
        ver: 0,
        document: EventDocument::Workout(document),
    }
}

/// A block with one point at each of these seconds, lasting so long.
pub(crate) fn block(context: Context, class: BlockClass, seconds: &[i64], duration_s: i64) -> BlockWrite {
    let points: Vec<Point> = seconds
        .iter()
        .map(|second| Point { start: at(*second), duration_us: duration_s * 1_000_000, value: *second as f64 })
        .collect();
    let key = BlockKey {
        series: SeriesType::HEART_RATE,
        class,
        bucket: bucket_of(class, points[0].start),
        source: 1,
        context,
    };
    let block = Block::from_points(points, Stamp::default(), None).encode(&key);
    BlockWrite { key, expected_ver: None, block }
}

pub(crate) fn emission(event_type: &str) -> Emission {
    Emission {
        event_type: event_type.to_owned(),
        subject: Subject::Event { kind: EventKind::Workout, id: event_id(), revision: 1 },
        historical: false,
        changed: vec!["start".to_owned()],
    }
}

pub(crate) fn endpoint(team: TeamId, filter_types: &[&str], user: Option<UserId>) -> Endpoint {
    Endpoint {
        id: EndpointId::from_uuid(uuid()),
        team_id: team,
        url: "https://example.org/hook".to_owned(),
        description: None,
        filter_types: filter_types.iter().map(|name| (*name).to_owned()).collect(),
        user_id: user,
        secret: vec![1; 32],
        enabled: true,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) fn sync_event(run: RunId, second: i64, status: &str) -> SyncEvent {
    SyncEvent {
        event_id: uuid(),
        run_id: run,
        provider: GARMIN,
        source: "webhook".to_owned(),
        stage: "saving".to_owned(),
        status: status.to_owned(),
        message: Some("kept".to_owned()),
        progress: Some(0.3),
        items_processed: Some(1),
        items_total: None,
        error: None,
        metadata: serde_json::json!({"part": 1}),
        started_at: Some(at(0)),
        ended_at: None,
        timestamp: at(second),
    }
}

pub(crate) fn fetch() -> FetchRequest {
    FetchRequest {
        url: "https://example.org/callback?token=1".to_owned(),
        kind: FetchKind::Summaries { part_type: "activities".to_owned() },
        bearer: true,
        expires_s: Some(3600),
    }
}

pub(crate) fn order(connection_id: ConnectionId, fetch: FetchRequest) -> FetchOrder {
    FetchOrder { connection_id, fetch, noticed_at: at(100) }
}

/// A workout's file, by the address of one notice of it.
pub(crate) fn file_of(workout: &str, url: &str, expires_s: i64) -> FetchRequest {
    let meta = PartMeta { external_id: Some(workout.to_owned()), ..PartMeta::default() };
    let kind = FetchKind::File { meta };
    FetchRequest { url: url.to_owned(), kind, bearer: false, expires_s: Some(expires_s) }
}
