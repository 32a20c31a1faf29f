//! Values of `BinaryEquals`: base64 text that stands for bytes
//! (IAM user guide, condition operators, "Binary condition operators").

/// Base64 text in its canonical form, without padding: two of them are equal exactly when their bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64<'a>(&'a str);

impl<'a> Base64<'a> {
    /// Reads base64 (RFC 4648, section 4), padded or not; `None` for other text, and where bits behind the last byte
    /// are set, so that one byte string has one form.
    pub fn parse(text: &'a str) -> Option<Self> {
        let bare = text.trim_end_matches('=');
        let padding = text.len() - bare.len();
        let sound_length = match bare.len() % 4 {
            0 => padding == 0,
            2 => padding == 0 || padding == 2,
            3 => padding <= 1,
            _ => false,
        };
        if !sound_length {
            return None;
        }
        let mut last = 0;
        for byte in bare.bytes() {
            last = sextet(byte)?;
        }
        let spare_bits = match bare.len() % 4 {
            2 => 0b1111,
            3 => 0b11,
            _ => 0,
        };
        if last & spare_bits == 0 { Some(Self(bare)) } else { None }
    }
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
