//! The page for people. Accounts that are as they should be are one line; the others are told together where they fail alike,
//! with the cause that the evidence shows and the next step.

use crate::Options;
use crate::blocks::{Block, Mood};
use rolecall_core::diagnosis::{Conclusion, Diagnosis, Viewpoint};
use rolecall_core::validation::{LeftOut, Note, Run, Simulator, Standing, Under, Validation, Word};
use std::collections::BTreeMap;

/// Accounts that a line names; the others are counted.
const NAMED_MAX: usize = 6;
/// Causes that are named of one account, unless everything is asked for.
const CAUSES_MAX: usize = 3;

pub(super) fn page(run: &Run, options: &Options) -> Vec<Block> {
    let (who, organization) = (run.viewpoint.as_str(), run.organization.as_str());
    let mut page =
        vec![Block::Title(format!("role {} in organization {organization}, as the {who} sees it", run.role))];
    page.push(verdict(run));
    for note in &run.not_judged {
        page.push(Block::Text(format!("not judged: {} ({})", note.message, note.code)));
    }
    good(run, options, &mut page);
    let others = run.accounts.iter().filter(|validation| validation.standing() != Standing::Good);
    let mut groups: BTreeMap<Key<'_>, Vec<&Validation>> = BTreeMap::new();
    for validation in others {
        groups.entry(key(validation)).or_default().push(validation);
    }
    for (key, group) in groups.iter().rev() {
        if let Some(first) = group.first() {
            one(key.standing, first, group, options, &mut page);
        }
    }
    let (lagging, not_active): (Vec<_>, Vec<_>) = run.left_out.iter().partition(|(_, why)| *why == LeftOut::Lagging);
    for (why, accounts) in [("not ACTIVE", not_active), ("without a role in lagging mode", lagging)] {
        if !accounts.is_empty() {
            let count = counted(accounts.len(), "account");
            let named = accounts.iter().map(|(account, why)| format!("{account} ({})", why.as_str()));
            page.push(Block::Text(format!("{why} and not looked at: {count}: {}", listed(named, options))));
        }
    }
    page
}

/// What makes accounts fail alike. The greatest is told first: whatever opens to anybody, then what is not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    insecure: bool,
    standing: Standing,
    word: &'static str,
    /// Of what is wrong and open, with the first cause.
    codes: Vec<&'a str>,
}

fn key(validation: &Validation) -> Key<'_> {
    let notes = validation.faults.iter().chain(&validation.not_judged);
    let mut codes: Vec<&str> = notes.map(|note| note.code.as_str()).collect();
    codes.extend(validation.diagnosis.first().map(|ranked| ranked.cause.as_str()));
    let (standing, word) = (validation.standing(), validation.word.as_str());
    Key { insecure: validation.word == Word::Insecure, standing, word, codes }
}

fn verdict(run: &Run) -> Block {
    let count = |standing| run.of(standing).count();
    let (good, faulty, open) = (count(Standing::Good), count(Standing::Faulty), count(Standing::NotJudged));
    let word = good_word(run.viewpoint);
    let mood = if run.standing() == Standing::Good { Mood::Good } else { Mood::Bad };
    let mut parts = vec![format!("{good} of {} {word}", counted(run.accounts.len(), "account"))];
    if faulty > 0 {
        parts.push(format!("{faulty} not as they should be"));
    }
    if open > 0 {
        parts.push(format!("{open} not judged"));
    }
    let code = match run.standing() {
        Standing::Good => "",
        Standing::Faulty => " (exit code 1)",
        Standing::NotJudged => " (exit code 2)",
    };
    Block::Verdict(mood, format!("{}{code}", parts.join(", ")))
}

const fn good_word(viewpoint: Viewpoint) -> &'static str {
    match viewpoint {
        Viewpoint::Vendor => "validated",
        Viewpoint::Customer => "verified by reading",
    }
}

fn good(run: &Run, options: &Options, page: &mut Vec<Block>) {
    let good: Vec<&Validation> = run.of(Standing::Good).collect();
    let Some(first) = good.first() else { return };
    let named = good.iter().map(|validation| validation.account.to_string());
    let named = listed(named, options);
    page.push(Block::Heading(format!("{}: {}", first.word.as_str(), counted(good.len(), "account"))));
    page.push(Block::Text(named));
    let decisions: usize = good.iter().map(|validation| agreed(&validation.simulator)).sum();
    if decisions > 0 {
        let text =
            format!("AWS's policy simulator and rolecall's evaluator agree on {}", counted(decisions, "decision"));
        page.push(Block::Text(text));
    }
}

const fn agreed(simulator: &Simulator) -> usize {
    match simulator {
        Simulator::Run(run) => run.agreed,
        Simulator::NotAsked | Simulator::NotRun(_) => 0,
    }
}

fn one(standing: Standing, first: &Validation, group: &[&Validation], options: &Options, page: &mut Vec<Block>) {
    let named = listed(group.iter().map(|validation| validation.account.to_string()), options);
    let open = if standing == Standing::NotJudged { ", not judged" } else { "" };
    page.push(Block::Heading(format!("{}{open}: {}: {named}", first.word.as_str(), counted(group.len(), "account"))));
    let told = |label: &str, note: &Note| Block::Text(format!("{label}: {} ({})", note.message, note.code));
    page.extend(first.faults.iter().map(|note| told("wrong", note)));
    page.extend(first.not_judged.iter().map(|note| told("not judged", note)));
    if let Simulator::Run(run) = &first.simulator {
        let under = match run.under {
            Under::Live => "the role's own policies",
            Under::Profile => "the profile's policies",
        };
        let (agreed, decisions) = (run.agreed, counted(run.decisions, "decision"));
        page.push(Block::Text(format!(
            "AWS's {} and rolecall under {under}: agreed on {agreed} of {decisions}",
            run.call
        )));
    }
    causes(&first.diagnosis, options, page);
    if group.len() > 1 {
        page.push(Block::Text(format!("the texts are those of account {}", first.account)));
    }
}

fn causes(diagnosis: &Diagnosis, options: &Options, page: &mut Vec<Block>) {
    let shown = if options.verbose { usize::MAX } else { CAUSES_MAX };
    for ranked in diagnosis.causes.iter().take(shown) {
        let about = ranked.cause.about();
        page.push(Block::Text(format!(
            "{} cause: {} ({})",
            ranked.weight.as_str(),
            about.title,
            ranked.cause.as_str()
        )));
        page.extend(ranked.supporting.iter().map(|fact| Block::Text(format!("for: {}", fact.text))));
        page.extend(ranked.contradicting.iter().map(|fact| Block::Text(format!("against: {}", fact.text))));
        page.push(Block::Text(format!("next step ({}): {}", about.whose.as_str(), about.remedy)));
    }
    let rest: Vec<_> =
        diagnosis.causes.iter().skip(shown).map(|ranked| format!("`{}`", ranked.cause.as_str())).collect();
    if !rest.is_empty() {
        page.push(Block::Text(format!("nothing speaks against {} more causes: {}", rest.len(), rest.join(", "))));
    }
    if let Some(next) = &diagnosis.next {
        page.push(Block::Text(format!("to tell them apart: {}.", next.look.how())));
    }
    if diagnosis.causes.is_empty() && diagnosis.conclusion() == Conclusion::NotJudged && !diagnosis.symptoms.is_empty()
    {
        page.push(Block::Text(String::from("what is seen has no cause that is known")));
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The first of many; all with `--verbose`.
fn listed(named: impl ExactSizeIterator<Item = String>, options: &Options) -> String {
    if options.verbose { named.collect::<Vec<_>>().join(", ") } else { list(named) }
}

fn list(named: impl ExactSizeIterator<Item = String>) -> String {
    let count = named.len();
    let shown: Vec<String> = named.take(NAMED_MAX).collect();
    match count.checked_sub(NAMED_MAX) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
