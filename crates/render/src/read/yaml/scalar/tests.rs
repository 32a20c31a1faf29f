//! Plain scalars that look like numbers and are none, and the other way round.

use super::*;

#[test]
fn numbers_texts_and_what_is_neither() {
    for text in ["0", "-1", "3600", "1.0", "0.5", "205499583182"] {
        assert_eq!(resolve(text), Value::Number(text.into()), "{text}");
    }
    let texts = [
        "2012-10-17",
        "1.2.3.4",
        "10.0.0.0/8",
        "-",
        "--x",
        "--012",
        "+-5",
        "0Oa",
        "0o8",
        "0b2",
        ".",
        "...",
        "1-2",
        "5:x",
        "1e",
        "0xzz",
        "-vendor",
        "+x",
        "1a",
        "3600s",
        "é",
        "=",
    ];
    for text in texts {
        assert_eq!(resolve(text), Value::String(text.into()), "{text}");
    }
    for text in
        ["007", "1e5", "1.5E+3", "0x1F", "0o7", "0b1", "1_000", "190:20:30", "12:30", "+5", ".5", "-.inf", ".NaN", "5."]
    {
        let unresolved = matches!(resolve(text), Value::Unresolved(_));
        assert_eq!(unresolved, text != "190:20:30", "{text}");
    }
}
