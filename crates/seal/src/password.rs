//! Passwords as Argon2id hashes in PHC form, whose parameters travel with each hash.
//!
//! All of these take tens of milliseconds and 19 MiB on purpose: call them off the async threads and
//! behind a rate limit.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use model::Rng;

// The first choice of the OWASP cheat sheet for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password cannot be hashed")]
pub struct HashPasswordError;

fn argon2() -> Result<Argon2<'static>, HashPasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashPasswordError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password for keeping: a PHC string, `$argon2id$…`.
///
/// # Errors
/// When memory for the work is not to be had.
pub fn hash_password(rng: &Rng, password: &str) -> Result<String, HashPasswordError> {
    let salt: [u8; 16] = rng.bytes();
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| HashPasswordError)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed. False for a hash that cannot be read.
#[must_use]
pub fn verify_password(hash: &str, password: &str) -> bool {
    let (Ok(argon2), Ok(parsed)) = (argon2(), PasswordHash::new(hash)) else { return false };
    argon2.verify_password(password.as_bytes(), &parsed).is_ok()
}

/// Does the work of a verification and refuses: for logins of users that do not exist, so that the
/// answer's time does not tell whether they do.
#[must_use]
pub fn verify_nothing(password: &str) -> bool {
    let mut out = [0u8; Params::DEFAULT_OUTPUT_LEN];
    if let Ok(argon2) = argon2() {
        // The outcome is of no interest, but must not be optimised away.
        std::hint::black_box(argon2.hash_password_into(password.as_bytes(), &[0u8; 16], &mut out).is_ok());
        std::hint::black_box(&out);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_verifies() {
        let hash = hash_password(&Rng::seeded(1), "correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password(&hash, "correct horse"));
        assert!(!verify_password(&hash, "correct horsf"));
        assert!(!verify_password(&hash, ""));
    }

    #[test]
    fn the_same_password_is_hashed_differently_each_time() {
        let rng = Rng::seeded(1);
        assert_ne!(hash_password(&rng, "pw").unwrap(), hash_password(&rng, "pw").unwrap());
    }

    #[test]
    fn a_damaged_hash_and_a_missing_user_verify_nothing() {
        for hash in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$", "$scrypt$ln=1$abc$def"] {
            assert!(!verify_password(hash, "pw"), "{hash}");
        }
        assert!(!verify_nothing("pw"));
    }
}
