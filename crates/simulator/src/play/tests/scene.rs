//! A play with one organization of a vendor's customer, and short ways to ask what came of it.

use crate::account::{AccountKey, AccountState};
use crate::caller::Endpoint;
use crate::iam::RoleDefinition;
use crate::play::{Connection, Play, RoleAddress, VendorSetup};
use crate::random::{Randomness, Seed};
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, Scene};
use crate::time::{SimSpan, SimTime};
use crate::trace::{Event, TraceLevel, VendorEvent};
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::vendor::Standing;

/// Records kept, no rates.
pub(crate) fn open() -> Settings {
    Settings { trace: TraceLevel::Records, rates: false, ..Settings::default() }
}

/// The setup of tests: no propagation window, so that the first denial counts.
pub(crate) fn setup(scene: &Scene) -> VendorSetup {
    let endpoint = Endpoint::Regional(scene.region);
    let mut setup = VendorSetup::new(scene.vendor, scene.prober, endpoint, RoleAddress::named("ProsperOps"));
    setup.lifecycle.propagation_window = DurationMs::ZERO;
    setup
}

/// A play, and the scene that it was made from.
pub(crate) struct Stage {
    pub(crate) play: Play,
    pub(crate) scene: Scene,
    pub(crate) role: RoleDefinition,
}

impl Stage {
    /// The organization of the scene, connected, with the right role in its management account; ticks at every full hour.
    pub(crate) fn new(settings: Settings, members: usize, change: impl FnOnce(&mut VendorSetup)) -> Self {
        let mut stage = Self::unconnected(settings, members, change);
        let connection = Connection::new(1, EXTERNAL_ID, hour(1)).unwrap();
        stage.play.connect(stage.scene.organization, connection).unwrap();
        stage
    }

    /// As `new`, with another seed.
    pub(crate) fn seeded(
        seed: Seed,
        settings: Settings,
        members: usize,
        change: impl FnOnce(&mut VendorSetup),
    ) -> Self {
        let mut scene = Scene::with(settings, members);
        scene.world.random = Randomness::new(seed);
        let mut stage = Self::on(scene, change);
        let connection = Connection::new(1, EXTERNAL_ID, hour(1)).unwrap();
        stage.play.connect(stage.scene.organization, connection).unwrap();
        stage
    }

    pub(crate) fn unconnected(settings: Settings, members: usize, change: impl FnOnce(&mut VendorSetup)) -> Self {
        Self::on(Scene::with(settings, members), change)
    }

    fn on(mut scene: Scene, change: impl FnOnce(&mut VendorSetup)) -> Self {
        let mut role = scene.role();
        let document =
            r#"{"Statement":[{"Effect":"Allow","Action":["ce:*","organizations:ListAccounts"],"Resource":"*"}]}"#;
        let document = scene.world.policy(document, PolicyType::Identity);
        for (_, policy) in &mut role.inline {
            *policy = document;
        }
        scene.world.place_role(scene.management, &role).unwrap();
        let mut setup = setup(&scene);
        change(&mut setup);
        let play = Play::new(scene.world.clone(), setup).unwrap();
        Self { play, scene, role }
    }

    pub(crate) fn place(&mut self, account: AccountKey) {
        self.play.world_mut().place_role(account, &self.role).unwrap();
    }

    /// Runs to the end of a moment; no wake may be left over for the caller.
    pub(crate) fn run(&mut self, until: SimTime) {
        assert_eq!(self.play.run_until(until), None);
    }

    pub(crate) fn standing(&self, account: AccountKey) -> Option<Standing> {
        let number = self.play.world().account(account).number();
        self.play.vendor().account(number).map(|known| known.standing)
    }

    /// When an account was mailed about, and with which number.
    pub(crate) fn mails(&self, account: AccountKey) -> Vec<(SimTime, u16)> {
        let number = self.play.world().account(account).number();
        let mails = self.play.mails().iter().filter(|mail| mail.account == number);
        mails.map(|mail| (mail.at, mail.number)).collect()
    }

    /// The records of the vendor about an account.
    pub(crate) fn records(&self, account: AccountKey) -> Vec<(SimTime, VendorEvent)> {
        let entity = self.play.world().account(account).entity();
        let of_account = self.play.world().trace().records().iter().filter(|record| record.subject == entity);
        of_account
            .filter_map(|record| match record.event {
                Event::Vendor(event) => Some((record.at, event)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn set_state(&mut self, account: AccountKey, state: AccountState) {
        self.play.world_mut().set_state(account, state);
    }
}

pub(crate) fn hour(hours: u64) -> SimTime {
    SimTime::START + SimSpan::hours(hours)
}

pub(crate) fn minute(minutes: u64) -> SimTime {
    SimTime::START + SimSpan::minutes(minutes)
}
