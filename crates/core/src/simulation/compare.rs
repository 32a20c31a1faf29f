//! Holds AWS's simulator against our own evaluator, action by action, under the same policies: they agree, they differ (both
//! are shown, each with the statement that it names), or it is not judged. Service control policies count on both sides or
//! on neither; whatever one side had and the other had not is not judged.

use super::judge::{Said, against, said};
use super::{MatchedStatement, NotJudgedReason, SimulationAnswer, SimulationCall, SimulationOutcome, judge};
use crate::facts::facts_of;
use rolecall_iam::document::{Policy, PolicyType, Statement};
use rolecall_iam::evaluate::{
    Answer, By, CompiledPolicy, Context, Decision, PolicyKind, PolicySet, Request, RequestPrincipal, Truth, decide,
    explain,
};

/// A policy with the name that people know it by.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedDocument {
    /// `inline policy`, an ARN, a path.
    pub name: String,
    /// The document.
    pub policy: Policy,
}

/// How service control policies are treated.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceControl {
    /// AWS had none: they were not sent, or none bind the account.
    Neither,
    /// AWS had those of the account, and so has the evaluator: level by level, the root's first.
    Both(Vec<Vec<NamedDocument>>),
    /// AWS had those of the account, and they could not be read. What they deny is not judged.
    AwsAlone,
}

/// The policies that both sides decide by.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// The ARN of the role.
    pub arn: String,
    /// Its identity policies.
    pub identity: Vec<NamedDocument>,
    /// Its permissions boundary.
    pub boundary: Option<NamedDocument>,
    /// The service control policies above it.
    pub service_control: ServiceControl,
}

/// What one side decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The decision.
    pub decision: Decision,
    /// The statements that it names, in words; none for an implicit denial.
    pub statements: Vec<String>,
}

/// Both evaluators about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluators {
    /// They decide the same.
    Agree(Decision),
    /// They do not.
    Differ {
        /// AWS's simulator.
        aws: Side,
        /// Our evaluator.
        ours: Side,
    },
    /// They cannot be compared.
    NotJudged(NotCompared),
}

/// Why the evaluators cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCompared {
    /// AWS's answer is no judgement.
    #[error("{0}")]
    Answer(NotJudgedReason),
    /// Service control policies ask for context that the call did not give; AWS does not report these keys.
    #[error("the account's service control policies ask for {}, which the call did not give", .0.join(", "))]
    MissingInServiceControl(Vec<String>),
    /// A denial that may be that of service control policies that were not read.
    #[error("service control policies of the account may deny it, and they were not read")]
    ServiceControlNotRead,
    /// Our evaluator cannot decide.
    #[error("rolecall's evaluator cannot decide it: {0}")]
    Undecidable(String),
    /// Our evaluator takes no such request.
    #[error("rolecall's evaluator takes no such request: {0}")]
    Request(String),
}

/// One action on one resource: what the contract expects of AWS's decision, and whether ours is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The action, as the call named it.
    pub action: String,
    /// The resource, as the call named it.
    pub resource: String,
    /// AWS's decision against what the contract expects. With service control policies on both sides it is what the role can
    /// do in its account, else what its own policies say.
    pub contract: SimulationOutcome,
    /// AWS's decision against ours.
    pub evaluators: Evaluators,
}

/// The policies of a role, compiled once for all calls.
#[derive(Clone, Debug)]
pub struct Comparer {
    principal: RequestPrincipal,
    set: PolicySet,
    names: Names,
    service_control: Treatment,
}

#[derive(Clone, Debug)]
struct Names {
    identity: Vec<String>,
    boundary: Option<String>,
    service_control: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    Neither,
    Both,
    AwsAlone,
}

impl Comparer {
    /// Compiles the policies.
    ///
    /// # Errors
    /// When the ARN is none of a role.
    pub fn new(role: Role) -> Result<Self, NotCompared> {
        let principal = RequestPrincipal::parse(&role.arn).map_err(|error| NotCompared::Request(error.to_string()))?;
        let (treatment, levels) = match role.service_control {
            ServiceControl::Neither => (Treatment::Neither, None),
            ServiceControl::AwsAlone => (Treatment::AwsAlone, None),
            ServiceControl::Both(levels) => (Treatment::Both, Some(levels)),
        };
        let name = |document: &NamedDocument| document.name.clone();
        let names = Names {
            identity: role.identity.iter().map(name).collect(),
            boundary: role.boundary.as_ref().map(name),
            service_control: levels.iter().flatten().map(|level| level.iter().map(name).collect()).collect(),
        };
        let identity = |document: NamedDocument| CompiledPolicy::new(document.policy, PolicyType::Identity);
        let control = |document: NamedDocument| CompiledPolicy::new(document.policy, PolicyType::ServiceControl);
        let set = PolicySet {
            identity: role.identity.into_iter().map(identity).collect(),
            permissions_boundary: role.boundary.map(identity),
            service_control: levels
                .map(|levels| levels.into_iter().map(|level| level.into_iter().map(control).collect()).collect()),
            ..PolicySet::default()
        };
        Ok(Self { principal, set, names, service_control: treatment })
    }

    /// Compares every action of a call on every resource of it.
    pub fn compare(&self, call: &SimulationCall, answer: &SimulationAnswer) -> Vec<Comparison> {
        let judged = judge(call, answer);
        let pairs = said(call, answer).into_iter().zip(judged);
        let compared = pairs.map(|((action, resource, said), judged)| {
            let contract = match (&said, self.service_control) {
                (Ok(said), Treatment::Both) => self.effective(call, action, resource, said),
                _ => judged.outcome,
            };
            let evaluators = match said {
                Ok(said) => self.evaluators(call, action, resource, &said),
                Err(reason) => Evaluators::NotJudged(NotCompared::Answer(reason)),
            };
            Comparison { action: action.to_owned(), resource: resource.to_owned(), contract, evaluators }
        });
        compared.collect()
    }

    /// The contract against what is possible in the account. Where control policies lacked context, AWS's answer is none.
    fn effective(&self, call: &SimulationCall, action: &str, resource: &str, said: &Said<'_>) -> SimulationOutcome {
        let missing = self.request(call, action, resource).map(|request| self.missing(call, &request));
        match missing {
            Ok(missing) if !missing.is_empty() => {
                SimulationOutcome::NotJudged(NotJudgedReason::MissingContext(missing))
            }
            _ => against(call.expected, said),
        }
    }

    fn evaluators(&self, call: &SimulationCall, action: &str, resource: &str, said: &Said<'_>) -> Evaluators {
        let not = Evaluators::NotJudged;
        let limited = said.organizations == Some(false);
        let denied = said.decision != Decision::Allowed;
        let hidden = match self.service_control {
            Treatment::Both => false,
            // An answer that says so was limited by policies that we were told do not count.
            Treatment::Neither => limited && denied,
            // Without a word of AWS nobody knows whose the denial is.
            Treatment::AwsAlone => denied && said.organizations != Some(true),
        };
        if hidden {
            return not(NotCompared::ServiceControlNotRead);
        }
        let request = match self.request(call, action, resource) {
            Ok(request) => request,
            Err(reason) => return not(reason),
        };
        let missing = self.missing(call, &request);
        if !missing.is_empty() {
            return not(NotCompared::MissingInServiceControl(missing));
        }
        let answer = decide(&self.set, &request);
        if answer.decision == Decision::CannotDecide {
            return not(NotCompared::Undecidable(answer.reason.to_string()));
        }
        if answer.decision == said.decision {
            return Evaluators::Agree(answer.decision);
        }
        let statements = said.matched.iter().map(|matched| self.matched(matched)).collect();
        Evaluators::Differ { aws: Side { decision: said.decision, statements }, ours: self.ours(answer) }
    }

    fn request(&self, call: &SimulationCall, action: &str, resource: &str) -> Result<Request, NotCompared> {
        let mut context = Context::new();
        for entry in &call.context_entries {
            match entry.values.as_slice() {
                [one] if !entry.value_type.list => context.set(&entry.name, one.as_str()),
                values => context.set_multi(&entry.name, values.to_vec()),
            }
        }
        let request = Request::new(self.principal.clone(), action, resource, context)
            .map_err(|error| NotCompared::Request(error.to_string()))?
            .with_facts(facts_of(action));
        Ok(if self.set.permissions_boundary.is_some() { request.with_permissions_boundary() } else { request })
    }

    /// Keys of control policies that bear on the request and that the call does not give: AWS decides without them and does
    /// not say so (botocore's IAM model, `MissingContextValues`).
    fn missing(&self, call: &SimulationCall, request: &Request) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for policy in self.set.service_control.iter().flatten().flatten() {
            for (trace, statement) in explain::explain(policy, request).iter().zip(&policy.policy().statements) {
                let elsewhere = trace.because.as_ref().is_some_and(|because| because.element != "Condition");
                if trace.applies == Truth::False && elsewhere {
                    continue;
                }
                let asked = statement.conditions.iter().map(|condition| &condition.key.value);
                let given = |key: &str| call.context_entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(key));
                keys.extend(asked.filter(|key| !given(key)).cloned());
            }
        }
        keys.sort();
        keys.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        keys
    }

    fn ours(&self, answer: Answer) -> Side {
        let named = answer.by.and_then(|by| Some((by, self.set.statement(by)?)));
        let statements = named.map(|(by, statement)| format!("{} ({})", self.named(by, statement), answer.reason));
        Side { decision: answer.decision, statements: vec![statements.unwrap_or_else(|| answer.reason.to_string())] }
    }

    fn named(&self, by: By, statement: &Statement) -> String {
        let place = by.policy as usize;
        let policy = match by.kind {
            PolicyKind::PermissionsBoundary => self.names.boundary.as_ref(),
            PolicyKind::ServiceControl => {
                self.names.service_control.get(by.level as usize).and_then(|level| level.get(place))
            }
            _ => self.names.identity.get(place),
        };
        let policy = policy.map_or("?", String::as_str);
        match &statement.sid {
            Some(sid) => format!("statement `{}` of `{policy}`", sid.value),
            None => format!("statement {} of `{policy}`", by.statement.0 + 1),
        }
    }

    /// AWS numbers what a call brought; what a principal has it calls by names of its own.
    fn matched(&self, matched: &MatchedStatement) -> String {
        let source = matched.source_policy_id.as_deref().unwrap_or("a policy without a name");
        let number = source.strip_prefix("PolicyInputList.").and_then(|number| number.parse::<usize>().ok());
        let known = number.and_then(|number| self.names.identity.get(number.checked_sub(1)?));
        let boundary =
            self.names.boundary.as_ref().filter(|_| source.starts_with("PermissionsBoundaryPolicyInputList"));
        let name = known.or(boundary).map_or(source, String::as_str);
        match matched.start {
            Some((line, column)) => format!("the statement at {line}:{column} of `{name}`"),
            None => format!("a statement of `{name}`"),
        }
    }
}
