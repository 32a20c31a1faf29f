//! The canonical workloads: every benchmark, and every peer in it, decides these very policies and requests. They stand in
//! `workloads.jsonl` as request lines, so that each engine reads them in its own way; `cargo xtask bench` gives them to the
//! peers that are programs of their own, and the tests of `crates/iam` count the allocations of deciding them.

pub mod simulation;

use serde_json::{Value, json};

const WORKLOADS: &str = include_str!("../workloads.jsonl");

/// A request with its policies and the decision that every engine must reach.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What it is, as benchmarks name it.
    pub name: String,
    /// The request line.
    pub line: String,
    /// The same, read.
    pub value: Value,
}

impl Workload {
    /// The only policy, where nothing but one identity policy bears on the request.
    pub fn only_policy(&self) -> Option<&Value> {
        let others = ["resourcePolicy", "permissionsBoundary", "sessionPolicies", "serviceControlPolicies"];
        match self.value.get("identityPolicies")?.as_array()?.as_slice() {
            [policy] if others.iter().all(|name| self.value.get(name).is_none()) => Some(policy),
            _ => None,
        }
    }
}

/// Every workload, in the order of the file.
///
/// # Errors
/// When a line of the file is no JSON object with a `name`.
pub fn workloads() -> Result<Vec<Workload>, String> {
    let read = |line: &str| {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("a workload is no JSON: {error}"))?;
        let name = value.get("name").and_then(Value::as_str).ok_or("a workload without `name`")?.to_owned();
        Ok(Workload { name, line: line.to_owned(), value })
    };
    WORKLOADS.lines().map(read).collect()
}

/// `count` request lines of about 500 bytes with `policies` distinct policies, in turn.
pub fn request_lines(count: usize, policies: usize) -> Vec<String> {
    let actions = ["s3:GetObject", "s3:PutObject", "ec2:DescribeInstances"];
    let line = |(number, action): (usize, &&str)| {
        let policy = number % policies.max(1);
        let statement = json!({
            "Sid": format!("Read{policy}"),
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket", "ec2:Describe*"],
            "Resource": [format!("arn:aws:s3:::finops-{policy}/*"), "arn:aws:ec2:*:*:*"],
            "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        });
        let line = json!({
            "id": number,
            "principal": "arn:aws:iam::123456789012:user/vendor",
            "action": action,
            "resource": format!("arn:aws:s3:::finops-{policy}/reports/{number}.csv"),
            "context": {"aws:RequestedRegion": "eu-west-1", "aws:SourceIp": "203.0.113.9"},
            "identityPolicies": [{"Version": "2012-10-17", "Statement": [statement]}],
        });
        line.to_string()
    };
    (0..count).zip(actions.iter().cycle()).map(line).collect()
}
