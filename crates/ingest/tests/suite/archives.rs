//! Archives of services, handed in whole: each file in them is what it is, one workout is one, and all is the same
//! however often they come.

use crate::{
    dump::{Dump, dump},
    fit_bytes,
    world::World,
};
use formats::archive::samples::{As, gzip, zip};
use ingest::{Accepted, Incoming, Preview};
use model::{IssueCode, PartMeta, ProviderName, SeriesType, Timestamp, UserId};
use std::fmt::Write as _;
use store::{DeliveryKind, Lane};

const START: Timestamp = Timestamp::from_seconds(1_763_706_615);
const ACTIVITIES: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Filename,Elapsed Time,Distance\n\
    101,\"Nov 21, 2025, 6:30:15 AM\",Over the hill,Run,activities/900.fit.gz,60,180\n\
    102,\"Nov 22, 2025, 6:30:15 PM\",Gym,Weight Training,,1800,\n";

/// A bulk export whose files come before the table that names them.
fn bulk() -> Vec<u8> {
    zip(&[
        ("activities/900.fit.gz", &gzip(&fit_bytes::run(START, 120)), As::StoredStreamed),
        ("media/1.jpg", b"\xff\xd8\xff\xe0", As::Stored),
        ("activities.csv", ACTIVITIES.as_bytes(), As::Streamed),
    ])
}

async fn hand_in(world: &World, user: UserId, bytes: &[u8]) -> Accepted {
    let incoming = Incoming {
        provider: ProviderName::from_static("file"),
        app_id: None,
        user_id: Some(user),
        part_type: Some("export_archive".to_owned()),
        meta: PartMeta { file_name: Some("export.zip".to_owned()), ..PartMeta::default() },
        ..world.incoming(DeliveryKind::Upload)
    };
    world.accept(incoming, bytes).await.unwrap()
}

fn preview(mut bytes: &[u8]) -> Preview {
    ingest::preview("file", "export_archive", &PartMeta::default(), &mut bytes).unwrap()
}

async fn dump_of(bytes: &[u8]) -> Dump {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, bytes).await;
    world.work().await;
    dump(&world, user).await
}

#[tokio::test]
async fn an_activity_and_its_file_are_one_workout_and_again_changes_nothing() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let accepted = hand_in(&world, user, &bulk()).await;
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), accepted.receipt).await.unwrap();
    let items: Vec<u32> = outcomes.iter().map(|outcome| outcome.items).collect();
    assert_eq!(items, [2, 1, 0], "the table, the file, and what is left out");
    let issues: Vec<_> = outcomes.iter().flat_map(|it| &it.issues).map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(issues, [(IssueCode::Unmapped, "media/1.jpg")]);
    let first = dump(&world, user).await;
    assert_eq!(first.events.len(), 2, "{:?}", first.events);
    let run = first.events.values().find(|event| event.contains("Over the hill")).unwrap();
    assert!(run.contains("laps"), "what only the file tells is there: {run}");
    assert!(first.count(SeriesType::HEART_RATE, "") > 3);
    assert_eq!(first.files.len(), 1);
    assert_eq!(world.spooled(), Vec::<String>::new());
    let runs = world.runs(user).await;
    assert!(runs.iter().all(|run| run.run_id == runs[0].run_id), "one upload is one run");

    hand_in(&world, user, &bulk()).await;
    world.work().await;
    assert_eq!(dump(&world, user).await, first);
}

#[tokio::test]
async fn the_table_by_itself_before_or_after_the_archive_leads_to_the_same() {
    let smooth = dump_of(&bulk()).await;
    for table_first in [true, false] {
        let world = World::new().await;
        let user = world.add_user_of(world.team).await;
        for is_table in [table_first, !table_first] {
            let bytes = if is_table { gzip(ACTIVITIES.as_bytes()) } else { bulk() };
            hand_in(&world, user, &bytes).await;
            world.work().await;
        }
        assert_eq!(dump(&world, user).await, smooth);
    }
}

#[test]
fn a_preview_says_what_each_file_would_give() {
    let seen = preview(&bulk());
    assert_eq!((seen.items, seen.records["workout"]), (3, 2), "the file is of an activity of the table");
    let files: Vec<_> =
        seen.files.iter().map(|file| (file.name.as_str(), file.items, file.records["workout"])).collect();
    assert_eq!(files, [("900.fit.gz", 1, 1), ("activities.csv", 2, 2)]);
    assert!(seen.files[0].samples > 3 && seen.samples.contains_key(&SeriesType::HEART_RATE));
    let issues: Vec<_> = seen.issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(issues, ["media/1.jpg"]);
    let many: Vec<String> = (0..1200).map(|index| format!("{index}.bin")).collect();
    let entries: Vec<_> = many.iter().map(|name| (name.as_str(), b"?".as_slice(), As::Stored)).collect();
    let seen = preview(&zip(&entries));
    assert!(seen.issues.len() <= 1000 && seen.files.is_empty());
}

#[tokio::test]
async fn a_large_file_of_an_archive_goes_to_the_spool_and_leaves_it() {
    let mut journal = String::from("Cycle start time,Question text,Answered yes\n");
    let day = |index: usize| format!("2025-01-{:02} 22:00:00", 1 + index % 28);
    for index in 0..130_000 {
        writeln!(journal, "{},Did you have anything to drink on the evening of day {index}?,true", day(index)).unwrap();
    }
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    assert!(journal.len() > 8 << 20);
    let bytes = zip(&[("journal_entries.csv", journal.as_bytes(), As::Streamed)]);
    let accepted = hand_in(&world, user, &bytes).await;
    world.workers().cut_waiting().await.unwrap();
    assert!(matches!(world.spooled().as_slice(), [piece] if piece.starts_with('p')), "{:?}", world.spooled());
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), accepted.receipt).await.unwrap();
    assert_eq!(outcomes.iter().map(|outcome| outcome.items).collect::<Vec<_>>(), [130_000]);
}

#[tokio::test]
async fn an_archive_cut_twice_keeps_its_parts_and_no_body_too_many() {
    let mut rows = String::from("Cycle start time,Question text,Answered yes\n");
    rows.push_str(&"2025-01-01 22:00:00,Did you read before you went to bed?,true\n".repeat(80_000));
    let bytes = zip(&[
        ("journal_entries.csv", rows.as_bytes(), As::Streamed),
        ("activities.csv", ACTIVITIES.as_bytes(), As::Streamed),
    ]);
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, &bytes).await;
    let now = world.clock.now();
    let delivery = world.store.claim_deliveries(now, now.plus_seconds(600), 1).await.unwrap().remove(0);
    world.store.release_claims().await.unwrap();
    world.workers().cut_waiting().await.unwrap();
    let numbers = |parts: &[store::Part]| parts.iter().map(|part| part.number).collect::<Vec<_>>();
    let first = world.store.list_parts(Lane::of_user(user), world.clock.now(), 100).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(1));
    // it is there again, as if its end had not been written
    world.store.accept(delivery).await.unwrap();
    world.workers().cut_waiting().await.unwrap();
    let again = world.store.list_parts(Lane::of_user(user), world.clock.now(), 100).await.unwrap();
    assert_eq!(numbers(&again), numbers(&first));
    assert_eq!(world.spooled().len(), 1, "what was put there the second time is gone again");
    world.work().await;
    assert_eq!(dump(&world, user).await, dump_of(&bytes).await);
}
