//! The vendor's side: the probes of every account, whether its organization lists it, and with the session that opened the
//! contract against the live role. The bound is STS: the accounts' own calls count for the accounts.

use super::documents::{document, managed};
use super::listing::Listed;
use super::simulate::{self, Simulated};
use super::{Agreed, Chosen, pool};
use crate::role_calls::{LiveRole, live_role};
use crate::vendor_access::{Probed, VendorAccess};
use rolecall_aws::{Account, Connection, Failure};
use rolecall_core::access_check::{AccountState, DeniedBecause, Judgement, Membership, Verdict};
use rolecall_core::diagnosis::evidence::{Check, CheckStart, NamedPolicy, Neighbours, TriedAction};
use rolecall_core::diagnosis::{Seen, Viewpoint, diagnose_with};
use rolecall_core::organization::{AccountKind, Organization, ServiceMode};
use rolecall_core::proof::Proofs;
use rolecall_core::simulation::{Comparer, NamedDocument, Role, ServiceControl};
use rolecall_core::validation::{Note, Run, Simulator, Standing, Under, Validation, Word, fault_of};
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
    let probed = access.probe(AccountNumber::from(management)).await;
    let simulates = terms.simulate;
    let (listed, mut opened) = {
        let done = || {
            if !simulates {
                done();
            }
        };
        list_and_probe(&access, probed.session.as_ref(), (&chosen, organization), at_once, done).await
    };
    let (accounts, left_out, vouched) = choose(&chosen, &listed, &agreed);
    let mut run = Run {
        viewpoint: Viewpoint::Vendor,
        organization: organization.id.clone(),
        role: terms.wanted.profile.name.clone(),
        accounts: Vec::new(),
        left_out,
        not_judged: if chosen == Chosen::All { listed.not_judged().into_iter().collect() } else { Vec::new() },
    };
    let shared = Arc::new(Shared { agreed: Arc::clone(&agreed), listed, vouched });
    let management_verdict = probed.judge(shared.membership(management)).verdict();
    if accounts.contains(&management) {
        run.accounts.push(shared.validation(management, probed).await);
        done();
    }
    let rest = accounts.into_iter().filter(|account| *account != management);
    let rest: Vec<_> = rest.map(|account| (account, opened.remove(&account))).collect();
    let one = |(account, opened): (AccountId, Option<Probed>)| {
        let (access, shared) = (Arc::clone(&access), Arc::clone(&shared));
        async move {
            let probed = match opened {
                Some(probed) => probed,
                None => access.probe(AccountNumber::from(account)).await,
            };
            shared.validation(account, probed).await
        }
    };
    let done = || {
        if simulates {
            done();
        }
    };
    run.accounts.extend(pool::each(rest, at_once, one, done).await);
    run.accounts.sort_by_key(|validation| validation.account);
    explain(&mut run, management_verdict);
    run
}

/// Lists the accounts and probes them while the pages come: Organizations gives eight pages of twenty accounts a second, STS
/// takes the probes of a hundred and twenty, and neither waits for the other. The management account is probed already.
async fn list_and_probe(
    access: &Arc<VendorAccess>,
    session: Option<&Connection>,
    (chosen, organization): (&Chosen, &Organization),
    at_once: usize,
    done: impl FnMut(),
) -> (Listed, BTreeMap<AccountId, Probed>) {
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
        match session {
            Some(session) => Listed::read(session, tell).await,
            None => Listed::default(),
        }
    };
    let one = |account: AccountId| {
        let access = Arc::clone(access);
        async move { (account, access.probe(AccountNumber::from(account)).await) }
    };
    let (listed, opened) = tokio::join!(listing, pool::each_of(given, at_once, one, done));
    (listed, opened.into_iter().collect())
}

type Accounts = (Vec<AccountId>, Vec<(AccountId, AccountState)>, BTreeSet<AccountId>);

fn choose(chosen: &Chosen, listed: &Listed, agreed: &Agreed) -> Accounts {
    let organization = &agreed.terms.wanted.organization;
    match chosen {
        Chosen::These { accounts, vouched } => (accounts.iter().copied().collect(), Vec::new(), vouched.clone()),
        Chosen::All => {
            let (mut usable, mut left_out) = listed.usable();
            // Members of an organization in lagging mode have no role.
            if organization.mode == ServiceMode::Lagging {
                usable.retain(|account| *account == organization.management_account);
                left_out.clear();
            }
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
        let live = policies_of(session, &wanted.name).await.ok().flatten();
        let under = if live.is_some() { Under::Live } else { Under::Profile };
        let (identity, boundary) = match live {
            Some(live) => live,
            None if !wanted.managed_policy_arns.is_empty() || wanted.permissions_boundary.is_some() => {
                let why = "the role's policies cannot be read with its session, and the profile has managed policies \
                    without their texts";
                return simulate::not_run(validation, why);
            }
            None => {
                let name = format!("{} of the profile", wanted.policy.name);
                (vec![NamedDocument { name, policy: wanted.policy.document.clone() }], None)
            }
        };
        // Service control policies never bind the management account (AWS Organizations user guide,
        // `orgs_manage_policies_scps`); those of a member the vendor cannot read.
        let service_control = match validation.kind {
            AccountKind::Management => ServiceControl::Neither,
            AccountKind::Member => ServiceControl::AwsAlone,
        };
        let comparer = match Comparer::new(Role { arn: arn.clone(), identity, boundary, service_control }) {
            Ok(comparer) => comparer,
            Err(error) => return simulate::not_run(validation, &error.to_string()),
        };
        let calls = self.agreed.planned(validation.kind).calls.iter().cloned();
        let calls = calls.map(|call| call.of_principal().with_role(&arn)).collect();
        simulate::run(validation, session, Simulated::Role(&arn), calls, (&comparer, under)).await;
    }
}

type Policies = (Vec<NamedDocument>, Option<NamedDocument>);

/// The role's own policies, all of them; nothing where one cannot be read or understood.
async fn policies_of(session: &Connection, name: &str) -> Result<Option<Policies>, Failure> {
    let Some(LiveRole { role, inline, managed: attached }) = live_role(session, name).await? else { return Ok(None) };
    let mut identity = Vec::new();
    for (name, text) in inline {
        identity.push(document(&NamedPolicy { name, text }, PolicyType::Identity));
    }
    for arn in attached {
        let policy = managed(session, &arn).await?;
        identity.push(policy.and_then(|policy| document(&policy, PolicyType::Identity)));
    }
    let boundary = match &role.permissions_boundary {
        None => None,
        Some(arn) => {
            let policy = managed(session, arn).await?.and_then(|policy| document(&policy, PolicyType::Identity));
            let Some(policy) = policy else { return Ok(None) };
            Some(policy)
        }
    };
    let identity: Option<Vec<NamedDocument>> = identity.into_iter().collect();
    Ok(identity.map(|identity| (identity, boundary)))
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
