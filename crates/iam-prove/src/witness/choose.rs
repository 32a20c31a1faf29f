//! Chooses one request out of what a search left of every dimension.

use super::{Witness, WitnessPrincipal, WitnessValue};
use crate::arn::ArnTable;
use crate::bits::Bits;
use crate::caller::{Caller, Home, Kind, with_path};
use crate::compile::actions::ActionWorld;
use crate::compile::{ACTION, CALLER, Compiled, FIRST_KEY, Purpose, RESOURCE, USUAL_ACCOUNT};
use crate::prove::UnknownReason;
use crate::search::cell::{Cell, Several};
use crate::text::atoms::Atoms;
use crate::text::lazy::Answer;
use rolecall_iam::arn::Arn;
use rolecall_iam::glob;
use rolecall_iam_catalog::{Action, Service};
use std::cell::RefCell;

/// What a witness must suit besides the search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// The base is a resource's policy: the caller has to be of another account than the resource.
    pub(crate) resource_policy: bool,
    /// Its statements name resources, so it is no trust policy.
    pub(crate) names_resources: bool,
    /// There are resource control policies.
    pub(crate) rcp: bool,
}

/// An account that stands for "another one".
const OTHER_ACCOUNT: &str = "210987654321";

/// Documented actions that are tried for one with a fitting resource.
const ACTIONS_TRIED: usize = 48;

/// The request, or why there is none: a user's name and ARN cannot agree, or no resource could be found in the budget.
pub(crate) fn choose(
    compiled: &Compiled<'_>,
    cells: &[Cell],
    purpose: Purpose<'_>,
    setting: Setting,
) -> Result<Witness, UnknownReason> {
    let mut context = context(compiled, cells, purpose)?;
    let (principal, principal_id) = principal(compiled, cells, purpose, &mut context).ok_or(UnknownReason::UserName)?;
    let (action, resource, takes_resource) =
        action_and_resource(compiled, cells, purpose.world, setting).ok_or(UnknownReason::Budget)?;
    let own_account = Arn::parse(&resource).ok().and_then(|arn| arn.account_id());
    let caller_account = principal.account();
    let same = own_account.is_none_or(|own| Some(own.as_str()) == caller_account);
    let resource_account = (setting.resource_policy && same).then(|| {
        let other = if caller_account == Some(OTHER_ACCOUNT) { USUAL_ACCOUNT } else { OTHER_ACCOUNT };
        other.to_owned()
    });
    let service = action.split(':').next().unwrap_or("");
    let rcp = || rolecall_iam_catalog::service(service).is_some_and(Service::supports_rcp);
    let rcp_applies = setting.rcp.then(rcp);
    let principal_role = match purpose.caller.home("aws:principalarn") {
        Home::RoleOfPath(role) => Some(with_path(&role)),
        _ => None,
    };
    Ok(Witness {
        principal,
        principal_id,
        principal_role,
        action,
        resource,
        resource_account,
        context,
        takes_resource,
        rcp_applies,
    })
}

fn set(cells: &[Cell], at: usize) -> Option<&Bits> {
    match cells.get(at)? {
        Cell::Set(bits) => Some(bits),
        Cell::Key { .. } | Cell::Text { .. } => None,
    }
}

/// The keys that cannot be absent.
fn context(
    compiled: &Compiled<'_>,
    cells: &[Cell],
    purpose: Purpose<'_>,
) -> Result<Vec<(String, WitnessValue)>, UnknownReason> {
    let mut context = Vec::new();
    for (at, (key, examples)) in compiled.keys.iter().zip(&compiled.key_examples).enumerate() {
        let Some(cell) = cells.get(FIRST_KEY + at) else { continue };
        if let Some(value) = value(cell, examples)? {
            context.push((key.written.to_owned(), value));
        }
    }
    for (key, value) in purpose.bindings {
        let free = matches!(purpose.caller.home(key), Home::Own | Home::OwnPresent);
        let told = context.iter().any(|(own, _)| own.eq_ignore_ascii_case(key));
        if let Some(value) = value
            && free
            && !told
        {
            context.push((key.clone(), WitnessValue::One(value.clone())));
        }
    }
    Ok(context)
}

/// A value of a key; `None`: absent.
fn value(cell: &Cell, examples: &[String]) -> Result<Option<WitnessValue>, UnknownReason> {
    let example = |atom: usize| examples.get(atom).cloned().unwrap_or_default();
    let one = |bits: &Bits| {
        let mut present = bits.clone();
        present.remove(0);
        // A text that says something is a better example than the empty one.
        let told = present.iter().find(|atom| examples.get(atom - 1).is_some_and(|text| !text.is_empty()));
        told.or_else(|| present.first()).map(|atom| WitnessValue::One(example(atom - 1)))
    };
    Ok(match cell {
        Cell::Set(single) | Cell::Text { special: single, .. } | Cell::Key { single, .. } if single.contains(0) => None,
        Cell::Set(bits) => one(bits),
        Cell::Text { text, lists, .. } => match text.as_ref().map(|constraints| lists.answer(constraints)) {
            Some(Answer::Example(text)) => Some(WitnessValue::One(text)),
            // The search took for possible what it had no budget to find out.
            Some(Answer::Nothing | Answer::OverBudget) | None => return Err(UnknownReason::Budget),
        },
        Cell::Key { single, several: None } => one(single),
        Cell::Key { several: Some(several), .. } => Some(some_of(several, example)),
    })
}

/// As few values as satisfy what is needed.
fn some_of(several: &Several, example: impl Fn(usize) -> String) -> WitnessValue {
    let mut values: Vec<usize> = Vec::new();
    for need in &several.needs {
        let mut usable = need.clone();
        usable.meet(&several.allowed);
        if !values.iter().any(|value| usable.contains(*value)) {
            values.extend(usable.first());
        }
    }
    if values.is_empty() {
        values.extend(several.allowed.first());
    }
    // A key whose values count for none still is there: empty text does not count.
    let texts = if values.is_empty() { vec![String::new()] } else { values.into_iter().map(example).collect() };
    WitnessValue::Several(texts)
}

fn principal(
    compiled: &Compiled<'_>,
    cells: &[Cell],
    purpose: Purpose<'_>,
    context: &mut Vec<(String, WitnessValue)>,
) -> Option<(WitnessPrincipal, Option<String>)> {
    let (kind, id) = match purpose.caller {
        Caller::Open(kind, id) => (*kind, id.clone()),
        Caller::Anonymous => return Some((WitnessPrincipal::Anonymous, None)),
        Caller::Session(arn) | Caller::SessionOfPath(arn) | Caller::FederatedUser(arn) => {
            return Some((WitnessPrincipal::Arn(arn.clone()), None));
        }
        Caller::Service(name) => return Some((WitnessPrincipal::Service(name.clone()), None)),
        Caller::Federated(name) => return Some((WitnessPrincipal::Federated(name.clone()), None)),
        Caller::CanonicalUser(id) => return Some((WitnessPrincipal::CanonicalUser(id.clone()), None)),
    };
    let cell = set(cells, CALLER)?;
    let example = cell.first().and_then(|atom| compiled.caller_atoms.examples.get(atom))?.clone();
    let name_at = context.iter().position(|(key, _)| key.eq_ignore_ascii_case("aws:username"));
    let arn = match (kind, name_at) {
        (Kind::UserOrRole | Kind::User, Some(at)) => {
            let (_, WitnessValue::One(name)) = context.get(at)?.clone() else { return None };
            let named = user_named(compiled, cell, &example, &name, kind)?;
            // What follows from the ARN need not be told.
            if named.rsplit('/').next() == Some(name.as_str()) {
                context.remove(at);
            }
            named
        }
        (Kind::UnnamedSession, _) => {
            let parsed = Arn::parse(&example).ok()?;
            let role = parsed.resource.rsplit('/').next()?;
            format!("arn:{}:sts::{}:assumed-role/{role}/session-that-nobody-names", parsed.partition, parsed.account)
        }
        _ => example,
    };
    Some((WitnessPrincipal::Arn(arn), id))
}

/// The ARN of a user of this name.
fn user_named(compiled: &Compiled<'_>, cell: &Bits, example: &str, name: &str, kind: Kind) -> Option<String> {
    let parsed = Arn::parse(example).ok()?;
    let sound = !name.is_empty() && !name.contains([':', '*', '?', '/']);
    let arn = |name: &str| format!("arn:{}:iam::{}:user/{name}", parsed.partition, parsed.account);
    if kind == Kind::UserOrRole {
        // A name that no user has can still be told in the context.
        return Some(arn(if sound { name } else { "example" }));
    }
    let examples = cell.iter().filter_map(|atom| compiled.caller_atoms.examples.get(atom));
    let candidates = examples.filter_map(|example| {
        let parsed = Arn::parse(example).ok()?;
        Some(format!("arn:{}:iam::{}:user/{name}", parsed.partition, parsed.account))
    });
    let mut candidates = candidates.chain([arn(name)]);
    candidates.find(|arn| sound && holds(&compiled.callers, &compiled.caller_atoms, cell, arn))
}

/// Whether a value lies in one of these atoms.
fn holds(table: &ArnTable, atoms: &Atoms, cell: &Bits, value: &str) -> bool {
    let mut left = cell.clone();
    for (pattern, set) in atoms.sets.iter().enumerate() {
        if table.matches(pattern, value) {
            left.meet(set);
        } else {
            left.minus(set);
        }
        if left.is_empty() {
            return false;
        }
    }
    true
}

/// The resources that are left.
struct Resources<'c> {
    compiled: &'c Compiled<'c>,
    cell: &'c Cell,
    /// Some of them.
    examples: Vec<String>,
    /// Forms of ARNs that none of them has, as far as was seen.
    without: RefCell<Vec<&'static str>>,
}

/// Atoms of which the examples are looked at.
const EXAMPLES: usize = 16;

impl<'c> Resources<'c> {
    fn of(compiled: &'c Compiled<'c>, cell: &'c Cell) -> Self {
        let examples = match (cell, &compiled.resource_atoms) {
            (Cell::Set(bits), Some(atoms)) => {
                bits.iter().take(EXAMPLES).filter_map(|atom| atoms.examples.get(atom)).cloned().collect()
            }
            (Cell::Text { special, text, lists }, _) => {
                let text = text.as_ref().map(|constraints| lists.answer(constraints));
                let example = if let Some(Answer::Example(text)) = text { Some(text) } else { None };
                let star = special.contains(0).then(|| String::from("*"));
                example.into_iter().chain(star).collect()
            }
            _ => Vec::new(),
        };
        Self { compiled, cell, examples, without: RefCell::default() }
    }

    fn holds(&self, value: &str) -> bool {
        match (self.cell, &self.compiled.resource_atoms) {
            (Cell::Set(bits), Some(atoms)) => holds(&self.compiled.resources, atoms, bits, value),
            (Cell::Text { special, .. }, _) if value == "*" => special.contains(0),
            (Cell::Text { text: Some(constraints), lists, .. }, _) => lists.holds(constraints, value),
            _ => false,
        }
    }

    /// A resource that the action takes and that is left.
    fn taken_by(&self, action: Action) -> Option<String> {
        if action.takes_no_resource() {
            return self.holds("*").then(|| String::from("*"));
        }
        let types = action.resource_types();
        for pattern in types.flat_map(|row| row.resource_type().arn_patterns()) {
            if self.without.borrow().contains(&pattern) {
                continue;
            }
            let usual = filled(pattern);
            if self.holds(&usual) {
                return Some(usual);
            }
            let form = with_wildcards(pattern);
            let fits = |example: &&String| *example != "*" && glob::matches(&form, example);
            if let Some(example) = self.examples.iter().find(fits) {
                return Some(example.clone());
            }
            self.without.borrow_mut().push(pattern);
        }
        None
    }
}

/// The action, the resource, and the fact that has to be told with them.
fn action_and_resource(
    compiled: &Compiled<'_>,
    cells: &[Cell],
    world: ActionWorld,
    setting: Setting,
) -> Option<(String, String, Option<bool>)> {
    let actions = set(cells, ACTION)?;
    let resources = Resources::of(compiled, cells.get(RESOURCE)?);
    let mut documented = None;
    let candidates = actions.iter().take(ACTIONS_TRIED).flat_map(|atom| compiled.actions.actions_of(atom));
    for action in candidates.take(ACTIONS_TRIED) {
        if let Some(resource) = resources.taken_by(action) {
            // A role's policy does not name resources: such a request would be decided by another kind of policy.
            let trust = action.service().prefix() == "sts" && resource.contains(":role/");
            if trust && setting.resource_policy && setting.names_resources {
                continue;
            }
            return Some((action.to_string(), resource, None));
        }
        documented.get_or_insert(action);
    }
    let examples = &resources.examples;
    let resource = examples.iter().find(|text| *text != "*").or(examples.first())?.clone();
    Some(match documented {
        // No resource of its types is left. It is the action of an open world on some resource: the fact has to be told.
        Some(action) => {
            let takes = action.takes_no_resource() && resource != "*" && world == ActionWorld::Open;
            (action.to_string(), resource, takes.then_some(true))
        }
        None => (actions.first().map(|atom| compiled.actions.example(atom))?, resource, None),
    })
}

fn filled(pattern: &str) -> String {
    written(pattern, |name| match name {
        "Partition" => "aws",
        "Region" => "us-east-1",
        "Account" => USUAL_ACCOUNT,
        _ => "example",
    })
}

/// The form of an ARN as a pattern.
pub(crate) fn with_wildcards(pattern: &str) -> String {
    written(pattern, |_| "*")
}

/// The form of an ARN with something in place of every placeholder.
fn written(pattern: &str, instead: impl Fn(&str) -> &'static str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((plain, behind)) = rest.split_once("${") {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        text.push_str(plain);
        text.push_str(instead(name));
        rest = after;
    }
    text.push_str(rest);
    text
}
