//! Menstrual cycles.

pub(crate) mod delete;
pub(crate) mod list;
