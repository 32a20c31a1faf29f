//! The log of calls: what was asked by whom, what was answered, and whether it had its effect, which the caller of a cut
//! connection cannot know and a test must.

use rolecall_simulator::account::AccountNumber;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// When, by the world's calendar: milliseconds since 1970.
    pub time_ms: i64,
    /// The account of the caller; absent when the credentials are nobody's.
    pub caller: Option<AccountNumber>,
    /// As policies write it: `iam:CreateRole`.
    pub operation: String,
    /// The account that the call is about: that of `RoleArn` or `AccountId`, else the caller's.
    pub account: Option<AccountNumber>,
    /// The role that the call is about.
    pub role: Option<String>,
    /// `OperationId`, of a call about an operation of a stack set that names one.
    pub operation_id: Option<String>,
    /// The error code that was answered; `ConnectionCut` when no answer was.
    pub error: Option<String>,
    /// The HTTP status; 0 when the connection was cut.
    pub http_status: u16,
    /// Whether the call was carried out.
    pub had_effect: bool,
}

impl CallRecord {
    fn line(&self) -> String {
        let account = |number: Option<AccountNumber>| number.map(|number| number.to_string());
        json!({
            "time_ms": self.time_ms,
            "caller": account(self.caller),
            "operation": self.operation,
            "account": account(self.account),
            "role": self.role,
            "operation_id": self.operation_id,
            "error": self.error,
            "http_status": self.http_status,
            "had_effect": self.had_effect,
        })
        .to_string()
    }
}

/// All calls.
#[derive(Debug)]
pub(crate) struct CallLog {
    kept: Option<Vec<CallRecord>>,
    count: u64,
    created_roles: BTreeMap<AccountNumber, u64>,
    file: Option<BufWriter<File>>,
}

impl CallLog {
    pub(crate) fn new(keep: bool, file: Option<&Path>) -> io::Result<Self> {
        let open = |path: &Path| File::options().create(true).append(true).open(path).map(BufWriter::new);
        let file = file.map(open).transpose()?;
        Ok(Self { kept: keep.then(Vec::new), count: 0, created_roles: BTreeMap::new(), file })
    }

    /// Adds a call. A line that cannot be written ends the writing, and says so.
    pub(crate) fn add(&mut self, record: CallRecord) {
        self.count += 1;
        if let (true, "iam:CreateRole", Some(account)) = (record.had_effect, &*record.operation, record.account) {
            *self.created_roles.entry(account).or_default() += 1;
        }
        if let Some(file) = &mut self.file {
            let written = writeln!(file, "{}", record.line()).and_then(|()| file.flush());
            if let Err(error) = written {
                eprintln!("the log of calls ends here: {error}");
                self.file = None;
            }
        }
        if let Some(kept) = &mut self.kept {
            kept.push(record);
        }
    }

    pub(crate) fn calls(&self) -> &[CallRecord] {
        self.kept.as_deref().unwrap_or_default()
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    pub(crate) const fn created_roles(&self) -> &BTreeMap<AccountNumber, u64> {
        &self.created_roles
    }
}
