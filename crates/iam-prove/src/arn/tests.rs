//! Patterns of ARNs against the evaluator's own matcher, and the partition of all ARNs.

use super::{ArnTable, ArnText, Segment};
use crate::text::atoms::Domain;
use crate::text::pattern::Bindings;
use proptest::prelude::*;
use rolecall_iam::evaluate::resource_matches;

const SEGMENTS: [Segment; 6] = [
    Segment::Fixed("arn"),
    Segment::Any(Domain::SOME_SEGMENT, "aws"),
    Segment::Any(Domain::SOME_SEGMENT, "s3"),
    Segment::Any(Domain::SEGMENT, ""),
    Segment::Any(Domain::SEGMENT, "123456789012"),
    Segment::Any(Domain::RESOURCE, "example"),
];

fn table(patterns: &[String]) -> ArnTable {
    let mut table = ArnTable::new(&SEGMENTS, true);
    for text in patterns {
        table.number(0, text, || ArnText::read(text, false, &Bindings::new())).unwrap();
    }
    table
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::from("*")),
        "(arn|\\*|a\\?n):(aws|\\*|aws\\*):(s3|\\*|s\\?):(|\\*|us):(|1|\\*):[ab:/*?]{1,4}",
        "(arn:aws:s3\\*|arn:aws:\\*|arn:\\*:s3:\\*|\\*b|arn\\?aws:s3:\\*a|\\*:s3:\\*)",
    ]
}

proptest! {
    #[test]
    fn patterns_match_as_in_the_evaluator(pattern in pattern(), resource in "arn:(aws|aws-cn):(s3|sq):(|us):(|1|2):[ab:/]{1,4}") {
        let table = table(std::slice::from_ref(&pattern));
        prop_assert_eq!(table.matches(0, &resource), resource_matches(&pattern, &resource));
        prop_assert_eq!(table.matches(0, "*"), resource_matches(&pattern, "*"));
        let read = ArnText::read(&pattern, false, &Bindings::new()).unwrap();
        let flat = read.flattened().iter().any(|pattern| pattern.matches(&resource));
        prop_assert_eq!(flat, resource_matches(&pattern, &resource));
    }

    #[test]
    fn every_resource_has_its_atom(patterns in proptest::collection::vec(pattern(), 0..6), resource in "arn:(aws|aws-cn):(s3|sq):(|us):(|1|2):[abc:/]{1,4}") {
        let mut table = table(&patterns);
        table.numbers.entry(0).or_default();
        let atoms = table.solve(100_000).unwrap();
        let row = |value: &str| -> Vec<bool> { table.numbers[&0].values().map(|at| table.matches(*at, value)).collect() };
        let row_of = |atom: usize| -> Vec<bool> { table.numbers[&0].values().map(|at| atoms.sets[*at].contains(atom)).collect() };
        for (atom, example) in atoms.examples.iter().enumerate() {
            prop_assert_eq!(row_of(atom), row(example), "{}", example);
        }
        for value in [resource.as_str(), "*"] {
            prop_assert!((0..atoms.len()).any(|atom| row_of(atom) == row(value)), "{}", value);
        }
    }
}
