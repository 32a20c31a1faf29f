//! Makes a random case: a request line with policies of every type. The same seed and number give the same line. Features
//! on which the oracle is known to err are drawn rarely, so that they do not hide other differences.

use serde_json::{Map, Value, json};

use super::draw::Draw;
use super::pools::{self, Action, Key, Kind};

/// The account of every caller that has one.
const OWN: &str = "111111111111";
const OTHER: &str = "222222222222";

/// One line of `rolecall evaluate --requests`; its `id` is the number.
pub(super) fn case(seed: u64, number: u64) -> Value {
    let mut draw = Draw::new(seed, number);
    let action = draw.pick(pools::ACTIONS);
    let caller = caller(&mut draw);
    let account = if draw.chance(65) { OWN } else { OTHER };
    let resource = draw.pick(action.resources).replace("ACCOUNT", account);
    let keys = keys(&mut draw, action);
    let context = context(&mut draw, &keys);
    let mut maker = Maker { draw, action, resource, caller, keys };
    let mut line = Map::new();
    line.insert("id".to_owned(), json!(number));
    line.insert("principal".to_owned(), maker.caller.principal.clone());
    if let Some(role) = maker.caller.role {
        line.insert("principalRole".to_owned(), json!(role));
    }
    line.insert("action".to_owned(), json!(maker.action.name));
    line.insert("resource".to_owned(), json!(maker.resource));
    line.insert("resourceAccount".to_owned(), json!(account));
    line.insert("context".to_owned(), context);
    maker.policies(&mut line);
    Value::Object(line)
}

/// Who makes the request.
struct Caller {
    principal: Value,
    /// Of a session: its role.
    role: Option<&'static str>,
    /// What a policy can call it, the most particular first; the account last.
    names: &'static [&'static str],
    /// Whether it belongs to an account: identity policies, boundaries and the like are for such only.
    has_account: bool,
    /// In how many of 100 cases it has session policies.
    session_share: usize,
}

fn caller(draw: &mut Draw) -> Caller {
    let with_account = |principal: &str, names| Caller {
        principal: json!(principal),
        role: None,
        names,
        has_account: true,
        session_share: 0,
    };
    let outside = |principal, names| Caller { principal, role: None, names, has_account: false, session_share: 0 };
    match draw.below(100) {
        0..35 => with_account(
            "arn:aws:iam::111111111111:user/ana",
            &["arn:aws:iam::111111111111:user/ana", "111111111111", "arn:aws:iam::111111111111:root"],
        ),
        35..45 => with_account(
            "arn:aws:iam::111111111111:user/ops/ben",
            &["arn:aws:iam::111111111111:user/ops/ben", "arn:aws:iam::111111111111:root"],
        ),
        45..75 => Caller {
            role: Some("arn:aws:iam::111111111111:role/team/worker"),
            session_share: 25,
            ..with_account(
                "arn:aws:sts::111111111111:assumed-role/worker/alpha",
                &[
                    "arn:aws:sts::111111111111:assumed-role/worker/alpha",
                    "arn:aws:iam::111111111111:role/team/worker",
                    "arn:aws:iam::111111111111:root",
                ],
            )
        },
        75..81 => Caller {
            session_share: 25,
            ..with_account(
                "arn:aws:iam::111111111111:role/worker",
                &["arn:aws:iam::111111111111:role/worker", "111111111111"],
            )
        },
        81..88 => Caller {
            // Without any they have no permission, which the oracle does not know.
            session_share: 98,
            ..with_account(
                "arn:aws:sts::111111111111:federated-user/fay",
                &["arn:aws:sts::111111111111:federated-user/fay", "111111111111"],
            )
        },
        88 => with_account("arn:aws:iam::111111111111:root", &["arn:aws:iam::111111111111:root", "111111111111"]),
        89..95 => outside(json!({"Service": "cloudtrail.amazonaws.com"}), &[]),
        _ => outside(json!("*"), &[]),
    }
}

/// The keys of which the conditions of a case speak: few, so that they meet the context.
fn keys(draw: &mut Draw, action: &Action) -> Vec<&'static Key> {
    let own: Vec<&'static Key> = action.keys.iter().collect();
    let global: Vec<&'static Key> = pools::GLOBAL_KEYS.iter().collect();
    let count = 1 + draw.below(4);
    (0..count).map(|_| if !own.is_empty() && draw.chance(40) { draw.pick(&own) } else { draw.pick(&global) }).collect()
}

fn context(draw: &mut Draw, keys: &[&Key]) -> Value {
    let mut context = Map::new();
    for key in keys {
        if pools::CALLER_KEYS.contains(&key.name) || draw.chance(30) {
            continue;
        }
        let value = if key.kind == Kind::Texts {
            let none = draw.chance(3);
            let count = if none { 0 } else { 1 + draw.below(3) };
            Value::Array((0..count).map(|_| found(draw, key.kind)).collect())
        } else {
            found(draw, key.kind)
        };
        context.insert(key.name.to_owned(), value);
    }
    Value::Object(context)
}

/// A value of the request.
fn found(draw: &mut Draw, kind: Kind) -> Value {
    let values = pools::values(kind);
    json!(if draw.chance(5) { draw.pick(values.odd_found) } else { draw.pick(values.shared) })
}

/// What a policy of some type may hold.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of a policy type of its own")]
struct Shape {
    principals: bool,
    resources: bool,
    denies_only: bool,
    /// Only `*` is accepted as principal.
    everyone: bool,
    /// In how many of 100 policies everything is allowed first.
    open: usize,
}

const IDENTITY: Shape = Shape { principals: false, resources: true, denies_only: false, everyone: false, open: 20 };
const LIMIT: Shape = Shape { open: 60, ..IDENTITY };
const RESOURCE: Shape = Shape { principals: true, open: 0, ..IDENTITY };
const ENDPOINT: Shape = Shape { open: 60, everyone: true, ..RESOURCE };
const TRUST: Shape = Shape { resources: false, ..RESOURCE };
const RESOURCE_CONTROL: Shape = Shape { denies_only: true, everyone: true, ..RESOURCE };

struct Maker {
    draw: Draw,
    action: &'static Action,
    resource: String,
    caller: Caller,
    keys: Vec<&'static Key>,
}

impl Maker {
    fn policies(&mut self, line: &mut Map<String, Value>) {
        let has_account = self.caller.has_account;
        let is_root = self.caller.principal == "arn:aws:iam::111111111111:root";
        // The root user can have neither identity policies nor a boundary.
        if has_account && !is_root {
            let count = self.draw.below(3);
            self.add(line, "identityPolicies", count, IDENTITY);
            if self.draw.chance(20) {
                let boundary = self.policy(LIMIT);
                line.insert("permissionsBoundary".to_owned(), boundary);
            }
        }
        if has_account && self.draw.chance(20) {
            self.add_levels(line, "serviceControlPolicies", LIMIT);
        }
        if self.draw.chance(self.caller.session_share) {
            self.add(line, "sessionPolicies", 1, LIMIT);
        }
        // Keys and roles always have a policy; the oracle does not know that of roles.
        let always = self.action.name.starts_with("sts:") || self.action.name.starts_with("kms:");
        let likely = if has_account && !always { 45 } else { 97 };
        if self.action.resource_policies && self.draw.chance(likely) {
            let shape = if self.action.name.starts_with("sts:") { TRUST } else { RESOURCE };
            let policy = self.policy(shape);
            line.insert("resourcePolicy".to_owned(), policy);
        }
        if self.draw.chance(12) {
            self.add_levels(line, "resourceControlPolicies", RESOURCE_CONTROL);
            line.insert("facts".to_owned(), json!({"rcpApplies": self.action.rcp}));
        }
        if self.draw.chance(5) {
            self.add(line, "vpcEndpointPolicies", 1, ENDPOINT);
        }
    }

    fn add(&mut self, line: &mut Map<String, Value>, name: &str, count: usize, shape: Shape) {
        let policies = (0..count).map(|_| self.policy(shape)).collect();
        line.insert(name.to_owned(), Value::Array(policies));
    }

    /// One to three levels; an empty one only for SCPs, where it means that nothing is allowed.
    fn add_levels(&mut self, line: &mut Map<String, Value>, name: &str, shape: Shape) {
        let count = 1 + self.draw.below(3);
        let levels = (0..count).map(|_| {
            let empty = !shape.denies_only && self.draw.chance(3);
            let policies = if empty { 0 } else { 1 + self.draw.below(2) };
            Value::Array((0..policies).map(|_| self.policy(shape)).collect())
        });
        let levels = levels.collect();
        line.insert(name.to_owned(), Value::Array(levels));
    }

    fn policy(&mut self, shape: Shape) -> Value {
        let mut statements = Vec::new();
        if self.draw.chance(shape.open) {
            let mut statement = Map::new();
            statement.insert("Effect".to_owned(), json!("Allow"));
            if shape.principals {
                statement.insert("Principal".to_owned(), json!("*"));
            }
            statement.insert("Action".to_owned(), json!("*"));
            statement.insert("Resource".to_owned(), json!("*"));
            statements.push(Value::Object(statement));
        }
        let more = usize::from(statements.is_empty()) + self.draw.below(3);
        for _ in 0..more {
            let statement = self.statement(shape);
            statements.push(statement);
        }
        // RCPs need the newer version; an older one without variables means the same.
        let version = if !shape.denies_only && self.draw.chance(4) { "2008-10-17" } else { "2012-10-17" };
        let statements = match <[Value; 1]>::try_from(statements) {
            Ok([one]) if self.draw.chance(10) => one,
            Ok([one]) => json!([one]),
            Err(many) => Value::Array(many),
        };
        json!({"Version": version, "Statement": statements})
    }

    fn statement(&mut self, shape: Shape) -> Value {
        let mut statement = Map::new();
        let allow = !shape.denies_only && self.draw.chance(75);
        statement.insert("Effect".to_owned(), json!(if allow { "Allow" } else { "Deny" }));
        if shape.principals {
            if shape.everyone {
                statement.insert("Principal".to_owned(), json!("*"));
            } else if !allow && self.draw.chance(20) {
                let value = self.not_principal();
                statement.insert("NotPrincipal".to_owned(), value);
            } else {
                let value = self.principal();
                statement.insert("Principal".to_owned(), value);
            }
        }
        // RCPs take neither `NotAction` nor `*` alone.
        let negated = !shape.denies_only && self.draw.chance(10);
        let actions = self.actions(negated, shape);
        statement.insert(if negated { "NotAction" } else { "Action" }.to_owned(), actions);
        if shape.resources {
            let negated = self.draw.chance(10);
            let resources = self.resources(negated, shape);
            statement.insert(if negated { "NotResource" } else { "Resource" }.to_owned(), resources);
        }
        let conditions = if self.draw.chance(50) { 1 + self.draw.below(2) } else { 0 };
        if conditions > 0 {
            let conditions = self.conditions(conditions);
            statement.insert("Condition".to_owned(), conditions);
        }
        Value::Object(statement)
    }

    fn actions(&mut self, negated: bool, shape: Shape) -> Value {
        let count = 1 + self.draw.below(2);
        let actions: Vec<String> = (0..count).map(|_| self.action_pattern(negated, shape)).collect();
        one_or_many(actions)
    }

    fn action_pattern(&mut self, negated: bool, shape: Shape) -> String {
        let own = self.action.name;
        let (service, name) = own.split_once(':').unwrap_or((own, ""));
        let half = name.get(..name.len() / 2).unwrap_or(name);
        // A negated list that names the action itself says nothing, most of the time.
        let own_share = if negated { 30 } else { 75 };
        if !self.draw.chance(own_share) {
            return self.draw.pick(pools::ACTIONS).name.to_owned();
        }
        match self.draw.below(12) {
            0..5 => own.to_owned(),
            5..7 => format!("{service}:*"),
            7 => format!("{service}:{half}*"),
            8 => format!("{}:{}", service.to_uppercase(), name.to_lowercase()),
            9 => format!("{service}:?{}", name.get(1..).unwrap_or("")),
            10 => format!("{service}:*{}", name.get(name.len() / 2..).unwrap_or("")),
            _ if negated || shape.denies_only => own.to_owned(),
            _ => "*".to_owned(),
        }
    }

    fn resources(&mut self, negated: bool, shape: Shape) -> Value {
        let count = 1 + self.draw.below(2);
        let resources: Vec<String> = (0..count).map(|_| self.resource_pattern(negated, shape)).collect();
        one_or_many(resources)
    }

    fn resource_pattern(&mut self, negated: bool, shape: Shape) -> String {
        let own = self.resource.clone();
        let service = own.split(':').nth(2).unwrap_or("s3").to_owned();
        if own == "*" {
            let any = self.draw.chance(if negated { 20 } else { 80 });
            return if any { "*".to_owned() } else { "arn:aws:s3:::data/*".to_owned() };
        }
        if !self.draw.chance(if negated { 40 } else { 80 }) {
            let other = self.draw.pick(pools::ACTIONS);
            let pattern = self.draw.pick(other.resources).replace("ACCOUNT", OWN);
            return if pattern == "*" && negated { own } else { pattern };
        }
        if self.draw.chance(6) {
            return self.odd_resource_pattern(&service);
        }
        let cut = own.rfind(['/', ':']).map_or(own.len(), |at| at + 1);
        let stem = own.get(..cut).unwrap_or(&own);
        let leaf = own.get(cut..).unwrap_or("");
        match self.draw.below(10) {
            0..4 => own,
            4..6 => format!("{stem}*"),
            6 => format!("{stem}?{}", leaf.get(1..).unwrap_or("")),
            7 => own.splitn(6, ':').take(5).chain(["*"]).collect::<Vec<_>>().join(":"),
            8 if !negated && !shape.principals => "*".to_owned(),
            _ => {
                let mut segments: Vec<&str> = own.splitn(6, ':').collect();
                for (at, segment) in segments.iter_mut().enumerate() {
                    if (3..5).contains(&at) && !segment.is_empty() {
                        *segment = "*";
                    }
                }
                segments.join(":")
            }
        }
    }

    /// Variables, and patterns on which readers differ.
    fn odd_resource_pattern(&mut self, service: &str) -> String {
        let own = &self.resource;
        let (head, tail) = own.split_once("ana").unwrap_or((own, ""));
        let segments: Vec<&str> = own.splitn(6, ':').collect();
        match self.draw.below(9) {
            0 => format!("{head}${{aws:username}}{tail}"),
            1 => own.replace("alpha", "${aws:PrincipalTag/team}"),
            2 => own.replace("alpha", "${aws:PrincipalTag/team, 'alpha'}"),
            3 => format!("arn:aws:{service}:*"),
            // A `*` in the place of a separator, in that of a type, and in that of several segments.
            4 => own.replacen(['/'], "*", 1),
            5 => segments.last().map_or_else(String::new, |last| own.replace(last, "*") + last.get(1..).unwrap_or("")),
            6 => format!("arn:aws:{service}:*:{}", segments.last().unwrap_or(&"")),
            7 => own.rsplit_once(':').map_or_else(String::new, |(head, tail)| format!("{head}*{tail}")),
            _ => own.replacen("alpha", "${*}", 1),
        }
    }

    fn principal(&mut self) -> Value {
        let own = self.caller.names;
        let account_share = if own.is_empty() { 20 } else { 75 };
        match self.draw.below(100) {
            0..12 => json!("*"),
            12..20 => json!({"AWS": "*"}),
            at if at < 20 + account_share && !own.is_empty() => {
                let one = self.draw.pick(own);
                if self.draw.chance(20) { json!({"AWS": [one, self.stranger()]}) } else { json!({"AWS": one}) }
            }
            20..80 if own.is_empty() => json!({"Service": "cloudtrail.amazonaws.com"}),
            _ if self.draw.chance(40) => json!({"Service": ["sns.amazonaws.com", "cloudtrail.amazonaws.com"]}),
            _ => json!({"AWS": self.stranger()}),
        }
    }

    fn stranger(&mut self) -> &'static str {
        self.draw.pick(&[
            OTHER,
            "arn:aws:iam::222222222222:user/ana",
            "arn:aws:iam::111111111111:user/zoe",
            "arn:aws:iam::111111111111:role/other",
            "arn:aws:iam::111111111111:role/worker",
            "arn:aws:sts::111111111111:assumed-role/worker/beta",
        ])
    }

    /// Everybody else's names mostly; the caller's in all forms sometimes.
    fn not_principal(&mut self) -> Value {
        let own = self.caller.names;
        if !own.is_empty() && self.draw.chance(40) {
            let count = if self.draw.chance(25) { 1 } else { own.len() };
            return json!({"AWS": own.iter().take(count).collect::<Vec<_>>()});
        }
        json!({"AWS": [self.stranger()]})
    }

    fn conditions(&mut self, count: usize) -> Value {
        let mut operators: Map<String, Value> = Map::new();
        for _ in 0..count {
            let key = self.draw.pick(&self.keys);
            let (operator, values) = self.condition(key);
            let keys = operators.entry(operator).or_insert_with(|| json!({}));
            if let Some(keys) = keys.as_object_mut() {
                let other_case = self.draw.chance(4);
                keys.insert(if other_case { key.name.to_lowercase() } else { key.name.to_owned() }, values);
            }
        }
        Value::Object(operators)
    }

    fn condition(&mut self, key: &Key) -> (String, Value) {
        if self.draw.chance(10) {
            let flag = self.draw.chance(50);
            let value = if self.draw.chance(20) { json!(flag) } else { json!(flag.to_string()) };
            return ("Null".to_owned(), value);
        }
        let base = self.draw.pick(pools::operators(key.kind));
        let base = if key.kind == Kind::Text && self.draw.chance(2) { "BinaryEquals" } else { base };
        let qualified = self.draw.chance(if key.kind == Kind::Texts { 95 } else { 2 });
        let set = match qualified {
            true if self.draw.chance(50) => "ForAllValues:",
            true => "ForAnyValue:",
            false => "",
        };
        let if_exists = if self.draw.chance(if qualified { 4 } else { 20 }) { "IfExists" } else { "" };
        let operator = format!("{set}{base}{if_exists}");
        if base == "BinaryEquals" {
            return (operator, json!(self.draw.pick(&["YWxwaGE=", "YWI="])));
        }
        let wildcards = base.ends_with("Like") || !matches!(key.kind, Kind::Text | Kind::Texts);
        let count = if self.draw.chance(65) { 1 } else { 2 };
        let values: Vec<Value> = (0..count).map(|_| self.expected(key, wildcards)).collect();
        let values = match <[Value; 1]>::try_from(values) {
            Ok([one]) => one,
            Err(many) => Value::Array(many),
        };
        (operator, values)
    }

    /// A value of a policy.
    fn expected(&mut self, key: &Key, wildcards: bool) -> Value {
        if key.name == "aws:PrincipalAccount" {
            return json!(self.draw.pick(&[OWN, OTHER, "1*"]));
        }
        if key.name == "aws:PrincipalType" {
            return json!(self.draw.pick(&["User", "AssumedRole", "Anonymous", "*"]));
        }
        let values = pools::values(key.kind);
        let text = match self.draw.below(100) {
            0..4 => self.draw.pick(values.odd_expected),
            4..40 if wildcards => self.draw.pick(values.patterns),
            _ => self.draw.pick(values.shared),
        };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        match (key.kind, text.parse::<i64>()) {
            (Kind::Number, Ok(number)) if plain && self.draw.chance(10) => json!(number),
            (Kind::Flag, _) if self.draw.chance(10) => json!(text.eq_ignore_ascii_case("true")),
            _ => json!(text),
        }
    }
}

fn one_or_many(values: Vec<String>) -> Value {
    match <[String; 1]>::try_from(values) {
        Ok([one]) => json!(one),
        Err(many) => json!(many),
    }
}
