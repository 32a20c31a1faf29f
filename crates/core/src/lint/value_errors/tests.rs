//! Lints of this group on documents that have them and documents that nearly have; and that AWS's list is whole.

use super::variables::{Form, variables};
use super::{ALL, regions};
use crate::lint::table::{Row, assert_rows};
use crate::lint::{AwsFindingType, syntax_errors};
use rolecall_iam::document::PolicyType;
use std::collections::BTreeSet;

use PolicyType::{Identity, Resource, ServiceControl, Trust};

mod actions;
mod arns;
mod conditions;
mod trust;

/// AWS's checks of the type `Error` (page of 2023), each name once.
const AWS_ERRORS: &[&str] = &[
    "ARN Region not allowed",
    "ARN account not allowed",
    "Data type mismatch",
    "Duplicate keys with different case",
    "Empty variable",
    "Federated principal not supported",
    "Invalid ARN Region",
    "Invalid ARN account",
    "Invalid ARN prefix",
    "Invalid ARN resource",
    "Invalid ARN service case",
    "Invalid Region",
    "Invalid action",
    "Invalid condition data type",
    "Invalid condition key format",
    "Invalid condition multiple Boolean",
    "Invalid condition operator",
    "Invalid effect",
    "Invalid federated principal syntax in role trust policy",
    "Invalid global condition key",
    "Invalid partition",
    "Invalid policy element",
    "Invalid principal format",
    "Invalid principal key",
    "Invalid service",
    "Invalid service condition key",
    "Invalid service in action",
    "Invalid service principal format",
    "Invalid variable for operator",
    "Invalid version",
    "Invalid vpc format",
    "Invalid vpce format",
    "Json syntax error",
    "Mismatched action for principal",
    "Missing ARN Region",
    "Missing ARN field",
    "Missing action",
    "Missing action for condition key",
    "Missing action for roles anywhere trust policy",
    "Missing brace in variable",
    "Missing effect",
    "Missing principal",
    "Missing qualifier",
    "Missing quote in variable",
    "Missing resource",
    "Missing statement",
    "Missing tag key in condition",
    "Null with if exists",
    "Policy size exceeds SCP quota",
    "Private IP address",
    "Private NotIpAddress",
    "Role trust policy syntax error notprincipal",
    "Role trust policy syntax error resource",
    "Role trust policy unsupported wildcard in principal",
    "SCP syntax error NotResource",
    "SCP syntax error action wildcard",
    "SCP syntax error allow NotAction",
    "SCP syntax error allow condition",
    "SCP syntax error allow resource",
    "SCP syntax error principal",
    "Unique Sids required",
    "Unsupported Sid",
    "Unsupported action for condition key",
    "Unsupported action in policy",
    "Unsupported condition key for service principal",
    "Unsupported element combination",
    "Unsupported global condition key",
    "Unsupported principal",
    "Unsupported resource ARN in policy",
    "Unsupported space in variable",
    "Unsupported wildcard in principal",
    "Variable unsupported in element",
    "Variable unsupported in version",
];

#[test]
fn every_error_of_aws_is_accounted_for() {
    let of_aws = ALL.iter().chain(syntax_errors::ALL).filter_map(|lint| lint.aws);
    let names: BTreeSet<&str> = of_aws.clone().map(|aws| aws.name).collect();
    assert_eq!(names, AWS_ERRORS.iter().copied().collect());
    assert_eq!(names.len(), of_aws.clone().count(), "a name stands at two lints");
    assert!(of_aws.into_iter().all(|aws| aws.finding_type == AwsFindingType::Error));
}

#[test]
fn regions_are_sorted_and_of_one_partition() {
    let mut all = BTreeSet::new();
    for partition in regions::PARTITIONS {
        assert!(partition.regions.is_sorted(), "{}", partition.name);
        assert!(partition.regions.iter().all(|region| all.insert(*region)), "{}", partition.name);
    }
    assert_eq!(regions::partition_of_region("us-gov-*").map(|partition| partition.name), Some("aws-us-gov"));
    assert_eq!(regions::partition_of_region("mars-north-1").map(|partition| partition.name), None);
}

#[test]
fn forms_of_variables() {
    let forms = |text: &'static str| variables(text).collect::<Vec<_>>();
    let one = |text: &'static str, form: Form| assert_eq!(forms(text), [(text, form)]);
    one("${aws:username}", Form::Key);
    one("${aws:PrincipalTag/team, 'all of us'}", Form::Key);
    one("${aws:PrincipalTag/team,'}'}", Form::Key);
    one("${*}", Form::Character);
    one("${}", Form::Empty);
    one("${ }", Form::Empty);
    one("${ aws:username}", Form::Space);
    one("${aws:user name}", Form::Space);
    one("${aws:username", Form::NoBrace);
    one("${aws:username, 'a'", Form::NoBrace);
    one("${aws:username, a}", Form::NoQuote);
    one("${aws:username, 'a}", Form::NoQuote);
    one("${aws:username, a'}", Form::NoQuote);
    assert_eq!(forms("none $ { } here"), []);
    let two = [("${aws:username/", Form::NoBrace), ("${aws:userid}", Form::Key)];
    assert_eq!(forms("a/${aws:username/${aws:userid}/b"), two);
}
