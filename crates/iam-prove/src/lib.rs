//! Statements about **all** requests, decided offline: does a policy grant anything that another does not; does it ever
//! grant these actions; is it public; does a trust policy let in anybody else; are two policies the same. Every finding
//! comes with a witness request that the evaluator of `rolecall-iam` has confirmed; every "none" is proved; what is left is
//! "unknown" with the reason.
//!
//! How: statements become boxes, conjunctions of one predicate on each dimension (caller, action, resource, each condition
//! key); every dimension is partitioned into the finitely many atoms that the policies of the question can tell apart; a
//! search looks for a point in an allowing box outside the denying ones and outside the other side. `search`, and all that
//! it stands on, never calls the evaluator; [`prove`] always has the witness replayed there.

mod arn;
mod bits;
mod caller;
mod compile;
mod look;

pub mod pairs;
pub mod prove;
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
    Granting, NewAccess, Options, Stats, USUAL_BUDGET, UnknownReason, Verdict, equivalent, no_new_access, not_granted,
};
pub use side::{Base, PolicySide};
pub use summary::{Grant, Limit, Summary, Undecided, granted, granted_beyond, limits};

pub use trust::{not_public, only_principals};
pub use witness::{Witness, WitnessPrincipal, WitnessValue, replay_line};
