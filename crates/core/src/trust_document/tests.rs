//! The generated trust policy, held against the text that AWS documents for third parties.

use super::trust_document;
use crate::external_id::ExternalId;
use crate::profile::VendorPrincipal;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::print::to_json_compact;

fn vendor(principal_arns: &[&str]) -> VendorPrincipal {
    VendorPrincipal {
        account: AccountId::parse("205499583182").unwrap(),
        principal_arns: principal_arns.iter().map(|arn| (*arn).to_owned()).collect(),
    }
}

#[test]
fn one_id_is_a_string_equals_condition_on_the_root_of_the_vendor() {
    let id = ExternalId::parse("org-id-1").unwrap();
    let policy = trust_document(&vendor(&[]), Partition::Aws, &[&id]);
    let expected = concat!(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"AllowVendor","Effect":"Allow","#,
        r#""Principal":{"AWS":"arn:aws:iam::205499583182:root"},"Action":"sts:AssumeRole","#,
        r#""Condition":{"StringEquals":{"sts:ExternalId":"org-id-1"}}}]}"#
    );
    assert_eq!(to_json_compact(&policy), expected);
}

#[test]
fn two_ids_narrowing_and_partition_are_written() {
    let (first, second) = (ExternalId::parse("one").unwrap(), ExternalId::parse("two").unwrap());
    let arn = "arn:aws-us-gov:iam::205499583182:role/Reader";
    let policy = trust_document(&vendor(&[arn]), Partition::AwsUsGov, &[&first, &second]);
    let text = to_json_compact(&policy);
    assert!(text.contains(r#""AWS":"arn:aws-us-gov:iam::205499583182:root""#), "{text}");
    assert!(text.contains(r#""StringEquals":{"sts:ExternalId":["one","two"]}"#), "{text}");
    assert!(text.contains(&format!(r#""ArnEquals":{{"aws:PrincipalArn":"{arn}"}}"#)), "{text}");
}
