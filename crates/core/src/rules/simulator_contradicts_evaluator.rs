//! The rule `simulator-contradicts-evaluator`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "simulator-contradicts-evaluator",
    severity: Severity::Error,
    title: "AWS's policy simulator and rolecall's evaluator decide an action differently",
    what: "With `--live`, each action of the contract is decided twice under the same policies: by the IAM policy \
        simulator and by rolecall's evaluator, on which all other checks rest. The finding shows both decisions, each with \
        the statement that it names. Missing context values are not judged.",
    why: "One of the two is wrong about this policy, so that what was judged or proved about it cannot be relied on.",
    remedy: "Trust AWS's decision for this action, and report the policy and the action to rolecall's maintainers.",
    bad: r"# ec2:DescribeInstances on `*`
# AWS's simulator: implicitDeny
# rolecall's evaluator: allowed by statement 1 of policy.json",
    good: r"# ec2:DescribeInstances on `*`
# AWS's simulator: allowed by the statement at 4:5 of policy.json
# rolecall's evaluator: allowed by statement 1 of policy.json",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    ],
};
