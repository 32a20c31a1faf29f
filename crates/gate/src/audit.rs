//! The audit for a security reviewer: what a role can do, the worst of it first; whom it lets in; what it needs of that;
//! and a tighter policy. All of it from the prover's exact summaries; a part that could not be decided is said.

pub mod concerns;
pub mod need;
pub mod project;
pub mod role_code;
pub mod tighten;
pub mod trust;

use crate::access::{Access, access};
use concerns::{ConcernFound, concerns};
use need::{Need, need};
use rolecall_core::contract::Contract;
use rolecall_core::finding::NotJudged;
use rolecall_core::organization::AccountKind;
use rolecall_iam::source::SourceMap;
use rolecall_iam_prove::{Base, Options, PolicySide};
use tighten::{Tightened, tighten};
use trust::TrustAudit;

/// A whole audit.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The texts that all places point into.
    pub sources: SourceMap,
    /// What policies grant: one for each kind of account in which they differ.
    pub subjects: Vec<SubjectAudit>,
    /// Whom the role lets in.
    pub trusts: Vec<TrustAudit>,
    /// What could not be audited.
    pub not_judged: Vec<NotJudged>,
}

/// What the policies of one kind of account grant.
#[derive(Clone, Debug)]
pub struct SubjectAudit {
    /// Such as "every account".
    pub name: String,
    /// The names of its policies, in the order of the indexes in `access`.
    pub policies: Vec<String>,
    /// What is granted.
    pub access: Access,
    /// The worst of it first.
    pub concerns: Vec<ConcernFound>,
    /// What is needed of it, where a contract says so.
    pub need: Option<Need>,
    /// A tighter policy.
    pub tightened: Tightened,
}

/// What to audit.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Such as "every account".
    pub name: String,
    /// The names of the policies of the base.
    pub policies: Vec<String>,
    /// The policies, and what limits them.
    pub side: PolicySide<'a>,
    /// What is needed.
    pub contract: Option<Contracted<'a>>,
}

/// A contract, for one kind of account.
#[derive(Clone, Copy, Debug)]
pub struct Contracted<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// In which kind of account.
    pub kind: AccountKind,
    /// The role's ARN in such an account.
    pub role_arn: &'a str,
}

impl Audit {
    /// Whether everything was decided.
    pub fn is_complete(&self) -> bool {
        self.not_judged.is_empty()
            && self.subjects.iter().all(SubjectAudit::is_complete)
            && self.trusts.iter().all(TrustAudit::is_complete)
    }
}

impl SubjectAudit {
    fn is_complete(&self) -> bool {
        self.access.undecided.is_empty()
            && self.need.as_ref().is_none_or(|need| need.undecided.is_empty())
            && !matches!(self.tightened, Tightened::Unproved(_))
    }
}

/// Audits the policies of one kind of account.
pub fn audit_subject(subject: &Subject<'_>, options: Options) -> SubjectAudit {
    let access = access(&subject.side, options);
    let need = subject.contract.map(|contracted| need(&subject.side, &access, &contracted));
    let tightened = match &subject.side.base {
        Base::Identity(_) => {
            tighten(&subject.side, &access, subject.contract.map(|contracted| contracted.contract), options)
        }
        Base::Resource(_) | Base::Trust(_) => {
            Tightened::NotOffered(String::from("only identity policies are rewritten"))
        }
    };
    SubjectAudit {
        name: subject.name.clone(),
        policies: subject.policies.clone(),
        concerns: concerns(&subject.side, &access),
        access,
        need,
        tightened,
    }
}
