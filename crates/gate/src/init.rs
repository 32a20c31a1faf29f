//! The commented start of a `rolecall.toml`, for `rolecall init`.
//! Writing it, and refusing to overwrite a file, is left to the caller.

/// A `rolecall.toml` that is sound as it stands, with a comment at every choice. The IDs in it are examples.
pub const TEXT: &str = include_str!("init/rolecall.toml");

/// The policy that the start names: reads cost data, and nothing else.
pub const POLICY: &str = include_str!("init/policy.json");

#[cfg(test)]
mod tests;
