//! `[[contract.allow]]` and `[[contract.never]]`: the permission contract as written.
//! Whether a pattern matches any action of the catalogue is judged by the rules.

use super::Problems;
use super::table::Table;
use rolecall_core::contract::{Capability, Contract, Forbidden, Never, Origin, Scope};
use rolecall_core::known_words::suggestion;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::Spanned;

const ALLOW_KEYS: [&str; 7] = ["capability", "why", "origin", "actions", "resources", "context", "accounts"];
const NEVER_KEYS: [&str; 5] = ["class", "actions", "resources", "except", "why"];

/// Reads both lists; a configuration without a contract has an empty one.
pub(super) fn read(top: &Table<'_>, problems: &mut Problems) -> Contract {
    let Some(contract) = top.table("contract", "[contract]", &["allow", "never"], problems) else {
        return Contract::default();
    };
    let allow = contract.tables("allow", "[[contract.allow]]", &ALLOW_KEYS, problems);
    let never = contract.tables("never", "[[contract.never]]", &NEVER_KEYS, problems);
    let allow: Vec<Capability> = allow.iter().filter_map(|table| capability(table, problems)).collect();
    for (index, entry) in allow.iter().enumerate() {
        let first = allow.iter().take(index).find(|other| other.name.value == entry.name.value);
        if let Some(first) = first {
            let message = format!("the capability `{}` is written twice", entry.name.value);
            let related = (first.name.span, "first written here");
            problems.add_related(
                "config-duplicate",
                entry.name.span,
                message,
                "give one of them another name",
                related,
            );
        }
    }
    Contract { allow, never: never.iter().filter_map(|table| forbidden(table, problems)).collect() }
}

fn capability(table: &Table<'_>, problems: &mut Problems) -> Option<Capability> {
    let name = table.required("capability", "capability = \"cost-explorer\"", problems);
    let why = table.required("why", "why = \"what the vendor does with it\"", problems);
    let actions = required_actions(table, problems);
    let origin = origin(table, problems);
    let scope = scope(table, problems);
    let context = table.free_table("context", "context", problems);
    let context = context.map(|table| table.list_entries(problems)).unwrap_or_default();
    let context = context
        .into_iter()
        .map(|(key, values)| (key.value, values.into_iter().map(|value| value.value).collect()))
        .collect();
    let resources = resources(table, problems);
    Some(Capability { name: name?, why: why?.value, origin, actions: actions?, resources, context, scope })
}

fn origin(table: &Table<'_>, problems: &mut Problems) -> Origin {
    let Some(text) = table.string("origin", problems) else { return Origin::default() };
    match text.value.as_str() {
        "published" => Origin::Published,
        "filled-in" => Origin::FilledIn,
        other => {
            let help =
                "`published` (the vendor says so) or `filled-in` (from what the vendor says that it does) was expected";
            problems.add("config-bad-value", text.span, format!("`origin` is `{other}`"), help);
            Origin::default()
        }
    }
}

fn scope(table: &Table<'_>, problems: &mut Problems) -> Scope {
    let Some(text) = table.string("accounts", problems) else { return Scope::default() };
    match text.value.as_str() {
        "all" => Scope::AllAccounts,
        "management" => Scope::ManagementAccount,
        "member" => Scope::MemberAccounts,
        other => {
            let help = "`all`, `management` or `member` was expected";
            problems.add("config-bad-value", text.span, format!("`accounts` is `{other}`"), help);
            Scope::default()
        }
    }
}

fn forbidden(table: &Table<'_>, problems: &mut Problems) -> Option<Never> {
    let why = table.string("why", problems).map(|why| why.value).unwrap_or_default();
    let except = if table.has("except") { patterns(table, "except", problems) } else { Some(Vec::new()) };
    if table.has("except") && why.is_empty() {
        let help = "an exception needs its reason: add `why = \"…\"`";
        problems.add("config-missing-key", table.span, "`[[contract.never]]` has `except` but no `why`", help);
    }
    let resources = resources(table, problems);
    let what = match (table.has("class"), table.has("actions")) {
        (true, true) => {
            let help = "write two entries: one with `class`, one with `actions`";
            problems.add("config-bad-value", table.span, "`[[contract.never]]` has both `class` and `actions`", help);
            None
        }
        (true, false) => table.string("class", problems).and_then(|class| known_class(class, problems)),
        (false, true) => required_actions(table, problems).map(Forbidden::Actions),
        (false, false) => table.missing("class", "class = \"compute-control-plane\"", problems),
    };
    Some(Never { span: table.span, what: what?, resources, except: except?, why })
}

fn known_class(class: Spanned<String>, problems: &mut Problems) -> Option<Forbidden> {
    if rolecall_core::classes::by_name(&class.value).is_some() {
        return Some(Forbidden::Class(class));
    }
    let known = rolecall_core::classes::ALL.iter().map(|class| class.name);
    let message = format!("there is no class `{}`", class.value);
    problems.add("config-unknown-class", class.span, message, suggestion(&class.value, known));
    None
}

fn required_actions(table: &Table<'_>, problems: &mut Problems) -> Option<Vec<Spanned<ActionPattern>>> {
    if !table.has("actions") {
        return table.missing("actions", "actions = [\"ce:Get*\"]", problems);
    }
    let actions = patterns(table, "actions", problems)?;
    if actions.is_empty() {
        problems.add("config-bad-value", table.span, "`actions` is an empty list", "name at least one action");
        return None;
    }
    Some(actions)
}

fn patterns(table: &Table<'_>, key: &str, problems: &mut Problems) -> Option<Vec<Spanned<ActionPattern>>> {
    let texts = table.strings(key, problems)?;
    let mut sound = Vec::with_capacity(texts.len());
    let mut failed = false;
    for text in texts {
        match ActionPattern::parse(&text.value) {
            Ok(pattern) => sound.push(Spanned::new(pattern, text.span)),
            Err(error) => {
                failed = true;
                let message = format!("`{}` is no action pattern: {error}", text.value.escape_debug());
                problems.add(
                    "config-bad-action",
                    text.span,
                    message,
                    "such as `ec2:Describe*` or `ce:GetCostAndUsage`",
                );
            }
        }
    }
    if failed { None } else { Some(sound) }
}

fn resources(table: &Table<'_>, problems: &mut Problems) -> Vec<Spanned<String>> {
    let resources = table.strings("resources", problems);
    let Some(resources) = resources else { return vec![Spanned::new("*".to_owned(), table.span)] };
    if resources.is_empty() {
        let help = "name at least one resource, or leave the key out for `*`";
        problems.add("config-bad-value", table.span, "`resources` is an empty list", help);
    }
    for resource in &resources {
        if resource.value != "*" && rolecall_iam::arn::Arn::parse(&resource.value).is_err() {
            let message = format!("`{}` is no resource", resource.value.escape_debug());
            problems.add(
                "config-bad-resource",
                resource.span,
                message,
                "`*` or an ARN (wildcards allowed) was expected",
            );
        }
    }
    resources
}
