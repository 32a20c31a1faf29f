//! Comparing texts against matching them, and reduced questions against whole ones.

use super::{Sorted, apart, covers};
use crate::arn::{ArnTable, ArnText, Segment};
use crate::compile::Region;
use crate::prove::{Options, Question, Verdict};
use crate::side::PolicySide;
use crate::text::pattern::Bindings;
use proptest::prelude::*;
use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::glob;
use rolecall_iam::json;
use rolecall_iam::span::FileId;

fn pattern() -> impl Strategy<Value = String> {
    "[ab:*?]{0,5}"
}

proptest! {
    #[test]
    fn texts_of_arns_tell_nothing_wrong(
        left in "arn:a:[ab*?]{0,3}(:[a*]{0,2}){0,4}[*]?",
        right in "arn:a:[ab*?]{0,3}(:[a*]{0,2}){0,4}[*]?",
        value in "arn:a:[ab]{0,2}(:[ab]{0,2}){3}[:ab]{0,2}",
    ) {
        let mut table = ArnTable::new(&[Segment::Fixed("arn"); 6], true);
        let mut number = |text: &str| table.number(0, text, || ArnText::read(text, false, &Bindings::new())).unwrap();
        let (one, other) = (number(&left), number(&right));
        for value in [value.as_str(), "*"] {
            let matched = (table.matches(one, value), table.matches(other, value));
            prop_assert!(!covers(&left, &right, true) || matched.0 || !matched.1, "{} {} {}", left, right, value);
            prop_assert!(!(apart(&left, &right) && matched.0 && matched.1), "{} {} {}", left, right, value);
        }
    }

    #[test]
    fn texts_tell_nothing_wrong(left in pattern(), right in pattern(), text in "[ab:]{0,5}") {
        let matched = (glob::matches(&left, &text), glob::matches(&right, &text));
        if covers(&left, &right, true) {
            prop_assert!(matched.0 || !matched.1);
        }
        if apart(&left, &right) {
            prop_assert!(!(matched.0 && matched.1));
        }
    }
}

proptest! {
    #[test]
    fn looking_up_is_comparing(outer in proptest::collection::vec("[ab*?$]{0,4}", 0..8), inner in "[ab*?$]{0,4}") {
        let compared = outer.iter().any(|outer| covers(outer, &inner, true));
        prop_assert_eq!(Sorted::of(outer.iter().map(String::as_str)).covers(&inner, true), compared);
    }
}

#[test]
fn what_is_seen() {
    assert!(covers("s3:get*", "s3:getobject", true) && covers("*", "s3:*", false) && covers("a", "a", false));
    assert!(covers("${aws:username}", "${aws:username}", true) && !covers("${aws:username}", "${aws:username}", false));
    assert!(!covers("*", "${aws:username", true) && !covers("s3:g?t*", "s3:get", true));
    assert!(apart("a", "ab") && apart("ab*", "a") && apart("ab*", "ac*") && !apart("a*", "ab") && !apart("a", "a"));
    assert!(!apart("a${x}", "b"));
}

const ACTIONS: [&str; 7] = ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "S3:getobject", "ec2:*"];
const RESOURCES: [&str; 8] = [
    "*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::b*",
    "arn:aws:s3*",
    "arn:*:s3:::a/?",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::a/${aws:username",
];
const CONDITIONS: [&str; 10] = [
    "{}",
    r#"{"StringEquals":{"aws:PrincipalTag/t":"a"}}"#,
    r#"{"StringEquals":{"AWS:PrincipalTag/T":"a"}}"#,
    r#"{"StringNotEqualsIfExists":{"aws:PrincipalTag/t":["a","${aws:username}"]}}"#,
    r#"{"ForAnyValue:StringEquals":{"x:Keys":"a"}}"#,
    r#"{"StringNotEquals":{"x:Keys":"a"}}"#,
    r#"{"ForAllValues:StringLike":{"x:Keys":["a*","b"]}}"#,
    r#"{"Bool":{"x:Flag":"true"}}"#,
    r#"{"StringEquals":{"x:Flag":"yes"}}"#,
    r#"{"Null":{"aws:username":"true"}}"#,
];
const PRINCIPALS: [&str; 5] = [
    r#""*""#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/r"]}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:role/r","arn:aws:sts::111122223333:assumed-role/r/s"]}"#,
    r#"{"Service":"sns.amazonaws.com"}"#,
];

/// A statement as numbers: deny, and of each element whether it is negated and which values.
type Drawn = (bool, [bool; 3], [usize; 2], [usize; 2], usize, usize);

fn drawn() -> impl Strategy<Value = Drawn> {
    let not = || proptest::bool::weighted(0.15);
    let two = |count: usize| [0..count, 0..count];
    let negated = [not(), not(), not()];
    let (deny, actions, resources) = (proptest::bool::weighted(0.35), two(ACTIONS.len()), two(RESOURCES.len()));
    (deny, negated, actions, resources, 0..CONDITIONS.len(), 0..PRINCIPALS.len())
}

fn policy(statements: &[Drawn], old: bool, policy_type: PolicyType) -> Policy {
    let not = |negated: bool| if negated { "Not" } else { "" };
    let one = |(deny, negated, actions, resources, condition, principal): &Drawn| {
        let effect = if *deny { "Deny" } else { "Allow" };
        let principal = match policy_type {
            PolicyType::Resource => format!(r#""{}Principal":{},"#, not(negated[2]), PRINCIPALS[*principal]),
            _ => String::new(),
        };
        let (actions, resources) = (actions.map(|at| ACTIONS[at]), resources.map(|at| RESOURCES[at]));
        format!(
            r#"{{"Effect":"{effect}",{principal}"{}Action":{actions:?},"{}Resource":{resources:?},"Condition":{}}}"#,
            not(negated[0]),
            not(negated[1]),
            CONDITIONS[*condition]
        )
    };
    let statements: Vec<String> = statements.iter().map(one).collect();
    let version = if old { "2008-10-17" } else { "2012-10-17" };
    let text = format!(r#"{{"Version":"{version}","Statement":[{}]}}"#, statements.join(","));
    parse::parse(&json::read(FileId(0), &text).node.unwrap(), policy_type).policy.unwrap()
}

proptest! {
    #[test]
    fn the_verdict_is_that_of_the_whole_question(
        shared in proptest::collection::vec(drawn(), 0..3),
        own in proptest::collection::vec(drawn(), 0..3),
        other in proptest::collection::vec(drawn(), 0..3),
        old in [proptest::bool::weighted(0.2), proptest::bool::weighted(0.2)],
        resource in any::<bool>(),
    ) {
        let policy_type = if resource { PolicyType::Resource } else { PolicyType::Identity };
        let with = |more: &[Drawn], old| policy(&[&shared[..], more].concat(), old, policy_type);
        let (candidate, reference) = (with(&own, old[0]), with(&other, old[1]));
        let side = |policy| if resource { PolicySide::resource(policy) } else { PolicySide::identity([policy]) };
        let (candidate, reference) = (side(&candidate), side(&reference));
        let question = || Question::new(&candidate, Some(&reference), Region::default(), Options::default());
        let (reduced, whole) = (question().ask(), question().whole().ask());
        // What the whole question leaves open the reduced one may decide.
        if !matches!(whole, Verdict::Unknown { .. }) {
            prop_assert_eq!(reduced.as_str(), whole.as_str());
        }
    }
}

#[test]
fn a_deny_in_doubt_beside_the_finding() {
    let candidate = policy(&[(false, [false; 3], [2, 2], [3, 1], 0, 0)], false, PolicyType::Identity);
    let deny = (true, [false; 3], [0, 0], [7, 3], 9, 0);
    let reference = policy(&[(false, [false; 3], [4, 4], [0, 5], 0, 0), deny], false, PolicyType::Identity);
    let (candidate, reference) = (PolicySide::identity([&candidate]), PolicySide::identity([&reference]));
    let question = || Question::new(&candidate, Some(&reference), Region::default(), Options::default());
    // The witness keeps clear of it: there the evaluator could not tell.
    assert_eq!((question().ask().as_str(), question().whole().ask().as_str()), ("new-access", "new-access"));
}
