//! Findings (something is wrong), things not judged (a check could not be made), and the record of checks made.
//! A finding is not an error, and a check that did not run is never a pass.

use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;

/// One thing that is wrong, with its place and its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that fired.
    pub rule: &'static Rule,
    /// The rule's severity, or what the configuration made of it.
    pub severity: Severity,
    /// The first place: what the user has to look at.
    pub span: Span,
    /// What stands there, for the underline: a few words.
    pub label: String,
    /// What is wrong, one sentence, lowercase start, backticks around the text of the user.
    pub message: String,
    /// Why it is wrong here; may be empty when the rule's own text says it all.
    pub reason: String,
    /// What to do here; empty means the rule's own remedy.
    pub remedy: String,
    /// Further places with their labels.
    pub related: Vec<Related>,
    /// The change that mends it, where that is mechanical: all of these together.
    pub edits: Vec<Edit>,
    /// What the finding is about, without line numbers: part of the fingerprint, so that an alert survives moved
    /// lines. Such as `trust/statement:AllowVendor/StringLike` or `ec2:TerminateInstances`.
    pub subject: String,
    /// A request that shows it, where it was proved.
    pub witness: Option<Witness>,
}

/// A request that shows a finding: the evaluator confirmed that it is `allowed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who asks: an ARN, a service, an identity provider, or `*` for anybody.
    pub principal: String,
    /// `service:Name`.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// Context keys with their values; all other keys are absent, or follow from the principal.
    pub context: Vec<(String, Vec<String>)>,
    /// The request with its policies, as a line that `rolecall evaluate --requests` takes.
    pub request: String,
}

impl std::fmt::Display for Witness {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` by `{}` on `{}`", self.action, self.principal, self.resource)?;
        for (index, (key, values)) in self.context.iter().enumerate() {
            let joint = if index == 0 { " with" } else { " and" };
            let values: Vec<_> = values.iter().map(|value| format!("`{}`", value.escape_debug())).collect();
            write!(formatter, "{joint} `{key}` {}", values.join(", "))?;
        }
        Ok(())
    }
}

impl Finding {
    /// A finding of `rule` at `span`; further texts are added with the `with_…` functions.
    pub fn new(rule: &'static Rule, span: Span, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            span,
            label: String::new(),
            message: message.into(),
            reason: String::new(),
            remedy: String::new(),
            related: Vec::new(),
            edits: Vec::new(),
            subject: subject.into(),
            witness: None,
        }
    }

    /// Sets the request that shows it, and says it behind the reason.
    #[must_use]
    pub fn with_witness(mut self, witness: Witness) -> Self {
        let reason = if self.reason.is_empty() { self.rule.why } else { &self.reason };
        self.reason = format!("{}; `allowed` is {witness}", reason.trim_end_matches('.'));
        self.witness = Some(witness);
        self
    }

    /// Sets the words under the underline.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the reason.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sets the remedy.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related { span, label: label.into() });
        self
    }

    /// Adds a replacement that mends it.
    #[must_use]
    pub fn with_edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { span, replacement: replacement.into() });
        self
    }

    /// The remedy to show: that of the finding, else that of the rule.
    pub fn remedy_text(&self) -> &str {
        if self.remedy.is_empty() { self.rule.remedy } else { &self.remedy }
    }
}

/// A replacement of source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub label: String,
}

/// Something that could not be judged: it makes the outcome "could not judge", exit code 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// Stable kebab-case code, such as `unreadable-file`, `unresolved-value`, `duplicate-key`.
    pub code: String,
    /// Where.
    pub span: Span,
    /// What was found, lowercase start.
    pub message: String,
    /// What was expected and what to do.
    pub help: String,
    /// Another place that belongs to it.
    pub related: Vec<Related>,
}

/// One check that was asked for, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// Stable kebab-case name of the check, such as `trust`, `contract`, `role-code`.
    pub check: &'static str,
    /// What it was made on: a file, an organization, an account.
    pub subject: String,
    /// The outcome.
    pub outcome: CheckOutcome,
}

/// What became of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Judged, nothing found. `judged` says what was looked at, in a few words: "61 actions granted, 61 in the contract".
    Passed {
        /// What was looked at.
        judged: String,
    },
    /// Judged, with this many findings.
    Found(usize),
    /// Not judged, and why.
    NotJudged(String),
}
