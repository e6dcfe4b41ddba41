//! Files that the team hands in.

pub(crate) mod create;

mod preview;
