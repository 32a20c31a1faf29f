//! Bugs planted between the machine and the world: each is caught by the property that it violates. Without them the same
//! worlds hold.

use crate::checker::Property;
use crate::play::planted::Bug;
use crate::random::Seed;
use crate::random_world::build::Stage;
use crate::random_world::minimise::minimise_with;
use crate::random_world::plan::Plan;
use crate::random_world::run::{judge, play};
use crate::text::TextId;
use rolecall_core::access_check::{Answer, IdOf, Outcome, Probe, Verdict, WrongKind};
use rolecall_core::organization::ServiceMode;
use rolecall_lifecycle::vendor::{Conflict, Deactivated, Effect, Event, ListedAccount, Vendor};
use rolecall_lifecycle::{AccountState, TimeMs};
use std::collections::BTreeSet;

/// Worlds that a bug may take until it is caught.
const WORLDS_MAX: u64 = 60;

/// What the service does that it should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planted {
    /// Negative probes are taken for denied without being made.
    NoNegatives,
    /// The same with the one without an ID only.
    NotWithoutId,
    /// The same with the one in other case only.
    NotInOtherCase,
    /// A role that opens without an ID is taken for one that does not.
    OpenIsFine,
    /// Every listed state is taken for ACTIVE.
    EverybodyIsActive,
    /// A listing that breaks off is taken for a complete one.
    PartialIsComplete,
    /// A complete listing is taken for one that broke off.
    CompleteIsPartial,
    /// The random ID is another organization's.
    ForeignId(TextId),
    /// Throttling and faults are taken for denied.
    UnknownIsDenied,
    /// The same for the organization's ID alone: the account's own one is tried.
    FallBackOnThrottling,
    /// Management goes on.
    NeverPauses,
    /// Management does not go on.
    NeverResumes,
    /// A pause for each failed check.
    PausesForAnything,
    /// Each mail goes out twice.
    MailsTwice,
    /// Mails are numbered from 2.
    NumbersFromTwo,
    /// A mail for a check that could not be judged.
    MailsForUnknown,
    /// One mail, then silence.
    MailsOnce,
    /// Who departs is served again.
    ServesDeparted,
    /// Who is claimed by two is served for the second.
    ServesClaimant,
    /// Who loses access is served on.
    ServesOn,
    /// A check that could not be judged ends the service.
    UnknownEndsService,
    /// Nobody is served.
    ServesNobody,
    /// Resellers are asked for member roles.
    AsksResellers,
    /// Migrations do not end.
    MigrationsGoOn,
}

impl Bug for Planted {
    fn boxed(&self) -> Box<dyn Bug> {
        Box::new(*self)
    }

    fn step(&mut self, vendor: &mut Vendor, now: TimeMs, event: Event<'_>, effects: &mut Vec<Effect>) {
        let base = effects.len();
        let all_active: Vec<ListedAccount>;
        let event = match event {
            Event::ListingPage { organization, round, accounts } if *self == Self::EverybodyIsActive => {
                all_active =
                    accounts.iter().map(|line| ListedAccount { state: AccountState::Active, ..*line }).collect();
                Event::ListingPage { organization, round, accounts: &all_active }
            }
            other => self.event(other),
        };
        let Some(event) = event_or_nothing(*self, event) else { return };
        vendor.step(now, event, effects);
        let new: Vec<Effect> = effects.drain(base..).collect();
        for effect in new {
            self.effect(vendor, now, effect, effects);
        }
    }

    fn id(&mut self, probe: Probe, id: Option<TextId>) -> Option<TextId> {
        match self {
            Self::ForeignId(other) if probe == Probe::Wrong(WrongKind::Random) => Some(*other),
            _ => id,
        }
    }
}

fn event_or_nothing(bug: Planted, event: Event<'_>) -> Option<Event<'_>> {
    let dropped = bug == Planted::MigrationsGoOn && matches!(event, Event::MigrationRequested { .. });
    (!dropped).then_some(event)
}

impl Planted {
    fn event(self, event: Event<'_>) -> Event<'_> {
        match (self, event) {
            (Self::PartialIsComplete, Event::ListingPartial { organization, round, .. }) => {
                Event::ListingComplete { organization, round }
            }
            (Self::CompleteIsPartial, Event::ListingComplete { organization, round }) => {
                let problem = rolecall_lifecycle::vendor::ListingProblem::Fault;
                Event::ListingPartial { organization, round, problem }
            }
            (Self::UnknownIsDenied, Event::ProbeAnswered { check, probe, answer: Answer::Outcome(outcome) })
                if !outcome.is_decided() =>
            {
                Event::ProbeAnswered { check, probe, answer: Answer::Outcome(Outcome::AccessDenied) }
            }
            (
                Self::FallBackOnThrottling,
                Event::ProbeAnswered {
                    check,
                    probe: probe @ Probe::Right(IdOf::Organization),
                    answer: Answer::Outcome(Outcome::Throttled),
                },
            ) => Event::ProbeAnswered { check, probe, answer: Answer::Outcome(Outcome::AccessDenied) },
            (Self::OpenIsFine, Event::ProbeAnswered { check, probe, .. }) if probe.is_negative() => {
                Event::ProbeAnswered { check, probe, answer: Answer::Outcome(Outcome::AccessDenied) }
            }
            (Self::AsksResellers, Event::OrganizationAdded(mut new)) => {
                new.mode = ServiceMode::RealTime;
                Event::OrganizationAdded(new)
            }
            (_, event) => event,
        }
    }

    /// Whether a probe is answered without being made.
    fn makes_up(self, probe: Probe) -> bool {
        match self {
            Self::NoNegatives => probe.is_negative(),
            Self::NotWithoutId => probe == Probe::NoId,
            Self::NotInOtherCase => probe == Probe::Wrong(WrongKind::CaseFlipped),
            _ => false,
        }
    }

    fn effect(&mut self, vendor: &mut Vendor, now: TimeMs, effect: Effect, out: &mut Vec<Effect>) {
        if let Effect::Probe { check, probe } = effect
            && self.makes_up(probe)
        {
            let answer = Answer::Outcome(Outcome::AccessDenied);
            let mut then = Vec::new();
            vendor.step(now, Event::ProbeAnswered { check, probe, answer }, &mut then);
            for effect in then {
                self.effect(vendor, now, effect, out);
            }
            return;
        }
        let by = IdOf::Organization;
        match (*self, &effect) {
            (Self::NeverPauses, Effect::PauseManagement { .. } | Effect::ResumeManagement { .. })
            | (Self::NeverResumes, Effect::ResumeManagement { .. })
            | (Self::ServesOn, Effect::Deactivate { because: Deactivated::AccessLost, .. })
            | (Self::ServesNobody, Effect::Activate { .. }) => {}
            (Self::MailsOnce, Effect::Notify { number, .. }) if *number > 1 => {}
            (Self::MailsTwice, Effect::Notify { .. }) => out.extend([effect.clone(), effect]),
            (Self::NumbersFromTwo, Effect::Notify { account, organization, number, evidence }) => {
                let (account, organization, evidence) = (*account, *organization, evidence.clone());
                out.push(Effect::Notify { account, organization, number: number + 1, evidence });
            }
            (Self::PausesForAnything, Effect::Checked { account, organization, judgement, .. })
                if judgement.verdict() == Verdict::Denied =>
            {
                let (account, organization) = (*account, *organization);
                out.extend([effect, Effect::PauseManagement { organization, account }]);
            }
            (Self::UnknownEndsService, Effect::Checked { account, organization, judgement, .. })
                if judgement.verdict() == Verdict::Unknown =>
            {
                let (account, organization) = (*account, *organization);
                out.extend([effect, Effect::Deactivate { account, organization, because: Deactivated::AccessLost }]);
            }
            (Self::MailsForUnknown, Effect::Checked { account, organization, judgement, .. })
                if judgement.verdict() == Verdict::Unknown =>
            {
                let (account, organization) = (*account, *organization);
                let known = vendor.account(account).copied();
                out.push(effect);
                out.extend(known.map(|known| {
                    let evidence = Box::new(evidence_of(&known));
                    Effect::Notify { account, organization, number: known.notifications + 1, evidence }
                }));
            }
            (Self::ServesDeparted, Effect::Departed { account, organization }) => {
                let (account, organization) = (*account, *organization);
                out.extend([effect, Effect::Activate { account, organization, by }]);
            }
            (Self::ServesClaimant, Effect::RaiseConflict(Conflict::AccountClaimedTwice { account, claimant, .. })) => {
                let (account, organization) = (*account, *claimant);
                out.extend([effect, Effect::Activate { account, organization, by }]);
            }
            _ => out.push(effect),
        }
    }
}

fn evidence_of(known: &rolecall_lifecycle::vendor::Account) -> rolecall_lifecycle::vendor::Evidence {
    rolecall_lifecycle::vendor::Evidence {
        account: known.number,
        organization: known.organization,
        kind: rolecall_core::organization::AccountKind::Member,
        state: known.state,
        first_listed: known.first_listed,
        changed: known.changed,
        occasion: rolecall_lifecycle::vendor::Occasion::NewAccount,
        own_id: false,
        migration_over: false,
        failed_checks: known.failed_checks,
        checks: Vec::new(),
    }
}

/// The properties that the first worlds with a bug violate, until the expected one is among them.
#[track_caller]
fn caught(expected: Property, plant: impl Fn(&mut Stage)) {
    let mut others = BTreeSet::new();
    for seed in 0..WORLDS_MAX {
        let mut stage = Stage::new(Plan::of(Seed(seed))).unwrap();
        plant(&mut stage);
        let coverage = play(&mut stage);
        for violation in judge(stage, coverage).report.violations {
            if violation.property == expected {
                println!("caught in world {seed}: {violation}");
                return;
            }
            others.insert(violation.property);
        }
    }
    panic!("{expected:?} was not violated in {WORLDS_MAX} worlds, only {others:?}");
}

#[track_caller]
fn bug(planted: Planted, expected: Property) {
    caught(expected, |stage| stage.play.plant(Box::new(planted)));
}

each_planted_bug!(bug);

/// What is needed for a pause is one account that loses its role: two or three actions, one or two accounts.
#[test]
fn a_failing_plan_becomes_small() {
    let violations = |plan: &Plan| {
        let mut stage = Stage::new(plan.clone()).unwrap();
        stage.play.plant(Box::new(Planted::NeverPauses));
        let coverage = play(&mut stage);
        judge(stage, coverage).report.violations
    };
    let fails = |seed: &u64| {
        let plan = Plan::of(Seed(*seed));
        let at_first = plan.actions.first().map_or(crate::time::SimTime::START, |timed| timed.at);
        // Not one that is paused before anything happens.
        plan.actions.len() > 20
            && violations(&plan).first().is_some_and(|one| one.property == Property::Pause && one.at > at_first)
    };
    let seed = (0..WORLDS_MAX).find(fails).unwrap();
    let plan = Plan::of(Seed(seed));
    let smallest = minimise_with(&plan, Property::Pause, 300, &violations).unwrap();
    assert!(smallest.plan.actions.len() <= 5, "{}", smallest.plan);
    assert!(smallest.plan.account_count() < plan.account_count() / 2, "{}", smallest.plan);
    assert_eq!(smallest.violation.property, Property::Pause);
    // It replays, and its text says what is left of it.
    assert_eq!(
        violations(&smallest.plan).iter().find(|one| one.property == Property::Pause),
        Some(&smallest.violation)
    );
    let text = smallest.plan.to_string();
    assert!(text.starts_with(&format!("seed {seed}\n")) && text.lines().count() < 30, "{text}");
}

#[test]
fn another_organizations_id_is_sent() {
    caught(Property::ForeignId, |stage| {
        let other = stage.play.world_mut().text("Organization-1-Id-1");
        stage.play.plant(Box::new(Planted::ForeignId(other)));
    });
}

#[test]
fn members_before_the_management_account() {
    caught(Property::ManagementFirst, |stage| stage.rollouts.automation.hasty = true);
}
