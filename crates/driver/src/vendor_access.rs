//! The vendor's check of its access to one account, made by whoever has the vendor's credentials: the probes that
//! `rolecall-core` asks for, one call of STS each. What the answers mean is decided there.

use crate::clock::system_time;
use crate::pace::{AccountPace, Rates};
use crate::trouble::Trouble;
use rolecall_aws::{AssumeRole, Connection, Failure};
use rolecall_core::access_check::{
    AccessCheck, Answer, CheckPlan, DeniedBecause, DurationMs, IdOf, Judgement, Membership, Outcome, Outcomes, Probe,
    UnknownBecause, WrongIds, WrongKinds,
};
use rolecall_core::diagnosis::evidence::ProbeError;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::{AccountNumber, TimeMs};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// How long after the right ID opened the role a denial of another still counts. Five calls of STS take a second; a role
/// that is changed within minutes is not judged by answers from before and after.
const WINDOW: DurationMs = DurationMs::from_minutes(2);

/// `RoleSessionName` of the probes: shows in the accounts' CloudTrail.
const SESSION_NAME: &str = "rolecall-access-check";

/// The vendor's side of access checks.
pub struct VendorAccess {
    vendor: Connection,
    role: String,
    organization: Organization,
    taken: BTreeSet<String>,
    /// The rates of an account that calls with a session of its role.
    inside: Arc<Rates>,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The judgement.
    pub judgement: Judgement,
    /// Every outcome.
    pub outcomes: Outcomes,
    /// The last call that was not answered as it should be.
    pub trouble: Option<Trouble>,
}

/// Probes that were made, before anybody judged them.
#[derive(Clone, Debug)]
pub struct Probed {
    check: AccessCheck,
    /// When the last answer came in.
    pub at: TimeMs,
    /// AWS's answers to the probes that failed, but for the one denial of AssumeRole, which has one text for everything.
    pub errors: Vec<ProbeError>,
    /// The session that the right ID gave, with a pace of its own: its calls count for the account.
    pub session: Option<Connection>,
    trouble: Option<Trouble>,
}

impl Probed {
    /// The judgement. `membership`: whether a complete listing of the organization has the account.
    pub fn judge(&self, membership: Membership) -> Judgement {
        self.check.judge(membership)
    }

    /// Every outcome.
    pub const fn outcomes(&self) -> &Outcomes {
        self.check.outcomes()
    }

    /// The call behind a judgement that is not `validated`. A hole is told first, with the failure that came before it; a failure
    /// that the check went on from is told of no other judgement.
    pub fn trouble(&self, judgement: Judgement) -> Option<Trouble> {
        use UnknownBecause::{MembershipNotKnown, NotFinished, WindowPassed};
        match judgement {
            Judgement::Validated(_) => None,
            Judgement::Insecure(_) => {
                let mut hole = hole(judgement)?;
                if let Some(before) = &self.trouble {
                    hole.message = format!("{}; before that {before}", hole.message);
                }
                Some(hole)
            }
            Judgement::Denied(DeniedBecause::OtherAccount | DeniedBecause::NotListed)
            | Judgement::Unknown(MembershipNotKnown | NotFinished | WindowPassed) => hole(judgement),
            Judgement::Denied(DeniedBecause::RightIdDenied) | Judgement::Unknown(_) => {
                self.trouble.clone().or_else(|| hole(judgement))
            }
        }
    }
}

impl VendorAccess {
    /// Checks with the vendor's credentials, paced by whoever made the connection. `other_ids` are the IDs of other tenants:
    /// no wrong ID that is sent may be one of them.
    pub fn new(
        vendor: Connection,
        profile: &RoleProfile,
        organization: Organization,
        other_ids: impl IntoIterator<Item = ExternalId>,
    ) -> Self {
        let own = std::iter::once(&organization.external_id).chain(organization.legacy_ids.values());
        let mut taken: BTreeSet<String> = own.map(|id| id.as_str().to_owned()).collect();
        taken.extend(other_ids.into_iter().map(|id| id.as_str().to_owned()));
        let role = format!("{}{}", profile.path, profile.name);
        Self { vendor, role, organization, taken, inside: Arc::new(Rates::default()) }
    }

    /// Checks one account. `membership`: whether a complete listing of the organization has it.
    pub async fn check(&self, account: AccountNumber, membership: Membership) -> Checked {
        let probed = self.probe(account).await;
        let judgement = probed.judge(membership);
        Checked { judgement, outcomes: *probed.outcomes(), trouble: probed.trouble(judgement) }
    }

    /// Makes the probes of one account.
    pub async fn probe(&self, account: AccountNumber) -> Probed {
        let ids = Ids::of(&self.organization, account, &self.taken);
        let check = AccessCheck::new(CheckPlan {
            account,
            fall_back: ids.own.is_some(),
            wrong_of_organization: ids.organization.1.kinds(),
            wrong_of_account: ids.own.as_ref().map_or(WrongKinds::NONE, |(_, wrong)| wrong.kinds()),
            window: WINDOW,
        });
        let mut probed = Probed { check, at: system_time(), errors: Vec::new(), session: None, trouble: None };
        let started = Instant::now();
        while let Some(probe) = probed.check.next_probe() {
            let opened = probed.check.outcomes().opened_by();
            let answer = match self.make(probe, account, &ids, opened, &mut probed.session).await {
                Ok(answer) => answer,
                Err(failure) => probed.failed(probe, &failure),
            };
            let at = TimeMs(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
            if probed.check.record(probe, answer, at).is_err() {
                break;
            }
        }
        probed.at = system_time();
        probed
    }

    async fn make(
        &self,
        probe: Probe,
        account: AccountNumber,
        ids: &Ids<'_>,
        opened: Option<IdOf>,
        session: &mut Option<Connection>,
    ) -> Result<Answer, Box<Failure>> {
        let allowed = Answer::Outcome(Outcome::Allowed);
        let external_id = match probe {
            Probe::CallerIdentity => {
                let Some(session) = session.as_ref() else {
                    return Ok(Answer::Outcome(Outcome::Unrecognised));
                };
                let identity = session.caller_identity().await?;
                return Ok(Answer::CallerIs(AccountNumber::from(identity.account)));
            }
            Probe::NoId => None,
            Probe::Right(of) => Some(ids.right(of)),
            Probe::Wrong(kind) => ids.wrong(opened).get(kind),
        };
        let request = AssumeRole {
            role_arn: format!("arn:{}:iam::{account}:role{}", self.organization.partition.as_str(), self.role),
            role_session_name: SESSION_NAME.to_owned(),
            external_id: external_id.map(|id| id.as_str().to_owned()),
            duration_s: Some(900),
            policy: None,
        };
        let given = self.vendor.assume_role(&request).await?;
        if matches!(probe, Probe::Right(_)) {
            // STS and IAM count these by the account that calls, which is the role's now.
            let pace = Arc::new(AccountPace::new(Arc::clone(&self.inside)));
            *session = Some(self.vendor.with_session(&given).with_pace(pace));
        }
        Ok(allowed)
    }
}

impl Probed {
    fn failed(&mut self, probe: Probe, failure: &Failure) -> Answer {
        // That a wrong ID is denied is as it should be.
        if !probe.is_negative() || failure.outcome != Outcome::AccessDenied {
            self.trouble = Some(Trouble::from(failure));
        }
        if failure.outcome != Outcome::AccessDenied {
            let (code, message) = (failure.code.clone(), failure.message.clone());
            self.errors.push(ProbeError { probe, code, message });
        }
        Answer::Outcome(failure.outcome)
    }
}

/// The IDs that are sent in one check.
struct Ids<'a> {
    organization: (&'a ExternalId, WrongIds),
    own: Option<(&'a ExternalId, WrongIds)>,
}

impl<'a> Ids<'a> {
    fn of(organization: &'a Organization, account: AccountNumber, taken: &BTreeSet<String>) -> Self {
        let with_wrong = |id: &'a ExternalId| (id, WrongIds::of(id, |text| taken.contains(text)));
        let own = organization.legacy_ids.get(&AccountId::from(account));
        Self { organization: with_wrong(&organization.external_id), own: own.map(with_wrong) }
    }

    fn right(&self, of: IdOf) -> &'a ExternalId {
        match (of, &self.own) {
            (IdOf::Account, Some((id, _))) => id,
            _ => self.organization.0,
        }
    }

    fn wrong(&self, opened: Option<IdOf>) -> &WrongIds {
        match (opened, &self.own) {
            (Some(IdOf::Account), Some((_, wrong))) => wrong,
            _ => &self.organization.1,
        }
    }
}

fn hole(judgement: Judgement) -> Option<Trouble> {
    match judgement {
        Judgement::Insecure(probe) => {
            let message = format!("the role opens to {}", probe.describe());
            Some(Trouble::new("sts:AssumeRole", "insecure", &message))
        }
        Judgement::Validated(_) => None,
        Judgement::Denied(because) => Some(Trouble::new("access check", "denied", because.describe())),
        Judgement::Unknown(because) => Some(Trouble::new("access check", "unknown", because.describe())),
    }
}
