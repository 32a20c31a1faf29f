//! Text of users and of sources, made safe to print: characters that steer a terminal or turn the reading direction
//! are written out as `\u{1b}`. Escaping for a markup language belongs to that format.

use std::fmt::Write as _;

/// `text` on one line: each run of white space with a line break in it becomes one space, tabs become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let joined = if text.contains(['\n', '\r']) { lines.join(" ") } else { text.to_owned() };
    let mut shown = String::with_capacity(joined.len());
    for character in joined.chars() {
        push(&mut shown, character);
    }
    shown
}

/// `text` with its line breaks (as `\n`), everything else as [`one_line`].
pub(crate) fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let unified = text.replace("\r\n", "\n");
    for character in unified.trim_end().chars() {
        if character == '\n' { shown.push('\n') } else { push(&mut shown, character) }
    }
    shown
}

fn push(shown: &mut String, character: char) {
    match character {
        '\t' => shown.push(' '),
        character if steers(character) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        }
        character => shown.push(character),
    }
}

/// Controls, direction marks, invisible characters, and the two code points that no XML text may hold.
pub(crate) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}
