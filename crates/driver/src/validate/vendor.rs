//! The vendor's side: the probes of every account, whether its organization lists it, and with the session that opened the
//! contract against the live role. The bound is STS: the accounts' own calls count for the accounts.

use super::documents::{document, managed, profiles_role};
use super::listing::Listed;
use super::simulate::{self, Simulated};
use super::{Agreed, Chosen, contract, pool};
use crate::clock::system_time;
use crate::role_calls::{LiveRole, live_role};
use crate::vendor_access::{Probed, VendorAccess};
use rolecall_aws::{Account, Connection, Failure};
use rolecall_core::access_check::{DeniedBecause, Judgement, Membership, Outcome, Verdict};
use rolecall_core::diagnosis::evidence::{Check, CheckStart, NamedPolicy, Neighbours, TriedAction};
use rolecall_core::diagnosis::{Seen, Viewpoint, diagnose_with};
use rolecall_core::organization::{AccountKind, Organization, ServiceMode};
use rolecall_core::proof::Proofs;
use rolecall_core::simulation::{Comparer, NamedDocument, Role, ServiceControl};
use rolecall_core::validation::{LeftOut, Note, Run, Simulator, Standing, Under, Validation, Word, fault_of};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::AccountNumber;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Validates as the vendor. `vendor` is paced by whoever made it; `done` is told of each account.
pub async fn validate(
    vendor: Connection,
    agreed: Arc<Agreed>,
    chosen: Chosen,
    at_once: usize,
    mut done: impl FnMut(),
) -> Run {
    let Agreed { terms, .. } = &*agreed;
    let organization = &terms.wanted.organization;
    let management = organization.management_account;
    let others = terms.others.iter().map(|known| known.id.clone());
    let access = Arc::new(VendorAccess::new(vendor, &terms.wanted.profile, organization.clone(), others));
    let simulates = terms.simulate;
    // An account is done with its probes, or with the simulator's calls behind them.
    let mut tell = |by_probes: bool| {
        if by_probes != simulates {
            done();
        }
    };
    let asked = (&chosen, organization);
    let (probed, listed, mut opened) = list_and_probe(&access, asked, at_once, || tell(true)).await;
    let (mut accounts, left_out, vouched) = choose(&chosen, &listed, &agreed);
    if chosen == Chosen::All && !listed.is_complete() {
        // What the pages of a listing that broke off named was probed, and may be open to anybody.
        accounts.extend(opened.keys());
    }
    let mut run = Run {
        viewpoint: Viewpoint::Vendor,
        organization: organization.id.clone(),
        role: terms.wanted.profile.name.clone(),
        accounts: Vec::new(),
        left_out,
        not_judged: agreed
            .itself
            .iter()
            .cloned()
            .chain(listed.not_judged().filter(|_| chosen == Chosen::All))
            .collect(),
    };
    let shared = Arc::new(Shared { agreed: Arc::clone(&agreed), listed, vouched });
    let management_verdict = probed.judge(shared.membership(management)).verdict();
    // One that opens to anybody is told also where nobody asked about it.
    if accounts.contains(&management) || management_verdict == Verdict::Insecure {
        run.accounts.push(shared.validation(management, probed).await);
        tell(!simulates);
    }
    let rest = accounts.into_iter().filter(|account| *account != management);
    let rest: Vec<_> = rest.map(|account| (account, opened.remove(&account))).collect();
    let one = |(account, opened): (AccountId, Option<Probed>)| {
        let (access, shared) = (Arc::clone(&access), Arc::clone(&shared));
        async move {
            // The session of a probe lasts 15 minutes; one that waited for long does not last for the simulator's calls.
            let waited = |probed: &Probed| system_time().0.saturating_sub(probed.at.0);
            let probed = match opened.filter(|probed| !simulates || waited(probed) < SESSION_WAITS_MAX_MS) {
                Some(probed) => probed,
                None => access.probe(AccountNumber::from(account)).await,
            };
            shared.validation(account, probed).await
        }
    };
    run.accounts.extend(pool::each(rest, at_once, one, || tell(false)).await);
    run.accounts.sort_by_key(|validation| validation.account);
    explain(&mut run, management_verdict);
    run
}

/// Probes the management account, lists the accounts with its session, and probes them while the pages come: Organizations
/// gives eight pages of twenty accounts a second, STS takes the probes of a hundred and twenty, and neither waits for the
/// other. Accounts that were named need no listing to be probed.
async fn list_and_probe(
    access: &Arc<VendorAccess>,
    (chosen, organization): (&Chosen, &Organization),
    at_once: usize,
    done: impl FnMut(),
) -> (Probed, Listed, BTreeMap<AccountId, Probed>) {
    let management = organization.management_account;
    let (give, given) = mpsc::unbounded_channel();
    let give_member = move |account: AccountId| {
        if account != management {
            // The pool below takes until this end is dropped.
            let _ = give.send(account);
        }
    };
    let goes_by_listing = match chosen {
        Chosen::These { accounts, .. } => {
            accounts.iter().copied().for_each(&give_member);
            false
        }
        // Members of an organization in lagging mode have no role.
        Chosen::All => organization.mode != ServiceMode::Lagging,
    };
    let listing = async move {
        let tell = |account: &Account| {
            if goes_by_listing && account.state.is_usable() {
                give_member(account.id);
            }
        };
        let probed = access.probe(AccountNumber::from(management)).await;
        let listed = match &probed.session {
            Some(session) => Listed::read(session, tell).await,
            None => Listed::default(),
        };
        (probed, listed)
    };
    let one = |account: AccountId| {
        let access = Arc::clone(access);
        async move { (account, access.probe(AccountNumber::from(account)).await) }
    };
    let ((probed, listed), opened) = tokio::join!(listing, pool::each_of(given, at_once, one, done));
    (probed, listed, opened.into_iter().collect())
}

/// How long a session may have waited before it is used, in milliseconds.
const SESSION_WAITS_MAX_MS: u64 = 8 * 60 * 1_000;

type Accounts = (Vec<AccountId>, Vec<(AccountId, LeftOut)>, BTreeSet<AccountId>);

fn choose(chosen: &Chosen, listed: &Listed, agreed: &Agreed) -> Accounts {
    let organization = &agreed.terms.wanted.organization;
    match chosen {
        Chosen::These { accounts, vouched } => (accounts.iter().copied().collect(), Vec::new(), vouched.clone()),
        Chosen::All => {
            let (mut usable, left_out) = listed.usable(organization);
            if usable.is_empty() {
                usable.push(organization.management_account);
            }
            (usable, left_out, BTreeSet::new())
        }
    }
}

/// What all accounts share.
struct Shared {
    agreed: Arc<Agreed>,
    listed: Listed,
    vouched: BTreeSet<AccountId>,
}

impl Shared {
    fn membership(&self, account: AccountId) -> Membership {
        match self.listed.membership(account) {
            Membership::NotYetKnown if self.vouched.contains(&account) => Membership::Listed,
            known => known,
        }
    }

    async fn validation(&self, account: AccountId, probed: Probed) -> Validation {
        let mut validation = self.agreed.begin(account, Viewpoint::Vendor);
        let judgement = probed.judge(self.membership(account));
        validation.word = Word::of_judgement(judgement);
        let evidence = &mut validation.evidence;
        evidence.listing = self.listed.of(account);
        evidence.checks = Seen::Present(vec![Check {
            at: probed.at,
            start: Seen::Present(CheckStart::Requested),
            outcomes: *probed.outcomes(),
            verdict: judgement.verdict(),
            errors: Seen::looked((!probed.errors.is_empty()).then(|| probed.errors.clone())),
        }]);
        if validation.kind == AccountKind::Management && probed.session.is_some() {
            evidence.actions = Seen::Present(vec![self.tried()]);
        }
        let trouble = probed.trouble(judgement);
        if let Some(mut fault) = fault_of(judgement) {
            if let Some(trouble) = &trouble
                && judgement == Judgement::Denied(DeniedBecause::RightIdDenied)
            {
                fault.message = format!("{}: {trouble}", fault.message);
            }
            validation.faults.push(fault);
        } else if validation.word == Word::Unknown {
            let text =
                trouble.map_or_else(|| String::from("the probes give no verdict"), |trouble| trouble.to_string());
            validation.not_judged.push(Note::new("probes-not-judged", text));
        }
        if self.agreed.terms.simulate {
            match (&probed.session, validation.word) {
                (Some(session), Word::Validated) => self.simulate(&mut validation, session).await,
                _ => validation.simulator = Simulator::NotRun(String::from("the role is not validated")),
            }
        }
        validation
    }

    /// The listing was a call with the role's session.
    fn tried(&self) -> TriedAction {
        let error = self.listed.failure().map(|failure| (failure.code.clone(), failure.message.clone()));
        TriedAction { action: String::from("organizations:ListAccounts"), error: Seen::looked(error) }
    }

    async fn simulate(&self, validation: &mut Validation, session: &Connection) {
        let wanted = self.agreed.terms.wanted.role(AccountNumber::from(validation.account));
        let arn = wanted.arn();
        // Service control policies never bind the management account (AWS Organizations user guide,
        // `orgs_manage_policies_scps`); those of a member the vendor cannot read.
        let service_control = match validation.kind {
            AccountKind::Management => ServiceControl::Neither,
            AccountKind::Member => ServiceControl::AwsAlone,
        };
        let (role, under) = match policies_of(session, &wanted.name).await {
            Ok((identity, boundary)) => {
                let role = Role { arn: arn.clone(), identity, boundary, service_control };
                contract::prove(&self.agreed, validation, &role);
                (Ok(role), Under::Live)
            }
            // A vendor need not be allowed to read its role.
            Err(Unread::Denied(why)) => {
                contract::not_proved(&self.agreed, validation, &why);
                (profiles_role(&wanted, service_control), Under::Profile)
            }
            Err(Unread::Other(why)) => {
                contract::not_proved(&self.agreed, validation, &why);
                return simulate::not_run(validation, &why);
            }
        };
        let planned = self.agreed.planned(validation.kind);
        if planned.calls.is_empty() {
            return simulate::nothing(validation, planned.entries);
        }
        let role = match role {
            Ok(role) => role,
            Err(why) => return simulate::not_run(validation, why),
        };
        let comparer = match Comparer::new(role) {
            Ok(comparer) => comparer,
            Err(error) => return simulate::not_run(validation, &error.to_string()),
        };
        let calls = planned.calls.iter().cloned();
        let calls = calls.map(|call| call.of_principal().with_role(&arn)).collect();
        simulate::run(validation, session, Simulated::Role(&arn), calls, (&comparer, under)).await;
    }
}

type Policies = (Vec<NamedDocument>, Option<NamedDocument>);

/// Why the role's own policies are not known.
enum Unread {
    /// The session may not read them.
    Denied(String),
    /// Anything else.
    Other(String),
}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Self {
        match failure.outcome {
            Outcome::AccessDenied => Self::Denied(failure.to_string()),
            _ => Self::Other(failure.to_string()),
        }
    }
}

/// The role's own policies, all of them, and its boundary.
async fn policies_of(session: &Connection, name: &str) -> Result<Policies, Unread> {
    let unread = |what: &str| Unread::Other(format!("{what} is gone, or no policy"));
    let live =
        live_role(session, name).await?.ok_or_else(|| Unread::Other(format!("GetRole finds no role `{name}`")))?;
    let LiveRole { role, inline, managed: attached } = live;
    let mut identity = Vec::new();
    for (name, text) in inline {
        let policy = NamedPolicy { name, text };
        identity.push(document(&policy, PolicyType::Identity).ok_or_else(|| unread(&policy.name))?);
    }
    for arn in &attached {
        identity.push(managed_document(session, arn).await?.ok_or_else(|| unread(arn))?);
    }
    let boundary = match &role.permissions_boundary {
        None => None,
        Some(arn) => Some(managed_document(session, arn).await?.ok_or_else(|| unread(arn))?),
    };
    Ok((identity, boundary))
}

async fn managed_document(session: &Connection, arn: &str) -> Result<Option<NamedDocument>, Failure> {
    Ok(managed(session, arn).await?.and_then(|policy| document(&policy, PolicyType::Identity)))
}

/// What the other accounts tell, then the causes of those that are not as they should be.
fn explain(run: &mut Run, management: Verdict) {
    let members = |word: Word| {
        let of_word = |found: &&Validation| found.kind == AccountKind::Member && found.word == word;
        run.accounts.iter().filter(of_word).count()
    };
    let (validated, denied) = (members(Word::Validated), members(Word::Denied));
    let mut proofs = Proofs::default();
    for validation in &mut run.accounts {
        if validation.standing() == Standing::Good {
            continue;
        }
        let is_member = validation.kind == AccountKind::Member;
        let without = |count: usize, word: Word| {
            let own = usize::from(is_member && validation.word == word);
            Seen::Present(u32::try_from(count.saturating_sub(own)).unwrap_or(u32::MAX))
        };
        validation.evidence.neighbours = Neighbours {
            management: if is_member { Seen::Present(management) } else { Seen::NotLooked },
            members_validated: without(validated, Word::Validated),
            members_denied: without(denied, Word::Denied),
        };
        validation.diagnosis = diagnose_with(&validation.evidence, &mut proofs);
    }
}
