//! A trace in the making: what happens, minute by minute, in a few letters.

use crate::account::{AccountNumber, AccountState};
use crate::checker::{PauseRule, Property, Report, Rules, Violation, check};
use crate::random::EntityId;
use crate::time::{SimSpan, SimTime};
use crate::trace::{CustomerEvent, Deactivation, Event, Record, VendorEvent};
use rolecall_core::access_check::{IdOf, Outcome, Outcomes, Probe, Verdict, WrongKind, WrongKinds};

pub(super) const ROLE: u64 = 0x201e;

/// Organization `o`: its entity.
pub(super) fn organization(o: u64) -> EntityId {
    EntityId::organization(o)
}

pub(super) fn account(a: u64) -> AccountNumber {
    AccountNumber::new(a).unwrap()
}

/// The management account of an organization.
pub(super) fn management(o: u64) -> u64 {
    900 + o
}

/// The hash of the external ID of an organization.
pub(super) fn id_of(o: u64) -> u64 {
    0x1d00 + o
}

/// The hash of the ID of an account of its own.
pub(super) fn own_id(a: u64) -> u64 {
    0x0a00 + a
}

pub(super) fn rules() -> Rules {
    Rules {
        role: ROLE,
        window: SimSpan::minutes(1),
        latency: SimSpan::ZERO,
        wrong_ids: WrongKinds::ALL,
        pause: PauseRule::Loss,
        recheck_ticks: 1,
    }
}

#[derive(Clone, Debug)]
pub(super) struct Story {
    now: SimTime,
    records: Vec<Record>,
    check: u32,
    round: u32,
    /// By organization.
    ticks: std::collections::BTreeMap<u64, u32>,
    pub(super) rules: Rules,
}

/// A right check: every letter of [`Story::probes`].
pub(super) const RIGHT: &str = "o+ n- r- s- c- i+";

impl Story {
    /// Organizations 1 and 2 of tenant 1, 3 of tenant 2, each with an active management account at tick 1.
    pub(super) fn begin() -> Self {
        let mut story = Self {
            now: SimTime::START,
            records: vec![],
            check: 0,
            round: 0,
            ticks: (1..9).map(|o| (o, 1)).collect(),
            rules: rules(),
        };
        for (o, tenant) in [(1, 1), (2, 1), (3, 2)] {
            story.connect(o, tenant, false);
            story.join(management(o), o);
        }
        for o in 1..=3 {
            story.organization(o, VendorEvent::Tick(1)).serve(management(o), o);
            story.listing(o, true);
        }
        story
    }

    pub(super) fn connect(&mut self, o: u64, tenant: u32, lagging: bool) -> &mut Self {
        let management = account(management(o));
        self.organization(o, VendorEvent::Connected { tenant, management, lagging, subscribed: true });
        self.organization(o, VendorEvent::IdBound { account: None, id: id_of(o) })
    }

    /// Lets minutes pass.
    pub(super) fn wait(&mut self, minutes: u64) -> &mut Self {
        self.now = self.now + SimSpan::minutes(minutes);
        self
    }

    pub(super) fn seconds(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now + SimSpan::seconds(seconds);
        self
    }

    /// What the probes of the check under way of an account found.
    fn outcomes(&self, a: u64) -> Outcomes {
        let of_check = self.records.iter().filter(|record| record.subject == EntityId::account(a));
        Outcomes::of(of_check.filter_map(|record| match record.event {
            Event::Vendor(VendorEvent::Probed { check, probe, outcome, .. }) if check == self.check => {
                Some((probe, outcome))
            }
            _ => None,
        }))
    }

    fn add(&mut self, subject: EntityId, event: Event) -> &mut Self {
        self.records.push(Record { at: self.now, subject, event });
        self
    }

    pub(super) fn organization(&mut self, o: u64, event: VendorEvent) -> &mut Self {
        self.add(organization(o), Event::Vendor(event))
    }

    pub(super) fn of(&mut self, a: u64, event: VendorEvent) -> &mut Self {
        self.add(EntityId::account(a), Event::Vendor(event))
    }

    pub(super) fn world(&mut self, a: u64, event: Event) -> &mut Self {
        self.add(EntityId::account(a), event)
    }

    pub(super) fn customer(&mut self, o: u64, event: CustomerEvent) -> &mut Self {
        self.add(organization(o), Event::Customer(event))
    }

    pub(super) fn join(&mut self, a: u64, o: u64) -> &mut Self {
        self.world(a, Event::Joined(organization(o)))
    }

    pub(super) fn leave(&mut self, a: u64, o: u64) -> &mut Self {
        self.world(a, Event::Left(organization(o)))
    }

    /// The next hour's tick of an organization.
    pub(super) fn tick(&mut self, o: u64) -> &mut Self {
        self.wait(60);
        let tick = self.ticks.get_mut(&o).unwrap();
        *tick += 1;
        let event = VendorEvent::Tick(*tick);
        self.organization(o, event)
    }

    pub(super) fn listing(&mut self, o: u64, complete: bool) -> &mut Self {
        self.round += 1;
        let round = self.round;
        self.organization(o, VendorEvent::ListingEnded { round, complete })
    }

    pub(super) fn listed(&mut self, a: u64, o: u64, state: AccountState) -> &mut Self {
        let round = self.round + 1;
        self.of(a, VendorEvent::Listed { organization: organization(o), round, state })
    }

    pub(super) fn unlisted(&mut self, a: u64, o: u64) -> &mut Self {
        let round = self.round + 1;
        self.of(a, VendorEvent::Unlisted { organization: organization(o), round })
    }

    /// The probes of a new check: which (`o`rganization's ID, `a`ccount's own, `n`one, `r`andom, `s`uffix, `c`ase,
    /// `i`dentity) and how each was answered (`+` allowed, `-` denied, `t`hrottled, `x` another account).
    pub(super) fn probes(&mut self, a: u64, o: u64, letters: &str) -> &mut Self {
        self.check += 1;
        for probe in letters.split_whitespace() {
            self.probe(a, o, probe);
        }
        self
    }

    /// One more probe of the check.
    pub(super) fn probe(&mut self, a: u64, o: u64, letters: &str) -> &mut Self {
        let (which, answer) = letters.split_at(1);
        let (probe, id) = match which {
            "o" => (Probe::Right(IdOf::Organization), Some(id_of(o))),
            "a" => (Probe::Right(IdOf::Account), Some(own_id(a))),
            "n" => (Probe::NoId, None),
            "r" => (Probe::Wrong(WrongKind::Random), Some(0xf001)),
            "s" => (Probe::Wrong(WrongKind::Suffix), Some(0xf002)),
            "c" => (Probe::Wrong(WrongKind::CaseFlipped), Some(0xf003)),
            "i" => (Probe::CallerIdentity, None),
            other => panic!("{other}"),
        };
        let outcome = match answer {
            "+" => Outcome::Allowed,
            "-" => Outcome::AccessDenied,
            "t" => Outcome::Throttled,
            "x" => Outcome::OtherAccount,
            other => panic!("{other}"),
        };
        self.sent(a, o, probe, id, outcome)
    }

    pub(super) fn sent(&mut self, a: u64, o: u64, probe: Probe, id: Option<u64>, outcome: Outcome) -> &mut Self {
        let check = self.check;
        self.of(a, VendorEvent::Probed { organization: organization(o), check, probe, id, outcome })
    }

    /// The check is over, for the tick.
    pub(super) fn checked(&mut self, a: u64, o: u64, verdict: Verdict) -> &mut Self {
        let (tick, outcomes) = (Some(self.ticks[&o]), self.outcomes(a));
        self.of(a, VendorEvent::Checked { organization: organization(o), tick, verdict, outcomes, repeated: false })
    }

    /// The check is over, and the service took its answers for others.
    pub(super) fn taken_as(
        &mut self,
        a: u64,
        o: u64,
        verdict: Verdict,
        change: impl Fn(&Outcomes) -> Outcomes,
    ) -> &mut Self {
        let (tick, outcomes) = (Some(self.ticks[&o]), change(&self.outcomes(a)));
        let organization = organization(o);
        self.of(a, VendorEvent::Checked { organization, tick, verdict, outcomes, repeated: false })
    }

    pub(super) fn requested(&mut self, a: u64, o: u64, verdict: Verdict) -> &mut Self {
        let outcomes = self.outcomes(a);
        self.of(
            a,
            VendorEvent::Checked { organization: organization(o), tick: None, verdict, outcomes, repeated: false },
        )
    }

    pub(super) fn repeated(&mut self, a: u64, o: u64, verdict: Verdict) -> &mut Self {
        let (tick, outcomes) = (Some(self.ticks[&o]), self.outcomes(a));
        self.of(a, VendorEvent::Checked { organization: organization(o), tick, verdict, outcomes, repeated: true })
    }

    pub(super) fn activated(&mut self, a: u64, o: u64) -> &mut Self {
        self.of(a, VendorEvent::Activated { organization: organization(o), by: IdOf::Organization })
    }

    pub(super) fn deactivated(&mut self, a: u64, o: u64, because: Deactivation) -> &mut Self {
        self.of(a, VendorEvent::Deactivated { organization: organization(o), because })
    }

    pub(super) fn departed(&mut self, a: u64, o: u64) -> &mut Self {
        self.of(a, VendorEvent::Departed { organization: organization(o) })
    }

    pub(super) fn notified(&mut self, a: u64, o: u64, number: u16) -> &mut Self {
        self.of(a, VendorEvent::Notified { organization: organization(o), number })
    }

    pub(super) fn paused(&mut self, a: u64, o: u64) -> &mut Self {
        self.organization(o, VendorEvent::Paused { account: account(a) })
    }

    pub(super) fn resumed(&mut self, a: u64, o: u64) -> &mut Self {
        self.organization(o, VendorEvent::Resumed { account: account(a) })
    }

    pub(super) fn conflict(&mut self, a: u64, claimant: u64) -> &mut Self {
        self.of(a, VendorEvent::ConflictRaised { claimant: organization(claimant) })
    }

    pub(super) fn cleared(&mut self, a: u64, claimant: u64) -> &mut Self {
        self.of(a, VendorEvent::ConflictCleared { claimant: organization(claimant) })
    }

    /// Listed, checked and activated, all as it should be.
    pub(super) fn serve(&mut self, a: u64, o: u64) -> &mut Self {
        self.listed(a, o, AccountState::Active);
        self.probes(a, o, RIGHT).checked(a, o, Verdict::Validated).activated(a, o)
    }

    /// A member joins and is served.
    pub(super) fn member(&mut self, a: u64, o: u64) -> &mut Self {
        self.join(a, o).tick(o).serve(a, o).listing(o, true)
    }

    /// The right ID is denied at the tick, and that counts.
    pub(super) fn fail(&mut self, a: u64, o: u64) -> &mut Self {
        self.probes(a, o, "o-").checked(a, o, Verdict::Denied)
    }

    pub(super) fn report(&self) -> Report {
        let mut story = self.clone();
        // The instant must be over for what it owes.
        story.wait(1).organization(9, VendorEvent::Subscribed);
        check(story.rules, &story.records)
    }

    /// The trace has no violation.
    #[track_caller]
    pub(super) fn holds(&self) {
        let violations = self.report().violations;
        assert!(violations.is_empty(), "{}", told(&violations));
    }

    /// The trace violates these properties, each once, and no others.
    #[track_caller]
    pub(super) fn violates(&self, expected: &[Property]) {
        let violations = self.report().violations;
        let found: Vec<Property> = violations.iter().map(|violation| violation.property).collect();
        let told = told(&violations);
        assert_eq!(found, expected, "{told}");
        assert!(violations.iter().all(|violation| !violation.records.is_empty()), "{told}");
    }
}

fn told(violations: &[Violation]) -> String {
    violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("\n")
}
