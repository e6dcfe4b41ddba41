//! Whether messages may go to an address, as far as the address alone tells; names are judged when they are called.

use net::{CustomerPolicy, Refusal};
use url::Url;

/// Judges the address of an endpoint when it is registered, so that its owner learns at once what every
/// delivery would be refused for.
///
/// # Errors
/// Says which rule forbids it.
pub fn check_endpoint_url(policy: &CustomerPolicy, url: &Url) -> Result<(), Refusal> {
    policy.check(url)
}
