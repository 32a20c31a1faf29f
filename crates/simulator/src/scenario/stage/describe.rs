//! How things are called in lines for people.

use super::Stage;
use crate::scenario::{AccountRef, Place, RolePart};

impl Stage {
    /// The name of an account.
    pub fn name(&self, account: AccountRef) -> String {
        match account {
            AccountRef::Management(0) => "management".to_owned(),
            AccountRef::Management(number) => format!("{}/management", self.organization_name(number)),
            AccountRef::Member(number) => {
                self.scenario.accounts.get(number).map_or_else(String::new, |part| part.name.clone())
            }
        }
    }

    /// The name of an organization.
    pub fn organization_name(&self, number: usize) -> &str {
        self.scenario.organizations.get(number).map_or("", |part| part.name.as_str())
    }

    /// The name of a place.
    pub fn place_name(&self, place: &Place) -> String {
        match place {
            Place::Root(0) => "the root".to_owned(),
            Place::Root(number) => format!("the root of {}", self.organization_name(*number)),
            Place::Unit(0, path) => path.clone(),
            Place::Unit(number, path) => format!("{path} of {}", self.organization_name(*number)),
            Place::Account(account) => self.name(*account),
        }
    }

    /// Path and name of a role.
    pub(super) fn role_name(&self, role: &RolePart) -> String {
        let vendor = &self.scenario.vendor;
        let path = role.path.as_ref().unwrap_or(&vendor.role_path);
        format!("{}{}", path.trim_start_matches('/'), role.name.as_ref().unwrap_or(&vendor.role_name))
    }
}
