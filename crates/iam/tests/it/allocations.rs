//! A decision without explanation allocates nothing: counted, not timed.

use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use rolecall_iam::request_line;

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

#[test]
fn a_decision_allocates_nothing() {
    let line = request_line::read(LINE, |_| ActionFacts::default()).unwrap();
    let mut decision = Decision::CannotDecide;
    let counted = allocation_counter::measure(|| decision = decide(&line.policies, &line.request).decision);
    assert_eq!(decision, Decision::Allowed);
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn the_counter_counts() {
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![1])));
    assert_eq!(counted.count_total, 1);
}
