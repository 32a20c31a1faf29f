//! The body of the fuzz target `check` on seeded mutations of the fixtures: what the fuzzer runs without bound
//! (`cargo xtask fuzz`), every run of the tests does for a moment.

#[path = "../../../../fuzz/check_body.rs"]
mod check_body;
#[path = "../../../../fuzz/mutations.rs"]
mod mutations;

use mutations::{lines, policies, run};
use std::collections::BTreeSet;

/// The examples of all lints: documents with something wrong in them.
fn examples() -> Vec<String> {
    let rules = rolecall_core::lint::all().map(|lint| lint.rule);
    rules.flat_map(|rule| [rule.bad.to_owned(), rule.good.to_owned()]).collect()
}

#[test]
fn check_stands_mutated_policies() {
    let unlike: BTreeSet<String> = policies(&lines()).into_iter().collect();
    // Many of them differ in a value only; the examples are there for their mistakes.
    let mut corpus: Vec<String> = unlike.into_iter().step_by(4).collect();
    corpus.extend(examples());
    assert!(corpus.len() > 400, "{}", corpus.len());
    run(4, &corpus, check_body::check);
}
