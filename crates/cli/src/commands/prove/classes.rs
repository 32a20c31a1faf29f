//! Classes of actions on the command line: `SERVICE:LEVEL` over the catalogue, and the classes of permission contracts.

use anyhow::{Context as _, bail};
use rolecall_core::classes;
use rolecall_iam::action::ActionPattern;
use rolecall_iam_catalog::{AccessLevel, Action, all_actions, nearest_service, service};
use std::collections::BTreeSet;

const LEVELS: [AccessLevel; 5] = [
    AccessLevel::List,
    AccessLevel::Read,
    AccessLevel::Write,
    AccessLevel::PermissionsManagement,
    AccessLevel::Tagging,
];

/// The actions of all these classes, each by its name, without wildcards.
pub(super) fn actions(texts: &[String]) -> anyhow::Result<Vec<ActionPattern>> {
    let mut all: BTreeSet<Action> = BTreeSet::new();
    for text in texts {
        let of_class = class(text)?;
        if of_class.is_empty() {
            bail!("AWS documents no action of class `{text}`: a claim about it would say nothing");
        }
        all.extend(of_class);
    }
    let pattern = |action: Action| {
        let name = action.to_string();
        ActionPattern::parse(&name).with_context(|| format!("the catalogue's action `{name}`"))
    };
    all.into_iter().map(pattern).collect()
}

fn class(text: &str) -> anyhow::Result<Vec<Action>> {
    let Some((prefix, level)) = text.split_once(':') else {
        if let Some(class) = classes::by_name(text) {
            return Ok(class.actions().collect());
        }
        let names: Vec<&str> = classes::ALL.iter().map(|class| class.name).collect();
        let near = classes::nearest(text).map_or_else(String::new, |near| format!("; did you mean `{}`?", near.name));
        bail!("there is no class `{text}`: expected SERVICE:LEVEL such as `ec2:Write`, or {}{near}", names.join(", "));
    };
    let Some(level) = LEVELS.into_iter().find(|own| letters(own.as_str()) == letters(level)) else {
        let near = if level.contains('*') || text == "*" { "; for action patterns there is `--action`" } else { "" };
        bail!(
            "`{level}` in `--class {text}` is no access level: expected List, Read, Write, PermissionsManagement or \
             Tagging{near}"
        );
    };
    let of_level = |action: &Action| action.access_level() == level;
    if prefix == "*" {
        return Ok(all_actions().filter(of_level).collect());
    }
    let Some(service) = service(prefix) else {
        let near =
            nearest_service(prefix).map_or_else(String::new, |near| format!("; did you mean `{}`?", near.prefix()));
        bail!(
            "`{prefix}` in `--class {text}` is the prefix of no service that AWS documents: expected one, or `*`{near}"
        );
    };
    Ok(service.actions().filter(of_level).collect())
}

/// Letters alone, in lower case: AWS writes `Permissions management`.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}
