//! The lint `data-access`: actions that read the content of stores.

use crate::finding::Finding;
use crate::lint::action_table::ActionTable;
use crate::lint::listed_actions;
use crate::lint::{Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use std::sync::LazyLock;

/// Actions whose answers hold content, in AWS's spelling.
pub(in crate::lint) static READS: &[&str] = &[
    "appsync:GraphQL",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "cassandra:Select",
    "codecommit:GetBlob",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ebs:GetSnapshotBlock",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "es:ESHttpGet",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "rds-data:BatchExecuteStatement",
    "rds-data:ExecuteStatement",
    "redshift-data:GetStatementResult",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "workmailmessageflow:GetRawMessageContent",
];

/// Its texts.
static RULE: Rule = Rule {
    code: "data-access",
    severity: Severity::Note,
    title: "an action that reads data",
    what: "An `Allow` statement has an action, by name or pattern, that reads what stands in objects, items, \
        records, messages, secrets, parameters, logs or code. The selection is this project's; `*` as an action is \
        told by a lint of its own.",
    why: "A role of a vendor that reports or optimizes rarely needs the content of stores; what it can read, it can \
        also lose.",
    remedy: "Remove it, or name the resources that are meant to be read.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "dynamodb:GetItem",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "dynamodb:DescribeTable",
    "Resource": "*"
  }
}"#,
    references: &["inferred: this project's selection from the Service Authorization Reference"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Identity], run: Run::Check(check) };

static ACTIONS: LazyLock<ActionTable> =
    LazyLock::new(|| ActionTable::new(READS.iter().map(|action| (*action).to_owned())));

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    listed_actions::check(subject, findings, &RULE, (&ACTIONS, "reads data"), |_, _| true);
}
