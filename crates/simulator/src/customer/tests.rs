//! Automations in a play: what they do to the world, and what the vendor makes of it.

mod automation;
mod determinism;
mod rollouts;
mod scene;
