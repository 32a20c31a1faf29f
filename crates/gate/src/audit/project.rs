//! The audit of a project: the policies of `rolecall.toml` for each kind of account, held against its contract, and the
//! trust that the profile asks for in each organization.

use super::trust::{Expected, TrustAudit, audit_trust};
use super::{Audit, Contracted, Subject, audit_subject};
use crate::config::{Config, ReadConfig};
use crate::inputs::{Files, Purpose, Wanted};
use crate::judge::policies::{Policies, role_arn};
use crate::judge::{bindings, policies, profile};
use crate::run::Run;
use rolecall_core::organization::{AccountKind, Organization};
use rolecall_core::profile::RoleProfile;
use rolecall_core::trust_document::trust_document;
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::print::to_json_pretty;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::FileId;
use rolecall_iam_prove::{Base, Options, PolicySide};

/// Audits what a configuration describes, under the boundary, session policies and control policies of `limits`; what is
/// not sound stands in `not_judged`.
pub fn audit_project(read: ReadConfig, files: &Files, limits: &PolicySide<'_>, options: Options) -> Audit {
    let ReadConfig { sources, file: _, config, problems } = read;
    let mut run = Run::new(sources, files);
    for problem in problems {
        run.problems.add_not_judged(problem);
    }
    let (mut subjects, mut trusts) = (Vec::new(), Vec::new());
    if let Some(config) = config {
        let policies = policies::read(&config, &mut run);
        for (name, kind) in kinds(&config, &policies) {
            let Some(policy) = policies.of(kind) else { continue };
            let Some(organization) = config.organizations.first() else { continue };
            let role_arn = role_arn(&config, kind, organization);
            let contract = (!config.contract.allow.is_empty()).then_some(Contracted {
                contract: &config.contract,
                kind,
                role_arn: &role_arn,
            });
            let subject = Subject {
                name: name.to_owned(),
                policies: vec![run.sources.path(policy.span.file).to_owned()],
                side: PolicySide { base: Base::Identity(vec![policy]), ..limits.clone() },
                contract,
            };
            subjects.push(audit_subject(&subject, options));
        }
        let organizations = bindings::read(&config, &mut run);
        if let (Some(profile), Some(organizations)) = (profile::profile(&config, &policies), organizations) {
            trusts = all_trusts(&config, &profile, &organizations, options, &mut run);
        }
    }
    let (sources, not_judged) = run.into_parts();
    Audit { sources, subjects, trusts, not_judged }
}

/// The kinds of account in which the policies differ.
fn kinds(config: &Config, policies: &Policies) -> Vec<(&'static str, AccountKind)> {
    match policies {
        Policies::Uniform(_) => vec![("every account", AccountKind::Management)],
        Policies::Split { .. } => policies::kinds(config).into_iter().map(|kind| (kind.as_str(), kind)).collect(),
    }
}

/// The trust policy that the configuration names, else the one that the profile asks for in each organization, in the
/// accounts without an ID of their own.
fn all_trusts(
    config: &Config,
    profile: &RoleProfile,
    organizations: &[Organization],
    options: Options,
    run: &mut Run<'_>,
) -> Vec<TrustAudit> {
    if let Some(path) = &config.role.trust {
        let entry = config.organization(config.role.trust_organization.as_ref());
        let organization =
            entry.and_then(|entry| organizations.iter().find(|organization| organization.id == entry.id.value));
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::Trust };
        let file = run.text(&wanted);
        let name = path.value.clone();
        return file.and_then(|file| one_trust(&name, file, profile, organization, options, run)).into_iter().collect();
    }
    let mut trusts = Vec::new();
    for organization in organizations {
        let name = format!("accounts of {}", organization.id.as_str());
        let document = trust_document(&profile.vendor, organization.partition, &[&organization.external_id]);
        let file = run.sources.add(format!("(trust policy for {name})"), to_json_pretty(&document));
        trusts.extend(one_trust(&name, file, profile, Some(organization), options, run));
    }
    trusts
}

fn one_trust(
    name: &str,
    file: FileId,
    profile: &RoleProfile,
    organization: Option<&Organization>,
    options: Options,
    run: &mut Run<'_>,
) -> Option<TrustAudit> {
    let (policy, problems) = crate::check::read_policy(&run.sources, file, PolicyType::Trust);
    run.take(problems);
    let policy = policy?;
    let expected = organization.map(|organization| {
        let root = profile.vendor.root_arn(organization.partition);
        Expected {
            words: format!("nobody but `{root}`, and that only with the external ID of {}", organization.id.as_str()),
            principals: vec![Principal::Account { account: profile.vendor.account, text: root }],
            external_id: Some(organization.external_id.as_str()),
        }
    });
    Some(audit_trust(name, &policy, expected.as_ref(), options))
}
