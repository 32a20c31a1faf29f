//! The role's policies: parsed once, then judged by the policy rules and against the contract.

use crate::config::{Config, OrganizationEntry, PolicyFiles};
use crate::inputs::{Purpose, Wanted};
use crate::run::{Judgement, Run, counted};
use rolecall_core::contract::check::{GrantedPolicies, check_contract_with};
use rolecall_core::contract::{Contract, check_contract_itself};
use rolecall_core::organization::{AccountKind, ServiceMode};
use rolecall_core::policy::check_policy;
use rolecall_core::profile::{InlinePolicy, Permissions};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::span::Spanned;

/// A member account for the ARN that requests are evaluated with; no rule depends on which one.
const EXAMPLE_MEMBER: &str = "123456789012";

/// The policies of the role; `None` where one is not sound.
pub(crate) enum Policies {
    Uniform(Option<Policy>),
    Split { management: Option<Policy>, member: Option<Policy> },
}

/// Reads all policy files.
pub(crate) fn read(config: &Config, run: &mut Run<'_>) -> Policies {
    match &config.policy {
        PolicyFiles::Uniform(path) => Policies::Uniform(read_one(path, run)),
        PolicyFiles::Split { management, member } => {
            Policies::Split { management: read_one(management, run), member: read_one(member, run) }
        }
    }
}

fn read_one(path: &Spanned<String>, run: &mut Run<'_>) -> Option<Policy> {
    run.check("policy-syntax", path.value.clone(), |run| {
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::Policy };
        let file = run.text(&wanted).ok_or("the file could not be read")?;
        let (policy, problems) = crate::check::read_policy(&run.sources, file, PolicyType::Identity);
        run.take(problems);
        let policy = policy.ok_or("the policy is not sound")?;
        let judged = counted(policy.statements.len(), "statement");
        Ok((policy, judged))
    })
}

impl Policies {
    /// The inline policies of the profile; `None` when one is not sound.
    pub(super) fn permissions(&self, name: &str) -> Option<Permissions> {
        let inline =
            |policy: &Option<Policy>| policy.clone().map(|document| InlinePolicy { name: name.to_owned(), document });
        Some(match self {
            Self::Uniform(policy) => Permissions::Uniform(inline(policy)?),
            Self::Split { management, member } => {
                Permissions::Split { management: inline(management)?, member: inline(member)? }
            }
        })
    }

    /// All sound policies, each once.
    fn sound(&self) -> Vec<&Policy> {
        match self {
            Self::Uniform(policy) => policy.iter().collect(),
            Self::Split { management, member } => management.iter().chain(member).collect(),
        }
    }

    /// The policy of accounts of this kind; `None` when it is not sound.
    pub(crate) fn of(&self, kind: AccountKind) -> Option<&Policy> {
        match (self, kind) {
            (Self::Uniform(policy), _)
            | (Self::Split { management: policy, .. }, AccountKind::Management)
            | (Self::Split { member: policy, .. }, AccountKind::Member) => policy.as_ref(),
        }
    }
}

/// Judges the sound policies: each by itself, then against the contract for each kind of account.
pub(super) fn check(config: &Config, policies: &Policies, run: &mut Run<'_>) {
    let accepted = accepted_patterns(&config.contract);
    for policy in policies.sound() {
        let path = run.sources.path(policy.span.file).to_owned();
        let _: Option<()> = run.check("policy", path, |run| {
            run.findings.extend(check_policy(policy, &accepted));
            let patterns: usize = policy.statements.iter().map(|statement| statement.actions.values.len()).sum();
            let statements = counted(policy.statements.len(), "statement");
            Ok(((), format!("{} in {statements}", counted(patterns, "action pattern"))))
        });
    }
    if config.contract.allow.is_empty() && config.contract.never.is_empty() {
        return;
    }
    let name = run.sources.path(config.file).to_owned();
    let _: Option<()> = run.check("contract-itself", name, |run| {
        run.take_judged(check_contract_itself(&config.contract));
        Ok(((), "its patterns mean something, and it forbids nothing that it needs".to_owned()))
    });
    for (index, organization) in one_of_each_partition(config).into_iter().enumerate() {
        for kind in kinds(config) {
            let partition = organization.partition.as_str();
            let subject =
                if index == 0 { kind.as_str().to_owned() } else { format!("{} ({partition})", kind.as_str()) };
            let _: Option<()> =
                run.check("contract", subject, |run| against_contract(config, policies, kind, organization, run));
        }
    }
}

/// Requests are those of a role, whose ARN has the partition.
pub(super) fn one_of_each_partition(config: &Config) -> Vec<&OrganizationEntry> {
    let mut found: Vec<&OrganizationEntry> = Vec::new();
    for organization in &config.organizations {
        if !found.iter().any(|other| other.partition == organization.partition) {
            found.push(organization);
        }
    }
    found
}

/// The ARN of the role in an account of this kind.
pub(crate) fn role_arn(config: &Config, kind: AccountKind, organization: &OrganizationEntry) -> String {
    let role = &config.role;
    let path = role.path.as_ref().map_or("/", |path| path.value.as_str());
    let account = match kind {
        AccountKind::Management => organization.management_account.value.as_str(),
        AccountKind::Member => EXAMPLE_MEMBER,
    };
    format!("arn:{}:iam::{account}:role{path}{}", organization.partition.as_str(), role.name.value)
}

/// What the contract asks for literally.
pub(super) fn accepted_patterns(contract: &Contract) -> Vec<&ActionPattern> {
    contract.allow.iter().flat_map(|capability| &capability.actions).map(|action| &action.value).collect()
}

/// Resellers' organizations have roles in management accounts only.
pub(crate) fn kinds(config: &Config) -> Vec<AccountKind> {
    let members = config.organizations.iter().any(|organization| organization.mode == ServiceMode::RealTime);
    AccountKind::ALL.into_iter().filter(|kind| members || *kind == AccountKind::Management).collect()
}

fn against_contract(
    config: &Config,
    policies: &Policies,
    kind: AccountKind,
    organization: &OrganizationEntry,
    run: &mut Run<'_>,
) -> Judgement<()> {
    let policy = policies.of(kind).ok_or("the policy is not sound")?;
    let role = &config.role;
    let role_arn = role_arn(config, kind, organization);
    let granted = GrantedPolicies {
        kind,
        role_arn: &role_arn,
        policies: &[policy],
        unknown_policies: &role.managed_policy_arns,
        unknown_boundary: role.permissions_boundary.as_ref(),
    };
    let judged = check_contract_with(&config.contract, &granted, &mut run.proofs);
    run.take_judged(judged);
    let needed = config.contract.allow.iter().filter(|capability| capability.scope.covers(kind)).count();
    let forbidden = counted(config.contract.never.len(), "forbidden thing");
    Ok(((), format!("{} granted, {forbidden} proved impossible, nothing more", counted(needed, "capability"))))
}
