//! Files of workouts that the team hands in.

pub(crate) mod create;
