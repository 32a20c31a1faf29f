//! Scenarios: a customer's situation as a TOML text. What a text means is read here, with the place of everything that is
//! wrong; the world is built from it in [`stage`]. The format is described in `docs/repro.md`.

mod action;
mod automation;
pub mod cases;
mod expect;
mod moment;
pub(crate) mod organization;
mod reorder;
mod role;
mod rollout;
pub mod stage;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use action::{Action, AsWho, Do};
pub use automation::{ControlPolicy, ControlType, PipelinePart, StackSetPart};
pub use expect::Expectation;
pub use moment::written;
pub use organization::{AccountPart, OrganizationPart, VendorPart, WorldPart};
pub(crate) use organization::{default_account, made_id, made_organization_id};
pub use role::{PolicyPart, RolePart, TrustIds, TrustPart};
pub use rollout::RolloutPart;
pub use table::Reading;
pub use write::{NotWritten, Remarks, Spot, write};

use crate::time::SimTime;
use rolecall_core::finding::NotJudged;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span, Spanned};
use table::{Reader, Table};
use toml::de::DeTable;

/// The only version of the format there is.
pub const VERSION: u32 = 1;

const KEYS: [&str; 15] = [
    "version",
    "case",
    "title",
    "question",
    "source",
    "until",
    "world",
    "vendor",
    "organization",
    "account",
    "policy",
    "stack_set",
    "pipeline",
    "rollout",
    "at",
];

/// A scenario: what is there at the beginning, what happens when, what is to come out.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The number of the customer case, when it is one of them.
    pub case: Option<u32>,
    /// One line.
    pub title: String,
    /// What the customer asks.
    pub question: String,
    /// Where the case comes from.
    pub sources: Vec<String>,
    /// When it ends.
    pub until: SimTime,
    /// How long things take.
    pub world: WorldPart,
    /// The vendor.
    pub vendor: VendorPart,
    /// At least one.
    pub organizations: Vec<OrganizationPart>,
    /// Members; `count` accounts are as many entries.
    pub accounts: Vec<AccountPart>,
    /// SCPs and RCPs.
    pub policies: Vec<ControlPolicy>,
    /// Stack sets.
    pub stack_sets: Vec<StackSetPart>,
    /// Pipelines that bring the role into accounts that join.
    pub pipelines: Vec<PipelinePart>,
    /// The customers' own rollouts, one for each organization at most.
    pub rollouts: Vec<RolloutPart>,
    /// What happens, by time.
    pub actions: Vec<Action>,
    /// What is to come out.
    pub expect: Vec<Expectation>,
}

/// What reading a scenario gave.
#[derive(Clone, Debug)]
pub struct Read {
    /// The file as the only source.
    pub sources: SourceMap,
    /// The scenario; `None` when anything is wrong with it.
    pub scenario: Option<Scenario>,
    /// Everything that is wrong, by place.
    pub problems: Vec<NotJudged>,
}

/// Reads a scenario; `path` is what places in it are shown with.
pub fn read(path: &str, text: &str, reading: Reading) -> Read {
    let mut sources = SourceMap::new();
    let file = sources.add(path, text);
    let mut reader = Reader { file, reading, problems: Vec::new() };
    let scenario = parse(file, text, &mut reader);
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span);
    let scenario = scenario.filter(|_| problems.is_empty());
    Read { sources, scenario, problems }
}

fn parse(file: FileId, text: &str, reader: &mut Reader) -> Option<Scenario> {
    if text.trim().is_empty() {
        let help = "`docs/repro.md` describes the format; `rolecall repro 04 --show` prints a scenario to start from";
        reader.add("empty-document", Span::file(file), "the scenario is empty", help);
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or(Span::file(file), |range| reader.span(range));
        let message = format!("the file is no valid TOML: {}", error.message().replace('\n', ", "));
        reader.add("scenario-syntax", span, message, "mend the TOML here; strings stand in double quotes");
    }
    if !errors.is_empty() {
        return None;
    }
    let mut known = KEYS.to_vec();
    known.push("expect");
    let top = Table::root(root.get_ref(), reader, &known);
    version(&top, reader);
    let world = organization::read_world(&top, reader);
    let vendor = organization::read_vendor(&top, reader);
    let organizations = organization::read_organizations(&top, reader);
    let mut names = Names::of(&organizations);
    let accounts = organization::read_accounts(&top, &mut names, reader);
    organization::check_roles(&top, &names, reader);
    let policies = automation::read_policies(&top, &mut names, reader);
    let stack_sets = automation::read_stack_sets(&top, &mut names, reader);
    let pipelines = automation::read_pipelines(&top, &names, reader);
    let rollouts = rollout::read_rollouts(&top, &mut names, reader);
    let mut actions = action::read(&top, &names, reader);
    actions.sort_by_key(|action| action.at);
    let until = top.moment("until", reader);
    let last = actions.last().map_or(SimTime::START, |action| action.at);
    let until = until.unwrap_or(last + crate::time::SimSpan::hours(4));
    let expect = expect::read(&top, &names, until, reader);
    let text = |key, example, reader: &mut Reader| top.required(key, example, reader).map(|text| text.value);
    Some(Scenario {
        case: top.number("case", 9_999, reader),
        title: text("title", "title = \"An account without the role\"", reader)?,
        question: top.string("question", reader).map(|text| text.value).unwrap_or_default(),
        sources: top.strings("source", reader).into_iter().map(|text| text.value).collect(),
        until,
        world,
        vendor,
        organizations,
        accounts,
        policies,
        stack_sets,
        pipelines,
        rollouts,
        actions,
        expect,
    })
}

fn version(top: &Table<'_>, reader: &mut Reader) {
    if !top.has("version") {
        let _: Option<()> = top.missing("version", "version = 1", reader);
        return;
    }
    if let Some(version) = top.number("version", u32::MAX, reader)
        && version != VERSION
    {
        let message = format!("`version` is {version}");
        reader.add("scenario-version", top.place("version", reader), message, "this program reads version 1");
    }
}

/// The names that a scenario gives, to find what others mean by them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) organizations: Vec<String>,
    pub(crate) units: Vec<(usize, String)>,
    pub(crate) accounts: Vec<String>,
    pub(crate) policies: Vec<String>,
    pub(crate) stack_sets: Vec<String>,
    /// Organizations that have a rollout.
    pub(crate) rollouts: Vec<usize>,
}

/// Where something is attached, moved to or deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root of an organization.
    Root(usize),
    /// A unit of an organization, by its path.
    Unit(usize, String),
    /// An account; `accounts.len()` and above are the management accounts.
    Account(AccountRef),
}

/// An account of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountRef {
    /// The management account of an organization.
    Management(usize),
    /// A member.
    Member(usize),
}

impl Names {
    fn of(organizations: &[OrganizationPart]) -> Self {
        let mut names = Self::default();
        for (number, organization) in organizations.iter().enumerate() {
            names.organizations.push(organization.name.clone());
            names.units.extend(organization.units.iter().map(|unit| (number, unit.clone())));
        }
        names
    }

    /// An organization by its name; the first when nothing is said.
    fn organization(&self, table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<usize> {
        match table.string(key, reader) {
            Some(name) => find(&name, "organization", &self.organizations, reader),
            None => Some(0),
        }
    }

    /// `management`, `NAME/management`, or the name of an account.
    fn account_ref(&self, name: &Spanned<String>, reader: &mut Reader) -> Option<AccountRef> {
        let organization = match name.value.as_str() {
            "management" => Some(0),
            other => other
                .strip_suffix("/management")
                .and_then(|organization| self.organizations.iter().position(|known| known == organization)),
        };
        if let Some(organization) = organization {
            return Some(AccountRef::Management(organization));
        }
        let mut known = self.accounts.clone();
        known.push("management".to_owned());
        find(name, "account", &known, reader).map(AccountRef::Member)
    }

    fn account(&self, table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<AccountRef> {
        let name = table.required(key, "account = \"payments\"", reader)?;
        self.account_ref(&name, reader)
    }

    /// `root`, a unit's path, or an account.
    fn place(&self, name: &Spanned<String>, organization: usize, reader: &mut Reader) -> Option<Place> {
        if name.value == "root" {
            return Some(Place::Root(organization));
        }
        if self.units.contains(&(organization, name.value.clone())) {
            return Some(Place::Unit(organization, name.value.clone()));
        }
        if let Some(account) = self.accounts.iter().position(|known| *known == name.value) {
            return Some(Place::Account(AccountRef::Member(account)));
        }
        let of_organization = self.units.iter().filter(|(number, _)| *number == organization).map(|(_, unit)| unit);
        let mut known: Vec<&str> = of_organization.map(String::as_str).collect();
        known.push("root");
        known.extend(self.accounts.iter().map(String::as_str));
        reader.unknown_value(name, "unit or account of this scenario", &known);
        None
    }
}

/// The place of a name among those known.
fn find(name: &Spanned<String>, what: &str, known: &[String], reader: &mut Reader) -> Option<usize> {
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        reader.unknown_value(name, &format!("{what} of this scenario"), &known);
    }
    found
}
