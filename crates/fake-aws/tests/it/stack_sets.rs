//! Stack sets and stacks through the SDK: deployed by unit, never to the management account, automatically to who joins.

use crate::arm::{Clients, code};
use crate::organization::{MANAGEMENT, member, world};
use aws_sdk_cloudformation::types::{
    AutoDeployment, Capability, DeploymentTargets, Parameter, PermissionModels, StackSetOperationPreferences,
};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_simulator::api::Api;
use rolecall_simulator::settings::{FaultRates, Settings};
use rolecall_simulator::time::{Delay, SimSpan};

const TEMPLATE: &str = r#"
Parameters:
  ExternalId: {Type: String}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Vendor
      Description: !Sub "for ${AWS::AccountId}"
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: "arn:aws:iam::900000000009:root"}
            Action: sts:AssumeRole
            Condition: {StringEquals: {"sts:ExternalId": !Ref ExternalId}}
"#;

const OUTPUTS: &str = r"
Outputs:
  Arn: {Value: !GetAtt Role.Arn}
  Name: {Value: !Ref Role}
  Account: {Value: !Ref AWS::AccountId}
  Text: {Value: some text}
";

async fn serve(members: u64) -> Server {
    let stack = Delay::Fixed(SimSpan::seconds(30));
    let settings = Settings { rates: false, stack, ..Settings::default() };
    let options = ServerOptions { clock_factor: 0, ..ServerOptions::default() };
    Server::start(world(settings, members), options).await.unwrap()
}

fn external_id(value: &str) -> Parameter {
    Parameter::builder().parameter_key("ExternalId").parameter_value(value).build()
}

async fn root(clients: &Clients) -> String {
    clients.organizations.list_roots().send().await.unwrap().roots()[0].id().unwrap().to_owned()
}

async fn description(server: &Server, account: &str) -> Option<String> {
    let read = Clients::administrator(server, account).iam.get_role().role_name("Vendor").send().await.ok()?;
    read.role()?.description().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_deployed_to_all_members_and_to_who_joins() {
    let server = serve(3).await;
    let clients = Clients::administrator(&server, MANAGEMENT);
    let sets = &clients.cloudformation;
    let auto = AutoDeployment::builder().enabled(true).retain_stacks_on_account_removal(false).build();
    let create = sets
        .create_stack_set()
        .stack_set_name("vendor")
        .template_body(TEMPLATE)
        .parameters(external_id("abc-123"))
        .permission_model(PermissionModels::ServiceManaged)
        .auto_deployment(auto);
    assert_eq!(code(create.clone().send().await), "InsufficientCapabilitiesException");
    let create = create.capabilities(Capability::CapabilityNamedIam).client_request_token("token-1");
    let id = create.clone().send().await.unwrap().stack_set_id().unwrap().to_owned();
    // The same token is the same call; another one meets the name.
    assert_eq!(create.clone().send().await.unwrap().stack_set_id(), Some(id.as_str()));
    assert_eq!(code(create.client_request_token("token-2").send().await), "NameAlreadyExistsException");

    let preferences = StackSetOperationPreferences::builder().max_concurrent_percentage(100).failure_tolerance_count(3);
    let targets = DeploymentTargets::builder().organizational_unit_ids(root(&clients).await).build();
    let deploy = sets
        .create_stack_instances()
        .stack_set_name("vendor")
        .deployment_targets(targets)
        .regions("us-east-1")
        .operation_preferences(preferences.build())
        .operation_id("operation-1");
    assert_eq!(deploy.clone().send().await.unwrap().operation_id(), Some("operation-1"));
    assert_eq!(code(deploy.send().await), "OperationIdAlreadyExistsException");
    let operation = || async {
        let asked = sets.describe_stack_set_operation().stack_set_name("vendor").operation_id("operation-1");
        let answer = asked.send().await.unwrap();
        let operation = answer.stack_set_operation().unwrap();
        (operation.status().unwrap().as_str().to_owned(), operation.action().unwrap().as_str().to_owned())
    };
    assert_eq!(operation().await, ("RUNNING".to_owned(), "CREATE".to_owned()));
    assert_eq!(code(sets.delete_stack_set().stack_set_name("vendor").send().await), "OperationInProgressException");
    server.advance(SimSpan::minutes(5));
    assert_eq!(operation().await.0, "SUCCEEDED");
    let listed = sets.list_stack_instances().stack_set_name("vendor").send().await.unwrap();
    let accounts: Vec<_> = listed.summaries().iter().map(|summary| summary.account().unwrap().to_owned()).collect();
    assert_eq!(accounts, [member(1), member(2), member(3)]);
    assert!(listed.summaries()[0].stack_id().unwrap().contains("stack/StackSet-vendor-"));
    let results = sets.list_stack_set_operation_results().stack_set_name("vendor").operation_id("operation-1");
    let results = results.send().await.unwrap();
    assert!(results.summaries().iter().all(|result| result.status().unwrap().as_str() == "SUCCEEDED"));
    assert_eq!(description(&server, &member(2)).await, Some(format!("for {}", member(2))));
    assert_eq!(description(&server, MANAGEMENT).await, None);

    // Who joins gets the role of its own account, although the template was read before it was there.
    let asked = clients.organizations.create_account().account_name("new").email("new@example.com");
    let request = asked.send().await.unwrap().create_account_status().unwrap().id().unwrap().to_owned();
    server.advance(SimSpan::minutes(5));
    let status = clients.organizations.describe_create_account_status().create_account_request_id(request);
    let status = status.send().await.unwrap();
    let account = status.create_account_status().unwrap().account_id().unwrap().to_owned();
    assert_eq!(description(&server, &account).await, Some(format!("for {account}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_creates_changes_and_removes_a_role() {
    let server = serve(1).await;
    let account = member(1);
    let clients = Clients::administrator(&server, &account);
    let stacks = &clients.cloudformation;
    let create = stacks.create_stack().stack_name("vendor").template_body(TEMPLATE);
    let create = create.parameters(external_id("abc-123")).capabilities(Capability::CapabilityNamedIam);
    create.clone().send().await.unwrap();
    let status = || async {
        let answer = stacks.describe_stacks().stack_name("vendor").send().await.unwrap();
        answer.stacks()[0].stack_status().unwrap().as_str().to_owned()
    };
    assert_eq!(status().await, "CREATE_IN_PROGRESS");
    assert_eq!(description(&server, &account).await, None);
    server.advance(SimSpan::seconds(31));
    assert_eq!(status().await, "CREATE_COMPLETE");
    assert_eq!(code(create.send().await), "AlreadyExistsException");
    let update = stacks.update_stack().stack_name("vendor").use_previous_template(true);
    let update = update.capabilities(Capability::CapabilityNamedIam);
    let same = update.clone().parameters(external_id("abc-123")).send().await;
    assert_eq!(code(same), "ValidationError");
    update.parameters(external_id("abc-456")).send().await.unwrap();
    let read = clients.iam.get_role().role_name("Vendor").send().await.unwrap();
    assert!(read.role().unwrap().assume_role_policy_document().unwrap().contains("abc-456"));
    stacks.delete_stack().stack_name("vendor").send().await.unwrap();
    assert_eq!(code(stacks.describe_stacks().stack_name("vendor").send().await), "ValidationError");
    assert_eq!(description(&server, &account).await, None);
    let bucket = "Resources:\n  Bucket: {Type: AWS::S3::Bucket}\n";
    let other = stacks.create_stack().stack_name("other").template_body(bucket);
    assert_eq!(code(other.capabilities(Capability::CapabilityNamedIam).send().await), "NotImplemented");
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_of_a_stack_are_answered_or_refused() {
    let server = serve(1).await;
    let account = member(1);
    let stacks = Clients::administrator(&server, &account).cloudformation;
    let create = |name: &str, outputs: &str| {
        let create = stacks.create_stack().stack_name(name).template_body(format!("{TEMPLATE}{outputs}"));
        create.parameters(external_id("abc-123")).capabilities(Capability::CapabilityNamedIam)
    };
    for refused in
        ["{Value: !GetAtt Role.RoleId}", "{Value: !Ref Other}", "{Value: x, Condition: Never}", "{Description: x}"]
    {
        let outputs = format!("Outputs:\n  One: {refused}\n");
        assert_eq!(code(create("vendor", &outputs).send().await), "NotImplemented", "{refused}");
    }
    assert_eq!(code(create("vendor", OUTPUTS).timeout_in_minutes(5).send().await), "NotImplemented");
    create("vendor", OUTPUTS).send().await.unwrap();
    let outputs = || async {
        let answer = stacks.describe_stacks().stack_name("vendor").send().await.unwrap();
        let pair = |output: &aws_sdk_cloudformation::types::Output| {
            (output.output_key().unwrap().to_owned(), output.output_value().unwrap().to_owned())
        };
        answer.stacks()[0].outputs().iter().map(pair).collect::<Vec<_>>()
    };
    // There is nothing to be said of a role that is not there.
    assert_eq!(outputs().await, []);
    server.advance(SimSpan::seconds(31));
    let arn = format!("arn:aws:iam::{account}:role/Vendor");
    let expected = [("Arn", arn.as_str()), ("Name", "Vendor"), ("Account", account.as_str()), ("Text", "some text")];
    assert_eq!(outputs().await, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
}

/// Makes a call whose answer is always lost, until one had its effect.
async fn until_it_had_its_effect<F: Future<Output = ()>>(server: &Server, mut call: impl FnMut(u32) -> F) -> u32 {
    for turn in 0..40 {
        call(turn).await;
        let record = server.calls().pop().unwrap();
        assert_eq!(record.http_status, 0, "the answer came");
        if record.had_effect {
            server.with_world(|world| world.settings_mut().faults.clear());
            return turn;
        }
    }
    panic!("forty calls were lost before they were carried out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_its_effect_is_known_also_when_its_answer_was_lost() {
    let server = serve(2).await;
    let lose = |api| {
        let rates = FaultRates { timed_out: 1_000_000, ..FaultRates::default() };
        server.with_world(|world| world.settings_mut().faults = [(api, rates)].into());
    };
    let clients = Clients::administrator(&server, MANAGEMENT);
    let sets = &clients.cloudformation;
    let auto = AutoDeployment::builder().enabled(true).retain_stacks_on_account_removal(false).build();
    let create = sets.create_stack_set().stack_set_name("vendor").template_body(TEMPLATE);
    let create = create.parameters(external_id("abc-123")).capabilities(Capability::CapabilityNamedIam);
    create.permission_model(PermissionModels::ServiceManaged).auto_deployment(auto).send().await.unwrap();
    let targets = DeploymentTargets::builder().organizational_unit_ids(root(&clients).await).build();
    let deploy = |turn: u32| {
        let deploy = sets.create_stack_instances().stack_set_name("vendor").regions("us-east-1");
        deploy.deployment_targets(targets.clone()).operation_id(format!("operation-{turn}"))
    };
    lose(Api::CreateStackInstances);
    let began = until_it_had_its_effect(&server, |turn| {
        let call = deploy(turn);
        async move { assert_eq!(code(call.send().await), "no answer") }
    });
    let began = began.await;
    assert_eq!(code(deploy(began).send().await), "OperationIdAlreadyExistsException");
    server.advance(SimSpan::minutes(5));
    let update = |turn: u32| {
        let update = sets.update_stack_set().stack_set_name("vendor").use_previous_template(true);
        let update = update.parameters(external_id("abc-456")).capabilities(Capability::CapabilityNamedIam);
        update.operation_id(format!("update-{turn}"))
    };
    lose(Api::UpdateStackSet);
    let updated = until_it_had_its_effect(&server, |turn| {
        let call = update(turn);
        async move { assert_eq!(code(call.send().await), "no answer") }
    });
    let updated = updated.await;
    let set = sets.describe_stack_set().stack_set_name("vendor").send().await.unwrap();
    assert_eq!(set.stack_set().unwrap().parameters()[0].parameter_value(), Some("abc-456"));
    server.advance(SimSpan::minutes(5));

    // An account that joins: nobody chose the ID of that operation, and it says what it is.
    lose(Api::CreateAccount);
    let organizations = &clients.organizations;
    until_it_had_its_effect(&server, |turn| {
        let asked = organizations.create_account().account_name(format!("new-{turn}")).email("new@example.com");
        async move { assert_eq!(code(asked.send().await), "no answer") }
    })
    .await;
    server.advance(SimSpan::minutes(5));
    let listed = organizations.list_accounts().send().await.unwrap();
    assert!(listed.accounts().iter().any(|account| account.name().unwrap().starts_with("new-")));
    let operations = sets.list_stack_set_operations().stack_set_name("vendor").send().await.unwrap();
    let mut found = Vec::new();
    for summary in operations.summaries() {
        let id = summary.operation_id().unwrap();
        let described =
            sets.describe_stack_set_operation().stack_set_name("vendor").operation_id(id).send().await.unwrap();
        let described = described.stack_set_operation().unwrap().clone();
        assert_eq!(described.action(), summary.action(), "{id}");
        found.push((id.to_owned(), summary.action().unwrap().as_str().to_owned()));
    }
    let chosen =
        [(format!("update-{updated}"), "UPDATE".to_owned()), (format!("operation-{began}"), "CREATE".to_owned())];
    assert_eq!(found[1..], chosen);
    assert_eq!(found[0].1, "CREATE");
    let instances = sets.list_stack_instances().stack_set_name("vendor").send().await.unwrap();
    let last = |account: &str| {
        let found = instances.summaries().iter().find(|instance| instance.account() == Some(account)).unwrap();
        found.last_operation_id().unwrap().to_owned()
    };
    assert_eq!(last(&member(1)), format!("update-{updated}"));
}
