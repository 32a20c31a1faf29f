//! One run: accounts join, leave and move when the model says so, the pipeline brings their role, the vendor does the rest.

use super::drawing::{Purpose, arrivals, draw};
use super::histogram::Histogram;
use super::model::{Model, Phase};
use super::tally::{Tally, Work};
use super::world::{Holder, NEW_FROM, Prepared};
use crate::account::{AccountKey, AccountNumber, AccountState, Origin};
use crate::play::{Connection, ConnectionRefused, News, NewsItem, Play, PlayError};
use crate::random::{Randomness, Seed};
use crate::time::{SimSpan, SimTime};
use crate::trace::Trace;
use crate::world::Wake;

/// Why a run did not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRun {
    /// The vendor's setup does not fit the world.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// The vendor refused an organization.
    #[error(transparent)]
    Refused(#[from] ConnectionRefused),
    /// AWS would not take an external ID.
    #[error(transparent)]
    ExternalId(#[from] rolecall_core::external_id::ExternalIdError),
}

/// What became of an account that joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Its number.
    pub account: AccountNumber,
    /// When it was created.
    pub created: SimTime,
    /// When the pipeline wrote the role; nothing when it never did.
    pub role: Option<SimTime>,
    /// When it was first activated.
    pub active: Option<SimTime>,
    /// Mails about it.
    pub mails: u32,
    organization: u16,
    key: Option<AccountKey>,
}

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    /// The counts.
    pub tally: Tally,
    /// The accounts that joined, in the order of their numbers.
    pub joined: Vec<Joined>,
    /// The trace, as far as the world kept one.
    pub trace: Trace,
    /// How often a policy was evaluated.
    pub evaluations: u64,
}

/// Runs a world with a seed and gives the counts.
///
/// # Errors
/// See [`NotRun`].
pub fn run(prepared: Prepared, seed: Seed) -> Result<Tally, NotRun> {
    run_with(prepared, seed).map(|finished| finished.tally)
}

/// The same, with all that there is to see.
///
/// # Errors
/// See [`NotRun`].
pub fn run_with(prepared: Prepared, seed: Seed) -> Result<Finished, NotRun> {
    let mut course = Course::begin(prepared, seed)?;
    course.go();
    Ok(course.finish())
}

/// What the customers' automation wakes up for; the number of a member or of an account that joins is below.
#[derive(Clone, Copy)]
enum Turn {
    Join,
    Role,
    Leave,
    Move,
    Restore,
}

const KIND: u32 = 40;

impl Turn {
    const fn wake(self, number: u64) -> Wake {
        Wake((self as u64) << KIND | number)
    }

    const fn read(wake: Wake) -> (Self, u64) {
        let turn = match wake.0 >> KIND {
            0 => Self::Join,
            1 => Self::Role,
            2 => Self::Leave,
            3 => Self::Move,
            _ => Self::Restore,
        };
        (turn, wake.0 & ((1 << KIND) - 1))
    }
}

struct Course {
    model: Model,
    play: Play,
    organizations: Vec<Holder>,
    joined: Vec<Joined>,
    tally: Tally,
}

/// During the first interval all first members are activated: their news are dropped so often.
const FIRST_SLICES: u64 = 64;

impl Course {
    fn begin(prepared: Prepared, seed: Seed) -> Result<Self, NotRun> {
        let Prepared { model, mut world, setup, organizations } = prepared;
        world.random = Randomness::new(seed);
        let mut course =
            Self { play: Play::new(world, setup)?, model, organizations, joined: Vec::new(), tally: Tally::default() };
        for number in 0..course.model.organizations {
            course.connect(number)?;
            course.plan(number);
        }
        Ok(course)
    }

    fn connect(&mut self, number: u16) -> Result<(), NotRun> {
        let Some(holder) = self.organizations.get(usize::from(number)) else { return Ok(()) };
        let interval = self.model.discovery_interval.0;
        let phase = match self.model.phase {
            Phase::At(span) => span,
            Phase::Random => {
                SimSpan(draw(self.play.world_mut(), Purpose::Phase, u64::from(number), |draw| draw.below(interval)))
            }
        };
        let connection = Connection::new(u32::from(number), &holder.external_id, SimTime::START + phase)?;
        self.play.connect(holder.key, connection)?;
        Ok(())
    }

    /// Draws when the accounts of an organization come, go and move.
    fn plan(&mut self, number: u16) {
        let (model, world) = (&self.model, self.play.world_mut());
        let members = u64::from(number) * u64::from(model.accounts)..u64::from(number + 1) * u64::from(model.accounts);
        let mut created = arrivals(model, world, number);
        let horizon = model.horizon.0;
        for (share, purpose, turn) in
            [(model.churn, Purpose::Leavers, Turn::Leave), (model.moves, Purpose::Moves, Turn::Move)]
        {
            let share = model.over_horizon(share);
            let chosen: Vec<(u64, u64)> = draw(world, purpose, u64::from(number), |draw| {
                let mut chosen = Vec::new();
                for member in members.clone() {
                    if draw.happens(share) {
                        chosen.push((member, draw.below(horizon)));
                    }
                }
                chosen
            });
            if matches!(turn, Turn::Leave) {
                draw(world, Purpose::Replacements, u64::from(number), |draw| {
                    created.extend(chosen.iter().map(|_| draw.below(horizon)));
                });
            }
            for (member, at) in chosen {
                world.wake_at(SimTime(at), turn.wake(member));
            }
        }
        for at in created {
            let place = self.joined.len() as u64;
            let account = AccountNumber::of_last_digits(NEW_FROM + place);
            let created = SimTime(at);
            self.joined.push(Joined {
                account,
                created,
                role: None,
                active: None,
                mails: 0,
                organization: number,
                key: None,
            });
            world.wake_at(created, Turn::Join.wake(place));
        }
    }

    fn go(&mut self) {
        let end = SimTime::START + self.model.end();
        let slice = self.model.discovery_interval.0.div_ceil(FIRST_SLICES);
        for number in 1..=FIRST_SLICES {
            self.go_until(SimTime(slice * number).min(end));
        }
        self.go_until(end);
    }

    fn go_until(&mut self, until: SimTime) {
        while let Some(wake) = self.play.run_until(until) {
            let (turn, number) = Turn::read(wake);
            match turn {
                Turn::Join => self.join(number),
                Turn::Role => self.bring_role(number),
                Turn::Leave => self.leave(number),
                Turn::Move => self.move_away(number),
                Turn::Restore => self.restore(number),
            }
            self.read_news();
        }
        self.read_news();
    }

    fn join(&mut self, number: u64) {
        let Some(joined) = place(number).and_then(|place| self.joined.get_mut(place)) else { return };
        let Some(holder) = self.organizations.get(usize::from(joined.organization)) else { return };
        let world = self.play.world_mut();
        let Ok(key) = world.insert_account(joined.account, AccountState::Active, Origin::Created) else { return };
        joined.key = Some(key);
        world.join(holder.key, key, holder.units[0]);
        let (latency, failure) = (&self.model.latency, self.model.failure);
        let drawn = draw(world, Purpose::Pipeline, number, |draw| {
            let latency = latency.draw(draw);
            (!draw.happens(failure)).then_some(latency)
        });
        if let Some(latency) = drawn {
            world.wake_at(joined.created + latency, Turn::Role.wake(number));
        }
    }

    fn bring_role(&mut self, number: u64) {
        let Some(joined) = place(number).and_then(|place| self.joined.get_mut(place)) else { return };
        let Some(holder) = self.organizations.get(usize::from(joined.organization)) else { return };
        let world = self.play.world_mut();
        let written = joined.key.map(|key| world.add_role(key, &holder.role));
        if matches!(written, Some(Ok(_))) {
            joined.role = Some(world.now());
        }
    }

    /// The organization and the key of a first member.
    fn member(&self, number: u64) -> Option<(&Holder, AccountKey)> {
        let accounts = u64::from(self.model.accounts.max(1));
        let holder = self.organizations.get(place(number / accounts)?)?;
        Some((holder, holder.member(u32::try_from(number % accounts).ok()?)))
    }

    fn leave(&mut self, number: u64) {
        let Some((_, key)) = self.member(number) else { return };
        if self.play.world_mut().leave_organization(key).is_ok() {
            self.tally.left += 1;
        }
    }

    fn move_away(&mut self, number: u64) {
        let Some((holder, key)) = self.member(number) else { return };
        let (organization, name, to) = (holder.key, holder.role.name, holder.units[1]);
        let world = self.play.world_mut();
        if world.account(key).organization() != Some(organization) {
            return;
        }
        let unique = world.live_role(key, name).map(|role| role.unique);
        world.relocate(organization, key, to);
        if let Some(unique) = unique {
            world.remove_role(unique);
        }
        let latency = &self.model.latency;
        let latency = draw(world, Purpose::Restoration, number, |draw| latency.draw(draw));
        world.wake_at(world.now() + latency, Turn::Restore.wake(number));
        self.tally.moved += 1;
    }

    fn restore(&mut self, number: u64) {
        let Some((holder, key)) = self.member(number) else { return };
        let role = holder.role.clone();
        // The account may have left: its pipeline does not care.
        let _written = self.play.world_mut().add_role(key, &role);
    }

    fn read_news(&mut self) {
        for NewsItem { at, account, news } in self.play.take_news() {
            let number = account.get().checked_sub(NEW_FROM).and_then(place);
            match (news, number.and_then(|place| self.joined.get_mut(place))) {
                (News::Activated, Some(joined)) => joined.active = joined.active.or(Some(at)),
                (News::Mailed, Some(joined)) => joined.mails += 1,
                (News::Mailed, None) => self.tally.mails_to_others += 1,
                (News::Paused, _) => self.tally.pauses += 1,
                (News::Activated, None) => {}
            }
        }
    }

    fn finish(self) -> Finished {
        let Self { play, joined, mut tally, .. } = self;
        let mut activation = Histogram::default();
        for account in &joined {
            tally.accounts += 1;
            tally.mails += u64::from(account.mails);
            match account.mails {
                0 => tally.without_mail += 1,
                1 => tally.with_one_mail += 1,
                _ => tally.with_more_mails += 1,
            }
            if let Some(active) = account.active {
                let took = active.since(account.created).0;
                tally.active += 1;
                tally.activation_ms += took;
                activation.add(took);
            }
        }
        let steps = play.world().steps();
        tally.activation = activation;
        tally.work = Work { events: steps.events, steps: play.machine_steps(), calls: steps.calls };
        let trace = std::mem::take(&mut play.into_world().trace);
        tally.hash = trace.hash();
        Finished { tally, joined, trace, evaluations: steps.evaluations }
    }
}

fn place(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}
