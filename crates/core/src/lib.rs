//! The vendor role: profile, permission contract, external-ID bindings, findings and the rules that make them; and the
//! calls to AWS's policy simulator as values. Pure values in, pure values out; reading files and calling AWS belong to
//! the edge crates.

pub mod access_check;
pub mod classes;
pub mod contract;
pub mod diagnosis;
pub mod escalation;
pub mod external_id;
pub mod facts;
pub mod finding;
pub mod known_words;
pub mod limits;
pub mod lint;
pub mod organization;
pub mod policy;
pub mod profile;
pub mod proof;
pub mod role;
pub mod rollout;
pub mod rule;
pub mod rules;
pub mod simulation;
pub mod text_difference;
pub mod trust;
pub mod trust_document;
pub mod validation;
