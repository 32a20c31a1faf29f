//! Facts and remarks on well-known actions.

use super::{facts_of, remarks, without_placeholders};
use rolecall_iam::evaluate::{Context, Request, RequestPrincipal};

fn said(action: &str, resource: &str) -> Vec<String> {
    let caller = RequestPrincipal::parse("arn:aws:iam::123456789012:role/r").unwrap();
    remarks(&Request::new(caller, action, resource, Context::new()).unwrap())
}

#[test]
fn facts() {
    assert_eq!(facts_of("ec2:describeInstances").takes_resource, Some(false));
    assert_eq!(facts_of("s3:GetObject").takes_resource, Some(true));
    assert_eq!(facts_of("s3:GetObject").rcp_applies, Some(true));
    assert_eq!(facts_of("ec2:RunInstances").rcp_applies, Some(false));
    assert_eq!(facts_of("nosuch:Thing").takes_resource, None);
    assert_eq!(facts_of("nosuch:Thing").rcp_applies, None);
    assert_eq!(facts_of("sts:AssumeRole").rcp_applies, Some(true));
}

#[test]
fn what_a_strict_reader_says() {
    assert!(said("s3:GetObject", "arn:aws:s3:::bucket/key").is_empty());
    assert!(said("s3:GetObject", "*").is_empty());
    assert!(said("ec2:DescribeInstances", "*").is_empty());
    assert!(
        said("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1")[0]
            .contains("takes no resource")
    );
    assert!(said("s3:GetObject", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1")[0].contains("is no resource that"));
    assert!(said("s3:GetObjekt", "*")[0].contains("did you mean `s3:GetObject`?"));
}

#[test]
fn placeholders_become_wildcards() {
    assert_eq!(without_placeholders("arn:${Partition}:s3:::${BucketName}/${ObjectName}"), "arn:*:s3:::*/*");
    assert_eq!(without_placeholders("arn:${Unclosed"), "arn:*");
}
