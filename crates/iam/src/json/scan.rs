//! Finds where a run of plain characters in a JSON string ends, eight bytes at a time. What the found byte means is the
//! reader's business.

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// The offset of the first `"`, `\` or control character at or behind `at`; the number of bytes when there is none.
pub(super) fn plain_end(bytes: &[u8], at: usize) -> usize {
    let (words, rest) = bytes.get(at..).unwrap_or_default().as_chunks();
    for (number, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return at + 8 * number + (marks.trailing_zeros() / 8) as usize;
        }
    }
    let plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..=0x1F);
    at + 8 * words.len() + rest.iter().take_while(plain).count()
}

/// Sets the highest bit of each byte that is `"`, `\` or below 0x20. A borrow may mark further bytes behind the first such
/// one, never one before it: the lowest mark is right.
const fn marks(word: u64) -> u64 {
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let low = word.wrapping_sub(ONES * 0x20) & !word;
    (low | (quotes.wrapping_sub(ONES) & !quotes) | (backslashes.wrapping_sub(ONES) & !backslashes)) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::plain_end;

    #[test]
    fn every_byte_at_every_place() {
        for length in [1, 7, 8, 9, 17] {
            for place in 0..length {
                for byte in 0..=255 {
                    // Neighbours of what is looked for, and bytes of longer characters.
                    for fill in [b'#', b'!', b']', b'[', 0x20, 0x80, 0xFF] {
                        let mut bytes = vec![fill; length];
                        bytes[place] = byte;
                        let special = matches!(byte, b'"' | b'\\' | 0..=0x1F);
                        for at in [0, 1, length / 2, length] {
                            let expected = if special && place >= at { place } else { length };
                            assert_eq!(plain_end(&bytes, at), expected, "{bytes:?} from {at}");
                        }
                    }
                }
            }
        }
        assert_eq!(plain_end(b"ab\"\"\n\\\"c", 3), 3);
    }
}
