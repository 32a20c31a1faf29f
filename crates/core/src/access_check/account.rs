//! Accounts as state machines hold them: the ID as a number of eight bytes, and the state that Organizations lists.

use rolecall_iam::arn::AccountId;
use std::fmt;

/// An AWS account ID as a number below 10^12. Shown with its twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(u64);

/// Why a number is no account ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an AWS account ID has 12 digits, {0} has more")]
pub struct AccountNumberError(pub u64);

impl AccountNumber {
    /// The smallest number that has thirteen digits.
    const END: u64 = 1_000_000_000_000;

    /// Takes a number.
    ///
    /// # Errors
    /// When it has more than twelve digits.
    pub const fn new(number: u64) -> Result<Self, AccountNumberError> {
        if number < Self::END { Ok(Self(number)) } else { Err(AccountNumberError(number)) }
    }

    /// The account ID that the last twelve digits of a number are: for numbers that were made from account IDs.
    pub const fn of_last_digits(number: u64) -> Self {
        Self(number % Self::END)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<AccountId> for AccountNumber {
    fn from(account: AccountId) -> Self {
        // Twelve ASCII digits by the invariant of `AccountId`.
        Self(account.as_str().bytes().fold(0, |number, digit| number * 10 + u64::from(digit.wrapping_sub(b'0') % 10)))
    }
}

impl From<AccountNumber> for AccountId {
    fn from(number: AccountNumber) -> Self {
        #[expect(clippy::expect_used, reason = "a number below 10^12 is written with exactly twelve digits")]
        Self::parse(&number.to_string()).expect("twelve digits")
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The state of an account in Organizations (botocore's Organizations model, `AccountState`, 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountState {
    /// `PENDING_ACTIVATION`: created, not usable yet.
    PendingActivation,
    /// `ACTIVE`.
    Active,
    /// `SUSPENDED`: by AWS.
    Suspended,
    /// `PENDING_CLOSURE`: the closing is under way.
    PendingClosure,
    /// `CLOSED`: can be reopened for 90 days.
    Closed,
}

impl AccountState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::PendingActivation, Self::Active, Self::Suspended, Self::PendingClosure, Self::Closed];

    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
        }
    }

    /// The older `Status`: `ACTIVE`, `SUSPENDED` or `PENDING_CLOSURE`. After a closure it is `SUSPENDED`
    /// (`API_CloseAccount`); for a pending activation AWS's pages name none: `SUSPENDED` is inferred.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::PendingActivation | Self::Suspended | Self::Closed => "SUSPENDED",
        }
    }

    /// Whether its principals can act and its roles be assumed.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Reads `State`, and where that is absent the older `Status`, which AWS retires on 2026-09-09 (botocore's
    /// Organizations model, `Account`). A word that is not known gives nothing: the caller must not take it for a state.
    pub fn read(state: Option<&str>, status: Option<&str>) -> Option<Self> {
        let word = state.or(status)?;
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
