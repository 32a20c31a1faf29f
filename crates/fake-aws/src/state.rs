//! Everything behind the one lock: the world with its clock, the keys, the faults and the log. A call goes through it from
//! the request that was read to the answer that is written.

use crate::clock::Clock;
use crate::cloudformation::{Stacks, follow_accounts};
use crate::fault::{FaultSource, WireFault};
use crate::identity::Identities;
use crate::log::{CallLog, CallRecord};
use crate::options::ServerOptions;
use crate::organizations::Names;
use crate::wire::{Call, Done, Protocol, Refusal, Written, write_done, write_refusal};
use crate::{cloudformation, iam, organizations, sts};
use rolecall_core::access_check::AccountNumber;
use rolecall_iam::arn::{AccountId, Arn};
use rolecall_simulator::World;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::api::{Api, Service};
use rolecall_simulator::caller::Caller;
use rolecall_simulator::error::ApiError;
use rolecall_simulator::iam::UniqueId;
use rolecall_simulator::rate::{Bucket, Rate};
use rolecall_simulator::time::SimTime;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What happens to the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) answer: Written,
    pub(crate) wait: Duration,
}

/// The state of a server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) identities: Identities,
    pub(crate) faults: FaultSource,
    pub(crate) log: CallLog,
    pub(crate) names: Names,
    pub(crate) stacks: Stacks,
    /// When roles were created through this server. A world does not know; of others the day of the account is told.
    pub(crate) role_created: HashMap<UniqueId, SimTime>,
    apis: BTreeMap<&'static str, Api>,
    iam_write_rate: Option<Rate>,
    iam_writes: BTreeMap<AccountKey, Bucket>,
    latency: Option<(Duration, Duration)>,
}

impl State {
    pub(crate) fn new(mut world: World, options: &ServerOptions) -> io::Result<Self> {
        if options.real_calendar {
            set_calendar(&mut world);
        }
        Ok(Self {
            clock: Clock::start(world.now(), options.clock_factor),
            identities: Identities::new(options.keys.clone(), options.seed),
            faults: FaultSource::new(options.faults.clone(), options.seed),
            log: CallLog::new(options.keep_calls, options.log_file.as_deref())?,
            names: Names::default(),
            stacks: Stacks::default(),
            role_created: HashMap::new(),
            apis: Api::ALL.iter().filter(|api| **api != Api::Other).map(|api| (api.action(), *api)).collect(),
            iam_write_rate: options.iam_write_rate,
            iam_writes: BTreeMap::new(),
            latency: options.latency,
            world,
        })
    }

    /// Lets the world's time pass up to now. Wakes are for those who run a world themselves: here nobody waits for one.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        if !self.stacks.has_dependents() {
            while self.world.run_until(now).is_some() {}
            return;
        }
        // An account that comes must be known to such templates before anything is deployed to it.
        while self.world.step_until(now) {
            follow_accounts(self);
        }
    }

    /// A call, from the request to its answer.
    pub(crate) fn handle(&mut self, read: Result<Call, (Protocol, Refusal)>) -> Outgoing {
        self.catch_up();
        let request_id = self.request_id();
        let wait = self.faults.latency(self.latency);
        let call = match read {
            Ok(call) => call,
            Err((protocol, refusal)) => {
                let answer = write_refusal(protocol, Service::Other, &refusal, request_id);
                return Outgoing { answer, wait };
            }
        };
        let operation = call.operation();
        let api = self.apis.get(operation.as_str()).copied();
        let caller = self.identities.caller(&self.world, call.credential.as_ref());
        let mut record = self.record(&call, operation, caller.as_ref().ok());
        let fault = self.faults.draw(api, record.account);
        let carried_out = self.world.steps().carried_out;
        let done = if fault.reaches() {
            caller.and_then(|caller| self.perform(&caller, &call, api))
        } else {
            Err(server_error(call.service))
        };
        record.had_effect = self.world.steps().carried_out > carried_out;
        let (answer, wait) = struck(&call, done, fault, wait, request_id, &mut record);
        self.log.add(record);
        Outgoing { answer, wait }
    }

    fn perform(&mut self, caller: &Caller, call: &Call, api: Option<Api>) -> Result<Done, Refusal> {
        let valid = self.world.check_credentials(caller, None);
        self.checked(valid)?;
        if api.is_some_and(writes_to_iam) {
            self.take_write_token(caller.account())?;
        }
        match call.service {
            Service::Iam => iam::perform(self, caller, call),
            Service::Sts => sts::perform(self, caller, call),
            Service::Organizations => organizations::perform(self, caller, call),
            Service::CloudFormation => cloudformation::perform(self, caller, call),
            Service::Other => Err(unknown_action(call)),
        }
    }

    fn take_write_token(&mut self, account: AccountKey) -> Result<(), Refusal> {
        let Some(rate) = self.iam_write_rate else { return Ok(()) };
        let now = self.world.now();
        let bucket = self.iam_writes.entry(account).or_insert_with(|| Bucket::full(rate, now));
        if bucket.take(rate, now) { Ok(()) } else { Err(Refusal::new("Throttling", 400, "Rate exceeded")) }
    }

    /// An answer of the world, its error written out.
    pub(crate) fn checked<T>(&self, answer: Result<T, ApiError>) -> Result<T, Refusal> {
        answer.map_err(|error| Refusal::of(&self.world, &error))
    }

    /// A time of the world by its calendar, as AWS writes it.
    pub(crate) fn written_time(&self, time: SimTime) -> String {
        let text = jiff::Timestamp::from_second(self.seconds(time)).map(|time| time.to_string());
        text.unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned())
    }

    /// The same in seconds since 1970.
    pub(crate) fn seconds(&self, time: SimTime) -> i64 {
        i64::try_from(time.0 / 1_000).unwrap_or(i64::MAX).saturating_add(self.world.settings().epoch_s)
    }

    fn request_id(&mut self) -> String {
        let (high, low) = (self.identities.bits(), self.identities.bits());
        uuid(high, low)
    }

    /// What the log says of a call before its outcome is known.
    fn record(&self, call: &Call, operation: String, caller: Option<&Caller>) -> CallRecord {
        let number = caller.map(|caller| self.world.account(caller.account()).number());
        let arn = call.text("RoleArn").or_else(|| call.text("PolicySourceArn")).and_then(|arn| Arn::parse(arn).ok());
        let named = arn.as_ref().and_then(Arn::account_id).map(AccountNumber::from);
        let listed = call.text("AccountId").and_then(|id| AccountId::parse(id).ok()).map(AccountNumber::from);
        let from_arn = arn.as_ref().and_then(|arn| arn.resource.rsplit('/').next());
        CallRecord {
            time_ms: self.seconds(self.world.now()).saturating_mul(1_000)
                + i64::try_from(self.world.now().0 % 1_000).unwrap_or(0),
            caller: number,
            operation,
            account: named.or(listed).or(number),
            role: call.text("RoleName").or(from_arn).map(str::to_owned),
            operation_id: call.text("OperationId").map(str::to_owned),
            error: None,
            http_status: 0,
            had_effect: false,
        }
    }
}

/// The answer after the fault, which goes into the log as the caller sees it.
fn struck(
    call: &Call,
    done: Result<Done, Refusal>,
    fault: WireFault,
    wait: Duration,
    request_id: String,
    record: &mut CallRecord,
) -> (Written, Duration) {
    let json = matches!(call.body, crate::wire::Body::Json(_));
    let protocol = if json { Protocol::Json } else { Protocol::Query };
    let done = if fault == WireFault::ErrorAfter { Err(server_error(call.service)) } else { done };
    let mut answer = match done {
        Ok(done) => write_done(call, &done, request_id),
        Err(refusal) => {
            let refusal = if json { refusal.in_json() } else { refusal };
            record.error = Some(refusal.code.clone());
            write_refusal(protocol, call.service, &refusal, request_id)
        }
    };
    if matches!(fault, WireFault::CutBefore | WireFault::CutAfter) {
        answer.status = 0;
    }
    if answer.status == 0 {
        record.error = Some("ConnectionCut".to_owned());
    }
    record.http_status = answer.status;
    let wait = if let WireFault::Stalled(stall) = fault { wait + stall } else { wait };
    (answer, wait)
}

/// What the service answers when it broke.
fn server_error(service: Service) -> Refusal {
    let code = match service {
        Service::Organizations => "ServiceException",
        Service::Iam => "ServiceFailure",
        Service::Sts | Service::CloudFormation | Service::Other => "InternalFailure",
    };
    Refusal::new(code, 500, "The request processing has failed because of an unknown error, exception or failure.")
}

/// An action that is not served.
pub(crate) fn unknown_action(call: &Call) -> Refusal {
    let (action, service) = (&call.action, crate::wire::prefix(call.service));
    match call.body {
        crate::wire::Body::Json(_) => {
            Refusal::new("UnknownOperationException", 400, format!("{service}:{action} is not served"))
        }
        crate::wire::Body::Query(_) => {
            Refusal::new("InvalidAction", 400, format!("Could not find operation {action} of {service}"))
        }
    }
}

fn writes_to_iam(api: Api) -> bool {
    let reads = ["Get", "List", "Simulate"];
    api.service() == Service::Iam && !reads.iter().any(|verb| api.name().starts_with(verb))
}

/// 128 bits as a UUID.
pub(crate) fn uuid(high: u64, low: u64) -> String {
    let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0xffff);
    format!("{first:08x}-{second:04x}-{third:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
}

/// Sets the calendar so that the world's time is the real one; the day on which `Status` is retired stays that day.
fn set_calendar(world: &mut World) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let passed = i64::try_from(world.now().0 / 1_000).unwrap_or(i64::MAX);
    let epoch_s = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_sub(passed);
    let settings = world.settings_mut();
    let moved_ms = (epoch_s - settings.epoch_s).saturating_mul(1_000);
    if settings.status_retired_at != SimTime::NEVER {
        let retired = i64::try_from(settings.status_retired_at.0).unwrap_or(i64::MAX).saturating_sub(moved_ms);
        settings.status_retired_at = SimTime(u64::try_from(retired).unwrap_or(0));
    }
    settings.epoch_s = epoch_s;
}
