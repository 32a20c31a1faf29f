//! The vendor's check of its access to one account, made by whoever has the vendor's credentials: the probes that
//! `rolecall-core` asks for, one call of STS each. What the answers mean is decided there.

use crate::trouble::Trouble;
use rolecall_aws::{AssumeRole, Connection, Failure, Session};
use rolecall_core::access_check::{
    AccessCheck, Answer, CheckPlan, DurationMs, IdOf, Judgement, Membership, Outcomes, Probe, WrongIds, WrongKinds,
};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::{AccountNumber, TimeMs};
use std::collections::BTreeSet;
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
        Self { vendor, role: format!("{}{}", profile.path, profile.name), organization, taken }
    }

    /// Checks one account. `membership`: whether a complete listing of the organization has it.
    pub async fn check(&self, account: AccountNumber, membership: Membership) -> Checked {
        let ids = Ids::of(&self.organization, account, &self.taken);
        let mut check = AccessCheck::new(CheckPlan {
            account,
            fall_back: ids.own.is_some(),
            wrong_of_organization: ids.organization.1.kinds(),
            wrong_of_account: ids.own.as_ref().map_or(WrongKinds::NONE, |(_, wrong)| wrong.kinds()),
            window: WINDOW,
        });
        let (started, mut session, mut trouble) = (Instant::now(), None, None);
        while let Some(probe) = check.next_probe() {
            let answer = match self.make(probe, account, &ids, check.outcomes().opened_by(), &mut session).await {
                Ok(answer) => answer,
                Err(failure) => {
                    if !probe.is_negative() {
                        trouble = Some(Trouble::from(&*failure));
                    }
                    Answer::Outcome(failure.outcome)
                }
            };
            let at = TimeMs(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
            if check.record(probe, answer, at).is_err() {
                break;
            }
        }
        let judgement = check.judge(membership);
        let outcomes = *check.outcomes();
        let trouble = if matches!(judgement, Judgement::Validated(_)) { None } else { trouble };
        Checked { judgement, outcomes, trouble: trouble.or_else(|| hole(judgement)) }
    }

    async fn make(
        &self,
        probe: Probe,
        account: AccountNumber,
        ids: &Ids<'_>,
        opened: Option<IdOf>,
        session: &mut Option<Session>,
    ) -> Result<Answer, Box<Failure>> {
        let allowed = Answer::Outcome(rolecall_core::access_check::Outcome::Allowed);
        let external_id = match probe {
            Probe::CallerIdentity => {
                let Some(session) = session.as_ref() else {
                    return Ok(Answer::Outcome(rolecall_core::access_check::Outcome::Unrecognised));
                };
                let identity = self.vendor.with_session(session).caller_identity().await?;
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
            *session = Some(given);
        }
        Ok(allowed)
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
        Judgement::Denied(because) => Some(Trouble::new("access check", "denied", &format!("{because:?}"))),
        Judgement::Unknown(because) => Some(Trouble::new("access check", "unknown", &format!("{because:?}"))),
    }
}
