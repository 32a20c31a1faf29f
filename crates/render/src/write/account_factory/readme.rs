//! The texts that tell where the pieces of each account factory go, and who creates the role in the management account.

use super::Names;
use crate::write::role_code::{RoleCode, one_line};

pub(super) fn overview(code: &RoleCode<'_>) -> String {
    let organization = code.organization;
    let account = organization.management_account;
    format!(
        "# The role {name} in every new account

Organization {id}. Every piece serves every account with the same code. Take one folder:

| folder | account factory | the role in the management account {account} |
| --- | --- | --- |
| `account-factory-for-terraform/` | Account Factory for Terraform (AFT) | not reached: run `management-account/management-account.sh` |
| `control-tower-customizations/` | Customizations for Control Tower (CfCT) | not reached: run `management-account/management-account.sh` |
| `landing-zone-accelerator/` | Landing Zone Accelerator (LZA) | created by the same stack |
| `org-formation/` | org-formation | created by the same task |

The management account comes first: create the role there, let the vendor validate the access, then add the piece.
",
        name = one_line(&code.profile.name),
        id = organization.id.as_str(),
    )
}

pub(super) fn account_factory_for_terraform(names: &Names) -> String {
    let Names { slug, management_account, .. } = names;
    format!(
        "# Account Factory for Terraform

1. Copy `aft-global-customizations/terraform/` over the folder of that name in your repository `aft-global-customizations`:
   it adds `{slug}.tf` and `modules/{slug}/`. The repository's own `backend.jinja` and `aft-providers.jinja` stay as they
   are; AFT renders them into backend and provider for each account.
2. Commit. Each account that AFT provisions from now on gets the role. For accounts that AFT already manages, start the
   customizations again (state machine `aft-invoke-customizations`, `{{\"include\": [{{\"type\": \"all\"}}]}}`).

**Management account {management_account}:** AFT does not customize it. Run `../management-account/management-account.sh`
there. Accounts that AFT does not manage need another way too.

AFT's provider sets the default tag `managed_by = \"AFT\"`: the role carries it beside the tags of the profile.
"
    )
}

pub(super) fn control_tower_customizations(names: &Names) -> String {
    let Names { slug, template, management_account, .. } = names;
    format!(
        "# Customizations for Control Tower

1. Copy `templates/{template}` into the folder `templates/` of your CfCT configuration.
2. Add the resource of `manifest.yaml` to the `resources` of your own manifest (schema 2021-03-15). `region` there stays
   the home Region of Control Tower; the stack of {slug} needs one Region only, as IAM is global.
3. Commit or upload the configuration. CfCT creates a stack set, and extends it at the end of every account's
   provisioning (Control Tower's lifecycle event `CreateManagedAccount`).

**Management account {management_account}:** `Root` in the manifest is every account of Control Tower's baseline, and that
leaves the management account out; a stack set could only reach it through a role `AWSControlTowerExecution`, which it does
not have. Run `../management-account/management-account.sh` there. Accounts that are not enrolled need another way too.
"
    )
}

pub(super) fn landing_zone_accelerator(names: &Names) -> String {
    let Names { template, management_account, .. } = names;
    format!(
        "# Landing Zone Accelerator

1. Copy `cloudformation/{template}` into the folder `cloudformation/` of your configuration repository.
2. Add the entry of `customizations-config.yaml` to `customizations.cloudFormationStacks` of yours. The Region must be one
   that is enabled in `global-config.yaml`.
3. Commit, and release the pipeline. Every run creates the stack in accounts that `accounts-config.yaml` has gained.

**Management account {management_account}:** the organizational unit `Root` includes it, so the same stack creates the role
there. Only accounts that stand in `accounts-config.yaml` are reached.
"
    )
}

pub(super) fn org_formation(names: &Names) -> String {
    let Names { template, management_account, .. } = names;
    format!(
        "# org-formation

1. Copy `templates/{template}` beside your tasks file, into `templates/`.
2. Add the task of `organization-tasks.yml` to your tasks file, below the task that updates or annotates the organization.
3. Run `org-formation perform-tasks organization-tasks.yml`; the pipeline does so for accounts that are added later.

**Management account {management_account}:** `IncludeMasterAccount: true` creates the role there with the same task.
"
    )
}
