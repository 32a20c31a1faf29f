//! Statements about **all** requests, decided offline: does a policy grant anything that another does not; does it ever
//! grant these actions; is it public; does a trust policy let in anybody else; are two policies the same. Every finding
//! comes with a witness request that the evaluator of `rolecall-iam` has confirmed; every "none" is proved; what is left is
//! "unknown" with the reason.
//!
//! ```
//! use rolecall_iam::document::{Policy, PolicyType, parse};
//! use rolecall_iam::{json, span::FileId};
//! use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access};
//!
//! fn policy(action: &str) -> Option<Policy> {
//!     let text = format!(
//!         r#"{{"Version": "2012-10-17", "Statement":
//!             {{"Effect": "Allow", "Action": "{action}", "Resource": "arn:aws:s3:::reports/*"}}}}"#
//!     );
//!     parse::parse(&json::read(FileId(0), &text).node?, PolicyType::Identity).evaluable().cloned()
//! }
//!
//! let (narrow, wide) = (policy("s3:GetObject").ok_or("damaged")?, policy("s3:Get*").ok_or("damaged")?);
//! let (narrow, wide) = (PolicySide::identity([&narrow]), PolicySide::identity([&wide]));
//! // Reference first, candidate second.
//! assert!(matches!(no_new_access(&wide, &narrow, Options::default()), Verdict::None { .. }));
//! let Verdict::NewAccess(found) = no_new_access(&narrow, &wide, Options::default()) else { return Err("none") };
//! assert!(found.witness.action.starts_with("s3:Get") && found.witness.action != "s3:GetObject");
//! # Ok::<(), &str>(())
//! ```
//!
//! A question takes one or two [`PolicySide`]s, which say which policies stand together: identity policies or the policy of
//! a resource, and the boundary, session policies, SCPs and RCPs beside them. [`Options`] say which actions there are
//! ([`ActionWorld`]) and how much work is allowed. [`replay_line`] gives a witness the form that `rolecall evaluate
//! --requests` takes; [`pairs`] does all of it for lines of JSON.
//!
//! How: statements become boxes, conjunctions of one predicate on each dimension (caller, action, resource, each condition
//! key); every dimension is partitioned into the finitely many atoms that the policies of the question can tell apart; a
//! search looks for a point in an allowing box outside the denying ones and outside the other side. `search`, and all that
//! it stands on, never calls the evaluator; `prove` always has the witness replayed there.
//!
//! Not found by it: what a service decides by itself (ACLs, block public access, grants of KMS keys), and which principals,
//! resources and tags there really are: a witness is a request that the policies would allow, whoever may send it.

mod arn;
mod bits;
mod caller;
mod compile;
mod look;

pub mod pairs;
mod prove;
mod ranges;
mod replay;
mod search;
mod side;
mod summary;
mod text;
mod trust;

mod values;
mod witness;

pub use compile::actions::ActionWorld;
pub use prove::{
    Granting, NewAccess, Options, Part, Stats, USUAL_BUDGET, UnknownReason, Verdict, equivalent, no_new_access,
    no_new_access_within, not_granted,
};
pub use side::{Base, PolicySide};
pub use summary::{Grant, Limit, Summary, Undecided, granted, granted_beyond, limits};

pub use trust::{not_public, only_principals};
pub use witness::{Witness, WitnessPrincipal, WitnessValue, replay_line};
