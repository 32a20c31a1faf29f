//! Templates as data.

use super::{Syntax, TemplateError, Token, tokenize};

const FULL: Syntax = Syntax { wildcards: true, variables: true };

fn shown(text: &str, syntax: Syntax) -> Result<String, TemplateError> {
    let tokens = tokenize(text, syntax)?;
    let show = |token: &Token| match token {
        Token::Literal(text) => format!("[{text}]"),
        Token::AnyRun => "*".into(),
        Token::AnyOne => "?".into(),
        Token::Variable { key, default: None } => format!("<{key}>"),
        Token::Variable { key, default: Some(default) } => format!("<{key}|{default}>"),
    };
    Ok(tokens.iter().map(show).collect())
}

#[test]
fn pieces() {
    for (text, expected) in [
        ("", ""),
        ("abc", "[abc]"),
        ("a**b?", "[a]*[b]?"),
        ("a/${aws:UserName}/*", "[a/]<aws:username>[/]*"),
        ("${*}${?}${$}x", "[*?$x]"),
        ("$5 and $", "[$5 and $]"),
        ("b-${aws:PrincipalTag/team, 'company-wide'}", "[b-]<aws:principaltag/team|company-wide>"),
        ("${a,'x'}${b, ''}", "<a|x><b|>"),
        ("é${aws:PrincipalTag/ü}", "[é]<aws:principaltag/ü>"),
    ] {
        assert_eq!(shown(text, FULL).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_special_is_literal() {
    let plain = Syntax { wildcards: false, variables: false };
    assert_eq!(shown("a*${b}?", plain).as_deref(), Ok("[a*${b}?]"));
    assert_eq!(shown("a*${b}", Syntax { wildcards: true, variables: false }).as_deref(), Ok("[a]*[${b}]"));
    assert_eq!(shown("a*${b}", Syntax { wildcards: false, variables: true }).as_deref(), Ok("[a*]<b>"));
}

#[test]
fn malformed_variables() {
    assert_eq!(shown("${", FULL), Err(TemplateError::Unclosed));
    assert_eq!(shown("a${b", FULL), Err(TemplateError::Unclosed));
    assert_eq!(shown("${}", FULL), Err(TemplateError::Malformed(String::new())));
    assert_eq!(shown("${ a}", FULL), Err(TemplateError::Malformed(" a".into())));
    assert_eq!(shown("${a, b}", FULL), Err(TemplateError::Malformed("a".into())));
    assert_eq!(shown("${a${b}}", FULL), Err(TemplateError::Malformed("a${b".into())));
}
