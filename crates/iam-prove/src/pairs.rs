//! Pairs of policies in bulk, one a line of JSON: `id`, `reference`, `candidate`, `type` (`identity` or `resource`, by default
//! the former), `mode` (`open` or `catalogue`, by default the former). A side is a document, an array of them, or an object
//! that says which policy is which: `identityPolicies[]` or `resourcePolicy`, `permissionsBoundary`, `sessionPolicies[]`,
//! `serviceControlPolicies[][]`, `resourceControlPolicies[][]`, as in a line of `rolecall evaluate --requests`. The answer is
//! a line too: `id`, `verdict` (`none`, `new-access`, `unknown`), `witness`, `statement`, `reason`; or `id` and `error`.
//! Answering only: lines are read in `pairs::read`, and where they come from is for the caller.

mod read;

pub use read::{PairError, read_line};

use crate::prove::{NewAccess, Options, UnknownReason, Verdict, no_new_access};
use crate::side::{Base, PolicySide};
use crate::witness::{Witness, WitnessPrincipal, WitnessValue, replay_line};
use crate::{ActionWorld, Stats};
use rolecall_iam::document::{Policy, Version, print};
use rolecall_iam::json;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

/// A line, read.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The line's `id` as JSON text; `null` when it has none.
    pub id: String,
    /// What the candidate is held against: identity policies, or the one policy of a resource.
    pub reference: Vec<Policy>,
    /// What limits it.
    pub reference_limits: Limits,
    /// What may grant more.
    pub candidate: Vec<Policy>,
    /// What limits it.
    pub candidate_limits: Limits,
    /// Whether the documents are resource policies. Documents that name principals are, whatever `type` says.
    pub resource: bool,
    /// Which actions there are.
    pub world: ActionWorld,
}

/// The policies of a side that only limit.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The permissions boundary.
    pub permissions_boundary: Option<Policy>,
    /// Session policies. None at all is no limit.
    pub session: Vec<Policy>,
    /// Service control policies, a list for each level, root first. `None`: no organization.
    pub service_control: Option<Vec<Vec<Policy>>>,
    /// Resource control policies, likewise.
    pub resource_control: Option<Vec<Vec<Policy>>>,
}

impl Limits {
    /// Whether nothing limits.
    pub const fn is_empty(&self) -> bool {
        self.permissions_boundary.is_none()
            && self.session.is_empty()
            && self.service_control.is_none()
            && self.resource_control.is_none()
    }

    fn policies_mut(&mut self) -> impl Iterator<Item = &mut Policy> {
        let controls = [&mut self.service_control, &mut self.resource_control];
        let controls = controls.into_iter().flatten().flatten().flatten();
        self.permissions_boundary.iter_mut().chain(&mut self.session).chain(controls)
    }
}

impl Pair {
    fn side<'p>(&self, policies: &'p [Policy], limits: &'p Limits) -> PolicySide<'p> {
        let base = match policies.first() {
            Some(policy) if self.resource => PolicySide::resource(policy),
            _ => PolicySide::identity(policies),
        };
        let levels = |levels: &'p Option<Vec<Vec<Policy>>>| {
            levels.as_ref().map(|levels| levels.iter().map(|level| level.iter().collect()).collect())
        };
        PolicySide {
            permissions_boundary: limits.permissions_boundary.as_ref(),
            session: limits.session.iter().collect(),
            service_control: levels(&limits.service_control),
            resource_control: levels(&limits.resource_control),
            ..base
        }
    }

    /// The reference as a side.
    pub fn reference_side(&self) -> PolicySide<'_> {
        self.side(&self.reference, &self.reference_limits)
    }

    /// The candidate as a side.
    pub fn candidate_side(&self) -> PolicySide<'_> {
        self.side(&self.candidate, &self.candidate_limits)
    }

    /// Reads documents without `Version` as of this version, instead of 2008-10-17 as AWS does.
    pub fn take_missing_version_as(&mut self, version: Version) {
        let limits = self.reference_limits.policies_mut().chain(self.candidate_limits.policies_mut());
        for policy in self.reference.iter_mut().chain(&mut self.candidate).chain(limits) {
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
