//! Passwords, hashed and compared off the request threads, a few at once.

use crate::{
    State,
    error::{ApiError, Result},
};

const SHORTEST: usize = 8;
const LONGEST: usize = 1024;

/// Whether a password can be chosen.
///
/// # Errors
/// 400 naming the field.
pub(crate) fn check_new_password(field: &str, password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST {
        return Err(ApiError::invalid(field, format!("String should have at least {SHORTEST} characters")));
    }
    if password.len() > LONGEST {
        return Err(ApiError::invalid(field, format!("String should have at most {LONGEST} characters")));
    }
    Ok(())
}

/// Whether a password is the one of this hash; takes the same time without a hash.
pub(crate) async fn verify(state: &State, hash: Option<String>, password: String) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    off_thread(state, move || match hash {
        Some(hash) => seal::verify_password(&hash, &password),
        None => {
            let _ = seal::verify_nothing(&password);
            false
        }
    })
    .await
}

/// The hash to keep of a password.
pub(crate) async fn hash(state: &State, password: String) -> Result<String> {
    let rng = state.rng.clone();
    off_thread(state, move || seal::hash_password(&rng, &password)).await?.map_err(|error| ApiError::internal(&error))
}

async fn off_thread<T: Send + 'static>(state: &State, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = state.hashing.acquire().await.map_err(|error| ApiError::internal(&error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))
}
