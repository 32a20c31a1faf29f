//! Partitions of texts: every text has exactly one atom, the fast path agrees with the general one, and matching agrees with
//! the crate `rolecall_iam`.

use super::atoms::{Atoms, Domain};
use super::automaton;
use super::lazy::{Answer, LazyText};
use super::pattern::{Bindings, Pattern};
use super::symbolic;
use proptest::prelude::*;
use rolecall_iam::glob;
use rolecall_iam::template::Syntax;

const GLOBS: Syntax = Syntax { wildcards: true, variables: false };

fn read(text: &str) -> Pattern {
    Pattern::read(text, GLOBS, &Bindings::new()).unwrap()
}

fn distinct(texts: &[String]) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = texts.iter().map(|text| read(text)).collect();
    patterns.sort();
    patterns.dedup();
    patterns
}

fn row_of(patterns: &[Pattern], text: &str) -> Vec<bool> {
    patterns.iter().map(|pattern| pattern.matches(text)).collect()
}

fn rows(atoms: &Atoms) -> Vec<Vec<bool>> {
    (0..atoms.len()).map(|at| atoms.sets.iter().map(|set| set.contains(at)).collect()).collect()
}

/// Examples are what their atoms say, and the text given has an atom.
fn check(patterns: &[Pattern], atoms: &Atoms, domain: Domain, text: &str) {
    let rows = rows(atoms);
    for (row, example) in rows.iter().zip(&atoms.examples) {
        assert_eq!(row, &row_of(patterns, example), "{example:?} of {patterns:?}");
        assert!(domain.holds(example), "{example:?}");
    }
    if domain.holds(text) {
        assert!(rows.contains(&row_of(patterns, text)), "{text:?} has no atom in {patterns:?}");
    }
}

const DOMAINS: [Domain; 6] =
    [Domain::TEXT, Domain::SOME_TEXT, Domain::SEGMENT, Domain::RESOURCE, Domain::ACTION_NAME, Domain::USER];

proptest! {
    #[test]
    fn matching_agrees_with_the_evaluator(pattern in "[ab:/*?]{0,8}", text in "[ab:/é]{0,8}") {
        prop_assert_eq!(read(&pattern).matches(&text), glob::matches(&pattern, &text));
    }

    #[test]
    fn every_text_has_its_atom(texts in proptest::collection::vec("[abx/*?]{0,5}", 0..6), text in "[abxy/]{0,6}") {
        let patterns = distinct(&texts);
        for domain in DOMAINS {
            let atoms = Atoms::of(&patterns, domain, 100_000).unwrap();
            check(&patterns, &atoms, domain, &text);
        }
    }

    #[test]
    fn the_fast_path_agrees_with_the_general_one(texts in proptest::collection::vec("(user/)?[abx/]{0,3}\\*?", 0..7), text in "(user/)?[abxy]{0,4}") {
        let patterns = distinct(&texts);
        for domain in DOMAINS {
            let fast = Atoms::of(&patterns, domain, 100_000).unwrap();
            let general = automaton::partition(&patterns, domain, 100_000).unwrap();
            check(&patterns, &fast, domain, &text);
            let (mut fast, mut general) = (rows(&fast), rows(&general));
            fast.sort();
            fast.dedup();
            general.sort();
            prop_assert_eq!(fast, general, "{:?}", patterns);
        }
    }

    #[test]
    fn accounts_have_twelve_digits(texts in proptest::collection::vec("(123456789012|1234\\*|12\\?\\*|\\*9|111111111111|\\*)", 0..5)) {
        let patterns = distinct(&texts);
        let atoms = Atoms::of(&patterns, Domain::ACCOUNT, 100_000).unwrap();
        for text in ["123456789012", "123400000000", "120000000009", "111111111111", "999999999999", "555555555555"] {
            check(&patterns, &atoms, Domain::ACCOUNT, text);
        }
    }

    #[test]
    fn symbolic_patterns_keep_every_possibility(
        texts in proptest::collection::vec("(a|b|/|\\*|\\$\\{k\\}){0,4}", 1..5),
        value in "[ab/]{0,3}",
        text in "[ab/]{0,5}",
    ) {
        let syntax = Syntax { wildcards: true, variables: true };
        let mut open: Vec<(Pattern, Pattern)> = texts
            .iter()
            .map(|text| {
                let bound = Bindings::from([(String::from("k"), Some(value.clone()))]);
                (Pattern::read(text, syntax, &Bindings::new()).unwrap(), Pattern::read(text, syntax, &bound).unwrap())
            })
            .collect();
        open.sort();
        open.dedup_by(|left, right| left.0 == right.0);
        let (symbolic, concrete): (Vec<Pattern>, Vec<Pattern>) = open.into_iter().unzip();
        let atoms = symbolic::partition(&symbolic, Domain::TEXT, 100_000).unwrap();
        // Whatever the value of the variable, what the patterns then match is one of the atoms.
        prop_assert!(rows(&atoms).contains(&row_of(&concrete, &text)), "{:?} {:?}", concrete, text);
    }
}

#[test]
fn variables_in_the_same_place_imply_each_other() {
    let syntax = Syntax { wildcards: true, variables: true };
    let read = |text| Pattern::read(text, syntax, &Bindings::new()).unwrap();
    let patterns = [read("home/${k}/*"), read("home/${k}/docs/*"), read("home/*")];
    let atoms = symbolic::partition(&patterns, Domain::TEXT, 100_000).unwrap();
    assert!(atoms.sets[1].is_subset(&atoms.sets[0]));
    assert!(atoms.sets[0].is_subset(&atoms.sets[2]));
    assert!(!atoms.sets[0].is_subset(&atoms.sets[1]));
}

proptest! {
    #[test]
    fn lazy_search_agrees_with_the_partition(
        texts in proptest::collection::vec("[abx*?]{0,4}", 1..5),
        wanted in proptest::collection::vec(proptest::option::of(any::<bool>()), 5),
    ) {
        let patterns = distinct(&texts);
        let atoms = automaton::partition(&patterns, Domain::SOME_TEXT, 100_000).unwrap();
        let lazy = LazyText::new(read("?*"), Domain::SOME_TEXT, 100_000);
        let constraints: Vec<(u32, bool)> = patterns
            .iter()
            .zip(&wanted)
            .filter_map(|(pattern, wanted)| Some((lazy.number(vec![pattern.clone()]), (*wanted)?)))
            .collect();
        let fits = |row: &Vec<bool>| row.iter().zip(&wanted).all(|(own, wanted)| wanted.is_none_or(|wanted| wanted == *own));
        let expected = rows(&atoms).iter().any(fits);
        match lazy.answer(&constraints) {
            Answer::Example(text) => {
                prop_assert!(expected);
                prop_assert!(fits(&row_of(&patterns, &text)), "{} of {:?} {:?}", text, patterns, wanted);
                prop_assert!(lazy.holds(&constraints, &text));
            }
            Answer::Nothing => prop_assert!(!expected, "{:?} {:?}", patterns, wanted),
            Answer::OverBudget => prop_assert!(false),
        }
    }
}

#[test]
fn many_infixes_at_once() {
    let lazy = LazyText::new(read("?*"), Domain::SOME_TEXT, 100_000);
    let letters: Vec<char> = ('a'..='u').collect();
    let pairs: Vec<String> = letters.windows(2).map(|pair| format!("*{}{}*", pair[0], pair[1])).collect();
    let constraints: Vec<(u32, bool)> = pairs.iter().map(|pair| (lazy.number(vec![read(pair)]), true)).collect();
    let Answer::Example(text) = lazy.answer(&constraints) else { panic!("no example") };
    assert!(lazy.holds(&constraints, &text), "{text}");
    assert!(lazy.take_steps() < 5_000);
}

#[test]
fn the_budget_ends_an_exploration() {
    let patterns: Vec<Pattern> = ('a'..='p').map(|letter| read(&format!("*{letter}*"))).collect();
    assert!(automaton::partition(&patterns, Domain::TEXT, 2000).is_err());
}
