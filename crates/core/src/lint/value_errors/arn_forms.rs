//! The forms that ARNs take, by the service that stands in them: the catalogue's patterns, split once.
//! A service that the catalogue gives no pattern for has no forms here, and nothing is said of its ARNs.

use rolecall_iam::glob;
use rolecall_iam_catalog::services;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The forms of one service's ARNs.
#[derive(Debug, Default)]
pub struct ServiceForms {
    forms: Vec<Form>,
}

/// One form of an ARN.
#[derive(Debug)]
pub struct Form {
    /// The catalogue's pattern, with AWS's placeholders.
    pub pattern: &'static str,
    /// Whether a Region stands in it.
    pub has_region: bool,
    /// What stands at the account: empty, a placeholder, or a word such as `aws`.
    pub account: &'static str,
    /// What the resource begins with, before any placeholder.
    head: &'static str,
    /// The resource with `*` for every placeholder.
    glob: String,
}

static FORMS: LazyLock<BTreeMap<&'static str, ServiceForms>> = LazyLock::new(|| {
    let mut all: BTreeMap<&'static str, ServiceForms> = BTreeMap::new();
    let patterns = services().flat_map(|service| service.resource_types()).flat_map(|kind| kind.arn_patterns());
    for pattern in patterns {
        let mut fields = pattern.splitn(6, ':').skip(2);
        let (Some(service), Some(region), Some(account), Some(resource)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        if service.contains('$') {
            continue;
        }
        let head = resource.split("${").next().unwrap_or_default().split('*').next().unwrap_or_default();
        let form = Form { pattern, has_region: !region.is_empty(), account, head, glob: with_stars(resource) };
        all.entry(service).or_default().forms.push(form);
    }
    all
});

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
pub fn of_service(service: &str) -> Option<&'static ServiceForms> {
    FORMS.get(service)
}

impl ServiceForms {
    /// Whether every form has a Region.
    pub fn all_have_region(&self) -> bool {
        self.forms.iter().all(|form| form.has_region)
    }

    /// Whether some form has a Region.
    pub fn any_has_region(&self) -> bool {
        self.forms.iter().any(|form| form.has_region)
    }

    /// Whether every form has an account.
    pub fn all_have_account(&self) -> bool {
        self.forms.iter().all(|form| !form.account.is_empty())
    }

    /// Whether some form has just this word in place of an account.
    pub fn has_account_word(&self, word: &str) -> bool {
        self.forms.iter().any(|form| form.account == word)
    }

    /// The forms that the resource part of an ARN may be of; it may hold wildcards and variables.
    pub fn matching<'r>(&'static self, resource: &'r str) -> impl Iterator<Item = &'static Form> + use<'r> {
        let open = [resource.find(['*', '?']), resource.find("${")].into_iter().flatten().min();
        let head = open.map(|at| resource.get(..at).unwrap_or(resource));
        self.forms.iter().filter(move |form| match head {
            None => glob::matches(&form.glob, resource),
            Some(head) => head.starts_with(form.head) || form.head.starts_with(head),
        })
    }

    /// The first few patterns, for a remedy.
    pub fn examples(&self) -> String {
        let shown: Vec<String> = self.forms.iter().take(4).map(|form| format!("`{}`", form.pattern)).collect();
        let more = if self.forms.len() > shown.len() { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}
