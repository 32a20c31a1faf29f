//! A decision without explanation allocates nothing, and reading allocates in proportion to what is read: counted, not
//! timed. The workloads are those of the benchmarks.

use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::evaluate::{ActionFacts, CompiledPolicy, Decision, decide};
use rolecall_iam::json;
use rolecall_iam::request_line::{self, BulkReader, RequestLine};
use rolecall_iam::span::FileId;

/// Every operator family, both kinds of lists, variables.
const LINE: &str = r#"{"principal":"arn:aws:sts::123456789012:assumed-role/vendor/s","action":"s3:GetObject","resource":"arn:aws:s3:::bucket/finops/key",
    "context":{"aws:RequestedRegion":"eu-west-1","aws:SourceIp":"203.0.113.9","aws:TagKeys":["a","b"],"aws:PrincipalTag/team":"finops",
               "aws:CurrentTime":"2026-01-01T00:00:00Z","x:n":"5.5","x:b":"QUJD"},
    "identityPolicies":[{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}},
        {"Effect":"Deny","NotAction":"s3:?et*","NotResource":"arn:aws:s3:::bucket/*"},
        {"Effect":"Allow","Action":["s3:Get*","ec2:DescribeInstances"],"Resource":"arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*",
         "Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/team":"FINOPS"},"ForAllValues:StringLike":{"aws:TagKeys":["a*","b"]},
                      "DateGreaterThan":{"aws:CurrentTime":"2020-01-01"},"NumericLessThan":{"x:n":"6"},"BinaryEquals":{"x:b":"QUJD"},
                      "ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"},"Null":{"x:absent":"true"}}}]}],
    "permissionsBoundary":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},
    "sessionPolicies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}}],
    "serviceControlPolicies":[[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}],[{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]],
    "resourcePolicy":{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/p/vendor"},"Action":"s3:PutObject","Resource":"*"}}}"#;

/// The benchmarks' workloads, by name.
fn workloads() -> Vec<(String, String)> {
    let text = include_str!("../../../../benches/workloads.jsonl");
    let name =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].as_str().unwrap().to_owned();
    text.lines().map(|line| (name(line), line.to_owned())).collect()
}

fn allocations<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let mut result = None;
    let counted = allocation_counter::measure(|| result = Some(work()));
    (result.unwrap(), counted.count_total)
}

fn read(line: &str) -> RequestLine {
    request_line::read(line, |_| ActionFacts::default()).unwrap()
}

#[test]
fn a_decision_allocates_nothing() {
    let workloads = workloads();
    let names: Vec<_> = workloads.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["60 actions", "10 statements x 4 conditions", "full chain"]);
    for line in workloads.iter().map(|(_, line)| line.as_str()).chain([LINE]) {
        let line = read(line);
        let (answer, count) = allocations(|| decide(&line.policies, &line.request));
        assert_eq!((answer.decision, count), (Decision::Allowed, 0));
    }
}

#[test]
fn a_line_whose_policies_were_seen_costs_the_request_alone() {
    for (name, line) in workloads() {
        let mut reader = BulkReader::new();
        let mut read = || reader.read(&line, |_| ActionFacts::default()).unwrap();
        read();
        let (again, count) = allocations(&mut read);
        let keys = u64::try_from(again.request.context().iter().count()).unwrap();
        // Two for each key, one for each text of the request; nothing for the policies, however long they are.
        assert!(count <= 2 * keys + 8, "{name}: {count} allocations for {keys} keys");
    }
}

#[test]
fn reading_a_policy_costs_two_allocations_for_each_action() {
    let text = |actions: usize| {
        let actions: Vec<_> = (0..actions).map(|number| format!("\"ec2:DescribeThing{number}\"")).collect();
        format!(r#"{{"Statement":{{"Effect":"Allow","Action":[{}],"Resource":"*"}}}}"#, actions.join(","))
    };
    let compile = |text: &str| {
        let node = json::read(FileId(0), text).node.unwrap();
        let policy = parse::parse(&node, PolicyType::Identity).into_evaluable().unwrap();
        CompiledPolicy::new(policy, PolicyType::Identity)
    };
    let (few, many) = (text(60), text(660));
    let ((_, few), (_, many)) = (allocations(|| compile(&few)), allocations(|| compile(&many)));
    // The list itself grows a few times more.
    assert!(many - few <= 600 * 2 + 20, "{few} for 60 actions, {many} for 660");
    assert!(few <= 60 * 2 + 50, "{few} for 60 actions");
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1]))).1, 1);
}
