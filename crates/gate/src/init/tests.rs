//! The start is sound: it passes its own gate, and every line that is commented out is read when it is not.

use super::{POLICY, TEXT};
use crate::config;
use crate::inputs::{Files, Loaded};
use crate::judge::{Options, judge};
use crate::outcome::Verdict;

#[test]
fn the_start_passes_its_own_gate() {
    let read = config::read("rolecall.toml", TEXT);
    assert!(read.problems.is_empty(), "{:#?}", read.problems);
    let files = Files::from([("policy.json".to_owned(), Loaded::Text(POLICY.to_owned()))]);
    let options = Options { as_of: jiff::civil::date(2026, 11, 23), fail_on: None, without_baseline: false };
    let outcome = judge(read, &files, &options);
    assert_eq!(outcome.verdict(), Verdict::Clean, "{:#?} {:#?}", outcome.findings, outcome.not_judged);
    assert!(outcome.findings.is_empty());
}

/// A comment that is a key, a table or an entry of the format, with its `# ` taken away.
fn uncommented(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("# ") else { return line };
    let key = rest.split(" = ").next().unwrap_or("");
    let is_key = rest.contains(" = ") && key.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
    if is_key || rest.starts_with('[') { rest } else { line }
}

#[test]
fn every_commented_line_is_one_of_the_format() {
    let text: Vec<&str> = TEXT.lines().map(uncommented).collect();
    let text = text.join("\n").replace("\nuniform = \"policy.json\"\n", "\n");
    // The other form of the reference.
    let text = text.replace("\nuniform = \"agreed/policy.json\"\n", "\n");
    // The two engines of a rollout have keys of their own.
    let (before, stack_set) = text.split_once("\n[rollout.stack_set]").unwrap();
    let (stack_set, waves) = stack_set.split_once("\n[[rollout.wave]]").unwrap();
    let by_role = format!("{before}\n[[rollout.wave]]{waves}");
    let of_role = |line: &&str| line.starts_with("bake = ") || line.starts_with("remove_adopted = ");
    let kept: Vec<&str> = before.lines().filter(|line| !of_role(line)).collect();
    let kept = kept.join("\n").replace("engine = \"role\"", "engine = \"stack-sets\"");
    let by_stack_set = format!("{kept}\n[rollout.stack_set]{stack_set}");
    for text in [by_role, by_stack_set] {
        let read = config::read("rolecall.toml", &text);
        let told: Vec<String> = read
            .problems
            .iter()
            .map(|problem| format!("{} {}", read.sources.locate(problem.span), problem.message))
            .collect();
        assert_eq!(told, Vec::<String>::new());
    }
    assert!(text.matches(" = ").count() > TEXT.lines().filter(|line| !line.starts_with('#')).count() / 2);
}
