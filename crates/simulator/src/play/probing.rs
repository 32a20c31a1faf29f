//! Probes: one call of STS each, its answer read in one place, handed to the machine at once or after its latency.

use super::wakes::Own;
use super::{Play, classify};
use crate::account::{AccountKey, AccountNumber};
use crate::by_key::ByKey;
use crate::caller::{Caller, Session};
use crate::random::{EntityId, Stream};
use crate::sts::AssumeRole;
use crate::text::{TextId, mix};
use crate::time::{Delay, SimSpan};
use crate::trace::{self, VendorEvent};
use rolecall_core::access_check::{Answer, IdOf, Judgement, Outcome, Probe};
use rolecall_lifecycle::vendor::{CheckRef, Event, Slot, Standing};

/// The checks under way, as far as their calls need it.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
    under_way: ByKey<Slot, UnderWay>,
    /// Answers on their way.
    answers: Vec<Option<(CheckRef, Probe, Answer)>>,
    free: Vec<u32>,
    /// How far the latencies of an account were drawn, where they are random.
    streams: ByKey<AccountNumber, Stream>,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
struct UnderWay {
    account: AccountKey,
    /// What the right ID opened.
    session: Option<Session>,
    /// Whose ID opened the role before, when the account is served.
    before: Option<IdOf>,
}

impl Play {
    /// Makes the call of a probe, unless its check was given up.
    pub(super) fn send(&mut self, check: CheckRef, probe: Probe) {
        let Some(of) = self.vendor.id_behind(check, probe) else { return };
        let id = self.id_for(check, probe, of);
        #[cfg(test)]
        let id = self.planted_id(probe, id);
        if probe == Probe::Right(IdOf::Organization) {
            self.begin_check(check);
        }
        let Some(under_way) = self.checks.under_way.get(&check.slot).copied() else { return };
        let answer = self.call(check, probe, id, &under_way);
        let latency = self.latency(check.account);
        if latency == SimSpan::ZERO {
            self.step(Event::ProbeAnswered { check, probe, answer });
        } else {
            let place = self.checks.put((check, probe, answer));
            self.world.wake_at(self.world.now + latency, Own::Answer(place).wake());
        }
    }

    fn begin_check(&mut self, check: CheckRef) {
        let Some(account) = self.account_of(check.account) else { return };
        let known = self.vendor.account_at(check.slot);
        let before = known.filter(|known| known.standing == Standing::Active).and_then(|known| known.id_used);
        self.checks.under_way.insert(check.slot, UnderWay { account, session: None, before });
    }

    fn call(&mut self, check: CheckRef, probe: Probe, id: Option<TextId>, under_way: &UnderWay) -> Answer {
        let answer = match probe {
            Probe::CallerIdentity => self.who_am_i(under_way.session),
            Probe::Right(_) | Probe::NoId | Probe::Wrong(_) => {
                let request = AssumeRole { account: under_way.account, external_id: id, ..self.request };
                let prober = self.setup.prober;
                match self.world.assume_role(&prober, &request) {
                    Ok(session) => {
                        self.checks.keep_session(check.slot, probe, session);
                        Answer::Outcome(Outcome::Allowed)
                    }
                    Err(error) => Answer::Outcome(classify::outcome(&error)),
                }
            }
        };
        if !self.world.trace.is_off() {
            self.record_probe(check, probe, id, answer, under_way.before.is_some());
        }
        answer
    }

    fn who_am_i(&mut self, session: Option<Session>) -> Answer {
        // Asked only after a right ID opened the role, whose session is there.
        let Some(session) = session else { return Answer::Outcome(Outcome::Fault) };
        match self.world.identify(&Caller::Session(session), self.request.endpoint) {
            Ok(account) => Answer::CallerIs(self.world.account(account).number()),
            Err(error) => Answer::Outcome(classify::outcome(&error)),
        }
    }

    fn record_probe(&mut self, check: CheckRef, probe: Probe, id: Option<TextId>, answer: Answer, served: bool) {
        let Some(organization) = self.customer(check.organization).map(|customer| customer.entity) else { return };
        let outcome = match answer {
            Answer::Outcome(outcome) => outcome,
            Answer::CallerIs(account) if account == check.account => Outcome::Allowed,
            Answer::CallerIs(_) => Outcome::OtherAccount,
        };
        let id = self.hash_of(id);
        let event = VendorEvent::Probed { organization, check: check.serial, probe, id, outcome };
        self.record_of_check(check.account, event, served);
    }

    /// Leaves a record of a check. It is no fact when it repeats what is known.
    fn record_of_check(&mut self, account: AccountNumber, event: VendorEvent, repeats: bool) {
        let (now, subject) = (self.world.now, EntityId::account(account.get()));
        let event = trace::Event::Vendor(event);
        if repeats {
            self.world.trace.add_repeated(now, subject, event);
        } else {
            self.world.trace.add(now, subject, event);
        }
    }

    /// A check is over.
    pub(super) fn record_checked(
        &mut self,
        slot: Option<Slot>,
        account: AccountNumber,
        judgement: Judgement,
        event: VendorEvent,
    ) {
        let under_way = slot.and_then(|slot| self.checks.under_way.remove(&slot));
        let before = under_way.and_then(|check| check.before);
        let repeats = matches!(judgement, Judgement::Validated(by) if before == Some(by));
        self.record_of_check(account, event, repeats);
    }

    /// How long the answer takes: drawn from a stream that the vendor has for the account.
    fn latency(&mut self, account: AccountNumber) -> SimSpan {
        if let Delay::Fixed(span) = self.setup.probe_latency {
            return span;
        }
        let stream = self.checks.streams.get_or_insert_with(account, Stream::default);
        let entity = EntityId::other(mix(account.get() ^ 0x0b5e_55ed));
        self.setup.probe_latency.draw(&mut self.world.random.of(entity, stream))
    }

    pub(super) fn answer_arrives(&mut self, place: u32) {
        if let Some((check, probe, answer)) = self.checks.take(place) {
            self.step(Event::ProbeAnswered { check, probe, answer });
        }
    }
}

impl Checks {
    /// Sessions of negative probes are of no use.
    fn keep_session(&mut self, slot: Slot, probe: Probe, session: Session) {
        if let Some(check) = self.under_way.get_mut(&slot).filter(|_| matches!(probe, Probe::Right(_))) {
            check.session = Some(session);
        }
    }

    fn put(&mut self, answer: (CheckRef, Probe, Answer)) -> u32 {
        if let Some(place) = self.free.pop() {
            if let Some(slot) = self.answers.get_mut(place as usize) {
                *slot = Some(answer);
            }
            return place;
        }
        self.answers.push(Some(answer));
        u32::try_from(self.answers.len() - 1).unwrap_or(u32::MAX)
    }

    fn take(&mut self, place: u32) -> Option<(CheckRef, Probe, Answer)> {
        let answer = self.answers.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(answer)
    }
}
