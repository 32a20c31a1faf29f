//! No input makes a reader panic: random texts, random bytes, and real role code with random changes; and every place
//! that a reader gives lies inside its file, on the borders of characters.

use super::{MEMBER, environment};
use proptest::prelude::*;
use rolecall_core::role::RoleTree;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use rolecall_iam::value::Node;
use rolecall_render::read::{Kind, read};
use std::fmt::Write;

const SEEDS: [(Kind, &str, &str); 4] = [
    (
        Kind::CloudFormation,
        "role.yaml",
        "Parameters:\n  P: {Type: String, Default: x}\nConditions:\n  C: !Equals [!Ref P, x]\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Condition: C\n    Properties:\n      RoleName: !Sub '${P}-é'\n      Tags: &t\n        - {Key: a, Value: !If [C, b, !Ref AWS::NoValue]}\n      AssumeRolePolicyDocument: |\n        {\"é\": 1,\n         \"Statement\": []}\n      Policies:\n        - PolicyName: P\n          PolicyDocument: !Sub >-\n            {\"a\": \"${AWS::AccountId}\"}\n",
    ),
    (
        Kind::Terraform,
        "main.tf",
        "variable \"x\" { default = \"é\" }\nlocals { a = [for s in [\"b\"] : \"${s}-${var.x}\" if s != \"c\"] }\nresource \"aws_iam_role\" \"r\" {\n  count = var.x == \"é\" ? 1 : 0\n  name = join(\"\", local.a)\n  assume_role_policy = <<-EOF\n    {\"é\": \"${var.x}\", \"b\": \"$${c}\"}\n  EOF\n  inline_policy {\n    name = \"n\"\n    policy = jsonencode({ a = \"b\", \"c\" : [1, true, null] })\n  }\n}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"a:b\"]\n  }\n}\n",
    ),
    (
        Kind::TerraformPlan,
        "plan.json",
        "{\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"aws_iam_role.r\",\"type\":\"aws_iam_role\",\"values\":{\"name\":\"é\",\"assume_role_policy\":\"{\\\"é\\\":1}\"}},{\"address\":\"aws_iam_role_policy.p\",\"type\":\"aws_iam_role_policy\",\"values\":{\"role\":\"é\",\"policy\":\"{}\"}}]}}}",
    ),
    (
        Kind::AwsCli,
        "create.sh",
        "#!/bin/bash\nset -e\nx='é'; y=\"${x:-d}$(cat <<EOF\n{\"a\": \"$x\"}\nEOF\n)\"\nf() { local a=\"$1\"; shift; if ! \"$@\" >/dev/null 2>&1; then exit 1; fi; }\ncase \"$x\" in é*) z=1 ;; *) z=2 ;; esac\nfor i in a b; do [[ $i == a ]] && continue; done\nif aws iam get-role --role-name r; then f x aws iam update-role --role-name r --description d; else\naws iam create-role --role-name r --assume-role-policy-document \"$y\" --tags Key=a,Value=b\nfi\n",
    ),
];

/// Reads as every kind; checks every place.
fn survives(path: &str, text: &str) {
    for kind in Kind::ALL {
        let mut sources = SourceMap::new();
        let file = sources.add(path, text);
        let result = read(kind, &sources, &[file], &environment(MEMBER, &[("P", "y")]));
        let sound = |span: Span| {
            let text = &sources.get(span.file).expect("a file of the map").text;
            assert!(text.get(span.range()).is_some(), "{kind:?}: {span:?} of {} bytes in {text:?}", text.len());
        };
        for problem in &result.problems {
            sound(problem.span);
            if let Some((span, _)) = &problem.related {
                sound(*span);
            }
        }
        for role in &result.roles {
            each(role, &mut |node| sound(node.span));
        }
    }
}

fn each(role: &RoleTree, visit: &mut impl FnMut(&Node)) {
    let single = [
        &role.name,
        &role.path,
        &role.description,
        &role.max_session_duration_s,
        &role.trust,
        &role.permissions_boundary,
    ];
    for node in single.into_iter().flatten() {
        tree(node, visit);
    }
    for (key, value) in role.tags.iter().chain(&role.inline_policies) {
        tree(key, visit);
        tree(value, visit);
    }
    for arn in &role.managed_policy_arns {
        tree(arn, visit);
    }
}

fn tree(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    for item in node.as_array().unwrap_or(&[]) {
        tree(item, visit);
    }
    for member in node.as_object().unwrap_or(&[]) {
        visit(&Node::string(member.key.value.clone(), member.key.span));
        tree(&member.value, visit);
    }
}

#[test]
fn the_seeds_give_roles() {
    for (kind, path, text) in SEEDS {
        let mut sources = SourceMap::new();
        let file = sources.add(path, text);
        let result = read(kind, &sources, &[file], &environment(MEMBER, &[("P", "x")]));
        assert_eq!(result.roles.len(), 1, "{path}: {:?}", result.problems);
        survives(path, text);
    }
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for (open, close) in [
        ("[", "]"),
        ("{", "}"),
        ("(", ")"),
        ("$(", ")"),
        ("\"$(", ")\""),
        ("${a:-", "}"),
        ("a: [", ""),
        ("- ", ""),
        ("!", ""),
        ("\"${", "}\""),
        ("{a=", "}"),
        ("if true; then ", ""),
        ("x = [", "]"),
        ("&", ""),
        ("a && ", ""),
        ("! ", ""),
        ("a ? ", ""),
    ] {
        for depth in [100, 20_000] {
            survives("t", &format!("{}x{}", open.repeat(depth), close.repeat(depth)));
            survives("t", &format!("x = {}1{}", open.repeat(depth), close.repeat(depth)));
            survives("t", &open.repeat(depth));
        }
    }
    survives("t", &format!("x = {}1", "1 + ".repeat(20_000)));
    survives("t", &format!("x = {}1", "-".repeat(20_000)));
    survives("t", &format!("x = a{}", ".b".repeat(20_000)));
    survives("t", &format!("x = a{}", "[0]".repeat(20_000)));
}

fn fragments() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "aws iam create-role --role-name r ",
        "Resources:\n",
        "  R: {Type: AWS::IAM::Role, Properties: {",
        "resource \"aws_iam_role\" \"r\" {\n",
        "name = ",
        "<<EOF\n",
        "EOF\n",
        "<<-EOF\n",
        "${",
        "%{",
        "$(",
        "}",
        ")",
        "]",
        "{",
        "[",
        "\"",
        "'",
        "\\",
        "\n",
        "\r\n",
        "  ",
        "\t",
        "!Sub ",
        "!If [",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "- ",
        ": ",
        "#",
        "é",
        "🦀",
        "case x in ",
        "esac",
        "if ",
        "then ",
        "fi\n",
        "done",
        "for i in ",
        "; do ",
        "&&",
        "||",
        "=",
        "jsonencode(",
        "? ",
        "~",
        "\u{FEFF}",
        "\0",
        "---\n",
        "local.a",
        "locals {\n",
        "${x",
        ":-",
        "[[ ",
        " ]]",
        "<<<",
        ">",
        "Fn::Sub",
        "\"planned_values\":",
    ]);
    prop::collection::vec(prop_oneof![3 => special.prop_map(String::from), 1 => "\\PC{0,4}"], 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts(text in "\\PC{0,200}") {
        survives("t", &text);
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives("t.yaml", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_fragments(text in fragments()) {
        survives("t", &text);
    }

    #[test]
    fn changed_role_code(seed in 0..SEEDS.len(), cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), fragments()), 1..4)) {
        let (_, path, text) = SEEDS[seed];
        let mut text = text.to_owned();
        for (from, length, insert) in cuts {
            let at = |index: usize| (0..=index.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = at(from.index(text.len() + 1));
            let end = at(start + length.index(8));
            let insert: String = insert.chars().take(12).collect();
            text.replace_range(start..end.max(start), &insert);
        }
        survives(path, &text);
    }
}

#[test]
fn small_files_that_would_grow_without_end_stop() {
    let mut doubling = String::from("locals {\n  a0 = [\"x\", \"y\"]\n");
    for level in 1..40 {
        let before = level - 1;
        let _ = writeln!(doubling, "  a{level} = [local.a{before}, local.a{before}]");
    }
    doubling.push_str(
        "}\nresource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  assume_role_policy = jsonencode(local.a39)\n}\n",
    );
    survives("main.tf", &doubling);
    let long = "x".repeat(100_000);
    let mut texts = format!("locals {{\n  t = \"{long}\"\n");
    for index in 0..2_000 {
        let _ = writeln!(texts, "  u{index} = \"${{local.t}}-${{local.t}}\"");
    }
    texts.push_str("}\nresource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  tags = {\n");
    for index in 0..2_000 {
        let _ = writeln!(texts, "    t{index} = local.u{index}");
    }
    texts.push_str("  }\n}\n");
    survives("main.tf", &texts);
    let mut template = format!(
        "Parameters:\n  P: {{Type: String, Default: {long}}}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Tags:\n"
    );
    for _ in 0..5_000 {
        template.push_str("        - {Key: !Ref P, Value: !Sub '${P}${P}'}\n");
    }
    survives("role.yaml", &template);
    let mut script = format!("x={long}\n");
    for index in 0..5_000 {
        let _ = writeln!(script, "y{index}=\"$x$x\"; if unknown; then z=\"$y{index}\"; fi");
    }
    survives("create.sh", &script);
    let mut aliases = format!("a: &a {long}\nb:\n");
    aliases.push_str(&"  - *a\n".repeat(50_000));
    survives("role.yaml", &aliases);
}
