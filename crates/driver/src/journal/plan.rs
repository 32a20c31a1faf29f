//! The plan as the journal keeps it: what a rollout is of, in rows that are read back strictly.

use super::words::Word;
use rolecall_lifecycle::rollout::{Amount, Plan, PlanError, PlannedMember, Preferences, Retries, Retry, Settings};
use rolecall_lifecycle::{AccountNumber, DurationMs};
use std::collections::BTreeMap;

/// What a rollout is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPlan {
    /// The organization's ID.
    pub organization: String,
    /// The role's name, for people.
    pub role: String,
    /// A digest of all that the role must be: another profile is another plan.
    pub profile_digest: String,
    /// The management account.
    pub management: AccountNumber,
    /// The members with their waves, in the order in which they are begun.
    pub members: Vec<PlannedMember>,
    /// The customer's choices.
    pub settings: Settings,
}

impl StoredPlan {
    /// The plan of the machine.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn plan(&self) -> Result<Plan, PlanError> {
        Plan::new(self.management, &self.members, self.settings)
    }

    /// The first difference to another plan, in words; nothing when they are the same.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let (own, others) = (self.rows(), other.rows());
        for ((name, value), (_, other_value)) in own.iter().zip(&others) {
            if value != other_value {
                return Some(format!("its `{name}` is `{value}`, and now it is `{other_value}`"));
            }
        }
        if self.members.len() != other.members.len() {
            return Some(format!("it has {} members, and now there are {}", self.members.len(), other.members.len()));
        }
        let mut pairs = self.members.iter().zip(&other.members);
        let (own, other) = pairs.find(|(own, other)| own != other)?;
        let told = |member: &PlannedMember| {
            format!("account {} ({}) in wave {}", member.account, member.state.as_str(), member.wave)
        };
        Some(format!("it has {}, and now that is {}", told(own), told(other)))
    }

    /// The rows of the table `plan`, always the same names in the same order.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let Settings { unlock, preferences, collision, retries, bake, remove_adopted } = self.settings;
        let Preferences { concurrency, tolerance, mode } = preferences;
        let Retries { throttled, fault, not_ready, busy, propagation } = retries;
        vec![
            ("organization", self.organization.clone()),
            ("role", self.role.clone()),
            ("profile", self.profile_digest.clone()),
            ("management", self.management.to_string()),
            ("unlock", unlock.word().to_owned()),
            ("concurrency", amount(concurrency)),
            ("tolerance", amount(tolerance)),
            ("mode", mode.word().to_owned()),
            ("collision", collision.word().to_owned()),
            ("retries-throttled", retry(throttled)),
            ("retries-fault", retry(fault)),
            ("retries-not-ready", retry(not_ready)),
            ("retries-busy", retry(busy)),
            ("retries-propagation", retry(propagation)),
            ("bake", bake.0.to_string()),
            ("remove-adopted", remove_adopted.to_string()),
        ]
    }

    /// Reads the rows; the error says which one is wrong.
    pub(super) fn of_rows(rows: BTreeMap<String, String>, members: Vec<PlannedMember>) -> Result<Self, String> {
        let mut rows = Rows(rows);
        let plan = Self {
            organization: rows.text("organization")?,
            role: rows.text("role")?,
            profile_digest: rows.text("profile")?,
            management: rows.read("management", account)?,
            members,
            settings: Settings {
                unlock: rows.read("unlock", Word::of_word)?,
                preferences: Preferences {
                    concurrency: rows.read("concurrency", amount_of)?,
                    tolerance: rows.read("tolerance", amount_of)?,
                    mode: rows.read("mode", Word::of_word)?,
                },
                collision: rows.read("collision", Word::of_word)?,
                retries: Retries {
                    throttled: rows.read("retries-throttled", retry_of)?,
                    fault: rows.read("retries-fault", retry_of)?,
                    not_ready: rows.read("retries-not-ready", retry_of)?,
                    busy: rows.read("retries-busy", retry_of)?,
                    propagation: rows.read("retries-propagation", retry_of)?,
                },
                bake: rows.read("bake", |text| text.parse().ok().map(DurationMs))?,
                remove_adopted: rows.read("remove-adopted", |text| text.parse().ok())?,
            },
        };
        match rows.0.pop_first() {
            Some((name, value)) => Err(format!("`{name}` (`{value}`) in the table `plan` is not known")),
            None => Ok(plan),
        }
    }
}

struct Rows(BTreeMap<String, String>);

impl Rows {
    fn text(&mut self, name: &str) -> Result<String, String> {
        self.0.remove(name).ok_or_else(|| format!("`{name}` is missing in the table `plan`"))
    }

    fn read<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, String> {
        let text = self.text(name)?;
        read(&text).ok_or_else(|| format!("`{name}` in the table `plan` is `{text}`, which cannot be read"))
    }
}

fn account(text: &str) -> Option<AccountNumber> {
    AccountNumber::new(text.parse().ok()?).ok().filter(|account| account.to_string() == text)
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => format!("count {count}"),
        Amount::Percentage(percentage) => format!("percentage {percentage}"),
    }
}

fn amount_of(text: &str) -> Option<Amount> {
    match text.split_once(' ')? {
        ("count", count) => count.parse().ok().map(Amount::Count),
        ("percentage", percentage) => percentage.parse().ok().map(Amount::Percentage),
        _ => None,
    }
}

fn retry(Retry { first, most, times }: Retry) -> String {
    format!("{} {} {times}", first.0, most.0)
}

fn retry_of(text: &str) -> Option<Retry> {
    let mut words = text.split(' ');
    let mut duration = || words.next()?.parse().ok().map(DurationMs);
    let (first, most) = (duration()?, duration()?);
    let times = words.next()?.parse().ok()?;
    words.next().is_none().then_some(Retry { first, most, times })
}
