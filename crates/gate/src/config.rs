//! `rolecall.toml`: read into values, every problem of it reported in one run with its place and the nearest known key.
//! Which files it names is in [`Config::inputs`]; reading those files is left to the caller, judging them to `judge`.

mod bookkeeping;
mod contract;
mod organization;
mod problems;
mod reference;
mod role;
mod rollout;
mod table;

pub use bookkeeping::Suppression;
pub use organization::OrganizationEntry;
pub use role::{PolicyFiles, RoleCodeEntry, RoleEntry};
pub use rollout::{
    Engine, Exclusion, ORGANIZATION_ROLE, OVERWRITES_NOTHING, RolloutEntry, Wave, parse_amount, parse_duration,
};

pub(crate) use organization::{account_id, external_id_of};
pub use reference::Reference;

pub(crate) use problems::Problems;

use crate::inputs::{Input, Loaded, Purpose, normal_path};
use rolecall_core::contract::Contract;
use rolecall_core::finding::NotJudged;
use rolecall_core::known_words::suggestion;
use rolecall_core::organization::OrganizationId;
use rolecall_core::rule::{Rule, Severity};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span, Spanned};
use std::collections::BTreeMap;
use table::{Table, span_of};
use toml::de::DeTable;

/// The only version of the format there is.
pub const VERSION: u32 = 1;

const KEYS: [&str; 12] = [
    "version",
    "fail_on",
    "role",
    "policy",
    "contract",
    "organization",
    "role_code",
    "suppress",
    "baseline",
    "reference",
    "severity",
    "rollout",
];

/// A sound `rolecall.toml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file itself.
    pub file: FileId,
    /// Findings of this severity or above fail the gate.
    pub fail_on: Severity,
    /// `[role]`.
    pub role: RoleEntry,
    /// `[policy]`.
    pub policy: PolicyFiles,
    /// `[[contract.allow]]` and `[[contract.never]]`.
    pub contract: Contract,
    /// `[[organization]]`, at least one.
    pub organizations: Vec<OrganizationEntry>,
    /// `[[role_code]]`.
    pub role_code: Vec<RoleCodeEntry>,
    /// `[[suppress]]`.
    pub suppressions: Vec<Suppression>,
    /// `[baseline] path`.
    pub baseline: Option<Spanned<String>>,
    /// `[reference]`.
    pub reference: Option<Reference>,
    /// `[severity]`: the rules whose severity the user changed.
    pub severities: Vec<(&'static Rule, Severity)>,
    /// `[rollout]`.
    pub rollout: RolloutEntry,
}

/// What reading `rolecall.toml` gave. The source map holds the file as its only source.
#[derive(Clone, Debug)]
pub struct ReadConfig {
    /// The texts so far.
    pub sources: SourceMap,
    /// The file in `sources`.
    pub file: FileId,
    /// The configuration; `None` when anything is wrong with it.
    pub config: Option<Config>,
    /// Everything that is wrong with it, by place.
    pub problems: Vec<NotJudged>,
}

/// Reads the text of a `rolecall.toml`; `path` is what places in it are shown with.
pub fn read(path: &str, text: &str) -> ReadConfig {
    let mut sources = SourceMap::new();
    let file = sources.add(path, text);
    let mut problems = Problems::default();
    let config = parse(file, text, &mut problems);
    let config = if problems.is_empty() { config } else { None };
    ReadConfig { sources, file, config, problems: problems.into_sorted() }
}

/// A configuration whose file is no readable text.
pub fn unreadable(path: &str, loaded: &Loaded) -> ReadConfig {
    let mut sources = SourceMap::new();
    let before = if let Loaded::Binary { before, .. } = loaded { before.as_str() } else { "" };
    let file = sources.add(path, before);
    let mut problems = Problems::default();
    let (code, help) = match loaded {
        Loaded::Missing => {
            ("missing-file", "`rolecall init` writes a commented start; or name the folder that has one")
        }
        Loaded::Binary { .. } => ("binary-file", "a text file in UTF-8 was expected"),
        _ => ("unreadable-file", "a readable text file was expected: check the path and its permissions"),
    };
    let message = format!("`{path}` {}", loaded.complaint());
    problems.add(code, Span::new(file, before.len(), before.len()), message, help);
    ReadConfig { sources, file, config: None, problems: problems.into_sorted() }
}

fn parse(file: FileId, text: &str, problems: &mut Problems) -> Option<Config> {
    if text.trim().is_empty() {
        let help = "`rolecall init` writes a commented start";
        problems.add("empty-document", Span::file(file), "the configuration is empty", help);
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or(Span::file(file), |range| span_of(file, range));
        let message = format!("the file is no valid TOML: {}", error.message().replace('\n', ", "));
        problems.add("config-syntax", span, message, "mend the TOML here; strings stand in double quotes");
    }
    if !errors.is_empty() {
        return None;
    }
    let top = Table::new(root.get_ref(), Span::new(file, 0, 0), "rolecall.toml", &KEYS, problems);
    version(&top, problems);
    let fail_on = severity(&top, "fail_on", problems).unwrap_or(Severity::Warning);
    let before = problems.len();
    let organizations = organization::read(&top, problems);
    let all_organizations_read = problems.len() == before;
    let role = role::read_role(&top, problems);
    let policy = role::read_policy(&top, problems);
    let contract = contract::read(&top, problems);
    let role_code = role::read_role_code(&top, problems);
    let suppressions = bookkeeping::read_suppressions(&top, problems);
    let baseline = bookkeeping::read_baseline(&top, problems);
    let reference = reference::read(&top, problems);
    let severities = bookkeeping::read_severities(&top, problems);
    let rollout = rollout::read(&top, &organizations, problems);
    let (role, policy) = (role?, policy?);
    reference::check(reference.as_ref(), &role, problems);
    let config = Config {
        file,
        fail_on,
        role,
        policy,
        contract,
        organizations,
        role_code,
        suppressions,
        baseline,
        reference,
        severities,
        rollout,
    };
    if all_organizations_read {
        config.check_references(problems);
    }
    Some(config)
}

fn version(top: &Table<'_>, problems: &mut Problems) {
    if !top.has("version") {
        let _: Option<()> = top.missing("version", "version = 1", problems);
        return;
    }
    if let Some(version) = top.unsigned("version", problems)
        && version.value != VERSION
    {
        let message = format!("`version` is {}", version.value);
        problems.add("config-version", version.span, message, "this program reads version 1 of the format");
    }
}

fn severity(table: &Table<'_>, key: &str, problems: &mut Problems) -> Option<Severity> {
    let text = table.string(key, problems)?;
    let severity = Severity::parse(&text.value);
    if severity.is_none() {
        let help = "`note`, `warning` or `error` was expected";
        problems.add("config-bad-value", text.span, format!("`{key}` is `{}`", text.value), help);
    }
    severity
}

impl Config {
    /// The files that the caller has to load, each once, paths relative to the folder of `rolecall.toml`.
    pub fn inputs(&self) -> Vec<Input> {
        let mut wanted = self.own_inputs();
        for code in &self.role_code {
            wanted.push((&code.path.value, Purpose::RoleCode));
        }
        if let Some(baseline) = &self.baseline {
            wanted.push((&baseline.value, Purpose::Baseline));
        }
        if let Some(Reference::Files { policy, trust }) = &self.reference {
            let policies = policy.iter().flat_map(PolicyFiles::files);
            wanted.extend(policies.map(|(path, _)| (path.value.as_str(), Purpose::Policy)));
            wanted.extend(trust.iter().map(|path| (path.value.as_str(), Purpose::Trust)));
        }
        each_once(&wanted)
    }

    /// The files that matter of this configuration when it is the reference of another one.
    pub fn reference_inputs(&self) -> Vec<Input> {
        each_once(&self.own_inputs())
    }

    /// Policies, trust, bindings.
    fn own_inputs(&self) -> Vec<(&str, Purpose)> {
        let mut wanted: Vec<(&str, Purpose)> = Vec::new();
        wanted.extend(self.policy.files().into_iter().map(|(path, _)| (path.value.as_str(), Purpose::Policy)));
        wanted.extend(self.role.trust.iter().map(|trust| (trust.value.as_str(), Purpose::Trust)));
        let legacy = self.organizations.iter().filter_map(|organization| organization.legacy_ids.as_ref());
        wanted.extend(legacy.map(|path| (path.value.as_str(), Purpose::LegacyIds)));
        wanted
    }

    /// The organization with this ID, or the only one.
    pub fn organization(&self, id: Option<&Spanned<OrganizationId>>) -> Option<&OrganizationEntry> {
        match id {
            Some(id) => self.organizations.iter().find(|organization| organization.id.value == id.value),
            None => match self.organizations.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// Every mention of an organization names one that is there; none is left out where there are several.
    fn check_references(&self, problems: &mut Problems) {
        if let Some(trust) = &self.role.trust {
            self.check_reference("trust_organization", self.role.trust_organization.as_ref(), trust.span, problems);
        }
        for code in &self.role_code {
            self.check_reference("organization", code.organization.as_ref(), code.path.span, problems);
        }
    }

    fn check_reference(&self, key: &str, id: Option<&Spanned<OrganizationId>>, place: Span, problems: &mut Problems) {
        if self.organizations.is_empty() || self.organization(id).is_some() {
            return;
        }
        let known = self.organizations.iter().map(|organization| organization.id.value.as_str());
        if let Some(id) = id {
            let message = format!("no `[[organization]]` has the ID `{}`", id.value.as_str());
            problems.add("config-unknown-organization", id.span, message, suggestion(id.value.as_str(), known));
        } else {
            let message = format!("there are several organizations, and `{key}` does not say which one this is for");
            let known: Vec<&str> = known.collect();
            let help = format!("add `{key} = \"…\"` with one of: {}", known.join(", "));
            problems.add("config-missing-key", place, message, help);
        }
    }
}

fn each_once(wanted: &[(&str, Purpose)]) -> Vec<Input> {
    let mut inputs: BTreeMap<String, Input> = BTreeMap::new();
    for (path, purpose) in wanted {
        let path = normal_path(path);
        inputs.entry(path.clone()).or_insert(Input { path, purpose: *purpose });
    }
    inputs.into_values().collect()
}

#[cfg(test)]
mod tests;
