//! Says how two texts differ that look alike: white space, line breaks, invisible characters, quotes, case. Positions
//! count characters from 1 in the text that was found.

/// A difference that the eye misses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextDifference {
    /// Each difference in words, such as "position 37: line break"; a handful at most.
    pub places: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

/// So many differences are spelt out.
const SHOWN: usize = 3;

impl TextDifference {
    /// The differences as one text: "position 1: space, position 38: line break".
    pub fn describe(&self) -> String {
        let mut text = self.places.join(", ");
        if self.more > 0 {
            text = format!("{text}, and {} more", self.more);
        }
        text
    }
}

/// The difference between `expected` and `found`, when they are the same but for white space, invisible characters,
/// quotes and the case of ASCII letters; `None` when they are equal or really different.
pub fn text_difference(expected: &str, found: &str) -> Option<TextDifference> {
    if expected == found {
        return None;
    }
    let mut places = Vec::new();
    let mut wanted = expected.chars().peekable();
    for (index, character) in found.chars().enumerate() {
        let position = index + 1;
        match wanted.peek().copied() {
            Some(next) if next == character => {
                wanted.next();
            }
            Some(next) if next.eq_ignore_ascii_case(&character) => {
                places.push(format!("position {position}: `{character}` instead of `{next}`"));
                wanted.next();
            }
            _ if is_easily_missed(character) => {
                places.push(format!("position {position}: {}", character_name(character)));
            }
            _ => return None,
        }
    }
    if wanted.next().is_some() || places.is_empty() {
        return None;
    }
    let more = places.len().saturating_sub(SHOWN);
    places.truncate(SHOWN);
    Some(TextDifference { places, more })
}

/// Whether people do not see a character, or take it for a mark around a value.
fn is_easily_missed(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_invisible(character) || "\"'`“”‘’".contains(character)
}

/// Zero-width characters, the byte order mark, the soft hyphen, marks of direction.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// A character in words, for those that cannot be shown as they are.
pub fn character_name(character: char) -> String {
    let name = match character {
        ' ' => "space",
        '\n' => "line break",
        '\r' => "carriage return",
        '\t' => "tab",
        '\u{A0}' => "no-break space",
        '\u{AD}' => "soft hyphen",
        '\u{200B}' => "zero-width space",
        '\u{FEFF}' => "byte order mark",
        '"' | '\'' | '`' | '“' | '”' | '‘' | '’' => return format!("quotation mark {character}"),
        other if other.is_control() || other.is_whitespace() || is_invisible(other) => {
            return format!("character U+{:04X}", other as u32);
        }
        other => return format!("`{other}`"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests;
