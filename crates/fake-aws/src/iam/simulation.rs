//! The policy simulator on the wire: one result for each action, with one for each ARN in `ResourceSpecificResults` where
//! several are asked (botocore's IAM model, 2026).

use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml, write_end};
use rolecall_iam::arn::{AccountId, Arn};
use rolecall_iam::document::PolicyType;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::iam::{MatchedStatement, Simulated, Simulation};

/// Actions of one call that are looked at, at most; AWS's model names no bound.
const ACTIONS_MAX: usize = 10_000;

fn asked(state: &mut State, params: &Params) -> Result<Simulation, Refusal> {
    params.refuse(&[
        "ResourcePolicy",
        "ResourceOwner",
        "ResourceHandlingOption",
        "OrderedOrganizationPolicyInputList",
    ])?;
    let mut policies = |name: &str| -> Vec<_> {
        let texts = params.members(name);
        texts.into_iter().map(|text| state.world.policy(text, PolicyType::Identity)).collect()
    };
    let (given, boundaries) = (policies("PolicyInputList"), policies("PermissionsBoundaryPolicyInputList"));
    if boundaries.len() > 1 {
        return Err(Refusal::new("InvalidInput", 400, "Only one permissions boundary policy can be provided."));
    }
    let texts = |name: &str| params.members(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let actions = texts("ActionNames");
    if actions.is_empty() || actions.len() > ACTIONS_MAX {
        return Err(Refusal::missing("ActionNames"));
    }
    let mut context = Vec::new();
    for entry in params.structures("ContextEntries") {
        let values = entry.members("ContextKeyValues").into_iter().map(str::to_owned).collect();
        context.push((entry.bounded("ContextKeyName", 256)?.to_owned(), values));
    }
    Ok(Simulation {
        policies: given,
        boundary: boundaries.first().copied(),
        actions,
        resources: texts("ResourceArns"),
        context,
        caller_arn: params.get("CallerArn").map(str::to_owned),
    })
}

pub(super) fn custom(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let asked = asked(state, params)?;
    if asked.policies.is_empty() {
        return Err(Refusal::missing("PolicyInputList"));
    }
    let answer = state.world.simulate_custom_policy(caller, &asked);
    written(state.checked(answer)?, params)
}

pub(super) fn principal(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["CallerArn"])?;
    let source = params.required("PolicySourceArn")?;
    let asked = asked(state, params)?;
    let invalid = || Refusal::new("InvalidInput", 400, format!("Invalid Entity Arn: {source}"));
    let arn = Arn::parse(source).map_err(|_| invalid())?;
    if arn.account_id() != Some(AccountId::from(state.world.account(caller.account()).number())) {
        return Err(invalid());
    }
    let Some(role) = arn.resource.strip_prefix("role/").and_then(|rest| rest.rsplit('/').next()) else {
        return Err(Refusal::not_modelled("policy sources other than roles"));
    };
    let role = state.world.text(role);
    let answer = state.world.simulate_principal_policy(caller, role, &asked);
    written(state.checked(answer)?, params)
}

fn written(results: Vec<Simulated>, params: &Params) -> Result<Done, Refusal> {
    let mut by_action: Vec<Vec<Simulated>> = Vec::new();
    for result in results {
        match by_action.last_mut() {
            Some(group) if group.first().is_some_and(|first| first.action == result.action) => group.push(result),
            _ => by_action.push(vec![result]),
        }
    }
    let (groups, next) = Paging::IAM.page(by_action, params)?;
    Ok(Done::with(|xml| {
        xml.list("EvaluationResults", &groups, |xml, group| write_group(xml, group));
        write_end(next.as_deref(), xml);
    }))
}

/// The decision of an action on several ARNs: allowed when it is on all; denied explicitly when on any (inferred).
fn write_group(xml: &mut Xml, group: &[Simulated]) {
    let Some(first) = group.first() else { return };
    let any = |decision: &str| group.iter().any(|result| result.decision == decision);
    let decision = ["explicitDeny", "implicitDeny"].into_iter().find(|decision| any(decision)).unwrap_or("allowed");
    let resource = if group.len() == 1 { first.resource.as_str() } else { "*" };
    xml.text("EvalActionName", &first.action).text("EvalResourceName", resource).text("EvalDecision", decision);
    let deciding: Vec<_> = group.iter().filter(|result| result.decision == decision).collect();
    xml.list("MatchedStatements", deciding.iter().flat_map(|result| &result.matched), write_matched);
    let mut missing: Vec<_> = group.iter().flat_map(|result| &result.missing).map(String::as_str).collect();
    missing.sort_unstable();
    missing.dedup();
    xml.texts("MissingContextValues", missing);
    let all = |allowed: &dyn Fn(&Simulated) -> Option<bool>| {
        let mut answers = group.iter().filter_map(allowed).peekable();
        answers.peek().is_some().then(|| if answers.all(|allowed| allowed) { "true" } else { "false" })
    };
    if let Some(allowed) = all(&|result| result.allowed_by_organizations) {
        xml.element("OrganizationsDecisionDetail", |xml| {
            xml.text("AllowedByOrganizations", allowed);
        });
    }
    if let Some(allowed) = all(&|result| result.allowed_by_boundary) {
        write_boundary(xml, allowed);
    }
    if group.len() > 1 {
        xml.list("ResourceSpecificResults", group, |xml, result| {
            xml.text("EvalResourceName", &result.resource).text("EvalResourceDecision", result.decision);
            xml.list("MatchedStatements", &result.matched, write_matched);
            xml.texts("MissingContextValues", result.missing.iter().map(String::as_str));
            if let Some(allowed) = result.allowed_by_boundary {
                write_boundary(xml, if allowed { "true" } else { "false" });
            }
        });
    }
}

fn write_boundary(xml: &mut Xml, allowed: &str) {
    xml.element("PermissionsBoundaryDecisionDetail", |xml| {
        xml.text("AllowedByPermissionsBoundary", allowed);
    });
}

fn write_matched(xml: &mut Xml, statement: &MatchedStatement) {
    xml.text("SourcePolicyId", &statement.source).text("SourcePolicyType", "IAM Policy");
    for (name, (line, column)) in [("StartPosition", statement.start), ("EndPosition", statement.end)] {
        xml.element(name, |xml| {
            xml.text("Line", &line.to_string()).text("Column", &column.to_string());
        });
    }
}
