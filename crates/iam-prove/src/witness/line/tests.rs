//! The companions that a replay uses are those that the line shows.

use super::{allow_all, allowing, delegation};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::principal::{Principal, PrincipalKind};

#[test]
fn companions_are_what_the_line_says() {
    let read = |node, policy_type| parse::parse(&node, policy_type).policy.unwrap();
    assert_eq!(read(allow_all(), PolicyType::Identity), allowing("*", true, None));
    let account = "123456789012";
    let principal = || Principal::parse(PrincipalKind::Aws, account).ok();
    assert_eq!(read(delegation(account, false), PolicyType::Resource), allowing("*", true, principal()));
    assert_eq!(read(delegation(account, true), PolicyType::Trust), allowing("sts:*", false, principal()));
}
