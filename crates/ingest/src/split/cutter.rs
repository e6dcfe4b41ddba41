//! Gathers items by account and type, and keeps each gathering as a part once it is large enough.

use super::{
    lane_of,
    scanner::{Items, ScanError},
};
use crate::{IngestError, Intake, intake::INLINE_BYTES, notices::is_notice, spool::SpoolWriter};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::Arc,
};
use store::{Body, Connection, Delivery, Part};
use tokio::runtime::Handle;

/// An item above this goes to the spool while it is read.
const LARGE_ITEM: usize = 1024 * 1024;
/// What may be gathered in memory over all accounts and types.
const GATHERED: usize = 8 * 1024 * 1024;
/// Parts are kept this many at a time.
const BATCH: usize = 128;

/// Where the current item's bytes go.
enum Item {
    Memory(Vec<u8>),
    Spool { name: String, writer: SpoolWriter, size: u64 },
}

pub(super) struct Cutter {
    intake: Intake,
    runtime: Handle,
    delivery: Arc<Delivery>,
    /// Whose a fetched answer is, whatever its items say.
    fetched_for: Option<Vec<Connection>>,
    links: BTreeMap<String, Vec<Connection>>,
    item: Item,
    /// By type, then account: items joined by commas.
    gathered: BTreeMap<(String, Option<String>), Vec<u8>>,
    gathered_bytes: usize,
    next_number: u32,
    spooled: u32,
    ready: Vec<Part>,
}

impl Cutter {
    pub(super) fn new(
        intake: Intake,
        runtime: Handle,
        delivery: Arc<Delivery>,
        fetched_for: Option<Vec<Connection>>,
    ) -> Self {
        Self {
            intake,
            runtime,
            delivery,
            fetched_for,
            links: BTreeMap::new(),
            item: Item::Memory(Vec::new()),
            gathered: BTreeMap::new(),
            gathered_bytes: 0,
            next_number: 0,
            spooled: 0,
            ready: Vec::new(),
        }
    }

    /// Keeps what is still gathered; returns the names of what went to the spool.
    pub(super) fn finish(mut self) -> Result<Vec<String>, IngestError> {
        self.flush_all()?;
        self.put_ready()?;
        Ok((0..self.spooled).map(|number| self.spool_name(number)).collect())
    }

    fn spool_name(&self, number: u32) -> String {
        format!("p{}-{number}", self.delivery.receipt)
    }

    fn flush_all(&mut self) -> Result<(), IngestError> {
        let gathered = std::mem::take(&mut self.gathered);
        let provider = self.delivery.provider.clone();
        // the data of a body comes before what is said of its accounts
        let (last, first): (Vec<_>, Vec<_>) =
            gathered.into_iter().partition(|((part_type, _), _)| is_notice(provider.as_str(), part_type));
        for ((part_type, account), items) in first.into_iter().chain(last) {
            self.flush(&part_type, account.as_deref(), &items)?;
        }
        self.gathered_bytes = 0;
        Ok(())
    }

    fn flush(&mut self, part_type: &str, account: Option<&str>, items: &[u8]) -> Result<(), IngestError> {
        let mut list = Vec::with_capacity(items.len() + 2);
        list.push(b'[');
        list.extend_from_slice(items);
        list.push(b']');
        let body = self.intake.packing.pack(&list, 3).map_err(IngestError::Body)?;
        self.keep(part_type, account, Body::Inline(body), list.len() as u64)
    }

    /// Makes the part, once for every connection to the account.
    fn keep(&mut self, part_type: &str, account: Option<&str>, body: Body, size: u64) -> Result<(), IngestError> {
        let number = self.next_number;
        self.next_number += 1;
        let links = self.links_of(account)?;
        let account = self.delivery.account.as_deref().or(account);
        let is_notice = is_notice(self.delivery.provider.as_str(), part_type);
        let part = |link: Option<&Connection>| Part {
            lane: lane_of(link.map(|link| link.user_id), account),
            receipt: self.delivery.receipt,
            number,
            user_id: link.map(|link| link.user_id),
            team_id: link.map(|link| link.team_id),
            connection_id: link.map(|link| link.id),
            app_id: self.delivery.app_id,
            account: account.map(str::to_owned),
            provider: self.delivery.provider.clone(),
            kind: self.delivery.kind,
            part_type: part_type.to_owned(),
            meta: self.delivery.meta.clone(),
            body: body.clone(),
            size,
            received_at: self.delivery.received_at,
            attempts: 0,
            quiet: false,
            is_notice,
        };
        let parts: Vec<Part> =
            if links.is_empty() { vec![part(None)] } else { links.iter().map(|link| part(Some(link))).collect() };
        self.ready.extend(parts);
        if self.ready.len() >= BATCH { self.put_ready() } else { Ok(()) }
    }

    fn put_ready(&mut self) -> Result<(), IngestError> {
        if self.ready.is_empty() {
            return Ok(());
        }
        let parts = std::mem::take(&mut self.ready);
        Ok(self.runtime.block_on(self.intake.store.put_parts(parts))?)
    }

    fn links_of(&mut self, account: Option<&str>) -> Result<Vec<Connection>, IngestError> {
        if let Some(links) = &self.fetched_for {
            return Ok(links.clone());
        }
        let (Some(account), Some(app)) = (account, self.delivery.app_id) else { return Ok(Vec::new()) };
        if let Some(links) = self.links.get(account) {
            return Ok(links.clone());
        }
        let links = self.runtime.block_on(self.intake.store.find_connections_by_account(app, account))?;
        if self.links.len() > 10_000 {
            self.links.clear();
        }
        self.links.insert(account.to_owned(), links.clone());
        Ok(links)
    }

    fn gather(&mut self, list: &str, account: Option<String>, item: &[u8]) -> Result<(), IngestError> {
        let key = (list.to_owned(), account);
        // names count too: a body may hold very many of them
        self.gathered_bytes += item.len() + 1;
        let items = self.gathered.entry(key.clone()).or_insert_with(|| {
            self.gathered_bytes += weight(&key);
            Vec::new()
        });
        if !items.is_empty() {
            items.push(b',');
        }
        items.extend_from_slice(item);
        if items.len() > INLINE_BYTES
            && let Some(items) = self.gathered.remove(&key)
        {
            self.gathered_bytes = self.gathered_bytes.saturating_sub(items.len() + weight(&key));
            return self.flush(&key.0, key.1.as_deref(), &items);
        }
        if self.gathered_bytes > GATHERED { self.flush_all() } else { Ok(()) }
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
            Item::Memory(bytes) => self.gather(list, account.map(str::to_owned), &bytes),
            Item::Spool { name, mut writer, size } => {
                // what was gathered of this account and type came first and keeps its lower number
                let key = (list.to_owned(), account.map(str::to_owned));
                if let Some(items) = self.gathered.remove(&key) {
                    self.gathered_bytes = self.gathered_bytes.saturating_sub(items.len() + weight(&key));
                    self.flush(list, account, &items)?;
                }
                writer.write_all(b"]").map_err(IngestError::Body)?;
                writer.finish().map_err(IngestError::Body)?;
                self.keep(list, account, Body::Spooled(name), size)
            }
        }
    }
}

/// About how much memory a gathering takes beside its items.
fn weight((list, account): &(String, Option<String>)) -> usize {
    256 + list.len() + account.as_ref().map_or(0, String::len)
}

impl Items for Cutter {
    fn begin(&mut self, _list: &str) -> Result<(), ScanError> {
        self.item = Item::Memory(Vec::new());
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
