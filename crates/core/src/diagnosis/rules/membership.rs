//! The account in its organization: membership, state, who lists it.

use super::ask::management;
use crate::access_check::AccountState;
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::{ListingEnd, Seen};
use crate::diagnosis::look::Look;
use crate::diagnosis::symptom::Symptom;
use crate::organization::{AccountKind, ServiceMode};

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::AccountLeftOrganization,
        explains: &[Symptom::NotListed],
        needs: &[],
        proofs: &[gone],
        hints: &[],
    },
    Rule {
        cause: Cause::AccountPendingActivation,
        explains: &[Symptom::NotActive],
        needs: &[],
        proofs: &[|case| state_is(case, &[AccountState::PendingActivation])],
        hints: &[],
    },
    Rule {
        cause: Cause::AccountNotActive,
        explains: &[Symptom::NotActive],
        needs: &[],
        proofs: &[|case| {
            state_is(case, &[AccountState::Suspended, AccountState::PendingClosure, AccountState::Closed])
        }],
        hints: &[],
    },
    Rule {
        cause: Cause::StatusRetired,
        explains: &[Symptom::StateUnread],
        needs: &[],
        proofs: &[state_without_status],
        hints: &[],
    },
    Rule {
        cause: Cause::AccountClaimedTwice,
        explains: &[Symptom::ClaimedTwice],
        needs: &[],
        proofs: &[claimed],
        hints: &[],
    },
    Rule { cause: Cause::LaggingMode, explains: &[Symptom::NotChecked], needs: &[], proofs: &[lagging], hints: &[] },
    Rule {
        cause: Cause::NotAManagementAccount,
        explains: &[Symptom::ListingRefused],
        needs: &[management],
        proofs: &[refused_to_members],
        hints: &[],
    },
    Rule {
        cause: Cause::ListingIncomplete,
        explains: &[Symptom::ListingPartial],
        needs: &[],
        proofs: &[broke_off],
        hints: &[],
    },
];

fn gone(case: &Case<'_>) -> Clue {
    let listing = &case.evidence.listing;
    match (&listing.entry, listing.end.present()) {
        (Seen::NotLooked, _) => Clue::Open(Look::Listing),
        (_, Some(ListingEnd::Partial { .. } | ListingEnd::Refused { .. })) => {
            Clue::fails("the listing was not complete", "listing.end")
        }
        (Seen::Absent, _) => Clue::holds("a complete listing does not have the account", "listing.entry"),
        (Seen::Present(_), _) => Clue::fails("the account is listed", "listing.entry"),
    }
}

fn state_is(case: &Case<'_>, states: &[AccountState]) -> Clue {
    match case.state() {
        None => Clue::Open(Look::Listing),
        Some(state) if states.contains(&state) => {
            Clue::holds(format!("Organizations lists the account as {}", state.as_str()), "listing.entry")
        }
        Some(state) => Clue::fails(format!("Organizations lists the account as {}", state.as_str()), "listing.entry"),
    }
}

fn state_without_status(case: &Case<'_>) -> Clue {
    let Some(entry) = case.evidence.listing.entry.present() else { return Clue::Open(Look::Listing) };
    match (&entry.state, &entry.status) {
        (Seen::Present(state), Seen::Absent) => {
            Clue::holds(format!("`State` is {state} and there is no `Status`"), "listing.entry.state")
        }
        (Seen::Absent, _) => Clue::fails("the entry has no `State` either", "listing.entry.state"),
        (_, Seen::Present(status)) => Clue::fails(format!("`Status` is {status}"), "listing.entry.status"),
        (Seen::NotLooked, _) | (_, Seen::NotLooked) => Clue::Open(Look::Listing),
    }
}

fn claimed(case: &Case<'_>) -> Clue {
    match &case.evidence.listing.also_listed_by {
        Seen::NotLooked => Clue::Open(Look::Listing),
        Seen::Absent => Clue::fails("no organization of another customer lists the account", "listing.alsoListedBy"),
        Seen::Present(other) => {
            Clue::holds(format!("organization {} lists it as well", other.as_str()), "listing.alsoListedBy")
        }
    }
}

fn lagging(case: &Case<'_>) -> Clue {
    let subject = &case.evidence.subject;
    if subject.mode == ServiceMode::Lagging && subject.kind == AccountKind::Member {
        return Clue::holds("the organization is served in lagging mode", "subject.mode");
    }
    Clue::fails("a role is asked for in this account", "subject.mode")
}

fn refused_to_members(case: &Case<'_>) -> Clue {
    let Some(end) = case.evidence.listing.end.present() else { return Clue::Open(Look::Listing) };
    let ListingEnd::Refused { code } = end else { return Clue::fails("the listing was not refused", "listing.end") };
    if code.starts_with("AWSOrganizationsNotInUse") {
        return Clue::holds(format!("ListAccounts: `{code}`"), "listing.end");
    }
    let tried = case.evidence.actions.present().into_iter().flatten().enumerate();
    let mut listing = tried.filter(|(_, tried)| tried.action.eq_ignore_ascii_case("organizations:ListAccounts"));
    let Some((index, tried)) = listing.next() else { return Clue::Open(Look::Actions) };
    let place = format!("actions[{index}]");
    match tried.error.present() {
        // A policy at fault is named in AWS's message; who is no management account gets none named.
        Some((_, message)) if message.contains("policy") => Clue::fails(message.clone(), place),
        Some((code, message)) => Clue::holds(format!("`{code}`: {message}"), place),
        None => Clue::fails("ListAccounts succeeds", place),
    }
}

fn broke_off(case: &Case<'_>) -> Clue {
    match case.evidence.listing.end.present() {
        None => Clue::Open(Look::Listing),
        Some(ListingEnd::Partial { code }) if code.contains('/') => {
            Clue::fails(format!("another call failed before it: `{code}`"), "listing.end")
        }
        Some(ListingEnd::Partial { code }) => Clue::holds(format!("it ended with `{code}`"), "listing.end"),
        Some(_) => Clue::fails("the listing did not break off", "listing.end"),
    }
}
