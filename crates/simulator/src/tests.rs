//! Tests of the world as a whole, and the world that tests of all services begin with.

mod cost;
mod determinism;
pub(crate) mod scene;
