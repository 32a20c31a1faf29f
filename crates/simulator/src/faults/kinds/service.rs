//! The vendor's own calls fail.

use super::super::stage::{Stage, tolerant};
use super::super::{Kind, Onset};
use super::{kind, plain};
use crate::api::Api;
use crate::settings::FaultRates;
use Onset::{Later, Start};
use rolecall_core::diagnosis::Cause;

fn sts_fails(stage: &mut Stage, rates: FaultRates) {
    stage.world().settings_mut().faults.insert(Api::AssumeRole, rates);
}

pub(super) fn kinds() -> Vec<Kind> {
    vec![
        kind(Cause::VendorThrottled, Later, plain, |stage| {
            sts_fails(stage, FaultRates { throttled: 1_000_000, ..FaultRates::default() });
            Some(())
        }),
        kind(Cause::ServiceFault, Later, plain, |stage| {
            sts_fails(stage, FaultRates { internal: 1_000_000, ..FaultRates::default() });
            Some(())
        }),
        kind(
            Cause::SessionTooLong,
            Start,
            |plan| {
                plan.session_s = Some(43_200);
                plan.management = true;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
    ]
}
