//! What the vendor does and meets: actions in sessions of the role, listings and probes that fail on their way, e-mails.

use super::NotRecast;
use super::frame::BREAKS;
use super::story::Story;
use crate::api::Api;
use crate::scenario::stage::quoted;
use crate::scenario::{Do, PolicyPart, RolePart};
use crate::settings::FaultRates;
use crate::time::{SimSpan, SimTime};
use rolecall_core::access_check::{Outcome, Verdict};
use rolecall_core::diagnosis::Cause;
use rolecall_core::diagnosis::evidence::{ListingEnd, TriedAction};

/// A Region that is not enabled by default: it takes no tokens of the global endpoint (IAM user guide,
/// `id_credentials_temp_enable-regions`).
const OPT_IN: &str = "ap-east-1";

impl Story<'_> {
    /// What the vendor's service does, and what fails for it.
    pub(super) fn service(&mut self) -> Result<(), NotRecast> {
        self.actions();
        self.listing();
        self.undecided()?;
        if self.cause == Cause::DuplicateNotification {
            self.mailed_twice();
        }
        Ok(())
    }

    /// The actions that were tried, a quarter of an hour before the diagnosis.
    fn actions(&mut self) {
        let Some(tried) = self.evidence.actions.present() else { return };
        let refused = |code: &str| tried.iter().find(|one| one.error.present().is_some_and(|(found, _)| found == code));
        let too_long = refused("ValidationError").is_some();
        let token = refused("InvalidClientTokenId").is_some();
        let names: Vec<String> =
            tried.iter().map(|one| one.action.clone()).filter(|action| action != "sts:AssumeRole").collect();
        let denied: Vec<&TriedAction> = tried.iter().filter(|one| one.error.present().is_some()).collect();
        let opens = self.frame.verdict != Some(Verdict::Denied);
        if denied.is_empty() || !opens || self.cause == Cause::NotAManagementAccount {
            return;
        }
        if !too_long && !token {
            self.why_denied(&denied);
        }
        let account = self.subject;
        let using = |region: &str, duration_s, global_endpoint| Do::Use {
            account,
            actions: names.clone(),
            region: region.to_owned(),
            duration_s,
            global_endpoint,
        };
        let at = SimTime(self.case.until.0.saturating_sub(SimSpan::minutes(15).0));
        let usual = using("us-east-1", None, false);
        if too_long {
            self.differs(at, using("us-east-1", Some(43_200), false), using("us-east-1", Some(3_600), false));
        } else if token {
            self.both(|scenario| scenario.world.opt_in_regions = vec![OPT_IN.to_owned()]);
            self.differs(at, using(OPT_IN, None, true), using(OPT_IN, None, false));
        } else {
            self.happens(at, usual);
        }
    }

    /// What denies the actions, where the bundle tells it in AWS's message alone.
    fn why_denied(&mut self, denied: &[&TriedAction]) {
        let names = |kind: &str| -> Vec<String> {
            let of = denied.iter().filter(|one| one.error.present().is_some_and(|(_, message)| message.contains(kind)));
            of.map(|one| one.action.clone()).collect()
        };
        let control = names("service control policy");
        if !control.is_empty() && !self.evidence.readings.service_control.is_looked() {
            self.denies(&control, "AWS's message");
        }
        if self.evidence.readings.role.is_looked() {
            return;
        }
        let boundary = names("permissions boundary");
        let lacking: Vec<String> = denied
            .iter()
            .map(|one| one.action.clone())
            .filter(|action| !control.contains(action) && !boundary.contains(action))
            .collect();
        if boundary.is_empty() && lacking.is_empty() {
            return;
        }
        let mut part = RolePart::default();
        if !boundary.is_empty() {
            let list = boundary.iter().map(|action| quoted(action)).collect::<Vec<_>>().join(",");
            part.boundary = Some(format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","NotAction":[{list}],"Resource":"*"}}]}}"#
            ));
        }
        if !lacking.is_empty() {
            part.policy = PolicyPart::Right { of: None, without: lacking, characters: None };
        }
        self.remarks
            .add(self.spot(), "The role is not in the bundle: made so that the actions are refused as they were.");
        self.begins_with(Some(part), Some(RolePart::default()));
    }

    fn listing(&mut self) {
        let Some(ListingEnd::Partial { code }) = self.evidence.listing.end.present() else { return };
        let (api, error) = match code.split_once('/') {
            Some((_, error)) => (Api::AssumeRole, error),
            None => (Api::ListAccounts, code.as_str()),
        };
        self.fails(api, Outcome::of_error(error, 0) == Outcome::Throttled);
    }

    /// Calls fail from the break on; the diagnosis is asked while they do.
    fn fails(&mut self, api: Api, throttled: bool) {
        let rate = |on: bool| if on { 1_000_000 } else { 0 };
        self.fault(
            BREAKS,
            Do::Faults {
                api,
                rates: FaultRates { throttled: rate(throttled), internal: rate(!throttled), timed_out: 0 },
            },
        );
        self.ask_after(BREAKS + SimSpan::minutes(50));
    }

    /// A last check that could not be decided.
    fn undecided(&mut self) -> Result<(), NotRecast> {
        let checks = self.evidence.checks.present();
        let Some(last) = checks.and_then(|checks| checks.last()).filter(|check| check.verdict == Verdict::Unknown)
        else {
            return Ok(());
        };
        let end = self.evidence.listing.end.present();
        if matches!(end, Some(ListingEnd::Partial { .. } | ListingEnd::Refused { .. })) {
            return Ok(());
        }
        let has = |outcome| last.outcomes.iter().any(|(_, found)| found == outcome);
        if has(Outcome::Throttled) || has(Outcome::Fault) {
            self.fails(Api::AssumeRole, has(Outcome::Throttled));
            return Ok(());
        }
        if has(Outcome::BadRequest) {
            let account = self.subject;
            let using = |seconds| Do::Use {
                account,
                actions: Vec::new(),
                region: "us-east-1".to_owned(),
                duration_s: Some(seconds),
                global_endpoint: false,
            };
            self.differs(BREAKS, using(43_200), using(3_600));
            self.ask_after(BREAKS + SimSpan::hours(2));
            return Ok(());
        }
        let reason =
            "the vendor's probes fail in a way that the stage has no words for (its own credentials, its Region)";
        Err(NotRecast::NotStaged(reason.to_owned()))
    }

    /// A mail, an activation, and the same mail again.
    fn mailed_twice(&mut self) {
        let (account, at) = (self.subject, |minutes| SimTime::START + SimSpan::minutes(minutes));
        self.begins_with(None, None);
        self.both(|scenario| {
            scenario.stack_sets.clear();
            scenario.actions.clear();
        });
        self.happens(at(90), Do::CreateRole { account, role: RolePart::default() });
        self.happens(at(100), Do::Validate { account });
        self.fault(at(210), Do::ForgetMail { account });
        self.ask_at(at(330));
    }
}
