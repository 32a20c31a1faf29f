//! The contract through AWS's policy simulator: which calls are to be made, and what their answers say beside the contract
//! and beside our own evaluator. Who has credentials makes the calls.

use super::policies::{self, Policies};
use crate::config::{Config, OrganizationEntry, ReadConfig};
use crate::inputs::Files;
use crate::run::{Run, counted};
use rolecall_core::finding::Finding;
use rolecall_core::organization::AccountKind;
use rolecall_core::rules::{simulator_contradicts_contract, simulator_contradicts_evaluator};
use rolecall_core::simulation::{
    Comparer, Expected, NamedDocument, Role, ServiceControl, SimulationAnswer, SimulationCall, Teller, Told, What,
    plan as plan_calls,
};

const HELP: &str =
    "give what is missing as `context` of the capability, or make the call possible, and run `--live` again";

/// One call of `SimulateCustomPolicy` that the configuration asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveCall {
    /// For which accounts.
    pub subject: String,
    /// The call.
    pub call: SimulationCall,
}

/// Calls with their answers, or why there is none.
pub type LiveAnswers = Vec<(LiveCall, Result<SimulationAnswer, String>)>;

/// The calls that the contract asks for, for each kind of account. None where a policy or the configuration is not sound:
/// the outcome of the run says so.
pub fn plan(read: &ReadConfig, files: &Files) -> Vec<LiveCall> {
    let Some(config) = &read.config else { return Vec::new() };
    let mut run = Run::new(read.sources.clone(), files);
    let policies = policies::read(config, &mut run);
    let mut calls = Vec::new();
    for (subject, kind, organization) in subjects(config) {
        calls.extend(calls_of(config, &policies, kind, organization, &subject));
    }
    calls
}

fn subjects(config: &Config) -> Vec<(String, AccountKind, &OrganizationEntry)> {
    let mut subjects = Vec::new();
    for (index, organization) in policies::one_of_each_partition(config).into_iter().enumerate() {
        for kind in policies::kinds(config) {
            let partition = organization.partition.as_str();
            let subject =
                if index == 0 { kind.as_str().to_owned() } else { format!("{} ({partition})", kind.as_str()) };
            subjects.push((subject, kind, organization));
        }
    }
    subjects
}

fn calls_of(
    config: &Config,
    policies: &Policies,
    kind: AccountKind,
    organization: &OrganizationEntry,
    subject: &str,
) -> Vec<LiveCall> {
    let Some(policy) = policies.of(kind) else { return Vec::new() };
    let arn = policies::role_arn(config, kind, organization);
    let calls = plan_calls(&config.contract, kind, &[policy], None).into_iter();
    calls.map(|call| LiveCall { subject: subject.to_owned(), call: call.with_role(&arn) }).collect()
}

/// Judges the answers.
pub(super) fn check(config: &Config, policies: &Policies, live: &LiveAnswers, run: &mut Run<'_>) {
    for (subject, kind, organization) in subjects(config) {
        let _: Option<()> = run.check("contract-live", subject.clone(), |run| {
            let policy = policies.of(kind).ok_or("the policy is not sound")?;
            let calls = calls_of(config, policies, kind, organization, &subject);
            let needs = config.contract.allow.iter().any(|capability| capability.scope.covers(kind));
            if !needs && config.contract.never.is_empty() {
                return Ok(((), "the contract asks for nothing in such an account".to_owned()));
            }
            if calls.is_empty() {
                return Err("the contract asks for nothing that could be simulated".to_owned());
            }
            let role = &config.role;
            if let Some(unknown) = role.managed_policy_arns.first().or(role.permissions_boundary.as_ref()) {
                return Err(format!("the text of `{}` is not in the configuration", unknown.value));
            }
            let name = run.sources.path(policy.span.file).to_owned();
            let comparer = Comparer::new(Role {
                arn: policies::role_arn(config, kind, organization),
                identity: vec![NamedDocument { name, policy: policy.clone() }],
                boundary: None,
                service_control: ServiceControl::Neither,
            });
            let comparer = comparer.map_err(|error| error.to_string())?;
            let judged = judge(&calls, &comparer, live, &subject, run);
            Ok(((), format!("AWS's simulator and the evaluator agree on {}", counted(judged, "decision"))))
        });
    }
}

fn judge(calls: &[LiveCall], comparer: &Comparer, live: &LiveAnswers, subject: &str, run: &mut Run<'_>) -> usize {
    let mut teller = Teller::default();
    let mut judged = 0;
    for wanted in calls {
        let call = &wanted.call;
        let answer = live.iter().find(|(made, _)| made == wanted).map(|(_, answer)| answer);
        match answer {
            None => teller.not_answered(call, "`iam:SimulateCustomPolicy` was not called"),
            Some(Err(failure)) => teller.not_answered(call, failure),
            Some(Ok(answer)) => {
                for comparison in comparer.compare(call, answer) {
                    judged += 1;
                    teller.compared(call, &comparison);
                }
            }
        }
    }
    teller.told().for_each(|told| report(&told, subject, run));
    judged
}

fn report(told: &Told, subject: &str, run: &mut Run<'_>) {
    let (why, text) = (&told.why, told.text());
    // Another action is another finding: none that a baseline or a suppression has never seen is covered by it.
    let actions = told.actions.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let about = format!("live:{subject}/{why}/{actions}");
    match told.what {
        What::Contract => {
            let expected = if told.expected == Expected::Allowed { "is needed" } else { "must not be possible" };
            let message = format!("in the {subject}, AWS's simulator decides against what {expected} ({why}): {text}");
            let rule = &simulator_contradicts_contract::RULE;
            run.findings.push(Finding::new(rule, told.at, about, message));
        }
        What::Evaluator => {
            let message = format!("in the {subject}, two evaluators differ about one policy ({why}): {text}");
            let rule = &simulator_contradicts_evaluator::RULE;
            run.findings.push(Finding::new(rule, told.at, about, message));
        }
        What::NotJudged => {
            let message = format!("in the {subject}, AWS's simulator gave no judgement ({why}): {text}");
            run.problems.add("simulator-not-judged", told.at, message, HELP);
        }
    }
}
