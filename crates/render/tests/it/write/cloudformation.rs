//! The CloudFormation template: clean for cfn-lint, and right for each kind of account when its conditions are worked out.

use super::sample::{self, LEGACY, MANAGEMENT, MEMBER};
use super::tool::{folder, has, rendered, run, write};
use rolecall_core::organization::Organization;
use rolecall_core::profile::{RoleProfile, Tag};
use rolecall_iam::arn::Partition;
use rolecall_render::write::{Format, Options, TemplateSyntax, render};
use serde_json::{Map, Value};

/// Odd, but within what IAM takes: cfn-lint knows IAM's patterns.
fn odd(partition: Partition) -> RoleProfile {
    let tags = vec![
        Tag { key: "team: a".into(), value: "- x = +@:/ é".into() },
        Tag { key: "yes".into(), value: "2012-10-17".into() },
        Tag { key: "null".into(), value: String::new() },
    ];
    RoleProfile { tags, ..sample::nasty(partition) }
}

#[test]
fn cfn_lint_accepts_every_template() {
    if !has("cfn-lint") {
        return;
    }
    let cases = [
        ("uniform", sample::uniform(), sample::organization()),
        ("split", sample::split(), sample::with_legacy(0)),
        ("legacy", sample::split(), sample::with_legacy(23)),
        ("one-legacy", sample::uniform(), sample::with_legacy(1)),
        ("govcloud", odd(Partition::AwsUsGov), sample::govcloud()),
        ("lagging", sample::split(), sample::lagging()),
    ];
    let folder = folder();
    let mut files = Vec::new();
    for (name, profile, organization) in cases {
        for syntax in [TemplateSyntax::Yaml, TemplateSyntax::Json] {
            let options = Options { template_syntax: syntax, ..Options::default() };
            let rendered = render(Format::CloudFormation, &profile, &organization, &options).unwrap();
            let file = format!("{name}.{}", syntax.extension());
            write(&folder.path().join(&file), &rendered.files[0].text, false);
            files.push(file);
        }
    }
    let arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    let said = run(folder.path(), &[], "cfn-lint", &arguments);
    assert!(said.ok, "{}", said.all());
    assert_eq!(said.out.trim(), "");
}

/// The properties of the role in an account: `Fn::If`, `Fn::Equals`, `Fn::Or`, `Fn::Not`, `AWS::NoValue` worked out.
fn properties(template: &Value, account: &str) -> Value {
    let conditions = template["Conditions"].as_object().cloned().unwrap_or_default();
    resolve(&template["Resources"]["VendorRole"]["Properties"], &conditions, account).unwrap()
}

fn resolve(value: &Value, conditions: &Map<String, Value>, account: &str) -> Option<Value> {
    if value["Ref"] == "AWS::NoValue" {
        return None;
    }
    if let Some(parts) = value.get("Fn::If").and_then(Value::as_array) {
        let branch = if holds(&conditions[parts[0].as_str().unwrap()], conditions, account) { 1 } else { 2 };
        return resolve(&parts[branch], conditions, account);
    }
    Some(match value {
        Value::Array(items) => items.iter().filter_map(|item| resolve(item, conditions, account)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members
                .filter_map(|(key, value)| Some((key.clone(), resolve(value, conditions, account)?)))
                .collect::<Map<_, _>>()
                .into()
        }
        other => other.clone(),
    })
}

fn holds(condition: &Value, conditions: &Map<String, Value>, account: &str) -> bool {
    let (function, argument) = condition.as_object().unwrap().iter().next().unwrap();
    match function.as_str() {
        "Condition" => holds(&conditions[argument.as_str().unwrap()], conditions, account),
        "Fn::Equals" => {
            assert_eq!(argument[0]["Ref"], "AWS::AccountId");
            argument[1] == account
        }
        "Fn::Not" => !holds(&argument[0], conditions, account),
        "Fn::Or" => {
            let parts = argument.as_array().unwrap();
            assert!((2..=10).contains(&parts.len()), "Fn::Or takes 2 to 10 conditions");
            parts.iter().any(|part| holds(part, conditions, account))
        }
        other => panic!("unknown condition function {other}"),
    }
}

fn json_template(profile: &RoleProfile, organization: &Organization) -> Value {
    let options = Options { template_syntax: TemplateSyntax::Json, ..Options::default() };
    serde_json::from_str(&render(Format::CloudFormation, profile, organization, &options).unwrap().files[0].text)
        .unwrap()
}

#[test]
fn one_template_serves_every_account() {
    for count in [1, 2, 10, 11, 101, 120] {
        let organization = sample::with_legacy(count);
        let template = json_template(&sample::split(), &organization);
        let id = organization.external_id.as_str();
        let mut cases = vec![(MANAGEMENT, id, "ProsperOps"), (MEMBER, id, "ProsperOpsMember")];
        let legacy = organization.legacy_ids.iter();
        cases.extend(legacy.map(|(account, id)| (account.as_str(), id.as_str(), "ProsperOpsMember")));
        for (account, id, policy) in cases {
            let role = properties(&template, account);
            let ids = &role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"];
            assert_eq!(ids, &serde_json::json!([id]), "{account}");
            assert_eq!(role["Policies"][0]["PolicyName"], policy);
            assert_eq!(role["Policies"].as_array().unwrap().len(), 1);
        }
    }
    assert!(json_template(&sample::uniform(), &sample::organization()).get("Conditions").is_none());
    assert_eq!(LEGACY, sample::with_legacy(1).legacy_ids.keys().next().unwrap().as_str());
}

#[test]
fn nothing_that_stack_sets_or_imports_refuse_is_used() {
    let text = &rendered(Format::CloudFormation, &odd(Partition::Aws), &sample::with_legacy(3)).files[0].text;
    for refused in ["Transform", "Fn::Sub", "NoEcho", "Parameters:", "AWS::CloudFormation::Stack", "Fn::FindInMap"] {
        assert!(!text.contains(refused), "{refused}");
    }
}
