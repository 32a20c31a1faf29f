//! Trust policies with the findings that must appear, as data: text, codes, and the text under the first finding.

use super::probes::wrong_ids;
use super::{TrustExpectation, check_trust};
use crate::external_id::ExternalId;
use crate::finding::{Finding, NotJudged};
use crate::organization::{MigrationWindow, Organization, OrganizationId, ServiceMode};
use crate::profile::VendorPrincipal;
use crate::rules;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use rolecall_iam::json;
use rolecall_iam::request_line;
use rolecall_iam::source::SourceMap;
use std::collections::BTreeMap;

const RIGHT: &str = "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43";
const OTHER: &str = "5b8d20c1-7fe4-49a3-b6d2-0c9e8f7a6b15";
const LEGACY: &str = "c41e9d36-a805-4f7b-92c8-6b3d5e0f1a74";
const VENDOR: &str = "999988887777";
const LEGACY_ACCOUNT: &str = "444455556666";

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

fn organization(name: &str, management: &str, external_id: &str) -> Organization {
    Organization {
        id: OrganizationId::parse(name).unwrap(),
        partition: Partition::Aws,
        management_account: account(management),
        external_id: id(external_id),
        legacy_ids: BTreeMap::new(),
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

fn organizations() -> Vec<Organization> {
    let mut first = organization("o-exampleorgid1", "111122223333", RIGHT);
    first.legacy_ids.insert(account(LEGACY_ACCOUNT), id(LEGACY));
    first.migration = Some(MigrationWindow { from: date(2026, 11, 1), until: date(2027, 1, 31) });
    vec![first, organization("o-exampleorgid2", "222233334444", OTHER)]
}

fn vendor(principal_arns: &[&str]) -> VendorPrincipal {
    VendorPrincipal {
        account: account(VENDOR),
        principal_arns: principal_arns.iter().map(|arn| (*arn).to_owned()).collect(),
    }
}

fn read(text: &str) -> (SourceMap, Policy) {
    let mut sources = SourceMap::new();
    let file = sources.add("trust.json", text);
    let read = json::read(file, text);
    let parsed = parse(read.node.as_ref().unwrap(), PolicyType::Trust);
    let policy = parsed.sound().unwrap_or_else(|| panic!("{text}\n{:#?}", parsed.problems)).clone();
    (sources, policy)
}

struct Judged {
    sources: SourceMap,
    findings: Vec<Finding>,
    not_judged: Vec<NotJudged>,
}

impl Judged {
    fn codes(&self) -> Vec<&'static str> {
        let mut codes: Vec<_> = self.findings.iter().map(|finding| finding.rule.code).collect();
        codes.sort_unstable();
        codes
    }

    /// The text under a finding of this rule.
    fn at(&self, code: &str) -> &str {
        let finding = self
            .findings
            .iter()
            .find(|finding| finding.rule.code == code)
            .unwrap_or_else(|| panic!("no {code} in {:?}", self.codes()));
        self.sources.snippet(finding.span)
    }
}

fn judge_for(text: &str, vendor: &VendorPrincipal, of: Option<&str>, day: Date) -> Judged {
    let (sources, policy) = read(text);
    let all = organizations();
    let expectation = TrustExpectation::new(vendor, &all[0], &all, of.map(account), day);
    let (findings, not_judged) = check_trust(&policy, &expectation);
    Judged { sources, findings, not_judged }
}

fn judge(text: &str) -> Judged {
    judge_for(text, &vendor(&[]), None, date(2026, 6, 1))
}

fn trust(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

fn allow(condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{{{condition}}}"#) };
    format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{VENDOR}:root"}},"Action":"sts:AssumeRole"{condition}}}"#
    )
}

fn equals(value: &str) -> String {
    format!(r#""StringEquals":{{"sts:ExternalId":"{value}"}}"#)
}

#[test]
fn the_example_of_every_trust_rule_fires_and_its_mended_form_does_not() {
    let mut judged = 0;
    for rule in rules::ALL {
        let of_trust = rule.code.starts_with("trust-") || rule.code.starts_with("external-id-");
        if !of_trust || !rule.bad.starts_with('{') {
            continue;
        }
        judged += 1;
        let bad = judge(rule.bad);
        assert!(bad.codes().contains(&rule.code), "{} does not fire on its example: {:?}", rule.code, bad.codes());
        let good = judge(rule.good);
        assert!(!good.codes().contains(&rule.code), "{} fires on its mended example", rule.code);
        if rule.code != "trust-role-arn-principal" {
            assert_eq!((good.codes(), good.not_judged), (vec![], vec![]), "{}", rule.code);
        }
    }
    assert_eq!(judged, 28, "trust and external-ID rules with policies as examples");
}

#[test]
fn conditions_on_the_external_id() {
    let wrong = "0d6c3e58-92ab-4b1f-8e77-35f4a9c1d260";
    let id_condition = |operator: &str, value: &str| format!(r#""{operator}":{{"sts:ExternalId":{value}}}"#);
    let quoted = |value: &str| format!("\"{value}\"");
    let cases: Vec<(String, &[&str])> = vec![
        (equals(RIGHT), &[]),
        (format!(r#""StringEquals":{{"STS:externalid":"{RIGHT}"}}"#), &[]),
        (format!(r#"{},"Null":{{"sts:ExternalId":"false"}}"#, equals(RIGHT)), &[]),
        (String::new(), &["external-id-missing", "trust-opens-with-wrong-id", "trust-opens-without-id"]),
        (id_condition("StringLike", &quoted("*")), &["external-id-pattern", "trust-opens-with-wrong-id"]),
        (
            id_condition("StringLike", &quoted(&format!("{RIGHT}*"))),
            &["external-id-pattern", "trust-opens-with-wrong-id"],
        ),
        (
            id_condition("StringLike", &quoted(&format!("*{RIGHT}"))),
            &["external-id-pattern", "trust-opens-with-wrong-id"],
        ),
        (id_condition("StringLike", &quoted(RIGHT)), &["external-id-pattern"]),
        (
            id_condition("StringEqualsIgnoreCase", &quoted(RIGHT)),
            &["external-id-ignores-case", "trust-opens-with-wrong-id"],
        ),
        (id_condition("StringEqualsIfExists", &quoted(RIGHT)), &["external-id-if-exists", "trust-opens-without-id"]),
        (
            id_condition("StringLikeIfExists", &quoted("*")),
            &["external-id-if-exists", "external-id-pattern", "trust-opens-with-wrong-id", "trust-opens-without-id"],
        ),
        (
            id_condition("StringNotEquals", &quoted("x1")),
            &["external-id-negated", "trust-opens-with-wrong-id", "trust-opens-without-id"],
        ),
        (
            id_condition("StringNotEquals", &quoted(RIGHT)),
            &["external-id-negated", "trust-denies-vendor", "trust-opens-with-wrong-id", "trust-opens-without-id"],
        ),
        (
            id_condition("ForAllValues:StringEquals", &quoted(RIGHT)),
            &["external-id-set-operator", "trust-opens-without-id"],
        ),
        (id_condition("ForAnyValue:StringEquals", &quoted(RIGHT)), &["external-id-set-operator"]),
        (id_condition("Null", "false"), &["external-id-operator", "trust-opens-with-wrong-id"]),
        (id_condition("Null", "true"), &["external-id-negated", "trust-denies-vendor", "trust-opens-without-id"]),
        (equals(wrong), &["external-id-wrong", "trust-denies-vendor", "trust-opens-with-wrong-id"]),
        (equals(OTHER), &["external-id-other-organization", "trust-denies-vendor", "trust-opens-with-wrong-id"]),
        (equals(LEGACY), &["external-id-other-account", "trust-denies-vendor", "trust-opens-with-wrong-id"]),
        (equals(&format!("{RIGHT}\\n")), &["external-id-text-differs", "trust-denies-vendor"]),
        (equals(&format!(" {RIGHT}")), &["external-id-text-differs", "trust-denies-vendor"]),
        // Case flipped in the trust: the flipped ID of the probes opens it.
        (
            equals(&RIGHT.to_uppercase()),
            &["external-id-text-differs", "trust-denies-vendor", "trust-opens-with-wrong-id"],
        ),
        (equals(""), &["external-id-invalid", "trust-denies-vendor"]),
        (equals("x"), &["external-id-invalid", "trust-denies-vendor"]),
        // A variable is whatever the caller's tag says.
        (
            equals("${aws:PrincipalTag/id}"),
            &["external-id-invalid", "trust-denies-vendor", "trust-opens-with-wrong-id"],
        ),
        (
            id_condition("StringEquals", &format!("[\"{RIGHT}\",\"{wrong}\"]")),
            &["external-id-several", "trust-opens-with-wrong-id"],
        ),
        (
            id_condition("StringEquals", &format!("[\"{RIGHT}\",\"{OTHER}\"]")),
            &["external-id-other-organization", "external-id-several", "trust-opens-with-wrong-id"],
        ),
    ];
    for (condition, codes) in cases {
        let judged = judge(&trust(&allow(&condition)));
        assert_eq!(judged.codes(), codes, "{condition}");
        assert_eq!(judged.not_judged, vec![], "{condition}");
    }
}

#[test]
fn statements_beside_the_right_one() {
    let right = allow(&equals(RIGHT));
    let deny = |condition: &str| {
        format!(r#"{{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{{{condition}}}}}"#)
    };
    let cases: Vec<(String, &[&str])> = vec![
        (allow(""), &["external-id-missing", "trust-opens-with-wrong-id", "trust-opens-without-id"]),
        (
            allow(&equals(OTHER)),
            &["external-id-other-organization", "external-id-several", "trust-opens-with-wrong-id"],
        ),
        (deny(&format!(r#""StringNotEquals":{{"sts:ExternalId":"{RIGHT}"}}"#)), &[]),
        (deny(&format!(r#""StringNotEquals":{{"sts:ExternalId":"{OTHER}"}}"#)), &["trust-denies-vendor"]),
        (deny(r#""ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/x"}"#), &[]),
        (String::from(r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}"#), &["trust-denies-vendor"]),
        (String::from(r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithSAML"}"#), &[]),
        (
            String::from(r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#),
            &["external-id-missing", "trust-opens-to-others", "trust-opens-without-id", "trust-other-principal"],
        ),
        (
            format!(
                r#"{{"Effect":"Allow","Principal":{{"AWS":"{VENDOR}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}"#
            ),
            &["trust-broad-action", "trust-opens-without-id"],
        ),
        (
            format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{VENDOR}"}},"Action":"sts:TagSession"}}"#),
            &["trust-session-action"],
        ),
    ];
    for (statement, codes) in cases {
        let judged = judge(&trust(&format!("{right},{statement}")));
        assert_eq!(judged.codes(), codes, "{statement}");
        // A Deny on a principal ARN that nobody named hangs on what only the call tells.
        let undecided = usize::from(statement.contains("aws:PrincipalArn"));
        assert_eq!(judged.not_judged.len(), undecided, "{statement}: {:?}", judged.not_judged);
    }
}

#[test]
fn places_are_those_of_the_operator_the_value_and_the_principal() {
    let judged = judge(&trust(&allow(&format!(r#""StringLike":{{"sts:ExternalId":"{RIGHT}"}}"#))));
    assert_eq!(judged.at("external-id-pattern"), "\"StringLike\"");
    let judged = judge(&trust(&allow(&equals(OTHER))));
    assert_eq!(judged.at("external-id-other-organization"), format!("\"{OTHER}\""));
    let judged =
        judge(&trust(r#"{"Sid":"Open","Effect":"Allow","Principal":"*","Action":["sts:AssumeRole","sts:*"]}"#));
    assert_eq!(judged.at("trust-wildcard-principal"), "\"*\"");
    assert_eq!(judged.at("trust-broad-action"), "\"sts:*\"");
    assert_eq!(judged.at("external-id-missing"), "\"Open\"");
}

#[test]
fn a_difference_that_the_eye_misses_is_shown() {
    let judged = judge(&trust(&allow(&equals(&format!("{RIGHT}\\n")))));
    let finding = &judged.findings[0];
    assert_eq!(finding.message, "the external ID is not the expected one: position 37: line break");
    assert!(finding.label.contains("the ID of organization o-exampleorgid1"), "{}", finding.label);
}

#[test]
fn migration_windows_decide_how_many_ids_are_fine() {
    let both = trust(&allow(&format!(r#""StringEquals":{{"sts:ExternalId":["{LEGACY}","{RIGHT}"]}}"#)));
    let one = trust(&allow(&equals(LEGACY)));
    let organization_only = trust(&allow(&equals(RIGHT)));
    let (before, inside, behind) = (date(2026, 6, 1), date(2027, 1, 31), date(2027, 2, 1));
    let cases: [(&str, Date, &[&str]); 7] = [
        (&one, before, &[]),
        (&one, inside, &[]),
        (&both, inside, &[]),
        (&both, before, &["external-id-several", "trust-opens-with-wrong-id"]),
        (&both, behind, &["external-id-several", "trust-opens-with-wrong-id"]),
        (&organization_only, before, &["external-id-wrong", "trust-denies-vendor", "trust-opens-with-wrong-id"]),
        (&organization_only, inside, &["trust-denies-vendor"]),
    ];
    for (text, day, codes) in cases {
        let judged = judge_for(text, &vendor(&[]), Some(LEGACY_ACCOUNT), day);
        assert_eq!(judged.codes(), codes, "{day}: {text}");
    }
}

#[test]
fn what_only_the_real_call_tells_is_not_judged_and_never_passes() {
    let by_address = trust(&allow(&format!(r#"{},"IpAddress":{{"aws:SourceIp":"203.0.113.0/24"}}"#, equals(RIGHT))));
    let judged = judge(&by_address);
    assert_eq!(judged.codes(), Vec::<&str>::new());
    assert_eq!(judged.not_judged.len(), 1);
    assert!(judged.not_judged[0].message.contains("`aws:SourceIp`"), "{}", judged.not_judged[0].message);
    // Without an ID the same condition does not save it: it opens when the address fits.
    let judged = judge(&trust(&allow(r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#)));
    assert!(judged.codes().contains(&"trust-opens-without-id"), "{:?}", judged.codes());
}

#[test]
fn the_vendors_roles_narrow_the_trust() {
    let role = "arn:aws:iam::999988887777:role/Integration";
    let narrowed = trust(&allow(&format!(r#"{},"ArnEquals":{{"aws:PrincipalArn":"{role}"}}"#, equals(RIGHT))));
    let day = date(2026, 6, 1);
    let clean = judge_for(&narrowed, &vendor(&[role]), None, day);
    assert_eq!((clean.codes(), clean.not_judged.len()), (vec![], 0));
    let two = judge_for(&narrowed, &vendor(&[role, "arn:aws:iam::999988887777:role/Second"]), None, day);
    assert_eq!(two.codes(), ["trust-denies-vendor"]);
    let unknown = judge_for(&narrowed, &vendor(&[]), None, day);
    assert_eq!((unknown.codes(), unknown.not_judged.len()), (vec![], 1));
}

/// Whom a trust lets in is proved: by which rules what is found is told.
#[test]
fn who_gets_in_is_decided_over_all_requests() {
    let role = "arn:aws:iam::999988887777:role/Integration";
    let by = |principal: &str, conditions: &str| {
        let id = equals(RIGHT);
        trust(&format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole","Condition":{{{id}{conditions}}}}}"#
        ))
    };
    let arn_like = |value: &str| format!(r#","ArnLike":{{"aws:PrincipalArn":"{value}"}}"#);
    let root = format!(r#"{{"AWS":"arn:aws:iam::{VENDOR}:root"}}"#);
    let narrowed: &[&str] = &[role];
    let cases: Vec<(String, &[&str], &[&str])> = vec![
        // `*` with a condition on the principal is as good as naming it; the wildcard is told all the same.
        (by("\"*\"", &arn_like("arn:aws:iam::999988887777:role/*")), &[], &["trust-wildcard-principal"]),
        (
            by("\"*\"", &arn_like("arn:aws:iam::99998888777*:role/*")),
            &[],
            &["trust-opens-to-others", "trust-wildcard-principal"],
        ),
        (
            by("\"*\"", r#","ArnLikeIfExists":{"aws:PrincipalArn":"arn:aws:iam::999988887777:role/*"}"#),
            &[],
            &["trust-opens-to-others", "trust-wildcard-principal"],
        ),
        (by("\"*\"", r#","StringEquals":{"aws:PrincipalAccount":"999988887777"}"#), &[], &["trust-wildcard-principal"]),
        (
            by("\"*\"", r#","StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid1"}"#),
            &[],
            &["trust-opens-to-others", "trust-wildcard-principal"],
        ),
        (by(r#"{"AWS":["999988887777","111122223333"]}"#, ""), &[], &["trust-opens-to-others", "trust-wrong-account"]),
        (
            by(r#"{"Service":"ec2.amazonaws.com"}"#, ""),
            &[],
            &["trust-denies-vendor", "trust-opens-to-others", "trust-other-principal"],
        ),
        // Where the profile names the vendor's roles, its whole account is too much.
        (by(&root, ""), narrowed, &["trust-opens-to-others"]),
        (by(&root, &arn_like("arn:aws:iam::999988887777:role/Integration*")), narrowed, &["trust-opens-to-others"]),
        (by(&root, &arn_like(role)), narrowed, &[]),
        (
            by(&root, r#","ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::999988887777:role/Other"}"#),
            narrowed,
            &["trust-opens-to-others"],
        ),
    ];
    for (text, arns, codes) in cases {
        let judged = judge_for(&text, &vendor(arns), None, date(2026, 6, 1));
        let told: Vec<_> = judged.codes();
        assert_eq!(told, codes, "{text}");
        for finding in judged.findings.iter().filter(|finding| finding.rule.code == "trust-opens-to-others") {
            let witness = finding.witness.as_ref().unwrap();
            assert!(finding.reason.contains(&witness.to_string()), "{}", finding.reason);
            let read = request_line::read(&witness.request, |_| ActionFacts::default()).unwrap();
            assert_eq!(decide(&read.policies, &read.request).decision, Decision::Allowed, "{}", witness.request);
        }
    }
}

/// Holes that no list of wrong IDs would find.
#[test]
fn external_ids_are_decided_over_all_requests() {
    let allow_if = |condition: &str| trust(&allow(condition));
    let cases = [
        (allow_if(r#""StringLike":{"sts:ExternalId":"zq?7*"}"#), "trust-opens-with-wrong-id"),
        (
            trust(&format!("{},{}", allow(&equals(RIGHT)), allow(r#""StringEquals":{"sts:ExternalId":"left-over"}"#))),
            "trust-opens-with-wrong-id",
        ),
        (allow_if(r#""StringEquals":{"sts:ExternalId":"${aws:PrincipalTag/id}"}"#), "trust-opens-with-wrong-id"),
        (allow_if(r#""ForAllValues:StringLike":{"sts:ExternalId":"left-over"}"#), "trust-opens-without-id"),
        (allow_if(r#""StringNotEqualsIfExists":{"sts:ExternalId":"a1"}"#), "trust-opens-without-id"),
    ];
    for (text, code) in cases {
        let judged = judge(&text);
        let finding = judged.findings.iter().find(|finding| finding.rule.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{text}: {:?}", judged.codes()));
        let with_id = code == "trust-opens-with-wrong-id";
        if let Some(witness) = &finding.witness {
            let id = witness.context.iter().find(|(key, _)| key == "sts:ExternalId");
            assert_eq!(id.is_some(), with_id, "{witness}");
            let read = request_line::read(&witness.request, |_| ActionFacts::default()).unwrap();
            assert_eq!(decide(&read.policies, &read.request).decision, Decision::Allowed, "{}", witness.request);
        }
        assert!(judged.findings.iter().any(|finding| finding.witness.is_some()), "{text}");
    }
}

#[test]
fn wrong_ids_are_wrong_repeatable_and_valid() {
    for right in [RIGHT, "ab", "12", "UPPER_lower:1", "=,.@:/-"] {
        let right = id(right);
        let wrong = wrong_ids(&right, |text| text == right.as_str());
        assert_eq!(wrong, wrong_ids(&right, |text| text == right.as_str()));
        assert!(wrong.len() >= 3 && wrong.iter().all(|wrong| wrong.id != right), "{right}: {wrong:?}");
    }
    let longest = id(&"a".repeat(1_224));
    assert_eq!(wrong_ids(&longest, |text| text == longest.as_str()).len(), 2, "random and case flipped");
    assert!(wrong_ids(&id(RIGHT), |_| true).is_empty());
}

#[test]
fn an_empty_trust_is_missing() {
    let judged = judge(r#"{"Version":"2012-10-17","Statement":[]}"#);
    assert_eq!(judged.codes(), ["trust-denies-vendor", "trust-missing"]);
}

proptest! {
    /// Whatever stands in a trust that can be read: judged without a panic, and a trust that opens without the right
    /// ID never passes.
    #[test]
    fn any_condition_is_judged(operator in any_operator(), values in proptest::collection::vec(any_value(), 0..3), second in any::<bool>()) {
        let list = serde_json::to_string(&values).unwrap();
        let right = allow(&equals(RIGHT));
        let odd = allow(&format!(r#""{operator}":{{"sts:ExternalId":{list}}}"#));
        let text = trust(&if second { format!("{right},{odd}") } else { odd });
        let judged = judge(&text);
        let good = operator == "StringEquals" && !values.is_empty() && values.iter().all(|value| value == RIGHT);
        let silent = judged.findings.is_empty() && judged.not_judged.is_empty();
        // A second statement that can never be true is none that opens the role.
        prop_assert!(!silent || good || (second && values.is_empty()), "{text}");
    }

    #[test]
    fn any_text_is_compared(left in ".{0,40}", right in ".{0,40}") {
        let difference = crate::text_difference::text_difference(&left, &right);
        prop_assert!(left != right || difference.is_none());
    }
}

fn any_operator() -> impl Strategy<Value = String> {
    let base = proptest::sample::select(rolecall_iam::condition::BaseOperator::ALL);
    let set = proptest::sample::select(vec!["", "ForAllValues:", "ForAnyValue:"]);
    (set, base, any::<bool>()).prop_map(|(set, base, if_exists)| {
        let suffix = if if_exists && base.as_str() != "Null" { "IfExists" } else { "" };
        format!("{set}{}{suffix}", base.as_str())
    })
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(RIGHT.to_owned()),
        Just(OTHER.to_owned()),
        Just(String::from("*")),
        Just(String::from("true")),
        "\\PC{0,20}"
    ]
}
