//! Where accounts are kept, by number. The index holds places only, six to twelve bytes for each account; numbers stay
//! with the accounts, so that a million accounts do not pay for them twice. Nothing is read in its order.

use super::AccountNumber;
use hashbrown::HashTable;

/// The places of accounts in a table that the caller keeps and hands in with each question, as the number behind a place.
#[derive(Clone, Debug, Default)]
pub struct AccountIndex(HashTable<u32>);

impl AccountIndex {
    /// The place of an account; nothing when it has none.
    pub fn get(&self, number: AccountNumber, number_at: impl Fn(u32) -> Option<AccountNumber>) -> Option<u32> {
        self.0.find(mix(number.get()), |place| number_at(*place) == Some(number)).copied()
    }

    /// Adds an account that has no place yet, after it was put into the table.
    pub fn insert(&mut self, number: AccountNumber, place: u32, number_at: impl Fn(u32) -> Option<AccountNumber>) {
        let hash = |place: &u32| number_at(*place).map_or(0, |number| mix(number.get()));
        self.0.insert_unique(mix(number.get()), place, hash);
    }
}

/// Spreads the bits of a number, one to one (the finish of splitmix64). Not for secrets.
pub const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_found_where_it_was_put_and_no_other() {
        let numbers: Vec<_> =
            (0..5_000_u64).map(|n| AccountNumber::of_last_digits(n * n * 97 + 100_000_000_000)).collect();
        let at = |place: u32| numbers.get(place as usize).copied();
        let mut index = AccountIndex::default();
        for (place, number) in (0..).zip(&numbers) {
            assert_eq!(index.get(*number, at), None);
            index.insert(*number, place, at);
        }
        for (place, number) in (0..).zip(&numbers) {
            assert_eq!(index.get(*number, at), Some(place));
        }
        assert_eq!(index.get(AccountNumber::of_last_digits(99), at), None);
    }
}
