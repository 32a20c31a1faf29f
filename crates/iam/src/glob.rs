//! IAM's wildcards: `*` matches any run of bytes, also none; `?` matches one character; nothing else is special
//! (IAM user guide, `reference_policies_elements_resource`, "Using wildcards in resource ARNs").
//! Linear space, no recursion, worst case `pattern × text` steps.

/// Whether `pattern` with `*` and `?` matches all of `text`, byte for byte (a `?` takes one whole character).
pub fn matches(pattern: &str, text: &str) -> bool {
    run(pattern.as_bytes(), text.as_bytes(), |pattern, text| pattern == text)
}

/// The same without ASCII case; `pattern` must be in lower case already.
pub fn matches_ignore_ascii_case(pattern: &str, text: &str) -> bool {
    run(pattern.as_bytes(), text.as_bytes(), |pattern, text| pattern == text.to_ascii_lowercase())
}

/// Whether the text holds a wildcard.
pub fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|byte| byte == b'*' || byte == b'?')
}

/// Length in bytes of the UTF-8 character that begins with `first`; continuation bytes count as 1.
const fn char_len(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
        _ => 1,
    }
}

fn run(pattern: &[u8], text: &[u8], same: impl Fn(u8, u8) -> bool) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    // Where to resume when a later literal fails: behind the last `*`, one character further in the text.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at_pattern), text.get(at_text)) {
            (Some(b'*'), _) => {
                at_pattern += 1;
                if at_pattern == pattern.len() {
                    return true;
                }
                retry = Some((at_pattern, at_text));
                continue;
            }
            (Some(b'?'), Some(first)) => {
                at_pattern += 1;
                at_text += char_len(*first);
                continue;
            }
            (Some(expected), Some(found)) if same(*expected, *found) => {
                at_pattern += 1;
                at_text += 1;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        let Some((resume_pattern, resume_text)) = retry else { return false };
        let Some(skipped) = text.get(resume_text) else { return false };
        at_pattern = resume_pattern;
        at_text = resume_text + char_len(*skipped);
        retry = Some((at_pattern, at_text));
    }
}

#[cfg(test)]
mod tests;
