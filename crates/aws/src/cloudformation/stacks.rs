//! Plain stacks: the management account's own, which no service-managed stack set reaches.

use super::{capabilities, following, parameters, read_parameters, read_tags, tags, word};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use aws_sdk_cloudformation::types as sdk;

/// `CreateStackInput`, and `UpdateStackInput` as the stack shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewStack {
    /// `StackName`.
    pub name: String,
    /// `TemplateBody`: at most 51,200 bytes.
    pub template_body: String,
    /// `Parameters`, key and value.
    pub parameters: Vec<(String, String)>,
    /// `Capabilities`: `CAPABILITY_NAMED_IAM`, …
    pub capabilities: Vec<String>,
    /// `Tags`, key and value.
    pub tags: Vec<(String, String)>,
    /// `ClientRequestToken`: one's own, so that a repeated call begins nothing a second time.
    pub client_request_token: Option<String>,
}

/// `Stack` as CloudFormation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// `StackName`.
    pub name: String,
    /// `StackId`.
    pub id: String,
    /// `StackStatus`: `CREATE_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE`, …
    pub status: String,
    /// `StackStatusReason`.
    pub status_reason: Option<String>,
    /// `Parameters`, key and value.
    pub parameters: Vec<(String, String)>,
    /// `Tags`, key and value.
    pub tags: Vec<(String, String)>,
    /// `Outputs`, key and value.
    pub outputs: Vec<(String, String)>,
}

impl Stack {
    /// Whether nothing is under way: the words end in `_COMPLETE` or `_FAILED` then. A cleanup is under way.
    pub fn is_settled(&self) -> bool {
        self.status.ends_with("_COMPLETE") || self.status.ends_with("_FAILED")
    }
}

impl Connection {
    /// `CreateStack`: gives its ID. `AlreadyExistsException` when there is one of that name.
    pub async fn create_stack(&self, stack: &NewStack) -> Result<String, Failure> {
        let operation = Operation::CreateStack;
        let request = self
            .cloudformation()
            .create_stack()
            .stack_name(&stack.name)
            .template_body(&stack.template_body)
            .set_parameters(parameters(&stack.parameters))
            .set_capabilities(capabilities(&stack.capabilities))
            .set_tags(tags(&stack.tags))
            .set_client_request_token(stack.client_request_token.clone());
        let answer = self.send(operation, request.send()).await?;
        word(operation, "StackId", answer.stack_id())
    }

    /// `UpdateStack`: its ID; nothing when there is nothing to change (`ValidationError`, "No updates are to be performed.",
    /// CloudFormation User Guide, "Troubleshooting").
    pub async fn update_stack(&self, stack: &NewStack) -> Result<Option<String>, Failure> {
        let operation = Operation::UpdateStack;
        let request = self
            .cloudformation()
            .update_stack()
            .stack_name(&stack.name)
            .template_body(&stack.template_body)
            .set_parameters(parameters(&stack.parameters))
            .set_capabilities(capabilities(&stack.capabilities))
            .set_tags(tags(&stack.tags))
            .set_client_request_token(stack.client_request_token.clone());
        match self.send(operation, request.send()).await {
            Ok(answer) => word(operation, "StackId", answer.stack_id()).map(Some),
            Err(failure) if says(&failure, "No updates are to be performed") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `DeleteStack`: also of a stack that is not there, without an error.
    pub async fn delete_stack(&self, name: &str, client_request_token: Option<&str>) -> Result<(), Failure> {
        let request = self.cloudformation().delete_stack().stack_name(name);
        let request = request.set_client_request_token(client_request_token.map(str::to_owned));
        self.send(Operation::DeleteStack, request.send()).await.map(|_| ())
    }

    /// `DescribeStacks` of one stack, by name or ID; nothing when it is not there: a `ValidationError` (API reference:
    /// "If the stack doesn't exist, a `ValidationError` is returned") with the text "… does not exist". By name a deleted
    /// stack is not there; by ID it is, as `DELETE_COMPLETE`.
    pub async fn describe_stack(&self, name: &str) -> Result<Option<Stack>, Failure> {
        let operation = Operation::DescribeStacks;
        match self.describe_stacks(Some(name)).all().await {
            Ok(stacks) => match stacks.into_iter().next() {
                Some(stack) => Ok(Some(stack)),
                None => Err(Failure::malformed(operation, format!("it has no stack `{name}`"))),
            },
            Err(failure) if says(&failure, "does not exist") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `DescribeStacks`: one by name or ID, or all of the account in this Region.
    pub fn describe_stacks(&self, name: Option<&str>) -> Pages<Stack> {
        let operation = Operation::DescribeStacks;
        let name = name.map(str::to_owned);
        Pages::new(operation, self, move |connection, token| {
            let request = connection.cloudformation().describe_stacks();
            let request = request.set_stack_name(name.clone()).set_next_token(token);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let stacks = answer.stacks().iter().map(|stack| read(operation, stack));
                Ok((stacks.collect::<Result<_, _>>()?, following(answer.next_token())))
            }
        })
    }
}

/// CloudFormation has one code for these; its text tells them apart.
fn says(failure: &Failure, text: &str) -> bool {
    failure.code == "ValidationError" && failure.message.contains(text)
}

fn read(operation: Operation, stack: &sdk::Stack) -> Result<Stack, Failure> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let output = |output: &sdk::Output| (text(output.output_key()), text(output.output_value()));
    Ok(Stack {
        name: word(operation, "StackName", stack.stack_name())?,
        id: word(operation, "StackId", stack.stack_id())?,
        status: word(operation, "StackStatus", stack.stack_status().map(sdk::StackStatus::as_str))?,
        status_reason: stack.stack_status_reason().map(str::to_owned),
        parameters: read_parameters(stack.parameters()),
        tags: read_tags(stack.tags()),
        outputs: stack.outputs().iter().map(output).collect(),
    })
}
