//! What policies grant, action by action: against hand-written sets, and against one question for every action.

use super::generate::{document, statements};
use super::sampling::Numbers;
use super::support::{decision, identity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::Policy;
use rolecall_iam::evaluate::{Decision, PolicyKind};
use rolecall_iam_catalog::{Action, actions_matching};
use rolecall_iam_prove::{
    ActionWorld, Limit, Options, PolicySide, Summary, Verdict, granted, granted_beyond, limits, not_granted,
    replay_line,
};
use std::collections::BTreeSet;

fn statement(text: &str) -> Policy {
    identity(&format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#))
}

/// The actions of a summary in which nothing is unknown; every witness is replayed.
fn names(summary: &Summary, side: &PolicySide<'_>) -> BTreeSet<String> {
    assert!(summary.undecided.is_empty(), "{:?}", summary.undecided);
    for grant in &summary.grants {
        let line = replay_line(side, &grant.witness);
        assert_eq!(decision(&line), Decision::Allowed, "{line}");
        assert_eq!(grant.witness.action, grant.actions[0].to_string());
    }
    summary.grants.iter().flat_map(|grant| &grant.actions).map(Action::to_string).collect()
}

fn set(pattern: &str) -> BTreeSet<String> {
    actions_matching(pattern).map(|action| action.to_string()).collect()
}

#[test]
fn a_deny_takes_actions_away() {
    let policy = statement(
        r#"{"Effect":"Allow","Action":["s3:GetObject*","sqs:SendMessage"],"Resource":"*"},
           {"Effect":"Deny","Action":"s3:GetObjectAcl","Resource":"*"}"#,
    );
    let side = PolicySide::identity([&policy]);
    let mut expected = set("s3:getobject*");
    expected.remove("s3:GetObjectAcl");
    expected.insert(String::from("sqs:SendMessage"));
    assert_eq!(names(&granted(&side, Options::default()), &side), expected);
}

#[test]
fn a_deny_under_a_condition_leaves_something() {
    let policy = statement(
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
           {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
    );
    let side = PolicySide::identity([&policy]);
    let summary = granted(&side, Options::default());
    assert_eq!(names(&summary, &side), set("s3:getobject"));
    assert_eq!(limits(&side, &summary.grants[0], Options::default()), [Limit::Deny(PolicyKind::Identity, 0, 0, 1)]);
}

#[test]
fn boundary_and_every_level_of_scps_count() {
    let wide = statement(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let boundary = statement(r#"{"Effect":"Allow","Action":["s3:Get*","sqs:*"],"Resource":"*"}"#);
    let level = statement(r#"{"Effect":"Allow","NotAction":"s3:GetBucket*","Resource":"*"}"#);
    let mut side = PolicySide::identity([&wide]);
    side.permissions_boundary = Some(&boundary);
    side.service_control = Some(vec![vec![&wide], vec![&level]]);
    let expected: BTreeSet<String> =
        set("s3:get*").difference(&set("s3:getbucket*")).chain(&set("sqs:*")).cloned().collect();
    let summary = granted(&side, Options::default());
    assert_eq!(names(&summary, &side), expected);
    let s3 = summary.grants.iter().find(|grant| grant.actions[0].service().prefix() == "s3").unwrap();
    // Without the boundary no more of a read would be granted; the boundary limits nothing of this action.
    assert_eq!(limits(&side, s3, Options::default()), []);
}

#[test]
fn what_a_boundary_narrows_is_said() {
    let wide = statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#);
    let boundary = statement(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a/*"}"#);
    let mut side = PolicySide::identity([&wide]);
    side.permissions_boundary = Some(&boundary);
    let summary = granted(&side, Options::default());
    assert_eq!(summary.grants[0].witness.resource, "arn:aws:s3:::a/x");
    assert_eq!(
        limits(&side, &summary.grants[0], Options::default()),
        [Limit::AllowedAtMost(PolicyKind::PermissionsBoundary, 0)]
    );
}

#[test]
fn a_resource_that_the_action_does_not_take_is_told() {
    let policy =
        statement(r#"{"Effect":"Allow","Action":["s3:GetObject","sqs:SendMessage"],"Resource":"arn:aws:sqs:*:*:*"}"#);
    let side = PolicySide::identity([&policy]);
    let summary = granted(&side, Options::default());
    let fits = |service: &str| {
        let mut grants = summary.grants.iter();
        grants.find(|grant| grant.actions[0].service().prefix() == service).map(|grant| grant.resource_fits)
    };
    assert_eq!((fits("s3"), fits("sqs")), (Some(false), Some(true)));
}

#[test]
fn only_what_is_new_is_beyond() {
    let old = statement(r#"{"Effect":"Allow","Action":["ec2:Describe*","s3:GetObject"],"Resource":"*"}"#);
    let new = statement(
        r#"{"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"},
           {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#,
    );
    let (before, after) = (PolicySide::identity([&old]), PolicySide::identity([&new]));
    assert_eq!(names(&granted_beyond(&before, &after, Options::default()), &after), set("s3:putobject"));
    let mut gone = set("ec2:describe*");
    gone.remove("ec2:DescribeInstances");
    assert_eq!(names(&granted_beyond(&after, &before, Options::default()), &before), gone);
}

#[test]
fn everything_is_everything() {
    let policy = statement(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let side = PolicySide::identity([&policy]);
    let summary = granted(&side, Options::default());
    let mut expected = set("*");
    expected.remove("sts:GetCallerIdentity");
    assert_eq!(names(&summary, &side), expected);
    assert!(summary.stats.steps < 20_000, "{}", summary.stats.steps);
}

/// A summary groups actions and looks at one statement at a time; a question about a single action does neither.
#[test]
fn random_policies_agree_with_single_questions() {
    let mut numbers = Numbers(11);
    let options = Options { world: ActionWorld::Catalogue, ..Options::default() };
    let (mut yes, mut no) = (0, 0);
    for _ in 0..5 {
        let policy = identity(&document(&statements(&mut numbers)));
        let side = PolicySide::identity([&policy]);
        let found = names(&granted(&side, options), &side);
        for action in [
            "s3:getobject",
            "s3:putobject",
            "s3:listbucket",
            "sqs:sendmessage",
            "ec2:runinstances",
            "s3:listallmybuckets",
        ]
        .into_iter()
        .flat_map(actions_matching)
        {
            let name = action.to_string();
            let verdict = not_granted(&side, &[ActionPattern::parse(&name).unwrap()], &[String::from("*")], options);
            let expected = match verdict {
                Verdict::NewAccess(_) => true,
                Verdict::None { .. } => false,
                Verdict::Unknown { reason, .. } => panic!("{reason}"),
            };
            assert_eq!(found.contains(&name), expected, "{name} of {policy:?}");
            *(if expected { &mut yes } else { &mut no }) += 1;
        }
    }
    assert!(yes > 5 && no > 5, "{yes} granted, {no} not");
}
