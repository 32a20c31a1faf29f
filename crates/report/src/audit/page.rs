//! What a security reviewer reads, in order: what is granted, the worst of it first; what is needed of it; a tighter
//! policy; whom the role lets in; what could not be decided.

use crate::Options;
use crate::access::{
    actions_text, count, names_text, narrowed_text, request_text, resources_text, statement_of_one_text,
    statement_text, witness_text,
};
use crate::blocks::{Block, Mood};
use crate::excerpt;
use rolecall_gate::access::{Access, AccessGroup};
use rolecall_gate::audit::concerns::Concern;
use rolecall_gate::audit::need::Need;
use rolecall_gate::audit::tighten::Tightened;
use rolecall_gate::audit::trust::{Claim, TrustAudit};
use rolecall_gate::audit::{Audit, SubjectAudit};
use rolecall_iam::source::SourceMap;
use rolecall_iam_catalog::{AccessLevel, Action};
use std::collections::{BTreeMap, BTreeSet};

/// Names of actions that a row shows unless everything is asked for.
const NAMES_SHOWN: usize = 4;

/// The page.
pub(super) fn page(audit: &Audit, options: &Options) -> Vec<Block> {
    let page = Page { sources: &audit.sources, options, shown: if options.verbose { usize::MAX } else { NAMES_SHOWN } };
    let mut blocks = Vec::new();
    for subject in &audit.subjects {
        page.subject(subject, &mut blocks);
    }
    for trust in &audit.trusts {
        page.trust(trust, &mut blocks);
    }
    if !audit.not_judged.is_empty() {
        blocks.push(Block::Title(String::from("not audited")));
        for entry in &audit.not_judged {
            let plain = Options { color: false, ..options.clone() };
            let excerpt = excerpt::plain_excerpt(&excerpt::of_not_judged(entry), &audit.sources, &plain);
            blocks.push(Block::Verdict(Mood::Bad, format!("{}: {}", entry.code, entry.message)));
            blocks.push(Block::Code("where", excerpt));
            blocks.push(Block::Text(entry.help.clone()));
        }
    }
    let verdict = if audit.is_complete() {
        (Mood::Good, "audited: every answer above is proved over all requests, or shown by one")
    } else {
        (Mood::Bad, "not everything could be audited (exit code 2)")
    };
    blocks.push(Block::Verdict(verdict.0, verdict.1.to_owned()));
    blocks
}

/// The name of a concern.
pub(super) const fn name(concern: Concern) -> &'static str {
    match concern {
        Concern::Data => "data",
        Concern::Destruction => "destruction",
        Concern::PrivilegeEscalation => "privilege escalation",
        Concern::Credentials => "credentials",
        Concern::Cost => "cost",
        Concern::Persistence => "persistence",
        Concern::Logging => "logging",
        Concern::Compute => "compute",
    }
}

struct Page<'a> {
    sources: &'a SourceMap,
    options: &'a Options,
    shown: usize,
}

impl Page<'_> {
    fn subject(&self, subject: &SubjectAudit, blocks: &mut Vec<Block>) {
        blocks.push(Block::Title(format!("{}: {}", subject.name, subject.policies.join(", "))));
        blocks.push(Block::Text(overview(&subject.access)));
        self.concerns(subject, blocks);
        self.granted(&subject.access, subject.policies.len() == 1, blocks);
        if let Some(need) = &subject.need {
            needs(need, self.shown, blocks);
        }
        self.tightened(&subject.tightened, subject.need.is_some(), blocks);
        self.undecided(&subject.access, blocks);
    }

    fn concerns(&self, subject: &SubjectAudit, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(String::from("the worst first")));
        let groups = &subject.access.groups;
        let rows: Vec<Vec<String>> = subject
            .concerns
            .iter()
            .map(|found| {
                let which: Vec<String> = found
                    .actions
                    .values()
                    .map(|actions| {
                        let actions: Vec<Action> = actions.iter().map(|(action, _)| *action).collect();
                        actions_text(&actions, self.shown)
                    })
                    .collect();
                {
                    let example = found.witness.as_ref().map_or_else(String::new, request_text);
                    vec![format!("{} ({})", name(found.concern), found.count()), which.join("; "), example]
                }
            })
            .collect();
        if !rows.is_empty() {
            blocks.push(Block::Records { head: vec!["concern", "actions", "such as"], rows });
        }
        for found in subject.concerns.iter().filter(|found| !found.paths.is_empty()) {
            let rows = found.paths.iter().map(|path| {
                let needs = path.path.actions.iter().zip(&path.groups).map(|(action, group)| {
                    let by = groups.get(*group).map_or_else(String::new, |group| {
                        format!(
                            " by {}",
                            group.place.sid.as_ref().map_or_else(
                                || format!("statement {}", group.place.index.1 + 1),
                                |sid| format!("`{sid}`"),
                            )
                        )
                    });
                    format!("{action}{by}")
                });
                vec![path.path.name.to_owned(), needs.collect::<Vec<_>>().join(" + "), path.path.source.to_owned()]
            });
            let head = vec!["way to more rights", "needs", "source"];
            blocks.push(Block::Records { head, rows: rows.collect() });
        }
        let there: BTreeSet<Concern> = subject.concerns.iter().map(|found| found.concern).collect();
        let nothing: Vec<&str> =
            Concern::ALL.into_iter().filter(|concern| !there.contains(concern)).map(name).collect();
        if !nothing.is_empty() {
            let sure = if subject.access.undecided.is_empty() { "" } else { ", as far as it could be decided" };
            blocks.push(Block::Text(format!("nothing of: {}{sure}", nothing.join(", "))));
        }
    }

    fn granted(&self, access: &Access, one_policy: bool, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(String::from("what is granted")));
        let mut groups: Vec<&AccessGroup> = access.groups.iter().collect();
        groups.sort_by_key(|group| (group.service, std::cmp::Reverse(weight(group.level)), group.place.index));
        let by = if one_policy { statement_of_one_text } else { statement_text };
        let rows = groups.iter().map(|group| {
            let narrowed = narrowed_text(group);
            let on = resources_text(&group.place);
            vec![
                format!("{} {}", group.service, group.level.as_str()),
                names_text(&group.actions, self.shown),
                format!(
                    "{on}{}; by {}",
                    if narrowed.is_empty() { narrowed } else { format!("; {narrowed}") },
                    by(&group.place, self.sources, self.options)
                ),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            blocks.push(Block::Text(String::from("nothing")));
            return;
        }
        blocks.push(Block::Records { head: vec!["service, level", "actions", "on"], rows });
        let open: BTreeSet<&str> =
            access.groups.iter().flat_map(|group| &group.open_ended).map(String::as_str).collect();
        if !open.is_empty() {
            let open: Vec<String> = open.into_iter().map(|pattern| format!("`{pattern}`")).collect();
            blocks.push(Block::Text(format!(
                "open-ended, so that it grants what AWS adds later as well: {}",
                open.join(", ")
            )));
        }
    }

    fn tightened(&self, tightened: &Tightened, contract: bool, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(String::from("a tighter policy")));
        match tightened {
            Tightened::Proved { changed: false, .. } => {
                blocks.push(Block::Text(String::from(
                    "there is none: every action is named, has an effect, and is needed",
                )));
            }
            Tightened::Proved { policies, .. } => {
                let what = if contract { "what is needed of it" } else { "what it grants today, written out" };
                blocks.push(Block::Text(format!(
                    "{what}, proved to grant nothing that the present one does not{}",
                    if self.options.verbose { "" } else { " (--verbose, --format markdown or json show it)" }
                )));
                if self.options.verbose {
                    blocks.extend(policies.iter().map(|policy| Block::Code("the tighter policy", policy.clone())));
                }
            }
            Tightened::NotOffered(why) => blocks.push(Block::Text(format!("not offered: {why}"))),
            Tightened::Unproved(why) => {
                blocks.push(Block::Verdict(Mood::Bad, format!("not shown, since it is not proved: {why}")));
            }
        }
    }

    fn undecided(&self, access: &Access, blocks: &mut Vec<Block>) {
        if access.undecided.is_empty() {
            return;
        }
        blocks.push(Block::Heading(String::from("not decided")));
        let rows = access.undecided.iter().map(|entry| {
            vec![
                actions_text(&entry.actions, self.shown),
                statement_text(&entry.place, self.sources, self.options),
                entry.reason.clone(),
            ]
        });
        blocks.push(Block::Table { head: vec!["actions", "by", "why"], rows: rows.collect() });
    }

    fn trust(&self, trust: &TrustAudit, blocks: &mut Vec<Block>) {
        blocks.push(Block::Title(format!("trust: {}", trust.name)));
        let rows = trust.access.groups.iter().map(|group| {
            let narrowed = narrowed_text(group);
            vec![
                group.place.principals.join(", "),
                actions_text(&group.actions, self.shown),
                if narrowed.is_empty() { String::from("always") } else { narrowed },
                statement_text(&group.place, self.sources, self.options),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            blocks.push(Block::Text(String::from("lets nobody in")));
        } else {
            blocks.push(Block::Records { head: vec!["whom", "may", "only", "by"], rows });
        }
        blocks.push(claim("no stranger gets in", &trust.not_public));
        match &trust.only_expected {
            Some((words, only)) => blocks.push(claim(words, only)),
            None => blocks.push(Block::Text(String::from(
                "whether the right ones get in is not judged: nobody said who they are (rolecall.toml, or --principal)",
            ))),
        }
        self.undecided(&trust.access, blocks);
    }
}

fn claim(words: &str, claim: &Claim) -> Block {
    match claim {
        Claim::Proved => Block::Verdict(Mood::Good, format!("proved: {words}")),
        Claim::False(witness, _) => {
            Block::Verdict(Mood::Bad, format!("false: {words}; allowed is {}", witness_text(witness)))
        }
        Claim::Unknown(why) => Block::Verdict(Mood::Bad, format!("unknown: {words}; {why}")),
    }
}

/// Changing more weighs more.
const fn weight(level: AccessLevel) -> u8 {
    match level {
        AccessLevel::List => 0,
        AccessLevel::Read => 1,
        AccessLevel::Tagging => 2,
        AccessLevel::Write => 3,
        AccessLevel::PermissionsManagement => 4,
    }
}

/// `81 actions of 7 services: 2 Permissions management, 15 Write, …`.
fn overview(access: &Access) -> String {
    let mut levels: BTreeMap<std::cmp::Reverse<u8>, (&str, BTreeSet<Action>)> = BTreeMap::new();
    let (mut services, mut all) = (BTreeSet::new(), BTreeSet::new());
    for group in access.groups.iter().filter(|group| group.resource_fits) {
        services.insert(group.service);
        let level =
            levels.entry(std::cmp::Reverse(weight(group.level))).or_insert((group.level.as_str(), BTreeSet::new()));
        level.1.extend(group.actions.iter().copied());
        all.extend(group.actions.iter().copied());
    }
    if all.is_empty() {
        return String::from("no documented action is granted with effect");
    }
    let levels: Vec<String> = levels.values().map(|(name, actions)| format!("{} {name}", actions.len())).collect();
    format!("{} of {}: {}", count(all.len(), "action"), count(services.len(), "service"), levels.join(", "))
}

fn needs(need: &Need, shown: usize, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(String::from("what is needed (contract)")));
    let rows = need.capabilities.iter().map(|capability| {
        let missing: Vec<String> = capability.missing.iter().map(|(name, _)| name.clone()).collect();
        vec![
            capability.name.clone(),
            capability.granted.len().to_string(),
            if missing.is_empty() { String::from("-") } else { missing.join(", ") },
            capability.why.clone(),
        ]
    });
    blocks.push(Block::Table {
        head: vec!["capability", "granted", "needed and not granted", "why"],
        rows: rows.collect(),
    });
    if need.not_needed.is_empty() {
        blocks.push(Block::Text(String::from("granted and not needed: nothing")));
    } else {
        let mut by_service: BTreeMap<&str, Vec<Action>> = BTreeMap::new();
        for action in &need.not_needed {
            by_service.entry(action.service().prefix()).or_default().push(*action);
        }
        let text: Vec<String> = by_service.values().map(|actions| actions_text(actions, shown)).collect();
        blocks.push(Block::Text(format!(
            "granted and not needed: {}: {}",
            count(need.not_needed.len(), "action"),
            text.join("; ")
        )));
    }
    for (name, why) in &need.undecided {
        blocks.push(Block::Verdict(Mood::Bad, format!("unknown whether `{name}` is granted as needed: it {why}")));
    }
}
