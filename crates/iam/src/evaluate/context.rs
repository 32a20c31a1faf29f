//! The request context: condition keys with their values. Key names are compared without case
//! (IAM user guide, `reference_policies_elements_condition`: "Context key names are not case-sensitive").

use crate::condition::network::Network;
use std::borrow::Cow;
use std::net::IpAddr;

/// One key of the context with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    key: Cow<'static, str>,
    values: Values,
    /// The first value as an address: read once here, not once for each condition.
    address: Option<IpAddr>,
}

/// The value of a single-valued key, or those of a multi-valued one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    One(Cow<'static, str>),
    Many(Vec<String>),
}

impl Values {
    fn iter(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::One(value) => (Some(value.as_ref()), [].as_slice()),
            Self::Many(values) => (None, values.as_slice()),
        };
        one.into_iter().chain(many.iter().map(String::as_str))
    }

    fn first(&self) -> Option<&str> {
        match self {
            Self::One(value) => Some(value),
            Self::Many(values) => values.first().map(String::as_str),
        }
    }
}

impl ContextEntry {
    fn new(key: Cow<'static, str>, values: Values) -> Self {
        let address = values.first().filter(|value| may_be_address(value)).and_then(|value| value.parse().ok());
        Self { key, values, address }
    }

    /// The key in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values; several only of a multi-valued key.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter()
    }

    /// The first value; of a key that has none the context has no entry.
    pub(super) fn first(&self) -> Option<&str> {
        self.values.first()
    }

    /// Whether the key is multi-valued: then it needs a set qualifier, however many values it has.
    pub const fn is_multi_valued(&self) -> bool {
        matches!(self.values, Values::Many(_))
    }

    /// The first value as an address or a range, when it is one.
    pub(super) fn first_network(&self) -> Option<Network> {
        self.address.map(Network::of).or_else(|| self.first().and_then(Network::parse))
    }
}

/// Spares texts that are no address, by far the most, the attempt to read them as one.
fn may_be_address(value: &str) -> bool {
    let begins = value.bytes().next().is_some_and(|byte| byte.is_ascii_hexdigit() || byte == b':');
    begins && value.bytes().any(|byte| byte == b'.' || byte == b':')
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

    /// An empty context with room for some keys.
    pub(crate) fn with_capacity(keys: usize) -> Self {
        Self { entries: Vec::with_capacity(keys) }
    }

    /// Sets a single-valued key.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.insert(Cow::Owned(key.to_ascii_lowercase()), Values::One(Cow::Owned(value.into())));
    }

    /// Sets a multi-valued key; no values at all make it absent.
    pub fn set_multi(&mut self, key: &str, values: Vec<String>) {
        self.insert(Cow::Owned(key.to_ascii_lowercase()), Values::Many(values));
    }

    /// Sets a single-valued key that the context does not have; `None` when it has it, and then nothing is set.
    pub(crate) fn set_new(&mut self, key: &str, value: impl Into<String>) -> Option<()> {
        self.insert_new(key, Values::One(Cow::Owned(value.into())))
    }

    /// The same for a multi-valued key.
    pub(crate) fn set_new_multi(&mut self, key: &str, values: Vec<String>) -> Option<()> {
        self.insert_new(key, Values::Many(values))
    }

    /// Sets a single-valued key, given in **lower case**, unless the context has it.
    pub(super) fn set_default(&mut self, lower_key: &'static str, value: impl Into<Cow<'static, str>>) {
        if let Err(at) = self.position(lower_key) {
            let entry = ContextEntry::new(Cow::Borrowed(lower_key), Values::One(value.into()));
            self.entries.insert(at, entry);
        }
    }

    fn insert(&mut self, key: Cow<'static, str>, values: Values) {
        let entry = ContextEntry::new(key, values);
        match self.position(&entry.key) {
            Ok(at) => {
                if let Some(slot) = self.entries.get_mut(at) {
                    *slot = entry;
                }
            }
            Err(at) => self.entries.insert(at, entry),
        }
    }

    fn insert_new(&mut self, key: &str, values: Values) -> Option<()> {
        let key = key.to_ascii_lowercase();
        let at = self.position(&key).err()?;
        self.entries.insert(at, ContextEntry::new(Cow::Owned(key), values));
        Some(())
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
        self.entries.get(at).filter(|entry| entry.first().is_some())
    }

    /// All entries, in an order of their own that depends on the keys alone.
    pub fn iter(&self) -> impl Iterator<Item = &ContextEntry> {
        self.entries.iter()
    }
}
