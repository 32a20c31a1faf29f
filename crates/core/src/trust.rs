//! Judges a trust policy: statement by statement for what is written (`statement`, `external_id`), as a whole by
//! evaluating AssumeRole with the right, no and wrong external IDs (`probes`), and over all requests by proof (`proofs`).
//! It reads texts; nobody is called.

mod external_id;
pub mod probes;
mod proofs;
mod statement;

use crate::external_id::ExternalId;
use crate::finding::{Finding, NotJudged};
use crate::organization::{AcceptedIds, Organization, OrganizationId};
use crate::profile::VendorPrincipal;
use crate::proof::Proofs;
use crate::rules;
use jiff::civil::Date;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::{Effect, Policy, Statement};
use rolecall_iam::span::Span;

/// What a trust is judged against.
#[derive(Clone, Debug)]
pub struct TrustExpectation<'a> {
    /// Who may assume the role.
    pub vendor: &'a VendorPrincipal,
    /// The partition of the account.
    pub partition: Partition,
    /// The organization that the account belongs to.
    pub organization: &'a OrganizationId,
    /// The account that the trust stands in, when it is known.
    pub account: Option<AccountId>,
    /// The IDs that must and may open the role.
    pub accepted: AcceptedIds<'a>,
    /// Every other ID that is configured, with what it is bound to.
    pub others: Vec<OtherId<'a>>,
}

/// An external ID that must not open the role, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherId<'a> {
    /// The ID.
    pub id: &'a ExternalId,
    /// What it is bound to.
    pub of: Binding<'a>,
}

/// What an external ID is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding<'a> {
    /// The organization that the trust is for: valid there, but not for this account today.
    OwnOrganization,
    /// This very account, as its older ID that is not in use today.
    OwnAccount,
    /// Another organization.
    Organization(&'a OrganizationId),
    /// One other account, as its older ID.
    Account(AccountId),
}

impl<'a> TrustExpectation<'a> {
    /// What the trust of `account` must look like on `day`. Without an account: that of any account of the
    /// organization that has no older ID of its own.
    pub fn new(
        vendor: &'a VendorPrincipal,
        organization: &'a Organization,
        all: &'a [Organization],
        account: Option<AccountId>,
        day: Date,
    ) -> Self {
        let accepted = match account {
            Some(account) => organization.accepted_ids(account, day),
            None => AcceptedIds { expected: &organization.external_id, also: None },
        };
        let mut expectation = Self {
            vendor,
            partition: organization.partition,
            organization: &organization.id,
            account,
            accepted,
            others: Vec::new(),
        };
        expectation.add(organization, Binding::OwnOrganization);
        for other in all.iter().filter(|other| other.id != organization.id) {
            expectation.add(other, Binding::Organization(&other.id));
        }
        expectation
    }

    fn add(&mut self, organization: &'a Organization, binding: Binding<'a>) {
        self.add_id(&organization.external_id, binding);
        for (account, id) in &organization.legacy_ids {
            let own = self.account == Some(*account) && binding == Binding::OwnOrganization;
            self.add_id(id, if own { Binding::OwnAccount } else { Binding::Account(*account) });
        }
    }

    fn add_id(&mut self, id: &'a ExternalId, of: Binding<'a>) {
        if !self.is_accepted(id.as_str()) {
            self.others.push(OtherId { id, of });
        }
    }

    /// Whether a text is an ID that may open the role.
    pub fn is_accepted(&self, text: &str) -> bool {
        self.accepted.expected.as_str() == text || self.accepted.also.is_some_and(|also| also.as_str() == text)
    }

    /// What the expected ID is bound to, for messages: IDs are shown with their binding.
    fn binding_of_expected(&self) -> String {
        match self.account {
            Some(account) if self.accepted.also.is_some() => format!("account {account}, which is being migrated"),
            Some(account) if self.others.iter().any(|other| other.of == Binding::OwnOrganization) => {
                format!("account {account}, which keeps its older ID")
            }
            _ => format!("organization {}", self.organization.as_str()),
        }
    }
}

/// `sts:ExternalId`; names of keys have no case.
const EXTERNAL_ID_KEY_LOWER: &str = "sts:externalid";

/// Judges a trust policy that was read without errors.
pub fn check_trust(trust: &Policy, expectation: &TrustExpectation<'_>) -> (Vec<Finding>, Vec<NotJudged>) {
    check_trust_with(trust, expectation, &mut Proofs::default())
}

/// The same as part of a run: what it proved of the same text before is not proved again.
pub fn check_trust_with(
    trust: &Policy,
    expectation: &TrustExpectation<'_>,
    proofs: &mut Proofs,
) -> (Vec<Finding>, Vec<NotJudged>) {
    let mut findings = Vec::new();
    let allows = trust
        .statements
        .iter()
        .any(|statement| statement.effect.value == Effect::Allow && grants_assume_role(statement));
    if !allows {
        let message = "no statement of the trust policy allows `sts:AssumeRole`";
        findings.push(Finding::new(&rules::trust_missing::RULE, trust.span, "trust", message));
    }
    for (index, statement) in trust.statements.iter().enumerate() {
        let place = Place { index, statement };
        statement::check(&place, expectation, &mut findings);
        external_id::check(&place, expectation, &mut findings);
    }
    external_id::check_number(trust, expectation, &mut findings);
    let mut not_judged = probes::check(trust, expectation, &mut findings);
    not_judged.extend(proofs::check(trust, expectation, proofs, &mut findings));
    (findings, not_judged)
}

/// The finding for a role without any trust policy.
pub fn trust_absent(role: Span) -> Finding {
    Finding::new(&rules::trust_missing::RULE, role, "trust", "the role has no trust policy")
}

/// A statement with its index, for subjects and messages.
#[derive(Clone, Copy)]
struct Place<'a> {
    index: usize,
    statement: &'a Statement,
}

impl Place<'_> {
    /// The stable part of a finding's subject: the `Sid`, else the number of the statement.
    fn subject(&self, rest: &str) -> String {
        match &self.statement.sid {
            Some(sid) => format!("trust/statement:{}/{rest}", sid.value),
            None => format!("trust/statement-{}/{rest}", self.index + 1),
        }
    }

    /// A short place for what is missing in the statement: its `Sid`, else its effect.
    fn anchor(&self) -> Span {
        self.statement.sid.as_ref().map_or(self.statement.effect.span, |sid| sid.span)
    }

    fn is_allow(&self) -> bool {
        self.statement.effect.value == Effect::Allow
    }
}

/// Whether the `Action` element of a statement covers `sts:AssumeRole`.
fn grants_assume_role(statement: &Statement) -> bool {
    let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches("sts:AssumeRole"));
    listed != statement.actions.negated
}

#[cfg(test)]
mod tests;
