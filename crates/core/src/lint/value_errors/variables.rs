//! Policy variables in a text: where each stands and whether it is well formed
//! (IAM user guide, `reference_policies_variables`). What they stand for is for the evaluator.

use crate::finding::Finding;
use crate::lint::{Subject, subject_of, text_part};
use crate::rule::Rule;
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::document::{Statement, Version};
use rolecall_iam::span::Spanned;

/// How a variable is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `${key}` or `${key, 'default'}`.
    Key,
    /// `${*}`, `${?}` or `${$}`: the character itself.
    Character,
    /// Nothing between the braces, or only white space.
    Empty,
    /// White space in or around the key.
    Space,
    /// No closing brace.
    NoBrace,
    /// A default without one of its two quotes.
    NoQuote,
}

/// The variables of a text: as written from `${` on, and how.
pub(super) fn variables(text: &str) -> impl Iterator<Item = (&str, Form)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.get(rest.find("${")?..)?;
        let (length, form) = read(from);
        let (variable, behind) = from.split_at_checked(length)?;
        rest = behind;
        Some((variable, form))
    })
}

/// Length and form of the variable that the text begins with.
fn read(from: &str) -> (usize, Form) {
    let inside = from.strip_prefix("${").unwrap_or_default();
    let limit = inside.find("${").unwrap_or(inside.len());
    let own = inside.get(..limit).unwrap_or(inside);
    let open = (limit + 2, Form::NoBrace);
    let Some(end) = own.find(['}', ',']) else { return open };
    let (key, behind) = own.split_at_checked(end).unwrap_or((own, ""));
    if behind.starts_with('}') {
        return (end + 3, form_of(key));
    }
    let Some(close) = behind.find('}') else { return open };
    let default = behind.get(1..).unwrap_or_default().trim_start();
    let quoted = default.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
    match quoted.map(|(_, rest)| rest) {
        Some(rest) if rest.trim_start().starts_with('}') => {
            let used = own.len() - rest.trim_start().len() + 1;
            (used + 2, form_of(key))
        }
        _ => (end + close + 3, Form::NoQuote),
    }
}

fn form_of(key: &str) -> Form {
    if key.trim().is_empty() {
        Form::Empty
    } else if matches!(key, "*" | "?" | "$") {
        Form::Character
    } else if key.contains(char::is_whitespace) {
        Form::Space
    } else {
        Form::Key
    }
}

/// The values that may hold variables, and do: resources, and condition values of operators for text and ARNs.
pub(super) fn values_with<'a>(
    subject: &Subject<'a>,
) -> impl Iterator<Item = (usize, &'a Statement, &'a Spanned<String>)> {
    let policy = subject.policy;
    policy.statements.iter().enumerate().flat_map(|(index, statement)| {
        let resources = statement.resources.iter().flat_map(|resources| &resources.values);
        let compared =
            statement.conditions.iter().filter(|condition| takes_variables(condition.operator.value.base.family()));
        let values = resources.chain(compared.flat_map(|condition| &condition.values));
        values.filter(|value| value.value.contains("${")).map(move |value| (index, statement, value))
    })
}

/// "Policy variables … in string comparisons": operators for text and ARNs.
pub(super) const fn takes_variables(family: OperatorFamily) -> bool {
    matches!(family, OperatorFamily::String | OperatorFamily::Arn)
}

/// Reports every variable of this form, in documents whose version has variables.
pub(super) fn report(subject: &Subject<'_>, findings: &mut Vec<Finding>, rule: &'static Rule, form: Form, what: &str) {
    if subject.policy.effective_version() == Version::V2008 {
        return;
    }
    for (index, statement, value) in values_with(subject) {
        for (variable, _) in variables(&value.value).filter(|(_, found)| *found == form) {
            let message = format!("`{variable}` {what}");
            let span = text_part::place(value, variable);
            findings.push(Finding::new(rule, span, subject_of(index, statement, variable), message));
        }
    }
}
