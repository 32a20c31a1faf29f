//! `[reference]`: what the policies and the trust must not go beyond, as files or as a revision of git. The files of a
//! revision are those that `rolecall.toml` names there; reading them is left to the caller.

use super::role::{PolicyFiles, read_policy_files};
use super::table::Table;
use super::{Problems, RoleEntry};
use rolecall_iam::span::Spanned;

const KEYS: [&str; 5] = ["git", "uniform", "management", "member", "trust"];

/// `[reference]`.
#[derive(Clone, Debug)]
pub enum Reference {
    /// `git`: this project as of a revision.
    Git(Spanned<String>),
    /// Files beside the configuration.
    Files {
        /// `uniform`, or `management` and `member`.
        policy: Option<PolicyFiles>,
        /// `trust`: what the file `trust` of `[role]` must not go beyond.
        trust: Option<Spanned<String>>,
    },
}

/// Reads `[reference]`.
pub(super) fn read(top: &Table<'_>, problems: &mut Problems) -> Option<Reference> {
    let table = top.table("reference", "[reference]", &KEYS, problems)?;
    if !table.has("git") {
        return files(&table, problems);
    }
    for key in KEYS.into_iter().skip(1).filter(|key| table.has(key)) {
        let message = format!("`[reference]` has both `git` and `{key}`");
        let help = "either `git` with a revision, or files: the files of a revision are those that it names itself";
        problems.add("config-bad-value", table.span, message, help);
    }
    revision(table.string("git", problems)?, problems).map(Reference::Git)
}

fn files(table: &Table<'_>, problems: &mut Problems) -> Option<Reference> {
    let has_policy = ["uniform", "management", "member"].into_iter().any(|key| table.has(key));
    if !has_policy && !table.has("trust") {
        return table.missing("git", "git = \"origin/main\", or uniform = \"reference/policy.json\"", problems);
    }
    let policy = if has_policy { Some(read_policy_files(table, problems)?) } else { None };
    let trust = if table.has("trust") { Some(table.string("trust", problems)?) } else { None };
    Some(Reference::Files { policy, trust })
}

/// The name of one revision: no option, no range, no path behind a colon.
fn revision(text: Spanned<String>, problems: &mut Problems) -> Option<Spanned<String>> {
    let name = text.value.as_str();
    let odd = |character: char| character.is_whitespace() || character.is_control() || character == ':';
    if name.is_empty() || name.starts_with('-') || name.contains("..") || name.contains(odd) {
        let message = format!("`git` is `{}`, which names no revision", name.escape_debug());
        let help = "a branch, a tag or a commit was expected, such as `origin/main`";
        problems.add("config-bad-value", text.span, message, help);
        return None;
    }
    Some(text)
}

/// A trust to compare with needs one to compare.
pub(super) fn check(reference: Option<&Reference>, role: &RoleEntry, problems: &mut Problems) {
    if let Some(Reference::Files { trust: Some(trust), .. }) = reference
        && role.trust.is_none()
    {
        let help = "add `trust = \"trust.json\"` to `[role]`, or remove `trust` here";
        problems.add("config-missing-key", trust.span, "`[reference]` has `trust`, and `[role]` has none", help);
    }
}
