//! `[[expect]]`: what is to come out. In the twin there is never a cause.

use super::table::{Reader, Reading, Table};
use super::{AccountRef, Names};
use crate::time::SimTime;
use rolecall_core::diagnosis::{Cause, Viewpoint};

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// About which account.
    pub account: AccountRef,
    /// Who looks.
    pub view: Viewpoint,
    /// When the diagnosis is asked.
    pub at: SimTime,
    /// The cause; in the twin there is none.
    pub cause: Option<Cause>,
    /// AWS's error codes that the customer or the vendor sees about the account; in the twin none of them.
    pub refused: Vec<String>,
    /// Mails about the account in all.
    pub mails: Option<u32>,
    /// Where the vendor has it at the end.
    pub standing: Option<String>,
}

pub(super) const KEYS: [&str; 7] = ["account", "view", "at", "cause", "refused", "mails", "standing"];

/// The vendor's words for where an account stands.
pub(super) const STANDINGS: [&str; 6] = ["new", "active", "failing", "not-required", "blocked", "departed"];

pub(super) fn read(top: &Table<'_>, names: &Names, until: SimTime, reader: &mut Reader) -> Vec<Expectation> {
    let mut expectations = Vec::new();
    for table in top.tables("expect", &KEYS, reader) {
        let account = names.account(&table, "account", reader);
        let cause = table.required("cause", "cause = \"target-gap\"", reader);
        let words = Viewpoint::ALL.map(|view| (view.as_str(), view));
        let view = table.word("view", &words, reader).unwrap_or(Viewpoint::Customer);
        let at = table.moment("at", reader).unwrap_or(until);
        if at > until {
            let message = "the expectation lies behind the end of the scenario";
            let help = "make `until` later, or `at` earlier";
            reader.add("scenario-bad-value", table.place("at", reader), message, help);
        }
        let standing = table.string("standing", reader);
        if let Some(standing) = standing.as_ref().filter(|text| !STANDINGS.contains(&text.value.as_str())) {
            reader.unknown_value(standing, "`standing`", &STANDINGS);
        }
        let cause = cause.and_then(|text| {
            let cause = Cause::parse(&text.value);
            if cause.is_none() {
                let known: Vec<&str> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
                reader.unknown_value(&text, "cause", &known);
            }
            cause
        });
        let (Some(account), Some(cause)) = (account, cause) else { continue };
        expectations.push(Expectation {
            account,
            view,
            at,
            cause: Some(cause).filter(|_| reader.reading != Reading::Twin),
            refused: table.strings("refused", reader).into_iter().map(|text| text.value).collect(),
            mails: table.number("mails", 10_000, reader),
            standing: standing.map(|text| text.value),
        });
    }
    if !top.has("expect") && reader.reading != Reading::Checked {
        let help =
            "add `[[expect]]` with `account` and `cause`, or let the checker read it: `rolecall simulate run FILE`";
        reader.add("scenario-missing-key", top.span, "the scenario expects nothing", help);
    }
    expectations
}
