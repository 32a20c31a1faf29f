//! Condition keys: the type of their values, and finding the key that a policy means.

use std::fmt;

use crate::bytes::{GLOBAL_KEYS, KEY_LISTS, KEYS, PATTERN_KEYS, text_at, text_bytes};
use crate::search;
use crate::service::service;

/// A condition key, or a pattern of keys such as `aws:RequestTag/${TagKey}`.
///
/// Two services may give one name two types; then there are two keys of that name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionKey(u16);

/// The type of a key's values, or of each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A point in time; `aws:EpochTime` also takes numeric operators.
    Date,
    /// An IP address.
    IpAddress,
    /// Bytes in base64.
    Binary,
}

/// AWS's grouping of the global condition keys. Source: "AWS global condition context keys", IAM user guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCategory {
    /// Properties of the principal.
    Principal,
    /// Properties of a role session.
    Session,
    /// Properties of the network.
    Network,
    /// Properties of the resource.
    Resource,
    /// Properties of the request.
    Request,
}

/// The global condition keys, sorted by name ignoring case: all that begin with `aws:`, and the few keys of services
/// that AWS lists with them (`lambda:SourceFunctionArn`).
pub fn global_condition_keys() -> impl DoubleEndedIterator<Item = ConditionKey> + Clone {
    KEY_LISTS.range(GLOBAL_KEYS).map(ConditionKey::in_pool)
}

/// The key that a policy means by `name`, ignoring ASCII case.
///
/// With a service, the keys of that service are looked at, then the global ones; without, the global ones, then all.
/// An exact name goes before a pattern, and of several patterns the one that says most. What a placeholder stands for
/// is not empty.
///
/// ```
/// use rolecall_iam_catalog::{ValueType, condition_key};
/// let tag = condition_key(None, "AWS:requesttag/team").ok_or("no such key")?;
/// assert_eq!(tag.name(), "aws:RequestTag/${TagKey}");
/// let keys = condition_key(Some("ec2"), "aws:TagKeys").ok_or("no such key")?;
/// assert_eq!((keys.value_type(), keys.is_multi_valued()), (ValueType::String, true));
/// assert_eq!(condition_key(Some("ec2"), "sts:ExternalId"), None);
/// assert_eq!(condition_key(None, "aws:RequestTag/"), None);
/// # Ok::<(), &str>(())
/// ```
pub fn condition_key(service_prefix: Option<&str>, name: &str) -> Option<ConditionKey> {
    if let Some(prefix) = service_prefix {
        let list = service(prefix)?.key_list();
        return exact_in(list, name)
            .or_else(|| exact_in(GLOBAL_KEYS, name))
            .or_else(|| pattern_in(list, name))
            .or_else(|| pattern_in(GLOBAL_KEYS, name));
    }
    exact_in(GLOBAL_KEYS, name).or_else(|| exact(name)).or_else(|| pattern_in(PATTERN_KEYS, name))
}

fn exact(name: &str) -> Option<ConditionKey> {
    let at = search::partition_point(0..KEYS.count, |index| ConditionKey::at(index).is_before(name));
    let found = (at < KEYS.count).then(|| ConditionKey::at(at))?;
    found.name().eq_ignore_ascii_case(name).then_some(found)
}

fn exact_in(list: u16, name: &str) -> Option<ConditionKey> {
    let range = KEY_LISTS.range(list);
    let end = range.end;
    let at = search::partition_point(range, |place| ConditionKey::in_pool(place).is_before(name));
    let found = (at < end).then(|| ConditionKey::in_pool(at))?;
    found.name().eq_ignore_ascii_case(name).then_some(found)
}

fn pattern_in(list: u16, name: &str) -> Option<ConditionKey> {
    let keys = KEY_LISTS.range(list).map(ConditionKey::in_pool);
    let matching = keys.filter(|key| key.is_pattern() && begin_alike(key.name_bytes(), name) && key.matches(name));
    // Some services list one pattern in two spellings, `…/${TagKey}` and `…/` or `…/tag-key`: the first is meant.
    matching.max_by_key(|key| (literal_length(key.name()), key.name().contains("${")))
}

/// Sorts out most patterns at little cost: no placeholder stands before the first sign of punctuation.
fn begin_alike(pattern: &[u8], name: &str) -> bool {
    let name = name.as_bytes();
    if let (Some(first), Some(other)) = (pattern.first(), name.first())
        && first.is_ascii_alphanumeric()
        && !first.eq_ignore_ascii_case(other)
    {
        return false;
    }
    let plain = pattern.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    match (pattern.get(..plain), name.get(..plain)) {
        (Some(pattern), Some(name)) => pattern.eq_ignore_ascii_case(name),
        _ => false,
    }
}

/// The parts of a pattern's name before, between and after its placeholders.
fn literals(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(name);
    std::iter::from_fn(move || {
        let text = rest?;
        let placeholder = ["${", "<"].iter().filter_map(|start| text.find(start)).min();
        let Some(at) = placeholder else {
            rest = None;
            // `ssm:resourceTag/tag-key` means any tag key, and so does `glacier:ResourceTag/`.
            if let Some(head) = text.strip_suffix("tag-key").filter(|head| head.ends_with('/')) {
                rest = Some("");
                return Some(head);
            }
            if text.ends_with('/') {
                rest = Some("");
            }
            return Some(text);
        };
        let (head, tail) = text.split_at_checked(at)?;
        let end = tail.find(['}', '>']).map_or(tail.len(), |end| end + 1);
        rest = tail.get(end..);
        Some(head)
    })
}

fn literal_length(name: &str) -> usize {
    literals(name).map(str::len).sum()
}

impl ConditionKey {
    pub(crate) fn at(index: u32) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    pub(crate) fn in_pool(place: u32) -> Self {
        Self(u16::from_le_bytes(KEY_LISTS.pool.record(place)))
    }

    fn record(self) -> ([u8; 6], u8, u8) {
        let [o0, o1, o2, o3, l0, l1, flags, category] = KEYS.record(u32::from(self.0));
        ([o0, o1, o2, o3, l0, l1], flags, category)
    }

    fn is_before(self, name: &str) -> bool {
        search::order(self.name_bytes(), name.as_bytes()).is_lt()
    }

    /// Its name in AWS's spelling, with AWS's placeholders.
    pub fn name(self) -> &'static str {
        text_at(self.record().0)
    }

    /// Its name, without the check that it is UTF-8, which searches would make again and again.
    fn name_bytes(self) -> &'static [u8] {
        let [o0, o1, o2, o3, l0, l1] = self.record().0;
        text_bytes([o0, o1, o2, o3], u16::from_le_bytes([l0, l1]))
    }

    /// The type of its values, or of each of them.
    pub fn value_type(self) -> ValueType {
        match self.record().1 & 0x3f {
            0 => ValueType::String,
            1 => ValueType::Arn,
            2 => ValueType::Bool,
            3 => ValueType::Numeric,
            4 => ValueType::Date,
            5 => ValueType::IpAddress,
            _ => ValueType::Binary,
        }
    }

    /// Whether a request can hold several values of it, so that `ForAllValues` or `ForAnyValue` belongs to it.
    pub fn is_multi_valued(self) -> bool {
        self.record().1 & 0x80 != 0
    }

    /// Whether its name has a placeholder: `aws:RequestTag/${TagKey}`.
    pub fn is_pattern(self) -> bool {
        self.record().1 & 0x40 != 0
    }

    /// Whether AWS lists it among the global condition keys.
    pub fn is_global(self) -> bool {
        self.category().is_some()
    }

    /// Which group of the global keys it belongs to.
    pub fn category(self) -> Option<KeyCategory> {
        match self.record().2 {
            1 => Some(KeyCategory::Principal),
            2 => Some(KeyCategory::Session),
            3 => Some(KeyCategory::Network),
            4 => Some(KeyCategory::Resource),
            5 => Some(KeyCategory::Request),
            _ => None,
        }
    }

    /// Whether `name` in a policy means this key: its name or, for a pattern, its name with something in place of
    /// every placeholder; ignoring ASCII case.
    pub fn matches(self, name: &str) -> bool {
        if !self.is_pattern() {
            return self.name().eq_ignore_ascii_case(name);
        }
        let mut parts = literals(self.name());
        let head = parts.next().unwrap_or_default().as_bytes();
        let text = name.as_bytes();
        let mut rest = match text.split_at_checked(head.len()) {
            Some((start, rest)) if start.eq_ignore_ascii_case(head) => rest,
            _ => return false,
        };
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let part = part.as_bytes();
            // At least one byte for the placeholder; the last part must reach the end.
            let at = if parts.peek().is_none() {
                rest.len()
                    .checked_sub(part.len())
                    .filter(|at| rest.get(*at..).is_some_and(|end| end.eq_ignore_ascii_case(part)))
            } else {
                (1..rest.len())
                    .find(|at| rest.get(*at..*at + part.len()).is_some_and(|here| here.eq_ignore_ascii_case(part)))
            };
            match at {
                Some(at) if at > 0 => rest = rest.get(at + part.len()..).unwrap_or_default(),
                _ => return false,
            }
        }
        rest.is_empty()
    }
}

impl ValueType {
    /// AWS's word for it: `IPAddress`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Arn => "ARN",
            Self::Bool => "Bool",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::IpAddress => "IPAddress",
            Self::Binary => "Binary",
        }
    }
}

impl KeyCategory {
    /// The word of iam-data for it: `principal`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Session => "session",
            Self::Network => "network",
            Self::Resource => "resource",
            Self::Request => "request",
        }
    }
}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConditionKey({})", self.name())
    }
}
