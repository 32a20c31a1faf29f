//! The account is another's, or in another state.

use super::super::stage::tolerant;
use super::super::{Kind, Onset};
use super::{by_script, kind, plain};
use crate::api::Api;
use crate::settings::FaultRates;
use Onset::{Later, Start};
use rolecall_core::access_check::AccountState;
use rolecall_core::diagnosis::Cause;
use rolecall_core::organization::ServiceMode;

pub(super) fn kinds() -> Vec<Kind> {
    vec![
        kind(Cause::AccountLeftOrganization, Later, plain, |stage| {
            let subject = stage.subject;
            stage.world().leave_organization(subject).ok()
        }),
        kind(Cause::AccountNotActive, Later, plain, |stage| {
            let states = [AccountState::Suspended, AccountState::PendingClosure, AccountState::Closed];
            let place = usize::try_from(stage.plan.variant % 3).ok()?;
            let (subject, state) = (stage.subject, states.get(place).copied()?);
            stage.world().set_state(subject, state);
            Some(())
        }),
        kind(Cause::AccountPendingActivation, Start, plain, |stage| {
            let subject = stage.subject;
            stage.world().set_state(subject, AccountState::PendingActivation);
            stage.deploy(None, tolerant())
        }),
        kind(Cause::StatusRetired, Start, |plan| plan.status_retired = true, |stage| stage.deploy(None, tolerant())),
        kind(Cause::ListingIncomplete, Later, plain, |stage| {
            let rates = FaultRates { throttled: 1_000_000, ..FaultRates::default() };
            stage.world().settings_mut().faults.insert(Api::ListAccounts, rates);
            Some(())
        }),
        kind(
            Cause::NotAManagementAccount,
            Start,
            |plan| {
                plan.script = true;
                plan.wrong_management = true;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
        kind(
            Cause::LaggingMode,
            Start,
            |plan| {
                by_script(plan);
                plan.mode = ServiceMode::Lagging;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
    ]
}
