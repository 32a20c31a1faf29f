//! The work that a question takes, in steps and in allocations: policies of a thousand statements, and policies written to
//! make it grow without end. At worst the answer is "unknown" because of the budget, in bounded memory.

use super::sampling::Numbers;
use super::support::{identity, is_none, policy, replayed};
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam_prove::{Options, PolicySide, UnknownReason, Verdict, no_new_access};
use std::fmt::Write as _;

/// Judges, counting allocations and the most bytes held at once.
fn measured(reference: &PolicySide<'_>, candidate: &PolicySide<'_>, options: Options) -> (Verdict, u64, u64) {
    let mut verdict = None;
    let counted = allocation_counter::measure(|| verdict = Some(no_new_access(reference, candidate, options)));
    (verdict.unwrap(), counted.count_total, counted.bytes_max)
}

fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

fn thousand(changed: usize, more: &str) -> Policy {
    let statement = |number: usize| {
        let more = if number == changed { more } else { "" };
        format!(
            r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"{more}],"Resource":"arn:aws:s3:::bucket-{number}/*","Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"t{number}"}}}}}}"#
        )
    };
    identity(&document(&(0..1000).map(statement).collect::<Vec<_>>()))
}

#[test]
fn a_thousand_statements_and_one_action_more() {
    let (same, more) = (thousand(700, ""), thousand(700, r#","s3:DeleteObject""#));
    let (reference, candidate) = (PolicySide::identity([&same]), PolicySide::identity([&more]));
    let (verdict, allocations, bytes) = measured(&reference, &candidate, Options::default());
    let found = replayed(&verdict, Some(&reference), &candidate);
    assert_eq!((found.witness.action.as_str(), found.statement.statement.0), ("s3:DeleteObject", 700));
    assert!(found.stats.steps < 2_000, "{} steps", found.stats.steps);
    assert!(allocations < 300 && bytes < 64 << 10, "{allocations} allocations, {bytes} bytes");
    let (verdict, allocations, _) = measured(&candidate, &reference, Options::default());
    assert!(is_none(&verdict) && verdict.stats().steps < 700, "{verdict:?}");
    assert!(allocations < 20, "{allocations} allocations");
}

/// Here the whole is searched: no statement is inside one of the other side.
#[test]
fn a_thousand_statements_that_all_differ() {
    let narrow = thousand(1000, "");
    let statement = |number: usize| {
        format!(
            r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:Put*"],"Resource":"arn:aws:s3:::bucket-{number}/*","Condition":{{"StringLike":{{"aws:PrincipalTag/team":"t{number}*"}}}}}}"#
        )
    };
    let wide = identity(&document(&(0..1000).map(statement).collect::<Vec<_>>()));
    let (wide, narrow) = (PolicySide::identity([&wide]), PolicySide::identity([&narrow]));
    let (verdict, allocations, bytes) = measured(&narrow, &wide, Options::default());
    replayed(&verdict, Some(&narrow), &wide);
    println!("{} steps, {allocations} allocations, {bytes} bytes", verdict.stats().steps);
    assert!(verdict.stats().steps < 60_000, "{} steps", verdict.stats().steps);
    assert!(allocations < 200_000 && bytes < 16 << 20, "{allocations} allocations, {bytes} bytes");
    let (verdict, _, bytes) = measured(&wide, &narrow, Options::default());
    println!("{} steps, {bytes} bytes", verdict.stats().steps);
    assert!(is_none(&verdict) && verdict.stats().steps < 2_000_000 && bytes < 16 << 20, "{verdict:?}, {bytes} bytes");
}

/// Words of a few letters, the same in every run.
struct Words(Numbers);

impl Words {
    fn word(&mut self, length: usize) -> String {
        (0..length).map(|_| *self.0.pick(&['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])).collect()
    }

    fn infixes(&mut self, count: usize, length: usize) -> Vec<String> {
        (0..count).map(|_| format!("*{}*", self.word(length))).collect()
    }
}

fn allow(more: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*"{more}}}"#)
}

fn deny(conditions: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{conditions}}}"#)
}

/// Judges: it may be unknown because of the budget alone, and takes so many steps and megabytes at most.
fn check(name: &str, reference: &[String], candidate: &[String], most_steps: u64, megabytes: u64) -> Verdict {
    let read = |statements: &[String]| {
        let policy_type = if candidate.iter().any(|statement| statement.contains("Principal\":")) {
            PolicyType::Resource
        } else {
            PolicyType::Identity
        };
        policy(&document(statements), policy_type)
    };
    let (reference, candidate) = (read(reference), read(candidate));
    let side = |policy| match candidate.statements.first().and_then(|statement| statement.principals.as_ref()) {
        Some(_) => PolicySide::resource(policy),
        None => PolicySide::identity([policy]),
    };
    let (reference, candidate) = (side(&reference), side(&candidate));
    let (verdict, _, bytes) = measured(&reference, &candidate, Options::default());
    match &verdict {
        Verdict::NewAccess(_) => {
            replayed(&verdict, Some(&reference), &candidate);
        }
        Verdict::None { .. } => {}
        Verdict::Unknown { reason, .. } => assert_eq!(*reason, UnknownReason::Budget, "{name}"),
    }
    let steps = verdict.stats().steps;
    println!("{name}: {}, {steps} steps, {} kB", verdict.as_str(), bytes >> 10);
    assert!(steps < most_steps, "{name}: {steps} steps");
    assert!(bytes < megabytes << 20, "{name}: {bytes} bytes");
    verdict
}

fn nothing() -> Vec<String> {
    vec![String::from(r#"{"Effect":"Allow","Action":"zz:Nothing","Resource":"*"}"#)]
}

#[test]
fn forty_infixes() {
    let mut words = Words(Numbers(5));
    let globs = words.infixes(40, 5);
    let like = |operator: &str, key: &str, glob: &str| format!(r#"{{"{operator}":{{"{key}":"{glob}"}}}}"#);
    let mut denies = vec![allow("")];
    denies.extend(globs.iter().map(|glob| deny(&like("StringNotLike", "aws:UserAgent", glob))));
    assert!(!is_none(&check("denies", &nothing(), &denies, 45_000, 1)));
    let condition = |glob: &String| allow(&format!(r#","Condition":{}"#, like("StringLike", "aws:UserAgent", glob)));
    let allows: Vec<String> = globs.iter().map(condition).collect();
    assert!(!is_none(&check("allows", &allows[1..], &allows, 5_000, 1)));
    let of_set =
        |glob: &String| allow(&format!(r#","Condition":{}"#, like("ForAnyValue:StringLike", "aws:TagKeys", glob)));
    let sets: Vec<String> = globs.iter().map(of_set).collect();
    check("sets", &sets[1..], &sets, 1_000, 1);
    let mut resources = vec![allow("")];
    resources.extend(
        words
            .infixes(60, 4)
            .iter()
            .map(|glob| format!(r#"{{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::{glob}"}}"#)),
    );
    assert!(!is_none(&check("resources", &nothing(), &resources, 250_000, 2)));
}

/// The automaton would have 2⁴⁰ states: the room that they take ends it, before the budget does.
#[test]
fn wildcards_for_one_character() {
    let tail = "?".repeat(40);
    let action = |letter: char| vec![format!(r#"{{"Effect":"Allow","Action":"s3:*{letter}{tail}","Resource":"*"}}"#)];
    let verdict = check("actions", &action('b'), &action('a'), 5_000_000, 100);
    assert_eq!(verdict.unknown_reason(), Some(&UnknownReason::Budget));
}

#[test]
fn long_patterns_of_a_hundred_stars() {
    let mut words = Words(Numbers(6));
    let mut pattern = || {
        let mut text = String::from("arn:aws:s3:::");
        (0..101).for_each(|_| write!(text, "{}*", words.word(9)).unwrap());
        format!(r#"{{"Effect":"Allow","Action":"s3:*","Resource":"{}"}}"#, text.trim_end_matches('*'))
    };
    let (one, two, three, four) = (pattern(), pattern(), pattern(), pattern());
    assert!(!is_none(&check("one", &nothing(), std::slice::from_ref(&one), 32_000, 2)));
    assert!(!is_none(&check("four", &[one, two], &[three, four], 65_000, 2)));
}

#[test]
fn many_denies_of_three_conditions() {
    let mut numbers = Numbers(7);
    let mut three = || {
        let mut conditions = Vec::new();
        let mut keys: Vec<usize> = Vec::new();
        for operator in ["StringEquals", "StringNotEquals", "StringLike"] {
            let key = loop {
                let key = numbers.below(12);
                if !keys.contains(&key) {
                    break key;
                }
            };
            keys.push(key);
            let value = numbers.pick(&["a", "b", "ab", "ba"]);
            let star = if operator == "StringLike" { "*" } else { "" };
            conditions.push(format!(r#""{operator}":{{"aws:PrincipalTag/k{key}":"{value}{star}"}}"#));
        }
        deny(&format!("{{{}}}", conditions.join(",")))
    };
    let mut with = |count: usize| {
        let mut statements = vec![allow("")];
        statements.extend((0..count).map(|_| three()));
        statements
    };
    let (some, others) = (with(200), with(200));
    assert!(!is_none(&check("alone", &nothing(), &some, 5_000, 1)));
    check("beside others", &others, &some, 18_000, 1);
    check("one less", &some, &[&some[..100], &some[101..]].concat(), 4_000, 1);
}

#[test]
fn thirty_conditions_on_a_set() {
    let mut words = Words(Numbers(8));
    let mut condition = |at: usize| {
        let operators = [
            "ForAllValues:StringEquals",
            "ForAnyValue:StringNotLike",
            "ForAnyValue:StringLike",
            "ForAllValues:StringNotEquals",
        ];
        let values: Vec<String> =
            (0..3).map(|place| format!("{}{}", words.word(2), ["", "*"][(at + place) % 2])).collect();
        format!(r#"{{"{}":{{"aws:TagKeys":{values:?}}}}}"#, operators[at % 4])
    };
    let conditions: Vec<String> = (0..30).map(&mut condition).collect();
    let mut denies = vec![allow("")];
    denies.extend(conditions.iter().map(|condition| deny(condition)));
    check("denies", &nothing(), &denies, 200, 1);
    let allows: Vec<String> =
        conditions.iter().map(|condition| allow(&format!(r#","Condition":{condition}"#))).collect();
    check("allows", &allows[1..], &allows, 300, 1);
}

#[test]
fn two_thousand_principals() {
    let arns: Vec<String> =
        (0..2000).map(|at| format!("arn:aws:iam::{}:role/r{at}", 100_000_000_000_u64 + at)).collect();
    let statement = |effect: &str, element: &str, principals: &str| {
        format!(r#"{{"Effect":"{effect}","{element}":{principals},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}"#)
    };
    let listed = |arns: &[String]| statement("Allow", "Principal", &format!(r#"{{"AWS":{arns:?}}}"#));
    assert!(!is_none(&check("listed", &[listed(&arns[1..])], &[listed(&arns)], 13_000, 6)));
    let but = statement("Deny", "NotPrincipal", &format!(r#"{{"AWS":{arns:?}}}"#));
    let everybody = statement("Allow", "Principal", r#""*""#);
    check("all but", &[listed(&arns)], &[everybody, but], 40_000, 6);
}

#[test]
fn a_hard_cover_ends_with_the_budget() {
    // Random clauses of three literals over many flags, near the density where satisfiable turns into unsatisfiable.
    let mut numbers = Numbers(9);
    let mut denies = vec![allow("")];
    for _ in 0..1300 {
        let conditions: Vec<String> = ["StringEquals", "StringNotEquals"]
            .iter()
            .map(|operator| {
                let keys: Vec<String> =
                    (0..2).map(|_| format!(r#""aws:PrincipalTag/k{}":"a""#, numbers.below(300))).collect();
                let keys = if operator.len() > 12 { &keys[..1] } else { &keys[..] };
                format!(r#""{operator}":{{{}}}"#, keys.join(","))
            })
            .collect();
        denies.push(deny(&format!("{{{}}}", conditions.join(","))));
    }
    let budget = 300_000;
    let candidate = identity(&document(&denies));
    let options = Options { budget, ..Options::default() };
    let (verdict, _, bytes) = measured(&PolicySide::identity([]), &PolicySide::identity([&candidate]), options);
    assert!(verdict.stats().steps < budget + 2_000 && bytes < 32 << 20, "{verdict:?}, {bytes} bytes");
}
