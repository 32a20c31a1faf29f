//! Pieces for four account factories, so that every new account gets the role: Account Factory for Terraform,
//! Customizations for Control Tower, Landing Zone Accelerator, org-formation. Each in a folder with a README.
//!
//! Two of them never reach the management account; beside each stands who creates the role there. The stack of
//! `management-account/` does so for whoever needs it.
//!
//! Formats, as they stand in the official repositories:
//! - aws-ia/terraform-aws-control_tower_account_factory at 2ba0f216 (2026-05-20):
//!   `sources/aft-customizations-repos/aft-global-customizations/` and the build specification
//!   `modules/aft-customizations/buildspecs/aft-global-customizations-terraform.yml`
//! - aws-solutions/aws-control-tower-customizations at 9c7ab05c (2026-04-08):
//!   `source/src/cfct/validation/manifest-v2.schema.yaml`, and `manifest_parser.py` for what `Root` means
//! - awslabs/landing-zone-accelerator-on-aws at 61bba812 (2026-06-02):
//!   `source/packages/@aws-accelerator/config/lib/models/customizations-config.ts` (`ICloudFormationStack`)
//! - org-formation/org-formation-cli at e4e1723d (2025-03-15): `docs/task-files.md`, `docs/cloudformation-resources.md`

mod readme;

use super::cloudformation::inline_template;
use super::role_code::RoleCode;
use super::stack_set::management_stack;
use super::terraform::module;
use super::{Options, RenderError, Rendered, RenderedFile};

pub(super) fn render(code: &RoleCode<'_>, options: &Options) -> Result<Rendered, RenderError> {
    if code.is_management_only() {
        return Err(RenderError::NoMemberRoles { organization: code.organization.id.as_str().to_owned() });
    }
    let names = Names {
        slug: code.slug(),
        module: code.slug().replace('-', "_"),
        stack: code.stack_name(options),
        region: options.region(code.organization.partition).to_owned(),
        management_account: code.organization.management_account.to_string(),
        template: format!("{}.{}", code.slug(), options.template_syntax.extension()),
    };
    let template = inline_template(code, options.template_syntax)?;
    let mut files = vec![RenderedFile::text("README.md", readme::overview(code))];
    files.extend(account_factory_for_terraform(code, &names)?);
    files.extend(control_tower_customizations(&names, &template));
    files.extend(landing_zone_accelerator(&names, &template));
    files.extend(org_formation(&names, &template));
    files.extend(management_stack(code, options, "management-account/")?);
    let notes = vec![format!(
        "take the folder of your account factory only; Account Factory for Terraform and Customizations for Control Tower \
         leave the management account {} out: run management-account/management-account.sh there",
        names.management_account
    )];
    Ok(Rendered { files, notes })
}

/// Names that stand in the pieces. All of them are made of characters that need no quotes in YAML, HCL or a path.
struct Names {
    slug: String,
    module: String,
    stack: String,
    region: String,
    management_account: String,
    template: String,
}

/// A module of its own and a file that calls it: the factory's repository may define the same locals and its own
/// `required_providers` at the top. Backend and provider come from its `backend.jinja` and `aft-providers.jinja`.
fn account_factory_for_terraform(code: &RoleCode<'_>, names: &Names) -> Result<Vec<RenderedFile>, RenderError> {
    let Names { slug, module: label, .. } = names;
    let folder = "account-factory-for-terraform/aft-global-customizations/terraform";
    let header = code.comment("Account Factory for Terraform");
    let call = format!("{header}\nmodule \"{label}\" {{\n  source = \"./modules/{slug}\"\n}}\n");
    Ok(vec![
        RenderedFile::text("account-factory-for-terraform/README.md", readme::account_factory_for_terraform(names)),
        RenderedFile::text(format!("{folder}/{slug}.tf"), call),
        RenderedFile::text(format!("{folder}/modules/{slug}/main.tf"), module(code)?),
    ])
}

/// `version` is a date and stays unquoted: the schema compares it with a date.
fn control_tower_customizations(names: &Names, template: &str) -> Vec<RenderedFile> {
    let Names { stack, region, template: file, .. } = names;
    let manifest = format!(
        "---
# Home Region of Control Tower: the value of your manifest stays when you add the resource to it.
region: {region}
version: 2021-03-15

resources:
  - name: {stack}
    resource_file: templates/{file}
    deploy_method: stack_set
    deployment_targets:
      # Root is every account that Control Tower governs; the management account is not among them.
      organizational_units:
        - Root
    # One Region only: IAM is global.
    regions:
      - {region}
"
    );
    vec![
        RenderedFile::text("control-tower-customizations/README.md", readme::control_tower_customizations(names)),
        RenderedFile::text("control-tower-customizations/manifest.yaml", manifest),
        RenderedFile::text(format!("control-tower-customizations/templates/{file}"), template),
    ]
}

/// Stacks and not a stack set: the accelerator's stack sets are self-managed and need an execution role in each account,
/// its stacks go through the deployment role that it has everywhere, the management account included.
fn landing_zone_accelerator(names: &Names, template: &str) -> Vec<RenderedFile> {
    let Names { stack, region, template: file, .. } = names;
    let customizations = format!(
        "customizations:
  cloudFormationStacks:
    - name: {stack}
      description: IAM role of a vendor, the same template in every account
      template: cloudformation/{file}
      # One Region only: IAM is global.
      regions:
        - {region}
      runOrder: 1
      terminationProtection: false
      deploymentTargets:
        # Root is every account of accounts-config.yaml, the management account included.
        organizationalUnits:
          - Root
        # Names of accounts that must not have the role, for example suspended ones.
        excludedAccounts: []
"
    );
    vec![
        RenderedFile::text("landing-zone-accelerator/README.md", readme::landing_zone_accelerator(names)),
        RenderedFile::text("landing-zone-accelerator/customizations-config.yaml", customizations),
        RenderedFile::text(format!("landing-zone-accelerator/cloudformation/{file}"), template),
    ]
}

/// `Account: '*'` is every account but the management account, which org-formation calls master account.
fn org_formation(names: &Names, template: &str) -> Vec<RenderedFile> {
    let Names { module, stack, region, template: file, .. } = names;
    let task: String = module.split('_').map(capitalized).collect();
    let tasks = format!(
        "{task}:
  Type: update-stacks
  Template: ./templates/{file}
  StackName: {stack}
  StackDescription: IAM role of a vendor, the same template in every account
  # One Region only: IAM is global.
  DefaultOrganizationBindingRegion: {region}
  DefaultOrganizationBinding:
    # Every account but the management account …
    Account: '*'
    # … and the management account.
    IncludeMasterAccount: true
  MaxConcurrentStacks: 10
  # One account that fails must not keep the others from their role; failures are listed at the end of the run.
  FailedStackTolerance: 10
"
    );
    vec![
        RenderedFile::text("org-formation/README.md", readme::org_formation(names)),
        RenderedFile::text("org-formation/organization-tasks.yml", tasks),
        RenderedFile::text(format!("org-formation/templates/{file}"), template),
    ]
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase().to_string() + characters.as_str()).unwrap_or_default()
}
