//! Scripts: places in heredocs and quotes, branches by account, both ways of an idempotent script, what is not judged.

use super::{MANAGEMENT, MEMBER, Reading, reading, short};
use rolecall_render::read::Kind;

fn script(text: &str, account: &str, parameters: &[(&str, &str)]) -> Reading {
    reading(Kind::AwsCli, &[("create.sh", text)], account, parameters)
}

const PLACES: &str = r#"#!/bin/bash
# é 🦀
NAME='ProsperOps' # é
ID="ëxt-$(printf '%s' 1)"
aws iam create-role --role-name "$NAME" \
  --description='é it'\''s' --assume-role-policy-document "$(cat <<EOF
{ "é": "🦀", "Id": "$ID",
  "Action": "sts:AssumeRole" }
EOF
)" --tags 'Key=é,Value=v' Key=b,Value=c
POLICY=$(cat <<'EOF'
{
  "é": "$NAME", "Action": "ec2:*" }
EOF
)
aws iam put-role-policy --role-name "$NAME" --policy-name one --policy-document "$POLICY"
read -r -d '' SECOND <<-'EOF'
⇥{ "é": 1,
⇥  "Action": "s3:*" }
⇥EOF
aws iam put-role-policy --role-name "$NAME" --policy-name two --policy-document "$SECOND"
cat > third.json <<EOF
{"é": 1, "Action": "sqs:*"}
EOF
aws iam put-role-policy --role-name "$NAME" --policy-name three --policy-document file://third.json
aws iam put-role-policy --role-name "$NAME" --policy-name four --policy-document '{"é": 1,
  "Action": "sns:*"}'
aws iam put-role-policy --role-name "$NAME" --policy-name five --policy-document "{\"é\": \"\$x\", \"Action\": \"kms:*\"}"
"#;

#[test]
fn every_embedding_points_at_its_line() {
    // `<<-` takes away tabs; here they are written as `⇥`, to be seen.
    let reading = script(&PLACES.replace('⇥', "\t"), MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(reading.place(role.name.as_ref().unwrap()), "5:33 \"$NAME\"");
    assert_eq!(short(role.name.as_ref()), "ProsperOps");
    assert_eq!(short(role.description.as_ref()), "é it's");
    let trust = role.trust.as_ref().unwrap();
    assert_eq!(reading.at(trust, "é"), "7:8 \"🦀\"");
    assert_eq!(reading.at(trust, "Id"), "7:19 \"$ID\"");
    assert_eq!(short(trust.get("Id")), "ëxt-1");
    assert_eq!(reading.at(trust, "Action"), "8:13 \"sts:AssumeRole\"");
    let tags: Vec<String> =
        role.tags.iter().map(|(key, value)| format!("{}={}", short(Some(key)), short(Some(value)))).collect();
    assert_eq!(tags, ["é=v", "b=c"]);
    let policy = |index: usize| &role.inline_policies[index].1;
    assert_eq!(reading.at(policy(0), "Action"), "13:27 \"ec2:*\"");
    assert_eq!(short(policy(0).get("é")), "$NAME");
    assert_eq!(reading.at(policy(1), "Action"), "19:14 \"s3:*\"");
    assert_eq!(reading.at(policy(2), "Action"), "23:20 \"sqs:*\"");
    assert_eq!(reading.at(policy(3), "Action"), "27:13 \"sns:*\"");
    assert_eq!(reading.at(policy(4), "Action"), "28:112 \\\"kms:*\\\"");
    assert_eq!(short(policy(4).get("é")), "$x");
}

const BRANCHES: &str = r#"
account=$(aws sts get-caller-identity --query Account --output text)
case "$account" in
  222222222222 | 444444444444) id=legacy ;;
  5*) id=five ;;
  *) id=${EXTERNAL_ID:-organization} ;;
esac
if [ "$account" = 111111111111 ]; then policy='{"p": "management"}'; else policy='{"p": "member"}'; fi
options=(--role-name ProsperOps)
options+=(--path /a/)
aws --profile x --region us-east-1 iam create-role "${options[@]}" --assume-role-policy-document "{\"id\": \"$id\"}"
for name in one two; do
  aws iam put-role-policy --role-name ProsperOps --policy-name "$name" --policy-document "$policy"
done
attach() { aws iam attach-role-policy --role-name "$1" --policy-arn "$2"; }
attach ProsperOps arn:x && attach ProsperOps arn:y || exit 1
[[ $account == 1* && -n "$id" ]] && aws iam put-role-permissions-boundary --role-name ProsperOps --permissions-boundary arn:b
aws iam tag-role --role-name ProsperOps --tags '[{"Key": "a", "Value": "b=c,d"}]'
aws iam update-role --role-name ProsperOps --max-session-duration 7200
"#;

#[test]
fn branches_follow_the_account() {
    let role = |account: &str, parameters: &[(&str, &str)]| {
        let reading = script(BRANCHES, account, parameters);
        assert_eq!(reading.problems(), Vec::<String>::new());
        let role = reading.role();
        let (trust, policies) = (short(role.trust.as_ref()), role.inline_policies.len());
        format!(
            "{trust} {policies} {} {}",
            short(Some(&role.inline_policies[1].1)),
            short(role.permissions_boundary.as_ref())
        )
    };
    assert_eq!(role(MEMBER, &[]), "{id=organization} 2 {p=member} absent");
    assert_eq!(role(MEMBER, &[("EXTERNAL_ID", "given")]), "{id=given} 2 {p=member} absent");
    assert_eq!(role(MANAGEMENT, &[]), "{id=organization} 2 {p=management} arn:b");
    assert_eq!(role("444444444444", &[]), "{id=legacy} 2 {p=member} absent");
    assert_eq!(role("555555555555", &[]), "{id=five} 2 {p=member} absent");
    let reading = script(BRANCHES, MEMBER, &[]);
    let role = reading.role();
    assert_eq!((short(role.path.as_ref()), role.managed_policy_arns.len()), ("/a/".into(), 2));
    assert_eq!(short(role.max_session_duration_s.as_ref()), "7200");
    assert_eq!(short(role.tags.first().map(|(_, value)| value)), "b=c,d");
}

fn idempotent(update: &str) -> Reading {
    let text = format!(
        "if aws iam get-role --role-name A >/dev/null 2>&1; then\n  {update}\nelse\n  aws iam create-role --role-name A --assume-role-policy-document '{{\"a\": 1}}'\nfi\n"
    );
    script(&text, MEMBER, &[])
}

#[test]
fn both_ways_of_an_idempotent_script_are_followed() {
    let same = idempotent("aws iam update-assume-role-policy --role-name A --policy-document '{\"a\":  1}'");
    assert_eq!(same.problems(), Vec::<String>::new());
    assert_eq!(short(same.role().trust.as_ref()), "{a=1}");
    let other = idempotent("aws iam update-assume-role-policy --role-name A --policy-document '{\"a\": 2}'");
    assert_eq!(other.problems(), ["update-differs 4:68"]);
    let partly = idempotent("aws iam tag-role --role-name A --tags Key=x,Value=y");
    assert_eq!(partly.problems(), ["update-incomplete 4:68"]);
}

#[test]
fn what_is_not_judged_is_said() {
    let create = "aws iam create-role --role-name A --assume-role-policy-document '{}'\n";
    let cases: [(String, &[&str], usize); 12] = [
        (
            format!("{create}aws iam put-role-policy --role-name B --policy-name p --policy-document '{{}}'\n"),
            &["role-not-in-code 2:1"],
            1,
        ),
        (
            format!("{create}aws iam put-role-policy --role-name \"$X\" --policy-name p --policy-document '{{}}'\n"),
            &["role-code-not-judged 2:38"],
            1,
        ),
        (format!("if curl x; then\n{create}fi\n"), &["role-code-not-judged 1:4"], 1),
        (format!("curl x || exit 1\n{create}"), &[], 1),
        (format!("{create}eval \"$X\"\n"), &["role-code-not-judged 2:1"], 1),
        (format!("[ -n \"${{ID:-}}\" ] || exit 1\n{create}"), &["role-code-not-judged 1:21"], 0),
        (format!("{create}aws cloudformation deploy --stack-name x\n"), &["nested-template-not-read 2:1"], 1),
        ("echo 'é".into(), &["syntax 1:6"], 0),
        ("if true; then\n".into(), &["syntax 2:1"], 0),
        ("cat <<EOF\nx\n".into(), &["syntax 1:7"], 0),
        ("echo `date`\n".into(), &["syntax 1:6"], 0),
        ("for i in a; do echo é; done; }\n".into(), &["syntax 1:30"], 0),
    ];
    for (text, problems, roles) in cases {
        let reading = script(&text, MEMBER, &[]);
        assert_eq!(reading.problems(), problems, "{text}");
        assert_eq!(reading.result.roles.len(), roles, "{text}");
    }
}

#[test]
fn unknown_values_keep_their_reason() {
    let cases = [
        ("\"$UNSET\"", "the variable `UNSET` is not set in the script: give it under `parameters`"),
        ("\"$(curl x)\"", "the output of `curl` is not known"),
        ("\"${X%y}\"", "this expansion is not evaluated"),
        ("$((1 + 2))", "arithmetic is not evaluated"),
        ("file://nope.json", "the file `nope.json` is not among the files that were read"),
        ("https://example.com", "the AWS CLI loads `https://example.com` from elsewhere"),
        ("a b", "`--description` has several values: is a quote missing?"),
        ("\"$(aws iam list-roles)\"", "what `aws iam list-roles` prints is not known"),
    ];
    for (written, reason) in cases {
        let text = format!("aws iam create-role --role-name A --description {written}\n");
        let reading = script(&text, MEMBER, &[]);
        assert_eq!(short(reading.role().description.as_ref()), format!("unresolved: {reason}"), "{written}");
    }
}

#[test]
fn documents_of_other_files_are_found() {
    let files = [
        (
            "r/create.sh",
            "aws iam create-role --role-name A --assume-role-policy-document file://trust.json\naws iam put-role-policy --cli-input-json '{\"RoleName\": \"A\", \"PolicyName\": \"p\", \"PolicyDocument\": \"{\\\"a\\\": 1}\"}'\n",
        ),
        ("r/trust.json", "{\n \"é\": \"x\", \"Action\": \"sts:*\"}\n"),
    ];
    let reading = reading(Kind::AwsCli, &files, MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(reading.at(role.trust.as_ref().unwrap(), "Action"), "2:22 \"sts:*\"");
    assert_eq!(short(role.inline_policies.first().map(|(_, document)| document)), "{a=1}");
}

#[test]
fn endless_scripts_end() {
    for text in [
        "f() { f; }\nf\n",
        "while true; do x=\"$x$x\"; done\n",
        "until false; do :; done\n",
        "f() { f | f; }\nf\n",
        "x=a\nfor i in 1 2 3 4 5 6 7 8; do for j in 1 2 3 4 5 6 7 8; do x=\"$x$x\"; done; done\n",
    ] {
        assert!(script(text, MEMBER, &[]).result.roles.is_empty());
    }
}
