//! Cuts a delivery into parts: one user's items of one type each, numbered the same however often it
//! is cut.

mod cutter;
mod scanner;

use crate::{IngestError, Intake};
use cutter::Cutter;
use model::{ConnectionId, TeamId, UserId};
use scanner::{ScanError, Scanner};
use std::sync::Arc;
use store::{Connection, Delivery, DeliveryKind, Lane, Part, Retry, StoreError};

/// Cuts a claimed delivery and ends it, or notes why it could not be.
pub(crate) async fn split(intake: &Intake, delivery: Delivery) -> Result<(), StoreError> {
    let (receipt, attempts) = (delivery.receipt, delivery.attempts);
    let own = if let store::Body::Spooled(name) = &delivery.body { Some(name.clone()) } else { None };
    match cut(intake, delivery).await {
        Ok(Cut { damage, mut spooled }) => {
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
            spooled.extend(own);
            if let Err(error) = intake.remove_spooled(spooled).await {
                tracing::warn!(receipt, %error, "a spooled body stays until the next sweep");
            }
            Ok(())
        }
        Err(IngestError::Store(StoreError::Closed)) => Err(StoreError::Closed),
        Err(error) => {
            tracing::warn!(receipt, %error, "a delivery could not be cut");
            let retry = error.retry(attempts, intake.clock.now());
            intake.store.fail_delivery(receipt, error.to_string(), retry).await
        }
    }
}

/// What became of cutting a delivery whose parts are kept.
#[derive(Default)]
struct Cut {
    /// Why it could not be cut to its end.
    damage: Option<ScanError>,
    /// The items that went to the spool.
    spooled: Vec<String>,
}

async fn cut(intake: &Intake, delivery: Delivery) -> Result<Cut, IngestError> {
    // what was fetched belongs to everyone who is linked to the account now
    let links = match (delivery.app_id, &delivery.account) {
        (Some(app), Some(account)) => Some(intake.store.find_connections_by_account(app, account).await?),
        _ => None,
    };
    if matches!(delivery.kind, DeliveryKind::File | DeliveryKind::Upload) {
        intake.store.put_parts(whole(intake, &delivery, links).await?).await?;
        return Ok(Cut::default());
    }
    let provider = providers::find(delivery.provider.as_str())
        .ok_or_else(|| IngestError::UnknownProvider(delivery.provider.to_string()))?;
    let account_field =
        provider.manifest().webhook.as_ref().map_or_else(String::new, |webhook| webhook.user_field.clone());
    let intake = intake.clone();
    let runtime = tokio::runtime::Handle::current();
    let cutting = tokio::task::spawn_blocking(move || {
        let delivery = Arc::new(delivery);
        let body = intake.open_body(&delivery.body, delivery.size)?;
        let mut scanner = Scanner::new(body, &account_field);
        let mut cutter = Cutter::new(intake, runtime, Arc::clone(&delivery), links);
        let scanned = match (&delivery.part_type, delivery.kind) {
            (Some(part_type), DeliveryKind::Pulled) => scanner.bare_list(part_type, &mut cutter),
            _ => scanner.object_of_lists(&mut cutter),
        };
        match scanned {
            Err(ScanError::Sink(error)) => return Err(*error),
            Err(ScanError::Io(error)) => return Err(IngestError::Body(error)),
            _ => {}
        }
        Ok(Cut { spooled: cutter.finish()?, damage: scanned.err() })
    });
    cutting.await.map_err(|_| IngestError::Mapper)?
}

/// A file is one part for each whose it is: its body is the delivery's.
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

/// The lane of items whose account no connection matches.
fn unmatched_lane(account: Option<&str>) -> Lane {
    Lane::of_bytes(account.unwrap_or_default().as_bytes())
}

/// The lane of a user's items.
fn lane_of(user: Option<UserId>, account: Option<&str>) -> Lane {
    user.map_or_else(|| unmatched_lane(account), Lane::of_user)
}
