//! Traces written by hand, two for each property: one that violates it, and the nearest one that does not.

mod activation;
mod identifiers;
mod membership;
mod notification;
mod pause;
mod quiet;
mod rollout;
mod story;
