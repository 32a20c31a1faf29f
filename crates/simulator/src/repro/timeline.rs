//! The timeline: what the customer, AWS and the vendor did, from the stage's lines and the records of the trace. What is
//! the same for many accounts at one time is one entry; checks that find what was known are left out.

use super::mail::name_of;
use crate::account::AccountNumber;
use crate::cloudformation::{DetailedStatus, OperationStatus};
use crate::play::Play;
use crate::random::EntityId;
use crate::scenario::AccountRef;
use crate::scenario::stage::{Actor, Stage};
use crate::text::hash_text;
use crate::time::SimTime;
use crate::trace::{CustomerEvent, Deactivation, Event, Record, VendorEvent};
use rolecall_core::access_check::{IdOf, Outcome, Outcomes, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The customer's people and automation.
    Customer,
    /// AWS.
    Aws,
    /// The vendor's service.
    Vendor,
    /// What goes out to the customer.
    Mail,
}

impl Lane {
    /// All of them, from above.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Aws, Self::Vendor, Self::Mail];

    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Aws => "AWS",
            Self::Vendor => "vendor",
            Self::Mail => "e-mail",
        }
    }
}

/// How an entry bears on access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Neither.
    Plain,
    /// For the better.
    Good,
    /// It has to be looked at.
    Warning,
    /// For the worse.
    Bad,
}

impl Tone {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: SimTime,
    /// Who.
    pub lane: Lane,
    /// About which accounts; empty when about none or an organization as a whole.
    pub accounts: Vec<String>,
    /// What.
    pub text: String,
    /// AWS's error as it came.
    pub error: Option<String>,
    /// How it bears on access.
    pub tone: Tone,
    /// Whether the vendor serves the accounts from then on; nothing when that does not change.
    pub serves: Option<bool>,
}

/// What is known of the world, to read records with.
struct Reader<'a> {
    play: &'a Play,
    stage: &'a Stage,
    names: BTreeMap<EntityId, (AccountNumber, String)>,
    organizations: BTreeMap<EntityId, String>,
    role: u64,
    /// What was last seen of each account, so that only what is new is told.
    verdicts: BTreeMap<EntityId, (Verdict, Outcomes)>,
    waits: BTreeSet<EntityId>,
    /// Why stack instances failed.
    reasons: BTreeMap<AccountNumber, String>,
}

pub(super) fn entries(mut play: Play, stage: &Stage) -> Vec<Entry> {
    let reasons = reasons(&mut play, stage);
    let mut reader = Reader::new(&play, stage, reasons);
    let mut entries = lines(stage);
    // What is found at the beginning stands in the setup.
    let found = |record: &Record| record.at == SimTime::START && matches!(record.event, Event::RoleWritten(..));
    for record in play.world().trace().records().iter().filter(|record| !found(record)) {
        let Some((lane, text, tone)) = reader.told(record.subject, &record.event) else { continue };
        let accounts = reader.names.get(&record.subject).map(|(_, name)| name.clone()).into_iter().collect();
        let error = reader.error_of(record.subject, &record.event);
        let serves = serves(&record.event);
        entries.push(Entry { at: record.at, lane, accounts, text, error, tone, serves });
    }
    entries.sort_by_key(|entry| entry.at);
    merged(entries)
}

/// What people and scripts did, as the stage wrote it down.
fn lines(stage: &Stage) -> Vec<Entry> {
    let entry = |line: &crate::scenario::stage::Line| Entry {
        at: line.at,
        lane: match line.actor {
            Actor::Customer => Lane::Customer,
            Actor::Aws => Lane::Aws,
            Actor::Vendor => Lane::Vendor,
        },
        accounts: Vec::new(),
        text: line.text.clone(),
        error: line.error.as_ref().map(|error| format!("{}: {}", error.code.as_str(), error.message)),
        tone: if line.error.is_some() || line.stopped.is_some() { Tone::Bad } else { Tone::Plain },
        serves: None,
    };
    stage.lines.iter().map(entry).collect()
}

/// The reason of each account's failed stack instance, as it stands at the end.
fn reasons(play: &mut Play, stage: &Stage) -> BTreeMap<AccountNumber, String> {
    let mut reasons = BTreeMap::new();
    for set in stage.stack_sets() {
        let Ok(instances) = play.world_mut().list_stack_instances(&set.caller, set.key) else { continue };
        for instance in instances {
            let number = play.world().account(instance.account).number();
            reasons.extend(instance.reason.map(|reason| (number, reason.to_string())));
        }
    }
    reasons
}

/// Whether the vendor serves an account after an event.
const fn serves(event: &Event) -> Option<bool> {
    match event {
        Event::Vendor(VendorEvent::Activated { .. }) => Some(true),
        Event::Vendor(
            VendorEvent::Deactivated { .. }
            | VendorEvent::Departed { .. }
            | VendorEvent::Checked { verdict: Verdict::Denied | Verdict::Insecure, repeated: false, .. },
        ) => Some(false),
        _ => None,
    }
}

/// Entries of one second that differ by nothing but the account become one.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        let second = entry.at.0 / 1_000;
        let alike = merged.iter_mut().rev().take_while(|known| known.at.0 / 1_000 == second).find(|known| {
            !known.accounts.is_empty()
                && !entry.accounts.is_empty()
                && (known.lane, &known.text, &known.error) == (entry.lane, &entry.text, &entry.error)
        });
        match alike {
            Some(known) => {
                let new: Vec<String> =
                    entry.accounts.into_iter().filter(|name| !known.accounts.contains(name)).collect();
                known.accounts.extend(new);
            }
            None => merged.push(entry),
        }
    }
    merged
}

type Told = Option<(Lane, String, Tone)>;

impl<'a> Reader<'a> {
    fn new(play: &'a Play, stage: &'a Stage, reasons: BTreeMap<AccountNumber, String>) -> Self {
        let world = play.world();
        let members = (0..stage.scenario().accounts.len()).map(AccountRef::Member);
        let all = (0..stage.organizations.len()).map(AccountRef::Management).chain(members);
        let names = all.filter_map(|account| {
            let holder = world.account(stage.key_of(account)?);
            Some((holder.entity(), (holder.number(), stage.name(account))))
        });
        let organizations = stage.organizations.iter().enumerate();
        let organizations = organizations.map(|(number, staged)| {
            (world.organization_entity(staged.key), stage.organization_name(number).to_owned())
        });
        Self {
            play,
            stage,
            names: names.collect(),
            organizations: organizations.collect(),
            role: hash_text(&stage.scenario().vendor.role_name),
            verdicts: BTreeMap::new(),
            waits: BTreeSet::new(),
            reasons,
        }
    }

    fn told(&mut self, subject: EntityId, event: &Event) -> Told {
        match event {
            Event::Vendor(event) => self.vendor(subject, event),
            Event::Customer(event) => self.customer(subject, *event),
            Event::StateChanged(state) => {
                Some((Lane::Aws, format!("Organizations has it as {}", state.as_str()), Tone::Plain))
            }
            Event::RoleWritten(name, _) if *name == self.role && self.is_customers(subject) => {
                Some((Lane::Aws, format!("role {} is written", self.stage.scenario().vendor.role_name), Tone::Plain))
            }
            Event::RoleDeleted(name) if *name == self.role => {
                Some((Lane::Aws, format!("role {} is deleted", self.stage.scenario().vendor.role_name), Tone::Warning))
            }
            Event::Operation(number, status) => {
                let status = operation_status(*status)?;
                let tone = match status {
                    OperationStatus::Failed => Tone::Bad,
                    OperationStatus::Succeeded => Tone::Good,
                    _ => return None,
                };
                Some((Lane::Aws, format!("stack set operation {} is {}", number + 1, status.as_str()), tone))
            }
            Event::Instance(account, _, status) => self.instance(*account, *status),
            _ => None,
        }
    }

    /// The runs of a rollout; their beginnings and calls stand among the lines of the stage.
    fn customer(&self, subject: EntityId, event: CustomerEvent) -> Told {
        let here = self.organizations.get(&subject)?;
        let (text, tone) = match event {
            CustomerEvent::ManagementUnlocked => (format!("the members of {here} are unlocked"), Tone::Good),
            CustomerEvent::RolloutEnded => (format!("the rollout of {here} is over"), Tone::Plain),
            CustomerEvent::RemovalEnded => (format!("the removal of the role from {here} is over"), Tone::Warning),
            CustomerEvent::RolloutBegan
            | CustomerEvent::RemovalBegan
            | CustomerEvent::RolloutCreates
            | CustomerEvent::RolloutOverwrites
            | CustomerEvent::RolloutRemoves
            | CustomerEvent::DeliveryFailed => return None,
        };
        Some((Lane::Customer, text, tone))
    }

    fn is_customers(&self, subject: EntityId) -> bool {
        self.names.contains_key(&subject)
    }

    fn instance(&self, account: AccountNumber, status: u8) -> Told {
        let status = detailed_status(status)?;
        let tone = match status {
            DetailedStatus::Failed | DetailedStatus::Cancelled | DetailedStatus::FailedImport => Tone::Bad,
            DetailedStatus::SkippedSuspendedAccount | DetailedStatus::Inoperable => Tone::Warning,
            _ => return None,
        };
        let name = name_of(self.play, self.stage, account);
        Some((Lane::Aws, format!("the stack instance of {name} is {}", status.as_str()), tone))
    }

    /// The reason behind an entry, when it is known.
    fn error_of(&self, _subject: EntityId, event: &Event) -> Option<String> {
        let Event::Instance(account, _, status) = event else { return None };
        let failed = detailed_status(*status) == Some(DetailedStatus::Failed);
        self.reasons.get(account).filter(|_| failed).cloned()
    }

    fn vendor(&mut self, subject: EntityId, event: &VendorEvent) -> Told {
        let organization = |entity: &EntityId| self.organizations.get(entity).cloned().unwrap_or_default();
        let here = organization(&subject);
        Some(match event {
            VendorEvent::Tick(number) => (Lane::Vendor, format!("discovery tick {number} of {here}"), Tone::Plain),
            VendorEvent::Subscribed => (Lane::Vendor, format!("the onboarding of {here} is over"), Tone::Plain),
            VendorEvent::Disconnected => (Lane::Vendor, format!("{here} is disconnected"), Tone::Warning),
            VendorEvent::MigrationBegan { .. } => {
                (Lane::Vendor, format!("{here} moves to one external ID"), Tone::Plain)
            }
            VendorEvent::MigrationEnded => {
                (Lane::Vendor, format!("older external IDs in {here} do not count any more"), Tone::Plain)
            }
            VendorEvent::ListingEnded { complete: false, .. } => {
                let text = format!("the listing of {here} broke off: nobody in it is taken to have left");
                (Lane::Vendor, text, Tone::Warning)
            }
            VendorEvent::ListingDoubted { denied: true } => {
                let text = format!("the account given as management account of {here} may not list its accounts");
                (Lane::Vendor, text, Tone::Bad)
            }
            VendorEvent::ListingDoubted { denied: false } => {
                let text = format!("the listing of {here} lacks its management account");
                (Lane::Vendor, text, Tone::Bad)
            }
            VendorEvent::Paused { account } => {
                let name = name_of(self.play, self.stage, *account);
                (Lane::Vendor, format!("active management of {here} is paused because of {name}"), Tone::Bad)
            }
            VendorEvent::Resumed { .. } => (Lane::Vendor, format!("active management of {here} goes on"), Tone::Good),
            VendorEvent::Checked { verdict, outcomes, repeated, .. } => {
                return self.checked(subject, *verdict, *outcomes, *repeated);
            }
            event => return about_account(event),
        })
    }

    /// A check is told when it says something else than the one before, or when it fails.
    fn checked(&mut self, subject: EntityId, verdict: Verdict, outcomes: Outcomes, repeated: bool) -> Told {
        let known = self.verdicts.insert(subject, (verdict, outcomes));
        if !repeated {
            self.waits.remove(&subject);
        } else if !self.waits.insert(subject) {
            // The first of the repeated checks tells of all.
            return None;
        }
        let same = known == Some((verdict, outcomes));
        if verdict == Verdict::Validated && same {
            return None;
        }
        let (text, tone) = match verdict {
            Verdict::Validated => ("access check: validated".to_owned(), Tone::Good),
            Verdict::Denied => ("access check: denied".to_owned(), Tone::Bad),
            Verdict::Insecure => (format!("access check: insecure, {}", holes(outcomes)), Tone::Bad),
            Verdict::Unknown => (format!("access check: unknown ({})", undecided(outcomes)), Tone::Warning),
        };
        let text = if repeated { format!("{text}; repeated for a minute, before it counts") } else { text };
        Some((Lane::Vendor, text, tone))
    }
}

/// What the vendor does about one account.
fn about_account(event: &VendorEvent) -> Told {
    Some(match event {
        VendorEvent::Activated { by, .. } => {
            let by = match by {
                IdOf::Organization => "",
                IdOf::Account => ", by its own, older external ID",
            };
            (Lane::Vendor, format!("activated{by}"), Tone::Good)
        }
        VendorEvent::Deactivated { because, .. } => {
            let because = match because {
                Deactivation::Departed => "it left the organization".to_owned(),
                Deactivation::State(state) => format!("it is {}", state.as_str()),
                Deactivation::AccessLost => "access was denied".to_owned(),
                Deactivation::Insecure => "the role opens without the right ID".to_owned(),
                Deactivation::Moved => "another organization of the customer lists it".to_owned(),
                Deactivation::Conflict => "two customers claim it".to_owned(),
                Deactivation::Unsubscribed => "the customer left".to_owned(),
            };
            (Lane::Vendor, format!("not served any more: {because}"), Tone::Bad)
        }
        VendorEvent::Departed { .. } => (Lane::Vendor, "no member any more".to_owned(), Tone::Warning),
        VendorEvent::Notified { number, .. } => {
            let tone = if *number > 1 { Tone::Bad } else { Tone::Warning };
            (Lane::Mail, format!("e-mail {number}: access needed"), tone)
        }
        VendorEvent::ConflictRaised { .. } => (Lane::Vendor, "blocked: two customers claim it".to_owned(), Tone::Bad),
        VendorEvent::ConflictCleared { .. } => (Lane::Vendor, "no longer claimed twice".to_owned(), Tone::Good),
        _ => return None,
    })
}

fn holes(outcomes: Outcomes) -> String {
    let open = outcomes.iter().filter(|(probe, outcome)| probe.is_negative() && *outcome == Outcome::Allowed);
    format!("opens to {}", open.map(|(probe, _)| probe.describe()).collect::<Vec<_>>().join(", "))
}

fn undecided(outcomes: Outcomes) -> String {
    let open = outcomes.iter().filter(|(_, outcome)| !outcome.is_decided() && *outcome != Outcome::NotMade);
    let told: Vec<String> = open.map(|(probe, outcome)| format!("{}: {outcome:?}", probe.describe())).collect();
    // The role opens, and nothing else is wrong: only the listing can say whether the account belongs to the organization.
    if told.is_empty() { "not listed yet".to_owned() } else { told.join(", ") }
}

fn operation_status(number: u8) -> Option<OperationStatus> {
    use OperationStatus::{Failed, Queued, Running, Stopped, Stopping, Succeeded};
    [Queued, Running, Succeeded, Failed, Stopping, Stopped].into_iter().find(|status| *status as u8 == number)
}

fn detailed_status(number: u8) -> Option<DetailedStatus> {
    use DetailedStatus::{
        Cancelled, Failed, FailedImport, Inoperable, Pending, Running, SkippedSuspendedAccount, Succeeded,
    };
    [Pending, Running, Succeeded, Failed, Cancelled, Inoperable, SkippedSuspendedAccount, FailedImport]
        .into_iter()
        .find(|status| *status as u8 == number)
}
