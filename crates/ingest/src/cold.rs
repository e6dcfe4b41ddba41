//! The place of old samples outside the store: objects that are there only once they were read back as written.

use crate::{IngestError, Intake};
use objects::Objects;
use std::{
    io::{self, Read, Write},
    time::Duration,
};

/// What was begun longer ago than this, nobody writes any more.
const OLD: Duration = Duration::from_hours(1);
/// How many names are removed before they are forgotten.
const REMOVED: u32 = 100;

/// Where old samples lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ColdPlace(Objects);

impl ColdPlace {
    /// The place that these objects are.
    #[must_use]
    pub fn new(objects: Objects) -> Self {
        Self(objects)
    }

    /// Whether objects can be written, read and removed.
    pub async fn check(&self) -> io::Result<()> {
        self.0.check().await
    }

    /// Reads an object from its beginning. Blocking, inside a runtime.
    pub fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        self.0.open(name)
    }

    /// Reads a whole object.
    pub async fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0.read(name).await
    }

    /// Writes an object and reads it back.
    pub(crate) async fn write(&self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let (objects, to) = (self.0.clone(), name.to_owned());
        let write = move || {
            let mut writer = objects.create(&to)?;
            writer.write_all(&bytes)?;
            writer.finish()?;
            Ok::<_, io::Error>(bytes)
        };
        let written = tokio::task::spawn_blocking(write).await.map_err(io::Error::other)??;
        if self.read(name).await? == written {
            Ok(())
        } else {
            Err(io::Error::other("an object is not what was written"))
        }
    }

    /// Removes an object, or all below a name that ends with a slash; what is gone already is fine.
    async fn remove(&self, name: &str) -> io::Result<()> {
        let Some(folder) = name.strip_suffix('/') else { return self.0.remove(name).await };
        for name in self.0.list(folder).await? {
            self.0.remove(&name).await?;
        }
        Ok(())
    }
}

impl Intake {
    /// With a place for old samples.
    #[must_use]
    pub fn with_cold(mut self, place: ColdPlace) -> Self {
        self.cold = Some(place);
        self
    }

    /// The place of old samples, where there is one.
    #[must_use]
    pub fn cold(&self) -> Option<&ColdPlace> {
        self.cold.as_ref()
    }

    /// Removes objects that the store let go of, and what a crash left half-written.
    pub async fn remove_cold(&self) -> Result<(), IngestError> {
        let Some(place) = &self.cold else { return Ok(()) };
        if self.store.abandon_all_cold(self.clock.now()).await? > 0 {
            // whole objects that the store does not know are left alone: another installation may have written them
            place.0.sweep(OLD).await.map_err(IngestError::Cold)?;
        }
        loop {
            let names = self.store.list_cold_gone(self.clock.now(), REMOVED).await?;
            if names.is_empty() {
                return Ok(());
            }
            for name in &names {
                place.remove(name).await.map_err(IngestError::Cold)?;
            }
            metrics::counter!("wearhouse_cold_objects_removed_total").increment(names.len() as u64);
            self.store.forget_cold_gone(names).await?;
        }
    }
}
