//! What AWS does, as statements that any endpoint can be asked. Each takes one account, makes things of its own in it and
//! takes them away again. The page that says so stands beside each.

use crate::arm::{Clients, code};
use aws_sdk_iam::types::PolicyEvaluationDecisionType::{Allowed, ExplicitDeny, ImplicitDeny};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Where a statement is asked.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) clients: Clients,
    pub(crate) account: String,
    /// Makes names of this run unique.
    pub(crate) run: String,
    /// How often a new role is tried until STS sees it.
    pub(crate) patience: u32,
}

/// What was seen instead.
pub(crate) type Verdict = Result<(), String>;
type Run = fn(Arm) -> Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// A statement.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

macro_rules! statements {
    ($($function:ident $name:literal),* $(,)?) => {
        /// All of them.
        pub(crate) fn all() -> Vec<Statement> {
            vec![$(Statement { name: $name, run: |arm| Box::pin($function(arm)) }),*]
        }
    };
}

statements! {
    names_ignore_case "role names are unique ignoring case",
    missing_role "a role that there is not is NoSuchEntity",
    deleting_in_order "a role with an inline policy cannot be deleted",
    policies_come_back "an inline policy comes back as it was put",
    roles_come_in_pages "roles come in pages",
    no_json "a trust that is no JSON is malformed",
    no_statement "a trust without a statement is malformed",
    long_trust "a trust of more than 2,048 characters exceeds a limit",
    long_inline "inline policies of more than 10,240 characters exceed a limit",
    external_id "the external ID decides",
    unknown_role "a role that there is not is denied like any other",
    bounded_session "a session has the rights of its role",
    simulated "the simulator tells allowed, implicitly and explicitly denied",
    capability "a stack with a named role needs a capability",
    missing_stack "a stack that there is not is a ValidationError",
    missing_set "a stack set that there is not is StackSetNotFoundException",
    listing_accounts "accounts are listed by the management account alone",
    missing_context "the simulator names the context keys that it was not told",
}

const POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}]}"#;

impl Arm {
    fn name(&self, what: &str) -> String {
        format!("rolecall-{}-{what}", self.run)
    }

    fn trust(&self, external_id: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{}:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#,
            self.account
        )
    }

    async fn create(&self, name: &str, trust: &str) -> String {
        code(self.clients.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await)
    }

    async fn remove(&self, name: &str, policies: &[&str]) {
        for policy in policies {
            let _gone = self.clients.iam.delete_role_policy().role_name(name).policy_name(*policy).send().await;
        }
        let _gone = self.clients.iam.delete_role().role_name(name).send().await;
    }

    async fn put(&self, name: &str, policy: &str, document: &str) -> String {
        let put = self.clients.iam.put_role_policy().role_name(name).policy_name(policy);
        code(put.policy_document(document).send().await)
    }

    async fn assume(&self, name: &str, external_id: Option<&str>) -> Result<Clients, String> {
        let arn = format!("arn:aws:iam::{}:role/{name}", self.account);
        let asked = self.clients.sts.assume_role().role_arn(arn).role_session_name("conformance");
        let answer = asked.set_external_id(external_id.map(str::to_owned)).send().await;
        match answer {
            Ok(answer) => Ok(self.clients.session(answer.credentials().unwrap())),
            Err(error) => Err(code::<(), _>(Err(error))),
        }
    }

    /// Until STS sees the role.
    async fn assume_in_the_end(&self, name: &str, external_id: &str) -> Result<Clients, String> {
        let mut answer = self.assume(name, Some(external_id)).await;
        for _ in 0..self.patience {
            if answer.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            answer = self.assume(name, Some(external_id)).await;
        }
        answer
    }
}

fn expect(what: &str, seen: impl AsRef<str>, expected: &str) -> Verdict {
    let seen = seen.as_ref();
    if seen == expected { Ok(()) } else { Err(format!("{what}: {seen}, expected {expected}")) }
}

/// `reference_iam-quotas`: "names … must be unique within an account. Names are not distinguished by case".
async fn names_ignore_case(arm: Arm) -> Verdict {
    let (name, other) = (arm.name("case"), arm.name("CASE"));
    let first = arm.create(&name, &arm.trust("abc")).await;
    let second = arm.create(&other, &arm.trust("abc")).await;
    arm.remove(&name, &[]).await;
    arm.remove(&other, &[]).await;
    expect("first", first, "success")?;
    expect("second", second, "EntityAlreadyExists")
}

async fn missing_role(arm: Arm) -> Verdict {
    expect("GetRole", code(arm.clients.iam.get_role().role_name(arm.name("none")).send().await), "NoSuchEntity")
}

/// `API_DeleteRole`: "the role must not have any policies attached" (`DeleteConflict`).
async fn deleting_in_order(arm: Arm) -> Verdict {
    let name = arm.name("order");
    let made = (arm.create(&name, &arm.trust("abc")).await, arm.put(&name, "Inline", POLICY).await);
    let early = code(arm.clients.iam.delete_role().role_name(&name).send().await);
    arm.remove(&name, &["Inline"]).await;
    let gone = code(arm.clients.iam.get_role().role_name(&name).send().await);
    expect("made", format!("{} {}", made.0, made.1), "success success")?;
    expect("early", early, "DeleteConflict")?;
    expect("late", gone, "NoSuchEntity")
}

/// `API_GetRolePolicy`: URL-encoded (RFC 3986).
async fn policies_come_back(arm: Arm) -> Verdict {
    let name = arm.name("back");
    arm.create(&name, &arm.trust("abc")).await;
    arm.put(&name, "Inline", POLICY).await;
    let read = arm.clients.iam.get_role_policy().role_name(&name).policy_name("Inline").send().await;
    arm.remove(&name, &["Inline"]).await;
    let text = read.map_err(|error| code::<(), _>(Err(error)))?.policy_document().to_owned();
    if text.contains(['{', ' ', '"']) {
        return Err(format!("not encoded: {text}"));
    }
    let decoded = text.replace("%22", "\"").replace("%7B", "{").replace("%7D", "}").replace("%20", " ");
    let decoded =
        decoded.replace("%3A", ":").replace("%2C", ",").replace("%5B", "[").replace("%5D", "]").replace("%2A", "*");
    expect("document", decoded, POLICY)
}

async fn roles_come_in_pages(arm: Arm) -> Verdict {
    let names = [arm.name("page-a"), arm.name("page-b")];
    for name in &names {
        arm.create(name, &arm.trust("abc")).await;
    }
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let page = arm.clients.iam.list_roles().max_items(1).set_marker(marker.take()).send().await;
        let page = page.map_err(|error| code::<(), _>(Err(error)))?;
        if page.roles().len() > 1 {
            return Err("a page has more than MaxItems".to_owned());
        }
        found.extend(page.roles().iter().map(|role| role.role_name().to_owned()));
        if !page.is_truncated() {
            break;
        }
        marker = page.marker().map(str::to_owned);
        if marker.is_none() {
            return Err("a truncated page has no marker".to_owned());
        }
    }
    for name in &names {
        arm.remove(name, &[]).await;
    }
    if names.iter().all(|name| found.contains(name)) { Ok(()) } else { Err(format!("not listed: {found:?}")) }
}

async fn malformed(arm: Arm, what: &str, trust: &str, expected: &str) -> Verdict {
    let name = arm.name(what);
    let seen = arm.create(&name, trust).await;
    arm.remove(&name, &[]).await;
    expect("CreateRole", seen, expected)
}

async fn no_json(arm: Arm) -> Verdict {
    malformed(arm, "json", "{not json", "MalformedPolicyDocument").await
}

async fn no_statement(arm: Arm) -> Verdict {
    malformed(arm, "statement", "{}", "MalformedPolicyDocument").await
}

/// `reference_iam-quotas`: "Role trust policy: 2,048 characters"; white space does not count.
async fn long_trust(arm: Arm) -> Verdict {
    let trust = arm.trust(&"x".repeat(2_048));
    malformed(arm, "long", &trust, "LimitExceeded").await
}

/// `reference_iam-quotas`: "Role policy size: 10,240 characters".
async fn long_inline(arm: Arm) -> Verdict {
    let name = arm.name("inline");
    arm.create(&name, &arm.trust("abc")).await;
    let long = |text: &str| POLICY.replace("\"*\"", &format!("\"arn:aws:ec2:*:*:instance/{}\"", text.repeat(6_000)));
    let first = arm.put(&name, "A", &long("a")).await;
    let second = arm.put(&name, "B", &long("b")).await;
    arm.remove(&name, &["A", "B"]).await;
    expect("first", first, "success")?;
    expect("second", second, "LimitExceeded")
}

/// `id_roles_common-scenarios_third-party`.
async fn external_id(arm: Arm) -> Verdict {
    let name = arm.name("external");
    arm.create(&name, &arm.trust("abc-123")).await;
    let right = arm.assume_in_the_end(&name, "abc-123").await.map(|_| ());
    let (none, wrong) = (arm.assume(&name, None).await, arm.assume(&name, Some("abc-1234")).await);
    arm.remove(&name, &[]).await;
    right?;
    expect("without", none.err().unwrap_or_default(), "AccessDenied")?;
    expect("wrong", wrong.err().unwrap_or_default(), "AccessDenied")
}

async fn unknown_role(arm: Arm) -> Verdict {
    let seen = arm.assume(&arm.name("nobody"), Some("abc-123")).await;
    expect("AssumeRole", seen.err().unwrap_or_default(), "AccessDenied")
}

/// `id_roles_use`: a session has the permissions of the role's policies.
async fn bounded_session(arm: Arm) -> Verdict {
    let name = arm.name("session");
    arm.create(&name, &arm.trust("abc-123")).await;
    arm.put(&name, "Inline", POLICY).await;
    let session = arm.assume_in_the_end(&name, "abc-123").await;
    let seen = match &session {
        Ok(session) => code(session.iam.list_roles().send().await),
        Err(error) => format!("no session: {error}"),
    };
    let identity = match &session {
        Ok(session) => code(session.sts.get_caller_identity().send().await),
        Err(_) => String::new(),
    };
    arm.remove(&name, &["Inline"]).await;
    expect("ListRoles", seen, "AccessDenied")?;
    expect("GetCallerIdentity", identity, "success")
}

/// `API_SimulateCustomPolicy`, `EvalDecision`.
async fn simulated(arm: Arm) -> Verdict {
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let asked = arm.clients.iam.simulate_custom_policy().policy_input_list(POLICY).policy_input_list(deny);
    let asked =
        asked.action_names("ec2:DescribeInstances").action_names("ec2:StopInstances").action_names("s3:GetObject");
    let answer = asked.send().await.map_err(|error| code::<(), _>(Err(error)))?;
    let seen: Vec<_> = answer.evaluation_results().iter().map(|result| result.eval_decision().clone()).collect();
    if seen == [Allowed, ImplicitDeny, ExplicitDeny] { Ok(()) } else { Err(format!("{seen:?}")) }
}

/// `using-iam-template`: "If you have IAM resources with custom names, you must specify CAPABILITY_NAMED_IAM".
async fn capability(arm: Arm) -> Verdict {
    let name = arm.name("stack");
    let template = format!(
        r#"{{"Resources":{{"Role":{{"Type":"AWS::IAM::Role","Properties":{{"RoleName":"{name}","AssumeRolePolicyDocument":{}}}}}}}}}"#,
        arm.trust("abc-123")
    );
    let stacks = &arm.clients.cloudformation;
    let seen = code(stacks.create_stack().stack_name(&name).template_body(template).send().await);
    if seen == "success" {
        let _gone = stacks.delete_stack().stack_name(&name).send().await;
    }
    expect("CreateStack", seen, "InsufficientCapabilitiesException")
}

/// `API_EvaluationResult`, `MissingContextValues`.
async fn missing_context(arm: Arm) -> Verdict {
    let conditional = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringEquals":{"ec2:InstanceType":"t3.micro"}}}]}"#;
    let asked =
        arm.clients.iam.simulate_custom_policy().policy_input_list(conditional).action_names("ec2:RunInstances");
    let answer = asked.send().await.map_err(|error| code::<(), _>(Err(error)))?;
    let result = answer.evaluation_results().first().ok_or("no result")?;
    let missing: Vec<_> = result.missing_context_values().iter().map(|key| key.to_ascii_lowercase()).collect();
    if missing == ["ec2:instancetype"] { Ok(()) } else { Err(format!("missing: {missing:?}")) }
}

/// CloudFormation API reference, `DescribeStacks`: "If the stack doesn't exist, a ValidationError is returned" in substance.
async fn missing_stack(arm: Arm) -> Verdict {
    let seen = code(arm.clients.cloudformation.describe_stacks().stack_name(arm.name("nothing")).send().await);
    expect("DescribeStacks", seen, "ValidationError")
}

/// CloudFormation API reference, `DescribeStackSet`, errors: `StackSetNotFound`.
async fn missing_set(arm: Arm) -> Verdict {
    let seen = code(arm.clients.cloudformation.describe_stack_set().stack_set_name(arm.name("nothing")).send().await);
    expect("DescribeStackSet", seen, "StackSetNotFoundException")
}

/// Organizations API reference, `ListAccounts`: "can be called only from the organization's management account or by a member
/// account that is a delegated administrator"; `DescribeOrganization`: from any account of it. A delegated administrator among
/// the accounts that are asked would be seen as a difference.
async fn listing_accounts(arm: Arm) -> Verdict {
    let organizations = &arm.clients.organizations;
    let described = organizations.describe_organization().send().await;
    let listed = code(organizations.list_accounts().send().await);
    let described = match described {
        Ok(answer) => answer,
        Err(error) => {
            let outside = "AWSOrganizationsNotInUseException";
            expect("DescribeOrganization", code::<(), _>(Err(error)), outside)?;
            return expect("ListAccounts outside of any organization", listed, outside);
        }
    };
    let management = described.organization().and_then(|found| found.master_account_id()).unwrap_or_default();
    let expected = if management == arm.account { "success" } else { "AccessDeniedException" };
    expect("ListAccounts", listed, expected)
}
