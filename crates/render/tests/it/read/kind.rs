//! Names and guesses of kinds.

use rolecall_render::read::Kind;

#[test]
fn names_come_back() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(Kind::parse("stack-set"), Some(Kind::CloudFormation));
    assert_eq!(Kind::parse("Terraform"), None);
}

#[test]
fn kinds_are_guessed_by_path_then_by_text() {
    let cases = [
        ("main.tf", "", Some(Kind::Terraform)),
        ("create.sh", "", Some(Kind::AwsCli)),
        ("create", "#!/usr/bin/env bash\n", Some(Kind::AwsCli)),
        ("role.yaml", "", Some(Kind::CloudFormation)),
        ("role.template", "{}", Some(Kind::CloudFormation)),
        ("role.json", "{\"Resources\": {}}", Some(Kind::CloudFormation)),
        ("plan.json", "{\"format_version\":\"1.2\",\"planned_values\":{}}", Some(Kind::TerraformPlan)),
        ("policy.json", "{\"Version\":\"2012-10-17\"}", None),
        ("notes.txt", "Resources are fine", None),
    ];
    for (path, text, kind) in cases {
        assert_eq!(Kind::guess(path, text), kind, "{path}");
    }
}
