//! How the cost of a check grows, counted in steps: with the statements linearly, with the actions no worse.

use super::hints::HINTS_MAX;
use super::steps::counted;
use super::table::findings;
use super::{Lint, all};
use rolecall_iam::document::PolicyType::{self, Identity, Resource};

fn document(statements: impl Iterator<Item = String>) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.collect::<Vec<_>>().join(","))
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(|number| format!("\"{}\"", item(number))).collect::<Vec<_>>().join(",")
}

/// Actions that the catalogue has, so that nothing has to be looked for.
fn actions(service: &str) -> Vec<String> {
    let service = rolecall_iam_catalog::service(service).unwrap();
    service.actions().map(|action| action.to_string()).collect()
}

fn steps(policy_type: PolicyType, text: &str) -> u64 {
    let lints: Vec<&Lint> = all().collect();
    counted(|| drop(std::hint::black_box(findings(&lints, policy_type, text))))
}

/// Twice as much of what `text` makes may cost twice the steps, and a fifth more for what is sorted.
#[track_caller]
fn grows_linearly(name: &str, policy_type: PolicyType, text: impl Fn(usize) -> String) {
    let (some, twice) = (steps(policy_type, &text(200)), steps(policy_type, &text(400)));
    assert!(some > 0, "{name}: nothing was counted");
    assert!(twice * 10 <= some * 22 + 1000, "{name}: {some} steps for 200, {twice} for 400");
}

#[test]
fn statements_on_every_resource() {
    grows_linearly("an action each", Identity, |count| {
        let actions = actions("ec2");
        document(
            actions
                .iter()
                .take(count)
                .map(|action| format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*"}}"#)),
        )
    });
}

#[test]
fn statements_with_one_action() {
    grows_linearly("a bucket each", Identity, |count| {
        document((0..count).map(|at| {
            format!(r#"{{"Effect":"Allow","Action":"s3:Get*","Resource":["arn:aws:s3:::bucket{at}x/*","arn:aws:s3:::bucket{at}x"]}}"#)
        }))
    });
}

#[test]
fn statements_that_are_the_same() {
    grows_linearly("all the same", Identity, |count| {
        document((0..count).map(|at| {
            format!(r#"{{"Sid":"A{at}","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}}"#)
        }))
    });
}

#[test]
fn statements_that_differ_in_conditions() {
    grows_linearly("a tag each", Identity, |count| {
        document((0..count).map(|at| {
            format!(
                r#"{{"Effect":"Allow","Action":"ec2:StopInstances","Resource":"*","Condition":{{"StringEquals":{{"aws:ResourceTag/team":"t{at}"}}}}}}"#
            )
        }))
    });
}

#[test]
fn statements_that_differ_in_principals() {
    grows_linearly("an account each", Resource, |count| {
        document((0..count).map(|at| {
            format!(
                r#"{{"Effect":"Allow","Principal":{{"AWS":"{:012}"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}}"#,
                100_000_000_000_u64 + at as u64
            )
        }))
    });
}

#[test]
fn statements_under_a_deny() {
    grows_linearly("one deny", Identity, |count| {
        let deny = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#.to_owned();
        let allows = (0..count).map(|at| {
            format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket{at}x/*"}}"#)
        });
        document(std::iter::once(deny).chain(allows))
    });
}

#[test]
fn actions_of_one_statement() {
    grows_linearly("actions", Identity, |count| {
        let known = actions("ec2");
        let actions = list(count, |at| known[at].clone());
        document(std::iter::once(format!(
            r#"{{"Effect":"Allow","Action":[{actions},"ec2:Get*"],"Resource":"arn:aws:ec2:*:*:instance/*"}}"#
        )))
    });
}

#[test]
fn patterns_of_one_statement() {
    grows_linearly("patterns", Identity, |count| {
        let known = actions("ec2");
        let actions = list(count, |at| format!("{}*", known[at]));
        document(std::iter::once(format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}"#)))
    });
}

#[test]
fn actions_of_two_statements() {
    grows_linearly("actions allowed and denied", Identity, |count| {
        let known = actions("ec2");
        let actions = list(count, |at| known[at].clone());
        let negated = list(count, |at| format!("{}*", known[known.len() - 1 - at]));
        let allow = |element: &str, of: &str| format!(r#"{{"Effect":"Allow","{element}":[{of}],"Resource":"*"}}"#);
        let deny = |element: &str, of: &str| format!(r#"{{"Effect":"Deny","{element}":[{of}],"Resource":"*"}}"#);
        document([allow("Action", &actions), deny("Action", &actions), deny("NotAction", &negated)].into_iter())
    });
}

#[test]
fn actions_and_resources_of_one_statement() {
    grows_linearly("actions and resources", Identity, |count| {
        let names = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetObjectAcl", "s3:DeleteObject"];
        let actions = list(count, |at| names[at % names.len()].to_owned());
        let resources = list(count, |at| format!("arn:aws:s3:::bucket{at}x/*"));
        document(std::iter::once(format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":[{resources}]}}"#)))
    });
}

#[test]
fn conditions_of_one_statement() {
    grows_linearly("keys and values", Identity, |count| {
        let keys: Vec<_> = (0..count)
            .map(|at| format!(r#""aws:ResourceTag/t{at}":[{}]"#, list(3, |value| format!("v{value}"))))
            .collect();
        let conditions = format!(r#"{{"StringEquals":{{{}}}}}"#, keys.join(","));
        let statement =
            format!(r#"{{"Effect":"Allow","Action":"ec2:StopInstances","Resource":"*","Condition":{conditions}}}"#);
        document([statement.clone(), statement.replace("StringEquals", "StringLike")].into_iter())
    });
}

#[test]
fn unknown_names_are_looked_for_a_few_times() {
    let text = |count| {
        let actions = list(count, |at| format!("s3:GetObjekt{at}"));
        document(std::iter::once(format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}"#)))
    };
    let lints: Vec<&Lint> = all().collect();
    let hinted = |count| {
        let found = findings(&lints, Identity, &text(count));
        let unknown = found.iter().filter(|finding| finding.rule.code == "invalid-action");
        let (hinted, plain): (Vec<_>, Vec<_>) = unknown.partition(|finding| finding.remedy.contains("Did you mean"));
        (hinted.len(), plain.len())
    };
    assert_eq!(hinted(8), (8, 0));
    assert_eq!(hinted(HINTS_MAX + 50), (HINTS_MAX, 50));
}
