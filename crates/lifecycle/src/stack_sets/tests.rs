//! The reconciler: rules one by one, and random worlds.

mod model;
mod random;
mod rules;
