//! Objects in an S3-compatible bucket, below a prefix.
//!
//! A large object is an upload of several parts, which the bucket keeps, unseen, until it is completed or
//! aborted. So that a crash leaves nothing that nobody knows of, a note with the upload's id lies in the bucket
//! for as long as the upload runs; the sweep aborts those whose notes are old.

use crate::name::is_reserved;
use futures::{StreamExt, TryStreamExt};
use object_store::{
    BackoffConfig, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    multipart::MultipartStore,
    path::Path,
};
use std::{fmt, io, sync::Arc, time::Duration};
use url::Url;
use zeroize::Zeroizing;

/// The folder of notes of running uploads.
const UPLOADS: &str = "_uploads";
/// Tells by its own age what time it is for the bucket.
const MARK: &str = "_swept";
/// How long a bucket may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a request is tried: longer than a bucket's server takes to restart, shorter than a sender waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a bucket is reached.
#[derive(Clone, Default)]
pub struct BucketKeys {
    /// The address of the service; none for AWS itself.
    pub endpoint: Option<Url>,
    /// The region; empty where the service has none.
    pub region: String,
    /// The public half of the key pair; empty for the role of the machine (AWS only).
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: Zeroizing<String>,
}

impl fmt::Debug for BucketKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketKeys").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Why a URL is no place for objects.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPlace {
    /// Another scheme than `file` and `s3`.
    #[error("the URL begins with neither `file:///` nor `s3://`")]
    Scheme,
    /// A `file` URL without a usable path.
    #[error("the file URL names no folder of this machine")]
    Path,
    /// The folder cannot be made.
    #[error("the folder cannot be made: {0}")]
    Folder(io::Error),
    /// An `s3` URL without a bucket.
    #[error("the s3 URL names no bucket")]
    Bucket,
    /// The prefix, the endpoint or the keys do not fit.
    #[error("the bucket cannot be used: {0}")]
    Settings(#[from] object_store::Error),
    /// The prefix cannot be the beginning of names.
    #[error("the prefix of the s3 URL cannot be used: {0}")]
    Prefix(#[from] object_store::path::Error),
}

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Arc<str>,
}

impl Bucket {
    pub(crate) fn open(url: &Url, keys: &BucketKeys) -> Result<Self, InvalidPlace> {
        let bucket = url.host_str().filter(|name| !name.is_empty()).ok_or(InvalidPlace::Bucket)?;
        let prefix = Path::from_url_path(url.path().trim_matches('/'))?;
        let is_plain = keys.endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
        let client = ClientOptions::new()
            .with_allow_http(is_plain)
            .with_connect_timeout(Duration::from_secs(5))
            // an object takes as long as it is read; only silence is a fault
            .with_timeout_disabled()
            .with_read_timeout(SILENCE);
        let retry = RetryConfig {
            backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
            max_retries: 20,
            retry_timeout: PATIENCE,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_client_options(client)
            .with_retry(retry)
            // the request for many at once is the part of the protocol that fewest services have
            .with_config(AmazonS3ConfigKey::DisableBulkDelete, "true");
        if let Some(endpoint) = &keys.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        if !keys.region.is_empty() {
            builder = builder.with_region(&keys.region);
        }
        if !keys.access_key_id.is_empty() {
            builder =
                builder.with_access_key_id(&keys.access_key_id).with_secret_access_key(keys.secret_access_key.as_str());
        }
        Ok(Self { store: Arc::new(builder.build()?), prefix: Arc::from(prefix.as_ref()) })
    }

    pub(crate) fn store(&self) -> &Arc<AmazonS3> {
        &self.store
    }

    pub(crate) fn path(&self, name: &str) -> Path {
        if self.prefix.is_empty() { Path::from(name) } else { Path::from(format!("{}/{name}", self.prefix)) }
    }

    /// Where the note of an upload lies.
    pub(crate) fn note(&self, id: &str) -> Path {
        // ids are any text
        let word: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.path(&format!("{UPLOADS}/{word}"))
    }

    fn name(&self, path: &Path) -> Option<String> {
        let path = path.as_ref();
        let name = if self.prefix.is_empty() { path } else { path.strip_prefix(&*self.prefix)?.strip_prefix('/')? };
        (!is_reserved(name)).then(|| name.to_owned())
    }

    pub(crate) async fn check(&self) -> io::Result<()> {
        let probe = self.path("_probe");
        self.store.put(&probe, PutPayload::from_static(b"1")).await?;
        let read = self.store.get(&probe).await?.bytes().await?;
        self.store.delete(&probe).await?;
        if read.as_ref() == b"1" { Ok(()) } else { Err(io::Error::other("the bucket gave other bytes than it took")) }
    }

    pub(crate) async fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        Ok(self.store.get(&self.path(name)).await?.bytes().await?.into())
    }

    pub(crate) async fn remove(&self, name: &str) -> io::Result<()> {
        gone(self.store.delete(&self.path(name)).await)
    }

    pub(crate) async fn list(&self, under: &str) -> io::Result<Vec<String>> {
        let prefix = self.path(under);
        let found = self.store.list(Some(&prefix)).try_filter_map(async |meta| Ok(self.name(&meta.location)));
        Ok(found.try_collect().await?)
    }

    pub(crate) async fn sweep(&self, age: Duration) -> io::Result<Vec<String>> {
        let mark = self.path(MARK);
        self.store.put(&mark, PutPayload::new()).await?;
        let now = self.store.head(&mark).await?.last_modified.timestamp();
        let age_s = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        let is_old = |meta: &ObjectMeta| now.saturating_sub(meta.last_modified.timestamp()) >= age_s;
        let mut notes = self.store.list(Some(&self.path(UPLOADS)));
        while let Some(note) = notes.next().await {
            let note = note?;
            if is_old(&note) {
                self.abort_noted(&note.location).await?;
            }
        }
        let mut found = self.store.list(Some(&self.path("")));
        let mut names = Vec::new();
        while let Some(object) = found.next().await {
            let object = object?;
            if is_old(&object) {
                names.extend(self.name(&object.location));
            }
        }
        Ok(names)
    }

    /// Ends an upload that nobody goes on with.
    async fn abort_noted(&self, note: &Path) -> io::Result<()> {
        let text = match self.store.get(note).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(()),
            read => read?.bytes().await?,
        };
        let text = String::from_utf8_lossy(&text);
        if let Some((name, id)) = text.split_once('\n') {
            let id = id.to_owned();
            gone(self.store.abort_multipart(&self.path(name), &id).await)?;
        }
        gone(self.store.delete(note).await)
    }
}

/// Fine when it was gone already.
pub(crate) fn gone(removed: object_store::Result<()>) -> io::Result<()> {
    match removed {
        Err(object_store::Error::NotFound { .. }) => Ok(()),
        removed => Ok(removed?),
    }
}
