//! The functions of Terraform that role code uses, on known values (language reference, "Built-in Functions").
//! Every other function is unresolved by name.

use super::expression::{Evaluator, entries, reason};
use super::module::In;
use super::operator::whole;
use crate::read::embedded::Text;
use crate::read::{same_value as same, scalar_text, unresolved};
use hcl_edit::expr::FuncCall;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

/// Bytes that a function may put together, and elements of a list.
const MAX_TEXT_BYTES: usize = 1 << 20;

impl<'a> Evaluator<'a> {
    pub(super) fn call(&mut self, call: &'a FuncCall, file: FileId, at: Span) -> Node {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() {
            return unresolved(format!("the provider function `{name}` is not evaluated"), at);
        }
        let mut arguments: Vec<Node> =
            call.args.iter().map(|argument| self.value(In { file, node: argument })).collect();
        if call.args.expand_final() {
            match arguments.pop().map(|last| last.value) {
                Some(Value::Array(items)) => arguments.extend(items),
                _ => return unresolved(format!("the last argument of `{name}` is no known list"), at),
            }
        }
        let cost = arguments.iter().map(|argument| argument.as_array().map_or(1, <[Node]>::len)).sum();
        if !self.spend(cost) {
            return unresolved("the module is too large to be evaluated", at);
        }
        match name {
            "jsonencode" => match arguments.pop() {
                Some(tree) if arguments.is_empty() => self.strings.encode(tree, at),
                _ => unresolved("`jsonencode` takes one value", at),
            },
            "jsondecode" => self.json_decode(&arguments, at),
            "file" => self.file(&arguments, file, at),
            "try" | "coalesce" => first_known(&arguments, name, at),
            _ => {
                if let Some(unknown) = shallow_unknown(name, &arguments) {
                    return unresolved(unknown, at);
                }
                let value = lists(name, &arguments).or_else(|| texts(name, &arguments));
                match value {
                    Some(Ok(value)) => Node::new(value, at),
                    Some(Err(reason)) => unresolved(reason, at),
                    None => unresolved(format!("the function `{name}` is not evaluated with these arguments"), at),
                }
            }
        }
    }

    fn json_decode(&mut self, arguments: &[Node], at: Span) -> Node {
        let [text] = arguments else { return unresolved("`jsondecode` takes one text", at) };
        if text.as_str().is_none() {
            return unresolved(reason(text, "`jsondecode` takes a text"), at);
        }
        let mut problems = Vec::new();
        let tree = self.strings.policy(text.clone(), &mut problems);
        self.problems.append(&mut problems);
        tree
    }

    /// `file("…")`: one of the files that were given, by its path relative to the module.
    fn file(&mut self, arguments: &[Node], file: FileId, at: Span) -> Node {
        let [Node { value: Value::String(wanted), .. }] = arguments else {
            return unresolved("`file` takes a path that is known", at);
        };
        let sources = self.module.sources;
        let folder = sources.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
        let relative = wanted.trim_start_matches("./");
        let path = if folder.is_empty() { relative.to_owned() } else { format!("{folder}/{relative}") };
        let found = self.module.files.iter().copied().find(|file| sources.path(*file) == path);
        match found.and_then(|file| sources.get(file).map(|source| (file, source))) {
            Some((file, source)) => {
                let mut text = Text::new(Span::new(file, 0, source.text.len()));
                text.push_verbatim(&source.text, file, 0);
                self.strings.compose(text)
            }
            None => unresolved(format!("the file `{wanted}` is not among the files that were read"), at),
        }
    }
}

/// Functions on lists look at the list only; its elements may be unknown. All others need everything.
fn shallow_unknown(name: &str, arguments: &[Node]) -> Option<String> {
    let deep = !matches!(
        name,
        "concat"
            | "merge"
            | "tolist"
            | "tomap"
            | "flatten"
            | "element"
            | "values"
            | "keys"
            | "lookup"
            | "length"
            | "one"
    );
    let unknown = |node: &Node| match &node.value {
        Value::Unresolved(reason) => Some(reason.clone()),
        _ if deep => node.unresolved().map(|found| found.value.to_owned()),
        _ => None,
    };
    // The default of `lookup` counts only when it is taken.
    let counted = if name == "lookup" { 2 } else { arguments.len() };
    arguments.iter().take(counted).find_map(unknown)
}

fn first_known(arguments: &[Node], name: &str, at: Span) -> Node {
    let Some(first) = arguments.first() else { return unresolved(format!("`{name}` without arguments"), at) };
    let skipped = |node: &&Node| name == "coalesce" && (node.value == Value::Null || node.as_str() == Some(""));
    // `try` takes the next argument after an error; what is only unknown here is no error.
    if name == "coalesce" {
        arguments.iter().find(|node| !skipped(node)).unwrap_or(first).clone()
    } else {
        first.clone()
    }
}

type Outcome = Option<Result<Value, String>>;

fn lists(name: &str, arguments: &[Node]) -> Outcome {
    Some(Ok(match (name, arguments) {
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                all.extend(list.as_array()?.iter().cloned());
            }
            Value::Array(all)
        }
        ("merge", maps) => merge(maps)?,
        ("tolist", [list]) => Value::Array(list.as_array()?.to_vec()),
        ("tomap", [map]) => Value::Object(map.as_object()?.to_vec()),
        ("toset" | "distinct", [list]) => {
            let mut kept: Vec<Node> = Vec::new();
            for item in list.as_array()? {
                if !kept.iter().any(|known| same(known, item)) {
                    kept.push(item.clone());
                }
            }
            Value::Array(kept)
        }
        ("compact", [list]) => {
            let keep = |item: &&Node| item.value != Value::Null && item.as_str() != Some("");
            Value::Array(list.as_array()?.iter().filter(keep).cloned().collect())
        }
        ("flatten", [list]) => {
            let mut flat = Vec::new();
            flatten(list.as_array()?, &mut flat, 0)?;
            Value::Array(flat)
        }
        ("keys", [map]) => {
            let mut keys: Vec<&Spanned<String>> = map.as_object()?.iter().map(|member| &member.key).collect();
            keys.sort_by(|left, right| left.value.cmp(&right.value));
            Value::Array(keys.into_iter().map(|key| Node::string(key.value.clone(), key.span)).collect())
        }
        ("values", [map]) => {
            let mut members: Vec<&Member> = map.as_object()?.iter().collect();
            members.sort_by(|left, right| left.key.value.cmp(&right.key.value));
            Value::Array(members.into_iter().map(|member| member.value.clone()).collect())
        }
        ("length", [of]) => Value::Number(match &of.value {
            Value::String(text) => text.chars().count().to_string(),
            _ => entries(of)?.len().to_string(),
        }),
        ("contains", [list, item]) => Value::Bool(list.as_array()?.iter().any(|known| same(known, item))),
        ("element", [list, index]) => {
            let items = list.as_array()?;
            let index = usize::try_from(whole(index)?).ok()?;
            items.get(index.checked_rem(items.len())?)?.value.clone()
        }
        ("one", [list]) => match list.as_array()? {
            [] => Value::Null,
            [only] => only.value.clone(),
            _ => return None,
        },
        ("lookup", [map, key, rest @ ..]) => {
            let found = map.as_object()?.iter().find(|member| Some(member.key.value.as_str()) == scalar_text(key));
            match (found, rest) {
                (Some(member), _) => member.value.value.clone(),
                (None, [default]) => default.value.clone(),
                _ => return Some(Err(String::from("the map of `lookup` has no such key"))),
            }
        }
        _ => return None,
    }))
}

fn merge(maps: &[Node]) -> Option<Value> {
    let mut members: Vec<Member> = Vec::new();
    for map in maps {
        if map.value == Value::Null {
            continue;
        }
        for member in map.as_object()? {
            members.retain(|known| known.key.value != member.key.value);
            members.push(member.clone());
        }
    }
    Some(Value::Object(members))
}

fn flatten(items: &[Node], flat: &mut Vec<Node>, depth: usize) -> Option<()> {
    for item in items {
        match item.as_array() {
            Some(inner) if depth < 64 => flatten(inner, flat, depth + 1)?,
            Some(_) => return None,
            None => flat.push(item.clone()),
        }
    }
    Some(())
}

fn texts(name: &str, arguments: &[Node]) -> Outcome {
    let mut texts = Vec::new();
    for argument in arguments {
        texts.push(scalar_text(argument));
    }
    let text = |value: String| {
        if value.len() > MAX_TEXT_BYTES {
            Err(format!("`{name}` gives a text that is too long"))
        } else {
            Ok(Value::String(value))
        }
    };
    Some(match (name, texts.as_slice()) {
        ("join", [Some(delimiter), None]) => {
            let items = arguments.get(1)?.as_array()?.iter().map(scalar_text).collect::<Option<Vec<_>>>()?;
            text(items.join(delimiter))
        }
        ("format", [Some(pattern), rest @ ..]) => text(format(pattern, rest)?),
        ("tostring", [Some(value)]) => text((*value).to_owned()),
        ("tonumber", [Some(value)]) => Ok(Value::Number(value.parse::<i64>().ok()?.to_string())),
        ("tobool", [Some(value)]) => Ok(Value::Bool(value.parse().ok()?)),
        ("lower", [Some(value)]) => text(value.to_lowercase()),
        ("upper", [Some(value)]) => text(value.to_uppercase()),
        ("trimspace", [Some(value)]) => text(value.trim().to_owned()),
        ("chomp", [Some(value)]) => text(value.trim_end_matches(['\n', '\r']).to_owned()),
        ("trimprefix", [Some(value), Some(prefix)]) => text(value.strip_prefix(prefix).unwrap_or(value).to_owned()),
        ("trimsuffix", [Some(value), Some(suffix)]) => text(value.strip_suffix(suffix).unwrap_or(value).to_owned()),
        ("startswith", [Some(value), Some(prefix)]) => Ok(Value::Bool(value.starts_with(prefix))),
        ("endswith", [Some(value), Some(suffix)]) => Ok(Value::Bool(value.ends_with(suffix))),
        ("replace", [Some(value), Some(from), Some(to)]) if !from.is_empty() && !is_pattern(from) => {
            text(value.replace(from, to))
        }
        ("split", [Some(delimiter), Some(value)]) if !delimiter.is_empty() => {
            let span = arguments.get(1)?.span;
            Ok(Value::Array(value.split(delimiter).map(|part| Node::string(part, span)).collect()))
        }
        _ => return None,
    })
}

/// `/…/` makes `replace` take a regular expression.
fn is_pattern(text: &str) -> bool {
    text.len() > 1 && text.starts_with('/') && text.ends_with('/')
}

/// `format` with `%s`, `%v`, `%d` and `%%`.
fn format(pattern: &str, values: &[Option<&str>]) -> Option<String> {
    let mut values = values.iter();
    let mut result = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            result.push(character);
            continue;
        }
        match characters.next()? {
            '%' => result.push('%'),
            's' | 'v' => result.push_str((*values.next()?)?),
            'd' => result.push_str(&(*values.next()?)?.parse::<i64>().ok()?.to_string()),
            _ => return None,
        }
    }
    values.next().is_none().then_some(result)
}
