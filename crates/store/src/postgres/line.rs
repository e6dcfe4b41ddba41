//! The line between processes: a connection over which they wake each other, and on whose life hang the number of
//! this process and the lanes that it works on. Both are locks of the connection, so no two processes have the same,
//! and one that died has none.

use super::{
    Messenger,
    setup::{self, Place},
};
use crate::{Bell, Lane, NODES, Result, StoreError, Wakers, held_lanes::HeldLanes};
use futures::{StreamExt, stream};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_postgres::{AsyncMessage, Client, Config};

/// Numbers are locks above the lanes.
pub(super) const FIRST_NODE: i32 = 1000;
/// Lanes that are worked on are locks above the numbers.
const FIRST_WORK: i32 = 2000;
/// Bells are gathered for so long before the others hear them.
pub(super) const GATHER: Duration = Duration::from_millis(4);
/// How soon the line is laid again after it broke.
pub(super) const AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Line {
    place: Place,
    node: Arc<AtomicU8>,
    client: Arc<Current>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The connection that was laid last, until the line is closed.
type Current = Mutex<Option<Arc<Client>>>;

struct Ends {
    client: Arc<Client>,
    heard: mpsc::UnboundedReceiver<String>,
}

/// Whose line it is.
pub(super) struct Owner {
    pub(super) wakers: Arc<Wakers>,
    pub(super) lanes: Arc<HeldLanes>,
    pub(super) messenger: watch::Receiver<Messenger>,
}

impl Line {
    pub(super) async fn open(config: Config, place: Place, owner: Owner) -> Result<Self> {
        let node = Arc::new(AtomicU8::new(0));
        let ends = lay(&config, place, &node).await?;
        let client = Arc::new(Mutex::new(Some(Arc::clone(&ends.client))));
        let keeping = keep(config, place, owner, Arc::clone(&client), Arc::clone(&node), ends);
        Ok(Self { place, node, client, task: Mutex::new(Some(tokio::spawn(keeping))) })
    }

    pub(super) async fn hold(&self, lanes: &[Lane]) -> Result<Vec<Lane>> {
        let numbers: Vec<i32> = lanes.iter().map(|lane| i32::from(lane.0)).collect();
        let held = "select lane from unnest($1::int[]) as lane where pg_try_advisory_lock($2, $3 + lane)";
        let rows = self.client()?.query(held, &[&numbers, &self.place.0, &FIRST_WORK]).await?;
        let numbers = rows.iter().map(|row| row.try_get::<_, i32>(0)).collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(lanes.iter().copied().filter(|lane| numbers.contains(&i32::from(lane.0))).collect())
    }

    pub(super) async fn let_go(&self, lane: Lane) {
        let key = FIRST_WORK + i32::from(lane.0);
        let Ok(client) = self.client() else { return };
        if let Err(error) = client.execute("select pg_advisory_unlock($1, $2)", &[&self.place.0, &key]).await {
            tracing::debug!(%error, "a lane went with its connection");
        }
    }

    fn client(&self) -> Result<Arc<Client>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }

    pub(super) fn node(&self) -> u8 {
        self.node.load(Ordering::Relaxed)
    }

    pub(super) async fn close(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn channel(place: Place) -> String {
    format!("wearhouse_{}", place.0)
}

/// Connects, takes a number, the one it had before if it can, and listens.
async fn lay(config: &Config, place: Place, node: &AtomicU8) -> Result<Ends> {
    let (client, mut connection) = setup::connect(config).await?;
    let (tell, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(told) = message {
                // the other end is gone when the line is closed
                let _ = tell.send(told.payload().to_owned());
            }
        }
    });
    let before = node.load(Ordering::Relaxed);
    for wanted in std::iter::once(before).chain((0..NODES).filter(|other| *other != before)) {
        let key = FIRST_NODE + i32::from(wanted);
        let row = client.query_one("select pg_try_advisory_lock($1, $2)", &[&place.0, &key]).await?;
        if row.try_get::<_, bool>(0)? {
            node.store(wanted, Ordering::Relaxed);
            client.batch_execute(&format!("listen {}", channel(place))).await?;
            return Ok(Ends { client: Arc::new(client), heard });
        }
    }
    Err(StoreError::Engine(format!("{NODES} processes use the database already")))
}

async fn keep(
    config: Config,
    place: Place,
    mut owner: Owner,
    client: Arc<Current>,
    node: Arc<AtomicU8>,
    mut ends: Ends,
) {
    loop {
        carry(&mut owner, place, &node, &mut ends).await;
        owner.lanes.lose_all();
        tracing::warn!("the line to the other processes broke: it is laid again");
        loop {
            tokio::time::sleep(AGAIN).await;
            match lay(&config, place, &node).await {
                Ok(anew) => {
                    *client.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&anew.client));
                    ends = anew;
                    break;
                }
                Err(error) => tracing::warn!(%error, "the line to the other processes cannot be laid"),
            }
        }
        // whatever was rung meanwhile
        Bell::ALL.into_iter().for_each(|bell| owner.wakers.ring_here(bell));
    }
}

/// Carries bells both ways until the connection ends.
async fn carry(owner: &mut Owner, place: Place, node: &AtomicU8, ends: &mut Ends) {
    let Owner { wakers, messenger, .. } = owner;
    let own = format!("{}:", node.load(Ordering::Relaxed));
    loop {
        let tells = *messenger.borrow_and_update() == Messenger::Notify;
        tokio::select! {
            heard = ends.heard.recv() => match heard {
                Some(payload) if payload.starts_with(&own) => {}
                Some(payload) => rung(&payload).for_each(|bell| wakers.ring_here(bell)),
                None => return,
            },
            Ok(()) = messenger.changed() => {}
            () = wakers.rung(), if tells => {
                tokio::time::sleep(GATHER).await;
                let payload = format!("{own}{}", wakers.take_rung());
                if ends.client.execute("select pg_notify($1, $2)", &[&channel(place), &payload]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The bells that a payload names.
fn rung(payload: &str) -> impl Iterator<Item = Bell> {
    Bell::in_bits(payload.split_once(':').and_then(|(_, bits)| bits.parse().ok()).unwrap_or(0))
}
