//! Whether a notification's sender is who it says. Secret path segments are compared where routes are.

use subtle::ConstantTimeEq;

/// Whether the header by which the sender names our client id holds that id, compared in constant
/// time. False when the header is absent or when no id is configured.
#[must_use]
pub fn verify_client_id(header: Option<&[u8]>, client_id: &str) -> bool {
    header.is_some_and(|given| !client_id.is_empty() && bool::from(given.ct_eq(client_id.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_client_id_is_believed() {
        assert!(verify_client_id(Some(b"abc-1"), "abc-1"));
        assert!(!verify_client_id(Some(b"abc-2"), "abc-1"));
        assert!(!verify_client_id(Some(b"abc-11"), "abc-1"));
        assert!(!verify_client_id(Some(b""), "abc-1"));
        assert!(!verify_client_id(None, "abc-1"));
        assert!(!verify_client_id(Some(b""), ""));
    }
}
