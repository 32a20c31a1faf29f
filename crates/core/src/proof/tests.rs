//! Texts that are asked once, and what is granted beyond others.

use super::{Proofs, new_grants, role_globs};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

fn policy(statements: &str) -> Policy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    parse(&json::read(FileId(0), &text).node.unwrap(), PolicyType::Identity).sound().unwrap().clone()
}

fn allow(actions: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}"#)
}

#[test]
fn the_same_texts_are_asked_once() {
    let (small, large) = (policy(&allow(r#""ec2:DescribeInstances""#)), policy(&allow(r#""ec2:*""#)));
    let again = policy(&allow(r#""EC2:describeInstances""#));
    let mut proofs = Proofs::default();
    for _ in 0..3 {
        assert!(new_grants(&mut proofs, &[&large], &[&small], None).found.is_empty());
        assert!(new_grants(&mut proofs, &[&large], &[&again], None).found.is_empty());
    }
    assert_eq!((proofs.work().asked, proofs.work().reused), (1, 5));
    // The other way round it is another question, and what is found is asked for again: its place may be another.
    for _ in 0..2 {
        assert_eq!(new_grants(&mut proofs, &[&small], &[&large], None).found.len(), 1);
    }
    assert_eq!((proofs.work().asked, proofs.work().reused), (1 + 2 * 2, 5));
}

#[test]
fn what_is_granted_beyond_has_its_statement_and_patterns() {
    let reference = policy(&allow(r#""ce:*","ec2:Describe*""#));
    let candidate = policy(&format!(
        "{},{},{}",
        allow(r#""ce:Get*","ec2:DescribeInstances""#),
        allow(r#""ec2:DescribeImages","ec2:StopInstances","ec2:Start*""#),
        r#"{"Effect":"Deny","Action":"ec2:Start*","Resource":"*"}"#
    ));
    let roles = role_globs("arn:aws:iam::111122223333:role/vendors/Vendor").unwrap();
    assert_eq!(roles, ["arn:aws:iam::*:role/vendors/Vendor", "arn:aws:iam::*:role/Vendor"]);
    let grants = new_grants(&mut Proofs::default(), &[&reference], &[&candidate], Some(&roles));
    assert_eq!((grants.found.len(), grants.unknown.len()), (1, 0));
    let patterns: Vec<_> = grants.found[0].patterns.iter().map(|pattern| pattern.value.as_str()).collect();
    assert_eq!(patterns, ["ec2:StopInstances"]);
    assert_eq!(grants.found[0].statement, &candidate.statements[1]);
    assert_eq!(grants.found[0].witness.action, "ec2:StopInstances");
    assert_eq!(role_globs("arn:aws:iam::111122223333:user/a"), None);
    assert_eq!(role_globs("nonsense"), None);
}

#[test]
fn without_budget_nothing_is_told() {
    let policy = policy(&allow(r#""ec2:*""#));
    let grants = new_grants(&mut Proofs::with_budget(0), &[], &[&policy], None);
    assert_eq!((grants.found.len(), grants.unknown.len()), (0, 1));
}
