//! FHIR R4: a Patient without anything personal but the id, a Device for each source, and Observations.
//!
//! `codes` says what each series is called (LOINC where one fits surely, and always the project's own code), `units`
//! its unit (UCUM), `resource` how resources look, `observation` makes them of samples and `event` of events, `writer`
//! writes them as lines or as one Bundle. `sampled` puts samples at a regular pace together where that was asked. Where FHIR's vital-signs profiles have rules, these are kept and named.

mod codes;
mod event;
mod members;
mod observation;
mod resource;
mod sampled;
#[cfg(test)]
mod tests;
mod units;
mod writer;

pub(crate) use writer::FhirWriter;
