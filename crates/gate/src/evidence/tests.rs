//! Bundles that are wrong, with the problem and its place; places of facts.

use super::{place_in, read};
use rolecall_iam::json;
use rolecall_iam::source::SourceMap;

const HEAD: &str = r#""format": "rolecall-evidence", "version": 1, "viewpoint": "vendor", "at": "2026-03-01T10:00:00Z",
"subject": {"account": "111122223333", "kind": "member", "organization": "o-aaaaaaaaaa", "roleName": "R", "vendorAccount": "999988887777"}"#;

/// The problems as `line:column message; help`.
fn problems(text: &str) -> Vec<String> {
    let mut sources = SourceMap::new();
    let file = sources.add("bundle.json", text);
    let node = json::read(file, text).node.unwrap();
    let found = read(&node).err().unwrap_or_default();
    let shown =
        found.iter().map(|problem| format!("{} {}; {}", sources.locate(problem.span), problem.message, problem.help));
    shown.collect()
}

#[test]
fn a_bundle_with_its_head_alone_is_read() {
    assert_eq!(problems(&format!("{{{HEAD}}}")), Vec::<String>::new());
}

#[test]
fn problems_have_their_place_and_the_next_step() {
    let cases = [
        ("\"cheks\": []", "bundle.json:3:1 the bundle has no key `cheks`; did you mean `checks`?"),
        ("\"checks\": {}", "bundle.json:3:11 an object stands here; a list was expected"),
        (
            "\"validated\": \"yesterday\"",
            "bundle.json:3:14 `yesterday` is no moment; a moment such as `2026-03-01T10:00:00Z` was expected",
        ),
        (
            "\"listing\": {\"features\": \"EVERYTHING\"}",
            "bundle.json:3:25 `EVERYTHING` is not known here; known here: `ALL`, `CONSOLIDATED_BILLING`",
        ),
        (
            "\"emails\": [{\"at\": \"2026-03-01T10:00:00Z\", \"number\": 70000}]",
            "bundle.json:3:53 70000 is too large; a smaller number was expected",
        ),
        (
            "\"bindings\": {\"organizationId\": \"x\"}",
            "bundle.json:3:32 `x` is no external ID; an external ID has at least 2 characters, this one has 1",
        ),
    ];
    for (member, expected) in cases {
        assert_eq!(problems(&format!("{{{HEAD},\n{member}}}")), [expected], "{member}");
    }
    assert_eq!(
        problems(r#"{"format": "something"}"#),
        ["bundle.json:1:12 the format is `something`; `rolecall-evidence` was expected"]
    );
}

#[test]
fn facts_are_found_in_the_bundle() {
    let text = r#"{"checks": [{"at": 1}, {"at": 2}], "readings": {"role": null, "units": ["a"]}}"#;
    let mut sources = SourceMap::new();
    let file = sources.add("bundle.json", text);
    let node = json::read(file, text).node.unwrap();
    let cases = [
        ("checks[1]", r#"{"at": 2}"#),
        ("checks[1].at", "2"),
        ("readings.role", "null"),
        ("readings.role.trust", "null"),
        ("readings.units", r#""units""#),
        ("steps", text),
    ];
    for (place, expected) in cases {
        assert_eq!(sources.snippet(place_in(&node, place)), expected, "{place}");
    }
}
