//! The place of a part of a text that was read: for underlines and replacements smaller than a whole string.

use rolecall_iam::span::{Span, Spanned};

/// The place of `part`, a slice of `text`, where the source has the text letter for letter (with or without quotes
/// around it); `None` where escapes stand in it or `part` is of another text.
pub(super) fn exact(text: &str, span: Span, part: &str) -> Option<Span> {
    let offset = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    if offset + part.len() > text.len() {
        return None;
    }
    let before = match span.len().checked_sub(text.len())? {
        0 => 0,
        2 => 1,
        _ => return None,
    };
    let start = span.start.checked_add(u32::try_from(before + offset).ok()?)?;
    Some(Span { start, end: start.checked_add(u32::try_from(part.len()).ok()?)?, ..span })
}

/// The place of `part`, else that of the whole text.
pub(super) fn place(text: &Spanned<String>, part: &str) -> Span {
    exact(&text.value, text.span, part).unwrap_or(text.span)
}

/// The place of the whole text without its quotes, to replace it and keep them.
pub(super) fn inside(text: &str, span: Span) -> Option<Span> {
    exact(text, span, text)
}
