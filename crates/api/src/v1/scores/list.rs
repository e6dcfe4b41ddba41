//! `GET /api/v1/scores`: the open algorithms, each with its formula, components, needs and sources.

use crate::{access::Caller, error::Result};
use axum::Json;
use scores::{ALGORITHMS, Algorithm, Need, Part, Source};
use serde::Serialize;
use utoipa::ToSchema;

/// All algorithms.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmList {
    /// The algorithms.
    data: Vec<AlgorithmRead>,
}

/// An algorithm from records to a score.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmRead {
    /// Its name, which stays.
    name: &'static str,
    /// Raised when the same records come to give another value.
    version: u32,
    /// What the value means.
    meaning: &'static str,
    /// The formula in short.
    formula: &'static str,
    /// The category that `health-scores` has for such scores; null where it has none.
    category: Option<&'static str>,
    /// The unit of the value.
    unit: &'static str,
    /// Between what the value lies.
    range: AlgorithmRange,
    /// What the answer is made of.
    components: Vec<AlgorithmPart>,
    /// What it reads.
    needs: Vec<AlgorithmNeed>,
    /// How many days before its own day it reads.
    reads_days_back: u16,
    /// How many days after a late datum's own day may change.
    changes_days_forward: u16,
    /// Where the formula comes from.
    sources: Vec<AlgorithmSource>,
}

/// Between what a value lies.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmRange {
    /// The least value.
    least: f64,
    /// The greatest; null where there is none.
    greatest: Option<f64>,
}

/// A component of the answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmPart {
    /// Its name.
    name: &'static str,
    /// Its unit.
    unit: &'static str,
    /// Its share of the value when nothing is missing; null for what only explains.
    weight: Option<f64>,
    /// What it is.
    meaning: &'static str,
}

/// Something that an algorithm reads.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmNeed {
    /// What.
    input: &'static str,
    /// How many of it at least.
    least: u32,
    /// Whether there is no value without it.
    required: bool,
}

/// A publication.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlgorithmSource {
    /// Who wrote it.
    authors: &'static str,
    /// When.
    year: u16,
    /// Its title.
    title: &'static str,
    /// The journal or publisher.
    published_in: &'static str,
    /// Its DOI, if it has one.
    doi: Option<&'static str>,
}

#[utoipa::path(
    get, path = "/api/v1/scores", tag = "Scores", operation_id = "list_scores",
    summary = "Explain the scores that this server's open algorithms give",
    responses((status = 200, description = "The algorithms", body = AlgorithmList)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(_caller: Caller) -> Result<Json<AlgorithmList>> {
    Ok(Json(AlgorithmList { data: ALGORITHMS.iter().map(|algorithm| AlgorithmRead::from(*algorithm)).collect() }))
}

impl From<&Algorithm> for AlgorithmRead {
    fn from(algorithm: &Algorithm) -> Self {
        Self {
            name: algorithm.name,
            version: algorithm.version,
            meaning: algorithm.meaning,
            formula: algorithm.formula,
            category: algorithm.category.map(model::ScoreCategory::as_str),
            unit: algorithm.unit.as_str(),
            range: AlgorithmRange { least: algorithm.least, greatest: algorithm.greatest },
            components: algorithm.parts.iter().map(AlgorithmPart::from).collect(),
            needs: algorithm.needs.iter().map(AlgorithmNeed::from).collect(),
            reads_days_back: algorithm.reads_days_back,
            changes_days_forward: algorithm.changes_days_forward,
            sources: algorithm.sources.iter().map(AlgorithmSource::from).collect(),
        }
    }
}

impl From<&Part> for AlgorithmPart {
    fn from(part: &Part) -> Self {
        Self { name: part.name, unit: part.unit.as_str(), weight: part.weight, meaning: part.meaning }
    }
}

impl From<&Need> for AlgorithmNeed {
    fn from(need: &Need) -> Self {
        Self { input: need.input.as_str(), least: need.least, required: need.required }
    }
}

impl From<&Source> for AlgorithmSource {
    fn from(source: &Source) -> Self {
        let Source { authors, year, title, published_in, doi } = *source;
        Self { authors, year, title, published_in, doi }
    }
}
