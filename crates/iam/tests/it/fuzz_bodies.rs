//! The bodies of the fuzz targets on seeded mutations of the fixtures, a bounded number of them: what the fuzzer runs
//! without bound (`cargo xtask fuzz`), every run of the tests does for a moment.

#[path = "../../../../fuzz/bodies.rs"]
mod bodies;
#[path = "../../../../fuzz/mutations.rs"]
mod mutations;

use mutations::{lines, policies, run};

#[test]
fn the_parser_stands_mutated_policies() {
    run(1, &policies(&lines()), bodies::parser);
}

#[test]
fn the_evaluator_stands_mutated_lines() {
    run(2, &lines(), bodies::evaluator);
}

#[test]
fn the_bulk_reader_agrees_on_mutated_lines() {
    let lines = lines();
    // Several lines are one input: the second meets what the first left behind.
    let inputs: Vec<String> = lines.chunks(4).map(|lines| lines.join("\n")).collect();
    run(3, &inputs, bodies::bulk);
}

#[test]
fn the_corpus_is_there() {
    let lines = lines();
    assert!(lines.len() >= 300 && policies(&lines).len() >= 300);
}
