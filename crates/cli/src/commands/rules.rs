//! `rolecall rules`: lists the rules, or explains one, from the texts that stand beside each rule.

use crate::args::{GlobalArgs, RulesArgs, RulesFormat};
use crate::output;
use anyhow::bail;
use rolecall_core::rule::Rule;
use rolecall_core::{lint, rules};
use serde::Serialize;
use std::fmt::Write as _;

/// One rule as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRule {
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    what: &'static str,
    why: &'static str,
    remedy: &'static str,
    bad: &'static str,
    good: &'static str,
    references: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    access_analyzer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_made: Option<&'static str>,
}

impl From<&'static Rule> for JsonRule {
    fn from(rule: &'static Rule) -> Self {
        let Rule { code, severity, title, what, why, remedy, bad, good, references } = rule;
        let (access_analyzer, not_made) = (access_analyzer(rule), not_made(rule));
        Self {
            code,
            severity: severity.as_str(),
            title,
            what,
            why,
            remedy,
            bad,
            good,
            references,
            access_analyzer,
            not_made,
        }
    }
}

/// Writes all rules, or the one with the given code.
pub(super) fn run(arguments: &RulesArgs, _: &GlobalArgs) -> anyhow::Result<u8> {
    let chosen: Vec<&'static Rule> = match &arguments.code {
        None => all(),
        Some(code) => match all().into_iter().find(|rule| rule.code == code) {
            Some(rule) => vec![rule],
            None => bail!("there is no rule `{code}`: {}", near(code)),
        },
    };
    let text = match (arguments.format, &arguments.code) {
        (RulesFormat::Human, None) => list(&chosen),
        (RulesFormat::Human, Some(_)) => chosen.iter().map(|rule| page(rule)).collect(),
        (RulesFormat::Markdown, _) => chosen.iter().map(|rule| markdown(rule)).collect::<Vec<_>>().join("\n"),
        (RulesFormat::Json, _) => {
            let rules: Vec<JsonRule> = chosen.into_iter().map(JsonRule::from).collect();
            format!("{}\n", serde_json::to_string_pretty(&rules)?)
        }
    };
    output::say(&text)?;
    Ok(0)
}

/// The rules of the gate and the lints of `check`, by code; what both have is one rule.
fn all() -> Vec<&'static Rule> {
    let mut all: Vec<_> = rules::ALL.iter().copied().chain(lint::all().map(|lint| lint.rule)).collect();
    all.sort_by_key(|rule| rule.code);
    all.dedup_by_key(|rule| rule.code);
    all
}

fn near(code: &str) -> String {
    rolecall_core::known_words::nearest(code, all().iter().map(|rule| rule.code)).map_or_else(
        || String::from("`rolecall rules` lists all of them"),
        |candidate| format!("did you mean `{candidate}`?"),
    )
}

/// What IAM Access Analyzer calls the check, such as `Security Warning – Pass role with star in resource`.
fn access_analyzer(rule: &Rule) -> Option<String> {
    let names = lints_of(rule).filter_map(|lint| lint.aws);
    let names: Vec<_> = names.map(|aws| format!("{} – {}", aws.finding_type.as_str(), aws.name)).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// Why a check that is listed is not made.
fn not_made(rule: &Rule) -> Option<&'static str> {
    lints_of(rule).find_map(|lint| match lint.run {
        lint::Run::NotOffline(reason) => Some(reason),
        _ => None,
    })
}

fn lints_of(rule: &Rule) -> impl Iterator<Item = &'static lint::Lint> {
    let code = rule.code;
    lint::all().filter(move |lint| lint.rule.code == code)
}

fn list(chosen: &[&Rule]) -> String {
    let width = chosen.iter().map(|rule| rule.code.len()).max().unwrap_or(0);
    chosen.iter().fold(String::new(), |mut text, rule| {
        let _ = writeln!(text, "{:width$}  {:7}  {}", rule.code, rule.severity.as_str(), rule.title);
        text
    })
}

fn page(rule: &Rule) -> String {
    let Rule { code, severity, title, what, why, remedy, bad, good, references } = rule;
    let mut text = format!("{code} ({})\n{title}\n\n", severity.as_str());
    for (head, body) in [("What", what), ("Why", why), ("What to do", remedy)] {
        let _ = writeln!(text, "{head}\n{}\n", indented(body));
    }
    let _ = writeln!(text, "Fires on\n{}\n", indented(bad));
    let _ = writeln!(text, "Mended\n{}\n", indented(good));
    if let Some(name) = access_analyzer(rule) {
        let _ = writeln!(text, "In IAM Access Analyzer\n{}\n", indented(&name));
    }
    if let Some(reason) = not_made(rule) {
        let _ = writeln!(text, "Not made\n{}\n", indented(reason));
    }
    let _ = writeln!(text, "References\n{}", indented(&references.join("\n")));
    text
}

fn indented(body: &str) -> String {
    body.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn markdown(rule: &Rule) -> String {
    let Rule { code, severity, title, what, why, remedy, bad, good, references } = rule;
    let mut text = format!("## `{code}`\n\n**{}**: {title}.\n\n{what}\n\n{why}\n\n", severity.as_str());
    let _ = writeln!(text, "What to do: {remedy}\n");
    for (head, body) in [("Fires on", bad), ("Mended", good)] {
        let fence = if body.trim_start().starts_with('{') { "json" } else { "text" };
        let _ = writeln!(text, "{head}:\n\n```{fence}\n{}\n```\n", body.trim_end());
    }
    if let Some(name) = access_analyzer(rule) {
        let _ = writeln!(text, "In IAM Access Analyzer: {name}.\n");
    }
    if let Some(reason) = not_made(rule) {
        let _ = writeln!(text, "Not made: {reason}\n");
    }
    for reference in *references {
        let _ = writeln!(text, "- {reference}");
    }
    text
}
