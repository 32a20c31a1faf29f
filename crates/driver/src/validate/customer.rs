//! The customer's side: every account is entered, its role read and proved equal to the profile, and what limits it is read
//! before anybody tries. Reading shows that the role is right; that it opens only the vendor's probes show.

use super::documents::{document, managed, profiles_role};
use super::limits::{AccountLimits, LimitReader};
use super::listing::Listed;
use super::simulate::{self, Simulated};
use super::{Agreed, Chosen, contract, pool};
use crate::role_calls::{LiveRole, Reading, examine};
use crate::sessions::Sessions;
use rolecall_aws::{Connection, Failure};
use rolecall_core::access_check::AccountState;
use rolecall_core::diagnosis::evidence::{ControlPolicies, FeatureSet, Figure, Limits, Listing, NamedPolicy, ReadRole};
use rolecall_core::diagnosis::{Seen, Viewpoint, diagnose_with, preflight};
use rolecall_core::limits::{ROLE_INLINE_POLICIES_MAX_CHARS, counted_chars};
use rolecall_core::organization::AccountKind;
use rolecall_core::proof::Proofs;
use rolecall_core::role::expected::ExpectedRole;
use rolecall_core::simulation::{Comparer, Evaluators, NamedDocument, Role, ServiceControl};
use rolecall_core::validation::{Note, Run, Simulator, Standing, Under, Validation, Word, of_preflight};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::print::to_json_compact;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::Existing;
use std::sync::Arc;

/// Validates as the customer, with the credentials of the management account or of a delegated administrator.
pub async fn validate(
    sessions: Sessions,
    agreed: Arc<Agreed>,
    chosen: Chosen,
    at_once: usize,
    done: impl FnMut(),
) -> Run {
    let organization = &agreed.terms.wanted.organization;
    let own = sessions.own().clone();
    let mut run = Run {
        viewpoint: Viewpoint::Customer,
        organization: organization.id.clone(),
        role: agreed.terms.wanted.profile.name.clone(),
        accounts: Vec::new(),
        left_out: Vec::new(),
        not_judged: agreed.itself.clone(),
    };
    let features = match own.describe_organization().await {
        Ok(found) if found.id != organization.id => {
            let text = format!(
                "the credentials are of organization {}, and {} was asked for: nothing was looked at",
                found.id.as_str(),
                organization.id.as_str()
            );
            run.not_judged.push(Note::new("other-organization", text));
            return run;
        }
        Ok(found) if found.all_features => Seen::Present(FeatureSet::All),
        Ok(_) => Seen::Present(FeatureSet::ConsolidatedBilling),
        Err(failure) => {
            run.not_judged.push(Note::new("organization-not-read", failure.to_string()));
            Seen::NotLooked
        }
    };
    let listed = if chosen == Chosen::All { Listed::read(&own, |_| ()).await } else { Listed::default() };
    let accounts = choose(&chosen, &listed, &agreed, &mut run);
    let limits = LimitReader::new(own);
    // In lagging mode the management account is looked at alone.
    if accounts.len() > 1 && chosen == Chosen::All && features == Seen::Present(FeatureSet::All) {
        limits.read_all().await;
    }
    let shared = Arc::new(Shared { sessions, agreed, listed, limits, features });
    let one = |account: AccountId| {
        let shared = Arc::clone(&shared);
        async move {
            let validation = shared.validation(account).await;
            shared.sessions.forget(AccountNumber::from(account));
            validation
        }
    };
    run.accounts = pool::each(accounts, at_once, one, done).await;
    let mut proofs = Proofs::default();
    for validation in &mut run.accounts {
        if validation.standing() != Standing::Good {
            validation.diagnosis = diagnose_with(&validation.evidence, &mut proofs);
        }
    }
    run
}

fn choose(chosen: &Chosen, listed: &Listed, agreed: &Agreed, run: &mut Run) -> Vec<AccountId> {
    match chosen {
        Chosen::These { accounts, .. } => accounts.iter().copied().collect(),
        Chosen::All => {
            run.not_judged.extend(listed.not_judged());
            let (usable, left_out) = listed.usable(&agreed.terms.wanted.organization);
            run.left_out = left_out;
            usable
        }
    }
}

/// What all accounts share.
struct Shared {
    sessions: Sessions,
    agreed: Arc<Agreed>,
    listed: Listed,
    limits: LimitReader,
    features: Seen<FeatureSet>,
}

impl Shared {
    async fn validation(&self, account: AccountId) -> Validation {
        let mut validation = self.agreed.begin(account, Viewpoint::Customer);
        let state = self.listing(&mut validation).await;
        if let Some(state) = state.filter(|state| !state.is_usable()) {
            validation.word = Word::Limited;
            let text = format!("the account is {}: nobody can enter it", state.as_str());
            validation.faults.push(Note::new("account-not-active", text));
            return validation;
        }
        let limits = self.control_policies(&mut validation).await;
        let connection = match self.sessions.into_account(AccountNumber::from(account)).await {
            Ok(connection) => connection,
            Err(failure) => {
                open(&mut validation, "account-not-entered", &failure);
                return validation;
            }
        };
        let wanted = self.agreed.terms.wanted.role(AccountNumber::from(account));
        match examine(&connection, &wanted).await {
            Err(failure) => open(&mut validation, "role-not-read", &failure),
            Ok((reading, live)) => {
                let read = match &live {
                    None => None,
                    Some(live) => Some(read_role(&connection, live, &mut validation).await),
                };
                validation.evidence.readings.role = Seen::looked(read);
                verdict(&mut validation, reading);
            }
        }
        self.quotas(&mut validation, &connection, &wanted).await;
        match &validation.evidence.readings.role {
            Seen::Present(read) => match live_role(read, &validation, limits.as_ref()) {
                Ok(role) => contract::prove(&self.agreed, &mut validation, &role),
                Err(why) => contract::not_proved(&self.agreed, &mut validation, why),
            },
            // Nobody has what is not there; and that it was not read is told.
            Seen::Absent | Seen::NotLooked => {}
        }
        if self.agreed.terms.simulate {
            self.simulate(&mut validation, &connection, &wanted, limits.as_ref()).await;
        }
        preflights(&mut validation);
        validation
    }

    /// What Organizations says of the account.
    async fn listing(&self, validation: &mut Validation) -> Option<AccountState> {
        let account = validation.account;
        let mut listing = self.listed.of(account);
        let mut state = self.listed.state(account);
        if !self.listed.is_complete() {
            match self.sessions.own().describe_account(account).await {
                Ok(found) => {
                    state = Some(found.state);
                    listing.entry = Seen::Present(super::subject::entry(found.state, found.joined_method.as_deref()));
                }
                Err(failure) if failure.code == "AccountNotFoundException" => {
                    listing.entry = Seen::Absent;
                    let text = "the organization does not have the account";
                    validation.faults.push(Note::new("not-listed", text));
                }
                Err(failure) => open(validation, "state-not-read", &failure),
            }
        }
        validation.evidence.listing = Listing { features: self.features, ..listing };
        state
    }

    /// Control policies never bind the management account (AWS Organizations user guide, `orgs_manage_policies_scps`,
    /// `orgs_manage_policies_rcps`).
    async fn control_policies(&self, validation: &mut Validation) -> Option<AccountLimits> {
        let limits = match self.limits.of(validation.account).await {
            Ok(limits) => limits,
            Err(failure) => {
                open(validation, "control-policies-not-read", &failure);
                return None;
            }
        };
        let binds = validation.kind == AccountKind::Member;
        let readings = &mut validation.evidence.readings;
        let seen = |levels: &Option<Vec<ControlPolicies>>| Seen::looked(levels.clone().filter(|_| binds));
        readings.units = Seen::Present(limits.units.clone());
        readings.service_control = seen(&limits.service_control);
        readings.resource_control = seen(&limits.resource_control);
        Some(limits)
    }

    async fn quotas(&self, validation: &mut Validation, connection: &Connection, wanted: &ExpectedRole) {
        let number = |text: &str| u64::try_from(counted_chars(text)).unwrap_or(u64::MAX);
        let figure = |used: u64, limit: i32| Figure { used, limit: u64::try_from(limit).unwrap_or(0) };
        let mut limits = Limits {
            inline_characters: Seen::Present(Figure {
                used: number(&to_json_compact(&wanted.policy.document)),
                limit: u64::try_from(ROLE_INLINE_POLICIES_MAX_CHARS).unwrap_or(u64::MAX),
            }),
            ..Limits::default()
        };
        match connection.account_summary().await {
            Ok(summary) => {
                let roles = summary.roles().map(|(used, limit)| figure(u64::try_from(used).unwrap_or(0), limit));
                limits.roles = roles.map_or(Seen::NotLooked, Seen::Present);
                let trust = number(&to_json_compact(&wanted.trust));
                let trust = summary.assume_role_policy_size_quota().map(|limit| figure(trust, limit));
                limits.trust_characters = trust.map_or(Seen::NotLooked, Seen::Present);
            }
            // Quotas matter to a role that is still to be made.
            Err(failure) if validation.word == Word::Absent => open(validation, "quotas-not-read", &failure),
            Err(_) => {}
        }
        let full = |seen: &Seen<Figure>, at: fn(&Figure) -> bool| seen.present().copied().filter(at);
        let mut fault = |code: &str, what: &str, found: Option<Figure>| {
            if let Some(Figure { used, limit }) = found {
                validation.faults.push(Note::new(code, format!("{what}: {used}, and AWS takes {limit}")));
            }
        };
        if validation.evidence.readings.role.is_absent() {
            let reached = full(&limits.roles, |figure| figure.used >= figure.limit);
            fault("role-quota-reached", "roles of the account", reached);
        }
        let over: fn(&Figure) -> bool = |figure| figure.used > figure.limit;
        fault("trust-policy-too-long", "characters of the trust policy", full(&limits.trust_characters, over));
        fault("inline-policies-too-long", "characters of inline policies", full(&limits.inline_characters, over));
        validation.evidence.readings.limits = limits;
    }

    async fn simulate(
        &self,
        validation: &mut Validation,
        connection: &Connection,
        wanted: &ExpectedRole,
        limits: Option<&AccountLimits>,
    ) {
        let planned = self.agreed.planned(validation.kind);
        if planned.calls.is_empty() {
            return simulate::nothing(validation, planned.entries);
        }
        let planned = planned.calls.iter().cloned();
        let (role, live) = match &validation.evidence.readings.role {
            Seen::NotLooked => (Err("the role was not read"), false),
            // No control policies on either side.
            Seen::Absent => (profiles_role(wanted, ServiceControl::Neither), false),
            Seen::Present(read) => (live_role(read, validation, limits), true),
        };
        let role = match role {
            Ok(role) => role,
            Err(why) => return simulate::not_run(validation, why),
        };
        let arn = role.arn.clone();
        let comparer = match Comparer::new(role) {
            Ok(comparer) => comparer,
            Err(error) => return simulate::not_run(validation, &error.to_string()),
        };
        let planned = planned.map(|call| call.with_role(&arn));
        if live {
            let calls = planned.map(rolecall_core::simulation::SimulationCall::of_principal).collect();
            simulate::run(validation, connection, Simulated::Role(&arn), calls, (&comparer, Under::Live)).await;
        } else {
            let calls = planned.collect();
            simulate::run(validation, connection, Simulated::Policies, calls, (&comparer, Under::Profile)).await;
        }
    }
}

fn open(validation: &mut Validation, code: &str, failure: &Failure) {
    validation.not_judged.push(Note::new(code, failure.to_string()));
}

/// What the reading of the role comes to.
fn verdict(validation: &mut Validation, reading: Reading) {
    let mut judged = false;
    for difference in reading.differences {
        judged |= difference.judged;
        let note = Note::new(difference.code, difference.message);
        if difference.judged { validation.faults.push(note) } else { validation.not_judged.push(note) }
    }
    validation.word = match reading.existing {
        Existing::Equal => Word::VerifiedByReading,
        Existing::Absent => {
            let text = format!("the account has no role `{}`", validation.evidence.subject.role_name);
            validation.faults.push(Note::new("role-absent", text));
            Word::Absent
        }
        _ if judged => Word::Different,
        _ => Word::Unknown,
    };
}

/// The role with the texts of its managed policies; what cannot be read of it was not looked at.
async fn read_role(connection: &Connection, live: &LiveRole, validation: &mut Validation) -> ReadRole {
    let inline = live.inline.iter().map(|(name, text)| NamedPolicy { name: name.clone(), text: text.clone() });
    let inline: Vec<NamedPolicy> = inline.collect();
    let some = |list: Vec<NamedPolicy>| Seen::looked((!list.is_empty()).then_some(list));
    let mut texts = Vec::new();
    let mut complete = true;
    for arn in &live.managed {
        match managed(connection, arn).await {
            Ok(Some(policy)) => texts.push(policy),
            Ok(None) => complete = false,
            Err(failure) => {
                complete = false;
                open(validation, "managed-policy-not-read", &failure);
            }
        }
    }
    let boundary = match &live.role.permissions_boundary {
        None => Seen::Absent,
        Some(arn) => match managed(connection, arn).await {
            Ok(found) => found.map_or(Seen::NotLooked, Seen::Present),
            Err(failure) => {
                open(validation, "boundary-not-read", &failure);
                Seen::NotLooked
            }
        },
    };
    ReadRole {
        name: live.role.name.clone(),
        path: live.role.path.clone(),
        // `CreateDate` does not tell of later changes.
        changed: Seen::NotLooked,
        trust: live.role.assume_role_policy.clone().map_or(Seen::NotLooked, Seen::Present),
        inline: some(inline),
        managed: if complete { some(texts) } else { Seen::NotLooked },
        boundary,
    }
}

/// The live role's policies with the control policies above it.
fn live_role(read: &ReadRole, validation: &Validation, limits: Option<&AccountLimits>) -> Result<Role, &'static str> {
    const UNREAD: &str = "not all policies of the role were read, or one of them is no policy";
    if !read.inline.is_looked() || !read.managed.is_looked() || !read.boundary.is_looked() {
        return Err(UNREAD);
    }
    let policies = read.inline.present().into_iter().chain(read.managed.present()).flatten();
    let identity: Option<Vec<_>> = policies.map(|policy| document(policy, PolicyType::Identity)).collect();
    let boundary = match read.boundary.present() {
        None => None,
        Some(policy) => Some(document(policy, PolicyType::Identity).ok_or(UNREAD)?),
    };
    let service_control = match limits {
        _ if validation.kind == AccountKind::Management => ServiceControl::Neither,
        None => ServiceControl::AwsAlone,
        Some(limits) => limits.service_control.as_ref().map_or(Ok(ServiceControl::Neither), |levels| {
            let level = |level: &ControlPolicies| -> Option<Vec<NamedDocument>> {
                level.policies.iter().map(|policy| document(policy, PolicyType::ServiceControl)).collect()
            };
            let levels: Option<_> = levels.iter().map(level).collect();
            levels.map(ServiceControl::Both).ok_or("a service control policy above the account is no policy")
        })?,
    };
    let subject = &validation.evidence.subject;
    let (partition, account) = (subject.partition.as_str(), subject.account);
    let arn = format!("arn:{partition}:iam::{account}:role{}{}", read.path, read.name);
    Ok(Role { arn, identity: identity.ok_or(UNREAD)?, boundary, service_control })
}

/// What limits the role, from what was read.
fn preflights(validation: &mut Validation) {
    let simulated = match &validation.simulator {
        Simulator::Run(run) => {
            let read = validation.evidence.readings.service_control.is_looked() && run.under == Under::Live;
            read && !run.others.iter().any(|other| matches!(other.evaluators, Evaluators::NotJudged(_)))
        }
        Simulator::NotAsked | Simulator::NotRun(_) => false,
    };
    let found = preflight(&validation.evidence);
    // A boundary of a role that is not there limits nothing.
    let without_boundary = validation.word == Word::Absent;
    let (faults, not_judged) = of_preflight(&found, simulated, simulated || without_boundary);
    if !faults.is_empty() && validation.word == Word::VerifiedByReading {
        validation.word = Word::Limited;
    }
    validation.faults.extend(faults);
    validation.not_judged.extend(not_judged);
}
