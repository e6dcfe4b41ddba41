//! What a user's fields may hold.

use crate::error::{ApiError, Result};

const LONGEST_NAME: usize = 100;
const LONGEST_EXTERNAL_ID: usize = 255;

/// A name of at most 100 characters.
///
/// # Errors
/// 400 naming the field.
pub(crate) fn check_name(field: &str, name: Option<String>) -> Result<Option<String>> {
    at_most(field, name, LONGEST_NAME)
}

/// The team's own id: not blank, at most 255 characters.
///
/// # Errors
/// 400 naming the field.
pub(crate) fn check_external_id(id: Option<String>) -> Result<Option<String>> {
    if id.as_deref().is_some_and(|id| id.trim().is_empty()) {
        return Err(ApiError::invalid("external_user_id", "String should have at least 1 character"));
    }
    at_most("external_user_id", id, LONGEST_EXTERNAL_ID)
}

/// An IANA time zone, in its usual spelling.
///
/// # Errors
/// 400 when there is no such zone.
pub(crate) fn check_time_zone(name: Option<String>) -> Result<Option<String>> {
    let Some(name) = name else { return Ok(None) };
    let zone = jiff::tz::TimeZone::get(&name).ok();
    let known = zone.as_ref().and_then(jiff::tz::TimeZone::iana_name).map(str::to_owned);
    known.map(Some).ok_or_else(|| ApiError::invalid("time_zone", "Input should be an IANA time zone"))
}

fn at_most(field: &str, text: Option<String>, longest: usize) -> Result<Option<String>> {
    match text {
        Some(text) if text.chars().count() > longest => {
            Err(ApiError::invalid(field, format!("String should have at most {longest} characters")))
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_time_zones_that_exist_are_kept() {
        assert_eq!(check_time_zone(Some("Europe/Berlin".into())).unwrap(), Some("Europe/Berlin".to_owned()));
        assert_eq!(check_time_zone(None).unwrap(), None);
        assert!(check_time_zone(Some("Europe/Atlantis".into())).is_err());
        assert!(check_time_zone(Some(String::new())).is_err());
    }
}
