//! The actions of a document looked up in the catalogue, once for all lints. What follows from it, the lints say.

use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::Policy;
use rolecall_iam_catalog::{Action, Service, actions_matching, service};

/// What an action pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `*`.
    Everything,
    /// All actions of a service: `ec2:*`.
    WholeService(Service),
    /// One documented action.
    One(Action),
    /// A pattern that matches at least one action of the service.
    Several(Service),
    /// The service is documented, no action of it matches.
    NoAction(Service),
    /// The service prefix is in no page of the catalogue.
    NoService,
}

/// What every action pattern of a document stands for, in the order of the document.
#[derive(Clone, Debug, Default)]
pub struct ResolvedActions {
    statements: Vec<Vec<Named>>,
}

impl ResolvedActions {
    /// Looks up the actions of every statement.
    pub fn of(policy: &Policy) -> Self {
        let mut last: Option<(&str, Option<Service>)> = None;
        let mut statements = Vec::with_capacity(policy.statements.len());
        for statement in &policy.statements {
            let mut named = Vec::with_capacity(statement.actions.values.len());
            for pattern in &statement.actions.values {
                let Some(prefix) = pattern.value.service() else {
                    named.push(Named::Everything);
                    continue;
                };
                let found = match last {
                    Some((same, found)) if same == prefix => found,
                    _ => service(prefix),
                };
                last = Some((prefix, found));
                named.push(found.map_or(Named::NoService, |found| resolve(&pattern.value, found)));
            }
            statements.push(named);
        }
        Self { statements }
    }

    /// What the patterns of the statement with this index stand for, in their order.
    pub fn statement(&self, index: usize) -> &[Named] {
        self.statements.get(index).map_or(&[], Vec::as_slice)
    }
}

fn resolve(pattern: &ActionPattern, service: Service) -> Named {
    let name = pattern.lower().split_once(':').map_or("", |(_, name)| name);
    if !name.is_empty() && name.bytes().all(|byte| byte == b'*') {
        return Named::WholeService(service);
    }
    if pattern.has_wildcard() {
        let any = actions_matching(pattern.lower()).next().is_some();
        return if any { Named::Several(service) } else { Named::NoAction(service) };
    }
    service.action(name).map_or(Named::NoAction(service), Named::One)
}
