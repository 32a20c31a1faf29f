//! Paths as they are compared and shown.

use super::normal_path;

#[test]
fn paths_are_normal_without_looking_anything_up() {
    for (given, normal) in [
        ("policy.json", "policy.json"),
        ("./a//b/./c", "a/b/c"),
        ("a/../b", "b"),
        ("../shared/p.json", "../shared/p.json"),
        ("a/../../b", "../b"),
        ("../../b/..", "../.."),
        ("/x/../y", "/y"),
        ("/../y", "/y"),
        ("", "."),
        ("a/..", "."),
    ] {
        assert_eq!(normal_path(given), normal, "{given}");
    }
}
