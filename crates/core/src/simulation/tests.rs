//! Planned calls, and constructed answers judged: `fixtures/constructed-aws/simulate-custom-policy`.

use super::*;
use crate::contract::{Capability, Contract, Forbidden, Never, Origin, Scope};
use crate::organization::AccountKind;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::Decision;
use rolecall_iam::json;
use rolecall_iam::span::{FileId, Span, Spanned};
use serde_json::Value;

const FOLDER: &str = "constructed-aws/simulate-custom-policy";

fn load(name: &str) -> Value {
    serde_json::from_str(&rolecall_fixtures::text(&format!("{FOLDER}/{name}.json"))).unwrap()
}

/// The adapter's mapping, as the tests need it: the JSON that the AWS CLI prints.
fn answer(name: &str) -> SimulationAnswer {
    let json = load(name);
    SimulationAnswer {
        evaluation_results: list(&json, "EvaluationResults").iter().map(result).collect(),
        is_truncated: json["IsTruncated"].as_bool().unwrap(),
        marker: json["Marker"].as_str().map(str::to_owned),
    }
}

fn list<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json[key].as_array().map_or(&[], Vec::as_slice)
}

fn texts(json: &Value, key: &str) -> Vec<String> {
    list(json, key).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap().to_owned()
}

fn result(json: &Value) -> EvaluationResult {
    EvaluationResult {
        eval_action_name: text(json, "EvalActionName"),
        eval_resource_name: json["EvalResourceName"].as_str().map(str::to_owned),
        eval_decision: text(json, "EvalDecision"),
        matched_statements: list(json, "MatchedStatements").iter().map(matched).collect(),
        missing_context_values: texts(json, "MissingContextValues"),
        allowed_by_organizations: json["OrganizationsDecisionDetail"]["AllowedByOrganizations"].as_bool(),
        allowed_by_permissions_boundary: json["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"]
            .as_bool(),
        resource_specific_results: list(json, "ResourceSpecificResults").iter().map(specific).collect(),
    }
}

fn specific(json: &Value) -> ResourceSpecificResult {
    ResourceSpecificResult {
        eval_resource_name: text(json, "EvalResourceName"),
        eval_resource_decision: text(json, "EvalResourceDecision"),
        matched_statements: list(json, "MatchedStatements").iter().map(matched).collect(),
        missing_context_values: texts(json, "MissingContextValues"),
        allowed_by_permissions_boundary: json["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"]
            .as_bool(),
    }
}

fn matched(json: &Value) -> MatchedStatement {
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let position = |key: &str| json[key].as_object().map(|at| (number(&at["Line"]), number(&at["Column"])));
    MatchedStatement {
        source_policy_id: json["SourcePolicyId"].as_str().map(str::to_owned),
        source_policy_type: json["SourcePolicyType"].as_str().map(str::to_owned),
        start: position("StartPosition"),
        end: position("EndPosition"),
    }
}

fn call(actions: &[&str], resources: &[&str], expected: Expected) -> SimulationCall {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    SimulationCall {
        policy_input_list: vec![],
        permissions_boundary_policy_input_list: vec![],
        action_names: owned(actions),
        resource_arns: owned(resources),
        context_entries: vec![],
        expected,
        why: String::new(),
        at: Span::default(),
    }
}

const A: &str = "arn:aws:s3:::example-cost-reports/a";
const B: &str = "arn:aws:s3:::example-other/b";

#[test]
fn every_constructed_answer_has_the_shape_of_botocores_model() {
    let model = load("botocore-shape");
    let readme = rolecall_fixtures::text(&format!("{FOLDER}/README.md"));
    for name in ANSWERS {
        has_shape(&load(name), model["root"].as_str().unwrap(), &model, name);
        assert!(readme.contains(&format!("`{name}.json`")), "the README says what {name} shows");
    }
}

const ANSWERS: [&str; 14] = [
    "action-missing",
    "allowed",
    "contradictory",
    "empty",
    "explicit-deny",
    "missing-context",
    "missing-context-for-one-resource",
    "organizations",
    "per-resource-before-2026",
    "permissions-boundary",
    "resource-specific",
    "truncated-1",
    "truncated-2",
    "unknown-decision",
];

fn has_shape(json: &Value, shape: &str, model: &Value, at: &str) {
    let members = model["structures"][shape].as_object().unwrap_or_else(|| panic!("{at}: no structure {shape}"));
    let object = json.as_object().unwrap_or_else(|| panic!("{at}: {shape} is an object"));
    for key in object.keys() {
        assert!(members.contains_key(key), "{at}: {shape} has no member {key}");
    }
    for (key, member) in members {
        let Some(value) = object.get(key) else {
            assert_eq!(member["required"], false, "{at}: {shape} needs {key}");
            continue;
        };
        let here = format!("{at}/{key}");
        match member["type"].as_str().unwrap() {
            "structure" => has_shape(value, member["shape"].as_str().unwrap(), model, &here),
            "list" => {
                let of = member["member"].as_str().unwrap();
                for item in value.as_array().unwrap_or_else(|| panic!("{here} is a list")) {
                    if model["structures"][of].is_object() {
                        has_shape(item, of, model, &here);
                    } else {
                        assert!(item.is_string(), "{here}");
                    }
                }
            }
            "boolean" => assert!(value.is_boolean(), "{here}"),
            "integer" => assert!(value.is_u64(), "{here}"),
            "string" => {
                let known = member["enum"].as_array().is_none_or(|words| words.contains(value));
                assert!(value.is_string() && (known || at == "unknown-decision/EvaluationResults"), "{here}: {value}");
            }
            other => assert!(other == "map" && value.is_object(), "{here}"),
        }
    }
}

#[test]
fn answers_are_judged_only_where_they_are_certain() {
    use NotJudgedReason as Why;
    use SimulationOutcome::{AsExpected, NotJudged};
    let differs = |expected, found, by_boundary| (expected, found, by_boundary);
    let (cost, describe, get) = ("ce:GetCostAndUsage", "ec2:DescribeInstances", "s3:GetObject");
    let is = |name: &str, asked: &SimulationCall, outcomes: &[SimulationOutcome]| {
        let found: Vec<_> = judge(asked, &answer(name)).into_iter().map(|judgement| judgement.outcome).collect();
        assert_eq!(found, outcomes, "{name}");
    };
    let allowed = |actions: &[&str], resources: &[&str]| call(actions, resources, Expected::Allowed);
    is("allowed", &allowed(&[cost, describe], &["*"]), &[AsExpected, AsExpected]);
    is("allowed", &allowed(&["CE:getcostandusage"], &[]), &[AsExpected]);
    is(
        "missing-context",
        &allowed(&[describe], &["*"]),
        &[NotJudged(Why::MissingContext(vec!["aws:RequestedRegion".into()]))],
    );
    is(
        "missing-context-for-one-resource",
        &allowed(&[get], &[A, B]),
        &[AsExpected, NotJudged(Why::MissingContext(vec!["aws:ResourceTag/team".into()]))],
    );
    is("organizations", &allowed(&[cost], &["*"]), &[NotJudged(Why::Organizations)]);
    is("truncated-1", &allowed(&[cost, describe], &["*"]), &[AsExpected, NotJudged(Why::Truncated)]);
    is("action-missing", &allowed(&[cost, describe], &["*"]), &[AsExpected, NotJudged(Why::NoResult)]);
    is("unknown-decision", &allowed(&[cost], &["*"]), &[NotJudged(Why::UnknownDecision("notApplicable".into()))]);
    is("contradictory", &allowed(&[cost], &["*"]), &[NotJudged(Why::Contradictory)]);
    is("empty", &allowed(&[cost], &["*"]), &[NotJudged(Why::NoResult)]);
    is("empty", &call(&[cost], &["*"], Expected::NotAllowed), &[NotJudged(Why::NoResult)]);
    is("explicit-deny", &call(&["ec2:TerminateInstances"], &["*"], Expected::NotAllowed), &[AsExpected]);
    is(
        "resource-specific",
        &allowed(&[get], &[A, "arn:aws:s3:::third/c"]),
        &[AsExpected, NotJudged(Why::NoResourceResult)],
    );

    let found = |name: &str, asked: &SimulationCall| -> Vec<_> {
        let judgements = judge(asked, &answer(name)).into_iter();
        let differing = judgements.filter_map(|judgement| match judgement.outcome {
            SimulationOutcome::Differs { expected, found, by_boundary, .. } => {
                Some(differs(expected, found, by_boundary))
            }
            _ => None,
        });
        differing.collect()
    };
    assert_eq!(
        found("resource-specific", &allowed(&[get], &[A, B])),
        [(Expected::Allowed, Decision::ImplicitDeny, false)]
    );
    assert_eq!(
        found("per-resource-before-2026", &allowed(&[get], &[A, B])),
        [(Expected::Allowed, Decision::ImplicitDeny, false)]
    );
    assert_eq!(
        found("permissions-boundary", &allowed(&[cost], &["*"])),
        [(Expected::Allowed, Decision::ImplicitDeny, true)]
    );
    let forbidden = call(&[cost], &["*"], Expected::NotAllowed);
    assert_eq!(found("explicit-deny", &forbidden), [(Expected::NotAllowed, Decision::Allowed, false)]);
}

#[test]
fn the_statement_that_aws_names_is_kept() {
    let judgements = judge(&call(&["ec2:TerminateInstances"], &["*"], Expected::Allowed), &answer("explicit-deny"));
    let SimulationOutcome::Differs { matched, .. } = &judgements[0].outcome else { panic!("{judgements:?}") };
    assert_eq!(
        (matched[0].source_policy_id.as_deref(), matched[0].start, matched[0].end),
        (Some("PolicyInputList.1"), Some((10, 7)), Some((15, 8)))
    );
}

#[test]
fn pages_are_put_together_and_the_last_one_says_whether_all_was_read() {
    let asked = call(&["ce:GetCostAndUsage", "ec2:DescribeInstances"], &["*"], Expected::Allowed);
    let whole = merge_pages(vec![answer("truncated-1"), answer("truncated-2")]);
    assert!(!whole.is_truncated && whole.marker.is_none());
    assert!(judge(&asked, &whole).iter().all(|judgement| judgement.outcome == SimulationOutcome::AsExpected));
    assert!(merge_pages(vec![answer("truncated-2"), answer("truncated-1")]).is_truncated);
    assert_eq!(merge_pages(vec![]), SimulationAnswer::default());
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn patterns(texts: &[&str]) -> Vec<Spanned<ActionPattern>> {
    texts.iter().map(|text| spanned(ActionPattern::parse(text).unwrap())).collect()
}

fn policy(text: &str) -> Policy {
    parse(&json::read(FileId(0), text).node.unwrap(), PolicyType::Identity).policy.unwrap()
}

#[test]
fn calls_expand_wildcards_and_stay_below_a_page() {
    let capability = Capability {
        name: spanned(String::from("cost")),
        why: String::new(),
        origin: Origin::Published,
        actions: patterns(&["ce:*", "ec2:DescribeImages", "s3:GetObject", "new:Action"]),
        resources: vec![spanned(A.to_owned()), spanned(B.to_owned())],
        context: vec![
            (String::from("aws:RequestedRegion"), vec![String::from("us-east-1")]),
            (String::from("aws:TagKeys"), vec![String::from("team")]),
            (String::from("aws:SourceIp"), vec![String::from("203.0.113.7")]),
        ],
        scope: Scope::ManagementAccount,
    };
    let never = Never {
        span: Span::default(),
        what: Forbidden::Class(spanned(String::from("privilege-escalation"))),
        resources: vec![spanned(String::from("*"))],
        except: patterns(&["iam:PassRole"]),
        why: String::new(),
    };
    let contract = Contract { allow: vec![capability], never: vec![never] };
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ce:*","Resource":"*"}}"#;
    let policy = policy(text);
    let calls = plan(&contract, AccountKind::Management, &[&policy], Some(&policy));
    let (needed, forbidden): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.expected == Expected::Allowed);
    for call in &calls {
        assert!(call.action_names.iter().all(|name| !name.contains(['*', '?'])) && !call.action_names.is_empty());
        assert!(
            call.action_names.len() <= ACTIONS_PER_CALL_MAX
                && call.action_names.len() * call.resource_arns.len() <= RESULTS_PER_PAGE_MAX
        );
        assert_eq!(call.permissions_boundary_policy_input_list.len(), 1);
        let sent = &call.policy_input_list[0];
        assert!(sent.len() <= POLICY_INPUT_MAX_CHARS);
        assert_eq!(serde_json::from_str::<Value>(sent).unwrap()["Statement"][0]["Action"], "ce:*");
    }
    let asked = |resource: &str| -> Vec<&str> {
        let calls = needed.iter().filter(|call| call.resource_arns[0] == resource);
        calls.flat_map(|call| call.action_names.iter().map(String::as_str)).collect()
    };
    assert!(
        asked("*").contains(&"ec2:DescribeImages")
            && asked(A).contains(&"s3:GetObject")
            && asked(A).contains(&"new:Action")
    );
    let types: Vec<_> = needed[0].context_entries.iter().map(|entry| entry.value_type.as_str()).collect();
    assert_eq!(types, ["string", "stringList", "ip"]);
    let all: Vec<_> = forbidden.iter().flat_map(|call| &call.action_names).collect();
    let class = crate::classes::by_name("privilege-escalation").unwrap();
    assert_eq!(all.len(), class.actions().count() - 1);
    assert!(!all.iter().any(|name| *name == "iam:PassRole"));
    assert!(
        plan(&contract, AccountKind::Member, &[&policy], None).iter().all(|call| call.expected == Expected::NotAllowed)
    );
}

/// A role with this policy, and what AWS says of it.
fn compared(given: Role, asked: &SimulationCall, said: &SimulationAnswer) -> Vec<Evaluators> {
    let comparer = Comparer::new(given).unwrap();
    comparer.compare(asked, said).into_iter().map(|comparison| comparison.evaluators).collect()
}

fn named(name: &str, text: &str) -> NamedDocument {
    NamedDocument { name: name.to_owned(), policy: policy(text) }
}

fn role(policy: &str, service_control: ServiceControl) -> Role {
    Role {
        arn: String::from("arn:aws:iam::123456789012:role/Vendor"),
        identity: vec![named("Vendor", policy)],
        boundary: None,
        service_control,
    }
}

fn says(decision: &str, organizations: Option<bool>) -> SimulationAnswer {
    let result = EvaluationResult {
        eval_action_name: COST.to_owned(),
        eval_resource_name: Some(String::from("*")),
        eval_decision: decision.to_owned(),
        allowed_by_organizations: organizations,
        matched_statements: vec![MatchedStatement {
            source_policy_id: Some(String::from("PolicyInputList.1")),
            start: Some((3, 5)),
            ..MatchedStatement::default()
        }],
        ..EvaluationResult::default()
    };
    SimulationAnswer { evaluation_results: vec![result], ..SimulationAnswer::default() }
}

const COST: &str = "ce:GetCostAndUsage";
const ALLOWS: &str =
    r#"{"Version":"2012-10-17","Statement":{"Sid":"Cost","Effect":"Allow","Action":"ce:*","Resource":"*"}}"#;
const DENIES: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ce:*","Resource":"*"}}"#;
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const REGION: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
  {"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}]}"#;

#[test]
fn evaluators_agree_or_differ_and_each_names_its_statement() {
    let asked = call(&[COST], &["*"], Expected::Allowed);
    let allowed = || role(ALLOWS, ServiceControl::Neither);
    assert_eq!(compared(allowed(), &asked, &says("allowed", None)), [Evaluators::Agree(Decision::Allowed)]);
    let found = compared(allowed(), &asked, &says("explicitDeny", None));
    let expected = Evaluators::Differ {
        aws: Side {
            decision: Decision::ExplicitDeny,
            statements: vec![String::from("the statement at 3:5 of `Vendor`")],
        },
        ours: Side {
            decision: Decision::Allowed,
            statements: vec![String::from("statement `Cost` of `Vendor` (granted)")],
        },
    };
    assert_eq!(found, [expected]);
    // Our evaluator denies for another reason than AWS: a difference as well.
    let found = compared(role(DENIES, ServiceControl::Neither), &asked, &says("implicitDeny", None));
    assert!(matches!(&found[..], [Evaluators::Differ { ours, .. }] if ours.decision == Decision::ExplicitDeny));
}

#[test]
fn control_policies_count_on_both_sides_or_on_neither() {
    let asked = call(&[COST], &["*"], Expected::Allowed);
    let levels =
        |text: &str| ServiceControl::Both(vec![vec![named("FullAWSAccess", EVERYTHING)], vec![named("p-1", text)]]);
    let differs = |found: &[Evaluators]| matches!(found, [Evaluators::Differ { .. }]);
    let not_read = [Evaluators::NotJudged(NotCompared::ServiceControlNotRead)];
    // Both have them: the denial is the same.
    let found = compared(role(ALLOWS, levels(DENIES)), &asked, &says("explicitDeny", Some(false)));
    assert_eq!(found, [Evaluators::Agree(Decision::ExplicitDeny)]);
    assert!(differs(&compared(role(ALLOWS, levels(DENIES)), &asked, &says("allowed", Some(true)))));
    assert!(differs(&compared(role(ALLOWS, levels(EVERYTHING)), &asked, &says("explicitDeny", Some(false)))));
    // AWS alone: what they deny, or may deny, is not judged; what they do not deny is.
    let alone = || role(ALLOWS, ServiceControl::AwsAlone);
    assert_eq!(compared(alone(), &asked, &says("explicitDeny", Some(false))), not_read);
    assert_eq!(compared(alone(), &asked, &says("explicitDeny", None)), not_read);
    assert!(differs(&compared(alone(), &asked, &says("explicitDeny", Some(true)))));
    assert_eq!(compared(alone(), &asked, &says("allowed", Some(true))), [Evaluators::Agree(Decision::Allowed)]);
    // Neither: an answer that was limited all the same.
    let neither = role(ALLOWS, ServiceControl::Neither);
    assert_eq!(compared(neither, &asked, &says("explicitDeny", Some(false))), not_read);
}

#[test]
fn keys_that_control_policies_alone_ask_for_are_missing_though_aws_does_not_say_so() {
    let asked = call(&[COST], &["*"], Expected::Allowed);
    let given = || role(ALLOWS, ServiceControl::Both(vec![vec![named("region", REGION)]]));
    let keys = || vec![String::from("aws:RequestedRegion")];
    let found = Comparer::new(given()).unwrap().compare(&asked, &says("explicitDeny", Some(false)));
    assert_eq!(found[0].evaluators, Evaluators::NotJudged(NotCompared::MissingInServiceControl(keys())));
    assert_eq!(found[0].contract, SimulationOutcome::NotJudged(NotJudgedReason::MissingContext(keys())));
    // A statement that is not about the action asks for nothing.
    let iam = call(&["iam:GetRole"], &["*"], Expected::NotAllowed);
    let mut said = says("implicitDeny", Some(true));
    said.evaluation_results[0].eval_action_name = String::from("iam:GetRole");
    let found = Comparer::new(given()).unwrap().compare(&iam, &said);
    assert_eq!(found[0].evaluators, Evaluators::Agree(Decision::ImplicitDeny));
    assert_eq!(found[0].contract, SimulationOutcome::AsExpected);
    // With the key it is judged, by what is possible in the account.
    let mut asked = asked;
    asked.context_entries.push(ContextEntry {
        name: String::from("AWS:requestedregion"),
        values: vec![String::from("us-east-1")],
        value_type: ContextKeyType { of: rolecall_iam_catalog::ValueType::String, list: false },
    });
    let found = Comparer::new(given()).unwrap().compare(&asked, &says("explicitDeny", Some(false)));
    assert_eq!(found[0].evaluators, Evaluators::Agree(Decision::ExplicitDeny));
    assert!(matches!(found[0].contract, SimulationOutcome::Differs { found: Decision::ExplicitDeny, .. }));
}

#[test]
fn what_one_side_cannot_tell_is_not_compared() {
    let missing = answer("missing-context");
    let asked = call(&["ec2:DescribeInstances"], &["*"], Expected::Allowed);
    let found = compared(role(EVERYTHING, ServiceControl::Neither), &asked, &missing);
    assert!(matches!(&found[..], [Evaluators::NotJudged(NotCompared::Answer(NotJudgedReason::MissingContext(_)))]));
    // A boundary that cannot be evaluated makes our answer none.
    let asked = call(&[COST], &["*"], Expected::Allowed);
    let broken = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"soon"}}}}"#;
    let limited = Role { boundary: Some(named("Limit", broken)), ..role(ALLOWS, ServiceControl::Neither) };
    let mut asked_with_age = asked;
    asked_with_age.context_entries.push(ContextEntry {
        name: String::from("aws:MultiFactorAuthAge"),
        values: vec![String::from("5")],
        value_type: ContextKeyType { of: rolecall_iam_catalog::ValueType::Numeric, list: false },
    });
    let found = compared(limited, &asked_with_age, &says("allowed", None));
    assert!(matches!(&found[..], [Evaluators::NotJudged(NotCompared::Undecidable(_))]), "{found:?}");
    assert!(Comparer::new(Role { arn: String::from("nobody"), ..role(ALLOWS, ServiceControl::Neither) }).is_err());
}

#[test]
fn a_call_tells_of_the_role_what_follows_from_its_arn() {
    let mut asked = call(&[COST], &["*"], Expected::Allowed).with_role("arn:aws:iam::123456789012:role/Vendor");
    let entries: Vec<_> =
        asked.context_entries.iter().map(|entry| (entry.name.as_str(), entry.values[0].as_str())).collect();
    let arn = ("aws:PrincipalArn", "arn:aws:iam::123456789012:role/Vendor");
    assert_eq!(entries, [arn, ("aws:PrincipalAccount", "123456789012")]);
    asked.context_entries[0].values = vec![String::from("as the contract has it")];
    let again = asked.clone().with_role("arn:aws:iam::123456789012:role/Other");
    assert_eq!(again, asked);
}
