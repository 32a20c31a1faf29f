//! Decisions about accounts, and the operator's policies.

use super::calls::{OrganizationReading, StackSet, Work, inside};
use super::operator::{Scope, operator_policies};
use super::*;
use crate::access_check::AccountState;
use crate::external_id::ExternalId;
use crate::organization::{Organization, OrganizationId, ServiceMode};
use crate::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use crate::role::expected::expected_role;
use jiff::civil::{Date, date};
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::print::{to_json_compact, to_json_pretty};
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: Date = date(2026, 11, 27);
const WAY_IN: &str = "OrganizationAccountAccessRole";

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn document(text: &str, kind: PolicyType) -> Policy {
    let read = json::read(FileId(0), text);
    parse(read.sound().unwrap(), kind).evaluable().unwrap().clone()
}

fn profile() -> RoleProfile {
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ce:Get*","Resource":"*"}}"#;
    RoleProfile {
        name: "ProsperOps".to_owned(),
        path: "/".to_owned(),
        description: None,
        max_session_duration_s: 3_600,
        tags: Vec::new(),
        vendor: VendorPrincipal { account: id("205499583182"), principal_arns: Vec::new() },
        permissions: Permissions::Uniform(InlinePolicy {
            name: "ProsperOps".to_owned(),
            document: document(policy, PolicyType::Identity),
        }),
        managed_policy_arns: Vec::new(),
        permissions_boundary: None,
    }
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse("o-exampleorgid").unwrap(),
        partition: Partition::Aws,
        management_account: id("111111111111"),
        external_id: ExternalId::parse("abc-123").unwrap(),
        legacy_ids: BTreeMap::new(),
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

fn reading(found: Found) -> Inside {
    Inside::Read(Reading { found, roles: Some((20, 1_000)), trust_chars_max: Some(2_048) })
}

fn surveyed(inside: Inside) -> SurveyedAccount {
    SurveyedAccount {
        account: id("333333333333"),
        state: AccountState::Active,
        excluded: None,
        limits: Limits::None,
        inside,
    }
}

fn decided(account: &SurveyedAccount, collision: OnCollision) -> Decision {
    let (profile, organization) = (profile(), organization());
    let rules = Rules { profile: &profile, organization: &organization, day: DAY, way_in: WAY_IN, collision };
    decide(account, &rules)
}

#[test]
fn the_intent_follows_from_what_stands_there_and_the_choice() {
    use OnCollision::{Fail, Overwrite, Skip};
    let (other, case) = (|| Found::Different("trust".to_owned()), || Found::OtherCase("prosperops".to_owned()));
    let table = [
        (Found::Absent, Fail, Intent::Create, Standing::Ready),
        (Found::Equal, Fail, Intent::Adopt, Standing::Ready),
        (other(), Fail, Intent::Collision("trust".to_owned()), Standing::Stopped),
        (other(), Overwrite, Intent::Overwrite("trust".to_owned()), Standing::Ready),
        (other(), Skip, Intent::LeftOut(LeftOut::OtherRole("trust".to_owned())), Standing::LeftOut),
        (case(), Fail, Intent::NameTaken("prosperops".to_owned()), Standing::Stopped),
        (case(), Overwrite, Intent::NameTaken("prosperops".to_owned()), Standing::Stopped),
        (case(), Skip, Intent::LeftOut(LeftOut::OtherRole("prosperops".to_owned())), Standing::LeftOut),
    ];
    for (found, collision, intent, standing) in table {
        let decision = decided(&surveyed(reading(found.clone())), collision);
        assert_eq!((&decision.intent, decision.standing()), (&intent, standing), "{found:?} {collision:?}");
    }
}

#[test]
fn what_was_not_read_is_never_ready() {
    let open = [
        Inside::NotLooked,
        Inside::Unknown("time out".to_owned()),
        Inside::Read(Reading { found: Found::Absent, roles: None, trust_chars_max: Some(2_048) }),
        Inside::Read(Reading { found: Found::Absent, roles: Some((1, 1_000)), trust_chars_max: None }),
    ];
    for inside in open {
        let decision = decided(&surveyed(inside.clone()), OnCollision::Fail);
        assert_eq!(decision.standing(), Standing::NotJudged, "{inside:?}");
    }
    let limits = Limits::Unknown("AccessDenied".to_owned());
    let account = SurveyedAccount { limits, ..surveyed(reading(Found::Absent)) };
    assert_eq!(decided(&account, OnCollision::Fail).standing(), Standing::NotJudged);
}

#[test]
fn accounts_are_left_out_by_their_state_and_on_purpose() {
    let closed = SurveyedAccount { state: AccountState::Suspended, ..surveyed(Inside::NotLooked) };
    let expected = Intent::LeftOut(LeftOut::NotActive(AccountState::Suspended));
    assert_eq!(decided(&closed, OnCollision::Fail).intent, expected);
    let sold = SurveyedAccount { excluded: Some("sold".to_owned()), ..surveyed(Inside::NotLooked) };
    assert_eq!(decided(&sold, OnCollision::Fail).standing(), Standing::LeftOut);
}

fn block_codes(account: &SurveyedAccount) -> Vec<&'static str> {
    decided(account, OnCollision::Fail).blocks.iter().map(|block| block.code).collect()
}

#[test]
fn no_way_in_denials_and_quotas_stop_an_account() {
    assert_eq!(block_codes(&surveyed(Inside::NoWayIn("AccessDenied".to_owned()))), ["no-way-in"]);
    assert_eq!(block_codes(&surveyed(Inside::Denied("iam:GetRole".to_owned()))), ["denied"]);
    let full = |found| Reading { found, roles: Some((1_000, 1_000)), trust_chars_max: Some(2_048) };
    assert_eq!(block_codes(&surveyed(Inside::Read(full(Found::Absent)))), ["role-quota"]);
    assert_eq!(block_codes(&surveyed(Inside::Read(full(Found::Equal)))), [""; 0]);
    let short = Reading { found: Found::Absent, roles: Some((1, 1_000)), trust_chars_max: Some(100) };
    assert_eq!(block_codes(&surveyed(Inside::Read(short))), ["trust-quota"]);
}

const FULL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn limit(name: &str, text: &str, kind: PolicyType) -> Arc<LimitDocument> {
    Arc::new(LimitDocument { id: format!("p-{name}"), name: name.to_owned(), policy: document(text, kind) })
}

/// An account below a root with everything allowed and a unit with one more policy.
fn below(scp: Option<&str>, rcp: Option<&str>) -> SurveyedAccount {
    let levels = |text: &str, kind| {
        let full = || limit("full", FULL, kind);
        Some(vec![vec![full()], vec![full(), limit("Lock", text, kind)], vec![full()]])
    };
    let full_rcp =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    let rcp_levels = |text: &str| {
        let full = || limit("full", full_rcp, PolicyType::ResourceControl);
        Some(vec![vec![full()], vec![full(), limit("Perimeter", text, PolicyType::ResourceControl)], vec![full()]])
    };
    let levels = Levels {
        service: scp.and_then(|text| levels(text, PolicyType::ServiceControl)),
        resource: rcp.and_then(rcp_levels),
    };
    SurveyedAccount { limits: Limits::Known(Arc::new(levels)), ..surveyed(reading(Found::Absent)) }
}

fn scp(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Resource":"*",{statement}}}}}"#)
}

fn standing_and_codes(account: &SurveyedAccount) -> (Standing, Vec<&'static str>) {
    let decision = decided(account, OnCollision::Fail);
    let codes = decision.blocks.iter().chain(&decision.open).map(|obstacle| obstacle.code).collect();
    (decision.standing(), codes)
}

#[test]
fn service_control_policies_bind_the_session_of_the_way_in() {
    let exempt =
        |arn: &str| scp(&format!(r#""Action":"iam:*","Condition":{{"ArnNotLike":{{"aws:PrincipalArn":"{arn}"}}}}"#));
    let table = [
        (scp(r#""Action":"ec2:*""#), Standing::Ready, vec![]),
        (scp(r#""Action":"iam:CreateRole""#), Standing::Stopped, vec!["scp-denies"]),
        (scp(r#""Action":"iam:UpdateRole""#), Standing::Ready, vec![]),
        (exempt("arn:aws:iam::*:role/OrganizationAccountAccessRole"), Standing::Ready, vec![]),
        (exempt("arn:aws:iam::*:role/Admin"), Standing::Stopped, vec!["scp-denies"]),
        (
            scp(r#""Action":"iam:CreateRole","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"cloud"}}"#),
            Standing::NotJudged,
            vec!["scp-undecided"],
        ),
        // The tag is not known, and it does not matter.
        (
            scp(
                r#""Action":"iam:CreateRole","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"cloud"},"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#,
            ),
            Standing::Ready,
            vec![],
        ),
    ];
    for (text, standing, codes) in table {
        assert_eq!(standing_and_codes(&below(Some(&text), None)), (standing, codes), "{text}");
    }
    let told = decided(&below(Some(&scp(r#""Action":"iam:CreateRole""#)), None), OnCollision::Fail);
    assert!(told.blocks[0].message.contains("iam:CreateRole") && told.blocks[0].message.contains("`Lock` (p-Lock)"));
    // The management account is bound by none.
    let management = SurveyedAccount { account: id("111111111111"), ..below(Some(&scp(r#""Action":"*""#)), None) };
    assert_eq!(standing_and_codes(&management), (Standing::Ready, vec![]));
}

#[test]
fn a_level_without_an_allow_stops_everything() {
    let levels =
        Levels { service: Some(vec![vec![limit("full", FULL, PolicyType::ServiceControl)], vec![]]), resource: None };
    let account = SurveyedAccount { limits: Limits::Known(Arc::new(levels)), ..surveyed(reading(Found::Absent)) };
    assert_eq!(standing_and_codes(&account), (Standing::Stopped, vec!["scp-denies"]));
}

#[test]
fn resource_control_policies_bind_the_vendor() {
    let rcp = |condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Principal":"*","Resource":"*","Action":"sts:AssumeRole","Condition":{{{condition}}}}}}}"#
        )
    };
    let perimeter = r#""StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-exampleorgid"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}"#;
    let exempt = format!(r#"{perimeter},"StringNotEquals":{{"aws:PrincipalAccount":"205499583182"}}"#);
    let others = r#""StringNotEqualsIfExists":{"aws:PrincipalOrgID":["o-exampleorgid","o-maybevendor"]}"#;
    let table = [
        (rcp(perimeter), Standing::Stopped, vec!["rcp-denies-vendor"]),
        (rcp(&exempt), Standing::Ready, vec![]),
        (rcp(others), Standing::NotJudged, vec!["rcp-undecided"]),
        (rcp(r#""StringNotEquals":{"sts:ExternalId":"abc-123"}"#), Standing::Ready, vec![]),
    ];
    for (text, standing, codes) in table {
        assert_eq!(standing_and_codes(&below(None, Some(&text))), (standing, codes), "{text}");
    }
}

#[test]
fn accounts_go_with_the_wave_that_names_them_or_the_nearest_unit() {
    let parents: Parents = [("333333333333", "ou-b"), ("ou-b", "ou-a"), ("ou-a", "r-x"), ("444444444444", "ou-a")]
        .map(|(child, parent)| (child.to_owned(), parent.to_owned()))
        .into();
    let rules = [
        WaveRule { accounts: vec![id("555555555555")], units: vec![] },
        WaveRule { accounts: vec![], units: vec!["ou-a".to_owned()] },
        WaveRule { accounts: vec![], units: vec!["ou-b".to_owned()] },
    ];
    for (account, wave) in [("555555555555", 0), ("444444444444", 1), ("333333333333", 2), ("666666666666", 3)] {
        assert_eq!(wave_of(id(account), &rules, &parents), wave, "{account}");
    }
    let root = [WaveRule { accounts: vec![], units: vec!["r-x".to_owned()] }];
    assert_eq!(wave_of(id("333333333333"), &root, &parents), 0);
}

fn scope_of<'a>(
    profile: &'a RoleProfile,
    organization: &'a Organization,
    members: &'a [AccountId],
    works: &'a [Work],
) -> Scope<'a> {
    let reading = OrganizationReading { tree: true, policies: true };
    Scope {
        profile,
        organization,
        day: DAY,
        way_in: WAY_IN,
        own_account: organization.management_account,
        members,
        reading,
        works,
        stack_set: None,
    }
}

#[test]
fn the_policies_are_enough_and_no_wider() {
    let boundary = Some("arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned());
    let managed = vec!["arn:aws:iam::aws:policy/A".to_owned(), "arn:aws:iam::aws:policy/B".to_owned()];
    let tags = vec![Tag { key: "owner".to_owned(), value: "finops".to_owned() }];
    let rich = RoleProfile { permissions_boundary: boundary, managed_policy_arns: managed, tags, ..profile() };
    let members: Vec<AccountId> = (0..40).map(|place| id(&format!("3333333333{place:02}"))).collect();
    for profile in [profile(), rich] {
        for works in [&[Work::Create][..], &[Work::Create, Work::Overwrite, Work::Remove], &[]] {
            let organization = organization();
            let policies = operator_policies(&scope_of(&profile, &organization, &members, works));
            assert!(policies.proof.holds(), "{:?}", policies.proof);
            assert!(policies.names_accounts && policies.proof.calls > 40);
            let way_in = to_json_compact(policies.way_in.as_ref().unwrap());
            assert!(way_in.contains("arn:aws:iam::*:role/ProsperOps"), "{way_in}");
            assert!(!way_in.contains("sts:"), "{way_in}");
            assert_eq!(way_in.contains("iam:DeleteRole\""), works.len() > 1, "{way_in}");
            let pins = |key: &str| way_in.contains(key);
            assert_eq!(pins("iam:PermissionsBoundary"), profile.permissions_boundary.is_some() && !works.is_empty());
            assert_eq!(pins("iam:PolicyARN"), !profile.managed_policy_arns.is_empty() && !works.is_empty());
            // What is printed is read as it was meant.
            let printed = document(&to_json_pretty(&policies.operator), PolicyType::Identity);
            assert_eq!(to_json_compact(&printed), to_json_compact(&policies.operator));
        }
    }
}

#[test]
fn a_stack_set_needs_its_own_calls_and_the_role_in_the_management_account_alone() {
    let (profile, organization, members) = (profile(), organization(), [id("333333333333")]);
    let works = [Work::Create, Work::Overwrite, Work::Remove];
    for with_members in [true, false] {
        let set = StackSet { name: "rolecall-ProsperOps", region: "eu-west-1", members: with_members };
        let scope = Scope { stack_set: Some(set), ..scope_of(&profile, &organization, &members, &works) };
        let policies = operator_policies(&scope);
        assert!(policies.proof.holds(), "{:?}", policies.proof);
        let operator = to_json_compact(&policies.operator);
        let management = organization.management_account;
        let on = |kind: &str| format!("arn:aws:cloudformation:eu-west-1:{management}:{kind}");
        assert!(operator.contains(&on("stack/rolecall-ProsperOps/*")), "{operator}");
        assert_eq!(operator.contains(&on("stackset/rolecall-ProsperOps:*")), with_members, "{operator}");
        assert!(operator.contains("iam:CreateRole\""), "{operator}");
        // Members are read and nothing else.
        let way_in = to_json_compact(policies.way_in.as_ref().unwrap());
        assert!(!way_in.contains("Create") && !way_in.contains("Put") && way_in.contains("iam:GetRole\""), "{way_in}");
    }
}

#[test]
fn a_delegated_administrator_needs_the_set_and_to_read_its_own_role() {
    let (profile, organization) = (profile(), organization());
    let (own, other) = (id("333333333333"), id("444444444444"));
    let works = [Work::Create, Work::Overwrite, Work::Remove];
    let set = StackSet { name: "rolecall-ProsperOps", region: "eu-west-1", members: true };
    let members = [own, other];
    let scope = Scope { own_account: own, stack_set: Some(set), ..scope_of(&profile, &organization, &members, &works) };
    let policies = operator_policies(&scope);
    assert!(policies.proof.holds() && policies.delegated, "{:?}", policies.proof);
    let operator = to_json_compact(&policies.operator);
    let management = organization.management_account;
    let set = format!("arn:aws:cloudformation:eu-west-1:{management}:stackset/rolecall-ProsperOps:*");
    assert!(operator.contains(&set) && !operator.contains(":stack/"), "{operator}");
    assert!(
        operator.contains(&format!("arn:aws:iam::{other}:role/")) && operator.contains("iam:GetRole\""),
        "{operator}"
    );
    assert!(operator.contains("organizations:ListDelegatedAdministrators"), "{operator}");
    // It goes into itself by its own credentials, and into the management account not at all.
    assert!(
        !operator.contains(&format!("arn:aws:iam::{management}:")) && !operator.contains("iam:CreateRole"),
        "{operator}"
    );
    assert!(!operator.contains(&format!("arn:aws:iam::{own}:role/Organization")), "{operator}");
    assert!(policies.way_in.is_some());
}

#[test]
fn without_room_for_their_arns_accounts_are_named_by_the_organization() {
    let members: Vec<AccountId> = (0..500).map(|place| id(&format!("333333333{place:03}"))).collect();
    let (profile, organization) = (profile(), organization());
    let policies = operator_policies(&scope_of(&profile, &organization, &members, &[Work::Create]));
    let operator = to_json_compact(&policies.operator);
    assert!(!policies.names_accounts && operator.contains("aws:ResourceOrgID") && operator.len() < 6_144);
    assert!(policies.proof.holds(), "{:?}", policies.proof);
}

#[test]
fn every_call_is_one_that_the_catalogue_knows() {
    let (profile, organization) = (profile(), organization());
    let role = expected_role(&profile, &organization, id("333333333333"), DAY);
    let works = [Work::Read, Work::Create, Work::Overwrite, Work::Remove];
    let inside = works.into_iter().flat_map(|work| inside(&role, work));
    let reading = OrganizationReading { tree: true, policies: true };
    let set = StackSet { name: "rolecall-ProsperOps", region: "us-east-1", members: true };
    let of_set = calls::stack_set(organization.partition, organization.management_account, true, &set);
    for call in inside.chain(calls::organization(reading)).chain(of_set) {
        assert!(rolecall_iam_catalog::action_named(call.action).is_some(), "{}", call.action);
        let facts = crate::facts::facts_of(call.action);
        let star = call.resource == "*";
        if call.action.starts_with("iam:") {
            assert_eq!(facts.takes_resource, Some(!star), "{}", call.action);
        }
    }
}
