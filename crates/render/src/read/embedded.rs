//! Text that was decoded or put together from source text, with the way back: which bytes each part came from.
//! So a policy in a JSON string, a block scalar, a heredoc or a template points at its own line.

use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};
use std::collections::BTreeMap;

use super::quoted::{self, Syntax};

/// A run of decoded text and the source that it came from.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    /// Offset of its first byte in the decoded text; it ends where the next piece starts.
    start: usize,
    source: Span,
    /// Byte for byte the source; otherwise the whole source stands for each of its bytes.
    verbatim: bool,
}

/// Decoded text with its source map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    text: String,
    pieces: Vec<Piece>,
    whole: Span,
}

impl Text {
    /// Nothing yet; `whole` is the source of the finished text.
    pub(crate) const fn new(whole: Span) -> Self {
        Self { text: String::new(), pieces: Vec::new(), whole }
    }

    /// Text all of whose bytes map to the whole of its source.
    pub(crate) fn opaque(text: impl Into<String>, whole: Span) -> Self {
        let mut result = Self::new(whole);
        result.push_replaced(&text.into(), whole);
        result
    }

    /// The decoded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The source of the whole text.
    pub(crate) const fn span(&self) -> Span {
        self.whole
    }

    /// The same text under another outer span.
    pub(crate) fn set_span(&mut self, whole: Span) {
        self.whole = whole;
    }

    /// Appends text that stands in the source byte for byte, from `offset` on.
    pub(crate) fn push_verbatim(&mut self, text: &str, file: FileId, offset: usize) {
        if text.is_empty() {
            return;
        }
        let source = Span::new(file, offset, offset + text.len());
        match self.pieces.last_mut() {
            Some(last) if last.verbatim && last.source.file == file && last.source.end == source.start => {
                last.source.end = source.end;
            }
            _ => self.pieces.push(Piece { start: self.text.len(), source, verbatim: true }),
        }
        self.text.push_str(text);
    }

    /// Appends text that was written otherwise in the source: an escape, a variable.
    pub(crate) fn push_replaced(&mut self, text: &str, source: Span) {
        if !text.is_empty() {
            self.pieces.push(Piece { start: self.text.len(), source, verbatim: false });
            self.text.push_str(text);
        }
    }

    /// Appends another text with its pieces.
    pub(crate) fn push_text(&mut self, other: &Self) {
        let shift = self.text.len();
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { start: piece.start + shift, ..piece.clone() }));
        self.text.push_str(&other.text);
    }

    /// Cuts the end off, down to `length` bytes of decoded text; a cut inside a character is moved before it.
    pub(crate) fn truncate(&mut self, length: usize) {
        let mut length = length.min(self.text.len());
        while !self.text.is_char_boundary(length) {
            length -= 1;
        }
        self.text.truncate(length);
        self.pieces.retain(|piece| piece.start < length);
    }

    /// The part `start..end` of the decoded text with its pieces; empty when the range cuts a character.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Self {
        let mut result = Self::new(self.whole);
        for (index, piece) in self.pieces.iter().enumerate() {
            let piece_end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.start);
            let (from, to) = (piece.start.max(start), piece_end.min(end));
            let Some(text) = self.text.get(from..to.max(from)) else { continue };
            if piece.verbatim {
                result.push_verbatim(text, piece.source.file, piece.source.start as usize + (from - piece.start));
            } else {
                result.push_replaced(text, piece.source);
            }
        }
        result
    }

    /// The source bytes of the decoded range `start..end`.
    pub(crate) fn map(&self, start: usize, end: usize) -> Span {
        let Some(first) = self.piece_at(start.min(self.text.len().saturating_sub(1))) else { return self.whole };
        let from = if first.verbatim { first.at(start) } else { first.source.start };
        let last = self.piece_at(end.saturating_sub(1).max(start).min(self.text.len().saturating_sub(1)));
        let to = match last {
            Some(last) if last.source.file == first.source.file => {
                if last.verbatim && end > last.start {
                    last.at(end)
                } else {
                    last.source.end
                }
            }
            _ => first.source.end,
        };
        let to = if end <= start { from } else { to.max(from) };
        Span { file: first.source.file, start: from, end: to }
    }

    fn piece_at(&self, offset: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(index.checked_sub(1)?)
    }

    /// Reads the text as JSON; spans point into the source.
    pub(crate) fn json(&self) -> json::Read {
        let mut read = json::read(self.whole.file, &self.text);
        let mut change = |span: Span| self.map(span.start as usize, span.end as usize);
        if let Some(node) = &mut read.node {
            node.map_spans(&mut change);
        }
        for problem in &mut read.problems {
            problem.span = change(problem.span);
            if let Some((span, _)) = &mut problem.related {
                *span = change(*span);
            }
        }
        read
    }

    /// A string node of this text.
    pub(crate) fn node(&self) -> Node {
        Node::string(self.text.clone(), self.whole)
    }
}

impl Piece {
    fn at(&self, decoded: usize) -> u32 {
        let delta = u32::try_from(decoded.saturating_sub(self.start)).unwrap_or(u32::MAX);
        self.source.start.saturating_add(delta).min(self.source.end)
    }
}

/// The strings of one reading whose source is known better than their node can say: put together from parts, or
/// printed from a tree (`jsonencode`). Others are decoded once more from the source.
#[derive(Clone, Debug)]
pub(crate) struct Strings<'a> {
    sources: &'a SourceMap,
    syntax: Syntax,
    composed: BTreeMap<Span, Vec<Text>>,
    trees: BTreeMap<Span, Vec<(String, Node)>>,
}

impl<'a> Strings<'a> {
    /// No string yet; `syntax` is how the files write strings.
    pub(crate) const fn new(sources: &'a SourceMap, syntax: Syntax) -> Self {
        Self { sources, syntax, composed: BTreeMap::new(), trees: BTreeMap::new() }
    }

    /// Keeps the pieces of a text and gives its node.
    pub(crate) fn compose(&mut self, text: Text) -> Node {
        let node = text.node();
        let list = self.composed.entry(text.span()).or_default();
        if !list.contains(&text) {
            list.push(text);
        }
        node
    }

    /// A string node that is the JSON text of `tree`.
    pub(crate) fn encode(&mut self, tree: Node, span: Span) -> Node {
        if let Some(unresolved) = tree.unresolved() {
            // The text as a whole is unknown, yet its known parts are worth judging: the tree stays reachable.
            let reason = unresolved.value.to_owned();
            let key = format!("\u{0}{reason}");
            self.trees.entry(span).or_default().push((key, tree));
            return Node::new(Value::Unresolved(reason), span);
        }
        let text = rolecall_iam::document::print::node_to_json_compact(&tree);
        self.trees.entry(span).or_default().push((text.clone(), tree));
        Node::string(text, span)
    }

    /// The tree that a string node was printed from.
    pub(crate) fn tree(&self, node: &Node) -> Option<&Node> {
        let list = self.trees.get(&node.span)?;
        match &node.value {
            Value::String(text) => list.iter().find(|(known, _)| known == text).map(|(_, tree)| tree),
            Value::Unresolved(reason) => list
                .iter()
                .find(|(known, _)| known.strip_prefix('\u{0}') == Some(reason.as_str()))
                .map(|(_, tree)| tree),
            _ => None,
        }
    }

    /// A string node as text with its source map.
    pub(crate) fn text(&self, node: &Node) -> Text {
        let text = node.as_str().unwrap_or("");
        let known = self.composed.get(&node.span).and_then(|list| list.iter().find(|known| known.as_str() == text));
        match known {
            Some(known) => known.clone(),
            None => quoted::decode(self.sources, node.span, self.syntax, text)
                .unwrap_or_else(|| Text::opaque(text, node.span)),
        }
    }

    /// A policy document as a tree: text is read as JSON, everything else stays.
    pub(crate) fn policy(&self, node: Node, problems: &mut Vec<Problem>) -> Node {
        if let Some(tree) = self.tree(&node) {
            return tree.clone();
        }
        if node.as_str().is_none() {
            return node;
        }
        let read = self.text(&node).json();
        problems.extend(read.problems);
        let reason = || Value::Unresolved(String::from("the policy document is no JSON text"));
        read.node.unwrap_or_else(|| Node::new(reason(), node.span))
    }
}

#[cfg(test)]
mod tests;
