//! Policy documents as IAM gives them out: "URL-encoded compliant with RFC 3986" (IAM API reference, `GetRole`,
//! `GetRolePolicy`).

use crate::failure::Failure;
use crate::operation::Operation;

/// The document's text. Endpoints that do not encode answer with JSON, which begins with a brace: no encoded text does.
pub(super) fn decoded(operation: Operation, member: &str, encoded: &str) -> Result<String, Failure> {
    let malformed = |what: &str| Failure::malformed(operation, format!("its {member} {what}"));
    if encoded.is_empty() {
        return Err(malformed("is empty"));
    }
    if encoded.trim_start().starts_with('{') {
        return Ok(encoded.to_owned());
    }
    let bytes = percent_decoded(encoded).ok_or_else(|| malformed("is not URL-encoded as RFC 3986 has it"))?;
    String::from_utf8(bytes).map_err(|_| malformed("is not UTF-8"))
}

/// Nothing when a percent sign is not followed by two hexadecimal digits. A plus sign is itself.
fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
            let value = digit()? * 16 + digit()?;
            decoded.push(u8::try_from(value).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<String, String> {
        decoded(Operation::GetRole, "AssumeRolePolicyDocument", text).map_err(|failure| failure.code)
    }

    #[test]
    fn documents_are_decoded_by_rfc_3986() {
        let cases = [
            ("%7B%22Version%22%3A%222012-10-17%22%7D", r#"{"Version":"2012-10-17"}"#),
            ("%7B%22a%22%3A%22x+y%20z%22%7D", r#"{"a":"x+y z"}"#),
            ("%7b%22a%22%3a%22%C3%A4%25%22%7d", r#"{"a":"ä%"}"#),
            (r#"{"a":"100%"}"#, r#"{"a":"100%"}"#),
        ];
        for (encoded, plain) in cases {
            assert_eq!(decode(encoded), Ok(plain.to_owned()), "{encoded}");
        }
    }

    #[test]
    fn what_is_not_encoded_rightly_is_a_fault() {
        for broken in ["", "%7B%2", "%7B%zz%7D", "%7B%C3%7D"] {
            assert_eq!(decode(broken), Err("MalformedAnswer".to_owned()), "{broken}");
        }
    }
}
