//! Written forms of strings, decoded once more.

use super::*;

/// Decodes the part of `source` between the marks and gives the source of each piece that `wanted` is found at.
fn place(before: &str, written: &str, syntax: Syntax, decoded: &str, wanted: &str) -> Option<String> {
    let mut sources = SourceMap::new();
    let source = format!("{before}{written}\nrest");
    let file = sources.add("x", source.as_str());
    let span = Span::new(file, before.len(), before.len() + written.len());
    let text = decode(&sources, span, syntax, decoded)?;
    assert_eq!(text.as_str(), decoded);
    let at = decoded.find(wanted)?;
    let span = text.map(at, at + wanted.len());
    source.get(span.range()).map(str::to_owned)
}

#[test]
fn quoted_forms_are_mapped() {
    let yaml = |written: &str, decoded: &str, wanted: &str| place("é: ", written, Syntax::Yaml, decoded, wanted);
    assert_eq!(yaml(r#""a\"b\u00e9c""#, "a\"béc", "c").as_deref(), Some("c"));
    assert_eq!(yaml(r#""a\"b\u00e9c""#, "a\"béc", "é").as_deref(), Some("\\u00e9"));
    assert_eq!(yaml(r#""\ud83e\udd80x""#, "🦀x", "🦀").as_deref(), Some("\\ud83e\\udd80"));
    assert_eq!(yaml("'it''s é'", "it's é", "'").as_deref(), Some("''"));
    assert_eq!(yaml("plain é", "plain é", "é").as_deref(), Some("é"));
    assert_eq!(yaml("\"a\n   b\\\n   c\"", "a bc", "c").as_deref(), Some("c"));
    assert_eq!(yaml("'a\n\n  b'", "a\nb", "b").as_deref(), Some("b"));
    let hcl = |written: &str, decoded: &str, wanted: &str| place("x = ", written, Syntax::Hcl, decoded, wanted);
    assert_eq!(hcl(r#""é$${a}%%{b}\U0001F980c""#, "é${a}%{b}🦀c", "%{b}").as_deref(), Some("%%{b}"));
    assert_eq!(hcl(r#""$5 100% c""#, "$5 100% c", "c").as_deref(), Some("c"));
}

#[test]
fn block_scalars_are_mapped_line_by_line() {
    let literal = "{\"a\": 1,\n\n    \"é\": 2}\n";
    assert_eq!(
        place("k: |\n  ", "{\"a\": 1,\n\n    \"é\": 2}\n", Syntax::Yaml, "{\"a\": 1,\n\n  \"é\": 2}\n", "\"é\"")
            .as_deref(),
        Some("\"é\"")
    );
    assert_eq!(
        place("k: >\n  ", "{\"a\": 1,\n  \"é\": 2}\n", Syntax::Yaml, "{\"a\": 1, \"é\": 2}\n", "2").as_deref(),
        Some("2")
    );
    assert_eq!(place("k: |\n  ", literal, Syntax::Yaml, "something else", "else"), None);
}

#[test]
fn a_text_that_does_not_fit_gives_no_map() {
    for (written, decoded) in
        [(r#""a""#, "b"), (r#""a\q""#, "aq"), (r#""\u12""#, ""), (r#"""#, "\"\""), ("", "x"), (r#""${a}""#, "x")]
    {
        assert_eq!(place("", written, Syntax::Hcl, decoded, ""), None, "{written}");
    }
}
