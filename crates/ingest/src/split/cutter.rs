//! Gathers items by account and type, and makes each gathering a piece once it is large enough.

use super::{
    owners::Owners,
    scanner::{Items, ScanError},
};
use crate::{IngestError, Intake, intake::INLINE_BYTES, notices::is_notice, spool::SpoolWriter};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::Arc,
};
use store::{Body, Connection, Delivery, DeliveryKind, Part};
use tokio::runtime::Handle;

/// An item above this goes to the spool while it is read.
const LARGE_ITEM: usize = 1024 * 1024;
/// What may be gathered in memory over all accounts and types.
const GATHERED: usize = 8 * 1024 * 1024;
/// So many pieces are kept at a time.
const BATCH: usize = 128;

/// A type and an account.
type Key = (String, Option<String>);

/// Where the current item's bytes go.
enum Item {
    Memory(Vec<u8>),
    Spool { name: String, writer: SpoolWriter, size: u64 },
}

/// Items of one type and account, as they become parts.
pub(super) struct Piece {
    /// Its number within the delivery.
    pub(super) number: u32,
    pub(super) part_type: String,
    pub(super) account: Option<String>,
    pub(super) body: Body,
    pub(super) size: u64,
    pub(super) is_notice: bool,
}

pub(super) struct Cutter {
    intake: Intake,
    /// With which pieces are kept on the way; none: whoever cuts keeps them all.
    runtime: Option<Handle>,
    delivery: Arc<Delivery>,
    /// Whose a fetched answer is, whatever its items say.
    fetched_for: Option<Vec<Connection>>,
    owners: Owners,
    item: Item,
    /// Room for the next item.
    spare: Vec<u8>,
    /// By type, then account: a list that is still open.
    gathered: BTreeMap<Key, Vec<u8>>,
    /// The list to which the last item went, which mostly takes the next one too.
    current: Option<(Key, Vec<u8>)>,
    gathered_bytes: usize,
    next_number: u32,
    /// Begins the names of what goes to the spool. Of this cutting alone: who cuts again must not write what
    /// somebody may just have found unreferenced.
    names: String,
    spooled: u32,
    ready: Vec<Piece>,
}

/// What was cut and is not kept yet.
pub(super) struct Remainder {
    pub(super) pieces: Vec<Piece>,
    /// Names of the items that went to the spool.
    pub(super) spooled: Vec<String>,
}

impl Cutter {
    pub(super) fn new(
        intake: Intake,
        runtime: Option<Handle>,
        delivery: Arc<Delivery>,
        fetched_for: Option<Vec<Connection>>,
    ) -> Self {
        let names = format!("p{}-{}", delivery.receipt, intake.clock.now().as_micros());
        Self {
            intake,
            runtime,
            delivery,
            fetched_for,
            owners: Owners::default(),
            item: Item::Memory(Vec::new()),
            spare: Vec::new(),
            gathered: BTreeMap::new(),
            current: None,
            gathered_bytes: 0,
            next_number: 0,
            names,
            spooled: 0,
            ready: Vec::new(),
        }
    }

    /// Ends what is still gathered.
    pub(super) fn finish(mut self) -> Result<Remainder, IngestError> {
        self.flush_all()?;
        let spooled = (0..self.spooled).map(|number| self.spool_name(number)).collect();
        Ok(Remainder { pieces: self.ready, spooled })
    }

    fn spool_name(&self, number: u32) -> String {
        format!("{}-{number}", self.names)
    }

    fn flush_all(&mut self) -> Result<(), IngestError> {
        self.put_by();
        let gathered = std::mem::take(&mut self.gathered);
        let provider = self.delivery.provider.clone();
        // the data of a body comes before what is said of its accounts
        let (last, first): (Vec<_>, Vec<_>) =
            gathered.into_iter().partition(|((part_type, _), _)| is_notice(provider.as_str(), part_type));
        for ((part_type, account), items) in first.into_iter().chain(last) {
            self.flush(&part_type, account.as_deref(), items)?;
        }
        self.gathered_bytes = 0;
        Ok(())
    }

    /// Ends a list and makes it a piece.
    fn flush(&mut self, part_type: &str, account: Option<&str>, mut list: Vec<u8>) -> Result<(), IngestError> {
        list.push(b']');
        let body = self.intake.packing.pack(&list, 3).map_err(IngestError::Body)?;
        self.keep(part_type, account, Body::Inline(body), list.len() as u64)
    }

    fn keep(&mut self, part_type: &str, account: Option<&str>, body: Body, size: u64) -> Result<(), IngestError> {
        let number = self.next_number;
        self.next_number += 1;
        self.ready.push(Piece {
            number,
            part_type: part_type.to_owned(),
            account: account.map(str::to_owned),
            body,
            size,
            is_notice: is_notice(self.delivery.provider.as_str(), part_type),
        });
        match self.runtime.clone() {
            Some(runtime) if self.ready.len() >= BATCH => self.put_ready(&runtime),
            _ => Ok(()),
        }
    }

    /// Keeps what a large body gave so far.
    fn put_ready(&mut self, runtime: &Handle) -> Result<(), IngestError> {
        let pieces = std::mem::take(&mut self.ready);
        let (intake, delivery, links) = (&self.intake, &self.delivery, self.fetched_for.as_deref());
        if links.is_none() {
            let unknown = self.owners.unknown(delivery, pieces.iter());
            runtime.block_on(self.owners.find(intake, unknown))?;
            runtime.block_on(self.owners.find_team(intake, delivery))?;
        }
        let parts: Vec<Part> = pieces.into_iter().flat_map(|piece| self.owners.parts(delivery, piece, links)).collect();
        Ok(runtime.block_on(intake.store.put_parts(parts))?)
    }

    fn gather(&mut self, list: &str, account: Option<&str>, item: &[u8]) -> Result<(), IngestError> {
        let is_current = |(key, _): &(Key, Vec<u8>)| key.0 == list && key.1.as_deref() == account;
        let (key, mut items) = match self.current.take_if(|current| is_current(current)) {
            Some(current) => current,
            None => self.open((list.to_owned(), account.map(str::to_owned)), item.len()),
        };
        self.gathered_bytes += item.len() + 1;
        items.push(if items.is_empty() { b'[' } else { b',' });
        items.extend_from_slice(item);
        if items.len() > INLINE_BYTES {
            self.gathered_bytes = self.gathered_bytes.saturating_sub(items.len() + weight(&key));
            return self.flush(&key.0, key.1.as_deref(), items);
        }
        self.current = Some((key, items));
        if self.gathered_bytes > GATHERED { self.flush_all() } else { Ok(()) }
    }

    /// The list of a type and account in place of the one that was current; begun where there is none.
    fn open(&mut self, key: Key, first: usize) -> (Key, Vec<u8>) {
        self.put_by();
        let items = self.gathered.remove(&key).unwrap_or_else(|| {
            // names count too: a body may hold very many of them
            self.gathered_bytes += weight(&key);
            // a phone's body is mostly one list
            let whole = usize::try_from(self.delivery.size).unwrap_or(INLINE_BYTES).min(INLINE_BYTES);
            let is_phone = self.delivery.kind == DeliveryKind::Sdk && self.next_number == 0 && self.gathered.is_empty();
            Vec::with_capacity(if is_phone { whole } else { 0 }.max(first + 2))
        });
        (key, items)
    }

    /// Puts the current list by, among those that are gathered.
    fn put_by(&mut self) {
        if let Some((key, items)) = self.current.take() {
            self.gathered.insert(key, items);
        }
    }

    /// Moves the current item to the spool, because it is large.
    fn spool_item(&mut self) -> io::Result<()> {
        if let Item::Memory(bytes) = &self.item {
            let name = self.spool_name(self.spooled);
            self.spooled += 1;
            let mut writer = self.intake.spool.create(&name)?;
            writer.write_all(b"[")?;
            writer.write_all(bytes)?;
            self.item = Item::Spool { name, writer, size: bytes.len() as u64 + 2 };
        }
        Ok(())
    }

    fn end_item(&mut self, list: &str, account: Option<&str>) -> Result<(), IngestError> {
        match std::mem::replace(&mut self.item, Item::Memory(Vec::new())) {
            Item::Memory(bytes) => {
                let gathered = self.gather(list, account, &bytes);
                self.spare = bytes;
                gathered
            }
            Item::Spool { name, mut writer, size } => {
                // what was gathered of this account and type came first and keeps its lower number
                self.put_by();
                let key = (list.to_owned(), account.map(str::to_owned));
                if let Some(items) = self.gathered.remove(&key) {
                    self.gathered_bytes = self.gathered_bytes.saturating_sub(items.len() + weight(&key));
                    self.flush(list, account, items)?;
                }
                writer.write_all(b"]").map_err(IngestError::Body)?;
                writer.finish().map_err(IngestError::Body)?;
                self.keep(list, account, Body::Spooled(name), size)
            }
        }
    }
}

/// About how much memory a gathering takes beside its items.
fn weight((list, account): &Key) -> usize {
    256 + list.len() + account.as_ref().map_or(0, String::len)
}

impl Items for Cutter {
    fn begin(&mut self, _list: &str) -> Result<(), ScanError> {
        self.spare.clear();
        self.item = Item::Memory(std::mem::take(&mut self.spare));
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.item {
            Item::Memory(item) => {
                item.extend_from_slice(bytes);
                if item.len() > LARGE_ITEM { self.spool_item() } else { Ok(()) }
            }
            Item::Spool { writer, size, .. } => {
                *size += bytes.len() as u64;
                writer.write_all(bytes)
            }
        }
    }

    fn end(&mut self, list: &str, account: Option<&str>) -> Result<(), ScanError> {
        self.end_item(list, account).map_err(|error| ScanError::Sink(Box::new(error)))
    }
}
