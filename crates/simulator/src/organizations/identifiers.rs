//! Identifiers of Organizations as texts, for those who serve a world: roots, units, control policies, requests to create
//! an account, tokens of pages. Forms: the patterns of botocore's Organizations model (`RootId`, `OrganizationalUnitId`,
//! `PolicyId`, `CreateAccountRequestId`).

use super::reading::NextToken;
use super::{CreateRequestId, NodeId, OrganizationKey};
use crate::policy::PolicyId;
use crate::world::World;
use std::fmt;

/// Digits of identifiers.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 36;

/// The last `places` digits of a number.
fn digits(mut number: u64, places: usize) -> String {
    let mut written: Vec<char> = Vec::with_capacity(places);
    for _ in 0..places {
        let digit = usize::try_from(number % BASE).ok().and_then(|digit| DIGITS.get(digit));
        written.push(digit.map_or('0', |digit| char::from(*digit)));
        number /= BASE;
    }
    written.iter().rev().collect()
}

fn number(digits: &str) -> Option<u64> {
    digits.chars().try_fold(0_u64, |number, digit| {
        let digit = digit.to_digit(36).filter(|_| !digit.is_ascii_uppercase())?;
        number.checked_mul(BASE)?.checked_add(u64::from(digit))
    })
}

impl fmt::Display for NextToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "page-{}", digits(self.0, 13))
    }
}

impl NextToken {
    /// Reads a token as it was shown.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix("page-").filter(|digits| digits.len() == 13).and_then(number).map(Self)
    }
}

impl fmt::Display for CreateRequestId {
    /// `car-…`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "car-{}", digits(u64::from(self.0), 32))
    }
}

impl CreateRequestId {
    /// Reads an identifier as it was shown.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("car-").filter(|digits| digits.len() == 32)?;
        u32::try_from(number(digits)?).ok().map(Self)
    }
}

impl World {
    /// `r-…` or `ou-…-…`.
    pub fn node_text(&self, key: OrganizationKey, node: NodeId) -> String {
        let root = digits(self.organization(key).hash, 6);
        match node {
            NodeId::ROOT => format!("r-{root}"),
            NodeId(unit) => format!("ou-{root}-{}", digits(u64::from(unit), 8)),
        }
    }

    /// The root or unit of this identifier.
    pub fn node_of_text(&self, key: OrganizationKey, text: &str) -> Option<NodeId> {
        let node = match text.rsplit_once('-')? {
            ("r", _) => NodeId::ROOT,
            (_, unit) => NodeId(u16::try_from(number(unit)?).ok()?),
        };
        (self.node_text(key, node) == text && self.organization(key).node(node).is_some()).then_some(node)
    }

    /// `p-FullAWSAccess`, `p-RCPFullAWSAccess` or `p-…`.
    pub fn control_policy_text(&self, policy: PolicyId) -> String {
        match policy {
            known if known == self.known.full_scp => "p-FullAWSAccess".to_owned(),
            known if known == self.known.full_rcp => "p-RCPFullAWSAccess".to_owned(),
            other => format!("p-{}", digits(other.number(), 8)),
        }
    }

    /// The control policy of this identifier.
    pub fn control_policy_of_text(&self, text: &str) -> Option<PolicyId> {
        match text {
            "p-FullAWSAccess" => Some(self.known.full_scp),
            "p-RCPFullAWSAccess" => Some(self.known.full_rcp),
            other => {
                let digits = other.strip_prefix("p-").filter(|digits| digits.len() == 8)?;
                self.policies.of_number(number(digits)?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back() {
        for number in [0, 1, 35, 36, 999_999_999_999, u64::from(u32::MAX)] {
            assert_eq!(NextToken::parse(&NextToken(number).to_string()), Some(NextToken(number)));
        }
        assert_eq!(CreateRequestId::parse(&CreateRequestId(77).to_string()), Some(CreateRequestId(77)));
        for text in ["", "page-", "page-000000000000Z", "page-00", "car-1", "1"] {
            assert!(NextToken::parse(text).is_none() && CreateRequestId::parse(text).is_none(), "{text}");
        }
    }
}
