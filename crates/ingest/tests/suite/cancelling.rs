//! Imports that are cancelled: before they are cut, half applied, at any moment of the work, twice, and too late.

use crate::{
    dump::dump,
    exports::{export, hand_in},
    world::World,
};
use ingest::Cancelling;
use model::UserId;
use store::{Cancelled, Lane};

async fn cancel(world: &World, user: UserId, receipt: i64) -> Option<Cancelled> {
    match world.intake.cancel(world.team, user, receipt).await.unwrap() {
        Cancelling::Cancelled(_, cancelled) => Some(cancelled),
        Cancelling::Ended(_) => None,
        Cancelling::Unknown => panic!("it is not known"),
    }
}

/// How the person's only run stands.
async fn stands(world: &World, user: UserId) -> (String, u64) {
    let runs = world.runs(user).await;
    assert!(runs.iter().all(|event| event.run_id == runs[0].run_id), "one import, one run");
    let inserted = runs.iter().filter_map(|event| event.metadata["points_inserted"].as_u64()).sum();
    (runs.last().unwrap().status.clone(), inserted)
}

#[tokio::test]
async fn what_is_cancelled_before_it_is_cut_leaves_nothing_but_its_run() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let receipt = hand_in(&world, user, export(9_000).as_bytes()).await.receipt;
    assert_eq!(world.spooled().len(), 1);
    let cancelled = cancel(&world, user, receipt).await.unwrap();
    assert_eq!((cancelled.applied, cancelled.dropped, cancelled.is_again), (0, 1, false));
    assert_eq!(world.spooled(), Vec::<String>::new());
    world.work().await;
    assert_eq!(stands(&world, user).await, ("cancelled".to_owned(), 0));
    let again = cancel(&world, user, receipt).await.unwrap();
    assert_eq!((again.applied, again.dropped, again.is_again), (0, 1, true));
    assert_eq!(world.runs(user).await.len(), 1, "cancelled once, told once");
    assert_eq!(dump(&world, user).await.events.len(), 0);
}

#[tokio::test]
async fn what_is_applied_stays_and_the_rest_is_dropped() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let receipt = hand_in(&world, user, export(9_000).as_bytes()).await.receipt;
    world.workers().cut_waiting().await.unwrap();
    let waiting = world.store.list_parts(Lane::of_user(user), world.clock.now(), 100).await.unwrap();
    world.store.apply(world.completing(&waiting[0])).await.unwrap();
    let cancelled = cancel(&world, user, receipt).await.unwrap();
    assert_eq!((cancelled.applied, cancelled.dropped), (1, waiting.len() as u64 - 1));
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), receipt).await.unwrap();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_done).count(), 1);
    assert!(outcomes[1..].iter().all(|outcome| outcome.error.as_deref() == Some("cancelled")));
    world.store.replay(store::ReplayQuery::default(), world.clock.now()).await.unwrap();
    world.work().await;
    let outcomes = world.store.list_outcomes(Lane::of_user(user), receipt).await.unwrap();
    assert!(!outcomes[1].is_done, "what was dropped does not come back by a replay");
    let told = world.runs(user).await.into_iter().rfind(|event| event.status == "cancelled").unwrap();
    assert_eq!(
        (&told.metadata["parts_applied"], &told.metadata["parts_dropped"]),
        (&1.into(), &(waiting.len() - 1).into())
    );
}

#[tokio::test]
async fn what_has_ended_cannot_be_cancelled_and_what_was_not_handed_in_is_unknown() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let receipt = hand_in(&world, user, export(10).as_bytes()).await.receipt;
    world.work().await;
    assert_eq!(cancel(&world, user, receipt).await, None);
    assert_eq!(stands(&world, user).await.0, "success");
    let other = world.add_user_of(world.team).await;
    assert_eq!(world.intake.cancel(world.team, other, receipt).await.unwrap(), Cancelling::Unknown);
    let receipt = hand_in(&world, user, export(10).as_bytes()).await.receipt;
    let team = world.add_team().await;
    world.intake.cancel(team, user, receipt).await.unwrap_err();
    assert_eq!(world.depths().await.deliveries_waiting, 1, "another team cancels nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_at_any_moment_it_ends_one_way_or_the_other() {
    let text = export(9_000);
    let (mut ended, mut cancelled) = (0, 0);
    for moment in 0..24_u32 {
        let world = World::new().await;
        let user = world.add_user_of(world.team).await;
        let receipt = hand_in(&world, user, text.as_bytes()).await.receipt;
        let cancelling = async {
            // the store is asked so often: a moment that is as long as the store is quick
            for _ in 0..moment.pow(2) {
                world.depths().await;
            }
            cancel(&world, user, receipt).await
        };
        let ((), outcome) = tokio::join!(world.work(), cancelling);
        world.work().await;
        let depths = world.depths().await;
        assert_eq!((depths.deliveries_waiting, depths.parts_waiting, depths.parts_dead), (0, 0, 0));
        assert_eq!(world.spooled(), Vec::<String>::new());
        let (status, inserted) = stands(&world, user).await;
        let points = dump(&world, user).await.points.len() as u64;
        assert_eq!(points, inserted, "what the run told is what is there");
        match outcome {
            Some(_) => {
                cancelled += 1;
                assert_eq!(status, "cancelled");
            }
            None => {
                ended += 1;
                assert_eq!((status.as_str(), points), ("success", 9_001));
            }
        }
    }
    assert!(cancelled > 0, "{ended} ended, {cancelled} were cancelled");
}
