//! What single calls make of single answers: states, documents, partitions, the texts of a denial, pace and repetitions.

use crate::server::{action, always, answer, connect, error, keys, options, parameter, parameters, reply, serve};
use rolecall_aws::{
    AssumeRole, CallAs, ConnectOptions, Connection, InstancesRequest, Operation, Pace, PermissionModel, Service,
};
use rolecall_core::access_check::{AccountState, Outcome};
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, ErrorClass, Preferences};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

fn account(members: &str) -> String {
    format!(r#"{{"Account": {{"Id": "333333333333", "Arn": "arn:aws:organizations::1:account/o/3"{members}}}}}"#)
}

#[tokio::test]
async fn state_stands_before_status_and_an_unknown_word_is_no_state() {
    let id = AccountId::parse("333333333333").unwrap();
    let cases = [
        (r#","State":"CLOSED","Status":"ACTIVE""#, Ok(AccountState::Closed)),
        (r#","Status":"PENDING_CLOSURE""#, Ok(AccountState::PendingClosure)),
        (r#","State":"PENDING_ACTIVATION""#, Ok(AccountState::PendingActivation)),
        (r#","State":"HIBERNATING","Status":"ACTIVE""#, Err("MalformedAnswer")),
        ("", Err("MalformedAnswer")),
    ];
    for (members, expected) in cases {
        let server = always(reply(200, account(members))).await;
        let came = connect(&server.uri()).describe_account(id).await;
        let found = came.map(|account| account.state).map_err(|failure| failure.code);
        assert_eq!(found, expected.map_err(str::to_owned), "{members}");
    }
}

#[tokio::test]
async fn the_partition_is_the_one_of_the_caller() {
    for (partition, expected) in [("aws", Ok(Partition::Aws)), ("aws-cn", Ok(Partition::AwsCn)), ("aws-moon", Err(()))]
    {
        let body = answer(Operation::GetCallerIdentity, "").replace("arn:aws-us-gov:", &format!("arn:{partition}:"));
        let server = always(reply(200, body)).await;
        let came = connect(&server.uri()).caller_identity().await;
        assert_eq!(came.map(|identity| identity.partition).map_err(|_| ()), expected);
    }
}

#[tokio::test]
async fn documents_are_decoded_and_broken_ones_are_faults() {
    let whole = answer(Operation::GetRole, "");
    let server = always(reply(200, whole.clone())).await;
    let role = connect(&server.uri()).get_role("ProsperOps").await.unwrap().unwrap();
    let document: serde_json::Value = serde_json::from_str(&role.assume_role_policy.unwrap()).unwrap();
    assert_eq!(document["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"], "org+/=id @1");
    let server = always(reply(200, whole.replace("%7B%22Version", "%7B%2"))).await;
    assert_eq!(connect(&server.uri()).get_role("ProsperOps").await.unwrap_err().code, "MalformedAnswer");
    // The SDK makes empty texts of required members that are missing.
    for member in ["RoleName", "Arn", "Path", "RoleId"] {
        let broken =
            whole.replacen(&format!("<{member}>"), "<Other>", 1).replacen(&format!("</{member}>"), "</Other>", 1);
        let server = always(reply(200, broken)).await;
        let failure = connect(&server.uri()).get_role("ProsperOps").await.unwrap_err();
        assert!(failure.message.contains(member), "{failure}");
    }
}

#[tokio::test]
async fn a_denial_keeps_the_words_that_tell_its_cause() {
    let cases = [
        ("AccessDenied.explicit-deny-scp", "with an explicit deny in a service control policy"),
        ("AccessDenied.no-permissions-boundary", "because no permissions boundary allows"),
        ("AccessDenied.no-identity-based-policy", "because no identity-based policy allows"),
        ("AccessDenied.no-session-policy", "because no session policy allows"),
        ("AccessDenied.no-scp", "because no service control policy allows"),
    ];
    for (name, words) in cases {
        let server = always(error(Service::Iam, name)).await;
        let failure = connect(&server.uri()).put_role_policy("R", "P", "{}").await.unwrap_err();
        assert_eq!((failure.class, failure.outcome), (ErrorClass::AccessDenied, Outcome::AccessDenied));
        assert!(failure.message.contains(words), "{failure}");
        assert!(failure.message.contains("arn:aws:iam::123456789012:role/ProsperOps"), "{failure}");
    }
}

#[tokio::test]
async fn the_request_id_is_taken_from_the_header_or_the_body() {
    let body = rolecall_fixtures::text("constructed-aws/errors/iam/DeleteConflict.409.xml");
    let server = always(wiremock::ResponseTemplate::new(409).set_body_string(body)).await;
    let failure = connect(&server.uri()).delete_role("R").await.unwrap_err();
    assert_eq!(failure.request_id.as_deref(), Some("4f1c2a7e-63d0-4c9e-9a51-7d2f8b3e6c10"));
    let header = "not an id";
    let server = always(wiremock::ResponseTemplate::new(500).insert_header("x-amzn-requestid", header)).await;
    assert_eq!(connect(&server.uri()).delete_role("R").await.unwrap_err().request_id, None);
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_none_and_other_validation_errors_are_errors() {
    let server = always(error(Service::CloudFormation, "ValidationError.no-stack")).await;
    assert_eq!(connect(&server.uri()).describe_stack("ProsperOps").await, Ok(None));
    let server = always(error(Service::CloudFormation, "ValidationError")).await;
    assert_eq!(connect(&server.uri()).describe_stack("ProsperOps").await.unwrap_err().class, ErrorClass::Invalid);
    let server = always(reply(200, answer(Operation::DescribeStacks, ".last"))).await;
    let stack = connect(&server.uri()).describe_stack("Other").await.unwrap().unwrap();
    assert!(stack.is_settled() && stack.status_reason.is_some());
    let none =
        "<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>";
    let server = always(reply(200, none)).await;
    assert_eq!(connect(&server.uri()).describe_stack("ProsperOps").await.unwrap_err().code, "MalformedAnswer");
}

#[tokio::test]
async fn a_self_managed_stack_set_has_its_roles() {
    let server = always(reply(200, answer(Operation::DescribeStackSet, ".self-managed"))).await;
    let set = connect(&server.uri()).describe_stack_set("ProsperOps", CallAs::Own).await.unwrap().unwrap();
    let PermissionModel::SelfManaged { execution_role_name, .. } = set.permission_model else { panic!("{set:?}") };
    assert_eq!(execution_role_name.as_deref(), Some("AWSCloudFormationStackSetExecutionRole"));
}

/// Notes what it was asked for.
#[derive(Default)]
struct Noting(Mutex<Vec<Operation>>);

impl Pace for Noting {
    fn admit<'a>(&'a self, operation: Operation) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        self.0.lock().unwrap().push(operation);
        Box::pin(ready(()))
    }
}

#[tokio::test]
async fn the_pace_is_asked_before_each_call_and_each_page_also_of_a_session() {
    let pace = Arc::new(Noting::default());
    let respond = |request: &wiremock::Request| {
        let operation = Operation::ALL.iter().find(|operation| operation.action() == action(request));
        crate::calls::constructed(*operation.unwrap())(request)
    };
    let server = serve(respond).await;
    let connection = connect(&server.uri()).with_pace(pace.clone());
    let role = AssumeRole {
        role_arn: "arn:aws:iam::1:role/R".into(),
        role_session_name: "s1".into(),
        ..AssumeRole::default()
    };
    let session = connection.assume_role(&role).await.unwrap();
    let inside = connection.with_session(&session);
    inside.delete_role("R").await.unwrap();
    inside.list_accounts().all().await.unwrap();
    assert_eq!(
        *pace.0.lock().unwrap(),
        [Operation::AssumeRole, Operation::DeleteRole, Operation::ListAccounts, Operation::ListAccounts]
    );
    // Whose call it is stands in the credential of its signature.
    let requests = server.received_requests().await.unwrap();
    let callers: Vec<&str> =
        requests.iter().map(|request| request.headers["authorization"].to_str().unwrap()).collect();
    assert!(callers[0].contains("Credential=AKIAIOSFODNN7EXAMPLE/"), "{callers:?}");
    assert!(callers[1].contains("Credential=ASIAIOSFODNN7EXAMPLE/"), "{callers:?}");
    assert!(
        requests[1].headers.contains_key("x-amz-security-token")
            && !requests[0].headers.contains_key("x-amz-security-token")
    );
}

#[tokio::test]
async fn a_call_is_sent_as_often_as_the_options_say() {
    for (attempts, expected) in [(1, Err("ServiceUnavailable".to_owned())), (2, Ok(()))] {
        let unavailable = error(Service::Iam, "ServiceUnavailable");
        let count = AtomicUsize::new(0);
        let respond = move |_: &wiremock::Request| match count.fetch_add(1, Ordering::SeqCst) {
            0 => unavailable.clone(),
            _ => reply(200, answer(Operation::DeleteRole, "")),
        };
        let server = serve(respond).await;
        let connection = Connection::with_keys(&ConnectOptions { attempts, ..options(&server.uri()) }, &keys());
        let came = connection.delete_role("R").await.map_err(|failure| failure.code);
        assert_eq!(came, expected);
        assert_eq!(server.received_requests().await.unwrap().len(), usize::try_from(attempts).unwrap());
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_repeated_behind_the_caller_s_back() {
    let server = always(reply(200, "<html/>")).await;
    let connection = Connection::with_keys(&ConnectOptions { attempts: 3, ..options(&server.uri()) }, &keys());
    assert_eq!(connection.delete_role("R").await.unwrap_err().class, ErrorClass::Fault);
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_an_endpoint_sts_is_regional_and_partitions_have_their_own_names() {
    for (region, host) in
        [("eu-central-1", "sts.eu-central-1.amazonaws.com"), ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn")]
    {
        let url = sts_endpoint(region).await;
        assert_eq!(url, format!("https://{host}"));
    }
}

/// The endpoint that the SDK's own rules give for STS in a Region.
async fn sts_endpoint(region: &str) -> String {
    use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
    let params = Params::builder().region(region).build().unwrap();
    DefaultResolver::new().resolve_endpoint(&params).await.unwrap().url().to_owned()
}

#[tokio::test]
async fn a_simulation_sends_its_policies_level_by_level_or_the_principal() {
    let respond = |request: &wiremock::Request| {
        let operation = Operation::ALL.iter().find(|operation| operation.action() == action(request));
        crate::calls::constructed(*operation.unwrap())(request)
    };
    let server = serve(respond).await;
    let connection = connect(&server.uri());
    let call = crate::calls::simulation();
    let levels = [vec!["root".to_owned()], vec!["unit-a".to_owned(), "unit-b".to_owned()]];
    connection.simulate_custom_policy(&call, &levels).await.unwrap();
    connection.simulate_principal_policy("arn:aws:iam::123456789012:role/R", &call).await.unwrap();
    connection.simulate_custom_policy(&call, &[]).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let level = |level: u8, policy: u8| {
        format!("OrderedOrganizationPolicyInputList.member.{level}.ServiceControlPolicyInputList.member.{policy}")
    };
    let sent = [level(1, 1), level(2, 1), level(2, 2)].map(|name| parameter(&requests[0], &name).unwrap());
    assert_eq!(sent, ["root", "unit-a", "unit-b"]);
    assert_eq!(parameter(&requests[2], "PolicySourceArn").as_deref(), Some("arn:aws:iam::123456789012:role/R"));
    let names: Vec<String> = parameters(&requests[4]).into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name.starts_with("OrderedOrganization")), "{names:?}");
}

#[tokio::test]
async fn preferences_are_sent_in_aws_s_own_words() {
    let server = always(reply(200, answer(Operation::CreateStackInstances, ""))).await;
    let wanted = InstancesRequest {
        stack_set_name: "ProsperOps".into(),
        preferences: Preferences {
            concurrency: Amount::Percentage(25),
            tolerance: Amount::Percentage(10),
            mode: ConcurrencyMode::Soft,
        },
        ..InstancesRequest::default()
    };
    connect(&server.uri()).create_stack_instances(&wanted).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    for (name, value) in [
        ("MaxConcurrentPercentage", "25"),
        ("FailureTolerancePercentage", "10"),
        ("ConcurrencyMode", "SOFT_FAILURE_TOLERANCE"),
    ] {
        let found = parameter(&requests[0], &format!("OperationPreferences.{name}"));
        assert_eq!(found.as_deref(), Some(value), "{name}");
    }
    assert_eq!(parameter(&requests[0], "OperationPreferences.MaxConcurrentCount"), None);
}
