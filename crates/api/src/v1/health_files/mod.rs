//! Files of a person that are kept as they came.

pub(crate) mod get;
pub(crate) mod list;

/// What is kept so.
const TYPES: &[(&str, &str)] = &[("electrocardiogram", "electrocardiogram"), ("clinical_record", "clinical_record")];
