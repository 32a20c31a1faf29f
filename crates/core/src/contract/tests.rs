//! Contracts and policies with the findings that must appear, as data; pattern relations against brute force.

use super::check::{GrantedPolicies, check_contract, check_contract_with};
use super::patterns::{covers, overlap, widen_variables};
use super::*;
use crate::finding::{Finding, NotJudged, Witness};
use crate::proof::Proofs;
use proptest::prelude::*;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use rolecall_iam::glob;
use rolecall_iam::json;
use rolecall_iam::request_line;
use rolecall_iam::source::SourceMap;

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn patterns(texts: &[&str]) -> Vec<Spanned<ActionPattern>> {
    texts.iter().map(|text| spanned(ActionPattern::parse(text).unwrap())).collect()
}

fn resources(texts: &[&str]) -> Vec<Spanned<String>> {
    texts.iter().map(|text| spanned((*text).to_owned())).collect()
}

fn needs(name: &str, actions: &[&str], on: &[&str]) -> Capability {
    Capability {
        name: spanned(name.to_owned()),
        why: String::from("see what is there"),
        origin: Origin::Published,
        actions: patterns(actions),
        resources: resources(on),
        context: vec![],
        scope: Scope::AllAccounts,
    }
}

fn never(what: Forbidden, on: &[&str], except: &[&str]) -> Never {
    Never {
        span: Span::default(),
        what,
        resources: resources(on),
        except: patterns(except),
        why: String::from("promised"),
    }
}

fn class(name: &str) -> Forbidden {
    Forbidden::Class(spanned(name.to_owned()))
}

fn list(actions: &[&str]) -> Forbidden {
    Forbidden::Actions(patterns(actions))
}

fn read(sources: &mut SourceMap, text: &str) -> Policy {
    let file = sources.add("policy.json", text);
    let parsed = parse(&json::read(file, text).node.unwrap(), PolicyType::Identity);
    parsed.sound().unwrap_or_else(|| panic!("{text}\n{:#?}", parsed.problems)).clone()
}

fn judge_kind(contract: &Contract, statements: &str, kind: AccountKind) -> (SourceMap, Vec<Finding>, Vec<NotJudged>) {
    let mut sources = SourceMap::new();
    let policy = read(&mut sources, &format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#));
    let granted = GrantedPolicies {
        kind,
        role_arn: "arn:aws:iam::111122223333:role/Vendor",
        policies: &[&policy],
        unknown_policies: &[],
        unknown_boundary: None,
    };
    let (findings, not_judged) = check_contract(contract, &granted);
    (sources, findings, not_judged)
}

fn judge(contract: &Contract, statements: &str) -> (SourceMap, Vec<Finding>, Vec<NotJudged>) {
    judge_kind(contract, statements, AccountKind::Member)
}

fn allow(actions: &str, resource: &str, rest: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"{resource}"{rest}}}"#)
}

fn deny(actions: &str, resource: &str, rest: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":[{actions}],"Resource":"{resource}"{rest}}}"#)
}

/// Codes in the order of the findings, and the number of things not judged.
fn summary((_, findings, not_judged): &(SourceMap, Vec<Finding>, Vec<NotJudged>)) -> (Vec<&'static str>, usize) {
    (findings.iter().map(|finding| finding.rule.code).collect(), not_judged.len())
}

const DESCRIBE: &str = r#""ec2:DescribeInstances""#;

#[test]
fn what_is_needed_is_evaluated() {
    let contract = Contract { allow: vec![needs("inventory", &["ec2:DescribeInstances"], &["*"])], never: vec![] };
    let on_bucket =
        Contract { allow: vec![needs("reports", &["s3:GetObject"], &["arn:aws:s3:::reports/*"])], never: vec![] };
    let get = r#""s3:GetObject""#;
    let missing: &[&str] = &["permission-missing"];
    let cases: Vec<(&Contract, String, &[&str], usize)> = vec![
        (&contract, allow(DESCRIBE, "*", ""), &[], 0),
        (&contract, allow(r#""EC2:describeINSTANCES""#, "*", ""), &[], 0),
        (&contract, allow(r#""ec2:DescribeImages""#, "*", ""), &["permission-missing", "permission-not-needed"], 0),
        // An action without resource-level permissions is granted on `*` only.
        (&contract, allow(DESCRIBE, "arn:aws:ec2:*:*:instance/*", ""), missing, 0),
        (&contract, format!("{},{}", allow(DESCRIBE, "*", ""), deny(DESCRIBE, "*", "")), missing, 0),
        // A Deny on instances does not touch an action that takes no resource.
        (
            &contract,
            format!("{},{}", allow(DESCRIBE, "*", ""), deny(DESCRIBE, "arn:aws:ec2:*:*:instance/*", "")),
            &[],
            0,
        ),
        // What hangs on context that the contract does not give is not judged; what fails without it is missing.
        (
            &contract,
            allow(DESCRIBE, "*", r#","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}"#),
            &[],
            1,
        ),
        (
            &contract,
            allow(DESCRIBE, "*", r#","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#),
            missing,
            0,
        ),
        (
            &contract,
            format!(
                "{},{}",
                allow(DESCRIBE, "*", ""),
                deny(DESCRIBE, "*", r#","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#)
            ),
            &[],
            1,
        ),
        (&on_bucket, allow(get, "arn:aws:s3:::reports/*", ""), &[], 0),
        (&on_bucket, allow(get, "arn:aws:s3:::reports/2026/*", ""), missing, 0),
        (&on_bucket, allow(get, "arn:aws:s3:::reports*", ""), &["permission-not-needed"], 0),
        (&on_bucket, allow(get, "*", ""), &["permission-not-needed"], 0),
        // A Deny on a part of what is needed.
        (
            &on_bucket,
            format!("{},{}", allow(get, "arn:aws:s3:::reports/*", ""), deny(get, "arn:aws:s3:::reports/secret/*", "")),
            missing,
            0,
        ),
        (
            &on_bucket,
            format!("{},{}", allow(get, "arn:aws:s3:::reports/*", ""), deny(get, "arn:aws:s3:::other/*", "")),
            &[],
            0,
        ),
    ];
    for (contract, statements, codes, undecided) in cases {
        assert_eq!(summary(&judge(contract, &statements)), (codes.to_vec(), undecided), "{statements}");
    }
}

#[test]
fn a_conditional_grant_is_judged_in_the_context_of_the_contract() {
    let mut capability = needs("inventory", &["ec2:DescribeInstances"], &["*"]);
    capability.context = vec![(String::from("aws:RequestedRegion"), vec![String::from("us-east-1")])];
    let contract = Contract { allow: vec![capability], never: vec![] };
    let grant = |region: &str| {
        allow(DESCRIBE, "*", &format!(r#","Condition":{{"StringEquals":{{"aws:requestedregion":"{region}"}}}}"#))
    };
    assert_eq!(summary(&judge(&contract, &grant("us-east-1"))), (vec![], 0));
    assert_eq!(summary(&judge(&contract, &grant("eu-west-1"))), (vec!["permission-missing"], 0));
}

#[test]
fn a_pattern_of_the_contract_needs_all_its_actions() {
    let contract = Contract { allow: vec![needs("cost", &["ce:*"], &["*"])], never: vec![] };
    assert_eq!(summary(&judge(&contract, &allow(r#""ce:*""#, "*", ""))), (vec![], 0));
    let (_, findings, _) = judge(&contract, &allow(r#""ce:Get*""#, "*", ""));
    assert_eq!(findings[0].rule.code, "permission-missing");
    assert!(findings[0].message.contains("of `ce:*` are not granted"), "{}", findings[0].message);
}

#[test]
fn capabilities_of_the_other_kind_of_account_are_not_needed() {
    let mut capability = needs("accounts", &["organizations:ListAccounts"], &["*"]);
    capability.scope = Scope::ManagementAccount;
    let contract = Contract { allow: vec![capability], never: vec![] };
    let grant = allow(r#""organizations:ListAccounts""#, "*", "");
    assert_eq!(summary(&judge_kind(&contract, &grant, AccountKind::Management)), (vec![], 0));
    assert_eq!(summary(&judge_kind(&contract, &grant, AccountKind::Member)), (vec!["permission-not-needed"], 0));
}

#[test]
fn grants_beyond_the_contract_are_told_with_their_place() {
    let contract = Contract {
        allow: vec![needs("inventory", &["ec2:DescribeInstances", "ec2:DescribeImages"], &["*"])],
        never: vec![],
    };
    let cases: &[(&str, &str)] = &[
        (r#""ec2:Describe*""#, "`ec2:Describe*` grants"),
        (r#""ec2:DescribeI*s", "ec2:DescribeInstances", "ec2:DescribeImages""#, "`ec2:DescribeI*s` grants"),
        (r#""ec2:DescribeInstances", "ec2:DescribeImage?""#, "reaches beyond the contract"),
        (
            r#""ec2:DescribeInstances", "ec2:DescribeImages", "ec2:StopInstances""#,
            "`ec2:StopInstances` is granted, and no capability needs it",
        ),
        (
            r#""ec2:DescribeInstances", "ec2:DescribeImages", "new:NotKnown""#,
            "`new:NotKnown` is granted, and no capability needs it",
        ),
    ];
    for (actions, message) in cases {
        let (sources, findings, _) = judge(&contract, &allow(actions, "*", ""));
        let finding = findings
            .iter()
            .find(|finding| finding.rule.code == "permission-not-needed")
            .unwrap_or_else(|| panic!("{actions}"));
        assert!(finding.message.contains(message), "{actions}: {}", finding.message);
        assert!(sources.snippet(finding.span).starts_with('"'), "{}", sources.snippet(finding.span));
    }
    // What an unconditional Deny takes away is not granted.
    let denied = format!(
        "{},{}",
        allow(r#""ec2:DescribeInstances","ec2:DescribeImages","ec2:StopInstances""#, "*", ""),
        deny(r#""ec2:Stop*""#, "*", "")
    );
    assert_eq!(summary(&judge(&contract, &denied)), (vec![], 0));
    let conditional = format!(
        "{},{}",
        allow(r#""ec2:DescribeInstances","ec2:DescribeImages","ec2:StopInstances""#, "*", ""),
        deny(r#""ec2:Stop*""#, "*", r#","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#)
    );
    assert_eq!(summary(&judge(&contract, &conditional)).0, ["permission-not-needed"]);
}

#[test]
fn what_is_forbidden_is_found_wherever_it_may_be_granted() {
    let control = || never(class("compute-control-plane"), &["*"], &[]);
    let cases: Vec<(Never, String, Option<&str>)> = vec![
        (control(), allow(DESCRIBE, "*", ""), None),
        (control(), allow(r#""ec2:PurchaseReservedInstancesOffering""#, "*", ""), None),
        (
            control(),
            allow(r#""ec2:TerminateInstances""#, "*", ""),
            Some("grants 1 action of class compute-control-plane: `ec2:TerminateInstances`"),
        ),
        (
            control(),
            allow(r#""ec2:terminateinstances""#, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", ""),
            Some("1 action"),
        ),
        (control(), allow(r#""ec2:*""#, "*", ""), Some("of class compute-control-plane, and may grant ")),
        (control(), allow(r#""*""#, "*", ""), Some("of class compute-control-plane, and may grant ")),
        // A condition that can hold does not help.
        (
            control(),
            allow(r#""ec2:StopInstances""#, "*", r#","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#),
            Some("StopInstances"),
        ),
        (
            control(),
            r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#.into(),
            Some("`NotAction [iam:*]` grants "),
        ),
        (
            control(),
            format!("{},{}", allow(r#""ec2:StopInstances""#, "*", ""), deny(r#""ec2:StopInstances""#, "*", "")),
            None,
        ),
        (
            control(),
            format!(
                "{},{}",
                allow(r#""ec2:StopInstances""#, "*", ""),
                r#"{"Effect":"Deny","NotAction":"ec2:Describe*","Resource":"*"}"#
            ),
            None,
        ),
        (
            control(),
            format!(
                "{},{}",
                allow(r#""ec2:StopInstances""#, "*", ""),
                deny(r#""ec2:StopInstances""#, "arn:aws:ec2:*:*:instance/i-1", "")
            ),
            Some("StopInstances"),
        ),
        (never(class("compute-control-plane"), &["*"], &["ec2:Stop*"]), allow(r#""ec2:StopInstances""#, "*", ""), None),
        (
            never(list(&["iam:*"]), &["*"], &[]),
            allow(r#""iam:PassRole""#, "*", ""),
            Some("the forbidden list: `iam:PassRole`"),
        ),
        (never(list(&["iam:PassRole"]), &["*"], &[]), allow(r#""iam:GetRole""#, "*", ""), None),
        // A forbidden name that the catalogue does not know still counts.
        (never(list(&["new:Destroy*"]), &["*"], &[]), allow(r#""new:DestroyAll""#, "*", ""), Some("new:Destroy*")),
        (never(list(&["new:Destroy*"]), &["*"], &[]), allow(r#""new:ReadAll""#, "*", ""), None),
        // Forbidden on some resources only.
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            allow(r#""s3:GetObject""#, "arn:aws:s3:::reports/*", ""),
            None,
        ),
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            allow(r#""s3:GetObject""#, "arn:aws:s3:::pay*", ""),
            Some("s3:GetObject"),
        ),
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            allow(r#""s3:GetObject""#, "arn:aws:s3:::${aws:PrincipalTag/team}/*", ""),
            Some("s3:GetObject"),
        ),
        // A role has no user name, so that the pattern matches nothing.
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            allow(r#""s3:GetObject""#, "arn:aws:s3:::${aws:username}/*", ""),
            None,
        ),
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::payroll/*"}"#.into(),
            None,
        ),
        (
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
            r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::payroll/a"}"#.into(),
            Some("s3:GetObject"),
        ),
        (never(class("privilege-escalation"), &["*"], &[]), allow(r#""iam:PassRole""#, "*", ""), Some("iam:PassRole")),
        (never(class("iam-write"), &["*"], &[]), allow(r#""iam:PassRole""#, "*", ""), Some("iam:PassRole")),
    ];
    for (never, statements, message) in cases {
        let contract = Contract { allow: vec![], never: vec![never] };
        let (_, findings, _) = judge(&contract, &statements);
        let forbidden: Vec<_> = findings.iter().filter(|finding| finding.rule.code == "permission-forbidden").collect();
        match message {
            None => assert!(forbidden.is_empty(), "{statements}: {}", forbidden[0].message),
            Some(message) => {
                assert_eq!(forbidden.len(), 1, "{statements}");
                assert!(forbidden[0].message.contains(message), "{statements}: {}", forbidden[0].message);
                assert_eq!(forbidden[0].related.len(), 1, "the contract's entry");
                replays(forbidden[0]);
            }
        }
    }
}

/// The facts of the catalogue, as the program fills them in.
fn facts(action: &str) -> ActionFacts {
    let known = rolecall_iam_catalog::action_named(action);
    ActionFacts { takes_resource: known.map(|known| !known.takes_no_resource()), rcp_applies: None }
}

/// The witness of a finding is allowed, read from the line that a user would replay, and is said.
fn replays(finding: &Finding) -> &Witness {
    let witness = finding.witness.as_ref().unwrap_or_else(|| panic!("no witness: {}", finding.message));
    let read = request_line::read(&witness.request, facts).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(decide(&read.policies, &read.request).decision, Decision::Allowed, "{}", witness.request);
    assert!(finding.reason.contains(&witness.to_string()), "{}", finding.reason);
    witness
}

/// Ways to hide a grant of `ec2:StopInstances`, and ways to take it away for good: whether it is found, and what must stand
/// in the witness.
#[test]
fn a_claim_is_decided_over_all_requests() {
    const STOP: &str = r#""ec2:StopInstances""#;
    let with = |condition: &str| allow(STOP, "*", &format!(r#","Condition":{{{condition}}}"#));
    let but = |rest: &str| format!("{},{rest}", allow(STOP, "*", ""));
    let deny_if = |condition: &str| but(&deny(STOP, "*", &format!(r#","Condition":{{{condition}}}"#)));
    let region = |operator: &str| format!(r#""{operator}":{{"aws:RequestedRegion":"eu-west-1"}}"#);
    let both = |left: &str, right: &str| {
        let deny_if = |condition: &str| deny(STOP, "*", &format!(r#","Condition":{{{condition}}}"#));
        but(&format!("{},{}", deny_if(left), deny_if(right)))
    };
    let cases: Vec<(String, Option<&str>)> = vec![
        // Hidden.
        (r#"{"Effect":"Allow","NotAction":["iam:*","ec2:Describe*"],"Resource":"*"}"#.into(), Some("by `")),
        (r#"{"Effect":"Allow","Action":"ec2:*","NotResource":"arn:aws:ec2:*:*:instance/i-1"}"#.into(), Some("by `")),
        (allow(r#""ec2:St?pInst*ces""#, "*", ""), Some("ec2:StopInstances")),
        (allow(r#""ec2:Run?nstances""#, "*", ""), Some("ec2:RunInstances")),
        (allow(r#""eC2:sTOPinstances""#, "*", ""), Some("ec2:StopInstances")),
        (with(r#""StringLikeIfExists":{"aws:RequestedRegion":"*"}"#), Some("ec2:StopInstances")),
        (with(r#""StringNotEquals":{"aws:ResourceTag/keep":"yes"}"#), Some("ec2:StopInstances")),
        (with(r#""StringEquals":{"aws:PrincipalType":"AssumedRole"}"#), Some("ec2:StopInstances")),
        (with(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Vendor"}"#), Some("role/Vendor")),
        (deny_if(&region("StringNotEquals")), Some("with `aws:RequestedRegion` `eu-west-1`")),
        (deny_if(&region("StringEquals")), Some("ec2:StopInstances")),
        (deny_if(r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#), Some("ec2:StopInstances")),
        (
            but(r#"{"Effect":"Deny","Action":"ec2:*","NotResource":"arn:aws:ec2:*:*:instance/i-1"}"#),
            Some("instance/i-1"),
        ),
        (but(&deny(r#""ec2:StopInstance""#, "*", "")), Some("ec2:StopInstances")),
        (both(&region("StringEquals"), r#""Null":{"aws:RequestedRegion":"true"}"#), Some("aws:RequestedRegion")),
        // Taken away.
        (both(&region("StringEquals"), &region("StringNotEquals")), None),
        (both(r#""Null":{"aws:RequestedRegion":"true"}"#, r#""Null":{"aws:RequestedRegion":"false"}"#), None),
        (deny_if(r#""StringLikeIfExists":{"aws:RequestedRegion":"*"}"#), None),
        (deny_if(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Vendor"}"#), None),
        (but(r#"{"Effect":"Deny","NotAction":"ec2:Describe*","Resource":["arn:aws:s3:::x","*"]}"#), None),
        (with(r#""StringEquals":{"aws:PrincipalType":"User"}"#), None),
        (with(r#""Null":{"aws:PrincipalArn":"true"}"#), None),
        (with(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Other"}"#), None),
        (with(r#""StringLike":{"ec2:Owner":"a*"},"StringNotLike":{"ec2:Owner":"*"}"#), None),
    ];
    let claims =
        [never(class("compute-control-plane"), &["*"], &[]), never(list(&["ec2:S*", "ec2:RunInstances"]), &["*"], &[])];
    for (statements, shown) in cases {
        for never in &claims {
            let contract = Contract { allow: vec![], never: vec![never.clone()] };
            let (_, findings, not_judged) = judge(&contract, &statements);
            assert_eq!(not_judged, vec![], "{statements}");
            let found: Vec<_> = findings.iter().filter(|finding| finding.rule.code == "permission-forbidden").collect();
            match (found.as_slice(), shown) {
                ([], None) => {}
                ([finding], Some(text)) => {
                    let witness = replays(finding).to_string();
                    assert!(witness.contains(text), "{statements}: {witness}");
                }
                _ => panic!("{statements}: {found:#?}"),
            }
        }
    }
}

#[test]
fn what_cannot_be_decided_is_not_judged() {
    let contract = Contract { allow: vec![], never: vec![never(class("compute-control-plane"), &["*"], &[])] };
    // A value of the wrong type, which AWS would not have taken; and a variable against a pattern that holds it.
    let malformed = deny(r#""ec2:StopInstances""#, "*", r#","Condition":{"NumericLessThan":{"ec2:Owner":"x"}}"#);
    let (_, findings, not_judged) =
        judge(&contract, &format!("{},{malformed}", allow(r#""ec2:StopInstances""#, "*", "")));
    let codes = |findings: &[Finding]| findings.iter().map(|finding| finding.rule.code).collect::<Vec<_>>();
    assert_eq!(codes(&findings), ["permission-not-needed"]);
    assert_eq!(not_judged.len(), 1);
    assert_eq!(not_judged[0].code, "claim-undecided");
    assert!(not_judged[0].message.contains("undecidable: it depends on a value"), "{}", not_judged[0].message);
}

#[test]
fn a_run_has_one_budget() {
    let contract = Contract { allow: vec![], never: vec![never(class("compute-control-plane"), &["*"], &[])] };
    let mut sources = SourceMap::new();
    let policy = read(
        &mut sources,
        &format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, allow(r#""ec2:StopInstances""#, "*", "")),
    );
    let granted = GrantedPolicies {
        kind: AccountKind::Member,
        role_arn: "arn:aws:iam::111122223333:role/Vendor",
        policies: &[&policy],
        unknown_policies: &[],
        unknown_boundary: None,
    };
    let mut proofs = Proofs::with_budget(1);
    let (findings, not_judged) = check_contract_with(&contract, &granted, &mut proofs);
    assert!(findings.iter().all(|finding| finding.rule.code != "permission-forbidden"));
    assert!(not_judged[0].message.contains("budget"), "{not_judged:#?}");
}

#[test]
fn a_need_on_a_pattern_is_a_need_on_all_that_it_matches() {
    let contract =
        |resource: &str| Contract { allow: vec![needs("reports", &["s3:GetObject"], &[resource])], never: vec![] };
    let get = |resource: &str| allow(r#""s3:GetObject""#, resource, "");
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("arn:aws:s3:::reports-*", get("arn:aws:s3:::reports-*"), &[]),
        ("arn:aws:s3:::reports-*", get("arn:aws:s3:::r*"), &["permission-not-needed"]),
        // The text of the pattern matches, and what it stands for does not.
        ("arn:aws:s3:::reports-*", get("arn:aws:s3:::reports-?"), &["permission-missing"]),
        ("arn:aws:s3:::reports-*", get("arn:aws:s3:::reports-?*"), &["permission-missing"]),
        (
            "arn:aws:s3:::reports-??*",
            format!("{},{}", get("arn:aws:s3:::reports-?"), get("arn:aws:s3:::reports-??*")),
            &[],
        ),
        ("arn:aws:s3:::reports-*", format!("{},{}", get("arn:aws:s3:::reports-"), get("arn:aws:s3:::reports-?*")), &[]),
        (
            "arn:aws:s3:::reports-*",
            r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::reports-1"}"#.into(),
            &["permission-missing"],
        ),
        (
            "arn:aws:s3:::reports-*",
            r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::other"}"#.into(),
            &[],
        ),
    ];
    for (resource, statements, codes) in cases {
        assert_eq!(summary(&judge(&contract(resource), &statements)), (codes.to_vec(), 0), "{resource}: {statements}");
    }
    let mut conditional = contract("arn:aws:s3:::reports-*");
    conditional.allow[0].context = vec![(String::from("aws:RequestedRegion"), vec![String::from("eu-west-1")])];
    let only = |region: &str, resource: &str| {
        allow(
            r#""s3:GetObject""#,
            resource,
            &format!(r#","Condition":{{"StringEquals":{{"aws:RequestedRegion":"{region}"}}}}"#),
        )
    };
    assert_eq!(summary(&judge(&conditional, &only("eu-west-1", "arn:aws:s3:::reports-*"))), (vec![], 0));
    assert_eq!(summary(&judge(&conditional, &only("eu-west-1", "arn:aws:s3:::reports-?"))).0, ["permission-missing"]);
    let split =
        format!("{},{}", only("eu-west-1", "arn:aws:s3:::reports-?"), only("us-east-1", "arn:aws:s3:::reports-*"));
    assert_eq!(summary(&judge(&conditional, &split)).0, ["permission-missing"]);
}

#[test]
fn an_exception_holds_on_the_resources_that_the_contract_names() {
    let exception = |on: &[&str]| Contract {
        allow: vec![needs("reports", &["s3:GetObject"], on)],
        never: vec![never(class("customer-data"), &["*"], &["s3:GetObject"])],
    };
    let forbidden = |contract: &Contract, resource: &str| {
        let (_, findings, _) = judge(contract, &allow(r#""s3:GetObject""#, resource, ""));
        findings.iter().any(|finding| finding.rule.code == "permission-forbidden")
    };
    let named = exception(&["arn:aws:s3:::reports-*"]);
    assert!(!forbidden(&named, "arn:aws:s3:::reports-*"));
    assert!(!forbidden(&named, "arn:aws:s3:::reports-2026/*"));
    assert!(forbidden(&named, "arn:aws:s3:::*"));
    assert!(forbidden(&named, "*"));
    assert!(!forbidden(&exception(&["*"]), "*"));
}

#[test]
fn the_published_policy_is_in_no_forbidden_class_but_for_its_exceptions() {
    let mut sources = SourceMap::new();
    let policy = read(&mut sources, &rolecall_fixtures::text("prosperops/policy.json"));
    let forbidden =
        ["compute-data-plane", "compute-control-plane", "customer-data", "iam-write", "privilege-escalation"];
    let contract =
        Contract { allow: vec![], never: forbidden.map(|name| never(class(name), &["*"], &[])).into_iter().collect() };
    let granted = GrantedPolicies {
        kind: AccountKind::Member,
        role_arn: "arn:aws:iam::111122223333:role/ProsperOps",
        policies: &[&policy],
        unknown_policies: &[],
        unknown_boundary: None,
    };
    let (findings, not_judged) = check_contract(&contract, &granted);
    let found: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule.code == "permission-forbidden")
        .map(|finding| finding.subject.as_str())
        .collect();
    assert_eq!(found, ["class customer-data/s3:GetObject", "class privilege-escalation/s3:PutBucketPolicy"]);
    assert_eq!(not_judged, vec![]);
}

#[test]
fn policies_whose_text_is_not_known_are_not_judged() {
    let arn = spanned(String::from("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    let granted = GrantedPolicies {
        kind: AccountKind::Member,
        role_arn: "arn:aws:iam::111122223333:role/Vendor",
        policies: &[],
        unknown_policies: std::slice::from_ref(&arn),
        unknown_boundary: Some(&arn),
    };
    let (findings, not_judged) = check_contract(&Contract::default(), &granted);
    assert_eq!((findings.len(), not_judged.len()), (0, 2));
    let granted = GrantedPolicies { role_arn: "nonsense", ..granted };
    assert_eq!(check_contract(&Contract::default(), &granted).1.len(), 3);
}

#[test]
fn a_contract_is_judged_by_itself() {
    let contract = Contract {
        allow: vec![
            needs("inventory", &["ec2:DescribeInstance", "ec2:Describe*"], &["*"]),
            needs("power", &["ec2:StopInstances"], &["*"]),
            needs("one-bucket", &["s3:GetObject"], &["arn:aws:s3:::reports/*"]),
        ],
        never: vec![
            never(class("compute-control-plane"), &["*"], &["ec2:Nothing"]),
            never(class("compute-controlplane"), &["*"], &[]),
            never(list(&["ec2:DestroyEverything"]), &["*"], &[]),
            never(class("customer-data"), &["arn:aws:s3:::payroll/*"], &[]),
        ],
    };
    let (findings, not_judged) = check_contract_itself(&contract);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.subject.as_str())).collect();
    assert_eq!(
        found,
        [
            ("contract-empty-pattern", "inventory/ec2:DescribeInstance"),
            ("contract-empty-pattern", "except/ec2:Nothing"),
            ("contract-contradiction", "power/ec2:StopInstances"),
            ("contract-empty-pattern", "never/ec2:DestroyEverything"),
        ]
    );
    assert_eq!(not_judged.len(), 1);
    assert!(not_judged[0].help.contains("did you mean `compute-control-plane`"), "{}", not_judged[0].help);
}

#[test]
fn one_finding_is_the_same_for_both_kinds_of_account() {
    let contract = Contract {
        allow: vec![needs("inventory", &["ec2:DescribeInstances"], &["*"])],
        never: vec![never(class("iam-write"), &["*"], &[])],
    };
    let statements = allow(r#""iam:*""#, "*", "");
    let (_, management, _) = judge_kind(&contract, &statements, AccountKind::Management);
    let (_, member, _) = judge_kind(&contract, &statements, AccountKind::Member);
    assert_eq!(management, member);
    assert_eq!(management.len(), 3);
}

#[test]
fn pattern_relations() {
    let cases: &[(&str, &str, bool, bool)] = &[
        ("*", "a", true, true),
        ("a*", "ab", true, true),
        ("a*", "a*", true, true),
        ("a?", "a*", false, true),
        ("a*", "a?", true, true),
        ("a?", "ab", true, true),
        ("ab", "a?", false, true),
        ("a*c", "abbc", true, true),
        ("a*c", "a*bc", true, true),
        ("a*b", "c*", false, false),
        ("*a", "a*", false, true),
        ("", "", true, true),
        ("", "*", false, true),
        ("?", "", false, false),
        ("**", "", true, true),
    ];
    for (outer, inner, covering, overlapping) in cases {
        assert_eq!(covers(outer, inner), *covering, "{outer} covers {inner}");
        assert_eq!(overlap(outer, inner), *overlapping, "{outer} overlaps {inner}");
        assert_eq!(overlap(inner, outer), *overlapping, "{inner} overlaps {outer}");
    }
    assert_eq!(widen_variables("arn:aws:s3:::${aws:username}/${*}x${open"), "arn:aws:s3:::*/*x*");
    let long = "a*".repeat(3_000);
    assert!(overlap(&long, "b") || !overlap(&long, "b"), "long patterns come to an end");
}

proptest! {
    #[test]
    fn pattern_relations_agree_with_texts(left in "[ab*?]{0,6}", right in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        let (in_left, in_right) = (glob::matches(&left, &text), glob::matches(&right, &text));
        if covers(&left, &right) && in_right {
            prop_assert!(in_left, "{left} covers {right}, yet not {text}");
        }
        if in_left && in_right {
            prop_assert!(overlap(&left, &right), "{left} and {right} have {text} in common");
        }
    }

    #[test]
    fn overlapping_patterns_have_a_text_in_common(left in "[ab*?]{0,4}", right in "[ab*?]{0,4}") {
        let mut texts = vec![String::new()];
        for length in 0..8 {
            let longer: Vec<String> = texts.iter().filter(|text| text.len() == length).flat_map(|text| [format!("{text}a"), format!("{text}b")]).collect();
            texts.extend(longer);
        }
        let common = texts.iter().any(|text| glob::matches(&left, text) && glob::matches(&right, text));
        prop_assert_eq!(overlap(&left, &right), common);
    }
}

/// The cost of judging is bounded by what the policy grants, counted in actions looked at: a policy of single actions
/// never walks the catalogue.
#[test]
fn a_policy_of_single_actions_looks_at_those_alone() {
    let mut sources = SourceMap::new();
    let policy = read(
        &mut sources,
        &format!(
            r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
            allow(r#""ec2:DescribeInstances","ce:Get*""#, "*", "")
        ),
    );
    let policies = [&policy];
    let grants = grants::Grants::new(&policies);
    let looked_at: usize = grants.iter().map(|grant| grants.actions(grant).count()).sum();
    assert_eq!(looked_at, 1 + rolecall_iam_catalog::actions_matching("ce:get*").count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_policy_is_judged(actions in proptest::collection::vec("[a-z0-9]{1,4}:[A-Za-z*?]{1,6}|\\*|ec2:[A-Z][a-z*]{0,8}", 1..4), resource in "\\*|arn:aws:[a-z0-9]{0,3}:[*a-z]{0,3}:[0-9*]{0,3}:[a-z*?$\\{\\}/]{0,12}", negated in any::<bool>(), denies in any::<bool>()) {
        let list = serde_json::to_string(&actions).unwrap();
        let element = if negated { "NotAction" } else { "Action" };
        let effect = if denies { "Deny" } else { "Allow" };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","{element}":{list},"Resource":"{resource}"}}]}}"#);
        let mut sources = SourceMap::new();
        let file = sources.add("policy.json", text.as_str());
        let parsed = parse(&json::read(file, &text).node.unwrap(), PolicyType::Identity);
        let Some(policy) = parsed.sound() else { return Ok(()) };
        let contract = Contract {
            allow: vec![needs("inventory", &["ec2:DescribeInstances"], &["arn:aws:ec2:*:*:instance/*"])],
            never: vec![never(class("iam-write"), &["*"], &[])],
        };
        let granted = GrantedPolicies { kind: AccountKind::Member, role_arn: "arn:aws:iam::111122223333:role/Vendor", policies: &[policy], unknown_policies: &[], unknown_boundary: None };
        let (findings, _) = check_contract(&contract, &granted);
        crate::policy::check_policy(policy, &[]);
        for finding in &findings {
            prop_assert!(sources.get(finding.span.file).is_some());
        }
        if denies {
            prop_assert!(findings.iter().all(|finding| finding.rule.code == "permission-missing"));
        }
    }
}
