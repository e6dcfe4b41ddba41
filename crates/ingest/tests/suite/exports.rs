//! What a phone exports, handed in whole: cut into parts while it is read, applied in order, and the same however
//! often and wherever it was interrupted.

use crate::{
    dump::{Dump, dump},
    world::World,
};
use ingest::{Accepted, Incoming};
use model::{IssueCode, ProviderName, SeriesType, UserId};
use std::time::Duration;
use store::{DeliveryKind, Lane};

/// Heart rate of some days, a night, a run with a route, and something that has no place.
pub(crate) fn export(records: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n]>\n<HealthData locale=\"de_DE\">\n\
         <ExportDate value=\"2026-03-01 12:00:00 +0100\"/>\n",
    );
    for index in 0..records {
        let (day, minute) = (1 + index / 1440 % 28, index % 1440);
        text += &format!(
            "<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" sourceVersion=\"10.2\" \
             device=\"&lt;&lt;HKDevice: 0x30&gt;, name:Apple Watch, hardware:Watch6,7, software:10.2&gt;\" unit=\"count/min\" \
             creationDate=\"2026-02-{day:02} {h:02}:{m:02}:10 +0100\" startDate=\"2026-02-{day:02} {h:02}:{m:02}:00 +0100\" \
             endDate=\"2026-02-{day:02} {h:02}:{m:02}:00 +0100\" value=\"{value}\"/>\n",
            h = minute / 60,
            m = minute % 60,
            value = 60 + index % 40,
        );
    }
    text += "<Record type=\"HKCategoryTypeIdentifierSleepAnalysis\" sourceName=\"Watch\" startDate=\"2026-02-02 23:00:00 +0100\" \
             endDate=\"2026-02-03 06:00:00 +0100\" value=\"HKCategoryValueSleepAnalysisAsleepCore\"/>\n\
             <Record type=\"HKCategoryTypeIdentifierMenstrualFlow\" sourceName=\"App\" startDate=\"2026-02-02 23:00:00 +0100\" \
             endDate=\"2026-02-02 23:00:00 +0100\" value=\"HKCategoryValueVaginalBleedingLight\"/>\n\
             <Workout workoutActivityType=\"HKWorkoutActivityTypeRunning\" duration=\"30\" durationUnit=\"min\" sourceName=\"Watch\" \
             startDate=\"2026-02-03 08:00:00 +0100\" endDate=\"2026-02-03 08:30:00 +0100\">\
             <WorkoutRoute><FileReference path=\"/workout-routes/route_1.gpx\"/></WorkoutRoute></Workout>\n</HealthData>\n";
    text
}

pub(crate) async fn hand_in(world: &World, user: UserId, bytes: &[u8]) -> Accepted {
    let incoming = Incoming {
        provider: ProviderName::from_static("apple"),
        app_id: None,
        user_id: Some(user),
        part_type: Some("health_export".to_owned()),
        ..world.incoming(DeliveryKind::Upload)
    };
    world.accept(incoming, bytes).await.unwrap()
}

pub(crate) async fn dump_of(bytes: &[u8]) -> Dump {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, bytes).await;
    world.work().await;
    dump(&world, user).await
}

#[tokio::test]
async fn an_export_becomes_parts_and_points_and_again_changes_nothing() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(9_000);
    let accepted = hand_in(&world, user, text.as_bytes()).await;
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), accepted.receipt).await.unwrap();
    assert!(outcomes.len() >= 3, "{} parts of {} bytes", outcomes.len(), text.len());
    assert_eq!(outcomes.iter().map(|outcome| outcome.items).sum::<u32>(), 9_003);
    let issues: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.issues).map(|issue| issue.code).collect();
    assert_eq!(issues, [IssueCode::Unmapped]);
    assert_eq!(world.spooled(), Vec::<String>::new(), "what was cut is not kept twice");
    let first = dump(&world, user).await;
    assert_eq!(first.count(SeriesType::HEART_RATE, ""), 9_000);
    assert_eq!(first.events.len(), 2, "a night and a run: {:?}", first.events.keys());
    let told = world.told(user).await.len();

    hand_in(&world, user, text.as_bytes()).await;
    world.work().await;
    assert_eq!(dump(&world, user).await, first);
    assert_eq!(world.told(user).await.len(), told + 1, "only that another run ended");
}

#[tokio::test]
async fn a_run_goes_on_until_its_last_part() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, export(9_000).as_bytes()).await;
    world.work().await;
    let runs = world.runs(user).await;
    assert!(runs.iter().all(|event| event.run_id == runs[0].run_id && event.source == "xml_import"));
    assert!(runs.windows(2).all(|pair| pair[0].progress <= pair[1].progress));
    let (last, before) = runs.split_last().unwrap();
    assert!(!before.is_empty() && before.iter().all(|event| event.stage == "processing" && event.ended_at.is_none()));
    assert_eq!((last.stage.as_str(), last.status.as_str(), last.progress), ("completed", "success", Some(1.0)));
    let inserted = runs.iter().map(|event| event.metadata["points_inserted"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(inserted, 9_001, "each point counts for the part that brought it");
}

#[tokio::test]
async fn what_takes_longer_to_cut_than_a_claim_holds_stays_claimed() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, export(100).as_bytes()).await;
    let claim = async |lease_s: i64| {
        let now = world.clock.now();
        world.store.claim_deliveries(now, now.plus_seconds(lease_s), 10).await.unwrap()
    };
    let claimed = claim(120).await;
    world.clock.advance(Duration::from_secs(100));
    let in_hand: Vec<i64> = claimed.iter().map(|delivery| delivery.receipt).collect();
    let lease = world.clock.now().plus_seconds(120);
    world.store.renew_deliveries(in_hand.clone(), lease).await.unwrap();
    world.clock.advance(Duration::from_secs(100));
    assert_eq!(claim(120).await.len(), 0, "renewed, it is nobody else's");
    world.clock.advance(Duration::from_secs(21));
    assert_eq!(claim(120).await.len(), 1, "a process that died renews nothing");
    world.store.release_claims().await.unwrap();
    world.store.renew_deliveries(in_hand, world.clock.now().plus_seconds(1_000)).await.unwrap();
    assert_eq!(claim(120).await.len(), 1, "what is claimed no longer is not claimed anew by renewing");
}

#[tokio::test]
async fn a_kill_while_it_is_cut_or_applied_changes_nothing() {
    let text = export(9_000);
    let smooth = dump_of(text.as_bytes()).await;
    // some of its parts are kept and applied, and the delivery waits as before
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    hand_in(&world, user, text.as_bytes()).await;
    let now = world.clock.now();
    let delivery = world.store.claim_deliveries(now, now.plus_seconds(600), 1).await.unwrap().remove(0);
    world.store.release_claims().await.unwrap();
    world.workers().cut_waiting().await.unwrap();
    let waiting = world.store.list_parts(Lane::of_user(user), world.clock.now(), 100).await.unwrap();
    let numbers: Vec<u32> = waiting.iter().map(|part| part.number).collect();
    world.store.apply(world.completing(&waiting[0])).await.unwrap();
    let world = world.reopened().await;
    let again = hand_in_again(&world, delivery, text.as_bytes()).await;
    world.workers().cut_waiting().await.unwrap();
    let parts = world.store.list_parts(Lane::of_user(user), world.clock.now(), 100).await.unwrap();
    let kept: Vec<u32> = parts.iter().filter(|part| part.receipt == again).map(|part| part.number).collect();
    assert_eq!(kept, numbers[1..], "cut again, it gives the same numbers; what is done stays so");
    world.store.replay(store::ReplayQuery { user_id: Some(user), ..Default::default() }, now).await.unwrap();
    world.work().await;
    assert_eq!(dump(&world, user).await, smooth);
}

/// The delivery is there again, as if its end had not been written.
async fn hand_in_again(world: &World, delivery: store::Delivery, bytes: &[u8]) -> i64 {
    let name = format!("d{}", delivery.receipt);
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    std::fs::write(world.spool_folder().join(name), encoder.finish().unwrap()).unwrap();
    let receipt = delivery.receipt;
    world.store.accept(delivery).await.unwrap();
    receipt
}

#[tokio::test]
async fn a_file_that_breaks_off_is_told_and_what_came_before_is_there() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(5_000);
    let accepted = hand_in(&world, user, &text.as_bytes()[..text.len() / 2]).await;
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), accepted.receipt).await.unwrap();
    let issues: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.issues).map(|issue| issue.code).collect();
    assert_eq!(issues, [IssueCode::Truncated]);
    let points = dump(&world, user).await.count(SeriesType::HEART_RATE, "");
    assert!((2_400..2_600).contains(&points), "{points}");
    assert_eq!(world.depths().await.deliveries_dead, 0);
}
