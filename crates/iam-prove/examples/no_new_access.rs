//! Does a change of a policy grant anything new? Reads the two documents that are named on the command line, or two that
//! stand here, and prints a request that shows it, or that there is none.
#![allow(clippy::disallowed_methods, reason = "an example reads files")]

use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access, replay_line};
use std::process::ExitCode;

const REFERENCE: &str = r#"{"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}"#;
const CANDIDATE: &str = r#"{"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}}"#;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let (reference, candidate) = match files.as_slice() {
        [] => (policy(REFERENCE)?, policy(CANDIDATE)?),
        [reference, candidate] => {
            (policy(&std::fs::read_to_string(reference)?)?, policy(&std::fs::read_to_string(candidate)?)?)
        }
        _ => return Err("expected two files, REFERENCE and CANDIDATE, or none".into()),
    };
    let (reference, candidate) = (PolicySide::identity([&reference]), PolicySide::identity([&candidate]));
    Ok(match no_new_access(&reference, &candidate, Options::default()) {
        Verdict::None { .. } => {
            println!("proved: nothing new");
            ExitCode::SUCCESS
        }
        Verdict::NewAccess(found) => {
            println!("{} may {} on {}", found.witness.principal.as_str(), found.witness.action, found.witness.resource);
            println!("`rolecall evaluate --requests -` replays it:\n{}", replay_line(&candidate, &found.witness));
            ExitCode::from(1)
        }
        Verdict::Unknown { reason, .. } => {
            println!("unknown: {reason}");
            ExitCode::from(2)
        }
    })
}

/// Reads a document, or says all that is wrong with it.
fn policy(text: &str) -> Result<Policy, String> {
    let read = json::read(FileId(0), text);
    let parsed = read.node.as_ref().map(|root| parse::parse(root, PolicyType::Identity));
    let problems = read.problems.iter().chain(parsed.iter().flat_map(|parsed| &parsed.problems));
    let complaints: Vec<String> = problems
        .map(|problem| format!("{} (byte {}): {}", problem.message, problem.span.start, problem.help))
        .collect();
    parsed.as_ref().and_then(|parsed| parsed.evaluable().cloned()).ok_or_else(|| complaints.join("\n"))
}
