//! The ARNs in `Resource` and `NotResource`, split into their fields. Colons inside of policy variables divide nothing.

use super::Subject;
use rolecall_iam::document::{Effect, Policy, Statement};
use rolecall_iam::span::Spanned;

/// An ARN of a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResourceArn<'a> {
    /// Number of the statement, from 0.
    pub(super) index: usize,
    /// The statement.
    pub(super) statement: &'a Statement,
    /// The ARN as written.
    pub(super) text: &'a Spanned<String>,
    /// Its fields.
    pub(super) fields: Fields<'a>,
}

/// The fields of an ARN as far as they are written; all but the resource end at a colon.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields<'a> {
    /// `aws`.
    pub(super) partition: &'a str,
    /// `s3`.
    pub(super) service: &'a str,
    /// `eu-central-1`, or nothing.
    pub(super) region: &'a str,
    /// `111122223333`, or nothing.
    pub(super) account: &'a str,
    /// Everything else.
    pub(super) resource: &'a str,
    /// How many fields are written, `arn` among them.
    pub(super) count: usize,
}

/// Every ARN of the document's resources that begins with `arn:`.
pub(super) fn of(policy: &Policy) -> impl Iterator<Item = ResourceArn<'_>> {
    policy.statements.iter().enumerate().flat_map(|(index, statement)| {
        let values = statement.resources.iter().flat_map(|resources| &resources.values);
        values.filter_map(move |text| {
            let fields = split(&text.value)?;
            Some(ResourceArn { index, statement, text, fields })
        })
    })
}

/// Whether a resource of the statement may come to match more without anything being granted: where it is denied, or
/// excepted from what is allowed.
pub(super) fn may_match_more(statement: &Statement) -> bool {
    let excepts = statement.resources.as_ref().is_some_and(|resources| resources.negated);
    (statement.effect.value == Effect::Deny) != excepts
}

/// The ARNs of the document.
pub(super) fn written<'a>(subject: &Subject<'a>) -> impl Iterator<Item = ResourceArn<'a>> + use<'a> {
    subject.arns.iter().copied()
}

/// The ARNs that have all six fields.
pub(super) fn whole<'a>(subject: &Subject<'a>) -> impl Iterator<Item = ResourceArn<'a>> + use<'a> {
    written(subject).filter(|arn| arn.fields.count == 6)
}

/// Splits an ARN; `None` when it does not begin with `arn:`.
pub(super) fn split(text: &str) -> Option<Fields<'_>> {
    let mut rest = text.strip_prefix("arn:")?;
    let mut fields = Fields { count: 1, ..Fields::default() };
    loop {
        fields.count += 1;
        let end = if fields.count == 6 { None } else { divider(rest) };
        let (field, behind) = match end.and_then(|at| rest.split_at_checked(at)) {
            Some((field, behind)) => (field, behind.strip_prefix(':')),
            None => (rest, None),
        };
        match fields.count {
            2 => fields.partition = field,
            3 => fields.service = field,
            4 => fields.region = field,
            5 => fields.account = field,
            _ => fields.resource = field,
        }
        let Some(behind) = behind else { return Some(fields) };
        rest = behind;
    }
}

/// The six segments of an ARN, divided at the first five colons wherever they stand.
pub(super) fn six(text: &str) -> Option<[&str; 6]> {
    let mut segments = [""; 6];
    let mut rest = text;
    let (last, before) = segments.split_last_mut()?;
    for segment in before {
        let at = rest.bytes().position(|byte| byte == b':')?;
        let (found, behind) = rest.split_at_checked(at)?;
        *segment = found;
        rest = behind.get(1..)?;
    }
    *last = rest;
    Some(segments)
}

/// The first colon outside of `${…}`.
fn divider(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    if !text.get(..colon)?.contains("${") {
        return Some(colon);
    }
    let mut inside = false;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '{' if before == '$' => inside = true,
            '}' => inside = false,
            ':' if !inside => return Some(at),
            _ => {}
        }
        before = character;
    }
    None
}

/// Whether a field holds wildcards or variables: what it stands for is then open.
pub(super) fn is_open(field: &str) -> bool {
    field.contains(['*', '?']) || field.contains("${")
}

/// Whether a field is nothing but `*`: it matches the empty field too.
pub(super) fn is_any(field: &str) -> bool {
    !field.is_empty() && field.bytes().all(|byte| byte == b'*')
}
