//! Calls that notifications asked for: whom they reach, what they carry, how they end.

use crate::{
    provider::TOKEN,
    world::{World, file, summaries, until},
};
use model::{FetchKind, FetchRequest, PartMeta, UserId};
use std::time::Duration;
use store::{Connection, ConnectionStatus, DeliveryKind, EndReason};

const DATA: &str = "/wellness-api/rest/activities";
const FILE: &str = "/wellness-api/rest/activityFile";

#[tokio::test(flavor = "multi_thread")]
async fn summaries_are_fetched_as_given_with_the_users_token() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 200, r#"[{"summaryId": "a"}]"#);
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?uploadStart=1&token=x%2Fy")))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    let asked = world.provider.asked(DATA);
    assert_eq!((asked.len(), asked[0].query.as_str()), (1, "uploadStart=1&token=x%2Fy"));
    assert_eq!(asked[0].bearer().as_deref(), Some("access-1"));
    let deliveries = world.deliveries().await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!((deliveries[0].kind, deliveries[0].size), (DeliveryKind::Pulled, 20));
    assert_eq!(deliveries[0].part_type.as_deref(), Some("activities"));
    assert_eq!((deliveries[0].app_id, &deliveries[0].account), (Some(connection.app_id), &connection.provider_user_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_fetched_without_the_token_and_what_was_had_is_a_visible_end() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.once(FILE, 200, "FIT bytes");
    world.provider.always(FILE, 410, r#"{"errorMessage": "gone"}"#);
    let running = world.run();
    world.add_job(connection.id, file(world.provider.url(&format!("{FILE}?id=1&token=t")))).await;
    world.until_jobs(0, 0).await;
    // another workout's notice with an address that was used
    let mut used = file(world.provider.url(&format!("{FILE}?id=1&token=t")));
    used.kind = FetchKind::File { meta: PartMeta { external_id: Some("workout-2".to_owned()), ..PartMeta::default() } };
    world.add_job(connection.id, used).await;
    world.until_jobs(0, 1).await;
    running.stop().await;
    assert!(world.provider.asked(FILE).iter().all(|asked| asked.bearer().is_none()));
    let deliveries = world.deliveries().await;
    assert_eq!((deliveries.len(), deliveries[0].kind), (1, DeliveryKind::File));
    assert_eq!(deliveries[0].part_type.as_deref(), Some("activityFiles"));
    assert_eq!(deliveries[0].meta.external_id.as_deref(), Some("workout-1"));
    let event = world.latest_event().await;
    assert_eq!((event.stage.as_str(), event.status.as_str()), ("failed", "failed"));
    assert_eq!(event.error.as_deref(), Some("status 410: already downloaded or expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    let stranger = crate::provider::Provider::start().await;
    let port = stranger.origin.rsplit(':').next().unwrap().to_owned();
    let running = world.run();
    let urls = [
        stranger.url(DATA),
        format!("http://localhost:{port}{DATA}"),
        format!("{}@127.0.0.1:{port}{DATA}", world.provider.origin),
        "https://apis.garmin.com/wellness-api/rest/activities".to_owned(),
        "http://169.254.169.254/latest".to_owned(),
        "file:///etc/passwd".to_owned(),
        "nonsense".to_owned(),
    ];
    let count = urls.len() as u64;
    for url in urls {
        world.add_job(connection.id, summaries(url)).await;
    }
    world.until_jobs(0, count).await;
    running.stop().await;
    assert!(!stranger.asked_anything());
    assert!(world.provider.asked(DATA).is_empty());
    let events = world.store.list_sync_events(world.user, 100).await.unwrap();
    assert_eq!(events.len() as u64, count);
    assert!(events.iter().all(|(_, event)| event.error.as_deref().unwrap().starts_with("refused: ")), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_provider_is_asked_again_when_it_wants() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.once_asking(DATA, 429, "retry-after", "900");
    world.provider.once(DATA, 502, "");
    world.provider.always(DATA, 200, "[]");
    world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
    for (tries, wait) in [(1, 900), (2, 40)] {
        let running = world.run();
        until(async || world.provider.asked(DATA).len() == tries).await;
        running.stop().await;
        if tries == 1 {
            let early = world.clock.now().plus_seconds(899);
            assert!(world.store.claim_jobs(early, early, 10).await.unwrap().is_empty());
        }
        world.clock.advance(Duration::from_secs(wait));
    }
    let running = world.run();
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.provider.asked(DATA).len(), 3);
    assert_eq!(world.deliveries().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_later_is_given_up_at_once() {
    for (status, reason) in [(404, "status 404"), (302, "302")] {
        let world = World::new().await;
        let connection = world.connect(world.user).await;
        world.provider.always(DATA, status, "");
        let running = world.run();
        world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
        world.until_jobs(0, 1).await;
        running.stop().await;
        assert!(world.latest_event().await.error.unwrap().contains(reason), "{status}");
        assert_eq!(world.provider.asked(DATA).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_stops_its_type_alone_until_permissions_change() {
    const NIGHTS: &str = "/wellness-api/rest/sleeps";
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 412, "");
    world.provider.always(NIGHTS, 200, "[]");
    let nights =
        |url: String| FetchRequest { kind: FetchKind::Summaries { part_type: "sleeps".to_owned() }, ..summaries(url) };
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?a=1")))).await;
    world.until_jobs(0, 0).await;
    assert_eq!(world.latest_event().await.status, "skipped");
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?a=2")))).await;
    world.add_job(connection.id, nights(world.provider.url(NIGHTS))).await;
    world.until_jobs(0, 0).await;
    assert_eq!((world.provider.asked(DATA).len(), world.provider.asked(NIGHTS).len()), (1, 1));
    let given = vec!["ACTIVITY_EXPORT".to_owned()];
    let now = world.clock.now();
    world.store.change_permissions(world.user, connection.id, given, now, now).await.unwrap();
    world.provider.always(DATA, 200, "[]");
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?a=3")))).await;
    world.add_job(connection.id, nights(world.provider.url(&format!("{NIGHTS}?a=3")))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!((world.provider.asked(DATA).len(), world.provider.asked(NIGHTS).len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_ends_the_connection_and_what_waits_for_it() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(DATA, 403, "");
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?a=1")))).await;
    world.add_job(connection.id, summaries(world.provider.url(&format!("{DATA}?a=2")))).await;
    let running = world.run();
    until(async || world.connection(world.user).await.status == ConnectionStatus::Revoked).await;
    until(async || world.store.queue_depths().await.unwrap().jobs_waiting == 0).await;
    running.stop().await;
    let ended = world.connection(world.user).await;
    assert_eq!((ended.access_token, ended.standing.end_reason), (None, Some(EndReason::ConsentWithdrawn)));
    let events = world.store.list_sync_events(world.user, 100).await.unwrap();
    assert_eq!(events.iter().filter(|(_, event)| event.metadata["reason"] == "consent_withdrawn").count(), 1);
}

/// Two users of one account, and what is fetched for one of them.
async fn shared() -> (World, [Connection; 2]) {
    let world = World::new().await;
    let other = UserId::generate(&world.clock, &world.rng);
    world.add_user(other).await;
    let links = [world.connect(world.user).await, world.connect(other).await];
    (world, links)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_shared_account_is_downloaded_once_however_often_notice_comes() {
    let (world, links) = shared().await;
    world.provider.once(FILE, 200, "FIT bytes");
    world.provider.always(FILE, 410, "");
    let running = world.run();
    for link in &links {
        world.add_job_of(link, file(world.provider.url(&format!("{FILE}?id=1&token=t")))).await;
    }
    world.until_jobs(0, 0).await;
    world.advance(Duration::from_secs(60));
    world.add_job_of(&links[1], file(world.provider.url(&format!("{FILE}?id=1&token=another")))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.provider.asked(FILE).len(), 1);
    assert_eq!(world.deliveries().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_file_is_seen_by_everyone_and_a_fresh_address_of_it_is_followed() {
    let (world, links) = shared().await;
    world.provider.once(FILE, 410, "");
    world.provider.always(FILE, 200, "FIT bytes");
    let running = world.run();
    world.add_job_of(&links[0], file(world.provider.url(&format!("{FILE}?token=old")))).await;
    world.until_jobs(0, 1).await;
    for link in &links {
        let (_, event) = world.store.list_sync_events(link.user_id, 1).await.unwrap().remove(0);
        assert_eq!((event.status.as_str(), event.metadata["summary_type"].as_str()), ("failed", Some("file")));
        assert!(event.error.unwrap().contains("410"));
    }
    world.advance(Duration::from_secs(60));
    world.add_job_of(&links[1], file(world.provider.url(&format!("{FILE}?token=fresh")))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.deliveries().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_connects_later_gets_a_file_that_others_have() {
    let world = World::new().await;
    let first = world.connect(world.user).await;
    world.provider.always(FILE, 200, "FIT bytes");
    let running = world.run();
    world.add_job_of(&first, file(world.provider.url(&format!("{FILE}?token=1")))).await;
    world.until_jobs(0, 0).await;
    world.advance(Duration::from_secs(60));
    let later = UserId::generate(&world.clock, &world.rng);
    world.add_user(later).await;
    let second = world.connect(later).await;
    world.advance(Duration::from_secs(60));
    world.add_job_of(&second, file(world.provider.url(&format!("{FILE}?token=2")))).await;
    until(async || world.provider.asked(FILE).len() == 2).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.deliveries().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_longer_good_does_not_keep_the_others_from_their_data() {
    let (world, links) = shared().await;
    world.provider.once(DATA, 403, "");
    world.provider.always(DATA, 200, "[]");
    let running = world.run();
    world.add_job_of(&links[0], summaries(world.provider.url(DATA))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    let mut bearers: Vec<_> = world.provider.asked(DATA).iter().map(|asked| asked.bearer().unwrap()).collect();
    bearers.sort();
    assert_eq!(bearers, ["access-1", "access-2"]);
    // whichever was asked first
    let mut statuses = Vec::new();
    for link in &links {
        statuses.push(world.connection(link.user_id).await.status.as_str());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, ["active", "revoked"]);
    assert_eq!(world.deliveries().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_asked_for_once_more_before_its_time_passes() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.once_asking(FILE, 503, "retry-after", "7200");
    world.provider.always(FILE, 200, "FIT bytes");
    let hour = FetchRequest { expires_s: Some(3600), ..file(world.provider.url(FILE)) };
    world.add_job(connection.id, hour).await;
    let running = world.run();
    until(async || world.provider.asked(FILE).len() == 1).await;
    running.stop().await;
    world.clock.advance(Duration::from_secs(3600 - 60));
    let running = world.run();
    world.until_jobs(0, 0).await;
    running.stop().await;
    assert_eq!(world.deliveries().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_too_old_is_not_followed() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.add_job(connection.id, file(world.provider.url(FILE))).await;
    world.clock.advance(Duration::from_secs(86_400));
    let running = world.run();
    world.until_jobs(0, 1).await;
    running.stop().await;
    assert!(world.provider.asked(FILE).is_empty());
    assert!(world.latest_event().await.error.unwrap().contains("already downloaded or expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_renewed_once_and_the_call_made_again() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.once(DATA, 401, "");
    world.provider.always(DATA, 200, "[]");
    let running = world.run();
    world.add_job(connection.id, summaries(world.provider.url(DATA))).await;
    world.until_jobs(0, 0).await;
    running.stop().await;
    let bearers: Vec<_> = world.provider.asked(DATA).iter().map(|asked| asked.bearer().unwrap()).collect();
    assert_eq!(bearers, ["access-1", "access-2"]);
    let renewal = world.provider.asked(TOKEN).pop().unwrap();
    assert_eq!(renewal.field("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(renewal.field("refresh_token").as_deref(), Some("refresh-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_lets_the_call_under_way_end() {
    let world = World::new().await;
    let connection = world.connect(world.user).await;
    world.provider.always(FILE, 200, "FIT bytes");
    world.provider.close_gate();
    let running = world.run();
    world.add_job(connection.id, file(world.provider.url(FILE))).await;
    until(async || !world.provider.asked(FILE).is_empty()).await;
    let stopping = tokio::spawn(running.stop());
    world.provider.open_gate();
    stopping.await.unwrap();
    world.until_jobs(0, 0).await;
    assert_eq!(world.deliveries().await.len(), 1);
}
