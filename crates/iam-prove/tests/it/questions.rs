//! Questions other than pairs: access not granted, trust, public, equivalent; budget; catalogue.

use super::support::{identity, is_none, policy, replayed};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::principal::{Principal, PrincipalKind};
use rolecall_iam_prove::{
    ActionWorld, Options, Part, PolicySide, UnknownReason, Verdict, WitnessPrincipal, equivalent, no_new_access,
    no_new_access_within, not_granted, not_public, only_principals,
};

fn patterns(texts: &[&str]) -> Vec<ActionPattern> {
    texts.iter().map(|text| ActionPattern::parse(text).unwrap()).collect()
}

#[test]
fn access_not_granted() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"ec2:*","Resource":"*"},
        {"Effect":"Deny","Action":"ec2:Terminate*","NotResource":"arn:aws:ec2:*:*:instance/i-mine"}]}"#;
    let own = identity(text);
    let side = PolicySide::identity([&own]);
    let everywhere = [String::from("*")];
    let verdict = not_granted(&side, &patterns(&["ec2:TerminateInstances"]), &everywhere, Options::default());
    let found = replayed(&verdict, None, &side);
    assert!(found.witness.resource.ends_with(":instance/i-mine"), "{:?}", found.witness);
    assert_eq!(found.witness.action, "ec2:TerminateInstances");
    let elsewhere = [String::from("arn:aws:ec2:*:*:instance/i-other*")];
    assert!(is_none(&not_granted(&side, &patterns(&["ec2:TerminateInstances"]), &elsewhere, Options::default())));
    assert!(is_none(&not_granted(&side, &patterns(&["iam:*", "s3:*"]), &everywhere, Options::default())));
}

fn trust(statements: &str) -> Policy {
    policy(&format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#), PolicyType::Trust)
}

const VENDOR: &str = r#"{"AWS":"arn:aws:iam::205499583182:root"}"#;

fn ask_trust(policy: &Policy) -> Verdict {
    let vendor = Principal::parse(PrincipalKind::Aws, "205499583182").unwrap();
    let verdict = only_principals(policy, &[vendor], Some("id-1"), Options::default());
    if matches!(verdict, Verdict::NewAccess(_)) {
        replayed(&verdict, None, &PolicySide::trust(policy));
    }
    verdict
}

#[test]
fn trust_lets_in_only_the_vendor_with_its_id() {
    let condition = |text: &str| {
        trust(&format!(r#"{{"Effect":"Allow","Principal":{VENDOR},"Action":"sts:AssumeRole","Condition":{text}}}"#))
    };
    assert!(is_none(&ask_trust(&condition(r#"{"StringEquals":{"sts:ExternalId":"id-1"}}"#))));
    assert!(is_none(&ask_trust(&condition(
        r#"{"StringEquals":{"sts:externalid":["id-1"]},"Bool":{"aws:SecureTransport":true}}"#
    ))));
    for wrong in [
        r#"{"StringEquals":{"sts:ExternalId":["id-1","id-2"]}}"#,
        r#"{"StringLike":{"sts:ExternalId":"id-*"}}"#,
        r#"{"StringEqualsIfExists":{"sts:ExternalId":"id-1"}}"#,
        r#"{"StringEqualsIgnoreCase":{"sts:ExternalId":"id-1"}}"#,
        r#"{"StringNotEquals":{"sts:ExternalId":"id-2"}}"#,
        r#"{"ForAllValues:StringEquals":{"sts:ExternalId":"id-1"}}"#,
        "{}",
    ] {
        assert!(matches!(ask_trust(&condition(wrong)), Verdict::NewAccess(_)), "{wrong}");
    }
}

#[test]
fn trust_lets_in_nobody_else() {
    let with_id = r#""Condition":{"StringEquals":{"sts:ExternalId":"id-1"}}"#;
    for wrong in [
        r#""Principal":{"AWS":["205499583182","111122223333"]},"Action":"sts:AssumeRole""#,
        r#""Principal":"*","Action":"sts:AssumeRole""#,
        r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        r#""NotPrincipal":{"AWS":"111122223333"},"Action":"sts:*""#,
    ] {
        let policy = trust(&format!(r#"{{"Effect":"Allow",{wrong},{with_id}}}"#));
        assert!(matches!(ask_trust(&policy), Verdict::NewAccess(_)), "{wrong}");
    }
    // A narrower principal, and a second statement that denies, let in nobody else.
    let narrow = r#"[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::205499583182:role/scanner"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"id-1"}}},
        {"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"Bool":{"aws:SecureTransport":false}}}]"#;
    assert!(is_none(&ask_trust(&trust(narrow))));
    // `sts:TagSession` alone lets nobody in.
    assert!(is_none(&ask_trust(&trust(r#"{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}"#))));
}

#[test]
fn public_or_not() {
    let bucket = |principal: &str, condition: &str| {
        policy(
            &format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{condition}}}}}"#
            ),
            PolicyType::Resource,
        )
    };
    for public in [
        (r#""*""#, "{}"),
        (r#"{"AWS":"*"}"#, r#"{"StringLike":{"aws:SourceVpce":"vpce-*"}}"#),
        (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}"#),
        (r#""*""#, r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#),
        (r#""*""#, r#"{"Bool":{"aws:SecureTransport":true}}"#),
    ] {
        let policy = bucket(public.0, public.1);
        let side = PolicySide::resource(&policy);
        let verdict = not_public(&side, Options::default());
        let found = replayed(&verdict, None, &side);
        assert!(matches!(&found.witness.principal, WitnessPrincipal::Anonymous), "{:?}", found.witness);
    }
    for private in [
        (r#"{"AWS":"111122223333"}"#, "{}"),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, "{}"),
        (r#""*""#, r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#),
        (r#""*""#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
        (r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
        (r#""*""#, r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#),
        (r#""*""#, r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#),
        (r#""*""#, r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}"#),
    ] {
        let policy = bucket(private.0, private.1);
        assert!(is_none(&not_public(&PolicySide::resource(&policy), Options::default())), "{private:?}");
    }
}

#[test]
fn equivalence_is_both_ways() {
    let a = identity(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#,
    );
    let b = identity(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"},{"Effect":"Allow","Action":"S3:getobject","Resource":["*","arn:aws:s3:::x/*"]}]}"#,
    );
    let (left, right) = (PolicySide::identity([&a]), PolicySide::identity([&b]));
    let (more, less) = equivalent(&left, &right, Options::default());
    assert!(is_none(&more) && is_none(&less));
    let c =
        identity(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#);
    let (more, less) = equivalent(&left, &PolicySide::identity([&c]), Options::default());
    assert!(matches!(more, Verdict::NewAccess(_)) && is_none(&less));
}

#[test]
fn the_catalogue_knows_all_actions() {
    let every: Vec<String> = rolecall_iam_catalog::service("sqs")
        .unwrap()
        .actions()
        .map(|action| format!("{:?}", action.to_string()))
        .collect();
    let listed = identity(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":[{}],"Resource":"*"}}}}"#,
        every.join(",")
    ));
    let all = identity(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}"#);
    let (reference, candidate) = (PolicySide::identity([&listed]), PolicySide::identity([&all]));
    let open = no_new_access(&reference, &candidate, Options::default());
    replayed(&open, Some(&reference), &candidate);
    let options = Options { world: ActionWorld::Catalogue, ..Options::default() };
    assert!(is_none(&no_new_access(&reference, &candidate, options)));
    // An action without resource-level permissions is granted on `*` only.
    let on_one = identity(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"arn:aws:ec2:*:*:instance/*"}}"#,
    );
    assert!(is_none(&no_new_access(&PolicySide::identity([]), &PolicySide::identity([&on_one]), options)));
}

#[test]
fn the_budget_is_kept() {
    let own = identity(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::*a*b*","arn:aws:s3:::*c*d*","arn:aws:s3:::*e*"]}}"#,
    );
    let side = PolicySide::identity([&own]);
    let options = Options { budget: 20, ..Options::default() };
    let verdict = no_new_access(&PolicySide::identity([]), &side, options);
    assert_eq!(verdict.unknown_reason(), Some(&UnknownReason::Budget));
}

#[test]
fn many_infixes_on_a_key_and_on_resources() {
    let letters: Vec<char> = ('a'..='q').collect();
    let globs: Vec<String> = letters.windows(2).map(|pair| format!("*{}{}*", pair[0], pair[1])).collect();
    let denies: Vec<String> = globs
        .iter()
        .map(|glob| {
            format!(
                r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringNotLike":{{"aws:UserAgent":"{glob}"}}}}}},
                {{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::{glob}"}}"#
            )
        })
        .collect();
    let allow = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let document = |denies: &[String]| {
        identity(&format!(r#"{{"Version":"2012-10-17","Statement":[{allow},{}]}}"#, denies.join(",")))
    };
    let (all, fewer) = (document(&denies), document(&denies[1..]));
    let (narrow, wide) = (PolicySide::identity([&all]), PolicySide::identity([&fewer]));
    let verdict = no_new_access(&PolicySide::identity([]), &narrow, Options::default());
    let found = replayed(&verdict, None, &narrow);
    assert!(found.stats.steps < 100_000, "{}", found.stats.steps);
    replayed(&no_new_access(&narrow, &wide, Options::default()), Some(&narrow), &wide);
    assert!(is_none(&no_new_access(&wide, &narrow, Options::default())));
}

#[test]
fn a_question_about_a_part_of_all_requests() {
    let own = identity(
        r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:instance/*"},
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:username}/*"},
        {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::${aws:PrincipalTag/team}/*"},
        {"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/path/One"}}}]}"#,
    );
    let nothing = identity(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#);
    let (side, none) = (PolicySide::identity([&own]), PolicySide::identity([&nothing]));
    let roles = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
    let ask = |action: &str, resource: &str, globs: &[&str]| {
        let (actions, resources, globs) = (patterns(&[action]), [resource.to_owned()], roles(globs));
        let part = Part {
            actions: Some(&actions),
            resources: Some(&resources),
            roles: (!globs.is_empty()).then_some(globs.as_slice()),
        };
        let verdict = no_new_access_within(&none, &side, part, Options::default());
        match &verdict {
            Verdict::None { .. } => None,
            _ => Some(replayed(&verdict, Some(&none), &side).witness.clone()),
        }
    };
    let one = ["arn:aws:iam::*:role/path/One"];
    assert!(ask("ec2:StopInstances", "arn:aws:ec2:*:*:volume/*", &one).is_none());
    let found = ask("ec2:StopInstances", "arn:aws:ec2:*:*:*/*", &one).unwrap();
    assert_eq!(found.principal.as_str(), "arn:aws:iam::123456789012:role/path/One");
    assert!(found.resource.contains(":instance/"), "{found:?}");
    // A role has no user name, and users are asked about where no role is named.
    assert!(ask("s3:GetObject", "arn:aws:s3:::payroll/*", &one).is_none());
    assert!(ask("s3:GetObject", "arn:aws:s3:::payroll/*", &[]).is_some());
    // What a variable must be is read off the resources asked about.
    let found = ask("s3:PutObject", "arn:aws:s3:::payroll/*", &one).unwrap();
    assert!(found.resource.starts_with("arn:aws:s3:::payroll/"), "{found:?}");
    assert!(ask("sqs:SendMessage", "*", &one).is_some());
    assert!(ask("sqs:SendMessage", "*", &["arn:aws:iam::*:role/Two", "arn:aws:iam::*:role/One"]).is_none());
    assert!(ask("sqs:SendMessage", "*", &["arn:aws:iam::*:role/Two", one[0]]).is_some());
}
