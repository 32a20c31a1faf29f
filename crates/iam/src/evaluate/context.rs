//! The request context: condition keys with their values. Key names are compared without case
//! (IAM user guide, `reference_policies_elements_condition`: "Context key names are not case-sensitive").

use crate::condition::network::Network;
use std::borrow::Cow;

/// One key of the context with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    key: Cow<'static, str>,
    values: Values,
    multi_valued: bool,
    /// The first value as an address: read once here, not once for each condition.
    first_network: Option<Network>,
}

/// One value is kept without a list of its own: most keys have one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl ContextEntry {
    /// The key in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values; several only of a multi-valued key.
    pub fn values(&self) -> &[String] {
        self.values.as_slice()
    }

    /// Whether the key is multi-valued: then it needs a set qualifier, however many values it has.
    pub const fn is_multi_valued(&self) -> bool {
        self.multi_valued
    }

    /// The first value as an address or a range, when it is one.
    pub(super) const fn first_network(&self) -> Option<&Network> {
        self.first_network.as_ref()
    }
}

/// A value as an address; texts that cannot be one are not tried.
fn network(value: &str) -> Option<Network> {
    let begins = value.bytes().next().is_some_and(|byte| byte.is_ascii_hexdigit() || byte == b':');
    if begins && value.contains(['.', ':']) { Network::parse(value) } else { None }
}

/// The request context. A key without any value is the same as an absent key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Ordered by the length of the key, then by the key: most comparisons end at the length.
    entries: Vec<ContextEntry>,
}

impl Context {
    /// An empty context.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Sets a single-valued key.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.insert(Cow::Owned(key.to_ascii_lowercase()), Values::One(value.into()), false);
    }

    /// Sets a multi-valued key; no values at all make it absent.
    pub fn set_multi(&mut self, key: &str, values: Vec<String>) {
        self.insert(Cow::Owned(key.to_ascii_lowercase()), Values::Many(values), true);
    }

    /// Sets a single-valued key, given in **lower case**, unless the context has it.
    pub(super) fn set_default(&mut self, lower_key: &'static str, value: impl Into<String>) {
        if self.position(lower_key).is_err() {
            self.insert(Cow::Borrowed(lower_key), Values::One(value.into()), false);
        }
    }

    fn insert(&mut self, key: Cow<'static, str>, values: Values, multi_valued: bool) {
        let first_network = values.as_slice().first().and_then(|value| network(value));
        let entry = ContextEntry { key, values, multi_valued, first_network };
        match self.position(&entry.key) {
            Ok(at) => {
                if let Some(slot) = self.entries.get_mut(at) {
                    *slot = entry;
                }
            }
            Err(at) => self.entries.insert(at, entry),
        }
    }

    fn position(&self, lower_key: &str) -> Result<usize, usize> {
        let order = |entry: &ContextEntry| {
            let by_length = entry.key.len().cmp(&lower_key.len());
            by_length.then_with(|| entry.key.as_ref().cmp(lower_key))
        };
        self.entries.binary_search_by(order)
    }

    /// The entry of a key given in **lower case**, when it has at least one value.
    pub fn get(&self, lower_key: &str) -> Option<&ContextEntry> {
        let at = self.position(lower_key).ok()?;
        self.entries.get(at).filter(|entry| !entry.values().is_empty())
    }

    /// All entries, in an order of their own that depends on the keys alone.
    pub fn iter(&self) -> impl Iterator<Item = &ContextEntry> {
        self.entries.iter()
    }
}
