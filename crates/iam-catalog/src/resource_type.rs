//! Resource types: the patterns of their ARNs and their condition keys.

use std::fmt;

use crate::bytes::{ARNS, KEY_LISTS, RESOURCE_TYPES, text_at};
use crate::condition_key::ConditionKey;
use crate::service::Service;

/// A kind of resource that a service defines (`instance` of `ec2`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceType(u32);

/// The fields of a record.
struct Record {
    key: [u8; 6],
    service: u16,
    first_arn: u16,
    keys: u16,
}

impl ResourceType {
    pub(crate) fn at(index: u32) -> Self {
        Self(index)
    }

    fn record_at(index: u32) -> Record {
        let [o0, o1, o2, o3, l0, l1, s0, s1, n0, n1, k0, k1] = RESOURCE_TYPES.record(index);
        Record {
            key: [o0, o1, o2, o3, l0, l1],
            service: u16::from_le_bytes([s0, s1]),
            first_arn: u16::from_le_bytes([n0, n1]),
            keys: u16::from_le_bytes([k0, k1]),
        }
    }

    /// AWS's name of it, in AWS's spelling, sometimes with blanks: `instance`, `function alias`.
    pub fn key(self) -> &'static str {
        text_at(Self::record_at(self.0).key)
    }

    /// The service that defines it. Its ARNs may name another one.
    pub fn service(self) -> Service {
        Service::from_number(Self::record_at(self.0).service)
    }

    /// The forms that its ARN takes, at least one, with AWS's placeholders:
    /// `arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}`.
    pub fn arn_patterns(self) -> impl DoubleEndedIterator<Item = &'static str> + Clone {
        let next = self.0 + 1;
        let end = if next < RESOURCE_TYPES.count { u32::from(Self::record_at(next).first_arn) } else { ARNS.count };
        (u32::from(Self::record_at(self.0).first_arn)..end).map(|index| text_at(ARNS.record(index)))
    }

    /// The condition keys that hold for every action on it.
    pub fn condition_keys(self) -> impl DoubleEndedIterator<Item = ConditionKey> + Clone {
        KEY_LISTS.range(Self::record_at(self.0).keys).map(ConditionKey::in_pool)
    }
}

impl fmt::Debug for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceType({} of {})", self.key(), self.service())
    }
}
