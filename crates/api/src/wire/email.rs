//! Whether text can be an e-mail address.

use crate::error::{ApiError, Result};

/// Reads an e-mail address: one `@` with something plain on both sides. Whether it exists, only mail can tell.
///
/// # Errors
/// 400 naming the field.
pub(crate) fn check_email(field: &str, text: &str) -> Result<String> {
    let problem = match text.trim().rsplit_once('@') {
        None => "An email address must have an @-sign.",
        Some((local, domain)) if plain(local) && is_domain(domain) => return Ok(text.trim().to_owned()),
        Some(_) => "The parts around the @-sign are not valid.",
    };
    Err(ApiError::invalid(field, format!("value is not a valid email address: {problem}")))
}

fn plain(local: &str) -> bool {
    let ok = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    !local.is_empty() && local.len() <= 64 && local.chars().all(ok)
}

fn is_domain(domain: &str) -> bool {
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["ada@example.com", " a.b+c@mail.example.org ", "ü@exämple.de"] {
            assert!(check_email("email", good).is_ok(), "{good}");
        }
        for bad in ["nope", "@example.com", "a@b", "a@@example.com", "a b@example.com", "a@exa mple.com", "a@.com"] {
            assert!(check_email("email", bad).is_err(), "{bad}");
        }
    }
}
