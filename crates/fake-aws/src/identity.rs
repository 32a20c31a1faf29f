//! Who calls: from the access key of a request to a caller of the world, and the credentials that AssumeRole gives out.
//! Keys are looked up, signatures are not checked: whoever knows a key is its holder.

use crate::wire::{Credential, Refusal};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::caller::{Caller, Session};
use rolecall_simulator::random::{EntityId, Randomness, Seed, Stream};
use std::collections::{BTreeMap, HashMap};

/// Who holds an access key that does not come from AssumeRole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHolder {
    /// The user `administrator` of an account.
    Administrator(AccountId),
    /// The root user of an account.
    Root(AccountId),
}

/// Sessions that are kept before those that have expired are thrown away.
const SESSIONS_MAX: usize = 100_000;

/// Temporary credentials as STS answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionKeys {
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: String,
}

#[derive(Debug)]
struct Given {
    session: Session,
    token: String,
}

/// All access keys.
#[derive(Debug)]
pub(crate) struct Identities {
    held: BTreeMap<String, KeyHolder>,
    sessions: HashMap<String, Given>,
    room: usize,
    random: Randomness,
    stream: Stream,
}

impl Identities {
    pub(crate) fn new(held: BTreeMap<String, KeyHolder>, seed: Seed) -> Self {
        Self {
            held,
            sessions: HashMap::new(),
            room: SESSIONS_MAX,
            random: Randomness::new(seed),
            stream: Stream::START,
        }
    }

    /// 64 random bits, for keys and request IDs.
    pub(crate) fn bits(&mut self) -> u64 {
        self.random.of(EntityId::other(0x6964), &mut self.stream).bits()
    }

    /// The caller behind a key. A key of twelve digits is the administrator of that account, as with LocalStack.
    pub(crate) fn caller(&self, world: &World, credential: Option<&Credential>) -> Result<Caller, Refusal> {
        let missing = || Refusal::new("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
        let credential = credential.ok_or_else(missing)?;
        let key = credential.access_key.as_str();
        if let Some(given) = self.sessions.get(key) {
            let fits = credential.token.as_deref() == Some(&given.token);
            return if fits { Ok(Caller::Session(given.session)) } else { Err(Refusal::invalid_token()) };
        }
        let known = self.held.get(key).copied();
        let holder = known.or_else(|| AccountId::parse(key).ok().map(KeyHolder::Administrator));
        let account = |id| world.account_key(id).ok_or_else(Refusal::invalid_token);
        match holder {
            Some(KeyHolder::Administrator(id)) => Ok(Caller::Administrator(account(id)?)),
            Some(KeyHolder::Root(id)) => Ok(Caller::Root(account(id)?)),
            None => Err(Refusal::invalid_token()),
        }
    }

    /// Gives out credentials for a session.
    pub(crate) fn give(&mut self, world: &World, session: Session) -> SessionKeys {
        if self.sessions.len() >= self.room {
            self.sessions.retain(|_, given| given.session.expires_at() > world.now());
            self.room = (self.sessions.len() * 2).max(SESSIONS_MAX);
        }
        let words: [u64; 5] = std::array::from_fn(|_| self.bits());
        let [first, second, third, fourth, fifth] = words;
        let access_key = format!("ASIA{}", letters(first, second));
        let secret = format!("fake{third:016x}{fourth:016x}fake");
        let token = format!("FakeSessionToken{fifth:016x}{first:016x}{third:016x}{second:016x}==");
        let keys = SessionKeys { access_key, secret, token };
        self.sessions.insert(keys.access_key.clone(), Given { session, token: keys.token.clone() });
        keys
    }
}

/// 16 capital letters and digits, as access keys have them.
fn letters(first: u64, second: u64) -> String {
    let digit = |place: u32| {
        let word = if place < 8 { first >> (5 * place) } else { second >> (5 * (place - 8)) };
        let value = u32::try_from(word & 31).unwrap_or(0);
        char::from_digit(value, 32).unwrap_or('0').to_ascii_uppercase()
    };
    (0..16).map(digit).collect()
}
