//! Deliveries once in order, and three times in random order, leave the same content.

use crate::{
    bodies::{VALIDATIONS, activity, daily, details, sleep},
    dump::{dump, versions},
    world::World,
};
use model::Rng;
use serde_json::{Value, json};

fn shuffle<T>(items: &mut [T], rng: &Rng) {
    for index in (1..items.len()).rev() {
        let other = rng.between(0, index as i64 + 1) as usize;
        items.swap(index, other);
    }
}

/// Some people's nights and days in all their revisions, several items a body.
fn ranked(accounts: &[String], rng: &Rng) -> Vec<Value> {
    let mut items: Vec<(&str, Value)> = Vec::new();
    for account in accounts {
        for day in 0..4 {
            for word in VALIDATIONS {
                if rng.unit() < 0.7 {
                    items.push(("sleeps", sleep(account, day, word)));
                }
            }
            for _ in 0..rng.between(0, 4) {
                items.push(("dailies", daily(account, day, rng.between(1, 25))));
            }
        }
    }
    shuffle(&mut items, rng);
    let mut bodies = Vec::new();
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(rng.between(1, 8) as usize));
        let of = |kind: &str| -> Vec<Value> {
            items.iter().filter(|(name, _)| *name == kind).map(|(_, item)| item.clone()).collect()
        };
        bodies.push(json!({ "sleeps": of("sleeps"), "dailies": of("dailies") }));
        items = rest;
    }
    bodies
}

async fn pushed(world: &World, bodies: &[Value], rng: &Rng) {
    for body in bodies {
        world.push(body).await;
        if rng.unit() < 0.3 {
            world.work().await;
        }
    }
    world.work().await;
}

#[tokio::test]
async fn ranked_deliveries_thrice_in_any_order_leave_what_once_in_order_leaves() {
    for seed in 0..6 {
        let rng = Rng::seeded(seed);
        let accounts: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let bodies = ranked(&accounts, &rng);
        let (once, thrice) = (World::new().await, World::new().await);
        let mut users = Vec::new();
        for account in &accounts {
            users.push((once.person(account).await, thrice.person(account).await));
        }
        pushed(&once, &bodies, &rng).await;
        let mut storm: Vec<Value> = std::iter::repeat_n(bodies, 3).flatten().collect();
        shuffle(&mut storm, &rng);
        pushed(&thrice, &storm, &rng).await;
        for (in_order, stormed) in users {
            let (expected, found) = (dump(&once, in_order).await, dump(&thrice, stormed).await);
            assert_eq!(expected, found, "seed {seed}");
        }
    }
}

#[tokio::test]
async fn unranked_deliveries_again_change_nothing() {
    for seed in 0..6 {
        let rng = Rng::seeded(seed);
        let world = World::new().await;
        let user = world.person("a").await;
        let mut bodies: Vec<Value> = (0..6).map(|n| json!({ "activities": [activity("a", n, 500.0)] })).collect();
        bodies.extend((0..6).map(|n| json!({ "activityDetails": [details("a", n, 20 + n)] })));
        shuffle(&mut bodies, &rng);
        pushed(&world, &bodies, &rng).await;
        let (kept, blocks) = (dump(&world, user).await, versions(&world, user).await);
        let told = world.told(user).await.len();
        shuffle(&mut bodies, &rng);
        pushed(&world, &bodies, &rng).await;
        assert_eq!((dump(&world, user).await, versions(&world, user).await), (kept, blocks), "seed {seed}");
        assert_eq!(world.told(user).await.len(), told);
    }
}
