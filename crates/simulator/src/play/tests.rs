//! Plays: the article's story in a world, and what the trace says of it.

mod lazy;
mod rules;
pub(crate) mod scene;
