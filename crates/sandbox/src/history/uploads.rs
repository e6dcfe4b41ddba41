//! What a user's device has uploaded: single items, and history, which is computed again whenever it is wanted.

use crate::{
    account::{Account, Item, Slice},
    device,
    kind::Kind,
};

/// A type and those whose history comes along with it.
pub(super) fn kinds_along(kind: Kind) -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(move |along| *along == kind || along.announced_with() == kind)
}

impl Slice {
    /// What it holds.
    pub(super) fn items(&self, account: &Account) -> Vec<Item> {
        let subjects = device::recorded(account, self.kind, self.from, self.to, self.uploaded);
        subjects.into_iter().map(|subject| Item { subject, uploaded: self.uploaded }).collect()
    }
}

/// What was uploaded of one type between two instants, both included, in the order of the uploads.
pub(crate) fn uploaded_within(account: &Account, kind: Kind, from: i64, to: i64) -> Vec<Item> {
    let of_kind = account.items.range((kind, String::new())..).take_while(|((of, _), _)| *of == kind);
    let mut items: Vec<Item> =
        of_kind.map(|(_, item)| *item).filter(|item| (from..=to).contains(&item.uploaded)).collect();
    let slices = account.slices.iter().filter(|slice| slice.kind == kind && (from..=to).contains(&slice.uploaded));
    items.extend(slices.flat_map(|slice| slice.items(account)));
    items.sort_by_key(|item| item.uploaded);
    items
}

/// What was uploaded of some types (none named: of all) and was recorded between two instants, both included.
pub(crate) fn uploaded(
    account: &Account,
    kinds: &[Kind],
    from: Option<i64>,
    to: Option<i64>,
    now: i64,
) -> Vec<(Kind, Item)> {
    let (from, to) = (from.unwrap_or(0), to.unwrap_or(now));
    let wanted = |kind: Kind| kinds.is_empty() || kinds.contains(&kind);
    let single = account.items.iter().filter(|((kind, _), _)| wanted(*kind)).map(|((kind, _), item)| (*kind, *item));
    let in_range = |(_, item): &(Kind, Item)| (from..=to).contains(&item.subject.start(&account.person));
    let mut found: Vec<(Kind, Item)> = single.filter(in_range).collect();
    for backfill in account.backfills.iter().chain(&account.served) {
        let (from, to) = (from.max(backfill.from), to.min(backfill.next - 1));
        for kind in kinds_along(backfill.kind).filter(|kind| wanted(*kind) && from <= to) {
            let slice = Slice { kind, from, to, uploaded: backfill.asked.as_seconds() };
            found.extend(slice.items(account).into_iter().map(|item| (kind, item)));
        }
    }
    found
}
