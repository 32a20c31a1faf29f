//! Reading policies, and replaying witnesses the way a user would: through the line that `rolecall evaluate` takes.

use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use rolecall_iam::json;
use rolecall_iam::request_line;
use rolecall_iam::span::FileId;
use rolecall_iam_prove::{NewAccess, PolicySide, Verdict, replay_line};

pub(crate) fn policy(text: &str, policy_type: PolicyType) -> Policy {
    let node = json::read(FileId(0), text).node.unwrap_or_else(|| panic!("no JSON: {text}"));
    let parsed = parse::parse(&node, policy_type);
    parsed.evaluable().cloned().unwrap_or_else(|| panic!("{:?} in {text}", parsed.problems))
}

pub(crate) fn identity(text: &str) -> Policy {
    policy(text, PolicyType::Identity)
}

/// The facts of the catalogue, as the program fills them in.
pub(crate) fn facts(action: &str) -> ActionFacts {
    let known = rolecall_iam_catalog::action_named(action);
    let service = action.split(':').next().and_then(rolecall_iam_catalog::service);
    ActionFacts {
        takes_resource: known.map(|known| !known.takes_no_resource()),
        rcp_applies: service.map(rolecall_iam_catalog::Service::supports_rcp),
    }
}

/// What the evaluator says of a line.
pub(crate) fn decision(line: &str) -> Decision {
    let read = request_line::read(line, facts).unwrap_or_else(|error| panic!("{error} in {line}"));
    decide(&read.policies, &read.request).decision
}

/// The finding of a verdict, after replaying its line under both sides.
pub(crate) fn replayed<'v>(
    verdict: &'v Verdict,
    reference: Option<&PolicySide<'_>>,
    candidate: &PolicySide<'_>,
) -> &'v NewAccess {
    let Verdict::NewAccess(found) = verdict else { panic!("expected new access, found {verdict:?}") };
    let line = replay_line(candidate, &found.witness);
    assert_eq!(decision(&line), Decision::Allowed, "{line}");
    if let Some(reference) = reference {
        let line = replay_line(reference, &found.witness);
        let under = decision(&line);
        assert!(matches!(under, Decision::ImplicitDeny | Decision::ExplicitDeny), "{under:?} for {line}");
    }
    found
}

pub(crate) fn is_none(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::None { .. })
}
