//! Text with wildcards and policy variables, as it stands in `Resource` and in condition values
//! (IAM user guide, `reference_policies_variables`). Reading it is separate from comparing it (`evaluate`).

/// One piece of a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// Text that stands for itself.
    Literal(String),
    /// `*`: any run of characters.
    AnyRun,
    /// `?`: any one character.
    AnyOne,
    /// `${key}` or `${key, 'default'}`: the value of a single-valued context key.
    Variable {
        /// The key in lower case: "key names are case-insensitive".
        key: String,
        /// What stands for an absent key.
        default: Option<String>,
    },
}

/// What the text may hold besides literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// `*` and `?` are wildcards.
    pub wildcards: bool,
    /// `${…}` are variables: version 2012-10-17 only.
    pub variables: bool,
}

impl Syntax {
    /// Whether a byte may begin something else than a literal.
    pub(crate) const fn is_special(self, byte: u8) -> bool {
        match byte {
            b'*' | b'?' => self.wildcards,
            b'$' => self.variables,
            _ => false,
        }
    }
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// `${` without `}`.
    #[error("a policy variable without its closing `}}`")]
    Unclosed,
    /// `${…}` whose inside is no key, no `*`, `?`, `$`.
    #[error("`${{{0}}}` is no policy variable: `${{key}}`, `${{key, 'default'}}`, `${{*}}`, `${{?}}` or `${{$}}` are")]
    Malformed(String),
}

/// Reads a text into its pieces; neighbouring literals are one piece.
///
/// # Errors
/// When `${` begins something that is no variable, where variables are allowed.
pub fn tokenize(text: &str, syntax: Syntax) -> Result<Vec<Token>, TemplateError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| syntax.is_special(byte)) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        push_literal(&mut tokens, before);
        let mut characters = from.chars();
        rest = match characters.next() {
            Some('*') => {
                // Runs of stars are one.
                if tokens.last() != Some(&Token::AnyRun) {
                    tokens.push(Token::AnyRun);
                }
                characters.as_str()
            }
            Some('?') => {
                tokens.push(Token::AnyOne);
                characters.as_str()
            }
            Some(other) => match from.strip_prefix("${") {
                None => {
                    push_literal(&mut tokens, other.encode_utf8(&mut [0; 4]));
                    characters.as_str()
                }
                Some(inside) => variable(inside, &mut tokens)?,
            },
            None => "",
        };
    }
    push_literal(&mut tokens, rest);
    Ok(tokens)
}

fn push_literal(tokens: &mut Vec<Token>, text: &str) {
    match tokens.last_mut() {
        _ if text.is_empty() => {}
        Some(Token::Literal(literal)) => literal.push_str(text),
        _ => tokens.push(Token::Literal(text.to_owned())),
    }
}

/// Reads what follows `${`; gives what follows its `}`.
fn variable<'a>(inside: &'a str, tokens: &mut Vec<Token>) -> Result<&'a str, TemplateError> {
    let malformed = |text: &str| TemplateError::Malformed(text.to_owned());
    let (name, rest) =
        inside.split_at_checked(inside.find(['}', ',']).ok_or(TemplateError::Unclosed)?).unwrap_or((inside, ""));
    if let Some(rest) = rest.strip_prefix('}') {
        if matches!(name, "*" | "?" | "$") {
            push_literal(tokens, name);
        } else if is_key(name) {
            tokens.push(Token::Variable { key: name.to_ascii_lowercase(), default: None });
        } else {
            return Err(malformed(name));
        }
        return Ok(rest);
    }
    // `, 'default'}`
    let quoted = rest.strip_prefix(',').map(str::trim_start).and_then(|rest| rest.strip_prefix('\''));
    let (default, rest) = quoted.and_then(|rest| rest.split_once('\'')).ok_or_else(|| malformed(name))?;
    let rest = rest.trim_start().strip_prefix('}').ok_or(TemplateError::Unclosed)?;
    if !is_key(name) {
        return Err(malformed(name));
    }
    tokens.push(Token::Variable { key: name.to_ascii_lowercase(), default: Some(default.to_owned()) });
    Ok(rest)
}

/// A condition key: no white space around it, no quotes, braces or dollars in it; tag keys may hold much.
fn is_key(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(['$', '{', '\'', '"', '*', '?'])
}

#[cfg(test)]
mod tests;
