//! Bash: quoting, and the functions that every rendered script starts with.
//! What the scripts do is in `aws_cli` and `stack_set`.

use super::role_code::RoleCode;

/// The functions of every script: messages, failures that name the step, reading from AWS, changing AWS.
pub(super) const FUNCTIONS: &str = include_str!("shell/functions.sh");
/// Checks of the caller's account, partition and organization.
pub(super) const CALLER: &str = include_str!("shell/caller.sh");

/// Texts of the role stand in single quotes so that nothing in them is expanded: that is meant.
const SHELLCHECK: &str = "# shellcheck disable=SC2016\n";

/// A word of bash that is exactly `text`, whatever it holds (NUL apart): single quotes, in which only `'` is special.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `NAME='text'`, a line.
pub(super) fn assignment(name: &str, text: &str) -> String {
    format!("{name}={}\n", quoted(text))
}

/// The first lines of a script: interpreter, comments, strictness, and which organization it belongs to.
///
/// `set -u` and `pipefail` are older than bash 3.2, which macOS ships; nothing newer is used anywhere.
/// The Region only picks the partition's endpoints of IAM, and is set only where the caller has set none.
pub(super) fn opening(code: &RoleCode<'_>, what: &str, region: &str) -> String {
    let organization = code.organization;
    let header = code.comment(what);
    let mut text = format!("#!/usr/bin/env bash\n{header}{SHELLCHECK}set -euo pipefail\n\n");
    text.push_str(&assignment("ROLE_NAME", &code.profile.name));
    text.push_str(&assignment("ORGANIZATION_ID", organization.id.as_str()));
    text.push_str(&assignment("MANAGEMENT_ACCOUNT", organization.management_account.as_str()));
    text.push_str(&assignment("PARTITION", organization.partition.as_str()));
    text.push_str(&assignment("REGION", region));
    text
}
