//! The story under construction: the scenario and its twin side by side, and the comments.

use super::NotRecast;
use super::frame::Frame;
use super::unseen::unseen;
use crate::account::{AccountState, Origin};
use crate::organizations::FeatureSet;
use crate::scenario::organization::{default_account, default_management, made_id, made_organization_id};
use crate::scenario::{
    AccountPart, AccountRef, Action, Do, Expectation, OrganizationPart, Place, PolicyPart, Remarks, RolePart, Scenario,
    Spot, VendorPart, WorldPart,
};
use crate::time::{SimSpan, SimTime};
use rolecall_core::diagnosis::evidence::ListingEnd;
use rolecall_core::diagnosis::{Cause, Evidence, Weight};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{AccountKind, ServiceMode};
use rolecall_iam::arn::AccountId;

/// How the scenario calls the account that the bundle is about.
pub(super) const NAME: &str = "account";

/// A scenario and its twin under construction.
#[derive(Clone, Debug)]
pub(super) struct Story<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) case: Scenario,
    pub(super) twin: Scenario,
    pub(super) remarks: Remarks,
    pub(super) frame: Frame,
    pub(super) subject: AccountRef,
    pub(super) cause: Cause,
    /// Something in the twin makes the role: a stack set, a script, a pipeline, a hand.
    pub(super) made_later: bool,
    /// A role was in the way of the automation.
    pub(super) exists_already: bool,
    /// What was not looked at.
    pub(super) unseen: Vec<&'static str>,
}

impl<'e> Story<'e> {
    pub(super) fn new(evidence: &'e Evidence, cause: Cause) -> Self {
        let subject = &evidence.subject;
        // A member that was given as the management account is a member.
        let refused = matches!(evidence.listing.end.present(), Some(ListingEnd::Refused { .. }));
        let is_member = subject.kind == AccountKind::Member || refused && cause == Cause::NotAManagementAccount;
        let mut organization = organization(0, "main");
        subject.organization.as_str().clone_into(&mut organization.id);
        organization.mode = subject.mode;
        if let Some(id) = evidence.bindings.organization_id.present() {
            organization.external_id = id.clone();
        }
        let mut accounts = Vec::new();
        let reference = if is_member {
            if organization.management == subject.account {
                organization.management = default_management(1);
            }
            accounts.push(account(NAME, subject.account));
            AccountRef::Member(0)
        } else {
            organization.management = subject.account;
            AccountRef::Management(0)
        };
        if is_member && subject.kind == AccountKind::Management {
            organization.connected_as = Some(NAME.to_owned());
        }
        let scenario = Scenario {
            case: None,
            title: format!("account {}", subject.account),
            question: String::new(),
            sources: Vec::new(),
            until: SimTime::START,
            world: WorldPart::default(),
            vendor: VendorPart::default(),
            organizations: vec![organization],
            accounts,
            policies: Vec::new(),
            stack_sets: Vec::new(),
            pipelines: Vec::new(),
            rollouts: Vec::new(),
            actions: Vec::new(),
            expect: vec![Expectation {
                account: reference,
                view: evidence.viewpoint,
                at: SimTime::START,
                cause: Some(cause),
                refused: Vec::new(),
                mails: None,
                standing: None,
            }],
        };
        let twin = twin_of(&scenario);
        let frame = Frame::of(evidence);
        let mut story = Self {
            evidence,
            case: scenario,
            twin,
            remarks: Remarks::default(),
            frame,
            subject: reference,
            cause,
            made_later: false,
            exists_already: false,
            unseen: Vec::new(),
        };
        story.ask_at(frame.asked());
        story
    }

    /// Everything that the bundle shows, in the order in which the parts rest on each other.
    pub(super) fn tell(&mut self, weight: Weight) -> Result<(), NotRecast> {
        self.agreements()?;
        self.membership()?;
        self.known_ids();
        self.control_policies();
        self.stack_sets()?;
        self.troubles();
        self.neighbours();
        self.role()?;
        self.service()?;
        self.opening(weight);
        Ok(())
    }

    /// The scenario, its twin and the comments.
    pub(super) fn end(mut self) -> (Scenario, Scenario, Remarks) {
        for scenario in [&mut self.case, &mut self.twin] {
            scenario.actions.sort_by_key(|action| action.at);
        }
        (self.case, self.twin, self.remarks)
    }

    fn opening(&mut self, weight: Weight) {
        let Evidence { subject, viewpoint, .. } = self.evidence;
        let (account, cause) = (subject.account, self.cause);
        // A cause that is one of several is not what the scenario has.
        let title = match weight {
            Weight::Certain => format!("{account}: {}", cause.title()),
            _ => {
                format!("{account}: what the {} sees has several causes, {} first", viewpoint.as_str(), cause.as_str())
            }
        };
        self.both(|scenario| scenario.title.clone_from(&title));
        let weight = match weight {
            Weight::Certain => "certain",
            Weight::Likely => "likely",
            Weight::Possible => "possible",
        };
        self.remarks.add(
            Spot::Top,
            format!(
                "Made by `rolecall diagnose --scenario` from the {}'s evidence about account {}: {} ({weight}).",
                viewpoint.as_str(),
                subject.account,
                self.cause.as_str()
            ),
        );
        self.remarks.add(Spot::Top, "Times are the scenario's own: the vendor looks at every full hour.");
        self.unseen.extend(unseen(self.evidence));
        if !self.unseen.is_empty() {
            let list = self.unseen.join(", ");
            self.remarks.add(Spot::Top, format!("Not in the bundle, and assumed right: {list}."));
        }
    }

    pub(super) fn both(&mut self, change: impl Fn(&mut Scenario)) {
        change(&mut self.case);
        change(&mut self.twin);
    }

    /// When the diagnosis is asked, which is the end.
    pub(super) fn ask_at(&mut self, at: SimTime) {
        self.both(|scenario| {
            scenario.until = at;
            scenario.expect.iter_mut().for_each(|expectation| expectation.at = at);
        });
    }

    /// Not before a moment.
    pub(super) fn ask_after(&mut self, at: SimTime) {
        if self.case.until < at {
            self.ask_at(at);
        }
    }

    /// Something that happens in the twin as well.
    pub(super) fn happens(&mut self, at: SimTime, what: Do) {
        self.differs(at, what.clone(), what);
    }

    /// Something that happens in the case alone.
    pub(super) fn fault(&mut self, at: SimTime, what: Do) {
        self.case.actions.push(Action { at, what, by: None });
    }

    /// Something that happens otherwise in the twin.
    pub(super) fn differs(&mut self, at: SimTime, case: Do, twin: Do) {
        self.case.actions.push(Action { at, what: case, by: None });
        self.twin.actions.push(Action { at, what: twin, by: None });
    }

    /// The role of the account at the beginning.
    pub(super) fn begins_with(&mut self, mut case: Option<RolePart>, twin: Option<RolePart>) {
        let given = self.case.organizations.iter().any(|part| part.connected_as.is_some());
        if let Some(role) =
            case.as_mut().filter(|role| given && self.case.vendor.split && **role == RolePart::default())
        {
            // It was given as the management account, and has that one's policy.
            role.policy =
                PolicyPart::Right { of: Some(AccountKind::Management), without: Vec::new(), characters: None };
        }
        for (scenario, role) in [(&mut self.case, case), (&mut self.twin, twin)] {
            match self.subject {
                AccountRef::Member(number) => {
                    if let Some(account) = scenario.accounts.get_mut(number) {
                        account.role = role;
                    }
                }
                AccountRef::Management(number) => {
                    if let Some(organization) = scenario.organizations.get_mut(number) {
                        organization.role = role;
                    }
                }
            }
        }
    }

    /// Changes the member that the bundle is about.
    pub(super) fn member(&mut self, change: impl Fn(&mut AccountPart)) {
        if let AccountRef::Member(number) = self.subject {
            self.both(|scenario| {
                if let Some(account) = scenario.accounts.get_mut(number) {
                    change(account);
                }
            });
        }
    }

    /// The same in the case alone.
    pub(super) fn member_of_case(&mut self, change: impl Fn(&mut AccountPart)) {
        if let AccountRef::Member(number) = self.subject
            && let Some(account) = self.case.accounts.get_mut(number)
        {
            change(account);
        }
    }

    /// Another member, beside the account.
    pub(super) fn neighbour(&mut self, name: &str, case: Option<RolePart>, twin: Option<RolePart>) -> usize {
        let unit = self.unit().map(str::to_owned);
        let taken = |id: AccountId, scenario: &Scenario| {
            scenario.accounts.iter().any(|account| account.id == id)
                || scenario.organizations.iter().any(|organization| organization.management == id)
        };
        let number = self.case.accounts.len();
        let mut id = default_account(number);
        let mut place = number;
        while taken(id, &self.case) {
            place += 1;
            id = default_account(place);
        }
        for (scenario, role) in [(&mut self.case, case), (&mut self.twin, twin)] {
            scenario.accounts.push(AccountPart { unit: unit.clone(), role, ..account(name, id) });
        }
        number
    }

    /// The unit of the account, as a place.
    pub(super) fn place(&self) -> Place {
        self.unit().map_or(Place::Root(0), |unit| Place::Unit(0, unit.to_owned()))
    }

    /// The path of that unit; for a management account that of the first member.
    pub(super) fn unit(&self) -> Option<&str> {
        let place = match self.subject {
            AccountRef::Member(number) => number,
            AccountRef::Management(_) => 0,
        };
        self.case.accounts.get(place).and_then(|account| account.unit.as_deref())
    }

    /// Whether one of these places is the account's unit or above it.
    pub(super) fn covers(&self, places: &[Place]) -> bool {
        let unit = self.unit();
        places.iter().any(|place| match place {
            Place::Root(_) => true,
            Place::Unit(_, path) => unit.is_some_and(|unit| {
                unit.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }),
            Place::Account(_) => false,
        })
    }

    /// Where comments about the account's role stand.
    pub(super) const fn spot(&self) -> Spot {
        match self.subject {
            AccountRef::Member(number) => Spot::Account(number),
            AccountRef::Management(number) => Spot::Organization(number),
        }
    }
}

/// The same without what the agreement with the vendor brings about.
fn twin_of(scenario: &Scenario) -> Scenario {
    let mut twin = scenario.clone();
    for organization in &mut twin.organizations {
        organization.connected_as = organization.connected_as.take().map(|_| "management".to_owned());
        organization.mode = ServiceMode::RealTime;
    }
    for expectation in &mut twin.expect {
        expectation.cause = None;
    }
    twin
}

pub(super) fn account(name: &str, id: AccountId) -> AccountPart {
    AccountPart {
        name: name.to_owned(),
        id,
        organization: 0,
        unit: None,
        origin: Origin::Created,
        state: AccountState::Active,
        joins: None,
        own_id: None,
        role: None,
        other_roles: 0,
    }
}

pub(super) fn organization(number: usize, name: &str) -> OrganizationPart {
    let made = ExternalId::parse(&made_id(name));
    #[expect(clippy::expect_used, reason = "a made ID is an external ID")]
    let external_id = made.expect("sound");
    OrganizationPart {
        name: name.to_owned(),
        id: made_organization_id(name),
        management: default_management(number),
        external_id,
        own_id: None,
        units: Vec::new(),
        features: FeatureSet::All,
        tenant: 0,
        mode: ServiceMode::RealTime,
        role: Some(RolePart::default()),
        delegated: Vec::new(),
        connected_as: None,
        connected: true,
        subscribed: true,
        first_tick: SimTime::START + SimSpan::hours(1),
    }
}
