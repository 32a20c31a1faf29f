//! A rule as a SARIF reporting descriptor (§3.49): its texts as plain text and as Markdown for the help page.
//! Braces stay single here, other than in messages (§3.11.5): no message refers to these texts with arguments, and
//! code scanning shows them as they are (inferred from the help texts of its own rules).

use crate::markdown::{escape, fence};
use rolecall_core::rule::Rule;
use serde::Serialize;
use std::fmt::Write as _;

/// A reporting descriptor.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'static str>,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 3],
}

/// The descriptor of `rule`.
pub(crate) fn descriptor(rule: &'static Rule) -> Descriptor {
    let text = |text: &str| Text { text: text.to_owned() };
    let link = rule.references.iter().copied().find(|reference| is_link(reference));
    Descriptor {
        id: rule.code,
        short_description: text(rule.title),
        full_description: text(rule.what),
        help: Help { text: help_text(rule), markdown: help_markdown(rule) },
        help_uri: link,
        default_configuration: Configuration { level: rule.severity.as_str() },
        properties: Properties { tags: ["security", "aws", "iam"] },
    }
}

fn help_text(rule: &Rule) -> String {
    let mut text = format!("{}\n\nWhy: {}\n\nDo: {}\n", rule.what, rule.why, rule.remedy);
    for (heading, example) in [("It fires on", rule.bad), ("Mended", rule.good)] {
        if !example.is_empty() {
            let _ = write!(text, "\n{heading}:\n\n{example}\n");
        }
    }
    for reference in rule.references {
        let _ = write!(text, "\nSee {reference}");
    }
    text
}

fn help_markdown(rule: &Rule) -> String {
    let mut text =
        format!("{}\n\n**Why.** {}\n\n**Do.** {}\n", escape(rule.what), escape(rule.why), escape(rule.remedy));
    for (heading, example) in [("It fires on", rule.bad), ("Mended", rule.good)] {
        if !example.is_empty() {
            let _ = write!(text, "\n{heading}:\n\n{}", fence(example));
        }
    }
    if !rule.references.is_empty() {
        text.push('\n');
    }
    for reference in rule.references {
        let shown = if is_link(reference) { format!("<{reference}>") } else { escape(reference) };
        let _ = writeln!(text, "- {shown}");
    }
    text
}

fn is_link(reference: &str) -> bool {
    reference.starts_with("https://") && !reference.contains([' ', '<', '>', '"'])
}
