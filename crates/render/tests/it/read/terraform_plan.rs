//! Plans: places through the escapes of JSON, unknown values, child modules, plans of another account.

use super::{MEMBER, Reading, reading, short};
use rolecall_render::read::Kind;

fn plan(text: &str) -> Reading {
    reading(Kind::TerraformPlan, &[("plan.json", text)], MEMBER, &[])
}

const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.9.0",
"planned_values":{"root_module":{"resources":[
 {"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r","values":{
  "name":"ProsperOps","path":"/","description":"é 🦀","max_session_duration":3600,"permissions_boundary":"",
  "tags":null,"tags_all":{"a":"b"},
  "assume_role_policy":"{\"é\":1,\"Statement\":[{\"Action\":\"sts:AssumeRole\"}]}"}},
 {"address":"data.x.y","mode":"data","type":"aws_iam_role","name":"y","values":{}},
 {"address":"aws_iam_role_policy.p","mode":"managed","type":"aws_iam_role_policy","name":"p","values":{
  "name":"P","policy":"{\n  \"é\": \"\\u00e9\", \"Action\": \"ec2:*\"}"}}],
 "child_modules":[{"address":"module.m[\"x\"]","resources":[
  {"address":"module.m[\"x\"].aws_iam_role.c[0]","mode":"managed","type":"aws_iam_role","name":"c","index":0,"values":{"name":"Child"}},
  {"address":"module.m[\"x\"].aws_iam_role_policy_attachment.a","mode":"managed","type":"aws_iam_role_policy_attachment","name":"a","values":{}}]}]}},
"resource_changes":[
 {"address":"aws_iam_role.r","change":{"after_unknown":{"inline_policy":true,"managed_policy_arns":true,"arn":true,"tags_all":{}}}},
 {"address":"aws_iam_role_policy.p","change":{"after_unknown":{"role":true}}},
 {"address":"module.m[\"x\"].aws_iam_role.c[0]","change":{"after_unknown":{"assume_role_policy":true}}},
 {"address":"module.m[\"x\"].aws_iam_role_policy_attachment.a","change":{"after_unknown":{"role":true,"policy_arn":true}}}],
"configuration":{"root_module":{"resources":[
 {"address":"aws_iam_role.r","expressions":{"name":{"constant_value":"ProsperOps"}}},
 {"address":"aws_iam_role_policy.p","expressions":{"role":{"references":["aws_iam_role.r.id","aws_iam_role.r"]}}}],
 "module_calls":{"m":{"module":{"resources":[
  {"address":"aws_iam_role_policy_attachment.a","expressions":{"role":{"references":["aws_iam_role.c[0].name","aws_iam_role.c[0]","aws_iam_role.c"]}}}]}}}}}}
"#;

#[test]
fn a_plan_is_read_with_places() {
    let reading = plan(PLAN);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let [role, child] = reading.result.roles.as_slice() else { panic!("{} roles", reading.result.roles.len()) };
    assert_eq!(role.label, "aws_iam_role.r");
    assert_eq!(reading.place(role.name.as_ref().unwrap()), "4:10 \"ProsperOps\"");
    assert_eq!(short(role.description.as_ref()), "é 🦀");
    assert_eq!(short(role.permissions_boundary.as_ref()), "absent");
    assert_eq!(role.tags.len(), 1);
    assert_eq!(reading.at(role.trust.as_ref().unwrap(), "Statement/0/Action"), "6:61 \\\"sts:AssumeRole\\\"");
    assert!(role.managed_policy_arns.is_empty(), "computed by the provider, and not configured");
    let [(name, document)] = role.inline_policies.as_slice() else { panic!("inline policies") };
    assert_eq!(short(Some(name)), "P");
    assert_eq!(reading.at(document, "Action"), "9:61 \\\"ec2:*\\\"");
    assert_eq!(short(document.get("é")), "é");

    assert_eq!(child.label, "module.m[\"x\"].aws_iam_role.c[0]");
    assert_eq!(short(child.trust.as_ref()), "unresolved: `assume_role_policy` is known after apply only");
    assert_eq!(short(child.managed_policy_arns.first()), "unresolved: `policy_arn` is known after apply only");
}

#[test]
fn what_a_plan_cannot_tell_is_said() {
    let other = r#"{"format_version":"1.2","planned_values":{"root_module":{}},"prior_state":{"values":{"root_module":{"resources":[
{"address":"data.aws_caller_identity.me","mode":"data","type":"aws_caller_identity","values":{"account_id":"111111111111"}}]}}}}"#;
    assert_eq!(plan(other).problems(), ["plan-of-other-account 2:108"]);
    assert_eq!(plan("{}").problems(), ["no-plan 1:1"]);
    assert_eq!(plan("").problems(), ["empty-document 1:1"]);
    let unattached = r#"{"planned_values":{"root_module":{"resources":[
{"address":"aws_iam_role_policy.p","mode":"managed","type":"aws_iam_role_policy","values":{}}]}},
"resource_changes":[{"address":"aws_iam_role_policy.p","change":{"after_unknown":{"role":true}}}]}"#;
    assert_eq!(plan(unattached).problems(), ["role-code-not-judged 3:90"]);
}
