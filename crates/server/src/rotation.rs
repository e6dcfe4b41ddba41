//! The change of the master key: which values are sealed under which, and everything sealed again under the current.
//! May be ended at any instant and begun anew; values that were sealed again are not looked at twice.

use anyhow::Context;
use model::Rng;
use seal::Keyring;
use store::{SealedPlace, SealedValue, Store};

/// How many values are read, sealed and written at once.
const BATCH: u32 = 200;

/// How many values are sealed under what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) current: u64,
    pub(crate) older: u64,
    /// Under keys that are not configured.
    pub(crate) unknown: u64,
}

/// Counts all sealed values.
pub(crate) async fn tally(store: &dyn Store, keyring: &Keyring) -> anyhow::Result<Tally> {
    let current = keyring.prefix();
    let mut tally = Tally::default();
    for (prefix, count) in store.count_sealed(current.len()).await? {
        let under = match () {
            () if prefix == current => &mut tally.current,
            () if keyring.knows(&prefix) => &mut tally.older,
            () => &mut tally.unknown,
        };
        *under += count;
    }
    Ok(tally)
}

/// What came of sealing again.
#[derive(Debug, Default)]
pub(crate) struct Resealed {
    pub(crate) changed: u64,
    /// What did not open stays as it is.
    pub(crate) unopened: u64,
}

/// Seals everything under the current key that is not. A value that somebody writes meanwhile is theirs: they seal it
/// under the current key themselves. `progress` hears how many were looked at.
pub(crate) async fn reseal(
    store: &dyn Store,
    keyring: &Keyring,
    rng: &Rng,
    mut progress: impl FnMut(u64),
) -> anyhow::Result<Resealed> {
    let prefix = keyring.prefix();
    let (mut done, mut after, mut seen) = (Resealed::default(), None, 0);
    loop {
        let values = store.list_sealed_otherwise(&prefix, after, BATCH).await?;
        let Some(last) = values.last() else { return Ok(done) };
        after = Some(last.place);
        seen += values.len() as u64;
        let mut changes = Vec::with_capacity(values.len());
        for value in values {
            match again(keyring, rng, &value)? {
                Some(bytes) => changes.push((value, bytes)),
                None => {
                    tracing::warn!(place = what(value.place), "a sealed value does not open and stays as it is");
                    done.unopened += 1;
                }
            }
        }
        done.changed += store.replace_sealed(changes).await?;
        progress(seen);
    }
}

/// The value sealed again; none when it does not open.
fn again(keyring: &Keyring, rng: &Rng, value: &SealedValue) -> anyhow::Result<Option<Vec<u8>>> {
    let context = sync::sealed_context(value.place).or_else(|| deliver::sealed_context(value.place));
    let context = context.with_context(|| format!("nobody knows what {} is bound to", what(value.place)))?;
    let plain = keyring.open(&context, &value.sealed).ok();
    Ok(plain.map(|plain| keyring.seal(rng, &context, &plain)))
}

fn what(place: SealedPlace) -> &'static str {
    match place {
        SealedPlace::ClientSecret(_) => "a client secret",
        SealedPlace::AccessToken(..) => "an access token",
        SealedPlace::RefreshToken(..) => "a refresh token",
        SealedPlace::EndpointSecret(_) => "an endpoint's secret",
        SealedPlace::MessageBody(..) => "a message's body",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Clock, EndpointId, TeamId, Timestamp};
    use seal::{MasterKey, WebhookSecret};
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    use store::{Endpoint, SqlStore};

    const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

    fn endpoint(keyring: &Keyring, rng: &Rng, team: TeamId) -> (Endpoint, String) {
        let id = EndpointId::generate(&Clock::fixed(NOW), rng);
        let secret = WebhookSecret::generate(rng);
        let endpoint = Endpoint {
            id,
            team_id: team,
            url: "https://example.com/".to_owned(),
            description: None,
            filter_types: Vec::new(),
            user_id: None,
            secret: deliver::seal_secret(keyring, rng, id, &secret),
            enabled: true,
            created_at: NOW,
            updated_at: NOW,
        };
        (endpoint, secret.reveal().to_string())
    }

    #[tokio::test]
    async fn sealing_again_goes_on_where_it_was_cut_off_and_leaves_alone_what_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open_embedded(&folder.path().join("store.db"), Clock::fixed(NOW)).unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let rng = Rng::seeded(1);
        let (old, new, lost) = (MasterKey::generate(&rng), MasterKey::generate(&rng), MasterKey::generate(&rng));
        let before = Keyring::new(old.clone(), Vec::new());
        let team = TeamId::generate(&Clock::fixed(NOW), &rng);
        let mut secrets = Vec::new();
        for _ in 0..450 {
            let (endpoint, secret) = endpoint(&before, &rng, team);
            secrets.push((endpoint.id, secret));
            store.put_endpoint(endpoint).await.unwrap();
        }
        store.put_endpoint(endpoint(&Keyring::new(lost, Vec::new()), &rng, team).0).await.unwrap();
        let ring = Keyring::new(new.clone(), vec![old]);
        let counted = async |ring: &Keyring| tally(&*store, ring).await.unwrap();
        assert_eq!(counted(&before).await, Tally { current: 450, older: 0, unknown: 1 });
        assert_eq!(counted(&ring).await, Tally { current: 0, older: 450, unknown: 1 });

        // cut off after the first batch
        let cut = AtomicBool::new(false);
        let sealing = reseal(&*store, &ring, &rng, |_| cut.store(true, Ordering::Relaxed));
        let mut sealing = Box::pin(sealing);
        futures::future::poll_fn(|context| {
            let ended = sealing.as_mut().poll(context).is_ready();
            if ended || cut.load(Ordering::Relaxed) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        drop(sealing);
        let half = counted(&ring).await;
        assert!(half.current >= 190 && half.older > 0, "{half:?}");

        let rest = reseal(&*store, &ring, &rng, |_| {}).await.unwrap();
        // what was on its way to the store when it was cut off may have arrived since
        assert!(rest.changed <= half.older && rest.unopened == 1, "{rest:?} of {half:?}");
        assert_eq!(counted(&ring).await, Tally { current: 450, older: 0, unknown: 1 });
        let alone = Keyring::new(new, Vec::new());
        let endpoints = store.list_endpoints(team).await.unwrap();
        for (id, secret) in secrets {
            let sealed = &endpoints.iter().find(|endpoint| endpoint.id == id).unwrap().secret;
            assert_eq!(deliver::open_secret(&alone, id, sealed).unwrap().reveal().to_string(), secret);
        }
    }
}
