//! A difference of policies as terminal text, Markdown and JSON.

use crate::Options;
use crate::access::{
    Entries, GroupEntry, UndecidedEntry, actions_text, names_text, narrowed_text, resources_text, statement_text,
    witness_text,
};
use crate::audit::Format;
use crate::audit::json::{ClaimEntry, claim_entry, pretty};
use crate::blocks::{self, Block, Mood};
use rolecall_gate::audit::trust::Claim;
use rolecall_gate::difference::{Difference, Direction, Kind};
use rolecall_iam::source::SourceMap;
use serde::Serialize;

/// Names of actions that a row shows unless everything is asked for.
const NAMES_SHOWN: usize = 6;

/// Writes a difference of the sides with these names; the text ends with a line break.
pub fn render(
    difference: &Difference,
    names: (&str, &str),
    sources: &SourceMap,
    format: Format,
    options: &Options,
) -> String {
    match format {
        Format::Human => blocks::human(&page(difference, names, sources, options), options),
        Format::Markdown => blocks::markdown(&page(difference, names, sources, options)),
        Format::Json => json(difference, names, sources, options),
    }
}

/// A stable word.
const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Equivalent => "equivalent",
        Kind::Wider => "wider",
        Kind::Narrower => "narrower",
        Kind::Both => "both",
        Kind::Unknown => "unknown",
    }
}

fn page(difference: &Difference, (old, new): (&str, &str), sources: &SourceMap, options: &Options) -> Vec<Block> {
    let (mood, verdict) = match difference.kind() {
        Kind::Equivalent => (Mood::Good, "both allow the same requests"),
        Kind::Wider => (Mood::Bad, "the change grants more and takes nothing away"),
        Kind::Narrower => (Mood::Good, "the change grants nothing new and takes something away"),
        Kind::Both => (Mood::Bad, "the change grants something and takes something away"),
        Kind::Unknown => (Mood::Bad, "not everything could be decided (exit code 2)"),
    };
    let mut blocks = vec![
        Block::Title(format!("`{old}` → `{new}`")),
        Block::Verdict(mood, format!("{}: {verdict}", word(difference.kind()))),
    ];
    direction("granted", &difference.granted, sources, options, &mut blocks);
    direction("taken away", &difference.taken_away, sources, options, &mut blocks);
    blocks
}

fn direction(title: &str, direction: &Direction, sources: &SourceMap, options: &Options, blocks: &mut Vec<Block>) {
    if direction.is_empty() == Some(true) {
        return;
    }
    blocks.push(Block::Heading(title.to_owned()));
    let shown = if options.verbose { usize::MAX } else { NAMES_SHOWN };
    let rows: Vec<Vec<String>> = direction
        .access
        .groups
        .iter()
        .map(|group| {
            let narrowed = narrowed_text(group);
            let on = resources_text(&group.place);
            vec![
                format!("{} {}", group.service, group.level.as_str()),
                names_text(&group.actions, shown),
                if narrowed.is_empty() { on } else { format!("{on}; {narrowed}") },
                statement_text(&group.place, sources, options),
                group.first_witness().map_or_else(String::new, |witness| witness_text(&witness)),
            ]
        })
        .collect();
    if rows.is_empty() {
        let text = match &direction.nothing {
            Claim::False(witness, _) => format!(
                "no action that AWS documents, but names that it may add: a witness is {}",
                witness_text(witness)
            ),
            Claim::Unknown(why) => format!("unknown: {why}"),
            Claim::Proved => String::from("nothing"),
        };
        blocks.push(Block::Text(text));
    } else {
        let head = vec!["service, level", "actions", "on", "by", "such as"];
        blocks.push(Block::Records { head, rows });
    }
    for entry in &direction.access.undecided {
        let actions = actions_text(&entry.actions, shown);
        blocks.push(Block::Verdict(Mood::Bad, format!("unknown for {actions}: {}", entry.reason)));
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    old: &'a str,
    new: &'a str,
    kind: &'static str,
    complete: bool,
    granted: DirectionEntry<'a>,
    taken_away: DirectionEntry<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DirectionEntry<'a> {
    nothing: ClaimEntry<'a>,
    groups: Vec<GroupEntry<'a>>,
    undecided: Vec<UndecidedEntry<'a>>,
}

fn json(difference: &Difference, (old, new): (&str, &str), sources: &SourceMap, options: &Options) -> String {
    let entries = Entries { sources, options };
    pretty(&Document {
        format: "rolecall-difference",
        version: 1,
        old,
        new,
        kind: word(difference.kind()),
        complete: difference.granted.is_complete() && difference.taken_away.is_complete(),
        granted: direction_entry(entries, &difference.granted),
        taken_away: direction_entry(entries, &difference.taken_away),
    })
}

fn direction_entry<'a>(entries: Entries<'a>, direction: &'a Direction) -> DirectionEntry<'a> {
    DirectionEntry {
        nothing: claim_entry("no request at all", &direction.nothing),
        groups: direction.access.groups.iter().map(|group| entries.group(group)).collect(),
        undecided: direction.access.undecided.iter().map(|entry| entries.undecided(entry)).collect(),
    }
}
