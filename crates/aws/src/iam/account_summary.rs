//! The account's IAM entities and quotas (`GetAccountSummary`).

use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use std::collections::BTreeMap;

/// `SummaryMap`: AWS's words with their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary(pub BTreeMap<String, i32>);

impl AccountSummary {
    /// A number by AWS's word; nothing where the answer has none.
    pub fn get(&self, key: &str) -> Option<i32> {
        self.0.get(key).copied()
    }

    /// How many roles there are, and how many there may be: `Roles`, `RolesQuota`.
    pub fn roles(&self) -> Option<(i32, i32)> {
        Some((self.get("Roles")?, self.get("RolesQuota")?))
    }

    /// Characters of a trust policy: `AssumeRolePolicySizeQuota`.
    pub fn assume_role_policy_size_quota(&self) -> Option<i32> {
        self.get("AssumeRolePolicySizeQuota")
    }
}

impl Connection {
    /// `GetAccountSummary`.
    pub async fn account_summary(&self) -> Result<AccountSummary, Failure> {
        let operation = Operation::GetAccountSummary;
        let answer = self.send(operation, self.iam().get_account_summary().send()).await?;
        let numbers =
            answer.summary_map().map(|map| map.iter().map(|(key, n)| (key.as_str().to_owned(), *n)).collect());
        match numbers {
            Some(numbers) => Ok(AccountSummary(numbers)),
            None => Err(Failure::malformed(operation, "it has no SummaryMap")),
        }
    }
}
