//! The organization, its agreement with the vendor, and where the account stands in it: units, state, moves, what it came
//! from, its neighbours.

use super::NotRecast;
use super::frame::BREAKS;
use super::role::{document, same};
use super::story::{Story, organization};
use crate::account::{AccountState, Origin};
use crate::organizations::FeatureSet;
use crate::scenario::stage::{older_policy, right_policy};
use crate::scenario::{AccountRef, Do, OrganizationPart, Place, RolePart, Spot, VendorPart};
use crate::time::{SimSpan, SimTime};
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::{self, Entry, JoinedMethod, Move};
use rolecall_core::organization::{AccountKind, OrganizationId};
use rolecall_iam::arn::Partition;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Effect, Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

/// With it the vendor learns of accounts.
const LIST_ACCOUNTS: &str = "organizations:ListAccounts";

/// A policy document by its text.
pub(super) fn policy(text: &str, policy_type: PolicyType) -> Option<Policy> {
    let read = json::read(FileId(0), text);
    parse(read.sound()?, policy_type).sound().cloned()
}

impl Story<'_> {
    /// The vendor's account, the role that it asks for, the policies that were agreed.
    pub(super) fn agreements(&mut self) -> Result<(), NotRecast> {
        let subject = &self.evidence.subject;
        if subject.partition != Partition::Aws {
            let partition = subject.partition.as_str();
            let reason =
                format!("the account is in the partition `{partition}`, and the simulated organization in `aws`");
            return Err(NotRecast::NotStaged(reason));
        }
        let bindings = &self.evidence.bindings;
        let mut vendor = VendorPart {
            account: subject.vendor.account,
            role_name: subject.role_name.clone(),
            role_path: subject.role_path.clone(),
            split: bindings.other_kind_policy.present().is_some(),
            ..VendorPart::default()
        };
        let text = |seen: &Seen<String>| seen.present().cloned();
        let (own, other) = (text(&bindings.policy), text(&bindings.other_kind_policy));
        let (management, member) = match (subject.kind, vendor.split) {
            (AccountKind::Member, true) => (other, own),
            (AccountKind::Management, true) => (own, other),
            (_, false) => (own, None),
        };
        let usual = vendor.clone();
        let unusual = |text: Option<String>, kind: AccountKind| -> Result<Option<String>, NotRecast> {
            let Some(text) = text else { return Ok(None) };
            let Some(policy) = policy(&text, PolicyType::Identity) else {
                let reason = "the policy that was agreed is no sound identity policy".to_owned();
                return Err(NotRecast::NotStaged(reason));
            };
            Ok((!same(&right_policy(&usual, kind), &policy)).then(|| document(&policy)))
        };
        vendor.document = unusual(management, AccountKind::Management)?;
        vendor.member_document = unusual(member, AccountKind::Member)?;
        let older = bindings.older_policies.present().and_then(|older| older.last());
        let older = older.and_then(|text| policy(text, PolicyType::Identity));
        let known = policy(older_policy(&usual), PolicyType::Identity);
        vendor.older_document =
            older.filter(|older| known.is_none_or(|known| !same(&known, older))).map(|older| document(&older));
        self.lists_accounts(&mut vendor);
        if !bindings.policy.is_looked() {
            self.unseen.push("the policy that was agreed");
        }
        if !bindings.organization_id.is_looked() {
            self.unseen.push("the organization's external ID");
        }
        self.both(|scenario| scenario.vendor = vendor.clone());
        Ok(())
    }

    /// The vendor lists accounts with the role of the management account. A member's bundle may have a policy that does not
    /// allow it: then the management account's is the same with that action.
    fn lists_accounts(&mut self, vendor: &mut VendorPart) {
        let lists = |policy: &Policy| {
            policy.statements.iter().any(|statement| {
                let mut actions = statement.actions.values.iter();
                statement.effect.value == Effect::Allow
                    && actions.any(|action| action.value.matches(LIST_ACCOUNTS)) != statement.actions.negated
            })
        };
        let of_management = right_policy(vendor, AccountKind::Management);
        if self.evidence.subject.kind == AccountKind::Management || lists(&of_management) {
            return;
        }
        let text = document(&of_management);
        let Some(start) = text.strip_suffix("]}") else { return };
        if !vendor.split {
            vendor.member_document = vendor.document.take();
            vendor.split = true;
        }
        vendor.document = Some(format!(r#"{start},{{"Effect":"Allow","Action":"{LIST_ACCOUNTS}","Resource":"*"}}]}}"#));
        let line = "The policy in the bundle does not list accounts: that of the management account does besides.";
        self.remarks.add(Spot::Vendor, line);
    }

    /// Where the account stands, and what became of it.
    pub(super) fn membership(&mut self) -> Result<(), NotRecast> {
        let listing = &self.evidence.listing;
        if listing.also_listed_by.present().is_some() {
            let reason =
                "two organizations list the account at once, which AWS's own rules do not let the stage bring about";
            return Err(NotRecast::NotStaged(reason.to_owned()));
        }
        if listing.features.present() == Some(&evidence::FeatureSet::ConsolidatedBilling) {
            self.case.organizations.iter_mut().for_each(|part| part.features = FeatureSet::ConsolidatedBilling);
        }
        if let Seen::Present(entry) = &listing.entry {
            self.entry(entry);
        }
        self.units();
        self.own_id();
        if listing.earlier_organization.present().is_some() {
            self.came_from_elsewhere();
        }
        if listing.entry.is_absent() {
            self.leaves();
        }
        if let Some(roles) = self.evidence.readings.limits.roles.present()
            && roles.used >= roles.limit
        {
            let there = u32::from(self.evidence.readings.role.present().is_some());
            self.member_of_case(|account| account.other_roles = 1_000 - there);
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) {
        if entry.joined_method.present() == Some(&JoinedMethod::Invited) {
            self.member(|account| account.origin = Origin::Invited);
        }
        let state = entry.read_as.present().map(|state| state.as_str());
        let state = state.or_else(|| entry.state.present().map(String::as_str));
        let found = [
            AccountState::PendingActivation,
            AccountState::Suspended,
            AccountState::PendingClosure,
            AccountState::Closed,
        ]
        .into_iter()
        .find(|known| Some(known.as_str()) == state);
        if let (Some(state), false) = (found, entry.read_as.is_absent()) {
            if self.frame.validated {
                self.fault(BREAKS, Do::SetState { account: self.subject, state });
                self.ask_after(BREAKS + SimSpan::hours(3));
            } else {
                self.member_of_case(|account| account.state = state);
            }
        }
        if entry.read_as.is_absent() {
            // The script that reads it makes the role where it can read it.
            let at = |minutes| SimTime::START + SimSpan::minutes(minutes);
            self.case.world.status_retired = at(60);
            self.twin.world.status_retired = at(30 * 24 * 60);
            self.member(|account| {
                account.joins = Some(SimTime::START + SimSpan::minutes(70));
                // The script enters accounts that were created alone.
                account.origin = Origin::Created;
            });
            self.happens(at(80), Do::Script { organization: 0, reads_status: true });
            self.ask_after(at(330));
            self.made_later = true;
        }
    }

    /// The units on the way to the account; a move out of others.
    fn units(&mut self) {
        let readings = &self.evidence.readings;
        let now = readings.units.present().map(|ids| path(ids));
        match &readings.moved {
            Seen::Present(Move { from, to, .. }) => {
                let (from, to) = (path(from), path(to));
                [&from, &to].into_iter().flatten().for_each(|unit| self.add_unit(unit));
                self.member(|account| account.unit.clone_from(&from));
                let to = to.map_or(Place::Root(0), |unit| Place::Unit(0, unit));
                self.fault(BREAKS, Do::Move { account: self.subject, to });
                self.ask_after(BREAKS + SimSpan::hours(2));
            }
            _ => {
                if let Some(unit) = now.flatten() {
                    self.add_unit(&unit);
                    self.member(|account| account.unit = Some(unit.clone()));
                }
            }
        }
    }

    /// A unit, below those above it.
    pub(super) fn add_unit(&mut self, unit: &str) {
        let above = unit.match_indices('/').filter_map(|(place, _)| unit.get(..place));
        let units: Vec<String> = above.chain([unit]).map(str::to_owned).collect();
        self.both(|scenario| {
            if let Some(organization) = scenario.organizations.first_mut() {
                for unit in &units {
                    if !organization.units.contains(unit) {
                        organization.units.push(unit.clone());
                    }
                }
            }
        });
    }

    /// What an ID of Organizations stands for: the root, a unit that is known or becomes so, the account.
    pub(super) fn place_of(&mut self, id: &str) -> Place {
        let root = self.evidence.readings.units.present().and_then(|units| units.first());
        if id.starts_with("r-") || root.is_some_and(|root| root == id) {
            return Place::Root(0);
        }
        if id == self.evidence.subject.account.to_string() {
            return Place::Account(self.subject);
        }
        let name = unit_name(id);
        let known = self.case.organizations.first().and_then(|organization| {
            organization.units.iter().find(|unit| unit.rsplit('/').next() == Some(name.as_str())).cloned()
        });
        let unit = known.unwrap_or_else(|| {
            self.add_unit(&name);
            name
        });
        Place::Unit(0, unit)
    }

    fn own_id(&mut self) {
        let Some(own) = self.evidence.bindings.own_id.present() else { return };
        let id = own.id.clone();
        // That an account has one is told as such, also where nothing is wrong.
        self.member_of_case(|account| account.own_id = Some(id.clone()));
        if !own.counts {
            let (at, until) = (SimTime::START + SimSpan::minutes(90), SimTime::START + SimSpan::minutes(140));
            self.fault(at, Do::Migrate { organization: 0, until });
            self.frame.lost = true;
            self.ask_after(BREAKS + SimSpan::hours(2));
        }
    }

    /// The other organization, or account, whose ID stands in the trust.
    pub(super) fn known_ids(&mut self) {
        let trust = self.evidence.readings.role.present().and_then(|role| role.trust.present());
        let Some(trust) = trust else { return };
        let others = self.evidence.bindings.others.present().into_iter().flatten();
        for known in others.filter(|known| trust.contains(&format!("\"{}\"", known.id))) {
            let there = |part: &OrganizationPart| part.external_id == known.id;
            if self.case.organizations.iter().any(there) {
                continue;
            }
            if known.of.contains("account") {
                let number = self.neighbour("other-account", Some(RolePart::default()), Some(RolePart::default()));
                self.both(|scenario| {
                    if let Some(account) = scenario.accounts.get_mut(number) {
                        account.own_id = Some(known.id.clone());
                        account.unit = None;
                    }
                });
                continue;
            }
            let number = self.case.organizations.len();
            let mut part = organization(number, &format!("other-{number}"));
            part.external_id = known.id.clone();
            let id = known.of.split_whitespace().find(|word| word.starts_with("o-"));
            if let Some(id) = id.and_then(|id| OrganizationId::parse(id).ok()) {
                id.as_str().clone_into(&mut part.id);
            }
            self.both(|scenario| scenario.organizations.push(part.clone()));
        }
    }

    /// It was in another organization of the customer that is connected as well.
    fn came_from_elsewhere(&mut self) {
        let Some(earlier) = self.evidence.listing.earlier_organization.present() else { return };
        let mut part = organization(1, "earlier");
        part.id = earlier.as_str().to_owned();
        let others = self.evidence.bindings.others.present();
        let known = others.and_then(|others| others.iter().find(|known| known.of.contains(earlier.as_str())));
        if let Some(known) = known {
            part.external_id = known.id.clone();
        }
        self.both(|scenario| scenario.organizations.push(part.clone()));
        let into = self.unit().map(str::to_owned);
        self.member(|account| {
            account.organization = 1;
            account.unit = None;
        });
        let account = self.subject;
        self.fault(BREAKS, Do::Leave { account });
        self.fault(BREAKS + SimSpan::minutes(10), Do::AcceptInvitation { account, organization: 0 });
        if let Some(unit) = into {
            self.fault(BREAKS + SimSpan::minutes(11), Do::Move { account, to: Place::Unit(0, unit) });
        }
        let hours = 2 + u64::from(self.frame.failures.max(1));
        self.ask_at(SimTime::START + SimSpan::hours(hours) + SimSpan::minutes(30));
    }

    fn leaves(&mut self) {
        self.fault(BREAKS, Do::Leave { account: self.subject });
        self.ask_after(BREAKS + SimSpan::hours(3));
    }

    /// One account for each way in which others fare.
    pub(super) fn neighbours(&mut self) {
        let near = &self.evidence.neighbours;
        let count = |seen: &Seen<u32>| seen.present().copied().unwrap_or(0);
        let (validated, denied) = (count(&near.members_validated), count(&near.members_denied));
        let is_member = matches!(self.subject, AccountRef::Member(_));
        if is_member
            && near.management.present() == Some(&rolecall_core::access_check::Verdict::Denied)
            && let Some(organization) = self.case.organizations.first_mut()
        {
            organization.role = None;
        }
        let covered = self.case.stack_sets.iter().chain(&self.twin.stack_sets).any(|set| self.covers(&set.units));
        if validated > 0 {
            // Where a stack set comes it makes the role; one that is there would be in its way.
            let right = Some(RolePart::default()).filter(|_| !covered);
            let number = self.neighbour("neighbour", right.clone(), right);
            self.remarks.add(Spot::Account(number), format!("{validated} other members are validated."));
        }
        let limited = self.limits_everybody();
        if denied > 0 && (!covered || limited) {
            // What keeps them all out keeps this one out as well.
            let role = Some(RolePart::default()).filter(|_| limited || self.frame.lost);
            let role = role.filter(|_| !covered);
            let twin = Some(RolePart::default()).filter(|_| !covered);
            let number = self.neighbour("denied-neighbour", role, twin);
            if !limited && self.frame.lost {
                self.fault(BREAKS, Do::DeleteRole { account: AccountRef::Member(number) });
            }
            self.remarks.add(Spot::Account(number), format!("{denied} other members are denied."));
        }
    }
}

/// The name of a unit, which is its ID.
fn unit_name(id: &str) -> String {
    id.replace('/', "-")
}

/// The path of a unit below the root: its IDs, for the bundle has no names.
fn path(ids: &[String]) -> Option<String> {
    let below: Vec<String> = ids.iter().skip(1).map(|id| unit_name(id)).collect();
    (!below.is_empty()).then(|| below.join("/"))
}
