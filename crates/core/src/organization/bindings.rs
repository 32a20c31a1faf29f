//! Judges external-ID bindings: IDs shared by two tenants, IDs that can be guessed, accounts bound twice.

use super::{Organization, OrganizationId};
use crate::external_id::ExternalId;
use crate::finding::Finding;
use crate::rules;
use rolecall_iam::arn::AccountId;
use rolecall_iam::span::Span;
use std::collections::BTreeMap;

/// IDs shorter than this cannot hold 128 random bits even with 64 different characters.
const UNGUESSABLE_MIN_CHARS: usize = 22;

/// An organization with the place of its entry in the configuration.
#[derive(Clone, Copy, Debug)]
pub struct PlacedOrganization<'a> {
    /// The organization.
    pub organization: &'a Organization,
    /// Where its entry stands.
    pub span: Span,
}

/// Judges the bindings of all organizations together.
pub fn check_bindings(organizations: &[PlacedOrganization<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    shared(organizations, &mut findings);
    accounts(organizations, &mut findings);
    for placed in organizations {
        findings.extend(guessable(placed));
    }
    findings
}

/// Whose an ID is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner<'a> {
    Organization(&'a OrganizationId),
    Account(&'a OrganizationId, AccountId),
}

impl Owner<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Organization(id) => format!("organization {}", id.as_str()),
            Self::Account(id, account) => format!("account {account} of organization {}", id.as_str()),
        }
    }
}

fn shared(organizations: &[PlacedOrganization<'_>], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&ExternalId, (Owner<'_>, Span)> = BTreeMap::new();
    for placed in organizations {
        let organization = placed.organization;
        let own = std::iter::once((&organization.external_id, Owner::Organization(&organization.id)));
        let legacy =
            organization.legacy_ids.iter().map(|(account, id)| (id, Owner::Account(&organization.id, *account)));
        for (id, owner) in own.chain(legacy) {
            let Some((first, span)) = seen.get(id) else {
                seen.insert(id, (owner, placed.span));
                continue;
            };
            // An account of the organization that was moved to the organization's ID already shares nothing.
            let migrated =
                matches!((first, owner), (Owner::Organization(left), Owner::Account(right, _)) if *left == right);
            if !migrated {
                let message = format!("`{id}` is the external ID of {} and of {}", first.describe(), owner.describe());
                let finding =
                    Finding::new(&rules::external_id_shared::RULE, placed.span, format!("external-id:{id}"), message);
                findings.push(finding.with_related(*span, first.describe()));
            }
        }
    }
}

fn accounts(organizations: &[PlacedOrganization<'_>], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<AccountId, PlacedOrganization<'_>> = BTreeMap::new();
    for placed in organizations {
        let organization = placed.organization;
        let all = std::iter::once(organization.management_account).chain(organization.legacy_ids.keys().copied());
        for account in all {
            match seen.get(&account) {
                None => {
                    seen.insert(account, *placed);
                }
                Some(first) if first.organization.id == organization.id => {}
                Some(first) => {
                    let (left, right) = (first.organization.id.as_str(), organization.id.as_str());
                    let message =
                        format!("account {account} is bound to organization {left} and to organization {right}");
                    let finding = Finding::new(
                        &rules::account_in_two_organizations::RULE,
                        placed.span,
                        format!("account:{account}"),
                        message,
                    );
                    findings.push(finding.with_related(first.span, format!("organization {left}")));
                }
            }
        }
    }
}

fn guessable(placed: &PlacedOrganization<'_>) -> Option<Finding> {
    let organization = placed.organization;
    let id = organization.external_id.as_str();
    let why = if id == organization.id.as_str() {
        "it is the organization's ID"
    } else if AccountId::parse(id).is_ok() {
        "it is an account ID"
    } else if id.len() < UNGUESSABLE_MIN_CHARS {
        "it is too short to hold 128 random bits"
    } else {
        return None;
    };
    let message = format!("the external ID `{id}` of organization {} can be guessed: {why}", organization.id.as_str());
    Some(Finding::new(&rules::external_id_guessable::RULE, placed.span, format!("external-id:{id}"), message))
}
