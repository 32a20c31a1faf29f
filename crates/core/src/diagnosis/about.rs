//! What each cause means and what to do about it, one file for each family. `docs/diagnose.md` is made from these.

pub(super) mod membership;
pub(super) mod policy;
pub(super) mod role;
pub(super) mod service;
pub(super) mod stack_set;
pub(super) mod trust;

use super::cause::{About, Whose};

/// What a family says of another one's cause. Nobody sees it: a test asks for every cause.
static OTHER_FAMILY: About = About { title: "", means: "", remedy: "", whose: Whose::Nobody, references: &[] };
