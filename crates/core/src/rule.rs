//! What a rule is: a stable code and the text of its documentation page. Each rule has a file of its own in `rules/`.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a gate by default.
    Note,
    /// Should be changed.
    Warning,
    /// Must not be deployed.
    Error,
}

impl Severity {
    /// All of them, mildest first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// As written in `rolecall.toml`, in JSON and in SARIF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text)
    }
}

/// A rule: its code never changes once it is released.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable, unique, kebab-case.
    pub code: &'static str,
    /// The severity unless `rolecall.toml` says otherwise.
    pub severity: Severity,
    /// One line: what is wrong when it fires.
    pub title: &'static str,
    /// What the rule looks at and when it fires.
    pub what: &'static str,
    /// Why it matters, for somebody who has to decide.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// An example that it fires on.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
    /// Pages that the rule rests on, or "inferred: …" / "unverified: …".
    pub references: &'static [&'static str],
}
