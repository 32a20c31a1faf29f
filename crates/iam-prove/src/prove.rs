//! Questions over all requests, answered with a witness, a proof, or "unknown" and why. A finding is reported only when the
//! evaluator confirms it; "none" only when a search over more than all requests found nothing.

use crate::caller::{Caller, Home, Kind, callers, with_path};
use crate::compile::actions::ActionWorld;
use crate::compile::reduce::{Reduced, reduce};
use crate::compile::{CALLER, Compiled, Origin, Purpose, Region, compile};
use crate::look::{Found, Mode, look};
use crate::replay::Replay;
use crate::search::cell::Cell;
use crate::side::{Base, PolicySide};
use crate::text::pattern::{Bindings, Others};
use crate::witness::{Setting, Witness, choose};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::evaluate::{Decision, PolicyKind, StatementId};
use rolecall_iam::span::Span;
use std::collections::BTreeSet;

/// How much work a question may take when nothing else is said: seconds at most.
pub const USUAL_BUDGET: u64 = 5_000_000;

/// How a question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which actions there are.
    pub world: ActionWorld,
    /// The most steps; beyond it the answer is unknown. A step is one look at a box or one state of an automaton.
    pub budget: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { world: ActionWorld::Open, budget: USUAL_BUDGET }
    }
}

/// The work that an answer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Boxes looked at and automaton states made.
    pub steps: u64,
    /// Compilations: one for each kind of caller, and for each try of variable values.
    pub compilations: u32,
    /// Witnesses given to the evaluator.
    pub replays: u32,
}

impl Stats {
    /// Counts the work of one more question.
    pub(crate) const fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.compilations += other.compilations;
        self.replays += other.replays;
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Proved: there is no such request.
    None {
        /// The work.
        stats: Stats,
    },
    /// There is one, confirmed by the evaluator.
    NewAccess(Box<NewAccess>),
    /// Neither could be shown.
    Unknown {
        /// Why.
        reason: UnknownReason,
        /// The work.
        stats: Stats,
    },
}

impl Verdict {
    const fn stats_mut(&mut self) -> &mut Stats {
        match self {
            Self::None { stats } | Self::Unknown { stats, .. } => stats,
            Self::NewAccess(found) => &mut found.stats,
        }
    }
}

/// A finding.
#[derive(Clone, Debug)]
pub struct NewAccess {
    /// A request that the candidate allows and the reference does not.
    pub witness: Witness,
    /// The statement of the candidate that grants it.
    pub statement: Granting,
    /// What the evaluator says under the reference; without one, implicit deny.
    pub reference_decision: Decision,
    /// The work.
    pub stats: Stats,
}

/// A statement that grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granting {
    /// In which kind of policy.
    pub kind: PolicyKind,
    /// The policy's index in its list.
    pub policy: u32,
    /// Its index in the policy.
    pub statement: StatementId,
    /// Where it stands.
    pub span: Span,
}

/// Why an answer is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// More work than the budget allows.
    Budget,
    /// The evaluator does not confirm the witness: what it says under candidate and reference.
    ReplayMismatch(Option<Decision>, Option<Decision>),
    /// It depends on values of variables, and none that were tried show it.
    Variables,
    /// It depends on something that cannot be evaluated: a malformed value, an unknown operator, a key of two types.
    Undecidable,
    /// The name of a user and its ARN cannot agree.
    UserName,
    /// One side is identity policies, the other a resource's policy.
    DifferentBases,
}

impl UnknownReason {
    /// A stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::ReplayMismatch(..) => "replay-mismatch",
            Self::Variables => "variables",
            Self::Undecidable => "undecidable",
            Self::UserName => "user-name",
            Self::DifferentBases => "different-bases",
        }
    }
}

impl std::fmt::Display for UnknownReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Budget => "budget: more steps than the budget allows",
            Self::ReplayMismatch(..) => "replay-mismatch: the evaluator does not confirm the witness",
            Self::Variables => "variables: it depends on values of policy variables, and none that were tried show it",
            Self::Undecidable => "undecidable: it depends on a value or an operator that cannot be evaluated",
            Self::UserName => "user-name: no user name agrees with both `aws:username` and the ARN",
            Self::DifferentBases => "different-bases: identity policies and a resource's policy cannot be compared",
        })?;
        if let Self::ReplayMismatch(candidate, reference) = self {
            let word = |decision: &Option<Decision>| decision.map_or("no request", Decision::as_str);
            write!(formatter, " (candidate: {}, reference: {})", word(candidate), word(reference))?;
        }
        Ok(())
    }
}

/// Is there a request that `candidate` allows and `reference` does not?
pub fn no_new_access(reference: &PolicySide<'_>, candidate: &PolicySide<'_>, options: Options) -> Verdict {
    if reference.is_identity() != candidate.is_identity() {
        return Verdict::Unknown { reason: UnknownReason::DifferentBases, stats: Stats::default() };
    }
    Question::new(candidate, Some(reference), Region::default(), options).ask()
}

/// Do `left` and `right` allow the same requests? What the left one allows beyond the right one, and the other way round.
pub fn equivalent(left: &PolicySide<'_>, right: &PolicySide<'_>, options: Options) -> (Verdict, Verdict) {
    (no_new_access(right, left, options), no_new_access(left, right, options))
}

/// Is there a request for one of these actions on one of these resources (patterns both) that the policies allow?
pub fn not_granted(
    policies: &PolicySide<'_>,
    actions: &[ActionPattern],
    resources: &[String],
    options: Options,
) -> Verdict {
    let region = Region {
        actions: Some(actions.iter().map(|pattern| pattern.lower().to_owned()).collect()),
        resources: Some(resources.to_vec()),
        ..Region::default()
    };
    Question::new(policies, None, region, options).ask()
}

/// A part of all requests. What is `None` is not narrowed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// Actions that match one of these.
    pub actions: Option<&'a [ActionPattern]>,
    /// Resources that match one of these patterns.
    pub resources: Option<&'a [String]>,
    /// Sessions of roles whose ARN matches one of these globs (`*` and `?`, across colons): a policy that is attached to a
    /// role decides for no user.
    pub roles: Option<&'a [String]>,
}

/// Is there a request in this part of all requests that `candidate` allows and `reference` does not?
pub fn no_new_access_within(
    reference: &PolicySide<'_>,
    candidate: &PolicySide<'_>,
    part: Part<'_>,
    options: Options,
) -> Verdict {
    if reference.is_identity() != candidate.is_identity() {
        return Verdict::Unknown { reason: UnknownReason::DifferentBases, stats: Stats::default() };
    }
    let lower = |patterns: &[ActionPattern]| patterns.iter().map(|pattern| pattern.lower().to_owned()).collect();
    let region = Region {
        actions: part.actions.map(lower),
        resources: part.resources.map(<[String]>::to_vec),
        roles: part.roles.map(<[String]>::to_vec),
        ..Region::default()
    };
    let question = Question::new(candidate, Some(reference), region, options);
    if part.roles.is_some() { question.ask_for(&[Caller::Open(Kind::Role, None)]) } else { question.ask() }
}

/// A question on its way to an answer.
pub(crate) struct Question<'q, 'p> {
    candidate: &'q PolicySide<'p>,
    /// `None`: nothing may be allowed.
    reference: Option<&'q PolicySide<'p>>,
    region: Region,
    reduced: Reduced,
    options: Options,
}

/// For whom, and in which world of actions, a question is asked.
#[derive(Clone, Copy)]
struct Asked<'c> {
    caller: &'c Caller,
    world: ActionWorld,
}

/// What a search left of every dimension, and the statements that allow it.
type Requests = (Vec<Cell>, Vec<Origin>);

/// Values tried for one variable, and for all of them together.
const VALUES_TRIED: usize = 12;
const CHOICES_TRIED: usize = 48;

impl<'q, 'p> Question<'q, 'p> {
    /// A question; a trust policy is asked about roles alone.
    pub(crate) fn new(
        candidate: &'q PolicySide<'p>,
        reference: Option<&'q PolicySide<'p>>,
        mut region: Region,
        options: Options,
    ) -> Self {
        if matches!(candidate.base, Base::Trust(_)) && region.resources.is_none() {
            region.resources = Some(vec![String::from("arn:*:iam::*:role/*")]);
        }
        let reduced = reduce(candidate, reference, &region);
        Self { candidate, reference, region, reduced, options }
    }

    /// The same question with nothing left out.
    #[cfg(test)]
    pub(crate) fn whole(self) -> Self {
        Self { reduced: Reduced::default(), ..self }
    }

    pub(crate) fn ask(&self) -> Verdict {
        debug_assert!(self.reference.is_none_or(|reference| reference.is_identity() == self.candidate.is_identity()));
        let sides: Vec<&PolicySide<'_>> = [Some(self.candidate), self.reference].into_iter().flatten().collect();
        self.ask_for(&callers(&sides))
    }

    /// The answer for these callers. What was left out can be what makes an answer plain: where the shorter question leaves
    /// one open, the whole one is asked.
    pub(crate) fn ask_for(&self, callers: &[Caller]) -> Verdict {
        let verdict = self.ask_once(callers);
        let Verdict::Unknown { reason, stats } = &verdict else { return verdict };
        if *reason == UnknownReason::Budget || !self.reduced.leaves_out() {
            return verdict;
        }
        let options = Options { budget: self.options.budget.saturating_sub(stats.steps), ..self.options };
        let whole = Question { region: self.region.clone(), reduced: Reduced::default(), options, ..*self };
        let mut answer = whole.ask_once(callers);
        answer.stats_mut().add(*stats);
        answer
    }

    fn ask_once(&self, callers: &[Caller]) -> Verdict {
        let mut stats = Stats { steps: self.reduced.steps, ..Stats::default() };
        if self.reduced.nothing_left {
            return Verdict::None { stats };
        }
        let mut unknown = None;
        for caller in callers {
            match self.ask_caller(Asked { caller, world: self.options.world }, &mut stats) {
                Ok(None) => {}
                Ok(Some(found)) => {
                    let mut found = self.plausible(found, caller, &mut stats);
                    found.stats = stats;
                    return Verdict::NewAccess(found);
                }
                Err(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        match unknown {
            Some(reason) => Verdict::Unknown { reason, stats },
            None => Verdict::None { stats },
        }
    }

    /// A witness with an action that nobody documents, or on a resource that the action does not take, is replaced by a
    /// better one where there is one.
    fn plausible(&self, found: Box<NewAccess>, caller: &Caller, stats: &mut Stats) -> Box<NewAccess> {
        let documented = rolecall_iam_catalog::action_named(&found.witness.action).is_some();
        if self.options.world == ActionWorld::Catalogue || (documented && found.witness.takes_resource.is_none()) {
            return found;
        }
        self.ask_caller(Asked { caller, world: ActionWorld::Catalogue }, stats).ok().flatten().unwrap_or(found)
    }

    fn compile(&self, asked: Asked<'_>, case: &Case, stats: &mut Stats) -> Result<Compiled<'p>, UnknownReason> {
        stats.compilations += 1;
        let nothing = PolicySide::identity([]);
        let reference = self.reference.unwrap_or(&nothing);
        let compiled = compile(self.candidate, reference, self.purpose(asked, case, stats));
        let compiled = compiled.map_err(|_| UnknownReason::Budget)?;
        stats.steps += compiled.steps;
        if stats.steps > self.options.budget { Err(UnknownReason::Budget) } else { Ok(compiled) }
    }

    fn purpose<'c>(&'c self, asked: Asked<'c>, case: &'c Case, stats: &Stats) -> Purpose<'c> {
        let budget = self.options.budget.saturating_sub(stats.steps);
        let Case { bindings, others } = case;
        let Self { region, reduced, .. } = self;
        let Asked { caller, world } = asked;
        Purpose { caller, world, bindings, others, region, reduced, budget }
    }

    /// The answer for one caller: nothing, a finding, or why it is unknown.
    fn ask_caller(&self, asked: Asked<'_>, stats: &mut Stats) -> Result<Option<Box<NewAccess>>, UnknownReason> {
        let open = Case::default();
        let compiled = self.compile(asked, &open, stats)?;
        let doubtful = compiled.dimensions.len() > compiled.first_doubt;
        let Some((cells, origins)) = self.look(&compiled, Mode::Possible, stats)? else { return Ok(None) };
        if compiled.variables.is_empty() {
            if !doubtful {
                return self.confirm(&compiled, &cells, &origins, asked, &open, stats).map(Some);
            }
            let found = self.definite(&compiled, asked, &open, stats);
            return found.map(Some).map_err(|reason| reason.unwrap_or(UnknownReason::Undecidable));
        }
        if self.no_case_is_possible(&compiled, asked, stats)? {
            return Ok(None);
        }
        let mut last = UnknownReason::Variables;
        for bindings in choices(&compiled, &cells, asked.caller, &self.region) {
            let case = Case { bindings, ..Case::default() };
            let compiled = self.compile(asked, &case, stats)?;
            match self.definite(&compiled, asked, &case, stats) {
                Ok(found) => return Ok(Some(found)),
                Err(reason) => last = reason.unwrap_or(last),
            }
        }
        Err(last)
    }

    /// A finding that holds however what cannot be told is; else why there is none, if one was looked at.
    fn definite(
        &self,
        compiled: &Compiled<'p>,
        asked: Asked<'_>,
        case: &Case,
        stats: &mut Stats,
    ) -> Result<Box<NewAccess>, Option<UnknownReason>> {
        let doubtful = compiled.dimensions.len() > compiled.first_doubt;
        let modes: &[Mode] = if doubtful { &[Mode::Certain, Mode::Definite] } else { &[Mode::Definite] };
        let mut last = None;
        for mode in modes {
            let Some((cells, origins)) = self.look(compiled, *mode, stats)? else { continue };
            match self.confirm(compiled, &cells, &origins, asked, case, stats) {
                Ok(found) => return Ok(found),
                Err(reason) => last = Some(reason),
            }
        }
        Err(last)
    }

    /// Whether the cases that the values of the variables fall into have nothing: absent, each value that a condition
    /// names, any other. In all but the last the variable has a known value, so that nothing is left open.
    fn no_case_is_possible(
        &self,
        compiled: &Compiled<'_>,
        asked: Asked<'_>,
        stats: &mut Stats,
    ) -> Result<bool, UnknownReason> {
        for case in cases(compiled, asked.caller) {
            let compiled = self.compile(asked, &case, stats)?;
            if self.look(&compiled, Mode::Possible, stats)?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn look(&self, compiled: &Compiled<'_>, mode: Mode, stats: &mut Stats) -> Result<Option<Requests>, UnknownReason> {
        let (found, steps) = look(compiled, mode, self.options.budget.saturating_sub(stats.steps));
        stats.steps += steps + compiled.texts.iter().map(|texts| texts.take_steps()).sum::<u64>();
        match found {
            Found::Nothing => Ok(None),
            Found::Requests(cells, origins) => Ok(Some((cells, origins))),
            Found::OverBudget => Err(UnknownReason::Budget),
        }
    }

    /// Makes a witness and has the evaluator judge it.
    fn confirm(
        &self,
        compiled: &Compiled<'_>,
        cells: &[Cell],
        origins: &[Origin],
        asked: Asked<'_>,
        case: &Case,
        stats: &mut Stats,
    ) -> Result<Box<NewAccess>, UnknownReason> {
        let sides = || [Some(self.candidate), self.reference].into_iter().flatten();
        let setting = Setting {
            resource_policy: !self.candidate.is_identity(),
            names_resources: sides().any(PolicySide::names_resources),
            rcp: sides().any(|side| side.resource_control.is_some()),
        };
        let witness = choose(compiled, cells, self.purpose(asked, case, stats), setting)?;
        stats.replays += 1;
        let replay = Replay::of(&witness);
        let candidate = replay.as_ref().map(|replay| replay.under(self.candidate));
        let reference = match self.reference {
            Some(reference) => replay.as_ref().map(|replay| replay.under(reference)),
            None => Some(Decision::ImplicitDeny),
        };
        let (Some(Decision::Allowed), Some(denied @ (Decision::ImplicitDeny | Decision::ExplicitDeny))) =
            (candidate, reference)
        else {
            return Err(UnknownReason::ReplayMismatch(candidate, reference));
        };
        let origin = origins.first().ok_or(UnknownReason::ReplayMismatch(candidate, reference))?;
        let span = self.candidate.statement_span(origin.policy, origin.statement);
        let statement =
            Granting { kind: origin.kind, policy: origin.policy, statement: StatementId(origin.statement), span };
        Ok(Box::new(NewAccess { witness, statement, reference_decision: denied, stats: *stats }))
    }
}

/// What is taken for known of the variables of a question.
#[derive(Clone, Debug, Default)]
struct Case {
    bindings: Bindings,
    others: Others,
}

/// The cases that the values of the variables fall into; together they are all requests.
fn cases(compiled: &Compiled<'_>, caller: &Caller) -> Vec<Case> {
    let mut all = vec![Case::default()];
    for key in &compiled.variables {
        let bound = |value: Option<String>| {
            let key = key.clone();
            move |case: &Case| {
                let mut case = case.clone();
                case.bindings.insert(key.clone(), value.clone());
                case
            }
        };
        let home = caller.home(key);
        let mut next: Vec<Case> = Vec::new();
        match home {
            Home::Fixed(value) => next.extend(all.iter().map(bound(value))),
            Home::PrincipalArn | Home::PrincipalAccount | Home::RoleOfPath(_) => continue,
            Home::Own | Home::OwnPresent => {
                let table = compiled.keys.iter().find(|table| table.name == *key);
                let values = table.map_or_else(Vec::new, |table| table.exact_values(&Bindings::new()));
                if home == Home::Own {
                    next.extend(all.iter().map(bound(None)));
                }
                for value in &values {
                    next.extend(all.iter().map(bound(Some(value.clone()))));
                }
                next.extend(all.iter().map(|case| {
                    let mut case = case.clone();
                    case.others.insert(key.clone(), values.clone());
                    case
                }));
            }
        }
        if next.len() > CHOICES_TRIED {
            continue;
        }
        all = next;
    }
    all
}

/// Values for the variables of a question, to be tried one after the other.
fn choices(compiled: &Compiled<'_>, cells: &[Cell], caller: &Caller, region: &Region) -> Vec<Bindings> {
    let mut values: BTreeSet<String> = BTreeSet::new();
    let mut likely: Vec<String> = Vec::new();
    for ((key, examples), cell) in compiled.keys.iter().zip(&compiled.key_examples).zip(cells.iter().skip(3)) {
        let left = match cell {
            Cell::Set(bits) => bits,
            Cell::Key { single, .. } | Cell::Text { special: single, .. } => single,
        };
        likely.extend(left.iter().filter_map(|atom| examples.get(atom.checked_sub(1)?)).take(2).cloned());
        if compiled.variables.contains(&key.name) {
            values.extend(examples.iter().cloned());
        }
    }
    // A user that a policy names has that name.
    if let Some(Cell::Set(bits)) = cells.get(CALLER) {
        let named = bits.iter().filter_map(|atom| compiled.caller_atoms.examples.get(atom));
        likely.extend(named.filter_map(|arn| Some(arn.split_once(":user/")?.1.rsplit('/').next()?.to_owned())).take(4));
    }
    likely.push(String::from("alice"));
    // What stands between the separators of the resources asked about is what a variable there must be.
    let words = region.resources.iter().flatten().flat_map(|text| text.split([':', '/', '*', '?']));
    likely.extend(words.skip(3).filter(|word| !word.is_empty()).map(str::to_owned));
    likely.extend(values);
    let caller_example = compiled.caller_atoms.examples.first();
    let mut all: Vec<Bindings> = vec![Bindings::new()];
    for key in &compiled.variables {
        let options: Vec<Option<String>> = match caller.home(key) {
            Home::Fixed(value) => vec![value],
            Home::RoleOfPath(role) => vec![Some(with_path(&role))],
            Home::PrincipalArn => vec![caller_example.cloned()],
            Home::PrincipalAccount => {
                vec![caller_example.and_then(|arn| arn.split(':').nth(4)).map(str::to_owned)]
            }
            home @ (Home::Own | Home::OwnPresent) => {
                let mut options: Vec<Option<String>> = Vec::new();
                for value in likely.iter().filter(|value| !value.is_empty()) {
                    if options.len() < VALUES_TRIED && !options.contains(&Some(value.clone())) {
                        options.push(Some(value.clone()));
                    }
                }
                if home == Home::Own {
                    options.push(None);
                }
                options
            }
        };
        let mut next = Vec::new();
        for option in options {
            for bindings in &all {
                let mut bindings = bindings.clone();
                bindings.insert(key.clone(), option.clone());
                next.push(bindings);
            }
        }
        next.truncate(CHOICES_TRIED);
        all = next;
    }
    all
}
