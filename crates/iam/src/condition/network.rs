//! Address ranges of `IpAddress` and `NotIpAddress`
//! (IAM user guide, condition operators, "IP address condition operators").

use std::net::IpAddr;

/// A CIDR range. Host bits in the text are tolerated (inferred); an address without a mask is that address alone:
/// "/32" is documented, "/128" for IPv6 inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    version: u8,
    /// The first address of the range, as a number.
    first: u128,
    /// The last address of the range, as a number.
    last: u128,
}

/// An address as version and number.
fn number(address: IpAddr) -> (u8, u128) {
    match address {
        IpAddr::V4(address) => (4, u128::from(u32::from(address))),
        IpAddr::V6(address) => (6, u128::from(address)),
    }
}

impl Network {
    /// Reads an address or a range; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, mask) = match text.split_once('/') {
            Some((address, mask)) => (address, Some(mask)),
            None => (text, None),
        };
        let (version, value) = number(address.parse().ok()?);
        let bits: u32 = if version == 4 { 32 } else { 128 };
        let prefix = match mask {
            None => bits,
            Some(mask) if mask.bytes().all(|byte| byte.is_ascii_digit()) => {
                mask.parse().ok().filter(|prefix| *prefix <= bits)?
            }
            Some(_) => return None,
        };
        let host_bits = bits - prefix;
        let host_mask = if host_bits == 0 { 0 } else { u128::MAX >> (128 - host_bits) };
        Some(Self { version, first: value & !host_mask, last: value | host_mask })
    }

    /// The range of one address.
    pub fn of(address: IpAddr) -> Self {
        let (version, value) = number(address);
        Self { version, first: value, last: value }
    }

    /// Whether the range holds all of `other`. A range of one version never holds an address of the other.
    pub const fn contains(&self, other: &Self) -> bool {
        self.version == other.version && self.first <= other.first && other.last <= self.last
    }

    /// Version (4 or 6), first and last address as numbers.
    pub const fn bounds(&self) -> (u8, u128, u128) {
        (self.version, self.first, self.last)
    }
}
