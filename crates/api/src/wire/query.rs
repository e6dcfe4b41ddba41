//! The query string, read parameter by parameter so that errors name them and repeats are kept.

use crate::{
    State,
    error::{ApiError, Result},
    wire::{Instant, parse_instant},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::{convert::Infallible, ops::RangeInclusive, str::FromStr};

/// The parameters of the query, in order.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Of parameters that did not come with a request.
    pub(crate) fn of(parameters: Vec<(String, String)>) -> Self {
        Self(parameters)
    }

    /// The last value of a parameter, as the peer takes it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str> {
        self.text(name).ok_or_else(|| ApiError::invalid(name, "Field required"))
    }

    /// A whole number within a range.
    pub(crate) fn integer(&self, name: &str, default: u32, range: RangeInclusive<u32>) -> Result<u32> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let number: i64 =
            text.trim().parse().map_err(|_| ApiError::invalid(name, "Input should be a valid integer"))?;
        if number < i64::from(*range.start()) {
            return Err(ApiError::invalid(name, format!("Input should be greater than or equal to {}", range.start())));
        }
        match u32::try_from(number) {
            Ok(number) if number <= *range.end() => Ok(number),
            _ => Err(ApiError::invalid(name, format!("Input should be less than or equal to {}", range.end()))),
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        match self.text(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0" | "no" | "off") => Ok(false),
            Some("true" | "1" | "yes" | "on") => Ok(true),
            Some(_) => Err(ApiError::invalid(name, "Input should be a valid boolean")),
        }
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(&self, name: &str, default: T, choices: &[(&str, T)]) -> Result<T> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let found = choices.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("'{word}'")).collect();
            ApiError::invalid(name, format!("Input should be {}", words.join(", ")))
        })
    }

    /// An id.
    pub(crate) fn id<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let read = |text: &str| text.parse().map_err(|_| ApiError::invalid(name, "Input should be a valid UUID"));
        self.text(name).map(read).transpose()
    }

    /// A time that must be there: ISO 8601, or seconds since 1970.
    pub(crate) fn instant(&self, name: &str) -> Result<Instant> {
        parse_instant(self.required(name)?)
    }
}

impl FromRequestParts<State> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> std::result::Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    #[test]
    fn repeats_are_kept_and_the_last_single_value_counts() {
        let query = query("types=a&types=b&limit=5&limit=7");
        assert_eq!(query.all("types").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(query.integer("limit", 50, 1..=100).unwrap(), 7);
        assert_eq!(query.integer("page", 1, 1..=100).unwrap(), 1);
    }

    #[test]
    fn errors_name_the_parameter_and_the_bound() {
        let detail = |text: &str| query(text).integer("limit", 50, 1..=100).unwrap_err().to_string();
        assert_eq!(detail("limit=101"), "limit: Input should be less than or equal to 100");
        assert_eq!(detail("limit=99999999999999"), "limit: Input should be less than or equal to 100");
        assert_eq!(detail("limit=0"), "limit: Input should be greater than or equal to 1");
        assert_eq!(detail("limit=x"), "limit: Input should be a valid integer");
        assert_eq!(query("").required("start_date").unwrap_err().to_string(), "start_date: Field required");
    }
}
