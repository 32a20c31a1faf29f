//! Makes a random pair of policies: two that are independent of each other, or one and a copy with one change. The same seed
//! and number give the same line.

use serde_json::{Map, Value, json};

use super::pools::{self, Key, Kind};
use crate::differential::draw::Draw;

/// A line of `rolecall prove no-new-access --pairs`; its `id` is the number.
pub(super) fn pair(seed: u64, number: u64) -> Value {
    let mut draw = Draw::new(seed, number);
    let scene = Scene::of(&mut draw);
    let mut maker = Maker { draw, scene };
    let first = maker.side(None);
    let second = if maker.draw.chance(55) {
        maker.mutant(&first)
    } else {
        // A wide allow beside it: otherwise hardly any policy lies within another.
        let wide = maker.draw.chance(40).then(|| maker.wide());
        maker.side(wide)
    };
    // Which side has the change decides whether it can be seen.
    let swapped = second_is_candidate(&mut maker.draw);
    let (reference, candidate) = if swapped { (first, second) } else { (second, first) };
    let kind = if maker.scene.principals { "resource" } else { "identity" };
    json!({"id": number, "type": kind, "reference": reference, "candidate": candidate})
}

fn second_is_candidate(draw: &mut Draw) -> bool {
    draw.chance(40)
}

/// What both policies of a pair speak of.
struct Scene {
    /// Whether they are resource policies.
    principals: bool,
    /// Whether other policies limit them.
    composed: bool,
    actions: Vec<&'static str>,
    resources: Vec<&'static str>,
    keys: Vec<(&'static Key, Vec<&'static str>)>,
    principal_elements: Vec<&'static str>,
}

impl Scene {
    fn of(draw: &mut Draw) -> Self {
        let principals = draw.chance(20);
        let composed = draw.chance(20);
        let variables = draw.chance(30);
        let actions = some(draw, &pools::ACTIONS, 2, 4);
        let mut resources = some(draw, &pools::RESOURCES, 1, 3);
        if variables && draw.chance(50) {
            resources.extend(some(draw, &pools::RESOURCE_VARIABLES, 1, 2));
        }
        let texts: Vec<&'static Key> = pools::KEYS.iter().filter(|key| key.kind == Kind::Text).collect();
        let all: Vec<&'static Key> = pools::KEYS.iter().collect();
        let mut keys: Vec<(&'static Key, Vec<&'static str>)> = Vec::new();
        for _ in 0..draw.below(4) {
            let key = if variables && draw.chance(60) { draw.pick(&texts) } else { draw.pick(&all) };
            if keys.iter().any(|(known, _)| known.name == key.name) {
                continue;
            }
            let mut values = some(draw, pools::values(key.kind), 2, 4);
            match key.kind {
                Kind::Text | Kind::Texts if variables => values.extend(some(draw, &pools::TEXT_VARIABLES, 1, 2)),
                Kind::Arn if variables => values.extend(some(draw, &pools::ARN_VARIABLES, 1, 1)),
                _ => {}
            }
            keys.push((key, values));
        }
        let principal_elements = some(draw, &pools::PRINCIPALS, 2, 3);
        Self { principals, composed, actions, resources, keys, principal_elements }
    }
}

/// From `least` to `most` of the items, with repetitions.
fn some(draw: &mut Draw, items: &[&'static str], least: usize, most: usize) -> Vec<&'static str> {
    let count = least + draw.below(most - least + 1);
    (0..count).map(|_| draw.pick(items)).collect()
}

/// What a document may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Identity,
    Resource,
    /// Denies with everybody as principal only.
    ResourceControl,
}

struct Maker {
    draw: Draw,
    scene: Scene,
}

impl Maker {
    fn base(&self) -> Shape {
        if self.scene.principals { Shape::Resource } else { Shape::Identity }
    }

    /// A side; `more` is a statement of its first document.
    fn side(&mut self, more: Option<Value>) -> Value {
        let base = self.base();
        let mut document = self.document(base, 6);
        if let (Some(more), Some(statements)) = (more, document.get_mut("Statement").and_then(Value::as_array_mut)) {
            statements.push(more);
        }
        if !self.scene.composed {
            return document;
        }
        let mut side = Map::new();
        if base == Shape::Resource {
            side.insert("resourcePolicy".to_owned(), document);
        } else {
            let mut documents = vec![document];
            if self.draw.chance(30) {
                documents.push(self.document(base, 2));
            }
            side.insert("identityPolicies".to_owned(), Value::Array(documents));
        }
        if self.draw.chance(40) {
            side.insert("permissionsBoundary".to_owned(), self.limit());
        }
        if self.draw.chance(30) {
            let count = 1 + self.draw.below(2);
            side.insert("sessionPolicies".to_owned(), (0..count).map(|_| self.limit()).collect());
        }
        if self.draw.chance(50) {
            let levels = 1 + self.draw.below(3);
            side.insert(
                "serviceControlPolicies".to_owned(),
                (0..levels).map(|_| self.level(Shape::Identity)).collect(),
            );
        }
        if self.draw.chance(20) {
            side.insert("resourceControlPolicies".to_owned(), json!([self.level(Shape::ResourceControl)]));
        }
        Value::Object(side)
    }

    fn level(&mut self, shape: Shape) -> Value {
        let count = if self.draw.chance(4) { 0 } else { 1 + self.draw.below(2) };
        let policy = |maker: &mut Self| if shape == Shape::Identity { maker.limit() } else { maker.document(shape, 2) };
        (0..count).map(|_| policy(self)).collect()
    }

    /// A policy that limits: often everything with exceptions.
    fn limit(&mut self) -> Value {
        let mut document = self.document(Shape::Identity, 2);
        if self.draw.chance(60)
            && let Some(statements) = document.get_mut("Statement").and_then(Value::as_array_mut)
        {
            statements.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
        }
        document
    }

    fn document(&mut self, shape: Shape, most: usize) -> Value {
        let count = 1 + self.draw.below(most);
        let statements: Vec<Value> = (0..count).map(|_| self.statement(shape)).collect();
        let mut document = Map::new();
        if let Some(version) = self.version() {
            document.insert("Version".to_owned(), json!(version));
        }
        document.insert("Statement".to_owned(), Value::Array(statements));
        Value::Object(document)
    }

    fn version(&mut self) -> Option<&'static str> {
        match self.draw.below(100) {
            0..6 => None,
            6..12 => Some("2008-10-17"),
            _ => Some("2012-10-17"),
        }
    }

    /// A statement that allows much.
    fn wide(&mut self) -> Value {
        let action = self.draw.pick(&["*", "s3:*"]);
        let mut statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        if self.scene.principals
            && let Some(members) = statement.as_object_mut()
        {
            members.insert("Principal".to_owned(), json!("*"));
        }
        statement
    }

    fn statement(&mut self, shape: Shape) -> Value {
        let mut statement = Map::new();
        let deny = shape == Shape::ResourceControl || self.draw.chance(30);
        statement.insert("Effect".to_owned(), json!(if deny { "Deny" } else { "Allow" }));
        match shape {
            Shape::Identity => {}
            Shape::ResourceControl => {
                statement.insert("Principal".to_owned(), json!("*"));
            }
            Shape::Resource => self.principals(&mut statement, deny),
        }
        self.actions(&mut statement);
        self.resources(&mut statement);
        self.conditions(&mut statement);
        Value::Object(statement)
    }

    fn principals(&mut self, statement: &mut Map<String, Value>, deny: bool) {
        let name = if self.draw.chance(if deny { 40 } else { 5 }) { "NotPrincipal" } else { "Principal" };
        let text = self.draw.pick(&self.scene.principal_elements);
        let element = serde_json::from_str(text).unwrap_or_else(|_| json!("*"));
        statement.insert(name.to_owned(), element);
    }

    fn actions(&mut self, statement: &mut Map<String, Value>) {
        let not = self.draw.chance(12);
        let values = self.list(Scene::actions);
        statement.insert(if not { "NotAction" } else { "Action" }.to_owned(), values);
    }

    fn resources(&mut self, statement: &mut Map<String, Value>) {
        let not = self.draw.chance(12);
        let values = self.list(Scene::resources);
        statement.insert(if not { "NotResource" } else { "Resource" }.to_owned(), values);
    }

    /// One value, or a list of up to three.
    fn list(&mut self, from: fn(&Scene) -> &[&'static str]) -> Value {
        let items = from(&self.scene);
        if self.draw.chance(60) {
            return json!(self.draw.pick(items));
        }
        let count = 1 + self.draw.below(3);
        (0..count).map(|_| json!(self.draw.pick(items))).collect()
    }

    fn conditions(&mut self, statement: &mut Map<String, Value>) {
        if self.scene.keys.is_empty() || self.draw.chance(35) {
            return;
        }
        let count = 1 + self.draw.below(3);
        let mut block = Map::new();
        for _ in 0..count {
            let (operator, key, values) = self.condition();
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            if let Some(keys) = keys.as_object_mut() {
                keys.insert(key, values);
            }
        }
        statement.insert("Condition".to_owned(), Value::Object(block));
    }

    fn condition(&mut self) -> (String, String, Value) {
        let Self { draw, scene } = self;
        let keys: Vec<&(&'static Key, Vec<&'static str>)> = scene.keys.iter().collect();
        let (key, values) = draw.pick(&keys);
        let name = if draw.chance(5) { key.name.to_uppercase() } else { key.name.to_owned() };
        if draw.chance(12) {
            let value = if draw.chance(4) { json!(["true", "false"]) } else { json!(draw.pick(&["true", "false"])) };
            return ("Null".to_owned(), name, value);
        }
        let base = draw.pick(pools::operators(key.kind));
        let if_exists = if draw.chance(20) { "IfExists" } else { "" };
        // A key of texts goes without a qualifier now and then, and `s3:prefix` with one.
        let share = match key.kind {
            Kind::Texts => 92,
            Kind::Text if key.name == "s3:prefix" => 12,
            Kind::Number | Kind::Date | Kind::Address => 4,
            _ => 0,
        };
        let qualifier = if draw.chance(share) { draw.pick(&["ForAllValues:", "ForAnyValue:"]) } else { "" };
        let values = if draw.chance(60) {
            json!(draw.pick(values))
        } else {
            let count = 1 + draw.below(3);
            (0..count).map(|_| json!(draw.pick(values))).collect()
        };
        (format!("{qualifier}{base}{if_exists}"), name, values)
    }

    /// A copy with one change, in one of its documents.
    fn mutant(&mut self, side: &Value) -> Value {
        let mut copy = side.clone();
        let mut documents = Vec::new();
        collect(&mut copy, &mut documents);
        let at = self.draw.below(documents.len());
        if let Some((shape, document)) = documents.into_iter().nth(at) {
            self.change(document, shape.unwrap_or_else(|| self.base()));
        }
        copy
    }

    fn change(&mut self, document: &mut Value, shape: Shape) {
        if self.draw.chance(6)
            && let Some(members) = document.as_object_mut()
        {
            members.remove("Version");
            if let Some(version) = self.version() {
                members.insert("Version".to_owned(), json!(version));
            }
            return;
        }
        let Some(statements) = document.get_mut("Statement").and_then(Value::as_array_mut) else { return };
        let at = self.draw.below(statements.len());
        match self.draw.below(100) {
            0..10 => {
                let new = self.statement(shape);
                statements.insert(at, new);
            }
            10..18 if statements.len() > 1 => {
                statements.remove(at);
            }
            _ => {
                if let Some(statement) = statements.get_mut(at).and_then(Value::as_object_mut) {
                    self.change_statement(statement, shape);
                }
            }
        }
    }

    fn change_statement(&mut self, statement: &mut Map<String, Value>, shape: Shape) {
        match self.draw.below(100) {
            0..8 if shape != Shape::ResourceControl => {
                let deny = statement.get("Effect") == Some(&json!("Deny"));
                statement.insert("Effect".to_owned(), json!(if deny { "Allow" } else { "Deny" }));
            }
            8..30 => {
                statement.retain(|name, _| name != "Action" && name != "NotAction");
                self.actions(statement);
            }
            30..50 => {
                statement.retain(|name, _| name != "Resource" && name != "NotResource");
                self.resources(statement);
            }
            50..65 if shape == Shape::Resource => {
                let deny = statement.get("Effect") == Some(&json!("Deny"));
                statement.retain(|name, _| name != "Principal" && name != "NotPrincipal");
                self.principals(statement, deny);
            }
            65..80 => {
                statement.remove("Condition");
                self.conditions(statement);
            }
            _ => self.change_condition(statement),
        }
    }

    /// One operator with one key is replaced, or added.
    fn change_condition(&mut self, statement: &mut Map<String, Value>) {
        if self.scene.keys.is_empty() {
            statement.retain(|name, _| name != "Action" && name != "NotAction");
            return self.actions(statement);
        }
        let mut block = statement.get("Condition").and_then(Value::as_object).cloned().unwrap_or_default();
        if !block.is_empty() && self.draw.chance(60) {
            let at = self.draw.below(block.len());
            let name = block.keys().nth(at).cloned().unwrap_or_default();
            block.remove(&name);
        }
        let (operator, key, values) = self.condition();
        let keys = block.entry(operator).or_insert_with(|| json!({}));
        if let Some(keys) = keys.as_object_mut() {
            keys.insert(key, values);
        }
        statement.insert("Condition".to_owned(), Value::Object(block));
    }
}

impl Scene {
    fn actions(&self) -> &[&'static str] {
        &self.actions
    }

    fn resources(&self) -> &[&'static str] {
        &self.resources
    }
}

/// The documents of a side with what they may hold; `None`: as the base.
fn collect<'v>(side: &'v mut Value, found: &mut Vec<(Option<Shape>, &'v mut Value)>) {
    if side.get("Statement").is_some() {
        found.push((None, side));
        return;
    }
    let Some(members) = side.as_object_mut() else { return };
    for (name, member) in members {
        let shape = match name.as_str() {
            "identityPolicies" | "resourcePolicy" => None,
            "resourceControlPolicies" => Some(Shape::ResourceControl),
            _ => Some(Shape::Identity),
        };
        documents(member, shape, found);
    }
}

fn documents<'v>(value: &'v mut Value, shape: Option<Shape>, found: &mut Vec<(Option<Shape>, &'v mut Value)>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| documents(item, shape, found)),
        document => found.push((shape, document)),
    }
}
