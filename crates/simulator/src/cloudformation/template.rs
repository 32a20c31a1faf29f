//! What a template means here: one role, the same everywhere or different in some accounts, and the traits that stack sets
//! ask about.

use crate::account::AccountNumber;
use crate::error::{ApiError, Code};
use crate::iam::DefinitionId;
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of a template in the request, at most.
const INLINE_BYTES_MAX: usize = 51_200;
/// Bytes of a template in S3, at most.
const S3_BYTES_MAX: usize = 1_048_576;

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The role that it creates.
    pub role: DefinitionId,
    /// The role in accounts where the template decides otherwise (a condition on the account ID).
    pub by_account: BTreeMap<AccountNumber, DefinitionId>,
    /// Whether a parameter is `NoEcho`.
    pub no_echo: bool,
    /// Whether it has nested stacks or macros.
    pub nested_or_macros: bool,
    /// Its size.
    pub bytes: usize,
    /// Whether it is passed through S3.
    pub from_s3: bool,
}

impl Template {
    /// A small template that creates one role, the same in every account.
    pub const fn of(role: DefinitionId) -> Self {
        Self {
            role,
            by_account: BTreeMap::new(),
            no_echo: false,
            nested_or_macros: false,
            bytes: 2_000,
            from_s3: false,
        }
    }

    /// The role in an account.
    pub fn role_in(&self, account: AccountNumber) -> DefinitionId {
        self.by_account.get(&account).copied().unwrap_or(self.role)
    }

    pub(super) fn check_size(&self) -> Result<(), ApiError> {
        let max = if self.from_s3 { S3_BYTES_MAX } else { INLINE_BYTES_MAX };
        if self.bytes <= max {
            return Ok(());
        }
        let text = format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {max}"
        );
        Err(ApiError::written(Code::ValidationError, text))
    }
}

/// A template of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(u32);

impl World {
    /// Keeps a template.
    pub fn add_template(&mut self, template: Template) -> TemplateId {
        let id = TemplateId(u32::try_from(self.cloudformation.templates.len()).unwrap_or(u32::MAX));
        self.cloudformation.templates.push(Arc::new(template));
        id
    }

    /// What an account that came later gets of a template that decides by account.
    pub fn set_template_role(&mut self, id: TemplateId, account: AccountNumber, role: DefinitionId) {
        if let Some(template) = self.cloudformation.templates.get_mut(id.0 as usize) {
            Arc::make_mut(template).by_account.insert(account, role);
        }
    }

    /// A template.
    #[expect(clippy::indexing_slicing, reason = "numbers are made by `add_template` alone, one for each template")]
    pub fn template(&self, id: TemplateId) -> &Arc<Template> {
        &self.cloudformation.templates[id.0 as usize]
    }
}
