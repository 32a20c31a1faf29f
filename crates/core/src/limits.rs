//! AWS's limits on roles and policies, as numbers with their source, and how AWS counts.
//! Source: IAM user guide, `reference_iam-quotas`, and botocore's service models (2026-08).

/// Characters of a role name.
pub const ROLE_NAME_MAX_CHARS: usize = 64;
/// Characters of a path.
pub const PATH_MAX_CHARS: usize = 512;
/// Characters of a role description.
pub const DESCRIPTION_MAX_CHARS: usize = 1_000;
/// Characters of all inline policies of one role together, white space not counted.
pub const ROLE_INLINE_POLICIES_MAX_CHARS: usize = 10_240;
/// Characters of one managed policy, white space not counted.
pub const MANAGED_POLICY_MAX_CHARS: usize = 6_144;
/// Characters of a role's trust policy, by default.
pub const TRUST_POLICY_MAX_CHARS: usize = 2_048;
/// Characters of a role's trust policy after a quota increase.
pub const TRUST_POLICY_RAISED_MAX_CHARS: usize = 4_096;
/// Tags on a role.
pub const ROLE_TAGS_MAX: usize = 50;
/// Characters of a tag key.
pub const TAG_KEY_MAX_CHARS: usize = 128;
/// Characters of a tag value.
pub const TAG_VALUE_MAX_CHARS: usize = 256;
/// Seconds of `MaxSessionDuration`, at least.
pub const MAX_SESSION_DURATION_MIN_S: u32 = 3_600;
/// Seconds of `MaxSessionDuration`, at most.
pub const MAX_SESSION_DURATION_MAX_S: u32 = 43_200;
/// Characters of an external ID, at least.
pub const EXTERNAL_ID_MIN_CHARS: usize = 2;
/// Characters of an external ID, at most.
pub const EXTERNAL_ID_MAX_CHARS: usize = 1_224;

/// The characters of a policy text that count against a quota: all but white space
/// (`reference_iam-quotas`: "IAM doesn't count white space when calculating the size of a policy").
pub fn counted_chars(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}
