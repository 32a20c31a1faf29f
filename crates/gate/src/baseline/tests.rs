//! Baseline files: what is refused, with its place.

use super::read;
use crate::config::Problems;
use rolecall_iam::source::SourceMap;

fn problems(text: &str) -> Vec<String> {
    let mut sources = SourceMap::new();
    let file = sources.add("b.json", text);
    let mut problems = Problems::default();
    let baseline = read(file, text, &mut problems);
    assert_eq!(baseline.is_some(), problems.is_empty());
    let found = problems.into_sorted();
    found
        .iter()
        .map(|problem| format!("{} {} {}", sources.locate(problem.span), problem.code, problem.message))
        .collect()
}

#[test]
fn an_empty_baseline_is_sound() {
    assert_eq!(problems("{\"version\": 1, \"findings\": []}"), Vec::<String>::new());
}

#[test]
fn broken_baselines_are_told() {
    assert_eq!(problems("")[0], "b.json:1:1 empty-document the text is empty");
    assert_eq!(problems("[]").len(), 2);
    assert_eq!(
        problems("{\"version\": 2, \"findings\": []}"),
        ["b.json:1:13 baseline-format the baseline is of another version"]
    );
    let text = "{\"version\": 1, \"findings\": [\n{\"rule\": \"x\"}]}";
    assert_eq!(
        problems(text),
        ["b.json:2:1 baseline-format an accepted finding lacks `fingerprint`, `rule` or `path`"]
    );
    assert!(problems("{\"version\": 1, \"version\": 1, \"findings\": []}")[0].contains("duplicate-key"));
}
