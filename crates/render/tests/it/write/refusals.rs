//! What cannot be written is an error that says why; nothing half-written comes out.

use super::sample;
use rolecall_core::profile::{RoleProfile, Tag};
use rolecall_render::write::{Format, Options, RenderError, render};

fn refused(format: Format, profile: &RoleProfile, options: &Options) -> String {
    render(format, profile, &sample::with_legacy(1), options).unwrap_err().to_string()
}

fn described(text: &str) -> RoleProfile {
    RoleProfile { description: Some(text.to_owned()), ..sample::uniform() }
}

#[test]
fn characters_that_a_format_cannot_carry() {
    for format in Format::ALL {
        let error = refused(format, &described("a\0b"), &Options::default());
        assert!(error.starts_with("the description holds a NUL character"), "{error}");
    }
    let tagged = RoleProfile {
        tags: vec![Tag { key: "a".into(), value: "{{resolve:ssm:secret}}".into() }],
        ..sample::uniform()
    };
    for format in [Format::CloudFormation, Format::StackSet, Format::AccountFactory] {
        let error = refused(format, &tagged, &Options::default());
        assert!(error.starts_with("the tag `a` holds `{{resolve:`"), "{error}");
    }
    assert!(render(Format::Terraform, &tagged, &sample::organization(), &Options::default()).is_ok());
    for prefix in ["file://", "fileb://", "http://", "https://"] {
        let error = refused(Format::AwsCli, &described(&format!("{prefix}vendor.example")), &Options::default());
        assert!(error.contains(&format!("begins with `{prefix}`")), "{error}");
    }
}

#[test]
fn options_that_aws_would_refuse() {
    let of = |options: Options| refused(Format::StackSet, &sample::uniform(), &options);
    let unit = |text: &str| Options { organizational_units: vec![text.to_owned()], ..Options::default() };
    for bad in ["", "ou-abcd", "ou-abcd-123", "r-", "root", "ou-abcd-11111111; rm"] {
        assert!(of(unit(bad)).starts_with("an organizational unit is"), "{bad}");
    }
    for bad in ["", "us-east", "us east-1", "us-east-1\n"] {
        assert!(of(Options { region: Some(bad.into()), ..Options::default() }).starts_with("the Region is"), "{bad}");
    }
    for bad in ["", "1a", "a_b", "-a"] {
        assert!(
            of(Options { stack_name: Some(bad.into()), ..Options::default() }).starts_with("the stack name is"),
            "{bad}"
        );
    }
    let many = Options { organizational_units: vec!["ou-abcd-11111111".into(); 51], ..Options::default() };
    assert!(of(many).starts_with("the number of organizational units is `51`"));
}

#[test]
fn templates_beyond_the_limits_of_cloudformation() {
    let large = sample::with_legacy(400);
    let error = render(Format::StackSet, &sample::uniform(), &large, &Options::default()).unwrap_err();
    assert!(matches!(error, RenderError::TemplateTooLarge { limit: 51_200, .. }), "{error}");
    assert!(error.to_string().contains("CloudFormation takes 51200 in the call"), "{error}");
    let rendered = render(Format::CloudFormation, &sample::uniform(), &large, &Options::default()).unwrap();
    assert!(rendered.notes.iter().any(|note| note.contains("from S3 only")), "{:?}", rendered.notes);
    let huge = sample::with_legacy(9_000);
    let error = render(Format::CloudFormation, &sample::uniform(), &huge, &Options::default()).unwrap_err();
    assert!(matches!(error, RenderError::TemplateTooLarge { limit: 1_000_000, .. }), "{error}");
}

#[test]
fn a_lagging_organization_has_nothing_for_an_account_factory() {
    let error = render(Format::AccountFactory, &sample::split(), &sample::lagging(), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("new accounts get none"), "{error}");
}

#[test]
fn names_of_formats_read_back() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
    assert_eq!(Format::parse("AWS-CLI"), None);
}
