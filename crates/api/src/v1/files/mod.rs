//! Files that the team hands in: of workouts and services, and what phones export.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod import_apple;
pub(crate) mod presign_apple;
pub(crate) mod upload_presigned;

mod preview;
