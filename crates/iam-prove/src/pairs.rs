//! Pairs of policies in bulk, one a line of JSON: `id`, `reference`, `candidate` (each a document or an array of them),
//! `type` (`identity` or `resource`, by default the former), `mode` (`open` or `catalogue`, by default the former). The
//! answer is a line too: `id`, `verdict` (`none`, `new-access`, `unknown`), `witness`, `statement`, `reason`; or `id` and
//! `error`. Reading and answering only; where lines come from is for the caller.

use crate::prove::{NewAccess, Options, UnknownReason, Verdict, no_new_access};
use crate::side::{Base, PolicySide};
use crate::witness::{Witness, WitnessPrincipal, WitnessValue, replay_line};
use crate::{ActionWorld, Stats};
use rolecall_iam::document::{Policy, PolicyType, Version, parse, print};
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

/// A line, read.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The line's `id` as JSON text; `null` when it has none.
    pub id: String,
    /// What the candidate is held against.
    pub reference: Vec<Policy>,
    /// What may grant more.
    pub candidate: Vec<Policy>,
    /// Whether the documents are resource policies. Documents that name principals are, whatever `type` says.
    pub resource: bool,
    /// Which actions there are.
    pub world: ActionWorld,
}

/// Why a line cannot be read. Positions are byte offsets in the line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PairError {
    /// The line is no JSON, or a document in it is damaged: every problem found.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// A member that a line must have.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member that no line has.
    #[error("unknown member `{0}`: expected id, reference, candidate, type, mode")]
    Unknown(String),
    /// A member with a value that it cannot have.
    #[error("`{member}` is `{found}`, expected {expected}")]
    Value {
        /// Its name.
        member: &'static str,
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// Several resource policies of different versions cannot be taken as one.
    #[error("several resource policies in `{0}` have different versions: a resource has one policy")]
    Versions(&'static str),
}

fn listed(problems: &[Problem]) -> String {
    let one = |problem: &Problem| format!("{} (byte {}): {}", problem.message, problem.span.start, problem.help);
    problems.iter().filter(|problem| problem.is_error()).map(one).collect::<Vec<_>>().join("; ")
}

/// The members of a line; `expect` and what follows belong to labelled cases.
const MEMBERS: &[&str] = &["id", "reference", "candidate", "type", "mode", "expect", "source", "why"];

/// Reads a line.
///
/// # Errors
/// When it is no pair; nothing of it is judged then.
pub fn read_line(text: &str) -> Result<Pair, PairError> {
    let read = json::read(FileId(0), text);
    let root = match read.node {
        Some(root) if !read.problems.iter().any(Problem::is_error) => root,
        _ => return Err(PairError::Problems(read.problems)),
    };
    let found = |node: &Node| print::node_to_json_compact(node);
    let Some(members) = root.as_object() else {
        return Err(PairError::Value { member: "(line)", found: found(&root), expected: "an object" });
    };
    if let Some(unknown) = members.iter().find(|member| !MEMBERS.contains(&member.key.value.as_str())) {
        return Err(PairError::Unknown(unknown.key.value.clone()));
    }
    let word = |member: &'static str, expected: &'static str| match root.get(member) {
        None => Ok(None),
        Some(node) => node.as_str().map(Some).ok_or_else(|| PairError::Value { member, found: found(node), expected }),
    };
    let types = "`identity` or `resource`";
    let resource = match word("type", types)? {
        None | Some("identity") => false,
        Some("resource") => true,
        Some(other) => return Err(PairError::Value { member: "type", found: other.to_owned(), expected: types }),
    };
    let modes = "`open` or `catalogue`";
    let world = match word("mode", modes)? {
        None | Some("open") => ActionWorld::Open,
        Some("catalogue") => ActionWorld::Catalogue,
        Some(other) => return Err(PairError::Value { member: "mode", found: other.to_owned(), expected: modes }),
    };
    let reference = root.get("reference").ok_or(PairError::Missing("reference"))?;
    let candidate = root.get("candidate").ok_or(PairError::Missing("candidate"))?;
    let resource = resource || names_principals(reference) || names_principals(candidate);
    let id = root.get("id").map_or_else(|| String::from("null"), print::node_to_json_compact);
    let documents = |name, node| documents(name, node, resource);
    Ok(Pair {
        id,
        reference: documents("reference", reference)?,
        candidate: documents("candidate", candidate)?,
        resource,
        world,
    })
}

fn items(node: &Node) -> &[Node] {
    node.as_array().unwrap_or(std::slice::from_ref(node))
}

/// Whether a statement of the documents has a principal element.
fn names_principals(node: &Node) -> bool {
    let statements = items(node).iter().filter_map(|document| document.get("Statement")).flat_map(items);
    statements
        .into_iter()
        .any(|statement| statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some())
}

fn documents(name: &'static str, node: &Node, resource: bool) -> Result<Vec<Policy>, PairError> {
    let policy_type = if resource { PolicyType::Resource } else { PolicyType::Identity };
    let mut policies = Vec::new();
    for document in items(node) {
        let parsed = parse::parse(document, policy_type);
        match parsed.evaluable().cloned() {
            Some(policy) => policies.push(policy),
            None => return Err(PairError::Problems(parsed.problems)),
        }
    }
    if resource { merged(name, policies).map(|policy| vec![policy]) } else { Ok(policies) }
}

/// A resource has one policy: several documents are taken as one with all their statements.
fn merged(name: &'static str, policies: Vec<Policy>) -> Result<Policy, PairError> {
    let mut policies = policies.into_iter();
    let mut first =
        policies.next().unwrap_or(Policy { span: Span::default(), version: None, id: None, statements: Vec::new() });
    for policy in policies {
        if policy.effective_version() != first.effective_version() {
            return Err(PairError::Versions(name));
        }
        first.statements.extend(policy.statements);
    }
    Ok(first)
}

impl Pair {
    fn side<'p>(&self, policies: &'p [Policy]) -> PolicySide<'p> {
        match policies.first() {
            Some(policy) if self.resource => PolicySide::resource(policy),
            _ => PolicySide::identity(policies),
        }
    }

    /// The reference as a side.
    pub fn reference_side(&self) -> PolicySide<'_> {
        self.side(&self.reference)
    }

    /// The candidate as a side.
    pub fn candidate_side(&self) -> PolicySide<'_> {
        self.side(&self.candidate)
    }

    /// Reads documents without `Version` as of this version, instead of 2008-10-17 as AWS does.
    pub fn take_missing_version_as(&mut self, version: Version) {
        for policy in self.reference.iter_mut().chain(&mut self.candidate) {
            policy.version.get_or_insert(Spanned::new(version, Span::default()));
        }
    }

    /// The answer.
    pub fn judge(&self, options: Options) -> Verdict {
        let options = Options { world: self.world, ..options };
        no_new_access(&self.reference_side(), &self.candidate_side(), options)
    }
}

/// Reads and answers a line; the answer is a line without its end.
pub fn answer_line(text: &str, options: Options) -> String {
    match read_line(text) {
        Ok(pair) => answer(&pair, &pair.judge(options)),
        Err(error) => line(vec![("id", id_of(text)), ("error", string(&error.to_string()))]),
    }
}

/// The answer to a pair as a line.
pub fn answer(pair: &Pair, verdict: &Verdict) -> String {
    let id = json::read(FileId(0), &pair.id).node.unwrap_or_else(|| string(&pair.id));
    let mut members = vec![("id", id)];
    match verdict {
        Verdict::None { .. } => members.push(("verdict", string("none"))),
        Verdict::NewAccess(found) => {
            members.push(("verdict", string("new-access")));
            let witness = replay_line(&pair.candidate_side(), &found.witness);
            members.push(("witness", json::read(FileId(0), &witness).node.unwrap_or_else(|| string(&witness))));
            members.push(("statement", statement(pair, found)));
            members.push(("reason", string(&reason(&found.witness))));
        }
        Verdict::Unknown { reason, .. } => {
            members.push(("verdict", string("unknown")));
            members.push(("reason", string(&reason.to_string())));
        }
    }
    line(members)
}

/// The `id` of a line that is no pair, as far as it can be read.
fn id_of(text: &str) -> Node {
    let root = json::read(FileId(0), text).node;
    root.and_then(|root| root.get("id").cloned()).unwrap_or_else(|| Node::new(Value::Null, Span::default()))
}

fn string(text: &str) -> Node {
    Node::string(text, Span::default())
}

fn number(number: u32) -> Node {
    Node::new(Value::Number(number.to_string()), Span::default())
}

fn object(members: Vec<(&str, Node)>) -> Node {
    let member = |(key, value): (&str, Node)| Member { key: Spanned::new(key.to_owned(), Span::default()), value };
    Node::new(Value::Object(members.into_iter().map(member).collect()), Span::default())
}

fn line(members: Vec<(&str, Node)>) -> String {
    print::node_to_json_compact(&object(members))
}

/// Which statement of the candidate grants it: indexes from 0, its `Sid`, the bytes of the line that it stands at.
fn statement(pair: &Pair, found: &NewAccess) -> Node {
    let granting = found.statement;
    let policy = match &pair.candidate_side().base {
        Base::Identity(policies) => policies.get(granting.policy as usize).copied(),
        Base::Resource(policy) | Base::Trust(policy) => Some(*policy),
    };
    let written = policy.and_then(|policy| policy.statements.get(granting.statement.0 as usize));
    let mut members = vec![("policy", number(granting.policy)), ("statement", number(granting.statement.0))];
    if let Some(sid) = written.and_then(|statement| statement.sid.as_ref()) {
        members.push(("sid", string(&sid.value)));
    }
    members.push(("start", number(granting.span.start)));
    members.push(("end", number(granting.span.end)));
    object(members)
}

/// The witness in a few words.
fn reason(witness: &Witness) -> String {
    let who = match &witness.principal {
        WitnessPrincipal::Anonymous => "anybody",
        other => other.as_str(),
    };
    let value = |value: &WitnessValue| match value {
        WitnessValue::One(one) => format!("`{one}`"),
        WitnessValue::Several(several) => format!("{several:?}"),
    };
    let keys: Vec<String> = witness.context.iter().map(|(key, own)| format!("{key} {}", value(own))).collect();
    let with = if keys.is_empty() { String::new() } else { format!(" with {}", keys.join(", ")) };
    format!("{who} may {} on {}{with}", witness.action, witness.resource)
}

impl Verdict {
    /// `none`, `new-access` or `unknown`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::None { .. } => "none",
            Self::NewAccess(_) => "new-access",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The work that it took.
    pub const fn stats(&self) -> Stats {
        match self {
            Self::None { stats } | Self::Unknown { stats, .. } => *stats,
            Self::NewAccess(found) => found.stats,
        }
    }

    /// Why it is unknown, if it is.
    pub const fn unknown_reason(&self) -> Option<&UnknownReason> {
        match self {
            Self::Unknown { reason, .. } => Some(reason),
            _ => None,
        }
    }
}
