//! Building a world before (or while) it runs: organizations, units, accounts and roles as they are found, without API
//! calls, delays or faults. What happens to them later goes through the services.

use super::{Change, World};
use crate::account::{Account, AccountKey, AccountNumber, AccountState, Origin};
use crate::error::{ApiError, Code};
use crate::iam::{RoleDefinition, UniqueId};
use crate::organizations::{FeatureSet, NodeId, Organization, OrganizationKey};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::time::SimSpan;
use crate::trace::Event;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

impl World {
    /// Adds an account that belongs to no organization, in use.
    ///
    /// # Errors
    /// `DuplicateAccountException` when there is one with this ID.
    pub fn add_account(&mut self, account: AccountId) -> Result<AccountKey, ApiError> {
        self.insert_account(AccountNumber::from(account), AccountState::Active, Origin::Invited)
    }

    /// Makes room for so many more accounts at once: a table of a million that grows is there twice for a while.
    pub(crate) fn reserve_accounts(&mut self, accounts: usize) {
        self.accounts.0.reserve_exact(accounts);
    }

    pub(crate) fn insert_account(
        &mut self,
        number: AccountNumber,
        state: AccountState,
        origin: Origin,
    ) -> Result<AccountKey, ApiError> {
        if self.key_of(number).is_some() {
            return Err(ApiError::new(Code::DuplicateAccount, "The account exists already."));
        }
        let key = AccountKey(u32::try_from(self.accounts.0.len()).unwrap_or(u32::MAX));
        let accounts = &mut self.accounts.0;
        if accounts.len() == accounts.capacity() {
            // By an eighth: doubling would leave room for a million accounts that never come.
            accounts.reserve_exact(accounts.len() / 8 + 64);
        }
        accounts.push(Account::new(number, state, origin, self.now));
        let accounts = &self.accounts;
        self.numbers.insert(number, key.0, |place| accounts.number_at(place));
        self.trace.add(self.now, self.account(key).entity(), Event::AccountCreated);
        Ok(key)
    }

    /// Adds an organization with its management account (added before, in no organization).
    ///
    /// # Errors
    /// `DuplicateAccountException` when the account is in an organization.
    pub fn add_organization(
        &mut self,
        id: &str,
        management: AccountKey,
        features: FeatureSet,
    ) -> Result<OrganizationKey, ApiError> {
        if self.account(management).organization.is_some() {
            return Err(ApiError::new(Code::DuplicateAccount, "The account is in an organization already."));
        }
        let key = OrganizationKey(u16::try_from(self.organizations.len()).unwrap_or(u16::MAX));
        let (id, hash) = (self.texts.id(id), crate::text::hash_text(id));
        let root = self.new_levels(None, self.known.full_scp, self.known.full_rcp);
        self.organizations.push(Organization::new(id, hash, management, features, root, self.known));
        self.join(key, management, NodeId::ROOT);
        Ok(key)
    }

    /// Adds a member as it is found: created members have `OrganizationAccountAccessRole`.
    ///
    /// # Errors
    /// `DuplicateAccountException` when there is an account with this ID.
    pub fn add_member(
        &mut self,
        organization: OrganizationKey,
        parent: NodeId,
        account: AccountId,
        origin: Origin,
    ) -> Result<AccountKey, ApiError> {
        let key = self.insert_account(AccountNumber::from(account), AccountState::Active, origin)?;
        if origin == Origin::Created {
            self.add_organization_role(organization, key)?;
        }
        self.join(organization, key, parent);
        Ok(key)
    }

    /// `OrganizationAccountAccessRole`: trusts the management account, with `AdministratorAccess`.
    pub(crate) fn add_organization_role(
        &mut self,
        organization: OrganizationKey,
        account: AccountKey,
    ) -> Result<UniqueId, ApiError> {
        let management = self.account(self.organization(organization).management).number;
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{management}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let trust = self.policies.id(&trust, PolicyType::Trust);
        let name = self.texts.get(self.known.organization_role).to_owned();
        let administrator = self.texts.id("AdministratorAccess");
        let mut definition = RoleDefinition::new(&mut self.texts, &name, trust);
        definition.managed.push(crate::iam::ManagedPolicy::Aws(administrator));
        self.place_role(account, &definition)
    }

    /// Puts a role into an account as it is found: STS sees it at once, nothing is drawn.
    ///
    /// # Errors
    /// As `CreateRole`.
    pub fn place_role(&mut self, account: AccountKey, definition: &RoleDefinition) -> Result<UniqueId, ApiError> {
        let delay = std::mem::replace(&mut self.settings.role_propagation, crate::time::Delay::Fixed(SimSpan::ZERO));
        let placed = self.add_role(account, definition);
        self.settings.role_propagation = delay;
        placed
    }

    /// Removes a role at once, as if it had been deleted long ago.
    pub fn take_role_away(&mut self, unique: UniqueId) -> bool {
        let delay = std::mem::replace(&mut self.settings.role_propagation, crate::time::Delay::Fixed(SimSpan::ZERO));
        let removed = self.remove_role(unique);
        self.settings.role_propagation = delay;
        removed
    }

    /// Sets the state of an account, as AWS does: suspension, a sign-up that was never completed.
    pub fn set_state(&mut self, account: AccountKey, state: AccountState) {
        let now = self.now;
        let holder = self.account_mut(account);
        if holder.state == state {
            return;
        }
        (holder.state, holder.state_since) = (state, now);
        self.trace.add(now, self.account(account).entity(), Event::StateChanged(state));
        self.note(account, Change::Membership);
    }

    /// Sets how many roles an account has besides those of the simulation; they count against the quota of 1,000.
    pub fn set_other_roles(&mut self, account: AccountKey, count: u16) {
        self.account_mut(account).other_roles = count;
    }

    /// Raises the quota of trust policies in an account to 4,096 characters.
    pub fn raise_trust_quota(&mut self, account: AccountKey) {
        self.account_mut(account).long_trust = true;
    }

    /// Adds a managed policy of AWS.
    pub fn add_aws_managed_policy(&mut self, name: &str, document: PolicyId) -> TextId {
        let name = self.texts.id(name);
        self.managed.insert((None, name), document);
        self.memory = crate::sts::Memory::default();
        name
    }

    /// Names the Regions that an account must opt into; tokens of the global STS endpoint fail there.
    pub fn set_opt_in_regions(&mut self, regions: &[TextId]) {
        self.opt_in_regions = regions.to_vec();
    }
}
