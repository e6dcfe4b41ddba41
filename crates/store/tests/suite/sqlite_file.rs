//! What only the embedded engine promises: its file, its group commits, its closing; and that the
//! erasure of a user reaches every table there is.

use crate::given::{
    GARMIN, app_id, application, at, block, completed, connection, delivery, emission, endpoint, erase_rest, fetch,
    part, person, run_id, sync_event, team, user, workout,
};
use model::{BlockClass, Clock, Context, Source, Timestamp, UserId};
use std::{path::Path, sync::Arc};
use store::{
    Application, Applied, Attempt, Body, ChangePosition, Delivery, Inbox, Lane, OAuthState, Outcome, Part, Retry,
    SqlStore, Store, StoreError,
};

fn open(path: &Path) -> Result<SqlStore, StoreError> {
    SqlStore::open_embedded(path, Clock::fixed(at(0)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_together_is_there_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path).unwrap();
    let callers: Vec<_> = (1..=200)
        .map(|receipt| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(delivery(receipt)).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    // not closed: what was answered is on disk whatever happens to the process
    let second = open(&path).unwrap();
    assert_eq!(second.queue_depths().await.unwrap().deliveries_waiting, 200);
    assert_eq!(second.claim_deliveries(at(0), at(60), 500).await.unwrap().len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_callers_failure_is_not_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(open(&folder.path().join("store.db")).unwrap());
    let team = team(&store).await;
    let callers: Vec<_> = (0..120)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut person = person(team);
                person.email = Some(format!("{}@example.org", number % 100));
                store.create_user(person).await
            })
        })
        .collect();
    let mut refused = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ok(()) => {}
            Err(StoreError::Taken("email")) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(refused, 20);
    let query = store::UserQuery {
        search: None,
        email: None,
        external_user_id: None,
        order: store::UserOrder::Email,
        descending: false,
        offset: 0,
        limit: 1,
    };
    assert_eq!(store.list_users(team, query).await.unwrap().1, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_what_was_begun_and_then_answers_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path).unwrap();
    let callers: Vec<_> = (1..=300)
        .map(|receipt| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(delivery(receipt)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let other = store.clone();
    tokio::join!(store.close(), other.close());
    let mut kept = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ok(()) => kept += 1,
            Err(StoreError::Closed) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(matches!(store.accept(delivery(999)).await, Err(StoreError::Closed)));
    assert!(matches!(store.queue_depths().await, Err(StoreError::Closed)), "reading answers so, too");
    assert!(matches!(store.check().await, Err(StoreError::Closed)));
    store.close().await;
    let again = open(&path).unwrap();
    assert_eq!(again.queue_depths().await.unwrap().deliveries_waiting, kept, "answered and kept are the same");
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    open(&path).unwrap().close().await;
    let (found, known) = store::sqlite::schema_versions(&path).unwrap();
    assert_eq!(found, known);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute(
        "insert into refinery_schema_history (version, name, applied_on, checksum) values (9999, 'later', '', '1')",
        [],
    )
    .unwrap();
    drop(raw);
    let refused = open(&path).map(|_| ());
    assert!(matches!(refused, Err(StoreError::TooNew { found: 9999, known: k }) if k == known), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_is_no_store_is_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    assert!(matches!(open(&path).map(|_| ()), Err(StoreError::Damaged(_))));
}

/// Everything that can be kept of a user, in every table.
async fn given_everything(store: &Arc<dyn Store>, spool: &str) -> (model::TeamId, UserId) {
    let team = team(store).await;
    let user = user(store, team).await;
    let link = store.connect(connection(team, user, app_id(), "account")).await.unwrap();
    let state = OAuthState {
        state_hash: crate::given::hash(),
        user_id: user,
        team_id: team,
        app_id: link.app_id,
        provider: GARMIN,
        redirect_uri: None,
        verifier: None,
        expires_at: at(999),
    };
    store.create_oauth_state(state, at(0)).await.unwrap();
    let (kind, name) = (model::PriorityKind::Provider, "garmin".to_owned());
    let priority = model::Priority { user_id: Some(user), series: None, kind, name, priority: 1 };
    store.put_priorities(team, vec![priority], at(0)).await.unwrap();
    store.ensure_sources(user, vec![Source::of(GARMIN)], at(0)).await.unwrap();
    store.put_invitation_code(crate::phones::code(team, user, 600)).await.unwrap();
    store.create_phone_token(crate::phones::token(team, user, crate::given::family(), 0)).await.unwrap();
    let upload = crate::given::upload(team, user);
    assert!(store.begin_upload(upload.clone(), 1).await.unwrap());
    let segment = store::Segment { spool: format!("{spool}-segment"), size: 1 };
    assert!(store.append_segment(user, upload.id, 0, segment, at(999)).await.unwrap());
    let receipt = i64::from_be_bytes(user.as_bytes()[..8].try_into().unwrap()).abs();
    store
        .accept(Delivery { user_id: Some(user), body: Body::Spooled(spool.to_owned()), ..delivery(receipt) })
        .await
        .unwrap();
    let spooled = Part { body: Body::Spooled("shared".to_owned()), ..part(team, Some(user), receipt, 0) };
    store.put_parts(vec![spooled.clone(), part(team, Some(user), receipt, 1)]).await.unwrap();
    let hook = endpoint(team, &[], Some(user));
    store.put_endpoint(hook.clone()).await.unwrap();
    store.put_endpoint(endpoint(team, &[], None)).await.unwrap();
    let ride = workout(10, 1);
    store.ensure_event_numbers(user, vec![ride.id]).await.unwrap();
    let change = Application {
        parts: vec![completed(spooled.key())],
        block_writes: vec![block(Context::workout(1), BlockClass::Hour, &[10], 1)],
        aliases: vec![("alias".to_owned(), ride.id)],
        scores: vec![store::StoredScore {
            id: model::ScoreId::from_uuid(ride.id.as_uuid()),
            category: model::ScoreCategory::Sleep,
            source: 1,
            at: at(1),
            offset: None,
            value: None,
            qualifier: None,
            components: Vec::new(),
            stamp: model::Stamp::default(),
        }],
        files: vec![store::StoredFile {
            event_id: ride.id,
            format: model::FileFormat::Fit,
            name: "a.fit".to_owned(),
            size: 1,
            body: vec![1],
            received_at: at(1),
        }],
        missed_files: vec![store::MissedFile {
            alias: store::workout_alias(&GARMIN, Some("account"), "w9"),
            format: None,
            received_at: at(1),
            reason: "damaged".to_owned(),
        }],
        events: vec![ride],
        sync_events: vec![sync_event(run_id(), 10, "success")],
        emissions: vec![emission("workout.created")],
        fetches: vec![crate::given::order(link.id, fetch())],
        synced: Some((GARMIN, Some(link.id))),
        names: crate::names::of_every_kind(),
        ..application(team, user)
    };
    assert_eq!(store.apply(change).await.unwrap(), Applied::Done);
    let message = store.claim_messages(at(100), at(160), 1).await.unwrap().remove(0);
    let tried = Attempt {
        message_id: message.id,
        endpoint_id: message.endpoint_id,
        event_type: String::new(),
        at: at(101),
        status: None,
        error: None,
        took_ms: 1,
        number: 1,
    };
    store.finish_attempt(&message, tried, Outcome::Failed(Retry::At(Timestamp::MAX))).await.unwrap();
    store.begin_cold(team, user, GARMIN, 600, at(150)).await.unwrap();
    let end = store::ConnectionEnd { erase: true, ..store::EndReason::Disconnected.into() };
    store.end_connection(user, link.id, end, at(200)).await.unwrap();
    (team, user)
}

/// How many rows each table with a column for the user has of this one; the user's own row included.
fn rows_of(path: &Path, user: UserId) -> Vec<(String, i64)> {
    let raw = rusqlite::Connection::open(path).unwrap();
    let mut tables = raw.prepare("select name from sqlite_master where type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut counts = Vec::new();
    for name in names {
        let mut columns = raw.prepare(&format!("select name from pragma_table_info('{name}')")).unwrap();
        let columns: Vec<String> = columns.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let column = if name == "app_user" { "id" } else { "user_id" };
        if columns.iter().any(|found| found == column) && (column == "user_id" || name == "app_user") {
            let count = raw
                .query_row(&format!("select count(*) from {name} where {column} = ?1"), [user.as_bytes()], |row| {
                    row.get(0)
                })
                .unwrap();
            counts.push((name, count));
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_no_row_in_any_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store: Arc<dyn Store> = Arc::new(open(&path).unwrap());
    let (team, gone) = given_everything(&store, "own").await;
    let (_, stays) = given_everything(&store, "other").await;
    let before = rows_of(&path, gone);
    assert!(before.len() >= 20, "{before:?}");
    assert!(before.iter().all(|(_, count)| *count > 0), "this test fills every table: {before:?}");
    let untouched = rows_of(&path, stays);
    let begun = store.delete_user(team, gone).await.unwrap();
    let mut bodies = erase_rest(&store, gone).await;
    bodies.sort();
    assert_eq!(bodies, ["own", "own-segment"], "the body that another user's part shares stays");
    let report = store.find_erasure_report(team, begun.at, gone).await.unwrap().unwrap();
    // all that was there is counted, a row of each table under one name, and their points and bodies
    let rows: i64 = before.iter().filter(|(table, _)| table != "app_user").map(|(_, count)| count).sum();
    let counted: u64 = report.counts.values().sum();
    assert_eq!(counted, rows as u64 + report.counts["points"] + 2, "{:?}", report.counts);
    assert_eq!((report.counts["points"], report.counts["large_bodies"]), (1, 2));
    assert_eq!(store.list_erasure_reports(team, at(9_999), 9).await.unwrap(), [report]);
    let left: Vec<_> = rows_of(&path, gone).into_iter().filter(|(_, count)| *count > 0).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(rows_of(&path, stays), untouched);
    assert!(matches!(store.delete_user(team, gone).await, Err(StoreError::NotFound("user"))));
}

/// A process that dies leaves what the next one finds, wherever it was.
#[tokio::test(flavor = "multi_thread")]
async fn the_erasure_of_a_user_goes_on_after_a_kill_at_any_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store: Arc<dyn Store> = Arc::new(open(&path).unwrap());
    let (team, gone) = given_everything(&store, "own").await;
    let (_, stays) = given_everything(&store, "other").await;
    let (before, untouched) = (rows_of(&path, gone), rows_of(&path, stays));
    let begun = store.delete_user(team, gone).await.unwrap();
    let erasure = store::Erasure { user_id: gone, connection_id: None };
    let mut steps = 0;
    loop {
        // not closed: as a kill leaves it
        drop(store);
        store = Arc::new(open(&path).unwrap());
        assert!(store.list_erasures(9).await.unwrap().contains(&erasure));
        assert!(store.find_user(team, gone).await.unwrap().is_none());
        steps += 1;
        if store.erase_some(erasure, 1, at(300)).await.unwrap().is_finished {
            break;
        }
        assert_eq!(
            store.find_erasure_report(team, begun.at, gone).await.unwrap().map(|kept| kept.is_finished),
            Some(false)
        );
    }
    let rows: i64 = before.iter().filter(|(table, _)| table != "app_user").map(|(_, count)| count).sum();
    assert!(steps > 10 && steps < rows, "{steps} of {rows}");
    let report = store.find_erasure_report(team, begun.at, gone).await.unwrap().unwrap();
    assert!(report.is_finished && report.at == begun.at);
    // with a point and two bodies
    assert_eq!(report.counts.values().sum::<u64>(), rows as u64 + 3, "{:?}", report.counts);
    let left: Vec<_> = rows_of(&path, gone).into_iter().filter(|(_, count)| *count > 0).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(rows_of(&path, stays), untouched);
    // once more does nothing, and the other's own erasure still waits
    assert!(store.erase_some(erasure, 1, at(300)).await.unwrap().is_finished);
    let waiting = store.list_erasures(9).await.unwrap();
    assert!(waiting.len() == 1 && waiting[0].user_id == stays, "{waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_connection_leaves_no_row_but_that_it_was_and_ended() {
    const HISTORY: [&str; 13] = [
        "app_user",
        "connection",
        "account_link",
        "oauth_state",
        "priority",
        "endpoint",
        "sync_run",
        "change",
        "message",
        "invitation_code",
        "phone_token",
        // a file on its way is handed in for the person, not through the connection
        "upload",
        "upload_segment",
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store: Arc<dyn Store> = Arc::new(open(&path).unwrap());
    let (_, gone) = given_everything(&store, "own").await;
    let (_, stays) = given_everything(&store, "other").await;
    let untouched = rows_of(&path, stays);
    let erasures = store.list_erasures(9).await.unwrap();
    let erasure = erasures.into_iter().find(|erasure| erasure.user_id == gone).unwrap();
    let mut spooled = Vec::new();
    loop {
        let step = store.erase_some(erasure, 1, at(300)).await.unwrap();
        spooled.extend(step.spooled);
        if step.is_finished {
            break;
        }
    }
    assert_eq!(spooled, ["own"], "the body that another user's part shares stays");
    let left: Vec<_> = rows_of(&path, gone)
        .into_iter()
        .filter(|(name, count)| *count > 0 && !HISTORY.contains(&name.as_str()))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(rows_of(&path, stays), untouched);
    let told =
        store.read_changes(ChangePosition { lane: Lane::of_user(gone), position: 0 }, Some(gone), 99).await.unwrap();
    let about_events = |change: &store::Change| matches!(&change.body, store::ChangeBody::Emission(told) if matches!(told.subject, store::Subject::Event { .. }));
    assert!(!told.iter().any(about_events), "{told:?}");
    let raw = rusqlite::Connection::open(&path).unwrap();
    let jobs: i64 = raw.query_row("select count(*) from job", [], |row| row.get(0)).unwrap();
    assert_eq!(jobs, 1, "the other's");
}
