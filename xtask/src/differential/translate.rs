//! A request line as the oracle's input. What AWS derives from the caller is filled into the context here, because the
//! oracle expects it from its caller; what it has no notion of makes a line one that it cannot judge.

use serde_json::{Map, Value, json};

/// The oracle's `Simulation`, or why it has none for this line.
pub(crate) fn simulation(line: &Value) -> Result<Value, String> {
    if line.get("managementAccount").is_some() {
        return Err("it knows no management account".to_owned());
    }
    let principal = principal(line)?;
    let resource = text(line, "resource").unwrap_or("*");
    let account = resource_account(line, resource, &principal);
    let mut simulation = json!({
        "request": {
            "principal": principal,
            "action": text(line, "action").unwrap_or_default(),
            "resource": {"resource": resource, "accountId": account},
            "contextVariables": context(line, &principal)?,
        },
        "identityPolicies": named(line.get("identityPolicies"), "identity"),
        "serviceControlPolicies": levels(line.get("serviceControlPolicies"), "scp"),
        "resourceControlPolicies": resource_control(line),
    });
    let Some(members) = simulation.as_object_mut() else { return Err("no object".to_owned()) };
    if let Some(policy) = line.get("resourcePolicy") {
        members.insert("resourcePolicy".to_owned(), policy.clone());
    }
    if let Some(policy) = line.get("permissionsBoundary") {
        members.insert("permissionBoundaryPolicies".to_owned(), named(Some(&json!([policy])), "boundary"));
    }
    if let Some(policies) = line.get("vpcEndpointPolicies") {
        members.insert("vpcEndpointPolicies".to_owned(), named(Some(policies), "endpoint"));
    }
    match line.get("sessionPolicies").and_then(Value::as_array).map(Vec::as_slice) {
        None | Some([]) => {}
        Some([policy]) => {
            members.insert("sessionPolicy".to_owned(), policy.clone());
        }
        Some(_) => return Err("it takes one session policy".to_owned()),
    }
    Ok(simulation)
}

fn text<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    line.get(name).and_then(Value::as_str)
}

/// An ARN, a service, or `*` for an anonymous caller.
fn principal(line: &Value) -> Result<String, String> {
    match line.get("principal") {
        Some(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(format!("arn:aws:iam::{text}:root"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Object(kind)) => {
            let name =
                ["AWS", "Service", "Federated", "CanonicalUser"].iter().find_map(|kind_name| kind.get(*kind_name));
            name.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| "the principal has no name".to_owned())
        }
        _ => Err("the principal is missing".to_owned()),
    }
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// As told, else from the ARN, else the caller's.
fn resource_account(line: &Value, resource: &str, principal: &str) -> String {
    let told = text(line, "resourceAccount").or_else(|| account_of(resource)).or_else(|| account_of(principal));
    told.unwrap_or_default().to_owned()
}

/// The values as texts, with the keys that follow from the caller unless the line has them
/// (IAM user guide, `reference_policies_condition-keys` and the principal table of `reference_policies_variables`).
fn context(line: &Value, principal: &str) -> Result<Value, String> {
    let mut context: Map<String, Value> = Map::new();
    for (key, value) in line.get("context").and_then(Value::as_object).into_iter().flatten() {
        let value = match value {
            Value::Null => continue,
            Value::Array(items) => Value::Array(items.iter().map(as_text).collect::<Result<_, _>>()?),
            scalar => as_text(scalar)?,
        };
        context.insert(key.clone(), value);
    }
    for (key, value) in derived(line, principal) {
        if !context.keys().any(|present| present.eq_ignore_ascii_case(key)) {
            context.insert(key.to_owned(), json!(value));
        }
    }
    Ok(Value::Object(context))
}

fn as_text(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) => Ok(json!(text)),
        Value::Number(number) => Ok(json!(number.to_string())),
        Value::Bool(flag) => Ok(json!(flag.to_string())),
        _ => Err("a context value that is no scalar".to_owned()),
    }
}

fn derived(line: &Value, principal: &str) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    let resource = principal.splitn(6, ':').nth(5).unwrap_or("");
    let last = principal.rsplit('/').next().unwrap_or("").to_owned();
    if principal == "*" {
        keys.push(("aws:PrincipalType", "Anonymous".to_owned()));
        keys.push(("aws:PrincipalAccount", "anonymous".to_owned()));
    }
    if let Some(account) = account_of(principal).filter(|_| principal.starts_with("arn:")) {
        keys.push(("aws:PrincipalAccount", account.to_owned()));
        keys.push(("aws:PrincipalIsAWSService", "false".to_owned()));
        let kind = match resource.split('/').next().unwrap_or("") {
            "root" => "Account",
            "user" => "User",
            "federated-user" => "FederatedUser",
            _ => "AssumedRole",
        };
        keys.push(("aws:PrincipalType", kind.to_owned()));
        let session = resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
        let partition = principal.split(':').nth(1).unwrap_or("aws");
        let arn = match (session, text(line, "principalRole")) {
            (Some(_), Some(role)) => role.to_owned(),
            (Some(name), None) => format!("arn:{partition}:iam::{account}:role/{name}"),
            (None, _) => principal.to_owned(),
        };
        keys.push(("aws:PrincipalArn", arn));
        if resource.starts_with("user/") {
            keys.push(("aws:username", last.clone()));
        }
        if let Some(id) = text(line, "principalId") {
            let id = if session.is_some() && !id.contains(':') { format!("{id}:{last}") } else { id.to_owned() };
            keys.push(("aws:userid", id));
        }
    } else if line.get("principal").is_some_and(|value| value.get("Service").is_some()) {
        keys.push(("aws:PrincipalIsAWSService", "true".to_owned()));
        keys.push(("aws:PrincipalServiceName", principal.to_owned()));
    }
    keys
}

fn named(policies: Option<&Value>, name: &str) -> Value {
    let policies = policies.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let each = policies.iter().enumerate().map(|(at, policy)| json!({"name": format!("{name}{at}"), "policy": policy}));
    Value::Array(each.collect())
}

fn levels(levels: Option<&Value>, name: &str) -> Value {
    let levels = levels.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let each = levels.iter().enumerate().map(|(at, policies)| {
        json!({"orgIdentifier": format!("level{at}"), "policies": named(Some(policies), &format!("{name}{at}-"))})
    });
    Value::Array(each.collect())
}

/// The oracle applies RCPs to every service: where the line says that they do not apply, it is given none. Where there is
/// none it is given one empty level, which AWS's own `RCPFullAWSAccess` fills.
fn resource_control(line: &Value) -> Value {
    let applies = line.get("facts").and_then(|facts| facts.get("rcpApplies")).and_then(Value::as_bool);
    match line.get("resourceControlPolicies") {
        Some(policies) if applies != Some(false) => levels(Some(policies), "rcp"),
        _ => json!([{"orgIdentifier": "level0", "policies": []}]),
    }
}
