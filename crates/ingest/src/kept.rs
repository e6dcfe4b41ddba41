//! Files that are kept as they came, because no record has a place for all that they say: electrocardiograms, clinical
//! records. Told of one by one, and given back as they are, for as long as raw bodies are kept.

use crate::{IngestError, Intake};
use model::UserId;
use providers::Described;
use std::io::Read as _;
use store::KeptFile;

impl Intake {
    /// A user's files of a type, latest first, with what each says of itself; from `before` on.
    ///
    /// # Errors
    /// The store failed, or a body cannot be read.
    pub async fn kept_files(
        &self,
        user: UserId,
        part_type: &'static str,
        before: Option<(i64, u32)>,
        limit: u32,
    ) -> Result<Vec<(KeptFile, Described)>, IngestError> {
        let mut told = Vec::new();
        for file in self.store.list_kept_files(user, part_type, before, limit).await? {
            let bytes = self.bytes_of(&file).await?;
            let provider = providers::find(file.provider.as_str());
            let described = provider.and_then(|provider| provider.describe(&file.part_type, &bytes));
            told.push((file, described.unwrap_or_default()));
        }
        Ok(told)
    }

    /// One of a user's files that are kept as they came, and its bytes.
    ///
    /// # Errors
    /// The store failed, or the body cannot be read.
    pub async fn kept_file(
        &self,
        user: UserId,
        receipt: i64,
        number: u32,
    ) -> Result<Option<(KeptFile, Vec<u8>)>, IngestError> {
        let Some(file) = self.store.find_kept_file(user, receipt, number).await? else { return Ok(None) };
        let bytes = self.bytes_of(&file).await?;
        Ok(Some((file, bytes)))
    }

    async fn bytes_of(&self, file: &KeptFile) -> Result<Vec<u8>, IngestError> {
        let (intake, body, size) = (self.clone(), file.body.clone(), file.size);
        let reading = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            // no piece of an export is larger
            intake.open_body(&body, size)?.take(size).read_to_end(&mut bytes).map_err(IngestError::Body)?;
            Ok(bytes)
        });
        reading.await.map_err(|error| IngestError::Body(std::io::Error::other(error)))?
    }
}
