//! A request: who, what, on which resource, in which context. What follows from the principal's ARN is filled into the
//! context once, here (IAM user guide, `reference_policies_condition-keys` and the principal table of
//! `reference_policies_variables`).

use super::context::Context;
use crate::arn::{AccountId, Arn, Partition};

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestPrincipal {
    /// An unauthenticated caller.
    Anonymous,
    /// The root user of an account.
    Root {
        /// The account.
        account: AccountId,
        /// Its partition, as written.
        partition: String,
    },
    /// An IAM user.
    User {
        /// `arn:…:iam::account:user/path/name`.
        arn: String,
        /// Its account.
        account: AccountId,
    },
    /// A role, of which the session is not told.
    Role {
        /// `arn:…:iam::account:role/path/name`.
        arn: String,
        /// Its account.
        account: AccountId,
    },
    /// A session of a role.
    Session {
        /// `arn:…:sts::account:assumed-role/name/session`.
        arn: String,
        /// Its account.
        account: AccountId,
        /// The role's ARN with its path: as told, else without path.
        role_arn: String,
        /// Whether the role's ARN was told; without it the path is not known.
        role_told: bool,
    },
    /// A federated user session (`GetFederationToken`).
    FederatedUser {
        /// `arn:…:sts::account:federated-user/name`.
        arn: String,
        /// Its account.
        account: AccountId,
    },
    /// An AWS service.
    Service(String),
    /// Somebody authenticated by an identity provider, before a role is assumed.
    Federated(String),
    /// An S3 canonical user.
    CanonicalUser(String),
}

/// Why a text is nobody that can make a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot make a request: expected `*`, or the ARN of an account root, a user, a role, a role session or a federated user"
)]
pub struct PrincipalTextError(pub String);

impl RequestPrincipal {
    /// Reads an ARN, a 12-digit account (its root user), or `*` (anonymous).
    ///
    /// # Errors
    /// For any other text.
    pub fn parse(text: &str) -> Result<Self, PrincipalTextError> {
        if text == "*" {
            return Ok(Self::Anonymous);
        }
        if let Ok(account) = AccountId::parse(text) {
            return Ok(Self::Root { account, partition: Partition::Aws.as_str().to_owned() });
        }
        Self::from_arn(text).ok_or_else(|| PrincipalTextError(text.to_owned()))
    }

    fn from_arn(text: &str) -> Option<Self> {
        if text.contains(['*', '?']) {
            return None;
        }
        let parsed = Arn::parse(text).ok()?;
        let account = parsed.account_id()?;
        let arn = text.to_owned();
        let (kind, name) = parsed.resource.split_once('/').unwrap_or((parsed.resource, ""));
        match (parsed.service, kind) {
            ("iam", "root") if name.is_empty() => Some(Self::Root { account, partition: parsed.partition.to_owned() }),
            ("iam", "user") if !name.is_empty() => Some(Self::User { arn, account }),
            ("iam", "role") if !name.is_empty() => Some(Self::Role { arn, account }),
            ("sts", "assumed-role") => {
                let (role, session) = name.split_once('/')?;
                if role.is_empty() || session.is_empty() {
                    return None;
                }
                let role_arn = format!("arn:{}:iam::{account}:role/{role}", parsed.partition);
                Some(Self::Session { arn, account, role_arn, role_told: false })
            }
            ("sts", "federated-user") if !name.is_empty() => Some(Self::FederatedUser { arn, account }),
            _ => None,
        }
    }

    /// Whether this is a service-linked role, by its reserved path, or by its reserved name where the path is not told
    /// (IAM user guide, `using-service-linked-roles`).
    pub fn is_service_linked(&self) -> bool {
        let (Self::Role { arn, .. } | Self::Session { role_arn: arn, .. }) = self else { return false };
        let resource = Arn::parse(arn).map_or("", |arn| arn.resource);
        resource.starts_with("role/aws-service-role/") || resource.starts_with("role/AWSServiceRoleFor")
    }

    /// Whether it can have a permissions boundary: "you cannot set the permissions boundary for the root user" (IAM user
    /// guide, `access_policies`, "Policies and the root user"), and who is no IAM user or role has none either. A federated
    /// user has that of the user who asked for the session.
    pub(super) const fn can_have_boundary(&self) -> bool {
        match self {
            Self::User { .. } | Self::Role { .. } | Self::Session { .. } | Self::FederatedUser { .. } => true,
            Self::Root { .. } | Self::Anonymous | Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => {
                false
            }
        }
    }

    /// The account that the principal belongs to; services and unauthenticated callers belong to none.
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Anonymous | Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => None,
        }
    }

    /// `aws:PrincipalArn`: of a session that of its role.
    fn principal_arn(&self) -> Option<String> {
        match self {
            Self::Root { account, partition } => Some(format!("arn:{partition}:iam::{account}:root")),
            Self::User { arn, .. } | Self::Role { arn, .. } | Self::FederatedUser { arn, .. } => Some(arn.clone()),
            Self::Session { role_arn, .. } => Some(role_arn.clone()),
            Self::Anonymous | Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => None,
        }
    }

    /// `aws:PrincipalType`.
    const fn principal_type(&self) -> Option<&'static str> {
        match self {
            Self::Anonymous => Some("Anonymous"),
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::Role { .. } | Self::Session { .. } => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
            Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => None,
        }
    }
}

/// Why a request cannot be decided at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not `service:Name`.
    #[error("`{0}` is no action: expected `service:Name` without wildcards")]
    Action(String),
    /// Neither an ARN nor `*`.
    #[error("`{0}` is no resource: expected an ARN without wildcards, or `*`")]
    Resource(String),
    /// `principalRole` is no role ARN, or that of another role.
    #[error("`{0}` is not the role of the session that makes the request")]
    PrincipalRole(String),
}

/// A request, checked and prepared for deciding.
#[derive(Clone, Debug)]
pub struct Request {
    principal: RequestPrincipal,
    action: String,
    action_lower: String,
    resource: String,
    resource_account: Option<AccountId>,
    principal_id: Option<String>,
    context: Context,
    management_account: Option<AccountId>,
    has_permissions_boundary: bool,
    facts: ActionFacts,
}

/// What a decision needs to know of an action beyond the request; the caller takes it from a catalogue of services.
/// Unknown facts make the evaluator less strict, never more permissive about what it cannot tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionFacts {
    /// Whether the action supports resource-level permissions. `Some(false)`: only `Resource: "*"` grants it.
    pub takes_resource: Option<bool>,
    /// Whether resource control policies apply to the action's service. `None`: an RCP that denies cannot be judged.
    pub rcp_applies: Option<bool>,
}

impl Request {
    /// A request of `principal` for `action` on `resource` (an ARN, or `*` for actions without a resource).
    ///
    /// # Errors
    /// When the action is not `service:Name` or the resource is neither an ARN nor `*`.
    pub fn new(
        principal: RequestPrincipal,
        action: &str,
        resource: &str,
        context: Context,
    ) -> Result<Self, RequestError> {
        let sound = action.split_once(':').is_some_and(|(service, name)| {
            let letters = |text: &str| {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            };
            letters(service) && letters(name)
        });
        if !sound {
            return Err(RequestError::Action(action.to_owned()));
        }
        let arn = Arn::parse(resource);
        if resource != "*" && arn.is_err() {
            return Err(RequestError::Resource(resource.to_owned()));
        }
        let mut request = Self {
            resource_account: arn.ok().and_then(|arn| arn.account_id()),
            action: action.to_owned(),
            action_lower: action.to_ascii_lowercase(),
            resource: resource.to_owned(),
            principal_id: None,
            principal,
            context,
            management_account: None,
            has_permissions_boundary: false,
            facts: ActionFacts::default(),
        };
        request.fill_context();
        Ok(request)
    }

    /// Tells the role's ARN with its path, for a request made by a session.
    ///
    /// # Errors
    /// When `role_arn` is no ARN of a role with the session's name and account.
    pub fn with_principal_role(mut self, role_arn: &str) -> Result<Self, RequestError> {
        let wrong = || RequestError::PrincipalRole(role_arn.to_owned());
        let RequestPrincipal::Session { role_arn: known, role_told, account, .. } = &mut self.principal else {
            return Err(wrong());
        };
        let told = Arn::parse(role_arn).map_err(|_| wrong())?;
        let name = |arn: &str| arn.rsplit('/').next().map(str::to_owned);
        let fits = told.service == "iam"
            && told.resource.starts_with("role/")
            && told.account_id() == Some(*account)
            && name(role_arn) == name(known);
        if !fits {
            return Err(wrong());
        }
        let derived = std::mem::replace(known, role_arn.to_owned());
        *role_told = true;
        let filled_in = self.context.get("aws:principalarn").is_some_and(|entry| entry.values().eq([derived.as_str()]));
        if filled_in {
            self.context.set("aws:PrincipalArn", role_arn);
        }
        Ok(self)
    }

    /// Tells the unique ID (`AIDA…`, or `AROA…:session`), which also is `aws:userid`.
    #[must_use]
    pub fn with_principal_id(mut self, id: &str) -> Self {
        match &self.principal {
            // "role-id:caller-specified-role-name" (`reference_policies_variables`, principal table).
            RequestPrincipal::Session { arn, .. } if !id.contains(':') => {
                let session = arn.rsplit('/').next().unwrap_or("");
                self.context.set_default("aws:userid", format!("{id}:{session}"));
            }
            _ => self.context.set_default("aws:userid", id.to_owned()),
        }
        self.principal_id = Some(id.to_owned());
        self
    }

    /// Tells the account that owns the resource, where its ARN does not.
    #[must_use]
    pub const fn with_resource_account(mut self, account: AccountId) -> Self {
        self.resource_account = Some(account);
        self
    }

    /// Tells the organization's management account: SCPs do not bind its principals, RCPs not its resources.
    #[must_use]
    pub const fn with_management_account(mut self, account: AccountId) -> Self {
        self.management_account = Some(account);
        self
    }

    /// Tells that the caller has a permissions boundary; nothing changes for one that cannot have any, as the root user.
    #[must_use]
    pub const fn with_permissions_boundary(mut self) -> Self {
        self.has_permissions_boundary = true;
        self
    }

    /// Tells the facts of the action.
    #[must_use]
    pub const fn with_facts(mut self, facts: ActionFacts) -> Self {
        self.facts = facts;
        self
    }

    /// The keys that follow from the principal's ARN, unless the context has them. `aws:CurrentTime` is never filled in.
    fn fill_context(&mut self) {
        let principal = &self.principal;
        if let Some(arn) = principal.principal_arn() {
            self.context.set_default("aws:principalarn", arn);
        }
        if let Some(account) = principal.account() {
            self.context.set_default("aws:principalaccount", account.as_str().to_owned());
            self.context.set_default("aws:principalisawsservice", "false");
        }
        if let Some(kind) = principal.principal_type() {
            self.context.set_default("aws:principaltype", kind);
        }
        match principal {
            // "For anonymous requests, the request context returns `anonymous`." (`reference_policies_condition-keys`)
            RequestPrincipal::Anonymous => self.context.set_default("aws:principalaccount", "anonymous"),
            RequestPrincipal::User { arn, .. } => {
                self.context.set_default("aws:username", arn.rsplit('/').next().unwrap_or("").to_owned());
            }
            RequestPrincipal::Service(name) => {
                self.context.set_default("aws:principalisawsservice", "true");
                self.context.set_default("aws:principalservicename", name.clone());
            }
            _ => {}
        }
    }

    /// Who makes it.
    pub const fn principal(&self) -> &RequestPrincipal {
        &self.principal
    }

    /// The action as written.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The action in lower case.
    pub fn action_lower(&self) -> &str {
        &self.action_lower
    }

    /// The resource: an ARN or `*`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// What `Resource` elements are compared with: the resource, or `*` for an action without resource-level permissions
    /// (`reference_policies_elements_resource`: such actions need `*`).
    pub fn compared_resource(&self) -> &str {
        if self.facts.takes_resource == Some(false) { "*" } else { &self.resource }
    }

    /// The facts of the action, as far as they were told.
    pub const fn facts(&self) -> ActionFacts {
        self.facts
    }

    /// The organization's management account, when it was told.
    pub const fn management_account(&self) -> Option<AccountId> {
        self.management_account
    }

    /// Whether the caller has a permissions boundary.
    pub const fn has_permissions_boundary(&self) -> bool {
        self.has_permissions_boundary && self.principal.can_have_boundary()
    }

    /// The account that owns the resource: as told, else from its ARN, else the principal's.
    pub fn resource_account(&self) -> Option<AccountId> {
        self.resource_account.or_else(|| self.principal.account())
    }

    /// The unique ID of the principal, when it was told.
    pub fn principal_id(&self) -> Option<&str> {
        self.principal_id.as_deref()
    }

    /// The context with what follows from the principal.
    pub const fn context(&self) -> &Context {
        &self.context
    }
}
