//! Reads statements into literals. What cannot be told is a doubt of its own, never left out.

use super::fixed::{fixed_truth, role_truth};
use super::keys::{self, KeyCondition, KeyTable};
use super::literal::{Doubt, RawLiteral};
use super::{Compiler, FEW, Origin, RawBox, RawSide};
use crate::arn::ArnText;
use crate::caller::Home;
use crate::side::{Layer, PolicySide};
use crate::text::pattern::Pattern;
use rolecall_iam::condition::{BaseOperator, OperatorFamily};
use rolecall_iam::document::{Condition, Effect, Element, Statement, UndecidablePart, Version};
use rolecall_iam::evaluate::PolicyKind;

/// The boxes of a statement: mostly one.
type Boxes = [Option<Vec<RawLiteral>>; 2];

/// Kinds of patterns in the tables of ARNs: the same text can mean different things.
const RESOURCE_PLAIN: u8 = 0;
const RESOURCE_VARIABLES: u8 = 1;
const KEY_LIKE: u8 = 2;
const KEY_ARN: u8 = 3;
const KEY_ACCOUNT: u8 = 4;

impl<'p> Compiler<'p, '_> {
    /// Reads a side; `number` is 0 for the candidate, 1 for the reference.
    pub(super) fn side(&mut self, number: usize, side: &PolicySide<'p>) -> RawSide {
        let has_boundary = side.permissions_boundary.is_some();
        let mut raw = RawSide { layers: Vec::new(), denies: Vec::new() };
        for layer in side.layers(self.purpose.caller) {
            let mut allows = Vec::new();
            self.layer(number, &layer, has_boundary, &mut allows, &mut raw.denies);
            if layer.kind == PolicyKind::ResourceControl {
                self.resource_control(&layer, &mut allows);
            }
            raw.layers.push(allows);
        }
        raw
    }

    fn layer(
        &mut self,
        side: usize,
        layer: &Layer<'_, 'p>,
        has_boundary: bool,
        allows: &mut Vec<RawBox>,
        denies: &mut Vec<RawBox>,
    ) {
        let mut all = 0..;
        for (policy, document) in (0..).zip(layer.policies) {
            let variables = document.effective_version() == Version::V2012;
            for ((number, statement), at) in (0..).zip(&document.statements).zip(&mut all) {
                // Only sides that are a base alone have statements left out.
                if self.purpose.reduced.drops(side, at) {
                    continue;
                }
                let origin = Origin { kind: layer.kind, level: layer.level, policy, statement: number };
                for mut literals in self.statement(statement, variables, has_boundary).into_iter().flatten() {
                    let effect = statement.effect.value;
                    if layer.kind == PolicyKind::ResourceControl {
                        literals.push(self.rcp_services(false));
                    }
                    let list = if effect == Effect::Allow { &mut *allows } else { &mut *denies };
                    list.push(RawBox { literals, origin });
                }
            }
        }
    }

    /// The type of a key follows from all operators used on it, also in statements that are left out.
    pub(super) fn operators_of_dropped(&mut self, number: usize, side: &PolicySide<'p>) {
        let reduced = self.purpose.reduced;
        for (_, statement) in (0..).zip(side.base_statements()).filter(|(at, _)| reduced.drops(number, *at)) {
            for condition in &statement.conditions {
                let is_key = |table: &&mut KeyTable<'p>| table.name.eq_ignore_ascii_case(&condition.key.value);
                if let Some(table) = self.keys.iter_mut().find(is_key)
                    && !table.other_operators.contains(&condition.operator.value)
                {
                    table.other_operators.push(condition.operator.value);
                }
            }
        }
    }

    /// What a level of RCPs lets through: everything when there is any policy, else what RCPs do not apply to.
    fn resource_control(&mut self, layer: &Layer<'_, 'p>, allows: &mut Vec<RawBox>) {
        let literals = if layer.policies.is_empty() { vec![self.rcp_services(true)] } else { Vec::new() };
        let origin = Origin { kind: layer.kind, level: layer.level, policy: 0, statement: 0 };
        *allows = vec![RawBox { literals, origin }];
    }

    /// The actions of services that RCPs apply to, as the catalogue lists them.
    fn rcp_services(&mut self, negated: bool) -> RawLiteral {
        let services = rolecall_iam_catalog::services().filter(|service| service.supports_rcp());
        let patterns = services.map(|service| self.actions.number(&format!("{}:*", service.prefix()))).collect();
        RawLiteral::Action { negated, patterns }
    }

    /// The boxes of a statement: one, or two where a principal is in doubt, or none where it applies to nobody.
    fn statement(&mut self, statement: &'p Statement, variables: bool, has_boundary: bool) -> Boxes {
        let mut literals = Vec::with_capacity(statement.conditions.len() + 4);
        literals.push(self.actions_of(statement));
        if let Some(element) = &statement.resources {
            literals.push(self.resources_of(element, variables));
        }
        for undecidable in &statement.undecidable {
            if undecidable.part == UndecidablePart::ConditionOperator {
                self.operators_in_doubt += 1;
                literals.push(RawLiteral::Doubt(Doubt::Operator(self.operators_in_doubt)));
            }
        }
        for condition in &statement.conditions {
            match self.condition(condition, variables) {
                Told::Always => {}
                Told::Never => return [None, None],
                Told::If(literal) => literals.push(literal),
            }
        }
        let mut listed = None;
        match self.caller_of(statement, has_boundary) {
            Told::Always => return [Some(literals), None],
            Told::Never => {}
            Told::If(literal) if statement.undecidable.is_empty() => {
                literals.push(literal);
                return [Some(literals), None];
            }
            Told::If(literal) => listed = Some(with(&literals, literal)),
        }
        // Whether AWS would apply a deny with a principal that names nobody cannot be told; an allow grants nobody anything.
        if statement.effect.value == Effect::Deny {
            let in_doubt = statement.undecidable.iter().filter(|found| found.part == UndecidablePart::Principal);
            let names: Vec<&str> = in_doubt.map(|found| found.text.as_str()).collect();
            if !names.is_empty() {
                let doubt = RawLiteral::Doubt(Doubt::Principal(format!("{names:?}")));
                return [listed, Some(with(&literals, doubt))];
            }
        }
        [listed, None]
    }

    fn actions_of(&mut self, statement: &Statement) -> RawLiteral {
        let element = &statement.actions;
        let patterns = element.values.iter().map(|pattern| self.actions.number(pattern.value.lower())).collect();
        RawLiteral::Action { negated: element.negated, patterns }
    }

    fn resources_of(&mut self, element: &Element<String>, variables: bool) -> RawLiteral {
        let patterns: Option<Vec<usize>> =
            element.values.iter().map(|value| self.resource_pattern(&value.value, variables)).collect();
        if let Some(patterns) = patterns {
            return RawLiteral::Resource { negated: element.negated, patterns };
        }
        let values: Vec<&str> = element.values.iter().map(|value| value.value.as_str()).collect();
        RawLiteral::Doubt(Doubt::Resource(format!("{} {values:?}", element.negated)))
    }

    /// The number of a resource pattern; `None` when a variable in it is malformed.
    pub(super) fn resource_pattern(&mut self, text: &str, variables: bool) -> Option<usize> {
        let variables = variables && text.contains("${");
        let kind = if variables { RESOURCE_VARIABLES } else { RESOURCE_PLAIN };
        let bindings = self.purpose.bindings;
        let number = self.resources.number(kind, text, || ArnText::read(text, variables, bindings)).ok()?;
        if variables && let Ok(open) = ArnText::read(text, true, &super::Bindings::new()) {
            self.variables.extend(open.as_text().variables().map(str::to_owned));
        }
        Some(number)
    }

    fn condition(&mut self, condition: &'p Condition, variables: bool) -> Told {
        let key = condition.key.value.to_ascii_lowercase();
        let read = KeyCondition::new(condition, variables);
        keys::variables_of(&read, &mut self.variables);
        match self.purpose.caller.home(&key) {
            Home::Fixed(value) => told(fixed_truth(&read, value.as_deref(), self.purpose.bindings), &read, &key),
            Home::RoleOfPath(role) => told(role_truth(&read, &role, self.purpose.bindings), &read, &key),
            home @ (Home::PrincipalArn | Home::PrincipalAccount) => self.caller_key(&home, &key, &read),
            home @ (Home::Own | Home::OwnPresent) => {
                let number = self.key_number(&key, &condition.key.value, home == Home::OwnPresent);
                let Some(table) = self.keys.get_mut(number) else { return Told::Always };
                table.conditions.push(read);
                Told::If(RawLiteral::Key { key: number, condition: table.conditions.len() - 1 })
            }
        }
    }

    fn key_number(&mut self, name: &str, written: &'p str, always: bool) -> usize {
        let few = self.keys.len() < FEW;
        let known = if few {
            self.keys.iter().position(|table| table.name == name)
        } else {
            if self.key_numbers.is_empty() {
                self.key_numbers = self.keys.iter().map(|table| table.name.clone()).zip(0..).collect();
            }
            self.key_numbers.get(name).copied()
        };
        if let Some(number) = known {
            return number;
        }
        if !few {
            self.key_numbers.insert(name.to_owned(), self.keys.len());
        }
        self.keys.push(KeyTable {
            name: name.to_owned(),
            written,
            conditions: Vec::new(),
            other_operators: Vec::new(),
            always,
            beginning: self.purpose.caller.beginning(name),
        });
        self.keys.len() - 1
    }

    /// A condition on a key that follows from the caller's ARN, which is never absent.
    fn caller_key(&mut self, home: &Home, key: &str, condition: &KeyCondition<'p>) -> Told {
        let base = condition.operator.base;
        let doubt = || Told::If(RawLiteral::Doubt(condition.doubt(key)));
        if base == BaseOperator::Null || condition.values.is_empty() {
            // Decided by the key being there; what it holds does not matter.
            return match fixed_truth(condition, Some("arn"), self.purpose.bindings) {
                Some(true) => Told::Always,
                Some(false) => Told::Never,
                None => doubt(),
            };
        }
        let mut patterns = Vec::new();
        for value in condition.values {
            let text = value.value.as_str();
            let numbers = if *home == Home::PrincipalArn && base.family() == OperatorFamily::Arn {
                let sound = text.starts_with("arn:") || text.starts_with(['*', '?', '$']);
                let (variables, bindings) = (condition.variables, self.purpose.bindings);
                let kind = KEY_ARN + 16 * u8::from(variables);
                let number = self.callers.number(kind, text, || ArnText::read(text, variables, bindings));
                number.ok().filter(|_| sound).map(|number| vec![number])
            } else {
                let read = keys::patterns_of(base, text, condition.variables, self.purpose.bindings);
                read.map(|read| read.into_iter().filter_map(|pattern| self.caller_value(key, pattern, text)).collect())
            };
            match numbers {
                Some(numbers) => patterns.extend(numbers),
                None => return doubt(),
            }
        }
        Told::If(RawLiteral::CallerKey { negated: base.is_negated(), patterns })
    }

    /// The number of a pattern for the whole ARN of the caller, or for its account, as `key` asks.
    pub(super) fn caller_value(&mut self, key: &str, pattern: Pattern, text: &str) -> Option<usize> {
        // Patterns of one text can differ in how they were read.
        let name = format!("{pattern:?} {text}");
        if key == "aws:principalaccount" {
            let pattern = keys::within_segment(&pattern);
            return Some(self.callers.number_of_segment(KEY_ACCOUNT, &name, 4, &pattern));
        }
        self.callers.number(KEY_LIKE, &name, || Ok(ArnText::Flat(pattern))).ok()
    }
}

fn with(literals: &[RawLiteral], more: RawLiteral) -> Vec<RawLiteral> {
    literals.iter().cloned().chain([more]).collect()
}

fn told(truth: Option<bool>, condition: &KeyCondition<'_>, key: &str) -> Told {
    match truth {
        Some(true) => Told::Always,
        Some(false) => Told::Never,
        None => Told::If(RawLiteral::Doubt(condition.doubt(key))),
    }
}

/// What a part of a statement says of a request of this caller.
pub(super) enum Told {
    /// It holds for every one.
    Always,
    /// It holds for none.
    Never,
    /// It holds where this does.
    If(RawLiteral),
}
