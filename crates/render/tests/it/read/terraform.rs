//! Terraform: places in every embedding, evaluation, attachments, what is not judged.

use super::{MANAGEMENT, MEMBER, Reading, reading, short};
use rolecall_render::read::Kind;

fn module(text: &str, account: &str, parameters: &[(&str, &str)]) -> Reading {
    reading(Kind::Terraform, &[("m/main.tf", text)], account, parameters)
}

const EMBEDDINGS: &str = r#"# 🦀 é
resource "aws_iam_role" "r" {
  name = "ProsperOps" /* é */
  assume_role_policy = jsonencode({
    Version = "2012-10-17", Sid = "é"
    Statement = [{
      Effect = "Allow", "Action" : "sts:AssumeRole",
      Condition = { StringEquals = { "sts:ExternalId" = "ëxt" } }
    }]
  })
  inline_policy {
    name   = "heredoc"
    policy = <<EOF
{ "é": "$${aws:username}",
  "Action": "ec2:*" }
EOF
  }
  inline_policy {
    name   = "flush"
    policy = <<-EOF
      { "é": "${local.x}",
        "Action": "s3:*" }
    EOF
  }
  inline_policy {
    name   = "string"
    policy = "{\"é\": \"\\u00e9\", \"Action\": \"sqs:*\"}"
  }
  inline_policy {
    name   = "document"
    policy = data.aws_iam_policy_document.d.json
  }
}
locals { x = "ünï" }
data "aws_iam_policy_document" "d" {
  statement {
    sid       = "É"
    actions   = ["ec2:A", "ec2:B"]
    resources = ["arn:aws:s3:::b/&{aws:username}"]
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/é"
      values   = ["x", local.x]
    }
  }
}
"#;

#[test]
fn every_embedding_points_at_its_line() {
    let reading = module(EMBEDDINGS, MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(role.label, "aws_iam_role.r");
    assert_eq!(reading.place(role.name.as_ref().unwrap()), "3:10 \"ProsperOps\"");
    let trust = role.trust.as_ref().unwrap();
    assert_eq!(reading.at(trust, "Sid"), "5:35 \"é\"");
    assert_eq!(reading.at(trust, "Statement/0/Action"), "7:36 \"sts:AssumeRole\"");
    assert_eq!(reading.at(trust, "Statement/0/Condition/StringEquals/sts:ExternalId"), "8:57 \"ëxt\"");
    let policy = |index: usize| &role.inline_policies[index].1;
    assert_eq!(reading.at(policy(0), "é"), "14:8 \"$${aws:username}\"");
    assert_eq!(short(policy(0).get("é")), "${aws:username}");
    assert_eq!(reading.at(policy(0), "Action"), "15:13 \"ec2:*\"");
    assert_eq!(reading.at(policy(1), "é"), "21:14 \"${local.x}\"");
    assert_eq!(short(policy(1).get("é")), "ünï");
    assert_eq!(reading.at(policy(1), "Action"), "22:19 \"s3:*\"");
    assert_eq!(reading.at(policy(2), "Action"), "27:48 \\\"sqs:*\\\"");
    assert_eq!(short(policy(2).get("é")), "é");
    let document = policy(3);
    assert_eq!(reading.at(document, "Statement/0/Sid"), "37:17 \"É\"");
    assert_eq!(reading.at(document, "Statement/0/Action/1"), "38:27 \"ec2:B\"");
    assert_eq!(short(document.get("Version")), "2012-10-17");
    let statement = &document.get("Statement").unwrap().as_array().unwrap()[0];
    assert_eq!(
        short(Some(statement)),
        "{Sid=É Effect=Allow Action=[ec2:A ec2:B] Resource=[arn:aws:s3:::b/${aws:username}] Condition={StringLike={aws:PrincipalTag/é=[x ünï]}}}"
    );
    assert_eq!(reading.at(statement, "Condition").lines().next(), Some("40:5 condition {"));
}

const VALUES: &str = r#"
variable "id" { type = string }
variable "legacy" {
  type    = map(string)
  default = { "222222222222" = "legacy" }
}
data "aws_caller_identity" "me" {}
data "aws_partition" "p" {}
locals {
  account = data.aws_caller_identity.me.account_id
  member  = local.account != "111111111111" && !(local.account == "x")
  id      = lookup(var.legacy, local.account, var.id)
  actions = concat(["a:b"], local.member ? ["c:d"] : [], [for s in ["x", "y"] : "e:${s}" if s != "y"])
}
resource "aws_iam_role" "r" {
  count                = local.member ? 1 : 1
  name                 = join("", ["Prosper", format("%s", "Ops")])
  path                 = "/a/"
  max_session_duration = 60 * 60 * 2
  description          = "%{ if local.member }member%{ else }management%{ endif } ${upper("x")}"
  permissions_boundary = "arn:${data.aws_partition.p.partition}:iam::${local.account}:policy/B"
  tags                 = merge({ a = "1", b = 2 }, { a = "3" })
  assume_role_policy   = jsonencode({ Id = local.id, Action = local.actions })
}
resource "aws_iam_role_policy" "p" {
  name   = "by-reference"
  role   = aws_iam_role.r[0].id
  policy = jsonencode({ R = aws_iam_role.r[0].arn })
}
resource "aws_iam_policy" "m" {
  name   = "M"
  policy = "{}"
}
resource "aws_iam_role_policy_attachment" "a" {
  for_each   = toset(["arn:x"])
  role       = "ProsperOps"
  policy_arn = each.value
}
resource "aws_iam_policy_attachment" "b" {
  name       = "b"
  roles      = [aws_iam_role.r[0].name]
  policy_arn = aws_iam_policy.m.arn
}
resource "aws_iam_role_policies_exclusive" "e" { role_name = "ProsperOps" }
"#;

#[test]
fn values_are_evaluated_for_the_account() {
    let reading = module(VALUES, MEMBER, &[("id", "ext")]);
    let role = reading.role();
    assert_eq!(reading.problems(), ["managed-policy-not-judged 42:16"]);
    assert_eq!(short(role.name.as_ref()), "ProsperOps");
    assert_eq!(short(role.max_session_duration_s.as_ref()), "7200");
    assert_eq!(short(role.description.as_ref()), "member X");
    assert_eq!(short(role.permissions_boundary.as_ref()), "arn:aws:iam::333333333333:policy/B");
    assert_eq!(short(role.trust.as_ref()), "{Id=ext Action=[a:b c:d e:x]}");
    let mut tags: Vec<String> =
        role.tags.iter().map(|(key, value)| format!("{}={}", short(Some(key)), short(Some(value)))).collect();
    tags.sort();
    assert_eq!(tags, ["a=3", "b=2"]);
    assert_eq!(short(Some(&role.inline_policies[0].1)), "{R=arn:aws:iam::333333333333:role/a/ProsperOps}");
    let arns: Vec<String> = role.managed_policy_arns.iter().map(|arn| short(Some(arn))).collect();
    assert_eq!(arns, ["arn:x", "arn:aws:iam::333333333333:policy/M"]);

    let management = module(VALUES, MANAGEMENT, &[("id", "ext")]);
    assert_eq!(short(management.role().description.as_ref()), "management X");
    assert_eq!(short(management.role().trust.as_ref()), "{Id=ext Action=[a:b e:x]}");
    let legacy = module(VALUES, "222222222222", &[("id", "ext")]);
    assert_eq!(short(legacy.role().trust.as_ref().unwrap().get("Id")), "legacy");
    let given = module(VALUES, MEMBER, &[("id", "ext"), ("legacy", "{ \"333333333333\" = \"given\" }")]);
    assert_eq!(short(given.role().trust.as_ref().unwrap().get("Id")), "given");
}

#[test]
fn a_variable_without_a_value_is_unresolved_where_it_is_used() {
    let text = "variable \"x\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = \"A\"\n  assume_role_policy = jsonencode({ é = \"y\", Id = var.x, Version = \"2012-10-17\" })\n}\n";
    let reading = module(text, MEMBER, &[]);
    let trust = reading.role().trust.as_ref().unwrap();
    assert_eq!(short(trust.get("Id")), "unresolved: variable `x` has no default, and no value was given for it");
    assert_eq!(reading.at(trust, "Id"), "4:51 var.x");
    assert_eq!(short(trust.get("Version")), "2012-10-17");
}

#[test]
fn files_of_a_module_are_read_together() {
    let files = [
        (
            "m/main.tf",
            "resource \"aws_iam_role\" \"r\" {\n  name = var.name\n  assume_role_policy = file(\"${path.module}/trust.json\")\n}\n",
        ),
        ("m/variables.tf", "variable \"name\" { default = \"default\" }\n"),
        ("m/terraform.tfvars", "name = \"from-tfvars\"\n"),
        ("m/other.tfvars", "name = \"not loaded\"\n"),
        ("m/trust.json", "{\n  \"é\": \"x\", \"Action\": \"sts:*\"\n}\n"),
    ];
    let reading = reading(Kind::Terraform, &files, MEMBER, &[]);
    assert_eq!(reading.problems(), Vec::<String>::new());
    let role = reading.role();
    assert_eq!(short(role.name.as_ref()), "from-tfvars");
    assert_eq!(reading.at(role.trust.as_ref().unwrap(), "Action"), "2:23 \"sts:*\"");
    assert_eq!(reading.sources.path(role.trust.as_ref().unwrap().span.file), "m/trust.json");
}

#[test]
fn principals_and_merged_documents() {
    let text = r#"
data "aws_iam_policy_document" "base" {
  statement {
    sid     = "one"
    actions = ["a:b"]
  }
  statement {
    sid         = "two"
    effect      = "Deny"
    not_actions = ["c:d"]
    not_resources = ["r"]
    not_principals {
      type        = "AWS"
      identifiers = ["x"]
    }
  }
}
data "aws_iam_policy_document" "d" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [jsonencode({ Statement = [{ Sid = "two", Effect = "Allow" }] })]
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  statement {
    principals {
      type        = "AWS"
      identifiers = ["a"]
    }
    principals {
      type        = "AWS"
      identifiers = ["b"]
    }
    principals {
      type        = "Service"
      identifiers = ["s"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "A"
  assume_role_policy = data.aws_iam_policy_document.d.json
}
"#;
    let reading = module(text, MEMBER, &[]);
    let statements = reading.role().trust.as_ref().unwrap().get("Statement").unwrap();
    assert_eq!(
        short(Some(statements)),
        "[{Sid=one Effect=Allow Action=[a:b]} {Sid=two Effect=Allow} {Effect=Allow Principal=* Action=[sts:AssumeRole]} \
         {Effect=Allow Principal={AWS=[a b] Service=[s]}}]"
    );
}

#[test]
fn what_is_not_judged_is_said() {
    let role = |inner: &str| format!("resource \"aws_iam_role\" \"r\" {{\n  name = \"A\"\n  {inner}\n}}\n");
    let policy = |role: &str| {
        format!("resource \"aws_iam_role_policy\" \"p\" {{\n  name = \"p\"\n  role = {role}\n  policy = \"{{}}\"\n}}\n")
    };
    let cases: [(String, &[&str], usize); 9] = [
        (role("for_each = var.x"), &["role-code-not-judged 3:14"], 1),
        (role("count = var.x"), &["role-code-not-judged 3:11"], 1),
        (role("count = 0"), &[], 0),
        (role("for_each = toset([])"), &[], 0),
        (role("provider = aws.other"), &["provider-of-its-own 3:14"], 1),
        (format!("module \"m\" {{\n  source = \"./m\"\n}}\n{}", role("")), &["module-not-read 1:1"], 1),
        (format!("{}{}", role(""), policy("var.x")), &["role-code-not-judged 7:10"], 1),
        (format!("{}{}", role(""), policy("\"B\"")), &["role-not-in-code 7:10"], 1),
        ("resource \"aws_iam_role\" \"é\" {\n  name = \n}\n".into(), &["syntax 2:10"], 0),
    ];
    for (text, problems, roles) in cases {
        let reading = module(&text, MEMBER, &[]);
        assert_eq!(reading.problems(), problems, "{text}");
        assert_eq!(reading.result.roles.len(), roles, "{text}");
    }
    let json = reading(Kind::Terraform, &[("m/main.tf.json", "{}")], MEMBER, &[]);
    assert_eq!(json.problems(), ["role-code-not-judged 1:1"]);
}

#[test]
fn unknown_values_keep_their_reason() {
    let cases = [
        ("data.aws_iam_role.x.name", "the module has no `data.aws_iam_role.x`"),
        ("local.nope", "the module has no `local.nope`"),
        ("local.circle", "`local.circle` refers to itself"),
        ("random_id.x.hex", "the module has no resource `random_id.x`"),
        ("uuid()", "the function `uuid` is not evaluated with these arguments"),
        ("\"a-${terraform.workspace}\"", "values of `terraform` are not read"),
        ("file(\"x\")", "the file `x` is not among the files that were read"),
        ("{ a = \"b\" }.c", "the map has no `c`"),
        ("[\"a\"][3]", "the list has no element 3"),
        ("each.key", "`each` is not known here"),
    ];
    for (written, reason) in cases {
        let text = format!(
            "locals {{\n  circle = local.circle\n}}\nresource \"aws_iam_role\" \"r\" {{\n  name = {written}\n}}\n"
        );
        let reading = module(&text, MEMBER, &[]);
        assert_eq!(short(reading.role().name.as_ref()), format!("unresolved: {reason}"), "{written}");
    }
}

#[test]
fn default_tags_of_the_provider_count() {
    let text = "provider \"aws\" {\n  default_tags {\n    tags = { team = \"a\", own = \"b\" }\n  }\n}\nresource \"aws_iam_role\" \"r\" {\n  name = \"A\"\n  tags = { own = \"c\" }\n}\n";
    let reading = module(text, MEMBER, &[]);
    let tags: Vec<String> =
        reading.role().tags.iter().map(|(key, value)| format!("{}={}", short(Some(key)), short(Some(value)))).collect();
    assert_eq!(tags, ["team=a", "own=c"]);
}
