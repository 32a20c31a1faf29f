//! `rolecall prove`: claims about all requests. Reads the documents, puts the questions to the prover, and has the answers
//! written; deciding is the prover's, the forms of the answers are `rolecall-report`'s.

mod classes;
mod findings;
mod pairs;
pub(super) mod questions;

use super::documents::{Documents, Side, Tree, base_of};
use crate::args::GlobalArgs;
use crate::args::prove::{BaseArg, Claim, EquivalentArgs, ModeArg, NoNewAccessArgs, NotGrantedArgs};
use crate::args::prove::{LimitFiles, NotPublicArgs, OnlyPrincipalsArgs, ProofArgs, ProofFormat};
use crate::{files, output};
use anyhow::bail;
use questions::{Question, only_principals};
use rolecall_iam::evaluate::Decision;
use rolecall_iam_prove::{ActionWorld, Options, equivalent, no_new_access, not_public};
use rolecall_report::prove::{Answer, Answered, Format, Proof};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Examines a claim. 0 proved, 1 false, 2 unknown.
pub(super) fn run(claim: &Claim, global: &GlobalArgs) -> anyhow::Result<u8> {
    match claim {
        Claim::NoNewAccess(arguments) => match &arguments.pairs.file {
            Some(file) => pairs::run(file, arguments, global),
            None => prove_no_new_access(arguments, global),
        },
        Claim::NotGranted(arguments) => prove_not_granted(arguments, global),
        Claim::NotPublic(arguments) => prove_not_public(arguments, global),
        Claim::OnlyPrincipals(arguments) => prove_only_principals(arguments, global),
        Claim::Equivalent(arguments) => prove_equivalent(arguments, global),
    }
}

/// The files of two sides: those that stand for themselves, and those given by option.
fn two_sides(
    policies: &[PathBuf],
    more: [&[PathBuf]; 2],
    names: [&str; 2],
    documents: &mut Documents,
) -> anyhow::Result<[Vec<Tree>; 2]> {
    let [mut first, mut second]: [Vec<PathBuf>; 2] = [more[0].to_vec(), more[1].to_vec()];
    if let [left, right] = policies {
        first.insert(0, left.clone());
        second.insert(0, right.clone());
    }
    if first.is_empty() || second.is_empty() {
        let [one, other] = names;
        let (one_name, other_name) = (one.to_uppercase(), other.to_uppercase());
        bail!("there are two sides: give {one_name} and {other_name}, or `--{one} FILE` and `--{other} FILE`");
    }
    Ok([documents.open_all(&first), documents.open_all(&second)])
}

fn prove_no_new_access(arguments: &NoNewAccessArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    // clap does not hold on to `requires` where something conflicts with what is required.
    if arguments.pairs.jobs.is_some() || arguments.pairs.missing_version.is_some() {
        bail!("`--jobs` and `--missing-version` are for `--pairs`; a single document is read as AWS reads it");
    }
    let mut documents = Documents::default();
    let more = [arguments.references.as_slice(), arguments.candidates.as_slice()];
    let [reference, candidate] = two_sides(&arguments.policies, more, ["reference", "candidate"], &mut documents)?;
    let base = base_of(arguments.base, reference.iter().chain(&candidate))?;
    let all = arguments.limits.files();
    let reference = Side::read(&mut documents, base, &reference, &arguments.reference_limits.files().or(&all))?;
    let candidate = Side::read(&mut documents, base, &candidate, &arguments.candidate_limits.files().or(&all))?;
    documents.refuse_damaged(output::color(global))?;
    let options = options(&arguments.proof, ActionWorld::Open);
    let question = Question {
        name: "candidate-beyond-reference",
        looked_for: format!("that {} allows and {} does not", candidate.words, reference.words),
        allowing: ("candidate", &candidate),
        other: Some(("reference", &reference)),
        options,
    };
    let verdict = no_new_access(&reference.as_side(), &candidate.as_side(), options);
    let answers = vec![question.answer(verdict, &documents)];
    let proof = Proof {
        claim: "no-new-access",
        words: format!("{} allows nothing that {} does not", candidate.words, reference.words),
        sources: &documents.sources,
        notes: nothing_at_all(&answers, &[&candidate], options),
        answers,
    };
    finish(proof, &arguments.proof, global)
}

fn prove_not_granted(arguments: &NotGrantedArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let trees = documents.open_all(&arguments.policies);
    let base = base_of(arguments.base, trees.iter())?;
    let asked = questions::Forbidden::read(arguments, base)?;
    let side = Side::read(&mut documents, base, &trees, &arguments.limits.files())?;
    documents.refuse_damaged(output::color(global))?;
    let mut answers = Vec::new();
    for part in &asked.parts {
        let options = options(&arguments.proof, part.world);
        if !asked.surely_has_requests(part) {
            part.refuse_empty(&asked.resources, options)?;
        }
        let question = Question {
            name: part.name,
            looked_for: format!("for {} on {} that {} allows", part.words, asked.resource_words, side.words),
            allowing: ("policies", &side),
            other: None,
            options,
        };
        let verdict = rolecall_iam_prove::not_granted(&side.as_side(), &part.actions, &asked.resources, options);
        answers.push(question.answer(verdict, &documents));
    }
    let mut notes = asked.notes();
    notes.extend(nothing_at_all(&answers, &[&side], options(&arguments.proof, ActionWorld::Open)));
    let actions: Vec<&str> = asked.parts.iter().map(|part| part.words.as_str()).collect();
    let proof = Proof {
        claim: "not-granted",
        words: format!("{} never allows {} on {}", side.words, actions.join(" or "), asked.resource_words),
        sources: &documents.sources,
        answers,
        notes,
    };
    finish(proof, &arguments.proof, global)
}

fn prove_not_public(arguments: &NotPublicArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let tree = [documents.open(&arguments.policy)];
    let base = base_of(arguments.base, tree.iter())?;
    let limits = LimitFiles { rcp: arguments.rcp.clone(), ..LimitFiles::default() };
    let side = Side::read(&mut documents, base, &tree, &limits)?;
    documents.refuse_damaged(output::color(global))?;
    if base == BaseArg::Identity {
        bail!(
            "{} is an identity policy, which lets nobody in by itself: `not-public` is about the policy of a resource \
             (it has `Principal`) or the trust policy of a role",
            side.words
        );
    }
    let options = options(&arguments.proof, ActionWorld::Open);
    let question = Question {
        name: "public",
        looked_for: format!("of a stranger that {} allows", side.words),
        allowing: ("policies", &side),
        other: None,
        options,
    };
    let verdict = not_public(&side.as_side(), options);
    let answers = vec![question.answer(verdict, &documents)];
    let proof = Proof {
        claim: "not-public",
        words: format!("{} lets no stranger in", side.words),
        sources: &documents.sources,
        notes: nothing_at_all(&answers, &[&side], options),
        answers,
    };
    finish(proof, &arguments.proof, global)
}

fn prove_only_principals(arguments: &OnlyPrincipalsArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let expected = questions::Expected::read(&arguments.principals, arguments.external_id.as_deref())?;
    let tree = [documents.open(&arguments.trust)];
    let side = Side::read(&mut documents, BaseArg::Trust, &tree, &LimitFiles::default())?;
    documents.refuse_damaged(output::color(global))?;
    let options = options(&arguments.proof, ActionWorld::Open);
    let answers = vec![only_principals(&side, &expected, options, &documents)?];
    let proof = Proof {
        claim: "only-principals",
        words: format!("{} lets in only {}", side.words, expected.words),
        sources: &documents.sources,
        notes: nothing_at_all(&answers, &[&side], options),
        answers,
    };
    finish(proof, &arguments.proof, global)
}

fn prove_equivalent(arguments: &EquivalentArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let more = [arguments.lefts.as_slice(), arguments.rights.as_slice()];
    let [left, right] = two_sides(&arguments.policies, more, ["left", "right"], &mut documents)?;
    let base = base_of(arguments.base, left.iter().chain(&right))?;
    let all = arguments.limits.files();
    let left = Side::read(&mut documents, base, &left, &arguments.left_limits.files().or(&all))?;
    let right = Side::read(&mut documents, base, &right, &arguments.right_limits.files().or(&all))?;
    documents.refuse_damaged(output::color(global))?;
    let options = options(&arguments.proof, ActionWorld::Open);
    let question = |name, allowing: (&'static str, &Side), other: (&'static str, &Side), verdict| {
        let looked_for = format!("that {} allows and {} does not", allowing.1.words, other.1.words);
        Question { name, looked_for, allowing, other: Some(other), options }.answer(verdict, &documents)
    };
    let (more, less) = equivalent(&left.as_side(), &right.as_side(), options);
    let (one, other) = (("left", &left), ("right", &right));
    let answers =
        vec![question("left-beyond-right", one, other, more), question("right-beyond-left", other, one, less)];
    let proof = Proof {
        claim: "equivalent",
        words: format!("{} and {} allow the same requests", left.words, right.words),
        sources: &documents.sources,
        notes: nothing_at_all(&answers, &[&left, &right], options),
        answers,
    };
    finish(proof, &arguments.proof, global)
}

fn options(arguments: &ProofArgs, usual: ActionWorld) -> Options {
    let world = arguments.mode.map_or(usual, world);
    Options { world, budget: arguments.budget.get() }
}

const fn world(mode: ModeArg) -> ActionWorld {
    match mode {
        ModeArg::Open => ActionWorld::Open,
        ModeArg::Catalogue => ActionWorld::Catalogue,
    }
}

/// A side that allows no request at all makes claims true that mean nothing: that is said.
fn nothing_at_all(answers: &[Answer], sides: &[&Side], options: Options) -> Vec<String> {
    if !answers.iter().any(|answer| matches!(answer.result, Answered::None)) {
        return Vec::new();
    }
    let empty = sides.iter().filter(|side| questions::allows_nothing(side, options));
    let note = |side: &&Side| format!("{} allows no request at all: is that meant?", side.words);
    empty.map(note).collect()
}

/// Writes the witness, then the answer.
fn finish(mut proof: Proof<'_>, arguments: &ProofArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if let Some(path) = &arguments.witness {
        write_witness(&mut proof, path)?;
    }
    let format = match arguments.format {
        ProofFormat::Human => Format::Human,
        ProofFormat::Json => Format::Json,
        ProofFormat::Markdown => Format::Markdown,
    };
    let to_file = arguments.output.is_some();
    let options = rolecall_report::Options {
        color: !to_file && output::color(global),
        width: if to_file { 100 } else { output::width() },
        ..rolecall_report::Options::default()
    };
    match &arguments.output {
        Some(path) => files::write(path, &rolecall_report::prove::render(&proof, format, &options))?,
        None if global.quiet => {}
        None => output::say(&rolecall_report::prove::render(&proof, format, &options))?,
    }
    Ok(proof.verdict().exit_code())
}

/// The requests that show that the claim is false, a line for each side, the one that allows it first.
fn write_witness(proof: &mut Proof<'_>, path: &std::path::Path) -> anyhow::Result<()> {
    let mut text = String::new();
    for answer in &mut proof.answers {
        let Answered::Found(found) = &mut answer.result else { continue };
        for replay in &found.replays {
            let members = replay.line.strip_prefix('{').unwrap_or(&replay.line);
            debug_assert!(replay.decision != Decision::CannotDecide);
            let _ = writeln!(text, "{{\"id\":\"{}: {}\",{members}", answer.name, replay.side);
        }
        found.witness_file = Some(path.display().to_string());
    }
    files::write(path, &text)
}
