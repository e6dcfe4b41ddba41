//! Cuts a delivery into parts: one user's items of one type each, numbered the same however often it
//! is cut.

mod cutter;
mod export;
mod owners;
mod scanner;

use crate::{IngestError, Intake};
use bytes::Bytes;
use cutter::{Cutter, Remainder};
pub(crate) use export::archive_of;
use futures::future::{join_all, try_join_all};
use model::{ConnectionId, TeamId, UserId};
use owners::{Owners, lane_of};
use scanner::{ScanError, Scanner};
use std::{
    collections::BTreeSet,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use store::{Connection, Delivery, DeliveryKind, Part, Retry, StoreError};
use tokio::runtime::Handle;

/// Cuts claimed deliveries together and ends each, or notes why it could not be. What many small ones give is
/// kept at once: handing each to the store by itself takes longer than cutting it.
#[tracing::instrument(name = "cut", level = "debug", skip_all, fields(deliveries = deliveries.len()))]
pub(crate) async fn split(intake: &Intake, deliveries: Vec<Delivery>) -> Result<(), StoreError> {
    let (files, bodies): (Vec<Delivery>, Vec<Delivery>) =
        deliveries.into_iter().partition(|it| matches!(it.kind, DeliveryKind::File | DeliveryKind::Upload));
    let mut ended = Vec::new();
    for file in files {
        let kept = match archive_of(&file) {
            Some(archive) => export::cut(intake, &file, archive).await,
            None => keep_whole(intake, &file).await.map(|()| Vec::new()),
        };
        ended.push((file, kept.map(|spooled| Cut { spooled, ..Cut::default() })));
    }
    let mut cuts = Vec::with_capacity(bodies.len());
    for (delivery, cut) in cut(intake, bodies).await {
        match cut {
            Ok(cut) => cuts.push((delivery, cut)),
            Err(error) => ended.push((delivery, Err(error))),
        }
    }
    match keep(intake, &mut cuts).await {
        Ok(()) => ended.extend(cuts.into_iter().map(|(delivery, cut)| (delivery, Ok(cut)))),
        Err(error) if cuts.len() <= 1 => {
            ended.extend(cuts.into_iter().next().map(|(delivery, _)| (delivery, Err(error.into()))));
        }
        // one among several may be to blame: each is cut again by itself, which gives the same parts
        Err(_) => {
            for (delivery, _) in cuts {
                Box::pin(split(intake, vec![delivery])).await?;
            }
        }
    }
    try_join_all(ended.into_iter().map(|(delivery, outcome)| end(intake, delivery, outcome))).await.map(drop)
}

/// Up to this much is cut where it is: handing it to another thread would take longer.
const QUICK_BYTES: usize = 16 * 1024;

/// What became of cutting a delivery.
#[derive(Default)]
struct Cut {
    /// Why it could not be cut to its end.
    damage: Option<ScanError>,
    /// What is not kept yet.
    pieces: Vec<cutter::Piece>,
    /// Whose a fetched answer is.
    fetched_for: Option<Vec<Connection>>,
    /// The items that went to the spool.
    spooled: Vec<String>,
}

type Outcome = (Delivery, Result<Cut, IngestError>);

/// Ends a delivery whose parts are kept; notes the failure of any other.
async fn end(intake: &Intake, delivery: Delivery, outcome: Result<Cut, IngestError>) -> Result<(), StoreError> {
    let receipt = delivery.receipt;
    match outcome {
        Ok(Cut { damage, mut spooled, .. }) => {
            match damage {
                None => intake.store.finish_delivery(receipt, 0).await?,
                // what could be cut is kept as parts; the body stays as a dead letter for a person to look at
                Some(error) => {
                    tracing::warn!(receipt, %error, "a delivery could not be cut to its end");
                    metrics::counter!("wearhouse_deliveries_damaged_total").increment(1);
                    intake.store.fail_delivery(receipt, error.to_string(), Retry::Dead).await?;
                }
            }
            // also items of a user who was deleted meanwhile: nothing refers to them
            spooled.extend(if let store::Body::Spooled(name) = delivery.body { Some(name) } else { None });
            if let Err(error) = intake.remove_spooled(spooled).await {
                tracing::warn!(receipt, %error, "a spooled body stays until the next sweep");
            }
            Ok(())
        }
        Err(IngestError::Store(StoreError::Closed)) => Err(StoreError::Closed),
        // cancelled meanwhile, or cut by a process that took it over
        Err(IngestError::Store(StoreError::NotFound("delivery"))) => Ok(()),
        Err(error) => {
            tracing::warn!(receipt, %error, "a delivery could not be cut");
            let retry = error.retry(delivery.attempts, intake.clock.now());
            intake.store.fail_delivery(receipt, error.to_string(), retry).await
        }
    }
}

/// Cuts bodies, away from the async threads.
async fn cut(intake: &Intake, deliveries: Vec<Delivery>) -> Vec<Outcome> {
    let looked_up = join_all(deliveries.into_iter().map(|delivery| async {
        let links = fetched_for(intake, &delivery).await;
        (delivery, links)
    }));
    let (looked_up, intake, runtime) = (looked_up.await, intake.clone(), Handle::current());
    let cutting = tokio::task::spawn_blocking(move || {
        let cut = |(delivery, links): (Delivery, Result<_, StoreError>)| {
            let delivery = Arc::new(delivery);
            // a body that finds a fault of ours costs itself, not those that are cut with it
            let cut = links.map_err(IngestError::from).and_then(|links| {
                catch_unwind(AssertUnwindSafe(|| cut_one(&intake, &runtime, &delivery, links)))
                    .unwrap_or(Err(IngestError::Mapper))
            });
            (Arc::unwrap_or_clone(delivery), cut)
        };
        looked_up.into_iter().map(cut).collect()
    });
    // the claims of what a stop interrupts lapse
    cutting.await.unwrap_or_default()
}

/// Who is linked now to the account for which a body was fetched: it is all theirs.
async fn fetched_for(intake: &Intake, delivery: &Delivery) -> Result<Option<Vec<Connection>>, StoreError> {
    match (delivery.app_id, &delivery.account) {
        (Some(app), Some(account)) => Ok(Some(intake.store.find_connections_by_account(app, account).await?)),
        _ => Ok(None),
    }
}

fn cut_one(
    intake: &Intake,
    runtime: &Handle,
    delivery: &Arc<Delivery>,
    fetched_for: Option<Vec<Connection>>,
) -> Result<Cut, IngestError> {
    let body = intake.open_body(&delivery.body, delivery.size)?;
    let mut cutter = Cutter::new(intake.clone(), Some(runtime.clone()), Arc::clone(delivery), fetched_for.clone());
    let damage = scan(delivery, body, &mut cutter)?;
    let Remainder { pieces, spooled } = cutter.finish()?;
    Ok(Cut { damage, pieces, fetched_for, spooled })
}

/// The key of a phone's body under which its lists lie.
const SDK_LISTS: &str = "data";

/// Cuts what is read; what is wrong with the body itself is returned beside what was cut of it.
fn scan(delivery: &Delivery, body: impl Read, cutter: &mut Cutter) -> Result<Option<ScanError>, IngestError> {
    let provider = providers::find(delivery.provider.as_str())
        .ok_or_else(|| IngestError::UnknownProvider(delivery.provider.to_string()))?;
    let account_field = provider.manifest().webhook.as_ref().map_or("", |webhook| webhook.user_field.as_str());
    let mut scanner = Scanner::new(body, delivery.size, account_field);
    let scanned = match (&delivery.part_type, delivery.kind) {
        (Some(part_type), DeliveryKind::Pulled) => scanner.bare_list(part_type, cutter),
        (_, DeliveryKind::Sdk) => scanner.lists_within(SDK_LISTS, cutter),
        _ => scanner.object_of_lists(cutter),
    };
    match scanned {
        Err(ScanError::Sink(error)) => Err(*error),
        Err(ScanError::Io(error)) => Err(IngestError::Body(error)),
        scanned => Ok(scanned.err()),
    }
}

/// Cuts a small body before anything of it is kept. None where it must be kept as it came, whatever the reason: then
/// it is cut later, and there it is found out.
pub(crate) async fn at_the_door(
    intake: &Intake,
    delivery: &Delivery,
    body: Bytes,
) -> Result<Option<Vec<Part>>, StoreError> {
    let (held, kept) = (intake.clone(), Arc::new(delivery.clone()));
    let is_quick = body.len() <= QUICK_BYTES;
    let cutting = move || {
        let cut = || {
            let mut cutter = Cutter::new(held.clone(), None, Arc::clone(&kept), None);
            let damage = scan(&kept, &*body, &mut cutter)?;
            cutter.finish().map(|cut| if damage.is_none() { Some(cut.pieces) } else { None })
        };
        catch_unwind(AssertUnwindSafe(cut)).unwrap_or(Ok(None))
    };
    let cut = if is_quick { Ok(cutting()) } else { tokio::task::spawn_blocking(cutting).await };
    let Ok(Ok(Some(pieces))) = cut else { return Ok(None) };
    let mut owners = Owners::default();
    let unknown = owners.unknown(delivery, pieces.iter());
    owners.find(intake, unknown).await?;
    owners.find_team(intake, delivery).await?;
    Ok(Some(pieces.into_iter().flat_map(|piece| owners.parts(delivery, piece, None)).collect()))
}

/// Keeps the parts of all, or of none.
async fn keep(intake: &Intake, cuts: &mut [(Delivery, Cut)]) -> Result<(), StoreError> {
    let mut owners = Owners::default();
    let mut unknown = BTreeSet::new();
    for (delivery, cut) in cuts.iter().filter(|(_, cut)| cut.fetched_for.is_none()) {
        unknown.append(&mut owners.unknown(delivery, cut.pieces.iter()));
    }
    owners.find(intake, unknown).await?;
    for (delivery, _) in cuts.iter() {
        owners.find_team(intake, delivery).await?;
    }
    let mut parts = Vec::new();
    for (delivery, cut) in cuts {
        let links = cut.fetched_for.as_deref();
        parts.extend(cut.pieces.drain(..).flat_map(|piece| owners.parts(delivery, piece, links)));
    }
    if parts.is_empty() { Ok(()) } else { intake.store.put_parts(parts).await }
}

/// Keeps a file: one part for each whose it is, whose body is the delivery's.
async fn keep_whole(intake: &Intake, delivery: &Delivery) -> Result<(), IngestError> {
    let links = fetched_for(intake, delivery).await?;
    Ok(intake.store.put_parts(whole(intake, delivery, links).await?).await?)
}

async fn whole(intake: &Intake, delivery: &Delivery, links: Option<Vec<Connection>>) -> Result<Vec<Part>, IngestError> {
    let part = |user_id: Option<UserId>, team_id: Option<TeamId>, connection_id: Option<ConnectionId>| Part {
        lane: lane_of(user_id, delivery.account.as_deref()),
        receipt: delivery.receipt,
        number: 0,
        user_id,
        team_id,
        connection_id,
        app_id: delivery.app_id,
        account: delivery.account.clone(),
        provider: delivery.provider.clone(),
        kind: delivery.kind,
        part_type: delivery.part_type.clone().unwrap_or_default(),
        meta: delivery.meta.clone(),
        body: delivery.body.clone(),
        size: delivery.size,
        received_at: delivery.received_at,
        attempts: 0,
        quiet: false,
        is_notice: false,
    };
    let Some(links) = links else {
        let user_id = delivery.user_id.ok_or(StoreError::NotFound("user"))?;
        let user = intake.store.load_user(user_id).await?.ok_or(StoreError::NotFound("user"))?;
        return Ok(vec![part(Some(user_id), Some(user.team_id), delivery.connection_id)]);
    };
    if links.is_empty() {
        return Ok(vec![part(None, None, None)]);
    }
    Ok(links.iter().map(|link| part(Some(link.user_id), Some(link.team_id), Some(link.id))).collect())
}
