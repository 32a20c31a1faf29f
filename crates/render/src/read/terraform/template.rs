//! Quoted templates and heredocs of HCL: put together with the way back to their source bytes.

use super::expression::{Evaluator, reason};
use super::module::{In, span};
use crate::read::embedded::Text;
use crate::read::{quoted, scalar_text, unresolved};
use hcl_edit::template::{Directive, Element, HeredocTemplate, StringTemplate, Strip, Template};
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::Node;

/// Bytes that a template may grow to.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// How the literal parts of a template are written.
#[derive(Clone, Copy)]
enum Form {
    Quoted,
    Heredoc { indent: usize },
}

impl<'a> Evaluator<'a> {
    pub(super) fn quoted_template(&mut self, template: &'a StringTemplate, file: FileId, at: Span) -> Node {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return self.value(In { file, node: &only.expr });
        }
        let mut text = Text::new(at);
        match self.fill(template, Form::Quoted, file, &mut text) {
            Ok(()) => self.strings.compose(text),
            Err(node) => node,
        }
    }

    pub(super) fn heredoc(&mut self, heredoc: &'a HeredocTemplate, file: FileId, at: Span) -> Node {
        let form = Form::Heredoc { indent: heredoc.indent().unwrap_or(0) };
        let mut text = Text::new(at);
        match self.fill(&heredoc.template, form, file, &mut text) {
            Ok(()) => self.strings.compose(text),
            Err(node) => node,
        }
    }

    /// Appends a template; the error is the unresolved part.
    fn fill(&mut self, template: &'a Template, form: Form, file: FileId, text: &mut Text) -> Result<(), Node> {
        let mut trim_next = false;
        let mut in_line = !text.as_str().is_empty() && !text.as_str().ends_with('\n');
        for element in template {
            let at = span(element, file);
            match element {
                Element::Literal(literal) => {
                    let part = self.literal(literal.value(), at, form, in_line);
                    let skip = if trim_next { part.as_str().len() - part.as_str().trim_start().len() } else { 0 };
                    text.push_text(&part.slice(skip, part.as_str().len()));
                    trim_next = false;
                }
                Element::Interpolation(interpolation) => {
                    strip_before(text, interpolation.strip);
                    let node = self.value(In { file, node: &interpolation.expr });
                    match scalar_text(&node) {
                        Some(value) => text.push_replaced(value, at),
                        None => return Err(unresolved(reason(&node, "a template takes text"), at)),
                    }
                    trim_next = strips_after(interpolation.strip);
                }
                Element::Directive(directive) => {
                    self.directive(directive, form, file, text, at)?;
                }
            }
            if text.as_str().len() > MAX_TEXT_BYTES || !self.spend(1 + text.as_str().len() / 256) {
                return Err(unresolved("the template grows too long", at));
            }
            in_line = true;
        }
        Ok(())
    }

    fn literal(&self, decoded: &str, at: Span, form: Form, in_line: bool) -> Text {
        let sources = self.module.sources;
        let mapped = match form {
            Form::Quoted => quoted::hcl_literal(sources, at, decoded),
            Form::Heredoc { indent } => quoted::hcl_heredoc(sources, at, indent, in_line, decoded),
        };
        mapped.unwrap_or_else(|| Text::opaque(decoded, at))
    }

    /// `%{ if }`; `%{ for }` and white space control of directives are not evaluated.
    fn directive(
        &mut self,
        directive: &'a Directive,
        form: Form,
        file: FileId,
        text: &mut Text,
        at: Span,
    ) -> Result<(), Node> {
        let Directive::If(directive) = directive else {
            return Err(unresolved("`%{ for }` in a template is not evaluated", at));
        };
        let strips = [directive.if_expr.strip, directive.endif_expr.strip];
        let otherwise = directive.else_expr.as_ref();
        if strips.into_iter().chain(otherwise.map(|part| part.strip)).any(|strip| strip != Strip::None) {
            return Err(unresolved("`~` in a directive of a template is not evaluated", at));
        }
        match self.truth(In { file, node: &directive.if_expr.cond_expr }) {
            Ok(true) => self.fill(&directive.if_expr.template, form, file, text),
            Ok(false) => otherwise.map_or(Ok(()), |part| self.fill(&part.template, form, file, text)),
            Err(reason) => Err(unresolved(reason, at)),
        }
    }
}

fn strip_before(text: &mut Text, strip: Strip) {
    if matches!(strip, Strip::Start | Strip::Both) {
        text.truncate(text.as_str().trim_end().len());
    }
}

const fn strips_after(strip: Strip) -> bool {
    matches!(strip, Strip::End | Strip::Both)
}
