//! Requests at the borders of what policies say: every text that stands in them, and its neighbours. On a "none" no such
//! request may be allowed by the candidate and not by the reference.

use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::condition::decimal::Decimal;
use rolecall_iam::condition::instant::Instant;
use rolecall_iam::condition::network::Network;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, PolicySet, Request, RequestPrincipal, decide};
use std::collections::BTreeMap;

/// A small generator of numbers: the same for the same seed, everywhere.
#[derive(Clone)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The texts of a question by what they stand for.
pub(crate) struct Borders {
    actions: Vec<String>,
    resources: Vec<String>,
    keys: BTreeMap<String, Key>,
    principals: Vec<String>,
}

/// A key: its values, of its type, and whether it may have several.
#[derive(Default)]
struct Key {
    values: Vec<String>,
    families: Vec<OperatorFamily>,
    several: bool,
    single: bool,
}

impl Key {
    /// Requests hold values of a key's type.
    fn keep_typed(&mut self) {
        let uses = |family| self.families.contains(&family);
        let (ip, date, number, flag) = (
            uses(OperatorFamily::Ip),
            uses(OperatorFamily::Date),
            uses(OperatorFamily::Numeric),
            uses(OperatorFamily::Bool),
        );
        self.values.retain(|value| match () {
            () if ip => Network::parse(value).is_some() && !value.contains('/'),
            () if date => Instant::parse(value).is_some(),
            () if number => Decimal::parse(value).is_some(),
            () if flag => value == "true" || value == "false",
            () => true,
        });
    }
}

/// A pattern with its wildcards replaced, in several ways.
fn instances(pattern: &str) -> Vec<String> {
    let with = |run: &str, one: &str| pattern.replace('*', run).replace('?', one);
    vec![with("", "x"), with("x", "y"), with("a", "a"), with("b/c", "b"), with("zz", "c")]
}

/// Numbers, dates and addresses around a value.
fn neighbours(value: &str) -> Vec<String> {
    let mut found = instances(value);
    if let Ok(number) = value.parse::<i64>() {
        found.extend([(number - 1).to_string(), (number + 1).to_string(), format!("{number}.5")]);
    }
    if let Some((address, _)) = value.split_once('/') {
        found.push(address.to_owned());
    }
    found.extend(["203.0.113.9", "::1", "true", "false"].map(str::to_owned));
    found.push(value.to_uppercase());
    found.push(format!("{value}x"));
    found
}

impl Borders {
    pub(crate) fn of(policies: &[&Policy]) -> Self {
        let mut borders = Self {
            actions: vec![String::from("zz:Other"), String::from("s3:GetObject")],
            resources: vec![String::from("*"), String::from("arn:aws:s3:::other/thing")],
            keys: BTreeMap::new(),
            principals: vec![
                String::from("arn:aws:iam::999999999999:role/other"),
                String::from("arn:aws:iam::111122223333:user/bob"),
            ],
        };
        for statement in policies.iter().flat_map(|policy| &policy.statements) {
            for action in &statement.actions.values {
                let text = if action.value.as_str() == "*" { "any:Thing" } else { action.value.as_str() };
                borders.actions.extend(instances(text));
            }
            for resource in statement.resources.iter().flat_map(|element| &element.values) {
                borders
                    .resources
                    .extend(instances(&resource.value).into_iter().filter(|text| text.starts_with("arn:")));
            }
            for condition in &statement.conditions {
                // What follows from the caller is filled in by the evaluator.
                const FOLLOWING: [&str; 4] =
                    ["aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice"];
                if FOLLOWING.contains(&condition.key.value.to_ascii_lowercase().as_str()) {
                    continue;
                }
                let key = borders.keys.entry(condition.key.value.to_ascii_lowercase()).or_default();
                key.values.extend(condition.values.iter().flat_map(|value| neighbours(&value.value)));
                key.families.push(condition.operator.value.base.family());
                let known = rolecall_iam_catalog::condition_key(None, &condition.key.value);
                let multi = known.is_some_and(rolecall_iam_catalog::ConditionKey::is_multi_valued);
                key.several |= condition.operator.value.set.is_some() || multi;
                key.single = !multi;
            }
            for principal in statement.principals.iter().flat_map(|element| &element.values) {
                let text = principal.value.as_str();
                if text.starts_with("arn:") {
                    borders.principals.push(text.to_owned());
                }
                if let Some(account) = principal.value.account() {
                    let of_account = ["user/bob", "role/app", "role/other", "root"]
                        .map(|name| format!("arn:aws:iam::{account}:{name}"));
                    borders.principals.extend(of_account);
                    borders.principals.push(format!("arn:aws:sts::{account}:assumed-role/app/other"));
                }
            }
        }
        borders.keys.values_mut().for_each(Key::keep_typed);
        if let Some(key) = borders.keys.get_mut("aws:username") {
            // No user has another name (`reference_iam-quotas`).
            key.values.retain(|name| !name.is_empty() && !name.contains(['*', '?', ':', '/']));
        }
        borders
    }

    fn request(&self, numbers: &mut Numbers, resource_policy: bool) -> Option<Request> {
        let principal = match numbers.below(8) {
            0 if resource_policy => RequestPrincipal::Anonymous,
            1 if resource_policy => RequestPrincipal::Service(String::from("sns.amazonaws.com")),
            _ => RequestPrincipal::parse(numbers.pick(&self.principals).as_str()).ok()?,
        };
        let mut context = Context::new();
        for (name, key) in &self.keys {
            match numbers.below(4) {
                0 => {}
                _ if key.values.is_empty() => {}
                1 if key.several => {
                    let count = numbers.below(3) + 1;
                    context.set_multi(name, (0..count).map(|_| numbers.pick(&key.values).clone()).collect());
                }
                _ if key.single => context.set(name, numbers.pick(&key.values).clone()),
                _ => context.set_multi(name, vec![numbers.pick(&key.values).clone()]),
            }
        }
        let request = Request::new(
            principal.clone(),
            numbers.pick(&self.actions).as_str(),
            numbers.pick(&self.resources).as_str(),
            context,
        )
        .ok()?;
        let other = rolecall_iam::arn::AccountId::parse("210987654321").ok()?;
        Some(request.with_resource_account(if resource_policy { other } else { principal.account()? }))
    }
}

/// What decides for one side.
fn set(policies: &[&Policy], resource_policy: bool) -> PolicySet {
    let mut set = PolicySet::default();
    if resource_policy {
        let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        set.identity = vec![CompiledPolicy::compile(&super::support::identity(all), PolicyType::Identity)];
        set.resource = policies.first().map(|policy| CompiledPolicy::compile(policy, PolicyType::Resource));
    } else {
        set.identity = policies.iter().map(|policy| CompiledPolicy::compile(policy, PolicyType::Identity)).collect();
    }
    set
}

/// Tries `count` requests; gives one that the candidate allows and the reference does not, and how many were allowed.
pub(crate) fn counterexample(
    reference: &[&Policy],
    candidate: &[&Policy],
    resource_policy: bool,
    count: usize,
    seed: u64,
) -> (Option<String>, usize) {
    let all: Vec<&Policy> = reference.iter().chain(candidate).copied().collect();
    let borders = Borders::of(&all);
    let (may, should) = (set(candidate, resource_policy), set(reference, resource_policy));
    let mut numbers = Numbers(seed);
    let mut allowed = 0;
    for _ in 0..count {
        let Some(request) = borders.request(&mut numbers, resource_policy) else { continue };
        if decide(&may, &request).decision != Decision::Allowed {
            continue;
        }
        allowed += 1;
        if decide(&should, &request).decision != Decision::Allowed {
            return (Some(format!("{request:?}")), allowed);
        }
    }
    (None, allowed)
}
