//! Whose the pieces are that were cut: one part for each connection of the account that a piece speaks of.

use super::cutter::Piece;
use crate::Intake;
use futures::future::try_join_all;
use model::{ConnectionId, ProviderAppId, TeamId, UserId};
use std::collections::{BTreeSet, HashMap};
use store::{Body, Connection, Delivery, Lane, Part, StoreError};

/// How many accounts are remembered.
const KNOWN: usize = 10_000;

/// Connections by app and account, and teams of users, as far as they were asked for.
#[derive(Default)]
pub(super) struct Owners {
    links: HashMap<(ProviderAppId, String), Vec<Connection>>,
    teams: HashMap<UserId, TeamId>,
}

impl Owners {
    /// The accounts of a delivery's pieces that were not asked for yet.
    pub(super) fn unknown<'p>(
        &mut self,
        delivery: &Delivery,
        pieces: impl Iterator<Item = &'p Piece>,
    ) -> BTreeSet<(ProviderAppId, String)> {
        if self.links.len() > KNOWN {
            self.links.clear();
        }
        let keys = pieces.filter_map(|piece| Some((delivery.app_id?, piece.account.clone()?)));
        keys.filter(|key| !self.links.contains_key(key)).collect()
    }

    /// Finds the connections of accounts.
    pub(super) async fn find(
        &mut self,
        intake: &Intake,
        accounts: BTreeSet<(ProviderAppId, String)>,
    ) -> Result<(), StoreError> {
        let find = |(app, account): (ProviderAppId, String)| async move {
            let links = intake.store.find_connections_by_account(app, &account).await?;
            Ok::<_, StoreError>(((app, account), links))
        };
        self.links.extend(try_join_all(accounts.into_iter().map(find)).await?);
        Ok(())
    }

    /// Finds the team of the user whose a delivery is, where that is known.
    pub(super) async fn find_team(&mut self, intake: &Intake, delivery: &Delivery) -> Result<(), StoreError> {
        if let Some(id) = delivery.user_id
            && !self.teams.contains_key(&id)
        {
            let user = intake.store.load_user(id).await?.ok_or(StoreError::NotFound("user"))?;
            self.teams.insert(id, user.team_id);
        }
        Ok(())
    }

    /// The parts of a piece whose account was asked for.
    pub(super) fn parts(&self, delivery: &Delivery, mut piece: Piece, fetched_for: Option<&[Connection]>) -> Vec<Part> {
        let body = std::mem::replace(&mut piece.body, Body::Expired);
        if let Some((user, team)) = delivery.user_id.and_then(|user| Some((user, *self.teams.get(&user)?))) {
            return vec![part(delivery, &piece, body, Some((user, team, delivery.connection_id)))];
        }
        let key = delivery.app_id.zip(piece.account.clone());
        let links = fetched_for.or_else(|| self.links.get(&key?).map(Vec::as_slice)).unwrap_or_default();
        let whose = |link: &Connection| Some((link.user_id, link.team_id, Some(link.id)));
        match links {
            [] => vec![part(delivery, &piece, body, None)],
            [link] => vec![part(delivery, &piece, body, whose(link))],
            links => links.iter().map(|link| part(delivery, &piece, body.clone(), whose(link))).collect(),
        }
    }
}

fn part(delivery: &Delivery, piece: &Piece, body: Body, whose: Option<(UserId, TeamId, Option<ConnectionId>)>) -> Part {
    let account = delivery.account.as_deref().or(piece.account.as_deref());
    Part {
        lane: lane_of(whose.map(|(user, ..)| user), account),
        receipt: delivery.receipt,
        number: piece.number,
        user_id: whose.map(|(user, ..)| user),
        team_id: whose.map(|(_, team, _)| team),
        connection_id: whose.and_then(|(.., link)| link),
        app_id: delivery.app_id,
        account: account.map(str::to_owned),
        provider: delivery.provider.clone(),
        kind: delivery.kind,
        part_type: piece.part_type.clone(),
        meta: delivery.meta.clone(),
        body,
        size: piece.size,
        received_at: delivery.received_at,
        attempts: 0,
        quiet: false,
        is_notice: piece.is_notice,
    }
}

/// The lane of a user's items; of items whose account no connection matches, the account's.
pub(super) fn lane_of(user: Option<UserId>, account: Option<&str>) -> Lane {
    user.map_or_else(|| Lane::of_bytes(account.unwrap_or_default().as_bytes()), Lane::of_user)
}
