//! How IAM stores role ARNs in a trust: as the unique ID of the role that has this name when the trust is saved. After
//! that role is deleted the trust shows `AROA…` and matches nobody, also not a new role of the same name
//! (IAM user guide, `reference_policies_elements_principal`, "Role principals").

use super::{DefinitionId, RoleDefinition, UniqueId};
use crate::account::{AccountKey, AccountNumber};
use crate::error::{ApiError, Code};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use rolecall_iam::arn::Arn;
use rolecall_iam::principal::Principal;

/// The name of the user that every account has.
pub(crate) const ADMINISTRATOR: &str = "administrator";

impl World {
    /// The definition with the principals of its trust bound to the roles that exist now.
    pub(crate) fn bind(&mut self, definition: &RoleDefinition) -> Result<RoleDefinition, ApiError> {
        let mut bound = RoleDefinition { bindings: Vec::new(), ..definition.clone() };
        let Some(info) = self.policies.get(definition.trust) else { return Ok(bound) };
        let accounts: Vec<AccountNumber> =
            info.compiled.iter().flat_map(|policy| accounts_of(policy.policy())).collect();
        if let Some(foreign) = info.compiled.iter().find_map(|policy| of_other_partition(policy.policy())) {
            return Err(invalid_principal(&foreign));
        }
        if info.principal_arns.is_empty() && accounts.is_empty() {
            return Ok(bound);
        }
        let arns = info.principal_arns.clone();
        if let Some(unknown) = accounts.into_iter().find(|number| self.key_of(*number).is_none()) {
            return Err(invalid_principal(&format!("arn:aws:iam::{unknown}:root")));
        }
        for arn in arns {
            if let Some(unique) = self.resolve_principal(&arn)? {
                bound.bindings.push((self.texts.id(&arn), unique));
            }
        }
        Ok(bound)
    }

    /// The unique ID behind an ARN in `Principal`; nothing for what is stored as it is written.
    fn resolve_principal(&self, arn: &str) -> Result<Option<UniqueId>, ApiError> {
        let missing = || invalid_principal(arn);
        let parsed = Arn::parse(arn).map_err(|_| missing())?;
        let account = parsed.account_id().and_then(|account| self.account_key(account)).ok_or_else(missing)?;
        let (kind, name) = parsed.resource.split_once('/').ok_or_else(missing)?;
        match (parsed.service, kind) {
            ("iam", "role") => {
                let (path, name) = split_path(name);
                let role = self.role_named(account, path, name).ok_or_else(missing)?;
                Ok(Some(role))
            }
            ("iam", "user") if name == ADMINISTRATOR => Ok(None),
            ("iam", _) => Err(missing()),
            // Sessions are not looked up: they need not exist when a policy names them (inferred).
            _ => Ok(None),
        }
    }

    /// The role with this path and name, as IAM has it.
    fn role_named(&self, account: AccountKey, path: &str, name: &str) -> Option<UniqueId> {
        let wanted = self.texts.known(name)?;
        let role = self.live_role(account, wanted)?;
        let definition = self.definitions.get(role.current?);
        let fits = definition.name == wanted && self.texts.get(definition.path).trim_matches('/') == path;
        fits.then_some(role.unique)
    }

    /// The trust of a definition as it is evaluated and shown: principals that were deleted since stand as unique IDs.
    pub(crate) fn trust_of(&mut self, id: DefinitionId) -> PolicyId {
        let definition = self.definitions.get(id);
        if definition.bindings.is_empty() {
            return definition.trust;
        }
        let (trust, bindings) = (definition.trust, definition.bindings.clone());
        let dead: Vec<(TextId, UniqueId)> = bindings.into_iter().filter(|(_, unique)| !self.is_live(*unique)).collect();
        if dead.is_empty() {
            return trust;
        }
        let replaced: Vec<_> =
            dead.iter().map(|(arn, unique)| (self.texts.get(*arn).to_owned(), unique.to_string())).collect();
        self.policies.with_principals(trust, &replaced)
    }

    /// Whether the role of this unique ID exists still.
    pub(crate) fn is_live(&self, unique: UniqueId) -> bool {
        self.role_by_unique(unique).is_some_and(|(_, role)| role.current.is_some())
    }
}

/// `a/b/Name` → `a/b`, `Name`.
fn split_path(resource: &str) -> (&str, &str) {
    resource.rsplit_once('/').unwrap_or(("", resource))
}

/// The accounts that a trust names by their root or by their bare number.
fn accounts_of(policy: &rolecall_iam::document::Policy) -> Vec<AccountNumber> {
    let elements = policy.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let values = elements.flat_map(|element| &element.values);
    let account = |principal: &Principal| match principal {
        Principal::Account { account, .. } => Some(AccountNumber::from(*account)),
        _ => None,
    };
    values.filter_map(|value| account(&value.value)).collect()
}

/// The first principal of another partition. Accounts of one partition are not known in another: access cannot be
/// delegated between them (IAM user guide, `tutorial_cross-account-with-roles`, read 2026-11).
fn of_other_partition(policy: &rolecall_iam::document::Policy) -> Option<String> {
    let elements = policy.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let mut values = elements.flat_map(|element| &element.values).map(|value| value.value.as_str());
    values.find(|text| text.starts_with("arn:") && !text.starts_with("arn:aws:")).map(str::to_owned)
}

fn invalid_principal(arn: &str) -> ApiError {
    ApiError::written(Code::MalformedPolicyDocument, format!("Invalid principal in policy: \"AWS\":\"{arn}\""))
}
