//! The trust policies: those that the profile asks for in every account, and the one that is given as a file.

use super::accounts;
use super::profile::PlacedProfile;
use crate::config::Config;
use crate::inputs::{Purpose, Wanted};
use crate::run::{Judgement, Run, counted};
use jiff::civil::Date;
use rolecall_core::organization::Organization;
use rolecall_core::role::profile_rules::{check_trust_size, check_trust_text_size};
use rolecall_core::trust::{TrustExpectation, check_trust_with};
use rolecall_core::trust_document::trust_document;
use rolecall_iam::document::print::to_json_pretty;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::span::Spanned;

/// Judges all of them.
pub(super) fn check(
    config: &Config,
    placed: &PlacedProfile,
    organizations: &[Organization],
    day: Date,
    run: &mut Run<'_>,
) {
    for organization in organizations {
        let id = organization.id.as_str();
        let _: Option<()> =
            run.check("trust-asked-for", id, |run| generated(placed, organization, organizations, day, run));
    }
    if let Some(path) = &config.role.trust {
        let _: Option<()> =
            run.check("trust", path.value.clone(), |run| given(path, config, placed, organizations, day, run));
    }
}

/// The trust policy that role code of this profile gets, for every account with an ID of its own and for all others:
/// IDs that are not fit for a trust policy show here, before anything is deployed.
fn generated(
    placed: &PlacedProfile,
    organization: &Organization,
    all: &[Organization],
    day: Date,
    run: &mut Run<'_>,
) -> Judgement<()> {
    run.findings.extend(check_trust_size(&placed.profile, organization, &placed.places, day));
    let mut judged = 0_usize;
    for account in accounts::of(organization) {
        let accepted = organization.accepted_ids(account.id, day);
        let ids: Vec<_> = std::iter::once(accepted.expected).chain(accepted.also).collect();
        let policy = trust_document(&placed.profile.vendor, organization.partition, &ids);
        let name = format!("(trust policy for {} in {})", account.describe(), organization.id.as_str());
        let file = run.sources.add(name, to_json_pretty(&policy));
        let policy = parse(file, run)?;
        let expectation = TrustExpectation::new(&placed.profile.vendor, organization, all, account.known_id(), day);
        let found = check_trust_with(&policy, &expectation, &mut run.proofs);
        run.take_judged(found);
        judged += 1;
    }
    Ok((
        (),
        format!(
            "for {}: the right ID opens it to the vendor; proved that nobody else gets in, and nobody without it",
            counted(judged, "account")
        ),
    ))
}

fn given(
    path: &Spanned<String>,
    config: &Config,
    placed: &PlacedProfile,
    organizations: &[Organization],
    day: Date,
    run: &mut Run<'_>,
) -> Judgement<()> {
    let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::Trust };
    let file = run.text(&wanted).ok_or("the file could not be read")?;
    let policy = parse(file, run)?;
    let entry = config.organization(config.role.trust_organization.as_ref());
    let entry = entry.ok_or("it is not said whose external ID the trust policy holds")?;
    let organization = organizations.iter().find(|organization| organization.id == entry.id.value);
    let organization = organization.ok_or("its organization is not sound")?;
    let expectation = TrustExpectation::new(&placed.profile.vendor, organization, organizations, None, day);
    run.findings.extend(check_trust_text_size(&policy));
    let found = check_trust_with(&policy, &expectation, &mut run.proofs);
    run.take_judged(found);
    let id = organization.id.as_str();
    let statements = counted(policy.statements.len(), "statement");
    Ok((
        (),
        format!(
            "{statements}; the ID of {id} opens it to the vendor; proved that nobody else gets in, and nobody without it"
        ),
    ))
}

fn parse(file: rolecall_iam::span::FileId, run: &mut Run<'_>) -> Result<Policy, String> {
    let (policy, problems) = crate::check::read_policy(&run.sources, file, PolicyType::Trust);
    run.take(problems);
    policy.ok_or_else(|| "the trust policy is not sound".to_owned())
}
