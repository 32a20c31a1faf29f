//! Rollouts by stack sets over a served organization.

mod interrupted;
mod rollouts;
mod scene;
mod troubled;
