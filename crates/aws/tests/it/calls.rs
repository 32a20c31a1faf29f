//! One row for each call of AWS: how it is made, what it must send, and what its constructed answer must be read as. The
//! match over [`Operation`] has no other arm, so a new call without a row does not compile.

use crate::server::{action, answer, connect, parameters, reply, serve};
use rolecall_aws::{
    AccountFilter, AssumeRole, AutoDeployment, CallAs, Connection, DeploymentTargets, Failure, InstancesRequest,
    LimitPolicyKind, NewRole, NewStack, NewStackSet, Operation, Pages, PermissionModel, RoleUpdate, StackSetUpdate,
};
use rolecall_core::simulation::{ContextEntry, ContextKeyType, Expected, SimulationCall};
use rolecall_iam::arn::AccountId;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use wiremock::Request;

pub(crate) type Calling<'a> = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send + 'a>>;

/// A row. What a call gave is compared as text, so that all rows have one type.
pub(crate) struct Row {
    pub(crate) call: for<'a> fn(&'a Connection) -> Calling<'a>,
    /// Parameters that the request must have, or members of its JSON.
    pub(crate) sends: &'static [(&'static str, &'static str)],
    /// Texts that must stand in what the constructed answer is read as.
    pub(crate) gives: &'static [&'static str],
    /// A listing: it has the variants `.last` and `.empty-page`, or is whole after one page.
    pub(crate) paged: Option<PageToken>,
}

/// Where the token stands: in the request, and whether `IsTruncated` goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageToken {
    Marker,
    NextToken,
}

impl PageToken {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Marker => "Marker",
            Self::NextToken => "NextToken",
        }
    }
}

fn text<T: Debug>(value: T) -> String {
    format!("{value:?}")
}

async fn all<T: Debug>(pages: Pages<T>) -> Result<String, Failure> {
    pages.all().await.map(text)
}

macro_rules! row {
    (|$connection:ident| $call:expr, $sends:expr, $gives:expr) => {
        Row {
            call: |$connection| Box::pin(async move { $call.await.map(text) }),
            sends: $sends,
            gives: $gives,
            paged: None,
        }
    };
    (|$connection:ident| $call:expr, $sends:expr, $gives:expr, $token:ident) => {
        Row { call: |$connection| Box::pin(all($call)), sends: $sends, gives: $gives, paged: Some(PageToken::$token) }
    };
}

pub(crate) fn row(operation: Operation) -> Row {
    use Operation as O;
    match operation {
        O::GetCallerIdentity | O::AssumeRole => sts(operation),
        O::CreateRole | O::GetRole | O::ListRoles | O::UpdateRole | O::UpdateAssumeRolePolicy | O::DeleteRole => {
            roles(operation)
        }
        O::ListInstanceProfilesForRole => roles(operation),
        O::TagRole | O::UntagRole | O::PutRolePermissionsBoundary | O::DeleteRolePermissionsBoundary => {
            roles(operation)
        }
        O::PutRolePolicy | O::GetRolePolicy | O::ListRolePolicies | O::DeleteRolePolicy => policies(operation),
        O::AttachRolePolicy | O::DetachRolePolicy | O::ListAttachedRolePolicies => policies(operation),
        O::GetPolicy | O::GetPolicyVersion => policies(operation),
        O::SimulateCustomPolicy | O::SimulatePrincipalPolicy | O::GetAccountSummary => simulator(operation),
        O::DescribeOrganization | O::ListAccounts | O::DescribeAccount | O::ListRoots => organization(operation),
        O::ListOrganizationalUnitsForParent | O::ListParents | O::ListAccountsForParent => organization(operation),
        O::ListPolicies | O::ListPoliciesForTarget | O::ListTargetsForPolicy => organization(operation),
        O::DescribePolicy => organization(operation),
        O::CreateStackSet | O::UpdateStackSet | O::DeleteStackSet | O::DescribeStackSet => stack_sets(operation),
        O::CreateStackInstances | O::UpdateStackInstances | O::DeleteStackInstances | O::ListStackInstances => {
            instances(operation)
        }
        O::DescribeStackSetOperation | O::ListStackSetOperations => operations(operation),
        O::ListStackSetOperationResults | O::StopStackSetOperation => operations(operation),
        O::CreateStack | O::UpdateStack | O::DeleteStack | O::DescribeStacks => stacks(operation),
    }
}

fn other(operation: Operation) -> Row {
    panic!("{operation} is in another table")
}

fn sts(operation: Operation) -> Row {
    match operation {
        Operation::GetCallerIdentity => row!(
            |to| to.caller_identity(),
            &[],
            &["account: 210987654321", "partition: AwsUsGov", "ARO123EXAMPLE123:roll-call"]
        ),
        Operation::AssumeRole => row!(
            |to| async {
                let role = AssumeRole {
                    role_arn: "arn:aws:iam::123456789012:role/ProsperOps".into(),
                    role_session_name: "roll-call".into(),
                    external_id: Some("org+/=id @1".into()),
                    duration_s: Some(900),
                    policy: None,
                };
                to.assume_role(&role).await
            },
            &[
                ("RoleArn", "arn:aws:iam::123456789012:role/ProsperOps"),
                ("RoleSessionName", "roll-call"),
                ("ExternalId", "org+/=id @1"),
                ("DurationSeconds", "900"),
            ],
            &["account: 123456789012", "assumed-role/ProsperOps/roll-call", "expires_at_s: 4951458000"]
        ),
        _ => other(operation),
    }
}

const ROLE: &str = "ProsperOps";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/Boundary";

fn new_role() -> NewRole {
    NewRole {
        name: ROLE.into(),
        path: Some("/vendors/".into()),
        assume_role_policy: TRUST.into(),
        description: Some("Used by ProsperOps & others".into()),
        max_session_duration_s: Some(7200),
        permissions_boundary: Some(BOUNDARY.into()),
        tags: vec![("owner".into(), "finops".into())],
    }
}

fn roles(operation: Operation) -> Row {
    match operation {
        Operation::CreateRole => row!(
            |to| async { to.create_role(&new_role()).await },
            &[
                ("RoleName", ROLE),
                ("Path", "/vendors/"),
                ("AssumeRolePolicyDocument", TRUST),
                ("Description", "Used by ProsperOps & others"),
                ("MaxSessionDuration", "7200"),
                ("PermissionsBoundary", BOUNDARY),
                ("Tags.member.1.Key", "owner"),
                ("Tags.member.1.Value", "finops"),
            ],
            &["name: \"ProsperOps\"", "AROACKCEVSQ6C2EXAMPLE", r#"sts:ExternalId\":\"org+/=id @1"#]
        ),
        Operation::GetRole => row!(
            |to| to.get_role(ROLE),
            &[("RoleName", ROLE)],
            &[
                "Some(Role",
                r#"sts:ExternalId\":\"org+/=id @1"#,
                BOUNDARY,
                r#"("owner", "finops")"#,
                "created_at_s: 1793611800"
            ]
        ),
        Operation::ListInstanceProfilesForRole => row!(
            |to| to.list_instance_profiles_for_role(ROLE),
            &[("RoleName", ROLE)],
            &[r#"["Webserver", "Batch"]"#],
            Marker
        ),
        Operation::ListRoles => row!(
            |to| to.list_roles(Some("/")),
            &[("PathPrefix", "/")],
            &["ProsperOps", "AWSServiceRoleForOrganizations"],
            Marker
        ),
        Operation::UpdateRole => row!(
            |to| async {
                let update = RoleUpdate {
                    name: ROLE.into(),
                    description: Some("new".into()),
                    max_session_duration_s: Some(3600),
                };
                to.update_role(&update).await
            },
            &[("RoleName", ROLE), ("Description", "new"), ("MaxSessionDuration", "3600")],
            &["()"]
        ),
        Operation::UpdateAssumeRolePolicy => row!(
            |to| to.update_assume_role_policy(ROLE, TRUST),
            &[("RoleName", ROLE), ("PolicyDocument", TRUST)],
            &["()"]
        ),
        Operation::DeleteRole => row!(|to| to.delete_role(ROLE), &[("RoleName", ROLE)], &["()"]),
        Operation::TagRole => row!(
            |to| async { to.tag_role(ROLE, &[("a".into(), "b".into())]).await },
            &[("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")],
            &["()"]
        ),
        Operation::UntagRole => row!(
            |to| async { to.untag_role(ROLE, &["a".into()]).await },
            &[("RoleName", ROLE), ("TagKeys.member.1", "a")],
            &["()"]
        ),
        Operation::PutRolePermissionsBoundary => row!(
            |to| to.put_role_permissions_boundary(ROLE, BOUNDARY),
            &[("RoleName", ROLE), ("PermissionsBoundary", BOUNDARY)],
            &["()"]
        ),
        Operation::DeleteRolePermissionsBoundary => {
            row!(|to| to.delete_role_permissions_boundary(ROLE), &[("RoleName", ROLE)], &["()"])
        }
        _ => other(operation),
    }
}

const MANAGED: &str = "arn:aws:iam::aws:policy/SecurityAudit";

fn policies(operation: Operation) -> Row {
    match operation {
        Operation::PutRolePolicy => row!(
            |to| to.put_role_policy(ROLE, "Inline", TRUST),
            &[("RoleName", ROLE), ("PolicyName", "Inline"), ("PolicyDocument", TRUST)],
            &["()"]
        ),
        Operation::GetRolePolicy => row!(
            |to| to.get_role_policy(ROLE, "ProsperOps"),
            &[("RoleName", ROLE), ("PolicyName", "ProsperOps")],
            &[r#"\"Action\":[\"ce:Get*\",\"organizations:ListAccounts\"]"#]
        ),
        Operation::ListRolePolicies => {
            row!(|to| to.list_role_policies(ROLE), &[("RoleName", ROLE)], &[r#"["ProsperOps", "Extra"]"#], Marker)
        }
        Operation::DeleteRolePolicy => {
            row!(|to| to.delete_role_policy(ROLE, "Inline"), &[("RoleName", ROLE), ("PolicyName", "Inline")], &["()"])
        }
        Operation::AttachRolePolicy => {
            row!(|to| to.attach_role_policy(ROLE, MANAGED), &[("RoleName", ROLE), ("PolicyArn", MANAGED)], &["()"])
        }
        Operation::DetachRolePolicy => {
            row!(|to| to.detach_role_policy(ROLE, MANAGED), &[("RoleName", ROLE), ("PolicyArn", MANAGED)], &["()"])
        }
        Operation::ListAttachedRolePolicies => row!(
            |to| to.list_attached_role_policies(ROLE),
            &[("RoleName", ROLE)],
            &[MANAGED, "job-function/ViewOnlyAccess"],
            Marker
        ),
        Operation::GetPolicy => row!(
            |to| to.get_policy(MANAGED),
            &[("PolicyArn", MANAGED)],
            &["arn:aws:iam::123456789012:policy/Limit", "default_version_id: \"v3\""]
        ),
        Operation::GetPolicyVersion => row!(
            |to| to.get_policy_version(MANAGED, "v3"),
            &[("PolicyArn", MANAGED), ("VersionId", "v3")],
            &[r#"\"Action\":[\"ce:Get*\",\"organizations:ListAccounts\"]"#]
        ),
        _ => other(operation),
    }
}

pub(crate) fn simulation() -> SimulationCall {
    SimulationCall {
        policy_input_list: vec![TRUST.into()],
        permissions_boundary_policy_input_list: vec!["{}".into()],
        action_names: vec!["ce:GetCostAndUsage".into(), "ec2:TerminateInstances".into()],
        resource_arns: vec!["*".into()],
        context_entries: vec![ContextEntry {
            name: "aws:RequestedRegion".into(),
            values: vec!["us-east-1".into()],
            value_type: ContextKeyType { of: rolecall_iam_catalog::ValueType::String, list: false },
        }],
        expected: Expected::Allowed,
        why: "a test".into(),
        at: rolecall_iam::span::Span::default(),
    }
}

const SIMULATION_SENDS: [(&str, &str); 7] = [
    ("PolicyInputList.member.1", TRUST),
    ("PermissionsBoundaryPolicyInputList.member.1", "{}"),
    ("ActionNames.member.2", "ec2:TerminateInstances"),
    ("ResourceArns.member.1", "*"),
    ("ContextEntries.member.1.ContextKeyName", "aws:RequestedRegion"),
    ("ContextEntries.member.1.ContextKeyType", "string"),
    ("ContextEntries.member.1.ContextKeyValues.member.1", "us-east-1"),
];
const SIMULATION_GIVES: [&str; 8] = [
    "eval_action_name: \"ce:GetCostAndUsage\"",
    "eval_decision: \"implicitDeny\"",
    "missing_context_values: [\"aws:RequestedRegion\"]",
    "allowed_by_organizations: Some(false)",
    "eval_resource_decision: \"explicitDeny\"",
    "missing_context_values: [\"ec2:ResourceTag/owner\"]",
    "start: Some((4, 17)), end: Some((9, 6))",
    "is_truncated: false",
];

fn simulator(operation: Operation) -> Row {
    let mut row = match operation {
        Operation::SimulateCustomPolicy => row!(
            |to| async { to.simulate_custom_policy(&simulation(), &[vec!["{\"root\":1}".into()], vec![]]).await },
            &SIMULATION_SENDS,
            &SIMULATION_GIVES
        ),
        Operation::SimulatePrincipalPolicy => row!(
            |to| async { to.simulate_principal_policy("arn:aws:iam::123456789012:role/R", &simulation()).await },
            &SIMULATION_SENDS,
            &SIMULATION_GIVES
        ),
        Operation::GetAccountSummary => {
            return row!(
                |to| to.account_summary(),
                &[],
                &["\"RolesQuota\": 1000", "\"AssumeRolePolicySizeQuota\": 2048"]
            );
        }
        _ => other(operation),
    };
    row.paged = Some(PageToken::Marker);
    row
}

fn member() -> AccountId {
    AccountId::parse("333333333333").unwrap()
}

fn organization(operation: Operation) -> Row {
    match operation {
        Operation::DescribeOrganization => row!(
            |to| to.describe_organization(),
            &[],
            &["o-exampleorgid", "management_account: 123456789012", "all_features: true"]
        ),
        Operation::ListAccounts => row!(
            |to| to.list_accounts(),
            &[],
            &["state: Active", "state: Closed", "state: PendingActivation", "state: Suspended", "Some(\"INVITED\")"],
            NextToken
        ),
        Operation::DescribeAccount => row!(
            |to| to.describe_account(member()),
            &[("AccountId", "333333333333")],
            &["state: PendingClosure", "joined_at_s: Some(1481835795)"]
        ),
        Operation::ListRoots => row!(
            |to| to.list_roots(),
            &[],
            &["r-examplerootid111", "enabled_policy_types: [\"SERVICE_CONTROL_POLICY\"]"],
            NextToken
        ),
        Operation::ListOrganizationalUnitsForParent => row!(
            |to| to.list_organizational_units_for_parent("r-examplerootid111"),
            &[("ParentId", "r-examplerootid111")],
            &["Workloads", "Sandbox"],
            NextToken
        ),
        Operation::ListAccountsForParent => row!(
            |to| to.list_accounts_for_parent("ou-examplerootid111-exampleouid111"),
            &[("ParentId", "ou-examplerootid111-exampleouid111")],
            &["state: Active", "state: Closed", "state: PendingActivation", "state: Suspended"],
            NextToken
        ),
        Operation::ListParents => row!(
            |to| to.list_parents("333333333333"),
            &[("ChildId", "333333333333")],
            &["kind: OrganizationalUnit", "kind: Root"],
            NextToken
        ),
        Operation::ListPolicies => row!(
            |to| to.list_policies(LimitPolicyKind::ServiceControlPolicy),
            &[("Filter", "SERVICE_CONTROL_POLICY")],
            &["p-FullAWSAccess", "aws_managed: true", "RegionLock", "aws_managed: false"],
            NextToken
        ),
        Operation::ListTargetsForPolicy => row!(
            |to| to.list_targets_for_policy("p-FullAWSAccess"),
            &[("PolicyId", "p-FullAWSAccess")],
            &["r-examplerootid111", "ou-examplerootid111-exampleouid111", "333333333333"],
            NextToken
        ),
        Operation::ListPoliciesForTarget => row!(
            |to| to.list_policies_for_target("333333333333", LimitPolicyKind::ResourceControlPolicy),
            &[("TargetId", "333333333333"), ("Filter", "RESOURCE_CONTROL_POLICY")],
            &["p-FullAWSAccess", "aws_managed: true", "RegionLock", "aws_managed: false"],
            NextToken
        ),
        Operation::DescribePolicy => row!(
            |to| to.describe_policy("p-examplepolicyid111"),
            &[("PolicyId", "p-examplepolicyid111")],
            &["name: \"RegionLock\"", r#"\"Action\": \"ec2:*\""#]
        ),
        _ => other(operation),
    }
}

const SET: &str = "ProsperOps";
const OPERATION: &str = "9d1f6c2b-3a4e-4b5c-8d7e-0f1a2b3c4d5e";

fn new_stack_set() -> NewStackSet {
    NewStackSet {
        name: SET.into(),
        description: Some("The vendor's role".into()),
        template_body: "{}".into(),
        parameters: vec![("ExternalId".into(), "org-id".into())],
        capabilities: vec!["CAPABILITY_NAMED_IAM".into()],
        tags: vec![("owner".into(), "finops".into())],
        permission_model: PermissionModel::ServiceManaged(AutoDeployment {
            enabled: true,
            retain_stacks_on_account_removal: false,
        }),
        managed_execution: true,
        call_as: CallAs::DelegatedAdmin,
    }
}

fn stack_sets(operation: Operation) -> Row {
    match operation {
        Operation::CreateStackSet => row!(
            |to| async { to.create_stack_set(&new_stack_set(), Some("token-1")).await },
            &[
                ("StackSetName", SET),
                ("TemplateBody", "{}"),
                ("Parameters.member.1.ParameterValue", "org-id"),
                ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
                ("Tags.member.1.Key", "owner"),
                ("PermissionModel", "SERVICE_MANAGED"),
                ("AutoDeployment.Enabled", "true"),
                ("AutoDeployment.RetainStacksOnAccountRemoval", "false"),
                ("ManagedExecution.Active", "true"),
                ("CallAs", "DELEGATED_ADMIN"),
                ("ClientRequestToken", "token-1"),
            ],
            &["ProsperOps:1e2f3a4b"]
        ),
        Operation::UpdateStackSet => row!(
            |to| async {
                let update = StackSetUpdate {
                    stack_set: new_stack_set(),
                    preferences: rolecall_lifecycle::rollout::Preferences::default(),
                    operation_id: Some(OPERATION.into()),
                };
                to.update_stack_set(&update).await
            },
            &[
                ("StackSetName", SET),
                ("OperationId", OPERATION),
                ("OperationPreferences.MaxConcurrentCount", "1"),
                ("OperationPreferences.FailureToleranceCount", "0"),
                ("OperationPreferences.ConcurrencyMode", "STRICT_FAILURE_TOLERANCE"),
            ],
            &[OPERATION]
        ),
        Operation::DeleteStackSet => {
            row!(|to| to.delete_stack_set(SET, CallAs::Own), &[("StackSetName", SET), ("CallAs", "SELF")], &["()"])
        }
        Operation::DescribeStackSet => row!(
            |to| to.describe_stack_set(SET, CallAs::Own),
            &[("StackSetName", SET), ("CallAs", "SELF")],
            &["Some(StackSet", "status: \"ACTIVE\"", "AutoDeployment { enabled: true", "managed_execution: true"]
        ),
        _ => other(operation),
    }
}

fn instances_of(filter: Option<AccountFilter>, units: &[&str]) -> InstancesRequest {
    InstancesRequest {
        stack_set_name: SET.into(),
        targets: DeploymentTargets {
            accounts: vec![member()],
            organizational_unit_ids: units.iter().map(ToString::to_string).collect(),
            account_filter: filter,
        },
        regions: vec!["us-east-1".into()],
        parameter_overrides: vec![("ExternalId".into(), "other".into())],
        operation_id: Some(OPERATION.into()),
        call_as: CallAs::DelegatedAdmin,
        ..InstancesRequest::default()
    }
}

fn instances(operation: Operation) -> Row {
    match operation {
        Operation::CreateStackInstances => row!(
            |to| async {
                let wanted = instances_of(Some(AccountFilter::Difference), &["ou-examplerootid111-exampleouid111"]);
                to.create_stack_instances(&wanted).await
            },
            &[
                ("StackSetName", SET),
                ("DeploymentTargets.Accounts.member.1", "333333333333"),
                ("DeploymentTargets.OrganizationalUnitIds.member.1", "ou-examplerootid111-exampleouid111"),
                ("DeploymentTargets.AccountFilterType", "DIFFERENCE"),
                ("Regions.member.1", "us-east-1"),
                ("ParameterOverrides.member.1.ParameterValue", "other"),
                ("OperationId", OPERATION),
                ("CallAs", "DELEGATED_ADMIN"),
            ],
            &[OPERATION]
        ),
        Operation::UpdateStackInstances => row!(
            |to| async { to.update_stack_instances(&instances_of(None, &[])).await },
            &[("Accounts.member.1", "333333333333"), ("Regions.member.1", "us-east-1"), ("OperationId", OPERATION)],
            &[OPERATION]
        ),
        Operation::DeleteStackInstances => row!(
            |to| async { to.delete_stack_instances(&instances_of(None, &[]), true).await },
            &[("Accounts.member.1", "333333333333"), ("RetainStacks", "true"), ("OperationId", OPERATION)],
            &[OPERATION]
        ),
        Operation::ListStackInstances => row!(
            |to| to.list_stack_instances(SET, Some(member()), CallAs::Own),
            &[("StackSetName", SET), ("StackInstanceAccount", "333333333333")],
            &["status: \"CURRENT\"", "stack_id: None", "Some(\"SKIPPED_SUSPENDED_ACCOUNT\")"],
            NextToken
        ),
        _ => other(operation),
    }
}

fn operations(operation: Operation) -> Row {
    match operation {
        Operation::DescribeStackSetOperation => row!(
            |to| to.describe_stack_set_operation(SET, OPERATION, CallAs::Own),
            &[("StackSetName", SET), ("OperationId", OPERATION)],
            &["status: \"SUCCEEDED\"", "failed_stack_instances: Some(2)"]
        ),
        Operation::ListStackSetOperations => row!(
            |to| to.list_stack_set_operations(SET, CallAs::Own),
            &[("StackSetName", SET)],
            &["status: \"RUNNING\"", "failed_stack_instances: Some(1)"],
            NextToken
        ),
        Operation::ListStackSetOperationResults => row!(
            |to| to.list_stack_set_operation_results(SET, OPERATION, CallAs::Own),
            &[("StackSetName", SET), ("OperationId", OPERATION)],
            &["status: \"SUCCEEDED\"", "status: \"FAILED\"", "already exists in stack"],
            NextToken
        ),
        Operation::StopStackSetOperation => row!(
            |to| to.stop_stack_set_operation(SET, OPERATION, CallAs::Own),
            &[("StackSetName", SET), ("OperationId", OPERATION)],
            &["()"]
        ),
        _ => other(operation),
    }
}

fn new_stack() -> NewStack {
    NewStack {
        name: SET.into(),
        template_body: "{}".into(),
        parameters: vec![("ExternalId".into(), "org-id".into())],
        capabilities: vec!["CAPABILITY_NAMED_IAM".into()],
        tags: vec![("owner".into(), "finops".into())],
        client_request_token: Some("token-2".into()),
    }
}

const STACK_SENDS: [(&str, &str); 6] = [
    ("StackName", SET),
    ("TemplateBody", "{}"),
    ("Parameters.member.1.ParameterKey", "ExternalId"),
    ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
    ("Tags.member.1.Value", "finops"),
    ("ClientRequestToken", "token-2"),
];

fn stacks(operation: Operation) -> Row {
    match operation {
        Operation::CreateStack => {
            row!(|to| async { to.create_stack(&new_stack()).await }, &STACK_SENDS, &["stack/ProsperOps/"])
        }
        Operation::UpdateStack => {
            row!(
                |to| async { to.update_stack(&new_stack()).await },
                &STACK_SENDS,
                &["Some(\"arn:", "stack/ProsperOps/"]
            )
        }
        Operation::DeleteStack => row!(
            |to| to.delete_stack(SET, Some("token-3")),
            &[("StackName", SET), ("ClientRequestToken", "token-3")],
            &["()"]
        ),
        Operation::DescribeStacks => row!(
            |to| to.describe_stacks(None),
            &[],
            &["status: \"CREATE_COMPLETE\"", "(\"RoleArn\"", "\"UPDATE_ROLLBACK_COMPLETE\""],
            NextToken
        ),
        _ => other(operation),
    }
}

/// Answers each call with its constructed answer, a listing with its last page after its first.
pub(crate) fn constructed(operation: Operation) -> impl Fn(&Request) -> wiremock::ResponseTemplate {
    let paged = row(operation).paged;
    let first = answer(operation, "");
    let last = paged.map(|_| answer(operation, ".last"));
    move |request| {
        let token = paged.and_then(|token| crate::server::parameter(request, token.name()));
        reply(200, if token.is_some() { last.clone().unwrap() } else { first.clone() })
    }
}

#[tokio::test]
async fn every_call_sends_what_it_was_given_and_reads_what_aws_answers() {
    for operation in Operation::ALL.iter().copied() {
        let row = row(operation);
        let server = serve(constructed(operation)).await;
        let given = (row.call)(&connect(&server.uri())).await;
        let given = given.unwrap_or_else(|failure| panic!("{failure}"));
        for expected in row.gives {
            assert!(given.contains(expected), "{operation}: `{expected}` is not in {given}");
        }
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests.len(), if row.paged.is_some() { 2 } else { 1 }, "{operation}");
        for request in &requests {
            assert_eq!(action(request), operation.action());
            let sent = parameters(request);
            for (name, value) in row.sends {
                let found = sent.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
                assert_eq!(found, Some(*value), "{operation}: {name} of {sent:?}");
            }
        }
    }
}

#[test]
fn every_call_has_a_name_of_its_own() {
    let mut names: Vec<&str> = Operation::ALL.iter().map(|operation| operation.action()).collect();
    names.sort_unstable();
    names.dedup();
    // Answers are told apart by the action alone.
    assert_eq!(names.len(), Operation::ALL.len());
    for operation in Operation::ALL {
        assert_eq!(Operation::named(operation.name()), Some(*operation));
        assert!(operation.name().starts_with(&format!("{}:", operation.service().prefix())));
    }
}

#[test]
fn every_call_is_an_action_that_the_catalogue_knows() {
    for operation in Operation::ALL {
        let action = rolecall_iam_catalog::action_named(operation.name()).unwrap_or_else(|| panic!("{operation}"));
        let needed: Vec<String> = action.dependent_actions().map(|action| action.to_string()).collect();
        // `docs/aws.md` says which permissions a call needs.
        let expected: &[&str] =
            if *operation == Operation::DescribeStacks { &["cloudformation:ListStacks"] } else { &[] };
        assert_eq!(needed, expected, "{operation}");
    }
}
