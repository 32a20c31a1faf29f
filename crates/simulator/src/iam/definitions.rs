//! What a role is, apart from the account: shared by number, because an organization has the same role everywhere.

use super::UniqueId;
use crate::policy::{Policies, PolicyId};
use crate::text::{TextId, Texts, mix};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

/// A definition of a role, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub(crate) NonZeroU32);

/// A managed policy as a role names it. A customer's policy is one of the role's own account, so that the same definition
/// serves every account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManagedPolicy {
    /// `arn:aws:iam::aws:policy/NAME`.
    Aws(TextId),
    /// `arn:aws:iam::ACCOUNT:policy/NAME`.
    Customer(TextId),
}

/// A role apart from its account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleDefinition {
    /// `RoleName`.
    pub name: TextId,
    /// `Path`.
    pub path: TextId,
    /// `Description`.
    pub description: Option<TextId>,
    /// `AssumeRolePolicyDocument`.
    pub trust: PolicyId,
    /// Inline policies: name, document.
    pub inline: Vec<(TextId, PolicyId)>,
    /// Attached managed policies.
    pub managed: Vec<ManagedPolicy>,
    /// The permissions boundary.
    pub boundary: Option<ManagedPolicy>,
    /// Tags: key, value.
    pub tags: Vec<(TextId, TextId)>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_s: u32,
    /// Which role each role ARN in the trust meant when it was saved: IAM stores these IDs, not the ARNs.
    pub(crate) bindings: Vec<(TextId, UniqueId)>,
}

impl RoleDefinition {
    /// A role with a trust and nothing else: path `/`, sessions of one hour.
    pub fn new(texts: &mut Texts, name: &str, trust: PolicyId) -> Self {
        Self {
            name: texts.id(name),
            path: texts.id("/"),
            description: None,
            trust,
            inline: Vec::new(),
            managed: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            max_session_s: 3_600,
            bindings: Vec::new(),
        }
    }

    /// Whether both say the same, whichever roles the ARNs in their trusts meant.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let plain = |definition: &Self| Self { bindings: Vec::new(), ..definition.clone() };
        plain(self) == plain(other)
    }

    fn hash(&self, texts: &Texts, policies: &Policies) -> u64 {
        let text = |id: TextId| texts.hash(id);
        let policy = |id: PolicyId| policies.get(id).map_or(0, |info| info.hash);
        let managed = |policy: ManagedPolicy| match policy {
            ManagedPolicy::Aws(name) => text(name),
            ManagedPolicy::Customer(name) => !text(name),
        };
        let head = [text(self.name), text(self.path), self.description.map_or(0, text), policy(self.trust)];
        let inline = self.inline.iter().flat_map(|(name, document)| [text(*name), policy(*document)]);
        let tags = self.tags.iter().flat_map(|(key, value)| [text(*key), text(*value)]);
        let tail = [u64::from(self.max_session_s), self.boundary.map_or(1, managed)];
        let all = head.into_iter().chain(inline).chain(self.managed.iter().map(|policy| managed(*policy)));
        all.chain(tags).chain(tail).fold(0, |hash, word| mix(hash.rotate_left(9) ^ word))
    }
}

/// The definitions of a world.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    all: Vec<(Arc<RoleDefinition>, u64)>,
    numbers: BTreeMap<Arc<RoleDefinition>, DefinitionId>,
}

impl Definitions {
    /// The number of a definition, which is kept from now on.
    pub(crate) fn id(&mut self, definition: RoleDefinition, texts: &Texts, policies: &Policies) -> DefinitionId {
        if let Some(id) = self.numbers.get(&definition) {
            return *id;
        }
        let hash = definition.hash(texts, policies);
        let kept = Arc::new(definition);
        self.all.push((Arc::clone(&kept), hash));
        let number = u32::try_from(self.all.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        self.numbers.insert(kept, DefinitionId(number));
        DefinitionId(number)
    }

    /// A definition.
    #[expect(clippy::indexing_slicing, reason = "numbers are made by `id` alone, one for each entry")]
    pub fn get(&self, id: DefinitionId) -> &Arc<RoleDefinition> {
        &self.all[id.0.get() as usize - 1].0
    }

    /// Its hash, the same on every machine.
    pub(crate) fn hash(&self, id: DefinitionId) -> u64 {
        self.all.get(id.0.get() as usize - 1).map_or(0, |(_, hash)| *hash)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
