//! The role rolled out by a service-managed stack set with auto-deployment, and by the separate stack that the
//! management account needs: such a set never deploys there, not even inside a targeted organizational unit
//! (CloudFormation user guide, "Considerations when creating StackSets with service-managed permissions").
//!
//! Decisions: one Region, as IAM is global and a second stack of an account would collide by name; a failure tolerance
//! of 100 %, because one account with a hand-made role must not cancel all others, the template was tried in the
//! management account first, and every failure is read back at the end, also below an operation that says SUCCEEDED.

use super::cloudformation::inline_template;
use super::role_code::RoleCode;
use super::shell::{CALLER, FUNCTIONS, assignment, opening};
use super::{CallAs, Options, RenderError, Rendered, RenderedFile};

const MANAGEMENT_ARGUMENTS: &str = include_str!("stack_set/management_arguments.sh");
const MANAGEMENT_STACK: &str = include_str!("stack_set/management_stack.sh");
const ARGUMENTS: &str = include_str!("stack_set/arguments.sh");
const OPERATIONS: &str = include_str!("stack_set/operations.sh");
const STACK_SET: &str = include_str!("stack_set/stack_set.sh");

pub(super) fn render(code: &RoleCode<'_>, options: &Options) -> Result<Rendered, RenderError> {
    let mut files = management_stack(code, options, "")?;
    let mut notes = vec![format!(
        "run management-account.sh with credentials of the management account {} first: a service-managed stack set never \
         creates a stack there; then let the vendor validate the access",
        code.organization.management_account
    )];
    if !code.is_management_only() {
        files.push(RenderedFile::program("stack-set.sh", stack_set_script(code, options)));
        notes.push(members_note(options));
        let legacy = code.legacy_ids().len();
        if legacy > 0 {
            notes.push(format!(
                "the {legacy} account(s) with a legacy external ID most likely hold the role already: its stack fails there with \
                 EntityAlreadyExists until the role is imported into a stack or deleted"
            ));
        }
    }
    Ok(Rendered { files, notes })
}

fn members_note(options: &Options) -> String {
    let whose = match options.call_as {
        CallAs::Myself => "the management account",
        CallAs::DelegatedAdministrator => "the delegated administrator of stack sets",
    };
    format!(
        "then run stack-set.sh with credentials of {whose}: it creates the role in every member account of the targets, and \
         auto-deployment does so in each account that joins them"
    )
}

/// Template and script for the stack of the management account, in a folder (empty, or ending in `/`).
pub(super) fn management_stack(
    code: &RoleCode<'_>,
    options: &Options,
    folder: &str,
) -> Result<Vec<RenderedFile>, RenderError> {
    let template = inline_template(code, options.template_syntax)?;
    let name = template_name(options);
    let region = options.region(code.organization.partition);
    let mut script = opening(code, "Script for the stack of the management account", region);
    script.push_str(&assignment("STACK_NAME", &code.stack_name(options)));
    script.push_str(&assignment("TEMPLATE", &name));
    for part in [FUNCTIONS, MANAGEMENT_ARGUMENTS, CALLER, MANAGEMENT_STACK] {
        script.push_str(part);
    }
    Ok(vec![
        RenderedFile::text(format!("{folder}{name}"), template),
        RenderedFile::program(format!("{folder}management-account.sh"), script),
    ])
}

fn template_name(options: &Options) -> String {
    format!("template.{}", options.template_syntax.extension())
}

fn stack_set_script(code: &RoleCode<'_>, options: &Options) -> String {
    let retain = if options.retain_stacks_on_account_removal { "true" } else { "false" };
    let mut script = opening(code, "Script for the stack set", options.region(code.organization.partition));
    script.push_str(&assignment("STACK_SET_NAME", &code.stack_name(options)));
    script.push_str(&assignment("TEMPLATE", &template_name(options)));
    script.push_str("# Organizational units to deploy to, one a word; empty is the root: every member account.\n");
    script.push_str(&assignment("TARGETS", &options.organizational_units.join(" ")));
    script.push_str("# Whether an account that leaves the targets keeps the role.\n");
    script.push_str(&assignment("RETAIN_ON_REMOVAL", retain));
    script.push_str(&assignment("CALL_AS", options.call_as.as_str()));
    for part in [FUNCTIONS, ARGUMENTS, CALLER, OPERATIONS, STACK_SET] {
        script.push_str(part);
    }
    script
}
