//! What a scenario finds at the beginning, in lines for people.

use crate::account::{AccountState, Origin};
use crate::cloudformation::{Amount, ConcurrencyMode, Preferences};
use crate::organizations::FeatureSet;
use crate::scenario::stage::Stage;
use crate::scenario::{
    AccountPart, ControlType, OrganizationPart, PipelinePart, Place, PolicyPart, RolePart, RolloutPart, StackSetPart,
    TrustIds, TrustPart, written,
};
use crate::time::SimTime;
use rolecall_core::organization::{AccountKind, ServiceMode};
use rolecall_lifecycle::rollout::{Collision, Unlock};
use std::fmt::Write as _;

pub(super) fn lines(stage: &Stage) -> Vec<String> {
    let scenario = stage.scenario();
    let mut lines = Vec::new();
    for (number, part) in scenario.organizations.iter().enumerate() {
        lines.push(organization(part));
        let members: Vec<&AccountPart> =
            scenario.accounts.iter().filter(|account| account.organization == number).collect();
        lines.extend(accounts(&members).into_iter().map(|line| format!("  {line}")));
    }
    for policy in &scenario.policies {
        let kind = match policy.control {
            ControlType::Service => "service control policy",
            ControlType::Resource => "resource control policy",
        };
        let on = places(stage, &policy.on);
        let on = if on.is_empty() { "not attached yet".to_owned() } else { format!("on {on}") };
        lines.push(format!("{kind} {}, {on}", policy.name));
    }
    lines.extend(scenario.stack_sets.iter().map(|set| stack_set(stage, set)));
    lines.extend(scenario.pipelines.iter().map(pipeline));
    lines.extend(scenario.rollouts.iter().map(|part| rollout(stage, part)));
    lines
}

fn organization(part: &OrganizationPart) -> String {
    let mut text = format!("organization {} ({}), management account {}", part.name, part.id, part.management);
    if part.features == FeatureSet::ConsolidatedBilling {
        text.push_str(", consolidated billing only");
    }
    let _ = write!(text, ": role {}", role(part.role.as_ref()));
    if !part.connected {
        text.push_str("; not connected to the vendor");
        return text;
    }
    let _ = write!(text, "; external ID {}", part.external_id);
    if let Some(given) = &part.connected_as {
        let _ = write!(text, "; connected with {given} as the management account");
    }
    match part.mode {
        ServiceMode::RealTime => {}
        ServiceMode::Lagging => text.push_str("; lagging mode (reseller)"),
    }
    if !part.subscribed {
        text.push_str("; onboarding");
    }
    let _ = write!(text, "; first discovery tick {}", written(part.first_tick.since(SimTime::START)));
    text
}

/// Accounts that differ by nothing but their number share a line.
fn accounts(members: &[&AccountPart]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&AccountPart>)> = Vec::new();
    for part in members {
        let text = account(part);
        match lines.last_mut() {
            Some((last, parts)) if *last == text => parts.push(part),
            _ => lines.push((text, vec![part])),
        }
    }
    let line = |(text, parts): (String, Vec<&AccountPart>)| match parts.as_slice() {
        [one, other] => format!("{} ({}) and {} ({}): {text}", one.name, one.id, other.name, other.id),
        [first, .., last] => {
            let (one, other) = (&first.name, &last.name);
            format!("{one} ({}) to {other} ({}), {} accounts: {text}", first.id, last.id, parts.len())
        }
        [only] => format!("{} ({}): {text}", only.name, only.id),
        [] => text,
    };
    lines.into_iter().map(line).collect()
}

fn account(part: &AccountPart) -> String {
    let place = part.unit.as_ref().map_or_else(|| "below the root".to_owned(), |unit| format!("in {unit}"));
    let mut text = match part.joins {
        Some(at) => format!("joins at {}, {place}", written(at.since(SimTime::START))),
        None => place,
    };
    if part.origin == Origin::Invited {
        text.push_str(", invited");
    }
    if part.state != AccountState::Active {
        let _ = write!(text, ", {}", part.state.as_str());
    }
    if part.other_roles > 0 {
        let _ = write!(text, ", {} other roles", part.other_roles);
    }
    if let Some(id) = &part.own_id {
        let _ = write!(text, ", external ID of its own {id}");
    }
    let _ = write!(text, ", role {}", role(part.role.as_ref()));
    text
}

fn role(part: Option<&RolePart>) -> String {
    let Some(part) = part else { return "absent".to_owned() };
    if *part == RolePart::default() {
        return "as it should be".to_owned();
    }
    let mut different = Vec::new();
    if let Some(name) = &part.name {
        different.push(format!("name {name}"));
    }
    if let Some(path) = &part.path {
        different.push(format!("path {path}"));
    }
    different.extend(trust(&part.trust));
    match &part.policy {
        PolicyPart::Right { of, without, characters } => {
            different.extend(of.map(|kind| match kind {
                AccountKind::Management => "the policy of the management account".to_owned(),
                AccountKind::Member => "the policy of members".to_owned(),
            }));
            if !without.is_empty() {
                different.push(format!("policy without {}", without.join(", ")));
            }
            different.extend(characters.map(|count| format!("policy of {count} characters")));
        }
        PolicyPart::Older => different.push("an older version of the policy".to_owned()),
        PolicyPart::Missing => different.push("no policy".to_owned()),
        PolicyPart::Written(_) => different.push("a policy of the customer's own".to_owned()),
    }
    if part.boundary.is_some() {
        different.push("a permissions boundary".to_owned());
    }
    different.extend(part.max_session_s.map(|seconds| format!("sessions of {seconds} s")));
    format!("with {}", different.join(", "))
}

fn trust(trust: &TrustPart) -> Vec<String> {
    let TrustPart::Made { principal, operator, ids } = trust else {
        return vec!["a trust of the customer's own".to_owned()];
    };
    let mut different = Vec::new();
    different.extend(principal.as_ref().map(|principal| format!("principal {principal}")));
    match ids {
        TrustIds::Right => {}
        TrustIds::OfOrganization => different.push("the organization's external ID".to_owned()),
        TrustIds::Of(name) => different.push(format!("the external ID of {name}")),
        TrustIds::Written(ids) => different.push(format!("external ID {}", shown(ids))),
        TrustIds::Among(more) => different.push(format!("{more} more external IDs")),
    }
    match operator.as_str() {
        "StringEquals" => {}
        "none" => different.push("no condition".to_owned()),
        operator => different.push(format!("operator {operator}")),
    }
    different
}

/// White space can be seen.
fn shown(ids: &[String]) -> String {
    ids.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(", ")
}

fn places(stage: &Stage, places: &[Place]) -> String {
    places.iter().map(|place| stage.place_name(place)).collect::<Vec<_>>().join(", ")
}

fn pipeline(part: &PipelinePart) -> String {
    let (shortest, longest) = part.latency;
    let latency =
        if shortest == longest { written(shortest) } else { format!("{} to {}", written(shortest), written(longest)) };
    let by = if part.through_organization_role { ", through OrganizationAccountAccessRole" } else { "" };
    format!("pipeline {}: role {} in accounts that join, after {latency}{by}", part.name, role(Some(&part.role)))
}

fn rollout(stage: &Stage, part: &RolloutPart) -> String {
    let mut text = format!("rollout of {}: ", stage.organization_name(part.organization));
    text.push_str(match (part.unlock, part.confirms_after) {
        (Unlock::Reading, _) => "unlocked by reading the role",
        (Unlock::Probes, _) => "unlocked by probes",
        (Unlock::Confirm, Some(_)) => "unlocked by confirmation",
        (Unlock::Confirm, None) => "unlocked by confirmation, which never comes",
    });
    if let Some(after) = part.confirms_after {
        let _ = write!(text, " after {}", written(after));
    }
    let Preferences { max_concurrent, failure_tolerance, mode } = part.preferences;
    let count = |amount| match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Percentage(percentage) => format!("{percentage} %"),
    };
    let _ = write!(text, ", {} at once, {} may fail", count(max_concurrent), count(failure_tolerance));
    if mode == ConcurrencyMode::Soft {
        text.push_str(" (soft)");
    }
    if let Some(accounts) = part.wave_accounts {
        let _ = write!(text, ", waves of {accounts}");
    }
    text.push_str(match part.collision {
        Collision::Fail => ", other roles are failures",
        Collision::Overwrite => ", other roles are overwritten",
        Collision::Skip => ", other roles are left alone",
    });
    if part.remove_adopted {
        text.push_str(", a removal takes roles that were there, too");
    }
    if part.through_organization_role {
        text.push_str(", through OrganizationAccountAccessRole");
    }
    let _ = write!(text, ", role {}", role(Some(&part.role)));
    text
}

fn stack_set(stage: &Stage, set: &StackSetPart) -> String {
    let targets = places(stage, &set.units);
    let targets = if targets.is_empty() { "no unit yet".to_owned() } else { targets };
    let mut text = format!("stack set {} for {targets} in {}", set.name, set.regions.join(", "));
    match set.auto_deployment {
        Some(true) => text.push_str(", automatic deployment, leavers keep their stacks"),
        Some(false) => text.push_str(", automatic deployment"),
        None => {}
    }
    let _ = write!(text, ", role {}", role(Some(&set.role)));
    text
}
