//! Addresses of both versions as numbers, those of version 4 before those of version 6.

use super::{Ordered, between};
use crate::ranges::{Cut, Ranges};
use rolecall_iam::condition::network::Network;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Version (4 or 6) and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(u8, u128);

impl Address {
    /// The addresses of a range as written in a policy; `None` when it is none.
    pub(crate) fn range(text: &str) -> Option<Ranges<Self>> {
        let (version, first, last) = Network::parse(text)?.bounds();
        Some(Ranges::closed(Self(version, first), Self(version, last)))
    }

    fn text(self) -> Option<String> {
        match self {
            Self(4, number) => u32::try_from(number).ok().map(|bits| Ipv4Addr::from(bits).to_string()),
            Self(_, number) => Some(Ipv6Addr::from(number).to_string()),
        }
    }

    /// The next address; behind the last one of version 4 comes the first one of version 6.
    fn next(self) -> Option<Self> {
        match self {
            Self(4, number) if number >= u128::from(u32::MAX) => Some(Self(6, 0)),
            Self(version, number) => number.checked_add(1).map(|number| Self(version, number)),
        }
    }
}

/// Addresses reserved for examples (RFC 5737, RFC 3849), and others that people know.
const USUAL: [Address; 6] = [
    Address(4, 0xCB00_7107),
    Address(4, 0xC633_6407),
    Address(4, 0xC000_0207),
    Address(4, 0x0A00_0001),
    Address(4, 0x0808_0808),
    Address(6, 0x2001_0db8_0000_0000_0000_0000_0000_0007),
];

impl Ordered for Address {
    fn example(low: Option<&Cut<Self>>, high: Option<&Cut<Self>>) -> Option<String> {
        let first = match low {
            None => Some(Self(4, 0)),
            Some(cut) if cut.behind => cut.value.next(),
            Some(cut) => Some(cut.value),
        };
        let fits = |address: &Self| between(address, low, high);
        USUAL.into_iter().find(fits).or_else(|| first.filter(fits)).and_then(Self::text)
    }
}
