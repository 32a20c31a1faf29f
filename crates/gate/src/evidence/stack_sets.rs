//! The parts of a bundle about the customer's automation: stack sets, and the steps of a script or pipeline.

use super::account::role;
use super::fields::{self, Fields, Problems};
use rolecall_core::diagnosis::evidence::{
    DetailedStatus, DriftStatus, InstanceStatus, OperationStatus, PermissionModel, SeenInstance, SeenOperation,
    SeenResult, SeenSet, Step, StepEnd,
};
use rolecall_iam::value::Node;

/// Reads a word of AWS.
macro_rules! word {
    ($type:ident) => {
        |node: &Node, problems: &mut Problems| {
            let words: Vec<_> = $type::ALL.iter().map(|known| known.as_str()).collect();
            fields::word(node, problems, $type::parse, &words)
        }
    };
}

pub(super) fn set(node: &Node, problems: &mut Problems) -> Option<SeenSet> {
    let known = ["name", "model", "retainStacks", "units", "regions", "template", "instances", "operations"];
    let fields = Fields::new(node, "a stack set", &known, problems)?;
    let name = fields.required("name", fields::text, problems);
    let set = SeenSet {
        name: String::new(),
        model: fields.seen("model", word!(PermissionModel), problems),
        retain_stacks: fields.seen("retainStacks", fields::truth, problems),
        units: fields.seen("units", fields::texts, problems),
        regions: fields.seen("regions", fields::texts, problems),
        template: fields.seen("template", role, problems),
        instances: fields.seen("instances", |node, problems| fields::list(node, problems, instance), problems),
        operations: fields.seen("operations", |node, problems| fields::list(node, problems, operation), problems),
    };
    Some(SeenSet { name: name?, ..set })
}

fn instance(node: &Node, problems: &mut Problems) -> Option<SeenInstance> {
    let known = ["region", "status", "detailedStatus", "reason", "drift"];
    let fields = Fields::new(node, "a stack instance", &known, problems)?;
    let region = fields.required("region", fields::text, problems);
    let status = fields.required("status", word!(InstanceStatus), problems);
    let detailed = fields.seen("detailedStatus", word!(DetailedStatus), problems);
    let reason = fields.seen("reason", fields::text, problems);
    let drift = fields.seen("drift", word!(DriftStatus), problems);
    Some(SeenInstance { region: region?, status: status?, detailed, reason, drift })
}

fn operation(node: &Node, problems: &mut Problems) -> Option<SeenOperation> {
    let known = ["id", "action", "status", "failedInstances", "results"];
    let fields = Fields::new(node, "an operation", &known, problems)?;
    let id = fields.required("id", fields::text, problems);
    let action = fields.required("action", fields::text, problems);
    let status = fields.required("status", word!(OperationStatus), problems);
    let failed_instances = fields.seen("failedInstances", fields::small, problems);
    let results = fields.seen("results", |node, problems| fields::list(node, problems, result), problems);
    Some(SeenOperation { id: id?, action: action?, status: status?, failed_instances, results })
}

fn result(node: &Node, problems: &mut Problems) -> Option<SeenResult> {
    let fields = Fields::new(node, "a result", &["account", "region", "status", "reason"], problems)?;
    let account = fields.required("account", fields::text, problems);
    let region = fields.required("region", fields::text, problems);
    let status = fields.required("status", fields::text, problems);
    let reason = fields.seen("reason", fields::text, problems);
    Some(SeenResult { account: account?, region: region?, status: status?, reason })
}

pub(super) fn step(node: &Node, problems: &mut Problems) -> Option<Step> {
    let known = ["at", "what", "delegated", "result", "code", "message"];
    let fields = Fields::new(node, "a step", &known, problems)?;
    let at = fields.required("at", fields::time, problems);
    let what = fields.required("what", fields::text, problems);
    let delegated = fields.seen("delegated", fields::truth, problems);
    let words = ["open", "done", "failed"];
    let word = |node: &Node, problems: &mut Problems| {
        fields::word(node, problems, |text| words.contains(&text).then(|| text.to_owned()), &words)
    };
    let end = match fields.required("result", word, problems)?.as_str() {
        "open" => StepEnd::Open,
        "done" => StepEnd::Done,
        _ => StepEnd::Failed {
            code: fields.required("code", fields::text, problems)?,
            message: fields.optional("message", fields::text, problems).unwrap_or_default(),
        },
    };
    Some(Step { at: at?, what: what?, delegated, end })
}
