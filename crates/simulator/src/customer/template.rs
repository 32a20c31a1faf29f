//! The role as the customer's code has it, and what can be wrong with it.

use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::world::World;
use rolecall_iam::document::PolicyType;
use std::fmt::Write as _;

/// The code of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleTemplate {
    /// `RoleName`.
    pub name: String,
    /// `Path`.
    pub path: String,
    /// `Description`.
    pub description: Option<String>,
    /// Who is trusted: an ARN.
    pub principal: String,
    /// The operator of the condition on the external ID.
    pub operator: String,
    /// The external ID; without it there is no condition.
    pub external_id: Option<String>,
    /// Another trust instead of the one that follows from these.
    pub trust: Option<String>,
    /// Inline policies: name, document.
    pub inline: Vec<(String, String)>,
    /// Managed policies of AWS, by name.
    pub managed: Vec<String>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_s: u32,
}

impl RoleTemplate {
    /// A role that trusts an account with an external ID, and has no policy yet.
    pub fn new(name: &str, vendor_account: &str, external_id: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: "/".to_owned(),
            description: None,
            principal: format!("arn:aws:iam::{vendor_account}:root"),
            operator: "StringEquals".to_owned(),
            external_id: Some(external_id.to_owned()),
            trust: None,
            inline: Vec::new(),
            managed: Vec::new(),
            max_session_s: 3_600,
        }
    }

    /// The trust policy.
    pub fn trust_text(&self) -> String {
        if let Some(trust) = &self.trust {
            return trust.clone();
        }
        let statement = self.statement(self.external_id.as_deref());
        format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
    }

    fn statement(&self, external_id: Option<&str>) -> String {
        let principal = json(&self.principal);
        let condition = external_id.map_or_else(String::new, |id| {
            format!(r#","Condition":{{{}:{{"sts:ExternalId":{}}}}}"#, json(&self.operator), json(id))
        });
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":{principal}}},"Action":"sts:AssumeRole"{condition}}}"#)
    }

    /// The definition of the role in a world.
    pub fn definition(&self, world: &mut World) -> RoleDefinition {
        let trust = world.policy(&self.trust_text(), PolicyType::Trust);
        let mut definition = RoleDefinition::new(world.texts_mut(), &self.name, trust);
        definition.path = world.text(&self.path);
        definition.description = self.description.as_ref().map(|text| world.text(text));
        definition.max_session_s = self.max_session_s;
        for (name, document) in &self.inline {
            definition.inline.push((world.text(name), world.policy(document, PolicyType::Identity)));
        }
        for name in &self.managed {
            definition.managed.push(ManagedPolicy::Aws(world.text(name)));
        }
        definition
    }
}

/// What a pipeline does otherwise than it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It never comes to the account.
    Never,
    /// Another external ID: of another organization, in other case, with a character too many.
    ExternalId(String),
    /// No condition at all.
    NoCondition,
    /// Another operator, and another value with it: `StringLike` and a pattern.
    Operator(String, String),
    /// A second statement that lets the same principal in without the ID.
    SecondStatement,
    /// Another name, such as one in other case.
    Name(String),
    /// Another path.
    Path(String),
    /// Another principal.
    Principal(String),
    /// Other inline policies: an older version, those of the other kind of account.
    Policies(Vec<(String, String)>),
    /// A trust written by hand.
    Trust(String),
}

impl Flaw {
    /// The code with this flaw; nothing when it never comes.
    pub fn applied_to(&self, right: &RoleTemplate) -> Option<RoleTemplate> {
        let mut flawed = right.clone();
        match self {
            Self::Never => return None,
            Self::ExternalId(id) => flawed.external_id = Some(id.clone()),
            Self::NoCondition => flawed.external_id = None,
            Self::Operator(operator, value) => {
                flawed.operator.clone_from(operator);
                flawed.external_id = Some(value.clone());
            }
            Self::SecondStatement => {
                let (right, open) = (right.statement(right.external_id.as_deref()), right.statement(None));
                flawed.trust = Some(format!(r#"{{"Version":"2012-10-17","Statement":[{right},{open}]}}"#));
            }
            Self::Name(name) => flawed.name.clone_from(name),
            Self::Path(path) => flawed.path.clone_from(path),
            Self::Principal(principal) => flawed.principal.clone_from(principal),
            Self::Policies(inline) => flawed.inline.clone_from(inline),
            Self::Trust(trust) => flawed.trust = Some(trust.clone()),
        }
        Some(flawed)
    }
}

/// A text as a JSON string.
fn json(text: &str) -> String {
    let mut written = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            control if u32::from(control) < 0x20 => _ = write!(written, "\\u{:04x}", u32::from(control)),
            other => written.push(other),
        }
    }
    written.push('"');
    written
}
