//! Labelled pairs that lie outside this repository, where they are there: the folder that `ROLECALL_PROVE_DATA` names, or
//! `../shared/data/prove` beside the workspace.
#![allow(clippy::disallowed_methods, reason = "the labelled pairs lie outside the repository")]

use super::sampling::counterexample;
use super::support::{decision, facts, is_none};
use rolecall_iam::document::{Policy, Version};
use rolecall_iam::evaluate::Decision;
use rolecall_iam_prove::{ActionWorld, Options, Verdict, pairs, replay_line};
use std::path::PathBuf;

/// Labels of AWS that are wrong as printed: a reference with the placeholder `<ACCOUNT ID>`, and one with the ID of another
/// network ACL than the candidate's.
const WRONG_AS_PRINTED: [&str; 2] = [
    "identity-policies/check-access-to-sensitive-resource/ec2-network-acl.md#Candidate policy 3",
    "resource-policies/role-trust-policies/allowlist-federated-access-oidc.md#Candidate policy 1",
];

fn file(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/prove");
    let folder = std::env::var_os("ROLECALL_PROVE_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).ok();
    let required = std::env::var("ROLECALL_REQUIRE").is_ok_and(|list| list.split(',').any(|one| one == "prove-data"));
    assert!(text.is_some() || !required, "no {name} in {}", folder.display());
    if text.is_none() {
        println!("not run: no shared pairs");
    }
    text
}

fn references(policies: &[Policy]) -> Vec<&Policy> {
    policies.iter().collect()
}

/// Judges every line; gives the total of steps, and the IDs whose verdict is not the label.
fn judge(text: &str, missing_version: Option<Version>) -> (u64, Vec<String>) {
    let (mut steps, mut other) = (0, Vec::new());
    for line in text.lines() {
        let mut pair = pairs::read_line(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        if let Some(version) = missing_version {
            pair.take_missing_version_as(version);
        }
        let verdict = pair.judge(Options::default());
        steps += verdict.stats().steps;
        let label: serde_json::Value = serde_json::from_str(line).unwrap();
        if label["expect"] != verdict.as_str() {
            other.push(pair.id.trim_matches('"').to_owned());
        }
        match &verdict {
            Verdict::Unknown { reason, .. } => panic!("{}: unknown, {reason}", pair.id),
            Verdict::NewAccess(found) => {
                let line = replay_line(&pair.candidate_side(), &found.witness);
                assert_eq!(decision(&line), Decision::Allowed, "{line}");
                let line = replay_line(&pair.reference_side(), &found.witness);
                assert!(matches!(decision(&line), Decision::ImplicitDeny | Decision::ExplicitDeny), "{line}");
                if facts(&found.witness.action).takes_resource.is_none() {
                    // Only where no documented action shows it.
                    pair.world = ActionWorld::Catalogue;
                    assert!(is_none(&pair.judge(Options::default())), "{} of {}", found.witness.action, pair.id);
                }
            }
            Verdict::None { .. } => {
                let (reference, candidate) = (references(&pair.reference), references(&pair.candidate));
                let (found, _) = counterexample(&reference, &candidate, pair.resource, 60, steps);
                assert_eq!(found, None, "{}", pair.id);
            }
        }
    }
    (steps, other)
}

#[test]
fn aws_labels() {
    let Some(text) = file("aws-labelled.jsonl") else { return };
    let (steps, other) = judge(&text, None);
    assert_eq!(other.len(), WRONG_AS_PRINTED.len(), "{other:#?}");
    for id in WRONG_AS_PRINTED {
        assert!(other.iter().any(|found| found.starts_with(id)), "{id} in {other:#?}");
    }
    assert!(steps < 4_600, "{steps} steps");
}

/// The labels take `${aws:username}` as a term whatever the version. By AWS's documentation it is plain text in a document
/// without `Version`: with that reading 24 pairs have another verdict, each with a witness that the evaluator confirms.
#[test]
fn forum_mutants() {
    let Some(text) = file("forum-mutants.jsonl") else { return };
    let (steps, other) = judge(&text, Some(Version::V2012));
    assert_eq!(other, Vec::<String>::new());
    assert!(steps < 23_000, "{steps} steps");
    let (_, other) = judge(&text, None);
    assert!(other.iter().all(|id| id.contains("/ec2_allow_ebs_volume_owners/")), "{other:#?}");
}

#[test]
fn random_pairs() {
    let Some(text) = file("random.jsonl") else { return };
    let (steps, other) = judge(&text, None);
    assert_eq!(other, Vec::<String>::new());
    assert!(steps < 125_000, "{steps} steps");
}

#[test]
fn stress() {
    let Some(text) = file("stress.jsonl") else { return };
    let (steps, other) = judge(&text, None);
    assert_eq!(other, Vec::<String>::new());
    assert!(steps < 38_000, "{steps} steps");
}
