//! What the vendor has: its records of checks and listings, its mails, and what a session of the role may call.

use super::{Papers, time};
use crate::account::{AccountKey, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::play::{Console, Play};
use crate::random::EntityId;
use crate::sts::AssumeRole;
use crate::trace::{Event, Record, VendorEvent};
use rolecall_core::access_check::{AccountNumber, IdOf, Probe, TimeMs, Verdict};
use rolecall_core::diagnosis::evidence::{
    Check, CheckStart, Email, Entry, JoinedMethod, Listing, ListingEnd, Neighbours, ProbeError, TriedAction,
};
use rolecall_core::diagnosis::{Evidence, Seen, Subject, Viewpoint};
use rolecall_core::organization::{AccountKind, OrganizationId};
use rolecall_core::profile::VendorPrincipal;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_lifecycle::vendor::{Conflict, OrganizationKey, Standing};

pub(super) fn collect(play: &mut Play, account: AccountKey, papers: &Papers) -> Option<Evidence> {
    let number = play.world().account(account).number();
    let key = key_of(play, account, number)?;
    let organization = play.vendor().organization(key)?.clone();
    let setup = play.setup();
    let vendor = AccountId::from(play.world().account(setup.account).number());
    let subject = Subject {
        account: AccountId::from(number),
        kind: if organization.management == number { AccountKind::Management } else { AccountKind::Member },
        organization: organization.id.clone(),
        partition: Partition::Aws,
        mode: organization.mode,
        role_name: setup.role.name.clone(),
        role_path: setup.role.path.clone(),
        vendor: VendorPrincipal { account: vendor, principal_arns: Vec::new() },
    };
    let now = time(play.world().now());
    let mut evidence = Evidence::new(Viewpoint::Vendor, now, subject);
    evidence.bindings = papers.bindings.clone();
    let mut checks = checks(play, account, key);
    errors_of_last(play, account, papers, &mut checks);
    evidence.checks = Seen::Present(checks);
    evidence.validated = Seen::looked(validated(&evidence));
    evidence.emails = emails(play, number, key);
    evidence.neighbours = neighbours(play, number, key);
    evidence.listing = listing(play, account, key, papers);
    // A session there is only where the last check got one.
    let opens = evidence
        .checks
        .present()
        .and_then(|checks| checks.last())
        .is_some_and(|check| check.outcomes.opened_by().is_some());
    evidence.actions = actions(play, account, papers, opens);
    Some(evidence)
}

/// The organization under which the vendor knows the account, or that was connected with it.
fn key_of(play: &Play, account: AccountKey, number: AccountNumber) -> Option<OrganizationKey> {
    if let Some(known) = play.vendor().account(number) {
        return Some(known.organization);
    }
    play.vendor_key(play.world().account(account).organization()?)
}

/// The vendor's records of its checks of the account for this organization, oldest first.
fn checks(play: &Play, account: AccountKey, key: OrganizationKey) -> Vec<Check> {
    let world = play.world();
    let Some(organization) = play.organization_of(key) else { return Vec::new() };
    let (subject, wanted) = (world.account(account).entity(), world.organization_entity(organization));
    let records = world.trace().records().iter().filter(|record| record.subject == subject);
    let check = |at, event| match event {
        Event::Vendor(VendorEvent::Checked { organization, tick, verdict, outcomes, .. }) if organization == wanted => {
            let start = tick.map_or(CheckStart::Requested, CheckStart::Tick);
            Some(Check { at: time(at), start: Seen::Present(start), outcomes, verdict, errors: Seen::NotLooked })
        }
        _ => None,
    };
    records.filter_map(|record| check(record.at, record.event)).collect()
}

fn validated(evidence: &Evidence) -> Option<TimeMs> {
    let checks = evidence.checks.present()?;
    checks.iter().rev().find(|check| check.verdict == Verdict::Validated).map(|check| check.at)
}

fn emails(play: &Play, number: AccountNumber, key: OrganizationKey) -> Seen<Vec<Email>> {
    let mails = play.mails().iter().filter(|mail| mail.account == number && mail.organization == key);
    let mails: Vec<_> = mails.map(|mail| Email { at: time(mail.at), number: mail.number }).collect();
    Seen::looked((!mails.is_empty()).then_some(mails))
}

fn neighbours(play: &Play, number: AccountNumber, key: OrganizationKey) -> Neighbours {
    let vendor = play.vendor();
    let management = vendor.organization(key).map(|organization| organization.management);
    let others = vendor.accounts().iter().filter(|other| other.organization == key && other.number != number);
    let members = others.filter(|other| Some(other.number) != management);
    let (mut validated, mut denied) = (0, 0);
    for member in members {
        match member.standing {
            Standing::Active => validated += 1,
            Standing::Failing => denied += 1,
            Standing::New | Standing::NotRequired | Standing::Blocked | Standing::Departed => {}
        }
    }
    let last = management.filter(|management| *management != number).and_then(|management| vendor.account(management));
    Neighbours {
        management: Seen::looked(last.and_then(|account| account.last).map(|record| record.verdict)),
        members_validated: Seen::Present(validated),
        members_denied: Seen::Present(denied),
    }
}

fn listing(play: &mut Play, account: AccountKey, key: OrganizationKey, papers: &Papers) -> Listing {
    let number = play.world().account(account).number();
    let end = listing_end(play, key);
    let known = play.vendor().account(number).copied();
    let departed = known.is_some_and(|known| known.standing == Standing::Departed);
    let listed = known.filter(|known| known.listed && known.organization == key && !departed);
    let entry = match listed {
        Some(known) => Seen::Present(entry(play, account, known.state, papers)),
        None if departed => Seen::Absent,
        None => Seen::NotLooked,
    };
    Listing {
        end,
        entry,
        first_listed: Seen::looked(listed.map(|known| known.first_listed)),
        state_since: Seen::looked(listed.map(|known| known.changed)),
        earlier_organization: Seen::looked(earlier_organization(play, account, key)),
        also_listed_by: Seen::looked(claimant(play, number, key)),
        features: Seen::NotLooked,
    }
}

/// The line of ListAccounts: the vendor may read it with the role of the management account.
fn entry(
    play: &mut Play,
    account: AccountKey,
    state: rolecall_core::access_check::AccountState,
    papers: &Papers,
) -> Entry {
    let organization = play.world().account(account).organization();
    let management = organization.map(|organization| play.world().organization(organization).management());
    let line = management
        .and_then(|management| play.world_mut().describe_account(&Caller::Administrator(management), account).ok());
    let joined = line.map(|line| match line.joined_method {
        Origin::Created => JoinedMethod::Created,
        Origin::Invited => JoinedMethod::Invited,
    });
    let status = line.and_then(|line| line.status);
    let read_as = if papers.reads_status && status.is_none() { Seen::Absent } else { Seen::Present(state) };
    Entry {
        state: Seen::Present(state.as_str().to_owned()),
        status: if line.is_some() { Seen::looked(status.map(str::to_owned)) } else { Seen::NotLooked },
        read_as,
        joined_method: joined.map_or(Seen::NotLooked, Seen::Present),
    }
}

/// How the last listing ended.
fn listing_end(play: &mut Play, key: OrganizationKey) -> Seen<ListingEnd> {
    let refused = play.console().iter().rev().find_map(|record| match record.entry {
        Console::ConflictRaised(Conflict::ListingDenied { organization }) if organization == key => Some(true),
        Console::ConflictCleared(Conflict::ListingDenied { organization }) if organization == key => Some(false),
        _ => None,
    });
    if refused == Some(true) {
        let code = list_again(play, key).map_or_else(|| String::from("AccessDeniedException"), |(code, _)| code);
        return Seen::Present(ListingEnd::Refused { code });
    }
    let Some(organization) = play.organization_of(key) else { return Seen::NotLooked };
    let entity = play.world().organization_entity(organization);
    let records = play.world().trace().records().iter().rev();
    let complete = records.filter(|record| record.subject == entity).find_map(|record| match record.event {
        Event::Vendor(VendorEvent::ListingEnded { complete, .. }) => Some(complete),
        _ => None,
    });
    match complete {
        None => Seen::NotLooked,
        Some(true) => Seen::Present(ListingEnd::Complete),
        Some(false) => Seen::Present(ListingEnd::Partial { code: broken_off_by(play, entity) }),
    }
}

/// The error that ended the last listing that was not complete, from the log of the vendor's calls; with the call's name where
/// it was not ListAccounts.
fn broken_off_by(play: &Play, organization: EntityId) -> String {
    let ended = |record: &Record| {
        record.subject == organization
            && matches!(record.event, Event::Vendor(VendorEvent::ListingEnded { complete: false, .. }))
    };
    let mut before = play.world().trace().records().iter().rev().skip_while(|record| !ended(record));
    let error = before.find_map(|record| match record.event {
        Event::Called { api, error: Some(code), .. } => Some((api, code)),
        _ => None,
    });
    match error {
        None => String::from("unknown"),
        Some((Api::ListAccounts, code)) => code.as_str().to_owned(),
        Some((api, code)) => format!("{}/{}", api.name(), code.as_str()),
    }
}

/// AWS's answer in full to what the last check could not decide: the vendor makes the same call again.
fn errors_of_last(play: &mut Play, account: AccountKey, papers: &Papers, checks: &mut [Check]) {
    let Some(last) = checks.last_mut().filter(|check| check.verdict == Verdict::Unknown) else { return };
    let setup = play.setup().clone();
    let Some(id) = papers.bindings.organization_id.present() else { return };
    let world = play.world_mut();
    let request = AssumeRole {
        account,
        path: world.text(&setup.role.path),
        role: world.text(&setup.role.name),
        session_name: world.text(&setup.session_name),
        external_id: Some(world.text(id.as_str())),
        duration_s: setup.session_duration_s,
        endpoint: setup.endpoint,
    };
    let answer = world.assume_role(&setup.prober, &request);
    let (probe, error) = match answer {
        Err(error) => (Probe::Right(IdOf::Organization), error),
        Ok(session) => match world.get_caller_identity(&Caller::Session(session), setup.endpoint) {
            Err(error) => (Probe::CallerIdentity, error),
            Ok(_) => return,
        },
    };
    let (code, message) = told(play, &error);
    last.errors = Seen::Present(vec![ProbeError { probe, code, message }]);
}

/// The error of a listing with the role of the account that was given as the management account.
fn list_again(play: &mut Play, key: OrganizationKey) -> Option<(String, String)> {
    let number = play.vendor().organization(key)?.management;
    let account = play.world().account_key(AccountId::from(number))?;
    let session = session(play, account, None)?;
    let error = play.world_mut().list_accounts(&session, None).err()?;
    Some(told(play, &error))
}

fn told(play: &Play, error: &ApiError) -> (String, String) {
    (error.code.as_str().to_owned(), play.world().message(error))
}

fn earlier_organization(play: &Play, account: AccountKey, key: OrganizationKey) -> Option<OrganizationId> {
    let world = play.world();
    let subject = world.account(account).entity();
    let tenant = play.vendor().organization(key)?.tenant;
    let own = world.organization_entity(play.organization_of(key)?);
    let records = world.trace().records().iter().rev().filter(|record| record.subject == subject);
    let listed = records.filter_map(|record| match record.event {
        Event::Vendor(VendorEvent::Listed { organization, .. }) if organization != own => Some(organization),
        _ => None,
    });
    let mut found = listed.filter_map(|entity| {
        let keys = (0..).map(OrganizationKey).map_while(|key| play.vendor().organization(key).map(|one| (key, one)));
        let mut keys = keys
            .filter(|(key, _)| play.organization_of(*key).is_some_and(|one| world.organization_entity(one) == entity));
        keys.find(|(_, one)| one.tenant == tenant).map(|(_, one)| one.id.clone())
    });
    found.next()
}

/// Who else claims the account, as long as that stands.
fn claimant(play: &Play, number: AccountNumber, key: OrganizationKey) -> Option<OrganizationId> {
    let last = play.console().iter().rev().find_map(|record| match record.entry {
        Console::ConflictRaised(Conflict::AccountClaimedTwice { account, holder, claimant }) if account == number => {
            Some(Some(if holder == key { claimant } else { holder }))
        }
        Console::ConflictCleared(Conflict::AccountClaimedTwice { account, .. }) if account == number => Some(None),
        _ => None,
    });
    play.vendor().organization(last??).map(|organization| organization.id.clone())
}

/// A session of the role as the vendor opens one.
fn session(play: &mut Play, account: AccountKey, papers: Option<&Papers>) -> Option<Caller> {
    let setup = play.setup().clone();
    let ids = papers.map(|papers| &papers.bindings);
    let organization = ids.and_then(|ids| ids.organization_id.present()).map(|id| id.as_str().to_owned());
    let own = ids.and_then(|ids| ids.own_id.present()).filter(|own| own.counts).map(|own| own.id.as_str().to_owned());
    let world = play.world_mut();
    for id in [organization, own].into_iter().flatten() {
        let request = AssumeRole {
            account,
            path: world.text(&setup.role.path),
            role: world.text(&setup.role.name),
            session_name: world.text(&setup.session_name),
            external_id: Some(world.text(&id)),
            duration_s: setup.session_duration_s,
            endpoint: setup.endpoint,
        };
        if let Ok(session) = world.assume_role(&setup.prober, &request) {
            return Some(Caller::Session(session));
        }
    }
    None
}

/// Tries what the vendor needs in a session of the role.
fn actions(play: &mut Play, account: AccountKey, papers: &Papers, opens: bool) -> Seen<Vec<TriedAction>> {
    let mut tried = papers.tried.clone();
    let session = if opens { session(play, account, Some(papers)) } else { None };
    if let Some(session) = session {
        let region = play.world_mut().text("us-east-1");
        for (action, resource) in &papers.actions {
            let answer = if action == "organizations:ListAccounts" {
                play.world_mut().list_accounts(&session, None).map(|_| ())
            } else {
                play.world_mut().act(&session, action, resource, region)
            };
            let error = Seen::looked(answer.err().map(|error| told(play, &error)));
            tried.push(TriedAction { action: action.clone(), error });
        }
    }
    if tried.is_empty() { Seen::NotLooked } else { Seen::Present(tried) }
}
