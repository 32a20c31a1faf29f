//! What a tick costs, by counting; and what an account takes, by counting bytes.

use super::super::*;
use super::world::{external_id, management, number, plain};
use crate::AccountState;
use rolecall_core::access_check::{Answer, Outcome, Probe};
use rolecall_core::organization::{OrganizationId, ServiceMode};

const KEY: OrganizationKey = OrganizationKey(0);

/// Performs effects in a world where every role is right, except in `broken`.
fn perform(vendor: &mut Vendor, now: TimeMs, changed: &[ListedAccount], departed: &[AccountNumber], broken: u64) {
    let mut queue = Vec::new();
    vendor.step(now, Event::DiscoveryTick { organization: KEY }, &mut queue);
    let mut told = false;
    while let Some(effect) = queue.pop() {
        match effect {
            Effect::Probe { check, probe } => {
                let opens = matches!(probe, Probe::Right(_)) && check.account != number(broken);
                let outcome = if opens { Outcome::Allowed } else { Outcome::AccessDenied };
                let caller = probe == Probe::CallerIdentity;
                let answer = if caller { Answer::CallerIs(check.account) } else { Answer::Outcome(outcome) };
                vendor.step(now, Event::ProbeAnswered { check, probe, answer }, &mut queue);
            }
            Effect::ListAccounts { organization, round } if !told => {
                told = true;
                let event = Event::ListingDifference { organization, round, changed, departed };
                vendor.step(now, event, &mut queue);
            }
            _ => {}
        }
    }
}

fn vendor_of(accounts: u64, rechecks: Rechecks, every: u32) -> Vendor {
    let recheck_every_ticks = std::num::NonZeroU32::new(every).unwrap();
    let mut vendor = Vendor::new(Settings { recheck_every_ticks, rechecks, ..plain() });
    let new = NewOrganization {
        tenant: TenantId(0),
        id: OrganizationId::parse("o-organization0").unwrap(),
        management: number(management(0)),
        mode: ServiceMode::RealTime,
        external_id: external_id(0),
        own_ids: Vec::new(),
        subscribed: true,
    };
    vendor.step(TimeMs(0), Event::OrganizationAdded(Box::new(new)), &mut Vec::new());
    let lines: Vec<ListedAccount> = std::iter::once(management(0)).chain(1_000..1_000 + accounts).map(line).collect();
    perform(&mut vendor, TimeMs(0), &lines, &[], 0);
    vendor
}

fn line(account: u64) -> ListedAccount {
    ListedAccount { account: number(account), state: AccountState::Active }
}

#[test]
fn a_tick_costs_what_changed_and_not_the_size() {
    let cost = |accounts: u64, changed: u64| {
        let mut vendor = vendor_of(accounts, Rechecks::OnHint, 24);
        assert_eq!(
            vendor.accounts().iter().filter(|account| account.standing == Standing::Active).count() as u64,
            accounts + 1
        );
        let joined: Vec<ListedAccount> = (500_000..500_000 + changed).map(line).collect();
        let before = vendor.visits();
        perform(&mut vendor, TimeMs(1), &joined, &[], 0);
        vendor.visits() - before
    };
    // The tick itself looks at the management account.
    assert_eq!(cost(10, 0), 1);
    assert_eq!(cost(10_000, 0), 1);
    // A new account is listed and checked: two looks each.
    assert_eq!(cost(10, 7), 15);
    assert_eq!(cost(10_000, 7), 15);
}

#[test]
fn hints_cost_one_check_each() {
    let mut vendor = vendor_of(10_000, Rechecks::OnHint, 1);
    let before = vendor.visits();
    for account in [1_001, 2_002, 3_003] {
        vendor.step(TimeMs(1), Event::AccessMayHaveChanged { account: number(account) }, &mut Vec::new());
    }
    perform(&mut vendor, TimeMs(2), &[], &[], 2_002);
    // Three hints; a tick; three entries of the queue and their checks.
    assert_eq!(vendor.visits() - before, 3 + 1 + 6);
    assert_eq!(vendor.account(number(2_002)).unwrap().standing, Standing::Failing);
    // From now on the failing one is checked at every tick, and nobody else.
    let before = vendor.visits();
    perform(&mut vendor, TimeMs(3), &[], &[], 2_002);
    assert_eq!(vendor.visits() - before, 2);
}

#[test]
fn checks_of_active_accounts_keep_their_phase() {
    let mut vendor = vendor_of(1_000, Rechecks::Every, 24);
    let mut costs = Vec::new();
    for hour in 1..=48 {
        let before = vendor.visits();
        perform(&mut vendor, TimeMs(hour), &[], &[], 0);
        costs.push(vendor.visits() - before);
    }
    let busy: Vec<usize> = (0..48).filter(|hour| costs[*hour] > 1).collect();
    assert_eq!(busy, [23, 47]);
    assert_eq!(costs[23], 1 + 2 * 1_001);
}

#[test]
fn an_account_is_small() {
    assert!(size_of::<Account>() <= 96, "{}", size_of::<Account>());
    let accounts = 50_000;
    let mut kept = None;
    let measured = allocation_counter::measure(|| kept = Some(vendor_of(accounts, Rechecks::Every, 24)));
    let kept = kept.unwrap();
    assert_eq!(kept.accounts().len() as u64, accounts + 1);
    let bytes = u64::try_from(measured.bytes_current).unwrap() / accounts;
    println!("{bytes} bytes an account at rest");
    assert!(bytes <= 200, "{bytes} bytes an account");
}

#[test]
fn departures_by_difference_cost_the_departed() {
    let mut vendor = vendor_of(10_000, Rechecks::OnHint, 24);
    let gone: Vec<AccountNumber> = (1_000..1_005).map(number).collect();
    let before = vendor.visits();
    perform(&mut vendor, TimeMs(1), &[], &gone, 0);
    assert_eq!(vendor.visits() - before, 1 + 5);
    assert_eq!(vendor.organization(KEY).unwrap().member_count(), 10_001 - 5);
}
