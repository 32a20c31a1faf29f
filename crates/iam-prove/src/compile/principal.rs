//! Principal elements for one caller: decided at once for a named one, patterns of ARNs for the others. The rules are those
//! of the evaluator (IAM user guide, `reference_policies_elements_principal`, `…_notprincipal`).

use super::Compiler;
use super::literal::{CallerForm, CallerLiteral, RawLiteral};
use super::statement::Told;
use crate::arn::ArnText;
use crate::caller::{Caller, Kind, role_of_session};
use rolecall_iam::arn::Arn;
use rolecall_iam::document::{Effect, Statement};
use rolecall_iam::principal::Principal;

/// Kinds of patterns in the table of callers, apart from those of conditions.
const PRINCIPAL: u8 = 8;

impl<'p> Compiler<'p, '_> {
    /// What the principal element says; without one the policy is attached to the caller.
    pub(super) fn caller_of(&mut self, statement: &'p Statement, has_boundary: bool) -> Told {
        let Some(element) = &statement.principals else { return Told::Always };
        let deny = statement.effect.value == Effect::Deny;
        let caller = self.purpose.caller;
        // "NotPrincipal … Deny … will always deny any IAM principal that has a permissions boundary".
        if element.negated && deny && has_boundary && caller.has_boundary() {
            return Told::Always;
        }
        let principals = element.values.iter().map(|principal| &principal.value);
        let Caller::Open(kind, id) = caller else {
            let found = Found::of(caller, principals);
            let exempt = if element.negated && deny { found.in_all_forms(caller) } else { found.in_any_form() };
            return if exempt == element.negated { Told::Never } else { Told::Always };
        };
        let form = match (element.negated, deny, kind) {
            (false, ..) => CallerForm::Listed,
            (true, false, _) => CallerForm::NotListed,
            (true, true, Kind::Root) => CallerForm::RootNotExempt,
            (true, true, Kind::UnnamedSession) => CallerForm::SessionNotExempt,
            (true, true, _) => CallerForm::NotExempt,
        };
        let mut literal = CallerLiteral { form, ..CallerLiteral::default() };
        for principal in principals {
            match principal {
                Principal::Everyone => literal.everyone = true,
                Principal::Account { account, text } => {
                    let partition = Arn::parse(text).map_or("*", |arn| arn.partition);
                    literal.accounts.extend(self.arn_pattern(&format!("arn:{partition}:iam::{account}:*")));
                }
                Principal::AwsArn(arn) => literal.own.extend(self.arn_pattern(arn)),
                Principal::UniqueId(own) => literal.own_id |= Some(own) == id.as_ref(),
                Principal::Service(_) | Principal::Federated(_) | Principal::CanonicalUser(_) => {}
            }
        }
        let nobody = !literal.everyone && !literal.own_id && literal.accounts.is_empty() && literal.own.is_empty();
        match (literal.everyone || nobody, form) {
            (false, _) => Told::If(RawLiteral::Caller(literal)),
            (true, CallerForm::Listed) => {
                if nobody {
                    Told::Never
                } else {
                    Told::Always
                }
            }
            (true, _) => {
                if nobody {
                    Told::Always
                } else {
                    Told::Never
                }
            }
        }
    }

    fn arn_pattern(&mut self, text: &str) -> Option<usize> {
        let bindings = self.purpose.bindings;
        self.callers.number(PRINCIPAL, text, || ArnText::read(text, false, bindings)).ok()
    }
}

/// In which forms a principal element lists a named caller.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "the forms are independent of each other")]
struct Found {
    everyone: bool,
    account: bool,
    role: bool,
    itself: bool,
}

impl Found {
    fn of<'e>(caller: &Caller, principals: impl Iterator<Item = &'e Principal>) -> Self {
        let mut found = Self::default();
        let role = match caller {
            Caller::Session(arn) | Caller::SessionOfPath(arn) => role_of_session(arn),
            _ => None,
        };
        for principal in principals {
            match (principal, caller) {
                (Principal::Everyone, _) => found.everyone = true,
                (
                    Principal::Account { account, text },
                    Caller::Session(arn) | Caller::SessionOfPath(arn) | Caller::FederatedUser(arn),
                ) => {
                    let own = Arn::parse(arn).ok();
                    let partition_fits = match (Arn::parse(text).ok(), &own) {
                        (Some(named), Some(own)) => named.partition == own.partition,
                        _ => true,
                    };
                    found.account |= partition_fits && own.and_then(|own| own.account_id()) == Some(*account);
                }
                (Principal::AwsArn(named), Caller::Session(arn) | Caller::SessionOfPath(arn)) => {
                    found.itself |= named == arn;
                    // An ARN that is no role's need not be read.
                    found.role |= named.contains(":role/") && role.as_ref().is_some_and(|role| same_role(role, named));
                }
                (Principal::AwsArn(named), Caller::FederatedUser(arn)) => found.itself |= named == arn,
                // `*` is every provider, as in the evaluator.
                (Principal::Federated(named), Caller::Federated(own)) => found.itself |= named == "*" || named == own,
                (Principal::Service(named), Caller::Service(own))
                | (Principal::CanonicalUser(named), Caller::CanonicalUser(own)) => found.itself |= named == own,
                _ => {}
            }
        }
        found
    }

    const fn in_any_form(&self) -> bool {
        self.everyone || self.account || self.role || self.itself
    }

    const fn in_all_forms(&self, caller: &Caller) -> bool {
        let all = match caller {
            Caller::Session(_) | Caller::SessionOfPath(_) => self.account && self.role && self.itself,
            Caller::FederatedUser(_) => self.account && self.itself,
            _ => self.itself,
        };
        self.everyone || all
    }
}

/// A session's ARN has no path; a role's name is unique in its account, so name and account decide.
fn same_role(without_path: &str, named: &str) -> bool {
    let name =
        |resource: &str| resource.strip_prefix("role/").and_then(|rest| rest.rsplit('/').next()).map(str::to_owned);
    let (Ok(left), Ok(right)) = (Arn::parse(without_path), Arn::parse(named)) else { return false };
    right.service == "iam"
        && left.partition == right.partition
        && left.account == right.account
        && name(right.resource).is_some()
        && name(left.resource) == name(right.resource)
}
