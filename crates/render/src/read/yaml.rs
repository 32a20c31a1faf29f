//! YAML text to the spanned value tree, with CloudFormation's short forms (`!Ref`, `!Sub`, …) in their long form.
//! It resolves scalars as CloudFormation takes them, and leaves unresolved what YAML 1.1 and 1.2 read differently.

mod scalar;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span as Range, StrInput, StructureStyle, Tag};
use rolecall_iam::json::Read;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// Nesting beyond this is refused.
const MAX_DEPTH: usize = 100;
/// Nodes of a document, those of expanded aliases counted each time: a bomb of aliases stops here.
const MAX_NODES: usize = 200_000;
/// A long text counts as a node for so many bytes.
const BYTES_OF_A_NODE: usize = 64;

/// The functions that CloudFormation writes as a tag, by that tag (CloudFormation user guide,
/// `intrinsic-function-reference`): `!Ref` is `Ref`, `!Condition` is `Condition`, all others are `Fn::…`.
const FUNCTIONS: [&str; 18] = [
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
];

/// Reads a file of one YAML document. All spans are byte ranges.
pub fn read(file: FileId, text: &str) -> Read {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.simple_key_max_lookahead = 1024;
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder =
        Builder { parser, file, text, problems: Vec::new(), anchors: BTreeMap::new(), nodes_left: MAX_NODES };
    let node = builder.stream().ok().flatten();
    let mut problems = builder.problems;
    problems.sort_by_key(|problem| problem.span.start);
    Read { node, problems }
}

/// The text could not be read on; the problem is recorded already.
struct Stop;

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    file: FileId,
    text: &'a str,
    problems: Vec<Problem>,
    /// Finished anchored nodes with their number of nodes.
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes_left: usize,
}

impl<'a> Builder<'a> {
    fn stream(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        let mut documents = 0;
        while let Some((event, range)) = self.next()? {
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents == 2 {
                        let span = self.span(&range);
                        let help = "one YAML document was expected: split the file at `---`";
                        self.error("several-documents", span, "a second YAML document", help);
                    }
                }
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                other => {
                    let node = self.node(other, &range, 0)?;
                    root.get_or_insert(node);
                }
            }
        }
        if root.is_none() {
            let help = "a YAML mapping was expected: for a template, one with `Resources:`";
            self.error("empty-document", Span::file(self.file), "the text is empty", help);
        }
        Ok(root)
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Range)>, Stop> {
        loop {
            match self.parser.next_event() {
                None => return Ok(None),
                Some(Ok((Event::Anchor(..), _))) => {}
                Some(Ok(found)) => return Ok(Some(found)),
                Some(Err(error)) => {
                    self.syntax(&error);
                    return Err(Stop);
                }
            }
        }
    }

    /// The next event inside a collection.
    fn inside(&mut self) -> Result<(Event<'a>, Range), Stop> {
        self.next()?.ok_or(Stop)
    }

    fn node(&mut self, event: Event<'a>, range: &Range, depth: usize) -> Result<Node, Stop> {
        let span = self.span(range);
        if depth > MAX_DEPTH {
            let help = format!("values nest at most {MAX_DEPTH} deep here");
            self.error("nesting-too-deep", span, "values nest too deep", &help);
            return Err(Stop);
        }
        self.spend(1, span)?;
        let before = self.nodes_left;
        if let Event::Scalar(text, ..) = &event {
            self.spend(text.len() / BYTES_OF_A_NODE, span)?;
        }
        let (node, anchor, tag) = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(text, style, anchor, tag) => (Self::scalar(&text, style, tag.as_deref(), span), anchor, tag),
            Event::SequenceStart(style, anchor, tag) => (self.sequence(style, span, depth)?, anchor, tag),
            Event::MappingStart(style, anchor, tag) => (self.mapping(style, span, depth)?, anchor, tag),
            _ => return Err(Stop),
        };
        let node = self.tagged(node, tag.as_deref(), range);
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), before - self.nodes_left + 1));
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<Node, Stop> {
        let Some((node, size)) = self.anchors.get(&id).cloned() else {
            let help = "an alias stands behind the node that it names, not inside it";
            self.error("yaml-alias", span, "an alias to a node that is not finished", help);
            return Ok(Node::new(Value::Unresolved(String::from("an alias inside its own anchor")), span));
        };
        let help = "write the value out: CloudFormation supports no aliases in templates, other readers do";
        self.problems.push(Problem::warning("yaml-alias", span, "a YAML alias", help));
        self.spend(size, span)?;
        Ok(node)
    }

    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        if let Some(left) = self.nodes_left.checked_sub(nodes) {
            self.nodes_left = left;
            return Ok(());
        }
        let help = format!("a document has at most {MAX_NODES} values here, those of aliases counted each time");
        self.error("document-too-large", span, "too many values", &help);
        Err(Stop)
    }

    fn sequence(&mut self, style: StructureStyle, open: Span, depth: usize) -> Result<Node, Stop> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, range) = self.inside()?;
            if matches!(event, Event::SequenceEnd) {
                let last = items.last().map(|item| item.span);
                let span = self.collection(style, open, &range, last);
                return Ok(Node::new(Value::Array(items), span));
            }
            items.push(self.node(event, &range, depth + 1)?);
        }
    }

    fn mapping(&mut self, style: StructureStyle, open: Span, depth: usize) -> Result<Node, Stop> {
        let mut members: Vec<Member> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut merged: Vec<Node> = Vec::new();
        let mut last = None;
        loop {
            let (event, range) = self.inside()?;
            if matches!(event, Event::MappingEnd) {
                let span = self.collection(style, open, &range, last);
                self.merge(&mut members, &merged);
                return Ok(Node::new(Value::Object(members), span));
            }
            let is_merge = matches!(&event, Event::Scalar(key, ScalarStyle::Plain, 0, None) if key == "<<");
            let key = self.key(event, &range, depth)?;
            let (event, range) = self.inside()?;
            let value = self.node(event, &range, depth + 1)?;
            last = Some(if value.span.file == open.file && value.span.end >= key.span.end {
                value.span
            } else {
                key.span
            });
            if is_merge {
                let help = "write the keys out: CloudFormation supports no merge keys in templates";
                self.problems.push(Problem::warning("yaml-merge-key", key.span, "a YAML merge key", help));
                merged.push(value);
                continue;
            }
            if let Some(first) = seen.get(&key.value).copied() {
                let message = format!("the key `{}` is written twice", key.value);
                let help = "readers disagree on which of the two counts: keep one";
                let problem = Problem::error("duplicate-key", key.span, message, help);
                self.problems.push(problem.with_related(first, "first written here"));
            } else {
                seen.insert(key.value.clone(), key.span);
            }
            members.push(Member { key, value });
        }
    }

    /// A key, by its text as written: `on:` is the key `on`.
    fn key(&mut self, event: Event<'a>, range: &Range, depth: usize) -> Result<Spanned<String>, Stop> {
        let span = self.span(range);
        if let Event::Scalar(text, _, anchor, _) = &event {
            if *anchor != 0 {
                self.anchors.insert(*anchor, (Node::string(text.as_ref(), span), 1));
            }
            self.spend(1, span)?;
            let text = if span.is_empty() { String::new() } else { text.as_ref().to_owned() };
            return Ok(Spanned::new(text, span));
        }
        let node = self.node(event, range, depth + 1)?;
        if let Value::String(text) = node.value {
            return Ok(Spanned::new(text, span));
        }
        self.error("yaml-complex-key", span, "a key that is no text", "a plain or quoted key was expected");
        Ok(Spanned::new(String::new(), span))
    }

    fn merge(&mut self, members: &mut Vec<Member>, merged: &[Node]) {
        for source in merged {
            let sources = source.as_array().unwrap_or(std::slice::from_ref(source));
            for source in sources {
                let Some(new) = source.as_object() else {
                    let help = "`<<` takes a mapping or a list of mappings";
                    self.error("yaml-merge-key", source.span, "a merge key without a mapping", help);
                    continue;
                };
                for member in new {
                    if members.iter().all(|known| known.key.value != member.key.value) {
                        members.push(member.clone());
                    }
                }
            }
        }
    }

    /// The span of a collection: brackets included, or in block style from its first to its last child.
    fn collection(&self, style: StructureStyle, open: Span, close: &Range, last: Option<Span>) -> Span {
        match (style, last) {
            (StructureStyle::Flow, _) => open.to(self.span(close)),
            (StructureStyle::Block, Some(last)) if last.end >= open.start => Span { end: last.end, ..open },
            (StructureStyle::Block, _) => open,
        }
    }

    fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let as_text = |tag: &Tag| tag.core_suffix() == Some("str") || tag.original() == "!";
        if style != ScalarStyle::Plain || tag.is_some_and(as_text) {
            return Node::string(text, span);
        }
        let tagged = tag.is_some_and(|tag| tag.handle() == "!");
        if span.is_empty() {
            return if tagged { Node::string("", span) } else { Node::new(Value::Null, span) };
        }
        if tagged { Node::string(text, span) } else { Node::new(scalar::resolve(text), span) }
    }

    /// Puts the node under the function that its tag names.
    fn tagged(&mut self, node: Node, tag: Option<&Tag>, range: &Range) -> Node {
        let Some(tag) = tag else { return node };
        if tag.is_yaml_core_schema() || tag.original() == "!" {
            return node;
        }
        let tag_span = range.tag_span().map_or(node.span, |range| self.span(&range));
        let span = Span { start: tag_span.start.min(node.span.start), ..node.span };
        let name = tag.suffix();
        let function = match name {
            "Ref" | "Condition" => name.to_owned(),
            _ if tag.handle() == "!" && FUNCTIONS.contains(&name) => format!("Fn::{name}"),
            "Transform" => String::from("Fn::Transform"),
            _ => {
                let message = format!("the unknown tag `{}`", tag.original());
                let help = "CloudFormation knows `!Ref`, `!Sub`, `!If` and its other functions";
                self.error("yaml-unknown-tag", tag_span, &message, help);
                return Node::new(Value::Unresolved(message), span);
            }
        };
        let argument = if name == "GetAtt" { get_att(node) } else { node };
        let key = Spanned::new(function, tag_span);
        Node::new(Value::Object(vec![Member { key, value: argument }]), span)
    }

    fn span(&self, range: &Range) -> Span {
        let bytes = range.byte_range().unwrap_or(0..0);
        let end = bytes.end.min(self.text.len());
        // A block scalar's range runs over the blank lines behind it.
        let trimmed =
            self.text.get(bytes.start..end).map_or(end, |text| bytes.start + text.trim_end_matches(['\n', '\r']).len());
        Span::new(self.file, bytes.start.min(end), trimmed.max(bytes.start.min(end)))
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let width = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let message = format!("the YAML cannot be read: {}", error.info());
        let help = "correct the YAML here: indentation, quotes or brackets";
        self.error("syntax", Span::new(self.file, at, at + width), &message, help);
    }

    fn error(&mut self, code: &'static str, span: Span, message: &str, help: &str) {
        self.problems.push(Problem::error(code, span, message, help));
    }
}

/// `!GetAtt Role.Arn` is the list of both parts; the attribute itself may hold dots.
fn get_att(node: Node) -> Node {
    let Some((resource, attribute)) = node.as_str().and_then(|text| text.split_once('.')) else { return node };
    let parts = vec![Node::string(resource, node.span), Node::string(attribute, node.span)];
    Node::new(Value::Array(parts), node.span)
}
