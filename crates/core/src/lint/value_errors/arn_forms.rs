//! The forms that ARNs take, by the service that stands in them: the catalogue's patterns, split once.
//! A service that the catalogue gives no pattern for has no forms here, and nothing is said of its ARNs.

use crate::lint::resource_arns;
use rolecall_iam::glob;
use rolecall_iam_catalog::services;
use std::sync::{LazyLock, OnceLock};

/// The forms of one service's ARNs.
#[derive(Debug, Default)]
pub(super) struct ServiceForms {
    forms: Vec<Form>,
    /// Whether ARNs of the service have other forms as well, which the catalogue only hints at.
    more: bool,
}

/// One form of an ARN.
#[derive(Debug)]
pub(super) struct Form {
    /// The catalogue's pattern, with AWS's placeholders.
    pub(super) pattern: &'static str,
    /// Whether a Region stands in it.
    pub(super) has_region: bool,
    /// What stands at the account: empty, a placeholder, or a word such as `aws`.
    pub(super) account: &'static str,
    /// What the resource begins with, before any placeholder.
    head: &'static str,
    /// The resource, with AWS's placeholders.
    resource: &'static str,
}

/// The patterns of all services by the service that stands in them, with the service that defines them. They are divided up
/// for a service when somebody asks for it: a document names few of them.
static PATTERNS: LazyLock<Vec<(&'static str, Patterns)>> = LazyLock::new(|| {
    let kinds = services().flat_map(|own| own.resource_types().map(move |kind| (own, kind)));
    let patterns = kinds.flat_map(|(own, kind)| kind.arn_patterns().map(move |pattern| (own, pattern)));
    let mut named: Vec<(&str, Written)> = Vec::new();
    for (own, pattern) in patterns {
        let Some(service) = service_of(pattern) else { continue };
        // Recovery points of AWS Backup: ARNs of any service, of its own among them.
        let any = service.contains('$');
        named.push(if any { (own.prefix(), Written::OfAny) } else { (service, Written::Pattern(pattern)) });
    }
    // Stable: the patterns of a service stay in the order of the catalogue.
    named.sort_by_key(|(service, _)| *service);
    let mut all: Vec<(&str, Patterns)> = Vec::new();
    for (service, written) in named {
        match all.last_mut().filter(|(last, _)| *last == service) {
            Some((_, patterns)) => patterns.written.push(written),
            None => all.push((service, Patterns { written: vec![written], forms: OnceLock::new() })),
        }
    }
    all
});

/// The service that stands in a pattern. Most begin alike, which is compared at once.
fn service_of(pattern: &'static str) -> Option<&'static str> {
    let Some(rest) = pattern.strip_prefix("arn:${Partition}:") else { return pattern.split(':').nth(2) };
    let end = rest.bytes().position(|byte| byte == b':')?;
    rest.get(..end)
}

/// What the catalogue has for one service.
#[derive(Debug)]
struct Patterns {
    written: Vec<Written>,
    forms: OnceLock<ServiceForms>,
}

#[derive(Clone, Copy, Debug)]
enum Written {
    /// A pattern; one of fewer than six segments is no form.
    Pattern(&'static str),
    /// One for ARNs of any service.
    OfAny,
}

impl ServiceForms {
    fn of(written: &[Written]) -> Self {
        let mut all = Self::default();
        for one in written {
            match one {
                Written::OfAny => all.more = true,
                Written::Pattern(pattern) => all.forms.extend(Form::of(pattern)),
            }
        }
        all
    }
}

impl Form {
    fn of(pattern: &'static str) -> Option<Self> {
        let [_, _, _, region, account, resource] = resource_arns::six(pattern)?;
        let literal = resource.bytes().position(|byte| matches!(byte, b'$' | b'*')).unwrap_or(resource.len());
        let head = resource.get(..literal).unwrap_or_default();
        Some(Self { pattern, has_region: !region.is_empty(), account, head, resource })
    }
}

/// The resource with `*` for every placeholder.
fn with_stars(resource: &str) -> String {
    let mut glob = String::with_capacity(resource.len());
    for (index, piece) in resource.split("${").enumerate() {
        if index == 0 {
            glob.push_str(piece);
        } else {
            glob.push('*');
            glob.push_str(piece.split_once('}').map_or("", |(_, behind)| behind));
        }
    }
    glob
}

/// The forms of the ARNs that name this service, exact case.
pub(super) fn of_service(service: &str) -> Option<&'static ServiceForms> {
    let at = PATTERNS.binary_search_by_key(&service, |(name, _)| *name).ok()?;
    let (_, patterns) = PATTERNS.get(at)?;
    let forms = patterns.forms.get_or_init(|| ServiceForms::of(&patterns.written));
    (forms.more || !forms.forms.is_empty()).then_some(forms)
}

impl ServiceForms {
    /// Whether the forms are all that there are.
    pub(super) fn are_complete(&self) -> bool {
        !self.more
    }

    /// Whether every form has a Region.
    pub(super) fn all_have_region(&self) -> bool {
        self.forms.iter().all(|form| form.has_region)
    }

    /// Whether some form has a Region.
    pub(super) fn any_has_region(&self) -> bool {
        self.forms.iter().any(|form| form.has_region)
    }

    /// Whether every form has an account.
    pub(super) fn all_have_account(&self) -> bool {
        self.forms.iter().all(|form| !form.account.is_empty())
    }

    /// Whether some form has just this word in place of an account.
    pub(super) fn has_account_word(&self, word: &str) -> bool {
        self.forms.iter().any(|form| form.account == word)
    }

    /// The forms that the resource part of an ARN may be of; it may hold wildcards and variables.
    pub(super) fn matching<'r>(&'static self, resource: &'r str) -> impl Iterator<Item = &'static Form> + use<'r> {
        let open = [resource.find(['*', '?']), resource.find("${")].into_iter().flatten().min();
        let head = open.map(|at| resource.get(..at).unwrap_or(resource));
        self.forms.iter().filter(move |form| match head {
            None => resource.starts_with(form.head) && glob::matches(&with_stars(form.resource), resource),
            Some(head) => head.starts_with(form.head) || form.head.starts_with(head),
        })
    }

    /// The first few patterns, for a remedy.
    pub(super) fn examples(&self) -> String {
        let shown: Vec<String> = self.forms.iter().take(4).map(|form| format!("`{}`", form.pattern)).collect();
        let more = if self.forms.len() > shown.len() { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}
