//! A play whose customer has an automation.

use crate::account::AccountKey;
use crate::customer::{Automation, RoleTemplate};
use crate::play::VendorSetup;
use crate::play::tests::scene::Stage;
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, VENDOR};
use crate::time::SimTime;

pub(crate) const DOCUMENT: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":["ce:*","organizations:ListAccounts"],"Resource":"*"}]}"#;

pub(crate) fn template() -> RoleTemplate {
    let mut template = RoleTemplate::new("ProsperOps", VENDOR, EXTERNAL_ID);
    template.inline.push(("ProsperOps".to_owned(), DOCUMENT.to_owned()));
    template.description = Some("Used by ProsperOps".to_owned());
    template
}

pub(crate) struct Company {
    pub(crate) stage: Stage,
    pub(crate) automation: Automation,
}

impl Company {
    pub(crate) fn new(settings: Settings, members: usize, change: impl FnOnce(&mut VendorSetup)) -> Self {
        Self { stage: Stage::new(settings, members, change), automation: Automation::new() }
    }

    pub(crate) fn run(&mut self, until: SimTime) {
        assert_eq!(self.automation.run_until(&mut self.stage.play, until), None);
    }

    /// Everybody but the management account and the members that the stage began with.
    pub(crate) fn newcomers(&self) -> Vec<AccountKey> {
        let (world, scene) = (self.stage.play.world(), &self.stage.scene);
        let members = world.organization(scene.organization).members();
        let is_new = |key: &AccountKey| *key != scene.management && !scene.members.contains(key);
        members.map(|(_, key)| key).filter(is_new).collect()
    }

    pub(crate) fn active(&self) -> usize {
        let accounts = self.stage.play.vendor().accounts();
        accounts.iter().filter(|account| account.standing == rolecall_lifecycle::vendor::Standing::Active).count()
    }
}
