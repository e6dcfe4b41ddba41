//! Codes, tokens and file links: who holds what, until when. Bounded; what has expired is forgotten.

use crate::generator::WorkoutPlan;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Rng, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};

pub(crate) const ACCESS_SECONDS: i64 = 86_400;
pub(crate) const REFRESH_SECONDS: i64 = 7_775_998;
const FILE_LINK_SECONDS: i64 = 86_400;
/// How long an expired or used link is remembered, so that its holder is told so.
const FILE_LINK_KEPT: i64 = 2 * FILE_LINK_SECONDS;
const MAX_KEPT: usize = 20_000;
const MAX_FILE_LINKS: usize = 200_000;

/// A code that waits to be exchanged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) user_id: String,
    pub(crate) challenge: String,
    /// The `redirect_uri` of the request, if it had one; the exchange must repeat it.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) expires: Timestamp,
}

/// Something that belongs to a user until a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    user_id: String,
    expires: Timestamp,
}

/// A link to a file, good for one download.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FileLink {
    user_id: String,
    plan: WorkoutPlan,
    issued: Timestamp,
    used: bool,
}

/// What a bearer token turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    User(String),
    Expired,
    Unknown,
}

/// What a file link turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Download {
    Once(String, WorkoutPlan),
    AlreadyDownloaded,
    Expired,
    Unknown,
}

/// A pair of tokens, as handed out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) jti: String,
}

/// All that was handed out.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    access: HashMap<String, Held>,
    refresh: HashMap<String, Held>,
    files: HashMap<String, FileLink>,
    /// Tokens of file links, oldest first.
    file_order: VecDeque<String>,
}

impl Grants {
    /// A fresh code for what was consented to.
    pub(crate) fn issue_code(&mut self, rng: &Rng, now: Timestamp, code: Code) -> String {
        self.codes.retain(|_, kept| kept.expires > now);
        bound(&mut self.codes, |kept| kept.expires);
        let text = hex::encode(rng.bytes::<24>());
        self.codes.insert(text.clone(), code);
        text
    }

    /// The code, once: whatever comes of the exchange, it is gone.
    pub(crate) fn take_code(&mut self, now: Timestamp, text: &str) -> Option<Code> {
        self.codes.remove(text).filter(|code| code.expires > now)
    }

    /// A fresh pair of tokens for a user.
    pub(crate) fn issue_pair(&mut self, rng: &Rng, now: Timestamp, client_id: &str, user_id: &str) -> Pair {
        self.refresh.retain(|_, held| held.expires > now);
        // An expired access token is remembered for a while, so that its holder is told so.
        self.access.retain(|_, held| held.expires.plus_seconds(ACCESS_SECONDS) > now);
        bound(&mut self.access, |held| held.expires);
        bound(&mut self.refresh, |held| held.expires);
        let jti = uuid::Builder::from_random_bytes(rng.bytes()).into_uuid().to_string();
        let access = access_token(rng, now, client_id, user_id, &jti);
        let value = uuid::Builder::from_random_bytes(rng.bytes()).into_uuid();
        let refresh = URL_SAFE_NO_PAD.encode(format!(r#"{{"refreshTokenValue":"{value}","garminGuid":"{user_id}"}}"#));
        let held = |seconds| Held { user_id: user_id.to_owned(), expires: now.plus_seconds(seconds) };
        self.access.insert(access.clone(), held(ACCESS_SECONDS));
        self.refresh.insert(refresh.clone(), held(REFRESH_SECONDS));
        Pair { access, refresh, jti }
    }

    /// The user of a refresh token, which is used up by this.
    pub(crate) fn take_refresh(&mut self, now: Timestamp, token: &str) -> Option<String> {
        self.refresh.remove(token).filter(|held| held.expires > now).map(|held| held.user_id)
    }

    pub(crate) fn check_access(&self, now: Timestamp, token: &str) -> Bearer {
        match self.access.get(token) {
            Some(held) if held.expires > now => Bearer::User(held.user_id.clone()),
            Some(_) => Bearer::Expired,
            None => Bearer::Unknown,
        }
    }

    /// Takes everything back that a user's consent gave.
    pub(crate) fn withdraw(&mut self, user_id: &str) {
        self.codes.retain(|_, code| code.user_id != user_id);
        self.access.retain(|_, held| held.user_id != user_id);
        self.refresh.retain(|_, held| held.user_id != user_id);
        self.files.retain(|_, link| link.user_id != user_id);
    }

    /// The token of a fresh link to a workout's file.
    pub(crate) fn issue_file_link(&mut self, rng: &Rng, now: Timestamp, user_id: &str, plan: WorkoutPlan) -> String {
        self.drop_old_links(now);
        let token = hex::encode(rng.bytes::<24>());
        let link = FileLink { user_id: user_id.to_owned(), plan, issued: now, used: false };
        self.files.insert(token.clone(), link);
        self.file_order.push_back(token.clone());
        token
    }

    fn drop_old_links(&mut self, now: Timestamp) {
        while let Some(oldest) = self.file_order.front() {
            let kept = self.files.get(oldest).is_some_and(|link| link.issued.plus_seconds(FILE_LINK_KEPT) > now);
            if kept && self.file_order.len() < MAX_FILE_LINKS {
                return;
            }
            self.files.remove(oldest);
            self.file_order.pop_front();
        }
    }

    /// Can a file still be fetched by this link, or was it?
    pub(crate) fn is_file_link(&self, now: Timestamp, token: &str) -> bool {
        self.files.get(token).is_some_and(|link| link.issued.plus_seconds(FILE_LINK_SECONDS) > now)
    }

    /// Lets an access token expire before its time.
    pub(crate) fn expire(&mut self, now: Timestamp, token: &str) {
        if let Some(held) = self.access.get_mut(token) {
            held.expires = held.expires.min(now);
        }
    }

    /// Takes over a pair that was handed out before a restart; `used` is the refresh token that it replaced.
    pub(crate) fn restore_pair(&mut self, user_id: &str, pair: &Pair, used: Option<&str>, now: Timestamp) {
        if let Some(used) = used {
            self.refresh.remove(used);
        }
        let held = |seconds| Held { user_id: user_id.to_owned(), expires: now.plus_seconds(seconds) };
        self.access.insert(pair.access.clone(), held(ACCESS_SECONDS));
        self.refresh.insert(pair.refresh.clone(), held(REFRESH_SECONDS));
    }

    /// Uses a file link.
    pub(crate) fn take_file(&mut self, now: Timestamp, id: u64, token: &str) -> Download {
        match self.files.get_mut(token) {
            Some(link) if link.plan.id != id => Download::Unknown,
            Some(link) if link.used => Download::AlreadyDownloaded,
            Some(link) if link.issued.plus_seconds(FILE_LINK_SECONDS) <= now => Download::Expired,
            Some(link) => {
                link.used = true;
                Download::Once(link.user_id.clone(), link.plan)
            }
            None => Download::Unknown,
        }
    }
}

/// Makes room for one more by dropping the oldest.
fn bound<T>(map: &mut HashMap<String, T>, age: impl Fn(&T) -> Timestamp) {
    if map.len() >= MAX_KEPT
        && let Some(oldest) = map.iter().min_by_key(|(_, held)| age(held)).map(|(key, _)| key.clone())
    {
        map.remove(&oldest);
    }
}

/// An access token of the length and look that integrations meet: three parts, long, and opaque to them.
fn access_token(rng: &Rng, now: Timestamp, client_id: &str, user_id: &str, jti: &str) -> String {
    let header = serde_json::json!({ "alg": "RS256", "typ": "JWT", "kid": "sandbox" });
    let claims = serde_json::json!({
        "scope": ["PARTNER_WRITE", "PARTNER_READ", "CONNECT_READ", "CONNECT_WRITE"],
        "iss": "sandbox",
        "client_type": "PARTNER",
        "exp": now.plus_seconds(ACCESS_SECONDS).as_seconds(),
        "iat": now.as_seconds(),
        "garmin_guid": user_id,
        "jti": jti,
        "client_id": client_id,
    });
    let signature = rng.bytes::<256>();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{}.{}.{}", part(header.to_string().as_bytes()), part(claims.to_string().as_bytes()), part(&signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn access_expires_and_refresh_works_once() {
        let (mut grants, rng) = (Grants::default(), Rng::seeded(1));
        let pair = grants.issue_pair(&rng, at(0), "client", "someone");
        assert_eq!(grants.check_access(at(10), &pair.access), Bearer::User("someone".to_owned()));
        assert_eq!(grants.check_access(at(ACCESS_SECONDS), &pair.access), Bearer::Expired);
        assert_eq!(grants.take_refresh(at(10), &pair.refresh), Some("someone".to_owned()));
        assert_eq!(grants.take_refresh(at(10), &pair.refresh), None);
        grants.withdraw("someone");
        assert_eq!(grants.check_access(at(10), &pair.access), Bearer::Unknown);
    }

    #[test]
    fn a_code_is_gone_after_one_try_or_its_time() {
        let (mut grants, rng) = (Grants::default(), Rng::seeded(1));
        let code =
            || Code { user_id: "someone".to_owned(), challenge: String::new(), redirect_uri: None, expires: at(60) };
        let first = grants.issue_code(&rng, at(0), code());
        assert!(grants.take_code(at(1), &first).is_some());
        assert!(grants.take_code(at(1), &first).is_none());
        let late = grants.issue_code(&rng, at(0), code());
        assert!(grants.take_code(at(60), &late).is_none());
    }
}
