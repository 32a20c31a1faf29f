//! Whatever characters a profile holds, every format carries them unchanged.

use super::aws_cli::{assert_creates, script};
use super::sample::{self, MEMBER};
use super::stub::Stub;
use super::tool::has;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rolecall_core::profile::{RoleProfile, Tag};
use rolecall_render::write::{Format, Options, TemplateSyntax, render};
use serde_json::Value;

/// Pieces that end, open or escape something in bash, HCL, YAML or JSON.
const PIECES: [&str; 34] = [
    "'",
    "\"",
    "\\",
    "`",
    "$",
    "${",
    "}",
    "%{",
    "%%",
    "$$",
    "$(",
    ")",
    "#",
    ": ",
    " #",
    "- ",
    "\n",
    "\r\n",
    "\t",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "\u{1f600}",
    "yes",
    "2012-10-17",
    "~",
    "!Ref",
    "&a",
    "*a",
    "%",
    " ",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z]{1,3}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().replace('\0', "0").replace("{{resolve:", "x"))
}

/// The free texts of a profile; small, so that a failing case can be read.
#[derive(Clone, Debug)]
struct Texts {
    name: String,
    path: String,
    description: String,
    tags: Vec<(String, String)>,
}

impl Texts {
    fn profile(self) -> RoleProfile {
        RoleProfile {
            name: self.name,
            path: self.path,
            description: Some(self.description),
            tags: self.tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
            ..sample::uniform()
        }
    }
}

fn texts() -> impl Strategy<Value = Texts> {
    let tags = prop::collection::vec((text(), text()), 0..4);
    (text(), tags, text(), text()).prop_map(|(description, tags, name, path)| Texts { name, path, description, tags })
}

/// A fixed stream: the same cases on every machine.
fn check(cases: u32, test: impl Fn(RoleProfile) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    if let Err(error) = runner.run(&texts(), |texts| test(texts.profile())) {
        panic!("{error}");
    }
}

#[test]
fn a_script_passes_every_text_on_unchanged() {
    if !has("bash") {
        return;
    }
    check(24, |mut profile| {
        // Names are one line where IAM takes them; `read` of bash takes lines.
        profile.name = format!("n{}", profile.name.replace(['\n', '\r'], ""));
        let (_folder, path) = script(&profile, &sample::with_legacy(1));
        let stub = Stub::of_account(MEMBER, "aws");
        let said = stub.run(&path, &[]);
        prop_assert!(said.ok, "{}", said.all());
        assert_creates(&profile, &stub, "6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11");
        Ok(())
    });
}

fn template(profile: &RoleProfile, syntax: TemplateSyntax) -> String {
    let options = Options { template_syntax: syntax, ..Options::default() };
    render(Format::CloudFormation, profile, &sample::with_legacy(1), &options).unwrap().files[0].text.clone()
}

#[test]
fn yaml_and_json_templates_hold_the_same_and_the_profile() {
    check(256, |profile| {
        let json: Value = serde_json::from_str(&template(&profile, TemplateSyntax::Json)).unwrap();
        let yaml: Value = serde_saphyr::from_str(&template(&profile, TemplateSyntax::Yaml)).unwrap();
        prop_assert_eq!(&json, &yaml);
        let properties = &json["Resources"]["VendorRole"]["Properties"];
        prop_assert_eq!(properties["Description"].as_str(), profile.description.as_deref());
        prop_assert_eq!(properties["RoleName"].as_str(), Some(profile.name.as_str()));
        for (index, tag) in profile.tags.iter().enumerate() {
            prop_assert_eq!(properties["Tags"][index]["Key"].as_str(), Some(tag.key.as_str()));
            prop_assert_eq!(properties["Tags"][index]["Value"].as_str(), Some(tag.value.as_str()));
        }
        Ok(())
    });
}

#[test]
fn hcl_holds_the_profile() {
    check(256, |profile| {
        let text = render(Format::Terraform, &profile, &sample::organization(), &Options::default()).unwrap().files[0]
            .text
            .clone();
        let body: hcl::Body = hcl::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let role =
            body.blocks().find(|block| block.labels.iter().any(|label| label.as_str() == "aws_iam_role")).unwrap();
        let attribute = |name: &str| role.body.attributes().find(|attribute| attribute.key() == name).unwrap().expr();
        prop_assert_eq!(string(attribute("description")), profile.description.clone().unwrap());
        prop_assert_eq!(string(attribute("name")), profile.name.clone());
        if !profile.tags.is_empty() {
            let hcl::Value::Object(tags) = evaluated(attribute("tags")) else { panic!("tags are an object") };
            for tag in &profile.tags {
                // Of two tags with one key the last one stays; AWS refuses such a pair anyway.
                let last = profile.tags.iter().rfind(|other| other.key == tag.key).unwrap();
                prop_assert_eq!(tags[&tag.key].as_str(), Some(last.value.as_str()));
            }
        }
        Ok(())
    });
}

/// Texts that `hcl-rs` 0.20 leaves to be read as templates; what Terraform 1.11 reads back was looked at by hand.
#[test]
fn hcl_markers_that_stand_close_together_are_escaped() {
    let cases =
        [("$%{x", "$%%{x"), ("${a}$${b}", "$${a}$$${b}"), ("%{a}%%{b}", "%%{a}%%%{b}"), ("$ {", "$ {"), ("$$", "$$")];
    for (text, expected) in cases {
        let profile = RoleProfile { description: Some(text.into()), ..sample::uniform() };
        let rendered = render(Format::Terraform, &profile, &sample::organization(), &Options::default()).unwrap();
        let line = format!("  description          = \"{expected}\"\n");
        assert!(rendered.files[0].text.contains(&line), "{line}{}", rendered.files[0].text);
    }
}

/// A literal, with its escapes undone by the library's own evaluation.
fn evaluated(expression: &hcl::Expression) -> hcl::Value {
    use hcl::eval::{Context, Evaluate};
    expression.evaluate(&Context::new()).unwrap()
}

fn string(expression: &hcl::Expression) -> String {
    match evaluated(expression) {
        hcl::Value::String(text) => text,
        other => panic!("not a string: {other}"),
    }
}
