//! Judges whether the policies of one kind of account keep a permission contract: what is missing, what nobody needs,
//! what is forbidden. The contract itself is judged by [`super::check_contract_itself`].

pub use super::missing::JudgedCapability;
use super::{Contract, forbidden, grants::Grants, missing, surplus};
use crate::finding::{Finding, NotJudged};
use crate::organization::AccountKind;
use crate::proof::Proofs;
use rolecall_iam::document::Policy;
use rolecall_iam::span::Spanned;

/// The policies of the role in one kind of account.
#[derive(Clone, Debug)]
pub struct GrantedPolicies<'a> {
    /// Which kind of account.
    pub kind: AccountKind,
    /// ARN of the role in an account of that kind; requests are evaluated as made by it.
    pub role_arn: &'a str,
    /// The policies whose text is known: read without errors.
    pub policies: &'a [&'a Policy],
    /// ARNs of attached managed policies whose text is not known, with their places.
    pub unknown_policies: &'a [Spanned<String>],
    /// ARN of a permissions boundary whose text is not known.
    pub unknown_boundary: Option<&'a Spanned<String>>,
}

/// Judges the policies of one kind of account. Findings that are the same for both kinds come out equal.
pub fn check_contract(contract: &Contract, granted: &GrantedPolicies<'_>) -> (Vec<Finding>, Vec<NotJudged>) {
    check_contract_with(contract, granted, &mut Proofs::default())
}

/// The same as part of a run, whose budget of proofs it shares.
pub fn check_contract_with(
    contract: &Contract,
    granted: &GrantedPolicies<'_>,
    proofs: &mut Proofs,
) -> (Vec<Finding>, Vec<NotJudged>) {
    let (mut findings, mut not_judged) = (Vec::new(), Vec::new());
    unknown_texts(granted, &mut not_judged);
    missing::check(contract, granted, proofs, &mut findings, &mut not_judged);
    let grants = Grants::new(granted.policies);
    surplus::check(contract, granted.kind, &grants, &mut findings);
    forbidden::check(contract, granted, &grants, proofs, &mut findings, &mut not_judged);
    (findings, not_judged)
}

/// What the contract needs in one kind of account, capability by capability; `None` when the role's ARN is none.
pub fn needed<'c>(contract: &'c Contract, granted: &GrantedPolicies<'_>) -> Option<Vec<JudgedCapability<'c>>> {
    missing::judged(contract, granted)
}

/// Policies whose text nobody gave can grant or take away anything.
fn unknown_texts(granted: &GrantedPolicies<'_>, not_judged: &mut Vec<NotJudged>) {
    for arn in granted.unknown_policies {
        not_judged.push(NotJudged {
            code: String::from("unknown-policy-text"),
            span: arn.span,
            message: format!("the managed policy `{}` is attached, and its text is not known", arn.value),
            help: String::from("what it grants is not judged: put its text into the inline policy, or detach it"),
            related: Vec::new(),
        });
    }
    if let Some(arn) = granted.unknown_boundary {
        not_judged.push(NotJudged {
            code: String::from("unknown-policy-text"),
            span: arn.span,
            message: format!("the permissions boundary `{}` is set, and its text is not known", arn.value),
            help: String::from("whether it takes away what the contract needs is not judged"),
            related: Vec::new(),
        });
    }
}
