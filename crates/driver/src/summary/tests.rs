//! Many failures, few causes.

use super::*;
use crate::journal::tests::settings;
use rolecall_lifecycle::rollout::{Action, Answer, Entry, Next, Plan, PlannedMember, RunKind};
use rolecall_lifecycle::{AccountState, TimeMs};

fn account(number: u64) -> AccountNumber {
    AccountNumber::new(number).unwrap()
}

#[test]
fn fifty_failures_of_one_cause_are_one_cause() {
    let member = |number| PlannedMember { account: account(number), wave: 0, state: AccountState::Active };
    let members: Vec<_> = (1..=60).map(member).collect();
    let plan = Plan::new(account(900), &members, settings()).unwrap();
    let at = TimeMs(1);
    let mut entries = vec![Entry::RunBegan { kind: RunKind::Rollout, at }];
    let mut troubles = BTreeMap::new();
    for number in 1..=55 {
        let (account, denied) = (account(number), Failure::Error(ErrorClass::AccessDenied));
        let settled = if number <= 50 { Settled::Failed(denied) } else { Settled::Created };
        let answer = Answer::Failed(ErrorClass::AccessDenied);
        entries.push(Entry::Answered { account, action: Action::Read, answer, next: Next::Settle(settled), at });
        // What was overcome stays out of it.
        let message = format!(
            "User: arn:aws:iam::000000000900:user/ops is not authorized to perform: sts:AssumeRole on resource: \
             arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        );
        troubles.insert(account, Trouble::new("sts:AssumeRole", "AccessDenied", &message));
    }
    troubles.insert(
        account(7),
        Trouble::new("iam:CreateRole", "AccessDenied", "explicit deny in a service control policy"),
    );
    let rollout = Rollout::resume(plan, &entries);
    let summary = Summary::of(&rollout, &troubles);
    assert_eq!((summary.failed, summary.created, summary.not_begun), (50, 5, 6));
    let sizes: Vec<_> = summary.causes.iter().map(|cause| cause.accounts.len()).collect();
    assert_eq!(sizes, [49, 1]);
    assert_eq!(summary.causes[1].accounts, [account(7)]);
    assert_eq!(summary.causes[0].example.as_ref().unwrap().call, "sts:AssumeRole");
}

#[test]
fn a_shape_keeps_words_and_loses_names() {
    let same = [
        ("role 123456789012 is gone", "role 210987654321 is gone"),
        ("session rolecall-1795-a on AROA4X", "session rolecall-99-b on AROA77Q"),
        ("denied. Encoded authorization failure message: abc", "denied. Encoded authorization failure message: xyz"),
    ];
    for (left, right) in same {
        assert_eq!(shape(left), shape(right));
    }
    assert_ne!(shape("no identity-based policy allows it"), shape("explicit deny in a service control policy"));
}
