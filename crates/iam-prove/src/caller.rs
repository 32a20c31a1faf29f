//! Who may make the requests that a question is about. Callers that no policy can tell apart are one; for each of the
//! others the question is asked on its own, because keys that follow from the caller (`aws:PrincipalArn`,
//! `aws:PrincipalAccount`, `aws:PrincipalType`, …) are no free choice. The filling-in is that of
//! `rolecall_iam::evaluate::Request`, so that witnesses replay.

use crate::side::PolicySide;
use rolecall_iam::arn::Arn;
use rolecall_iam::document::{Effect, Policy};
use rolecall_iam::principal::Principal;

/// A kind of caller whose ARN is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A user or a role: nothing tells them apart but whether `aws:username` is there.
    UserOrRole,
    /// A role, or a session of it that nobody names.
    Role,
    /// A session of a role, taken by itself: only for `NotPrincipal` with `Deny`, which wants sessions listed.
    UnnamedSession,
    /// A user.
    User,
    /// The root user of an account.
    Root,
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Caller {
    /// Any caller of this kind, maybe with the unique ID that a policy names.
    Open(Kind, Option<String>),
    /// An unauthenticated caller.
    Anonymous,
    /// This session of a role without a path.
    Session(String),
    /// The same, of a role that has a path, whichever: the ARN of a session does not tell it.
    SessionOfPath(String),
    /// This federated user.
    FederatedUser(String),
    /// This service.
    Service(String),
    /// Somebody of this identity provider.
    Federated(String),
    /// This canonical user.
    CanonicalUser(String),
}

/// Where the values of a condition key come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The request: a dimension of its own.
    Own,
    /// The same, never absent.
    OwnPresent,
    /// The ARN of the caller.
    PrincipalArn,
    /// The account in the ARN of the caller.
    PrincipalAccount,
    /// The caller: this value, or absent.
    Fixed(Option<String>),
    /// The ARN of this role, with a path that nobody tells.
    RoleOfPath(String),
}

impl Caller {
    /// Whether permissions boundaries limit it.
    pub(crate) const fn has_boundary(&self) -> bool {
        match self {
            Self::Open(kind, _) => !matches!(kind, Kind::Root),
            Self::Session(_) | Self::SessionOfPath(_) | Self::FederatedUser(_) => true,
            _ => false,
        }
    }

    /// Whether session policies limit it.
    pub(crate) const fn has_session(&self) -> bool {
        match self {
            Self::Open(kind, _) => !matches!(kind, Kind::Root | Kind::User),
            Self::Session(_) | Self::SessionOfPath(_) | Self::FederatedUser(_) => true,
            _ => false,
        }
    }

    /// Whether it belongs to an account, so that service control policies bind it.
    pub(crate) const fn is_of_account(&self) -> bool {
        matches!(self, Self::Open(..) | Self::Session(_) | Self::SessionOfPath(_) | Self::FederatedUser(_))
    }

    /// Where the values of a key, in lower case, come from.
    pub(crate) fn home(&self, key: &str) -> Home {
        let Some(name) = key.strip_prefix("aws:") else { return Home::Own };
        match name {
            "principalarn" => self.principal_arn(),
            "principalaccount" => self.principal_account(),
            "principaltype" => self.principal_type(),
            "principalisawsservice" => Home::Fixed(match self {
                _ if self.is_of_account() => Some(String::from("false")),
                Self::Service(_) => Some(String::from("true")),
                _ => None,
            }),
            "principalservicename" => Home::Fixed(match self {
                Self::Service(name) => Some(name.clone()),
                _ => None,
            }),
            "username" => match self {
                Self::Open(Kind::UserOrRole, _) => Home::Own,
                Self::Open(Kind::User, _) => Home::OwnPresent,
                _ => Home::Fixed(None),
            },
            "userid" => match self {
                Self::Open(Kind::User, Some(id)) => Home::Fixed(Some(id.clone())),
                _ => Home::Own,
            },
            _ => Home::Own,
        }
    }

    /// What the values of a key that is [`Home::Own`] begin with, the key being there: `aws:userid` of a role with a known
    /// unique ID is "role-id:caller-specified-role-name" (`reference_policies_variables`).
    pub(crate) fn beginning(&self, key: &str) -> Option<String> {
        match self {
            Self::Open(Kind::Role, Some(id)) if key == "aws:userid" => Some(format!("{id}:")),
            _ => None,
        }
    }

    fn principal_arn(&self) -> Home {
        match self {
            Self::Open(..) => Home::PrincipalArn,
            Self::Session(arn) => Home::Fixed(role_of_session(arn)),
            Self::SessionOfPath(arn) => role_of_session(arn).map_or(Home::Fixed(None), Home::RoleOfPath),
            Self::FederatedUser(arn) => Home::Fixed(Some(arn.clone())),
            _ => Home::Fixed(None),
        }
    }

    fn principal_account(&self) -> Home {
        match self {
            Self::Open(..) => Home::PrincipalAccount,
            Self::Session(arn) | Self::SessionOfPath(arn) | Self::FederatedUser(arn) => {
                Home::Fixed(Arn::parse(arn).ok().and_then(|arn| arn.account_id()).map(|id| id.to_string()))
            }
            Self::Anonymous => Home::Fixed(Some(String::from("anonymous"))),
            _ => Home::Fixed(None),
        }
    }

    fn principal_type(&self) -> Home {
        match self {
            // Never asked: a question about the type asks for users and roles apart.
            Self::Open(Kind::UserOrRole, _) => Home::Own,
            Self::Open(Kind::Role | Kind::UnnamedSession, _) | Self::Session(_) | Self::SessionOfPath(_) => {
                fixed("AssumedRole")
            }
            Self::Open(Kind::User, _) => fixed("User"),
            Self::Open(Kind::Root, _) => fixed("Account"),
            Self::FederatedUser(_) => fixed("FederatedUser"),
            Self::Anonymous => fixed("Anonymous"),
            Self::Service(_) | Self::Federated(_) | Self::CanonicalUser(_) => Home::Fixed(None),
        }
    }
}

fn fixed(text: &str) -> Home {
    Home::Fixed(Some(text.to_owned()))
}

/// The ARN of a role, with some path.
pub(crate) fn with_path(role: &str) -> String {
    role.replacen(":role/", ":role/path/", 1)
}

/// The ARN of a session's role, without its path, which the session's ARN does not tell.
pub(crate) fn role_of_session(arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn).ok()?;
    let (role, _) = parsed.resource.strip_prefix("assumed-role/")?.split_once('/')?;
    Some(format!("arn:{}:iam::{}:role/{role}", parsed.partition, parsed.account))
}

/// The callers that a question has to be asked for.
pub(crate) fn callers(sides: &[&PolicySide<'_>]) -> Vec<Caller> {
    let mut mentioned = Mentioned::default();
    for policy in sides.iter().flat_map(|side| side.policies()) {
        mentioned.read(policy);
    }
    mentioned.session_policies = sides.iter().any(|side| !side.session.is_empty());
    mentioned.limits = sides
        .iter()
        .any(|side| side.permissions_boundary.is_some() || !side.session.is_empty() || side.service_control.is_some());
    let identity = sides.iter().all(|side| side.is_identity());
    if identity { mentioned.identity_callers() } else { mentioned.resource_callers() }
}

/// Keys that follow from the kind of caller.
const KIND_KEYS: [&str; 4] =
    ["aws:PrincipalArn", "aws:PrincipalType", "aws:PrincipalIsAWSService", "aws:PrincipalServiceName"];

/// What the policies say that tells callers apart.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked on its own")]
struct Mentioned {
    /// A condition on a key that follows from the kind of caller, or a variable of one.
    kind_keys: bool,
    /// `NotPrincipal` with `Deny`.
    deny_all_but: bool,
    users: bool,
    session_policies: bool,
    /// Policies that bind some kinds of callers only: a boundary, session policies, service control policies.
    limits: bool,
    /// Callers named one by one.
    named: Vec<Caller>,
    /// ARNs of roles that principal elements name.
    roles: Vec<String>,
}

impl Mentioned {
    fn read(&mut self, policy: &Policy) {
        for statement in &policy.statements {
            for condition in &statement.conditions {
                let key = condition.key.value.as_str();
                let is = |name: &str| key.eq_ignore_ascii_case(name);
                self.kind_keys |= KIND_KEYS.into_iter().any(is);
                // Whose account, and whether there is a name, is no matter for identity policies.
                self.users |= is("aws:username") || is("aws:PrincipalAccount");
                condition.values.iter().for_each(|value| self.text(&value.value));
            }
            for resource in statement.resources.iter().flat_map(|element| &element.values) {
                self.text(&resource.value);
            }
            let Some(element) = &statement.principals else { continue };
            self.deny_all_but |= element.negated && statement.effect.value == Effect::Deny;
            for principal in &element.values {
                self.principal(&principal.value);
            }
        }
    }

    /// A text that may hold variables. At worst more callers are asked about than need be.
    fn text(&mut self, text: &str) {
        if text.contains("${") {
            let lower = text.to_ascii_lowercase();
            let names = |key: &str| lower.contains(&key.to_ascii_lowercase());
            self.kind_keys |= KIND_KEYS.into_iter().any(names);
            self.users |= names("aws:username") || names("aws:PrincipalAccount");
        }
    }

    fn principal(&mut self, principal: &Principal) {
        let caller = match principal {
            Principal::Everyone | Principal::Account { .. } => return,
            Principal::AwsArn(arn) => match Arn::parse(arn).map(|arn| arn.resource) {
                Ok(resource) if resource.starts_with("user/") => {
                    self.users = true;
                    return;
                }
                Ok(resource) if resource.starts_with("assumed-role/") => Caller::Session(arn.clone()),
                Ok(resource) if resource.starts_with("role/") => {
                    self.roles.push(arn.clone());
                    return;
                }
                Ok(resource) if resource.starts_with("federated-user/") => Caller::FederatedUser(arn.clone()),
                _ => return,
            },
            Principal::UniqueId(id) => {
                let kind = if id.starts_with("AROA") { Kind::Role } else { Kind::User };
                Caller::Open(kind, Some(id.clone()))
            }
            Principal::Service(name) => Caller::Service(name.clone()),
            // Every provider: one that no policy is expected to name stands for the others.
            Principal::Federated(name) if name == "*" => Caller::Federated(String::from("login.example.com")),
            Principal::Federated(name) => Caller::Federated(name.clone()),
            Principal::CanonicalUser(id) => Caller::CanonicalUser(id.clone()),
        };
        if !self.named.contains(&caller) {
            self.named.push(caller);
        }
    }

    fn identity_callers(self) -> Vec<Caller> {
        match (self.session_policies, self.kind_keys || !self.named.is_empty()) {
            (true, _) => vec![Caller::Open(Kind::Role, None)],
            (false, true) => vec![Caller::Open(Kind::Role, None), Caller::Open(Kind::User, None)],
            (false, false) => vec![Caller::Open(Kind::UserOrRole, None)],
        }
    }

    fn resource_callers(self) -> Vec<Caller> {
        let mut callers = vec![Caller::Open(Kind::Role, None)];
        if self.users || self.kind_keys || self.deny_all_but || self.limits {
            callers.push(Caller::Open(Kind::User, None));
        }
        if self.deny_all_but {
            callers.push(Caller::Open(Kind::UnnamedSession, None));
        }
        if self.deny_all_but || self.kind_keys || self.limits {
            callers.push(Caller::Open(Kind::Root, None));
        }
        if self.kind_keys || self.users || self.limits {
            callers.push(Caller::Anonymous);
            callers.push(Caller::Service(String::from("example.amazonaws.com")));
        }
        for caller in self.named {
            // What a role's path is matters to conditions on its ARN alone. Names of roles are unique in an account: one that
            // is named without a path has none.
            let of_path = match &caller {
                Caller::Session(arn)
                    if self.kind_keys && !role_of_session(arn).is_some_and(|role| self.roles.contains(&role)) =>
                {
                    Some(Caller::SessionOfPath(arn.clone()))
                }
                _ => None,
            };
            callers.push(caller);
            callers.extend(of_path);
        }
        callers
    }
}
