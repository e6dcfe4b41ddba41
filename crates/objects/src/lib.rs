//! Large objects under names, in a folder of this machine or in an S3-compatible bucket that several
//! machines share.
//!
//! What is guaranteed: an object whose [`Writer::finish`] returned is whole and durable; before that nothing
//! stands under its name, and a writer that ends in any other way leaves nothing that [`Objects::sweep`] does
//! not find. Writing and reading go through bounded buffers, however large the object. Writers and readers
//! block: they belong on a thread where that is allowed.

mod bucket;
mod folder;
mod name;
mod reader;
#[cfg(feature = "testing")]
pub mod testing;
mod upload;
mod writer;

pub use bucket::{BucketKeys, InvalidPlace};
pub use writer::Writer;

use bucket::Bucket;
use folder::Folder;
use reader::Reader;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};
use upload::Upload;
use url::Url;

/// Where objects lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects(Place);

#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    Bucket(Bucket),
}

impl Objects {
    /// In a folder, which is created.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        Ok(Self(Place::Folder(Folder::open(folder)?)))
    }

    /// Where a URL says: `file:///a/folder`, or `s3://bucket/prefix`. Nothing is asked of the bucket yet.
    pub fn at(url: &Url, keys: &BucketKeys) -> Result<Self, InvalidPlace> {
        match url.scheme() {
            "file" => {
                let folder = url.to_file_path().map_err(|()| InvalidPlace::Path)?;
                Self::in_folder(&folder).map_err(InvalidPlace::Folder)
            }
            "s3" => Ok(Self(Place::Bucket(Bucket::open(url, keys)?))),
            _ => Err(InvalidPlace::Scheme),
        }
    }

    /// The folder, where it is one of this machine.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        match &self.0 {
            Place::Folder(folder) => Some(folder.path().to_owned()),
            Place::Bucket(_) => None,
        }
    }

    /// Whether objects can be written, read and removed.
    pub async fn check(&self) -> io::Result<()> {
        match &self.0 {
            Place::Folder(folder) => folder.check(),
            Place::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Begins an object. It exists under `name` once [`Writer::finish`] returned. Inside a runtime.
    pub fn create(&self, name: &str) -> io::Result<Writer> {
        name::check(name)?;
        match &self.0 {
            Place::Folder(folder) => Ok(Writer::from(folder.create(name)?)),
            Place::Bucket(bucket) => Ok(Writer::from(Upload::begin(bucket.clone(), name)?)),
        }
    }

    /// Reads an object from its beginning. Blocking, inside a runtime.
    pub fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        name::check(name)?;
        Ok(match &self.0 {
            Place::Folder(folder) => Box::new(folder.open_file(name)?),
            Place::Bucket(bucket) => Box::new(Reader::open(bucket, name)?),
        })
    }

    /// Reads a whole object that is known to be small enough.
    pub async fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        name::check(name)?;
        match &self.0 {
            Place::Folder(folder) => tokio::fs::read(folder.path().join(name)).await,
            Place::Bucket(bucket) => bucket.read(name).await,
        }
    }

    /// Removes an object; one that is gone already is fine.
    pub async fn remove(&self, name: &str) -> io::Result<()> {
        name::check(name)?;
        match &self.0 {
            Place::Folder(folder) => folder.remove(name),
            Place::Bucket(bucket) => bucket.remove(name).await,
        }
    }

    /// The names that begin with the folder `under` and a slash; all for an empty one.
    pub async fn list(&self, under: &str) -> io::Result<Vec<String>> {
        if !under.is_empty() {
            name::check(under)?;
        }
        match &self.0 {
            Place::Folder(folder) => folder.list(under),
            Place::Bucket(bucket) => bucket.list(under).await,
        }
    }

    /// Removes what was begun and not finished longer ago than `age`; gives the names of whole objects as old
    /// as that. Younger ones may be in the hands of someone who is about to note their names.
    pub async fn sweep(&self, age: Duration) -> io::Result<Vec<String>> {
        match &self.0 {
            Place::Folder(folder) => folder.sweep(age),
            Place::Bucket(bucket) => bucket.sweep(age).await,
        }
    }
}

/// Free bytes of the disk that a path lies on.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
