//! Takes secrets out of texts that others wrote. AWS echoes parts of a request in some messages: `SignatureDoesNotMatch`
//! repeats the canonical request with its `x-amz-security-token` header. What a connection has used is taken out wherever
//! it stands; whatever has the form of a key or a token too, so that a secret nobody remembers does not pass either.

use aws_credential_types::Credentials;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// Access key IDs: 16 to 128 characters of `\w` (IAM model, `accessKeyIdType`). Shorter ones are made up for endpoints that
/// read the account from them, and equal account IDs.
const ACCESS_KEY_ID_MIN_CHARS: usize = 16;
/// A secret access key has 40 characters of base64; tokens have more.
const SECRET_MIN_CHARS: usize = 40;
/// Credentials that are remembered; the chain renews them, older ones end.
const REMEMBERED_MAX: usize = 16;

/// The secrets that a connection has used. Shared by the connections that were made from one another.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<Vec<String>>>);

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets(not shown)")
    }
}

impl Secrets {
    /// Remembers what must not be shown.
    pub(crate) fn remember(&self, credentials: &Credentials) {
        let id = Some(credentials.access_key_id()).filter(|id| id.len() >= ACCESS_KEY_ID_MIN_CHARS);
        let found = [id, Some(credentials.secret_access_key()), credentials.session_token()];
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in found.into_iter().flatten().filter(|secret| secret.len() >= 8) {
            if !known.iter().any(|other| other == secret) {
                known.push(secret.to_owned());
            }
        }
        let surplus = known.len().saturating_sub(3 * REMEMBERED_MAX);
        known.drain(..surplus);
    }

    /// The text without secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), REDACTED);
            }
        }
        by_form(&text)
    }
}

/// Takes out runs of characters that look like a key, a secret or a token.
fn by_form(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '+' | '/') {
            run.push(character);
        } else {
            close(&mut out, &mut run);
            out.push(character);
        }
    }
    close(&mut out, &mut run);
    out
}

fn close(out: &mut String, run: &mut String) {
    if looks_secret(run) {
        out.push_str(REDACTED);
    } else if let Some(place) = access_key_id_at(run) {
        // `Credential=AKIA…/20261127/us-east-1`: the rest of the run is no secret.
        let (before, key) = run.split_at(place);
        let end = key.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(key.len());
        out.push_str(before);
        out.push_str(REDACTED);
        out.push_str(key.get(end..).unwrap_or_default());
    } else {
        out.push_str(run);
    }
    run.clear();
}

/// Forty characters of base64 and more, of three kinds: no word, path or ARN is written like that.
fn looks_secret(run: &str) -> bool {
    let has = |kind: fn(&char) -> bool| run.chars().any(|character| kind(&character));
    run.len() >= SECRET_MIN_CHARS
        && has(char::is_ascii_digit)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
}

/// `AKIA…` long-term, `ASIA…` of a session (IAM User Guide, "Understanding unique ID prefixes").
fn access_key_id_at(run: &str) -> Option<usize> {
    let is_key = |place: &usize| {
        let key = run.get(*place..).unwrap_or_default();
        let length = key.bytes().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
        length >= ACCESS_KEY_ID_MIN_CHARS
    };
    let starts_word = |place: &usize| {
        let before = run.get(..*place).and_then(|before| before.chars().next_back());
        before.is_none_or(|character| !character.is_ascii_alphanumeric())
    };
    let places = ["AKIA", "ASIA"].into_iter().flat_map(|prefix| run.match_indices(prefix).map(|(place, _)| place));
    places.filter(starts_word).filter(is_key).min()
}

#[cfg(test)]
mod tests;
