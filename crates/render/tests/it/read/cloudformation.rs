//! CloudFormation: places of findings in every embedding, functions, conditions, what is not judged.

use super::{MANAGEMENT, MEMBER, Reading, reading, short};
use rolecall_render::read::Kind;

fn yaml(text: &str, account: &str, parameters: &[(&str, &str)]) -> Reading {
    reading(Kind::CloudFormation, &[("role.yaml", text)], account, parameters)
}

const PLAIN: &str = "\
# Rôle 🦀
Resources:
  Rôle:
    Type: AWS::IAM::Role
    Properties:
      RoleName: ProsperOps
      Description: 'é, it''s'
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Sid: é, Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: '*'}}
      Policies:
        - PolicyName: ProsperOps
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - ec2:Describe*
                  - ec2:TerminateInstances
                Resource: '*'
";

#[test]
fn yaml_points_at_the_line() {
    let reading = yaml(PLAIN, MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(role.label, "Rôle");
    assert_eq!(reading.place(role.name.as_ref().unwrap()), "6:17 ProsperOps");
    assert_eq!(short(role.description.as_ref()), "é, it's");
    let trust = role.trust.as_ref().unwrap();
    assert_eq!(reading.at(trust, "Version"), "9:18 2012-10-17");
    assert_eq!(reading.at(trust, "Statement/0/Sid"), "11:19 é");
    assert_eq!(reading.at(trust, "Statement/0/Principal/AWS"), "11:78 '*'");
    let (name, document) = &role.inline_policies[0];
    assert_eq!(reading.place(name), "13:23 ProsperOps");
    assert_eq!(reading.at(document, "Statement/0/Action/1"), "20:21 ec2:TerminateInstances");
    assert_eq!(reading.at(document, "Statement/0").lines().next(), Some("17:17 Effect: Allow"));
}

const JSON: &str = r#"{
  "Description": "é 🦀",
  "Resources": { "R": { "Type": "AWS::IAM::Role", "Properties": {
    "RoleName": {"Fn::Join": ["", ["Prosper", "Ops"]]},
    "AssumeRolePolicyDocument": {"é": 1, "Statement": [{"Action": "sts:*"}]},
    "Policies": [{"PolicyName": "P", "PolicyDocument": "{\"S\u00e9\": \"\\u00e9\",\n  \"Action\": \"ec2:*\"}"}]
  } } }
}
"#;

#[test]
fn json_points_at_the_line_through_escapes() {
    let reading = reading(Kind::CloudFormation, &[("role.json", JSON)], MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(short(role.name.as_ref()), "ProsperOps");
    assert_eq!(reading.at(role.trust.as_ref().unwrap(), "Statement/0/Action"), "5:67 \"sts:*\"");
    let (_, document) = &role.inline_policies[0];
    // The whole policy stands in one JSON string on line 6: quotes and the line break are escapes there.
    assert_eq!(
        reading.place(document),
        "6:57 {\\\"S\\u00e9\\\": \\\"\\\\u00e9\\\",\\n  \\\"Action\\\": \\\"ec2:*\\\"}"
    );
    assert_eq!(short(document.get("Sé")), "é");
    assert_eq!(reading.at(document, "Action"), "6:99 \\\"ec2:*\\\"");
}

const BLOCKS: &str = "\
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: |
        {
          \"é\": \"🦀\", \"Version\": \"2012-10-17\",

          \"Statement\": [{\"Effect\": \"Allow\",
            \"Action\": \"sts:AssumeRole\"}]
        }
      Policies:
        - PolicyName: folded
          PolicyDocument: >-
            {\"Version\": \"2012-10-17\",
             \"é\": \"x\", \"Action\": \"ec2:*\"}
        - PolicyName: sub
          PolicyDocument: !Sub |
            {\"é\": \"${AWS::AccountId}\", \"v\": \"${!aws:username}\",
             \"Action\": \"s3:*\"}
        - PolicyName: double
          PolicyDocument: \"{\\\"é\\\": 1,
            \\\"Action\\\": \\\"iam:*\\\"}\"
        - PolicyName: single
          PolicyDocument: '{\"é\": \"it''s\", \"Action\": \"sqs:*\"}'
";

#[test]
fn json_in_yaml_strings_points_into_the_string() {
    let reading = yaml(BLOCKS, MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    let trust = role.trust.as_ref().unwrap();
    assert_eq!(reading.at(trust, "é"), "7:16 \"🦀\"");
    assert_eq!(reading.at(trust, "Version"), "7:32 \"2012-10-17\"");
    assert_eq!(reading.at(trust, "Statement/0/Action"), "10:23 \"sts:AssumeRole\"");
    let policy = |index: usize| &role.inline_policies[index].1;
    assert_eq!(reading.at(policy(0), "Action"), "16:34 \"ec2:*\"");
    assert_eq!(reading.at(policy(1), "é"), "19:19 \"${AWS::AccountId}\"");
    assert_eq!(short(Some(policy(1))), "{é=333333333333 v=${aws:username} Action=s3:*}");
    assert_eq!(reading.at(policy(1), "Action"), "20:24 \"s3:*\"");
    assert_eq!(reading.at(policy(2), "Action"), "23:25 \\\"iam:*\\\"");
    assert_eq!(reading.at(policy(3), "é"), "25:34 \"it''s\"");
    assert_eq!(reading.at(policy(3), "Action"), "25:53 \"sqs:*\"");
}

const FUNCTIONS: &str = "\
Parameters:
  ExternalId: {Type: String, MinLength: 2}
  Management: {Type: String, Default: '111111111111'}
  Actions: {Type: CommaDelimitedList, Default: 'ec2:A, ec2:B'}
Mappings:
  Ids: {'222222222222': {Id: legacy}}
Conditions:
  IsManagement: !Equals [!Ref AWS::AccountId, !Ref Management]
  IsMember: !Not [!Condition IsManagement]
  Both: !And [!Condition IsManagement, !Condition IsMember]
  Either: !Or [!Condition IsManagement, !Condition IsMember]
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Either
    Properties:
      RoleName: ProsperOps
      Path: /a/
      PermissionsBoundary: !Join [':', [arn, !Ref AWS::Partition, 'iam:', !Ref AWS::AccountId, policy/B]]
      Description: !If [Both, never, !Ref AWS::NoValue]
      MaxSessionDuration: !Select [1, [1, 7200]]
      Tags:
        - {Key: arn, Value: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:${x}'}
        - {Key: vars, Value: !Sub ['${a}-${b}', {a: !Ref Management, b: z}]}
        - !If [IsManagement, {Key: m, Value: !FindInMap [Ids, '222222222222', Id]}, !Ref 'AWS::NoValue']
        - {Key: part, Value: !Select [1, !Split ['-', 'a-b-c']]}
        - {Key: suffix, Value: !Ref AWS::URLSuffix}
      AssumeRolePolicyDocument: {Id: !Ref ExternalId, Action: !Ref Actions}
  Inline:
    Type: AWS::IAM::RolePolicy
    Properties: {RoleName: !Ref Role, PolicyName: one, PolicyDocument: {R: !GetAtt Role.Arn}}
  Old:
    Type: AWS::IAM::Policy
    Condition: IsMember
    Properties: {Roles: [ProsperOps], PolicyName: two, PolicyDocument: {R: x}}
";

#[test]
fn functions_are_evaluated_for_the_account() {
    let management = yaml(FUNCTIONS, MANAGEMENT, &[("ExternalId", "ext-é")]);
    let role = management.role();
    assert_eq!(management.problems(), Vec::<String>::new());
    assert_eq!(short(role.permissions_boundary.as_ref()), "arn:aws:iam::111111111111:policy/B");
    assert_eq!(short(role.description.as_ref()), "absent");
    assert_eq!(short(role.max_session_duration_s.as_ref()), "7200");
    assert_eq!(short(role.trust.as_ref()), "{Id=ext-é Action=[ec2:A ec2:B]}");
    let tags: Vec<String> =
        role.tags.iter().map(|(key, value)| format!("{}={}", short(Some(key)), short(Some(value)))).collect();
    let unknown = "arn=unresolved: `x` is no parameter and no resource of this template";
    assert_eq!(tags, [unknown, "vars=111111111111-z", "m=legacy", "part=b", "suffix=amazonaws.com"]);
    assert_eq!(role.inline_policies.len(), 1);
    assert_eq!(short(Some(&role.inline_policies[0].1)), "{R=arn:aws:iam::111111111111:role/a/ProsperOps}");

    let member = yaml(FUNCTIONS, MEMBER, &[("ExternalId", "ext-é")]);
    assert_eq!(member.role().inline_policies.len(), 2);
    assert_eq!(member.role().tags.len(), 4);
}

#[test]
fn a_parameter_without_a_value_is_unresolved_where_it_is_used() {
    let reading = yaml(FUNCTIONS, MEMBER, &[]);
    let trust = reading.role().trust.as_ref().unwrap();
    assert_eq!(
        short(trust.get("Id")),
        "unresolved: parameter `ExternalId` has no default, and no value was given for it"
    );
    assert_eq!(reading.at(trust, "Id"), "28:38 !Ref ExternalId");
    let refused = yaml(FUNCTIONS, MEMBER, &[("ExternalId", "x")]);
    assert_eq!(refused.problems(), ["parameter-refused 2:3"]);
}

#[test]
fn what_is_not_judged_is_said() {
    let role = "  R: {Type: AWS::IAM::Role, Properties: {RoleName: A}}\n";
    let cases: [(String, &[&str], usize); 10] = [
        (format!("Transform: MyMacro\nResources:\n{role}"), &["role-code-not-judged 1:12"], 1),
        (format!("Transform: AWS::LanguageExtensions\nResources:\n{role}"), &[], 1),
        (format!("Resources:\n{role}  Fn::ForEach::X: [a, [b], {{}}]\n"), &["role-code-not-judged 3:3"], 1),
        (
            format!("Resources:\n{role}  N: {{Type: AWS::CloudFormation::Stack}}\n"),
            &["nested-template-not-read 3:3"],
            1,
        ),
        (
            "Resources:\n  R: {Type: AWS::IAM::Role, Condition: C, Properties: {}}\n".into(),
            &["role-code-not-judged 2:40"],
            1,
        ),
        (
            "Parameters: {P: {Type: String, NoEcho: true, Default: x}}\nResources: {}\n".into(),
            &["no-echo-parameter 1:14"],
            0,
        ),
        ("a: 1\n".into(), &["no-template 1:1"], 0),
        ("[]\n".into(), &["no-template 1:1"], 0),
        (
            format!(
                "Resources:\n{role}  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [B], PolicyName: p, PolicyDocument: {{}}}}}}\n"
            ),
            &["role-not-in-code 3:52"],
            1,
        ),
        (
            format!(
                "Resources:\n{role}  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref X], PolicyName: p, PolicyDocument: {{}}}}}}\n"
            ),
            &["role-code-not-judged 3:52"],
            1,
        ),
    ];
    for (text, problems, roles) in cases {
        let reading = yaml(&text, MEMBER, &[]);
        assert_eq!(reading.problems(), problems, "{text}");
        assert_eq!(reading.result.roles.len(), roles, "{text}");
    }
}

#[test]
fn unresolved_values_keep_their_reason() {
    let cases = [
        ("!ImportValue x", "`Fn::ImportValue` is evaluated by CloudFormation at deployment"),
        ("!Ref AWS::StackName", "the pseudo parameter `AWS::StackName` is known at deployment only"),
        ("'{{resolve:ssm:x}}'", "a dynamic reference is resolved by CloudFormation at deployment"),
        ("!FindInMap [A, B, C]", "the mapping has no `A` / `B` / `C`: the deployment would fail"),
        ("!If [Nope, a, b]", "the template has no condition `Nope`"),
        (
            "!Sub '${aws:username}'",
            "`${aws:username}` in `Fn::Sub` is no variable of the template; IAM's own are written `${!aws:username}`",
        ),
        ("!Sub 'x ${'", "`${` without `}` in `Fn::Sub`"),
        ("!GetAtt R.RoleId", "the attribute `R.RoleId` is known at deployment only"),
        ("!GetAtt R.Arn", "`R` refers to itself"),
        (
            "yes",
            "`yes` without quotes is a boolean in YAML 1.1 and text in YAML 1.2: write it in quotes, or `true`/`false`",
        ),
    ];
    for (written, reason) in cases {
        let text = format!("Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: {written}\n");
        let reading = yaml(&text, MEMBER, &[]);
        assert_eq!(short(reading.role().name.as_ref()), format!("unresolved: {reason}"), "{written}");
    }
}

#[test]
fn a_managed_policy_of_the_template_is_attached_by_its_arn_and_its_text_is_not_judged() {
    let text = "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: A, ManagedPolicyArns: [arn:x]}}\n  M: {Type: AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: M, Path: /p/, Roles: [!Ref R]}}\n";
    let reading = yaml(text, MEMBER, &[]);
    let arns: Vec<String> = reading.role().managed_policy_arns.iter().map(|arn| short(Some(arn))).collect();
    assert_eq!(arns, ["arn:x", "arn:aws:iam::333333333333:policy/p/M"]);
    assert_eq!(reading.problems(), ["managed-policy-not-judged 3:3"]);
    let text = text.replace("arn:x", "!Ref M").replace(", Roles: [!Ref R]", "");
    let reading = yaml(&text, MEMBER, &[]);
    assert_eq!(short(reading.role().managed_policy_arns.first()), "arn:aws:iam::333333333333:policy/p/M");
    assert_eq!(reading.problems(), ["managed-policy-not-judged 2:75"]);
}

#[test]
fn a_broken_policy_text_points_at_its_own_line() {
    let text = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: |\n        {\"é\": 1,\n         \"b\" 2}\n";
    let reading = yaml(text, MEMBER, &[]);
    assert_eq!(reading.problems(), ["syntax 7:14"]);
    assert!(short(reading.role().trust.as_ref()).starts_with("unresolved"));
}
