//! Notices about accounts themselves: that one is no longer connected, or what it permits from now on. They are
//! parts like others, so that they take effect in their user's order, once, and after the data of the same body.

use crate::{IngestError, Intake};
use model::{Issue, IssueCode, Mapped};
use providers::{Manifest, Provider};
use serde_json::value::RawValue;
use std::io::Read;
use store::{Connection, ConnectionChange, ConnectionEnd, EndReason, Part};

/// A notice of one account is small; what is larger is none.
const LARGEST: u64 = 1024 * 1024;

/// Which notice a part type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    Deregistration,
    Permissions,
}

fn notice(manifest: &Manifest, part_type: &str) -> Option<Notice> {
    let webhook = manifest.webhook.as_ref()?;
    let is = |key: &Option<String>| key.as_deref() == Some(part_type);
    if is(&webhook.deregistration_key) {
        Some(Notice::Deregistration)
    } else if is(&webhook.permissions_key) {
        Some(Notice::Permissions)
    } else {
        None
    }
}

/// Whether a part type of a provider speaks of the account itself.
pub(crate) fn is_notice(provider: &str, part_type: &str) -> bool {
    providers::find(provider).is_some_and(|provider| notice(provider.manifest(), part_type).is_some())
}

/// What a notice says, and what it changes of its connection. None for a part that is no notice.
pub(crate) fn read(
    intake: &Intake,
    part: &Part,
    link: &Connection,
) -> Result<Option<(Mapped, Vec<ConnectionChange>)>, IngestError> {
    let Some(provider) = providers::find(part.provider.as_str()) else { return Ok(None) };
    let Some(notice) = notice(provider.manifest(), &part.part_type) else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut body = intake.open_body(&part.body, part.size)?.take(LARGEST);
    body.read_to_end(&mut bytes).map_err(IngestError::Body)?;
    let items: Vec<&RawValue> = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut mapped = Mapped { items: u32::try_from(items.len()).unwrap_or(u32::MAX), ..Mapped::default() };
    if part.received_at < link.standing.connected_at {
        // time alone tells to which of two connections to the same account a notice belongs
        let message = "it came before the account was connected, or connected again";
        mapped.issues.push(Issue::new(IssueCode::Outdated, &*part.part_type, message));
        return Ok(Some((mapped, Vec::new())));
    }
    let changes = match notice {
        Notice::Deregistration => {
            let noticed_at = Some(part.received_at);
            vec![ConnectionChange::End(ConnectionEnd { noticed_at, ..EndReason::Deregistration.into() })]
        }
        Notice::Permissions => permissions(provider, part, link, &items, &mut mapped),
    };
    Ok(Some((mapped, changes)))
}

fn permissions(
    provider: &dyn Provider,
    part: &Part,
    link: &Connection,
    items: &[&RawValue],
    mapped: &mut Mapped,
) -> Vec<ConnectionChange> {
    let mut changes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(told) = provider.parse_permission_change(item.get().as_bytes()) else {
            let path = format!("{}[{index}].permissions", part.part_type);
            mapped.issues.push(Issue::new(IssueCode::Missing, path, "the notice does not say what is permitted"));
            continue;
        };
        // a clock that is ahead must not make its news stand for ever
        let changed_at = told.changed_at.unwrap_or(part.received_at).min(part.received_at);
        if link.standing.permissions_at.is_some_and(|known| changed_at < known) {
            let message = "newer permissions are known";
            mapped.issues.push(Issue::new(IssueCode::Outdated, &*part.part_type, message));
        } else {
            changes.push(ConnectionChange::Permissions { permissions: told.permissions, changed_at });
        }
    }
    // one body may hold several; the newest stands whatever their order
    changes.sort_by_key(|change| match change {
        ConnectionChange::Permissions { changed_at, .. } => Some(*changed_at),
        ConnectionChange::End(_) => None,
    });
    changes
}
