//! The rule `document-warning`: its text. It fires where a reader or parser warns; the code of the warning is the subject.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "document-warning",
    severity: Severity::Note,
    title: "a document holds something that is surely not meant, or that is not judged",
    what: "A reader of policies or role code met something that leaves the meaning of what it read as it is: an empty \
        list of condition values, a `Sid` with characters that AWS refuses, a nested template, a module, or a managed \
        policy whose text stands elsewhere. The message says what, and the code of the warning is its subject.",
    why: "What is read over silently is taken for judged.",
    remedy: "Follow the advice of the message, or accept it.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:DescribeInstances",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:RequestedRegion": []
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:DescribeInstances",
    "Resource": "*"
  }
}"#,
    references: &["inferred: what a reader of this project reports about a document that it could read"],
};
